//! A case as a scenario file that fails until the strategy is mended, and guards it from then on.
//!
//! Called by the campaign for the representative of each kind of failure. It must not open files itself: the scenario's
//! text comes from outside, and so does whoever reads the result again.

use crate::campaign::case::{Case, Misfortune};
use crate::campaign::failure::Failure;
use crate::campaign::prevention;
use crate::invariants;
use crate::kernel::{Address, Decision, SECOND, format_instant};
use crate::payments::party::Party;
use crate::payments::site::Site;
use crate::payments::weather::Window;
use crate::scenario::{Expect, Parts, Scenario, rewrite, script};
use std::path::Path;

/// The text of a failure's scenario file. `path` and `bytes` are the file of the scenario in which it was found, `command`
/// is what shows the failure there again.
///
/// `None` where the original is not YAML any more.
pub fn text(path: &Path, bytes: &[u8], failure: &Failure, command: &str) -> Option<String> {
    let id = invariants::ALL[failure.invariant].id;
    let mut comments = vec![format!("Found by: {command}")];
    if let Some(violation) = failure.violation() {
        comments.push(format!("{id}, first seen at {}: {}", format_instant(violation.at), violation.detail));
    }
    let faults = failure.case.misfortunes.len();
    comments.extend(failure.case.told().into_iter().zip(1..).map(|(told, i)| match i <= faults {
        true => format!("fault {i}: {told}"),
        false => told,
    }));
    comments.extend(failure.counterfactuals.iter().cloned());
    let prevented_by = prevention::told(&failure.remedies, failure.together);
    comments.extend(prevented_by.map(|remedies| format!("prevented by: {remedies}")));
    let causes: Vec<String> = failure.case.kinds_and_sites().into_iter().chain(failure.case.takes_at()).collect();
    let about = match causes.as_slice() {
        [] => format!("{id} is violated although nothing goes wrong."),
        faults => format!("{id} is violated by {}.", faults.join(", ")),
    };
    rewrite(path, bytes, &Parts { comments, about, draw: failure.draw, ..parts(&failure.scenario, &failure.case) })
}

/// The orders and faults of a case, as a scenario file has them.
fn parts(scenario: &Scenario, case: &Case) -> Parts {
    let (orders, takes) = purchases(scenario, case);
    let skews = Party::ALL.into_iter().filter_map(|party| {
        let by = scenario.weather.skew[party as usize];
        (by != 0).then(|| format!("skew: {{party: {}, by: {by}us}}", party.name()))
    });
    let misfortunes = case.misfortunes.iter().flat_map(|misfortune| item(scenario, misfortune));
    let sizes = case.sizes.iter().flat_map(|(at, size)| size_item(scenario, *at, *size));
    let faults = misfortunes.chain(takes).chain(sizes).chain(skews).collect();
    let expect = (scenario.expect == Expect::NotSilent).then_some("not_silent");
    Parts { orders, faults, expect, ..Parts::default() }
}

fn size_item(scenario: &Scenario, at: Address, size: u64) -> Vec<String> {
    script(at, Decision { pick: None, size: Some(size) }, None, scenario.model.currency)
}

/// A misfortune as an item of `faults`.
fn item(scenario: &Scenario, misfortune: &Misfortune) -> Vec<String> {
    let picked = Decision { pick: Some(1), size: None };
    match misfortune {
        Misfortune::Struck(at, strike) => script(*at, picked, Some(strike), scenario.model.currency),
        Misfortune::Happened(at, _) => script(*at, picked, None, scenario.model.currency),
        Misfortune::Window(window) => vec![window_item(window)],
    }
}

fn window_item(window: &Window) -> String {
    let sites: Vec<String> = window.sites().map(|site| site.to_string()).collect();
    let kind = crate::faults::find(window.fault());
    let time = match (kind.and_then(crate::faults::Kind::parameter), crate::faults::duration(window.strikes[0].1.effect)) {
        (Some(parameter), Some(time)) => format!(", {}: {time}us", parameter.name),
        _ => String::new(),
    };
    let (from, to) = (format_instant(window.from), format_instant(window.to));
    format!("{}: {{site: [{}], from: \"{from}\", to: \"{to}\"{time}}}", window.fault(), sites.join(", "))
}

/// The value of `orders`, and what its purchases take that differs from it.
fn purchases(scenario: &Scenario, case: &Case) -> (String, Vec<String>) {
    let currency = scenario.model.currency;
    let (start, amount) = case.purchases.first().map_or((0, 0), |first| (first.at, first.amount));
    let count = case.purchases.len();
    let orders = format!(
        "{{count: {count}, start: \"{}\", amount: {}, currency: {}}}",
        format_instant(start),
        currency.format(amount).replace(',', ""),
        currency.code()
    );
    let mut takes = Vec::new();
    let mut before = start;
    for (order, purchase) in (0u32..).zip(&case.purchases).skip(1) {
        let address = |site: Site| Address { stream: order, site: site.index(), occurrence: 0 };
        let gap = purchase.at - before;
        if gap != SECOND {
            takes.extend(size_item(scenario, address(Site::Arrival), gap));
        }
        if purchase.amount != amount {
            takes.extend(size_item(scenario, address(Site::Amount), purchase.amount.unsigned_abs()));
        }
        before = purchase.at;
    }
    (orders, takes)
}
