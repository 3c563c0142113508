//! The rows of a comparison's tables: which measures are worth a column, and what stands in a cell.
//!
//! Called by the text and the Markdown format. It must not know how a table is drawn.

use crate::campaign::compare::answer::{Difference, Finding};
use crate::campaign::compare::cell::Cell;
use crate::campaign::compare::measures::position;
use crate::campaign::compare::{Comparison, measures};
use crate::report::compare::units;

/// The columns, the most telling first: as many as fit are shown.
const COLUMNS: [&str; 15] = [
    "inconsistent",
    "late",
    "messages",
    "p99",
    "at_risk",
    "before_reconciliation",
    "dropped",
    "wrong",
    "charged_twice",
    "manual",
    "cost",
    "loss",
    "penalty",
    "wait",
    "lock",
];

/// What is best, or not shown to be worse; what is worse than the reference.
pub const MARKS: &str = "★ best, or not shown to be worse; ▲ worse and ▼ better than the reference, beyond its interval.";

/// The columns worth showing under a profile: those in which anything is not nothing, at most so many.
pub fn columns(comparison: &Comparison, profile: usize, most: usize) -> Vec<usize> {
    let says_something = |measure: &usize| {
        let values = cells(comparison, profile).iter().filter_map(|cell| cell.values.get(*measure)?.as_ref());
        values.into_iter().any(|estimate| estimate.value != 0.0)
    };
    let always = |measure: &usize| *measure == position("inconsistent");
    COLUMNS
        .iter()
        .map(|name| position(name))
        .filter(|measure| always(measure) || says_something(measure))
        .take(most)
        .collect()
}

/// The cells of a profile, by strategy.
pub fn cells(comparison: &Comparison, profile: usize) -> &[Cell] {
    let count = comparison.strategies.len();
    comparison.cells.get(profile * count..(profile + 1) * count).unwrap_or_default()
}

/// A short heading.
pub fn heading(measure: usize) -> &'static str {
    match measures::ALL[measure].name {
        "inconsistent" => "inconsistent",
        "p99" => "p99 dropped",
        "before_reconciliation" => "before file",
        "charged_twice" => "twice",
        "manual" => "person",
        "wait" => "wait",
        "lock" => "locked",
        "at_risk" => "at risk",
        "messages" => "messages/order",
        _ => measures::ALL[measure].title,
    }
}

/// What stands in a table's cell: the value, and what is to be said of it.
pub fn shown(comparison: &Comparison, profile: usize, strategy: usize, measure: usize) -> String {
    let Some(estimate) = cells(comparison, profile).get(strategy).and_then(|cell| cell.values.get(measure)?.as_ref()) else {
        return "-".to_owned();
    };
    let value = units::value(comparison, comparison.measures[measure].unit, estimate.value);
    format!("{value}{}", mark(comparison, profile, strategy, measure))
}

fn mark(comparison: &Comparison, profile: usize, strategy: usize, measure: usize) -> &'static str {
    let winner = comparison.winners.iter().find(|winner| winner.profile == profile && winner.measure == measure);
    if winner
        .is_some_and(|winner| winner.strategies.contains(&strategy) && winner.strategies.len() < comparison.strategies.len())
    {
        return " ★";
    }
    match difference(comparison, profile, strategy, measure).map(|difference| difference.verdict) {
        Some(Finding::Better) => " ▼",
        Some(Finding::Worse) => " ▲",
        Some(Finding::NotShown | Finding::Same) | None => "",
    }
}

/// A strategy against the reference.
pub fn difference(comparison: &Comparison, profile: usize, strategy: usize, measure: usize) -> Option<&Difference> {
    let key = (profile, strategy, measure);
    let of = |difference: &Difference| (difference.profile, difference.strategy, difference.measure);
    let at = comparison.differences.binary_search_by(|difference| of(difference).cmp(&key)).ok()?;
    comparison.differences.get(at)
}
