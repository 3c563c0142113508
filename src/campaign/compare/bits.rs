//! A yes or no for every order, kept in bits: so that two strategies can be compared order by order.
//!
//! Used by records. It must not know what is asked of an order.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// A yes or no for every order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bits {
    words: Vec<u64>,
    len: usize,
}

impl Bits {
    /// So many times no.
    pub fn new(len: usize) -> Self {
        Bits { words: vec![0; len.div_ceil(64)], len }
    }

    /// Of how many orders.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Of none?
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Yes for order `at`.
    #[inline]
    pub fn set(&mut self, at: usize) {
        self.words[at / 64] |= 1 << (at % 64);
    }

    /// How many yes there are.
    pub fn count(&self) -> u64 {
        self.words.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// Yes where `this` is for both.
    pub fn with(&self, other: &Bits, this: impl Fn(u64, u64) -> u64) -> Bits {
        Bits { words: self.words.iter().zip(&other.words).map(|(a, b)| this(*a, *b)).collect(), len: self.len }
    }

    /// How many only this has, and how many only the other.
    pub fn only(&self, other: &Bits) -> [u64; 2] {
        [self.with(other, |a, b| a & !b).count(), self.with(other, |a, b| b & !a).count()]
    }

    /// The positions of all yes.
    pub fn positions(&self) -> impl Iterator<Item = usize> {
        self.words.iter().enumerate().flat_map(|(i, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                let bit = (left != 0).then(|| left.trailing_zeros() as usize)?;
                left &= left - 1;
                Some(i * 64 + bit)
            })
        })
    }
}

/// Written as the gaps between one yes and the next, with how many bits there are: few are yes.
impl Serialize for Bits {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut text = format!("{:x}", self.len);
        let mut next = 0;
        for at in self.positions() {
            text.push_str(&format!(" {:x}", at - next));
            next = at + 1;
        }
        serializer.serialize_str(&text)
    }
}

impl<'de> Deserialize<'de> for Bits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let wrong = || D::Error::custom("these are no bits");
        let mut numbers = text.split(' ').map(|part| usize::from_str_radix(part, 16));
        let len = numbers.next().and_then(Result::ok).filter(|len| *len <= 1 << 40).ok_or_else(wrong)?;
        let mut bits = Bits { words: Vec::new(), len };
        bits.words.try_reserve(len.div_ceil(64)).map_err(|_| wrong())?;
        bits.words.resize(len.div_ceil(64), 0);
        let mut next = 0usize;
        for gap in numbers {
            let at = next.checked_add(gap.map_err(|_| wrong())?).filter(|at| *at < len).ok_or_else(wrong)?;
            bits.set(at);
            next = at + 1;
        }
        Ok(bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(len: usize, set: &[usize]) -> Bits {
        let mut bits = Bits::new(len);
        set.iter().for_each(|at| bits.set(*at));
        bits
    }

    #[test]
    fn two_are_compared_order_by_order() {
        let (a, b) = (of(200, &[0, 3, 64, 199]), of(200, &[3, 65]));
        assert_eq!((a.count(), a.only(&b)), (4, [3, 1]));
        assert_eq!(a.positions().collect::<Vec<_>>(), [0, 3, 64, 199]);
    }

    #[test]
    fn what_is_written_is_read_again() {
        for bits in [of(0, &[]), of(1, &[0]), of(130, &[0, 1, 63, 64, 129])] {
            let text = serde_json::to_string(&bits).expect("a text");
            assert_eq!(serde_json::from_str::<Bits>(&text).expect("bits"), bits, "{text}");
        }
        for text in ["\"\"", "\"x\"", "\"2 5\"", "\"ffffffffffffff\"", "7"] {
            assert!(serde_json::from_str::<Bits>(text).is_err(), "{text}");
        }
    }
}
