//! From the records to the comparison: values with their intervals, then what they say about each other.
//!
//! Called by the command line once all tasks are done. The same records give the same comparison, wherever they were made.
//! It must not run anything.

use super::answer::Sweep;
use super::cell::{Cell, Counted, DropCause, Dropped, Estimate, Example, Loss, Recovered, Times};
use super::comparison::{Comparison, FORMAT, Sample};
use super::measures::{self, From, Measure};
use super::question::Question;
use super::record::{Bit, Record, Sum, sizes};
use super::statistics::bootstrap::Bootstrap;
use super::statistics::quantile::{ranks, value_at};
use super::statistics::{CONFIDENCE, share::wilson};
use super::tally::KINDS;
use super::{curves, differences, fronts, layers, plans, verdict};
use crate::campaign::shell::quoted;
use crate::invariants;
use crate::kernel::Digest;
use crate::payments::grounds::Cause;
use crate::payments::party::Hop;
use crate::run::outcome;

/// What is known: the question, its records by task, and the draws.
pub(super) struct Known<'a> {
    pub question: &'a Question,
    pub records: &'a [Record],
    /// For orders that are independent, and for those in a row.
    draws: [Bootstrap; 2],
}

/// Evaluates the records of all tasks.
pub fn evaluate(question: &Question, records: &[Record]) -> Comparison {
    let all = question.rules.all_orders();
    let draws = [false, true].map(|in_a_row| Bootstrap::new(sizes(all, in_a_row)));
    let known = Known { question, records, draws };
    let count = question.profiles.len() * question.strategies.len();
    let mut digest = Digest::default();
    records.iter().for_each(|record| digest.fold([record.digest, 0]));
    let differences = differences::all(&known);
    let mut comparison = Comparison {
        format: FORMAT.to_owned(),
        title: question.title.clone(),
        about: question.about.clone(),
        command: question.command.clone(),
        digest: format!("{:016x}", digest.value()),
        inputs: question.inputs.clone(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        sample: sample(question),
        currency: question.currency.clone(),
        strategies: question.strategies.clone(),
        profiles: question.profiles.clone(),
        measures: measures::ALL.iter().map(Measure::info).collect(),
        assumptions: question.assumptions.clone(),
        cells: (0..count).map(|task| cell(&known, task)).collect(),
        winners: differences::winners(&known),
        differences,
        layers: layers::all(&known),
        sweeps: sweeps(&known),
        plans: plans::all(&known),
        ..Comparison::default()
    };
    comparison.fronts = fronts::all(&comparison);
    comparison.verdict = verdict::of(&known, &comparison);
    comparison
}

fn sample(question: &Question) -> Sample {
    let rules = &question.rules;
    Sample {
        orders: u64::from(rules.orders),
        from: rules.seeds.start,
        to: rules.seeds.end,
        confidence: CONFIDENCE,
        within_us: rules.within,
        reference: question.against,
        method: [
            "Every strategy meets the same weather: the same seeds, orders and faults. What strikes an order depends on the \
             order and the place alone, so strategies are compared order by order.",
            "Shares have Wilson intervals; quantiles the order statistics between which they lie; means are bootstrapped over \
             256 groups of orders.",
            "Differences of shares are tested by McNemar's test, with Agresti and Min's interval; differences of means by the \
             groups' spread, with a bootstrap interval. Probabilities are adjusted for the number of strategies (Holm).",
            "Where orders are not independent, groups are orders in a row, and shares are bootstrapped as means are.",
        ]
        .map(str::to_owned)
        .to_vec(),
    }
}

impl Known<'_> {
    /// The draws for orders that are independent, or for orders in a row.
    pub fn draws(&self, in_a_row: bool) -> &Bootstrap {
        &self.draws[usize::from(in_a_row)]
    }

    /// Are a profile's orders grouped in a row?
    pub fn in_a_row(&self, profile: usize) -> bool {
        self.question.profiles[profile].coupled.is_some()
    }

    /// The task of a strategy under a profile.
    pub fn task(&self, profile: usize, strategy: usize) -> usize {
        profile * self.question.strategies.len() + strategy
    }

    /// What a measure that is a mean, or a share of all orders, comes to by group.
    pub fn by_group(&self, task: usize, from: From) -> Option<Vec<f64>> {
        let (record, rules) = (&self.records[task], &self.question.rules);
        match from {
            From::Share(bit) => Some(record.count_by_group(bit, self.in_a_row(self.question.tasks[task].profile))),
            From::Mean(Sum::Penalty) if rules.penalty.is_none() => None,
            From::Mean(Sum::Cost) if rules.prices.is_none() => None,
            From::Mean(sum) => Some(self.in_unit(sum, record.by_group(sum))),
            From::PerPaid(_) | From::BeforeReconciliation | From::Quantile(_) | From::Longest | From::BankPeak => None,
        }
    }

    /// Costs are counted in millionths of the currency's unit, and shown in minor units.
    fn in_unit(&self, sum: Sum, mut groups: Vec<f64>) -> Vec<f64> {
        if sum == Sum::Cost {
            let unit = (0..self.question.currency.decimals).fold(1.0, |unit, _| unit * 10.0) / 1e6;
            groups.iter_mut().for_each(|group| *group *= unit);
        }
        groups
    }

    /// The value of a measure.
    pub fn value(&self, task: usize, measure: &Measure) -> Option<Estimate> {
        let record = &self.records[task];
        let coupled = self.in_a_row(self.question.tasks[task].profile);
        let draws = self.draws(coupled);
        match measure.from {
            From::Share(bit) => {
                let mut estimate = share(record.bits(bit).count(), record.orders);
                if coupled && let Some(groups) = self.by_group(task, measure.from) {
                    let [_, low, high] = draws.mean(&groups);
                    (estimate.low, estimate.high) = (Some(low), Some(high));
                }
                Some(estimate)
            }
            From::Mean(_) => self.by_group(task, measure.from).map(|groups| interval(draws.mean(&groups))),
            From::PerPaid(sum) => draws.per(&record.by_group(sum), &record.by_group(Sum::Paid)).map(interval),
            From::BeforeReconciliation => {
                let dropped = record.bits(Bit::Dropped).count();
                (dropped > 0).then(|| share(record.before_reconciliation, dropped))
            }
            From::Quantile(hundredths) => quantile(record, hundredths, |age| age.dropped),
            From::Longest => (record.longest[1] > 0).then(|| only(record.longest[1] as f64)),
            From::BankPeak => Some(only(record.cost.bank_peak[0] as f64)),
        }
    }

    /// The values of all measures.
    pub fn values(&self, task: usize) -> Vec<Option<Estimate>> {
        measures::ALL.iter().map(|measure| self.value(task, measure)).collect()
    }
}

/// A share with its interval.
pub(super) fn share(count: u64, of: u64) -> Estimate {
    let [low, high] = wilson(count, of);
    let value = if of == 0 { 0.0 } else { count as f64 / of as f64 };
    Estimate { value, low: Some(low), high: Some(high), count: Some(count), of: Some(of) }
}

/// A value with its interval.
pub(super) fn interval([value, low, high]: [f64; 3]) -> Estimate {
    Estimate { value, low: Some(low), high: Some(high), count: None, of: None }
}

fn only(value: f64) -> Estimate {
    Estimate { value, low: None, high: None, count: None, of: None }
}

/// A quantile of the times to consistency of some orders; `None` if so many never agree. An end of the interval that lies
/// among those that never agree is none.
fn quantile(record: &Record, hundredths: u64, count: fn(&super::record::Age) -> u64) -> Option<Estimate> {
    let values = || record.ages.iter().map(|age| (outcome::Times::shortest(age.place as usize), count(age)));
    let of = values().map(|(_, count)| count).sum::<u64>() + count(&record.never);
    let [at, low, high] =
        ranks(hundredths as f64 / 100.0, of)?.map(|rank| value_at(rank, values()).map(|value| value as f64));
    Some(Estimate { value: at?, low, high, count: None, of: Some(of) })
}

fn cell(known: &Known, task: usize) -> Cell {
    let (question, record) = (known.question, &known.records[task]);
    let (profile, strategy) = (question.tasks[task].profile, question.tasks[task].strategy);
    Cell {
        profile,
        strategy,
        orders: record.orders,
        debited: record.debited,
        paid: record.paid,
        events: record.events,
        digest: format!("{:016x}", record.digest),
        values: known.values(task),
        dropped: dropped(known, task),
        time: times(record, 1, |age| age.dropped),
        time_all: times(record, 0, |age| age.all),
        at_risk_by_clock: curves::by_clock(record, question.rules.seeds.end - question.rules.seeds.start),
        at_risk_by_age: curves::by_age(record),
        loss: Loss { customer: record.loss[0], merchant: record.loss[1], platform: record.loss[2] },
        cost: record.cost.clone(),
        violated: record
            .violated
            .iter()
            .map(|(id, count)| Counted { name: invariants::ALL[*id].id.to_owned(), count: *count })
            .collect(),
        examples: examples(question, record, profile, strategy),
    }
}

fn dropped(known: &Known, task: usize) -> Dropped {
    let record = &known.records[task];
    let mine = record.bits(Bit::Dropped);
    let profile = known.question.tasks[task].profile;
    let all =
        (0..known.question.strategies.len()).map(|strategy| known.records[known.task(profile, strategy)].bits(Bit::Dropped));
    let troubled = all.fold(mine.clone(), |troubled, dropped| troubled.with(dropped, |a, b| a | b));
    let not_dropped = troubled.with(mine, |troubled, mine| troubled & !mine);
    let hung = not_dropped.with(record.bits(Bit::Inconsistent), |a, b| a & b).count();
    let count = mine.count();
    let causes = Hop::ALL.into_iter().flat_map(|hop| {
        let kinds = [("external", record.external[hop as usize]), ("internal", record.internal[hop as usize])];
        kinds.map(|(kind, count)| DropCause { hop: hop.name().to_owned(), kind: kind.to_owned(), count })
    });
    let recovered = record.recovered.iter().map(|&(hop, cause, by)| Recovered {
        hop: Hop::ALL[hop].name().to_owned(),
        mechanism: Cause::ALL[cause].name().to_owned(),
        count: by,
        share: share(by, count),
    });
    Dropped {
        causes: causes.filter(|cause| cause.count > 0).collect(),
        recovered: recovered.collect(),
        manual: record.manual,
        unrecovered: record.unrecovered,
        stranded: record.stranded,
        prevented: not_dropped.count() - hung,
        hung,
    }
}

fn times(record: &Record, longest: usize, count: fn(&super::record::Age) -> u64) -> Times {
    Times {
        orders: record.ages.iter().map(count).sum::<u64>() + count(&record.never),
        never: count(&record.never),
        quantiles: [50, 90, 99].map(|hundredths| quantile(record, hundredths, count)).to_vec(),
        max_us: if longest == 1 { record.longest[1] } else { record.longest[0] },
        curve: curves::consistent(record, count),
    }
}

fn examples(question: &Question, record: &Record, profile: usize, strategy: usize) -> Vec<Example> {
    let (profile, strategy) = (&question.profiles[profile].name, &question.strategies[strategy].name);
    let each = record.seen.iter().map(|seen| {
        let kind = seen.kind as usize;
        let (of, why) = match KINDS.get(kind) {
            Some((name, why)) => (*name, (*why).to_owned()),
            None => {
                let id = invariants::ALL[kind - KINDS.len()].id;
                (id, format!("violates {id}"))
            }
        };
        let order = u64::from(seen.order) + 1;
        let address = format!("{profile} / {strategy} / seed {} / order {order}", seen.seed);
        Example {
            of: of.to_owned(),
            seed: seen.seed,
            order,
            amount: seen.amount,
            why,
            command: format!("{} --story {}", question.command, quoted(&address)),
            story: Vec::new(),
        }
    });
    each.collect()
}

fn sweeps(known: &Known) -> Vec<Sweep> {
    let question = known.question;
    let sweep = |(number, swept): (usize, &super::question::Swept)| {
        let points = question.tasks.iter().enumerate().filter(|(_, task)| task.point.is_some_and(|(of, _)| of == number));
        Sweep {
            about: swept.about.clone(),
            profile: swept.profile,
            strategies: swept.strategies.clone(),
            axes: swept
                .axes
                .iter()
                .map(|(key, values)| super::answer::Axis { key: key.clone(), values: values.clone() })
                .collect(),
            points: points.map(|(task, _)| known.values(task)).collect(),
        }
    };
    question.sweeps.iter().enumerate().map(sweep).collect()
}
