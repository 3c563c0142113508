//! `explore`: every plan of at most so many misfortunes, and how each ends: none at first, then one, then two, so that the
//! first plan under which anything is violated is already a smallest one.
//!
//! Called by the command line. It must not know clocks, files or terminals: whoever calls says when to stop.

pub mod board;
pub mod certificate;
pub mod ends;
pub mod menu;
pub mod plot;
pub mod search;
pub mod table;
pub mod trail;

use crate::campaign::case::{Misfortune, Stage};
use crate::campaign::explore::board::Game;
use crate::campaign::explore::certificate::Certificate;
use crate::campaign::explore::ends::Ends;
use crate::campaign::explore::menu::Menu;
use crate::campaign::explore::search::{Memory, Work};
use crate::campaign::explore::trail::{Failing, Trail};
use crate::campaign::failure::{self, Failure};
use crate::campaign::mistake::Mistake;
use crate::campaign::prevention;
use crate::campaign::tally::{Sightings, Symptom};
use crate::invariants;
use crate::kernel::{Calm, Overlay};
use crate::run;
use crate::scenario::Scenario;
use std::collections::BTreeMap;

/// So many kinds of failing plans are looked at closely.
const MOST_LOOKS: usize = 60;

/// So many orders are told apart, a bit each.
pub const MOST_ORDERS: u32 = 64;

/// How far to go.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Misfortunes in a plan, at most.
    pub faults: u8,
    /// Orders: so many of the scenario's first ones; `None`: all. More than [`MOST_ORDERS`] are never looked at.
    pub orders: Option<u32>,
    /// Does the downstream break its word, too?
    pub breaches: bool,
    /// Threads.
    pub jobs: usize,
    /// Bytes that the states may take, and the boards from which they are looked for.
    pub memory: usize,
    /// Are states that are equal looked at once, and orders that are alike not told apart? Only tests say no.
    pub merges: bool,
}

/// All plans of at most so many misfortunes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Depth {
    /// So many misfortunes at most.
    pub faults: u8,
    /// How all plans end.
    pub ends: Ends,
    /// States that differ in something that can matter.
    pub states: usize,
    /// What was done, from the first depth on.
    pub work: Work,
    /// Bytes that the states take.
    pub bytes: usize,
}

/// A kind of failing plan.
#[derive(Clone, Debug)]
pub struct Counterexample {
    /// The invariant, and the kinds of fault at their sites.
    pub symptom: Symptom,
    /// How many plans show it.
    pub plans: u64,
    /// The smallest case.
    pub failure: Failure,
}

/// What an exploration came to.
#[derive(Clone, Debug)]
pub struct Explored {
    /// By number of misfortunes, as far as it was complete.
    pub depths: Vec<Depth>,
    /// What was covered.
    pub certificate: Certificate,
    /// Kinds of failing plans, smallest first.
    pub counterexamples: Vec<Counterexample>,
    /// Kinds that were found and not looked at closely.
    pub untold: usize,
    /// There are failing plans that were not listed.
    pub unlisted: bool,
    /// For every kind of fault at its site: in how many plans of one, two, three... misfortunes that fail it takes part.
    pub heat: BTreeMap<String, Vec<u64>>,
    /// States and bytes when it was stopped, if it was.
    pub stopped_at: Option<(usize, usize)>,
}

/// Explores a scenario, as long as `go_on` holds. `digest` is that of the scenario's text.
pub fn explore(scenario: &Scenario, digest: &str, bounds: &Bounds, go_on: &(dyn Fn(&Memory) -> bool + Sync)) -> Explored {
    let mut scenario = Scenario { goals: Vec::new(), ..scenario.clone() };
    let menu = Menu::of(&mut scenario, bounds.breaches);
    let script = menu.script.iter().map(|(at, decision)| (*at, *decision));
    let mut purchases = run::purchases(&scenario, Overlay::new(Calm, script));
    purchases.truncate(bounds.orders.unwrap_or(MOST_ORDERS).min(MOST_ORDERS) as usize);
    let game = Game::new(&scenario, &menu, purchases, bounds.faults, bounds.merges);
    let memory = Memory::default();
    let within = || memory.all_bytes() <= bounds.memory && go_on(&memory);
    let (mut depths, mut trail): (Vec<Depth>, Trail) = Default::default();
    for faults in 0..=bounds.faults {
        let found = if within() { search::search(&game, &memory, faults, bounds.jobs, &within) } else { None };
        let Some(ends) = found else { break };
        let failing = search::failing(&ends) > 0;
        let (states, bytes) = (memory.table.states(), memory.bytes());
        depths.push(Depth { faults, ends, states, work: memory.work(), bytes });
        if failing {
            search::deep(|| trail::follow(&game, &memory, faults, &mut trail));
        }
    }
    let complete = depths.len() == usize::from(bounds.faults) + 1;
    let (counterexamples, untold) = counterexamples(&game, &trail, &depths);
    Explored {
        certificate: Certificate::new(&game, digest, bounds, &depths),
        heat: heat(&game, &trail.failing, depths.len()),
        counterexamples,
        untold,
        unlisted: trail.cut,
        stopped_at: (!complete).then(|| (memory.table.states(), memory.all_bytes())),
        depths,
    }
}

/// The kinds of failing plans, each looked at closely where it was found first.
fn counterexamples(game: &Game, trail: &Trail, depths: &[Depth]) -> (Vec<Counterexample>, usize) {
    let mut kinds: Vec<(Symptom, u64, &Failing)> = Vec::new();
    let mut stage = Stage::new(game.ground.scenario);
    for failing in &trail.failing {
        let case = trail::case(game, &failing.plan);
        let invariant = invariants::worst(failing.violated).unwrap_or_default();
        let cause = prevention::cause_of(&mut stage, &case, invariant, &|| true).cause();
        let symptom = Symptom { invariant, faults: case.kinds_and_sites(), cause };
        match kinds.iter_mut().find(|(known, ..)| *known == symptom) {
            Some((_, plans, _)) => *plans += 1,
            None => kinds.push((symptom, 1, failing)),
        }
    }
    let untold = kinds.len().saturating_sub(MOST_LOOKS);
    kinds.truncate(MOST_LOOKS);
    let mut look = |(symptom, plans, failing): (Symptom, u64, &Failing)| {
        let target = symptom.invariant;
        let fewer_hold = |misfortunes: usize| {
            let fewer = misfortunes.checked_sub(1).and_then(|fewer| depths.get(fewer));
            fewer.is_none_or(|depth| depth.ends.iter().all(|(ending, _)| ending.violated >> target & 1 == 0))
        };
        let case = trail::case(game, &failing.plan);
        let scripted = case.misfortunes.len() - failing.plan.len();
        let minimum = |_: &Stage, case: &crate::campaign::case::Case| {
            case.misfortunes.len().checked_sub(scripted).is_some_and(fewer_hold)
        };
        let prevention = prevention::of_case(&mut stage, &case, target, &|| true);
        let mistake = Mistake::new(&game.ground.scenario.model, &[], &prevention);
        let stage = Stage::new(game.ground.scenario);
        let failure = failure::of_case(stage, case, (target, &mistake), minimum, &|| true)?;
        let sightings = Sightings { seeds: plans, ..failure.sightings };
        Some(Counterexample { symptom, plans, failure: Failure { sightings, ..failure } })
    };
    (kinds.into_iter().filter_map(&mut look).collect(), untold)
}

/// In how many failing plans of each size every fault takes part.
fn heat(game: &Game, failing: &[Failing], depths: usize) -> BTreeMap<String, Vec<u64>> {
    let mut heat: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for Failing { plan, .. } in failing {
        let mut faults: Vec<String> =
            plan.iter().filter_map(|deed| trail::told(game, deed)).map(|one| Misfortune::kind_and_site(&one)).collect();
        faults.sort_unstable();
        faults.dedup();
        for fault in faults {
            let counts = heat.entry(fault).or_insert_with(|| vec![0; depths.saturating_sub(1)]);
            if let Some(count) = plan.len().checked_sub(1).and_then(|size| counts.get_mut(size)) {
                *count += 1;
            }
        }
    }
    heat
}
