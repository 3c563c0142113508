//! Which of many processes is next: the heads of their [`Pending`](crate::kernel::Pending) events, in order of
//! (time, process). Called by the world that runs coupled processes together.
//!
//! Two levels keep the hot part small: the heap holds one entry per process, not one per event. An entry may be stale
//! (its process got an earlier event meanwhile, or ran); the caller compares it with the process' own next instant.

use crate::kernel::Micros;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A heap of (instant, process), each packed into one number so that one comparison orders them.
#[derive(Clone, Debug, Default)]
pub struct Agenda {
    heads: BinaryHeap<Reverse<u128>>,
}

fn pack(at: Micros, process: u32) -> u128 {
    u128::from(at) << 32 | u128::from(process)
}

impl Agenda {
    /// Process `process` has an event at `at`.
    #[inline]
    pub fn insert(&mut self, at: Micros, process: u32) {
        self.heads.push(Reverse(pack(at, process)));
    }

    /// The earliest entry.
    #[inline]
    pub fn first(&self) -> Option<(Micros, u32)> {
        self.heads.peek().map(|head| ((head.0 >> 32) as Micros, head.0 as u32))
    }

    /// Removes the earliest entry if it is of this instant: whose it was.
    pub fn take_at(&mut self, at: Micros) -> Option<u32> {
        let (_, process) = self.first().filter(|first| first.0 == at)?;
        self.remove_first();
        Some(process)
    }

    /// Removes the earliest entry.
    #[inline]
    pub fn remove_first(&mut self) {
        self.heads.pop();
    }
}
