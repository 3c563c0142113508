//! What else a comparison answers, for the terminal: what each layer buys, sweeps, and polling plans.
//!
//! Called by the text format.

use crate::campaign::compare::answer::{Finding, Layers, Plan, Plans, Sweep};
use crate::campaign::compare::cell::Estimate;
use crate::campaign::compare::measures::position;
use crate::campaign::compare::{Comparison, Unit, goal};
use crate::kernel::format_duration;
use crate::report::compare::fronts;
use crate::report::compare::matrix::matrix;
use crate::report::compare::rows::bare;
use crate::report::compare::units;
use crate::report::paint::{Page, Tone, grouped, paragraph, wrap};
use crate::report::summary::table;
use std::fmt::{self, Write};

/// The measures of a sweep's table, and their headings.
const SWEPT: [(&str, &str); 4] =
    [("inconsistent", "incon-\nsistent %"), ("late", "late\n%"), ("open", "mean\ntime"), ("messages", "messages\nan order")];

/// Writes all of it.
///
/// # Errors
/// Those of `out`.
pub fn write(out: &mut dyn Write, comparison: &Comparison, columns_of_page: usize) -> fmt::Result {
    let page = Page::new(columns_of_page);
    if let Some(first) = comparison.layers.first() {
        for measure in ["inconsistent", "late"] {
            waterfall(out, comparison, first, position(measure), columns_of_page)?;
        }
        for measure in ["inconsistent", "late"] {
            marginal(out, comparison, first, position(measure), columns_of_page)?;
        }
    }
    front(out, comparison, page)?;
    for sweep in &comparison.sweeps {
        swept(out, comparison, sweep, page)?;
    }
    for plans in &comparison.plans {
        of_plans(out, comparison, plans, page)?;
    }
    Ok(())
}

/// One layer after the other: what is left under each profile.
fn waterfall(
    out: &mut dyn Write,
    comparison: &Comparison,
    first: &Layers,
    measure: usize,
    columns_of_page: usize,
) -> fmt::Result {
    writeln!(out)?;
    let title = &comparison.measures[measure].title;
    paragraph(out, Page::new(columns_of_page), "", &format!("One layer after the other: {title}, in %"), Tone::Bold)?;
    let names: Vec<String> =
        std::iter::once("nothing".to_owned()).chain(first.mechanisms.iter().map(|name| format!("+ {name}"))).collect();
    let cell = |profile: usize, row: usize| {
        comparison.layers[profile]
            .waterfall
            .get(row)
            .map_or("-".to_owned(), |strategy| bare(comparison, profile, *strategy, measure))
    };
    matrix(out, comparison, "layers", &names, &cell, columns_of_page)
}

/// What each layer changes on average over all orders of adding it.
fn marginal(
    out: &mut dyn Write,
    comparison: &Comparison,
    first: &Layers,
    measure: usize,
    columns_of_page: usize,
) -> fmt::Result {
    writeln!(out)?;
    let info = &comparison.measures[measure];
    let head = format!("What each layer changes, on average over all orders of adding it: {}, in %", info.title);
    paragraph(out, Page::new(columns_of_page), "", &head, Tone::Bold)?;
    let cell = |profile: usize, row: usize| {
        let of_it = |one: &&crate::campaign::compare::answer::Marginal| one.mechanism == row && one.measure == measure;
        let found = comparison.layers[profile].marginal.iter().find(of_it);
        found.map_or("-".to_owned(), |one| {
            let sign = if one.average.value < 0.0 { "−" } else { "+" };
            format!("{sign}{}", units::bare(comparison, info.unit, one.average.value.abs()))
        })
    };
    matrix(out, comparison, "layer", &first.mechanisms, &cell, columns_of_page)
}

/// Time against cost under each profile.
fn front(out: &mut dyn Write, comparison: &Comparison, page: Page) -> fmt::Result {
    writeln!(out)?;
    paragraph(out, page, "", fronts::ABOUT, Tone::Bold)?;
    let (heads, mut rows) = fronts::table(comparison);
    let widths = if page.width >= 100 { [40, 44] } else { [18, 28] };
    for row in &mut rows {
        row.iter_mut().zip(widths).for_each(|(name, columns)| *name = wrap(name, columns).join("\n"));
    }
    let mut text = String::new();
    table(&mut text, 2, &heads.iter().map(String::as_str).collect::<Vec<_>>(), &rows)?;
    write!(out, "{}", text.trim_start_matches('\n'))
}

fn swept(out: &mut dyn Write, comparison: &Comparison, sweep: &Sweep, page: Page) -> fmt::Result {
    writeln!(out)?;
    let keys: Vec<&str> = sweep.axes.iter().map(|axis| axis.key.as_str()).collect();
    let about = if sweep.about.is_empty() { format!("{} varied", keys.join(" and ")) } else { sweep.about.clone() };
    paragraph(out, page, "", &about, Tone::Bold)?;
    let second = sweep.axes.get(1).map_or(1, |axis| axis.values.len());
    let of_each = sweep.axes[0].values.len() * second;
    for (points, strategy) in sweep.points.chunks(of_each.max(1)).zip(&sweep.strategies) {
        let name = &comparison.strategies[*strategy].name;
        let what = if sweep.axes.len() > 1 { ": late, in %" } else { "" };
        let head = format!("\"{name}\" under {}{what}", comparison.profiles[sweep.profile].name);
        paragraph(out, page, "", &head, Tone::Dim)?;
        let shown = |values: &[Option<Estimate>], name: &str| {
            let measure = position(name);
            let unit = comparison.measures[measure].unit;
            values[measure].as_ref().map_or("-".to_owned(), |of| units::bare(comparison, unit, of.value))
        };
        let row = |(value, points): (&String, &[Vec<Option<Estimate>>])| -> Vec<String> {
            let cells: Vec<String> = match sweep.axes.len() {
                1 => SWEPT.iter().flat_map(|(name, _)| points.iter().map(|point| shown(point, name))).collect(),
                _ => points.iter().map(|point| shown(point, "late")).collect(),
            };
            std::iter::once(value.clone()).chain(cells).collect()
        };
        let rows: Vec<Vec<String>> = sweep.axes[0].values.iter().zip(points.chunks(second)).map(row).collect();
        let heads: Vec<String> = match sweep.axes.get(1) {
            None => std::iter::once(last(keys[0])).chain(SWEPT.map(|(_, head)| head.to_owned())).collect(),
            Some(axis) => std::iter::once(last(keys[0]))
                .chain(axis.values.iter().map(|value| format!("{}\n{value}", last(&axis.key))))
                .collect(),
        };
        let mut text = String::new();
        table(&mut text, 1, &heads.iter().map(String::as_str).collect::<Vec<_>>(), &rows)?;
        write!(out, "{}", text.trim_start_matches('\n'))?;
    }
    Ok(())
}

/// The last two parts of a key.
fn last(key: &str) -> String {
    let parts: Vec<&str> = key.split('.').collect();
    parts[parts.len().saturating_sub(2)..].join(".")
}

fn of_plans(out: &mut dyn Write, comparison: &Comparison, plans: &Plans, page: Page) -> fmt::Result {
    writeln!(out)?;
    let wanted = format!(
        "{} of debited orders consistent within {} under {}: polling of \"{}\"",
        goal(plans.share),
        format_duration(plans.within_us),
        comparison.profiles[plans.profile].name,
        comparison.strategies[plans.strategy].name,
    );
    paragraph(out, page, "", &wanted, Tone::Bold)?;
    let row = |plan: &Plan| {
        let meets = match plan.meets {
            Finding::Better => "✓",
            Finding::Worse => "✗",
            Finding::NotShown | Finding::Same => "?",
        };
        let interval = units::interval(comparison, Unit::Share, &plan.within).unwrap_or_default().replace(" %", "");
        let within = units::bare(comparison, Unit::Share, plan.within.value);
        let columns = if page.width >= 100 { 44 } else { 26 };
        vec![wrap(&plan.plan, columns).join("\n"), format!("{:.4}", plan.queries.value), within, interval, meets.to_owned()]
    };
    let rows: Vec<Vec<String>> = plans.plans.iter().map(row).collect();
    let mut text = String::new();
    table(&mut text, 1, &["plan", "queries\nan order", "in time\n%", "interval\n%", "met"], &rows)?;
    write!(out, "{}", text.trim_start_matches('\n'))?;
    let said = match plans.cheapest {
        Some(at) => format!("The cheapest that is shown to meet it: {}.", plans.plans[at].plan),
        None => format!("None of the {} plans is shown to meet it.", grouped(plans.plans.len() as u64)),
    };
    paragraph(out, page, "", &said, Tone::Plain)
}
