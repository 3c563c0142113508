//! Which of several mistakes a case shows, told by what mends it: two may violate the same invariant, on the same day and
//! by the same faults. Whoever makes a case smaller asks that it goes on showing this one.
//!
//! Made by `triage`; asked by the shrinker. It must not know how a case is made smaller.

use crate::campaign::case::{Case, Stage};
use crate::campaign::prevention::Prevention;
use crate::campaign::remedy::Remedy;
use crate::payments::model::Model;

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
            false => remedies.iter().map(|remedy| with(model, std::slice::from_ref(remedy))).collect(),
        };
        Mistake { mended, ..Mistake::beside(model, others) }
    }

    /// Any mistake that is seen with the `others` mended, too.
    pub fn beside(model: &Model, others: &[Remedy]) -> Self {
        let others_mended = (!others.is_empty()).then(|| with(model, others));
        Mistake { others_mended, mended: Vec::new() }
    }

    /// Is any case a case of it?
    pub fn is_unknown(&self) -> bool {
        self.others_mended.is_none() && self.mended.is_empty()
    }

    /// What a case violates of what it violates with the others mended, too. Adds the events that it took to find out.
    pub fn its_own(&self, stage: &mut Stage, case: &Case, violated: u32, events: &mut u64) -> u32 {
        self.others_mended.as_ref().map_or(violated, |model| violated & play(stage, case, model, events))
    }

    /// Does a case pass where the mistake is mended? Adds the events that it took to find out.
    pub fn is_mended(&self, stage: &mut Stage, case: &Case, events: &mut u64) -> bool {
        self.mended.is_empty() || self.mended.iter().any(|model| play(stage, case, model, events) == 0)
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
fn play(stage: &mut Stage, case: &Case, model: &Model, events: &mut u64) -> u32 {
    let own = std::mem::replace(&mut stage.scenario.model, model.clone());
    let glance = stage.play(case);
    stage.scenario.model = own;
    *events += glance.events;
    glance.violated()
}
