//! `mutants`: how soon each missing safety rule is noticed, for people and for programs.
//!
//! Called by the command line for `mutants`.

use crate::campaign::mutants::{Mutant, STARTS, noticed_by};
use crate::campaign::record::Seeds;
use crate::report::json::Judgement;
use crate::report::paint::{Page, Tone, grouped, left, paragraph, right};
use schemars::JsonSchema;
use serde::Serialize;
use std::fmt::{self, Write};

/// The result of one scenario.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MutantsResult {
    /// The scenario's name.
    pub scenario: String,
    /// `pass`: with all rules on nothing is violated, and each missing one is noticed.
    pub verdict: Judgement,
    /// Why it failed: sentences.
    pub reasons: Vec<String>,
    /// All seeds, split evenly among the starting seeds.
    pub seeds: Seeds,
    /// How many starting seeds each rule was looked for from.
    pub starts: usize,
    /// What became of each rule.
    pub mutants: Vec<MutantResult>,
}

/// What became of one rule, switched off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct MutantResult {
    /// Its name.
    pub rule: String,
    /// The mechanism that it belongs to.
    pub mechanism: String,
    /// What goes wrong without it.
    pub off: String,
    /// For each starting seed, how many seeds it took to notice; null: not noticed.
    pub seeds_to_detection: Vec<Option<u64>>,
    /// Their median; null: half of the starts or more did not notice.
    pub median: Option<u64>,
    /// The invariant that noticed first.
    pub invariant: Option<String>,
    /// A seed that shows it.
    pub seed: Option<u64>,
    /// Does the scenario configure its mechanism at all?
    pub configured: bool,
}

impl MutantsResult {
    /// The result of a scenario: first what all rules on came to, then each rule off.
    pub fn new(scenario: &str, seeds: Seeds, mutants: &[Mutant]) -> Self {
        let mut reasons = Vec::new();
        for found in mutants.iter().filter(|mutant| mutant.rule.is_none()).filter_map(Mutant::first) {
            reasons.push(format!("with all rules on, seed {} violates {}", found.seed, noticed_by(found)));
        }
        let mutants: Vec<MutantResult> = mutants.iter().filter_map(result).collect();
        for missed in mutants.iter().filter(|mutant| mutant.invariant.is_none()) {
            let why = if missed.configured { String::new() } else { format!(": the scenario has no {}", missed.mechanism) };
            reasons.push(format!("{} was never noticed missing{why}", missed.rule));
        }
        let verdict = if reasons.is_empty() { Judgement::Pass } else { Judgement::Fail };
        MutantsResult { scenario: scenario.to_owned(), verdict, reasons, seeds, starts: STARTS, mutants }
    }
}

fn result(mutant: &Mutant) -> Option<MutantResult> {
    let rule = mutant.rule?;
    let first = mutant.first();
    Some(MutantResult {
        rule: rule.name.to_owned(),
        mechanism: rule.mechanism.to_owned(),
        off: rule.off.to_owned(),
        seeds_to_detection: mutant.starts.iter().map(|start| start.map(|found| found.after)).collect(),
        median: mutant.median(),
        invariant: first.map(|found| noticed_by(found).to_owned()),
        seed: first.map(|found| found.seed),
        configured: mutant.configured,
    })
}

/// Writes the result for people.
///
/// # Errors
/// Those of `out`.
pub fn write(out: &mut dyn Write, result: &MutantsResult, page: Page) -> fmt::Result {
    let head = format!("{}{}{}   {}", left("rule switched off", 26), right("median", 8), right("of 5", 6), "noticed by");
    writeln!(out, "{}", Tone::Bold.paint(&head))?;
    for mutant in &result.mutants {
        let noticed = mutant.seeds_to_detection.iter().flatten().count();
        let median = mutant.median.map_or("-".to_owned(), grouped);
        let by = match (&mutant.invariant, mutant.seed) {
            (Some(invariant), Some(seed)) => format!("{invariant}, seed {seed}"),
            _ if mutant.configured => "nothing".to_owned(),
            _ => format!("nothing: no {} here", mutant.mechanism),
        };
        let line = format!("{}{}{}   {by}", left(&mutant.rule, 26), right(&median, 8), right(&noticed.to_string(), 6));
        let tone = if mutant.invariant.is_some() { Tone::Plain } else { Tone::Warning };
        writeln!(out, "{}", tone.paint(&line))?;
    }
    let per_start = (result.seeds.to - result.seeds.from) / STARTS as u64;
    let text = format!(
        "median: seeds until an invariant notices, over {STARTS} starting seeds of {} seeds each; the rule is off on both hops, \
         all others are on",
        grouped(per_start)
    );
    paragraph(out, page, "", &text, Tone::Dim)?;
    writeln!(out)?;
    let noticed = result.mutants.iter().filter(|mutant| mutant.invariant.is_some()).count();
    let (tone, word) = match result.verdict {
        Judgement::Pass => (Tone::Repair, "PASS"),
        Judgement::Fail => (Tone::Fault, "FAIL"),
    };
    let text = format!("{}: {noticed} of {} missing rules were noticed", result.scenario, result.mutants.len());
    paragraph(out, page, &format!("{word}  "), &text, tone)?;
    for reason in &result.reasons {
        paragraph(out, page, "      ", reason, Tone::Plain)?;
    }
    Ok(())
}
