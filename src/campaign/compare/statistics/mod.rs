//! Statistics: how sure a number is. Closed forms where there are any, and one bootstrap.
//!
//! Called by `evaluate`. It must not know what is measured. Floating point, but the same on every machine: sums in a fixed
//! order, and ln, exp and erfc from a library of our own.

pub mod bootstrap;
#[cfg(test)]
mod coverage;
pub mod paired;
pub mod quantile;
pub mod share;

/// The confidence of every interval.
pub const CONFIDENCE: f64 = 0.95;

/// The normal quantile of that confidence, two-sided.
pub const Z: f64 = 1.959_963_984_540_054;

/// The normal quantile of the power that a sample size is computed for, 0.8.
pub const Z_POWER: f64 = 0.841_621_233_572_914_2;

/// How probable it is that a normal variable is at least so far from 0.
pub fn two_sided(z: f64) -> f64 {
    libm::erfc(z.abs() / std::f64::consts::SQRT_2)
}

/// Holm's adjustment of several tests' probabilities, which keeps their order.
pub fn holm(p: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|a, b| p[*a].total_cmp(&p[*b]));
    let mut adjusted = vec![0.0; p.len()];
    let mut before: f64 = 0.0;
    for (rank, at) in order.into_iter().enumerate() {
        before = before.max((p[at] * (p.len() - rank) as f64).min(1.0));
        adjusted[at] = before;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn normal_probabilities_are_those_of_the_tables() {
        assert!((two_sided(Z) - 0.05).abs() < 1e-12);
        assert!((two_sided(1.0) - 0.317_310_507_862_914).abs() < 1e-12);
        assert_eq!(two_sided(0.0), 1.0);
        assert_eq!(two_sided(-Z), two_sided(Z));
        assert!((two_sided(2.0 * Z_POWER) / 2.0 - 0.046_177).abs() < 1e-4);
    }

    #[test]
    fn holm_multiplies_the_smallest_most() {
        // The example of Holm (1979) as worked out in textbooks: 0.01, 0.04, 0.03, 0.005.
        let adjusted = holm(&[0.01, 0.04, 0.03, 0.005]);
        for (found, expected) in adjusted.iter().zip([0.03, 0.06, 0.06, 0.02]) {
            assert!((found - expected).abs() < 1e-12, "{adjusted:?}");
        }
        assert_eq!(holm(&[]), Vec::<f64>::new());
        assert_eq!(holm(&[0.9, 0.8]), [1.0, 1.0]);
    }
}
