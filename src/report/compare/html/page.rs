//! One comparison as the page shows it: which strategies have a colour, in which order they stand, what is said of a value.
//!
//! Called by every chart. It must not know how anything is drawn.

use crate::campaign::compare::answer::{Difference, Finding, Winner};
use crate::campaign::compare::cell::{Cell, Estimate};
use crate::campaign::compare::measures::position;
use crate::campaign::compare::{Comparison, MeasureInfo};
use crate::report::compare::{rows, units};
use crate::report::paint::grouped;

/// So many strategies have a colour and a dash of their own.
const HUES: usize = 7;

/// The measures that decide, the most telling first.
const CHIEF: [&str; 7] = ["inconsistent", "late", "open", "at_risk", "charged_twice", "messages", "cost"];

/// One comparison on a page.
pub struct Page<'a> {
    /// What it comes to.
    pub comparison: &'a Comparison,
    /// Its number on the page.
    pub number: usize,
    /// The strategies, the best first: by what they leave inconsistent at worst, then in all, then late.
    pub order: Vec<usize>,
    /// Those with a colour of their own.
    pub picks: Vec<usize>,
}

impl<'a> Page<'a> {
    pub fn new(comparison: &'a Comparison, number: usize) -> Self {
        let order = order(comparison);
        let picks = picks(comparison, &order);
        Page { comparison, number, order, picks }
    }

    /// What makes a name unique on the page.
    pub fn id(&self, name: &str) -> String {
        format!("c{}-{name}", self.number)
    }

    pub fn name(&self, strategy: usize) -> &'a str {
        &self.comparison.strategies[strategy].name
    }

    pub fn measure(&self, measure: usize) -> &'a MeasureInfo {
        &self.comparison.measures[measure]
    }

    pub fn cells(&self, profile: usize) -> &'a [Cell] {
        rows::cells(self.comparison, profile)
    }

    pub fn cell(&self, profile: usize, strategy: usize) -> &'a Cell {
        &self.cells(profile)[strategy]
    }

    pub fn value(&self, profile: usize, strategy: usize, measure: usize) -> Option<&'a Estimate> {
        self.cell(profile, strategy).values.get(measure)?.as_ref()
    }

    /// The colour of a strategy, if it has one of its own.
    pub fn hue(&self, strategy: usize) -> Option<usize> {
        self.picks.iter().position(|pick| *pick == strategy)
    }

    /// How many strategies have none.
    pub fn others(&self) -> usize {
        self.comparison.strategies.len() - self.picks.len()
    }

    /// The measures that decide, where they say anything: under one profile, or under any. The first of them stands in any
    /// case, but last where all of it is nothing.
    pub fn chief(&self, profile: Option<usize>) -> Vec<usize> {
        let cells = profile.map_or(self.comparison.cells.as_slice(), |profile| self.cells(profile));
        let says = |measure: usize| cells.iter().any(|cell| cell.values[measure].as_ref().is_some_and(|of| of.value != 0.0));
        let mut chief: Vec<usize> = CHIEF.iter().map(|name| position(name)).filter(|measure| says(*measure)).collect();
        let first = position(CHIEF[0]);
        chief.extend((!chief.contains(&first)).then_some(first));
        chief
    }

    /// A value in its unit.
    pub fn shown(&self, measure: usize, value: f64) -> String {
        units::value(self.comparison, self.measure(measure).unit, value)
    }

    /// A value, its interval, and of how many orders it is.
    pub fn told(&self, measure: usize, of: &Estimate) -> String {
        let shown = units::estimate(self.comparison, self.measure(measure).unit, of);
        match (of.count, of.of) {
            (Some(count), Some(all)) => format!("{shown}, {} of {}", grouped(count), grouped(all)),
            _ => shown,
        }
    }

    pub fn winner(&self, profile: usize, measure: usize) -> Option<&'a Winner> {
        self.comparison.winners.iter().find(|winner| winner.profile == profile && winner.measure == measure)
    }

    /// Is it best, or not shown to be worse, where not all are?
    pub fn is_best(&self, profile: usize, strategy: usize, measure: usize) -> bool {
        self.winner(profile, measure).is_some_and(|winner| {
            winner.strategies.contains(&strategy) && winner.strategies.len() < self.comparison.strategies.len()
        })
    }

    pub fn difference(&self, profile: usize, strategy: usize, measure: usize) -> Option<&'a Difference> {
        rows::difference(self.comparison, profile, strategy, measure)
    }

    /// Where the story behind a number stands, if there is one.
    pub fn example(&self, profile: usize, strategy: usize, of: &str) -> Option<String> {
        let examples = &self.cell(profile, strategy).examples;
        examples.iter().position(|example| example.of == of).map(|at| self.example_id(profile, strategy, at))
    }

    /// Where an example stands.
    pub fn example_id(&self, profile: usize, strategy: usize, at: usize) -> String {
        self.id(&format!("order-{profile}-{strategy}-{at}"))
    }
}

/// What a difference says: a sign and a word.
pub const fn finding(finding: Finding) -> (&'static str, &'static str, &'static str) {
    match finding {
        Finding::Better => ("▼", "better", "better"),
        Finding::Worse => ("▲", "worse", "worse"),
        Finding::NotShown => ("○", "no difference shown", "not-shown"),
        Finding::Same => ("=", "the same", "same"),
    }
}

fn order(comparison: &Comparison) -> Vec<usize> {
    let count = comparison.strategies.len();
    let kept: Vec<usize> = (0..comparison.profiles.len()).filter(|profile| !comparison.profiles[*profile].breach).collect();
    let profiles = if kept.is_empty() { (0..comparison.profiles.len()).collect() } else { kept };
    let value = |profile: usize, strategy: usize, measure: &str| {
        let cell = comparison.cells.get(profile * count + strategy);
        cell.and_then(|cell| cell.values[position(measure)].as_ref()).map_or(0.0, |of| of.value)
    };
    let sum =
        |strategy: usize, measure: &str| profiles.iter().map(|profile| value(*profile, strategy, measure)).sum::<f64>();
    let worst =
        |strategy: usize| profiles.iter().map(|profile| value(*profile, strategy, "inconsistent")).fold(0.0, f64::max);
    let keys: Vec<[f64; 5]> = (0..count)
        .map(|strategy| {
            let sum = |measure: &str| sum(strategy, measure);
            [worst(strategy), sum("inconsistent"), sum("late"), sum("at_risk"), sum("messages")]
        })
        .collect();
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by(|a, b| {
        let pairs = keys[*a].iter().zip(&keys[*b]);
        pairs.map(|(a, b)| a.total_cmp(b)).find(|order| order.is_ne()).unwrap_or_else(|| a.cmp(b))
    });
    order
}

/// Those with a colour: the steps of the waterfall, or all if they are few, or the best and the reference.
fn picks(comparison: &Comparison, order: &[usize]) -> Vec<usize> {
    if let Some(layers) = comparison.layers.first() {
        return layers.waterfall.iter().copied().take(HUES).collect();
    }
    let count = comparison.strategies.len();
    if count <= HUES {
        return (0..count).collect();
    }
    let reference = comparison.sample.reference;
    let best = order.iter().copied().filter(|strategy| *strategy != reference).take(HUES - 1);
    best.chain([reference]).collect()
}
