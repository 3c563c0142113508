//! `text` of a campaign: the verdict, each kind of failure with its smallest case, the goals, what was exercised, and what
//! a campaign without failures shows.
//!
//! Called by the command line for `fuzz` and `merge`.

use crate::campaign::kind::FailureKind;
use crate::campaign::shrink::Smallness;
use crate::campaign::subject::SHAPE_SEEDS;
use crate::campaign::tally::Manual;
use crate::report::campaign::Beside;
use crate::report::campaign::coverage;
use crate::report::campaign::json::{CorpusResult, FailureResult, FuzzResult};
use crate::report::json::Judgement;
use crate::report::paint::{Page, Tone, count_of, grouped, paragraph};
use crate::run::outcome::Verdict;
use std::fmt::{self, Write};

/// Kinds of failure that are told in full; the others in a line.
const IN_FULL: usize = 10;

/// Writes the result of one campaign.
///
/// # Errors
/// Those of `out`.
pub fn write(out: &mut dyn Write, result: &FuzzResult, page: Page) -> fmt::Result {
    failures(out, result, page)?;
    if result.runs > 0 {
        coverage::write(out, result, page)?;
        writeln!(out)?;
    }
    goals(out, result, page, true)?;
    verdict(out, result, page)
}

/// Writes the result of one campaign among others: only what failed, and the verdict.
///
/// # Errors
/// Those of `out`.
pub fn brief(out: &mut dyn Write, result: &FuzzResult, page: Page) -> fmt::Result {
    failures(out, result, page)?;
    goals(out, result, page, false)?;
    verdict(out, result, page)
}

/// One line for everything that was run, and what was not.
///
/// # Errors
/// Those of `out`.
pub fn summary(out: &mut dyn Write, beside: &Beside, results: &[FuzzResult], page: Page) -> fmt::Result {
    let Beside { outcomes, corpus, missing, .. } = beside;
    let scenarios = outcomes.iter().filter(|outcome| outcome.verdict != Verdict::Pass).count();
    let failing = corpus.iter().filter(|case| case.verdict != Judgement::Pass).count();
    let campaigns = results.iter().filter(|result| result.verdict != Judgement::Pass).count();
    let failed = (scenarios + failing + campaigns) as u64;
    let cases = corpus.len() + results.iter().map(|result| result.corpus.len()).sum::<usize>();
    let seeds: u64 = results.iter().map(|result| result.runs).sum();
    let text = format!(
        "{}, {}, {} over {}: {} failed",
        count_of(outcomes.len() as u64, "scenario"),
        count_of(cases as u64, "case"),
        count_of(results.len() as u64, "campaign"),
        count_of(seeds, "seed"),
        grouped(failed)
    );
    let text = match results.iter().filter(|result| result.shows_nothing.is_some()).count() {
        0 => text,
        1 => format!("{text}, 1 campaign shows nothing"),
        idle => format!("{text}, {idle} campaigns show nothing"),
    };
    let passed = failed == 0 && missing.is_empty();
    let (tone, word) = if passed { (Tone::Repair, "PASS") } else { (Tone::Fault, "FAIL") };
    paragraph(out, page, &format!("{word}  "), &text, tone)?;
    for missing in missing {
        let text = format!("{}: {missing}", FailureKind::NotComplete.name());
        paragraph(out, page, "      ", &text, Tone::Plain)?;
    }
    Ok(())
}

fn failures(out: &mut dyn Write, result: &FuzzResult, page: Page) -> fmt::Result {
    for (i, failure) in result.failures.iter().enumerate() {
        if i < IN_FULL { in_full(out, i + 1, failure, page)? } else { in_a_line(out, i + 1, failure, page)? }
    }
    cases(out, &result.corpus, page)
}

/// Writes the cases found before, a line each.
///
/// # Errors
/// Those of `out`.
pub fn cases(out: &mut dyn Write, corpus: &[CorpusResult], page: Page) -> fmt::Result {
    for case in corpus {
        let (tone, text) = match case.verdict {
            Judgement::Pass if case.unreached.is_empty() => {
                (Tone::Repair, format!("✓ a case found before passes: {}", case.file))
            }
            Judgement::Pass => {
                let text = format!("✓ a case found before passes: {}; never reached: ", case.file);
                (Tone::Warning, text + &case.unreached.join(", "))
            }
            Judgement::Fail => {
                (Tone::Fault, format!("✗ a case found before fails: {}: {}", case.file, case.reasons.join("; ")))
            }
        };
        paragraph(out, page, "", &text, tone)?;
    }
    Ok(())
}

fn goals(out: &mut dyn Write, result: &FuzzResult, page: Page, all: bool) -> fmt::Result {
    for goal in result.goals.iter().filter(|goal| all || !goal.reached) {
        let (tone, text) = match goal.reached {
            true => (Tone::Repair, format!("✓ goal reached: {}", goal.name)),
            false => (Tone::Fault, format!("✗ goal not reached: {}", goal.name)),
        };
        paragraph(out, page, "", &text, tone)?;
    }
    Ok(())
}

fn in_full(out: &mut dyn Write, number: usize, failure: &FailureResult, page: Page) -> fmt::Result {
    let head = format!("{number} ✗ {}", failure.invariant);
    writeln!(out, "{}  {}, in {}", Tone::Fault.paint(&head), failure.class.name(), count_of(failure.seeds, "seed"))?;
    let detail = failure.seen();
    let seen = (detail.as_str(), &failure.also_violates[..], failure.told.split_at(failure.faults.len()));
    body(out, page, seen, (&failure.counterfactuals, &failure.prevented_by))?;
    let small = smallness(failure.smallness, (failure.faults.len(), failure.told.len()));
    // An exploration has tried whatever its certificate says.
    let tried = match failure.smallness {
        Smallness::Minimum if failure.faults.len() > 1 => ", with each duration that a seed may draw, but for windows",
        _ => "",
    };
    let others = others(failure.looks, &failure.others_violate, "seeds");
    let text = format!("{small}{tried}{others}; seed {}, order {}", failure.seed, failure.order);
    paragraph(out, page, "  ", &text, Tone::Dim)?;
    // A command is not wrapped: it is there to be copied.
    writeln!(out, "  {}\n", Tone::Bold.paint(&failure.again()))
}

/// What is told of every failure: what was seen, what else is violated, the faults, and what takes a time of its own; what would have been enough for it to
/// pass, and the rules that prevent it.
///
/// # Errors
/// Those of `out`.
pub(super) fn body(
    out: &mut dyn Write,
    page: Page,
    (detail, also, (faults, takes)): (&str, &[String], (&[String], &[String])),
    (counterfactuals, prevented_by): (&[String], &Option<String>),
) -> fmt::Result {
    paragraph(out, page, "  ", detail, Tone::Plain)?;
    if !also.is_empty() {
        paragraph(out, page, "  also ", &also.join(", "), Tone::Fault)?;
    }
    for (i, told) in faults.iter().enumerate() {
        paragraph(out, page, &format!("  fault {}  ", i + 1), told, Tone::Warning)?;
    }
    for told in takes {
        paragraph(out, page, "  time  ", told, Tone::Warning)?;
    }
    let text = sentences(counterfactuals);
    if !text.is_empty() {
        paragraph(out, page, "  ", &text, Tone::Plain)?;
    }
    match prevented_by {
        Some(rule) => paragraph(out, page, "  prevented by: ", rule, Tone::Repair),
        None => Ok(()),
    }
}

fn in_a_line(out: &mut dyn Write, number: usize, failure: &FailureResult, page: Page) -> fmt::Result {
    let told = if failure.smallness == Smallness::Unshrunk { &failure.causes } else { &failure.told };
    let text = format!("{}, in {}: {}", failure.invariant, count_of(failure.seeds, "seed"), told.join("; "));
    paragraph(out, page, &format!("{number} ✗ "), &text, Tone::Fault)?;
    writeln!(out, "  {}\n", failure.reproduce)
}

/// The counterfactuals as one text; where every fault is needed, once for all.
fn sentences(counterfactuals: &[String]) -> String {
    let alone: Vec<&String> = counterfactuals.iter().filter(|sentence| sentence.starts_with("without fault ")).collect();
    let all = alone.len() > 1 && alone.iter().all(|sentence| sentence.ends_with(" it passes"));
    let mut told: Vec<&str> = if all { vec!["without any one of them it passes"] } else { Vec::new() };
    told.extend(counterfactuals.iter().filter(|sentence| !(all && alone.contains(sentence))).map(String::as_str));
    told.join("; ")
}

/// What there is to say of the other failures with the cause of one: seen in other `seeds`, or whatever else they are.
pub(super) fn others(looks: usize, violate: &[String], seeds: &str) -> String {
    let kinds = if looks > 1 { format!("; the smallest of {looks} kinds of case") } else { String::new() };
    match violate {
        [] => kinds,
        violate => format!("{kinds}; other {seeds} of it also violate {}", violate.join(", ")),
    }
}

/// How small a case is known to be, of which so many faults, and so many things in all, are told.
pub fn smallness(smallness: Smallness, (faults, told): (usize, usize)) -> String {
    let parts = match (faults, told - faults) {
        (_, 0) => "faults",
        (0, _) => "times",
        _ => "faults and times",
    };
    match smallness {
        Smallness::Unshrunk => "not shrunk: there was no time left".to_owned(),
        Smallness::Minimum if told == 0 => "minimum: nothing need go wrong".to_owned(),
        Smallness::Stopped => "shrinking stopped early: a smaller case may exist".to_owned(),
        Smallness::BesideOthers => {
            format!("no fewer of these {parts} violate it by this mistake; another one needs fewer of them")
        }
        Smallness::OneMinimal => format!("1-minimal: without any one of its {parts} the invariant holds"),
        Smallness::Irreducible if told == 1 => format!("irreducible: it takes this {}", &parts[..parts.len() - 1]),
        Smallness::Irreducible => format!("irreducible: no fewer of these {parts} violate it"),
        Smallness::Minimum if faults == 1 => "minimum: without it the invariant holds".to_owned(),
        Smallness::Minimum => "minimum: no plan of fewer misfortunes violates it; all were tried".to_owned(),
    }
}

fn verdict(out: &mut dyn Write, result: &FuzzResult, page: Page) -> fmt::Result {
    let (tone, word) = match result.verdict {
        Judgement::Pass => (Tone::Repair, "PASS"),
        Judgement::Fail => (Tone::Fault, "FAIL"),
    };
    let seeds = format!("{}..{}", result.seeds.from, result.seeds.to);
    let failing = match result.failing_seeds {
        _ if result.runs == 0 => "no seed was run".to_owned(),
        0 => format!("none of {} fails", count_of(result.runs, "seed")),
        failing => format!("{} of {} fail", grouped(failing), count_of(result.runs, "seed")),
    };
    paragraph(out, page, &format!("{word}  "), &format!("{}: {failing}", result.title()), tone)?;
    for reason in &result.reasons {
        paragraph(out, page, "      ", reason, Tone::Plain)?;
    }
    if result.runs == 0 {
        return Ok(());
    }
    if let Some(why) = &result.shows_nothing {
        paragraph(out, page, "      ", why, Tone::Warning)?;
    }
    if let Some(below) = result.rate_below {
        let text = format!("at 95 % confidence {}, under this swarm: {}", fewer(result, below), swarm(result));
        paragraph(out, page, "      ", &text, Tone::Plain)?;
    }
    let Manual { seeds: with, orders } = result.manual;
    let text = format!("{}, in {}, ended with a case before a person", count_of(orders, "order"), count_of(with, "seed"));
    paragraph(out, page, "      ", &text, if orders > 0 { Tone::Warning } else { Tone::Dim })?;
    let unfinished = if result.complete { "" } else { ", not all that were asked for" };
    let text = format!(
        "seeds {seeds}{unfinished}, {}, {}, {} replayed, digest {}",
        count_of(result.orders, "order"),
        count_of(result.events, "event"),
        grouped(result.replayed),
        result.digest
    );
    paragraph(out, page, "      ", &text, Tone::Dim)?;
    if let Some(timing) = result.timing {
        let text = format!(
            "{:.1} s, {} seeds and {} events a second",
            timing.wall_s,
            grouped(timing.runs_per_s as u64),
            grouped(timing.events_per_s as u64)
        );
        paragraph(out, page, "      ", &text, Tone::Dim)?;
    }
    Ok(())
}

/// How few seeds fail, in words.
pub fn fewer(result: &FuzzResult, below: f64) -> String {
    let trials = grouped((3.0 / below).round() as u64);
    match result.swarm.open {
        true => format!(
            "fewer than 3 in {trials} seeds fail ({SHAPE_SEEDS} seeds in a row share one draw of the values left open and \
             count as one)"
        ),
        false => format!("fewer than 3 in {trials} seeds fail"),
    }
}

/// The swarm in words.
fn swarm(result: &FuzzResult) -> String {
    let contract = if result.swarm.breaches { "breaches included" } else { "in contract" };
    let kinds = result.swarm.kinds.len();
    match result.swarm.listed {
        true => format!(
            "each seed allows about half of the {kinds} kinds of fault that the scenario lists, {contract}, at an eighth to \
             eight times the odds given"
        ),
        false => format!(
            "each seed allows about half of {kinds} kinds of fault, {contract}, wherever they can strike, each at odds of 1 in \
             8 to 1 in 1024"
        ),
    }
}
