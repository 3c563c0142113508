//! One mistake is one entry, and two are two, classed by the worst that they do, and whatever is said of it beside its case holds of the case.

use crate::common::{folder, paychaos};
use crate::{fuzz, read};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;

/// A worker that waits for ever.
const HUNG: &str = "orders: {count: 2}\nhops: {merchant-platform: {timeout: {read: none}}}\n";

/// Each hop is asked once, and there is no file that would show what was missed.
const ASKS_ONCE: &str = "\
orders: {count: 2}
hops:
  merchant-platform: {strategy: {polling: {max: 1}}, manual_queue: off}
  platform-bank: {strategy: {polling: {max: 1, plan: [3s]}}, manual_queue: off}
";

/// A cancel that is lost is not sent again, and an old success is believed.
const CANCELS_ONCE: &str = "\
orders: {count: 2}
hops:
  platform-bank:
    reversal: {kind: cancel, after: 1}
    rules: {store_and_forward: off, query_after_cancel: off}
    reconciliation: none
";

/// Refunds are asked for again under new numbers, on both hops.
const REFUNDS_TWICE: &str = "\
orders: {count: 2}
merchant: {returns: [{after: 30m, share: 0.5}]}
hops:
  merchant-platform: {rules: {same_refund_number: off, reserve_refundable: off}}
  platform-bank: {rules: {same_refund_number: off}}
";

/// A strategy that takes what it cannot find for failed, and so notices several things at once.
const BELIEVES: &str = "orders: {count: 2}\nhops: {platform-bank: {strategy: hyperswitch_like}}\n";

/// The relay of the outbox takes more than a week: nothing need go wrong.
const SLOW_RELAY: &str = "\
orders: {count: 1}
platform: {internal: {transaction: {kind: outbox, relay: 9d}}}
hops: {merchant-platform: {manual_queue: off}, platform-bank: {manual_queue: off}}
";

fn failures(result: &Value) -> &Vec<Value> {
    result["failures"].as_array().expect("a list")
}

/// What a scenario file violates.
fn violates(folder: &std::path::Path, file: &str) -> BTreeSet<String> {
    let ran = paychaos(folder, &["run", file, "--format", "json"]);
    let value: Value = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}{}", ran.out, ran.err));
    value[0]["violations_by_invariant"].as_object().expect("a map").keys().cloned().collect()
}

#[test]
fn one_wrong_parameter_is_one_entry() {
    let folder = folder("parameters", &[("hung.yaml", HUNG), ("once.yaml", ASKS_ONCE)]);
    let (_, hung) = fuzz(&folder, &["hung.yaml", "--seeds", "0..3000"]);
    let told: Vec<&Value> = failures(&hung).iter().map(|failure| &failure["prevented_by"]).collect();
    assert_eq!(told, ["timeout: {read: 10s} on merchant-platform"], "{hung:#}");
    let (_, once) = fuzz(&folder, &["once.yaml", "--seeds", "0..600"]);
    assert!((1..=3).contains(&failures(&once).len()), "{:#}", once["failures"]);
}

/// What shows two mistakes at once is no third one, and makes neither look worse than it is.
#[test]
fn two_mistakes_are_two_entries() {
    let two = "\
orders: {count: 2}
hops:
  merchant-platform: {rules: {errors_change_nothing: off}}
  platform-bank: {rules: {inner_status: off}}
";
    let folder = folder("two", &[("two.yaml", two)]);
    let (_, result) = fuzz(&folder, &["two.yaml", "--seeds", "0..2000"]);
    let told: BTreeSet<&str> =
        failures(&result).iter().map(|failure| failure["prevented_by"].as_str().expect("a rule")).collect();
    assert_eq!(told, ["errors_change_nothing on merchant-platform", "inner_status on platform-bank"].into(), "{result:#}");
    assert_eq!(failures(&result).len(), 2);
}

#[test]
fn an_entry_is_called_by_what_its_seed_violates_and_classed_by_the_worst_of_its_case() {
    let folder = folder("worst", &[("cancels.yaml", CANCELS_ONCE)]);
    let args = ["fuzz", "cancels.yaml", "--seeds", "638..639", "--repro-dir", "found", "--junit", "j.xml"];
    let ran = paychaos(&folder, &[&args[..], &["--format", "json"]].concat());
    let result: Value = serde_json::from_str(&ran.out).expect("JSON");
    let failure = &failures(&result[0])[0];
    assert_eq!((&failure["invariant"], &failure["class"]), (&"books.agree".into(), &"violation".into()));
    let also = failure["also_violates"].as_array().expect("a list");
    assert!(also.contains(&"money.no_goods_unpaid".into()), "{also:?}");
    let junit = read(&folder, "j.xml");
    assert!(junit.contains("type=\"violation\"") && !junit.contains("type=\"not converged\""), "{junit}");
}

#[test]
fn what_stands_beside_a_case_is_of_the_case() {
    let folder = folder("beside", &[("believes.yaml", BELIEVES), ("cancels.yaml", CANCELS_ONCE)]);
    for file in ["believes.yaml", "cancels.yaml"] {
        let (_, result) = fuzz(&folder, &[file, "--seeds", "0..700", "--repro-dir", "found"]);
        for failure in failures(&result) {
            let list = |key: &str| failure[key].as_array().expect("a list").clone();
            let said: BTreeSet<String> = list("also_violates")
                .iter()
                .chain([&failure["invariant"]])
                .map(|id| id.as_str().unwrap().to_owned())
                .collect();
            assert_eq!(said, violates(&folder, failure["repro"].as_str().unwrap()), "{failure:#}");
            assert!(list("others_violate").iter().all(|id| !said.contains(id.as_str().unwrap())), "{failure:#}");
        }
        let cases: BTreeSet<String> = failures(&result).iter().map(|failure| failure["told"].to_string()).collect();
        assert_eq!(cases.len(), failures(&result).len(), "one case is one entry");
    }
}

#[test]
fn with_what_prevents_a_case_it_passes() {
    let folder = folder("prevents", &[("refunds.yaml", REFUNDS_TWICE)]);
    let (_, result) = fuzz(&folder, &["refunds.yaml", "--seeds", "0..300"]);
    assert!(!failures(&result).is_empty());
    for failure in failures(&result) {
        let prevented_by = failure["prevented_by"].as_str().expect("a rule");
        for remedy in prevented_by.split(" or ") {
            let mut yaml = failure["repro_yaml"].as_str().unwrap().to_owned();
            for rule in remedy.split(" and ") {
                let (name, hop) = rule.split_once(" on ").expect("a rule and its hop");
                let (before, rest) = yaml.split_once(&format!("\n  {hop}:")).expect("the hop");
                yaml = format!("{before}\n  {hop}:{}", rest.replacen(&format!("{name}: off"), &format!("{name}: on"), 1));
            }
            fs::write(folder.join("mended.yaml"), &yaml).unwrap();
            assert_eq!(violates(&folder, "mended.yaml"), BTreeSet::new(), "with {remedy}: {yaml}");
        }
    }
    // What does not pass with a rule is told of a single run as well.
    let case = "\
orders: {count: 1}
merchant: {returns: [{after: 30m, share: 0.5, probability: 0}]}
hops:
  merchant-platform: {rules: {same_refund_number: off, reserve_refundable: off}}
  platform-bank: {rules: {same_refund_number: off}}
faults:
  - happen: {at: order 1 / merchant / return / 1}
  - crash_after: {at: order 1 / platform-bank / attempt-create / 2, restart: 10001000us}
";
    fs::write(folder.join("case.yaml"), case).unwrap();
    let ran = paychaos(&folder, &["run", "case.yaml", "--format", "json"]);
    let value: Value = serde_json::from_str(&ran.out).expect("JSON");
    let prevented_by = &value[0]["violations"][0]["prevented_by"];
    assert_eq!(prevented_by, "same_refund_number on platform-bank", "on the other hop it still fails");
}

#[test]
fn a_mistake_has_one_file_whichever_seeds_show_it() {
    let folder = folder("names", &[("cancels.yaml", CANCELS_ONCE)]);
    let mut files = BTreeSet::new();
    for from in [0, 3000, 10_000] {
        let seeds = format!("{from}..{}", from + 1000);
        let (_, result) = fuzz(&folder, &["cancels.yaml", "--seeds", &seeds, "--repro-dir", "found"]);
        let shown: BTreeSet<String> =
            failures(&result).iter().map(|failure| failure["repro"].as_str().unwrap().to_owned()).collect();
        files.insert(shown);
    }
    // There are two mistakes: what is lost, and what is believed.
    assert_eq!(files.iter().map(BTreeSet::len).collect::<Vec<_>>(), [2], "{files:?}");
    assert_eq!(fs::read_dir(folder.join("found/cancels")).unwrap().count(), 2);
}

/// A seed whose orders fail in several ways is one seed, also where the ways were seen by different shards.
#[test]
fn seeds_are_counted_once() {
    const AGAIN: &str = "\
orders: {count: {between: [1, 5]}, amount: {uniform: [1.00, 90.00]}}
hops: {platform-bank: {retry: {max: 2}, repeated_number: charge_again}}
";
    let folder = folder("once", &[("again.yaml", AGAIN)]);
    let args = ["fuzz", "again.yaml", "--seeds", "0..600"];
    let (_, result) = fuzz(&folder, &args[1..]);
    assert_eq!(failures(&result).len(), 1, "{result:#}");
    assert_eq!(failures(&result)[0]["seeds"], result["failing_seeds"]);
    for i in ["1", "2"] {
        paychaos(&folder, &[&args[..], &["--shard", &format!("{i}/2"), "--out", &format!("{i}.json")]].concat());
    }
    let merged = paychaos(&folder, &["merge", "2.json", "1.json", "--format", "json"]);
    let merged: Value = serde_json::from_str(&merged.out).expect("JSON");
    assert_eq!(merged[0]["failures"], result["failures"]);
}

#[test]
fn where_nothing_need_go_wrong_text_and_json_say_the_same() {
    let folder = folder("nothing", &[("slow.yaml", SLOW_RELAY)]);
    let (_, result) = fuzz(&folder, &["slow.yaml", "--seeds", "0..20"]);
    let failure = &failures(&result)[0];
    assert_eq!((&failure["told"], &failure["smallness"]), (&Value::Array(Vec::new()), &"minimum".into()), "{failure:#}");
    let text = paychaos(&folder, &["fuzz", "slow.yaml", "--seeds", "0..20"]).out;
    assert!(text.contains("minimum: nothing need go wrong"), "{text}");
}
