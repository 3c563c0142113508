//! The states that are known, by fingerprint, and how what follows from each ends. Shared by all threads of a search.
//!
//! It must not know what a state is.

use crate::campaign::explore::ends::Known;
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// Parts that are locked apart.
const PARTS: usize = 256;

/// A place in a part: sixteen bytes of fingerprint, four of the number, one of the table's own.
const PLACE_BYTES: usize = 25;

/// Fingerprints are random already.
#[derive(Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn write(&mut self, _: &[u8]) {}
    fn write_u64(&mut self, word: u64) {
        self.0 = word;
    }
    fn finish(&self) -> u64 {
        self.0
    }
}

/// A key whose second word is its hash.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Key(u64, u32, u32);

impl std::hash::Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0);
    }
}

type Part = HashMap<Key, Known, BuildHasherDefault<AsItIs>>;

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
    fn part(&self, [first, second]: [u64; 2]) -> (&Mutex<Part>, Key) {
        (&self.parts[second as usize % PARTS], Key(first, second as u32, (second >> 32) as u32))
    }

    /// How a known state ends.
    pub fn get(&self, state: [u64; 2]) -> Option<Known> {
        let (part, key) = self.part(state);
        part.lock().unwrap_or_else(PoisonError::into_inner).get(&key).copied()
    }

    /// Makes a state known; `false` if it was known already.
    pub fn insert(&self, state: [u64; 2], ends: Known) -> bool {
        let (part, key) = self.part(state);
        let mut part = part.lock().unwrap_or_else(PoisonError::into_inner);
        let before = part.capacity();
        let new = part.insert(key, ends).is_none();
        let grown = part.capacity() - before;
        drop(part);
        self.states.fetch_add(usize::from(new), Ordering::Relaxed);
        // A table keeps an eighth of its places free.
        self.bytes.fetch_add(grown * 8 / 7 * PLACE_BYTES, Ordering::Relaxed);
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
