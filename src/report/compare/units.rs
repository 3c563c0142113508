//! Numbers of a comparison as people read them: a value in its measure's unit, with its interval.
//!
//! Called by every format of a comparison. It must not know which measure it is.

use crate::campaign::compare::cell::Estimate;
use crate::campaign::compare::{Comparison, Unit, hundredths, percent};
use crate::kernel::format_duration;
use crate::report::paint::grouped;

/// A value in its unit: `0.21 %`, `1m02s`, `12.50`.
pub fn value(comparison: &Comparison, unit: Unit, value: f64) -> String {
    match unit {
        Unit::Share => percent(value),
        Unit::PerOrder => digits(value),
        Unit::Count => grouped(value.round() as u64),
        Unit::Micros => format_duration(value.round().max(0.0) as u64),
        Unit::Money => money(comparison, value),
        Unit::MoneySeconds => format!("{} {}·s", money(comparison, value), comparison.currency.code),
    }
}

/// A value without its unit, which stands in the heading.
pub fn bare(comparison: &Comparison, unit: Unit, of: f64) -> String {
    match unit {
        Unit::Share => hundredths(of),
        Unit::MoneySeconds => money(comparison, of),
        Unit::PerOrder | Unit::Count | Unit::Micros | Unit::Money => value(comparison, unit, of),
    }
}

/// A difference in its unit, with its sign.
pub fn difference(comparison: &Comparison, unit: Unit, difference: f64) -> String {
    let sign = if difference < 0.0 { "−" } else { "+" };
    format!("{sign}{}", value(comparison, unit, difference.abs()))
}

/// A value and its interval: `0.21 % (0.18 to 0.25 %)`.
pub fn estimate(comparison: &Comparison, unit: Unit, of: &Estimate) -> String {
    let shown = value(comparison, unit, of.value);
    match interval(comparison, unit, of) {
        Some(interval) => format!("{shown} ({interval})"),
        None => shown,
    }
}

/// The interval alone, if there is one and it is not a point.
pub fn interval(comparison: &Comparison, unit: Unit, of: &Estimate) -> Option<String> {
    let shown = |end: Option<f64>| end.map_or("?".to_owned(), |end| value(comparison, unit, end));
    match (of.low, of.high) {
        (None, None) => None,
        (Some(low), Some(high)) if low == high => None,
        (low, high) => Some(format!("{} to {}", shown(low), shown(high))),
    }
}

/// A sum of money to the last minor unit: `1,234.56`.
pub fn amount(comparison: &Comparison, minor: i64) -> String {
    let decimals = comparison.currency.decimals;
    let unit = 10u64.pow(decimals);
    let (sign, whole, part) = (if minor < 0 { "−" } else { "" }, minor.unsigned_abs() / unit, minor.unsigned_abs() % unit);
    let part = if decimals == 0 { String::new() } else { format!(".{part:0width$}", width = decimals as usize) };
    format!("{sign}{}{part}", grouped(whole))
}

fn digits(value: f64) -> String {
    match value {
        0.0 => "0".to_owned(),
        v if v < 0.0995 => format!("{v:.4}"),
        v if v < 9.95 => format!("{v:.2}"),
        v if v < 1000.0 => format!("{v:.1}"),
        v => grouped(v.round() as u64),
    }
}

fn money(comparison: &Comparison, minor: f64) -> String {
    let unit = (0..comparison.currency.decimals).fold(1.0, |unit, _| unit * 10.0);
    digits(minor / unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaign::compare::Currency;

    #[test]
    fn values_have_their_units() {
        let currency = Currency { code: "CNY".to_owned(), decimals: 2 };
        let comparison = Comparison { currency, ..Comparison::default() };
        let shown = |unit: Unit, of: f64| value(&comparison, unit, of);
        assert_eq!(shown(Unit::Micros, 62_000_000.0), "1m02s");
        assert_eq!(shown(Unit::Money, 1250.0), "12.5");
        assert_eq!(shown(Unit::MoneySeconds, 125_000_000.0), "1,250,000 CNY·s");
        assert_eq!(difference(&comparison, Unit::Share, -0.01), "−1.00 %");
        assert_eq!([1_234_567, -5, 0].map(|minor| amount(&comparison, minor)), ["12,345.67", "−0.05", "0.00"]);
        let yen = Comparison { currency: Currency { code: "JPY".to_owned(), decimals: 0 }, ..Comparison::default() };
        assert_eq!(amount(&yen, 1_234), "1,234");
        let of = Estimate { value: 0.01, low: Some(0.005), high: Some(0.02), count: None, of: None };
        assert_eq!(estimate(&comparison, Unit::Share, &of), "1.00 % (0.50 % to 2.00 %)");
    }
}
