//! Which safety rule would have prevented a violation, found by trying: the same run again, with one rule more.
//!
//! Called by the command line for what a run has violated. A choice does not depend on how many were made before it, so
//! the run with the rule meets the same weather.

use crate::payments::party::Hop;
use crate::payments::rules::Rules;
use crate::run;
use crate::run::outcome::{Outcome, Violation};
use crate::scenario::Scenario;

/// Coupled scenarios with more orders are not run again for every rule.
const MOST_COUPLED: u32 = 1000;

/// Names, for the first violation of each invariant, the rules that would each have prevented it.
pub fn find(scenario: &Scenario, outcome: &mut Outcome) {
    if scenario.coupling().is_some() && run::orders_of(&scenario.purchases) > MOST_COUPLED {
        return;
    }
    let mut tried: Vec<&'static str> = Vec::new();
    let seed = outcome.seed;
    for violation in &mut outcome.violations {
        if !tried.contains(&violation.invariant) {
            tried.push(violation.invariant);
            violation.prevented_by = prevented_by(scenario, seed, violation);
        }
    }
}

/// The rules that are off and that, each switched on alone, prevent the violation.
fn prevented_by(scenario: &Scenario, seed: Option<u64>, violation: &Violation) -> Option<String> {
    let mut found = Vec::new();
    for info in Rules::ALL {
        let hops: Vec<Hop> = Hop::ALL.into_iter().filter(|hop| !is_on(scenario, *hop, info.name)).collect();
        for hop in hops {
            let mut with = scenario.clone();
            if let Some(rule) = with.model.hops[hop as usize].rules.switch(info.name) {
                *rule = true;
            }
            if !run::violated_by(&with, seed, violation.order).contains(&violation.invariant) {
                found.push(format!("{} on {}", info.name, hop.name()));
            }
        }
    }
    if found.is_empty() { None } else { Some(found.join(" or ")) }
}

fn is_on(scenario: &Scenario, hop: Hop, name: &str) -> bool {
    let mut rules = scenario.model.hops[hop as usize].rules;
    rules.switch(name).is_none_or(|on| *on)
}
