//! The orders behind the numbers: each with its story, or the command that tells it.
//!
//! Called by the page, which links to them.

use super::page::Page;
use crate::campaign::compare::Unit;
use crate::campaign::compare::cell::{Cell, Example};
use crate::report::compare::units;
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

fn story(page: &Page, cell: &Cell, at: usize, example: &Example) -> Markup {
    let amount = units::value(page.comparison, Unit::Money, example.amount as f64);
    let profile = &page.comparison.profiles[cell.profile].name;
    html! {
        article.order id=(page.example_id(cell.profile, cell.strategy, at)) {
            h4 { "Order " (example.order) " of seed " (example.seed) ", " (amount) " " (page.comparison.currency.code) ": " (example.why) }
            p.about { "\"" (page.name(cell.strategy)) "\" under " (profile) }
            @if !example.story.is_empty() { pre.story { (example.story.join("\n")) } }
            p { "Its story again:" }
            pre { code { (example.command) } }
        }
    }
}
