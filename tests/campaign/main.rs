//! Campaigns from the command line: the same bytes whatever the threads and shards, nothing lost or counted twice when they
//! are killed, every failure a file that fails, and what people, programs and CI are told.

mod broken_words;
mod causes;
mod ci;
#[path = "../common/mod.rs"]
mod common;
mod corpus;
mod cut_short;
mod findings;
mod remedies;
mod shards;
mod swarm;
mod triage;

use crate::common::{Ran, command, paychaos};
use paychaos::campaign::shard;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// The strategy with known mistakes, under every kind of fault.
pub const LITERAL: &str = "\
orders: {count: 5, arrivals: {poisson: 5/s}}
customer: {pays_again: {probability: 0.3, after: 2m}}
hops:
  merchant-platform: {strategy: article_literal, notification: {gaps: [0s, 15s, 15s, 30s]}}
  platform-bank: {strategy: article_literal, channel: wechat_pay_v3}
";

/// The default strategy, under every kind of fault.
pub const ANYTHING: &str = "orders: {count: 5, arrivals: {poisson: 5/s}}\n";

/// The default strategy, under faults that it survives.
pub const HARDENED: &str = "\
orders: {count: 5, arrivals: {poisson: 5/s}}
faults:
  - lose: {hop: merchant-platform, probability: 0.05}
  - lose: {hop: platform-bank, probability: 0.05}
  - late: {hop: platform-bank, probability: 0.02}
  - duplicate: {hop: merchant-platform, probability: 0.02}
  - query_error: {hop: platform-bank, probability: 0.1}
  - not_found: {hop: platform-bank, probability: 0.05}
  - forge: {hop: platform-bank, probability: 0.05}
  - truncate: {hop: platform-bank, probability: 0.3}
  - late_debit: {hop: platform-bank, probability: 0.02}
  - outage: {site: merchant-platform/query, from: 10:00, to: 10:05}
";

/// One mistake.
pub const ONE_RULE_OFF: &str = "hops: {platform-bank: {rules: {not_found_is_unknown: off}}}\n";

pub fn read(folder: &Path, file: &str) -> String {
    fs::read_to_string(folder.join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The results as JSON, without what may vary.
pub fn results(ran: &Ran) -> Value {
    let mut value: Value = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}{}", ran.out, ran.err));
    for result in value.as_array_mut().expect("a list") {
        let timing = result.as_object_mut().expect("an object").remove("timing").expect("a timing");
        assert!(timing["wall_s"].is_number() && timing["runs_per_s"].is_number() && timing["events_per_s"].is_number());
    }
    value
}

pub fn fuzz(folder: &Path, args: &[&str]) -> (i32, Value) {
    let ran = paychaos(folder, &[&["fuzz"], args, &["--format", "json"]].concat());
    (ran.code, results(&ran)[0].clone())
}

pub fn spawn(folder: &Path, args: &[&str]) -> Child {
    command(folder, args).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the binary runs")
}

pub fn until(what: &str, mut done: impl FnMut() -> bool) {
    let started = Instant::now();
    while !done() {
        assert!(started.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Seeds that a file of parts says are done.
pub fn done(folder: &Path, file: &str) -> u64 {
    let Ok(text) = fs::read_to_string(folder.join(file)) else { return 0 };
    let parts = shard::read(&text).expect("a file that is there is whole");
    parts.iter().map(|part| part.done.to - part.done.from).sum()
}

/// A case in a corpus, of a strategy that believes that there is no such order.
pub const BELIEVED: &str = "\
orders: {count: 1}
faults:
  - not_found: {at: order 1 / platform-bank / decision / 1}
  - lose: {at: order 1 / platform-bank / answer / 1}
";
