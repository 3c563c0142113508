//! `github`: a campaign for a pull request: annotations beside the code, and a summary of the step in Markdown.
//!
//! Called by the command line where GitHub's environment asks for them.

use crate::report::campaign::json::{FuzzResult, play};
use crate::report::campaign::text;
use crate::report::json::Judgement;
use crate::report::paint::{count_of, grouped};
use crate::run::outcome::{Outcome, Verdict};
use std::fmt::Write;

/// Workflow commands, a line each: every kind of failure, every goal that was not reached, every second run that differed.
pub fn annotations(outcomes: &[Outcome], results: &[FuzzResult]) -> String {
    let mut out = String::new();
    for outcome in outcomes {
        if let Verdict::Fail(reasons) = &outcome.verdict {
            let title = escaped(&format!("{}: not as expected", outcome.scenario), true);
            let _ = writeln!(out, "::error title={title}::{}", escaped(&reasons.join("\n"), false));
        }
    }
    for result in results {
        let mut error = |title: &str, message: &str| {
            let _ = writeln!(
                out,
                "::error file={},title={}::{}",
                escaped(&result.file, true),
                escaped(&format!("{}: {title}", result.scenario), true),
                escaped(message, false)
            );
        };
        for failure in &result.failures {
            let message = format!("{}\n{}\n{}", failure.detail, failure.told.join("\n"), failure.again());
            error(&format!("{}: {}", failure.class.name(), failure.invariant), &message);
        }
        for case in result.corpus.iter().filter(|case| case.verdict == Judgement::Fail) {
            error("a case found before fails", &format!("{}\n{}", case.reasons.join("\n"), play(&case.file)));
        }
        for goal in result.goals.iter().filter(|goal| !goal.reached) {
            error("goal not reached", &format!("no seed reached the goal {}", goal.name));
        }
        for seed in &result.diverged {
            error("nondeterminism", &format!("a second run of seed {seed} differed: this is a bug of paychaos"));
        }
    }
    out
}

/// A workflow command's text: no line may end in it; in a property no comma or colon may stand either.
fn escaped(text: &str, property: bool) -> String {
    let text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    if property { text.replace(':', "%3A").replace(',', "%2C") } else { text }
}

/// The step's summary in Markdown.
pub fn summary(outcomes: &[Outcome], results: &[FuzzResult]) -> String {
    let mut out = String::new();
    if !outcomes.is_empty() {
        let failed: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.verdict != Verdict::Pass).collect();
        let _ = write!(out, "{}, {} failed\n\n", count_of(outcomes.len() as u64, "scenario"), failed.len());
        failed.iter().for_each(|outcome| out.push_str(&format!("- ❌ {}\n", cell(&outcome.scenario))));
        out.push('\n');
    }
    out.push_str("| campaign | seeds | failing | kinds of failure | goals |\n| --- | --: | --: | --: | --- |\n");
    for result in results {
        let mark = if result.verdict == Judgement::Pass { "✅" } else { "❌" };
        let missed: Vec<&str> = result.goals.iter().filter(|goal| !goal.reached).map(|goal| goal.name.as_str()).collect();
        let goals = if missed.is_empty() { "all reached".to_owned() } else { format!("not reached: {}", missed.join(", ")) };
        let _ = writeln!(
            out,
            "| {mark} {} | {} | {} | {} | {goals} |",
            cell(&result.scenario),
            grouped(result.runs),
            grouped(result.failing_seeds),
            result.failures.len()
        );
    }
    for result in results {
        for failure in &result.failures {
            let _ = write!(
                out,
                "\n### {}: {} ({}, in {})\n\n{}\n\n",
                result.scenario,
                failure.invariant,
                failure.class.name(),
                count_of(failure.seeds, "seed"),
                failure.detail
            );
            failure.told.iter().for_each(|told| out.push_str(&format!("- {told}\n")));
            failure.counterfactuals.iter().for_each(|sentence| out.push_str(&format!("- {sentence}\n")));
            failure.prevented_by.iter().for_each(|rule| out.push_str(&format!("- prevented by {rule}\n")));
            let _ = write!(out, "\n```sh\n{}\n```\n", failure.again());
        }
    }
    for (result, below) in results.iter().filter_map(|result| Some((result, result.rate_below?))) {
        let _ = write!(out, "\n{}: no failing seed; at 95 % confidence {}.\n", result.scenario, text::fewer(result, below));
    }
    out + "\n"
}

/// Text in a cell of a table.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}
