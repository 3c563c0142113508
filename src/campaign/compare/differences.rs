//! Strategies against each other, order by order: each against the reference, and the best against all.
//!
//! Called by `evaluate`. It must not know how a value is shown.

use super::answer::{Difference, Finding, Winner};
use super::cell::Estimate;
use super::evaluate::{Known, interval};
use super::measures::{self, From, Measure};
use super::record::Sum;
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
                .filter_map(|strategy| Some((strategy, compare(known, measure, profile, strategy, question.against)?)))
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

/// What `strategy` has more than `other`; `None` where they cannot be compared order by order.
fn compare(known: &Known, measure: &Measure, profile: usize, strategy: usize, other: usize) -> Option<Compared> {
    let tasks = [strategy, other].map(|strategy| known.task(profile, strategy));
    let records = tasks.map(|task| &known.records[task]);
    let draws = known.draws(profile);
    match measure.from {
        From::Share(bit) if !known.in_a_row(profile) => {
            let only = records[0].bits(bit).only(records[1].bits(bit));
            let difference = interval(paired::difference(only, records[0].orders));
            Some(Compared {
                difference,
                p_value: paired::mcnemar(only),
                only: Some(only),
                needed: paired::needed(only, records[0].orders),
                same: only == [0, 0],
            })
        }
        From::Share(_) | From::Mean(_) => {
            let [mine, others] = [known.by_group(tasks[0], measure.from)?, known.by_group(tasks[1], measure.from)?];
            let apart: Vec<f64> = mine.iter().zip(&others).map(|(mine, other)| mine - other).collect();
            let only = match measure.from {
                From::Share(bit) => Some(records[0].bits(bit).only(records[1].bits(bit))),
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
            let [a, b] = records.map(|record| [record.by_group(sum), record.by_group(Sum::Paid)]);
            let (difference, p_value) = draws.per_less([&a[0], &a[1]], [&b[0], &b[1]])?;
            Some(Compared { difference: interval(difference), p_value, only: None, needed: None, same: a == b })
        }
        From::BeforeReconciliation | From::Quantile(_) | From::Longest | From::BankPeak => None,
    }
}

/// The best strategies by each measure.
pub fn winners(known: &Known) -> Vec<Winner> {
    let mut winners = Vec::new();
    for profile in 0..known.question.profiles.len() {
        for (number, measure) in measures::ALL.iter().enumerate() {
            winners.extend(winner(known, profile, number, measure));
        }
    }
    winners
}

fn winner(known: &Known, profile: usize, number: usize, measure: &Measure) -> Option<Winner> {
    if !matches!(measure.from, From::Share(_) | From::Mean(_)) {
        return None;
    }
    let count = known.question.strategies.len();
    let value = |strategy: usize| {
        known.by_group(known.task(profile, strategy), measure.from).map(|groups| groups.iter().sum::<f64>())
    };
    let values: Vec<f64> = (0..count).map(value).collect::<Option<_>>()?;
    let best = (0..count).min_by(|a, b| values[*a].total_cmp(&values[*b]))?;
    let others: Vec<usize> = (0..count).filter(|strategy| *strategy != best).collect();
    let compared: Vec<Compared> =
        others.iter().map(|strategy| compare(known, measure, profile, *strategy, best)).collect::<Option<_>>()?;
    let adjusted = holm(&compared.iter().map(|compared| compared.p_value).collect::<Vec<_>>());
    let tied = others
        .iter()
        .zip(compared.iter().zip(adjusted))
        .filter(|(_, (compared, p))| verdict(measure, compared, *p) != Finding::Worse);
    let tied: Vec<(usize, &Compared)> = tied.map(|(strategy, (compared, _))| (*strategy, compared)).collect();
    let needed = tied.iter().filter(|(_, compared)| !compared.same).filter_map(|(_, compared)| compared.needed).min();
    let mut strategies: Vec<usize> = tied.iter().map(|(strategy, _)| *strategy).chain([best]).collect();
    strategies.sort_unstable();
    Some(Winner { profile, measure: number, strategies, needed })
}
