//! A gate: what became worse than in an earlier result, beyond its interval.
//!
//! Called by the command line. It must not know how results are shown.

use super::answer::Worsened;
use super::cell::{Cell, Estimate};
use super::comparison::Comparison;

/// What an earlier result says against a new one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Gate {
    /// What became worse.
    pub worse: Vec<Worsened>,
    /// Values compared.
    pub compared: usize,
    /// Cells of the earlier result that are not in the new one, as `profile / strategy`.
    pub missing: Vec<String>,
}

/// Compares a result with an earlier one, by the names of profiles, strategies and measures. Under the same seeds and orders
/// a value is worse if it lies beyond the earlier interval; under others if the two intervals do not meet. Values without an
/// interval are not compared.
pub fn against(earlier: &Comparison, new: &Comparison) -> Gate {
    let same = (earlier.sample.orders, earlier.sample.from, earlier.sample.to)
        == (new.sample.orders, new.sample.from, new.sample.to);
    let mut gate = Gate::default();
    for old_cell in &earlier.cells {
        let Some((profile, strategy)) = names(earlier, old_cell) else { continue };
        let is_it = |cell: &&Cell| names(new, cell) == Some((profile, strategy));
        let Some(cell) = new.cells.iter().find(is_it) else {
            gate.missing.push(format!("{profile} / {strategy}"));
            continue;
        };
        for (old_info, old) in earlier.measures.iter().zip(&old_cell.values) {
            let Some(measure) = new.measures.iter().position(|info| info.name == old_info.name) else { continue };
            let (Some(old), Some(Some(now))) = (old, cell.values.get(measure)) else { continue };
            let Some(beyond) = is_worse(old, now, old_info.more_is_better, same) else { continue };
            gate.compared += 1;
            if beyond {
                gate.worse.push(Worsened {
                    profile: cell.profile,
                    strategy: cell.strategy,
                    measure,
                    before: old.clone(),
                    now: now.clone(),
                });
            }
        }
    }
    gate
}

fn names<'a>(of: &'a Comparison, cell: &Cell) -> Option<(&'a str, &'a str)> {
    Some((of.profiles.get(cell.profile)?.name.as_str(), of.strategies.get(cell.strategy)?.name.as_str()))
}

/// `None` where there is no interval.
fn is_worse(old: &Estimate, now: &Estimate, more_is_better: bool, same_sample: bool) -> Option<bool> {
    let ends = |of: &Estimate| Some([of.low?, of.high?]);
    let ([old_low, old_high], [low, high]) = (ends(old)?, ends(now)?);
    Some(match (more_is_better, same_sample) {
        (false, true) => now.value > old_high,
        (false, false) => low > old_high,
        (true, true) => now.value < old_low,
        (true, false) => high < old_low,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(value: f64, low: f64, high: f64) -> Estimate {
        Estimate { value, low: Some(low), high: Some(high), count: None, of: None }
    }

    #[test]
    fn worse_is_beyond_the_interval() {
        let old = of(1.0, 0.9, 1.1);
        assert_eq!(is_worse(&old, &of(1.15, 1.05, 1.25), false, true), Some(true));
        assert_eq!(is_worse(&old, &of(1.15, 1.05, 1.25), false, false), Some(false), "other seeds: the intervals meet");
        assert_eq!(is_worse(&old, &of(1.3, 1.2, 1.4), false, false), Some(true));
        assert_eq!(is_worse(&old, &of(1.05, 0.95, 1.15), false, true), Some(false));
        assert_eq!(is_worse(&old, &of(0.5, 0.4, 0.6), false, true), Some(false), "less is better");
        assert_eq!(is_worse(&old, &of(0.5, 0.4, 0.6), true, false), Some(true), "more is better");
        assert_eq!(is_worse(&old, &Estimate::default(), false, true), None);
    }
}
