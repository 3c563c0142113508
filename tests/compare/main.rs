//! `paychaos compare`: what it counts is what a run counts, its statistics do not depend on threads, shards or interruptions,
//! it says so when nothing can be said, and mistakes in comparison files have their places.

#[path = "../common/mod.rs"]
mod common;
mod counts;
mod gate;
mod mistakes;
mod outputs;
mod parts;
mod questions;
mod shipped;
mod stories;

use common::{Ran, paychaos};
use serde_json::Value;
use std::path::Path;

/// Two strategies, two kinds of weather, a few hundred orders.
pub const SMALL: &str = "\
about: Does asking help?
orders: {count: 400, arrivals: {daily: {weights: retail}}, amount: {uniform: [1.00, 500.00]}}
hops:
  merchant-platform: {notification: {gaps: [0s, 15s]}, reversal: none}
  platform-bank: {reversal: none}
compare:
  seeds: 1..3
  strategies:
    - asking: {about: It asks.}
    - silent: {about: It does not., hops: {merchant-platform: {polling: none}, platform-bank: {polling: none}}}
  profiles:
    - lossy_network
    - a silent bank: {faults: [outage: {site: platform-bank/answer, from: \"12:00\", to: \"13:00\"}]}
";

/// Every answer is lost: who does nothing leaves all orders, who reads the file none.
pub const DEAF: &str = "\
orders: {count: 300, arrivals: {every: 10s}}
hops: {merchant-platform: {polling: none, reversal: none}, platform-bank: {polling: none, reversal: none}}
compare:
  seeds: 1..3
  against: timeout
  subsets: [timeout, reconciliation]
  profiles: [deaf: {faults: [lose: {site: [platform-bank/answer], probability: 1}]}]
";

/// The results as JSON, without what varies from run to run.
pub fn results(ran: &Ran) -> Vec<Value> {
    let mut list: Vec<Value> = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}", ran.err));
    list.iter_mut().for_each(|result| drop(result.as_object_mut().expect("an object").remove("timing")));
    list
}

pub fn compared(folder: &Path, args: &[&str]) -> Value {
    let ran = paychaos(folder, &[&["compare"], args, &["--format", "json"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    results(&ran).remove(0)
}

/// A cell, by the names of its profile and strategy.
pub fn cell<'a>(result: &'a Value, profile: &str, strategy: &str) -> &'a Value {
    let (profile, strategy) = (position(result, "profiles", profile), position(result, "strategies", strategy));
    &result["cells"][profile * result["strategies"].as_array().expect("a list").len() + strategy]
}

/// The value of a measure in a cell.
pub fn value<'a>(result: &'a Value, cell: &'a Value, measure: &str) -> &'a Value {
    &cell["values"][position(result, "measures", measure)]
}

pub fn number(of: &Value) -> f64 {
    of.as_f64().unwrap_or_else(|| panic!("{of} is no number"))
}

/// The position of a name in a list of the result.
pub fn position(result: &Value, list: &str, name: &str) -> usize {
    let all = result[list].as_array().expect("a list");
    all.iter().position(|one| one["name"] == name).unwrap_or_else(|| panic!("no {name} in {list}"))
}

/// The value of a measure, by names.
pub fn share(result: &Value, profile: &str, strategy: &str, measure: &str) -> f64 {
    number(&value(result, cell(result, profile, strategy), measure)["value"])
}

/// A strategy against the reference, by names.
pub fn difference<'a>(result: &'a Value, profile: &str, strategy: &str, measure: &str) -> &'a Value {
    let wanted = [("profiles", profile), ("strategies", strategy), ("measures", measure)];
    let [profile, strategy, measure] = wanted.map(|(list, name)| position(result, list, name) as u64);
    let all = result["differences"].as_array().expect("differences");
    let is_it = |one: &&Value| one["profile"] == profile && one["strategy"] == strategy && one["measure"] == measure;
    all.iter().find(is_it).expect("a difference")
}
