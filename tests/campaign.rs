//! Campaigns from the command line: the same bytes whatever the threads and shards, nothing lost or counted twice when they
//! are killed, every failure a file that fails, and what people, programs and CI are told.

use assert_cmd::Command;
use paychaos::campaign::shard;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// The strategy with known mistakes, under every kind of fault.
const LITERAL: &str = "\
orders: {count: 5, arrivals: {poisson: 5/s}}
customer: {pays_again: {probability: 0.3, after: 2m}}
hops:
  merchant-platform: {strategy: article_literal, notification: {gaps: [0s, 15s, 15s, 30s]}}
  platform-bank: {strategy: article_literal, channel: wechat_pay_v3}
";

/// The default strategy, under every kind of fault.
const ANYTHING: &str = "orders: {count: 5, arrivals: {poisson: 5/s}}\n";

/// The default strategy, under faults that it survives.
const HARDENED: &str = "\
orders: {count: 5, arrivals: {poisson: 5/s}}
faults:
  - lose: {hop: merchant-platform, probability: 0.05}
  - lose: {hop: platform-bank, probability: 0.05}
  - late: {hop: platform-bank, probability: 0.02}
  - duplicate: {hop: merchant-platform, probability: 0.02}
  - query_error: {hop: platform-bank, probability: 0.1}
  - not_found: {hop: platform-bank, probability: 0.05}
  - forge: {hop: platform-bank, probability: 0.05}
  - truncate: {hop: platform-bank, probability: 0.3}
  - late_debit: {hop: platform-bank, probability: 0.02}
  - outage: {site: merchant-platform/query, from: 10:00, to: 10:05}
";

/// One mistake.
const ONE_RULE_OFF: &str = "hops: {platform-bank: {rules: {not_found_is_unknown: off}}}\n";

struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn command(folder: &Path, args: &[&str]) -> std::process::Command {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_paychaos"));
    for name in ["COLUMNS", "CLICOLOR_FORCE", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"] {
        command.env_remove(name);
    }
    command.current_dir(folder).args(args);
    command
}

fn ran(mut command: Command) -> Ran {
    let output = command.output().expect("the binary runs");
    Ran {
        code: output.status.code().expect("no signal"),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

fn paychaos(folder: &Path, args: &[&str]) -> Ran {
    ran(Command::from_std(command(folder, args)))
}

fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("campaign").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder to write in");
    for (file, text) in files {
        fs::write(folder.join(file), text).expect("a file to write");
    }
    folder
}

fn read(folder: &Path, file: &str) -> String {
    fs::read_to_string(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The results as JSON, without what may vary.
fn results(ran: &Ran) -> Value {
    let mut value: Value = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}{}", ran.out, ran.err));
    for result in value.as_array_mut().expect("a list") {
        let timing = result.as_object_mut().expect("an object").remove("timing").expect("a timing");
        assert!(timing["wall_s"].is_number() && timing["runs_per_s"].is_number() && timing["events_per_s"].is_number());
    }
    value
}

fn fuzz(folder: &Path, args: &[&str]) -> (i32, Value) {
    let ran = paychaos(folder, &[&["fuzz"], args, &["--format", "json"]].concat());
    (ran.code, results(&ran)[0].clone())
}

#[test]
fn one_thread_and_many_give_the_same_bytes() {
    let folder = folder("jobs", &[("literal.yaml", LITERAL)]);
    let with = |jobs: &str| {
        let args = ["fuzz", "literal.yaml", "--seeds", "100..900", "--jobs", jobs, "--format", "json", "--out", jobs];
        let ran = paychaos(&folder, &args);
        assert_eq!(ran.code, 1, "{}", ran.err);
        (results(&ran), read(&folder, jobs))
    };
    let one = with("1");
    assert!(one.0[0]["failing_seeds"].as_u64() > Some(100) && one.0[0]["replayed"].as_u64() > Some(2));
    assert_eq!(one, with("2"));
    assert_eq!(one, with("4"));
}

#[test]
fn shards_joined_in_any_way_are_one_run() {
    let folder = folder("shards", &[("literal.yaml", LITERAL), ("hardened.yaml", HARDENED)]);
    let args = ["fuzz", "literal.yaml", "hardened.yaml", "--seeds", "7..500", "--format", "json"];
    let whole = results(&paychaos(&folder, &args));
    for i in 1..=3 {
        let (shard, out) = (format!("{i}/3"), format!("{i}.json"));
        paychaos(&folder, &[&args[..], &["--shard", &shard, "--out", &out]].concat());
    }
    let merged = |files: &[&str]| paychaos(&folder, &[&["merge", "--format", "json"], files].concat());
    for files in [["1.json", "2.json", "3.json"], ["3.json", "1.json", "2.json"]] {
        let ran = merged(&files);
        assert_eq!((results(&ran), ran.code), (whole.clone(), 1), "{}", ran.err);
    }
    let grouped = merged(&["2.json", "3.json", "--out", "23.json"]);
    assert_eq!(grouped.code, 1, "a shard is missing");
    assert!(grouped.err.contains("literal: shard 1/3: seeds 7..171 are missing"), "{}", grouped.err);
    assert!(grouped.err.contains("hardened: shard 1/3"), "{}", grouped.err);
    assert_eq!(results(&grouped)[0]["complete"], false);
    assert_eq!(results(&merged(&["1.json", "23.json"])), whole);
    assert_eq!(results(&merged(&["23.json", "1.json", "3.json", "1.json"])), whole, "a shard twice counts once");
    merged(&["3.json", "1.json", "--out", "31.json"]);
    merged(&["31.json", "2.json", "--out", "312.json"]);
    merged(&["1.json", "23.json", "--out", "123.json"]);
    assert_eq!(read(&folder, "312.json"), read(&folder, "123.json"));
}

#[test]
fn shards_that_contradict_each_other_are_a_bug_and_changed_ones_are_refused() {
    let folder = folder("conflict", &[("literal.yaml", LITERAL)]);
    let args = ["fuzz", "literal.yaml", "--seeds", "0..40", "--shard", "1/2", "--out", "a.json"];
    assert_eq!(paychaos(&folder, &args).code, 1);
    let text = read(&folder, "a.json");
    let mut parts = shard::read(&text).expect("what was written can be read");
    assert_eq!(shard::write(&parts), text);
    parts[0].counted.events += 1;
    fs::write(folder.join("b.json"), shard::write(&parts)).unwrap();
    let ran = paychaos(&folder, &["merge", "a.json", "b.json"]);
    assert_eq!((ran.code, ran.out.as_str()), (3, ""));
    assert!(ran.err.contains("shard 1/2 has two different results"), "{}", ran.err);
    fs::write(folder.join("c.json"), text.replace("\"events\":", "\"events\":1")).unwrap();
    let ran = paychaos(&folder, &["merge", "c.json"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("changed after it was written"), "{}", ran.err);
    for nonsense in ["", "{}", "[1]", &text[..text.len() / 2]] {
        fs::write(folder.join("d.json"), nonsense).unwrap();
        assert_eq!(paychaos(&folder, &["merge", "d.json"]).code, 2, "{nonsense}");
    }
    let other = ["fuzz", "literal.yaml", "--seeds", "0..40", "--shard", "1/4", "--out", "e.json"];
    paychaos(&folder, &other);
    let ran = paychaos(&folder, &["merge", "a.json", "e.json"]);
    assert_eq!(ran.code, 2, "two ways of splitting: {}", ran.err);
}

fn spawn(folder: &Path, args: &[&str]) -> Child {
    command(folder, args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the binary runs")
}

fn until(what: &str, mut done: impl FnMut() -> bool) {
    let started = Instant::now();
    while !done() {
        assert!(started.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Seeds that a file of parts says are done.
fn done(folder: &Path, file: &str) -> u64 {
    let Ok(text) = fs::read_to_string(folder.join(file)) else { return 0 };
    let parts = shard::read(&text).expect("a file that is there is whole");
    parts.iter().map(|part| part.done.to - part.done.from).sum()
}

#[test]
fn a_campaign_that_is_killed_goes_on_where_it_stood() {
    let folder = folder("killed", &[("literal.yaml", LITERAL)]);
    let args = |out| ["fuzz", "literal.yaml", "--seeds", "0..4000", "--out", out, "--checkpoint", "10ms", "--jobs", "1"];
    let whole = paychaos(&folder, &args("whole.json"));
    assert_eq!(whole.code, 1, "{}", whole.err);
    let mut killed = 0;
    for _ in 0..3 {
        let before = done(&folder, "parts.json");
        let mut child = spawn(&folder, &args("parts.json"));
        until("a checkpoint", || done(&folder, "parts.json") > before || child.try_wait().unwrap().is_some());
        child.kill().expect("SIGKILL");
        killed += u32::from(!child.wait().unwrap().success() && done(&folder, "parts.json") < 4000);
    }
    assert!(killed > 0, "it was never killed half-way");
    let last = paychaos(&folder, &args("parts.json"));
    assert_eq!(read(&folder, "parts.json"), read(&folder, "whole.json"));
    assert_eq!(last.code, 1);
    let again = Instant::now();
    let ran = paychaos(&folder, &args("parts.json"));
    assert!(ran.code == 1 && again.elapsed() < Duration::from_secs(2), "a finished shard is not run again");
    let left: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    let expected = if cfg!(target_os = "linux") { 3 } else { 3 + killed as usize };
    assert!(left.len() <= expected, "what was half-written is removed: {left:?}");
}

/// Who joins the files knows what was asked for, although the second campaign has come to nothing.
#[test]
fn a_campaign_that_was_never_begun_is_named() {
    let long = HARDENED.replace("count: 5", "count: 1000000") + "goals: [recovered-by-transaction]\n";
    let folder = folder("begun", &[("a.yaml", HARDENED), ("b.yaml", &long)]);
    let mut child = spawn(&folder, &["fuzz", "a.yaml", "b.yaml", "--seeds", "0..20", "--out", "s.json"]);
    until("the first campaign's end", || done(&folder, "s.json") == 20 || child.try_wait().unwrap().is_some());
    child.kill().expect("SIGKILL");
    child.wait().unwrap();
    let ran = paychaos(&folder, &["merge", "s.json", "--junit", "j.xml"]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("PASS  a: none of 20 seeds fails"), "{}", ran.out);
    assert!(ran.out.contains("FAIL  b: no seed was run"), "{}", ran.out);
    assert!(ran.err.contains("b: shard 1/1: seeds 0..20 are missing"), "{}", ran.err);
    assert!(!ran.out.contains("goal not reached"), "nothing is known of it: {}", ran.out);
    let junit = read(&folder, "j.xml");
    assert!(junit.contains("<testsuite name=\"b\"") && junit.contains("type=\"not complete\""), "{junit}");
}

/// A part of a campaign passes nowhere for the whole of it.
#[test]
fn what_is_not_complete_says_so_everywhere() {
    let folder = folder("complete", &[("calm.yaml", HARDENED)]);
    let args = ["fuzz", "calm.yaml", "--seeds", "0..400", "--shard", "1/2", "--out", "s1.json"];
    assert_eq!(paychaos(&folder, &args).code, 0);
    let merge = |format: &str| {
        let mut told = command(&folder, &["merge", "s1.json", "--junit", "j.xml", "--format", format]);
        told.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", folder.join("summary.md"));
        ran(Command::from_std(told))
    };
    let (text, json) = (merge("text"), merge("json"));
    let (missing, reason) = ("shard 2/2: seeds 200..400 are missing", "not complete: shard 2/2: seeds 200..400 are missing");
    assert_eq!((text.code, json.code), (1, 1));
    assert!(text.out.contains("FAIL  calm") && text.out.contains(reason), "{}", text.out);
    let result = &results(&json)[0];
    assert_eq!((&result["verdict"], &result["complete"]), (&Value::from("fail"), &Value::Bool(false)));
    assert_eq!(result["seeds"], serde_json::json!({"from": 0, "to": 200}));
    assert_eq!((&result["missing"][0], &result["reasons"][0]), (&Value::from(missing), &Value::from(reason)));
    let annotation = format!("::error file=calm.yaml,title=calm%3A not complete::{missing}\n");
    assert!(text.err.contains(&annotation), "{}", text.err);
    let junit = read(&folder, "j.xml");
    assert!(junit.contains("<failure message=\"shard 2/2: seeds 200..400 are missing\" type=\"not complete\""), "{junit}");
    let summary = read(&folder, "summary.md");
    assert!(summary.contains("| ❌ calm | 200 |") && summary.contains(&format!("- {reason}\n")), "{summary}");
    assert!(!summary.contains("no failing seed"), "{summary}");
    // A shard in the middle is missing.
    for (shard, out) in [("1/3", "1.json"), ("3/3", "3.json")] {
        let args = ["fuzz", "calm.yaml", "--seeds", "0..300", "--shard", shard, "--out", out];
        assert_eq!(paychaos(&folder, &args).code, 0);
    }
    let gap = &results(&paychaos(&folder, &["merge", "1.json", "3.json", "--format", "json"]))[0];
    assert_eq!((&gap["runs"], &gap["complete"]), (&Value::from(200), &Value::Bool(false)), "{gap:#}");
    assert_eq!(gap["seeds"], serde_json::json!({"from": 0, "to": 300}));
}

/// What tells two campaigns over scenarios of one name apart.
#[test]
fn campaigns_of_one_name_are_told_apart() {
    let folder = folder("apart", &[("b.yaml", HARDENED)]);
    let fuzz = |file: &str, shard: &str, out: &str, more: &[&str]| {
        let args = ["fuzz", file, "--seeds", "0..40", "--shard", shard, "--out", out];
        paychaos(&folder, &[&args[..], more].concat());
    };
    fuzz("b.yaml", "1/2", "1.json", &[]);
    fuzz("./b.yaml", "2/2", "file.json", &[]);
    fuzz("b.yaml", "2/2", "breaches.json", &["--breaches"]);
    fs::write(folder.join("b.yaml"), HARDENED.to_owned() + ONE_RULE_OFF).unwrap();
    fuzz("b.yaml", "2/2", "contents.json", &[]);
    for (other, differ, title) in [
        ("file.json", "file", "b (./b.yaml): "),
        ("breaches.json", "breaches", "b (with breaches): "),
        ("contents.json", "contents or version", "b (contents "),
    ] {
        let ran = paychaos(&folder, &["merge", "1.json", other]);
        assert_eq!(ran.code, 1);
        let told = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
        let said = format!("not complete: there are 2 campaigns of b, which differ in {differ} ");
        assert!(told.contains(&said) && told.contains(title), "{}", ran.out);
    }
    // One that was changed, written to the file of the other.
    fs::write(folder.join("b.yaml"), HARDENED).unwrap();
    paychaos(&folder, &["fuzz", "b.yaml", "--seeds", "0..300", "--out", "o.json"]);
    fs::write(folder.join("b.yaml"), HARDENED.to_owned() + ONE_RULE_OFF).unwrap();
    paychaos(&folder, &["fuzz", "b.yaml", "--seeds", "0..300", "--out", "o.json"]);
    let ran = paychaos(&folder, &["merge", "o.json"]);
    assert!(ran.out.contains("PASS  b (contents ") && ran.out.contains("FAIL  b (contents "), "{}", ran.out);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""), "both are complete");
}

/// What may be read is part of the campaign, though the first draw does not read it.
#[test]
fn every_list_of_orders_that_may_be_drawn_belongs_to_the_campaign() {
    let open = "orders: {from: {one_of: [a.csv, b.csv]}}\n";
    let (one, two) = ("at,amount\n10:00,1.00\n", "at,amount\n10:00,1.00\n10:01,3.00\n");
    let folder = folder("lists", &[("l.yaml", open), ("a.csv", one), ("b.csv", one)]);
    let fuzz = |shard: &str, out: &str| {
        let args = ["fuzz", "l.yaml", "--seeds", "0..200", "--shard", shard, "--out", out];
        assert_eq!(paychaos(&folder, &args).code, 0);
    };
    fuzz("1/2", "1.json");
    fuzz("2/2", "2.json");
    assert_eq!(paychaos(&folder, &["merge", "1.json", "2.json"]).code, 0);
    fs::write(folder.join("b.csv"), two).unwrap();
    fuzz("2/2", "changed.json");
    let ran = paychaos(&folder, &["merge", "1.json", "changed.json"]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.err.contains("differ in contents or version"), "{}", ran.err);
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_a_clear_error() {
    let folder = folder("full", &[("literal.yaml", LITERAL)]);
    // A limit on the size of files is as good as a full disk, and needs no privilege.
    let mut limited = std::process::Command::new("bash");
    limited.current_dir(&folder).args([
        "-c",
        "trap '' XFSZ; ulimit -f 1; exec \"$0\" \"$@\"",
        env!("CARGO_BIN_EXE_paychaos"),
    ]);
    limited.args(["fuzz", "literal.yaml", "--seeds", "0..200", "--out", "a.json"]);
    let ran = ran(Command::from_std(limited));
    assert_eq!(ran.code, 2, "{}", ran.err);
    assert!(ran.err.contains("error: a.json: "), "{}", ran.err);
    assert!(ran.out.contains("FAIL  literal: "), "what was found is shown: {}", ran.out);
    let names: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(names.iter().all(|name| ["literal.yaml", "a.json"].contains(&&*name.to_string_lossy())), "{names:?}");
    assert_eq!(done(&folder, "a.json"), 0, "nothing half-written is left");
}

/// What was found is shown, whatever cannot be written.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_does_not_hide_what_was_found() {
    let folder = folder("shown", &[("literal.yaml", LITERAL)]);
    let args = ["fuzz", "literal.yaml", "--seeds", "0..40", "--out", "s.json"];
    let whole = paychaos(&folder, &args);
    for args in [
        &["fuzz", "literal.yaml", "--seeds", "0..40", "--coverage", "/dev/full"][..],
        &["fuzz", "literal.yaml", "--seeds", "0..40", "--junit", "/dev/full"],
        &["fuzz", "literal.yaml", "--seeds", "0..40", "--out", "/dev/full"],
        &["merge", "s.json", "--out", "/dev/full"],
    ] {
        let ran = paychaos(&folder, args);
        assert_eq!(ran.code, 2, "{args:?}: {}", ran.err);
        assert!(ran.err.contains("error: /dev/full: "), "{args:?}: {}", ran.err);
        let verdict = whole.out.lines().find(|line| line.starts_with("FAIL  literal: ")).expect("a verdict");
        assert!(ran.out.contains(verdict), "{args:?}: {}", ran.out);
    }
}

/// What cannot be read again is written once, and never read.
#[cfg(unix)]
#[test]
fn a_result_may_go_into_a_pipe() {
    let folder = folder("pipe", &[("calm.yaml", HARDENED), ("next.yaml", HARDENED)]);
    let fuzz = ["fuzz", ".", "--seeds", "0..40", "--checkpoint", "1us"];
    let whole = paychaos(&folder, &[&fuzz[..], &["--out", "s.json"]].concat());
    assert_eq!(whole.code, 0, "{}", whole.err);
    let err = paychaos(&folder, &[&fuzz[..], &["--out", "/dev/stderr"]].concat());
    assert_eq!((err.code, err.err), (0, read(&folder, "s.json")));
    let out = paychaos(&folder, &[&fuzz[..], &["--out", "/dev/stdout"]].concat());
    assert_eq!(out.code, 0, "{}", out.err);
    assert!(out.out.starts_with(&read(&folder, "s.json")) && out.out.contains("PASS  next"), "{}", out.out);
    assert!(std::process::Command::new("mkfifo").arg(folder.join("fifo")).status().expect("mkfifo").success());
    let child = spawn(&folder, &[&fuzz[..], &["--out", "fifo"]].concat());
    assert_eq!(read(&folder, "fifo"), read(&folder, "s.json"));
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(0));
}

#[test]
fn a_time_limit_reports_the_seeds_done() {
    let folder = folder("limit", &[("literal.yaml", LITERAL)]);
    let (code, limited) = fuzz(&folder, &["literal.yaml", "--seeds", "3..1000000000", "--time-limit", "300ms"]);
    assert_eq!((code, &limited["complete"]), (1, &Value::Bool(false)));
    let to = limited["seeds"]["to"].as_u64().expect("a number");
    assert!(to > 3 && limited["runs"] == to - 3);
    let (_, mut exactly) = fuzz(&folder, &["literal.yaml", "--seeds", &format!("3..{to}")]);
    exactly["complete"] = Value::Bool(false);
    assert_eq!(exactly, limited, "the same seeds, without a limit");
}

#[cfg(unix)]
#[test]
fn an_interrupt_prints_what_is_known() {
    let folder = folder("interrupt", &[("literal.yaml", LITERAL)]);
    let args =
        ["fuzz", "literal.yaml", "--seeds", "0..1000000000", "--format", "json", "--out", "o", "--checkpoint", "10ms"];
    let child = spawn(&folder, &args);
    until("a checkpoint", || done(&folder, "o") > 0);
    let sent = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(sent.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let known: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert!(known[0]["runs"].as_u64() > Some(0) && known[0]["complete"] == false);
    assert_eq!(known[0]["runs"], done(&folder, "o"));
}

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
    let args = ["silent.yaml", "--breaches", "--repro-dir", "found"];
    fuzz(&folder, &[&args[..], &["--seeds", "0..2000"]].concat());
    fs::write(folder.join("silent.yaml"), ANYTHING).unwrap();
    let (_, mended) = fuzz(&folder, &[&args[..], &["--seeds", "0..1"]].concat());
    let passes = |case: &&Value| case["verdict"] == "pass" && case["unreached"] == serde_json::json!([]);
    assert!(mended["corpus"].as_array().unwrap().iter().any(|case| passes(&case)), "{mended:#}");
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
fn what_an_open_scenario_violates_is_exported_as_it_was() {
    let open = LITERAL.replace("count: 5", "count: {between: [1, 6]}").replace("after: 2m", "after: {between: [1m, 5m]}");
    let folder = folder("open_repro", &[("open.yaml", &open)]);
    let (code, result) = fuzz(&folder, &["open.yaml", "--seeds", "0..200", "--repro-dir", "r"]);
    assert_eq!(code, 1, "{result:#}");
    let yaml = result["failures"][0]["repro_yaml"].as_str().unwrap();
    assert!(!yaml.contains("between"), "{yaml}");
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
    assert!(ran.out.contains(&format!("✗ a case found before fails: {case}")), "{}", ran.out);
    // It expects another violation; it scripts something; it is too large: there is no campaign.
    let large = planted.replace("count: 5", "count: 10001");
    let scripted = planted.clone() + "faults:\n  - lose: {at: order 1 / platform-bank / answer / 1}\n";
    for without in [&(planted.clone() + "expect: {violates: [books.agree]}\n"), &scripted, &large] {
        fs::write(folder.join("all/shop.yaml"), without).unwrap();
        let ran = paychaos(&folder, &args);
        assert_eq!(ran.code, 1, "{}", ran.out);
        let told = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(told.contains(&format!("✗ a case found before fails: {case}")), "{}", ran.out);
        assert!(told.contains("0 campaigns") && !ran.err.contains("note:"), "{}{}", ran.out, ran.err);
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

/// A violation, an order that did not converge and a goal that was not reached have types of their own, wherever they are.
#[test]
fn junit_tells_kinds_of_failure_apart() {
    let silent =
        ANYTHING.to_owned() + "hops: {platform-bank: {manual_queue: off}, merchant-platform: {manual_queue: off}}\n";
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
    let ran = ran(Command::from_std(told));
    assert_eq!(ran.code, 1);
    let annotation =
        ran.err.lines().find(|line| line.starts_with("::error file=planted.yaml,title=planted%3A ")).expect("one");
    assert!(annotation.contains("%0Apaychaos fuzz planted.yaml --seeds "), "{annotation}");
    let summary = read(&folder, "summary.md");
    assert!(summary.contains("| ❌ planted | 300 |") && summary.contains("prevented by not_found_is_unknown"), "{summary}");
    let silent = paychaos(&folder, &["fuzz", "planted.yaml", "--seeds", "0..300"]);
    assert!(!silent.err.contains("::error"), "only where GitHub asks for it");
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
        &["fuzz", "a.yaml", "--seeds", "0..2", "--shard", "1/3", "--out", "o"],
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
fn seeds_that_share_a_draw_count_as_one() {
    let open = HARDENED.replace("count: 5", "count: {between: [2, 3]}");
    let folder = folder("trials", &[("open.yaml", &open)]);
    let (code, result) = fuzz(&folder, &["open.yaml", "--seeds", "0..1600"]);
    assert_eq!((code, &result["rate_below"], &result["swarm"]["open"]), (0, &Value::from(0.03), &Value::from(true)));
    let mut told = command(&folder, &["fuzz", "open.yaml", "--seeds", "0..1600"]);
    told.env("GITHUB_STEP_SUMMARY", folder.join("summary.md"));
    let text = ran(Command::from_std(told)).out.split_whitespace().collect::<Vec<_>>().join(" ");
    let fewer = "at 95 % confidence fewer than 3 in 100 seeds fail (16 seeds in a row share one draw";
    assert!(text.contains(fewer) && read(&folder, "summary.md").contains(fewer), "{text}");
    let (_, few) = fuzz(&folder, &["open.yaml", "--seeds", "0..48"]);
    assert_eq!(few["rate_below"], Value::Null, "three draws say nothing");
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
            let mut shell = std::process::Command::new("bash");
            let line = format!("{} {pasted}", env!("CARGO_BIN_EXE_paychaos"));
            shell.current_dir(&folder).args(["-c", &line]);
            let ran = ran(Command::from_std(shell));
            assert_eq!(ran.code, 1, "{line}: {}", ran.err);
        }
    }
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

/// A case in a corpus, of a strategy that believes that there is no such order.
const BELIEVED: &str = "\
orders: {count: 1}
faults:
  - not_found: {at: order 1 / platform-bank / decision / 1}
  - lose: {at: order 1 / platform-bank / answer / 1}
";

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

#[test]
fn a_result_of_another_format_is_told_by_it() {
    let folder = folder("format", &[("old.json", "{\"format\": \"paychaos campaign 1\", \"parts\": [{\"seeds\": 3}]}")]);
    fs::write(folder.join("x.yaml"), ANYTHING).unwrap();
    let ran = paychaos(&folder, &["fuzz", "x.yaml", "--seeds", "0..1", "--out", "old.json"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("its format is `paychaos campaign 1`; this paychaos reads"), "{}", ran.err);
}
