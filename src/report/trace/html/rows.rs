//! Where each step stands on the page: its row's top and height, and the gap before it in which time passes.
//!
//! Called by the page and the drawing, which must agree.

use crate::kernel::{DAY, SECOND};
use crate::payments::party::Party;
use crate::report::steps::{Actor, Shape, Step, Then};
use crate::report::words;

/// The place of a step.
pub struct Row {
    /// Pixels from the top of the drawing.
    pub top: usize,
    /// The same for what is drawn in it: that stands in the middle.
    pub ink: usize,
    /// Its height in pixels.
    pub height: usize,
    /// What to say about the time that passed before it.
    pub gap: Option<String>,
    /// What to say about what is not told after it.
    pub then: Option<String>,
}

impl Row {
    /// Its middle.
    pub const fn middle(&self) -> usize {
        self.top + self.height / 2
    }
}

/// Height of a gap in which time passes.
const GAP: usize = 26;
/// Height of a line of words, and how many letters fit on one.
const LINE: usize = 19;
const LETTERS: usize = 44;
/// Height of a state's pill, and of a line of small print.
pub const PILL: usize = 22;
/// Height of a line of small print.
pub const PRINT: usize = 16;

/// The rows of `steps`, and the height of all.
pub fn place(steps: &[Step]) -> (Vec<Row>, usize) {
    let mut top = 6;
    let start = steps.first().map_or(0, |step| step.at);
    let mut before = start;
    let rows = steps
        .iter()
        .map(|step| {
            let passed = step.at.saturating_sub(before);
            let gap = (passed >= SECOND).then(|| gap(before, step.at));
            top += if gap.is_some() { GAP } else { 0 };
            before = until(step);
            let (drawn, height) = (drawn(step), drawn(step).max(said(step)));
            let row = Row { top, ink: top + (height - drawn) / 2, height, gap, then: step.then.words(start) };
            top += row.height + if row.then.is_some() { GAP } else { 0 };
            row
        })
        .collect();
    (rows, top + 10)
}

/// When a step, and what is not told after it, is over.
const fn until(step: &Step) -> u64 {
    match step.then {
        Then::Next => step.at,
        Then::Again { until, .. } | Then::LeftOut { until, .. } => until,
    }
}

fn gap(before: u64, now: u64) -> String {
    let days = if before / DAY == now / DAY { String::new() } else { format!(", day {}", now / DAY) };
    format!("{} later{days}", words::brief(now - before))
}

/// What the drawing of a step takes.
fn drawn(step: &Step) -> usize {
    let notes = PRINT * step.notes.len();
    10 + notes
        + match step.shape {
            Shape::At(Actor::Customer) => 26,
            Shape::At(Actor::Party(Party::Merchant | Party::Platform | Party::Bank)) => {
                PILL * step.moves.len().max(1) + if step.label.is_empty() || step.moves.is_empty() { 0 } else { PRINT }
            }
            Shape::Message(..) | Shape::Arrival(..) => 34,
            Shape::Exchange(..) => 52,
            Shape::Books => 6,
        }
}

/// What its words take.
fn said(step: &Step) -> usize {
    let letters = step.told().chars().count() + step.notes.iter().map(|note| note.text.chars().count() + 2).sum::<usize>();
    14 + LINE * (letters + 8).div_ceil(LETTERS)
}
