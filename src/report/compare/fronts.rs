//! Time against cost: the strategies that no other beats in both, profile by profile, the cheapest first, as a table.
//!
//! Called by the text and the Markdown format. It must not know how a table is drawn.

use crate::campaign::compare::Comparison;
use crate::report::compare::rows::{bare, heading};

/// What stands above the table.
pub const ABOUT: &str = "Time against cost: no other strategy beats these in both. By the values, not by how sure they are.";

/// The headings, and a row for each strategy of each front; a profile is named in its first row.
pub fn table(comparison: &Comparison) -> (Vec<String>, Vec<Vec<String>>) {
    let mut rows = Vec::new();
    for front in &comparison.fronts {
        for (i, strategy) in front.best.iter().enumerate() {
            let profile = if i == 0 { comparison.profiles[front.profile].name.clone() } else { String::new() };
            let value = |measure: usize| bare(comparison, front.profile, *strategy, measure);
            rows.push(vec![profile, comparison.strategies[*strategy].name.clone(), value(front.cost), value(front.time)]);
        }
    }
    let measured = comparison.fronts.first().map_or([0, 0], |front| [front.cost, front.time]);
    let heads = ["profile".to_owned(), "strategy".to_owned()].into_iter();
    (heads.chain(measured.map(|measure| heading(comparison, measure))).collect(), rows)
}
