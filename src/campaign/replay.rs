//! A case found before, played again by the parties as they are now: does the strategy still fail on it?
//!
//! Called for the corpus. It must not know files, nor how the parties of now are loaded.

use crate::campaign::case::is_breached;
use crate::campaign::shrink::silence;
use crate::invariants;
use crate::payments::address::SemanticAddress;
use crate::payments::model::Model;
use crate::run;
use crate::run::outcome::{Outcome, Verdict, Violation};
use crate::scenario::{Expect, Scenario};

/// Plays a case, its orders, script and windows, with other parties than its own. As in a campaign, an order hit by a breach
/// fails by its silence alone: whatever else that comes to is excused.
pub fn replay(case: Scenario, parties: Model) -> Outcome {
    let scenario = Scenario { model: parties, ..case };
    let mut outcome = run::quietly(&scenario, None);
    // A breach that nobody comes by any more excuses nothing.
    let mut reached = scenario;
    reached.script.retain(|scripted| !outcome.unreached.contains(&SemanticAddress(scripted.at).to_string()));
    let is_judged = |found: &&Violation| {
        !is_breached(&reached, found.order) || silence() & (1 << invariants::position(found.invariant)) != 0
    };
    let judged: Vec<&str> = outcome.violations.iter().filter(is_judged).map(|found| found.invariant).collect();
    outcome.unexpected.retain(|id| judged.contains(id));
    let all: u64 = outcome.violated.iter().map(|(_, count)| count).sum();
    // Of those that are not kept nothing can be said.
    let excused = judged.is_empty() && all == outcome.violations.len() as u64;
    if reached.expect == Expect::Consistent && excused && outcome.goals.iter().all(|goal| goal.reached) {
        outcome.verdict = Verdict::Pass;
    }
    outcome
}
