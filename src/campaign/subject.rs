//! What a campaign tries: a scenario and its swarm, and one seed of it at a time in memory that is used again.
//!
//! Called by the fuzzer (every seed), by whoever looks closer at one seed, and by mutants. It must not know how many
//! seeds there are.

use crate::campaign::case::{self, Case, Stage};
use crate::campaign::coverage::{Counts, Intruders, Listener};
use crate::campaign::swarm::Swarm;
use crate::kernel::{Address, Decision, Overlay, Seeded, Silent};
use crate::run::{self, Glance};
use crate::scenario::Scenario;

/// A scenario under test.
#[derive(Clone, Debug)]
pub struct Subject {
    /// With the weather in which every kind of the swarm can strike.
    pub scenario: Scenario,
    /// What a seed draws from.
    pub swarm: Swarm,
}

impl Subject {
    /// A scenario and its swarm; `breaches`: faults by which the downstream breaks its word have their turns, too.
    pub fn new(mut scenario: Scenario, breaches: bool) -> Self {
        let swarm = Swarm::of(&mut scenario, breaches);
        Subject { scenario, swarm }
    }
}

/// A bench on which one seed after the other is run. Threads share none.
pub struct Bench<'a> {
    subject: &'a Subject,
    seeded: Seeded,
    scenario: Scenario,
    script: Vec<(Address, Decision)>,
    /// What was exercised.
    pub counts: Counts,
}

impl<'a> Bench<'a> {
    /// For the seeds of `subject`.
    pub fn new(subject: &'a Subject) -> Self {
        let scenario = subject.scenario.clone();
        let script = scenario.script.iter().map(|scripted| (scripted.at, scripted.decision)).collect();
        Bench { subject, seeded: Seeded::new(0), scenario, script, counts: Counts::default() }
    }

    /// Draws a seed's swarm.
    fn draw(&mut self, seed: u64) {
        self.seeded.reseed(seed);
        self.subject.swarm.draw(&mut self.seeded, &mut self.scenario);
    }

    /// Runs a seed. Goals that were reached are not looked for any more.
    pub fn run(&mut self, seed: u64) -> Glance {
        self.draw(seed);
        let mut listener = Listener::new(&self.subject.swarm, &self.scenario.weather, &mut self.counts);
        let (glance, noted) = if self.script.is_empty() {
            let mut chooser = Intruders::over(&mut self.seeded);
            (run::glance(&self.scenario, &mut chooser, &mut listener, None), chooser.noted())
        } else {
            let mut chooser = Intruders::over(Overlay::new(&mut self.seeded, self.script.iter().copied()));
            (run::glance(&self.scenario, &mut chooser, &mut listener, None), chooser.noted())
        };
        self.counts.add_intruders(&self.subject.swarm, noted);
        for goal in &glance.reached {
            self.scenario.goals.retain(|name| run::goals::ALL[*goal].name != name);
        }
        glance
    }

    /// The case of an order under a seed, and where to play it.
    pub fn case(&mut self, seed: u64, order: u32) -> (Case, Stage) {
        self.draw(seed);
        let chooser = Overlay::new(self.seeded.clone(), self.script.iter().copied());
        let order = Some(order).filter(|_| self.scenario.model.coupling().is_none());
        (case::recorded(&self.scenario, chooser, order), Stage::new(&self.scenario))
    }

    /// The digest of a seed, found in another way: what was decided is written down, then replayed over the calm, under a
    /// weather drawn anew.
    pub fn replay(&self, seed: u64) -> u64 {
        let mut seeded = Seeded::new(seed);
        let mut scenario = self.subject.scenario.clone();
        scenario.goals.clear();
        self.subject.swarm.draw(&mut seeded, &mut scenario);
        let mut recorder = crate::kernel::Recorder::new(Overlay::new(seeded, self.script.iter().copied()));
        run::glance(&scenario, &mut recorder, &mut Silent, None);
        let replayed = Overlay::new(crate::kernel::Calm, recorder.decisions());
        run::glance(&scenario, replayed, &mut Silent, None).digest
    }
}
