//! Strategies against each other, order by order: each against the reference, and the best against all.
//!
//! Called by `evaluate`. It must not know how a value is shown.

use super::answer::{Difference, Finding, Winner};
use super::cell::Estimate;
use super::evaluate::{Known, interval};
use super::measures::{self, From, Measure};
use super::record::{Bit, Sum};
use super::statistics::{holm, paired};

/// Above this probability no difference is shown.
const LEVEL: f64 = 0.05;

/// Two strategies compared by one measure: what the first has more than the second.
struct Compared {
    difference: Estimate,
    p_value: f64,
    only: Option<[u64; 2]>,
    needed: Option<u64>,
    same: bool,
}

/// Each strategy against the reference.
pub fn all(known: &Known) -> Vec<Difference> {
    let question = known.question;
    let mut differences = Vec::new();
    for profile in 0..question.profiles.len() {
        for (number, measure) in measures::ALL.iter().enumerate() {
            let others: Vec<usize> =
                (0..question.strategies.len()).filter(|strategy| *strategy != question.against).collect();
            let compared: Vec<(usize, Compared)> = others
                .into_iter()
                .filter_map(|strategy| Some((strategy, compare(known, measure, &[profile], [strategy, question.against])?)))
                .collect();
            let adjusted = holm(&compared.iter().map(|(_, compared)| compared.p_value).collect::<Vec<_>>());
            for ((strategy, compared), p_value) in compared.into_iter().zip(adjusted) {
                let verdict = verdict(measure, &compared, p_value);
                let needed = compared.needed.filter(|_| verdict == Finding::NotShown);
                let Compared { difference, only, .. } = compared;
                differences.push(Difference {
                    profile,
                    strategy,
                    measure: number,
                    difference,
                    p_value,
                    only,
                    verdict,
                    needed,
                });
            }
        }
    }
    differences.sort_by_key(|difference| (difference.profile, difference.strategy, difference.measure));
    differences
}

fn verdict(measure: &Measure, compared: &Compared, p_value: f64) -> Finding {
    let Estimate { value, low, high, .. } = compared.difference;
    let apart = low.is_some_and(|low| low > 0.0) || high.is_some_and(|high| high < 0.0);
    match (compared.same, apart && p_value < LEVEL, (value > 0.0) == measure.more_is_better) {
        (true, ..) => Finding::Same,
        (false, true, true) => Finding::Better,
        (false, true, false) => Finding::Worse,
        (false, false, _) => Finding::NotShown,
    }
}

/// What `strategy` has more than `other` under some profiles, which count alike; `None` where they cannot be compared order by
/// order.
fn compare(known: &Known, measure: &Measure, profiles: &[usize], [strategy, other]: [usize; 2]) -> Option<Compared> {
    let coupled = profiles.iter().any(|profile| known.in_a_row(*profile));
    match measure.from {
        From::Share(bit) if !coupled => {
            let only = only(known, bit, profiles, [strategy, other]);
            let of = known.question.rules.all_orders() as u64 * profiles.len() as u64;
            Some(Compared {
                difference: interval(paired::difference(only, of)),
                p_value: paired::mcnemar(only),
                only: Some(only),
                needed: paired::needed(only, of),
                same: only == [0, 0],
            })
        }
        From::Share(_) | From::Mean(_) => {
            let draws = known.draws(coupled);
            let [mine, others] = [strategy, other].map(|strategy| pooled(known, measure.from, profiles, strategy));
            let apart: Vec<f64> = mine?.iter().zip(others?).map(|(mine, other)| mine - other).collect();
            let only = match measure.from {
                From::Share(bit) => Some(only(known, bit, profiles, [strategy, other])),
                _ => None,
            };
            Some(Compared {
                difference: interval(draws.mean(&apart)),
                p_value: draws.p_value(&apart),
                only,
                needed: draws.needed(&apart),
                same: apart.iter().all(|group| *group == 0.0),
            })
        }
        From::PerPaid(sum) => {
            let [profile] = profiles else { return None };
            let records = [strategy, other].map(|strategy| &known.records[known.task(*profile, strategy)]);
            let [a, b] = records.map(|record| [record.by_group(sum), record.by_group(Sum::Paid)]);
            let (difference, p_value) = known.draws(coupled).per_less([&a[0], &a[1]], [&b[0], &b[1]])?;
            Some(Compared { difference: interval(difference), p_value, only: None, needed: None, same: a == b })
        }
        From::BeforeReconciliation | From::Quantile(_) | From::Longest | From::BankPeak => None,
    }
}

/// Orders of which it is so under one strategy only, over some profiles.
fn only(known: &Known, bit: Bit, profiles: &[usize], strategies: [usize; 2]) -> [u64; 2] {
    profiles.iter().fold([0, 0], |[a, b], profile| {
        let [mine, others] = strategies.map(|strategy| known.records[known.task(*profile, strategy)].bits(bit));
        let [more, less] = mine.only(others);
        [a + more, b + less]
    })
}

/// By group, on average over some profiles.
fn pooled(known: &Known, from: From, profiles: &[usize], strategy: usize) -> Option<Vec<f64>> {
    let mut sums: Vec<f64> = Vec::new();
    for &profile in profiles {
        let groups = known.by_group(known.task(profile, strategy), from)?;
        sums.resize(groups.len(), 0.0);
        sums.iter_mut().zip(groups).for_each(|(sum, group)| *sum += group / profiles.len() as f64);
    }
    Some(sums)
}

/// The best strategies of each profile by each measure.
pub fn winners(known: &Known) -> Vec<Winner> {
    let all: Vec<usize> = (0..known.question.strategies.len()).collect();
    let mut winners = Vec::new();
    for profile in 0..known.question.profiles.len() {
        for measure in 0..measures::ALL.len() {
            let best = best(known, measure, &[profile], &all);
            winners.extend(best.map(|(strategies, needed)| Winner { profile, measure, strategies, needed }));
        }
    }
    winners
}

/// The best of some strategies under some profiles, with those that are not shown to be worse, and the orders that would tell
/// the best two apart. `None` for what cannot be compared order by order.
pub fn best(known: &Known, measure: usize, profiles: &[usize], among: &[usize]) -> Option<(Vec<usize>, Option<u64>)> {
    let measure = &measures::ALL[measure];
    if !matches!(measure.from, From::Share(_) | From::Mean(_)) {
        return None;
    }
    let value = |strategy: &usize| pooled(known, measure.from, profiles, *strategy).map(|groups| groups.iter().sum::<f64>());
    let values: Vec<f64> = among.iter().map(value).collect::<Option<_>>()?;
    let at = (0..among.len()).min_by(|a, b| values[*a].total_cmp(&values[*b]))?;
    let others: Vec<usize> = among.iter().copied().filter(|strategy| *strategy != among[at]).collect();
    let compared: Vec<Compared> =
        others.iter().map(|strategy| compare(known, measure, profiles, [*strategy, among[at]])).collect::<Option<_>>()?;
    let adjusted = holm(&compared.iter().map(|compared| compared.p_value).collect::<Vec<_>>());
    let tied = others.iter().zip(compared.iter().zip(adjusted));
    let tied: Vec<(usize, &Compared)> = tied
        .filter(|(_, (compared, p))| verdict(measure, compared, *p) != Finding::Worse)
        .map(|(strategy, (compared, _))| (*strategy, compared))
        .collect();
    let needed = tied.iter().filter(|(_, compared)| !compared.same).filter_map(|(_, compared)| compared.needed).min();
    let mut strategies: Vec<usize> = tied.iter().map(|(strategy, _)| *strategy).chain([among[at]]).collect();
    strategies.sort_unstable();
    Some((strategies, needed))
}
