//! Which of several mistakes a case shows, told by what mends it: two may violate the same invariant, on the same day and
//! by the same faults. Whoever makes a case smaller asks that it goes on showing this one.
//!
//! Made by `triage`; asked by the shrinker. It must not know how a case is made smaller.

use crate::campaign::case::{Case, Stage};
use crate::campaign::prevention::Prevention;
use crate::campaign::remedy::Remedy;
use crate::payments::model::Model;

/// So many remedies tell a mistake from others: each is tried for every case.
const MOST_REMEDIES: usize = 3;

/// A mistake in a strategy, as far as it is known; nothing is known of the default one.
#[derive(Clone, Debug, Default)]
pub struct Mistake {
    /// The strategy without the other mistakes that the same day shows: it is seen there, too.
    others_mended: Option<Model>,
    /// Strategies that do not make it, each by another remedy: a case of it passes with one of them.
    mended: Vec<Model>,
}

impl Mistake {
    /// The mistake that `prevention` mends, beside the `others` that the same day shows.
    pub fn new(model: &Model, others: &[Remedy], prevention: &Prevention) -> Self {
        let remedies = &prevention.remedies;
        let mended = match prevention.together {
            true => vec![with(model, remedies)],
            false => remedies.iter().take(MOST_REMEDIES).map(|remedy| with(model, std::slice::from_ref(remedy))).collect(),
        };
        Mistake { mended, ..Mistake::beside(model, others) }
    }

    /// Any mistake that is seen with the `others` mended, too.
    pub fn beside(model: &Model, others: &[Remedy]) -> Self {
        let others_mended = (!others.is_empty()).then(|| with(model, others));
        Mistake { others_mended, mended: Vec::new() }
    }

    /// What a case violates of what it violates with the others mended, too. Adds the events that it took to find out.
    pub fn its_own(&mut self, stage: &mut Stage, case: &Case, violated: u32, events: &mut u64) -> u32 {
        self.others_mended.as_mut().map_or(violated, |model| violated & play(stage, case, model, events))
    }

    /// Does a case pass where the mistake is mended? Adds the events that it took to find out.
    pub fn is_mended(&mut self, stage: &mut Stage, case: &Case, events: &mut u64) -> bool {
        let passes = self.mended.iter_mut().position(|model| play(stage, case, model, events) == 0);
        // What mends this case mends the next, most likely.
        passes.iter().for_each(|at| self.mended.swap(0, *at));
        self.mended.is_empty() || passes.is_some()
    }
}

fn with(model: &Model, remedies: &[Remedy]) -> Model {
    let mut model = model.clone();
    for remedy in remedies {
        remedy.apply(&mut model);
    }
    model
}

/// What a case violates under another strategy.
fn play(stage: &mut Stage, case: &Case, model: &mut Model, events: &mut u64) -> u32 {
    std::mem::swap(&mut stage.scenario.model, model);
    let glance = stage.play(case);
    std::mem::swap(&mut stage.scenario.model, model);
    *events += glance.events;
    glance.violated()
}
