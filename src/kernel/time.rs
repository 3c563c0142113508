//! Virtual time: what a microsecond is, and how people write and read durations.
//!
//! Called by every module that schedules, reads a scenario or prints a time. It must not know of days of the week (see
//! the calendar), nor of the clock of the machine.

/// An instant (microseconds since midnight of day 0) or a duration (microseconds).
pub type Micros = u64;

/// One millisecond.
pub const MILLISECOND: Micros = 1_000;
/// One second.
pub const SECOND: Micros = 1_000 * MILLISECOND;
/// One minute.
pub const MINUTE: Micros = 60 * SECOND;
/// One hour.
pub const HOUR: Micros = 60 * MINUTE;
/// One day; virtual days all have 24 hours.
pub const DAY: Micros = 24 * HOUR;

/// The longest duration anyone may write: 100 years. Far below `u64::MAX`, so that sums of a few cannot overflow.
pub(super) const LONGEST: Micros = 36_525 * DAY;

/// Most decimals that can still give whole microseconds: a week has the prime factor 2 thirteen times.
const DECIMALS: usize = 13;

/// Reads a duration: numbers with units from large to small, such as `5ms`, `1.5s`, `1h30m` or `1m 30s`.
///
/// The units are `us`, `ms`, `s`, `m` (or `min`), `h`, `d` and `w`; `0` needs none. Decimals are exact.
///
/// # Errors
///
/// A short sentence for people if there is no number, no unit or an unknown one, if units are repeated or out of order,
/// if the duration is negative, finer than a microsecond, or longer than 100 years.
///
/// ```
/// use paychaos::kernel::{HOUR, MINUTE, parse_duration};
/// assert_eq!(parse_duration("1h30m"), Ok(HOUR + 30 * MINUTE));
/// assert_eq!(parse_duration("1.5ms"), Ok(1_500));
/// assert_eq!(parse_duration("5"), Err("`5` has no unit: write 5s, 5ms, ...".to_string()));
/// ```
pub fn parse_duration(text: &str) -> Result<Micros, String> {
    let text = text.trim();
    match text {
        "" => return Err("the duration is empty: write 5s, 5ms, ...".to_string()),
        "0" => return Ok(0),
        _ if text.starts_with('-') => return Err(format!("`{text}` is negative: a duration is 0 or more")),
        _ => {}
    }
    let (mut rest, mut total, mut larger) = (text, 0, Micros::MAX);
    while !rest.is_empty() {
        let (number, after) = split_while(rest, |c| c.is_ascii_digit() || c == '.');
        let (name, after) = split_while(after.trim_start(), char::is_alphabetic);
        let ends = after.is_empty() || after.starts_with(|c: char| c.is_ascii_digit());
        if number.is_empty() || (name.is_empty() && !ends) {
            return Err(format!("`{text}` is not a duration: write 5s, 5ms, 1m30s, ..."));
        }
        if name.is_empty() {
            return Err(format!("`{number}` has no unit: write {number}s, {number}ms, ..."));
        }
        let unit = unit(name).ok_or_else(|| format!("`{name}` is not a unit: write us, ms, s, m, h, d or w"))?;
        if unit >= larger {
            return Err(format!("the units in `{text}` must go from large to small, each once"));
        }
        total += scale(number, unit)?;
        if total > LONGEST {
            return Err(format!("`{text}` is longer than 100 years"));
        }
        (larger, rest) = (unit, after.trim_start());
    }
    Ok(total)
}

/// The part of `text` before the first character that is not `wanted`, and the rest.
fn split_while(text: &str, wanted: impl Fn(char) -> bool) -> (&str, &str) {
    text.split_at(text.find(|c| !wanted(c)).unwrap_or(text.len()))
}

fn unit(name: &str) -> Option<Micros> {
    Some(match name {
        "us" | "µs" | "μs" => 1,
        "ms" => MILLISECOND,
        "s" => SECOND,
        "m" | "min" => MINUTE,
        "h" => HOUR,
        "d" => DAY,
        "w" => 7 * DAY,
        _ => return None,
    })
}

/// The decimal `number` times `unit`, exactly, at most [`LONGEST`].
pub(super) fn scale(number: &str, unit: Micros) -> Result<Micros, String> {
    let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
    if [whole, decimals].iter().any(|part| part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit())) {
        return Err(format!("`{number}` is not a number: write 1.5"));
    }
    let too_fine = || format!("`{number}` has more decimals than whole microseconds allow");
    let decimals = decimals.trim_end_matches('0');
    if decimals.len() > DECIMALS {
        return Err(too_fine());
    }
    let part = decimals.bytes().fold(0, |sum, digit| sum * 10 + u128::from(digit - b'0')) * u128::from(unit);
    let scale = 10u128.pow(decimals.len() as u32);
    if part % scale != 0 {
        return Err(too_fine());
    }
    let whole = whole.parse::<u64>().ok().and_then(|whole| whole.checked_mul(unit));
    let total = whole.and_then(|whole| whole.checked_add((part / scale) as u64));
    total.filter(|&total| total <= LONGEST).ok_or_else(|| format!("`{number}` is too large: the limit is 100 years"))
}

/// Writes a duration for people, rounded to the nearest: below a minute one number of at most five digits, above it the
/// two largest units. [`parse_duration`] reads it back.
///
/// ```
/// use paychaos::kernel::format_duration;
/// let shown = [0, 350, 12_345, 1_500_000, 125_000_000, 93_600_000_000].map(format_duration);
/// assert_eq!(shown, ["0", "350us", "12.345ms", "1.5s", "2m05s", "1d02h"]);
/// ```
pub fn format_duration(us: Micros) -> String {
    const TENTH: Micros = 100 * MILLISECOND;
    const TEN: Micros = 10 * SECOND;
    let step = match us {
        ..TENTH => 1,
        TENTH..SECOND => 10,
        SECOND..TEN => 100,
        TEN..MINUTE => MILLISECOND,
        MINUTE..HOUR => SECOND,
        HOUR..DAY => MINUTE,
        DAY.. => HOUR,
    };
    let us = us.saturating_add(step / 2) / step * step;
    match us {
        0 => "0".to_string(),
        1..MILLISECOND => format!("{us}us"),
        MILLISECOND..SECOND => decimal(us / MILLISECOND, us % MILLISECOND, 3) + "ms",
        SECOND..MINUTE => decimal(us / SECOND, us % SECOND, 6) + "s",
        MINUTE..HOUR => format!("{}m{:02}s", us / MINUTE, us % MINUTE / SECOND),
        HOUR..DAY => format!("{}h{:02}m", us / HOUR, us % HOUR / MINUTE),
        DAY.. => format!("{}d{:02}h", us / DAY, us % DAY / HOUR),
    }
}

/// Writes a duration with all its digits, so that [`parse_duration`] reads back exactly this one: as [`format_duration`]
/// does where that says it all.
///
/// ```
/// use paychaos::kernel::exact_duration;
/// let shown = [350, 365_000_000, 365_001_000, 1_234_567, 90_061_000_001].map(exact_duration);
/// assert_eq!(shown, ["350us", "6m05s", "6m5.001s", "1.234567s", "1d1h1m1.000001s"]);
/// ```
pub fn exact_duration(us: Micros) -> String {
    let short = format_duration(us);
    if parse_duration(&short) == Ok(us) {
        return short;
    }
    if us < SECOND {
        return decimal(us / MILLISECOND, us % MILLISECOND, 3) + "ms";
    }
    let whole = [(us / DAY, "d"), (us % DAY / HOUR, "h"), (us % HOUR / MINUTE, "m")];
    let mut text: String =
        whole.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count}{unit}")).collect();
    if !us.is_multiple_of(MINUTE) {
        text += &(decimal(us % MINUTE / SECOND, us % SECOND, 6) + "s");
    }
    text
}

/// `whole.part`, where `part` counts units of `10^-digits`, without zeros at the end.
fn decimal(whole: u64, part: u64, digits: usize) -> String {
    let full = format!("{whole}.{part:0digits$}");
    full.trim_end_matches('0').trim_end_matches('.').to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn durations_are_read_exactly() {
        let cases = [
            ("0", 0),
            ("0s", 0),
            ("5us", 5),
            ("7µs", 7),
            ("1.000s", SECOND),
            ("1.5 s", 1_500_000),
            ("0.000001s", 1),
            ("2m", 2 * MINUTE),
            ("2min", 2 * MINUTE),
            (" 1m 30s ", 90 * SECOND),
            ("1h30m", 90 * MINUTE),
            ("1w2d3h", 9 * DAY + 3 * HOUR),
            ("0.3333h", 1_199_880_000),
            ("36525d", LONGEST),
        ];
        for (text, us) in cases {
            assert_eq!(parse_duration(text), Ok(us), "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let cases = [
            ("", "the duration is empty: write 5s, 5ms, ..."),
            ("5", "`5` has no unit: write 5s, 5ms, ..."),
            ("1h30", "`30` has no unit: write 30s, 30ms, ..."),
            ("5 6s", "`5` has no unit: write 5s, 5ms, ..."),
            ("5 fortnights", "`fortnights` is not a unit: write us, ms, s, m, h, d or w"),
            ("5S", "`S` is not a unit: write us, ms, s, m, h, d or w"),
            ("-5s", "`-5s` is negative: a duration is 0 or more"),
            ("1h -5m", "`1h -5m` is not a duration: write 5s, 5ms, 1m30s, ..."),
            ("soon", "`soon` is not a duration: write 5s, 5ms, 1m30s, ..."),
            ("1,5s", "`1,5s` is not a duration: write 5s, 5ms, 1m30s, ..."),
            ("1.2.3s", "`1.2.3` is not a number: write 1.5"),
            ("5.s", "`5.` is not a number: write 1.5"),
            ("30s 1m", "the units in `30s 1m` must go from large to small, each once"),
            ("1s1s", "the units in `1s1s` must go from large to small, each once"),
            ("1.5us", "`1.5` has more decimals than whole microseconds allow"),
            ("36525d1us", "`36525d1us` is longer than 100 years"),
            ("99999999999999999999s", "`99999999999999999999` is too large: the limit is 100 years"),
        ];
        for (text, error) in cases {
            assert_eq!(parse_duration(text), Err(error.to_string()), "{text}");
        }
    }

    #[test]
    fn durations_are_shown_short() {
        let cases = [
            (0, "0"),
            (999, "999us"),
            (12_000, "12ms"),
            (123_456, "123.46ms"),
            (999_996, "1s"),
            (1_234_567, "1.2346s"),
            (59_999_499, "59.999s"),
            (59_999_500, "1m00s"),
            (3 * HOUR, "3h00m"),
            (DAY - 1, "1d00h"),
            (40 * DAY + 5 * HOUR, "40d05h"),
        ];
        for (us, text) in cases {
            assert_eq!(format_duration(us), text);
        }
        assert_eq!(format_duration(Micros::MAX), "213503982d08h");
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back_nearly_the_same(digits in 0u32..52, us in 0..LONGEST) {
            let us = us >> digits;
            let shown = parse_duration(&format_duration(us)).unwrap();
            prop_assert!(shown.abs_diff(us) <= us / 48, "{us} {shown}");
        }

        #[test]
        fn what_is_shown_exactly_reads_back_the_same(digits in 0u32..52, us in 0..LONGEST) {
            let us = us >> digits;
            prop_assert_eq!(parse_duration(&exact_duration(us)), Ok(us));
        }

        #[test]
        fn no_text_is_a_panic(text in "[0-9.a-z µ-]{0,24}") {
            let _ = parse_duration(&text);
        }
    }
}
