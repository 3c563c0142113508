//! What a seed draws from, and what a campaign has exercised.

use crate::common::{command, folder, paychaos, ran};
use crate::{ANYTHING, HARDENED, fuzz, read};
use serde_json::Value;

#[test]
fn where_no_faults_are_listed_every_kind_in_contract_strikes_wherever_it_can() {
    let folder = folder("anything", &[("anything.yaml", ANYTHING)]);
    let (_, result) = fuzz(&folder, &["anything.yaml", "--seeds", "0..3000"]);
    let kinds = paychaos::faults::ALL.iter().filter(|kind| !kind.breach);
    for kind in kinds.filter(|kind| !kind.places.is_empty()) {
        let listed = result["swarm"]["kinds"].as_array().unwrap().iter().any(|name| name == kind.name);
        assert!(listed && result["swarm"]["listed"] == false, "{}", kind.name);
        // Without notifications, none can be tampered with.
        let struck = result["coverage"][kind.name].as_object().is_some_and(|sites| !sites.is_empty());
        assert!(struck || ["tamper", "stale"].contains(&kind.name), "{}", kind.name);
    }
    assert!(result["coverage"]["lose"]["platform-bank/answer"]["pending"].as_u64() > Some(100));
    assert!(result["coverage"].get("false_failure").is_none(), "a breach only if it is asked for");
}

#[test]
fn coverage_is_a_table() {
    let folder = folder("coverage", &[("anything.yaml", ANYTHING)]);
    let (_, result) = fuzz(&folder, &["anything.yaml", "--seeds", "0..200", "--coverage", "coverage.csv"]);
    let table = read(&folder, "coverage.csv");
    let mut counted = 0;
    for line in table.lines().skip(1) {
        let [scenario, kind, site, state, times] = line.split(',').collect::<Vec<_>>().try_into().expect("five cells");
        assert_eq!(scenario, "\"anything\"");
        let times: u64 = times.parse().expect("a number");
        let known = result["coverage"][kind][site][state].as_u64().unwrap_or(0);
        assert_eq!(times, known, "{line}");
        counted += times;
    }
    let kinds = result["coverage"].as_object().unwrap().values().flat_map(|sites| sites.as_object().unwrap().values());
    let all: u64 = kinds.flat_map(|states| states.as_object().unwrap().values()).map(|times| times.as_u64().unwrap()).sum();
    assert!(counted == all && all > 1000, "{counted} in the table, {all} in all");
    assert!(table.contains("\"anything\",tamper,platform-bank/notification,pending,0\n"), "what never struck is there, too");
}

#[test]
fn coverage_is_the_same_whether_orders_take_turns_or_not() {
    const APART: &str = "\
orders: {count: 8, arrivals: {poisson: 5/s}}
faults:
  - lose: {hop: platform-bank, probability: 0.05}
  - late: {hop: platform-bank, probability: 0.05}
  - not_found: {hop: platform-bank, probability: 0.02}
  - fail_update: {hop: platform-bank, probability: 0.02}
  - duplicate: {hop: platform-bank, probability: 0.05}
";
    // A limit that is never reached: it is shared all the same.
    let together = APART.to_owned() + "hops: {platform-bank: {polling: {rate_limit: 1000000/s}}}\n";
    let folder = folder("interleaved", &[("apart.yaml", APART), ("together.yaml", &together)]);
    let [apart, together] = ["apart.yaml", "together.yaml"].map(|file| fuzz(&folder, &[file, "--seeds", "0..200"]).1);
    assert_eq!(apart["digest"], together["digest"]);
    assert_eq!(apart["coverage"], together["coverage"]);
}

#[test]
fn listed_faults_are_the_only_ones() {
    let listed = ANYTHING.to_owned() + "faults:\n  - lose: {site: platform-bank/answer, probability: 0.1}\n";
    let folder = folder("listed", &[("listed.yaml", &listed)]);
    let (_, result) = fuzz(&folder, &["listed.yaml", "--seeds", "0..300"]);
    assert_eq!(result["swarm"], serde_json::json!({"kinds": ["lose"], "listed": true, "open": false, "breaches": false}));
    let struck: Vec<&String> = result["coverage"]["lose"].as_object().unwrap().keys().collect();
    assert_eq!(struck, ["platform-bank/answer"]);
}

#[test]
fn values_left_open_are_drawn() {
    let open = "orders: {count: {between: [2, 9]}}\nhops: {platform-bank: {timeout: {read: {one_of: [1s, 5s]}}}}\n";
    let folder = folder("open", &[("open.yaml", open), ("broken.yaml", "orders: {count: {between: [9, 2]}}\n")]);
    let (_, result) = fuzz(&folder, &["open.yaml", "--seeds", "0..1600"]);
    let orders = result["orders"].as_u64().unwrap();
    assert!((1600 * 4..1600 * 7).contains(&orders) && orders % 16 == 0, "{orders}");
    let (_, again) = fuzz(&folder, &["open.yaml", "--seeds", "0..1600", "--jobs", "3"]);
    assert_eq!(again, result);
    let once = paychaos(&folder, &["run", "open.yaml", "--format", "json"]);
    assert!(once.out.contains("\"orders\": 5"), "the middle: {}", once.out);
    let broken = paychaos(&folder, &["fuzz", "broken.yaml"]);
    assert_eq!(broken.code, 2);
    assert!(broken.err.contains("broken.yaml:1:17") && broken.err.contains("the lower value comes first"), "{}", broken.err);
}

#[test]
fn seeds_that_share_a_draw_count_as_one() {
    let open = HARDENED.replace("count: 5", "count: {between: [2, 3]}");
    let folder = folder("trials", &[("open.yaml", &open)]);
    let (code, result) = fuzz(&folder, &["open.yaml", "--seeds", "0..1600"]);
    assert_eq!((code, &result["rate_below"], &result["swarm"]["open"]), (0, &Value::from(0.03), &Value::from(true)));
    let mut told = command(&folder, &["fuzz", "open.yaml", "--seeds", "0..1600"]);
    told.env("GITHUB_STEP_SUMMARY", folder.join("summary.md"));
    let text = ran(told).out.split_whitespace().collect::<Vec<_>>().join(" ");
    let fewer = "at 95 % confidence fewer than 3 in 100 seeds fail (16 seeds in a row share one draw";
    assert!(text.contains(fewer) && read(&folder, "summary.md").contains(fewer), "{text}");
    let (_, few) = fuzz(&folder, &["open.yaml", "--seeds", "0..48"]);
    assert_eq!(few["rate_below"], Value::Null, "three draws say nothing");
}

#[test]
fn ranges_are_drawn_of_whatever_has_an_order() {
    const RANGES: &str = "\
orders: {count: 3, amount: {between: [1.00, 500.00]}, arrivals: {poisson: {between: [1/m, 10/s]}}, start: {between: [\"10:00\", d1 10:00]}}
merchant: {returns: [{probability: {between: [0.1, 0.9]}, share: {between: [0.2, 0.7]}, after: {between: [0, 2h]}}]}
hops:
  platform-bank:
    polling: {rate_limit: {between: [2/s, 9/s]}}
    reconciliation: {cut_off: {between: [\"22:00\", \"24:00\"]}, file_at: {between: [\"09:00\", \"11:00\"]}}
faults:
  - skew: {party: bank, by: {between: [-90s, 30s]}}
deadline: {between: [4bd, 6bd]}
";
    let folder = folder("ranges", &[("ranges.yaml", RANGES)]);
    let ran = paychaos(&folder, &["check", "ranges.yaml"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let (_, result) = fuzz(&folder, &["ranges.yaml", "--seeds", "0..320"]);
    assert_eq!(result["runs"], 320, "{result:#}");
}

/// What a seed draws is in contract: no message is later than its link allows, in a window neither.
#[test]
fn windows_are_as_slow_as_the_link_allows() {
    for max in ["1s", "0s"] {
        let text = format!(
            "customer: {{pays_again: {{probability: 0.6, after: 40s}}}}\n\
             hops: {{platform-bank: {{strategy: kill_bill_janitor, late: {{max: {max}}}}}}}\n"
        );
        let folder = folder("slow", &[("slow.yaml", &text)]);
        let ran = paychaos(&folder, &["fuzz", "slow.yaml", "--seeds", "3000..3300"]);
        assert!(ran.code < 2, "{}", ran.err);
    }
}

/// A campaign in which nothing can go wrong claims nothing.
#[test]
fn breaches_that_nobody_asked_for_show_nothing() {
    let only = "faults:\n  - false_failure: {hop: platform-bank, probability: 0.1}\n";
    let folder = folder("only", &[("only.yaml", only)]);
    let ran = paychaos(&folder, &["fuzz", "only.yaml", "--seeds", "0..100"]);
    let told = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("this shows nothing") && told.contains("`--breaches`"), "{}", ran.out);
    assert!(!told.contains("confidence"), "{}", ran.out);
    let (code, result) = fuzz(&folder, &["only.yaml", "--seeds", "0..100"]);
    assert_eq!((code, &result["rate_below"]), (0, &Value::Null), "{result:#}");
}

/// What never came to strike shows nothing either, and that is said wherever a campaign is told.
#[test]
fn faults_that_never_strike_show_nothing() {
    let late = "orders: {count: 1}\nfaults:\n  - lose: {hop: platform-bank, from: \"20:00\", to: \"21:00\"}\n";
    let folder = folder("idle", &[("idle.yaml", late)]);
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut told = command(&folder, &["fuzz", "idle.yaml", "--seeds", "0..100"]);
    told.env("GITHUB_STEP_SUMMARY", folder.join("summary.md"));
    let why = "no fault struck under any seed, so this shows nothing";
    let (text, summary) = (words(&ran(told).out), read(&folder, "summary.md"));
    assert!(text.contains(why) && !text.contains("confidence") && summary.contains(why), "{text}{summary}");
    let (code, result) = fuzz(&folder, &["idle.yaml", "--seeds", "0..100"]);
    assert_eq!((code, &result["rate_below"]), (0, &Value::Null), "{result:#}");
    assert!(result["shows_nothing"].as_str().is_some_and(|told| told.contains(why)), "{result:#}");
    let ci = words(&paychaos(&folder, &["ci", ".", "--seeds", "0..100"]).out);
    assert!(ci.contains(why) && ci.contains("0 failed, 1 campaign shows nothing"), "{ci}");
}
