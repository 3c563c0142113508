//! `junit`: a campaign as JUnit XML, a suite for each scenario. Violations, orders that did not converge, goals not reached,
//! nondeterminism, and what is not complete, differ by the type of the failure.
//!
//! Called by the command line for `--junit`.

use crate::campaign::kind::FailureKind;
use crate::report::campaign::Beside;
use crate::report::campaign::json::{CorpusResult, FailureResult, FuzzResult, play};
use crate::run::outcome::Verdict;
use quick_junit::{NonSuccessKind, NonSuccessReruns, Report, TestCase, TestCaseStatus, TestSuite};

/// The report's text: the same for the same results, so it has neither times nor random ids.
pub fn write(beside: Option<&Beside>, results: &[FuzzResult]) -> String {
    let mut report = Report::new("paychaos");
    if let Some(Beside { outcomes, corpus, missing, .. }) = beside {
        let mut suite = TestSuite::new("scenarios");
        for outcome in outcomes {
            let reasons = match &outcome.verdict {
                Verdict::Pass => String::new(),
                Verdict::Fail(reasons) => reasons.join("\n"),
            };
            suite.add_test_case(test("scenarios", &outcome.scenario, FailureKind::of(outcome), &reasons));
        }
        suite.add_test_cases(complete("scenarios", missing));
        report.add_test_suite(suite);
        let mut suite = TestSuite::new("corpus");
        suite.add_test_cases(corpus.iter().map(|case| found_before("corpus", case)));
        report.add_test_suites(Some(suite).filter(|_| !corpus.is_empty()));
    }
    report.add_test_suites(results.iter().map(suite));
    report.to_string().unwrap_or_default()
}

fn suite(result: &FuzzResult) -> TestSuite {
    let mut suite = TestSuite::new(result.title());
    for (name, count) in [("manual seeds", result.manual.seeds), ("manual orders", result.manual.orders)] {
        suite.add_property((name, count.to_string().as_str()));
    }
    suite.add_test_cases(result.corpus.iter().map(|case| found_before(&result.file, case)));
    let (seeds, file) = (format!("{}..{}", result.seeds.from, result.seeds.to), result.file.as_str());
    for goal in &result.goals {
        let unreached = (!goal.reached).then_some(FailureKind::GoalNotReached);
        let text = format!("no seed of {seeds} reached it");
        suite.add_test_case(test(file, &format!("goal {}", goal.name), unreached, &text));
    }
    for failure in &result.failures {
        suite.add_test_case(test(file, &failure.cluster, Some(failure.class.into()), &told(failure)));
    }
    if result.runs > 0 {
        let diverged: Vec<String> = result.diverged.iter().map(u64::to_string).collect();
        let kind = (!diverged.is_empty()).then_some(FailureKind::Nondeterminism);
        let text = format!("second runs differed: seed {}", diverged.join(", "));
        suite.add_test_case(test(file, "determinism", kind, &text));
        // Of several kinds the worst.
        let kind = result.failures.iter().map(|failure| failure.class).min().map(FailureKind::from);
        let text = format!("{} of {} seeds fail", result.failing_seeds, result.runs);
        suite.add_test_case(test(file, &format!("seeds {seeds}"), kind, &text));
    }
    suite.add_test_cases(complete(file, &result.missing));
    suite
}

fn found_before(class: &str, case: &CorpusResult) -> TestCase {
    let text = format!("{}\n{}", case.reasons.join("\n"), play(&case.file));
    test(class, &case.file, case.kind, &text)
}

/// A test that is there, and fails, where something is missing.
fn complete(class: &str, missing: &[String]) -> Option<TestCase> {
    let kind = FailureKind::NotComplete;
    (!missing.is_empty()).then(|| test(class, "complete", Some(kind), &missing.join("\n")))
}

/// A test; `failed`: in which way, if it did.
fn test(class: &str, name: &str, failed: Option<FailureKind>, text: &str) -> TestCase {
    let status = match failed {
        None => TestCaseStatus::success(),
        Some(failed) => TestCaseStatus::NonSuccess {
            kind: match failed {
                FailureKind::Nondeterminism => NonSuccessKind::Error,
                _ => NonSuccessKind::Failure,
            },
            message: Some(text.lines().next().unwrap_or_default().into()),
            ty: Some(failed.name().into()),
            description: Some(text.into()),
            reruns: NonSuccessReruns::default(),
        },
    };
    let mut case = TestCase::new(name, status);
    case.set_classname(class);
    case
}

fn told(failure: &FailureResult) -> String {
    let mut lines = vec![format!("{}: {}", failure.invariant, failure.seen())];
    lines.extend(failure.told.iter().cloned());
    lines.extend(failure.counterfactuals.iter().cloned());
    lines.extend(failure.prevented_by.iter().map(|rule| format!("prevented by {rule}")));
    lines.push(failure.again());
    lines.join("\n")
}
