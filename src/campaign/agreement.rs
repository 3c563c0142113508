//! When two records of one shard agree: they are the same, or one has gone on where the other stood. What one of them knows of
//! a failure, the other learns.
//!
//! Called by `shard`, which joins what agrees and refuses the rest. It must not know how records are made or shown.

use crate::campaign::record::{Counted, Failed};
use crate::campaign::shrink::Smallness;

impl Counted {
    /// Is it the same, but for what nobody has looked closely at?
    pub fn agrees(&self, other: &Counted) -> bool {
        let but_for_failures = |counted: &Counted| Counted { failures: Vec::new(), ..counted.clone() };
        let seeds = |counted: &Counted| counted.failures.iter().map(|failed| failed.seeds).collect::<Vec<u64>>();
        but_for_failures(self) == but_for_failures(other)
            && seeds(self) == seeds(other)
            && agree(&self.failures, &other.failures)
    }

    /// Takes over what is known of failures that nobody has looked closely at here.
    pub fn learn(&mut self, other: &Counted) {
        for failed in self.failures.iter_mut().filter(|failed| failed.found.smallness == Smallness::Unshrunk) {
            let is_it = |known: &&Failed| known.looks == failed.looks && known.seed == failed.seed;
            if let Some(known) = other.failures.iter().find(is_it) {
                failed.found.clone_from(&known.found);
            }
        }
    }

    /// Can this be what `before`, the seeds below `to`, came to with more seeds of the same campaign? No count becomes
    /// smaller, and whatever was seen before the others was seen then.
    pub fn goes_on(&self, before: &Counted, to: u64) -> bool {
        let counts = |counted: &Counted| {
            let Counted { runs, orders, events, failing_seeds, manual, replayed, .. } = counted;
            [*runs, *orders, *events, *failing_seeds, manual.seeds, manual.orders, *replayed]
        };
        let same = |counted: &Counted| (counted.wanted.clone(), counted.kinds.clone(), counted.listed, counted.open);
        let first = |counted: &Counted| -> Vec<Failed> {
            counted.failures.iter().filter(|failed| failed.seed < to).cloned().collect()
        };
        let seeds = |failed: &Failed| {
            let known = self.failures.iter().find(|known| known.looks == failed.looks);
            known.is_some_and(|known| failed.seeds <= known.seeds)
        };
        let struck = |kind: &String, site: &String, state: &String| self.coverage.get(kind)?.get(site)?.get(state).copied();
        let mut coverage = before.coverage.iter().flat_map(|(kind, sites)| {
            sites.iter().flat_map(move |(site, states)| states.iter().map(move |(state, count)| (kind, site, state, count)))
        });
        same(before) == same(self)
            && counts(before).iter().zip(counts(self)).all(|(before, now)| *before <= now)
            && before.reached.is_subset(&self.reached)
            && before.diverged.iter().eq(self.diverged.range(..to))
            && agree(&first(before), &first(self))
            && before.failures.iter().all(seeds)
            && coverage.all(|(kind, site, state, count)| struck(kind, site, state) >= Some(*count))
    }
}

/// Are they the same failures, first seen in the same orders, and did whoever looked closely at one find the same?
fn agree(some: &[Failed], others: &[Failed]) -> bool {
    let is_open = |failed: &Failed| failed.found.smallness == Smallness::Unshrunk;
    some.len() == others.len()
        && some.iter().zip(others).all(|(one, other)| {
            (&one.looks, one.seed, one.order) == (&other.looks, other.seed, other.order)
                && (is_open(one) || is_open(other) || one.found == other.found)
        })
}
