//! The command line's contract: exit codes, what goes to stdout and what to stderr, JSON, and what is said about bad input.

#[path = "../common/mod.rs"]
mod common;
mod exits;
mod results;
mod schemas;
mod settings;
mod stories;
mod words;

use crate::common::paychaos;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// The bank debits, its answer is lost.
pub const LOST: &str = "\
about: The bank debits, its answer is lost, polling finds out.
faults:
  - lose: {at: order 1 / platform-bank / answer / 1}
goals: [recovered-by-polling]
";

/// Random losses over fifty orders.
pub const RANDOM: &str = "\
seed: 7
orders: {count: 50, arrivals: {poisson: 5/s}, amount: {uniform: [1.00, 500.00]}}
faults:
  - lose: {site: platform-bank/answer, probability: 0.3}
";

pub fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

pub fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in\n{text}"))
}

/// The only result of a run, as JSON.
pub fn result(folder: &Path, args: &[&str]) -> Value {
    let ran = paychaos(folder, &[&["run"], args, &["--format", "json"]].concat());
    assert!(ran.code <= 1, "{}", ran.err);
    json(&ran.out)[0].clone()
}

/// Everything that `list` prints, of one kind or of the kinds.
pub fn listed(folder: &Path, kind: Option<&str>) -> Vec<String> {
    let args: Vec<&str> = ["list", "--format", "json"].into_iter().chain(kind).collect();
    let ran = paychaos(folder, &args);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let list = json(&ran.out);
    list.as_array().expect("a list").iter().map(|entry| entry["name"].as_str().expect("a name").to_owned()).collect()
}

pub fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
