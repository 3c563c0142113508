//! A comparison as lines of typed fields: one for each profile, strategy and measure, with its interval and what it says
//! against the reference, and one for each count behind them.
//!
//! Read by the formats for other programs. Numbers are plain, in the unit of their measure. It must not know how a line is
//! written down.

use crate::campaign::compare::answer::Finding;
use crate::campaign::compare::cell::{Cell, Estimate};
use crate::campaign::compare::{Comparison, Unit};
use crate::report::compare::rows::difference;

/// What the fields of a column are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Texts, one in every line.
    Text,
    /// Texts that may be missing.
    Word,
    /// Numbers that may be missing.
    Number,
    /// Whole numbers that may be missing.
    Whole,
}

/// What stands in a field.
#[derive(Clone, Debug, PartialEq)]
pub enum Field {
    /// Of a column of texts or of words.
    Text(String),
    /// Of a column of numbers.
    Number(f64),
    /// Of a column of whole numbers.
    Whole(u64),
    /// Nothing.
    None,
}

/// The columns.
pub const COLUMNS: [(&str, Kind); 16] = [
    ("comparison", Kind::Text),
    ("profile", Kind::Text),
    ("strategy", Kind::Text),
    ("measure", Kind::Text),
    ("unit", Kind::Text),
    ("value", Kind::Number),
    ("low", Kind::Number),
    ("high", Kind::Number),
    ("count", Kind::Whole),
    ("of", Kind::Whole),
    ("difference", Kind::Number),
    ("difference_low", Kind::Number),
    ("difference_high", Kind::Number),
    ("p_value", Kind::Number),
    ("verdict", Kind::Word),
    ("needed_orders", Kind::Whole),
];

/// A field of each column.
pub type Line = [Field; COLUMNS.len()];

/// All lines.
pub fn lines(comparisons: &[Comparison]) -> impl Iterator<Item = Line> {
    comparisons.iter().flat_map(|comparison| comparison.cells.iter().flat_map(|cell| of_cell(comparison, cell)))
}

fn of_cell(comparison: &Comparison, cell: &Cell) -> Vec<Line> {
    let measured = cell.values.iter().enumerate().filter_map(|(measure, estimate)| Some((measure, estimate.as_ref()?)));
    let measured = measured.map(|(measure, estimate)| of_measure(comparison, cell, measure, estimate));
    let counted = counts(cell).into_iter().map(|(name, unit, count)| {
        let mut line = begin(comparison, cell, &name, unit);
        line[5] = Field::Number(count);
        line
    });
    measured.chain(counted).collect()
}

fn begin(comparison: &Comparison, cell: &Cell, measure: &str, unit: &str) -> Line {
    let (profile, strategy) = (&comparison.profiles[cell.profile].name, &comparison.strategies[cell.strategy].name);
    let mut line = [const { Field::None }; COLUMNS.len()];
    for (field, text) in line.iter_mut().zip([&comparison.title, profile, strategy, measure, unit]) {
        *field = Field::Text(text.to_owned());
    }
    line
}

fn of_measure(comparison: &Comparison, cell: &Cell, measure: usize, estimate: &Estimate) -> Line {
    let info = &comparison.measures[measure];
    let number = |of: Option<f64>| of.map_or(Field::None, Field::Number);
    let whole = |of: Option<u64>| of.map_or(Field::None, Field::Whole);
    let apart = difference(comparison, cell.profile, cell.strategy, measure);
    let by = apart.map(|apart| &apart.difference);
    let verdict = apart.map(|apart| match apart.verdict {
        Finding::Better => "better",
        Finding::Worse => "worse",
        Finding::NotShown => "no difference shown",
        Finding::Same => "the same",
    });
    let fields = [
        number(Some(estimate.value)),
        number(estimate.low),
        number(estimate.high),
        whole(estimate.count),
        whole(estimate.of),
        number(by.map(|by| by.value)),
        number(by.and_then(|by| by.low)),
        number(by.and_then(|by| by.high)),
        number(apart.map(|apart| apart.p_value)),
        verdict.map_or(Field::None, |word| Field::Text(word.to_owned())),
        whole(apart.and_then(|apart| apart.needed)),
    ];
    let mut line = begin(comparison, cell, &info.name, unit(info.unit));
    line[5..].iter_mut().zip(fields).for_each(|(field, known)| *field = known);
    line
}

/// What is counted of a cell and has no interval: by hop, cause, mechanism and bearer.
fn counts(cell: &Cell) -> Vec<(String, &'static str, f64)> {
    let dropped = &cell.dropped;
    let mut all: Vec<(String, &'static str, f64)> = Vec::new();
    let mut orders = |name: String, count: u64| all.push((name, "orders", count as f64));
    dropped.causes.iter().for_each(|one| orders(format!("dropped.{}.{}", one.hop, one.kind), one.count));
    dropped.recovered.iter().for_each(|one| orders(format!("recovered.{}.{}", one.hop, one.mechanism), one.count));
    orders("dropped.prevented".to_owned(), dropped.prevented);
    orders("dropped.hung".to_owned(), dropped.hung);
    orders("dropped.manual".to_owned(), dropped.manual);
    orders("dropped.unrecovered".to_owned(), dropped.unrecovered);
    orders("dropped.stranded".to_owned(), dropped.stranded);
    cell.violated.iter().for_each(|one| orders(format!("violated.{}", one.name), one.count));
    for (who, loss) in [("customer", cell.loss.customer), ("merchant", cell.loss.merchant), ("platform", cell.loss.platform)]
    {
        all.push((format!("loss.{who}"), "minor units", loss as f64));
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
