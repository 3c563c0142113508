//! Rank 6: what people and programs read. One file per output format, from plain data (`run::outcome`).
//!
//! Called by the command line. It opens no files and knows no clock and no terminal: the width is passed in, colour is
//! always written and stripped by whoever prints.

pub mod books;
pub mod campaign;
pub mod compare;
mod document;
pub mod fields;
pub mod json;
pub mod names;
pub mod overview;
pub mod paint;
pub mod pairs;
#[cfg(test)]
pub(crate) mod sample;
pub mod steps;
pub mod story;
pub mod summary;
pub mod trace;
pub mod verdict;
pub mod words;

pub use paint::Page;

use crate::run::outcome::Outcome;
use std::fmt::{self, Write};

/// Writes one run for people: the story of its only order, or a summary of many and the stories of the worst.
///
/// # Errors
/// Those of `out`.
pub fn text(out: &mut dyn Write, outcome: &Outcome, page: Page) -> fmt::Result {
    if outcome.totals.orders == 1 {
        paint::paragraph(out, page, "", &outcome.scenario, paint::Tone::Bold)?;
        paint::paragraph(out, page, "", &outcome.about, paint::Tone::Dim)?;
    } else {
        summary::write(out, outcome, page)?;
    }
    for story in outcome.stories.iter().take(if is_calm(outcome) { 1 } else { usize::MAX }) {
        writeln!(out)?;
        story::write(out, outcome, story, page)?;
    }
    if !outcome.stories.is_empty() {
        writeln!(out)?;
        story::legend(out, page)?;
    }
    writeln!(out)?;
    verdict::write(out, outcome, page)
}

/// Nothing to look at: one story says what all would say.
fn is_calm(outcome: &Outcome) -> bool {
    let totals = &outcome.totals;
    let dropped = totals.dropped_external.iter().chain(&totals.dropped_internal).sum::<u64>();
    dropped == 0 && totals.manual_cases == 0 && outcome.violations.is_empty()
}
