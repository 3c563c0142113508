//! Every measure and every cost of a profile's strategies, as tables to sort.
//!
//! Called by the page.

use super::heat::{bar, number, tip};
use super::page::Page;
use super::scale::sortable;
use crate::campaign::compare::cell::Cost;
use crate::kernel::{format_duration, format_instant};
use crate::report::paint::grouped;
use maud::{Markup, html};

/// A cost: its heading, and how much of it there is.
type Column = (&'static str, fn(&Cost) -> u64);

const COSTS: [Column; 13] = [
    ("queries", |cost| cost.queries),
    ("notifications", |cost| cost.notifications),
    ("closes", |cost| cost.closes),
    ("file rows", |cost| cost.file_rows),
    ("scan rows", |cost| cost.scan_rows),
    ("refunds", |cost| cost.refunds),
    ("internal messages", |cost| cost.internal_messages),
    ("log entries", |cost| cost.log_writes),
    ("blocked orders", |cost| cost.blocked_orders),
    ("cases for a person", |cost| cost.manual_cases),
    ("calls to the bank", |cost| cost.bank_calls),
    ("locked", |cost| cost.lock_us),
    ("bank's peak, calls/s", |cost| cost.bank_peak[0]),
];

/// The tables of a profile.
pub fn tables(page: &Page, profile: usize) -> Markup {
    html! {
        h3 { "What it costs" }
        p.about { "In all, over " (grouped(page.cells(profile).first().map_or(0, |cell| cell.orders))) " orders." }
        (costs(page, profile))
        h3 { "All measures" }
        p.about { "Underlined numbers lead to an order behind them; the definitions stand at the end of the page." }
        (measures(page, profile))
    }
}

fn costs(page: &Page, profile: usize) -> Markup {
    let used: Vec<(&Column, u64)> = COSTS
        .iter()
        .map(|column| (column, page.cells(profile).iter().map(|cell| (column.1)(&cell.cost)).max().unwrap_or(0)))
        .filter(|(_, most)| *most > 0)
        .collect();
    html! {
        div.wide {
            table.sort.numbers data-fold="6" {
                caption.hidden { "Costs by strategy" }
                thead { tr { th scope="col" { "strategy" } @for ((name, _), _) in &used { th scope="col" { (name) } } } }
                tbody {
                    @for &strategy in &page.order {
                        @let cost = &page.cell(profile, strategy).cost;
                        tr data-keep[page.hue(strategy).is_some()] {
                            th scope="row" { (page.name(strategy)) }
                            @for ((name, of), most) in &used {
                                @let value = of(cost);
                                td.bar data-value=(value) style=(bar(value as f64, *most as f64))
                                    data-tip=[(*name == "bank's peak, calls/s").then(|| format!("at {}", format_instant(cost.bank_peak[1])))] {
                                    @if *name == "locked" { (format_duration(value)) } @else { (grouped(value)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn measures(page: &Page, profile: usize) -> Markup {
    let says = |measure: &usize| {
        page.cells(profile).iter().any(|cell| cell.values[*measure].as_ref().is_some_and(|of| of.value != 0.0))
    };
    let used: Vec<usize> = (0..page.comparison.measures.len()).filter(says).collect();
    html! {
        div.wide {
            table.sort.numbers data-fold="6" {
                caption.hidden { "Measures by strategy" }
                thead {
                    tr {
                        th scope="col" { "strategy" }
                        @for &measure in &used { th scope="col" { (page.measure(measure).title) } }
                    }
                }
                tbody {
                    @for &strategy in &page.order {
                        tr data-keep[page.hue(strategy).is_some()] {
                            th scope="row" { (page.name(strategy)) }
                            @for &measure in &used {
                                @match page.value(profile, strategy, measure) {
                                    None => td { "–" },
                                    Some(of) => td data-value=(sortable(of.value)) data-tip=(tip(page, profile, strategy, measure, of)) {
                                        (number(page, profile, strategy, measure, of))
                                    },
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
