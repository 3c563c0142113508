//! Who pays, when, how much: drawn by the scenario's distributions, or listed in a CSV file.
//!
//! Called by `load`. It must not know hops or faults.

use super::beside::Beside;
use super::decode::At;
use super::hops::distribution;
use super::load::Findings;
use super::raw::{self, Daily};
use super::scalar::Amount;
use super::{Arrivals, Purchases};
use crate::kernel::{DAY, Distribution, HOUR, Micros, SECOND, format_duration};
use crate::payments::money::{Currency, LARGEST, Money};
use std::path::Path;

/// The most orders of one scenario, so that sums of amounts fit.
pub(super) const MOST: u32 = 1_000_000_000;

/// How long orders may come: 100 years.
const LONGEST: Micros = 36_525 * DAY;

/// A shop's day: quiet nights, a peak at noon, a higher one in the evening.
const RETAIL: [u32; 24] = [8, 5, 3, 2, 2, 4, 10, 22, 38, 52, 60, 70, 82, 66, 56, 56, 60, 70, 84, 98, 100, 86, 52, 22];

/// The purchases of a scenario.
pub(super) fn resolve(
    path: &Path,
    orders: &raw::Orders,
    beside: &Beside,
    findings: &mut Findings,
) -> Option<(Purchases, Currency)> {
    let declared = orders.currency.as_ref().map(|code| code.0);
    if let Some(from) = &orders.from {
        let drawn = orders.count.is_some() || orders.start.is_some() || orders.arrivals.is_some() || orders.amount.is_some();
        if drawn {
            let help = "keep `from`, or `count`, `start`, `arrivals` and `amount`";
            findings.wrong(&from.span, "orders are both listed in a file and drawn", help);
        }
        let file = path.parent().unwrap_or(Path::new("")).join(&from.value);
        return match beside.listing(&file, declared) {
            Ok(Ok((purchases, currency))) => Some((Purchases::Listed(purchases), currency)),
            Ok(Err(wrong)) => {
                findings.elsewhere.extend(wrong);
                None
            }
            Err(error) => {
                let help = "the path is relative to the scenario's file";
                findings.wrong(&from.span, format!("cannot read `{}`: {error}", file.display()), help);
                None
            }
        };
    }
    let count = orders.count.as_ref().map_or(1, |count| count.0);
    let start = orders.start.as_ref().map_or(10 * HOUR, |start| start.value.0);
    let arrivals = arrivals(orders, findings);
    let currency = declared.unwrap_or(Currency::CNY);
    let amount = amounts(orders, currency, findings);
    if let (Some(Arrivals::Gap(gap)), Some(written)) = (&arrivals, &orders.arrivals)
        && u128::from(gap.median()) * u128::from(count) > u128::from(LONGEST)
    {
        let message = format!("{count} orders would take more than 100 years");
        findings.wrong(&written.span, message, "let them follow each other faster");
    }
    Some((Purchases::Drawn { count, start, arrivals: arrivals?, amount: amount? }, currency))
}

fn arrivals(orders: &raw::Orders, findings: &mut Findings) -> Option<Arrivals> {
    let Some(written) = &orders.arrivals else { return Distribution::fixed(SECOND).ok().map(Arrivals::Gap) };
    match &written.value {
        raw::Arrivals::Poisson(gap) => Distribution::exponential(gap.0).ok().map(Arrivals::Gap),
        raw::Arrivals::Every(gap) => Distribution::fixed(gap.0).ok().map(Arrivals::Gap),
        raw::Arrivals::Gap(gap) => {
            let gap = At { value: gap.clone(), span: written.span.clone(), damaged: written.damaged };
            distribution(&gap, &|time| Ok(time.0), &format_duration, findings).map(Arrivals::Gap)
        }
        raw::Arrivals::Daily(daily) => {
            if let Some(start) = &orders.start {
                findings.wrong(
                    &start.span,
                    "`start` has no meaning with `daily` arrivals",
                    "they begin at d0 00:00: leave it out",
                );
            }
            by_the_hour(daily, findings)
        }
    }
}

fn by_the_hour(daily: &Daily, findings: &mut Findings) -> Option<Arrivals> {
    let days = daily.days.as_ref().map_or(1, |days| days.value);
    if let Some(written) = daily.days.as_ref().filter(|_| days == 0 || days > 3650) {
        findings.wrong(&written.span, format!("{days} days are out of range"), "write a number from 1 to 3650");
    }
    let Some(written) = &daily.weights else { return Some(Arrivals::Daily { weights: RETAIL, days }) };
    if let [name] = written.value.as_slice()
        && name == "retail"
    {
        return Some(Arrivals::Daily { weights: RETAIL, days });
    }
    let weights: Vec<u32> =
        written.value.iter().filter_map(|weight| weight.parse().ok().filter(|w| *w <= 1_000_000)).collect();
    let weights: Option<[u32; 24]> =
        weights.try_into().ok().filter(|weights: &[u32; 24]| weights.iter().any(|weight| *weight > 0));
    if weights.is_none() && !written.damaged {
        let help = "write 24 whole numbers up to 1000000, not all 0, one for each hour; or `retail`";
        findings.wrong(&written.span, "these are not the weights of a day's hours", help);
    }
    weights.map(|weights| Arrivals::Daily { weights, days })
}

fn amounts(orders: &raw::Orders, currency: Currency, findings: &mut Findings) -> Option<Distribution> {
    let Some(written) = &orders.amount else {
        return Distribution::fixed(100 * 10u64.pow(currency.places())).ok();
    };
    let read = |amount: &Amount| currency.parse_amount(&amount.0).map(Money::unsigned_abs);
    let show = |amount| currency.format(Money::try_from(amount).unwrap_or(LARGEST));
    let amounts = distribution(written, &read, &show, findings)?;
    if amounts.quantile(0) == 0 {
        findings.wrong(&written.span, "an amount could be 0", "an amount is above 0: raise the lowest value");
    }
    if amounts.maximum() > LARGEST.unsigned_abs() {
        let help = format!("the most is {}: a lighter tail, or a uniform distribution", currency.format(LARGEST));
        findings.wrong(&written.span, "an amount could be too large", help);
    }
    Some(amounts)
}
