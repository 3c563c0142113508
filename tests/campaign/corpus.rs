//! Failures as files: they fail as their seeds did, are run first next time, and are never written over.

use crate::common::{Ran, folder, paychaos};
use crate::{ANYTHING, BELIEVED, HARDENED, LITERAL, ONE_RULE_OFF, fuzz, read, results};
use serde_json::Value;
use std::fs;

#[test]
fn every_failure_is_a_file_that_fails_and_is_run_first_next_time() {
    let literal = LITERAL.to_owned() + HARDENED.split_once('\n').expect("two lines").1;
    let folder = folder("repro", &[("literal.yaml", &literal)]);
    let args = ["literal.yaml", "--seeds", "0..300", "--repro-dir", "found"];
    let (code, first) = fuzz(&folder, &args);
    let failures = first["failures"].as_array().expect("a list");
    assert!(code == 1 && failures.len() > 3, "{failures:#?}");
    for failure in failures {
        let file = failure["repro"].as_str().expect("a file");
        assert_eq!(read(&folder, file), failure["repro_yaml"].as_str().unwrap());
        let ran = paychaos(&folder, &["run", file, "--format", "json"]);
        assert_eq!(ran.code, 1, "{file}: {}", ran.err);
        let violated =
            &results(&Ran { out: ran.out.replace("\"events_per_s\"", "\"runs_per_s\": 1, \"events_per_s\""), ..ran })[0];
        let named = &violated["violations_by_invariant"][failure["invariant"].as_str().unwrap()];
        assert!(named.as_u64() > Some(0), "{file}: {violated:#}");
        for address in failure["faults"].as_array().unwrap() {
            let without = paychaos(&folder, &["run", file, "--without", address.as_str().unwrap(), "--format", "json"]);
            assert_ne!(without.code, 2, "{file}, {address}: {}", without.err);
        }
        assert!(!failure["told"].as_array().unwrap().is_empty() && failure["prevented_by"].is_string(), "{failure:#}");
    }
    let (_, second) = fuzz(&folder, &args);
    assert_eq!(second["corpus"].as_array().unwrap().len(), failures.len());
    assert!(second["corpus"].as_array().unwrap().iter().all(|case| case["verdict"] == "fail"));
    assert_eq!(second["failures"], first["failures"]);
    // Once the strategy is mended, the cases pass, and from then on they guard it.
    fs::write(folder.join("literal.yaml"), literal.replace("article_literal", "article_hardened")).unwrap();
    let (_, third) = fuzz(&folder, &args);
    assert!(third["corpus"].as_array().unwrap().iter().all(|case| case["verdict"] == "pass"), "{:#}", third["corpus"]);
    fs::write(folder.join("literal.yaml"), &literal).unwrap();
    let (code, broken) = fuzz(&folder, &["literal.yaml", "--seeds", "0..1", "--repro-dir", "found"]);
    assert!(code == 1 && broken["corpus"].as_array().unwrap().iter().all(|case| case["verdict"] == "fail"), "{broken:#}");
    for failure in failures {
        assert_eq!(read(&folder, failure["repro"].as_str().unwrap()), failure["repro_yaml"].as_str().unwrap());
    }
}

#[test]
fn a_case_is_played_by_the_parties_of_now_and_never_written_over() {
    let planted = HARDENED.to_owned() + ONE_RULE_OFF;
    let mended = planted.replace("not_found_is_unknown: off", "not_found_is_unknown: on");
    let folder = folder("now", &[("planted.yaml", &planted)]);
    let args = ["planted.yaml", "--seeds", "0..300", "--repro-dir", "found"];
    let (_, first) = fuzz(&folder, &args);
    let file = first["failures"][0]["repro"].as_str().expect("a file").to_owned();
    fs::write(folder.join("planted.yaml"), &mended).unwrap();
    let (code, second) = fuzz(&folder, &args);
    assert_eq!((code, second["corpus"][0]["verdict"].as_str()), (0, Some("pass")), "{second:#}");
    // What the case needs is not asked any more: it passes, and that is said.
    fs::write(folder.join("planted.yaml"), mended.replace("{rules:", "{polling: none, rules:")).unwrap();
    let edited = read(&folder, &file).replace("lose: {at", "lose: {at: order 1 / platform-bank / query / 1}\n  - lose: {at");
    assert!(edited.contains("query / 1"), "{edited}");
    fs::write(folder.join(&file), &edited).unwrap();
    let (_, third) = fuzz(&folder, &args);
    assert_eq!(third["corpus"][0]["verdict"], "pass", "{:#}", third["corpus"]);
    assert_eq!(third["corpus"][0]["unreached"], serde_json::json!(["order 1 / platform-bank / query / 1"]));
    let text = paychaos(&folder, &["fuzz", "planted.yaml", "--seeds", "0..300", "--repro-dir", "found"]).out;
    let told = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains("passes: found/planted/") && told.contains("never reached: order 1 / platform-bank"), "{text}");
    // The same kind of failure is found again: beside the file that somebody has changed, not over it.
    let kept = "orders: {count: 1}\n";
    fs::write(folder.join(&file), kept).unwrap();
    fs::write(folder.join("planted.yaml"), &planted).unwrap();
    for _ in 0..2 {
        let (_, again) = fuzz(&folder, &args);
        let beside = file.replace(".yaml", "-2.yaml");
        assert_eq!(again["failures"][0]["repro"], beside.as_str());
        assert_eq!(read(&folder, &beside), again["failures"][0]["repro_yaml"].as_str().unwrap());
        assert_eq!(read(&folder, &file), kept);
        assert!(!folder.join(file.replace(".yaml", "-3.yaml")).exists());
    }
}

#[test]
fn a_case_keeps_the_values_that_its_scenario_leaves_open() {
    // The case needs the second of what is open: it is not the first of a kind that `run` would take.
    let open = HARDENED.to_owned() + &ONE_RULE_OFF.replace(": off", ": {one_of: [on, off]}");
    let folder = folder("open_corpus", &[("open.yaml", &open)]);
    let args = ["open.yaml", "--seeds", "0..300", "--repro-dir", "found"];
    let corpus = || {
        let (_, result) = fuzz(&folder, &args);
        let verdict = |case: &Value| case["verdict"].as_str().expect("a word").to_owned();
        result["corpus"].as_array().expect("a list").iter().map(verdict).collect::<Vec<_>>()
    };
    assert!(corpus().is_empty());
    assert!(!corpus().is_empty() && corpus().iter().all(|verdict| verdict == "fail"));
    fs::write(folder.join("open.yaml"), open.replace("[on, off]", "[on, on]")).unwrap();
    assert!(!corpus().is_empty() && corpus().iter().all(|verdict| verdict == "pass"), "what it needs is not open any more");
}

#[test]
fn what_an_open_scenario_violates_is_exported_as_it_was() {
    let open = LITERAL.replace("count: 5", "count: {between: [1, 6]}").replace("after: 2m", "after: {between: [1m, 5m]}");
    let folder = folder("open_repro", &[("open.yaml", &open)]);
    let (code, result) = fuzz(&folder, &["open.yaml", "--seeds", "0..200", "--repro-dir", "r"]);
    assert_eq!(code, 1, "{result:#}");
    let yaml = result["failures"][0]["repro_yaml"].as_str().unwrap();
    assert!(!yaml.contains("between"), "{yaml}");
}

/// All that is read is read before anything is run.
#[test]
fn a_case_that_is_no_scenario_is_noticed_first() {
    let folder = folder("first", &[("a.yaml", HARDENED), ("b.yaml", HARDENED)]);
    fs::create_dir_all(folder.join("found/b")).unwrap();
    fs::write(folder.join("found/b/bad.yaml"), "orders: {count: x}\n").unwrap();
    for args in [
        &["fuzz", "a.yaml", "b.yaml", "--seeds", "0..40", "--repro-dir", "found", "--out", "o.json"][..],
        &["ci", ".", "--seeds", "0..40", "--repro-dir", "found", "--junit", "j.xml"],
    ] {
        let ran = paychaos(&folder, args);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args:?}: {}", ran.err);
        assert!(ran.err.contains("found/b/bad.yaml:1:17"), "{}", ran.err);
    }
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 3, "nothing was written");
}

#[test]
fn a_case_that_takes_only_a_time_says_which() {
    const SLOW: &str = "\
orders: {count: 20}
hops:
  platform-bank:
    latency: {list: [60ms, 60ms, 60ms, 60ms, 60ms, 60ms, 60ms, 60ms, 60ms, 7500ms]}
    timeout: {read: 2s}
    rules: {not_found_is_unknown: off}
faults:
  - lose: {site: merchant-platform/ack, probability: 0.001}
";
    let folder = folder("time", &[("slow.yaml", SLOW)]);
    let ran = paychaos(&folder, &["fuzz", "slow.yaml", "--seeds", "0..20", "--repro-dir", "found"]);
    let told = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    let (takes, only) = ("time order 1 / platform-bank / request / 1: takes 7.", "irreducible: it takes this time");
    assert!(told.contains(takes) && told.contains(only) && !told.contains("this fault"), "{}", ran.out);
    assert!(told.contains("platform-bank / request / 1 taking 60ms, its median, it passes"), "{}", ran.out);
    let json = paychaos(&folder, &["fuzz", "slow.yaml", "--seeds", "0..20", "--format", "json"]);
    let failure = &serde_json::from_str::<Value>(&json.out).expect("JSON")[0]["failures"][0];
    let line = failure["told"][0].as_str().expect("a sentence");
    assert!(line.starts_with("order 1 / platform-bank / request / 1: takes 7."), "{failure:#}");
    assert_eq!(failure["faults"], Value::Array(Vec::new()), "{failure:#}");
    let yaml = failure["repro_yaml"].as_str().expect("a file");
    assert!(yaml.contains(&format!("# {line}\n")), "{yaml}");
    assert!(
        yaml.contains("is violated by take at platform-bank/request.") && !yaml.contains("nothing goes wrong"),
        "{yaml}"
    );
}

#[test]
fn scenarios_whose_cases_would_be_in_one_folder_are_refused() {
    let folder = folder("namesakes", &[("...yaml", HARDENED), ("..yaml", HARDENED)]);
    for deep in ["x", "y", "all/x", "all/y"] {
        fs::create_dir_all(folder.join(deep)).unwrap();
        fs::write(folder.join(deep).join("a.yaml"), HARDENED).unwrap();
    }
    let refused = |args: &[&str], wanted: &str| {
        let ran = paychaos(&folder, &[args, &["--repro-dir", "found"]].concat());
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args:?}: {}", ran.err);
        assert!(ran.err.contains(wanted), "{}", ran.err);
        assert!(!folder.join("found").exists(), "{args:?}");
    };
    let one = "y/a.yaml: its cases would be in found/a, as those of x/a.yaml: rename one of the two";
    refused(&["fuzz", "x", "y", "--seeds", "0..9"], one);
    refused(&["explore", "x", "y", "--faults", "0"], one);
    refused(&["ci", "all", "--seeds", "0..9"], "all/y/a.yaml: its cases would be in found/a, as those of all/x/a.yaml");
    for file in ["...yaml", "..yaml"] {
        refused(&["fuzz", file, "--seeds", "0..9"], "would not be in a folder of their own in found");
    }
    assert_eq!(paychaos(&folder, &["fuzz", "x", "y", "--seeds", "0..9"]).code, 0, "without a corpus they may");
}

#[test]
fn a_counterfactual_is_one_that_a_scenario_may_say() {
    const CRASHES: &str = "\
orders: {count: 4, start: \"23:58\", arrivals: {poisson: 1/s}}
customer: {pays_again: {probability: 0.5, after: 2m, at_most: 2}}
hops:
  merchant-platform:
    timeout: {read: 5s}
    notification: {gaps: [0s, 15s, 1m]}
    polling: {max: 5}
    retry: {max: 2}
    update: 2s
    rules: {store_and_forward: off}
  platform-bank: {timeout: {read: 5s}, notification: {gaps: [0s, 15s, 1m]}, polling: {max: 5}}
platform: {order_model: merchant_new_number, tables: two_databases, internal: {transaction: {kind: outbox}}}
faults:
  - crash: {hop: platform-bank, probability: 0.02}
";
    let folder = folder("sooner", &[("crashes.yaml", CRASHES)]);
    let (_, result) = fuzz(&folder, &["crashes.yaml", "--seeds", "0..400"]);
    let failure = &result["failures"][0];
    assert!(failure["told"][0].as_str().expect("a fault").ends_with("crash restart 1s"), "{failure:#}");
    assert_eq!(failure["counterfactuals"], serde_json::json!(["without fault 1 it passes"]), "a second is the shortest");
}

#[test]
fn of_namesakes_the_one_with_a_campaign_has_the_cases() {
    let folder = folder("namesakes", &[]);
    for inside in ["all/fixed", "all/known", "found/late"] {
        fs::create_dir_all(folder.join(inside)).unwrap();
    }
    let known = ANYTHING.to_owned() + "seed: 1\nexpect: {violates: [state.evidence]}\n" + ONE_RULE_OFF;
    fs::write(folder.join("all/fixed/late.yaml"), ANYTHING).unwrap();
    fs::write(folder.join("all/known/late.yaml"), &known).unwrap();
    fs::write(folder.join("found/late/case.yaml"), BELIEVED).unwrap();
    let args = ["ci", "all", "--seeds", "0..20", "--budget", "20s", "--repro-dir", "found", "--format", "json"];
    let value: Value = serde_json::from_str(&paychaos(&folder, &args).out).unwrap();
    assert_eq!(value["corpus"], serde_json::json!([]), "{value:#}");
    assert_eq!(value["campaigns"][0]["corpus"][0]["verdict"], "pass", "by the parties that are mended");
}
