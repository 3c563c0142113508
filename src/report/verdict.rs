//! The end of every text: what is violated and who bears it, goals, warnings, and the verdict.
//!
//! Called by the formats `story` and `summary`.

use crate::kernel::format_duration;
use crate::payments::money::Currency;
use crate::report::paint::{Page, Tone, count_of, paragraph, wrap};
use crate::report::words;
use crate::run::outcome::{Outcome, Verdict, Violation};
use std::fmt::{self, Write};

/// Why a violation does not count.
pub const EXCUSE: &str = "the downstream broke its word to this order: this is its doing, and does not count";

/// Writes violations of one order, with who bears the loss: once where it is the same.
///
/// # Errors
/// Those of `out`.
pub fn violations(out: &mut dyn Write, violations: &[&Violation], currency: Currency, page: Page) -> fmt::Result {
    for same_loss in violations.chunk_by(|a, b| a.bearer == b.bearer) {
        for violation in same_loss {
            let when = words::instant(violation.at);
            let head = format!("✗ {}", violation.invariant);
            writeln!(out, "{}  first seen {when}", Tone::Fault.paint(&head))?;
            paragraph(out, page, "  ", &violation.detail, Tone::Plain)?;
            if violation.excused {
                paragraph(out, page, "  excused: ", EXCUSE, Tone::Plain)?;
            }
            if let Some(rule) = &violation.prevented_by {
                paragraph(out, page, "  would have been prevented by: ", rule, Tone::Plain)?;
            }
        }
        if let Some((bearer, amount)) = same_loss.first().and_then(|violation| violation.bearer) {
            let text = format!("the {} bears {} {}", words::bearer(bearer), currency.format(amount), currency.code());
            paragraph(out, page, "  loss: ", &text, Tone::Fault)?;
        }
    }
    Ok(())
}

/// Writes goals, warnings, addresses that came to nothing, and the verdict with its reasons.
///
/// # Errors
/// Those of `out`.
pub fn write(out: &mut dyn Write, outcome: &Outcome, page: Page) -> fmt::Result {
    for goal in &outcome.goals {
        let (tone, text) = match goal.reached {
            true => (Tone::Repair, format!("✓ goal reached: {}", goal.name)),
            false => (Tone::Fault, format!("✗ goal not reached: {}", goal.name)),
        };
        paragraph(out, page, "", &text, tone)?;
    }
    for address in &outcome.unreached {
        paragraph(out, page, "! never reached: ", address, Tone::Warning)?;
    }
    for address in &outcome.spared_in_vain {
        paragraph(out, page, "! nothing to spare at: ", address, Tone::Warning)?;
    }
    for warning in &outcome.warnings {
        paragraph(out, page, "! ", warning, Tone::Warning)?;
    }
    match &outcome.verdict {
        Verdict::Pass => named(out, outcome, page, Tone::Repair, "PASS")?,
        Verdict::Fail(reasons) => {
            named(out, outcome, page, Tone::Fault, "FAIL")?;
            for reason in reasons {
                paragraph(out, page, "      ", reason, Tone::Plain)?;
            }
        }
    }
    paragraph(out, page, "      ", &facts(outcome), Tone::Dim)
}

fn named(out: &mut dyn Write, outcome: &Outcome, page: Page, tone: Tone, verdict: &str) -> fmt::Result {
    for (i, line) in wrap(&outcome.scenario, page.width - 6).iter().enumerate() {
        let verdict = if i == 0 { verdict } else { "    " };
        writeln!(out, "{}", tone.paint(&format!("{verdict}  {line}")))?;
    }
    Ok(())
}

fn facts(outcome: &Outcome) -> String {
    let totals = &outcome.totals;
    let seed = outcome.seed.map_or("no seed: what is not scripted is calm".to_owned(), |seed| format!("seed {seed}"));
    let worst = match (totals.inconsistent, totals.time_to_consistency.len()) {
        (1.., _) => format!(", {} not consistent by the deadline", count_of(totals.inconsistent, "order")),
        (0, 0) => String::new(),
        (0, _) => {
            format!(", consistent {} after the debit at the latest", format_duration(totals.time_to_consistency.max()))
        }
    };
    let events = count_of(totals.events, "event");
    format!("{}, {seed}, {events}, digest {:016x}{worst}", count_of(totals.orders, "order"), outcome.digest)
}
