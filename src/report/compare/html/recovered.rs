//! Who recovers the dropped orders: a bar for each strategy, a part for each mechanism.
//!
//! Called by the page.

use super::page::Page;
use super::scale::share;
use crate::campaign::compare::cell::{Cell, Recovered};
use crate::campaign::compare::percent;
use crate::report::paint::grouped;
use maud::{Markup, html};

/// The mechanisms that have a colour of their own, in the order in which they stand; others share one.
const ORDER: [&str; 7] =
    ["late_answer", "notification", "polling", "reconciliation", "compensation", "duplicate_notification", "restart"];

/// What the columns mean, and how they add up.
pub const MEANS: &str = "Recovered: its own hop, where the answer was lost, has the success, or the money went back. Dropped is what was recovered, \
     what stands before a person, and what was not recovered: the books of the last two do not agree. Recovered, and \
     inconsistent: the news got no further than its own hop. Prevented: dropped under another strategy, not under this one, \
     and consistent in the end. Hung: the same, but nobody stopped waiting, and the books never agree.";

/// The table of a profile.
pub fn table(page: &Page, profile: usize) -> Markup {
    let cells = page.cells(profile);
    let most = cells.iter().map(|cell| cell.time.orders).max().unwrap_or(0);
    if most == 0 {
        return html! {};
    }
    html! {
        h3 { "Dropped orders, and who recovers them" }
        p.about { "An order is dropped when the bank has debited it and somebody has stopped waiting for the answer, or could not write it down." }
        ul.key.parts {
            @for (number, name) in legend(cells) { li { span.part.{ "m" (number) } {} (name) } }
        }
        div.wide {
            table.bars.sort.recovered data-fold="6" {
                caption.hidden { "Dropped orders by what recovered them" }
                thead {
                    tr {
                        th scope="col" { "strategy" }
                        th.drawn scope="col" data-plain { "recovered by" }
                        th scope="col" { "dropped" }
                        th scope="col" { "not recovered" }
                        th scope="col" { "before a person" }
                        th scope="col" { "recovered, and inconsistent" }
                        th scope="col" { "prevented" }
                        th scope="col" { "hung" }
                    }
                }
                tbody { @for &strategy in &page.order { (row(page, page.cell(profile, strategy), most)) } }
            }
        }
        p.marks { (MEANS) }
    }
}

/// The part that a mechanism has.
fn part(mechanism: &str) -> usize {
    ORDER.iter().position(|name| *name == mechanism).unwrap_or(ORDER.len())
}

/// The parts that occur: number and name.
fn legend(cells: &[Cell]) -> Vec<(usize, String)> {
    let recovered = || cells.iter().flat_map(|cell| &cell.dropped.recovered).filter(|recovered| recovered.count > 0);
    let mut all: Vec<(usize, String)> =
        recovered().map(|recovered| (part(&recovered.mechanism), recovered.mechanism.replace('_', " "))).collect();
    all.sort();
    all.dedup();
    let other: Vec<String> = all.iter().filter(|(part, _)| *part == ORDER.len()).map(|(_, name)| name.clone()).collect();
    all.retain(|(part, _)| *part < ORDER.len());
    if !other.is_empty() {
        all.push((ORDER.len(), other.join(", ")));
    }
    if cells.iter().any(|cell| cell.dropped.manual > 0) {
        all.push((8, "before a person".to_owned()));
    }
    if cells.iter().any(|cell| cell.dropped.unrecovered > 0) {
        all.push((9, "not recovered".to_owned()));
    }
    all
}

struct Piece {
    part: usize,
    count: u64,
    tip: String,
}

/// The pieces of a strategy's bar: a mechanism's hops together.
fn pieces(cell: &Cell) -> Vec<Piece> {
    let mut by: Vec<&Recovered> = cell.dropped.recovered.iter().filter(|recovered| recovered.count > 0).collect();
    by.sort_by_key(|recovered| (part(&recovered.mechanism), recovered.mechanism.clone(), recovered.hop.clone()));
    let mut pieces: Vec<Piece> = Vec::new();
    let all = cell.time.orders.max(1) as f64;
    for group in by.chunk_by(|a, b| a.mechanism == b.mechanism) {
        let count: u64 = group.iter().map(|recovered| recovered.count).sum();
        let mut tip =
            format!("{}: {} ({})", group[0].mechanism.replace('_', " "), grouped(count), percent(count as f64 / all));
        for one in group {
            tip.push_str(&format!("\n{}\t{}", one.hop, grouped(one.count)));
        }
        pieces.push(Piece { part: part(&group[0].mechanism), count, tip });
    }
    for (part, name, count) in [(8, "before a person", cell.dropped.manual), (9, "not recovered", cell.dropped.unrecovered)]
    {
        if count > 0 {
            pieces.push(Piece { part, count, tip: format!("{name}: {} ({})", grouped(count), percent(count as f64 / all)) });
        }
    }
    pieces
}

fn row(page: &Page, cell: &Cell, most: u64) -> Markup {
    let pieces = pieces(cell);
    let causes = cell.dropped.causes.iter().map(|cause| format!("\n{} {}\t{}", cause.hop, cause.kind, grouped(cause.count)));
    let tip = format!("by hop and cause{}", causes.collect::<String>());
    let number =
        |count: u64| html! { td data-value=(count) { @if count == 0 { span.dim { "0" } } @else { (grouped(count)) } } };
    html! {
        tr data-keep[page.hue(cell.strategy).is_some()] {
            th scope="row" { (page.name(cell.strategy)) }
            td.drawn {
                svg width="100%" height="26" role="group" aria-label="recovered by" {
                    @for (i, piece) in pieces.iter().enumerate() {
                        @let before: u64 = pieces[..i].iter().map(|piece| piece.count).sum();
                        rect.mark.part.{ "m" (piece.part) } data-tip=(piece.tip) x=(share(before as f64 / most as f64))
                            width=(share(piece.count as f64 / most as f64)) y="4" height="18" {}
                    }
                }
            }
            td data-value=(cell.time.orders) data-tip=(tip) { (grouped(cell.time.orders)) }
            (number(cell.dropped.unrecovered))
            (number(cell.dropped.manual))
            (number(cell.dropped.stranded))
            (number(cell.dropped.prevented))
            (number(cell.dropped.hung))
        }
    }
}
