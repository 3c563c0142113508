//! One misfortune at a time: every fault in contract, at every site, at its first and second visit, under the hardened
//! strategy, with every way in which the platform's two tables can change. Whatever strikes, the order is consistent in the
//! end. Where the downstream breaks its word, the order is consistent or before a person: never silent.

use paychaos::faults::{self, Form};
use paychaos::kernel::Address;
use paychaos::payments::site::{Hop, SHARED};
use paychaos::run::outcome::Verdict;
use paychaos::run::quietly;
use paychaos::scenario::{Known, Overrides, load};
use std::path::Path;

/// What a scenario begins with: both hops notify, poll, close and reconcile; the customer returns half of the goods.
const SHOP: &str = "
storm: 3d
orders: {count: 1}
merchant: {returns: [{after: 1h, share: 0.5}], internal: {compensation: {}}}
hops:
  merchant-platform: {notification: {gaps: [0s, 15s, 15s, 30s, 3m, 10m]}}
  platform-bank: {notification: {gaps: [1s, 15s, 15s, 30s, 3m, 10m]}}
";

/// Ways in which the platform's two tables change.
const PLATFORMS: &[(&str, &str)] = &[
    ("one database", "platform: {tables: same_database}"),
    ("nothing but duplicates", "platform: {}"),
    ("compensation", "platform: {internal: {compensation: {}}}"),
    ("two applications", "platform: {tables: two_applications, internal: {compensation: {}}}"),
    ("two-phase commit", "platform: {internal: {transaction: {kind: two_phase_commit}}}"),
    ("tcc", "platform: {internal: {transaction: {kind: tcc}}}"),
    ("saga", "platform: {internal: {transaction: {kind: saga}}}"),
    ("outbox", "platform: {internal: {transaction: {kind: outbox}}}"),
    ("two applications, tcc", "platform: {tables: two_applications, internal: {transaction: {kind: tcc}}}"),
    ("two applications, saga", "platform: {tables: two_applications, internal: {transaction: {kind: saga}}}"),
    (
        "customers who pay again",
        "platform: {internal: {compensation: {}}}\ncustomer: {pays_again: {probability: 1, after: 7s, at_most: 2}}",
    ),
    (
        "customers who pay again, and an outbox",
        "platform: {internal: {transaction: {kind: outbox}}}\ncustomer: {pays_again: {probability: 1, after: 7s}}",
    ),
];

/// The faults that strike at one visit of a site, breaches or those in contract, each as an item of a scenario's `faults`.
fn misfortunes(breach: bool) -> Vec<String> {
    let mut all = Vec::new();
    let at_a_visit = |form: &Form| matches!(form, Form::Strike(_) | Form::Timed(..));
    for kind in faults::ALL.iter().filter(|kind| kind.breach == breach && at_a_visit(&kind.form)) {
        for site in Hop::ALL.into_iter().flat_map(|hop| kind.sites(hop)) {
            let Some(strike) = kind.strike(site, None) else { continue };
            let stream = if site.shared() { SHARED } else { 0 };
            let visits = 0..if site.shared() { 1 } else { 3 };
            all.extend(visits.map(|visit| {
                let at = Address { stream, site: site.index(), occurrence: visit };
                faults::script(at, &strike)
            }));
        }
    }
    all
}

/// Runs every misfortune on every platform: how many struck, and those whose order is not consistent.
fn strike(misfortunes: &[String]) -> (u64, Vec<String>) {
    let nothing = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
    let known = Known { goals: &[], invariants: &[] };
    let (mut struck, mut failed) = (0, Vec::new());
    for (name, platform) in PLATFORMS {
        for misfortune in misfortunes {
            let text = format!("{SHOP}{platform}\nfaults:\n  - {misfortune}\n");
            // What can never occur in this configuration is refused when it is read.
            let Ok(scenario) = load(Path::new("one.yaml"), text.as_bytes(), &Overrides::default(), known, &nothing) else {
                continue;
            };
            let outcome = quietly(&scenario, None);
            struck += u64::from(outcome.unreached.is_empty());
            if let Verdict::Fail(reasons) = outcome.verdict {
                failed.push(format!("{name}: {misfortune}\n    {}", reasons.join("; ")));
            }
        }
    }
    (struck, failed)
}

#[test]
fn one_misfortune_leaves_every_order_consistent() {
    let misfortunes = misfortunes(false);
    assert!(misfortunes.len() > 500, "{}", misfortunes.len());
    let (struck, failed) = strike(&misfortunes);
    assert!(struck > 2000, "only {struck} misfortunes struck");
    assert!(failed.is_empty(), "{} of {struck}:\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn a_broken_word_is_never_passed_over_in_silence() {
    let (struck, failed) = strike(&misfortunes(true));
    assert!(struck > 50, "only {struck} breaches struck");
    assert!(failed.is_empty(), "{} of {struck}:\n{}", failed.len(), failed.join("\n"));
}
