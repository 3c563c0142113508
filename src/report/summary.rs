//! `summary` (text): many orders in a few tables: how many were dropped where, what recovered them, how soon, at what cost,
//! who lost what, and what was violated.
//!
//! Called for a run of more than one order.

use crate::kernel::{DAY, HOUR, Micros, SECOND, format_duration};
use crate::payments::grounds::Cause;
use crate::payments::money::{Currency, Money};
use crate::payments::party::Hop;
use crate::report::json::quantiles;
use crate::report::paint::{Page, Tone, count_of, grouped, paragraph, share};
use crate::report::words;
use crate::run::outcome::{Cost, Outcome, Times, Totals};
use std::fmt::{self, Write};
use tabled::builder::Builder;
use tabled::settings::object::Columns;
use tabled::settings::{Alignment, Style};

/// Writes the tables.
///
/// # Errors
/// Those of `out`.
pub fn write(out: &mut dyn Write, outcome: &Outcome, page: Page) -> fmt::Result {
    let totals = &outcome.totals;
    paragraph(out, page, "", &outcome.scenario, Tone::Bold)?;
    if !outcome.about.is_empty() {
        paragraph(out, page, "", &outcome.about, Tone::Dim)?;
    }
    let world = outcome.coupled.map_or("each on its own".to_owned(), |why| format!("in one world ({why})"));
    paragraph(
        out,
        page,
        "",
        &format!("{}, {} paid; {world}", count_of(totals.orders, "order"), grouped(totals.paid)),
        Tone::Dim,
    )?;
    if all_dropped(totals) == 0 {
        writeln!(out, "\n{}", Tone::Repair.paint("✓ no order was dropped"))?;
    } else {
        drops(out, totals, page)?;
    }
    if totals.manual_cases > 0 {
        let text = format!("{} before a person, dropped or not", count_of(totals.manual_cases, "order"));
        paragraph(out, page, "", &text, Tone::Fault)?;
    }
    table(out, 1, &["time to consistency", "p50", "p90", "p99", "max", "never"], &times(totals))?;
    if totals.cost != Cost::default() {
        table(out, 1, &["cost of recovery", "in all", "per 1,000 orders"], &cost(totals))?;
    }
    table(out, 1, &["money", outcome.currency.code()], &money(totals, outcome.currency))?;
    if outcome.violated.iter().any(|(_, count)| *count > 0) {
        let violated = outcome.violated.iter().filter(|(_, count)| *count > 0);
        let rows: Vec<Vec<String>> = violated.map(|(id, count)| vec![(*id).to_owned(), grouped(*count)]).collect();
        table(out, 1, &["violated", "times"], &rows)?;
    } else {
        writeln!(out, "\n{}", Tone::Repair.paint("✓ no invariant is violated"))?;
    }
    Ok(())
}

fn drops(out: &mut dyn Write, totals: &Totals, page: Page) -> fmt::Result {
    table(out, 1, &["dropped", "external", "internal", "of all orders"], &dropped(totals))?;
    table(out, 2, &["recovered by", "on", "orders", "of all dropped"], &recovered(totals))?;
    let (early, all) = (totals.before_reconciliation, all_dropped(totals));
    let text = format!(
        "{} of {} recovered before reconciliation ({})",
        grouped(early),
        count_of(all, "dropped order"),
        share(early, all)
    );
    paragraph(out, page, "", &text, Tone::Plain)
}

/// Writes a table under its heads: the first `words` columns hold words, the others numbers.
pub(super) fn table(out: &mut dyn Write, words: usize, head: &[&str], rows: &[Vec<String>]) -> fmt::Result {
    let mut builder = Builder::default();
    builder.push_record(head.iter().copied());
    for row in rows {
        builder.push_record(row);
    }
    let mut table = builder.build();
    table.with(Style::rounded()).modify(Columns::new(words..), Alignment::right());
    writeln!(out, "\n{table}")
}

fn all_dropped(totals: &Totals) -> u64 {
    totals.dropped_external.iter().chain(&totals.dropped_internal).sum()
}

fn dropped(totals: &Totals) -> Vec<Vec<String>> {
    let row = |name: &str, external: u64, internal: u64| {
        vec![name.to_owned(), grouped(external), grouped(internal), share(external + internal, totals.orders)]
    };
    let on = |hop: Hop| row(hop.name(), totals.dropped_external[hop as usize], totals.dropped_internal[hop as usize]);
    let mut rows: Vec<Vec<String>> = Hop::ALL.into_iter().map(on).collect();
    rows.push(row("in all", totals.dropped_external.iter().sum(), totals.dropped_internal.iter().sum()));
    rows
}

fn recovered(totals: &Totals) -> Vec<Vec<String>> {
    let all = all_dropped(totals);
    let row = |what: &str, hop: &str, count: u64| vec![what.to_owned(), hop.to_owned(), grouped(count), share(count, all)];
    let mut by: Vec<(&(Hop, Cause), &u64)> = totals.recovered_by.iter().collect();
    by.sort_by_key(|(key, count)| (std::cmp::Reverse(**count), **key));
    let mut rows: Vec<Vec<String>> =
        by.iter().map(|((hop, cause), count)| row(words::cause(*cause), hop.name(), **count)).collect();
    rows.push(row("before a person", "", totals.manual));
    rows.push(row("unrecovered", "", totals.unrecovered));
    rows
}

fn times(totals: &Totals) -> Vec<Vec<String>> {
    let row = |name: &str, times: &Times| {
        let at = quantiles(times);
        let none = if times.never() > 0 { "never" } else { "-" };
        let shown = [at.p50, at.p90, at.p99].map(|us| us.map_or(none.to_owned(), format_duration));
        let longest = at.max.map_or("-".to_owned(), format_duration);
        std::iter::once(name.to_owned()).chain(shown).chain([longest, grouped(at.never)]).collect()
    };
    vec![row("dropped orders", &totals.time_to_consistency), row("all debited orders", &totals.time_to_consistency_all)]
}

fn cost(totals: &Totals) -> Vec<Vec<String>> {
    let cost = &totals.cost;
    let rows = [
        ("queries", cost.queries),
        ("notifications", cost.notifications),
        ("closes", cost.closes),
        ("settlement file records", cost.file_rows),
        ("rows found by scans", cost.scan_rows),
        ("refunds", cost.refunds),
        ("calls within the platform", cost.internal_messages),
        ("entries in a transaction's log", cost.log_writes),
        ("orders that waited for a lock", cost.blocked_orders),
    ];
    let per = |count: u64| {
        let tenths = u128::from(count) * 10_000 / u128::from(totals.orders.max(1));
        format!("{}.{}", tenths / 10, tenths % 10)
    };
    let counts = rows.into_iter().filter(|(_, count)| *count > 0);
    let times = [("payment orders locked", cost.lock_us), ("payment orders behind channel orders", cost.behind_us)];
    let times = times.into_iter().filter(|(_, time)| *time > 0);
    let each = |time: u64| format_duration(time.saturating_mul(1000) / totals.orders.max(1));
    counts
        .map(|(what, count)| vec![what.to_owned(), grouped(count), per(count)])
        .chain(times.map(|(what, time)| vec![what.to_owned(), format_duration(time), each(time)]))
        .collect()
}

fn money(totals: &Totals, currency: Currency) -> Vec<Vec<String>> {
    let loss = &totals.loss;
    let row = |what: &str, amount: Money| vec![what.to_owned(), currency.format(amount)];
    vec![
        vec!["at risk, times how long".to_owned(), at_risk(totals.at_risk, currency)],
        row("lost by the customer (debited, no goods)", loss.customer),
        row("lost by the merchant (goods, no money)", loss.merchant),
        row("lost by the platform (owed, not received)", loss.platform),
    ]
}

/// Money times time in a unit that people can picture: `1.42 for 1 hour`.
fn at_risk(minor_micros: u128, currency: Currency) -> String {
    let in_unit = |unit: Micros| minor_micros / u128::from(unit);
    let whole = 10u128.pow(currency.places());
    let (unit, name) =
        [(DAY, "day"), (HOUR, "hour")].into_iter().find(|(unit, _)| in_unit(*unit) >= whole).unwrap_or((SECOND, "second"));
    match Money::try_from(in_unit(unit)) {
        Ok(0) if minor_micros == 0 => "0".to_owned(),
        Ok(amount) => format!("{} for 1 {name}", currency.format(amount)),
        Err(_) => "more than can be counted".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::paint::{self, bare};
    use crate::report::sample;

    fn told(outcome: &Outcome) -> String {
        let mut out = String::new();
        write(&mut out, outcome, Page::default()).expect("a String takes everything");
        bare(&out)
    }

    #[test]
    fn many_orders_in_a_few_tables() {
        insta::assert_snapshot!(told(&sample::many()));
    }

    #[test]
    fn no_line_is_too_long() {
        let mut outcome = sample::awkward();
        outcome.totals.orders = u64::MAX;
        outcome.totals.dropped_external = [u64::MAX / 4; 2];
        outcome.totals.cost.queries = u64::MAX;
        outcome.totals.at_risk = u128::MAX;
        outcome.totals.loss.platform = Money::MIN;
        for line in told(&outcome).lines() {
            assert!(paint::width(line) <= 80, "{line}");
        }
    }

    #[test]
    fn money_at_risk_has_a_unit_that_people_can_picture() {
        let shown = [0, 100 * SECOND, 150 * HOUR, 12_345 * DAY].map(|risk| at_risk(u128::from(risk), Currency::CNY));
        assert_eq!(shown, ["0", "1.00 for 1 second", "1.50 for 1 hour", "123.45 for 1 day"]);
    }
}
