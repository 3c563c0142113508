//! `pairs` (text): mistakes beside their fixes, in one table: what caught the mistake, who loses how much, and does the fix
//! hold?
//!
//! Called by the command line after a run over more than one file. A mistake and its fix are two scenarios whose names end
//! in `_mistake` and `_fixed`; where there are none, nothing is written.

use crate::payments::money::Money;
use crate::report::paint::{Page, Tone, count_of, wrap};
use crate::report::summary::table;
use crate::run::outcome::{Outcome, Verdict};
use std::fmt::{self, Write};

/// Columns right of the name, with their borders.
const REST: usize = 58;

/// Writes the table, if there are pairs.
///
/// # Errors
/// Those of `out`.
pub fn write(out: &mut dyn Write, outcomes: &[Outcome], page: Page) -> fmt::Result {
    let pairs: Vec<(&str, &Outcome, &Outcome)> = outcomes.iter().filter_map(|mistake| pair(mistake, outcomes)).collect();
    if pairs.is_empty() {
        return Ok(());
    }
    let columns = page.width.saturating_sub(REST).clamp(20, 48);
    let rows: Vec<Vec<String>> = pairs.iter().map(|(name, mistake, fix)| row(name, mistake, fix, columns)).collect();
    table(out, 4, &["mistake", "caught by", "who loses", "fix"], &rows)?;
    let caught = pairs.iter().filter(|(_, mistake, _)| is_caught(mistake)).count() as u64;
    let held = pairs.iter().filter(|(_, _, fix)| fix.verdict == Verdict::Pass).count() as u64;
    let all = pairs.len() as u64;
    let tone = if caught == all && held == all { Tone::Repair } else { Tone::Fault };
    let text = format!("{}: {caught} caught, {held} fixes hold", count_of(all, "mistake"));
    writeln!(out, "{}", tone.paint(&text))
}

/// A mistake with its name and its fix.
fn pair<'a>(mistake: &'a Outcome, outcomes: &'a [Outcome]) -> Option<(&'a str, &'a Outcome, &'a Outcome)> {
    let name = mistake.scenario.strip_suffix("_mistake")?;
    let fix = outcomes.iter().find(|outcome| outcome.scenario.strip_suffix("_fixed") == Some(name))?;
    Some((name, mistake, fix))
}

/// It violates what its scenario says that it does, and that is something.
fn is_caught(mistake: &Outcome) -> bool {
    mistake.verdict == Verdict::Pass && !mistake.violated.is_empty()
}

fn row(name: &str, mistake: &Outcome, fix: &Outcome, columns: usize) -> Vec<String> {
    let violated: Vec<&str> = mistake.violated.iter().map(|(id, _)| *id).collect();
    let caught = if is_caught(mistake) { violated.join("\n") } else { "✗ not as expected".to_owned() };
    let holds = if fix.verdict == Verdict::Pass { "✓ holds" } else { "✗ fails" };
    vec![wrap(&name.replace('_', " "), columns).join("\n"), caught, losses(mistake), holds.to_owned()]
}

/// Who has lost how much in the end.
fn losses(outcome: &Outcome) -> String {
    let loss = &outcome.totals.loss;
    let line = |who: &str, amount: Money| (amount > 0).then(|| format!("{who} {}", outcome.currency.format(amount)));
    let all =
        [line("customer", loss.customer), line("merchant", loss.merchant), line("platform", loss.platform)].into_iter();
    let lines: Vec<String> = all.flatten().collect();
    if lines.is_empty() { "nobody".to_owned() } else { lines.join("\n") }
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

    fn named(name: &str, outcome: Outcome) -> Outcome {
        Outcome { scenario: name.to_owned(), ..outcome }
    }

    #[test]
    fn a_mistake_stands_beside_its_fix() {
        let mut mistake = named("f01_retry_under_a_new_number_mistake", sample::many());
        mistake.verdict = Verdict::Pass;
        let fix = named("f01_retry_under_a_new_number_fixed", sample::outcome(vec![sample::lost_answer()]));
        insta::assert_snapshot!(told(&[mistake, fix]));
    }

    #[test]
    fn a_fix_that_fails_is_seen() {
        let mistake = named("late_mistake", sample::outcome(vec![sample::lost_answer()]));
        let fix = named("late_fixed", sample::many());
        let told = told(&[mistake, fix]);
        assert!(told.contains("✗ not as expected") && told.contains("✗ fails"), "{told}");
        assert!(told.ends_with("1 mistake: 0 caught, 0 fixes hold\n"), "{told}");
    }

    #[test]
    fn without_pairs_there_is_nothing_to_say() {
        assert_eq!(told(&[sample::many(), named("x_mistake", sample::many())]), "");
    }
}
