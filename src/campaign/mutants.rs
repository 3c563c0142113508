//! Detection power: each safety rule switched off in turn, on both hops, and how many seeds it takes until an invariant
//! notices.
//!
//! Called by the command line. A rule that nothing notices is a gap: in the swarm, in the invariants, or in the scenario.
//! It must not know how results are shown.

use crate::campaign::subject::{Bench, Subject};
use crate::invariants;
use crate::payments::model::Model;
use crate::payments::recovery;
use crate::payments::rules::{RuleInfo, Rules};
use crate::scenario::Scenario;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Starting seeds: the seeds of a campaign in so many runs, each looking for itself.
pub const STARTS: usize = 5;

/// Shapes of a scenario that are looked at for what it configures.
const LOOKED_AT: u64 = 32;

/// What became of one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mutant {
    /// The rule; `None`: all of them are on.
    pub rule: Option<&'static RuleInfo>,
    /// For each starting seed, where the rule was noticed missing.
    pub starts: Vec<Option<Detection>>,
    /// Does the scenario configure the mechanism that the rule belongs to?
    pub configured: bool,
    /// It was noticed only where this rule, behind which it is a second line, was off as well.
    pub behind: Option<&'static str>,
}

/// Where a missing rule was noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Detection {
    /// The seed.
    pub seed: u64,
    /// After so many seeds, this one included.
    pub after: u64,
    /// The position of the invariant in the registry.
    pub invariant: usize,
}

impl Mutant {
    /// The median of the seeds that it took, if more than half of the starts noticed.
    pub fn median(&self) -> Option<u64> {
        let mut after: Vec<u64> = self.starts.iter().map(|start| start.map_or(u64::MAX, |found| found.after)).collect();
        after.sort_unstable();
        after.get(after.len() / 2).copied().filter(|after| *after < u64::MAX)
    }

    /// Where it was noticed with the fewest seeds.
    pub fn first(&self) -> Option<Detection> {
        self.starts.iter().flatten().copied().min_by_key(|found| (found.after, found.seed))
    }
}

/// Looks for every rule, and for a violation although all rules are on, which comes first. `go_on` is asked between seeds;
/// once it says no, those are left out that were not looked for to the end.
pub fn mutants(subject: Subject, seeds: Range<u64>, jobs: usize, go_on: &(dyn Fn() -> bool + Sync)) -> Vec<Mutant> {
    let rules: Vec<Option<&'static RuleInfo>> = std::iter::once(None).chain(Rules::ALL.iter().map(Some)).collect();
    let subject = subject.with_rules(|scenario| {
        scenario.goals.clear();
        scenario.model.hops.iter_mut().for_each(|hop| hop.rules = Rules::HARDENED);
    });
    let shapes: Vec<Scenario> = subject.scenarios(LOOKED_AT).collect();
    let alone: Vec<(Option<&'static RuleInfo>, Option<&'static str>)> = rules.iter().map(|rule| (*rule, None)).collect();
    let found = search(&subject, &alone, &seeds, jobs, go_on);
    let mutant = |((rule, behind), found): (&Pair, &[Looked])| {
        Some(Mutant {
            rule: *rule,
            starts: found.iter().copied().collect::<Option<Vec<_>>>()?,
            configured: rule.is_none_or(|rule| shapes.iter().any(|shape| is_configured(&shape.model, rule))),
            behind: *behind,
        })
    };
    let mut all: Vec<Mutant> = alone.iter().zip(found.chunks(STARTS)).filter_map(mutant).collect();
    // A second line is looked at again without the first.
    let missed = |mutant: &&Mutant| mutant.first().is_none();
    let second = all.iter().filter(missed).filter_map(|mutant| Some((mutant.rule, Some(mutant.rule?.behind?))));
    let second: Vec<Pair> = second.collect();
    let found = search(&subject, &second, &seeds, jobs, go_on);
    for (pair, found) in second.iter().zip(found.chunks(STARTS)) {
        let Some(place) = all.iter().position(|mutant| mutant.rule == pair.0) else { continue };
        match mutant((pair, found)) {
            Some(again) if again.first().is_some() => all[place] = again,
            Some(_) => {}
            None => {
                all.remove(place);
            }
        }
    }
    all
}

/// A rule to be switched off, and another one that is off with it and without it.
type Pair = (Option<&'static RuleInfo>, Option<&'static str>);

/// What one starting seed has shown; `None`: it was not looked from there to the end.
type Looked = Option<Option<Detection>>;

/// Looks for each of the rules from each starting seed: the results in that order.
fn search(
    subject: &Subject,
    rules: &[Pair],
    seeds: &Range<u64>,
    jobs: usize,
    go_on: &(dyn Fn() -> bool + Sync),
) -> Vec<Looked> {
    let part = |i: usize| seeds.start + (seeds.end - seeds.start) * i as u64 / STARTS as u64;
    let next = AtomicUsize::new(0);
    let tasks = rules.len() * STARTS;
    let work = || {
        let mut done = Vec::new();
        loop {
            let task = next.fetch_add(1, Ordering::Relaxed);
            if task >= tasks || !go_on() {
                return done;
            }
            let (rule, start) = (rules[task / STARTS], task % STARTS);
            done.push((task, look(subject, rule, part(start)..part(start + 1), go_on)));
        }
    };
    let mut found: Vec<(usize, Looked)> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..jobs.max(1)).map(|_| scope.spawn(work)).collect();
        let joined =
            threads.into_iter().flat_map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        joined.collect()
    });
    found.sort_by_key(|(task, _)| *task);
    let mut all = vec![None; tasks];
    found.into_iter().for_each(|(task, detection)| all[task] = detection);
    all
}

/// Runs seeds until something is violated; `None` if it was interrupted.
fn look(subject: &Subject, (rule, behind): Pair, seeds: Range<u64>, go_on: &dyn Fn() -> bool) -> Looked {
    let without = |names: [Option<&'static str>; 2]| {
        subject.clone().with_rules(move |scenario| {
            for hop in &mut scenario.model.hops {
                names.iter().flatten().for_each(|name| hop.rules.switch(name).into_iter().for_each(|on| *on = false));
            }
        })
    };
    let (mutated, rest) = (without([rule.map(|rule| rule.name), behind]), without([None, behind]));
    let (mut bench, mut hardened) = (Bench::new(&mutated), Bench::new(&rest));
    let violated_by = |bench: &mut Bench, seed| bench.run(seed).violated();
    let start = seeds.start;
    for seed in seeds {
        let violated = violated_by(&mut bench, seed);
        // What is violated with the rule as well says nothing about the rule.
        if violated != 0 && (rule.is_none() || violated_by(&mut hardened, seed) == 0) {
            return Some(Some(Detection { seed, after: seed - start + 1, invariant: violated.trailing_zeros() as usize }));
        }
        if !go_on() {
            return None;
        }
    }
    Some(None)
}

/// Is there anything in the scenario that the rule could protect? Notifications can be forged where none are sent.
fn is_configured(model: &Model, rule: &RuleInfo) -> bool {
    let alone = [rule.mechanism];
    let needs = if rule.needs.is_empty() { &alone } else { rule.needs };
    rule.mechanism == "notification" || recovery::is_anywhere(needs, model)
}

/// The id of the invariant that noticed.
pub fn noticed_by(detection: Detection) -> &'static str {
    invariants::ALL[detection.invariant].id
}
