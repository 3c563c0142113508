//! `github`: a campaign for a pull request: annotations beside the code, and a summary of the step in Markdown.
//!
//! Called by the command line where GitHub's environment asks for them.

use crate::campaign::kind::FailureKind;
use crate::report::campaign::Beside;
use crate::report::campaign::json::{CorpusResult, FuzzResult, play};
use crate::report::campaign::text;
use crate::report::json::Judgement;
use crate::report::paint::{count_of, grouped};
use crate::run::outcome::{Outcome, Verdict};
use crate::scenario::Diagnostic;
use std::fmt::Write;

/// Workflow commands, a line each: every kind of failure, every goal that was not reached, every second run that differed,
/// and what is missing.
pub fn annotations(beside: Option<&Beside>, results: &[FuzzResult]) -> String {
    let mut out = String::new();
    if let Some(Beside { outcomes, files, corpus, missing }) = beside {
        for (outcome, file) in outcomes.iter().zip(files) {
            if let (Verdict::Fail(reasons), Some(kind)) = (&outcome.verdict, FailureKind::of(outcome)) {
                error(&mut out, Some(file), &format!("{}: {}", outcome.scenario, kind.name()), &reasons.join("\n"));
            }
        }
        failing(corpus).for_each(|case| error(&mut out, Some(&case.file), FOUND_BEFORE, &again(case)));
        missing.iter().for_each(|missing| error(&mut out, None, FailureKind::NotComplete.name(), missing));
    }
    for result in results {
        let mut error = |title: &str, message: &str| {
            error(&mut out, Some(&result.file), &format!("{}: {title}", result.title()), message)
        };
        for failure in &result.failures {
            let message = format!("{}\n{}\n{}", failure.seen(), failure.told.join("\n"), failure.again());
            error(&format!("{}: {}", failure.class.name(), failure.invariant), &message);
        }
        for case in failing(&result.corpus) {
            error(FOUND_BEFORE, &again(case));
        }
        for goal in result.goals.iter().filter(|goal| !goal.reached) {
            error(FailureKind::GoalNotReached.name(), &format!("no seed reached the goal {}", goal.name));
        }
        for seed in &result.diverged {
            let message = format!("a second run of seed {seed} differed: this is a bug of paychaos");
            error(FailureKind::Nondeterminism.name(), &message);
        }
        result.missing.iter().for_each(|missing| error(FailureKind::NotComplete.name(), missing));
    }
    out
}

/// Workflow commands for what is wrong with files, a line each, beside the place.
pub fn mistakes(diagnostics: &[Diagnostic]) -> String {
    let mut out = String::new();
    for Diagnostic { file, line, column, message, help, .. } in diagnostics {
        let place = if *line > 0 { format!("line={line},col={column},") } else { String::new() };
        let text = std::iter::once(message).chain(help).map(String::as_str).collect::<Vec<_>>().join("\n");
        let (file, text) = (escaped(file, true), escaped(&text, false));
        let _ = writeln!(out, "::error file={file},{place}title=not valid::{text}");
    }
    out
}

const FOUND_BEFORE: &str = "a case found before fails";

fn failing(corpus: &[CorpusResult]) -> impl Iterator<Item = &CorpusResult> {
    corpus.iter().filter(|case| case.verdict == Judgement::Fail)
}

/// Why a case fails, and how to see it again.
fn again(case: &CorpusResult) -> String {
    format!("{}\n{}", case.reasons.join("\n"), play(&case.file))
}

/// A workflow command, beside the line of a file or without a place.
fn error(out: &mut String, file: Option<&str>, title: &str, message: &str) {
    let file = file.map_or_else(String::new, |file| format!("file={},", escaped(file, true)));
    let _ = writeln!(out, "::error {file}title={}::{}", escaped(title, true), escaped(message, false));
}

/// A workflow command's text: no line may end in it; in a property no comma or colon may stand either.
fn escaped(text: &str, property: bool) -> String {
    let text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    if property { text.replace(':', "%3A").replace(',', "%2C") } else { text }
}

/// The step's summary in Markdown.
pub fn summary(beside: Option<&Beside>, results: &[FuzzResult]) -> String {
    let mut out = String::new();
    if let Some(Beside { outcomes, corpus, missing, .. }) = beside {
        let failed: Vec<&Outcome> = outcomes.iter().filter(|outcome| outcome.verdict != Verdict::Pass).collect();
        let _ = write!(out, "{}, {} failed\n\n", count_of(outcomes.len() as u64, "scenario"), failed.len());
        failed.iter().for_each(|outcome| out.push_str(&format!("- ❌ {}\n", plain(&outcome.scenario))));
        failing(corpus).for_each(|case| out.push_str(&format!("- ❌ {FOUND_BEFORE}: {}\n", plain(&case.file))));
        let kind = FailureKind::NotComplete.name();
        missing.iter().for_each(|missing| out.push_str(&format!("- ❌ {kind}: {}\n", plain(missing))));
        out.push('\n');
    }
    out.push_str("| campaign | seeds | failing | before a person | kinds of failure | goals |\n| --- | --: | --: | --: | --: | --- |\n");
    for result in results {
        let mark = if result.verdict == Judgement::Pass { "✅" } else { "❌" };
        let missed: Vec<&str> = result.goals.iter().filter(|goal| !goal.reached).map(|goal| goal.name.as_str()).collect();
        let goals = if missed.is_empty() { "all reached".to_owned() } else { format!("not reached: {}", missed.join(", ")) };
        let _ = writeln!(
            out,
            "| {mark} {} | {} | {} | {} | {} | {goals} |",
            plain(&result.title()),
            grouped(result.runs),
            grouped(result.failing_seeds),
            grouped(result.manual.seeds),
            result.failures.len()
        );
    }
    for result in results.iter().filter(|result| !result.reasons.is_empty()) {
        let _ = write!(out, "\n❌ {}:\n\n", plain(&result.title()));
        result.reasons.iter().for_each(|reason| out.push_str(&format!("- {}\n", plain(reason))));
    }
    for result in results {
        for failure in &result.failures {
            let _ = write!(
                out,
                "\n### {}: {} ({}, in {})\n\n{}\n\n",
                plain(&result.title()),
                failure.invariant,
                failure.class.name(),
                count_of(failure.seeds, "seed"),
                plain(&failure.seen())
            );
            failure.told.iter().for_each(|told| out.push_str(&format!("- {}\n", plain(told))));
            failure.counterfactuals.iter().for_each(|sentence| out.push_str(&format!("- {}\n", plain(sentence))));
            failure.prevented_by.iter().for_each(|rule| out.push_str(&format!("- prevented by {rule}\n")));
            let _ = write!(out, "\n```sh\n{}\n```\n", printable(&failure.again()));
        }
    }
    let passed = results.iter().filter(|result| result.verdict == Judgement::Pass);
    for (result, below) in passed.filter_map(|result| Some((result, result.rate_below?))) {
        let _ = write!(
            out,
            "\n{}: no failing seed; at 95 % confidence {}.\n",
            plain(&result.title()),
            text::fewer(result, below)
        );
    }
    for (result, why) in results.iter().filter_map(|result| Some((result, result.shows_nothing.as_ref()?))) {
        let _ = write!(out, "\n⚠️ {}: {}.\n", plain(&result.title()), plain(why));
    }
    out + "\n"
}

/// Text on one line of Markdown, also in a cell of a table, in which no sign means anything.
fn plain(text: &str) -> String {
    let sign = |c: char| match c {
        '<' => "&lt;".to_owned(),
        '&' => "&amp;".to_owned(),
        '|' | '`' | '*' | '[' | '\\' | '_' | '~' | '#' => format!("\\{c}"),
        c => c.to_string(),
    };
    printable(text).replace('\n', " ").chars().map(sign).collect()
}

/// Text without what is no sign, such as the beginning of a colour.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control() || *c == '\n').collect()
}
