//! The few events that one process still has before it: a short array in order of time. Called by the order of
//! execution above it; it must not know what an event means.
//!
//! Kept in descending order, so that the next event is popped from the end. Events of one instant keep the order in
//! which they were scheduled; cancelled timers are removed at once, so the array stays as short as what is really pending.

use crate::kernel::Micros;
use smallvec::SmallVec;

/// The pending events of one process. `E` is a small `Copy` event.
#[derive(Clone, Debug, Hash, PartialEq, Eq)]
pub struct Pending<E: Copy> {
    entries: SmallVec<[(Micros, E); 8]>,
}

impl<E: Copy> Default for Pending<E> {
    fn default() -> Self {
        Pending { entries: SmallVec::new() }
    }
}

impl<E: Copy> Pending<E> {
    /// Schedules `event` for the instant `at`, after every event already scheduled for that instant.
    #[inline]
    pub fn schedule(&mut self, at: Micros, event: E) {
        self.entries.push((at, event));
        let entries = self.entries.as_mut_slice();
        let mut i = entries.len() - 1;
        while i > 0 && entries[i - 1].0 <= at {
            entries[i] = entries[i - 1];
            i -= 1;
        }
        entries[i] = (at, event);
    }

    /// Removes and returns the next event.
    #[inline]
    pub fn pop(&mut self) -> Option<(Micros, E)> {
        self.entries.pop()
    }

    /// The instant of the next event.
    #[inline]
    pub fn next_at(&self) -> Option<Micros> {
        self.entries.last().map(|entry| entry.0)
    }

    /// Removes every pending event for which `is_it` holds.
    #[inline]
    pub fn cancel(&mut self, is_it: impl Fn(&E) -> bool) {
        if self.entries.iter().any(|(_, event)| is_it(event)) {
            self.entries.retain(|(_, event)| !is_it(event));
        }
    }

    /// Is an event for which `is_it` holds pending?
    pub fn any(&self, is_it: impl Fn(&E) -> bool) -> bool {
        self.entries.iter().any(|(_, event)| is_it(event))
    }

    /// How many events are pending.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Is nothing pending?
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Forgets everything.
    #[inline]
    pub fn clear(&mut self) {
        self.entries.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn events_of_one_instant_keep_their_order() {
        let mut pending = Pending::default();
        for (at, event) in [(5, 'b'), (3, 'a'), (5, 'c'), (9, 'e'), (5, 'd')] {
            pending.schedule(at, event);
        }
        let order: String = std::iter::from_fn(|| pending.pop()).map(|(_, event)| event).collect();
        assert_eq!(order, "abcde");
    }

    #[test]
    fn a_cancelled_event_is_gone() {
        let mut pending = Pending::default();
        pending.schedule(1, 'a');
        pending.schedule(2, 'b');
        pending.cancel(|event| *event == 'a');
        assert_eq!(pending.pop(), Some((2, 'b')));
        assert_eq!(pending.pop(), None);
    }
}
