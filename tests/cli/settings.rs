//! What `check` says of settings: what is wrong with a value, in its own units and where it stands, what can have no effect,
//! and that every default that is shown can be written.

use crate::common::{folder, paychaos};
use crate::json;
use std::fs;

/// What `check` says of a scenario, with its exit code.
fn checked(name: &str, text: &str) -> (i32, String) {
    let folder = folder(name, &[("s.yaml", text)]);
    let ran = paychaos(&folder, &["check", "s.yaml"]);
    (ran.code, ran.err)
}

#[test]
fn what_can_have_no_effect_is_said() {
    for (i, (text, says)) in [
        (
            "hops: {platform-bank: {channel: alipay, notification: {dead_letter: 3}}}",
            "`notification: {dead_letter: ...}` on platform-bank has no effect",
        ),
        (
            "platform: {internal: {transaction: {kind: tcc, relay: 1s}}}",
            "`relay` has no effect on a transaction of kind tcc",
        ),
        (
            "platform: {internal: {transaction: {kind: tcc, attempts: 3}}}",
            "`attempts` has no effect on a transaction of kind tcc",
        ),
        (
            "platform: {internal: {transaction: {kind: saga, lock_timeout: 3s}}}",
            "`lock_timeout` has no effect on a transaction of kind saga",
        ),
        (
            "platform: {internal: {transaction: {kind: outbox, attempts: 3}}}",
            "`attempts` has no effect on a transaction of kind outbox: that has relay and retry",
        ),
        ("platform: {handover: {timeout: 2s}}", "both tables belong to one application"),
        (
            "hops: {platform-bank: {reconciliation: none, rules: {check_file: off}}}",
            "`rules: {check_file: off}` on platform-bank changes nothing: this hop has no reconciliation",
        ),
        (
            "hops: {platform-bank: {rules: {fence_branches: off}}}",
            "changes nothing: this hop has no two_phase_commit, tcc or saga",
        ),
        (
            "platform: {internal: {transaction: {kind: two_phase_commit}}}\n\
             hops: {merchant-platform: {rules: {in_doubt_waits: off}}}",
            "`rules: {in_doubt_waits: off}` on merchant-platform changes nothing",
        ),
        (
            "hops: {platform-bank: {polling: none, rules: {exhausted_is_suspense: off}}}",
            "changes nothing: this hop has no polling",
        ),
        (
            "hops: {platform-bank: {strategy: {}, rules: {errors_change_nothing: off}}}",
            "changes nothing: this hop has no polling, reversal or reconciliation",
        ),
        ("hops: {platform-bank: {rules: {fence_lease: off}}}", "changes nothing: this hop has no compensation"),
        ("hops: {platform-bank: {rules: {send_key: off}}}", "changes nothing: this hop has no keys"),
        (
            "platform: {internal: {transaction: {kind: two_phase_commit, lock_timeout: 1s}}}",
            "`lock_timeout` has no effect: `in_doubt_waits` is on",
        ),
        ("faults: [late: {hop: platform-bank, probability: 0.5, by: 0s}]", "`late: {by: 0s}` changes nothing"),
        (
            "faults: [slow: {hop: platform-bank, from: 10:00, to: 11:00, by: 0s}]",
            "`slow: {by: 0s}` changes nothing: the message arrives when it would have",
        ),
        (
            "faults: [outage: {hop: platform-bank, from: d2 10:00, to: d2 11:00}]",
            "window 1 never opens: it begins at d2 10:00:00.000, but the storm ends at d1 00:00:00.000",
        ),
        ("faults: [fail_update: {site: platform-bank/ack-write, probability: 0.5}]", "never strikes: platform-bank has no"),
        ("customer: {pays_again: {probability: 1, at_most: 0}}", "nobody ever pays again"),
        (
            "faults: [outage: {hop: platform-bank, from: 08:00, to: 09:00}]",
            "window 1 is over at d0 09:00:00.000, before the first order",
        ),
        ("faults: [lose: {hop: platform-bank, probability: 0}]", "`lose` with probability 0 never strikes"),
        (
            "faults: [outage: {hop: platform-bank, from: 10:00, to: 11:00, happens: 0}]",
            "the window of `outage` with `happens: 0` never opens",
        ),
        (
            "platform: {internal: {compensation: {window: 1m, replica_lag: 1m}}}",
            "the platform's scan sees nothing: it looks 1m00s back, on a replica that is 1m00s behind",
        ),
        ("platform: {internal: {compensation: {lease: 1s, call: 2s}}}", "needs 2s for an update, but holds its row for 1s"),
        (
            "hops: {platform-bank: {polling: none}, merchant-platform: {polling: none}}\ngoals: [recovered-by-polling]",
            "the goal recovered-by-polling cannot be reached: there is no polling on any hop",
        ),
        ("goals: [recovered-by-transaction]", "there is no two_phase_commit, tcc, saga or outbox on any hop"),
        ("goals: [fenced, asked-again]", "the goal asked-again cannot be reached: there is no retry on any hop"),
        (
            "platform: {internal: {transaction: {kind: saga}}}\ngoals: [blocked]",
            "the goal blocked cannot be reached: there is no two_phase_commit on any hop",
        ),
    ]
    .into_iter()
    .enumerate()
    {
        let (code, said) = checked(&format!("vain{i}"), text);
        assert_eq!(code, 0, "{said}");
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(says), "{text}\n{said}");
    }
    for (i, text) in [
        "hops: {platform-bank: {channel: alipay, notification: {queue: fifo, dead_letter: 3}}}",
        "platform: {internal: {transaction: {kind: two_phase_commit, lock_timeout: 1s, retry: 5s}}}\n\
         hops: {platform-bank: {rules: {in_doubt_waits: off}}}",
        "platform: {handover: {timeout: 2s}, internal: {transaction: {kind: tcc}}}",
        "platform: {handover: {timeout: 2s}, tables: two_applications}",
        "customer: {pays_again: {probability: 0}}",
        "hops: {platform-bank: {polling: none, rules: {errors_change_nothing: off}}}",
        "hops: {platform-bank: {keys: {}, rules: {send_key: off}}}",
        // After a crash the row tells what was begun, polling or not; and answers tell how an earlier try ended.
        "hops: {merchant-platform: {polling: none, reconciliation: none, rules: {intent_before_send: off}}}\n\
         faults: [crash_after: {at: order 1 / merchant-platform / request / 1}]",
        "hops: {merchant-platform: {strategy: {}, rules: {not_found_is_unknown: off}}}",
        // What is scripted strikes at any time, and a clock is wrong for the whole run.
        "storm: 1h\nfaults: [lose: {at: order 1 / platform-bank / answer / 1}]",
        "storm: 1h\nfaults: [skew: {party: platform, by: 90s}]",
        "goals: [recovered-by-polling]",
        // Who believes what anybody sends may be told by somebody.
        "hops: {merchant-platform: {rules: {verify_signature: off}}}\ngoals: [recovered-by-notification]",
    ]
    .into_iter()
    .enumerate()
    {
        let (code, said) = checked(&format!("not_vain{i}"), text);
        assert!(code == 0 && !said.contains("warning"), "{text}\n{said}");
    }
}

#[test]
fn what_is_wrong_with_a_value_is_said_in_its_units_and_where_it_stands() {
    for (i, (text, says)) in [
        ("orders: {amount: {uniform: [5.00, 1.00]}}", &["lower end 5.00 is above the upper end 1.00", ":1:35"][..]),
        ("bank: {processing: {lognormal: {median: 5s, p99: 1s}}}", &["the p99 1s is below the median 5s", ":1:50"]),
        ("orders: {count: -1}", &["`-1` is not a number of orders", "from 1 to 1000000000"]),
        ("faults: [lose: {at: order 99999999999 / platform-bank / answer / 1}]", &["numbers go from 1 to 1000000000"]),
        ("faults: [lose: {at: order 1 / platform-bank / answer / 65537}]", &["numbers go from 1 to 65536"]),
        ("storm: 2020-01-01", &["`2020-01-01` is not an instant", "the time since d0 00:00"]),
        ("bank: {approve: [0.1]}", &["found a list where a probability from 0 to 1 is expected"]),
        ("bank: {approve: 1e-10}", &["probability 1e-10 is less than can be drawn", "0 is never"]),
        ("bank: {processing: {one_of: [1s, soon]}}", &["`soon` is not a duration", ":1:34"]),
        ("~: 2", &["this key is empty"]),
        ("hops: {merchant-platform: {processing: 1s}}", &["the platform has no processing time of its own", ":1:40"]),
    ]
    .into_iter()
    .enumerate()
    {
        let (code, said) = checked(&format!("wrong{i}"), text);
        assert_eq!(code, 2, "{text}");
        for says in says {
            assert!(said.contains(says), "{says} is not in\n{said}");
        }
    }
}

#[test]
fn what_is_wrong_with_a_listing_is_said_at_its_place() {
    let scenario = "orders: {from: orders.csv}\n";
    let check = |name: &str, text: &str, orders: &str| {
        let folder = folder(name, &[("s.yaml", text), ("orders.csv", orders)]);
        let ran = paychaos(&folder, &["check", "s.yaml"]);
        assert_eq!(ran.code, 2, "{orders}");
        ran.err
    };
    let said = check("no_instant", scenario, "at,amount\n,5.00\n");
    assert!(said.contains("the instant is missing") && said.contains("d1 10:00"), "{said}");
    let said = check("quote", scenario, "at,amount\n10:00,\"5.00\n10:01,3.00\n");
    assert!(said.contains("a quote is opened here and never closed") && said.contains("orders.csv:2:7"), "{said}");
    let beyond = format!("{scenario}faults: [lose: {{at: order 2 / platform-bank / answer / 1}}]\n");
    let said = check("beyond", &beyond, "at,amount\n10:00,5.00\n");
    assert!(said.contains("add a row to the file of orders"), "{said}");
}

/// Errors that are cut say so, and so do values that are.
#[test]
fn what_is_cut_is_said() {
    let mut orders = "at,amount\n".to_owned();
    (0..1000).for_each(|_| orders.push_str("10:00,x\n"));
    let mut faults = "faults:\n".to_owned();
    (0..4000).for_each(|i| faults.push_str(&format!("  - lose{i}: {{}}\n")));
    let long = format!("orders: {{count: {}}}\n", "1".repeat(1_000_000));
    let files = [("csv.yaml", "orders: {from: orders.csv}\n"), ("orders.csv", &orders), ("many.yaml", &faults)];
    let folder = folder("cut", &files);
    fs::write(folder.join("long.yaml"), long).expect("a file to write");
    let said = |file: &str| paychaos(&folder, &["check", file]).err;
    assert!(said("csv.yaml").contains("and 980 more mistakes in this file"));
    assert!(said("many.yaml").contains("there are more mistakes in this file"));
    assert!(said("long.yaml").len() < 1000, "{} bytes", said("long.yaml").len());
}

/// A default in words says where a value comes from; every other one is a value, and may be written.
#[test]
fn every_default_that_is_shown_can_be_written() {
    let words = |default: &str| {
        ["the ", "all ", "both"].iter().any(|word| default.starts_with(word))
            || default.contains("; merchant-platform")
            || default.contains("anything has odds")
            || default.contains(" (only ")
    };
    let mut tried = 0;
    for what in ["scenario", "comparison"] {
        let fields = json(&paychaos(std::path::Path::new("."), &["explain", what, "--format", "json"]).out);
        for field in fields.as_array().expect("fields") {
            let (path, default) = (field["path"].as_str(), field["default"].as_str());
            let (path, default) = (path.expect("a name"), default.unwrap_or_default());
            if default.is_empty() || words(default) {
                continue;
            }
            let text = written(path, default);
            let folder = folder("defaults", &[("s.yaml", &text)]);
            let ran = paychaos(&folder, &["check", "s.yaml"]);
            assert_eq!(ran.code, 0, "{path}: {default}\n{text}{}", ran.err);
            tried += 1;
        }
    }
    assert!(tried > 90, "only {tried}");
}

/// A scenario with a value at a path.
fn written(path: &str, value: &str) -> String {
    let mut text = value.to_owned();
    let mut keys = path.rsplit('.').peekable();
    while let Some(key) = keys.next() {
        let beside = match keys.peek() {
            Some(&"notification") if !["gaps", "schedule"].contains(&key) => ", gaps: [1s]",
            Some(&"transaction") => ", kind: saga",
            Some(&"sweeps[]") => ", vary: {hops.platform-bank.polling.max: [3, 4]}",
            Some(&"goal") => ", plans: [[1s, 2s]]",
            Some(&"compare") if key != "strategies" => ", strategies: [article_hardened, article_literal]",
            Some(&"compare") => ", subsets: [polling]",
            Some(_) | None => "",
        };
        text = match key.strip_suffix("[]") {
            Some(key) => format!("{{{key}: [{text}]{beside}}}"),
            None => format!("{{{key}: {text}{beside}}}"),
        };
    }
    text + "\n"
}
