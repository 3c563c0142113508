//! Rank 4: one run: (scenario, chooser) -> outcome. The only place where kernel, parties, weather and invariants are put
//! together. It must not know that there are other runs.

mod coupled;
mod each;
mod feed;
mod glance;
pub mod goals;
pub mod measure;
mod observer;
pub mod outcome;
pub mod position;
mod turns;
mod verdict;
mod world;
mod worst;

pub use each::{Ended, each, story};
pub use glance::{Glance, glance, glance_dyn, purchases};

use crate::kernel::{Address, Calm, Chooser, Decision, Distribution, Micros, Overlay, Pick, Seeded, Silent, Sink};
use crate::payments::address::SemanticAddress;
use crate::payments::fact::Fact;
use crate::payments::site::{SHARED, Site};
use crate::run::outcome::{Outcome, Story};
use crate::run::world::{Turn, World};
use crate::run::worst::Told;
use crate::scenario::{Expect, Purchases, Scenario};
use std::collections::BTreeMap;

/// How a scenario is run.
pub struct Options<'a> {
    /// Another seed than the scenario's.
    pub seed: Option<u64>,
    /// Decisions taken back to the calm: "what if this had not happened?"
    pub without: &'a [Address],
    /// How many stories to tell.
    pub stories: usize,
    /// Run all orders in one world, event by event, even if they share nothing.
    pub together: bool,
    /// Told how many orders are done; `false` stops the run.
    pub progress: &'a mut dyn FnMut(u64) -> bool,
}

/// Runs a scenario once. `listener` is told every fact: order by order where orders share nothing, else in order of time.
pub fn once(scenario: &Scenario, options: &mut Options, listener: Option<&mut dyn FnMut(&Fact)>) -> Outcome {
    let seed = options.seed.or(scenario.seed);
    let turn = turn(scenario, options.together);
    let decisions = decisions(scenario);
    let spare = |at: &Address| (*at, Decision { pick: Some(0), size: None });
    let without = || options.without.iter().map(spare);
    let chooser = Overlay::new(Overlay::new(Base::new(scenario, seed, turn), decisions.clone()), without());
    let (mut outcome, worst) = match (seed, listener) {
        (Some(seed), None) if decisions.is_empty() && options.without.is_empty() => {
            let (mut chooser, mut silent) = (seeded(scenario, seed, turn), Silent);
            play(World::new(scenario, &mut chooser, &mut silent, options.stories, options.progress), turn, Some(seed))
        }
        (_, listener) => {
            let mut decider = chooser.clone();
            let mut nobody = |_: &Fact| {};
            let mut audience = Audience { orders: None, tell: listener.unwrap_or(&mut nobody) };
            let (mut chooser, mut audience): Erased = (&mut decider, &mut audience);
            let world = World::new(scenario, &mut chooser, &mut audience, options.stories, options.progress);
            let (mut outcome, worst) = play(world, turn, seed);
            let (scripted, named) = (decider.base(), |at: Address| SemanticAddress(at).to_string());
            let unreached = scripted.unreached();
            let taken = decisions.iter().filter(|(at, _)| !unreached.contains(at));
            outcome.taken = taken.filter_map(|(at, decision)| decision.size.map(|size| (*at, size))).collect();
            outcome.unreached = unreached.into_iter().map(named).collect();
            let spared = decider.spared_in_vain().into_iter().chain(scripted.spared_in_vain());
            outcome.spared_in_vain = spared.map(named).collect();
            (outcome, worst)
        }
    };
    let only = orders_of(&scenario.purchases) == 1 && options.stories > 0;
    let told = if only { vec![((0, purchases(scenario, chooser.clone())[0]), "the only order".to_owned())] } else { worst };
    if !told.is_empty() {
        outcome.stories = stories(scenario, chooser, &told, turn);
    }
    outcome
}

/// Runs a scenario once, silently and without stories: for cases found before, and for those who call the library.
pub fn quietly(scenario: &Scenario, seed: Option<u64>) -> Outcome {
    once(scenario, &mut Options { seed, without: &[], stories: 0, together: false, progress: &mut |_| true }, None)
}

/// What one order violates, a bit for each invariant, apart from what the scenario excuses: of an uncoupled one only this
/// order is run.
pub fn violated_by(scenario: &Scenario, seed: Option<u64>, order: u32) -> u32 {
    let turn = turn(scenario, false);
    let mut chooser = Overlay::new(Base::new(scenario, seed.or(scenario.seed), turn), decisions(scenario));
    let purchase = purchases(scenario, &mut chooser)[order as usize];
    let go_on = &mut |_: u64| true;
    let (mut chooser, mut nobody): Erased = (&mut chooser, &mut Silent);
    let mut world = World::new(scenario, &mut chooser, &mut nobody, 0, go_on);
    world.run(turn, Some(&[(order, purchase)]));
    let violator = world.violators.iter().find(|violator| violator.order == order);
    violator.map_or(0, |violator| match scenario.expect {
        Expect::NotSilent => violator.judged(),
        Expect::Consistent | Expect::Violates(_) => violator.violated,
    })
}

/// How many orders a scenario has.
pub fn orders_of(purchases: &Purchases) -> u32 {
    feed::Feed::count(purchases)
}

/// Plays all orders of a world: the outcome, and the orders worth telling.
fn play<C: Chooser, S: Sink<Fact>>(mut world: World<C, S>, turn: Turn, seed: Option<u64>) -> (Outcome, Vec<(Told, String)>) {
    world.run(turn, None);
    let worst = world.worst.orders();
    (verdict::judge(world, seed), worst)
}

/// The stories of some orders: the same run once more, with somebody listening.
fn stories(scenario: &Scenario, mut chooser: impl Chooser, told: &[(Told, String)], turn: Turn) -> Vec<Story> {
    let orders: Vec<Told> = told.iter().map(|(order, _)| *order).collect();
    let numbers: Vec<u32> = orders.iter().map(|(number, _)| *number).collect();
    let mut facts: Vec<Fact> = Vec::new();
    let mut audience = Audience { orders: Some(&numbers), tell: &mut |fact: &Fact| facts.push(*fact) };
    let go_on = &mut |_: u64| true;
    let (mut chooser, mut audience): Erased = (&mut chooser, &mut audience);
    let mut world = World::new(scenario, &mut chooser, &mut audience, 0, go_on).watching(&numbers);
    world.run(turn, Some(&orders));
    let story = |((order, purchase), because): &(Told, String)| {
        let facts: Vec<Fact> = facts.iter().filter(|fact| fact.order == *order).copied().collect();
        Story { order: *order, amount: purchase.amount, facts, because: because.clone() }
    };
    told.iter().map(story).collect()
}

/// Who decides and who listens, of whatever type: where runs are few, they share one code.
type Erased<'a> = (&'a mut dyn Chooser, &'a mut dyn Sink<Fact>);

/// Somebody who listens: to some orders, or to all.
struct Audience<'a> {
    orders: Option<&'a [u32]>,
    tell: &'a mut dyn FnMut(&Fact),
}

impl Sink<Fact> for Audience<'_> {
    fn record(&mut self, fact: &Fact) {
        if self.orders.is_none_or(|orders| orders.contains(&fact.order)) {
            (self.tell)(fact);
        }
    }
}

/// What decides where nothing is scripted.
#[derive(Clone)]
enum Base {
    Calm(Calm),
    Seeded(Box<Seeded>),
}

impl Base {
    fn new(scenario: &Scenario, seed: Option<u64>, turn: Turn) -> Self {
        seed.map_or(Base::Calm(Calm), |seed| Base::Seeded(Box::new(seeded(scenario, seed, turn))))
    }
}

fn seeded(scenario: &Scenario, seed: u64, turn: Turn) -> Seeded {
    match turn {
        Turn::ToTheEnd => Seeded::new(seed),
        Turn::UntilShared | Turn::OneEvent => Seeded::for_many(seed, orders_of(&scenario.purchases)),
    }
}

/// How orders take turns: as rarely as what they share allows, unless they are to run `together` in any case.
fn turn(scenario: &Scenario, together: bool) -> Turn {
    if together || scenario.model.any_event_is_shared() || scenario.weather.halts || turns::are_asked(scenario) {
        Turn::OneEvent
    } else if scenario.coupling().is_some() {
        Turn::UntilShared
    } else {
        Turn::ToTheEnd
    }
}

impl Chooser for Base {
    fn pick(&mut self, at: Address, odds: &[u64]) -> Pick {
        match self {
            Base::Calm(calm) => calm.pick(at, odds),
            Base::Seeded(seeded) => seeded.pick(at, odds),
        }
    }
    fn leaves_calm(&mut self, at: Address, most: u64) -> bool {
        match self {
            Base::Calm(calm) => calm.leaves_calm(at, most),
            Base::Seeded(seeded) => seeded.leaves_calm(at, most),
        }
    }
    fn size(&mut self, at: Address, of: &Distribution) -> Micros {
        match self {
            Base::Calm(calm) => calm.size(at, of),
            Base::Seeded(seeded) => seeded.size(at, of),
        }
    }
    fn calm_size(&mut self, at: Address, most: u64, of: &Distribution) -> Option<Micros> {
        match self {
            Base::Calm(calm) => calm.calm_size(at, most, of),
            Base::Seeded(seeded) => seeded.calm_size(at, most, of),
        }
    }
}

/// The scripted decisions, and, where nothing is seeded, the windows that are certain.
fn decisions(scenario: &Scenario) -> BTreeMap<Address, Decision> {
    let mut decisions: BTreeMap<Address, Decision> = BTreeMap::new();
    if scenario.seed.is_none() {
        let certain = scenario.weather.windows.iter().enumerate().filter(|(_, window)| window.odds >= 1 << 32);
        for (i, _) in certain {
            let at = Address { stream: SHARED, site: Site::Window.index(), occurrence: i as u16 };
            decisions.insert(at, Decision { pick: Some(1), size: None });
        }
    }
    for scripted in &scenario.script {
        let decision = decisions.entry(scripted.at).or_default();
        decision.pick = scripted.decision.pick.or(decision.pick);
        decision.size = scripted.decision.size.or(decision.size);
    }
    decisions
}
