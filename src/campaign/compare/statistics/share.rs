//! Shares: Wilson's interval.
//!
//! Called by `evaluate`. It must not know what is counted.

use super::Z;

/// The interval of a share of which `count` out of `of` were seen; everything where there is nothing to see.
pub fn wilson(count: u64, of: u64) -> [f64; 2] {
    if of == 0 {
        return [0.0, 1.0];
    }
    let (n, p) = (of as f64, count as f64 / of as f64);
    let centre = p + Z * Z / (2.0 * n);
    let half = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let whole = 1.0 + Z * Z / n;
    // None seen and all seen are ends of the interval exactly, not but for rounding.
    let low = if count == 0 { 0.0 } else { ((centre - half) / whole).max(0.0) };
    let high = if count == of { 1.0 } else { ((centre + half) / whole).min(1.0) };
    [low, high]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_those_of_the_literature() {
        // Newcombe (1998), table I, method 3.
        for (count, of, low, high) in
            [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
        {
            let [found_low, found_high] = wilson(count, of);
            assert!(
                (found_low - low).abs() < 5e-5 && (found_high - high).abs() < 5e-5,
                "{count}/{of}: {found_low} {found_high}"
            );
        }
    }

    #[test]
    fn the_ends_solve_the_score_equation() {
        for (count, of) in [(1, 10), (37, 100), (999, 1000), (5, 1_000_000_000)] {
            for end in wilson(count, of) {
                let p = count as f64 / of as f64;
                let z = (p - end).abs() / (end * (1.0 - end) / of as f64).sqrt();
                assert!((z - Z).abs() < 1e-6, "{count}/{of}: {z}");
            }
        }
    }

    #[test]
    fn nothing_and_everything_are_ends() {
        assert_eq!(wilson(0, 0), [0.0, 1.0]);
        assert_eq!(wilson(0, 5)[0], 0.0);
        assert_eq!(wilson(5, 5)[1], 1.0);
        assert!(wilson(0, 1_000_000_000)[1] < 1e-8);
    }
}
