//! `paychaos explore` from the command line: the certificate, what is left when it is cut, counterexamples that fail when they
//! are run, and wrong input.

use assert_cmd::Command;
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

/// A hop that asks once and then gives up.
const ONE_QUERY: &str = "
storm: 1d
orders: {count: 1}
hops:
  merchant-platform: {reversal: none, reconciliation: none, manual_queue: off}
  platform-bank:
    polling: {plan: [2s], max: 1}
    reconciliation: none
    reversal: none
    notification: none
    manual_queue: off
faults:
  - lose: {site: [platform-bank/answer, platform-bank/query-answer], probability: 0.5}
  - pause: {hop: platform-bank, probability: 0.01}
";

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("explore-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder for the test");
    fs::write(folder.join("one.yaml"), ONE_QUERY).expect("a file for the test");
    folder
}

fn paychaos(folder: &PathBuf, args: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_paychaos"));
    let output = command.current_dir(folder).env_remove("COLUMNS").args(args).output().expect("the binary runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code().unwrap_or(-1), text(&output.stdout), text(&output.stderr))
}

fn json(folder: &PathBuf, args: &[&str]) -> (i32, Value) {
    let (code, out, err) = paychaos(folder, &[args, &["--format", "json"]].concat());
    let value: Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}\n{out}\n{err}"));
    (code, value[0].clone())
}

#[test]
fn the_same_command_gives_the_same_certificate() {
    let folder = folder("same");
    let explored = |jobs: &str| {
        let (code, mut value) = json(&folder, &["explore", "one.yaml", "--faults", "2", "--jobs", jobs]);
        assert_eq!(code, 1, "two lost answers are one too many");
        value.as_object_mut().expect("an object").remove("timing");
        value
    };
    let first = explored("1");
    assert_eq!(first, explored("2"));
    assert_eq!(first["complete"], true);
    let certificate = first["certificate"].as_str().expect("a fingerprint");
    assert_eq!(certificate.len(), 64, "{certificate}");
    let (_, other) = json(&folder, &["explore", "one.yaml", "--faults", "1"]);
    assert_ne!(other["certificate"], first["certificate"]);
}

#[test]
fn a_counterexample_is_a_scenario_that_fails() {
    let folder = folder("repro");
    let (code, value) = json(&folder, &["explore", "one.yaml", "--faults", "2", "--repro-dir", "found"]);
    assert_eq!(code, 1);
    let found = &value["counterexamples"][0];
    assert_eq!(found["faults"].as_array().map(Vec::len), Some(2), "{found}");
    assert_eq!(found["smallness"], "minimum");
    assert_eq!(value["depths"][1]["violating"], 0);
    let repro = found["repro"].as_str().expect("a file");
    let (code, out, _) = paychaos(&folder, &["run", repro]);
    assert_eq!(code, 1, "{out}");
    assert!(out.contains(found["invariant"].as_str().expect("an id")), "{out}");
}

#[test]
fn what_is_cut_says_what_is_left() {
    let folder = folder("cut");
    let args = ["explore", "one.yaml", "--faults", "3", "--memory", "1KiB"];
    let (code, value) = json(&folder, &args);
    assert_eq!((code, &value["complete"]), (1, &Value::Bool(false)));
    let left = value["left"].as_str().expect("a sentence");
    assert!(left.contains("and more misfortunes are left") && left.contains("--memory"), "{left}");
    let (_, out, _) = paychaos(&folder, &args);
    assert!(out.contains("complete           no"), "{out}");
    let (code, value) = json(&folder, &["explore", "one.yaml", "--faults", "8", "--time-limit", "1ms"]);
    assert_eq!(code, 1);
    assert!(value["left"].as_str().is_some_and(|left| left.contains("time limit")), "{value}");
}

#[test]
fn wrong_input_is_refused() {
    let folder = folder("wrong");
    for (args, says) in [
        (&["explore", "one.yaml"][..], "--faults"),
        (&["explore", "one.yaml", "--faults", "9"], "9"),
        (&["explore", "one.yaml", "--faults", "1", "--memory", "lots"], "512MiB"),
        (&["explore", "one.yaml", "--faults", "1", "--orders", "0"], "0"),
        (&["explore", "none.yaml", "--faults", "1"], "none.yaml"),
    ] {
        let (code, out, err) = paychaos(&folder, args);
        assert_eq!(code, 2, "{args:?}\n{out}{err}");
        assert!(err.contains(says), "{args:?}\n{err}");
    }
}

#[test]
fn so_many_orders_are_explored_and_no_more() {
    let folder = folder("many");
    let many = |count: u32| format!("orders: {{count: {count}, arrivals: {{every: 1s}}}}\n");
    fs::write(folder.join("65.yaml"), many(65)).expect("a file for the test");
    fs::write(folder.join("64.yaml"), many(64)).expect("a file for the test");
    let (code, out, err) = paychaos(&folder, &["explore", "one.yaml", "65.yaml", "--faults", "0"]);
    assert_eq!((code, out.as_str()), (2, ""), "{err}");
    assert!(err.contains("65.yaml: 65 orders are too many") && err.contains("`--orders N`"), "{err}");
    let (code, _, err) = paychaos(&folder, &["explore", "65.yaml", "--faults", "0", "--orders", "3"]);
    assert_eq!(code, 0, "{err}");
    // The boards of so many orders are memory, too.
    let args = ["explore", "64.yaml", "--faults", "2", "--memory", "16MiB"];
    let (code, out, err) = paychaos(&folder, &args);
    assert!(code == 1 && out.contains("of --memory"), "{out}{err}");
}

/// A search that has come to nothing says nothing of invariants.
#[test]
fn what_was_not_looked_at_is_not_praised() {
    let folder = folder("nothing");
    let (code, out, _) = paychaos(&folder, &["explore", "one.yaml", "--faults", "8", "--time-limit", "0s"]);
    assert_eq!(code, 1, "{out}");
    assert!(out.contains("nothing was covered") && !out.contains("no invariant is ever violated"), "{out}");
}

/// What could not be written in the end is not looked for.
#[test]
fn a_folder_that_cannot_be_one_is_refused_before_exploring() {
    let folder = folder("no-folder");
    let (code, out, err) = paychaos(&folder, &["explore", "one.yaml", "--faults", "0", "--repro-dir", "one.yaml"]);
    assert_eq!((code, out.as_str()), (2, ""), "{err}");
    assert!(err.contains("error: one.yaml: "), "{err}");
    assert_eq!(fs::read_to_string(folder.join("one.yaml")).expect("a file"), ONE_QUERY);
}
