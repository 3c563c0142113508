//! Tests of the loader as a whole: what loads, what it comes to, which mistakes are found and where.

mod anything;
mod mistakes;
mod values;

use super::*;
use std::io;
use std::path::Path;

const KNOWN: Known = Known { goals: &GOALS, invariants: &["money.charged_once", "books.agree"] };
const GOALS: [KnownGoal; 2] =
    [KnownGoal { name: "timed-out", needs: &[] }, KnownGoal { name: "recovered-by-polling", needs: &["polling"] }];

/// Loads `text`; the only file beside it is `orders.csv`.
fn load_with(text: &[u8], csv: &str, overrides: &Overrides) -> Result<Scenario, Vec<Diagnostic>> {
    let read = |path: &Path| match path.to_str() {
        Some("dir/orders.csv") => Ok(csv.as_bytes().to_vec()),
        _ => Err(io::Error::from(io::ErrorKind::NotFound)),
    };
    load(Path::new("dir/case.yaml"), text, overrides, KNOWN, &read)
}

/// Loads `text`, which must be right.
#[track_caller]
fn fine(text: &str) -> Scenario {
    load_with(text.as_bytes(), "", &Overrides::default()).unwrap_or_else(|wrong| panic!("{}", render_all(&wrong, false)))
}

/// Loads `text`, which must be wrong.
#[track_caller]
fn wrong(text: &str) -> Vec<Diagnostic> {
    match load_with(text.as_bytes(), "", &Overrides::default()) {
        Ok(_) => panic!("this loads:\n{text}"),
        Err(diagnostics) => diagnostics,
    }
}

/// The scenario of the documentation, with every key of it.
const EXAMPLE: &str = r#"
about: The bank debits, its answer is lost, polling finds out.
seed: 7
orders: {count: 1000, arrivals: {poisson: 50/s}, amount: {uniform: [1.00, 500.00]}, currency: CNY}
customer: {pays_again: {probability: 0.3, after: 2m}}
hops:
  merchant-platform: {latency: {uniform: [5ms, 50ms]}, channel: none, strategy: article_hardened}
  platform-bank:
    channel: wechat_pay_v3
    latency: {lognormal: {median: 60ms, p99: 900ms}}
    late: {max: 10m}
    strategy: article_hardened
    timeout: {connect: 1s, read: 5s}
    polling: {plan: [5s, 30s, 60s, 180s], max: 10}
    reconciliation: {cut_off: "23:00", file_at: "10:00", wait_files: 2}
platform: {order_model: one_to_many, tables: two_databases, internal: {compensation: {scan: 60s, replica_lag: 2s}}}
bank: {approve: 0.97, processing: {exponential: 200ms}}
storm: 1d
faults:
  - lose: {site: platform-bank/answer, probability: 0.02}
  - outage: {site: merchant-platform/notification, from: 10:00, to: 10:30}
  - lose: {at: order 1 / platform-bank / query-answer / 2}
deadline: 4d
expect: consistent
goals: [timed-out, recovered-by-polling]
"#;
