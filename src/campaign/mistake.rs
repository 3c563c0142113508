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
    /// Strategies that do not make it, each by another remedy: a case of it passes with one of them...
    mended: Vec<Model>,
    /// ...but for what other mistakes violate.
    is_one_of_several: bool,
}

impl Mistake {
    /// The mistake that `prevention` mends, beside the `others` that the same day shows.
    pub fn new(model: &Model, others: &[Remedy], prevention: &Prevention) -> Self {
        let one = |remedy| with(model, std::slice::from_ref(remedy));
        let mended = match prevention.together {
            true => vec![with(model, &prevention.mends)],
            false => prevention.remedies.iter().take(MOST_REMEDIES).map(one).collect(),
        };
        let is_one_of_several = prevention.is_one_of_several();
        Mistake { mended, is_one_of_several, ..Mistake::beside(model, others) }
    }

    /// Any mistake that is seen with the `others` mended, too.
    pub fn beside(model: &Model, others: &[Remedy]) -> Self {
        let others_mended = (!others.is_empty()).then(|| with(model, others));
        Mistake { others_mended, ..Mistake::default() }
    }

    /// Does a case that violates `target`, a bit, do so with the others mended, too? What does not strike as the strategy is
    /// belongs to what these make of it. Adds the events that it took to find out.
    pub fn is_its_own(&mut self, stage: &mut Stage, case: &Case, target: u32, events: &mut u64) -> bool {
        self.others_mended
            .as_mut()
            .is_none_or(|model| play(stage, case, model, events) & target != 0 && stage.reaches_all(case))
    }

    /// Does a case that violates `target`, a bit, pass where the mistake is mended? Adds the events that it took to find out.
    pub fn is_mended(&mut self, stage: &mut Stage, case: &Case, target: u32, events: &mut u64) -> bool {
        let judged = if self.is_one_of_several { target } else { u32::MAX };
        let passes = self.mended.iter_mut().position(|model| play(stage, case, model, events) & judged == 0);
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
