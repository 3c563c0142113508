//! A kind of failure, looked at closely: its smallest case, what would have prevented it, and what would have been enough
//! for it to pass.
//!
//! Made when the seeds have been run, once for each symptom, from the first seed that showed it. It must not know how it is shown.

use crate::campaign::case::{Case, Misfortune, Stage};
use crate::campaign::minimum::is_minimum;
use crate::campaign::mistake::Mistake;
use crate::campaign::prevention;
use crate::campaign::shrink::{self, Shrinker, Smallness};
use crate::campaign::subject::{Bench, Subject};
use crate::campaign::tally::{Sightings, Symptom};
use crate::campaign::triage::{Shown, Triage, triage};
use crate::faults;
use crate::invariants;
use crate::kernel::{MILLISECOND, Micros, exact_duration};
use crate::run;
use crate::run::outcome::{Outcome, Violation};
use crate::scenario::Scenario;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

/// A kind of failure.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The invariant that shrinking kept violated: its position in the registry.
    pub invariant: usize,
    /// All that the smallest case violates, a bit each.
    pub violated: u32,
    /// How often it was seen, and where first.
    pub sightings: Sightings,
    /// The draw by which the scenario's open values were settled.
    pub draw: Option<u64>,
    /// The smallest case.
    pub case: Case,
    /// The case as a scenario.
    pub scenario: Scenario,
    /// How small it is known to be.
    pub smallness: Smallness,
    /// What its faults come to, at which sites: sorted, each once.
    pub causes: Vec<String>,
    /// What would have prevented all that it violates, each alone...
    pub remedies: Vec<String>,
    /// ...or only all of them together.
    pub together: bool,
    /// Sentences: what would have been enough for it to pass, or for it to violate something else.
    pub counterfactuals: Vec<String>,
    /// What the case comes to when it is run as a scenario.
    pub outcome: Outcome,
}

/// Looks closely at a symptom, where it was seen first. `None`: `go_on` has said that nobody wants to know any more.
pub fn examine(subject: &Subject, symptom: &Symptom, sightings: Sightings, go_on: &dyn Fn() -> bool) -> Option<Failure> {
    let mut bench = Bench::new(subject);
    let glance = bench.run(sightings.first);
    let Triage::Shown(shown) = triage(&mut bench, sightings.first, &glance, go_on) else { return None };
    let Shown { case, mut stage, others, .. } = shown.into_iter().find(|shown| shown.symptom == *symptom)?;
    let prevention = prevention::of_case(&mut stage, &case, symptom.invariant, go_on);
    let mistake = Mistake::new(&stage.scenario.model, &others, &prevention);
    let shaped = bench.subject();
    let minimum = |stage: &Stage, case: &Case| is_minimum(stage, shaped, case, symptom.invariant, go_on) == Some(true);
    let failure = of_case(stage, case, (symptom.invariant, &mistake), minimum, go_on)?;
    Some(Failure { sightings, draw: bench.subject().draw, ..failure })
}

/// Looks closely at a case that violates the invariant at position `target` by a `mistake`; `is_minimum`: does no plan of
/// fewer misfortunes than the irreducible one violate it? The case goes on failing in the same way while it is made smaller.
/// `None`: `go_on` has said that nobody wants to know any more.
pub fn of_case(
    mut stage: Stage,
    case: Case,
    (target, mistake): (usize, &Mistake),
    is_minimum: impl Fn(&Stage, &Case) -> bool,
    go_on: &dyn Fn() -> bool,
) -> Option<Failure> {
    let (case, smallness) = Shrinker::new(&mut stage, case, target).showing(mistake).while_(go_on).thoroughly();
    let nothing = case.misfortunes.is_empty() && case.sizes.is_empty();
    let minimum = nothing || (smallness == Smallness::Irreducible && is_minimum(&stage, &case));
    let smallness = if minimum { Smallness::Minimum } else { smallness };
    let violated = Shrinker::new(&mut stage, case.clone(), target).violated(&case);
    let prevention = prevention::of_case(&mut stage, &case, target, go_on);
    if !go_on() {
        return None;
    }
    let mut counterfactuals = counterfactuals(&mut stage, &case, target);
    counterfactuals.extend(prevention.partly.iter().cloned());
    if !go_on() {
        return None;
    }
    let causes = stage.causes(&case);
    let scenario = stage.into_scenario(&case);
    let outcome = run::quietly(&scenario, None);
    let sightings = Sightings { seeds: 1, first: 0, order: 0 };
    Some(Failure {
        invariant: target,
        violated,
        sightings,
        draw: None,
        case,
        scenario,
        smallness,
        causes,
        remedies: prevention.names(),
        together: prevention.together,
        counterfactuals,
        outcome,
    })
}

/// Looks closely at several symptoms, on any number of threads, until `go_on` says that nobody wants to know any more.
/// `take` is told of each as soon as it was looked at, by its place among them.
pub fn examine_all(
    subject: &Subject,
    seen: &[(Symptom, Sightings)],
    jobs: usize,
    go_on: &(dyn Fn() -> bool + Sync),
    take: &mut dyn FnMut(usize, Failure),
) {
    let next = AtomicUsize::new(0);
    let (done, failures) = mpsc::channel();
    let work = |done: mpsc::Sender<(usize, Failure)>| {
        while go_on()
            && let (i, Some((symptom, sightings))) = next_of(&next, seen)
        {
            let failure = examine(subject, symptom, *sightings, go_on);
            // Who takes them waits until all threads are through.
            failure.into_iter().for_each(|failure| drop(done.send((i, failure))));
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, seen.len().max(1)) {
            let done = done.clone();
            scope.spawn(|| work(done));
        }
        drop(done);
        failures.into_iter().for_each(|(i, failure)| take(i, failure));
    });
}

/// The next thing that no thread has taken, and its place.
fn next_of<'a, T>(next: &AtomicUsize, all: &'a [T]) -> (usize, Option<&'a T>) {
    let i = next.fetch_add(1, Ordering::Relaxed);
    (i, all.get(i))
}

impl Failure {
    /// The worst violation, as it is first seen in the smallest case.
    pub fn violation(&self) -> Option<&Violation> {
        let id = invariants::ALL[self.invariant].id;
        self.outcome.violations.iter().find(|violation| violation.invariant == id)
    }
}

/// What would have been enough.
fn counterfactuals(stage: &mut Stage, case: &Case, target: usize) -> Vec<String> {
    let mut shrinker = Shrinker::new(stage, case.clone(), target);
    let mut sentences = Vec::new();
    for i in 0..case.misfortunes.len() {
        let mut without = case.clone();
        without.misfortunes.remove(i);
        let rest = match shrinker.violated(&without) {
            0 => "it passes".to_owned(),
            other if other >> target & 1 != 0 => "another mistake violates the same".to_owned(),
            other => format!("it violates {} instead", ids(other).join(", ")),
        };
        sentences.push(format!("without fault {} {rest}", i + 1));
    }
    for at in case.sizes.keys() {
        let mut usual = case.clone();
        usual.sizes.remove(at);
        if shrinker.violated(&usual) == 0 {
            let (at, median) = (crate::payments::address::SemanticAddress(*at), exact_duration(shrinker.median(*at)));
            sentences.push(format!("with {at} taking {median}, its median, it passes"));
        }
    }
    // A shrunk delay ends just where it begins to hurt: one or two of these say it.
    let mut tightest = Vec::new();
    for (i, misfortune) in case.misfortunes.iter().enumerate() {
        if let Misfortune::Struck(at, strike) = misfortune
            && let Some(time) = faults::duration(strike.effect)
        {
            let shorter = |time: Micros| {
                let mut shorter = case.clone();
                (time >= faults::shortest(strike.effect)).then_some(())?;
                shorter.misfortunes[i] = Misfortune::Struck(*at, shrink::lasting(*at, strike, time)?);
                Some(shorter)
            };
            tightest.extend(sooner(&mut shrinker, time, &shorter, &format!("with fault {}", i + 1)));
        }
    }
    for (at, size) in &case.sizes {
        let median = shrinker.median(*at);
        if *size > median {
            let shorter = |time: Micros| {
                let mut shorter = case.clone();
                (time >= median).then(|| shorter.sizes.insert(*at, time))?;
                Some(shorter)
            };
            let what = format!("with {}", crate::payments::address::SemanticAddress(*at));
            tightest.extend(sooner(&mut shrinker, *size, &shorter, &what));
        }
    }
    sentences.extend(tightest.into_iter().take(2));
    sentences
}

/// By how much less time it would pass, in the smallest of a few steps.
fn sooner(shrinker: &mut Shrinker, time: Micros, with: &dyn Fn(Micros) -> Option<Case>, what: &str) -> Option<String> {
    let steps = [1, 10, 40, 100, 400, 1000, 4000, 10_000, 60_000].map(|step| step * MILLISECOND);
    for step in steps.into_iter().filter(|step| *step <= time) {
        if let Some(case) = with(time - step)
            && shrinker.violated(&case) == 0
        {
            return Some(format!("{what} {} sooner it passes", exact_duration(step)));
        }
    }
    None
}

/// The ids of several invariants, a bit each.
pub fn ids(violated: u32) -> Vec<&'static str> {
    invariants::ALL.iter().enumerate().filter(|(i, _)| violated & (1 << i) != 0).map(|(_, info)| info.id).collect()
}
