//! The verdict: what was found against what the scenario expects. Called by `once` when the world has ended.

use crate::invariants::{self, Finding};
use crate::kernel::{Chooser, Sink};
use crate::payments::books::Books;
use crate::payments::fact::Fact;
use crate::payments::party::Party;
use crate::run::outcome::{Goal, Outcome, Totals, Verdict, Violation};
use crate::run::world::{Violator, World};
use crate::scenario::Expect;

/// The id of an invariant, and how often it is violated.
type Count = (&'static str, u64);

/// Judges a world that has ended.
pub(crate) fn judge<C: Chooser, S: Sink<Fact>>(mut world: World<C, S>, seed: Option<u64>) -> Outcome {
    let scenario = world.scenario;
    let goals = world.goals();
    world.violators.sort_unstable_by_key(|violator| violator.order);
    let violated = counted(world.found.iter());
    let held = match scenario.expect {
        Expect::NotSilent => counted(world.found.iter().filter(|finding| !is_excused(&world, finding))),
        Expect::Consistent | Expect::Violates(_) => violated.clone(),
    };
    let expected: &[String] = match &scenario.expect {
        Expect::Consistent | Expect::NotSilent => &[],
        Expect::Violates(names) => names,
    };
    let unexpected = held.iter().filter(|(id, _)| !expected.iter().any(|name| name == id));
    let unexpected: Vec<Count> = unexpected.copied().collect();
    let mut reasons = against(expected, &violated, &unexpected);
    reasons.extend(missed(&goals));
    Outcome {
        scenario: scenario.name.clone(),
        about: scenario.about.clone(),
        seed,
        verdict: if reasons.is_empty() { Verdict::Pass } else { Verdict::Fail(reasons) },
        digest: world.digest.value(),
        currency: scenario.model.currency,
        totals: Totals { recovered_by: world.recoveries.by_mechanism(), ..std::mem::take(&mut world.totals) },
        coupled: scenario.coupling(),
        violations: world.found.iter().take(Outcome::KEPT).map(|finding| violation(&world, finding)).collect(),
        violated,
        unexpected: unexpected.into_iter().map(|(id, _)| id).collect(),
        goals,
        stories: Vec::new(),
        skewed: Party::ALL.into_iter().zip(scenario.weather.skew).filter(|(_, by)| *by != 0).collect(),
        taken: Vec::new(),
        unreached: Vec::new(),
        spared_in_vain: Vec::new(),
        warnings: scenario.warnings.clone(),
    }
}

/// Findings by invariant, in the order of the registry.
fn counted<'a>(findings: impl Iterator<Item = &'a Finding>) -> Vec<Count> {
    let mut counts: Vec<Count> = invariants::ALL.iter().map(|info| (info.id, 0)).collect();
    findings.for_each(|finding| counts[finding.invariant].1 += 1);
    counts.into_iter().filter(|(_, count)| *count > 0).collect()
}

/// What is known of the order that a finding is about, if it has ended.
fn violator<C, S>(world: &World<C, S>, finding: &Finding) -> Option<Violator> {
    let found = world.violators.binary_search_by_key(&finding.order, |violator| violator.order);
    found.ok().map(|i| world.violators[i])
}

/// Is it excused where a broken word must only not be passed over in silence?
fn is_excused<C, S>(world: &World<C, S>, finding: &Finding) -> bool {
    violator(world, finding).is_some_and(|violator| violator.judged() & (1 << finding.invariant) == 0)
}

/// The goals that were not reached, a sentence each.
fn missed(goals: &[Goal]) -> impl Iterator<Item = String> {
    goals.iter().filter(|goal| !goal.reached).map(|goal| format!("the goal {} was not reached", goal.name))
}

/// What was violated against what was expected.
fn against(expected: &[String], violated: &[Count], unexpected: &[Count]) -> Vec<String> {
    let found = |name: &str| violated.iter().any(|(id, _)| *id == name);
    let times = |count: u64| if count == 1 { "once".to_owned() } else { format!("{count} times") };
    let mut reasons: Vec<String> =
        unexpected.iter().map(|(id, count)| format!("{id} is violated ({})", times(*count))).collect();
    reasons.extend(
        expected.iter().filter(|name| !found(name)).map(|name| format!("{name} was expected to be violated and is not")),
    );
    reasons
}

fn violation<C, S>(world: &World<C, S>, finding: &Finding) -> Violation {
    Violation {
        invariant: invariants::ALL[finding.invariant].id,
        order: finding.order,
        at: finding.at,
        detail: finding.detail.clone(),
        told: violator(world, finding).is_some_and(|violator| violator.told),
        excused: world.scenario.expect == Expect::NotSilent && is_excused(world, finding),
        bearer: world.losses.iter().find(|(order, _)| *order == finding.order).and_then(|(_, books)| bearer(books)),
        prevented_by: None,
    }
}

/// Who bears the largest loss.
fn bearer(books: &Books) -> Option<(crate::run::outcome::Bearer, i64)> {
    use crate::run::outcome::Bearer;
    let losses = [
        (Bearer::Customer, books.customer_loss()),
        (Bearer::Party(Party::Merchant), books.merchant_loss()),
        (Bearer::Party(Party::Platform), books.platform_loss()),
    ];
    losses.into_iter().filter(|(_, loss)| *loss > 0).max_by_key(|(_, loss)| *loss)
}
