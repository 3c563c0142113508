//! Triage: what a failing seed shows, one mistake after the other. Each is put down to what mends it, which is then mended
//! for the rest of the day: what still fails shows another one. So no mistake hides behind a louder one, unless that keeps
//! it from coming about at all.
//!
//! Called by the fuzzer for every failing seed, and once more for the seed that is looked at closely. It must not know
//! which failures were seen before.

use crate::campaign::case::{Case, Stage};
use crate::campaign::mistake::Mistake;
use crate::campaign::prevention;
use crate::campaign::remedy::Remedy;
use crate::campaign::shrink::Shrinker;
use crate::campaign::subject::Bench;
use crate::campaign::tally::Symptom;
use crate::invariants;
use crate::run::Glance;

/// So many times something of one seed is looked at.
const MOST_LOOKS: usize = 12;

/// A mistake that a seed shows.
pub struct Shown {
    /// What it looks like.
    pub symptom: Symptom,
    /// The order that shows it, from 0.
    pub order: u32,
    /// A case of it with the faults that it needs.
    pub case: Case,
    /// Where to play that.
    pub stage: Stage,
    /// What mends the mistakes that were seen before it.
    pub others: Vec<Remedy>,
}

/// What came of looking at a seed.
pub enum Triage {
    /// Its mistakes, as far as they can be told apart.
    Shown(Vec<Shown>),
    /// What failed did not fail when it was played again: a bug of ours.
    Diverged,
    /// Nobody wants to know any more.
    Stopped,
}

/// What a seed shows that came to `glance`, as long as `go_on` says so.
pub fn triage(bench: &mut Bench, seed: u64, glance: &Glance, go_on: &dyn Fn() -> bool) -> Triage {
    let mut shown: Vec<Shown> = Vec::new();
    let mut mended: Vec<Remedy> = Vec::new();
    let mut left = glance.violating.clone();
    let model = bench.model().clone();
    // What orders violate that no remedy tells from what was seen...
    let mut known: Vec<u32> = Vec::new();
    // ...and what comes about only where the others are mended.
    let mut masked: Vec<(u32, u32)> = Vec::new();
    for _ in 0..MOST_LOOKS {
        let is_new = |one: &(u32, u32)| !known.contains(&one.1) && !masked.contains(one);
        let Some((order, violated)) = left.iter().copied().find(is_new) else { break };
        let Some(target) = invariants::worst(violated) else { break };
        let (case, mut stage) = bench.case(seed, order, &mended);
        let mut shrinker = Shrinker::new(&mut stage, case.clone(), target).while_(go_on);
        if !shrinker.fails(&case) {
            return Triage::Diverged;
        }
        let case = shrinker.roughly();
        if !go_on() {
            break;
        }
        // From here on by the strategy as it is.
        stage.scenario.model.clone_from(&model);
        let others = Mistake::beside(&model, &mended);
        if !Shrinker::new(&mut stage, case.clone(), target).showing(&others).fails(&case) {
            masked.push((order, violated));
            continue;
        }
        let prevention = prevention::cause_of(&mut stage, &case, target, go_on);
        if !go_on() {
            break;
        }
        let symptom = Symptom { invariant: target, faults: case.kinds_and_sites(), cause: prevention.cause() };
        shown.push(Shown { symptom, order, case, stage, others: mended.clone() });
        if prevention.mends.is_empty() {
            known.push(violated);
        } else {
            mended.extend(prevention.mends);
            left = bench.run_mended(seed, &mended).violating;
        }
    }
    // What was looked at in haste is not what the seed shows.
    if go_on() { Triage::Shown(shown) } else { Triage::Stopped }
}
