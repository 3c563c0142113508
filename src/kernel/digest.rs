//! A running fingerprint of facts. Called by whoever observes a run; equal facts in equal order give equal digests on
//! every machine.

/// Folds 64-bit words into one.
#[derive(Clone, Copy, Debug, Default, Hash, PartialEq, Eq)]
pub struct Digest(u64);

impl Digest {
    /// Folds one word.
    #[inline]
    pub fn fold(&mut self, word: u64) {
        let mixed = (self.0 ^ word).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = mixed ^ (mixed >> 29);
    }

    /// The digest so far.
    pub fn value(self) -> u64 {
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed ^ (mixed >> 27)
    }
}
