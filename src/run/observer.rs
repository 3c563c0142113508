//! Who watches an order while it runs: its digest, its measure, every invariant, the goals, and whoever listens to the
//! trace. Made by the world for each step.

use crate::invariants::{Finding, Findings, Limits, Monitors};
use crate::kernel::{Digest, Sink};
use crate::payments::fact::Fact;
use crate::payments::step::Witness;
use crate::run::goals::{AtTheEnd, InFact};
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

/// The scenario's goals that were not reached yet. One that is reached is not looked for any more, so that goals cost
/// nothing once the first few orders have shown them.
#[derive(Default)]
pub struct Sought {
    /// Those that are seen in facts, by position in the registry.
    pub in_facts: Vec<(usize, InFact)>,
    /// Those that are seen in an order's measure at its end.
    pub at_the_end: Vec<(usize, AtTheEnd)>,
}

/// Everything that is told one order's facts.
pub struct Observer<'a, S> {
    /// The order's.
    pub watch: &'a mut Watch,
    /// The scenario's limits.
    pub limits: &'a Limits,
    /// All findings of the run.
    pub found: &'a mut Vec<Finding>,
    /// The goals to look for...
    pub sought: &'a mut Sought,
    /// ...if any of them is seen in facts.
    pub seeks: bool,
    /// Whoever listens.
    pub sink: &'a mut S,
}

impl<S: Sink<Fact>> Witness for Observer<'_, S> {
    #[inline(always)]
    fn see(&mut self, fact: &Fact) {
        let watch = &mut *self.watch;
        watch.digest.fold(fact.words());
        watch.measure.see(fact);
        let mut findings = Findings::new(self.limits, &mut watch.reported, self.found, fact.order, fact.at);
        watch.monitors.see(fact, &mut findings);
        if self.seeks {
            seek(self.sought, *fact);
        }
        if S::LISTENS {
            self.sink.record(fact);
        }
    }
}

/// Takes the fact by value, out of line: so that where no goal is sought, no fact needs a place in memory.
#[cold]
#[inline(never)]
fn seek(sought: &mut Sought, fact: Fact) {
    sought.in_facts.retain(|(_, is_it)| !is_it(&fact));
}
