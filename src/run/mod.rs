//! Rank 4: one run: (scenario, chooser) -> outcome. The only place where kernel, parties, weather and invariants are put
//! together. It must not know that there are other runs.

mod feed;
pub mod goals;
pub mod measure;
mod observer;
pub mod outcome;
mod verdict;
mod world;
mod worst;

use crate::kernel::{Address, Calm, Chooser, Decision, Overlay, Seeded, Silent, Sink};
use crate::payments::fact::Fact;
use crate::payments::site::{SHARED, SemanticAddress, Site};
use crate::run::outcome::{Outcome, Story};
use crate::run::world::World;
use crate::scenario::{Purchases, Scenario};

/// How a scenario is run.
pub struct Options<'a> {
    /// Another seed than the scenario's.
    pub seed: Option<u64>,
    /// Decisions taken back to the calm: "what if this had not happened?"
    pub without: &'a [Address],
    /// How many stories to tell.
    pub stories: usize,
    /// Run all orders in one world even if they share nothing.
    pub together: bool,
    /// Told how many orders are done; `false` stops the run.
    pub progress: &'a mut dyn FnMut(u64) -> bool,
}

/// Runs a scenario once. `sink` is told every fact, in order of (order, time).
pub fn once<S: Sink<Fact>>(scenario: &Scenario, options: &mut Options, sink: &mut S) -> Outcome {
    let seed = options.seed.or(scenario.seed);
    let decisions = decisions(scenario, options.without);
    let count = feed::Feed::count(&scenario.purchases);
    let coupled = scenario.model.coupling().is_some() || options.together;
    match (seed, decisions.is_empty()) {
        (None, _) => play(scenario, options, sink, Overlay::new(Calm, decisions), |overlay| overlay.unreached()),
        (Some(seed), true) => play(scenario, options, sink, seeded(seed, coupled && count > 8), |_| Vec::new()),
        (Some(seed), false) => {
            let base = seeded(seed, coupled && count > 8);
            play(scenario, options, sink, Overlay::new(base, decisions), |overlay| overlay.unreached())
        }
    }
}

fn seeded(seed: u64, many: bool) -> Seeded {
    if many { Seeded::for_many(seed) } else { Seeded::new(seed) }
}

/// The scripted decisions, the certain windows, and whatever is taken back.
fn decisions(scenario: &Scenario, without: &[Address]) -> Vec<(Address, Decision)> {
    let certain = scenario.weather.windows.iter().enumerate().filter(|(_, window)| window.odds >= 1 << 32).map(|(i, _)| {
        let at = Address { stream: SHARED, site: Site::Window.index(), occurrence: i as u16 };
        (at, Decision { pick: Some(1), size: None })
    });
    let seeded = scenario.seed.is_some() && without.is_empty();
    let windows = certain.filter(move |_| !seeded);
    let mut decisions: std::collections::BTreeMap<Address, Decision> = windows.collect();
    for scripted in &scenario.script {
        let decision = decisions.entry(scripted.at).or_default();
        decision.pick = scripted.decision.pick.or(decision.pick);
        decision.size = scripted.decision.size.or(decision.size);
    }
    for at in without {
        decisions.insert(*at, Decision { pick: Some(0), size: None });
    }
    decisions.into_iter().collect()
}

/// Plays all orders, then the worst ones again, listening.
fn play<C: Chooser + Clone, S: Sink<Fact>>(
    scenario: &Scenario,
    options: &mut Options,
    sink: &mut S,
    chooser: C,
    unreached: impl Fn(&C) -> Vec<Address>,
) -> Outcome {
    let coupled = scenario.model.coupling();
    let together = coupled.is_some() || options.together;
    let count = feed::Feed::count(&scenario.purchases);
    let mut world = World::new(scenario, chooser.clone(), sink, options.stories, &mut *options.progress);
    if together { world.together() } else { world.one_by_one(None) }
    let worst = world.worst.orders();
    let mut outcome = verdict::judge(scenario, &world, options.seed.or(scenario.seed));
    let told: Vec<(u32, String)> = if count == 1 && options.stories > 0 { vec![(0, "the only order".to_owned())] } else { worst };
    outcome.unreached = unreached(&world.into_chooser()).into_iter().map(|at| SemanticAddress(at).to_string()).collect();
    outcome.stories = stories(scenario, chooser, &told, together);
    outcome
}

/// The stories of some orders: the same run once more, with somebody listening.
fn stories<C: Chooser>(scenario: &Scenario, chooser: C, told: &[(u32, String)], together: bool) -> Vec<Story> {
    if told.is_empty() {
        return Vec::new();
    }
    let numbers: Vec<u32> = told.iter().map(|(order, _)| *order).collect();
    let mut listener = Listener { orders: &numbers, facts: Vec::new() };
    let go_on = &mut |_: u64| true;
    let mut world = World::new(scenario, chooser, &mut listener, 0, go_on);
    if together { world.together() } else { world.one_by_one(Some(&numbers)) }
    let facts = listener.facts;
    let story = |(order, because): &(u32, String)| {
        let facts: Vec<Fact> = facts.iter().filter(|fact| fact.order == *order).copied().collect();
        let amount = facts.iter().find_map(|fact| match fact.what {
            crate::payments::fact::What::Created { amount, .. } => Some(amount),
            _ => None,
        });
        Story { order: *order, amount: amount.unwrap_or(0), facts, because: because.clone() }
    };
    told.iter().map(story).collect()
}

/// Listens to some orders.
struct Listener<'a> {
    orders: &'a [u32],
    facts: Vec<Fact>,
}

impl Sink<Fact> for Listener<'_> {
    fn record(&mut self, fact: &Fact) {
        if self.orders.contains(&fact.order) {
            self.facts.push(*fact);
        }
    }
}

/// Runs a scenario once, silently and without stories: for campaigns and tests.
pub fn quietly(scenario: &Scenario, seed: Option<u64>) -> Outcome {
    let mut options = Options { seed, without: &[], stories: 0, together: false, progress: &mut |_| true };
    once(scenario, &mut options, &mut Silent)
}

/// The ids of the invariants that one order violates: of an uncoupled scenario only this order is run.
pub fn violated_by(scenario: &Scenario, seed: Option<u64>, order: u32) -> Vec<&'static str> {
    let decisions = decisions(scenario, &[]);
    match seed.or(scenario.seed) {
        None => violated_by_with(scenario, Overlay::new(Calm, decisions), order),
        Some(seed) => violated_by_with(scenario, Overlay::new(Seeded::new(seed), decisions), order),
    }
}

fn violated_by_with<C: Chooser>(scenario: &Scenario, chooser: C, order: u32) -> Vec<&'static str> {
    let go_on = &mut |_: u64| true;
    let mut silent = Silent;
    let mut world = World::new(scenario, chooser, &mut silent, 0, go_on);
    if scenario.model.coupling().is_some() { world.together() } else { world.one_by_one(Some(&[order])) }
    let of_it = world.found.iter().filter(|finding| finding.order == order);
    of_it.map(|finding| crate::invariants::ALL[finding.invariant].id).collect()
}

/// How many orders a scenario has.
pub fn orders_of(purchases: &Purchases) -> u32 {
    feed::Feed::count(purchases)
}
