//! Scales: where a value stands between the ends of an axis, and which values are written beside it.
//!
//! Called by the charts. Logarithms are libm's, places are rounded: the same bytes on every machine. It must not know what is
//! drawn.

use crate::kernel::{DAY, HOUR, MILLISECOND, MINUTE, Micros, SECOND};

/// A value that is written beside an axis.
pub struct Tick {
    /// Its place, from 0 to 1.
    pub at: f64,
    /// What is written.
    pub label: String,
    /// Left out where there is little room.
    pub minor: bool,
}

/// From values to places.
pub enum Scale {
    /// Evenly from the first to the second.
    Even(f64, f64),
    /// By the logarithm, from the first to the second; what is less stands at the first.
    Log(f64, f64),
    /// Shares by their nines: 90 %, 99 %, 99.9 %... are evenly apart, up to so many; all of it stands above them.
    Nines(f64),
    /// Both signs by the logarithm, from the least that is told apart from nothing to the most.
    Signed(f64, f64),
}

/// How much of the axis of nines is for "all".
const ALL: f64 = 0.6;
/// What is written beside the axis of nines.
const NINES: [&str; 7] = ["0 %", "90 %", "99 %", "99.9 %", "99.99 %", "99.999 %", "99.9999 %"];

impl Scale {
    /// Where a value stands, from 0 to 1.
    pub fn at(&self, value: f64) -> f64 {
        let place = match *self {
            Scale::Even(low, high) => (value - low) / (high - low),
            Scale::Log(low, high) => {
                (libm::log10(value.max(low)) - libm::log10(low)) / (libm::log10(high) - libm::log10(low))
            }
            Scale::Nines(_) if value >= 1.0 => 1.0,
            Scale::Nines(nines) => (-libm::log10(1.0 - value)).min(nines) / (nines + ALL),
            Scale::Signed(least, most) => {
                let decades = libm::log10(most / least) + 1.0;
                let size = value.abs().min(most);
                let far = if size <= least { size / least } else { libm::log10(size / least) + 1.0 };
                (1.0 + far / decades * if value < 0.0 { -1.0 } else { 1.0 }) / 2.0
            }
        };
        if place.is_finite() { place.clamp(0.0, 1.0) } else { 0.0 }
    }

    /// Values to write beside it, by `label`.
    pub fn ticks(&self, label: &dyn Fn(f64) -> String) -> Vec<Tick> {
        let tick = |value: f64, minor: bool| Tick { at: self.at(value), label: label(value), minor };
        match *self {
            Scale::Even(low, high) => round_values(low, high).into_iter().map(|value| tick(value, false)).collect(),
            Scale::Log(low, high) => powers(low, high).into_iter().map(|value| tick(value, false)).collect(),
            Scale::Nines(nines) => {
                let share = |count: usize| 1.0 - libm::pow(10.0, -(count as f64));
                let known = NINES.iter().enumerate().take(nines as usize + 1);
                let tick = |at: f64, label: &str| Tick { at, label: label.to_owned(), minor: false };
                known.map(|(count, label)| tick(self.at(share(count)), label)).chain([tick(1.0, "all")]).collect()
            }
            Scale::Signed(least, most) => {
                let sizes = powers(least, most);
                let some: Vec<f64> = sizes.iter().rev().skip(1).step_by(2).copied().collect();
                let signed = |sign: f64| some.iter().enumerate().map(move |(i, size)| (size * sign, i > 0));
                signed(-1.0).chain([(0.0, false)]).chain(signed(1.0)).map(|(value, minor)| tick(value, minor)).collect()
            }
        }
    }
}

/// The times that people know, in and between two.
pub fn times(scale: &Scale, from: Micros, to: Micros) -> Vec<Tick> {
    const KNOWN: [(Micros, &str, bool); 10] = [
        (MILLISECOND, "1 ms", false),
        (10 * MILLISECOND, "10 ms", false),
        (100 * MILLISECOND, "100 ms", true),
        (SECOND, "1 s", false),
        (10 * SECOND, "10 s", false),
        (MINUTE, "1 min", true),
        (10 * MINUTE, "10 min", false),
        (HOUR, "1 h", true),
        (DAY, "1 d", false),
        (10 * DAY, "10 d", false),
    ];
    let between = KNOWN.iter().filter(|(time, ..)| (from..=to).contains(time));
    between.map(|&(time, label, minor)| Tick { at: scale.at(time as f64), label: label.to_owned(), minor }).collect()
}

/// Three to six round values between two.
fn round_values(low: f64, high: f64) -> Vec<f64> {
    let span = high - low;
    if !(span.is_finite() && span > 0.0) {
        return vec![low];
    }
    let power = libm::pow(10.0, libm::floor(libm::log10(span / 4.0)));
    let step = [1.0, 2.0, 5.0, 10.0].into_iter().map(|unit| unit * power).find(|step| span / step <= 5.0).unwrap_or(span);
    let first = libm::ceil(low / step);
    (0..=6).map(|i| (first + f64::from(i)) * step).take_while(|value| *value <= high + step * 1e-9).collect()
}

/// The powers of ten between two.
fn powers(low: f64, high: f64) -> Vec<f64> {
    let (first, last) = (libm::ceil(libm::log10(low) - 1e-9) as i32, libm::floor(libm::log10(high) + 1e-9) as i32);
    (first..=last).map(|power| libm::pow(10.0, f64::from(power))).collect()
}

/// The power of ten that is not below a value.
pub fn power_above(value: f64) -> f64 {
    libm::pow(10.0, libm::ceil(libm::log10(value) - 1e-9))
}

/// A value beside an axis, without zeros that say nothing: `100.0` is `100`.
pub fn plain(label: &str) -> String {
    let (number, unit) = label.split_once(' ').map_or((label, String::new()), |(number, unit)| (number, format!(" {unit}")));
    let short = if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { number };
    format!("{short}{unit}")
}

/// A number to sort by.
pub fn sortable(value: f64) -> String {
    format!("{value:.6e}")
}

/// A place as a share of the width: `12.3%`.
pub fn share(place: f64) -> String {
    format!("{}%", tenth(place * 100.0))
}

/// A number with a decimal at most: `12.3`, `12`.
pub fn tenth(value: f64) -> String {
    let tenths = libm::round(value * 10.0) as i64;
    let (sign, size) = (if tenths < 0 { "-" } else { "" }, tenths.unsigned_abs());
    match size % 10 {
        0 => format!("{sign}{}", size / 10),
        part => format!("{sign}{}.{part}", size / 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_between_the_ends() {
        let scales = [
            Scale::Even(-1.0, 1.0),
            Scale::Log(1.0, 1e4),
            Scale::Nines(4.0),
            Scale::Signed(1e-3, 1.0),
            Scale::Even(0.0, 0.0),
        ];
        for scale in scales {
            for value in [f64::MIN, -1.0, -1e-3, 0.0, 1e-9, 0.5, 0.999_999, 1.0, 1e9, f64::MAX] {
                assert!((0.0..=1.0).contains(&scale.at(value)), "{value}");
            }
            assert!(scale.ticks(&|_| String::new()).iter().all(|tick| (0.0..=1.0).contains(&tick.at)));
        }
        assert_eq!(Scale::Signed(1e-3, 1.0).at(0.0), 0.5);
        assert!(Scale::Nines(4.0).at(0.999) > Scale::Nines(4.0).at(0.99) && Scale::Nines(4.0).at(1.0) == 1.0);
    }

    #[test]
    fn ticks_are_round() {
        let labels =
            |scale: Scale| scale.ticks(&|value| tenth(value)).into_iter().map(|tick| tick.label).collect::<Vec<_>>();
        assert_eq!(labels(Scale::Even(0.0, 8.6)), ["0", "2", "4", "6", "8"]);
        assert_eq!(labels(Scale::Log(1.0, 1200.0)), ["1", "10", "100", "1000"]);
        assert_eq!(labels(Scale::Nines(3.0)), ["0 %", "90 %", "99 %", "99.9 %", "all"]);
        assert_eq!(["100.0", "0.0100", "1,000", "2.00 %", "10.0 s"].map(plain), ["100", "0.01", "1,000", "2 %", "10 s"]);
        assert_eq!((tenth(-0.04), tenth(-1.26), tenth(3.0)), ("0".to_owned(), "-1.3".to_owned(), "3".to_owned()));
    }
}
