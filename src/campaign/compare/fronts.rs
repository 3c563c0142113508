//! Time against cost: the strategies that no other beats in both.
//!
//! Called by `evaluate`. It must not know how sure a value is: the front is that of the values.

use super::answer::Front;
use super::comparison::Comparison;
use super::measures::position;

/// The front of each profile. What it costs is money where prices were given, else messages.
pub fn all(comparison: &Comparison) -> Vec<Front> {
    let priced = comparison.cells.first().is_some_and(|cell| cell.values[position("cost")].is_some());
    let (cost, time) = (position(if priced { "cost" } else { "messages" }), position("open"));
    let count = comparison.strategies.len();
    let one = |profile: usize| {
        let point = |strategy: usize| {
            let value =
                |measure: usize| comparison.cells[profile * count + strategy].values[measure].as_ref().map(|of| of.value);
            Some([value(cost)?, value(time)?])
        };
        let points: Vec<(usize, [f64; 2])> = (0..count).filter_map(|strategy| Some((strategy, point(strategy)?))).collect();
        Front { profile, cost, time, best: best(points) }
    };
    (0..comparison.profiles.len()).map(one).collect()
}

/// Those that no other beats: the cheapest first.
fn best(mut points: Vec<(usize, [f64; 2])>) -> Vec<usize> {
    points.sort_by(|(a, [cost, time]), (b, [other_cost, other_time])| {
        cost.total_cmp(other_cost).then(time.total_cmp(other_time)).then(a.cmp(b))
    });
    let mut least = f64::INFINITY;
    let mut best = Vec::new();
    for (strategy, [_, time]) in points {
        if time < least {
            least = time;
            best.push(strategy);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_beats_the_best() {
        let points =
            vec![(0, [1.0, 9.0]), (1, [2.0, 5.0]), (2, [2.0, 6.0]), (3, [3.0, 5.0]), (4, [4.0, 1.0]), (5, [0.5, 9.5])];
        assert_eq!(best(points), [5, 0, 1, 4]);
        assert_eq!(best(Vec::new()), Vec::<usize>::new());
    }
}
