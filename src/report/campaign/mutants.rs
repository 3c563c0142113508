//! `mutants`: how soon each missing safety rule is noticed, for people and for programs.
//!
//! Called by the command line for `mutants`.

use crate::campaign::mutants::{Mutant, STARTS, noticed_by};
use crate::campaign::record::Seeds;
use crate::payments::rules::Rules;
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
    /// The mechanism that it belongs to, of the kind that it is about.
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
    /// The scenario in which it was noticed soonest.
    pub scenario: String,
    /// It was noticed only where this rule, behind which it is a second line, was off as well.
    pub behind: Option<String>,
    /// Does the scenario configure its mechanism at all?
    pub configured: bool,
}

impl MutantsResult {
    /// The result of a scenario: first what all rules on came to, then each rule off.
    pub fn new(scenario: &str, seeds: Seeds, mutants: &[Mutant]) -> Self {
        let mut reasons = Vec::new();
        for found in mutants.iter().filter(|mutant| mutant.rule.is_none()).filter_map(Mutant::first) {
            reasons.push(format!("{ALL_ON}, seed {} violates {}", found.seed, noticed_by(found)));
        }
        let mutants: Vec<MutantResult> = mutants.iter().filter_map(|mutant| result(scenario, mutant)).collect();
        if mutants.len() < Rules::ALL.len() {
            reasons.push(format!("interrupted: {} of {} rules were looked for to the end", mutants.len(), Rules::ALL.len()));
        }
        Self::judged(scenario.to_owned(), seeds, reasons, mutants)
    }

    /// What several scenarios come to together: each rule as the one noticed it that noticed it soonest.
    pub fn together(all: &[MutantsResult]) -> Option<Self> {
        let [first, rest @ ..] = all else { return None };
        let of_base = |result: &MutantsResult| {
            let broken = result.reasons.iter().filter(|reason| reason.starts_with(ALL_ON));
            broken.map(|reason| format!("{}: {reason}", result.scenario)).collect::<Vec<_>>()
        };
        let mut mutants = first.mutants.clone();
        for other in rest.iter().flat_map(|result| &result.mutants) {
            let best = mutants.iter_mut().find(|mutant| mutant.rule == other.rule);
            best.into_iter().filter(|best| other.rank() < best.rank()).for_each(|best| *best = other.clone());
        }
        let names: Vec<&str> = all.iter().map(|result| result.scenario.as_str()).collect();
        Some(Self::judged(names.join(", "), first.seeds, all.iter().flat_map(of_base).collect(), mutants))
    }

    fn judged(scenario: String, seeds: Seeds, mut reasons: Vec<String>, mutants: Vec<MutantResult>) -> Self {
        for missed in mutants.iter().filter(|mutant| mutant.invariant.is_none()) {
            let why = if missed.configured { String::new() } else { format!(": the scenario has no {}", missed.mechanism) };
            reasons.push(format!("{} was never noticed missing{why}", missed.rule));
        }
        let verdict = if reasons.is_empty() { Judgement::Pass } else { Judgement::Fail };
        MutantsResult { scenario, verdict, reasons, seeds, starts: STARTS, mutants }
    }
}

impl MutantResult {
    /// Less is sooner: noticed alone before behind another rule, by median, by the first that noticed.
    fn rank(&self) -> (bool, bool, u64, u64) {
        let first = self.seeds_to_detection.iter().flatten().min().copied();
        let never = u64::MAX;
        (self.invariant.is_none(), self.behind.is_some(), self.median.unwrap_or(never), first.unwrap_or(never))
    }
}

/// How a reason begins that says something against the scenario itself.
const ALL_ON: &str = "with all rules on";

fn result(scenario: &str, mutant: &Mutant) -> Option<MutantResult> {
    let rule = mutant.rule?;
    let first = mutant.first();
    Some(MutantResult {
        rule: rule.name.to_owned(),
        mechanism: rule.subject().to_owned(),
        off: rule.off.to_owned(),
        seeds_to_detection: mutant.starts.iter().map(|start| start.map(|found| found.after)).collect(),
        median: mutant.median(),
        invariant: first.map(|found| noticed_by(found).to_owned()),
        seed: first.map(|found| found.seed),
        scenario: scenario.to_owned(),
        behind: mutant.behind.map(str::to_owned),
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
            (Some(invariant), Some(seed)) => {
                let place =
                    if mutant.scenario == result.scenario { String::new() } else { format!(" of {}", mutant.scenario) };
                let behind = mutant.behind.as_ref().map_or(String::new(), |first| format!("; without {first}, too"));
                format!("{invariant}, seed {seed}{place}{behind}")
            }
            _ if mutant.configured => "nothing".to_owned(),
            _ => format!("nothing: no {} here", mutant.mechanism),
        };
        let figures = format!("{}{}{}   ", left(&mutant.rule, 26), right(&median, 8), right(&noticed.to_string(), 6));
        let tone = if mutant.invariant.is_some() { Tone::Plain } else { Tone::Warning };
        paragraph(out, page, &figures, &by, tone)?;
    }
    let per_start = (result.seeds.to - result.seeds.from) / STARTS as u64;
    let text = format!(
        "median: seeds until an invariant notices, over {STARTS} starting seeds of {} seeds each; the rule is off on both hops, \
         all others are on, but for the one that it is a second line behind where that is said",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_that_were_not_looked_for_are_not_passed_over() {
        let result = MutantsResult::new("cut short", Seeds { from: 0, to: 10 }, &[]);
        let said = format!("interrupted: 0 of {} rules were looked for to the end", Rules::ALL.len());
        assert_eq!((result.verdict, result.reasons), (Judgement::Fail, vec![said]));
    }

    #[test]
    fn no_line_is_too_long() {
        let mutant = MutantResult {
            rule: "duplicate_drives_payment".to_owned(),
            mechanism: "notification".to_owned(),
            off: String::new(),
            seeds_to_detection: vec![Some(3)],
            median: Some(1_234_567),
            invariant: Some("progress.deadline".to_owned()),
            seed: Some(123_456),
            scenario: "a_scenario_with_a_name_of_its_own".to_owned(),
            behind: Some("not_found_is_unknown".to_owned()),
            configured: true,
        };
        let result = MutantsResult::judged("several".to_owned(), Seeds { from: 0, to: 10 }, Vec::new(), vec![mutant]);
        for columns in [80, 100] {
            let mut out = String::new();
            write(&mut out, &result, Page::new(columns)).expect("a String takes everything");
            let out = crate::report::paint::bare(&out);
            assert!(out.lines().all(|line| crate::report::paint::width(line) <= columns), "{out}");
            let words = out.split_whitespace().collect::<Vec<_>>().join(" ");
            assert!(words.contains("without not_found_is_unknown, too"), "{out}");
        }
    }
}
