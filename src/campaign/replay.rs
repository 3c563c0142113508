//! A case found before, played again by the parties as they are now: does the strategy still fail on it?
//!
//! Called for the corpus. It must not know files, nor how the parties of now are loaded.

use crate::payments::model::Model;
use crate::payments::site::SHARED;
use crate::run;
use crate::run::outcome::{Outcome, Verdict};
use crate::scenario::{Expect, Scenario};

/// The invariant that orders hit by a breach are judged by.
const SILENCE: &str = "progress.deadline";

/// What a case came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replayed {
    /// Why it fails: sentences. None if it passes.
    pub reasons: Vec<String>,
    /// The addresses of its script that the run did not come by.
    pub unreached: Vec<String>,
}

/// Plays a case, its orders, script and windows, with other parties than its own.
pub fn replay(case: Scenario, parties: Model) -> Replayed {
    let scenario = Scenario { model: parties, ..case };
    let outcome = run::quietly(&scenario, None);
    let reasons = match &outcome.verdict {
        Verdict::Fail(reasons) if !is_excused(&scenario, &outcome) => reasons.clone(),
        Verdict::Fail(_) | Verdict::Pass => Vec::new(),
    };
    Replayed { reasons, unreached: outcome.unreached }
}

/// Is nothing wrong but what a campaign does not judge? An order hit by a breach must only not end in silence.
fn is_excused(scenario: &Scenario, outcome: &Outcome) -> bool {
    let all: u64 = outcome.violated.iter().map(|(_, count)| count).sum();
    let excused = |order: u32, invariant: &str| invariant != SILENCE && is_breached(scenario, order);
    let excused = outcome.violations.iter().filter(|found| excused(found.order, found.invariant)).count() as u64;
    scenario.expect == Expect::Consistent && excused == all && outcome.goals.iter().all(|goal| goal.reached)
}

fn is_breached(scenario: &Scenario, order: u32) -> bool {
    let by_script = scenario.script.iter().any(|scripted| {
        let strike = scripted.decision.pick.and_then(|pick| scenario.weather.alternative(scripted.at.site, pick));
        [order, SHARED].contains(&scripted.at.stream) && strike.is_some_and(|strike| strike.breach)
    });
    by_script || scenario.weather.windows.iter().any(|window| window.is_breach())
}
