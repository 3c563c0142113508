//! What a story says is what its run counts.

use crate::common::{folder, paychaos};
use crate::json;
use std::fs;
use std::path::{Path, PathBuf};

/// The shipped scenarios in which something is to be seen step by step.
fn told() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let inside = |folder: &str| {
        let entries = fs::read_dir(root.join(folder)).expect("a folder");
        entries.map(|entry| entry.expect("an entry").path()).collect::<Vec<_>>()
    };
    let mut all = [inside("article"), inside("bugs")].concat();
    all.sort();
    all
}

/// A story marks the fact by which the order was recovered, as it is counted, and no other.
#[test]
fn a_story_marks_the_recovery_that_is_counted() {
    let (mut wrong, mut marked) = (Vec::new(), 0);
    for path in told() {
        let file = path.to_str().expect("UTF-8");
        let run = |format: &str| paychaos(Path::new("."), &["run", file, "--format", format]).out;
        let result = &json(&run("json"))[0];
        if result["orders"] != 1 {
            continue;
        }
        let by = result["recovered_by"].as_object().expect("a map");
        let counted: Vec<String> = by.keys().filter_map(|by| Some(by.split_once('.')?.1.replace('_', " "))).collect();
        let text = run("text");
        let marks = text.lines().filter_map(|line| line.split_once("↻ ")?.1.split_once(" by "));
        let marks: Vec<&str> = marks.map(|(_, by)| if by == "a person" { "manual" } else { by }).collect();
        if marks != counted {
            wrong.push(format!("{file}: counted {counted:?}, marked {marks:?}"));
        }
        marked += marks.len();
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(marked > 30, "only {marked} recoveries");
}

/// The story of a shipped scenario, in one line.
fn story(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(file);
    in_one_line(&paychaos(Path::new("."), &["run", path.to_str().expect("UTF-8")]).out)
}

/// The story of a scenario, in one line.
fn story_of(name: &str, text: &str) -> String {
    in_one_line(&paychaos(&folder(name, &[("s.yaml", text)]), &["run", "s.yaml"]).out)
}

/// Without the lanes, the times and the breaks.
fn in_one_line(text: &str) -> String {
    let words = text.lines().map(|line| line.rsplit_once('│').map_or(line, |(_, words)| words));
    words.flat_map(str::split_whitespace).collect::<Vec<_>>().join(" ")
}

/// A close that hears of a success ends in a paid order, and nothing is given back.
#[test]
fn what_a_close_finds_paid_is_recovered() {
    let told = story("bugs/f01_retry_under_new_number_fixed.yaml");
    assert!(told.contains("↻ recovered by reversal") && !told.contains("given back by"), "{told}");
}

/// A close may come from the settlement file; its answer is the answer to a close all the same.
#[test]
fn the_answer_to_a_close_is_called_so() {
    let told = story("article/18_absent_and_returned.yaml");
    assert!(
        told.contains("bank answers the close of #1: failed, known already") && !told.contains("answer to the query"),
        "{told}"
    );
}

/// Each refund has attempts of its own.
#[test]
fn the_first_request_of_another_refund_is_a_first_one() {
    for file in ["bugs/f16_partial_refunds_at_once_mistake.yaml", "bugs/f13c_key_for_another_amount_mistake.yaml"] {
        let told = story(file);
        assert!(told.contains("asks for refund #3") && !told.contains("attempt 2"), "{told}");
    }
}

/// One mechanism that helps twice at one moment is named once.
#[test]
fn one_help_is_told_once() {
    let text = "\
hops: {platform-bank: {polling: {plan: [20m], max: 1}}}
faults:
  - pause: {at: order 1 / platform-bank / request / 1, lasting: 1s}
  - late: {at: order 1 / platform-bank / answer / 1, by: 20s}
";
    let told = story_of("help", text);
    assert!(told.contains("↻ recovered by late answer") && told.matches("by late answer").count() == 1, "{told}");
}

/// A record that nobody looks for is left out: that no table shows, but the story does.
#[test]
fn what_struck_without_being_noticed_is_told() {
    let text = "\
customer: {pays_again: {after: 60s}}
hops: {platform-bank: {reversal: {after: 1}}}
faults:
  - debit_after_close: {at: order 1 / platform-bank / decision / 1, by: 97s}
  - omit_for_good: {at: order 1 / platform-bank / row / 1}
expect: not_silent
";
    let told = story_of("omitted", text);
    assert!(told.contains("order 1 / platform-bank / row / 1: the record is left out for good"), "{told}");
}
