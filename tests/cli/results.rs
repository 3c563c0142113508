//! Results for programs: the keys of the JSON, the same bytes for the same run, traces.

use crate::common::{folder, paychaos};
use crate::{LOST, RANDOM, json, kind_of, listed, names, result};
use serde_json::Value;
use std::fs;

#[test]
fn json_has_the_keys_of_the_contract() {
    let folder = folder("json", &[("lost.yaml", LOST), ("random.yaml", RANDOM)]);
    let ran = paychaos(&folder, &["run", "lost.yaml", "random.yaml", "--format", "json"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let list = json(&ran.out);
    assert_eq!(list.as_array().map(Vec::len), Some(2));
    let keys = [
        ("scenario", "string"),
        ("verdict", "string"),
        ("digest", "string"),
        ("orders", "number"),
        ("paid", "number"),
        ("events", "number"),
        ("coupled", "boolean"),
        ("dropped/external", "number"),
        ("dropped/internal", "number"),
        ("recovered_by", "object"),
        ("unrecovered", "number"),
        ("manual", "number"),
        ("time_to_consistency_us/p50", "number"),
        ("time_to_consistency_us/p90", "number"),
        ("time_to_consistency_us/p99", "number"),
        ("time_to_consistency_us/max", "number"),
        ("cost/queries", "number"),
        ("cost/notifications", "number"),
        ("cost/file_rows", "number"),
        ("cost/scan_rows", "number"),
        ("cost/refunds", "number"),
        ("at_risk_minor_unit_seconds", "number"),
        ("loss/customer", "number"),
        ("loss/merchant", "number"),
        ("loss/platform", "number"),
        ("violations", "array"),
        ("goals", "array"),
        ("timing", "object"),
    ];
    for result in list.as_array().expect("a list") {
        for (key, kind) in keys {
            let value = result.pointer(&format!("/{key}")).unwrap_or_else(|| panic!("no {key} in {result:#}"));
            assert_eq!(kind_of(value), kind, "{key}");
        }
        let digest = result["digest"].as_str().expect("a string");
        assert!(digest.len() == 16 && digest.bytes().all(|b| b.is_ascii_hexdigit()), "{digest}");
    }
    assert_eq!(list[0]["seed"], Value::Null);
    assert_eq!(list[1]["seed"], 7);
    assert_eq!(list[0]["dropped"]["external"], 1);
    assert_eq!(list[0]["recovered_by"]["platform-bank.polling"], 1);
    assert_eq!(list[0]["goals"][0], json(r#"{"name": "recovered-by-polling", "reached": true}"#));
}

#[test]
fn violations_have_their_keys() {
    let wrong = "orders: {count: 3}
hops:
  merchant-platform: {strategy: {}, manual_queue: off}
  platform-bank: {strategy: {}, manual_queue: off}
faults:
  - lose: {at: order 2 / platform-bank / answer / 1}
expect: {violates: [money.charged_once, books.agree, hygiene.tables_empty, progress.deadline]}
";
    let folder = folder("violations", &[("none.yaml", wrong)]);
    let result = result(&folder, &["none.yaml"]);
    let violations = result["violations"].as_array().expect("a list");
    assert!(!violations.is_empty(), "{result:#}");
    for violation in violations {
        assert_eq!(violation["order"], 2, "orders count from 1, as in addresses");
        assert!(
            violation["invariant"].is_string() && violation["detail"].is_string() && violation["at_us"].is_u64(),
            "{violation}"
        );
    }
    assert_eq!(result["loss"]["customer"], 10000, "{result:#}");
}

#[test]
fn the_same_run_is_the_same_to_the_byte_but_for_its_timing() {
    let folder = folder("same", &[("random.yaml", RANDOM)]);
    let mut once = result(&folder, &["random.yaml"]);
    let mut again = result(&folder, &["random.yaml"]);
    for result in [&mut once, &mut again] {
        assert!(result.as_object_mut().expect("an object").remove("timing").is_some());
    }
    assert_eq!(once, again);
    let told = |name: &str| {
        let ran = paychaos(&folder, &["run", "random.yaml", "--trace", name]);
        (ran.out, fs::read(folder.join(name)).expect("a trace"))
    };
    assert_eq!(told("one.txt"), told("two.txt"));
}

#[test]
fn another_seed_is_another_run() {
    let folder = folder("seed", &[("random.yaml", RANDOM)]);
    let own = result(&folder, &["random.yaml"]);
    let same = result(&folder, &["random.yaml", "--seed", "7"]);
    let other = result(&folder, &["random.yaml", "--seed", "8"]);
    assert_eq!(own["digest"], same["digest"]);
    assert_ne!(own["digest"], other["digest"]);
    assert_eq!(other["seed"], 8);
}

#[test]
fn without_a_misfortune_it_did_not_happen() {
    let folder = folder("without", &[("lost.yaml", LOST), ("calm.yaml", "about: Calm.\n")]);
    let ran = paychaos(&folder, &["run", "lost.yaml", "--without", "order 1 / platform-bank / answer / 1"]);
    assert_eq!(ran.code, 1, "its goal is not reached: {}", ran.out);
    let without = result(&folder, &["lost.yaml", "--without", "order 1 / platform-bank / answer / 1"]);
    let calm = result(&folder, &["calm.yaml"]);
    assert_eq!(without["dropped"]["external"], 0);
    assert_eq!(without["digest"], calm["digest"]);
    let elsewhere = result(&folder, &["lost.yaml", "--without", "order 1 / platform-bank / request / 1"]);
    assert_eq!(elsewhere["dropped"]["external"], 1);
    assert_eq!(elsewhere["spared_in_vain"], serde_json::json!(["order 1 / platform-bank / request / 1"]));
    assert_eq!((&without["spared_in_vain"], &without["unreached"]), (&serde_json::json!([]), &serde_json::json!([])));
}

#[test]
fn where_nothing_would_have_happened_nothing_is_spared() {
    let folder = folder("in_vain", &[("random.yaml", RANDOM)]);
    let spared = |order: u32| {
        let at = format!("order {order} / platform-bank / answer / 1");
        let ran = paychaos(&folder, &["run", "random.yaml", "--without", &at]);
        ran.out.contains(&format!("nothing to spare at: {at}"))
    };
    let in_vain = (1..=50).filter(|order| spared(*order)).count();
    assert!((20..48).contains(&in_vain), "{in_vain} of 50 answers would have arrived");
}

#[test]
fn another_strategy_may_have_another_end() {
    let folder = folder("strategy", &[("lost.yaml", LOST)]);
    for name in listed(&folder, Some("strategies")) {
        let ran = paychaos(&folder, &["run", "lost.yaml", "--strategy", &name]);
        assert!(ran.code <= 1 && ran.err.is_empty(), "{name}: {}", ran.err);
    }
}

#[test]
fn every_trace_format_is_written() {
    let folder = folder("trace", &[("lost.yaml", LOST)]);
    let formats = listed(&folder, Some("formats"));
    assert!(formats.len() >= 5, "{formats:?}");
    for format in &formats {
        let ran = paychaos(&folder, &["run", "lost.yaml", "--trace", "trace", "--trace-format", format]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{format}");
        let text = fs::read_to_string(folder.join("trace")).expect("a trace");
        assert!(text.len() > 500 && !text.contains('\u{1b}'), "{format}: {text}");
        match format.as_str() {
            "json" => {
                let facts: Vec<Value> = text.lines().map(json).collect();
                let times: Vec<u64> = facts.iter().map(|fact| fact["at_us"].as_u64().expect("a time")).collect();
                assert!(times.is_sorted() && facts.iter().all(|fact| fact["fact"].is_string() && fact["order"] == 1));
            }
            "perfetto" => assert!(json(&text)["traceEvents"].as_array().is_some_and(|events| events.len() > 20)),
            "mermaid" => assert!(text.starts_with("sequenceDiagram\n")),
            "html" => {
                assert!(text.starts_with("<!DOCTYPE html>") && text.trim_end().ends_with("</html>"));
                assert!(!text.contains("src=\"http") && !text.contains("href=\"http"), "a page of its own needs no other");
            }
            "text" => assert!(text.lines().all(|line| line.starts_with("lost order 1 "))),
            other => panic!("how is `{other}` checked?"),
        }
    }
    assert_eq!(names(&folder), ["lost.yaml", "trace"], "no temporary file is left");
}

#[test]
fn the_trace_format_follows_from_the_file() {
    let folder = folder("by_name", &[("lost.yaml", LOST)]);
    for (file, start) in [
        ("t.html", "<!DOCTYPE html>"),
        ("t.HTML", "<!DOCTYPE html>"),
        ("t.htm", "<!DOCTYPE html>"),
        ("t.mmd", "sequenceDiagram"),
        ("t.json", "{"),
        ("t.log", "lost order 1"),
    ] {
        assert_eq!(paychaos(&folder, &["run", "lost.yaml", "--trace", file]).code, 0);
        let text = fs::read_to_string(folder.join(file)).expect("a trace");
        assert!(text.starts_with(start), "{file}: {}", &text[..40]);
    }
    let ran = paychaos(&folder, &["run", "lost.yaml", "--trace", "t.md"]);
    assert!(ran.code == 2 && ran.err.contains("--trace-format mermaid"), "{}", ran.err);
    assert_eq!(paychaos(&folder, &["run", "lost.yaml", "--trace", "t.md", "--trace-format", "mermaid"]).code, 0);
}
