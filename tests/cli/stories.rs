//! What a story says is what its run counts.

use crate::common::paychaos;
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
