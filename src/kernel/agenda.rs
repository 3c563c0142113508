//! Which of many processes is next: the heads of their [`Pending`](crate::kernel::Pending) events, in order of
//! (time, process). Called by the world that runs coupled processes together.
//!
//! Two levels keep the hot part small: the heap holds one entry per process, not one per event. An entry may be stale
//! (its process got an earlier event meanwhile, or ran); the caller compares it with the process' own next instant.

use crate::kernel::Micros;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;

/// A heap of (instant, process).
#[derive(Clone, Debug, Default)]
pub struct Agenda {
    heads: BinaryHeap<Reverse<(Micros, u32)>>,
}

impl Agenda {
    /// Process `process` has an event at `at`.
    #[inline]
    pub fn insert(&mut self, at: Micros, process: u32) {
        self.heads.push(Reverse((at, process)));
    }

    /// The earliest entry.
    #[inline]
    pub fn first(&self) -> Option<(Micros, u32)> {
        self.heads.peek().map(|head| head.0)
    }

    /// Replaces the earliest entry by its process' next instant, or removes it.
    #[inline]
    pub fn advance(&mut self, next: Option<Micros>) {
        if let Some(mut top) = self.heads.peek_mut() {
            match next {
                Some(at) => top.0.0 = at,
                None => {
                    PeekMut::pop(top);
                }
            }
        }
    }
}
