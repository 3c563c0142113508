//! Distributions of sizes, mostly latencies: a random word in, a whole number of microseconds out.
//!
//! Built when a scenario is loaded; sampled by the choosers, in the hot path. Curves become tables of whole numbers when
//! they are built, so that sampling computes with integers only. It must not know where words come from, nor what the
//! sizes are for.

use crate::kernel::time::{LONGEST, Micros, format_duration};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// A distribution of whole numbers, usually durations. Small, and cheap to clone.
///
/// ```
/// use paychaos::kernel::Distribution;
/// let latency = Distribution::uniform(5_000, 50_000)?;
/// assert_eq!((latency.quantile(0), latency.median(), latency.maximum()), (5_000, 27_500, 50_000));
/// assert_eq!(latency.describe(), "uniform 5ms to 50ms");
/// # Ok::<(), paychaos::kernel::DistributionError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distribution {
    median: Micros,
    form: Form,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Form {
    /// A single value is a count of 1.
    Uniform {
        low: Micros,
        count: u64,
    },
    List(Arc<[Micros]>),
    Curve(Arc<Curve>),
}

/// Why there is no such distribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DistributionError {
    /// The lower end of a uniform distribution is above its upper end.
    Reversed(Micros, Micros),
    /// The 99th percentile (second) of a lognormal distribution is below its median (first).
    Descending(Micros, Micros),
    /// The parameter of this name must not be 0.
    Zero(&'static str),
    /// A list without values.
    Empty,
    /// A value above 100 years.
    TooLong(Micros),
}

impl DistributionError {
    /// It in words, its sizes written by `show`: they need not be durations.
    pub fn told(self, show: &dyn Fn(u64) -> String) -> String {
        match self {
            Self::Reversed(low, high) => format!("the lower end {} is above the upper end {}", show(low), show(high)),
            Self::Descending(median, p99) => format!("the p99 {} is below the median {}", show(p99), show(median)),
            Self::Zero(name) => format!("the {name} must be above 0"),
            Self::Empty => "the list needs at least one value".to_owned(),
            Self::TooLong(us) => format!("{} is longer than 100 years", format_duration(us)),
        }
    }
}

impl std::fmt::Display for DistributionError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.told(&format_duration))
    }
}

impl std::error::Error for DistributionError {}

type Built = Result<Distribution, DistributionError>;

impl Distribution {
    /// Always `us`.
    /// Errors: a value above 100 years, as for all of these.
    pub fn fixed(us: Micros) -> Built {
        Ok(Distribution { median: within_limit(us)?, form: Form::Uniform { low: us, count: 1 } })
    }

    /// Any value from `low` to `high`, both included, each equally likely.
    /// Errors: reversed ends.
    pub fn uniform(low: Micros, high: Micros) -> Built {
        if low >= high {
            return if low == high { Self::fixed(low) } else { Err(DistributionError::Reversed(low, high)) };
        }
        within_limit(high)?;
        Ok(Self::of(Form::Uniform { low, count: high - low + 1 }))
    }

    /// Exponential with this mean.
    /// Errors: zero mean.
    pub fn exponential(mean: Micros) -> Built {
        Self::curve(Law::Exponential { mean: positive("mean", mean)? })
    }

    /// Lognormal by its median and its 99th percentile.
    /// Errors: zero median, 99th percentile below the median.
    pub fn lognormal(median: Micros, p99: Micros) -> Built {
        if p99 <= positive("median", median)? {
            return if p99 == median { Self::fixed(p99) } else { Err(DistributionError::Descending(median, p99)) };
        }
        Self::curve(Law::Lognormal { median, p99: within_limit(p99)? })
    }

    /// Pareto: never below `minimum`; the shape is alpha in thousandths (1500 is alpha = 1.5), and the smaller it is, the
    /// heavier the tail. Values end at 100 years.
    /// Errors: zero minimum, zero shape.
    pub fn pareto(minimum: Micros, shape_milli: u32) -> Built {
        positive("shape", shape_milli.into())?;
        Self::curve(Law::Pareto { minimum: positive("minimum", minimum)?, shape_milli })
    }

    /// One of `values`, each equally likely; a value given twice is twice as likely.
    /// Errors: empty list.
    pub fn list(mut values: Vec<Micros>) -> Built {
        values.sort_unstable();
        within_limit(*values.last().ok_or(DistributionError::Empty)?)?;
        Ok(Self::of(Form::List(values.into())))
    }

    fn curve(law: Law) -> Built {
        Ok(Self::of(Form::Curve(Curve::shared(law))))
    }

    fn of(form: Form) -> Self {
        let mut new = Distribution { median: 0, form };
        new.median = new.quantile(1 << 31);
        new
    }

    /// The value below which the fraction `word / 2^32` lies: never falling as `word` rises.
    #[inline(always)]
    pub fn quantile(&self, word: u32) -> Micros {
        match &self.form {
            Form::Uniform { low, count } => low + part(*count, word),
            Form::List(values) => values[part(values.len() as u64, word) as usize],
            Form::Curve(curve) => curve.quantile(word),
        }
    }

    /// The median: exactly `quantile(1 << 31)`.
    #[inline]
    pub fn median(&self) -> Micros {
        self.median
    }

    /// The only value, if the distribution was built with one: a sample needs no word.
    #[inline]
    pub fn constant(&self) -> Option<Micros> {
        matches!(self.form, Form::Uniform { count: 1, .. }).then_some(self.median)
    }

    /// The largest value a sample can have.
    pub fn maximum(&self) -> Micros {
        self.quantile(u32::MAX)
    }

    /// In words, for people: `uniform 5ms to 50ms`.
    pub fn describe(&self) -> String {
        let show = format_duration;
        match &self.form {
            Form::Uniform { low, count: 1 } => format!("fixed {}", show(*low)),
            Form::Uniform { low, count } => format!("uniform {} to {}", show(*low), show(low + count - 1)),
            Form::List(values) => format!("list {}", values.iter().copied().map(show).collect::<Vec<_>>().join(", ")),
            Form::Curve(curve) => match curve.law {
                Law::Exponential { mean } => format!("exponential mean {}", show(mean)),
                Law::Lognormal { median, p99 } => format!("lognormal median {} p99 {}", show(median), show(p99)),
                Law::Pareto { minimum, shape_milli } => {
                    let (whole, thousandths) = (shape_milli / 1000, shape_milli % 1000);
                    format!("pareto minimum {} shape {whole}.{thousandths:03}", show(minimum))
                }
            },
        }
    }
}

fn within_limit(us: Micros) -> Result<Micros, DistributionError> {
    if us <= LONGEST { Ok(us) } else { Err(DistributionError::TooLong(us)) }
}

fn positive(name: &'static str, value: u64) -> Result<u64, DistributionError> {
    if value > 0 { within_limit(value) } else { Err(DistributionError::Zero(name)) }
}

/// `whole * word / 2^32`, rounded down.
#[inline]
fn part(whole: u64, word: u32) -> u64 {
    ((u128::from(whole) * u128::from(word)) >> 32) as u64
}

/// A continuous distribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Law {
    Exponential { mean: Micros },
    Lognormal { median: Micros, p99: Micros },
    Pareto { minimum: Micros, shape_milli: u32 },
}

impl Law {
    /// The value with the probability `below` under it and `above = 1 - below` over it.
    fn quantile(self, below: f64, above: f64) -> f64 {
        match self {
            Law::Exponential { mean } => mean as f64 * -libm::log(above),
            Law::Lognormal { median, p99 } => {
                let sigma = libm::log(p99 as f64 / median as f64) / NORMAL_P99;
                let z = if below < above { lower_normal(below) } else { -lower_normal(above) };
                median as f64 * libm::exp(sigma * z)
            }
            Law::Pareto { minimum, shape_milli } => minimum as f64 * libm::pow(above, -1000.0 / f64::from(shape_milli)),
        }
    }
}

/// The 99th percentile of the standard normal distribution.
const NORMAL_P99: f64 = 2.326_347_874_040_841;

/// The quantile of the standard normal distribution for `p` up to a half: the rational approximation 26.2.23 of
/// Abramowitz and Stegun, then two steps of Halley's method.
fn lower_normal(p: f64) -> f64 {
    if p == 0.5 {
        return 0.0;
    }
    let t = libm::sqrt(-2.0 * libm::log(p));
    let start = (2.515517 + t * (0.802853 + t * 0.010328)) / (1.0 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
    (0..2).fold(start, |z, _| {
        let error = libm::erfc(-z / std::f64::consts::SQRT_2) / 2.0 - p;
        let step = error * libm::sqrt(std::f64::consts::TAU) * libm::exp(z * z / 2.0);
        z - step / (1.0 + z * step / 2.0)
    })
}

/// Rows of a curve: from the middle outwards, each row has half the probability of the one before it.
const ROWS: usize = 64;
/// Cells of a row, equally wide; between their ends a curve is straight.
const CELLS: usize = 64;

/// A law as a table. Row `32 - n` is for words with `n` leading zeros, row `31 + n` for those with `n` leading ones: both
/// tails are as finely cut as the middle. The outermost ends are half a word from 0 and 1, where values are finite.
#[derive(PartialEq, Eq)]
struct Curve {
    law: Law,
    points: [Micros; ROWS * CELLS + 1],
}

impl std::fmt::Debug for Curve {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.law.fmt(f)
    }
}

/// Curves in use, by law: building one takes as long as simulating thousands of events.
static IN_USE: Mutex<Vec<(Law, Weak<Curve>)>> = Mutex::new(Vec::new());

impl Curve {
    /// The curve of a law: the one in use, if there is one.
    fn shared(law: Law) -> Arc<Self> {
        let mut in_use = IN_USE.lock().unwrap_or_else(PoisonError::into_inner);
        let known = in_use.iter().find(|(known, _)| *known == law);
        if let Some(curve) = known.and_then(|(_, curve)| curve.upgrade()) {
            return curve;
        }
        let curve = Arc::new(Curve::new(law));
        in_use.retain(|(_, curve)| curve.strong_count() > 0);
        in_use.push((law, Arc::downgrade(&curve)));
        curve
    }

    fn new(law: Law) -> Self {
        let mut points = [0; ROWS * CELLS + 1];
        let mut last = 0;
        for (i, point) in points.iter_mut().enumerate() {
            let (row, along) = ((i / CELLS) as i32, (i % CELLS) as f64 / CELLS as f64);
            let below = if row < 32 { libm::ldexp(1.0 + along, row - 33) } else { 1.0 - libm::ldexp(2.0 - along, 30 - row) };
            last = (libm::round(law.quantile(below, 1.0 - below)) as Micros).clamp(last, LONGEST);
            *point = last;
        }
        Curve { law, points }
    }

    /// Without branches: all ones in `mirror` turn a word of the upper half, and its row, into the lower half's and back.
    #[inline]
    fn quantile(&self, word: u32) -> Micros {
        let mirror = (word.cast_signed() >> 31).cast_unsigned();
        let top = (((word ^ mirror) << 1) | 1).ilog2();
        let row = (top ^ mirror) & 63;
        let along = ((u64::from(word) << 33) >> top) as u32;
        let cell = row as usize * CELLS + (along >> 26) as usize;
        let (from, to) = (self.points[cell], self.points[cell + 1]);
        from + part(to - from, along << 6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn all() -> [Distribution; 6] {
        use Distribution as D;
        let list = D::list(vec![30_000, 10_000, 20_000, 10_000]);
        let curves = [D::exponential(100_000), D::lognormal(60_000, 900_000), D::pareto(1_000, 1_500)];
        let [exponential, lognormal, pareto] = curves;
        [D::fixed(5_000), D::uniform(5_000, 50_000), list, exponential, lognormal, pareto].map(Result::unwrap)
    }

    /// The values are part of the contract: a seed written down today must mean the same in ten years.
    #[test]
    fn values_are_pinned() {
        const WORDS: [u32; 6] = [0, 12_345_678, 1 << 30, 1 << 31, 4_000_000_000, u32::MAX];
        assert_eq!(all().map(|of| WORDS.map(|word| of.quantile(word))), PINNED);
    }
    const PINNED: [[Micros; 6]; 6] = [
        [5000, 5000, 5000, 5000, 5000, 5000],
        [5000, 5129, 16250, 27500, 46910, 50000],
        [10000, 10000, 10000, 20000, 30000, 30000],
        [0, 287, 28768, 69315, 267835, 2218071],
        [37, 2409, 27363, 60000, 338271, 84698472],
        [1000, 1002, 1211, 1587, 5962, 2642245950],
    ];

    #[test]
    fn curves_are_accurate() {
        for (p, z) in [(0.5, 0.0), (0.25, 0.674489750196), (0.01, 2.326347874041), (1e-5, 4.264890793923)] {
            assert!((lower_normal(p) + z).abs() < 1e-11, "{p}");
        }
        let (mean, median, p99, minimum) = (1 << 32, 1 << 32, 1 << 36, 1 << 20);
        let pareto = [600, 1_500].map(|shape_milli| Law::Pareto { minimum, shape_milli });
        for law in [Law::Exponential { mean }, Law::Lognormal { median, p99 }].into_iter().chain(pareto) {
            let curve = Curve::new(law);
            for word in (4_294_967..4_294_924_346).step_by(99_991) {
                let below = f64::from(word) / 4_294_967_296.0;
                let ratio = curve.quantile(word) as f64 / law.quantile(below, 1.0 - below);
                assert!((ratio - 1.0).abs() < 0.005, "{law:?} {below} {ratio}");
            }
        }
    }

    #[test]
    fn quantiles_never_fall() {
        let all = all();
        proptest!(|(a: u32, b: u32, tail in 0u32..32)| {
            for of in &all {
                for (a, b) in [(a, b), (a >> tail, b >> tail), (!(a >> tail), !(b >> tail)), (a, a.saturating_add(1))] {
                    prop_assert!(of.quantile(a.min(b)) <= of.quantile(a.max(b)), "{of:?}");
                }
                prop_assert!(of.quantile(a) <= of.maximum());
            }
        });
    }

    #[test]
    fn the_median_is_exact_and_shown() {
        let shown = all().map(|of| (of.median(), of.constant(), of.describe()));
        let expected = [
            (5_000, Some(5_000), "fixed 5ms"),
            (27_500, None, "uniform 5ms to 50ms"),
            (20_000, None, "list 10ms, 10ms, 20ms, 30ms"),
            (69_315, None, "exponential mean 100ms"),
            (60_000, None, "lognormal median 60ms p99 900ms"),
            (1_587, None, "pareto minimum 1ms shape 1.500"),
        ];
        assert_eq!(shown, expected.map(|(median, constant, text)| (median, constant, text.to_string())));
        assert_eq!(Distribution::uniform(7, 7), Distribution::fixed(7));
    }

    #[test]
    fn what_is_wrong_is_said() {
        use Distribution as D;
        let cases = [
            (D::uniform(50_000, 5_000), "the lower end 50ms is above the upper end 5ms"),
            (D::lognormal(5_000, 1_000), "the p99 1ms is below the median 5ms"),
            (D::lognormal(0, 1_000), "the median must be above 0"),
            (D::exponential(0), "the mean must be above 0"),
            (D::pareto(0, 1_500), "the minimum must be above 0"),
            (D::pareto(1_000, 0), "the shape must be above 0"),
            (D::list(vec![]), "the list needs at least one value"),
            (D::list(vec![1, LONGEST + crate::kernel::DAY]), "36526d00h is longer than 100 years"),
        ];
        for (built, text) in cases {
            assert_eq!(built.unwrap_err().to_string(), text);
        }
    }
}
