//! The few events that one process still has before it: a short array in order of time. Called by the order of
//! execution above it; it must not know what an event means.
//!
//! Kept in descending order, so that the next event is taken from the end. Events of one instant keep the order in which
//! they were scheduled; cancelled timers are removed at once, so the array stays as short as what is really pending. The
//! nearest events lie inline, beside the rest of their process; only what is beyond them needs memory of its own.

use crate::kernel::Micros;

/// Events that lie inline.
const NEAR: usize = 7;

/// The pending events of one process. `E` is a small `Copy` event.
#[derive(Debug)]
pub struct Pending<E> {
    len: usize,
    near: [(Micros, E); NEAR],
    /// What is later than all that is near; in descending order, too.
    far: Vec<(Micros, E)>,
}

impl<E: Copy> Clone for Pending<E> {
    fn clone(&self) -> Self {
        Pending { len: self.len, near: self.near, far: self.far.clone() }
    }

    fn clone_from(&mut self, other: &Self) {
        let Pending { len, near, far } = other;
        (self.len, self.near) = (*len, *near);
        self.far.clone_from(far);
    }
}

impl<E: Copy> Pending<E> {
    /// Nothing pending. `blank` fills the places that are free.
    pub fn new(blank: E) -> Self {
        Pending { len: 0, near: [(0, blank); NEAR], far: Vec::new() }
    }

    /// Schedules `event` for the instant `at`, after every event already scheduled for that instant. Short where it comes
    /// before all others: this is in line wherever anything is scheduled.
    #[inline(always)]
    pub fn schedule(&mut self, at: Micros, event: E) {
        let next = self.len.wrapping_sub(1);
        if next < NEAR - 1 && at < self.near[next].0 {
            self.near[next + 1] = (at, event);
            self.len += 1;
        } else {
            self.schedule_among(at, event);
        }
    }

    #[inline(never)]
    fn schedule_among(&mut self, at: Micros, event: E) {
        if self.len >= NEAR || !self.far.is_empty() {
            return self.schedule_far(at, event);
        }
        let mut i = self.len;
        while i > 0 && self.near[i - 1].0 <= at {
            self.near[i] = self.near[i - 1];
            i -= 1;
        }
        self.near[i] = (at, event);
        self.len += 1;
    }

    #[cold]
    #[inline(never)]
    fn schedule_far(&mut self, at: Micros, event: E) {
        let nearest = self.near[..self.len].iter().rev().chain(self.far.iter().rev());
        let before = nearest.take_while(|entry| entry.0 <= at).count();
        if before < self.len || (before == self.len && self.far.is_empty() && self.len < NEAR) {
            if self.len == NEAR {
                self.far.push(self.near[0]);
                self.near.copy_within(1.., 0);
                self.len -= 1;
            }
            let i = self.len - before;
            self.near.copy_within(i..self.len, i + 1);
            self.near[i] = (at, event);
            self.len += 1;
        } else {
            let i = self.far.len() - (before - self.len);
            self.far.insert(i, (at, event));
        }
    }

    /// Removes and returns the next event.
    #[inline]
    pub fn pop(&mut self) -> Option<(Micros, E)> {
        match self.near.get(self.len.wrapping_sub(1)) {
            Some(entry) => {
                self.len -= 1;
                Some(*entry)
            }
            None => self.far.pop(),
        }
    }

    /// The instant of the next event.
    #[inline]
    pub fn next_at(&self) -> Option<Micros> {
        self.nearest().map(|entry| entry.0)
    }

    /// The next event.
    #[inline]
    pub fn first(&self) -> Option<&E> {
        self.nearest().map(|entry| &entry.1)
    }

    #[inline]
    fn nearest(&self) -> Option<&(Micros, E)> {
        self.near.get(self.len.wrapping_sub(1)).or_else(|| self.far.last())
    }

    /// Removes every pending event for which `is_it` holds, and says how many there were.
    #[inline]
    pub fn cancel(&mut self, is_it: impl Fn(&E) -> bool) -> usize {
        let near = &mut self.near[..self.len.min(NEAR)];
        let mut kept = 0;
        for i in 0..near.len() {
            let stays = !is_it(&near[i].1);
            near[kept] = near[i];
            kept += usize::from(stays);
        }
        let mut gone = self.len - kept;
        self.len = kept;
        if !self.far.is_empty() {
            gone += self.far.len();
            self.far.retain(|(_, event)| !is_it(event));
            gone -= self.far.len();
        }
        gone
    }

    /// Removes one event of one instant, of several equal ones the last; `false`: there was none.
    pub fn remove(&mut self, entry: (Micros, E)) -> bool
    where
        E: PartialEq,
    {
        if let Some(i) = self.far.iter().position(|one| *one == entry) {
            self.far.remove(i);
            return true;
        }
        let found = self.near[..self.len].iter().position(|one| *one == entry);
        if let Some(i) = found {
            self.near.copy_within(i + 1..self.len, i);
            self.len -= 1;
        }
        found.is_some()
    }

    /// Every pending event, in no order that matters.
    pub fn iter(&self) -> impl Iterator<Item = &(Micros, E)> {
        self.near[..self.len].iter().rev().chain(self.far.iter().rev())
    }

    /// How many events are pending.
    pub fn len(&self) -> usize {
        self.len + self.far.len()
    }

    /// Is nothing pending?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets everything.
    #[inline]
    pub fn clear(&mut self) {
        self.len = 0;
        self.far.clear();
    }
}

impl<E: Copy + PartialEq> PartialEq for Pending<E> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<E: Copy + Eq> Eq for Pending<E> {}

impl<E: Copy + std::hash::Hash> std::hash::Hash for Pending<E> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.iter().for_each(|entry| entry.hash(state));
        (self.len + self.far.len()).hash(state);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn events_of_one_instant_keep_their_order() {
        let mut pending = Pending::new(' ');
        for (at, event) in [(5, 'b'), (3, 'a'), (5, 'c'), (9, 'e'), (5, 'd')] {
            pending.schedule(at, event);
        }
        let order: String = std::iter::from_fn(|| pending.pop()).map(|(_, event)| event).collect();
        assert_eq!(order, "abcde");
    }

    #[test]
    fn a_cancelled_event_is_gone() {
        let mut pending = Pending::new(' ');
        pending.schedule(1, 'a');
        pending.schedule(2, 'b');
        assert_eq!(pending.cancel(|event| *event == 'a'), 1);
        assert_eq!(pending.pop(), Some((2, 'b')));
        assert_eq!(pending.pop(), None);
    }

    proptest! {
        /// However many there are, near or far: the same as a stable sort.
        #[test]
        fn it_is_a_stable_sort(acts in proptest::collection::vec((0u64..40, 0u8..8), 1..120)) {
            let mut pending = Pending::new(0);
            let mut model: Vec<(u64, usize)> = Vec::new();
            for (i, &(at, act)) in acts.iter().enumerate() {
                match act {
                    0..=4 => {
                        pending.schedule(at, i);
                        let place = model.partition_point(|entry| entry.0 <= at);
                        model.insert(place, (at, i));
                    }
                    5 => {
                        let before = model.len();
                        model.retain(|entry| entry.1 % 3 != 0);
                        prop_assert_eq!(pending.cancel(|event| event % 3 == 0), before - model.len());
                    }
                    6 if !model.is_empty() => {
                        let (at, i) = model.remove(i % model.len());
                        prop_assert!(pending.remove((at, i)));
                        prop_assert!(!pending.remove((at, i)));
                    }
                    _ => {
                        let first = if model.is_empty() { None } else { Some(model.remove(0)) };
                        prop_assert_eq!(pending.pop(), first);
                    }
                }
                prop_assert_eq!(pending.next_at(), model.first().map(|entry| entry.0));
                prop_assert!(pending.iter().eq(model.iter()));
            }
        }
    }
}
