//! Ranges of values as they are written, `{between: [low, high]}`: in which steps they are drawn, and how a drawn one is
//! written again.
//!
//! Called by `open`. It must not know in which keys they stand.

use super::scalar::scaled;
use crate::kernel::{DAY, Micros, format_instant, parse_duration, parse_instant, parse_time_of_day};

/// So many decimals are counted at most.
const MOST_PLACES: usize = 12;

/// A range of values of one kind.
pub(super) struct Span {
    /// What it counts.
    pub unit: Unit,
    /// The first.
    pub low: i128,
    /// The last.
    pub high: i128,
}

/// What the numbers of a range count: the steps in which it is drawn.
pub(super) enum Unit {
    /// Whole numbers.
    Whole,
    /// So many decimals.
    Decimal(usize),
    /// Microseconds; behind, if negative.
    Time,
    /// A deadline's.
    BusinessDays,
    /// So many decimals of events in this time.
    Rate(String, usize),
    /// A time that comes every day.
    TimeOfDay,
    /// A moment.
    Instant,
}

impl Span {
    /// The range between two values as they are written, in the first unit in which both can be.
    pub fn read(low: &str, high: &str) -> Option<Self> {
        let (low, high) = (low.trim(), high.trim());
        let places = places(low).max(places(high));
        let slower = [low, high].into_iter().filter_map(|rate| rate.split_once('/')).map(|(_, unit)| unit.trim());
        let slower = slower.max_by_key(|unit| one(unit)).unwrap_or_default().to_owned();
        let units = [
            Unit::Whole,
            Unit::Decimal(places),
            Unit::Time,
            Unit::BusinessDays,
            Unit::Rate(slower, places),
            Unit::TimeOfDay,
            Unit::Instant,
        ];
        units.into_iter().find_map(|unit| Some(Span { low: unit.read(low)?, high: unit.read(high)?, unit }))
    }
}

impl Unit {
    /// A value as it is written, in steps.
    pub fn read(&self, text: &str) -> Option<i128> {
        let value = match self {
            Unit::Whole => text.parse().ok()?,
            Unit::Decimal(places) => scaled(text, *places)?,
            Unit::Time => {
                let (sign, size) = text.strip_prefix('-').map_or((1, text), |size| (-1, size));
                return parse_duration(size).ok().map(|size| sign * i128::from(size));
            }
            Unit::BusinessDays => text.strip_suffix("bd")?.trim().parse().ok()?,
            Unit::Rate(slower, places) => {
                let (number, unit) = text.split_once('/')?;
                scaled(number, *places)?.checked_mul(one(slower)? / one(unit.trim())?)?
            }
            Unit::TimeOfDay if text == "24:00" => DAY,
            Unit::TimeOfDay => parse_time_of_day(text).ok()?,
            Unit::Instant => parse_instant(text).ok()?,
        };
        Some(i128::from(value))
    }

    /// So many steps, as they are written.
    pub fn write(&self, value: i128) -> String {
        match self {
            Unit::Whole => value.to_string(),
            Unit::Decimal(places) => decimal(value, *places),
            Unit::Time => format!("{value}us"),
            Unit::BusinessDays => format!("{value}bd"),
            Unit::Rate(unit, places) => format!("{}/{unit}", decimal(value, *places)),
            Unit::TimeOfDay if value == i128::from(DAY) => "24:00".to_owned(),
            Unit::TimeOfDay => format_instant(value as Micros).split(' ').nth(1).unwrap_or_default().to_owned(),
            Unit::Instant => format_instant(value as Micros),
        }
    }
}

/// One unit of time.
fn one(unit: &str) -> Option<Micros> {
    parse_duration(&format!("1{unit}")).ok()
}

/// The decimals with which a number, or that of a rate, is written; with an exponent, those that it takes.
fn places(text: &str) -> usize {
    let number = text.split_once('/').map_or(text, |(number, _)| number).trim();
    match number.split_once('.') {
        _ if number.contains(['e', 'E']) => (0..MOST_PLACES).find(|places| scaled(number, *places).is_some()).unwrap_or(0),
        Some((_, decimals)) => decimals.len().min(MOST_PLACES),
        None => 0,
    }
}

/// A number of steps as a decimal number.
fn decimal(value: i128, places: usize) -> String {
    let digits = format!("{value:0>width$}", width = places + 1);
    let (whole, part) = digits.split_at(digits.len() - places);
    if part.is_empty() { digits } else { format!("{whole}.{part}") }
}
