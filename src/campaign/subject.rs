//! What a campaign tries: a scenario and its swarm, and one seed of it at a time in memory that is used again.
//!
//! Called by the fuzzer (every seed), by whoever looks closer at one seed, and by mutants. It must not know how many
//! seeds there are, nor how scenarios are loaded.

use crate::campaign::case::{self, Case, Stage};
use crate::campaign::coverage::{Counts, Intruders, Listener};
use crate::campaign::remedy::Remedy;
use crate::campaign::swarm::Swarm;
use crate::kernel::{Address, Calm, Decision, Overlay, Recorder, Seeded, Silent};
use crate::payments::model::Model;
use crate::run::{self, Glance};
use crate::scenario::Scenario;
use std::sync::Arc;

/// So many seeds in a row share one shape: loading a scenario costs as much as some dozen runs of it.
pub const SHAPE_SEEDS: u64 = 16;

/// So many draws are tried for a shape; then the scenario is taken as it is.
const TRIES: u64 = 20;

/// Loads a scenario with the values that it leaves open settled by a draw; `None` where that is not valid.
pub type Shapes = Arc<dyn Fn(u64) -> Option<Scenario> + Send + Sync>;

/// A scenario under test.
#[derive(Clone)]
pub struct Subject {
    /// With the weather in which every kind of the swarm can strike.
    pub scenario: Scenario,
    /// What a seed draws from.
    pub swarm: Swarm,
    /// The draw by which its open values were settled.
    pub draw: Option<u64>,
    /// Where it leaves values open: how to settle them.
    shapes: Option<Shapes>,
}

impl Subject {
    /// A scenario and its swarm; `breaches`: faults by which the downstream breaks its word have their turns, too.
    pub fn new(mut scenario: Scenario, breaches: bool, shapes: Option<Shapes>) -> Self {
        let swarm = Swarm::of(&mut scenario, breaches);
        Subject { scenario, swarm, draw: None, shapes }
    }

    /// Does it leave values open, so that its seeds share shapes?
    pub fn is_open(&self) -> bool {
        self.shapes.is_some()
    }

    /// The subject with its open values settled for a shape. Draws that are not valid are drawn again.
    fn shaped(&self, shape: u64) -> Self {
        let draws = (0..TRIES).map(|again| shape.wrapping_add(again << 48));
        let loaded = |draw: u64| Some((draw, self.shapes.as_ref()?(draw)?));
        let Some((draw, scenario)) = draws.into_iter().find_map(loaded) else { return self.clone() };
        Subject { draw: Some(draw), ..Subject::new(scenario, self.swarm.breaches, self.shapes.clone()) }
    }

    /// The scenario, and in so many of its shapes where it leaves values open.
    pub fn scenarios(&self, shapes: u64) -> impl Iterator<Item = Scenario> {
        let shapes = if self.shapes.is_some() { shapes } else { 0 };
        std::iter::once(self.scenario.clone()).chain((0..shapes).map(|shape| self.shaped(shape).scenario))
    }

    /// The same with other safety rules, whatever its shape.
    pub fn with_rules(self, change: impl Fn(&mut Scenario) + Send + Sync + 'static) -> Self {
        let Subject { mut scenario, swarm, draw, shapes } = self;
        change(&mut scenario);
        let changed = |shapes: Shapes| -> Shapes {
            Arc::new(move |draw| {
                let mut scenario = shapes(draw)?;
                change(&mut scenario);
                Some(scenario)
            })
        };
        Subject { scenario, swarm, draw, shapes: shapes.map(changed) }
    }
}

/// A bench on which one seed after the other is run. Threads share none.
pub struct Bench<'a> {
    subject: &'a Subject,
    /// Where values are left open: the shape of the last seed, settled.
    shape: Option<(u64, Box<Subject>)>,
    seeded: Seeded,
    scenario: Scenario,
    script: Vec<(Address, Decision)>,
    /// What was exercised.
    pub counts: Counts,
}

impl<'a> Bench<'a> {
    /// For the seeds of `subject`.
    pub fn new(subject: &'a Subject) -> Self {
        let (scenario, script) = (subject.scenario.clone(), script(&subject.scenario));
        // Orders take turns where one stops a process that all share: each needs its pages then.
        let seeded = Seeded::for_many(0, run::orders_of(&scenario.purchases).min(64));
        Bench { subject, shape: None, seeded, scenario, script, counts: Counts::default() }
    }

    /// The subject in the shape of the last seed.
    pub fn subject(&self) -> &Subject {
        self.shape.as_ref().map_or(self.subject, |(_, shaped)| shaped)
    }

    /// The strategy of the last seed.
    pub fn model(&self) -> &Model {
        &self.scenario.model
    }

    /// Draws a seed's shape and swarm.
    fn draw(&mut self, seed: u64) {
        if self.subject.shapes.is_some() {
            self.take_shape(seed / SHAPE_SEEDS);
        }
        self.seeded.reseed(seed);
        let swarm = self.shape.as_ref().map_or(&self.subject.swarm, |(_, shaped)| &shaped.swarm);
        swarm.draw(&mut self.seeded, &mut self.scenario);
    }

    fn take_shape(&mut self, shape: u64) {
        if self.shape.as_ref().is_some_and(|(known, _)| *known == shape) {
            return;
        }
        let shaped = self.subject.shaped(shape);
        // Goals reached in another shape are reached.
        let goals = std::mem::take(&mut self.scenario.goals);
        self.scenario = Scenario { goals, ..shaped.scenario.clone() };
        self.script = script(&self.scenario);
        self.shape = Some((shape, Box::new(shaped)));
    }

    /// Runs a seed. Goals that were reached are not looked for any more.
    pub fn run(&mut self, seed: u64) -> Glance {
        self.draw(seed);
        let swarm = self.shape.as_ref().map_or(&self.subject.swarm, |(_, shaped)| &shaped.swarm);
        let mut listener = Listener::new(swarm, &self.scenario, &mut self.counts);
        let (glance, noted) = if self.script.is_empty() {
            let mut chooser = Intruders::over(&mut self.seeded);
            (run::glance(&self.scenario, &mut chooser, &mut listener, None), chooser.noted())
        } else {
            let mut chooser = Intruders::over(Overlay::new(&mut self.seeded, self.script.iter().copied()));
            (run::glance_dyn(&self.scenario, &mut chooser, &mut listener, None), chooser.noted())
        };
        self.counts.add_intruders(swarm, noted);
        for goal in &glance.reached {
            self.scenario.goals.retain(|name| run::goals::ALL[*goal].name != name);
        }
        glance
    }

    /// Runs a seed with some mistakes mended; nothing is counted.
    pub fn run_mended(&mut self, seed: u64, remedies: &[Remedy]) -> Glance {
        self.draw(seed);
        let mut scenario = Scenario { goals: Vec::new(), ..self.scenario.clone() };
        for remedy in remedies {
            remedy.apply(&mut scenario.model);
        }
        let mut chooser = Overlay::new(&mut self.seeded, self.script.iter().copied());
        run::glance_dyn(&scenario, &mut chooser, &mut Silent, None)
    }

    /// The case of an order under a seed, with some mistakes mended, and where to play it.
    pub fn case(&mut self, seed: u64, order: u32, mended: &[Remedy]) -> (Case, Stage) {
        self.draw(seed);
        let mut stage = Stage::new(&self.scenario);
        for remedy in mended {
            remedy.apply(&mut stage.scenario.model);
        }
        let chooser = Overlay::new(self.seeded.clone(), self.script.iter().copied());
        let order = Some(order).filter(|_| stage.scenario.coupling().is_none());
        (case::recorded(&stage.scenario, chooser, order), stage)
    }

    /// The digest of a seed, found in another way: what was decided is written down, then replayed over the calm, under a
    /// shape and a weather drawn anew.
    pub fn replay(&self, seed: u64) -> u64 {
        let mut other = Bench::new(self.subject);
        other.draw(seed);
        other.scenario.goals.clear();
        let mut recorder = Recorder::new(Overlay::new(other.seeded.clone(), other.script.iter().copied()));
        run::glance_dyn(&other.scenario, &mut recorder, &mut Silent, None);
        let mut replayed = Overlay::new(Calm, recorder.decisions());
        run::glance_dyn(&other.scenario, &mut replayed, &mut Silent, None).digest
    }
}

fn script(scenario: &Scenario) -> Vec<(Address, Decision)> {
    scenario.script.iter().map(|scripted| (scripted.at, scripted.decision)).collect()
}
