//! One run at a glance: who violates what, the goals reached and the digest, and nothing that takes memory or words.
//!
//! Called by campaigns, once a seed. It must not know that there are other runs.

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
    /// The orders that violate something of what they are held to, in order of their numbers, and what: a bit for each
    /// invariant, by its position in the registry. Where the downstream broke its word, that was not to be passed over in
    /// silence ([`held_to`](crate::invariants::held_to)).
    pub violating: Vec<(u32, u32)>,
    /// Orders that ended with a case before a person.
    pub manual: u64,
    /// The scenario's goals that were reached, by position in the registry.
    pub reached: Vec<usize>,
}

impl Glance {
    /// All that is violated, a bit for each invariant.
    pub fn violated(&self) -> u32 {
        self.violating.iter().fold(0, |all, (_, violated)| all | violated)
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
    let judged = world.violators.iter().map(|violator| (violator.order, violator.judged()));
    let mut violating: Vec<(u32, u32)> = judged.filter(|(_, judged)| *judged != 0).collect();
    violating.sort_unstable();
    let sought = scenario.goals.iter().filter_map(|name| goals::find(name));
    let reached = sought.filter(|goal| !world.misses(*goal)).collect();
    Glance {
        digest: world.digest.value(),
        events: world.totals.events,
        orders: world.totals.orders,
        violating,
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
