//! `json`: the result of `run` as a contract for programs: stable keys in a stable order, times in microseconds, money in
//! minor units, nothing that varies from run to run (but what the caller puts under `timing`).
//!
//! Called by the command line, for `--format json` and for `schema --of result`.

use crate::payments::grounds::Cause;
use crate::payments::money::Money;
use crate::payments::party::Hop;
use crate::report::words;
use crate::run::outcome::{Outcome, Times, Totals, Verdict, Violation};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// The result of one scenario's run.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RunResult {
    /// The scenario's name.
    pub scenario: String,
    /// The seed; null where all that is not scripted is calm.
    pub seed: Option<u64>,
    /// `pass` or `fail`.
    pub verdict: Judgement,
    /// Why it failed: sentences.
    pub reasons: Vec<String>,
    /// Fingerprint of all facts: 16 hexadecimal digits.
    pub digest: String,
    /// Orders.
    pub orders: u64,
    /// Merchant orders that are paid in the end.
    pub paid: u64,
    /// Events processed.
    pub events: u64,
    /// Did the orders have to run in one world?
    pub coupled: bool,
    /// Why, if they had to.
    pub coupled_by: Option<String>,
    /// The currency of all amounts.
    pub currency: String,
    /// Dropped orders by their first cause.
    pub dropped: Dropped,
    /// The same by hop.
    pub dropped_by_hop: BTreeMap<String, Dropped>,
    /// Dropped orders by what recovered them: `hop.mechanism`.
    pub recovered_by: BTreeMap<String, u64>,
    /// Of these, how many were consistent in the end, and neither a settlement file nor a person was needed for it.
    pub recovered_before_reconciliation: u64,
    /// Dropped orders that nothing recovered.
    pub unrecovered: u64,
    /// Dropped orders that nothing recovered and that are before a person.
    pub manual: u64,
    /// Orders put before a person, dropped or not.
    pub manual_cases: u64,
    /// Orders whose books do not agree at the deadline, dropped or not.
    pub inconsistent: u64,
    /// From the bank's debit to the last entry into consistency, over dropped orders; a refund that begins while the books agree
    /// has a time of its own, and the longest counts.
    pub time_to_consistency_us: Quantiles,
    /// The same over all debited orders.
    pub time_to_consistency_all_us: Quantiles,
    /// What recovery cost.
    pub cost: Costs,
    /// What has moved at the bank, or is to go back, and is not agreed upon yet, times how long: minor units times seconds,
    /// rounded down.
    pub at_risk_minor_unit_seconds: u64,
    /// Who has lost how much in the end.
    pub loss: Losses,
    /// What was violated, by order and time; the first 1000.
    pub violations: Vec<Violated>,
    /// Violations in all.
    pub violations_total: u64,
    /// Violations in all, by invariant.
    pub violations_by_invariant: BTreeMap<String, u64>,
    /// The scenario's goals.
    pub goals: Vec<Reached>,
    /// Suspicious settings.
    pub warnings: Vec<String>,
    /// Scripted addresses that were never reached.
    pub unreached: Vec<String>,
    /// Addresses to be spared at which nothing would have happened.
    pub spared_in_vain: Vec<String>,
    /// Wall-clock figures: the only part that varies from run to run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timing: Option<Timing>,
}

/// Did the run show what its scenario expects?
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Judgement {
    /// It did.
    Pass,
    /// It did not.
    Fail,
}

/// Dropped orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Dropped {
    /// The upstream stopped waiting.
    pub external: u64,
    /// The answer was there, the update was not.
    pub internal: u64,
}

/// Quantiles of a duration in microseconds. An order that never comes so far counts as longer than any other; `null`: never, or
/// there was none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Quantiles {
    /// Half of them are at most this.
    pub p50: Option<u64>,
    /// 90 of 100 are at most this.
    pub p90: Option<u64>,
    /// 99 of 100 are at most this.
    pub p99: Option<u64>,
    /// The longest of those that have an end.
    pub max: Option<u64>,
    /// How many orders never came so far.
    pub never: u64,
}

/// What recovery cost, in messages and records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Costs {
    /// Queries sent.
    pub queries: u64,
    /// Notifications sent.
    pub notifications: u64,
    /// Closes sent.
    pub closes: u64,
    /// Settlement file records looked at, as often as they were.
    pub file_rows: u64,
    /// Rows found by scans.
    pub scan_rows: u64,
    /// Refunds asked for.
    pub refunds: u64,
    /// Calls and answers between the platform's two sides.
    pub internal_messages: u64,
    /// Entries in a transaction coordinator's log.
    pub log_writes: u64,
    /// How long payment orders lagged behind channel orders that had succeeded, over all orders.
    pub behind_us: u64,
    /// How long payment orders were locked, over all orders.
    pub lock_us: u64,
    /// Orders in which work had to wait for a lock.
    pub blocked_orders: u64,
}

/// Who has lost how much, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Losses {
    /// Debited without goods.
    pub customer: Money,
    /// Goods without money.
    pub merchant: Money,
    /// Paid out, or owed, without having been paid.
    pub platform: Money,
}

/// An invariant that did not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Violated {
    /// Its id, such as `money.charged_once`.
    pub invariant: String,
    /// The order, from 1, as in addresses.
    pub order: u64,
    /// When it was first seen.
    pub at_us: u64,
    /// What was seen.
    pub detail: String,
    /// Who bears the loss.
    pub bearer: Option<String>,
    /// How much, in minor units.
    pub loss: Option<Money>,
    /// The safety rule that would have prevented it.
    pub prevented_by: Option<String>,
    /// It does not count: the downstream broke its word to the order, and the scenario expects `not_silent`.
    pub excused: bool,
}

/// A goal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Reached {
    /// Its name.
    pub name: String,
    /// Was it reached?
    pub reached: bool,
}

/// How long it took on the clock of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Timing {
    /// Seconds.
    pub wall_s: f64,
    /// Events a second.
    pub events_per_s: f64,
}

impl RunResult {
    /// The result of one run.
    pub fn new(outcome: &Outcome, timing: Option<Timing>) -> RunResult {
        let totals = &outcome.totals;
        let (judgement, reasons) = match &outcome.verdict {
            Verdict::Pass => (Judgement::Pass, Vec::new()),
            Verdict::Fail(reasons) => (Judgement::Fail, reasons.clone()),
        };
        RunResult {
            scenario: outcome.scenario.clone(),
            seed: outcome.seed,
            verdict: judgement,
            reasons,
            digest: format!("{:016x}", outcome.digest),
            orders: totals.orders,
            paid: totals.paid,
            events: totals.events,
            coupled: outcome.coupled.is_some(),
            coupled_by: outcome.coupled.map(str::to_owned),
            currency: outcome.currency.code().to_owned(),
            dropped: Dropped {
                external: totals.dropped_external.iter().sum(),
                internal: totals.dropped_internal.iter().sum(),
            },
            dropped_by_hop: Hop::ALL.iter().map(|hop| (hop.name().to_owned(), dropped_on(totals, *hop))).collect(),
            recovered_by: totals.recovered_by.iter().map(|(by, count)| (mechanism(*by), *count)).collect(),
            recovered_before_reconciliation: totals.before_reconciliation,
            unrecovered: totals.unrecovered,
            manual: totals.manual,
            manual_cases: totals.manual_cases,
            inconsistent: totals.inconsistent,
            time_to_consistency_us: quantiles(&totals.time_to_consistency),
            time_to_consistency_all_us: quantiles(&totals.time_to_consistency_all),
            cost: Costs {
                queries: totals.cost.queries,
                notifications: totals.cost.notifications,
                closes: totals.cost.closes,
                file_rows: totals.cost.file_rows,
                scan_rows: totals.cost.scan_rows,
                refunds: totals.cost.refunds,
                internal_messages: totals.cost.internal_messages,
                log_writes: totals.cost.log_writes,
                behind_us: totals.cost.behind_us,
                lock_us: totals.cost.lock_us,
                blocked_orders: totals.cost.blocked_orders,
            },
            at_risk_minor_unit_seconds: u64::try_from(totals.at_risk / 1_000_000).unwrap_or(u64::MAX),
            loss: Losses { customer: totals.loss.customer, merchant: totals.loss.merchant, platform: totals.loss.platform },
            violations: outcome.violations.iter().map(violated).collect(),
            violations_total: outcome.violated.iter().map(|(_, count)| count).sum(),
            violations_by_invariant: outcome
                .violated
                .iter()
                .filter(|(_, n)| *n > 0)
                .map(|(id, n)| ((*id).to_owned(), *n))
                .collect(),
            goals: outcome.goals.iter().map(|goal| Reached { name: goal.name.clone(), reached: goal.reached }).collect(),
            warnings: outcome.warnings.clone(),
            unreached: outcome.unreached.clone(),
            spared_in_vain: outcome.spared_in_vain.clone(),
            timing,
        }
    }
}

fn dropped_on(totals: &Totals, hop: Hop) -> Dropped {
    Dropped { external: totals.dropped_external[hop as usize], internal: totals.dropped_internal[hop as usize] }
}

fn violated(violation: &Violation) -> Violated {
    Violated {
        invariant: violation.invariant.to_owned(),
        order: u64::from(violation.order) + 1,
        at_us: violation.at,
        detail: violation.detail.clone(),
        bearer: violation.bearer.map(|(bearer, _)| words::bearer(bearer).to_owned()),
        loss: violation.bearer.map(|(_, amount)| amount),
        prevented_by: violation.prevented_by.clone(),
        excused: violation.excused,
    }
}

/// The name of a mechanism on a hop: `platform-bank.polling`.
pub fn mechanism((hop, cause): (Hop, Cause)) -> String {
    format!("{}.{}", hop.name(), cause.name())
}

/// The quantiles that every report shows.
pub fn quantiles(times: &Times) -> Quantiles {
    let [p50, p90, p99] = [0.5, 0.9, 0.99].map(|quantile| times.value_at_quantile(quantile));
    Quantiles { p50, p90, p99, max: Some(times.max()).filter(|_| !times.is_empty()), never: times.never() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn a_result_has_stable_keys() {
        let text = serde_json::to_string_pretty(&RunResult::new(&sample::many(), None)).expect("plain data");
        insta::assert_snapshot!(text);
    }

    #[test]
    fn timing_is_there_only_if_asked_for() {
        let timing = Timing { wall_s: 0.5, events_per_s: 1e6 };
        let with = serde_json::to_value(RunResult::new(&sample::many(), Some(timing))).expect("plain data");
        assert_eq!(with["timing"]["wall_s"], 0.5);
        let without = serde_json::to_value(RunResult::new(&sample::many(), None)).expect("plain data");
        assert!(without.get("timing").is_none());
    }

    #[test]
    fn every_key_is_in_the_schema() {
        let schema = serde_json::to_value(schemars::schema_for!(Vec<RunResult>)).expect("plain data");
        let known = &schema["$defs"]["RunResult"]["properties"];
        let result = serde_json::to_value(RunResult::new(&sample::many(), None)).expect("plain data");
        for (key, _) in result.as_object().expect("an object") {
            assert!(known[key]["description"].is_string() || known[key]["$ref"].is_string(), "{key} is not documented");
        }
    }

    #[test]
    fn drops_add_up() {
        let outcome = sample::many();
        let result = RunResult::new(&outcome, None);
        let recovered: u64 = result.recovered_by.values().sum();
        assert_eq!(result.dropped.external + result.dropped.internal, recovered + result.unrecovered + result.manual);
        assert_eq!(result.recovered_before_reconciliation, recovered - 2);
    }
}
