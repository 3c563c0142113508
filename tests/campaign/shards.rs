//! Threads and shards: the same bytes however the seeds are split, nothing lost or counted twice, and only what belongs
//! together is joined.

use crate::common::{command, folder, paychaos};
use crate::{ANYTHING, BELIEVED, HARDENED, LITERAL, ONE_RULE_OFF, done, fuzz, read, results, spawn, until};
use paychaos::campaign::record::Failed;
use paychaos::campaign::shard;
use paychaos::campaign::shrink::Smallness;
use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

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

#[test]
fn a_campaign_that_is_killed_goes_on_where_it_stood() {
    let folder = folder("killed", &[("literal.yaml", LITERAL)]);
    let args = |out| ["fuzz", "literal.yaml", "--seeds", "0..1500", "--out", out, "--checkpoint", "10ms", "--jobs", "1"];
    let whole = paychaos(&folder, &args("whole.json"));
    assert_eq!(whole.code, 1, "{}", whole.err);
    let mut killed = 0;
    for _ in 0..3 {
        let before = done(&folder, "parts.json");
        let mut child = spawn(&folder, &args("parts.json"));
        until("a checkpoint", || done(&folder, "parts.json") > before || child.try_wait().unwrap().is_some());
        child.kill().expect("SIGKILL");
        killed += u32::from(!child.wait().unwrap().success() && done(&folder, "parts.json") < 1500);
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

#[test]
fn a_result_of_another_format_is_told_by_it() {
    let folder = folder("format", &[("old.json", "{\"format\": \"paychaos campaign 1\", \"parts\": [{\"seeds\": 3}]}")]);
    fs::write(folder.join("x.yaml"), ANYTHING).unwrap();
    let ran = paychaos(&folder, &["fuzz", "x.yaml", "--seeds", "0..1", "--out", "old.json"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("its format is `paychaos campaign 1`; this paychaos reads"), "{}", ran.err);
}

/// The last seeds that there are end where numbers do.
#[test]
fn the_last_seeds_of_all_are_run() {
    let folder = folder("last", &[("literal.yaml", LITERAL)]);
    let last = "18446744073709551600..18446744073709551615";
    let (code, result) = fuzz(&folder, &["literal.yaml", "--seeds", last]);
    assert_eq!((code, &result["runs"], &result["complete"]), (1, &15.into(), &true.into()), "{result:#}");
    let (_, result) = fuzz(&folder, &["literal.yaml", "--seeds", "18446744073709550000..18446744073709551615"]);
    assert_eq!((&result["runs"], &result["complete"]), (&1615.into(), &true.into()));
    let out = ["fuzz", "literal.yaml", "--seeds", last, "--shard", "2/2", "--out", "2.json"];
    assert_eq!(paychaos(&folder, &out).code, 1);
    assert_eq!(done(&folder, "2.json"), 8);
}

/// More shards than seeds: some have none, and are complete.
#[test]
fn a_shard_without_seeds_is_a_part() {
    let folder = folder("none", &[("calm.yaml", HARDENED)]);
    for index in 1..=3 {
        let (shard, out) = (format!("{index}/3"), format!("{index}.json"));
        let ran = paychaos(&folder, &["fuzz", "calm.yaml", "--seeds", "0..2", "--shard", &shard, "--out", &out]);
        assert_eq!((ran.code, ran.err.contains("has no seeds")), (0, index == 1), "{}", ran.err);
    }
    let ran = paychaos(&folder, &["merge", "1.json", "2.json", "3.json"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
}

/// A case that fails fails the campaign, whoever joins its shards; and what is joined is what one run says.
#[test]
fn cases_found_before_are_joined_with_the_seeds() {
    let folder = folder("joined", &[("bad.yaml", &(ANYTHING.to_owned() + ONE_RULE_OFF))]);
    fs::create_dir_all(folder.join("found/bad")).unwrap();
    fs::write(folder.join("found/bad/believed.yaml"), BELIEVED).unwrap();
    let args = ["fuzz", "bad.yaml", "--seeds", "0..2", "--repro-dir", "found", "--format", "json"];
    let whole = paychaos(&folder, &args);
    assert_eq!(whole.code, 1);
    for (shard, out) in [("1/2", "1.json"), ("2/2", "2.json")] {
        assert_eq!(paychaos(&folder, &[&args[..], &["--shard", shard, "--out", out]].concat()).code, 1);
    }
    for files in [["1.json", "2.json"], ["2.json", "1.json"]] {
        let ran = paychaos(&folder, &[&["merge", "--format", "json"], &files[..]].concat());
        assert_eq!((ran.code, results(&ran)), (1, results(&whole)), "{}", ran.err);
        assert_eq!(results(&ran)[0]["corpus"][0]["verdict"], "fail");
    }
}

/// Two processes that write one file at the same time lose nothing.
#[test]
fn two_processes_may_write_one_file() {
    let folder = folder("two", &[("a.yaml", HARDENED), ("b.yaml", HARDENED)]);
    let args = |file, seeds| ["fuzz", file, "--seeds", seeds, "--out", "s.json", "--checkpoint", "1us", "--jobs", "1"];
    let mut a = spawn(&folder, &args("a.yaml", "0..6000"));
    until("the first save", || done(&folder, "s.json") > 0);
    let b = paychaos(&folder, &args("b.yaml", "0..200"));
    assert!(a.try_wait().unwrap().is_none(), "it was over before the other wrote");
    assert_eq!((a.wait().unwrap().code(), b.code), (Some(0), 0), "{}", b.err);
    assert_eq!(done(&folder, "s.json"), 6200);
    let ran = paychaos(&folder, &["merge", "s.json"]);
    assert!(ran.code == 0 && ran.out.contains("PASS  a: ") && ran.out.contains("PASS  b: "), "{}{}", ran.out, ran.err);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 3, "no lock is left");
}

/// Several processes that add to one file at the same time lose nothing.
#[test]
fn several_may_merge_into_one_file() {
    let folder = folder("merged", &[("a.yaml", HARDENED)]);
    for index in 1..=6 {
        let (shard, out) = (format!("{index}/6"), format!("{index}.json"));
        assert_eq!(paychaos(&folder, &["fuzz", "a.yaml", "--seeds", "0..60", "--shard", &shard, "--out", &out]).code, 0);
    }
    for _ in 0..5 {
        fs::copy(folder.join("1.json"), folder.join("all.json")).unwrap();
        let add = |index| spawn(&folder, &["merge", &format!("{index}.json"), "all.json", "--out", "all.json"]);
        let all: Vec<_> = (2..=6).map(add).collect();
        all.into_iter().for_each(|mut child| assert!(child.wait().unwrap().code().is_some_and(|code| code < 2)));
        assert_eq!(done(&folder, "all.json"), 60);
    }
    // A file that is not joined is written anew.
    assert_eq!(paychaos(&folder, &["merge", "2.json", "--out", "all.json"]).code, 1);
    assert_eq!(read(&folder, "all.json"), read(&folder, "2.json"));
}

/// Nobody waits for ever for a process that keeps the folder locked, nor without a word.
#[cfg(unix)]
#[test]
fn a_locked_folder_is_waited_for_as_long_as_there_is_time() {
    let folder = folder("locked", &[("a.yaml", HARDENED)]);
    let lock = fs::File::open(&folder).unwrap();
    lock.lock().unwrap();
    let args = ["fuzz", "a.yaml", "--seeds", "0..9", "--out", "s.json"];
    let ran = paychaos(&folder, &[&args[..], &["--time-limit", "100ms"]].concat());
    assert!(ran.code == 2 && ran.err.contains("another process keeps its folder locked"), "{}", ran.err);
    assert!(ran.err.contains("note: s.json: waiting for another process"), "{}", ran.err);
    let child = command(&folder, &args).stderr(Stdio::piped()).spawn().expect("the binary runs");
    std::thread::sleep(Duration::from_secs(1));
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill");
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(sent.success() && output.status.code() == Some(130) && told.contains("s.json: not written"), "{told}");
    drop(lock);
    assert_eq!(paychaos(&folder, &args).code, 0);
}

/// A file may have a valid address and hold what no campaign comes to.
#[test]
fn failures_that_cannot_be_are_refused() {
    let folder = folder("forged", &[("bad.yaml", &(ANYTHING.to_owned() + ONE_RULE_OFF))]);
    let args = ["fuzz", "bad.yaml", "--seeds", "0..600", "--out", "s.json"];
    assert_eq!(paychaos(&folder, &args).code, 1);
    let parts = shard::read(&read(&folder, "s.json")).expect("parts");
    type Forge = fn(&mut Failed);
    let forge: [(&str, Forge); 5] = [
        ("no such invariant", |failed| failed.looks.0 = "nonsense".to_owned()),
        ("no order before the first", |failed| failed.order = 0),
        ("no such order", |failed| failed.order = 6),
        ("no such seed", |failed| failed.seed = 600),
        ("more seeds than were run", |failed| failed.seeds = u64::MAX),
    ];
    for (what, forge) in forge {
        let mut forged = parts.clone();
        let failed = &mut forged[0].counted.failures[0];
        failed.found.smallness = Smallness::Unshrunk;
        forge(failed);
        fs::write(folder.join("s.json"), shard::write(&forged)).unwrap();
        let ran = paychaos(&folder, &args);
        assert!(ran.code == 2 && ran.err.contains("its seeds make no sense"), "{what}: {}: {}", ran.code, ran.err);
    }
}

/// Taken up again without its cases, a campaign tells those that its file holds, as whoever joins the file does.
#[test]
fn cases_that_were_played_stay_in_the_file() {
    let folder = folder("kept", &[("bad.yaml", &(ANYTHING.to_owned() + ONE_RULE_OFF))]);
    fs::create_dir_all(folder.join("found/bad")).unwrap();
    fs::write(folder.join("found/bad/believed.yaml"), BELIEVED).unwrap();
    let args = ["fuzz", "bad.yaml", "--seeds", "0..1", "--out", "s.json", "--format", "json"];
    let first = paychaos(&folder, &[&args[..], &["--repro-dir", "found"]].concat());
    let again = paychaos(&folder, &args);
    let merged = paychaos(&folder, &["merge", "s.json", "--format", "json"]);
    assert_eq!((first.code, again.code, merged.code), (1, 1, 1), "{}", again.err);
    assert_eq!(results(&again), results(&first));
    assert_eq!(results(&again), results(&merged));
}
