//! Exit codes, and what goes to stdout and what to stderr.

use crate::common::{folder, paychaos};
use crate::{LOST, RANDOM, json, names};
use std::fs;

#[test]
fn a_pass_is_0_and_says_nothing_on_stderr() {
    let folder = folder("pass", &[("lost.yaml", LOST)]);
    let ran = paychaos(&folder, &["run", "lost.yaml"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    assert!(ran.out.contains("PASS  lost"), "{}", ran.out);
    assert!(ran.out.contains("recovered by polling"), "{}", ran.out);
}

#[test]
fn an_expectation_that_is_not_met_is_1() {
    let expects = LOST.to_owned() + "expect: {violates: [money.charged_once]}\n";
    let folder = folder("fail", &[("expects.yaml", &expects), ("calm.yaml", "goals: [lost]\n"), ("lost.yaml", LOST)]);
    let ran = paychaos(&folder, &["run", "expects.yaml"]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.out.contains("FAIL  expects") && ran.out.contains("money.charged_once"), "{}", ran.out);
    let ran = paychaos(&folder, &["run", "calm.yaml"]);
    assert_eq!(ran.code, 1, "a goal that is not reached: {}", ran.out);
    let ran = paychaos(&folder, &["run", "lost.yaml", "calm.yaml"]);
    assert_eq!(ran.code, 1, "one of two: {}", ran.out);
}

#[test]
fn bad_usage_is_2_and_says_nothing_on_stdout() {
    let folder = folder("usage", &[("lost.yaml", LOST)]);
    let wrong: &[&[&str]] = &[
        &[],
        &["run"],
        &["fly"],
        &["run", "lost.yaml", "--seed", "x"],
        &["run", "lost.yaml", "--format", "xml"],
        &["run", "lost.yaml", "--without", "order 1 / nowhere / 1"],
        &["run", "lost.yaml", "--without", "order 0 / platform-bank / answer / 1"],
        &["run", "lost.yaml", "--strategy", "prayer"],
        &["run", "lost.yaml", "--trace-format", "json"],
        &["run", "lost.yaml", "--trace", "x", "--trace-format", "x"],
        &["run", "lost.yaml", "--trace", "nowhere/x.json"],
        &["run", "missing.yaml"],
        &["check", "missing.yaml"],
        &["list", "birds"],
        &["explain", "birds"],
        &["completions", "birds"],
        &["init", "nowhere/x.yaml"],
    ];
    for args in wrong {
        let ran = paychaos(&folder, args);
        assert_eq!(ran.code, 2, "{args:?}: {}{}", ran.out, ran.err);
        assert_eq!(ran.out, "", "{args:?}");
        assert!(!ran.err.is_empty(), "{args:?}");
    }
    assert_eq!(names(&folder), ["lost.yaml"]);
}

#[test]
fn bad_input_is_2_with_its_place() {
    let cases: &[(&str, &[u8], &str, &str)] = &[
        ("misspelt", b"seed: 1\norders: {cuont: 3}\n", "misspelt.yaml:2:10", "did you mean `count`"),
        ("odds", b"faults:\n  - lose: {site: platform-bank/answer, probability: 1.5}\n", "odds.yaml:2:53", "1.5 is above 1"),
        ("twice", b"seed: 1\nseed: 2\n", "twice.yaml:2:1", "given twice"),
        ("empty", b"", "empty.yaml:1:1", "empty"),
        ("not_text", b"about: \xff\xfe\n", "not_text.yaml:1:8", "UTF-8"),
        (
            "strategy",
            b"hops: {platform-bank: {strategy: hardend}}\n",
            "strategy.yaml:1:34",
            "did you mean `article_hardened`",
        ),
        (
            "address",
            b"faults:\n  - lose: {at: order 1 / platform-bank / anwser / 1}\n",
            "address.yaml:2:16",
            "platform-bank/answer",
        ),
        (
            "beyond",
            b"faults:\n  - lose: {at: order 9 / platform-bank / answer / 1}\n",
            "beyond.yaml:2:16",
            "can never occur",
        ),
        ("fault", b"faults:\n  - loose: {site: platform-bank/answer}\n", "fault.yaml:2:5", "did you mean `lose`"),
        ("site", b"faults:\n  - forge: {site: platform-bank/answer, probability: 0.1}\n", "site.yaml:2:", "platform-bank"),
        ("unit", b"storm: 5 lightyears\n", "unit.yaml:1:8", "lightyears"),
        ("invariant", b"expect: {violates: [money.charged_twice]}\n", "invariant.yaml:1:21", "money.charged_once"),
        ("goal", b"goals: [rich]\n", "goal.yaml:1:9", "rich"),
        ("yaml", b"about: [\n", "yaml.yaml:", ""),
        ("list", b"- a\n- b\n", "list.yaml:1:1", ""),
    ];
    let folder = folder("bad", &[]);
    for (name, bytes, place, says) in cases {
        let file = format!("{name}.yaml");
        fs::write(folder.join(&file), bytes).expect("a file to write");
        for command in ["run", "check"] {
            let ran = paychaos(&folder, &[command, &file]);
            assert_eq!(ran.code, 2, "{command} {name}: {}{}", ran.out, ran.err);
            assert_eq!(ran.out, "", "{command} {name}");
            assert!(ran.err.contains(place), "{name}: no {place} in\n{}", ran.err);
            assert!(ran.err.contains(says), "{name}: no {says} in\n{}", ran.err);
            assert!(!ran.err.contains('\u{1b}') && ran.err.ends_with('\n'), "{name}: {:?}", ran.err);
        }
    }
}

/// What the command line has changed is not laid to the file's charge, and a name obeys nobody.
#[test]
fn a_mistake_says_whose_it_is() {
    let scripted = "hops: {platform-bank: {strategy: article_hardened}}\n\
                    faults: [lose: {at: order 1 / platform-bank / close / 1}]\n";
    let closes_never = "hyperswitch_like";
    let folder = folder("whose", &[("s.yaml", scripted), ("two\nlines.yaml", "storn: 1d\n")]);
    assert_eq!(paychaos(&folder, &["check", "s.yaml"]).code, 0);
    let ran = paychaos(&folder, &["run", "s.yaml", "--strategy", closes_never]);
    let wanted = format!("can never occur by `--strategy {closes_never}`");
    assert!(ran.code == 2 && ran.err.contains(&wanted) && ran.err.contains("another strategy"), "{}", ran.err);
    let ran = paychaos(&folder, &["check", "two\nlines.yaml"]);
    assert!(ran.err.contains("--> two\\nlines.yaml:1:1"), "{}", ran.err);
    let ran = paychaos(&folder, &["run", "s.yaml", "--seed", "abc"]);
    assert!(ran.code == 2 && ran.err.contains("a seed is a whole number from 0 to 18446744073709551615"), "{}", ran.err);
}

#[test]
fn every_mistake_of_every_file_is_shown_and_nothing_is_run() {
    let wrong = "orders: {cuont: 3}\nstorn: 1d\n";
    let folder = folder("mistakes", &[("a.yaml", wrong), ("b.yaml", "goals: [rich]\n"), ("lost.yaml", LOST)]);
    let ran = paychaos(&folder, &["run", ".", "--trace", "trace.json"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    for place in ["a.yaml:1:10", "a.yaml:2:1", "b.yaml:1:9"] {
        assert!(ran.err.contains(place), "no {place} in\n{}", ran.err);
    }
    assert_eq!(names(&folder), ["a.yaml", "b.yaml", "lost.yaml"], "nothing is written");
}

#[test]
fn a_folder_means_its_scenarios_sorted() {
    let folder = folder("folders", &[("b.yaml", LOST), ("a.yaml", LOST), ("notes.txt", "no scenario")]);
    fs::create_dir_all(folder.join("c/deep")).expect("a folder");
    fs::create_dir_all(folder.join("empty")).expect("a folder");
    fs::write(folder.join("c/deep/d.yaml"), LOST).expect("a file");
    let ran = paychaos(&folder, &["run", ".", "--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let list = json(&ran.out);
    let order: Vec<&str> =
        list.as_array().expect("a list").iter().map(|each| each["scenario"].as_str().expect("a name")).collect();
    assert_eq!(order, ["a", "b", "d"]);
    let ran = paychaos(&folder, &["run", "empty"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("no scenario"), "{}", ran.err);
}

#[test]
fn the_starter_scenario_passes_and_is_not_written_over() {
    let folder = folder("init", &[]);
    let ran = paychaos(&folder, &["init"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_eq!(names(&folder), ["scenario.yaml"]);
    let ran = paychaos(&folder, &["run", "scenario.yaml"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    fs::write(folder.join("scenario.yaml"), "mine").expect("a file");
    let ran = paychaos(&folder, &["init"]);
    assert_eq!(ran.code, 2);
    assert_eq!(fs::read_to_string(folder.join("scenario.yaml")).expect("a file"), "mine");
    let ran = paychaos(&folder, &["init", "--force"]);
    assert_eq!(ran.code, 0);
    assert_ne!(fs::read_to_string(folder.join("scenario.yaml")).expect("a file"), "mine");
    let ran = paychaos(&folder, &["init", "other.yaml"]);
    assert_eq!(ran.code, 0);
    assert_eq!(names(&folder), ["other.yaml", "scenario.yaml"], "no temporary file is left");
}

#[test]
fn check_runs_nothing_and_counts() {
    let folder = folder("check", &[("lost.yaml", LOST), ("random.yaml", RANDOM)]);
    let ran = paychaos(&folder, &["check", "."]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "2 scenarios are valid\n", ""));
    let ran = paychaos(&folder, &["check", ".", "--format", "json"]);
    let list = json(&ran.out);
    assert_eq!(
        (&list[1]["scenario"], &list[1]["orders"], &list[1]["coupled"]),
        (&"random".into(), &50.into(), &false.into())
    );
}
