//! A comparison as CSV: one line for each profile, strategy and measure, with its interval and what it says against the
//! reference, and one for each count behind them. For spreadsheets and notebooks.
//!
//! Called by the command line. Numbers are plain, in the unit of their measure.

use crate::campaign::compare::answer::Finding;
use crate::campaign::compare::cell::Cell;
use crate::campaign::compare::{Comparison, Unit};
use crate::report::compare::rows::difference;

/// The columns.
const HEAD: [&str; 16] = [
    "comparison",
    "profile",
    "strategy",
    "measure",
    "unit",
    "value",
    "low",
    "high",
    "count",
    "of",
    "difference",
    "difference_low",
    "difference_high",
    "p_value",
    "verdict",
    "needed_orders",
];

/// The text.
pub fn write(comparisons: &[Comparison]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // A Vec takes everything.
    let _ = writer.write_record(HEAD);
    for comparison in comparisons {
        for cell in &comparison.cells {
            for (measure, estimate) in cell.values.iter().enumerate() {
                let Some(estimate) = estimate else { continue };
                let _ = writer.write_record(line(comparison, cell.profile, cell.strategy, measure, estimate));
            }
            for (name, unit, count) in counts(cell) {
                let names =
                    [&comparison.title, &comparison.profiles[cell.profile].name, &comparison.strategies[cell.strategy].name];
                let [title, profile, strategy] = names.map(String::as_str);
                let mut record = vec![title, profile, strategy, &name, unit, &count];
                record.resize(HEAD.len(), "");
                let _ = writer.write_record(record);
            }
        }
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

fn line(
    comparison: &Comparison,
    profile: usize,
    strategy: usize,
    measure: usize,
    estimate: &crate::campaign::compare::cell::Estimate,
) -> Vec<String> {
    let number = |of: Option<f64>| of.map_or_else(String::new, |of| of.to_string());
    let whole = |of: Option<u64>| of.map_or_else(String::new, |of| of.to_string());
    let info = &comparison.measures[measure];
    let apart = difference(comparison, profile, strategy, measure);
    let verdict = apart.map_or("", |apart| match apart.verdict {
        Finding::Better => "better",
        Finding::Worse => "worse",
        Finding::NotShown => "no difference shown",
        Finding::Same => "the same",
    });
    vec![
        comparison.title.clone(),
        comparison.profiles[profile].name.clone(),
        comparison.strategies[strategy].name.clone(),
        info.name.clone(),
        unit(info.unit).to_owned(),
        number(Some(estimate.value)),
        number(estimate.low),
        number(estimate.high),
        whole(estimate.count),
        whole(estimate.of),
        number(apart.map(|apart| apart.difference.value)),
        number(apart.and_then(|apart| apart.difference.low)),
        number(apart.and_then(|apart| apart.difference.high)),
        number(apart.map(|apart| apart.p_value)),
        verdict.to_owned(),
        whole(apart.and_then(|apart| apart.needed)),
    ]
}

/// What is counted of a cell and has no interval: by hop, cause, mechanism and bearer.
fn counts(cell: &Cell) -> Vec<(String, &'static str, String)> {
    let dropped = &cell.dropped;
    let mut all: Vec<(String, &'static str, String)> = Vec::new();
    let mut orders = |name: String, count: u64| all.push((name, "orders", count.to_string()));
    dropped.causes.iter().for_each(|one| orders(format!("dropped.{}.{}", one.hop, one.kind), one.count));
    dropped.recovered.iter().for_each(|one| orders(format!("recovered.{}.{}", one.hop, one.mechanism), one.count));
    orders("dropped.prevented".to_owned(), dropped.prevented);
    orders("dropped.hung".to_owned(), dropped.hung);
    orders("dropped.manual".to_owned(), dropped.manual);
    orders("dropped.unrecovered".to_owned(), dropped.unrecovered);
    cell.violated.iter().for_each(|one| orders(format!("violated.{}", one.name), one.count));
    for (who, loss) in [("customer", cell.loss.customer), ("merchant", cell.loss.merchant), ("platform", cell.loss.platform)]
    {
        all.push((format!("loss.{who}"), "minor units", loss.to_string()));
    }
    all
}

fn unit(unit: Unit) -> &'static str {
    match unit {
        Unit::Share => "share",
        Unit::PerOrder => "per order",
        Unit::Count => "count",
        Unit::Micros => "us",
        Unit::Money => "minor units per order",
        Unit::MoneySeconds => "minor unit seconds per order",
    }
}
