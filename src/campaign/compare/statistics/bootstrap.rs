//! The bootstrap over groups of orders: means, and differences of means, with intervals; how probable a difference is by
//! chance, and how many orders it would take to show it.
//!
//! Every group is a small sample of the whole; what is drawn is which groups come how often. The draws are the same for all
//! that is compared, so that differences stay paired. Called by `evaluate`. It must not know what is measured.

use super::{CONFIDENCE, Z, Z_POWER, two_sided};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// Draws.
const DRAWS: usize = 1000;

/// The draws, made once.
#[derive(Clone, Debug)]
pub struct Bootstrap {
    /// By draw and group: how often it comes.
    times: Vec<f64>,
    /// Orders of each group.
    sizes: Vec<f64>,
    /// Orders in each draw.
    drawn: Vec<f64>,
}

impl Bootstrap {
    /// For groups of these sizes.
    pub fn new(sizes: Vec<f64>) -> Self {
        let groups = sizes.len();
        let mut generator = ChaCha8Rng::seed_from_u64(0x0070_6179_6368_616f);
        let mut times = vec![0.0; DRAWS * groups];
        for draw in 0..DRAWS {
            for _ in 0..groups {
                // The upper half of a product maps a word to a number below `groups`.
                let group = (u64::from(generator.next_u32()) * groups as u64) >> 32;
                times[draw * groups + group as usize] += 1.0;
            }
        }
        let mut bootstrap = Bootstrap { times, sizes, drawn: Vec::new() };
        bootstrap.drawn = bootstrap.draw(&bootstrap.sizes);
        bootstrap
    }

    /// The mean per order of something of which each group has so much, and its interval.
    pub fn mean(&self, of: &[f64]) -> [f64; 3] {
        self.ratio(of, &self.sizes, &self.drawn)
    }

    /// The mean of something per something else, both by group; `None` where there is nothing else.
    pub fn per(&self, of: &[f64], other: &[f64]) -> Option<[f64; 3]> {
        let drawn = self.draw(other);
        (other.iter().sum::<f64>() > 0.0).then(|| self.ratio(of, other, &drawn))
    }

    /// The difference of two such means, and how probable it is by chance; `None` where one of them is none.
    pub fn per_less(&self, [of, other]: [&[f64]; 2], [of_b, other_b]: [&[f64]; 2]) -> Option<([f64; 3], f64)> {
        let sum = |groups: &[f64]| groups.iter().sum::<f64>();
        if sum(other) <= 0.0 || sum(other_b) <= 0.0 {
            return None;
        }
        let value = sum(of) / sum(other) - sum(of_b) / sum(other_b);
        let all = [of, other, of_b, other_b].map(|groups| self.draw(groups));
        let each = (0..DRAWS).filter(|i| all[1][*i] > 0.0 && all[3][*i] > 0.0);
        let drawn: Vec<f64> = each.map(|i| all[0][i] / all[1][i] - all[2][i] / all[3][i]).collect();
        let mean = sum(&drawn) / drawn.len() as f64;
        let spread = (drawn.iter().map(|one| (one - mean) * (one - mean)).sum::<f64>() / drawn.len() as f64).sqrt();
        let p = if value == 0.0 { 1.0 } else { two_sided(value / spread.max(f64::MIN_POSITIVE)) };
        Some((interval(value, drawn), p))
    }

    /// A sum by draw.
    fn draw(&self, of: &[f64]) -> Vec<f64> {
        self.times.chunks(self.sizes.len().max(1)).map(|times| dot(times, of)).collect()
    }

    fn ratio(&self, of: &[f64], other: &[f64], drawn: &[f64]) -> [f64; 3] {
        let value = of.iter().sum::<f64>() / other.iter().sum::<f64>();
        if of.iter().all(|group| *group == 0.0) {
            return [value, value, value];
        }
        let each = self.times.chunks(self.sizes.len()).zip(drawn);
        interval(value, each.filter(|(_, drawn)| **drawn > 0.0).map(|(times, drawn)| dot(times, of) / drawn).collect())
    }

    /// How probable it is that a mean is as far from 0 by chance: by its groups' spread.
    pub fn p_value(&self, of: &[f64]) -> f64 {
        match self.z(of) {
            Some(z) => two_sided(z),
            None => 1.0,
        }
    }

    /// Orders by which a mean as far from 0 as was seen would be shown four times out of five; `None` if it is 0.
    pub fn needed(&self, of: &[f64]) -> Option<u64> {
        let z = self.z(of).filter(|z| *z != 0.0)?;
        let orders: f64 = self.sizes.iter().sum();
        let times = (Z + Z_POWER) / z;
        Some((orders * times * times).ceil() as u64)
    }

    /// The mean in units of its standard error; `None` if nothing differs from 0.
    fn z(&self, of: &[f64]) -> Option<f64> {
        let groups: Vec<(f64, f64)> =
            of.iter().copied().zip(self.sizes.iter().copied()).filter(|(_, size)| *size > 0.0).collect();
        let count = groups.len() as f64;
        let mean = of.iter().sum::<f64>() / self.sizes.iter().sum::<f64>();
        // Of the sums, not of the means: where groups differ in size their weight does, too.
        let size = self.sizes.iter().sum::<f64>() / count;
        let spread: f64 = groups.iter().map(|(sum, own)| (sum - mean * own) * (sum - mean * own)).sum();
        let error = (spread / (count - 1.0).max(1.0) / count).sqrt() / size;
        if mean == 0.0 || count < 2.0 { None } else { Some(mean / error.max(f64::MIN_POSITIVE)) }
    }
}

/// A value, and the interval that its draws show.
fn interval(value: f64, mut drawn: Vec<f64>) -> [f64; 3] {
    drawn.sort_by(f64::total_cmp);
    let tail = (drawn.len() as f64 * (1.0 - CONFIDENCE) / 2.0) as usize;
    match drawn.get(tail..drawn.len().saturating_sub(tail)) {
        Some([low, .., high]) => [value, *low, *high],
        Some(_) | None => [value, value, value],
    }
}

/// The sum of products. Four at a time: in a fixed order, so it is the same everywhere.
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 4];
    let (fours_a, rest_a) = a.as_chunks::<4>();
    let (fours_b, rest_b) = b.as_chunks::<4>();
    for (a, b) in fours_a.iter().zip(fours_b) {
        for lane in 0..4 {
            sums[lane] += a[lane] * b[lane];
        }
    }
    let rest: f64 = rest_a.iter().zip(rest_b).map(|(a, b)| a * b).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_vary_has_no_interval() {
        let bootstrap = Bootstrap::new(vec![10.0; 64]);
        assert_eq!(bootstrap.mean(&[20.0; 64]), [2.0, 2.0, 2.0]);
        assert_eq!(bootstrap.mean(&[0.0; 64]), [0.0, 0.0, 0.0]);
        assert_eq!((bootstrap.p_value(&[0.0; 64]), bootstrap.needed(&[0.0; 64])), (1.0, None));
    }

    #[test]
    fn intervals_are_as_wide_as_the_normal_ones() {
        // Sums 0, 1, ... 9 over and over: mean 4.5, variance 8.25; 200 groups of 1: standard error 0.2036.
        let sums: Vec<f64> = (0..200).map(|i| f64::from(i % 10)).collect();
        let bootstrap = Bootstrap::new(vec![1.0; 200]);
        let [mean, low, high] = bootstrap.mean(&sums);
        let error = (8.25f64 / 199.0).sqrt();
        assert_eq!(mean, 4.5);
        assert!((low - (4.5 - Z * error)).abs() < 0.05 && (high - (4.5 + Z * error)).abs() < 0.05, "{low} {high}");
        assert!(bootstrap.p_value(&sums) < 1e-50);
        let centred: Vec<f64> = sums.iter().map(|sum| sum - 4.4).collect();
        assert!((bootstrap.p_value(&centred) - two_sided(0.1 / error)).abs() < 1e-9);
        let needed = bootstrap.needed(&centred).expect("a difference");
        assert!((needed as f64 - 8.25 * 200.0 / 199.0 * (Z + Z_POWER).powi(2) / 0.01).abs() < 2.0, "{needed}");
    }

    #[test]
    fn a_difference_of_ratios_is_told_from_chance() {
        let bootstrap = Bootstrap::new(vec![1.0; 200]);
        let other = [1.0; 200];
        let sums: Vec<f64> = (0..200).map(|i| f64::from(i % 10)).collect();
        let more: Vec<f64> = sums.iter().map(|sum| sum + f64::from(u8::from(*sum > 4.0))).collect();
        let apart = |a: &[f64], b: &[f64]| bootstrap.per_less([a, &other], [b, &other]).expect("there is something");
        let ([value, low, high], p) = apart(&more, &sums);
        assert!((value - 0.5).abs() < 1e-12 && low > 0.4 && high < 0.6 && p < 1e-10, "{value} {low} {high} {p}");
        assert_eq!(apart(&sums, &sums), ([0.0; 3], 1.0));
        assert_eq!(bootstrap.per_less([&sums, &other], [&sums, &[0.0; 200]]), None);
    }

    #[test]
    fn draws_are_pinned() {
        let bootstrap = Bootstrap::new(vec![1.0; 4]);
        assert_eq!(bootstrap.times[..12].iter().sum::<f64>(), 12.0);
        assert_eq!(bootstrap.mean(&[0.0, 0.0, 0.0, 4.0]), [1.0, 0.0, 3.0]);
    }
}
