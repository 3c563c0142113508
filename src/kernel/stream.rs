//! Random words by position: ChaCha8 keyed by the seed, one stream for two processes, read in pages.
//!
//! Called by the seeded chooser only. A word's position is a pure function of what it decides, so it does not matter
//! when, or whether, other words are read. Reading one word costs a page, the four blocks that the generator makes at once:
//! too many for the usual way of one process, so two neighbours have half of each page. Pages are kept: a few where
//! processes run one after the other, many where they take turns.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Double words on one page.
const PAGE: usize = 32;

/// Processes that share a page.
const SHARERS: usize = 2;

/// Double words of one process on one page.
const SHARE: usize = PAGE / SHARERS;

#[derive(Clone)]
struct Page {
    /// Stream and number of the page.
    tag: u64,
    words: [u64; PAGE],
}

/// The tag of a page that holds nothing yet.
const NOTHING: u64 = u64::MAX;

/// Random access to the words of all streams of one seed.
#[derive(Clone)]
pub(crate) struct Words {
    /// The stream whose first page lies open.
    stream: u32,
    open: [u64; PAGE],
    generator: ChaCha8Rng,
    pages: Box<[Page]>,
}

impl Words {
    /// The words of `seed`, with a memory of `pages` pages (a power of two).
    pub fn new(seed: u64, pages: usize) -> Self {
        assert!(pages.is_power_of_two());
        let blank = Page { tag: NOTHING, words: [0; PAGE] };
        let generator = ChaCha8Rng::seed_from_u64(seed);
        Words { stream: u32::MAX, open: [0; PAGE], generator, pages: vec![blank; pages].into() }
    }

    /// The words of another seed from now on.
    pub fn reseed(&mut self, seed: u64) {
        self.generator = ChaCha8Rng::seed_from_u64(seed);
        self.stream = u32::MAX;
        self.pages.iter_mut().for_each(|page| page.tag = NOTHING);
    }

    /// Double word number `word` of `process`.
    #[inline(always)]
    pub fn read(&mut self, process: u32, word: u32) -> u64 {
        let share = process as usize % SHARERS * SHARE;
        if process / SHARERS as u32 == self.stream && word < SHARE as u32 {
            self.open[share + word as usize % SHARE]
        } else {
            self.look_up(process / SHARERS as u32, word / SHARE as u32, share + word as usize % SHARE)
        }
    }

    /// A word that is not on the open page. A stream's first page is left open: most words are read there.
    #[cold]
    #[inline(never)]
    fn look_up(&mut self, stream: u32, page: u32, word: usize) -> u64 {
        let tag = u64::from(stream) << 32 | u64::from(page);
        let slot = (stream.wrapping_mul(2).wrapping_add(page)) as usize & (self.pages.len() - 1);
        let known = &mut self.pages[slot];
        if known.tag != tag {
            known.tag = tag;
            self.generator.set_stream(u64::from(stream));
            self.generator.set_word_pos(u128::from(page) * (PAGE as u128) * 2);
            let mut bytes = [0u8; PAGE * 8];
            self.generator.fill_bytes(&mut bytes);
            for (word, bytes) in known.words.iter_mut().zip(bytes.as_chunks::<8>().0) {
                *word = u64::from_le_bytes(*bytes);
            }
        }
        if page == 0 {
            self.stream = stream;
            self.open = known.words;
        }
        known.words[word % PAGE]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words are part of the contract: a seed written down today must mean the same in ten years.
    #[test]
    fn words_are_pinned() {
        let mut words = Words::new(7, 4);
        let first = [words.read(0, 0), words.read(0, 15), words.read(1, 0), words.read(2, 0), words.read(3, 3 * 16 + 5)];
        assert_eq!(first.map(|word| format!("{word:016x}")), PINNED);
    }
    const PINNED: [&str; 5] =
        ["2865533423d743bb", "86cb2d553fe58732", "4d8fb095d02da442", "fdfad737a8d7aac7", "b16ac9dc57461e83"];

    /// Processes 2 and 3 have the halves of the pages of stream 1 of `rand_chacha`.
    #[test]
    fn words_are_rand_chachas() {
        let mut generator = ChaCha8Rng::seed_from_u64(7);
        generator.set_stream(1);
        let stream: Vec<u64> = (0..4 * PAGE).map(|_| generator.next_u64()).collect();
        let mut words = Words::new(7, 4);
        let pages = (0..4 * SHARE as u32).step_by(SHARE);
        let read = pages.flat_map(|page| [2, 3].map(|process| (page..page + SHARE as u32).map(move |word| (process, word))));
        let read: Vec<u64> = read.flatten().map(|(process, word)| words.read(process, word)).collect();
        assert_eq!(read, stream);
    }

    #[test]
    fn the_order_of_reading_does_not_matter() {
        let mut forward = Words::new(1, 1);
        let mut backward = Words::new(1, 8);
        let places: Vec<(u32, u32)> = (0..40).map(|i| (i % 3, i % 5 * 16 + i)).collect();
        let a: Vec<u64> = places.iter().map(|&(process, word)| forward.read(process, word)).collect();
        let mut b: Vec<u64> = places.iter().rev().map(|&(process, word)| backward.read(process, word)).collect();
        b.reverse();
        assert_eq!(a, b);
    }
}
