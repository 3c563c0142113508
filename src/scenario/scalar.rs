//! The scalars of a scenario file: durations, instants, odds, names. Each is read exactly, and says what is allowed.
//!
//! Used by the raw types. It must not know in which keys they stand.

use super::channels::{self, Channel};
use super::diagnostic::suggest;
use super::orders::MOST;
use super::profiles::{self, Profile};
use super::schedules::{self, Schedule, Serves};
use super::strategies::{self, Strategy};
use crate::kernel::{Micros, SECOND, Weekday, parse_duration, parse_instant, parse_time_of_day};
use crate::payments::address::SemanticAddress;
use crate::payments::model::Deadline;
use crate::payments::money::Currency;
use crate::payments::party::{Hop, Party};
use crate::payments::site::Site;
use serde::de::{self, Deserialize, Deserializer, Visitor};
use std::fmt;
use std::marker::PhantomData;
use std::ops::Range;

/// Something that is written as one scalar.
pub(super) trait Scalar: Sized {
    /// What it is, for people.
    const WHAT: &'static str;

    /// Reads it. An error has what is wrong in its first line and what would be right in its second.
    fn read(text: &str) -> Result<Self, String>;
}

/// Reads a scalar through serde.
pub(super) struct ScalarVisitor<T>(pub PhantomData<T>);

impl<T: Scalar> Visitor<'_> for ScalarVisitor<T> {
    type Value = T;
    fn expecting(&self, out: &mut fmt::Formatter) -> fmt::Result {
        out.write_str(T::WHAT)
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        T::read(text).map_err(E::custom)
    }
}

macro_rules! scalars {
    ($($(#[$doc:meta])* $name:ident($type:ty): $what:literal, $example:literal, $read:expr;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub(super) struct $name(pub $type);

        impl Scalar for $name {
            const WHAT: &'static str = $what;
            fn read(text: &str) -> Result<Self, String> {
                let read: fn(&str) -> Result<$type, String> = $read;
                read(text).map($name)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(ScalarVisitor(PhantomData))
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "type": ["string", "number", "boolean"],
                    "title": $what,
                    "examples": [$example],
                })
            }
        }
    )*};
}

scalars! {
    /// What something is, in words.
    Sentence(String): "a text", "What it shows.", |text| Ok(text.to_owned());
    /// A duration.
    Time(Micros): "a duration", "1m30s", |text| parse_duration(text).map_err(split);
    /// A duration, ahead or behind.
    SignedTime(i64): "a duration, negative for behind", "-90s", signed;
    /// An instant.
    Instant(Micros): "an instant", "d0 10:00", |text| parse_instant(text).map_err(split);
    /// A time of day; as the end of a day, midnight is `24:00`.
    TimeOfDay(Micros): "a time of day", "23:00", |text| match text.trim() {
        "24:00" => Ok(crate::kernel::DAY),
        text => parse_time_of_day(text).map_err(split),
    };
    /// How many orders.
    OrderCount(u32): "a whole number", "1000", |text| {
        let count = text.parse().ok().filter(|count| (1..=MOST).contains(count));
        count.ok_or_else(|| format!("`{text}` is not a number of orders\nwrite a whole number from 1 to {MOST}"))
    };
    /// Odds of 2^32.
    Odds(u64): "a probability from 0 to 1", "0.02", odds;
    /// A share, in millionths.
    Share(u32): "a share above 0 and up to 1", "0.5", share;
    /// The shape of a Pareto distribution, in thousandths.
    Shape(u32): "a number with at most 3 decimals", "1.5", shape;
    /// So many a second, minute, hour: the mean time between two.
    Gap(Micros): "a rate", "50/s", gap;
    /// So many a second.
    PerSecond(u32): "a rate per second", "10/s", per_second;
    /// A currency.
    CurrencyCode(Currency): "a currency's three-letter code", "CNY", |text| Currency::parse(text).map_err(split);
    /// A switch.
    OnOff(bool): "on or off", "on", on_off;
    /// A hop.
    HopName(Hop): "a hop", "platform-bank", |text| named(text, "hop", &Hop::ALL.map(|hop| (hop.name(), hop)));
    /// A party.
    PartyName(Party): "a party", "platform", |text| named(text, "party", &Party::ALL.map(|party| (party.name(), party)));
    /// A site.
    SiteName(Site): "a site", "platform-bank/answer", site;
    /// An address.
    AddressText(SemanticAddress): "the address of one choice", "order 1 / platform-bank / answer / 1", |text| {
        SemanticAddress::parse(text).map_err(|error| error.replacen("; ", "\n", 1))
    };
    /// A channel preset.
    ChannelName(&'static Channel): "a channel preset", "wechat_pay_v3", |text| {
        named(text, "channel", &channels::ALL.iter().map(|channel| (channel.name, *channel)).collect::<Vec<_>>())
    };
    /// A strategy preset.
    StrategyName(&'static Strategy): "a strategy preset", "article_hardened", |text| {
        named(text, "strategy", &strategies::ALL.iter().map(|strategy| (strategy.name, *strategy)).collect::<Vec<_>>())
    };
    /// A published or assumed schedule of notifications.
    SendsName(&'static Schedule): "a schedule of notifications", "wechat_pay_v3", |text| schedule(text, Serves::Notification);
    /// A published schedule of queries.
    AsksName(&'static Schedule): "a schedule of queries", "wechat_pay_v3_query", |text| schedule(text, Serves::Polling);
    /// A fault profile.
    ProfileName(&'static Profile): "a fault profile", "bank_outage", |text| {
        named(text, "profile", &profiles::ALL.iter().map(|profile| (profile.name, *profile)).collect::<Vec<_>>())
    };
    /// Seeds, the last one not included.
    SeedRange(Range<u64>): "seeds `A..B`, the second not included", "1..4", seeds;
    /// A day of the week.
    WeekdayName(Weekday): "a day of the week", "monday", |text| {
        Weekday::parse(text).map_err(|_| unknown(text, "day of the week", &Weekday::ALL.map(Weekday::name)))
    };
    /// The number of a day.
    Day(u32): "the number of a day, from 0", "3", day;
    /// A deadline.
    DeadlineText(Deadline): "a duration, or a number of business days", "4bd", deadline;
}

/// `what: so` becomes two lines.
fn split(error: String) -> String {
    error.replacen(": ", "\n", 1)
}

fn unknown(text: &str, what: &str, names: &[&str]) -> String {
    format!("unknown {what} `{text}`\n{}", suggest(text, "there are", names))
}

fn named<T: Clone>(text: &str, what: &str, all: &[(&str, T)]) -> Result<T, String> {
    let found = all.iter().find(|(name, _)| *name == text).map(|(_, value)| value.clone());
    found.ok_or_else(|| unknown(text, what, &all.iter().map(|(name, _)| *name).collect::<Vec<_>>()))
}

fn schedule(text: &str, serves: Serves) -> Result<&'static Schedule, String> {
    let all: Vec<(&str, &'static Schedule)> =
        schedules::ALL.iter().filter(|one| one.serves == serves).map(|one| (one.name, one)).collect();
    let wrong = |unknown: String| match schedules::ALL.iter().find(|other| other.name == text) {
        Some(other) => {
            let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
            let (other, mechanism) = (other.serves.mechanism(), serves.mechanism());
            format!("`{text}` is a schedule for `{other}`, not for `{mechanism}`\nthere are: `{}`", names.join("`, `"))
        }
        None => unknown,
    };
    named(text, "schedule", &all).map_err(wrong)
}

fn seeds(text: &str) -> Result<Range<u64>, String> {
    let wrong = || format!("`{text}` is no range of seeds\nwrite A..B, such as 1..4: A is included, B is not");
    let (from, to) = text.split_once("..").ok_or_else(wrong)?;
    let number = |text: &str| text.trim().parse::<u64>().map_err(|_| wrong());
    let (from, to) = (number(from)?, number(to)?);
    if from < to { Ok(from..to) } else { Err(wrong()) }
}

fn signed(text: &str) -> Result<i64, String> {
    let text = text.trim();
    let (sign, size) = match text.strip_prefix('-') {
        Some(size) => (-1, size),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let size = parse_duration(size).map_err(split)?;
    i64::try_from(size).map(|size| sign * size).map_err(|_| format!("`{text}` is too long\nwrite -90s or 5m"))
}

/// The digits before and after the point of a number that is not negative; the exponent, if any, is worked in.
fn decimal(text: &str) -> Option<(String, String)> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok().filter(|e| (-40..=40).contains(e))?),
        None => (text, 0),
    };
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let plain = |digits: &str| digits.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && part.is_empty()) || !plain(whole) || !plain(part) || text.len() > 200 {
        return None;
    }
    let digits = format!("{:0>40}{whole}{part}{:0<40}", "", "");
    let point = usize::try_from(40 + i64::try_from(whole.len()).ok()? + i64::from(exponent)).ok()?;
    let (whole, part) = digits.split_at_checked(point)?;
    Some((whole.trim_start_matches('0').to_owned(), part.trim_end_matches('0').to_owned()))
}

/// A probability as odds of 2^32, rounded down: exact whatever the number of decimals, by doubling the digits.
fn odds(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let allowed = "a probability goes from 0 (never) to 1 (always), such as 0.02";
    if text.starts_with('-') {
        return Err(format!("probability {text} is below 0\n{allowed}"));
    }
    let (whole, part) = decimal(text).ok_or_else(|| format!("`{text}` is not a probability\n{allowed}"))?;
    match (whole.as_str(), part.is_empty()) {
        ("", _) => {}
        ("1", true) => return Ok(1 << 32),
        _ => return Err(format!("probability {text} is above 1\n{allowed}")),
    }
    let is_zero = part.is_empty();
    let mut digits = part.into_bytes();
    let mut odds = 0;
    for _ in 0..32 {
        let mut carry = 0;
        for digit in digits.iter_mut().rev() {
            let doubled = (*digit - b'0') * 2 + carry;
            (*digit, carry) = (b'0' + doubled % 10, doubled / 10);
        }
        odds = odds << 1 | u64::from(carry);
    }
    match odds {
        0 if !is_zero => {
            Err(format!("probability {text} is less than can be drawn\nthe least is 1/2^32, about 2.4e-10; 0 is never"))
        }
        odds => Ok(odds),
    }
}

/// A number times 10^`places`, if it is a whole number.
pub(super) fn scaled(text: &str, places: usize) -> Option<u64> {
    let (whole, part) = decimal(text.trim())?;
    if part.len() > places { None } else { format!("0{whole}{part:0<places$}").parse().ok() }
}

fn share(text: &str) -> Result<u32, String> {
    let millionths = scaled(text, 6).filter(|millionths| (1..=1_000_000).contains(millionths));
    let error =
        || format!("`{text}` is not a share\na share is above 0 and at most 1, with at most 6 decimals, such as 0.5");
    millionths.and_then(|millionths| u32::try_from(millionths).ok()).ok_or_else(error)
}

fn shape(text: &str) -> Result<u32, String> {
    let milli = scaled(text, 3).and_then(|milli| u32::try_from(milli).ok()).filter(|milli| *milli > 0);
    milli.ok_or_else(|| format!("`{text}` is not a shape\nwrite a number above 0 with at most 3 decimals, such as 1.5"))
}

/// `50/s` as thousandths and a unit.
fn rate(text: &str) -> Result<(u64, Micros), String> {
    let wrong = || format!("`{text}` is not a rate\nwrite 50/s, 10/m or 1.5/h");
    let (number, unit) = text.split_once('/').ok_or_else(wrong)?;
    let unit = parse_duration(&format!("1{}", unit.trim())).map_err(|_| wrong())?;
    let (_, part) = decimal(number.trim()).ok_or_else(wrong)?;
    if part.len() > 3 {
        return Err(format!("`{text}` has more than 3 decimals\nwrite it by a longer time: 6/m, 1.5/h or 2/d"));
    }
    let milli = scaled(number, 3).filter(|milli| *milli <= 1_000_000_000_000_000);
    let milli =
        milli.ok_or_else(|| format!("`{text}` is too large a number\nthe most is 1000000000000, by whatever time"))?;
    if milli > 0 { Ok((milli, unit)) } else { Err(wrong()) }
}

fn gap(text: &str) -> Result<Micros, String> {
    let (milli, unit) = rate(text)?;
    let gap = (u128::from(unit) * 1000 + u128::from(milli) / 2) / u128::from(milli);
    let gap = Micros::try_from(gap).ok().filter(|gap| *gap > 0);
    gap.ok_or_else(|| format!("`{text}` is too fast\nthe most is 1000000/s"))
}

fn per_second(text: &str) -> Result<u32, String> {
    let (milli, unit) = rate(text)?;
    let (events, time) = (u128::from(milli) * u128::from(SECOND), 1000 * u128::from(unit));
    let whole = (events % time == 0).then(|| events / time).filter(|rate| *rate > 0);
    whole
        .and_then(|rate| u32::try_from(rate).ok())
        .ok_or_else(|| format!("`{text}` is not a whole number a second\nwrite 10/s"))
}

/// An amount as it is written: how many decimals it may have depends on the currency.
#[derive(Clone, Debug)]
pub(super) struct Amount(pub String);

impl Scalar for Amount {
    const WHAT: &'static str = "an amount";
    fn read(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text.starts_with('-') {
            return Err(format!("amount {text} is negative\nan amount is positive, such as 100.00"));
        }
        let digits = text.bytes().any(|b| b.is_ascii_digit()) && text.bytes().all(|b| b.is_ascii_digit() || b == b'.');
        if digits { Ok(Amount(text.to_owned())) } else { Err(format!("`{text}` is not an amount\nwrite it like 100.00")) }
    }
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(ScalarVisitor(PhantomData))
    }
}

impl schemars::JsonSchema for Amount {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Amount".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": ["string", "number"], "title": "an amount", "examples": ["100.00"]})
    }
}

macro_rules! whole {
    ($($number:ty)*) => {$(
        impl Scalar for $number {
            const WHAT: &'static str = "a whole number";
            fn read(text: &str) -> Result<Self, String> {
                text.parse().map_err(|_| not_whole(text, <$number>::MIN.into(), <$number>::MAX.into()))
            }
        }
    )*};
}

whole!(u16 u32);

/// Why a text is no whole number in a range.
pub(super) fn not_whole(text: &str, least: u64, most: u64) -> String {
    format!("`{text}` is not a whole number in this range\nwrite one from {least} to {most}")
}

fn on_off(text: &str) -> Result<bool, String> {
    match text {
        "on" | "true" => Ok(true),
        "off" | "false" => Ok(false),
        _ => Err(format!("`{text}` is not a switch\nwrite on or off")),
    }
}

fn site(text: &str) -> Result<Site, String> {
    let names: Vec<String> = Site::all().map(|site| site.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    Site::parse(text).ok_or_else(|| unknown(text, "site", &names))
}

fn day(text: &str) -> Result<u32, String> {
    let number = text.trim_start_matches("day").trim_start_matches('d').trim();
    let day = number.parse().ok().filter(|day| *day <= 36_525);
    day.ok_or_else(|| format!("`{text}` is not the number of a day\nthe first day is 0, the last 36525"))
}

fn deadline(text: &str) -> Result<Deadline, String> {
    let business = ["bd", "business days", "business day"].iter().find_map(|unit| text.strip_suffix(unit));
    match business {
        None if !text.is_empty() && text != "0" && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            Err(format!("`{text}` has no unit\nwrite {text}d, or {text}bd for business days"))
        }
        None => parse_duration(text).map(Deadline::After).map_err(split),
        Some(days) => {
            let days = days.trim().parse().ok().filter(|days| *days <= 1000).map(Deadline::BusinessDays);
            days.ok_or_else(|| format!("`{text}` is not a deadline\nwrite 4d, or 4bd for business days, at most 1000"))
        }
    }
}
