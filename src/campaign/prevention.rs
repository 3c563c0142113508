//! What would have prevented a violation, found by trying: the same run again, with one remedy more. A choice does not
//! depend on how many were made before it, so that the run meets the same weather.
//!
//! Called by whoever looks closely at a failure of a campaign, and by the command line for what a single run has violated.
//! It must not know which remedies there are.

use crate::campaign::case::{Case, Stage};
use crate::campaign::failure::ids;
use crate::campaign::remedy::Remedy;
use crate::invariants;
use crate::payments::model::Model;
use crate::run;
use crate::run::outcome::{Outcome, Violation};
use crate::scenario::Scenario;

/// Coupled scenarios with more orders are not run again for every rule.
const MOST_COUPLED: u32 = 1000;

/// What would have prevented it.
#[derive(Clone, Default)]
pub struct Prevention {
    /// What is enough for all to pass, each alone, the most telling first...
    pub remedies: Vec<Remedy>,
    /// ...or only all of them together.
    pub together: bool,
    /// What it is put down to: as little of that as mends the worst, and does nothing else.
    pub mends: Vec<Remedy>,
    /// Where nothing is: sentences about rules that prevent this violation, and leave another.
    pub partly: Vec<String>,
}

impl Prevention {
    /// The remedies in words.
    pub fn names(&self) -> Vec<String> {
        self.remedies.iter().map(Remedy::to_string).collect()
    }

    /// What it is put down to, in words; empty where nothing is known.
    pub fn cause(&self) -> String {
        self.mends.iter().map(Remedy::to_string).collect::<Vec<_>>().join(" and ")
    }

    /// Does it show other mistakes as well, which what mends it leaves?
    pub fn is_one_of_several(&self) -> bool {
        self.together && self.mends.len() < self.remedies.len()
    }
}

/// What would have prevented what a case violates, the worst of which is the invariant at position `worst`.
pub fn of_case(stage: &mut Stage, case: &Case, worst: usize, go_on: &dyn Fn() -> bool) -> Prevention {
    on_stage(stage, case, go_on, |model, violated| search(model, worst, Wanted::All, violated))
}

/// The same, of which only the first is known: what it is put down to.
pub fn cause_of(stage: &mut Stage, case: &Case, worst: usize, go_on: &dyn Fn() -> bool) -> Prevention {
    on_stage(stage, case, go_on, |model, violated| search(model, worst, Wanted::First, violated))
}

fn on_stage(
    stage: &mut Stage,
    case: &Case,
    go_on: &dyn Fn() -> bool,
    search: impl FnOnce(&Model, &mut dyn FnMut(Model) -> u32) -> Prevention,
) -> Prevention {
    let model = stage.scenario.model.clone();
    let found = search(&model, &mut |other: Model| {
        // Nobody asks any more what would have passed.
        if !go_on() {
            return 0;
        }
        stage.scenario.model = other;
        stage.play(case).violated()
    });
    stage.scenario.model = model;
    found
}

/// Remedies in words, if there are any.
pub fn told(remedies: &[String], together: bool) -> Option<String> {
    (!remedies.is_empty()).then(|| remedies.join(if together { " and " } else { " or " }))
}

/// Looks for what prevents the invariant at position `worst` from being violated. `violated` says what is violated, a bit
/// each, by a strategy that is otherwise.
///
/// What says most comes first: a rule; two of them together; a parameter; the fewest of both together; what helps against
/// nearly anything.
fn search(model: &Model, worst: usize, wanted: Wanted, violated: &mut dyn FnMut(Model) -> u32) -> Prevention {
    let mut with = |remedies: &[Remedy]| {
        let mut model = model.clone();
        for remedy in remedies {
            remedy.apply(&mut model);
        }
        violated(model)
    };
    let rules = alone(&Remedy::rules(model), wanted, &mut with);
    if let Some(remedies) = enough(&rules) {
        return remedies;
    }
    let all = |tried: &[(Remedy, u32)]| tried.iter().map(|(remedy, _)| *remedy).collect::<Vec<_>>();
    if let Some(found) = together(&all(&rules), worst, &mut with).filter(|found| found.remedies.len() == 2) {
        return found;
    }
    let parameters = alone(&Remedy::parameters(model), wanted, &mut with);
    if let Some(remedies) = enough(&parameters) {
        return remedies;
    }
    // What no single parameter of a mechanism mends, all of them may.
    if let Some(remedies) = enough(&alone(&Remedy::mechanisms(model), wanted, &mut with)) {
        return remedies;
    }
    let both = [all(&rules), all(&parameters)].concat();
    let last = Remedy::last_resorts(model);
    let found = together(&both, worst, &mut with)
        .or_else(|| enough(&alone(&last, wanted, &mut with)))
        .or_else(|| together(&[both.clone(), last.clone()].concat(), worst, &mut with));
    found.unwrap_or_else(|| Prevention { partly: partly(&rules, worst), ..Prevention::default() })
}

/// Of remedies that are each enough.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    All,
    First,
}

/// What is violated with each of the remedies alone, as far as that is wanted.
fn alone(remedies: &[Remedy], wanted: Wanted, with: &mut dyn FnMut(&[Remedy]) -> u32) -> Vec<(Remedy, u32)> {
    let mut tried = Vec::new();
    for remedy in remedies {
        let violated = with(&[*remedy]);
        tried.push((*remedy, violated));
        if violated == 0 && wanted == Wanted::First {
            break;
        }
    }
    tried
}

/// Those with which all passes, if there are any.
fn enough(tried: &[(Remedy, u32)]) -> Option<Prevention> {
    let remedies: Vec<Remedy> = tried.iter().filter(|(_, violated)| *violated == 0).map(|(remedy, _)| *remedy).collect();
    (!remedies.is_empty()).then(|| Prevention { mends: vec![remedies[0]], remedies, ..Prevention::default() })
}

/// The fewest of the remedies with which together all passes, those that stand first. Where one of them takes away the
/// invariant at position `worst`, and nothing comes instead, the rest mends other mistakes.
fn together(remedies: &[Remedy], worst: usize, with: &mut dyn FnMut(&[Remedy]) -> u32) -> Option<Prevention> {
    if remedies.len() < 2 || with(remedies) != 0 {
        return None;
    }
    let mut remedies = remedies.to_vec();
    // One that was needed beside another may not be needed without it.
    while let Some(fewer) = one_less(&remedies, with) {
        remedies = fewer;
    }
    let before = with(&[]);
    let takes_away = |remedy: &&Remedy| {
        let left = with(&[**remedy]);
        left & !before == 0 && left >> worst & 1 == 0
    };
    let mends = remedies.iter().find(takes_away).map_or_else(|| remedies.clone(), |remedy| vec![*remedy]);
    Some(Prevention { remedies, together: true, mends, partly: Vec::new() })
}

/// The remedies without the last that is not needed.
fn one_less(remedies: &[Remedy], with: &mut dyn FnMut(&[Remedy]) -> u32) -> Option<Vec<Remedy>> {
    let without = |i: usize| [&remedies[..i], &remedies[i + 1..]].concat();
    (0..remedies.len()).rev().map(without).find(|fewer| with(fewer) == 0)
}

/// Rules that prevent the invariant's violation, and what is violated then.
fn partly(rules: &[(Remedy, u32)], worst: usize) -> Vec<String> {
    let prevent = rules.iter().filter(|(_, violated)| violated & (1 << worst) == 0);
    prevent.map(|(rule, violated)| format!("with {rule} it violates {} instead", ids(*violated).join(", "))).collect()
}

/// Names, for the first violation of each invariant, the rules that would each have prevented it.
pub fn find(scenario: &Scenario, outcome: &mut Outcome) {
    if scenario.coupling().is_some() && run::orders_of(&scenario.purchases) > MOST_COUPLED {
        return;
    }
    let mut tried: Vec<&'static str> = Vec::new();
    let seed = outcome.seed;
    for violation in outcome.violations.iter_mut().filter(|violation| !violation.excused) {
        if !tried.contains(&violation.invariant) {
            tried.push(violation.invariant);
            violation.prevented_by = prevented_by(scenario, seed, violation);
        }
    }
}

/// The rules that are off and with each of which the order passes; or else those that only prevent this violation, each with
/// what is violated then.
fn prevented_by(scenario: &Scenario, seed: Option<u64>, violation: &Violation) -> Option<String> {
    let mut with = |remedies: &[Remedy]| {
        let mut scenario = scenario.clone();
        for remedy in remedies {
            remedy.apply(&mut scenario.model);
        }
        run::violated_by(&scenario, seed, violation.order)
    };
    let rules = alone(&Remedy::rules(&scenario.model), Wanted::All, &mut with);
    if let Some(enough) = enough(&rules) {
        return told(&enough.names(), false);
    }
    let prevent = rules.iter().filter(|(_, violated)| violated & (1 << invariants::position(violation.invariant)) == 0);
    let rules: Vec<String> =
        prevent.map(|(rule, violated)| format!("{rule} (it violates {} instead)", ids(*violated).join(", "))).collect();
    told(&rules, false)
}
