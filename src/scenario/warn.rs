//! What is suspicious about a scenario but not wrong.
//!
//! Called by `load` when everything is right. It must not change anything.

use super::load::{Findings, Known};
use super::raw::Raw;
use super::raw::fault::Fault;
use super::{Arrivals, Purchases, reach, vain};
use crate::faults::Form;
use crate::kernel::{DAY, Micros, format_duration, format_instant};
use crate::payments::model::{Deadline, HopModel, Model, RepeatedNumber};
use crate::payments::party::Hop;
use crate::payments::site::Site;
use crate::payments::weather::Weather;
use std::collections::BTreeSet;

/// Adds what is suspicious.
pub(super) fn about(
    raw: &Raw,
    model: &Model,
    purchases: &Purchases,
    weather: &Weather,
    known: Known,
    findings: &mut Findings,
) {
    let mut warnings = Vec::new();
    timeouts(model, &mut warnings);
    numbers(&model.hops[Hop::MerchantPlatform as usize], &mut warnings);
    for hop in Hop::ALL {
        plans(hop, &model.hops[hop as usize], &mut warnings);
    }
    let first = first_order(purchases);
    storm(raw, first, weather, &mut warnings);
    if first < weather.storm_end {
        spared(raw, purchases, weather, &mut warnings);
    }
    returns(model, first, purchases, weather, &mut warnings);
    for fault in &raw.faults {
        idle(&fault.value, |site| reach::nobody_comes(site, model, purchases, weather), &mut warnings);
    }
    vain::about(raw, model, first, weather, known, &mut warnings);
    let mut said = BTreeSet::new();
    warnings.retain(|warning| said.insert(warning.clone()));
    findings.warnings = warnings;
}

/// An outer caller that gives up before the inner one makes internal drops.
fn timeouts(model: &Model, warnings: &mut Vec<String>) {
    for hop in Hop::ALL.into_iter().filter(|hop| model.hops[*hop as usize].timeout.read.is_none()) {
        warnings
            .push(format!("{} has no read timeout: an answer that is lost leaves a worker hanging for ever", hop.name()));
    }
    let [outer, inner] = [&model.hops[0].timeout, &model.hops[1].timeout];
    if let (Some(outer_read), Some(inner_read)) = (outer.read, inner.read)
        && inner_read >= outer_read
    {
        warnings.push(format!(
            "the inner read timeout ({} on platform-bank) is not shorter than the outer one ({} on merchant-platform): \
             the merchant gives up first, and an answer that the platform still gets is an internal drop",
            format_duration(inner_read),
            format_duration(outer_read),
        ));
    }
}

/// What only a bank can do with a number that it has seen.
fn numbers(outer: &HopModel, warnings: &mut Vec<String>) {
    if outer.repeated_number == RepeatedNumber::ChargeAgain {
        let what = "`repeated_number: charge_again` on merchant-platform is no more than `same_answer`";
        warnings.push(format!("{what}: it is the bank that charges"));
    }
    if !outer.rules.unique_number {
        warnings.push(
            "`unique_number: off` on merchant-platform changes nothing: it is about what the bank executes".to_owned(),
        );
    }
}

/// Plans that outlast the order.
fn plans(hop: Hop, model: &HopModel, warnings: &mut Vec<String>) {
    if let Some(polling) = &model.polling {
        let last = polling.plan.last().copied().unwrap_or(0);
        let plan = (0..usize::from(polling.max)).map(|i| polling.plan.get(i).copied().unwrap_or(last));
        let (all, end) = (plan.sum::<Micros>(), model.valid_for.saturating_add(model.late_max));
        if all > end {
            warnings.push(format!(
                "the {} queries of {} take {}, longer than the order is valid ({}) and a message late ({})",
                polling.max,
                hop.name(),
                format_duration(all),
                format_duration(model.valid_for),
                format_duration(model.late_max),
            ));
        }
    }
    if model.latency.maximum() > model.late_max {
        warnings.push(format!(
            "a latency of {} can be {}, above its `late: {{max: {}}}`",
            hop.name(),
            format_duration(model.latency.maximum()),
            format_duration(model.late_max),
        ));
    }
}

/// When the first order may come.
fn first_order(purchases: &Purchases) -> Micros {
    match purchases {
        Purchases::Drawn { start, arrivals: Arrivals::Gap(_), .. } => *start,
        Purchases::Drawn { arrivals: Arrivals::Daily { .. }, .. } => 0,
        Purchases::Listed(list) => list.first().map_or(0, |first| first.at),
    }
}

/// Faults that come before or after everything.
fn storm(raw: &Raw, first: Micros, weather: &Weather, warnings: &mut Vec<String>) {
    if raw.faults.iter().any(|fault| by_chance(&fault.value)) && weather.storm_end <= first {
        let (end, first) = (format_instant(weather.storm_end), format_instant(first));
        warnings.push(format!(
            "the storm ends at {end}, not after the first order at {first}: nothing can strike by odds or in a window"
        ));
    }
    for (i, window) in weather.windows.iter().enumerate().filter(|(_, window)| window.to > weather.storm_end) {
        let [from, to, end] = [window.from, window.to, weather.storm_end].map(format_instant);
        let at = i + 1;
        warnings.push(match window.from < weather.storm_end {
            true => format!("window {at} lasts until {to}, but the storm ends at {end}"),
            false => format!("window {at} never opens: it begins at {from}, but the storm ends at {end}"),
        });
    }
}

/// Does it strike by odds or in a window? A script says where, and a wrong clock is wrong all the time.
fn by_chance(fault: &Fault) -> bool {
    fault.at.is_empty() && !matches!(fault.kind.form, Form::Skew)
}

/// The storm's end that nobody has chosen spares what comes after it.
fn spared(raw: &Raw, purchases: &Purchases, weather: &Weather, warnings: &mut Vec<String>) {
    let last = last_order(purchases);
    if !raw.faults.iter().any(|fault| by_chance(&fault.value)) || raw.storm.is_some() || last <= weather.storm_end {
        return;
    }
    let (end, last) = (format_instant(weather.storm_end), format_instant(last));
    warnings.push(format!(
        "orders come until about {last}, but the storm ends at {end}, as nothing else is said: no fault strikes what comes \
         later; say when it ends: `storm: {}d`",
        last_order(purchases) / DAY + 1
    ));
}

/// Nothing happens to an order after its deadline.
fn returns(model: &Model, first: Micros, purchases: &Purchases, weather: &Weather, warnings: &mut Vec<String>) {
    let from = last_order(purchases).max(weather.storm_end);
    let deadline = match model.deadline {
        Deadline::After(so_long) => from.saturating_add(so_long),
        Deadline::BusinessDays(days) => model.calendar.add_business_days(from, days),
    };
    for back in model.returns.iter().filter(|back| back.odds > 0 && first.saturating_add(back.after) >= deadline) {
        let (after, deadline) = (format_duration(back.after), format_instant(deadline));
        warnings.push(format!(
            "a return after {after} is never made: every order's deadline is over by {deadline}; lengthen `storm` or `deadline`"
        ));
    }
}

/// When the last order comes, about.
fn last_order(purchases: &Purchases) -> Micros {
    match purchases {
        Purchases::Drawn { start, count, arrivals: Arrivals::Gap(gap), .. } => {
            const PARTS: u32 = 64;
            let words = (0..PARTS).map(|part| part * (u32::MAX / PARTS) + u32::MAX / PARTS / 2);
            let mean = words.map(|word| gap.quantile(word)).sum::<Micros>() / Micros::from(PARTS);
            start.saturating_add(mean.saturating_mul(Micros::from(count.saturating_sub(1))))
        }
        Purchases::Drawn { arrivals: Arrivals::Daily { days, .. }, .. } => Micros::from(*days) * DAY - 1,
        Purchases::Listed(list) => list.last().map_or(0, |last| last.at),
    }
}

/// A fault at a site to which nobody comes.
fn idle(fault: &Fault, comes: impl Fn(Site) -> Option<String>, warnings: &mut Vec<String>) {
    let idle = fault.sites.iter().filter_map(|site| Some((site.value, comes(site.value)?)));
    warnings.extend(idle.map(|(site, why)| format!("`{}` at `{site}` never strikes: {why}", fault.kind.name)));
}
