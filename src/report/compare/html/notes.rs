//! What was assumed, how it is counted, what the strategies and profiles are, and how it is made again.
//!
//! Called by the page.

use super::page::Page;
use crate::campaign::shell::quoted;
use maud::{Markup, html};

/// The notes at the end.
pub fn notes(page: &Page) -> Markup {
    html! {
        section.notes id=(page.id("assumptions")) {
            h2 { "Assumptions" }
            (assumptions(page))
            h2 { "Strategies" }
            (strategies(page))
            h2 { "Definitions" }
            (definitions(page))
        }
    }
}

/// How to make it again.
pub fn again(page: &Page) -> Markup {
    let comparison = page.comparison;
    html! {
        section.again id=(page.id("again")) {
            h2 { "Make it again" }
            pre { code { (comparison.command) " --html " (quoted(&format!("{}.html", comparison.title))) } }
            dl {
                dt { "digest of all facts" } dd { code { (comparison.digest) } }
                dt { "inputs" } dd { code { (comparison.inputs) } }
                dt { "seeds" } dd { (comparison.sample.from) " to " (comparison.sample.to.saturating_sub(1)) }
                dt { "paychaos" } dd { (comparison.version) }
            }
            p.about { "The same command gives the same digest and the same page, on any machine, with any number of threads." }
        }
    }
}

fn assumptions(page: &Page) -> Markup {
    html! {
        div.wide.box {
            table.text {
                caption.hidden { "Assumptions" }
                thead { tr { th scope="col" { "what" } th scope="col" { "value" } th scope="col" { "source" } } }
                tbody {
                    @for group in page.comparison.assumptions.chunk_by(|a, b| a.source == b.source) {
                        @for (i, one) in group.iter().enumerate() {
                            tr {
                                th scope="row" { (one.what) } td { (one.value) }
                                @if i == 0 { td.dim rowspan=(group.len()) { (one.source) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn strategies(page: &Page) -> Markup {
    html! {
        details {
            summary { "What each of the " (page.comparison.strategies.len()) " does" }
            @for strategy in &page.comparison.strategies {
                h3 { (strategy.name) }
                p.about { (strategy.about) @if !strategy.rules_off.is_empty() { " Rules that are off: " (strategy.rules_off.join(", ")) "." } }
                ul {
                    @for mechanism in &strategy.mechanisms {
                        li { (mechanism.place) ": " b { (mechanism.name) } @if !mechanism.parameters.is_empty() { ", " (mechanism.parameters) } }
                    }
                }
            }
        }
    }
}

fn definitions(page: &Page) -> Markup {
    html! {
        details {
            summary { "How each of the " (page.comparison.measures.len()) " measures is counted" }
            dl.definitions {
                @for measure in &page.comparison.measures { dt { (measure.title) } dd { (measure.definition) } }
            }
        }
        details open {
            summary { "Why the intervals hold" }
            ul { @for line in &page.comparison.sample.method { li { (line) } } }
        }
    }
}
