//! The cheapest polling plan that meets a goal.
//!
//! Called by the page.

use super::page::Page;
use super::scale::sortable;
use crate::campaign::compare::answer::{Finding, Plan, Plans};
use crate::campaign::compare::{Unit, goal};
use crate::kernel::format_duration;
use crate::report::compare::units;
use maud::{Markup, html};

/// All questions after a plan.
pub fn tables(page: &Page) -> Markup {
    html! {
        @if !page.comparison.plans.is_empty() {
            section id=(page.id("plans")) {
                h2 { "Polling plans" }
                @for plans in &page.comparison.plans { (one(page, plans)) }
            }
        }
    }
}

fn one(page: &Page, plans: &Plans) -> Markup {
    let wanted = format!("{} of debited orders consistent within {}", goal(plans.share), format_duration(plans.within_us));
    html! {
        h3 { (wanted) ", under " (page.comparison.profiles[plans.profile].name) }
        p.answer {
            @match plans.cheapest.and_then(|at| plans.plans.get(at)) {
                Some(plan) => {
                    "The cheapest that meets it beyond doubt: " b { (plan.plan) } ", with "
                    (units::value(page.comparison, Unit::PerOrder, plan.queries.value)) " queries per order."
                }
                None => "No plan tried is shown to meet it.",
            }
        }
        p.about { "The polling of \"" (page.name(plans.strategy)) "\" was varied." }
        div.wide {
            table.sort.numbers data-fold="12" {
                caption.hidden { "Polling plans: " (wanted) }
                thead { tr { @for head in ["plan", "queries per order", "in time", "goal"] { th scope="col" { (head) } } } }
                tbody { @for (at, plan) in plans.plans.iter().enumerate() { (row(page, plan, plans.cheapest == Some(at))) } }
            }
        }
    }
}

fn row(page: &Page, plan: &Plan, chosen: bool) -> Markup {
    let (sign, word, class) = match plan.meets {
        Finding::Better | Finding::Same => ("✓", "met", "better"),
        Finding::Worse => ("✗", "missed", "worse"),
        Finding::NotShown => ("○", "not shown", "not-shown"),
    };
    html! {
        tr.reference[chosen] {
            th scope="row" { @if chosen { "★ " } (plan.plan) }
            td data-value=(sortable(plan.queries.value)) data-tip=(units::estimate(page.comparison, Unit::PerOrder, &plan.queries)) {
                (units::value(page.comparison, Unit::PerOrder, plan.queries.value))
            }
            td data-value=(sortable(plan.within.value)) { (units::estimate(page.comparison, Unit::Share, &plan.within)) }
            td.finding.(class) { b { (sign) } " " (word) }
        }
    }
}
