//! `story` (text): what happened to one order, for whoever is woken up at 3 a.m.: a numbered timeline with the way that each
//! message took, what struck and what mended it; then the books side by side; then what is violated.
//!
//! Called for a run of one order, and for the worst orders of many. Every colour is said in signs as well.

use crate::kernel::{DAY, Micros, format_duration};
use crate::payments::address::SemanticAddress;
use crate::payments::money::Currency;
use crate::payments::party::Party;
use crate::payments::site::Site;
use crate::report::books::{BookView, Entry, Table};
use crate::report::paint::{self, Page, Tone, left, paragraph, right, wrap};
use crate::report::steps::{Actor, Flight, Shape, Step, Way, steps};
use crate::report::verdict;
use crate::report::words;
use crate::run::outcome::{Outcome, Story, Violation};
use std::fmt::{self, Write};
use tabled::builder::Builder;
use tabled::settings::object::Columns;
use tabled::settings::{Alignment, Style};

/// Columns of number, time since the beginning, time of day and lanes.
const MARGIN: usize = 4 + 10 + 13 + LANES + 2;
const LANES: usize = 13;

/// Writes the story of one order of `outcome`.
///
/// # Errors
/// Those of `out`.
pub fn write(out: &mut dyn Write, outcome: &Outcome, story: &Story, page: Page) -> fmt::Result {
    let currency = outcome.currency;
    let title = format!("order {}", u64::from(story.order) + 1);
    let amount = format!("{} {}", currency.format(story.amount), currency.code());
    paragraph(out, page, "", &format!("{title}: {amount} ({})", story.because), Tone::Bold)?;
    writeln!(out)?;
    let steps = steps(story, &outcome.violations, currency);
    timeline(out, &steps, page)?;
    misfortunes(out, &steps, &set(outcome, story.order), page)?;
    writeln!(out)?;
    books(out, &BookView::after(&story.facts), currency, page)?;
    let mine: Vec<&Violation> = outcome.violations.iter().filter(|violation| violation.order == story.order).collect();
    if !mine.is_empty() {
        writeln!(out)?;
        verdict::violations(out, &mine, currency, page)?;
    }
    Ok(())
}

fn timeline(out: &mut dyn Write, steps: &[Step], page: Page) -> fmt::Result {
    let head = format!("{} {} {} M     P     B", right("#", 3), right("after", 9), left("clock", 12));
    writeln!(out, "{}", Tone::Dim.paint(&head))?;
    let start = steps.first().map_or(0, |step| step.at);
    let mut day = start / DAY;
    for step in steps {
        if step.at / DAY != day {
            day = step.at / DAY;
            let rule = format!("{} day {day} {}", "─".repeat(14), "─".repeat(12));
            writeln!(out, "{}{}", " ".repeat(4), Tone::Dim.paint(&rule))?;
        }
        row(out, start, step, page)?;
        if let Some(words) = step.then.words(start) {
            writeln!(out, "{}{}", " ".repeat(MARGIN - LANES - 2), Tone::Dim.paint(&words))?;
        }
    }
    Ok(())
}

/// Writes what the signs of a story mean: once, however many stories are told.
///
/// # Errors
/// Those of `out`.
pub fn legend(out: &mut dyn Write, page: Page) -> fmt::Result {
    let text = "M merchant, P platform, B bank; ① to ⑥ the steps of a payment; (20ms) on its way; ✗ what struck or is wrong, \
                ↻ what recovered it. `run --without ADDRESS` takes a misfortune away.";
    paragraph(out, page, "", text, Tone::Dim)
}

/// What no step shows, because it is not one moment's: a time by script, a clock that is wrong.
fn set(outcome: &Outcome, order: u32) -> Vec<String> {
    let here = outcome.taken.iter().filter(|(at, _)| at.stream == order);
    let times = here.filter(|(at, _)| SemanticAddress(*at).site() != Some(Site::Amount));
    let taken = times.map(|(at, time)| format!("{}: takes {}", SemanticAddress(*at), format_duration(*time)));
    let skewed = outcome.skewed.iter().map(|(party, by)| {
        let way = if *by < 0 { "behind" } else { "ahead" };
        format!("the clock of the {}: {} {way}", party.name(), format_duration(by.unsigned_abs()))
    });
    taken.chain(skewed).collect()
}

/// The misfortunes by address, to be copied, after what was `set` before they struck.
fn misfortunes(out: &mut dyn Write, steps: &[Step], set: &[String], page: Page) -> fmt::Result {
    const MOST: usize = 20;
    let struck: Vec<(&Step, &String)> =
        steps.iter().filter_map(|step| step.address.as_ref().map(|address| (step, address))).collect();
    if !struck.is_empty() || !set.is_empty() {
        writeln!(out, "\n{}", Tone::Bold.paint("what struck"))?;
    }
    for text in set {
        paragraph(out, page, "  - ", text, Tone::Plain)?;
    }
    for (step, address) in struck.iter().take(MOST) {
        let fault = step.notes.iter().find(|note| note.tone == Tone::Fault);
        let text = fault.map_or("", |note| note.text.trim_start_matches("✗ "));
        let number = right(&step.number.to_string(), 3);
        paragraph(out, page, &format!("{number} "), &format!("{address}: {text}"), Tone::Plain)?;
    }
    if struck.len() > MOST {
        paragraph(out, page, "    ", &format!("and {} more", struck.len() - MOST), Tone::Dim)?;
    }
    Ok(())
}

fn row(out: &mut dyn Write, start: Micros, step: &Step, page: Page) -> fmt::Result {
    let after = format!("+{}", words::brief(step.at - start));
    let number = right(&step.number.to_string(), 3);
    let after = right(&after, 13 - paint::width(&number));
    let when = format!("{number}{after} {}", left(&words::clock(step.at), 12));
    let tone = if step.has(Tone::Fault) {
        Tone::Fault
    } else if step.has(Tone::Repair) {
        Tone::Repair
    } else {
        Tone::Plain
    };
    let room = page.width - MARGIN;
    let mut lines: Vec<(Tone, String)> = wrap(&step.told(), room).into_iter().map(|line| (Tone::Plain, line)).collect();
    for note in &step.notes {
        lines.extend(wrap(&note.text, room).into_iter().map(|line| (note.tone, line)));
    }
    for (i, (words, text)) in lines.iter().enumerate() {
        let (when, lanes) =
            if i == 0 { (when.clone(), lanes(step)) } else { (" ".repeat(MARGIN - LANES - 3), IDLE.to_owned()) };
        let lanes = if i == 0 { tone.paint(&lanes) } else { Tone::Dim.paint(&lanes) };
        writeln!(out, "{} {lanes}  {}", Tone::Dim.paint(&when), words.paint(text))?;
    }
    Ok(())
}

const IDLE: &str = "│     │     │";

/// The three lanes with what moves between them.
fn lanes(step: &Step) -> String {
    let mut cells: Vec<char> = IDLE.chars().collect();
    match step.shape {
        Shape::At(Actor::Customer) => cells[0] = '○',
        Shape::At(Actor::Party(party)) => {
            let here = party as usize * 6;
            cells[here] = if step.has(Tone::Fault) { '✗' } else { '●' };
            if let Some(mark) = step.mark {
                cells[if party == Party::Bank { here - 1 } else { here + 1 }] = mark;
            }
        }
        Shape::Message(way, flight) => arrow(&mut cells, way, step.mark, flight),
        Shape::Exchange(way, _) => {
            arrow(&mut cells, way, step.mark, Flight::Arrives(0));
            let tail = if way.down { way.from() as usize * 6 + 1 } else { way.from() as usize * 6 - 1 };
            cells[tail] = if way.down { '◀' } else { '▶' };
        }
        Shape::Arrival(way, _) => {
            arrow(&mut cells, way, step.mark, Flight::Arrives(0));
            cells[way.from() as usize * 6] = '┆';
        }
        Shape::Books => {
            let sign = if step.has(Tone::Fault) { '✗' } else { '=' };
            (cells[0], cells[6], cells[12]) = (sign, sign, sign);
        }
    }
    cells.into_iter().collect()
}

fn arrow(cells: &mut [char], way: Way, mark: Option<char>, flight: Flight) {
    let (from, to) = (way.from() as usize * 6, way.to() as usize * 6);
    let (low, high) = (from.min(to), from.max(to));
    let dash = if way.forged { '╌' } else { '─' };
    cells[low + 1..high].fill(dash);
    cells[low + 3] = mark.unwrap_or(dash);
    let next = |end: usize, towards: usize| if towards > end { end + 1 } else { end - 1 };
    match flight {
        Flight::Arrives(_) => cells[next(to, from)] = if to > from { '▶' } else { '◀' },
        Flight::Later => cells[next(to, from)] = '…',
        Flight::Never => {
            cells[next(to, from)] = ' ';
            cells[next(next(to, from), from)] = '✗';
        }
    }
    if !way.forged {
        cells[from] = if to > from { '├' } else { '┤' };
    }
}

/// Writes the books side by side, a row per number.
///
/// # Errors
/// Those of `out`.
pub fn books(out: &mut dyn Write, view: &BookView, currency: Currency, page: Page) -> fmt::Result {
    let table = |apart: &str| {
        let mut builder = Builder::default();
        let heads = Table::ALL.map(|table| table.name().to_owned());
        builder.push_record(std::iter::once("#".to_owned()).chain(heads));
        for number in 0..view.numbers() {
            let cells = Table::ALL
                .map(|table| view.entry(table, number).map_or("-".to_owned(), |entry| cell(entry, currency, apart)));
            builder.push_record(std::iter::once((u64::from(number) + 1).to_string()).chain(cells));
        }
        let sums = Table::ALL.map(|table| currency.format(view.net(table)));
        builder.push_record(std::iter::once("net".to_owned()).chain(sums));
        let mut table = builder.build();
        table.with(Style::rounded()).modify(Columns::new(1..), Alignment::right());
        table.to_string()
    };
    let wide = table(" ");
    let fits = wide.lines().all(|line| paint::width(line) <= page.width);
    writeln!(out, "{}", if fits { wide } else { table("\n") })?;
    let (tone, text) = view.agreement().words();
    writeln!(out, "{}", tone.paint(&format!("{text} (net amounts in {})", currency.code())))
}

fn cell(entry: Entry, currency: Currency, apart: &str) -> String {
    format!("{}{apart}{}", words::state(entry.state, entry.purpose), currency.format(entry.net))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Address;
    use crate::payments::party::Hop;
    use crate::payments::site::Place;
    use crate::report::paint::bare;
    use crate::report::sample;

    fn told(outcome: &Outcome) -> String {
        let mut out = String::new();
        for story in &outcome.stories {
            write(&mut out, outcome, story, Page::default()).expect("a String takes everything");
            out.push('\n');
        }
        bare(&out)
    }

    #[test]
    fn a_story_is_told() {
        insta::assert_snapshot!(told(&sample::many()));
    }

    #[test]
    fn what_no_step_shows_has_struck_too() {
        let mut outcome = sample::many();
        let order = outcome.stories[0].order;
        let decision = Site::Hop(Hop::PlatformBank, Place::Decision).index();
        let at = |stream| Address { stream, site: decision, occurrence: 0 };
        outcome.skewed = vec![(Party::Platform, -600_000_000)];
        outcome.taken = vec![(at(order), 8_000_000), (at(order + 1), 9_000_000)];
        outcome.stories.truncate(1);
        let told = told(&outcome);
        let after = told.split_once("what struck\n").expect("something struck").1;
        assert!(after.contains(&format!("- order {} / platform-bank / decision / 1: takes 8s\n", order + 1)), "{told}");
        assert!(after.contains("- the clock of the platform: 10m00s behind\n"), "{told}");
        assert!(!after.contains("takes 9s"), "another order's");
    }

    #[test]
    fn no_line_is_too_long() {
        for width in [80, 100, 120] {
            let outcome = sample::awkward();
            let mut out = String::new();
            for story in &outcome.stories {
                write(&mut out, &outcome, story, Page::new(width)).expect("a String takes everything");
            }
            for line in bare(&out).lines() {
                assert!(paint::width(line) <= width, "{width}: {line}");
            }
        }
    }
}
