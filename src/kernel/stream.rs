//! Random words by position: ChaCha8 keyed by the seed, one stream per process, read in pages.
//!
//! Called by the seeded chooser only. A word's position is a pure function of what it decides, so it does not matter
//! when, or whether, other words are read. Reading one word costs a page, so pages are kept: a few for a process that
//! runs alone, many where processes take turns.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Double words on one page.
pub(crate) const PAGE: usize = 32;

#[derive(Clone)]
struct Page {
    tag: (u32, u32),
    words: [u64; PAGE],
}

/// The tag of a page that holds nothing yet.
const NOTHING: (u32, u32) = (u32::MAX, u32::MAX);

/// Random access to the words of all streams of one seed.
#[derive(Clone)]
pub(crate) struct Words {
    generator: ChaCha8Rng,
    pages: Box<[Page]>,
}

impl Words {
    /// The words of `seed`, with a memory of `pages` pages (a power of two).
    pub fn new(seed: u64, pages: usize) -> Self {
        assert!(pages.is_power_of_two());
        let blank = Page { tag: NOTHING, words: [0; PAGE] };
        Words { generator: ChaCha8Rng::seed_from_u64(seed), pages: vec![blank; pages].into() }
    }

    /// The words of another seed from now on.
    pub fn reseed(&mut self, seed: u64) {
        self.generator = ChaCha8Rng::seed_from_u64(seed);
        self.pages.iter_mut().for_each(|page| page.tag = NOTHING);
    }

    /// Double word number `word` of page `page` of `stream`.
    #[inline]
    pub fn read(&mut self, stream: u32, page: u32, word: usize) -> u64 {
        let slot = (stream.wrapping_mul(2).wrapping_add(page)) as usize & (self.pages.len() - 1);
        if self.pages[slot].tag != (stream, page) {
            self.turn(slot, stream, page);
        }
        self.pages[slot].words[word & (PAGE - 1)]
    }

    #[cold]
    #[inline(never)]
    fn turn(&mut self, slot: usize, stream: u32, page: u32) {
        self.generator.set_stream(u64::from(stream));
        self.generator.set_word_pos(u128::from(page) * (PAGE as u128) * 2);
        let mut bytes = [0u8; PAGE * 8];
        self.generator.fill_bytes(&mut bytes);
        let into = &mut self.pages[slot];
        into.tag = (stream, page);
        for (word, bytes) in into.words.iter_mut().zip(bytes.as_chunks::<8>().0) {
            *word = u64::from_le_bytes(*bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words are part of the contract: a seed written down today must mean the same in ten years.
    #[test]
    fn words_are_pinned() {
        let mut words = Words::new(7, 4);
        let first = [words.read(0, 0, 0), words.read(0, 0, 31), words.read(1, 0, 0), words.read(0, 3, 5)];
        assert_eq!(first.map(|word| format!("{word:016x}")), PINNED);
    }
    const PINNED: [&str; 4] = ["2865533423d743bb", "6d7db0f2705ec875", "fdfad737a8d7aac7", "e25ce43cef63edb7"];

    #[test]
    fn the_order_of_reading_does_not_matter() {
        let mut forward = Words::new(1, 1);
        let mut backward = Words::new(1, 8);
        let places: Vec<(u32, u32, usize)> = (0..40).map(|i| (i % 3, i % 5, i as usize % PAGE)).collect();
        let a: Vec<u64> = places.iter().map(|&(s, p, w)| forward.read(s, p, w)).collect();
        let mut b: Vec<u64> = places.iter().rev().map(|&(s, p, w)| backward.read(s, p, w)).collect();
        b.reverse();
        assert_eq!(a, b);
    }
}
