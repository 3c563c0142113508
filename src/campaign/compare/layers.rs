//! What each layer buys: the waterfall, and each mechanism's share in the whole over all orders of adding it.
//!
//! Called by `evaluate` where all subsets of some mechanisms were compared. It must not know what a mechanism does.

use super::answer::{Layers, Marginal};
use super::evaluate::{Known, interval};
use super::measures::{self, From};

/// What each layer buys under each profile.
pub fn all(known: &Known) -> Vec<Layers> {
    let names = &known.question.subsets;
    if names.is_empty() {
        return Vec::new();
    }
    let by_subset: Vec<usize> = (0..1usize << names.len()).filter_map(|chosen| strategy_of(known, chosen)).collect();
    if by_subset.len() != 1 << names.len() {
        return Vec::new();
    }
    let one = |profile: usize| Layers {
        profile,
        mechanisms: names.clone(),
        waterfall: (0..=names.len()).map(|count| by_subset[(1 << count) - 1]).collect(),
        marginal: marginal(known, profile, &by_subset),
    };
    (0..known.question.profiles.len()).map(one).collect()
}

/// The strategy in which these mechanisms are on, a bit each.
fn strategy_of(known: &Known, chosen: usize) -> Option<usize> {
    let names = known.question.subsets.iter().enumerate().filter(|(i, _)| chosen >> i & 1 == 1).map(|(_, name)| name);
    let on: Vec<&String> = names.collect();
    let is_it = |(i, strategy): &(usize, &super::comparison::Strategy)| {
        known.question.is_subset(*i) && strategy.subset.iter().collect::<Vec<_>>() == on
    };
    known.question.strategies.iter().enumerate().find(is_it).map(|(i, _)| i)
}

fn marginal(known: &Known, profile: usize, by_subset: &[usize]) -> Vec<Marginal> {
    let count = known.question.subsets.len();
    let (draws, orders) = (known.draws(known.in_a_row(profile)), known.question.rules.all_orders() as f64);
    let mut all = Vec::new();
    for (number, measure) in measures::ALL.iter().enumerate() {
        if !matches!(measure.from, From::Share(_) | From::Mean(_)) {
            continue;
        }
        let groups = by_subset.iter().map(|strategy| known.by_group(known.task(profile, *strategy), measure.from));
        let Some(groups) = groups.collect::<Option<Vec<Vec<f64>>>>() else { continue };
        let mean = |chosen: usize| groups[chosen].iter().sum::<f64>() / orders;
        for mechanism in 0..count {
            let bit = 1 << mechanism;
            let without: Vec<usize> = (0..1 << count).filter(|chosen| chosen & bit == 0).collect();
            let mut average = vec![0.0; groups[0].len()];
            for &chosen in &without {
                let weight = weight(chosen.count_ones() as usize, count);
                for (at, sum) in average.iter_mut().enumerate() {
                    *sum += weight * (groups[chosen | bit][at] - groups[chosen][at]);
                }
            }
            let changes: Vec<f64> = without.iter().map(|chosen| mean(chosen | bit) - mean(*chosen)).collect();
            all.push(Marginal {
                mechanism,
                measure: number,
                average: interval(draws.mean(&average)),
                first: mean(bit) - mean(0),
                last: mean((1 << count) - 1) - mean(((1 << count) - 1) & !bit),
                range: [changes.iter().copied().fold(f64::MAX, f64::min), changes.iter().copied().fold(f64::MIN, f64::max)],
            });
        }
    }
    all
}

/// The share of all orders of adding `count` mechanisms in which exactly `before` given ones come before a given one.
fn weight(before: usize, count: usize) -> f64 {
    let factorial = |n: usize| (1..=n).map(|i| i as f64).product::<f64>();
    factorial(before) * factorial(count - 1 - before) / factorial(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_of_all_orders_add_up_to_one() {
        for count in 1..=8 {
            let sum: f64 = (0usize..1 << (count - 1)).map(|chosen| weight(chosen.count_ones() as usize, count)).sum();
            assert!((sum - 1.0).abs() < 1e-12, "{count}: {sum}");
        }
        assert_eq!(weight(0, 2), 0.5);
    }
}
