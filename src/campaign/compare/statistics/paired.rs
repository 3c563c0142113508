//! Two shares of the same orders: McNemar's test, the interval of their difference, and how many orders it would take.
//!
//! Called by `evaluate`. It must not know what is counted.

use super::{Z, Z_POWER, two_sided};

/// Up to so many orders in which the two differ the test is exact.
const EXACT: u64 = 1000;

/// How probable it is that the two differ as much by chance: `only` the first has so many, only the second so many.
pub fn mcnemar(only: [u64; 2]) -> f64 {
    let [b, c] = only;
    let (few, all) = (b.min(c), b + c);
    if all == 0 {
        return 1.0;
    }
    if all <= EXACT {
        return (2.0 * at_most(few, all)).min(1.0);
    }
    let distance = (b.abs_diff(c) as f64 - 1.0).max(0.0);
    two_sided(distance / (all as f64).sqrt())
}

/// The probability of at most `few` heads in `all` throws of a coin.
fn at_most(few: u64, all: u64) -> f64 {
    let ln_half = (all as f64) * std::f64::consts::LN_2;
    let mut ln_choose = 0.0;
    let mut sum = 0.0;
    for heads in 0..=few {
        if heads > 0 {
            ln_choose += libm::log((all - heads + 1) as f64) - libm::log(heads as f64);
        }
        sum += libm::exp(ln_choose - ln_half);
    }
    sum
}

/// The difference of two shares of the same `of` orders, and its interval, after Agresti and Min: half an order is added
/// to each of the four counts.
pub fn difference(only: [u64; 2], of: u64) -> [f64; 3] {
    if of == 0 {
        return [0.0, -1.0, 1.0];
    }
    let [b, c] = only.map(|count| count as f64);
    let n = of as f64;
    let (b_more, c_more, n_more) = (b + 0.5, c + 0.5, n + 2.0);
    let centre = (b_more - c_more) / n_more;
    let half = Z * ((b_more + c_more) - (b_more - c_more) * (b_more - c_more) / n_more).sqrt() / n_more;
    [(b - c) / n, (centre - half).max(-1.0), (centre + half).min(1.0)]
}

/// Orders by which a difference as large as was seen would be shown four times out of five; `None` if none was seen.
pub fn needed(only: [u64; 2], of: u64) -> Option<u64> {
    let [b, c] = only.map(|count| count as f64);
    let n = of as f64;
    let (apart, difference) = ((b + c) / n, (b - c) / n);
    if difference == 0.0 || of == 0 {
        return None;
    }
    let root = Z * apart.sqrt() + Z_POWER * (apart - difference * difference).max(0.0).sqrt();
    Some((root * root / (difference * difference)).ceil() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exact_test_is_that_of_the_textbook() {
        // A coin: 2 * (1 + 10) / 2^10, and a difference of none.
        assert!((mcnemar([1, 9]) - 22.0 / 1024.0).abs() < 1e-12);
        assert!((mcnemar([9, 1]) - 22.0 / 1024.0).abs() < 1e-12);
        assert!((mcnemar([0, 5]) - 2.0 / 32.0).abs() < 1e-12);
        assert_eq!(mcnemar([0, 0]), 1.0);
        assert_eq!(mcnemar([7, 7]), 1.0);
    }

    #[test]
    fn the_approximation_meets_the_exact_test() {
        let (exact, near) = (2.0 * at_most(455, 1000), two_sided(89.0 / 1000f64.sqrt()));
        assert!((exact - near).abs() < 1e-4, "{exact} {near}");
        assert!(mcnemar([600_000, 500_000]) < 1e-300);
        assert!((mcnemar([600, 600]) - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_difference_lies_in_its_interval() {
        // Agresti and Min (2005), their table 1: 150 and 86 of 1600: 0.04, from 0.0222 to 0.0578 or so.
        let [value, low, high] = difference([150, 86], 1600);
        assert!((value - 0.04).abs() < 1e-12);
        assert!((low - 0.0212).abs() < 1e-3 && (high - 0.0588).abs() < 1e-3, "{low} {high}");
        let [none, low, high] = difference([0, 0], 100_000);
        assert!(none == 0.0 && low < 0.0 && high > 0.0 && (low + high).abs() < 1e-15);
    }

    #[test]
    fn sample_sizes_are_those_of_the_formula() {
        // Connor (1987): 20 % and 10 % only on one side: (1.96 sqrt(0.3) + 0.8416 sqrt(0.29))^2 / 0.01 = 233.1.
        assert_eq!(needed([20, 10], 100), Some(234));
        assert_eq!(needed([10, 20], 100), Some(234));
        assert_eq!(needed([3, 3], 100), None);
    }
}
