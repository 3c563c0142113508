//! `overview` (text): one line per scenario when many are run, then how many passed.
//!
//! Called by the command line for `run` and `ci` over more than one file.

use crate::report::paint::{self, Page, Tone, count_of, grouped, left, paragraph, right, wrap};
use crate::run::outcome::{Outcome, Verdict};
use std::fmt::{self, Write};

/// What is counted, and stands right of the name.
const COUNTED: [&str; 3] = ["orders", "dropped", "recovered"];

/// Writes the lines.
///
/// # Errors
/// Those of `out`.
pub fn write(out: &mut dyn Write, outcomes: &[Outcome], page: Page) -> fmt::Result {
    let longest = outcomes.iter().map(|outcome| paint::width(&outcome.scenario)).max().unwrap_or(0);
    let counts: Vec<[String; 3]> = outcomes.iter().map(|outcome| counted(outcome).map(grouped)).collect();
    let widest = |i: usize| counts.iter().map(|row| row[i].len()).max().unwrap_or(0).max(COUNTED[i].len()) + 2;
    let widths = [0, 1, 2].map(widest);
    let rest = "PASS  ".len() + widths.iter().sum::<usize>();
    let columns = longest.min(page.width.saturating_sub(rest)).max("scenario".len());
    let numbers = |row: [&str; 3]| [0, 1, 2].map(|i| right(row[i], widths[i])).concat();
    writeln!(out, "{}", Tone::Dim.paint(&format!("      {}{}", left("scenario", columns), numbers(COUNTED))))?;
    for (outcome, row) in outcomes.iter().zip(&counts) {
        line(out, outcome, (columns, &numbers(row.each_ref().map(String::as_str))), page)?;
    }
    let failed = outcomes.iter().filter(|outcome| outcome.verdict != Verdict::Pass).count() as u64;
    let all = count_of(outcomes.len() as u64, "scenario");
    let (tone, text) = match failed {
        0 => (Tone::Repair, format!("{all}: all passed")),
        _ => (Tone::Fault, format!("{all}: {} passed, {} failed", grouped(outcomes.len() as u64 - failed), grouped(failed))),
    };
    writeln!(out, "\n{}", tone.paint(&text))
}

fn counted(outcome: &Outcome) -> [u64; 3] {
    let totals = &outcome.totals;
    let dropped: u64 = totals.dropped_external.iter().chain(&totals.dropped_internal).sum();
    [totals.orders, dropped, totals.recovered_by.values().sum()]
}

fn line(out: &mut dyn Write, outcome: &Outcome, (columns, numbers): (usize, &str), page: Page) -> fmt::Result {
    let verdict = match outcome.verdict {
        Verdict::Pass => Tone::Repair.paint("PASS"),
        Verdict::Fail(_) => Tone::Fault.paint("FAIL"),
    };
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
              scenario     orders  dropped  recovered
        PASS  lost-answer       1        1          1
        FAIL  lost-answer   1,000       28         27
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
