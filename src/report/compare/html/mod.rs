//! A comparison as one self-contained HTML page: the answer, then charts and tables that can be asked, then what was assumed
//! and how it is made again. No network, no library; light and dark, on a phone and on paper.
//!
//! Called by the command line. One file per chart; style and script stand beside them. Without the script everything is
//! shown; with it, one profile and one measure at a time. The same comparison gives the same bytes.

#[cfg(test)]
mod colours;
mod curves;
mod differences;
mod examples;
mod front;
mod heat;
mod layers;
mod notes;
mod page;
mod plans;
mod plot;
mod recovered;
mod risk;
mod scale;
mod sweeps;
#[cfg(test)]
mod tests;
mod values;

use crate::campaign::compare::{Comparison, percent};
use crate::report::compare::brief::{Answer, answers};
use crate::report::document::document;
use crate::report::paint::{count_of, grouped};
use maud::{Markup, html};
use page::Page;
use std::fmt::{self, Write};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Writes a page of comparisons.
///
/// # Errors
/// Those of `out`.
pub fn write(out: &mut dyn Write, comparisons: &[Comparison]) -> fmt::Result {
    let title = match comparisons {
        [only] => only.title.clone(),
        many => count_of(many.len() as u64, "comparison"),
    };
    let body = html! {
        header.top { p { b { "paychaos" } " compare" } div.theme {} }
        @if comparisons.len() > 1 {
            nav aria-label="Comparisons" {
                @for (i, comparison) in comparisons.iter().enumerate() { a href={ "#c" (i + 1) } { (comparison.title) } " " }
            }
        }
        main { @for (i, comparison) in comparisons.iter().enumerate() { (shown(&Page::new(comparison, i + 1))) } }
    };
    writeln!(out, "{}", document(&format!("{title} · paychaos compare"), [STYLE, SCRIPT], &body))
}

fn shown(page: &Page) -> Markup {
    let comparison = page.comparison;
    html! {
        article.comparison id={ "c" (page.number) } {
            header {
                h1 { (comparison.title) }
                p.asks { (comparison.about) }
                p.verdict { (unbroken(&comparison.verdict.sentence)) }
                @if let Some(besides) = &comparison.verdict.besides { p.answer { (unbroken(besides)) } }
                (sample(page))
                (worse(page))
                (contents(page))
            }
            section id=(page.id("overview")) {
                h2 { "Strategies by profile" }
                (heat::tables(page))
            }
            div.profiles data-name="Profile" { @for profile in 0..comparison.profiles.len() { (under(page, profile)) } }
            (sweeps::charts(page))
            (plans::tables(page))
            (notes::notes(page))
            (notes::again(page))
        }
    }
}

/// A sentence in which no number loses its percent sign at the end of a line.
fn unbroken(sentence: &str) -> String {
    sentence.replace(" %", "\u{a0}%")
}

fn sample(page: &Page) -> Markup {
    let (comparison, sample) = (page.comparison, &page.comparison.sample);
    let orders = sample.orders.saturating_mul(sample.to.saturating_sub(sample.from));
    html! {
        p.sample {
            (count_of(comparison.strategies.len() as u64, "strategy").replace("strategys", "strategies")) " × "
            (count_of(comparison.profiles.len() as u64, "fault profile")) ", "
            (grouped(orders)) " orders in each cell, the same for all; "
            (percent(sample.confidence).replace(".0 %", "\u{a0}%")) " intervals; digest " code { (comparison.digest) }
        }
    }
}

/// What became worse than in an earlier result, if it was compared with one.
fn worse(page: &Page) -> Markup {
    let name = |profile: usize| &page.comparison.profiles[profile].name;
    html! {
        @if !page.comparison.worse.is_empty() {
            h2 { "Worse than before" }
            ul.became {
                @for one in &page.comparison.worse {
                    li {
                        "▲ " b { (page.measure(one.measure).title) } " of \"" (page.name(one.strategy)) "\" under " (name(one.profile)) ": "
                        (page.told(one.measure, &one.now)) "; it was " (page.told(one.measure, &one.before))
                    }
                }
            }
        }
    }
}

fn contents(page: &Page) -> Markup {
    let comparison = page.comparison;
    let parts = [
        ("overview", "Overview", true),
        ("profiles", "One profile", true),
        ("sweeps", "Parameters", !comparison.sweeps.is_empty()),
        ("plans", "Polling plans", !comparison.plans.is_empty()),
        ("assumptions", "Assumptions", true),
        ("again", "Make it again", true),
    ];
    html! {
        nav.contents aria-label="On this page" {
            @for (id, name, _) in parts.iter().filter(|(.., is_there)| *is_there) { a href={ "#" (page.id(id)) } { (name) } " " }
        }
    }
}

/// Everything about one profile.
fn under(page: &Page, profile: usize) -> Markup {
    let about = &page.comparison.profiles[profile];
    html! {
        section.profile data-profile=(about.name) id=[(profile == 0).then(|| page.id("profiles"))] {
            h2 { (heat::broken(&about.name)) @if about.breach { " " span.badge { "breach of contract" } } }
            p.about { (about.about) }
            @if let Some(why) = &about.coupled { p.about { "Orders are not independent of each other: " (why) "; intervals allow for it." } }
            @if let Some(sentence) = page.comparison.verdict.by_profile.get(profile) {
                p.answer { (unbroken(sentence.strip_prefix(&format!("{}: ", about.name)).unwrap_or(sentence))) }
            }
            dl.brief { @for Answer { asks, says } in answers(page.comparison, profile) { dt { (asks) } dd { (unbroken(&says)) } } }
            details { summary { "What strikes" } ul.strikes { @for strike in &about.strikes { li { (strike) } } } }
            div.pair { div { (curves::charts(page, profile)) } div { (risk::chart(page, profile)) } }
            (layers::charts(page, profile))
            (front::chart(page, profile))
            (recovered::table(page, profile))
            (differences::tables(page, profile))
            (values::tables(page, profile))
            (examples::stories(page, profile))
        }
    }
}
