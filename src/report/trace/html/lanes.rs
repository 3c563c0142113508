//! The drawing of the lanes: SVG whose places across are percentages and whose places down are pixels, so that it fits any
//! width without scaling its letters. It is only for the eye: the list of steps says the same in words.
//!
//! Called by the page.

use super::rows::{PILL, PRINT, Row};
use crate::payments::fact::State;
use crate::payments::party::Party;
use crate::report::books::{BookView, Table};
use crate::report::paint::Tone;
use crate::report::steps::{Actor, Flight, Shape, Step, Way};
use crate::report::words;
use crate::run::outcome::Story;
use maud::{Markup, html};

/// The drawing of a story.
pub fn draw(story: &Story, steps: &[Step], rows: &[Row], height: usize) -> Markup {
    html! {
        svg.lanes aria-hidden="true" height=(height) {
            @for party in Party::ALL { line.lane x1=(x(party)) x2=(x(party)) y1="0" y2=(height) {} }
            @for table in Table::ALL { (bars(table, story, steps, rows, height)) }
            @for (step, row) in steps.iter().zip(rows) { (one(step, row, rows)) }
        }
    }
}

/// The heads of all arrows, once a page.
pub fn tips() -> Markup {
    html! {
        svg.tips aria-hidden="true" width="0" height="0" {
            defs {
                @for (id, class) in [("tip", "tip"), ("tip-fault", "tip fault")] {
                    marker id=(id) viewBox="0 0 10 10" refX="15" refY="5" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto" {
                        path class=(class) d="M0 0L10 5L0 10z" {}
                    }
                }
            }
        }
    }
}

/// The class of a state: its colour.
pub const fn class(state: State) -> &'static str {
    match state {
        State::None => "s-none",
        State::Pending => "s-pending",
        State::Unknown => "s-unknown",
        State::Succeeded => "s-paid",
        State::Failed | State::Closed | State::Reversed => "s-failed",
    }
}

/// Where a party's lane is, in thousandths of the width.
const fn lane(party: Party) -> usize {
    match party {
        Party::Merchant => 190,
        Party::Platform => 485,
        Party::Bank => 780,
    }
}

fn percent(thousandths: usize) -> String {
    format!("{}.{}%", thousandths / 10, thousandths % 10)
}

fn x(party: Party) -> String {
    percent(lane(party))
}

/// `parts` hundredths of the way.
const fn along(way: Way, parts: usize) -> usize {
    (lane(way.from()) * (100 - parts) + lane(way.to()) * parts) / 100
}

const fn place(table: Table) -> (Party, isize) {
    match table {
        Table::MerchantOrder => (Party::Merchant, 0),
        Table::PaymentOrder => (Party::Platform, -4),
        Table::ChannelOrder => (Party::Platform, 4),
        Table::BankRecord => (Party::Bank, 0),
    }
}

/// A table's state over time, as a bar on its lane.
fn bars(table: Table, story: &Story, steps: &[Step], rows: &[Row], height: usize) -> Markup {
    let (party, shift) = place(table);
    let mut view = BookView::default();
    let (mut told, mut state, mut since) = (0, State::None, 0);
    let mut bars: Vec<(State, usize, usize)> = Vec::new();
    for (step, row) in steps.iter().zip(rows) {
        for fact in story.facts.iter().take(step.facts).skip(told) {
            view.apply(fact);
        }
        told = told.max(step.facts);
        let now = view.gist(table);
        if now != state {
            bars.push((state, since, row.middle()));
            (state, since) = (now, row.middle());
        }
    }
    bars.push((state, since, height));
    html! {
        svg x=(x(party)) overflow="visible" {
            @for (state, from, to) in bars.iter().filter(|(state, ..)| *state != State::None) {
                rect.bar.(class(*state)) x=(shift - 3) y=(from) width="6" height=(to - from) rx="3" {}
            }
        }
    }
}

fn one(step: &Step, row: &Row, rows: &[Row]) -> Markup {
    match step.shape {
        Shape::At(Actor::Customer) => html! {
            @let (at, anchor) = beside(Party::Merchant, &step.label);
            (text(at, row.ink + 14, anchor, "label", &step.label))
            svg x=(x(Party::Merchant)) y=(row.ink + 20) overflow="visible" { path.customer d="M-5 0L5 0L0 8z" {} }
        },
        Shape::At(Actor::Party(party)) => local(step, row, party),
        Shape::Message(way, flight) => message(step, row, way, flight),
        Shape::Exchange(way, _) => exchange(step, row, way),
        Shape::Arrival(way, sent) => arrival(step, row, way, sent.and_then(|sent| rows.get(sent))),
        Shape::Books => html! {
            rect.band.(if step.has(Tone::Fault) { "fault" } else { "repair" }) x="2%" width="96%" y=(row.top + 3) height=(row.height - 6) rx="6" {}
            (notes(step, "50%", "middle", row.middle() + 4 - PRINT * step.notes.len().saturating_sub(1) / 2))
        },
    }
}

fn text(x: String, y: usize, anchor: &str, class: &str, words: &str) -> Markup {
    html! { text class=(class) x=(x) y=(y) text-anchor=(anchor) { (words) } }
}

/// The marks of a step, one below the other.
fn notes(step: &Step, x: &str, anchor: &str, y: usize) -> Markup {
    html! {
        @for (i, note) in step.notes.iter().enumerate() {
            (text(x.to_owned(), y + i * PRINT, anchor, match note.tone {
                Tone::Fault => "label fault",
                Tone::Repair => "label repair",
                Tone::Warning => "label warning",
                Tone::Plain | Tone::Dim | Tone::Bold => "label dim",
            }, &short(&note.text)))
        }
    }
}

/// A mark in fewer words, at most as many letters as fit on a small screen.
fn short(text: &str) -> String {
    const MOST: usize = 30;
    let text = text.replace("recovered by ", "").replace("violated: ", "");
    if text.chars().count() <= MOST { text } else { text.chars().take(MOST - 1).chain(['…']).collect() }
}

/// Where words about a party stand: on its lane, or from the edge where they are long, with room to what stands beside.
fn beside(party: Party, words: &str) -> (String, &'static str) {
    match (party, words.chars().count() > 17) {
        (Party::Merchant, true) => ("1%".to_owned(), "start"),
        (Party::Bank, true) => ("97%".to_owned(), "end"),
        (Party::Merchant | Party::Bank, false) | (Party::Platform, _) => (x(party), "middle"),
    }
}

fn local(step: &Step, row: &Row, party: Party) -> Markup {
    let moves: Vec<(String, State)> = step
        .moves
        .iter()
        .filter(|moved| moved.to != State::Pending)
        .map(|moved| {
            let table = match moved.table {
                Table::MerchantOrder => "order",
                Table::PaymentOrder => "payment",
                Table::ChannelOrder => "channel",
                Table::BankRecord => "record",
            };
            (format!("{table} #{} {}", u64::from(moved.number) + 1, words::state(moved.to, moved.purpose)), moved.to)
        })
        .collect();
    let longest = step.notes.iter().map(|note| short(&note.text)).max_by_key(|note| note.chars().count());
    let (at, anchor) = beside(party, &longest.unwrap_or_default());
    let (label_at, label_anchor) = beside(party, &step.label);
    let struck = if step.has(Tone::Fault) { "struck" } else { "calm" };
    let top = row.ink + 5;
    let under = top + PILL * moves.len().max(1);
    let small_print = !moves.is_empty() && !step.label.is_empty();
    let (shift, side) = if party == Party::Bank { (-30, "end") } else { (30, "start") };
    html! {
        @if moves.is_empty() {
            svg x=(x(party)) y=(top + PILL / 2) overflow="visible" { circle.dot.(struck) r="6" {} }
            // A dot without a word says nothing.
            @let said = if step.label.is_empty() && step.notes.is_empty() { short(deed(step, party)) } else { step.label.clone() };
            (text(percent(lane(party).saturating_add_signed(shift)), top + 15, side, "label", &said))
        }
        @for (i, (words, state)) in moves.iter().enumerate() { (pill(party, top + i * PILL, words, *state, struck)) }
        @if small_print { (text(label_at, under + 12, label_anchor, "label", &step.label)) }
        (notes(step, &at, anchor, under + 12 + if small_print { PRINT } else { 0 }))
    }
}

/// What a party does, without its name.
fn deed(step: &Step, party: Party) -> &str {
    step.words.strip_prefix(party.name()).unwrap_or(&step.words).trim_start()
}

fn pill(party: Party, y: usize, words: &str, state: State, struck: &str) -> Markup {
    let width = words.chars().count() * 13 / 2 + 14;
    let left = -(width as isize) / 2;
    html! {
        svg x=(x(party)) y=(y) overflow="visible" {
            rect.pill.(class(state)).(struck) x=(left) width=(width) height=(PILL - 3) rx="9" {}
            text.pill.(class(state)) y="14" text-anchor="middle" { (words) }
        }
    }
}

fn caption(step: &Step) -> String {
    step.mark.map_or(step.label.clone(), |mark| format!("{mark} {}", step.label))
}

/// The middle of a hop.
fn between(way: Way) -> String {
    percent(along(way, 50))
}

fn message(step: &Step, row: &Row, way: Way, flight: Flight) -> Markup {
    let struck = if step.has(Tone::Fault) { "fault" } else { "calm" };
    let tip = if struck == "fault" { "url(#tip-fault)" } else { "url(#tip)" };
    let (top, bottom) = (row.ink + 22, row.ink + 36);
    let start = if way.forged { 30 } else { 0 };
    html! {
        @match flight {
            Flight::Arrives(_) => {
                line.message.(struck).forged[way.forged] x1=(percent(along(way, start))) x2=(percent(along(way, 100))) y1=(top) y2=(bottom) marker-end=(tip) {}
            }
            Flight::Later => {
                line.message.(struck) x1=(percent(along(way, 0))) x2=(percent(along(way, 30))) y1=(top) y2=(top + 4) {}
            }
            Flight::Never => {
                line.message.(struck) x1=(percent(along(way, 0))) x2=(percent(along(way, 58))) y1=(top) y2=(top + 8) {}
                (text(percent(along(way, 64)), top + 15, "middle", "cross", "✗"))
            }
        }
        (text(between(way), row.ink + 16, "middle", "label", &caption(step)))
        (notes(step, &between(way), "middle", row.ink + 36 + PRINT))
    }
}

fn exchange(step: &Step, row: &Row, way: Way) -> Markup {
    let (top, turn, bottom) = (row.ink + 20, row.ink + 30, row.ink + 42);
    html! {
        line.message x1=(percent(along(way, 0))) x2=(percent(along(way, 100))) y1=(top) y2=(turn) marker-end="url(#tip)" {}
        line.message x1=(percent(along(way, 100))) x2=(percent(along(way, 0))) y1=(turn + 2) y2=(bottom) marker-end="url(#tip)" {}
        (text(between(way), row.ink + 15, "middle", "label", &caption(step)))
        (text(between(way), row.ink + 54, "middle", "label", &step.reply))
        (notes(step, &between(way), "middle", row.ink + 54 + PRINT))
    }
}

fn arrival(step: &Step, row: &Row, way: Way, sent: Option<&Row>) -> Markup {
    let (from, top) = match sent {
        Some(sent) => (0, sent.ink + 22),
        None => (60, row.ink + 12),
    };
    html! {
        line.message.fault.late x1=(percent(along(way, from))) x2=(percent(along(way, 100))) y1=(top) y2=(row.ink + 28) marker-end="url(#tip-fault)" {}
        (text(percent(along(way, 60)), row.ink + 18, "middle", "label", &caption(step)))
        (notes(step, &between(way), "middle", row.ink + 28 + PRINT))
    }
}
