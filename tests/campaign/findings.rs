//! What a campaign finds, how often it says so, and what finding nothing shows.

use crate::common::{folder, paychaos};
use crate::{ANYTHING, BELIEVED, HARDENED, ONE_RULE_OFF, fuzz};
use serde_json::Value;
use std::fs;

#[test]
fn a_planted_mistake_is_found_soon_and_is_few_entries() {
    let folder = folder("planted", &[("planted.yaml", &(HARDENED.to_owned() + ONE_RULE_OFF))]);
    let (code, result) = fuzz(&folder, &["planted.yaml", "--seeds", "0..2000"]);
    assert_eq!(code, 1);
    let failures = result["failures"].as_array().unwrap();
    let invariants: Vec<&str> = failures.iter().map(|failure| failure["invariant"].as_str().unwrap()).collect();
    let mut once = invariants.clone();
    once.dedup();
    assert_eq!(invariants, once, "one rule is missing: one entry for each invariant that notices");
    assert!(result["failing_seeds"].as_u64() > Some(50), "{result:#}");
    for failure in failures {
        assert_eq!(failure["prevented_by"], "not_found_is_unknown on platform-bank", "{failure:#}");
        assert!(failure["seed"].as_u64() < Some(200) && failure["faults"].as_array().unwrap().len() <= 2, "{failure:#}");
    }
    let first = failures[0]["seed"].as_u64().unwrap();
    let (_, alone) = fuzz(&folder, &["planted.yaml", "--seeds", &format!("{first}..{}", first + 1)]);
    assert_eq!(alone["failures"][0]["told"], failures[0]["told"], "the seed alone shows it");
}

#[test]
fn a_campaign_without_failures_says_what_it_shows() {
    let folder = folder("held", &[("hardened.yaml", HARDENED)]);
    let (code, result) = fuzz(&folder, &["hardened.yaml", "--seeds", "0..3000"]);
    assert_eq!((code, &result["rate_below"]), (0, &Value::from(0.001)), "{result:#}");
    let text = paychaos(&folder, &["fuzz", "hardened.yaml", "--seeds", "0..3000"]).out;
    assert!(text.contains("at 95 % confidence fewer than 3 in 3,000 seeds fail"), "{text}");
    assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
}

#[test]
fn the_first_failure_is_told_step_by_step() {
    let folder = folder("story", &[("planted.yaml", &(HARDENED.to_owned() + ONE_RULE_OFF))]);
    let ran = paychaos(&folder, &["fuzz", "planted.yaml", "--seeds", "0..300"]);
    assert!(ran.out.contains("customer pays 100.00 CNY") && ran.out.contains("✗ lost"), "{}", ran.out);
    assert!(ran.out.lines().all(|line| line.chars().count() <= 80), "{}", ran.out);
    let none = paychaos(&folder, &["fuzz", "planted.yaml", "--seeds", "0..300", "--stories", "0"]);
    assert!(!none.out.contains("customer pays"), "{}", none.out);
}

#[test]
fn breaches_are_judged_by_silence() {
    let silent =
        ANYTHING.to_owned() + "hops: {platform-bank: {manual_queue: off}, merchant-platform: {manual_queue: off}}\n";
    let folder = folder("breaches", &[("silent.yaml", &silent)]);
    let (code, result) = fuzz(&folder, &["silent.yaml", "--seeds", "0..2000", "--breaches"]);
    assert_eq!(code, 1);
    let failures = result["failures"].as_array().unwrap();
    let breached: Vec<&Value> = failures.iter().filter(|failure| failure["breach"] == true).collect();
    assert!(!breached.is_empty());
    assert!(breached.iter().all(|failure| failure["invariant"] == "progress.deadline"), "{failures:#?}");
    assert!(breached.iter().all(|failure| failure["class"] == "not_converged"), "{failures:#?}");
    assert!(failures[0]["reproduce"].as_str().unwrap().ends_with("--breaches"));
    // So are the cases found before: one that ends before a person now is mended, whatever else a broken word has done.
    let case = "\
orders: {count: 1}
faults:
  - false_failure: {at: order 1 / merchant-platform / query-answer / 5}
  - fail_update: {at: order 1 / merchant-platform / record-write / 1}
  - never_settle: {at: order 1 / platform-bank / decision / 1}
";
    fs::create_dir_all(folder.join("found/silent")).unwrap();
    fs::write(folder.join("found/silent/case.yaml"), case).unwrap();
    let args = ["silent.yaml", "--breaches", "--seeds", "0..1", "--repro-dir", "found"];
    assert_eq!(fuzz(&folder, &args).1["corpus"][0]["verdict"], "fail");
    fs::write(folder.join("silent.yaml"), ANYTHING).unwrap();
    let mended = &fuzz(&folder, &args).1["corpus"][0];
    assert_eq!((&mended["verdict"], &mended["unreached"]), (&"pass".into(), &serde_json::json!([])), "{mended:#}");
}

#[test]
fn a_breach_hides_nothing_that_another_order_violates() {
    // Both orders give back more than was charged; one of them was never settled as well.
    let with = |breached: u32| {
        format!(
            "\
orders: {{count: 2}}
merchant: {{returns: [{{probability: 0, after: 1h, share: 0.6}}, {{probability: 0, after: 1h, share: 0.6}}]}}
hops:
  merchant-platform: {{rules: {{reserve_refundable: off}}}}
  platform-bank: {{rules: {{reserve_refundable: off}}}}
faults:
  - happen: {{at: [order 1 / merchant / return / 1, order 1 / merchant / return / 2]}}
  - happen: {{at: [order 2 / merchant / return / 1, order 2 / merchant / return / 2]}}
  - never_settle: {{at: order {breached} / platform-bank / decision / 1}}
  - lose: {{hop: merchant-platform, probability: 0.0000001}}
"
        )
    };
    let folder = folder("hidden", &[("first.yaml", &with(1)), ("second.yaml", &with(2))]);
    for (file, other) in [("first.yaml", 2), ("second.yaml", 1)] {
        let (code, result) = fuzz(&folder, &[file, "--seeds", "0..20", "--breaches"]);
        assert_eq!((code, &result["failing_seeds"]), (1, &Value::from(20)), "{file}: {result:#}");
        let failure = &result["failures"][0];
        assert_eq!((&failure["invariant"], &failure["order"]), (&"money.refund_bound".into(), &other.into()), "{failure:#}");
    }
}

#[test]
fn a_goal_that_no_seed_reaches_fails_the_campaign() {
    let wants = "goals: [recovered-by-polling, recovered-by-transaction]\n";
    let folder = folder("goals", &[("wants.yaml", &(HARDENED.to_owned() + wants))]);
    let (code, result) = fuzz(&folder, &["wants.yaml", "--seeds", "0..300", "--jobs", "2"]);
    assert_eq!((code, &result["failing_seeds"]), (1, &Value::from(0)));
    assert_eq!(result["goals"][0]["reached"], true);
    assert_eq!(result["reasons"], serde_json::json!(["goal not reached: recovered-by-transaction"]));
}

#[test]
fn coupled_orders_are_shrunk_together() {
    let coupled = "\
orders: {count: 6, arrivals: {every: 1s}}
hops:
  merchant-platform: {strategy: article_literal, notification: {gaps: [0s, 15s], queue: fifo}}
  platform-bank: {strategy: article_literal, notification: {gaps: [0s, 15s], queue: fifo}}
";
    let folder = folder("coupled", &[("coupled.yaml", coupled)]);
    let (code, result) = fuzz(&folder, &["coupled.yaml", "--seeds", "0..60", "--repro-dir", "r"]);
    assert_eq!(code, 1);
    for failure in result["failures"].as_array().unwrap() {
        let ran = paychaos(&folder, &["run", failure["repro"].as_str().unwrap()]);
        assert_eq!(ran.code, 1, "{}", ran.out);
    }
    assert!(result["failures"][0]["repro_yaml"].as_str().unwrap().contains("count: 1,"), "{:#}", result["failures"][0]);
}

#[test]
fn mutants_says_how_soon_a_missing_rule_is_noticed() {
    let folder = folder("mutants", &[("rich.yaml", HARDENED)]);
    let args = ["mutants", "rich.yaml", "--seeds", "0..1000", "--format", "json"];
    let ran = paychaos(&folder, &args);
    assert_eq!(ran.code, 1, "some rules have no mechanism to protect here: {}", ran.err);
    let result: Value = serde_json::from_str(&ran.out).unwrap();
    let mutants = result[0]["mutants"].as_array().unwrap();
    assert_eq!(mutants.len(), paychaos::payments::rules::Rules::ALL.len());
    let of = |name: &str| mutants.iter().find(|mutant| mutant["rule"] == name).unwrap();
    for name in ["unknown_is_not_failed", "not_found_is_unknown", "errors_change_nothing"] {
        let soon = of(name)["median"].as_u64().is_some_and(|median| median <= 100);
        assert!(soon && of(name)["seeds_to_detection"].as_array().unwrap().len() == 5, "{:#}", of(name));
    }
    let refund = of("same_refund_number");
    assert_eq!((&refund["median"], &refund["configured"]), (&Value::Null, &Value::Bool(false)));
    let reasons = result[0]["reasons"].to_string();
    assert!(reasons.contains("same_refund_number was never noticed missing: the scenario has no refund"), "{reasons}");
    assert!(!reasons.contains("with all rules on"), "{reasons}");
    let threads = paychaos(&folder, &[&args[..], &["--jobs", "3"]].concat());
    assert_eq!(threads.out, ran.out, "the same bytes whatever the threads");
}

/// No rule of ours prevents what the bank does: that it charges a number again is one mistake all the same.
#[test]
fn a_mistake_that_no_rule_prevents_is_one_entry() {
    let again = "
orders: {count: 4, arrivals: {poisson: 1/s}}
customer: {pays_again: {probability: 0.5, after: 2m}}
hops:
  platform-bank: {repeated_number: charge_again, retry: {max: 2}, notification: {gaps: [0s, 15s, 1m]}}
";
    let folder = folder("again", &[("again.yaml", again)]);
    let ran = paychaos(&folder, &["fuzz", "again.yaml", "--seeds", "0..600", "--format", "json"]);
    let value: Value = serde_json::from_str(&ran.out).unwrap();
    let failures = value[0]["failures"].as_array().expect("failures");
    let by = |failure: &Value| failure["prevented_by"].to_string();
    let told: Vec<String> = failures.iter().map(by).collect();
    assert_eq!(told, ["\"repeated_number: same_answer on platform-bank\""], "{}", ran.err);
}

#[test]
fn a_breach_that_nobody_comes_by_excuses_nothing() {
    let folder = folder("unreached", &[("planted.yaml", &(ANYTHING.to_owned() + ONE_RULE_OFF))]);
    fs::create_dir_all(folder.join("found/planted")).unwrap();
    let unreached = "  - never_settle: {at: order 1 / platform-bank / decision / 2}\n";
    fs::write(folder.join("found/planted/case.yaml"), BELIEVED.to_owned() + unreached).unwrap();
    let (code, result) = fuzz(&folder, &["planted.yaml", "--seeds", "0..1", "--repro-dir", "found"]);
    let case = &result["corpus"][0];
    assert_eq!((code, &case["verdict"], &case["kind"]), (1, &Value::from("fail"), &Value::from("violation")), "{case:#}");
    assert_eq!(case["unreached"][0], "order 1 / platform-bank / decision / 2");
}
