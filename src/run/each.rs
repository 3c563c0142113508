//! One run, order by order: what every order comes to, told at its end and kept by nobody.
//!
//! Called by comparisons, which keep of it what they need. It must not know that there are other runs.

use crate::kernel::{Chooser, Micros, Overlay, Silent, Sink};
use crate::payments::books::Books;
use crate::payments::fact::Fact;
use crate::run::measure::Measure;
use crate::run::outcome::{Outcome, Totals};
use crate::run::world::World;
use crate::run::{Base, Erased, decisions, purchases, seeded, stories, turn, verdict};
use crate::scenario::Scenario;

/// An order at its end: its deadline, or before it when nothing was left to happen.
pub struct Ended<'a> {
    /// The order, from 0.
    pub order: u32,
    /// What its facts come to.
    pub measure: &'a Measure,
    /// Its final books.
    pub books: &'a Books,
    /// The invariants that it violates, a bit each, by position in the registry.
    pub violated: u32,
    /// Its deadline.
    pub deadline: Micros,
}

/// Runs a scenario under a seed. `sink` is told every fact, `ended` every order's end; uncoupled orders come in order. Says
/// the fingerprint of all facts, and what all orders come to.
pub fn each<S: Sink<Fact>>(scenario: &Scenario, seed: u64, sink: &mut S, ended: &mut dyn FnMut(&Ended)) -> (u64, Totals) {
    let turn = turn(scenario, false);
    let seeded = seeded(scenario, seed, turn);
    match decisions(scenario) {
        none if none.is_empty() => play(scenario, seeded, sink, ended),
        decisions => {
            let mut chooser = Overlay::new(seeded, decisions);
            play(scenario, &mut chooser as &mut dyn Chooser, &mut (sink as &mut dyn Sink<Fact>), ended)
        }
    }
}

fn play<C: Chooser, S: Sink<Fact>>(
    scenario: &Scenario,
    mut chooser: C,
    sink: &mut S,
    ended: &mut dyn FnMut(&Ended),
) -> (u64, Totals) {
    let go_on = &mut |_: u64| true;
    let mut world = World::new(scenario, &mut chooser, sink, 0, go_on);
    world.ended = Some(ended);
    world.run(turn(scenario, false), None);
    (world.digest.value(), Totals { recovered_by: world.recoveries.by_mechanism(), ..world.totals })
}

/// The story of one order under a seed, with what it violates: of an uncoupled scenario only this order is run.
pub fn story(scenario: &Scenario, seed: u64, order: u32, because: &str) -> Outcome {
    let turn = turn(scenario, false);
    let mut chooser = Overlay::new(Base::new(scenario, Some(seed), turn), decisions(scenario));
    let only = (order, purchases(scenario, chooser.clone())[order as usize]);
    let told = stories(scenario, chooser.clone(), &[(only, because.to_owned())], turn);
    let go_on = &mut |_: u64| true;
    let (mut chooser, mut nobody): Erased = (&mut chooser, &mut Silent);
    let mut world = World::new(scenario, &mut chooser, &mut nobody, 0, go_on);
    world.run(turn, Some(&[only]));
    world.found.retain(|finding| finding.order == order);
    Outcome { stories: told, ..verdict::judge(world, Some(seed)) }
}
