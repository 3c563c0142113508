//! A comparison for the terminal: the verdict, a table for each profile, what each layer buys, sweeps and plans.
//!
//! Called by the command line. Good at 80 columns; wider pages show more columns.

use crate::campaign::compare::answer::{Finding, Layers, Plans, Sweep};
use crate::campaign::compare::measures::position;
use crate::campaign::compare::{Comparison, measures, percent};
use crate::report::compare::rows::{MARKS, columns, heading, shown};
use crate::report::compare::units;
use crate::report::paint::{Page, Tone, count_of, grouped, paragraph, width, wrap};
use crate::report::summary::table;
use std::fmt::{self, Write};

/// More strategies than this are shown in one table over all profiles, and not in one for each.
const MANY: usize = 12;

/// Writes a comparison on a page of so many columns.
///
/// # Errors
/// Those of `out`.
pub fn write(out: &mut dyn Write, comparison: &Comparison, columns_of_page: usize) -> fmt::Result {
    let page = Page::new(columns_of_page);
    paragraph(out, page, "", &comparison.title, Tone::Bold)?;
    paragraph(out, page, "", &comparison.about, Tone::Dim)?;
    paragraph(out, page, "", &sample(comparison), Tone::Dim)?;
    writeln!(out)?;
    paragraph(out, page, "", &comparison.verdict.sentence, Tone::Bold)?;
    if comparison.strategies.len() > MANY {
        for measure in ["inconsistent", "late"] {
            over_all(out, comparison, position(measure), columns_of_page)?;
        }
        writeln!(out)?;
        for sentence in &comparison.verdict.by_profile {
            paragraph(out, page, "- ", sentence, Tone::Plain)?;
        }
    } else {
        for profile in 0..comparison.profiles.len() {
            under(out, comparison, profile, columns_of_page)?;
        }
    }
    paragraph(out, page, "", MARKS, Tone::Dim)?;
    for layers in &comparison.layers {
        layer(out, comparison, layers, page)?;
    }
    for sweep in &comparison.sweeps {
        swept(out, comparison, sweep, page)?;
    }
    for plans in &comparison.plans {
        plan(out, comparison, plans, page)?;
    }
    writeln!(out)?;
    paragraph(out, page, "", &format!("{}   digest {}", comparison.command, comparison.digest), Tone::Dim)
}

fn sample(comparison: &Comparison) -> String {
    let sample = &comparison.sample;
    let strategies = comparison.strategies.len();
    let seeds = sample.to - sample.from;
    format!(
        "{strategies} strateg{} and {}, each with {} under {}; {} % intervals; against \"{}\"; late is later than {}",
        if strategies == 1 { "y" } else { "ies" },
        count_of(comparison.profiles.len() as u64, "profile"),
        count_of(sample.orders, "order"),
        if seeds == 1 {
            format!("seed {}", sample.from)
        } else {
            format!("each of the seeds {} to {}", sample.from, sample.to - 1)
        },
        (sample.confidence * 100.0).round(),
        comparison.strategies[sample.reference].name,
        crate::kernel::format_duration(sample.within_us),
    )
}

/// One measure under all profiles: a row for each strategy, as many profiles side by side as fit.
fn over_all(out: &mut dyn Write, comparison: &Comparison, measure: usize, columns_of_page: usize) -> fmt::Result {
    let page = Page::new(columns_of_page);
    writeln!(out)?;
    paragraph(
        out,
        page,
        "",
        &format!("{}: {}", measures::ALL[measure].title, measures::ALL[measure].definition),
        Tone::Dim,
    )?;
    let names: Vec<String> = (0..comparison.strategies.len()).map(|strategy| short_name(comparison, strategy)).collect();
    let widest_name = names.iter().map(|name| width(name)).max().unwrap_or(0);
    let mut rest: Vec<usize> = (0..comparison.profiles.len()).collect();
    while !rest.is_empty() {
        let heads = |profile: usize| comparison.profiles[profile].name.replace('_', "\n");
        let columns = |profile: usize| -> Vec<String> {
            (0..names.len()).map(|strategy| shown(comparison, profile, strategy, measure)).collect()
        };
        let needs = |profile: usize| {
            let cells = columns(profile);
            let head = heads(profile);
            cells.iter().map(String::as_str).chain(head.lines()).map(width).max().unwrap_or(0) + 3
        };
        let mut used = widest_name + 4;
        let mut fit = 0;
        while fit < rest.len() && (used + needs(rest[fit]) <= columns_of_page.max(80) || fit == 0) {
            used += needs(rest[fit]);
            fit += 1;
        }
        let here: Vec<usize> = rest.drain(..fit).collect();
        let heads: Vec<String> =
            std::iter::once("strategy".to_owned()).chain(here.iter().map(|profile| heads(*profile))).collect();
        let by_column: Vec<Vec<String>> = here.iter().map(|profile| columns(*profile)).collect();
        let row = |(at, name): (usize, &String)| {
            std::iter::once(name.clone()).chain(by_column.iter().map(|column| column[at].clone())).collect()
        };
        let rows: Vec<Vec<String>> = names.iter().enumerate().map(row).collect();
        let mut text = String::new();
        table(&mut text, 1, &heads.iter().map(String::as_str).collect::<Vec<_>>(), &rows)?;
        write!(out, "{}", text.trim_start_matches('\n'))?;
    }
    match legend(comparison) {
        Some(legend) => paragraph(out, page, "", &legend, Tone::Dim),
        None => Ok(()),
    }
}

/// A strategy's name; of a subset the initials of its mechanisms.
fn short_name(comparison: &Comparison, strategy: usize) -> String {
    let of = &comparison.strategies[strategy];
    let Some(layers) = comparison.layers.first().filter(|layers| layers.is_subset(comparison, strategy)) else {
        return wrap(&of.name, 24).join("\n");
    };
    let mark = |name: &String| if of.subset.contains(name) { initial(name) } else { '·' };
    layers.mechanisms.iter().map(mark).flat_map(|mark| [mark, ' ']).collect::<String>().trim_end().to_owned()
}

fn initial(name: &str) -> char {
    name.chars().next().map_or(' ', |first| first.to_ascii_uppercase())
}

/// What the initials mean, where there are any.
fn legend(comparison: &Comparison) -> Option<String> {
    let layers = comparison.layers.first()?;
    let each = layers.mechanisms.iter().map(|name| format!("{} {name}", initial(name)));
    Some(each.collect::<Vec<_>>().join(", "))
}

/// One profile's table: a row for each strategy, as many columns as fit.
fn under(out: &mut dyn Write, comparison: &Comparison, profile: usize, columns_of_page: usize) -> fmt::Result {
    let page = Page::new(columns_of_page);
    let of = &comparison.profiles[profile];
    writeln!(out)?;
    let breach = if of.breach { " (breach of contract)" } else { "" };
    paragraph(out, page, "", &format!("{}{breach}", of.name), Tone::Bold)?;
    paragraph(out, page, "", &of.about, Tone::Dim)?;
    if let Some(why) = &of.coupled {
        paragraph(out, page, "", &format!("Orders are not independent: {why}."), Tone::Warning)?;
    }
    let name_columns = if columns_of_page >= 120 { 36 } else { 24 };
    let name = |strategy: usize| wrap(&comparison.strategies[strategy].name, name_columns).join("\n");
    let mut chosen = columns(comparison, profile, 15);
    loop {
        let row = |strategy: usize| {
            std::iter::once(name(strategy))
                .chain(chosen.iter().map(|measure| shown(comparison, profile, strategy, *measure)))
                .collect()
        };
        let rows: Vec<Vec<String>> = (0..comparison.strategies.len()).map(row).collect();
        let heads: Vec<&str> = std::iter::once("strategy").chain(chosen.iter().map(|measure| heading(*measure))).collect();
        let mut text = String::new();
        table(&mut text, 1, &heads, &rows)?;
        let widest = text.lines().map(width).max().unwrap_or(0);
        if widest <= columns_of_page.max(80) || chosen.len() <= 2 {
            write!(out, "{}", text.trim_start_matches('\n'))?;
            break;
        }
        chosen.pop();
    }
    paragraph(out, page, "", &comparison.verdict.by_profile[profile], Tone::Plain)
}

fn layer(out: &mut dyn Write, comparison: &Comparison, layers: &Layers, page: Page) -> fmt::Result {
    const SHOWN: [&str; 4] = ["inconsistent", "late", "open", "messages"];
    writeln!(out)?;
    let head = format!("what each layer buys under {}", comparison.profiles[layers.profile].name);
    paragraph(out, page, "", &head, Tone::Bold)?;
    let value = |strategy: usize, measure: &str| {
        shown(comparison, layers.profile, strategy, position(measure)).trim_end_matches([' ', '★', '▲', '▼']).to_owned()
    };
    let mut rows = Vec::new();
    for (step, strategy) in layers.waterfall.iter().enumerate() {
        let name = if step == 0 { "nothing".to_owned() } else { format!("+ {}", layers.mechanisms[step - 1]) };
        rows.push(std::iter::once(name).chain(SHOWN.map(|measure| value(*strategy, measure))).collect());
    }
    let mut text = String::new();
    table(&mut text, 1, &["one after the other", "inconsistent", "late", "mean time", "messages/order"], &rows)?;
    write!(out, "{}", text.trim_start_matches('\n'))?;
    let mut rows = Vec::new();
    for (mechanism, name) in layers.mechanisms.iter().enumerate() {
        let average = |measure: &str| {
            let measure = position(measure);
            let found = layers.marginal.iter().find(|one| one.mechanism == mechanism && one.measure == measure);
            let unit = measures::ALL[measure].unit;
            found.map_or("-".to_owned(), |one| units::difference(comparison, unit, one.average.value))
        };
        rows.push(std::iter::once(name.clone()).chain(SHOWN.map(average)).collect());
    }
    let mut text = String::new();
    table(&mut text, 1, &["over all orders", "inconsistent", "late", "mean time", "messages/order"], &rows)?;
    write!(out, "{}", text.trim_start_matches('\n'))
}

fn swept(out: &mut dyn Write, comparison: &Comparison, sweep: &Sweep, page: Page) -> fmt::Result {
    const SHOWN: [&str; 4] = ["inconsistent", "late", "open", "messages"];
    writeln!(out)?;
    let keys: Vec<&str> = sweep.axes.iter().map(|axis| axis.key.as_str()).collect();
    let about = if sweep.about.is_empty() { format!("{} varied", keys.join(" and ")) } else { sweep.about.clone() };
    paragraph(out, page, "", &about, Tone::Bold)?;
    let second = sweep.axes.get(1).map_or(1, |axis| axis.values.len());
    let of_each = sweep.axes[0].values.len() * second;
    for (number, strategy) in sweep.strategies.iter().enumerate() {
        let name = &comparison.strategies[*strategy].name;
        let head = format!("{name} under {}", comparison.profiles[sweep.profile].name);
        paragraph(out, page, "", &head, Tone::Dim)?;
        let points = sweep.points.get(number * of_each..(number + 1) * of_each).unwrap_or_default();
        let shown = |values: &[Option<crate::campaign::compare::cell::Estimate>], measure: &str| {
            let measure = position(measure);
            let unit = measures::ALL[measure].unit;
            values[measure].as_ref().map_or("-".to_owned(), |of| units::value(comparison, unit, of.value))
        };
        let rows: Vec<Vec<String>> = match sweep.axes.get(1) {
            None => {
                let row = |(value, point): (&String, &Vec<_>)| {
                    std::iter::once(value.clone()).chain(SHOWN.map(|measure| shown(point, measure))).collect()
                };
                sweep.axes[0].values.iter().zip(points).map(row).collect()
            }
            Some(_) => {
                let row = |(value, points): (&String, &[Vec<_>])| {
                    std::iter::once(value.clone()).chain(points.iter().map(|point| shown(point, "late"))).collect()
                };
                sweep.axes[0].values.iter().zip(points.chunks(second)).map(row).collect()
            }
        };
        let first = keys[0].rsplit('.').take(2).collect::<Vec<_>>().into_iter().rev().collect::<Vec<_>>().join(".");
        let heads: Vec<String> = match sweep.axes.get(1) {
            None => vec![first, "inconsistent".into(), "late".into(), "mean time".into(), "messages/order".into()],
            Some(axis) => std::iter::once(format!("late: {first}")).chain(axis.values.clone()).collect(),
        };
        let mut text = String::new();
        table(&mut text, 1, &heads.iter().map(String::as_str).collect::<Vec<_>>(), &rows)?;
        write!(out, "{}", text.trim_start_matches('\n'))?;
    }
    Ok(())
}

fn plan(out: &mut dyn Write, comparison: &Comparison, plans: &Plans, page: Page) -> fmt::Result {
    writeln!(out)?;
    let goal = format!(
        "{} of debited orders consistent within {} under {}",
        percent(plans.share),
        crate::kernel::format_duration(plans.within_us),
        comparison.profiles[plans.profile].name
    );
    paragraph(out, page, "", &goal, Tone::Bold)?;
    let row = |plan: &crate::campaign::compare::answer::Plan| {
        let meets = match plan.meets {
            Finding::Better => "✓ meets it",
            Finding::Worse => "✗ misses it",
            Finding::NotShown | Finding::Same => "not shown",
        };
        let within = units::estimate(comparison, crate::campaign::compare::Unit::Share, &plan.within);
        vec![
            wrap(&plan.plan, 30).join("\n"),
            format!("{:.4}", plan.queries.value),
            within.replace(" (", "\n("),
            meets.to_owned(),
        ]
    };
    let rows: Vec<Vec<String>> = plans.plans.iter().map(row).collect();
    let mut text = String::new();
    table(&mut text, 1, &["plan", "queries/order", "in time", "goal"], &rows)?;
    write!(out, "{}", text.trim_start_matches('\n'))?;
    let said = match plans.cheapest {
        Some(at) => format!("The cheapest that meets it: {}.", plans.plans[at].plan),
        None => format!("None of the {} plans is shown to meet it.", grouped(plans.plans.len() as u64)),
    };
    paragraph(out, page, "", &said, Tone::Plain)
}
