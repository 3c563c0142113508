//! A broken word: whom it excuses, and from what. Whoever was not hit by one is held to everything, whatever may strike others.

use crate::common::{folder, paychaos};
use crate::results;
use serde_json::Value;

/// A strategy with a mistake on both hops.
const MISTAKEN: &str = "\
hops:
  merchant-platform: {strategy: razorpay_like, manual_queue: on}
  platform-bank: {strategy: razorpay_like, manual_queue: on}
";

fn verdict(text: &str) -> (i32, Vec<Value>) {
    let folder = folder("broken-word", &[("word.yaml", &format!("{MISTAKEN}{text}"))]);
    let ran = paychaos(&folder, &["run", "word.yaml", "--format", "json"]);
    let runs: Value = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}", ran.err));
    (ran.code, runs[0]["violations"].as_array().expect("a list").clone())
}

#[test]
fn a_breach_that_does_not_strike_excuses_nobody() {
    const LATE: &str = "orders: {count: 1}\nexpect: not_silent\nseed: 1\nfaults:\n  \
        - late_debit: {at: order 1 / platform-bank / decision / 1, by: 10m}\n";
    let (code, alone) = verdict(LATE);
    assert_eq!(code, 1);
    for beside in [
        "  - never_settle: {hop: platform-bank, probability: 0.000001}\n",
        "  - never_settle: {hop: platform-bank, from: d0 20:00, to: d0 21:00}\n",
        "  - never_settle: {at: order 1 / platform-bank / decision / 9}\n",
    ] {
        let (code, violations) = verdict(&format!("{LATE}{beside}"));
        assert_eq!((code, &violations), (1, &alone), "{beside}");
        assert!(violations.iter().all(|violation| violation["excused"] == false), "{beside}");
    }
}

#[test]
fn who_is_hit_is_excused_in_a_window_and_by_odds_however_many_they_are() {
    let orders = |count: u32| format!("orders: {{count: {count}, arrivals: {{every: 1s}}}}\nseed: 3\nexpect: not_silent\n");
    let returns = "merchant: {returns: [{probability: 0.7, after: 1d}]}\ncustomer: {pays_again: {probability: 0.5}}\n";
    for breach in ["probability: 1", "from: d0 09:00, to: d0 12:00"] {
        let faults = format!("faults:\n  - debit_after_close: {{hop: platform-bank, {breach}}}\n");
        // Of more violations than are kept, too.
        for count in [40, 1200] {
            let (code, violations) = verdict(&format!("{}{returns}{faults}", orders(count)));
            assert_eq!(code, 0, "{count} orders, {breach}");
            assert!(violations.iter().all(|violation| violation["excused"] == true), "{count} orders, {breach}");
            assert!(violations.len() >= count.min(1000) as usize, "{} of {count}", violations.len());
        }
    }
}

#[test]
fn a_window_that_nobody_comes_by_hides_no_failure_of_a_campaign() {
    let text = format!(
        "{MISTAKEN}orders: {{count: 1}}\nfaults:\n  - late_debit: {{hop: platform-bank, probability: 0.3, by: 10m}}\n"
    );
    let beside = format!("{text}  - never_settle: {{hop: platform-bank, from: d0 20:00, to: d0 21:00}}\n");
    let folder = folder("idle-breach", &[("plain.yaml", &text), ("beside.yaml", &beside)]);
    let ran =
        paychaos(&folder, &["fuzz", "plain.yaml", "beside.yaml", "--seeds", "0..200", "--breaches", "--format", "json"]);
    let results = results(&ran);
    let failing = |i: usize| results[i]["failing_seeds"].as_u64().expect("a count");
    assert!(failing(0) > 20, "{}", failing(0));
    // Another list of kinds draws other swarms: about as many fail.
    assert!(failing(1) > failing(0) * 2 / 3, "{} with an idle window, {} without", failing(1), failing(0));
}

#[test]
fn an_exploration_judges_as_its_cases_are_judged() {
    for breach in [
        "at: order 1 / platform-bank / decision / 1",
        "from: d0 09:00, to: d0 12:00",
        "from: d0 09:00, to: d0 12:00, happens: 0.5",
    ] {
        let text = format!("{MISTAKEN}orders: {{count: 1}}\nfaults:\n  - debit_after_close: {{{breach}}}\n")
            .replace("{from", "{hop: platform-bank, from");
        let folder = folder("explored-breach", &[("word.yaml", &text)]);
        let ran = paychaos(&folder, &["explore", "word.yaml", "--faults", "1", "--breaches"]);
        assert!([0, 1].contains(&ran.code), "{breach}: {}{}", ran.out, ran.err);
    }
}
