//! The ways to fail that CI tells apart.
//!
//! Asked by every format of campaigns, so that they call one thing by one name, and written down with the cases that were
//! played. It must not know formats.

use crate::invariants::{self, Class};
use crate::run::outcome::{Outcome, Verdict};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// In which way something failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FailureKind {
    /// An invariant was violated.
    Violation,
    /// Books, tables or orders were still open at the deadline.
    NotConverged,
    /// A goal was not reached.
    GoalNotReached,
    /// A second run differed.
    Nondeterminism,
    /// Something was not run.
    NotComplete,
    /// A violation that was expected did not occur.
    NotAsExpected,
}

impl FailureKind {
    /// In words.
    pub const fn name(self) -> &'static str {
        match self {
            FailureKind::Violation => Class::Violation.name(),
            FailureKind::NotConverged => Class::NotConverged.name(),
            FailureKind::GoalNotReached => "goal not reached",
            FailureKind::Nondeterminism => "nondeterminism",
            FailureKind::NotComplete => "not complete",
            FailureKind::NotAsExpected => "not as expected",
        }
    }

    /// The way in which a scenario failed that was run once: of several the worst.
    pub fn of(outcome: &Outcome) -> Option<Self> {
        let class = |id: &&str| invariants::ALL.iter().find(|info| info.id == *id).map(|info| info.class);
        match (&outcome.verdict, outcome.unexpected.iter().filter_map(class).min()) {
            (Verdict::Pass, _) => None,
            (Verdict::Fail(_), Some(class)) => Some(class.into()),
            (Verdict::Fail(_), None) if outcome.goals.iter().any(|goal| !goal.reached) => Some(FailureKind::GoalNotReached),
            (Verdict::Fail(_), None) => Some(FailureKind::NotAsExpected),
        }
    }
}

impl From<Class> for FailureKind {
    fn from(class: Class) -> Self {
        match class {
            Class::Violation => FailureKind::Violation,
            Class::NotConverged => FailureKind::NotConverged,
        }
    }
}
