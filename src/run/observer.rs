//! Who watches an order while it runs: its digest, its measure, every invariant, the goals, and whoever listens to the
//! trace. Made by the world for each step.

use crate::invariants::{Finding, Findings, Limits, Monitors};
use crate::kernel::{Digest, Sink};
use crate::payments::fact::Fact;
use crate::payments::step::Witness;
use crate::run::goals::{self, Seen};
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
    /// The downstream has broken its word to it.
    pub breached: bool,
}

/// The scenario's goals that were not reached yet, a bit for each position in the registry. One that is reached is not
/// looked for any more, so that goals cost nothing once the first few orders have shown them.
#[derive(Clone, Copy, Default)]
pub struct Sought {
    /// Those that are seen in facts.
    pub in_facts: u64,
    /// Those that are seen in a dropped order's measure at its end.
    pub at_the_end: u64,
}

const _: () = assert!(goals::ALL.len() <= 64, "a bit each");

impl Sought {
    /// The goals with these names.
    pub fn of(names: &[String]) -> Self {
        let mut sought = Sought::default();
        for goal in names.iter().filter_map(|name| goals::find(name)) {
            match goals::ALL[goal].seen {
                Seen::Fact(_) => sought.in_facts |= 1 << goal,
                Seen::Dropped(_) => sought.at_the_end |= 1 << goal,
            }
        }
        sought
    }

    /// Was goal number `goal` not reached yet?
    pub fn misses(&self, goal: usize) -> bool {
        (self.in_facts | self.at_the_end) >> goal & 1 != 0
    }

    /// How facts are to be taken.
    pub fn attention(&self) -> Attention {
        if self.in_facts == 0 { Attention::Usual } else { Attention::Seeking }
    }

    fn see(&mut self, fact: &Fact) {
        self.in_facts &= !reached(self.in_facts, |seen| matches!(seen, Seen::Fact(is_it) if is_it(fact)));
    }

    /// An order's end.
    #[inline]
    pub fn see_the_end(&mut self, measure: &Measure) {
        if self.at_the_end != 0 && measure.dropped().is_some() {
            self.at_the_end &= !reached(self.at_the_end, |seen| matches!(seen, Seen::Dropped(is_it) if is_it(measure)));
        }
    }
}

/// Which of the goals in `sought` are reached.
fn reached(sought: u64, is_it: impl Fn(Seen) -> bool) -> u64 {
    let (mut left, mut reached) = (sought, 0);
    while left != 0 {
        let goal = left.trailing_zeros();
        left &= left - 1;
        reached |= u64::from(is_it(goals::ALL[goal as usize].seen)) << goal;
    }
    reached
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
    pub sought: &'a mut Sought,
    /// How facts are taken.
    pub attention: Attention,
    /// Whoever listens.
    pub sink: &'a mut S,
}

/// How facts are taken: one look at every fact tells what is usual from what is not.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Attention {
    /// As usual.
    Usual,
    /// With goals in mind that are seen in facts.
    Seeking,
    /// Not at all.
    Muted,
}

impl<S: Sink<Fact>> Observer<'_, S> {
    #[inline(always)]
    fn take(&mut self, fact: &Fact) {
        let watch = &mut *self.watch;
        watch.digest.fold(fact.words());
        watch.measure.see(fact);
        let mut findings = Findings::new(self.limits, &mut watch.reported, self.found, fact.order, fact.at);
        watch.monitors.see(fact, &mut findings);
        if self.sink.listens() {
            self.sink.record(fact);
        }
    }

    /// Where not all is usual. The fact comes by value, to a place of its own: so that in the usual way, whose code is made
    /// for the fact at hand, no fact needs a place in memory.
    #[cold]
    #[inline(never)]
    fn take_with_attention(&mut self, fact: Fact) {
        self.sought.see(&fact);
        self.take(&fact);
    }
}

impl<S: Sink<Fact>> Witness for Observer<'_, S> {
    #[inline(always)]
    fn see(&mut self, fact: &Fact) {
        match self.attention {
            Attention::Usual => self.take(fact),
            Attention::Seeking => self.take_with_attention(*fact),
            Attention::Muted => {}
        }
    }

    fn mute(&mut self, muted: bool) {
        self.attention = if muted { Attention::Muted } else { self.sought.attention() };
    }

    fn word_is_broken(&mut self) {
        self.watch.breached = true;
    }
}
