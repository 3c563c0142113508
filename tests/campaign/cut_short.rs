//! What ends before its time: a limit, an interrupt, a full disk, a pipe that nobody reads.

use crate::common::{command, folder, paychaos, ran};
use crate::{HARDENED, LITERAL, ONE_RULE_OFF, done, fuzz, read, results, spawn, until};
use serde_json::Value;
use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

/// A part of a campaign passes nowhere for the whole of it.
#[test]
fn what_is_not_complete_says_so_everywhere() {
    let folder = folder("complete", &[("calm.yaml", HARDENED)]);
    let args = ["fuzz", "calm.yaml", "--seeds", "0..400", "--shard", "1/2", "--out", "s1.json"];
    assert_eq!(paychaos(&folder, &args).code, 0);
    let merge = |format: &str| {
        let mut told = command(&folder, &["merge", "s1.json", "--junit", "j.xml", "--format", format]);
        told.env("GITHUB_ACTIONS", "true").env("GITHUB_STEP_SUMMARY", folder.join("summary.md"));
        ran(told)
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
    assert!(summary.contains("| ❌ calm | 200 | 0 | ") && summary.contains(&format!("- {reason}\n")), "{summary}");
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

#[cfg(unix)]
#[test]
fn a_full_disk_is_a_clear_error() {
    let folder = folder("full", &[("literal.yaml", LITERAL)]);
    // A limit on the size of files is as good as a full disk, and needs no privilege.
    let mut limited = Command::new("bash");
    limited.current_dir(&folder).args([
        "-c",
        "trap '' XFSZ; ulimit -f 4; exec \"$0\" \"$@\"",
        env!("CARGO_BIN_EXE_paychaos"),
    ]);
    limited.args(["fuzz", "literal.yaml", "--seeds", "0..200", "--out", "a.json"]);
    let ran = ran(limited);
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
    assert!(Command::new("mkfifo").arg(folder.join("fifo")).status().expect("mkfifo").success());
    let child = spawn(&folder, &[&fuzz[..], &["--out", "fifo"]].concat());
    assert_eq!(read(&folder, "fifo"), read(&folder, "s.json"));
    assert_eq!(child.wait_with_output().unwrap().status.code(), Some(0));
}

#[test]
fn a_time_limit_reports_the_seeds_done() {
    let folder = folder("limit", &[("literal.yaml", LITERAL)]);
    let (code, mut limited) = fuzz(&folder, &["literal.yaml", "--seeds", "3..1000000000", "--time-limit", "300ms"]);
    assert_eq!((code, &limited["complete"]), (1, &Value::Bool(false)));
    let to = limited["seeds"]["to"].as_u64().expect("a number");
    assert!(to > 3 && limited["runs"] == to - 3);
    let (_, mut exactly) = fuzz(&folder, &["literal.yaml", "--seeds", &format!("3..{to}")]);
    exactly["complete"] = Value::Bool(false);
    // How much could be shrunk depends on the time.
    for result in [&mut exactly, &mut limited] {
        ["failures", "missing", "reasons"].iter().for_each(|key| result[*key] = Value::Null);
    }
    assert_eq!(exactly, limited, "the same seeds, without a limit");
}

/// A transaction without its fences fails in some hundred ways, which takes much longer to shrink than to find.
const UNFENCED: &str = "\
orders: {count: 3}
platform: {internal: {transaction: {kind: tcc}}}
hops:
  platform-bank: {rules: {check_reserved: off, fence_branches: off}}
  merchant-platform: {rules: {check_reserved: off, fence_branches: off}}
";

fn unshrunk(result: &Value) -> usize {
    let failures = result["failures"].as_array().expect("a list");
    failures.iter().filter(|failure| failure["smallness"] == "unshrunk").count()
}

#[test]
fn a_time_limit_holds_for_shrinking_too() {
    let folder = folder("shrinks", &[("tcc.yaml", UNFENCED)]);
    let started = Instant::now();
    let (code, limited) = fuzz(&folder, &["tcc.yaml", "--seeds", "0..100000000", "--time-limit", "2s", "--junit", "j.xml"]);
    assert!(started.elapsed() < Duration::from_secs(8), "{:?}", started.elapsed());
    assert_eq!((code, &limited["complete"]), (1, &Value::Bool(false)));
    let failures = limited["failures"].as_array().expect("a list");
    assert!(unshrunk(&limited) > 0 && unshrunk(&limited) < failures.len(), "{limited:#}");
    let missing = limited["missing"][0].as_str().expect("a sentence");
    assert!(missing.ends_with(" kinds of case were not shrunk: there was no time left"), "{missing}");
    let junit = read(&folder, "j.xml");
    assert!(junit.contains("message=\"") && !junit.contains(": \""), "what nobody has looked at is told, too: {junit}");
    for failure in failures.iter().filter(|failure| failure["smallness"] == "unshrunk") {
        assert!(failure["reproduce"].as_str().unwrap().starts_with("paychaos fuzz tcc.yaml --seeds "), "{failure:#}");
        assert!(!failure["causes"].as_array().unwrap().is_empty() && failure["seeds"].as_u64() > Some(0), "{failure:#}");
    }
}

/// What a limit has left unshrunk is shrunk when the campaign is taken up: it comes to the same in the end.
#[test]
fn what_was_not_shrunk_is_shrunk_later() {
    let folder = folder("later", &[("tcc.yaml", UNFENCED)]);
    let args = ["tcc.yaml", "--seeds", "0..400", "--out", "s.json"];
    let (_, limited) = fuzz(&folder, &[&args[..], &["--time-limit", "1us"]].concat());
    assert!(unshrunk(&limited) > 0, "{limited:#}");
    let (_, taken_up) = fuzz(&folder, &args);
    let (_, whole) = fuzz(&folder, &args[..3]);
    assert_eq!((unshrunk(&taken_up), &taken_up["complete"]), (0, &Value::Bool(true)));
    assert_eq!(taken_up, whole);
}

#[test]
fn every_campaign_of_ci_has_its_share_of_the_budget() {
    let folder = folder("share", &[("a.yaml", UNFENCED), ("b.yaml", HARDENED), ("c.yaml", HARDENED)]);
    let started = Instant::now();
    let ran = paychaos(&folder, &["ci", ".", "--budget", "3s", "--format", "json"]);
    assert!(started.elapsed() < Duration::from_secs(9), "{:?}", started.elapsed());
    let value: Value = serde_json::from_str(&ran.out).expect("JSON");
    let wall = |i: usize| value["campaigns"][i]["timing"]["wall_s"].as_f64().expect("seconds");
    assert!(wall(0) < 3.0 && wall(1) > 0.5 && wall(2) > 0.5, "{} {} {}", wall(0), wall(1), wall(2));
}

/// Of the limit a share is kept for shrinking, and need not be used up.
#[test]
fn a_time_limit_is_none_of_our_bugs_where_something_fails() {
    let folder = folder("limited", &[("planted.yaml", &(HARDENED.to_owned() + ONE_RULE_OFF))]);
    let ran = paychaos(&folder, &["fuzz", "planted.yaml", "--seeds", "0..100000000", "--time-limit", "6s"]);
    assert_eq!(ran.code, 1, "{}", ran.err);
}

#[cfg(unix)]
#[test]
fn an_interrupt_prints_what_is_known() {
    let folder = folder("interrupt", &[("literal.yaml", LITERAL)]);
    let args =
        ["fuzz", "literal.yaml", "--seeds", "0..1000000000", "--format", "json", "--out", "o", "--checkpoint", "10ms"];
    let child = spawn(&folder, &args);
    until("a checkpoint", || done(&folder, "o") > 0);
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    assert!(sent.success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let known: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert!(known[0]["runs"].as_u64() > Some(0) && known[0]["complete"] == false);
    assert_eq!(known[0]["runs"], done(&folder, "o"));
}
