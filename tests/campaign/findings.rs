//! What a campaign finds, how often it says so, and what finding nothing shows.

use crate::common::{command, folder, paychaos, ran};
use crate::{ANYTHING, BELIEVED, HARDENED, ONE_RULE_OFF, fuzz, read, results};
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
    let finally = ["money.charged_once", "books.agree", "books.settled", "hygiene.tables_empty", "progress.deadline"];
    let is_finally = |failure: &&Value| finally.iter().any(|id| failure["invariant"] == **id);
    assert!(breached.iter().all(is_finally), "{failures:#?}");
    assert!(failures[0]["reproduce"].as_str().unwrap().ends_with("--breaches"));
    // So are the cases found before: one that ends before a person now is mended, whatever else a broken word has done.
    let case = "\
orders: {count: 1}
expect: not_silent
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

/// Nothing is open and the books agree, but the money never comes and nobody is told.
#[test]
fn money_that_never_comes_is_silence() {
    let hop = "{strategy: {polling: {}}}";
    let never = format!(
        "hops: {{merchant-platform: {hop}, platform-bank: {hop}}}\nfaults: [never_settle: {{hop: platform-bank, probability: 1}}]\n"
    );
    let folder = folder("unsettled", &[("never.yaml", &never)]);
    let (code, result) = fuzz(&folder, &["never.yaml", "--seeds", "0..100", "--breaches"]);
    assert_eq!((code, &result["failures"][0]["invariant"]), (1, &Value::from("books.settled")), "{result:#}");
    assert_eq!(result["failures"][0]["breach"], true);
    // So says an exploration, and its cases.
    let ran = paychaos(&folder, &["explore", "never.yaml", "--faults", "1", "--breaches", "--repro-dir", "found"]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("books.settled"), "{}", ran.out);
}

/// What a campaign says of a case, `run` says of its file.
#[test]
fn a_case_with_a_broken_word_is_judged_alike_everywhere() {
    let silent = "orders: {count: 2}\nhops: {platform-bank: {manual_queue: off}, merchant-platform: {manual_queue: off}}\n";
    let folder = folder("alike", &[("silent.yaml", silent)]);
    let args = ["silent.yaml", "--seeds", "868..869", "--breaches", "--repro-dir", "found"];
    let (_, result) = fuzz(&folder, &args);
    let failure = &result["failures"][0];
    let repro = failure["repro"].as_str().expect("a file");
    assert!(read(&folder, repro).ends_with("\nexpect: not_silent\n"), "{}", read(&folder, repro));
    assert_eq!(paychaos(&folder, &["run", repro]).code, 1);
    let faults = failure["faults"].as_array().unwrap();
    assert_eq!(faults.len(), 3, "{failure:#}");
    for (fault, says) in faults.iter().zip(failure["counterfactuals"].as_array().unwrap()) {
        let ran = paychaos(&folder, &["run", repro, "--without", fault.as_str().unwrap()]);
        assert_eq!(ran.code == 0, says.as_str().unwrap().ends_with("it passes"), "{says}: {}", ran.out);
    }
    // Told to a person, it passes for the corpus and for `run`.
    let told = read(&folder, repro).replace("manual_queue: off", "manual_queue: on");
    fs::write(folder.join("told.yaml"), told).unwrap();
    let ran = paychaos(&folder, &["run", "told.yaml"]);
    assert!(ran.code == 0 && ran.out.contains("money.charged_once"), "{}", ran.out);
    fs::write(folder.join("silent.yaml"), "orders: {count: 2}\n").unwrap();
    let (_, mended) = fuzz(&folder, &["silent.yaml", "--seeds", "0..1", "--breaches", "--repro-dir", "found"]);
    assert_eq!(mended["corpus"][0]["verdict"], "pass", "{mended:#}");
}

/// A copy of a request is answered, too, and that answer can be lost: the case of it can be read again.
#[test]
fn a_case_may_name_the_answer_to_a_copy() {
    let hop = "{strategy: {}, manual_queue: off}";
    let bare = format!("orders: {{count: 1}}\nhops: {{merchant-platform: {hop}, platform-bank: {hop}}}\n");
    let copy = bare.clone()
        + "faults:\n- duplicate: {at: order 1 / platform-bank / request / 1}\n- lose: {at: order 1 / platform-bank / answer / 2}\n";
    let folder = folder("copy", &[("bare.yaml", &bare), ("copy.yaml", &copy)]);
    let ran = paychaos(&folder, &["explore", "bare.yaml", "--faults", "2"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(!ran.err.contains("bug of paychaos"), "{}", ran.err);
    let ran = paychaos(&folder, &["run", "copy.yaml"]);
    assert!(ran.code == 0 && !ran.out.contains("never reached"), "{}{}", ran.out, ran.err);
}

/// One request that is late by six minutes is enough; the usual ten make it too late to be taken.
#[test]
fn a_minimum_has_tried_every_duration() {
    let late = "\
orders: {count: 1}
hops:
  merchant-platform: {strategy: {polling: {plan: [8h]}}, valid_for: 20h}
  platform-bank:
    valid_for: 10h
    late: {max: 2h}
    strategy: {polling: {plan: [6m], max: 3}, reconciliation: {}}
    rules: {not_found_is_unknown: off, late_success_counts: off}
";
    let folder = folder("durations", &[("late.yaml", late)]);
    let smallness = |seeds: &str| {
        let (_, result) = fuzz(&folder, &["late.yaml", "--seeds", seeds]);
        let failure = &result["failures"][0];
        assert_eq!(failure["invariant"], "money.charged_once");
        (failure["faults"].as_array().unwrap().len(), failure["smallness"].clone())
    };
    assert_eq!(smallness("14404..14405"), (2, "irreducible".into()));
    assert_eq!(smallness("534..535"), (1, "minimum".into()));
}

/// Who ends before a person is counted, in every format, and by shards as by one run.
#[test]
fn what_ends_before_a_person_is_counted() {
    let bare = "orders: {count: 2}\nhops: {merchant-platform: {strategy: {}}, platform-bank: {strategy: {}}}\n";
    let folder = folder("manual", &[("bare.yaml", bare)]);
    let (code, whole) = fuzz(&folder, &["bare.yaml", "--seeds", "0..600"]);
    let [seeds, orders] = ["seeds", "orders"].map(|of| whole["manual"][of].as_u64().expect("a number"));
    assert_eq!(code, 0);
    assert!(100 < seeds && seeds < orders && orders < 2 * seeds, "{seeds} {orders}");
    for shard in ["1/2", "2/2"] {
        let out = format!("{}.json", &shard[..1]);
        fuzz(&folder, &["bare.yaml", "--seeds", "0..600", "--shard", shard, "--out", &out]);
    }
    let args = ["merge", "1.json", "2.json", "1.json", "--junit", "j.xml"];
    let merged = results(&paychaos(&folder, &[&args[..], &["--format", "json"]].concat()));
    assert_eq!(merged[0]["manual"], whole["manual"]);
    let mut told = command(&folder, &args);
    told.env("GITHUB_STEP_SUMMARY", folder.join("summary.md"));
    let text = ran(told).out;
    assert!(text.contains(&format!("{orders} orders, in {seeds} seeds, ended with a case before a person")), "{text}");
    assert!(read(&folder, "j.xml").contains(&format!("<property name=\"manual seeds\" value=\"{seeds}\"/>")));
    assert!(read(&folder, "summary.md").contains(&format!("| ✅ bare | 600 | 0 | {seeds} | 0 |")));
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
