//! The verdict: what was found against what the scenario expects. Called by `once` when the world has ended.

use crate::invariants::{self, Finding, silence};
use crate::kernel::{Chooser, Sink};
use crate::payments::books::Books;
use crate::payments::fact::Fact;
use crate::payments::party::Party;
use crate::run::outcome::{Goal, Outcome, Totals, Verdict, Violation};
use crate::run::world::World;
use crate::scenario::Expect;

/// Judges a world that has ended.
pub(crate) fn judge<C: Chooser, S: Sink<Fact>>(mut world: World<C, S>, seed: Option<u64>) -> Outcome {
    let scenario = world.scenario;
    let goals = world.goals();
    let violated: Vec<(&'static str, u64)> = invariants::ALL
        .iter()
        .enumerate()
        .map(|(i, info)| (info.id, world.found.iter().filter(|finding| finding.invariant == i).count() as u64))
        .filter(|(_, count)| *count > 0)
        .collect();
    let expected: &[String] = match &scenario.expect {
        Expect::Consistent | Expect::NotSilent => &[],
        Expect::Violates(names) => names,
    };
    let unexpected = violated.iter().filter(|(id, _)| !expected.iter().any(|name| name == id));
    let unexpected: Vec<(&'static str, u64)> = unexpected.copied().collect();
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

/// Judges once more where a scenario expects that a broken word is not passed over in silence: what an order that was hit by
/// one violates is excused as far as its silence does not show in it.
pub(crate) fn excuse(outcome: &mut Outcome, is_breached: impl Fn(u32) -> bool) {
    // Of those that are not kept nothing can be said.
    let all: u64 = outcome.violated.iter().map(|(_, count)| count).sum();
    if all != outcome.violations.len() as u64 {
        return;
    }
    let is_judged = |found: &&Violation| {
        !is_breached(found.order) || silence(found.told) & (1 << invariants::position(found.invariant)) != 0
    };
    let judged: Vec<&str> = outcome.violations.iter().filter(is_judged).map(|found| found.invariant).collect();
    let counted = outcome.violated.iter().map(|(id, _)| (*id, judged.iter().filter(|one| *one == id).count() as u64));
    let unexpected: Vec<(&'static str, u64)> = counted.filter(|(_, count)| *count > 0).collect();
    let mut reasons = against(&[], &unexpected, &unexpected);
    reasons.extend(missed(&outcome.goals));
    outcome.unexpected = unexpected.into_iter().map(|(id, _)| id).collect();
    outcome.verdict = if reasons.is_empty() { Verdict::Pass } else { Verdict::Fail(reasons) };
}

/// The goals that were not reached, a sentence each.
fn missed(goals: &[Goal]) -> impl Iterator<Item = String> {
    goals.iter().filter(|goal| !goal.reached).map(|goal| format!("the goal {} was not reached", goal.name))
}

/// What was violated against what was expected.
fn against(expected: &[String], violated: &[(&'static str, u64)], unexpected: &[(&'static str, u64)]) -> Vec<String> {
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
        told: world.told.contains(&finding.order),
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
