//! `overview` (text): one line per scenario when many are run, then how many passed.
//!
//! Called by the command line for `run` and `ci` over more than one file.

use crate::report::paint::{self, Page, Tone, count_of, grouped, left, paragraph, right, wrap};
use crate::run::outcome::{Outcome, Verdict};
use std::fmt::{self, Write};

/// Columns right of the name.
const REST: usize = 3 * 11 + 6;

/// Writes the lines.
///
/// # Errors
/// Those of `out`.
pub fn write(out: &mut dyn Write, outcomes: &[Outcome], page: Page) -> fmt::Result {
    let longest = outcomes.iter().map(|outcome| paint::width(&outcome.scenario)).max().unwrap_or(0);
    let columns = longest.clamp("scenario".len(), page.width - REST);
    let head = format!(
        "      {}{}{}{}",
        left("scenario", columns),
        right("orders", 11),
        right("dropped", 11),
        right("recovered", 11)
    );
    writeln!(out, "{}", Tone::Dim.paint(&head))?;
    for outcome in outcomes {
        line(out, outcome, columns, page)?;
    }
    let failed = outcomes.iter().filter(|outcome| outcome.verdict != Verdict::Pass).count() as u64;
    let all = count_of(outcomes.len() as u64, "scenario");
    let (tone, text) = match failed {
        0 => (Tone::Repair, format!("{all}: all passed")),
        _ => (Tone::Fault, format!("{all}: {} passed, {} failed", grouped(outcomes.len() as u64 - failed), grouped(failed))),
    };
    writeln!(out, "\n{}", tone.paint(&text))
}

fn line(out: &mut dyn Write, outcome: &Outcome, columns: usize, page: Page) -> fmt::Result {
    let totals = &outcome.totals;
    let dropped: u64 = totals.dropped_external.iter().chain(&totals.dropped_internal).sum();
    let recovered: u64 = totals.recovered_by.values().sum();
    let verdict = match outcome.verdict {
        Verdict::Pass => Tone::Repair.paint("PASS"),
        Verdict::Fail(_) => Tone::Fault.paint("FAIL"),
    };
    let numbers: String = [totals.orders, dropped, recovered].map(|count| right(&grouped(count), 11)).concat();
    for (i, part) in wrap(&outcome.scenario, columns).iter().enumerate() {
        match i {
            0 => writeln!(out, "{verdict}  {}{numbers}", left(part, columns))?,
            _ => writeln!(out, "      {part}")?,
        }
    }
    if let Verdict::Fail(reasons) = &outcome.verdict {
        for reason in reasons {
            paragraph(out, page, "      ", reason, Tone::Fault)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::paint::bare;
    use crate::report::sample;

    fn told(outcomes: &[Outcome]) -> String {
        let mut out = String::new();
        write(&mut out, outcomes, Page::default()).expect("a String takes everything");
        bare(&out)
    }

    #[test]
    fn one_line_per_scenario() {
        insta::assert_snapshot!(told(&[sample::outcome(vec![sample::lost_answer()]), sample::many()]), @r"
              scenario        orders    dropped  recovered
        PASS  lost-answer          1          1          1
        FAIL  lost-answer      1,000         28         27
              money.charged_once is violated, nothing should be

        2 scenarios: 1 passed, 1 failed
        ");
    }

    #[test]
    fn no_line_is_too_long() {
        for line in told(&[sample::awkward(), sample::many()]).lines() {
            assert!(paint::width(line) <= 80, "{line}");
        }
    }
}
