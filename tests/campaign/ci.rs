//! What CI is told: `paychaos ci`, JUnit, annotations, the README's workflow, lines that reproduce a failure, bad usage.

use crate::common::{command, folder, paychaos, ran};
use crate::{ANYTHING, BELIEVED, HARDENED, LITERAL, ONE_RULE_OFF, fuzz, read};
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn ci_runs_scenarios_corpus_and_campaigns() {
    let lost = "faults:\n  - lose: {at: order 1 / platform-bank / answer / 1}\n";
    let known = LITERAL.to_owned() + "expect: {violates: [money.charged_once]}\n";
    let folder = folder("ci", &[]);
    fs::create_dir_all(folder.join("all/deep")).unwrap();
    fs::write(folder.join("all/hardened.yaml"), HARDENED).unwrap();
    fs::write(folder.join("all/deep/lost.yaml"), lost).unwrap();
    let args = ["ci", "all", "--seeds", "0..300", "--budget", "20s", "--repro-dir", "found", "--junit", "junit.xml"];
    let ran = paychaos(&folder, &args);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("PASS  2 scenarios, 0 cases, 1 campaign over 300 seeds: 0 failed"), "{}", ran.out);
    fs::write(folder.join("all/planted.yaml"), ANYTHING.to_owned() + ONE_RULE_OFF).unwrap();
    fs::write(folder.join("all/known.yaml"), known).unwrap();
    let ran = paychaos(&folder, &args);
    assert_eq!(ran.code, 1);
    assert!(ran.out.contains("FAIL  4 scenarios") && ran.out.contains("paychaos run found/planted/"), "{}", ran.out);
    let junit = read(&folder, "junit.xml");
    for wanted in ["<testsuite name=\"scenarios\"", "<testsuite name=\"planted\"", "type=\"violation\"", "not as expected"] {
        assert!(junit.contains(wanted), "{wanted}: {junit}");
    }
    let json = paychaos(&folder, &[&args[..], &["--format", "json"]].concat());
    let value: Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!((&value["verdict"], value["runs"].as_array().unwrap().len()), (&Value::from("fail"), 4));
    assert!(value["campaigns"][1]["corpus"].as_array().is_some_and(|corpus| !corpus.is_empty()), "{value:#}");
}

/// Whatever has become of the scenario in which it was found, a case is run.
#[test]
fn ci_runs_every_case_of_the_corpus() {
    let folder = folder("cases", &[]);
    fs::create_dir_all(folder.join("all")).unwrap();
    let planted = ANYTHING.to_owned() + ONE_RULE_OFF;
    fs::write(folder.join("all/shop.yaml"), &planted).unwrap();
    let args = ["ci", "all", "--seeds", "0..200", "--budget", "20s", "--repro-dir", "found", "--junit", "j.xml"];
    assert_eq!(paychaos(&folder, &args).code, 1);
    let file = fs::read_dir(folder.join("found/shop")).expect("cases").next().expect("one").unwrap().file_name();
    let case = format!("found/shop/{}", file.to_string_lossy());
    let ran = paychaos(&folder, &args);
    let told = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(told.contains(&format!("✗ a case found before fails: {case}")), "{}", ran.out);
    // It expects another violation; it scripts something; it is too large: there is no campaign.
    let large = planted.replace("count: 5", "count: 10001");
    let scripted = planted.clone() + "faults:\n  - lose: {at: order 1 / platform-bank / answer / 1}\n";
    for without in [&(planted.clone() + "expect: {violates: [books.agree]}\n"), &scripted, &large] {
        fs::write(folder.join("all/shop.yaml"), without).unwrap();
        let ran = paychaos(&folder, &args);
        assert_eq!(ran.code, 1, "{}", ran.out);
        let told = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains(&format!("✗ a case found before fails: {case}")), "{}", ran.out);
        assert!(told.contains("0 campaigns") && !ran.err.contains("of no scenario"), "{}{}", ran.out, ran.err);
        let is_large = ran.err.contains("note: all/shop.yaml: it has more than 10,000 orders");
        assert_eq!(is_large, without == &large, "{}", ran.err);
        let junit = read(&folder, "j.xml");
        assert!(junit.contains("<testsuite name=\"corpus\"") && junit.contains(&format!("name=\"{case}\"")), "{junit}");
    }
    // It was renamed.
    fs::rename(folder.join("all/shop.yaml"), folder.join("all/store.yaml")).unwrap();
    let ran = paychaos(&folder, &[&args[..], &["--format", "json"]].concat());
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("note: found/shop: ") && ran.err.contains("of no scenario in all"), "{}", ran.err);
    let value: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((&value["verdict"], &value["corpus"][0]["file"]), (&Value::from("fail"), &Value::from(case)));
}

/// A violation, an order that did not converge and a goal that was not reached have types of their own, wherever they are.
#[test]
fn junit_tells_kinds_of_failure_apart() {
    // A request that is lost leaves an order open for good, and costs nobody anything.
    let hop = "{strategy: {}, manual_queue: off, latency: 10ms}";
    let lost = "bank: {processing: 10ms}\nfaults: [lose: {site: merchant-platform/request, probability: 0.1}]";
    let silent = format!("hops: {{platform-bank: {hop}, merchant-platform: {hop}}}\n{lost}\n");
    let wants = HARDENED.to_owned() + "goals: [recovered-by-compensation]\n";
    let folder = folder("kinds", &[("silent.yaml", &silent), ("wants.yaml", &wants)]);
    let (_, found) = fuzz(&folder, &["silent.yaml", "--seeds", "0..2000", "--breaches"]);
    let failures = found["failures"].as_array().expect("a list");
    let open = failures.iter().find(|failure| failure["class"] == "not_converged").expect("one");
    let seed = open["seed"].as_u64().expect("a number");
    let seeds = format!("{seed}..{}", seed + 1);
    for _ in 0..2 {
        let args = ["fuzz", "silent.yaml", "--seeds", &seeds, "--breaches", "--repro-dir", "found", "--junit", "j.xml"];
        assert_eq!(paychaos(&folder, &args).code, 1);
        let junit = read(&folder, "j.xml");
        assert!(junit.contains("type=\"not converged\"") && !junit.contains("type=\"violation\""), "{junit}");
    }
    fs::remove_file(folder.join("silent.yaml")).unwrap();
    paychaos(&folder, &["ci", ".", "--budget", "1s", "--junit", "ci.xml"]);
    let junit = read(&folder, "ci.xml");
    assert!(junit.contains("type=\"goal not reached\"") && !junit.contains("not as expected"), "{junit}");
}

#[test]
fn github_is_told() {
    let folder = folder("github", &[("planted.yaml", &(HARDENED.to_owned() + ONE_RULE_OFF))]);
    let mut told = command(&folder, &["fuzz", "planted.yaml", "--seeds", "0..300", "--format", "json"]);
    told.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", folder.join("summary.md"));
    let ran = ran(told);
    assert_eq!(ran.code, 1);
    let annotation =
        ran.err.lines().find(|line| line.starts_with("::error file=planted.yaml,title=planted%3A ")).expect("one");
    assert!(annotation.contains("%0Apaychaos fuzz planted.yaml --seeds "), "{annotation}");
    let summary = read(&folder, "summary.md");
    assert!(summary.contains("| ❌ planted | 300 |") && summary.contains("prevented by not_found_is_unknown"), "{summary}");
    fs::write(folder.join("wrong.yaml"), "about: x\nstorn: 1d\n").unwrap();
    let mut told = command(&folder, &["check", "wrong.yaml"]);
    told.env("GITHUB_ACTIONS", "true");
    let said = crate::common::ran(told).err;
    assert!(said.contains("::error file=wrong.yaml,line=2,col=1,title=not valid::unknown key `storn`%0A"), "{said}");
    let silent = paychaos(&folder, &["fuzz", "planted.yaml", "--seeds", "0..300"]);
    assert!(!silent.err.contains("::error"), "only where GitHub asks for it");
}

/// What fails is annotated at its file, and no name means anything in Markdown.
#[test]
fn github_is_told_where_and_in_plain_text() {
    let never = "about: x\ngoals: [reversed]\n";
    let folder = folder("github_ci", &[("a<x>\u{1b}[31m*b.yaml", never)]);
    let mut told = command(&folder, &["ci", ".", "--budget", "1s"]);
    told.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", folder.join("summary.md"));
    let ran = ran(told);
    assert_eq!(ran.code, 1);
    let annotation = ran.err.lines().find(|line| line.starts_with("::error ")).expect("one");
    assert!(annotation.starts_with("::error file=./a<x>"), "{annotation}");
    let summary = read(&folder, "summary.md");
    assert!(summary.contains("- ❌ a&lt;x>\\[31m\\*b\n"), "{summary}");
    assert!(!summary.contains('\u{1b}') && !summary.contains("<x>"), "{summary}");
}

#[test]
fn the_workflow_of_the_readme_uses_what_there_is() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("README.md");
    let workflow = readme.split("```yml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("a workflow");
    let folder = folder("workflow", &[]);
    let mut commands = 0;
    for line in workflow.lines().filter_map(|line| line.trim().strip_prefix("- run: paychaos ")) {
        let mut words = line.split(' ');
        let help = paychaos(&folder, &[words.next().unwrap(), "--help"]);
        assert_eq!(help.code, 0, "{line}");
        for flag in words.filter(|word| word.starts_with("--")) {
            assert!(help.out.contains(flag), "{line}: there is no {flag}");
        }
        commands += 1;
    }
    assert_eq!(commands, 3);
}

#[test]
fn bad_usage_is_2_and_writes_nothing() {
    let folder = folder("usage", &[("a.yaml", HARDENED)]);
    let wrong: &[&[&str]] = &[
        &["fuzz"],
        &["fuzz", "missing.yaml"],
        &["fuzz", "a.yaml", "--seeds", "5"],
        &["fuzz", "a.yaml", "--seeds", "5..5"],
        &["fuzz", "a.yaml", "--seeds", "9..5"],
        &["fuzz", "a.yaml", "--jobs", "0"],
        &["fuzz", "a.yaml", "--shard", "1/2"],
        &["fuzz", "a.yaml", "--shard", "0/2", "--out", "o"],
        &["fuzz", "a.yaml", "--shard", "3/2", "--out", "o"],
        &["fuzz", "a.yaml", "--time-limit", "soon"],
        &["fuzz", "a.yaml", "--seeds", "0..2", "--out", "nowhere/o"],
        &["fuzz", "a.yaml", "--seeds", "0..2", "--out", "a.yaml"],
        &["fuzz", "a.yaml", "--seeds", "0..2", "--junit", "nowhere/j"],
        &["merge"],
        &["merge", "missing.json"],
        &["merge", "a.yaml"],
        &["mutants", "a.yaml", "--seeds", "x"],
        &["mutants", "a.yaml", "--seeds", "0..4"],
        &["ci", "nowhere"],
        &["ci", "a.yaml", "--budget", "much"],
    ];
    for args in wrong {
        let ran = paychaos(&folder, args);
        assert_eq!(ran.code, 2, "{args:?}: {}{}", ran.out, ran.err);
        assert!(!ran.err.is_empty(), "{args:?}");
    }
    assert_eq!(read(&folder, "a.yaml"), HARDENED);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn commands_can_be_pasted_whatever_a_file_is_called() {
    let planted = HARDENED.to_owned() + ONE_RULE_OFF;
    let names = ["my plan's (1) $x.yaml", "a&b;c.yaml", "two\nlines.yaml"];
    let folder = folder("pasted", &names.map(|name| (name, planted.as_str())));
    for name in names {
        let (_, result) = fuzz(&folder, &[name, "--seeds", "0..100", "--repro-dir", "found here"]);
        let text =
            paychaos(&folder, &["fuzz", name, "--seeds", "0..100", "--repro-dir", "found here", "--stories", "0"]).out;
        let command = text.lines().find_map(|line| line.strip_prefix("  paychaos run ")).expect("a command");
        let again = result["failures"][0]["reproduce"].as_str().unwrap().strip_prefix("paychaos ").unwrap();
        for pasted in [format!("run {command}"), again.to_owned()] {
            let mut shell = Command::new("bash");
            let line = format!("{} {pasted}", env!("CARGO_BIN_EXE_paychaos"));
            shell.current_dir(&folder).args(["-c", &line]);
            let ran = ran(shell);
            assert_eq!(ran.code, 1, "{line}: {}", ran.err);
        }
    }
}

/// Nothing in a folder is passed over without a word.
#[cfg(unix)]
#[test]
fn what_is_in_a_folder_is_run_or_named() {
    let folder = folder("named", &[]);
    fs::create_dir_all(folder.join("all")).unwrap();
    fs::create_dir_all(folder.join("found/b/old")).unwrap();
    for file in ["all/a.yaml", "all/b.yml", "all/c.YAML"] {
        fs::write(folder.join(file), HARDENED).unwrap();
    }
    fs::write(folder.join("found/b/case.yml"), BELIEVED).unwrap();
    std::os::unix::fs::symlink("../found", folder.join("all/linked")).unwrap();
    let ran = paychaos(&folder, &["ci", "all", "--seeds", "0..20", "--repro-dir", "found"]);
    assert!(ran.out.contains("PASS  3 scenarios, 1 case, 3 campaigns"), "{}{}", ran.out, ran.err);
    assert!(ran.err.contains("note: all/linked: this link to a folder is not followed"), "{}", ran.err);
    assert!(ran.err.contains("note: found/b/old: no case is looked for in this folder"), "{}", ran.err);
}
