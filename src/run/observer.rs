//! Who watches an order while it runs: its digest, its measure, every invariant, the goals, and whoever listens to the
//! trace. Made by the world for each step.

use crate::invariants::{Finding, Findings, Limits, Monitors};
use crate::kernel::{Digest, Sink};
use crate::payments::fact::Fact;
use crate::payments::step::Witness;
use crate::run::measure::Measure;

/// What is known of one order from its facts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Watch {
    /// Fingerprint of its facts.
    pub digest: Digest,
    /// Invariants already violated, a bit each.
    pub reported: u32,
    /// The invariants' memory.
    pub monitors: Monitors,
    /// What it comes to.
    pub measure: Measure,
}

/// A goal that is seen in facts, and how often it was.
pub struct Sought {
    /// Is it this fact?
    pub is_it: fn(&Fact) -> bool,
    /// How often.
    pub times: u64,
}

/// Everything that is told one order's facts.
pub struct Observer<'a, S> {
    /// The order's.
    pub watch: &'a mut Watch,
    /// The scenario's limits.
    pub limits: &'a Limits,
    /// All findings of the run.
    pub found: &'a mut Vec<Finding>,
    /// The goals to look for.
    pub sought: &'a mut [Sought],
    /// Whoever listens.
    pub sink: &'a mut S,
}

impl<S: Sink<Fact>> Witness for Observer<'_, S> {
    #[inline(always)]
    fn see(&mut self, fact: &Fact) {
        let watch = &mut *self.watch;
        for word in fact.words() {
            watch.digest.fold(word);
        }
        watch.measure.see(fact);
        let mut findings = Findings::new(self.limits, &mut watch.reported, self.found, fact.order, fact.at);
        watch.monitors.see(fact, &mut findings);
        for sought in self.sought.iter_mut() {
            sought.times += u64::from((sought.is_it)(fact));
        }
        if S::LISTENS {
            self.sink.record(fact);
        }
    }
}
