//! `junit`: a campaign as JUnit XML, a suite for each scenario. Violations, orders that did not converge, goals not reached
//! and nondeterminism differ by the type of the failure.
//!
//! Called by the command line for `--junit`.

use crate::report::campaign::json::{FailureResult, FuzzResult, play};
use crate::report::json::Judgement;
use crate::run::outcome::{Outcome, Verdict};
use quick_junit::{NonSuccessKind, NonSuccessReruns, Report, TestCase, TestCaseStatus, TestSuite};

/// The report's text: the same for the same results, so it has neither times nor random ids.
pub fn write(outcomes: &[Outcome], results: &[FuzzResult]) -> String {
    let mut report = Report::new("paychaos");
    if !outcomes.is_empty() {
        report.add_test_suite(scenarios(outcomes));
    }
    report.add_test_suites(results.iter().map(suite));
    report.to_string().unwrap_or_default()
}

/// Scenarios that were run once.
fn scenarios(outcomes: &[Outcome]) -> TestSuite {
    let mut suite = TestSuite::new("scenarios");
    for outcome in outcomes {
        let reasons = match &outcome.verdict {
            Verdict::Pass => String::new(),
            Verdict::Fail(reasons) => reasons.join("\n"),
        };
        let ok = outcome.verdict == Verdict::Pass;
        suite.add_test_case(test("scenarios", &outcome.scenario, ok, NonSuccessKind::Failure, "not as expected", &reasons));
    }
    suite
}

fn suite(result: &FuzzResult) -> TestSuite {
    let mut suite = TestSuite::new(result.scenario.as_str());
    for case in &result.corpus {
        let ok = case.verdict == Judgement::Pass;
        let text = format!("{}\n{}", case.reasons.join("\n"), play(&case.file));
        suite.add_test_case(test(&result.file, &case.file, ok, NonSuccessKind::Failure, "violation", &text));
    }
    for goal in &result.goals {
        let text = format!("no seed of {}..{} reached it", result.seeds.from, result.seeds.to);
        let name = format!("goal {}", goal.name);
        suite.add_test_case(test(&result.file, &name, goal.reached, NonSuccessKind::Failure, "goal not reached", &text));
    }
    for failure in &result.failures {
        let kind = failure.class.name();
        suite.add_test_case(test(&result.file, &failure.cluster, false, NonSuccessKind::Failure, kind, &told(failure)));
    }
    let seeds: Vec<String> = result.diverged.iter().map(u64::to_string).collect();
    let text = format!("second runs differed: seed {}", seeds.join(", "));
    let ok = seeds.is_empty();
    suite.add_test_case(test(&result.file, "determinism", ok, NonSuccessKind::Error, "nondeterminism", &text));
    let name = format!("seeds {}..{}", result.seeds.from, result.seeds.to);
    let text = format!("{} of {} seeds fail", result.failing_seeds, result.runs);
    suite.add_test_case(test(&result.file, &name, result.failing_seeds == 0, NonSuccessKind::Failure, "violation", &text));
    suite
}

fn test(class: &str, name: &str, ok: bool, kind: NonSuccessKind, of: &str, text: &str) -> TestCase {
    let status = if ok {
        TestCaseStatus::success()
    } else {
        let first = text.lines().next().unwrap_or_default();
        TestCaseStatus::NonSuccess {
            kind,
            message: Some(first.into()),
            ty: Some(of.into()),
            description: Some(text.into()),
            reruns: NonSuccessReruns::default(),
        }
    };
    let mut case = TestCase::new(name, status);
    case.set_classname(class);
    case
}

fn told(failure: &FailureResult) -> String {
    let mut lines = vec![format!("{}: {}", failure.invariant, failure.detail)];
    lines.extend(failure.told.iter().cloned());
    lines.extend(failure.counterfactuals.iter().cloned());
    lines.extend(failure.prevented_by.iter().map(|rule| format!("prevented by {rule}")));
    lines.push(failure.again());
    lines.join("\n")
}
