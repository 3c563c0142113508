//! The orders behind the numbers: each with its story, or the command that tells it.
//!
//! Called by the page, which links to them.

use super::page::Page;
use crate::campaign::compare::cell::{Cell, Example};
use crate::report::compare::units;
use crate::report::paint::width;
use maud::{Markup, html};

/// The examples of a profile.
pub fn stories(page: &Page, profile: usize) -> Markup {
    let any = page.cells(profile).iter().any(|cell| !cell.examples.is_empty());
    html! {
        @if any {
            details.examples {
                summary { "Orders behind the numbers" }
                @for &strategy in &page.order {
                    @let cell = page.cell(profile, strategy);
                    @for (at, example) in cell.examples.iter().enumerate() { (story(page, cell, at, example)) }
                }
            }
        }
    }
}

/// A text in which every sign is as wide as a letter, also one that the font for letters does not have.
fn aligned(text: &str) -> Markup {
    let is_plain =
        |c: char| c.is_ascii() || ('\u{2500}'..='\u{257f}').contains(&c) || width(c.encode_utf8(&mut [0; 4])) != 1;
    let (mut parts, mut rest) = (Vec::new(), text);
    while let Some(at) = rest.find(|c| !is_plain(c)) {
        let (before, from) = rest.split_at(at);
        let (sign, after) = from.split_at(from.chars().next().map_or(0, char::len_utf8));
        parts.push((before, sign));
        rest = after;
    }
    html! { @for (before, sign) in parts { (before) i { (sign) } } (rest) }
}

fn story(page: &Page, cell: &Cell, at: usize, example: &Example) -> Markup {
    let amount = units::amount(page.comparison, example.amount);
    let profile = &page.comparison.profiles[cell.profile].name;
    html! {
        article.order id=(page.example_id(cell.profile, cell.strategy, at)) {
            h4 { "Order " (example.order) " of seed " (example.seed) ", " (amount) " " (page.comparison.currency.code) ": " (example.why) }
            p.about { "\"" (page.name(cell.strategy)) "\" under " (profile) }
            @if !example.story.is_empty() { pre.story { (aligned(&example.story.join("\n"))) } }
            p { "Its story again:" }
            pre { code { (example.command) } }
        }
    }
}
