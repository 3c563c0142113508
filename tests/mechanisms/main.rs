//! Hard corners of the recovery mechanisms, each a small scenario and the facts that must, or must not, follow from it.

mod processes;
mod returns;
mod tables;
mod told;
mod tries;

use paychaos::payments::fact::{Fact, What};
use paychaos::run::outcome::{Outcome, Verdict};
use paychaos::run::{Options, once};
use paychaos::scenario::{Known, Overrides, Scenario, load, render_all};
use std::path::Path;

pub fn scenario(yaml: &str) -> Scenario {
    let nothing = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
    let known = Known { goals: &[], invariants: &["money.charged_once"] };
    load(Path::new("case.yaml"), yaml.as_bytes(), &Overrides::default(), known, &nothing)
        .unwrap_or_else(|wrong| panic!("{}", render_all(&wrong, false)))
}

pub fn play(yaml: &str) -> (Outcome, Vec<Fact>) {
    let mut facts = Vec::new();
    let mut options = Options { seed: None, without: &[], stories: 0, together: false, progress: &mut |_| true };
    let outcome = once(&scenario(yaml), &mut options, Some(&mut |fact: &Fact| facts.push(*fact)));
    assert!(outcome.unreached.is_empty(), "never reached: {:?}", outcome.unreached);
    (outcome, facts)
}

/// It passes; the facts.
pub fn passes(yaml: &str) -> Vec<Fact> {
    let (outcome, facts) = play(yaml);
    assert_eq!(outcome.verdict, Verdict::Pass, "{yaml}\n{:?}", outcome.violations);
    facts
}

pub fn any(facts: &[Fact], is_it: impl Fn(&What) -> bool) -> bool {
    facts.iter().any(|fact| is_it(&fact.what))
}

pub fn count(facts: &[Fact], is_it: impl Fn(&What) -> bool) -> usize {
    facts.iter().filter(|fact| is_it(&fact.what)).count()
}
