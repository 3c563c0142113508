//! A comparison for the terminal: the verdict, a table for each profile, what each layer buys, sweeps and plans.
//!
//! Called by the command line. Good at 80 columns; wider pages show more columns.

use crate::campaign::compare::Comparison;
use crate::campaign::compare::measures::position;
use crate::report::compare::brief::{Answer, answers};
use crate::report::compare::matrix::matrix;
use crate::report::compare::rows::{MARKS, columns, heading, shown};
use crate::report::compare::{answers as others, units};
use crate::report::paint::{Page, Tone, count_of, paragraph, width, wrap};
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
    if !comparison.about.is_empty() {
        paragraph(out, page, "", &comparison.about, Tone::Dim)?;
    }
    paragraph(out, page, "", &sample(comparison), Tone::Dim)?;
    writeln!(out)?;
    paragraph(out, page, "", &comparison.verdict.sentence, Tone::Bold)?;
    if let Some(besides) = &comparison.verdict.besides {
        paragraph(out, page, "", besides, Tone::Plain)?;
    }
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
    others::write(out, comparison, columns_of_page)?;
    worse(out, comparison, page)?;
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

/// One measure under all profiles: a row for each strategy.
fn over_all(out: &mut dyn Write, comparison: &Comparison, measure: usize, columns_of_page: usize) -> fmt::Result {
    let info = &comparison.measures[measure];
    writeln!(out)?;
    paragraph(out, Page::new(columns_of_page), "", &format!("{}, in %: {}", info.title, info.definition), Tone::Dim)?;
    let names: Vec<String> = (0..comparison.strategies.len()).map(|strategy| short_name(comparison, strategy)).collect();
    let cell = |profile: usize, strategy: usize| shown(comparison, profile, strategy, measure);
    matrix(out, comparison, "strategy", &names, &cell, columns_of_page)?;
    match legend(comparison) {
        Some(legend) => paragraph(out, Page::new(columns_of_page), "", &legend, Tone::Dim),
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
    if !of.about.is_empty() {
        paragraph(out, page, "", &of.about, Tone::Dim)?;
    }
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
        let headings = chosen.iter().map(|measure| heading(comparison, *measure));
        let heads: Vec<String> = std::iter::once("strategy".to_owned()).chain(headings).collect();
        let heads: Vec<&str> = heads.iter().map(String::as_str).collect();
        let mut text = String::new();
        table(&mut text, 1, &heads, &rows)?;
        let widest = text.lines().map(width).max().unwrap_or(0);
        if widest <= columns_of_page.max(80) || chosen.len() <= 2 {
            write!(out, "{}", text.trim_start_matches('\n'))?;
            break;
        }
        chosen.pop();
    }
    paragraph(out, page, "", &comparison.verdict.by_profile[profile], Tone::Plain)?;
    answers(comparison, profile)
        .into_iter()
        .try_for_each(|Answer { asks, says }| paragraph(out, page, "- ", &format!("{asks} {says}"), Tone::Plain))
}

/// What became worse than the earlier result.
fn worse(out: &mut dyn Write, comparison: &Comparison, page: Page) -> fmt::Result {
    if !comparison.worse.is_empty() {
        writeln!(out)?;
    }
    for one in &comparison.worse {
        let info = &comparison.measures[one.measure];
        let text = format!(
            "{} / {}: {} was {}, is {}",
            comparison.profiles[one.profile].name,
            comparison.strategies[one.strategy].name,
            info.title,
            units::estimate(comparison, info.unit, &one.before),
            units::estimate(comparison, info.unit, &one.now),
        );
        paragraph(out, page, "worse: ", &text, Tone::Fault)?;
    }
    Ok(())
}
