//! What is told to prevent a failure, written into the scenario, is what was tried: with it the case passes.

use crate::common::{folder, paychaos};
use crate::fuzz;
use paychaos::campaign::remedy::Remedy;
use paychaos::scenario::{Known, Overrides, Scenario, channels, load, no_files, strategies};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// A scenario as values. YAML that is written by hand is read as people mean it: `off` is no text.
fn values(yaml: &str) -> Value {
    serde_saphyr::from_str(yaml).unwrap_or_else(|error| panic!("{error}: {yaml}"))
}

/// What a remedy says, as a scenario.
fn scenario_of(remedy: &str) -> Value {
    match remedy.rsplit_once(" on ") {
        None => values(&format!("{{{remedy}}}")),
        Some((rule, hop)) if !rule.contains(':') => json!({"hops": {hop: {"rules": {rule: "on"}}}}),
        Some((keys, hop)) => values(&format!("hops: {{{hop}: {{{keys}}}}}")),
    }
}

/// Writes what `upper` says over what `lower` says, key by key.
fn cover(lower: &mut Value, upper: Value) {
    match (lower, upper) {
        (Value::Object(lower), Value::Object(upper)) => {
            upper.into_iter().for_each(|(key, value)| cover(lower.entry(key).or_insert(Value::Object(Map::new())), value));
        }
        (lower, upper) => *lower = upper,
    }
}

fn with(yaml: &str, remedies: &str) -> String {
    let mut scenario = values(yaml);
    remedies.split(" and ").for_each(|remedy| cover(&mut scenario, scenario_of(remedy)));
    scenario.to_string()
}

fn read(yaml: &str) -> Scenario {
    let known = Known { goals: &[], invariants: &[] };
    load(Path::new("x.yaml"), yaml.as_bytes(), &Overrides::default(), known, &no_files)
        .unwrap_or_else(|mistakes| panic!("{mistakes:?}: {yaml}"))
}

#[test]
fn what_is_told_is_what_was_tried() {
    let mut scenarios: Vec<String> = vec![
        "platform: {internal: {transaction: {kind: outbox, retry: 9d, relay: 3m}}}".to_owned(),
        "platform: {internal: {transaction: {kind: saga, attempts: 1}}, order_model: one_to_one}".to_owned(),
        "{platform: {internal: {compensation: {attempts: 1, scan: none}}}, merchant: {internal: {compensation: {lease: 9d}}}}"
            .to_owned(),
        "{deadline: 1h, bank: {capacity: {rate: 3/s, queue: 2}}}".to_owned(),
    ];
    let off = "polling: none, reversal: none, reconciliation: none, notification: none, timeout: {read: none}";
    let poor = "polling: {max: 1, batch: {size: 3}}, reversal: {after: 90, retry: 9d}, reconciliation: {wait_files: 1}, \
                notification: {gaps: [3s], queue: fifo, tolerance: 1s, failures: on}, keys: {lifetime: 1m}, rules: \
                {inner_status: off}, refund_retry: 9d, valid_for: 1m, manual_queue: off";
    for keys in [off, poor] {
        let channels = channels::ALL.iter().map(|channel| format!("channel: {}, {keys}", channel.name));
        let strategies = strategies::ALL.iter().map(|strategy| format!("strategy: {}, {keys}", strategy.name));
        for keys in channels.chain(strategies) {
            scenarios.push(format!("hops: {{merchant-platform: {{{keys}}}, platform-bank: {{{keys}}}}}"));
        }
    }
    for strategy in strategies::ALL {
        let keys = format!("strategy: {}", strategy.name);
        scenarios.push(format!("hops: {{merchant-platform: {{{keys}}}, platform-bank: {{{keys}}}}}"));
    }
    let mut told = BTreeSet::new();
    for yaml in scenarios {
        let model = read(&yaml).model;
        for of in [Remedy::rules, Remedy::parameters, Remedy::mechanisms, Remedy::last_resorts] {
            for remedy in of(&model) {
                let mut tried = model.clone();
                assert!(remedy.apply(&mut tried), "{remedy} changes nothing: {yaml}");
                let written = with(&yaml, &remedy.to_string());
                assert_eq!(format!("{:?}", read(&written).model), format!("{tried:?}"), "{remedy}: {yaml}");
                told.insert(remedy.to_string());
            }
        }
    }
    assert!(told.len() > 60, "{told:#?}");
}

/// A parameter that is wrong is told by itself, and nothing that the scenario has right.
#[test]
fn a_wrong_parameter_is_told_by_itself() {
    let transaction = |keys: &str| format!("platform: {{internal: {{transaction: {{{keys}}}}}}}");
    let compensation = |keys: &str| format!("platform: {{internal: {{compensation: {{{keys}}}}}}}");
    for (name, wrong, told) in [
        ("outbox", transaction("kind: outbox, retry: 9d"), transaction("retry: 10s")),
        ("relay", transaction("kind: outbox, relay: 9d"), transaction("relay: 1s")),
        ("tcc", transaction("kind: tcc, retry: 9d"), transaction("retry: 10s")),
        ("attempts", compensation("attempts: 1"), compensation("attempts: 20")),
        ("worker", compensation("worker: 9d"), compensation("worker: 10s")),
        ("lease", compensation("lease: 9d"), compensation("lease: 1m")),
    ] {
        let hops = "hops: {platform-bank: {manual_queue: off}, merchant-platform: {manual_queue: off}}";
        assert_eq!(told_of(name, &format!("orders: {{count: 2}}\n{wrong}\n{hops}\n")), [told], "{name}");
    }
    let hung = "orders: {count: 2}\nhops: {merchant-platform: {timeout: {read: none}}}\n";
    assert_eq!(told_of("hung", hung), ["timeout: {read: 10s} on merchant-platform"]);
}

/// What a preset lays beneath a mechanism that is off is told as it was tried.
#[test]
fn a_mechanism_that_is_off_is_told_in_full() {
    let off = "\
orders: {count: 2}
hops:
  merchant-platform: {strategy: wechat_guide, reversal: none, polling: {max: 2}, reconciliation: none, manual_queue: off}
  platform-bank: {reversal: none, polling: {max: 2}, reconciliation: none, manual_queue: off}
";
    let told = told_of("off", off);
    let reversal = "reversal: {kind: close, after: 5, min_age: 0s, retry: 30s} on merchant-platform";
    assert!(told.iter().any(|told| told == reversal), "{told:#?}");
}

/// Whatever is told to prevent the failures of a scenario; with each of it the case passes.
fn told_of(name: &str, yaml: &str) -> Vec<String> {
    let folder = folder(&format!("told-{name}"), &[("wrong.yaml", yaml)]);
    let (_, result) = fuzz(&folder, &["wrong.yaml", "--seeds", "0..2000"]);
    let mut all = BTreeSet::new();
    for failure in result["failures"].as_array().expect("a list") {
        for remedy in failure["prevented_by"].as_str().expect("a remedy").split(" or ") {
            let mended = with(failure["repro_yaml"].as_str().expect("a case"), remedy);
            fs::write(folder.join("mended.yaml"), &mended).expect("a file");
            let ran = paychaos(&folder, &["run", "mended.yaml", "--format", "json"]);
            let value: Value = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}", ran.err));
            assert_eq!(value[0]["violations_by_invariant"], json!({}), "{name}: with {remedy}: {mended}");
            all.insert(remedy.to_owned());
        }
    }
    all.into_iter().collect()
}
