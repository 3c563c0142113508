//! One run at a glance: who violates what, the goals reached and the digest, and nothing that takes memory or words.
//!
//! Called by campaigns, once a seed. It must not know that there are other runs.

use crate::invariants::silence;
use crate::kernel::{Chooser, Sink};
use crate::payments::fact::Fact;
use crate::payments::model::Purchase;
use crate::run::feed::Feed;
use crate::run::goals;
use crate::run::world::World;
use crate::scenario::Scenario;

/// What a campaign needs to know of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Glance {
    /// Fingerprint of all facts.
    pub digest: u64,
    /// Events processed.
    pub events: u64,
    /// Orders run.
    pub orders: u64,
    /// The orders that violate something, in order of their numbers, and what: a bit for each invariant, by its position
    /// in the registry.
    pub violating: Vec<(u32, u32)>,
    /// Those of them of which a case is before a person.
    pub told: Vec<u32>,
    /// Orders that ended with a case before a person.
    pub manual: u64,
    /// The scenario's goals that were reached, by position in the registry.
    pub reached: Vec<usize>,
}

impl Glance {
    /// What `order` violates.
    pub fn violated_by(&self, order: u32) -> u32 {
        self.violating.iter().find(|(number, _)| *number == order).map_or(0, |(_, violated)| *violated)
    }

    /// What `order` is judged by, a bit for each invariant: all of them, or, where the downstream broke its word, that it was
    /// not passed over in silence.
    pub fn judged(&self, order: u32, is_breached: bool) -> u32 {
        if is_breached { silence(self.told.contains(&order)) } else { u32::MAX }
    }
}

/// Runs a scenario under any chooser, its script apart; of an uncoupled one `only` this order, if given.
pub fn glance<C: Chooser, S: Sink<Fact>>(
    scenario: &Scenario,
    mut chooser: C,
    sink: &mut S,
    only: Option<(u32, Purchase)>,
) -> Glance {
    let go_on = &mut |_: u64| true;
    let mut world = World::new(scenario, &mut chooser, sink, 0, go_on).without_totals();
    world.run(super::turn(scenario, false), only.as_ref().map(std::slice::from_ref));
    let mut violating: Vec<(u32, u32)> = Vec::new();
    for finding in &world.found {
        match violating.last_mut().filter(|(order, _)| *order == finding.order) {
            Some((_, violated)) => *violated |= 1 << finding.invariant,
            None => violating.push((finding.order, 1 << finding.invariant)),
        }
    }
    let sought = scenario.goals.iter().filter_map(|name| goals::find(name));
    let reached = sought.filter(|goal| !world.misses(*goal)).collect();
    Glance {
        digest: world.digest.value(),
        events: world.totals.events,
        orders: world.totals.orders,
        violating,
        told: world.told,
        manual: world.manual,
        reached,
    }
}

/// The same for what is not done for every seed: one code for all choosers and listeners. [`glance`] has one for each pair of
/// them, which is the whole model once more.
pub fn glance_dyn(
    scenario: &Scenario,
    chooser: &mut dyn Chooser,
    mut sink: &mut dyn Sink<Fact>,
    only: Option<(u32, Purchase)>,
) -> Glance {
    glance(scenario, chooser, &mut sink, only)
}

/// The purchases that a chooser makes of a scenario.
pub fn purchases(scenario: &Scenario, mut chooser: impl Chooser) -> Vec<Purchase> {
    let mut feed = Feed::new(&scenario.purchases);
    std::iter::from_fn(|| feed.next(&mut chooser)).map(|(_, purchase)| purchase).collect()
}
