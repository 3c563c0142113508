//! The states that are known, by fingerprint, and how what follows from each ends. Shared by all threads of a search.
//!
//! It must not know what a state is.
//!
//! Open addressing, sixteen bytes a place: a state that is looked for costs one line of memory, mostly. Of a fingerprint's
//! 128 bits 96 are kept, and eight more choose the part: two of a hundred million different states are taken for one
//! about once in 10^15 searches.

use crate::campaign::explore::ends::Known;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Parts that are locked apart, and grow apart.
const PARTS: usize = 256;

/// Places of a part that has any.
const FEWEST: usize = 16;

/// The first lane of the fingerprint; half of the second, and the number, plus one: zero is a free place.
type Place = [u64; 2];

#[derive(Default)]
struct Part {
    places: Vec<Place>,
    taken: usize,
}

impl Part {
    /// The place of a state, or the free place where it belongs; there must be one.
    fn find(&self, key: Place) -> usize {
        let mut i = ((u128::from(key[0]) * self.places.len() as u128) >> 64) as usize;
        loop {
            let [first, second] = self.places[i];
            if second as u32 == 0 || (first == key[0] && second >> 32 == key[1] >> 32) {
                return i;
            }
            i = if i + 1 == self.places.len() { 0 } else { i + 1 };
        }
    }

    /// Half as many places again. At most three of four are taken.
    fn grow(&mut self) {
        let more = FEWEST.max(self.places.len() / 2 * 3);
        let places = std::mem::replace(&mut self.places, vec![[0; 2]; more]);
        for place in places.into_iter().filter(|place| place[1] as u32 != 0) {
            let i = self.find(place);
            self.places[i] = place;
        }
    }
}

/// The table.
pub struct Table {
    parts: Vec<Mutex<Part>>,
    bytes: AtomicUsize,
    states: AtomicUsize,
}

impl Default for Table {
    fn default() -> Self {
        Table {
            parts: (0..PARTS).map(|_| Mutex::default()).collect(),
            bytes: AtomicUsize::new(0),
            states: AtomicUsize::new(0),
        }
    }
}

impl Table {
    fn part(&self, state: [u64; 2]) -> MutexGuard<'_, Part> {
        self.parts[state[1] as usize % PARTS].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How a known state ends.
    pub fn get(&self, state: [u64; 2]) -> Option<Known> {
        let part = self.part(state);
        if part.taken == 0 {
            return None;
        }
        (part.places[part.find(state)][1] as u32).checked_sub(1)
    }

    /// Makes a state known; `false` if it was known already.
    pub fn insert(&self, state: [u64; 2], ends: Known) -> bool {
        let mut part = self.part(state);
        if part.taken * 4 >= part.places.len() * 3 {
            let before = part.places.len();
            part.grow();
            let more = part.places.len() - before;
            self.bytes.fetch_add(more * size_of::<Place>(), Ordering::Relaxed);
        }
        let i = part.find(state);
        let new = part.places[i][1] as u32 == 0;
        part.places[i] = [state[0], state[1] >> 32 << 32 | u64::from(ends + 1)];
        part.taken += usize::from(new);
        self.states.fetch_add(usize::from(new), Ordering::Relaxed);
        new
    }

    /// How many states are known.
    pub fn states(&self) -> usize {
        self.states.load(Ordering::Relaxed)
    }

    /// How many bytes they take.
    pub fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    proptest! {
        /// However many there are, and however alike: the same as a map.
        #[test]
        fn it_is_a_map(acts in proptest::collection::vec((0u64..8, 0u64..3, 0u64..3, 0u32..9), 1..600)) {
            let (table, mut model) = (Table::default(), BTreeMap::new());
            for (first, high, part, ends) in acts {
                // The last places of a part, so that some begin again at the first.
                let state = [u64::MAX - first * 0x0100_0000_0000_0000, high << 32 | part];
                prop_assert_eq!(table.get(state), model.get(&state).copied());
                prop_assert_eq!(table.insert(state, ends), model.insert(state, ends).is_none());
                prop_assert_eq!(table.states(), model.len());
            }
            prop_assert!(model.iter().all(|(state, ends)| table.get(*state) == Some(*ends)));
        }
    }
}
