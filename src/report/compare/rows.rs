//! The rows of a comparison's tables: which measures are worth a column, and what stands in a cell.
//!
//! Called by the text and the Markdown format. It must not know how a table is drawn.

use crate::campaign::compare::answer::{Difference, Finding};
use crate::campaign::compare::cell::Cell;
use crate::campaign::compare::measures::position;
use crate::campaign::compare::{Comparison, Unit};
use crate::report::compare::units;

/// The columns, the most telling first: as many as fit are shown.
const COLUMNS: [&str; 15] = [
    "inconsistent",
    "late",
    "messages",
    "before_reconciliation",
    "p99",
    "at_risk",
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

/// A heading in lines, with the unit where the values have none.
pub fn heading(comparison: &Comparison, measure: usize) -> String {
    let info = &comparison.measures[measure];
    let title = match info.name.as_str() {
        "inconsistent" => "incon-\nsistent",
        "p99" => "p99 of\ndropped",
        "before_reconciliation" => "before\nfile",
        "charged_twice" => "charged\ntwice",
        "manual" => "to a\nperson",
        "wrong" => "wrong\nat end",
        "lock" => "locked",
        "at_risk" => "at risk",
        "messages" => "messages\nan order",
        "wait" => "wait for\ngoods",
        "open" => "mean\ntime",
        "loss" | "penalty" | "cost" => return format!("{}\n{}", info.title, comparison.currency.code),
        _ => &info.title,
    };
    let short = !title.contains('\n');
    match info.unit {
        Unit::Share => format!("{title}{}%", if short { "\n" } else { " " }),
        Unit::MoneySeconds => format!("{title}\n{}·s", comparison.currency.code),
        Unit::PerOrder | Unit::Count | Unit::Micros | Unit::Money => title.to_owned(),
    }
}

/// What stands in a table's cell: the value, without what stands in the heading, and what is to be said of it.
pub fn shown(comparison: &Comparison, profile: usize, strategy: usize, measure: usize) -> String {
    format!("{}{}", bare(comparison, profile, strategy, measure), mark(comparison, profile, strategy, measure))
}

/// The value alone. A quantile that lies among orders that never agree is never reached.
pub fn bare(comparison: &Comparison, profile: usize, strategy: usize, measure: usize) -> String {
    let info = &comparison.measures[measure];
    let cell = cells(comparison, profile).get(strategy);
    match cell.and_then(|cell| cell.values.get(measure)?.as_ref()) {
        Some(estimate) => units::bare(comparison, info.unit, estimate.value),
        None if info.name.starts_with('p') && cell.is_some_and(|cell| cell.time.never > 0) => "never".to_owned(),
        None => "-".to_owned(),
    }
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
