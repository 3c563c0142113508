//! Threads, shards and interruptions change nothing.

use crate::common::{command, folder, paychaos};
use crate::{SMALL, compared, results};
use paychaos::campaign::compare::cell::Cell;
use paychaos::campaign::compare::{evaluate, parts};
use serde_json::Value;
use std::fs;
use std::process::Stdio;

#[test]
fn threads_shards_and_interruptions_change_nothing() {
    let folder = folder("shards", &[("small.yaml", SMALL)]);
    let whole = compared(&folder, &["small.yaml", "--jobs", "1"]);
    assert_eq!(compared(&folder, &["small.yaml", "--jobs", "3"]), whole);
    for shard in ["1/3", "2/3", "3/3"] {
        let out = format!("{}.json", &shard[..1]);
        let ran = paychaos(&folder, &["compare", "small.yaml", "--shard", shard, "--out", &out, "--format", "json"]);
        assert_eq!((ran.code, ran.out.trim()), (0, "[]"), "{}", ran.err);
        assert!(ran.err.contains("of 4 cells are done"), "{}", ran.err);
    }
    let merge = |files: &[&str]| paychaos(&folder, &[&["merge"], files, &["--format", "json"]].concat());
    let joined = merge(&["3.json", "1.json", "2.json", "1.json"]);
    assert_eq!((joined.code, results(&joined).remove(0)), (0, whole.clone()), "{}", joined.err);
    let missing = merge(&["1.json", "3.json"]);
    let said =
        "small: 1 of 4 cells are missing: lossy_network / silent; `paychaos compare small.yaml` with its shard makes them";
    assert!(missing.code == 1 && missing.err.contains(said), "{}", missing.err);
    // What was done is not done again, and the rest is.
    let ran = paychaos(&folder, &["compare", "small.yaml", "--out", "1.json", "--format", "json"]);
    let timing: Vec<Value> = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!((results(&ran).remove(0), &timing[0]["timing"]["cells"]), (whole, &Value::from(2)));
    // Another question does not take the cells of this one.
    let ran = paychaos(&folder, &["compare", "small.yaml", "--seeds", "1..2", "--out", "1.json", "--format", "json"]);
    let timing: Vec<Value> = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(timing[0]["timing"]["cells"], 4);
    let text = fs::read_to_string(folder.join("2.json")).expect("a file");
    fs::write(folder.join("2.json"), text.replacen("\"orders\":800", "\"orders\":801", 1)).expect("a file");
    let tampered = merge(&["1.json", "2.json"]);
    assert!(tampered.code == 2 && tampered.err.contains("changed after it was written"), "{}", tampered.err);
}

/// Two results of one cell cannot both be right: that is a bug, and no matter of input.
#[test]
fn two_results_of_one_cell_are_a_bug() {
    let folder = folder("two", &[("small.yaml", SMALL)]);
    let ran = paychaos(&folder, &["compare", "small.yaml", "--orders", "50", "--out", "a.json", "--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let mut other = parts::read(&fs::read_to_string(folder.join("a.json")).expect("a file")).expect("cells");
    other[0].records.get_mut(&2).expect("a cell").events += 1;
    fs::write(folder.join("b.json"), parts::write(&other)).expect("a file");
    let merged = paychaos(&folder, &["merge", "a.json", "b.json"]);
    assert_eq!(merged.code, 3, "{}", merged.err);
    assert!(merged.err.contains("small: cell 3 has two different results"), "{}", merged.err);
}

/// Two processes that write one file at the same time lose nothing.
#[test]
fn two_processes_may_write_one_file() {
    let folder = folder("both", &[("small.yaml", SMALL)]);
    let spawn = |shard: &str| {
        let args = ["compare", "small.yaml", "--orders", "20000", "--shard", shard, "--out", "s.json", "--jobs", "1"];
        command(&folder, &args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary runs")
    };
    let both = ["1/2", "2/2"].map(spawn);
    both.into_iter().for_each(|mut child| assert!(child.wait().expect("it ends").success()));
    let merged = paychaos(&folder, &["merge", "s.json"]);
    assert_eq!((merged.code, merged.err.as_str()), (0, ""));
}

/// Several processes that add to one file at the same time lose nothing.
#[test]
fn several_may_merge_into_one_file() {
    let folder = folder("merged", &[("small.yaml", SMALL)]);
    for shard in ["1/4", "2/4", "3/4", "4/4"] {
        let out = format!("{}.json", &shard[..1]);
        let ran = paychaos(&folder, &["compare", "small.yaml", "--orders", "50", "--shard", shard, "--out", &out]);
        assert_eq!(ran.code, 0, "{}", ran.err);
    }
    for _ in 0..5 {
        fs::copy(folder.join("1.json"), folder.join("all.json")).expect("a file");
        let add = |file: &str| {
            let mut merge = command(&folder, &["merge", file, "all.json", "--out", "all.json"]);
            merge.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary runs")
        };
        let all = ["2.json", "3.json", "4.json"].map(add);
        all.into_iter().for_each(|mut child| assert!(child.wait().expect("it ends").code().is_some_and(|code| code < 2)));
        let kept = parts::read(&fs::read_to_string(folder.join("all.json")).expect("a file")).expect("cells");
        assert_eq!(kept[0].records.len(), 4);
    }
}

/// A file is one, however it was given; what is joined does not depend on the order.
#[test]
fn a_file_may_be_given_in_several_ways() {
    let folder = folder("ways", &[("small.yaml", SMALL)]);
    for (file, shard, out) in [("small.yaml", "1/2", "1.json"), ("./small.yaml", "2/2", "2.json")] {
        paychaos(&folder, &["compare", file, "--orders", "50", "--shard", shard, "--out", out]);
    }
    let merged = |files: [&str; 2], out: &str| {
        let ran = paychaos(&folder, &["merge", files[0], files[1], "--out", out, "--format", "json"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        (ran.out, fs::read_to_string(folder.join(out)).expect("a file"))
    };
    assert_eq!(merged(["1.json", "2.json"], "12.json"), merged(["2.json", "1.json"], "21.json"));
}

/// Killed without a word, a comparison goes on with the cells that were done, and comes to the same.
#[test]
fn what_was_done_survives_a_kill() {
    let folder = folder("killed", &[("small.yaml", SMALL)]);
    let args = ["compare", "small.yaml", "--orders", "40000", "--jobs", "1", "--format", "json"];
    let whole = compared(&folder, &args[1..6]);
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_paychaos"))
        .current_dir(&folder)
        .args(args)
        .args(["--out", "cells.json", "--checkpoint", "1ms"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the binary runs");
    while !folder.join("cells.json").exists() && child.try_wait().expect("a child").is_none() {
        std::thread::yield_now();
    }
    child.kill().expect("it is ours");
    child.wait().expect("a child");
    let kept = parts::read(&fs::read_to_string(folder.join("cells.json")).expect("a file")).expect("whole, not half a file");
    let done = kept[0].records.len();
    assert!((1..4).contains(&done), "the file came with the first cells: {done}");
    let ran = paychaos(&folder, &[&args[..], &["--out", "cells.json"]].concat());
    let timing: Vec<Value> = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(timing[0]["timing"]["cells"], 4 - done as u64);
    assert_eq!(results(&ran).remove(0), whole);
}

/// Interrupted and kept nowhere, it shows the profiles that are whole, as the whole comparison has them.
#[test]
fn whole_profiles_are_shown_as_they_are() {
    let folder = folder("whole", &[("small.yaml", SMALL)]);
    let ran = paychaos(&folder, &["compare", "small.yaml", "--orders", "50", "--out", "a.json", "--format", "json"]);
    let part = parts::read(&fs::read_to_string(folder.join("a.json")).expect("a file")).expect("cells").remove(0);
    let (question, records) = part.clone().whole_profiles().expect("all of it");
    let whole = evaluate(&question, &records);
    assert_eq!((whole.profiles.len(), ran.code), (2, 0));
    let mut cut = part.clone();
    cut.records.remove(&0);
    let (question, records) = cut.clone().whole_profiles().expect("the second profile");
    let shown = evaluate(&question, &records);
    assert!(shown.about.starts_with("Interrupted: 1 of 2 profiles."), "{}", shown.about);
    assert_eq!(shown.profiles, whole.profiles[1..]);
    let values = |cells: &[Cell]| cells.iter().map(|cell| cell.values.clone()).collect::<Vec<_>>();
    assert_eq!(values(&shown.cells), values(&whole.cells[2..]));
    cut.records.remove(&3);
    assert_eq!(cut.whole_profiles(), None);
}

/// A part has no report: it is not written, least of all over an earlier one.
#[test]
fn a_part_has_no_report() {
    let folder = folder("no-report", &[("small.yaml", SMALL), ("old.txt", "old")]);
    for option in ["--csv", "--markdown", "--html", "--baseline"] {
        let args = ["compare", "small.yaml", "--shard", "1/4", "--out", "p.json", option, "old.txt"];
        let ran = paychaos(&folder, &args);
        assert!(ran.code == 2 && ran.out.is_empty(), "{option}: {}", ran.err);
        assert!(ran.err.contains("cannot be used with") && ran.err.contains("--shard"), "{option}: {}", ran.err);
    }
    assert_eq!(fs::read_to_string(folder.join("old.txt")).expect("a file"), "old");
    assert!(!folder.join("p.json").exists());
}

/// What does not belong together is not merged, and what has no tests is not written as tests.
#[test]
fn what_cannot_be_merged_says_which_file() {
    let folder = folder("apart", &[("small.yaml", SMALL), ("calm.yaml", "orders: {count: 2}\n")]);
    let ran = paychaos(&folder, &["compare", "small.yaml", "--orders", "50", "--out", "cells.json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    for (shard, out) in [("1/2", "half.json"), ("1/3", "third.json")] {
        let ran = paychaos(&folder, &["fuzz", "calm.yaml", "--seeds", "0..6", "--shard", shard, "--out", out]);
        assert_eq!(ran.code, 0, "{}", ran.err);
    }
    for (args, said) in [
        (&["cells.json", "half.json"][..], "half.json holds seeds of a campaign, cells.json cells of a comparison"),
        (&["half.json", "third.json"], "it was split into 2 shards in half.json, and into 3 in third.json"),
        (&["cells.json", "--junit", "x.xml"], "cells.json holds cells of a comparison, which are no tests"),
    ] {
        let ran = paychaos(&folder, &[&["merge"], args].concat());
        assert!(ran.code == 2 && ran.out.is_empty() && ran.err.contains(said), "{args:?}: {}", ran.err);
    }
    assert!(!folder.join("x.xml").exists());
}
