//! The calendar: days, days of the week, holidays, and how people write instants.
//!
//! Called by whatever happens at a time of day or so many business days later. It must not know what is due then, nor
//! where on earth the days are: day 0 is the first of the simulation, and every day has 24 hours.

use crate::kernel::time::{DAY, HOUR, LONGEST, MILLISECOND, MINUTE, Micros, SECOND, parse_duration, scale};

/// A day of the week.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the days are named after themselves")]
pub enum Weekday {
    #[default]
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    /// Every day of the week, from Monday.
    pub const ALL: [Weekday; 7] = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ];

    /// Its English name.
    pub fn name(self) -> &'static str {
        ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][self as usize]
    }

    /// Reads an English name or its first three letters, in capitals or not.
    ///
    /// # Errors
    ///
    /// A short sentence for people if it is neither.
    pub fn parse(text: &str) -> Result<Weekday, String> {
        let is = |day: &Weekday| text.eq_ignore_ascii_case(day.name()) || text.eq_ignore_ascii_case(&day.name()[..3]);
        let unknown = || format!("`{text}` is not a day of the week: write monday, tuesday, ...");
        Weekday::ALL.into_iter().find(is).ok_or_else(unknown)
    }
}

/// Which days are business days: Monday to Friday, except holidays.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    first: Weekday,
    holidays: Vec<u32>,
}

impl Calendar {
    /// A calendar whose day 0 is a `first`, with `holidays` by day number in any order.
    pub fn new(first: Weekday, mut holidays: Vec<u32>) -> Self {
        holidays.sort_unstable();
        holidays.dedup();
        Calendar { first, holidays }
    }

    /// The number of the day in which the instant lies.
    #[inline]
    pub fn day(at: Micros) -> u32 {
        (at / DAY) as u32
    }

    /// Microseconds since the last midnight.
    #[inline]
    pub fn time_of_day(at: Micros) -> Micros {
        at % DAY
    }

    /// The date (day number) to whose books an instant belongs, where the books of a day close at the time of day
    /// `cut_off`: from the cut-off of day `d` on it is `d + 1`.
    #[inline]
    pub fn business_date(at: Micros, cut_off: Micros) -> u32 {
        Self::day(at) + u32::from(Self::time_of_day(at) >= cut_off)
    }

    /// The day of the week of day number `day`.
    #[inline]
    pub fn weekday(&self, day: u32) -> Weekday {
        Weekday::ALL[(self.first as usize + day as usize) % 7]
    }

    /// Is day number `day` from Monday to Friday, and not a holiday?
    pub fn is_business_day(&self, day: u32) -> bool {
        (self.weekday(day) as u32) < (Weekday::Saturday as u32) && self.holidays.binary_search(&day).is_err()
    }

    /// The same time of day, `n` business days after the day of `at` (which need not be one itself). 0 is `at`.
    ///
    /// ```
    /// use paychaos::kernel::{Calendar, DAY, HOUR, Weekday};
    /// let calendar = Calendar::new(Weekday::Friday, vec![3]);
    /// assert_eq!(calendar.add_business_days(9 * HOUR, 1), 4 * DAY + 9 * HOUR);
    /// ```
    pub fn add_business_days(&self, at: Micros, n: u32) -> Micros {
        let mut day = Self::day(at);
        for _ in 0..n {
            day += 1;
            while !self.is_business_day(day) {
                day += 1;
            }
        }
        Micros::from(day) * DAY + Self::time_of_day(at)
    }
}

/// Reads a time of day, `HH:MM`, `HH:MM:SS` or with decimals of a second, as microseconds since midnight.
///
/// # Errors
///
/// A short sentence for people if it is written otherwise or not between `00:00` and the end of `23:59:59`.
///
/// ```
/// use paychaos::kernel::{HOUR, parse_time_of_day};
/// assert_eq!(parse_time_of_day("23:00"), Ok(23 * HOUR));
/// assert_eq!(parse_time_of_day("10:00:00.5"), Ok(10 * HOUR + 500_000));
/// ```
pub fn parse_time_of_day(text: &str) -> Result<Micros, String> {
    let text = text.trim();
    let read = || {
        let mut parts = text.splitn(3, ':');
        let hours = whole(parts.next()?, 1..=2).filter(|&hours| hours < 24)?;
        let minutes = whole(parts.next()?, 2..=2).filter(|&minutes| minutes < 60)?;
        let seconds = parts.next().unwrap_or("00");
        whole(seconds.split('.').next()?, 2..=2).filter(|&seconds| seconds < 60)?;
        Some(hours * HOUR + minutes * MINUTE + scale(seconds, SECOND).ok()?)
    };
    read().ok_or_else(|| format!("`{text}` is not a time of day: write 09:30, 09:30:15 or 09:30:15.250"))
}

/// Reads an instant: a time of day of day 0 (`10:00`), of another day (`d1 10:00`, `day 1 10:00`), or a duration since
/// midnight of day 0 (`26h`, `+90s`).
///
/// # Errors
///
/// A short sentence for people if it is none of these, or later than 100 years.
///
/// ```
/// use paychaos::kernel::{DAY, HOUR, parse_instant};
/// assert_eq!(parse_instant("d1 10:00"), Ok(DAY + 10 * HOUR));
/// assert_eq!(parse_instant("26h"), Ok(26 * HOUR));
/// ```
pub fn parse_instant(text: &str) -> Result<Micros, String> {
    let text = text.trim();
    if let Some(dated) = text.strip_prefix("day").or_else(|| text.strip_prefix('d')) {
        let unclear = || format!("`{text}` is not an instant: write d1 10:00");
        let (day, time) = dated.trim_start().split_once(char::is_whitespace).ok_or_else(unclear)?;
        if day.is_empty() || !day.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(unclear());
        }
        // A number that is too long for one is later still.
        let day = day.parse::<u64>().unwrap_or(u64::MAX);
        let at = day.saturating_mul(DAY).saturating_add(parse_time_of_day(time)?);
        return if at <= LONGEST { Ok(at) } else { Err(format!("`{text}` is later than 100 years")) };
    }
    if text.contains(':') {
        return parse_time_of_day(text);
    }
    let since = text.strip_prefix('+').unwrap_or(text);
    if since.contains(|c: char| !c.is_alphanumeric() && !c.is_whitespace() && c != '.')
        || text.starts_with(char::is_alphabetic)
    {
        return Err(format!("`{text}` is not an instant: write d1 10:00, 10:00, or the time since d0 00:00, such as 1d12h"));
    }
    parse_duration(since)
}

/// A whole number written with as many digits as `digits` allows.
fn whole(text: &str, digits: std::ops::RangeInclusive<usize>) -> Option<u64> {
    let plain = digits.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

/// Writes an instant as day and time: milliseconds always, microseconds only where there are any. [`parse_instant`]
/// reads it back exactly.
///
/// ```
/// use paychaos::kernel::{HOUR, format_instant};
/// assert_eq!(format_instant(10 * HOUR + 250_000), "d0 10:00:00.250");
/// assert_eq!(format_instant(34 * HOUR + 7), "d1 10:00:00.000007");
/// ```
pub fn format_instant(at: Micros) -> String {
    let (day, time) = (Calendar::day(at), Calendar::time_of_day(at));
    let (hours, minutes, seconds) = (time / HOUR, time % HOUR / MINUTE, time % MINUTE / SECOND);
    let (part, digits) = match time % SECOND {
        us if us % MILLISECOND == 0 => (us / MILLISECOND, 3),
        us => (us, 6),
    };
    format!("d{day} {hours:02}:{minutes:02}:{seconds:02}.{part:0digits$}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn weekends_and_holidays_are_skipped() {
        let calendar = Calendar::new(Weekday::Thursday, vec![5, 4, 4]);
        let business: Vec<u32> = (0..12).filter(|&day| calendar.is_business_day(day)).collect();
        assert_eq!(business, [0, 1, 6, 7, 8, 11]);
        let reached = [0, 1, 2, 4].map(|n| Calendar::day(calendar.add_business_days(DAY + 5, n)));
        assert_eq!(reached, [1, 6, 7, 11]);
        assert_eq!(calendar.add_business_days(2 * DAY + 5, 1), 6 * DAY + 5, "from a Saturday");
        assert_eq!(Calendar::default().weekday(13), Weekday::Sunday);
    }

    #[test]
    fn the_cut_off_belongs_to_the_next_date() {
        let cut_off = 23 * HOUR;
        assert_eq!(Calendar::business_date(3 * DAY + cut_off - 1, cut_off), 3);
        assert_eq!(Calendar::business_date(3 * DAY + cut_off, cut_off), 4);
        assert_eq!(Calendar::business_date(4 * DAY, cut_off), 4);
    }

    #[test]
    fn days_of_the_week_are_read() {
        for day in Weekday::ALL {
            assert_eq!(Weekday::parse(day.name()), Ok(day));
            assert_eq!(Weekday::parse(&day.name()[..3].to_lowercase()), Ok(day));
        }
        let error = "`funday` is not a day of the week: write monday, tuesday, ...";
        assert_eq!(Weekday::parse("funday"), Err(error.to_string()));
    }

    #[test]
    fn times_of_day_are_read() {
        assert_eq!(parse_time_of_day("9:30:15"), Ok(9 * HOUR + 30 * MINUTE + 15 * SECOND));
        assert_eq!(parse_time_of_day("23:59:59.999999"), Ok(DAY - 1));
        for text in
            ["", "10", "24:00", "10:60", "10:00:60", "10:0", "+1:00", "10:00:00.", "10:00:00.0000001", "1:2:3:4", "é:00"]
        {
            let error = format!("`{text}` is not a time of day: write 09:30, 09:30:15 or 09:30:15.250");
            assert_eq!(parse_time_of_day(text), Err(error));
        }
    }

    #[test]
    fn instants_are_read() {
        let at = DAY + 10 * HOUR;
        for text in ["d1 10:00", "day 1 10:00", "d 1  10:00:00", "34h", "+1d10h"] {
            assert_eq!(parse_instant(text), Ok(at), "{text}");
        }
        assert_eq!(parse_instant("10:00"), Ok(at - DAY));
        for text in ["d1", "d1 noon", "day x 10:00", "d99999 10:00", "d1 24:00", "soon", "+", "dé 1"] {
            assert!(parse_instant(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn an_instant_reads_back(at in 0..LONGEST) {
            prop_assert_eq!(parse_instant(&format_instant(at)), Ok(at));
        }

        #[test]
        fn no_text_is_a_panic(text in "[0-9.:a-z +é]{0,16}") {
            let _ = parse_instant(&text);
        }
    }
}
