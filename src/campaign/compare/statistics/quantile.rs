//! Quantiles with intervals that hold whatever the distribution: the order statistics between which the quantile lies.
//!
//! Called by `evaluate`. It must not know what is measured.

use super::Z;

/// The ranks, from 1, of the quantile `p` of `of` values, and of the ends of its interval; `None` of no values. An end that
/// lies beyond the values is the first or the last of them.
pub fn ranks(p: f64, of: u64) -> Option<[u64; 3]> {
    if of == 0 {
        return None;
    }
    let n = of as f64;
    let half = Z * (n * p * (1.0 - p)).sqrt();
    let rank = |at: f64| (at.max(1.0) as u64).min(of);
    Some([rank((n * p).ceil()), rank((n * p - half).floor()), rank((n * p + half).ceil() + 1.0)])
}

/// The value of a rank, from 1, among values and how often each occurs, increasing; `None` beyond the last.
pub fn value_at(rank: u64, values: impl IntoIterator<Item = (u64, u64)>) -> Option<u64> {
    let mut before = 0;
    values.into_iter().find_map(|(value, count)| {
        before += count;
        (before >= rank).then_some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranks_are_those_of_the_binomial() {
        // For the median of 100: the 40th and the 61st (Conover), and the median of 1 is all that there is.
        assert_eq!(ranks(0.5, 100), Some([50, 40, 61]));
        assert_eq!(ranks(0.99, 10_000), Some([9900, 9880, 9921]));
        assert_eq!(ranks(0.5, 1), Some([1, 1, 1]));
        assert_eq!(ranks(0.5, 0), None);
    }

    #[test]
    fn a_rank_has_its_value() {
        let values = [(5, 2), (7, 1), (9, 3)];
        let found = [1, 2, 3, 4, 6, 7].map(|rank| value_at(rank, values));
        assert_eq!(found, [Some(5), Some(5), Some(7), Some(9), Some(9), None]);
    }
}
