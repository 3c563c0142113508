//! A fingerprint of whatever is hashed into it: 128 bits, the same for equal states on every machine of 64 bits. Called by
//! whoever keeps many states and must know one again; it must not know what a state is.
//!
//! Two lanes that never mix: one multiplies and folds, one rotates and multiplies. Two of ten million different states agree
//! in both about once in 10^24 times.

use std::hash::Hasher;

/// Takes words, gives 128 bits.
#[derive(Clone, Debug)]
pub struct Fingerprint {
    folded: u64,
    turned: u64,
}

impl Default for Fingerprint {
    fn default() -> Self {
        Fingerprint { folded: 0x243f_6a88_85a3_08d3, turned: 0x1319_8a2e_0370_7344 }
    }
}

impl Fingerprint {
    /// Both lanes.
    pub fn value(&self) -> [u64; 2] {
        // The last words have not gone through all bits of their lane yet.
        let mix = |word: u64| {
            let word = (word ^ (word >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
            word ^ (word >> 32)
        };
        [mix(self.folded), mix(self.turned)]
    }
}

impl Hasher for Fingerprint {
    #[inline(always)]
    fn write_u64(&mut self, word: u64) {
        let product = u128::from(self.folded ^ word) * 0x9e37_79b9_7f4a_7c15;
        self.folded = (product as u64) ^ ((product >> 64) as u64);
        self.turned = (self.turned.rotate_left(29) ^ word).wrapping_mul(0xa076_1d64_78bd_642f);
    }
    #[inline(always)]
    fn write_u8(&mut self, word: u8) {
        self.write_u64(u64::from(word));
    }
    #[inline(always)]
    fn write_u16(&mut self, word: u16) {
        self.write_u64(u64::from(word));
    }
    #[inline(always)]
    fn write_u32(&mut self, word: u32) {
        self.write_u64(u64::from(word));
    }
    #[inline(always)]
    fn write_usize(&mut self, word: usize) {
        self.write_u64(word as u64);
    }
    /// In line, so that an array of known length is a few words and no loop.
    #[inline(always)]
    fn write(&mut self, bytes: &[u8]) {
        let mut words = bytes.chunks_exact(8);
        for word in &mut words {
            self.write_u64(word.try_into().map_or(0, u64::from_le_bytes));
        }
        let rest = words.remainder();
        if !rest.is_empty() {
            self.write_u64(rest.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte)));
        }
    }
    fn finish(&self) -> u64 {
        self.value()[0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::hash::Hash;

    fn of(state: impl Hash) -> [u64; 2] {
        let mut fingerprint = Fingerprint::default();
        state.hash(&mut fingerprint);
        fingerprint.value()
    }

    #[test]
    fn states_that_differ_in_one_place_have_their_own() {
        let mut seen = BTreeSet::new();
        let (mut first, mut second) = (BTreeSet::new(), BTreeSet::new());
        for a in 0u8..40 {
            for b in 0u64..40 {
                for c in [None, Some(1u32), Some(0)] {
                    let value = of((a, b, c, "text"));
                    assert!(seen.insert(value) && first.insert(value[0]) && second.insert(value[1]), "{a} {b} {c:?}");
                }
            }
        }
        assert_ne!(of((0u8, 1u8)), of((1u8, 0u8)));
        assert_ne!(of([0u64; 3]), of([0u64; 4]));
    }
}
