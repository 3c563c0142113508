//! Files in and out: what is read once and has an end, what is never written over, what is said when something cannot be
//! written, and what may be drawn for a value that is left open.

mod common;

use common::{folder, paychaos};
use std::fs;
use std::process::Stdio;

/// The bank debits, its answer is lost.
const LOST: &str = "faults: [lose: {at: order 1 / platform-bank / answer / 1}]\n";

#[test]
fn what_is_read_is_never_written_over() {
    let folder = folder("over", &[("lost.yaml", LOST)]);
    for args in [
        &["run", "lost.yaml", "--trace", "lost.yaml"][..],
        &["fuzz", "lost.yaml", "--junit", "lost.yaml"],
        &["fuzz", "lost.yaml", "--junit", "a.xml", "--coverage", "a.xml"],
        &["fuzz", "lost.yaml", "--out", "no/such/folder.json"],
        &["fuzz", "lost.yaml", "--coverage", "no/such/folder.csv"],
        &["ci", ".", "--junit", "no/such/folder.xml"],
    ] {
        let ran = paychaos(&folder, args);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args:?}: {}", ran.err);
    }
    assert_eq!(fs::read_to_string(folder.join("lost.yaml")).unwrap(), LOST);
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing was written");
}

/// A pipe in a folder has no writer, and would be waited for without end; one that is named has one.
#[cfg(unix)]
#[test]
fn a_pipe_in_a_folder_is_not_waited_for() {
    let folder = folder("pipe_inside", &[("ok.yaml", LOST)]);
    for pipe in ["p.yaml", "found/ok/p.yaml"] {
        fs::create_dir_all(folder.join(pipe).parent().expect("a folder")).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(folder.join(pipe)).status().unwrap().success());
    }
    for args in [&["check", "."][..], &["run", "."], &["fuzz", "ok.yaml", "--seeds", "0..2", "--repro-dir", "found"]] {
        let mut asked = common::command(&folder, args).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let ended = (0..600).find_map(|_| {
            std::thread::sleep(std::time::Duration::from_millis(50));
            asked.try_wait().unwrap()
        });
        if ended.is_none() {
            asked.kill().unwrap();
        }
        assert!(ended.is_some_and(|ended| ended.success()), "{args:?}: {ended:?}");
    }
    let pipe = folder.join("p.yaml");
    let writer = std::thread::spawn(move || fs::write(pipe, LOST));
    assert_eq!(paychaos(&folder, &["check", "p.yaml"]).code, 0);
    writer.join().expect("it writes").unwrap();
}

/// Whatever is written, the file is named and what is wrong with it.
#[cfg(target_os = "linux")]
#[test]
fn what_cannot_be_written_is_said() {
    let folder = folder("full", &[("lost.yaml", LOST)]);
    for format in ["text", "json", "html"] {
        let ran = paychaos(&folder, &["run", "lost.yaml", "--trace", "/dev/full", "--trace-format", format]);
        assert_eq!(ran.code, 2, "{format}");
        assert!(ran.err.contains("/dev/full: No space left on device"), "{format}: {}", ran.err);
    }
}

/// What a scenario names is read as well as the scenario.
#[test]
fn what_is_named_is_never_written_over() {
    let orders = "at,amount\n10:00,5.00\n";
    let listed = "orders: {from: orders.csv}\n";
    let compared = "orders: {from: orders.csv}\ncompare: {subsets: [timeout]}\n";
    let all = [("lis.yaml", listed), ("orders.csv", orders), ("c.yaml", compared), ("old.json", "[]\n")];
    let folder = folder("named", &all);
    for args in [
        &["run", "lis.yaml", "--trace", "orders.csv"][..],
        &["fuzz", "lis.yaml", "--seeds", "0..2", "--junit", "orders.csv"],
        &["fuzz", ".", "--seeds", "0..2", "--coverage", "orders.csv"],
        &["ci", ".", "--budget", "1s", "--junit", "orders.csv"],
        &["compare", ".", "--csv", "c.yaml"],
        &["compare", "c.yaml", "--csv", "./orders.csv"],
        &["compare", "c.yaml", "--baseline", "old.json", "--csv", "old.json"],
    ] {
        let ran = paychaos(&folder, args);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{args:?}: {}", ran.err);
        assert!(ran.err.contains("this is read, and would be written over"), "{args:?}: {}", ran.err);
    }
    for (file, text) in all {
        assert_eq!(fs::read_to_string(folder.join(file)).unwrap(), text, "{file}");
    }
}

#[test]
fn merge_asks_before_anything_is_printed() {
    let folder = folder("merge", &[("calm.yaml", "orders: {count: 2}\n")]);
    let shard = |shard: &str, out: &str| {
        let ran = paychaos(&folder, &["fuzz", "calm.yaml", "--seeds", "0..6", "--shard", shard, "--out", out]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        fs::read_to_string(folder.join(out)).unwrap()
    };
    let (one, _) = (shard("1/2", "s1.json"), shard("2/2", "s2.json"));
    for (junit, says) in [("s1.json", "would be written over"), ("no/such/x.xml", "no such folder to write to")] {
        let ran = paychaos(&folder, &["merge", "s1.json", "s2.json", "--junit", junit]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{junit}: {}", ran.err);
        assert!(ran.err.contains(says), "{junit}: {}", ran.err);
    }
    assert_eq!(fs::read_to_string(folder.join("s1.json")).unwrap(), one);
    // Whatever was in a file of shards is among what is joined.
    let ran = paychaos(&folder, &["merge", "s1.json", "s2.json", "--out", "s1.json", "--junit", "x.xml"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert_eq!(paychaos(&folder, &["merge", "s1.json"]).code, 0);
}

#[test]
fn an_alternative_that_can_never_be_drawn_is_a_mistake() {
    for (text, says, at) in [
        ("hops: {platform-bank: {strategy: {one_of: [article_hardened, article_hardend]}}}\n", "article_hardened", ":1:"),
        ("orders: {count: {one_of: [1, x]}}\n", "`x`", ":1:"),
        ("seed: 1\nfaults: [lose: {site: platform-bank/answer, probability: {between: [0.1, 1.5]}}]\n", "1.5", ":2:"),
        ("orders: {count: {one_of: [1, {one_of: [2, {between: [3, y]}]}]}}\n", "`y`", ":1:"),
    ] {
        let folder = folder("alternatives", &[("open.yaml", text)]);
        for command in ["check", "run", "fuzz"] {
            let ran = paychaos(&folder, &[command, "open.yaml"]);
            assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{command} {text}: {}", ran.err);
            assert!(ran.err.contains(says) && ran.err.contains(&format!("open.yaml{at}")), "{text}: {}", ran.err);
        }
    }
}

#[test]
fn alternatives_that_need_one_another_are_none() {
    // With a call between the tables there is none but in two applications, where calls take time.
    let text = "\
orders: {count: {between: [1, 3]}}
hops: {platform-bank: {reversal: {one_of: [none, {kind: {one_of: [close, cancel]}, after: {between: [1, 6]}}]}}}
platform: {tables: {one_of: [two_databases, same_database, two_applications]}}
";
    let folder = folder("together", &[("open.yaml", text)]);
    let ran = paychaos(&folder, &["check", "open.yaml"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
}

#[cfg(unix)]
mod unix {
    use super::*;
    use std::io::Write;
    use std::process::{Command, Stdio};

    #[test]
    fn a_scenario_may_come_through_a_pipe() {
        let folder = folder("pipe", &[]);
        for args in [&["run"][..], &["fuzz", "--seeds", "0..10"], &["explore", "--faults", "1"], &["check"]] {
            let mut child = Command::new(env!("CARGO_BIN_EXE_paychaos"))
                .current_dir(&folder)
                .args(args)
                .arg("/dev/stdin")
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .expect("the binary runs");
            child.stdin.take().expect("a pipe").write_all(LOST.as_bytes()).expect("it reads");
            let output = child.wait_with_output().expect("it ends");
            assert_eq!(output.status.code(), Some(0), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        }
    }

    #[test]
    fn shards_may_come_through_pipes() {
        let folder = folder("pipes", &[("calm.yaml", "orders: {count: 2}\n")]);
        for (shard, out) in [("1/2", "s1.json"), ("2/2", "s2.json")] {
            let ran = paychaos(&folder, &["fuzz", "calm.yaml", "--seeds", "0..6", "--shard", shard, "--out", out]);
            assert_eq!(ran.code, 0, "{}", ran.err);
        }
        let output = Command::new("bash")
            .current_dir(&folder)
            .args(["-c", "\"$0\" merge <(cat s1.json) <(cat s2.json)", env!("CARGO_BIN_EXE_paychaos")])
            .output()
            .expect("a shell");
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Where what is printed goes to a file, the trace goes there before the verdict, and neither replaces the other.
    #[test]
    fn a_trace_may_go_where_the_verdict_goes() {
        let folder = folder("same", &[("lost.yaml", LOST)]);
        let told = paychaos(&folder, &["run", "lost.yaml", "--trace", "trace.txt"]);
        let trace = fs::read_to_string(folder.join("trace.txt")).unwrap();
        for path in ["/dev/stdout", "/dev/fd/1"] {
            let out = fs::File::create(folder.join("out.txt")).expect("a file");
            let mut command = Command::new(env!("CARGO_BIN_EXE_paychaos"));
            command.current_dir(&folder).env_remove("COLUMNS").env_remove("CLICOLOR_FORCE");
            let status = command.args(["run", "lost.yaml", "--trace", path]).stdout(out).status().expect("it runs");
            assert_eq!(status.code(), Some(0), "{path}");
            assert_eq!(fs::read_to_string(folder.join("out.txt")).unwrap(), trace.clone() + &told.out, "{path}");
        }
    }

    #[test]
    fn a_device_is_written_to_and_stays_one() {
        let folder = folder("device", &[("lost.yaml", LOST)]);
        let ran = paychaos(&folder, &["run", "lost.yaml", "--trace", "/dev/null"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }

    #[test]
    fn what_has_no_end_is_refused() {
        let folder = folder("endless", &[]);
        let ran = paychaos(&folder, &["run", "/dev/zero"]);
        assert_eq!(ran.code, 2);
        assert!(ran.err.contains("larger than 64 MiB"), "{}", ran.err);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_result_that_cannot_be_printed_is_no_success() {
        let folder = folder("full", &[("lost.yaml", LOST)]);
        for args in
            [&["run", "lost.yaml"][..], &["run", "lost.yaml", "--format", "json"], &["list"], &["check", "lost.yaml"]]
        {
            let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("a full disk");
            let output = Command::new(env!("CARGO_BIN_EXE_paychaos"))
                .current_dir(&folder)
                .args(args)
                .stdout(full)
                .stderr(Stdio::piped())
                .output()
                .expect("the binary runs");
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(2), "{args:?}: {said}");
            assert!(said.contains("could not be printed"), "{said}");
        }
    }

    #[test]
    fn parts_of_a_comparison_may_go_into_a_pipe() {
        let folder = folder("parts", &[("c.yaml", "orders: {count: 2}\ncompare: {subsets: [timeout]}\n")]);
        let args = ["compare", "c.yaml", "--seeds", "0..2", "--out"];
        let kept = paychaos(&folder, &[&args[..], &["parts.json"]].concat());
        assert_eq!(kept.code, 0, "{}", kept.err);
        let piped = paychaos(&folder, &[&args[..], &["/dev/stderr"]].concat());
        assert_eq!(piped.code, 0, "{}", piped.err);
        assert_eq!(piped.err, fs::read_to_string(folder.join("parts.json")).unwrap());
    }

    /// What was begun by a process that was killed is removed by the next that writes the same file.
    #[cfg(target_os = "linux")]
    #[test]
    fn nothing_half_written_stays_for_ever() {
        let gone = ".s.json.4194305.tmp";
        let others = [".s.json.1.tmp", ".t.json.4194305.tmp", ".s.json.x.tmp"];
        let folder = folder("stale", &[("calm.yaml", "orders: {count: 2}\n"), (gone, "half")]);
        others.iter().for_each(|other| fs::write(folder.join(other), "theirs").unwrap());
        let ran = paychaos(&folder, &["fuzz", "calm.yaml", "--seeds", "0..6", "--out", "s.json"]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        assert!(!folder.join(gone).exists());
        assert!(others.iter().all(|other| folder.join(other).exists()), "these are of others");
    }

    #[test]
    fn what_was_interrupted_has_not_passed() {
        let many = "seed: 1\norders: {count: 30000000, arrivals: {gap: {fixed: 1ms}}, amount: {fixed: 1.00}}\n";
        let folder = folder("interrupted", &[("many.yaml", many), ("next.yaml", LOST)]);
        for (args, says) in [
            (&["run", "many.yaml", "next.yaml"][..], "interrupted after"),
            (&["ci", ".", "--junit", "ci.xml"], "interrupted: 0 of 2"),
        ] {
            let child = Command::new(env!("CARGO_BIN_EXE_paychaos"))
                .current_dir(&folder)
                .args(args)
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .expect("the binary runs");
            std::thread::sleep(std::time::Duration::from_millis(700));
            let pid = child.id().to_string();
            assert!(Command::new("kill").args(["-INT", &pid]).status().expect("kill").success());
            let output = child.wait_with_output().expect("it ends");
            let told = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(130), "{told}");
            assert!(told.contains(says) && !told.contains("PASS"), "{told}");
        }
        let junit = fs::read_to_string(folder.join("ci.xml")).unwrap();
        assert!(junit.contains("type=\"not complete\"") && junit.contains("failures=\"1\""), "{junit}");
    }

    #[test]
    fn campaigns_that_were_not_run_have_not_passed() {
        let calm = "orders: {count: 2}\n";
        let folder = folder("campaigns", &[("a.yaml", calm), ("b.yaml", calm), ("c.yaml", calm)]);
        for (args, verdict) in [
            (&["ci", ".", "--budget", "300s", "--repro-dir", "begun-ci", "--junit", "j.xml"][..], "\"verdict\": \"fail\""),
            (&["fuzz", ".", "--seeds", "0..1000000000", "--repro-dir", "begun-fuzz", "--junit", "j.xml"], ""),
        ] {
            let mut child = Command::new(env!("CARGO_BIN_EXE_paychaos"))
                .current_dir(&folder)
                .args(args)
                .args(["--format", "json"])
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .expect("the binary runs");
            // The folder comes right before the scenarios, which take no time, and the first campaign.
            while !folder.join(format!("begun-{}", args[0])).exists() && child.try_wait().expect("a child").is_none() {
                std::thread::yield_now();
            }
            std::thread::sleep(std::time::Duration::from_millis(300));
            let pid = child.id().to_string();
            assert!(Command::new("kill").args(["-INT", &pid]).status().expect("kill").success());
            let output = child.wait_with_output().expect("it ends");
            let told = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(130), "{told}");
            for never in ["a: interrupted: seeds ", "b: interrupted: seeds 0..10000000", "c: interrupted: seeds 0..10000000"]
            {
                assert!(told.contains(never), "{told}");
            }
            assert!(told.contains(verdict) && !told.contains("\"verdict\": \"pass\",\n    \"reasons\""), "{told}");
            let junit = fs::read_to_string(folder.join("j.xml")).unwrap();
            assert_eq!(junit.matches("type=\"not complete\"").count(), 3, "{junit}");
        }
    }
}
