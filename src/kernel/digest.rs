//! A running fingerprint of facts. Called by whoever observes a run; equal facts in equal order give equal digests on
//! every machine.

/// Folds pairs of 64-bit words into one.
#[derive(Clone, Copy, Debug, Default, Hash, PartialEq, Eq)]
pub struct Digest(u64);

impl Digest {
    /// Folds two words.
    #[inline]
    pub fn fold(&mut self, [first, second]: [u64; 2]) {
        let mixed = (self.0 ^ first).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        self.0 = (mixed ^ (mixed >> 29)).wrapping_add(second.rotate_left(17));
    }

    /// The digest so far.
    pub fn value(self) -> u64 {
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_place_matter() {
        let digest = |words: &[[u64; 2]]| {
            let mut digest = Digest::default();
            words.iter().for_each(|pair| digest.fold(*pair));
            digest.value()
        };
        let all = [digest(&[[1, 2], [3, 4]]), digest(&[[3, 4], [1, 2]]), digest(&[[2, 1], [3, 4]]), digest(&[[1, 2]])];
        for (i, one) in all.iter().enumerate() {
            assert!(all[..i].iter().all(|other| other != one), "{all:x?}");
        }
    }
}
