//! One misfortune at a time: every fault in contract, at the first three visits of every site, under the hardened strategy,
//! with every way in which the platform's two tables can change; and two at a time where two tables change together.
//! Whatever strikes, the order is consistent in the end. Where the downstream breaks its word, the order is consistent or before a person: never silent.

use paychaos::faults::{self, Form};
use paychaos::kernel::Address;
use paychaos::payments::party::Hop;
use paychaos::payments::site::SHARED;
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
    ("one row, overwritten", "platform: {order_model: overwrite}\ncustomer: {pays_again: {probability: 1, after: 7s}}"),
    (
        "one number, and a saga",
        "platform: {order_model: one_to_one, internal: {transaction: {kind: saga}}}\ncustomer: {pays_again: {probability: 1, after: 7s}}",
    ),
    (
        "new orders",
        "platform: {order_model: merchant_new_number, internal: {compensation: {}}}\ncustomer: {pays_again: {probability: 1, after: 7s}}",
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
                format!("  - {}\n", faults::script(at, &strike))
            }));
        }
    }
    all
}

/// Runs every item of `faults` on a platform: how many struck as they were written, and those whose order is not
/// consistent.
fn strike((name, platform): &(&str, &str), faults: &[String], failed: &mut Vec<String>) -> u64 {
    let nothing = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
    let known = Known { goals: &[], invariants: &[] };
    let mut struck = 0;
    for faults in faults {
        let text = format!("{SHOP}{platform}\nfaults:\n{faults}");
        // What can never occur in this configuration is refused when it is read.
        let Ok(scenario) = load(Path::new("one.yaml"), text.as_bytes(), &Overrides::default(), known, &nothing) else {
            continue;
        };
        let outcome = quietly(&scenario, None);
        struck += u64::from(outcome.unreached.is_empty());
        if let Verdict::Fail(reasons) = outcome.verdict {
            failed.push(format!("{name}:\n{faults}    {}", reasons.join("; ")));
        }
    }
    struck
}

/// On all platforms.
fn everywhere(faults: &[String]) -> (u64, Vec<String>) {
    let mut failed = Vec::new();
    let struck = PLATFORMS.iter().map(|platform| strike(platform, faults, &mut failed)).sum();
    (struck, failed)
}

#[test]
fn one_misfortune_leaves_every_order_consistent() {
    let misfortunes = misfortunes(false);
    assert!(misfortunes.len() > 500, "{}", misfortunes.len());
    let (struck, failed) = everywhere(&misfortunes);
    assert!(struck > 2000, "only {struck} misfortunes struck");
    assert!(failed.is_empty(), "{} of {struck}:\n{}", failed.len(), failed.join("\n"));
}

/// Every other misfortune beside these, whose places are taken.
fn beside(given: &[(&str, &str)]) -> Vec<String> {
    let written: String = given.iter().map(|(kind, at)| format!("  - {kind}: {{at: order 1 / {at}}}\n")).collect();
    let others = misfortunes(false).into_iter().filter(|fault| !given.iter().any(|(_, at)| fault.contains(at)));
    others.map(|fault| written.clone() + &fault).collect()
}

/// Half is paid, and something else goes wrong while the half goes back: whoever stops, it goes back, and the order ends.
/// So it does where a worker has to give it back, because the platform does not know that its update was written.
#[test]
fn half_a_payment_and_one_misfortune_leave_every_order_consistent() {
    let half = ("underpay", "platform-bank / decision / 1");
    let unknown = ("unknown_commit", "platform-bank / attempt-write / 1");
    for given in [&[half][..], &[half, unknown]] {
        let (struck, failed) = everywhere(&beside(given));
        assert!(struck > 2000, "only {struck} misfortunes struck");
        assert!(failed.is_empty(), "{} of {struck}:\n{}", failed.len(), failed.join("\n"));
    }
}

#[test]
fn a_broken_word_is_never_passed_over_in_silence() {
    let (struck, failed) = everywhere(&misfortunes(true));
    assert!(struck > 50, "only {struck} breaches struck");
    assert!(failed.is_empty(), "{} of {struck}:\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn two_misfortunes_in_a_transaction_leave_every_order_consistent() {
    let places =
        ["handover", "handover-answer", "log-write", "attempt-write"].map(|place| format!("platform-bank / {place}"));
    let sites: Vec<String> = places.into_iter().chain(["merchant-platform / record-write".to_owned()]).collect();
    let mut one = Vec::new();
    for site in &sites {
        let kinds: &[&str] = if site.ends_with("write") {
            &["fail_update", "unknown_commit", "crash", "crash_after"]
        } else {
            &["lose", "late", "duplicate", "crash", "crash_after"]
        };
        for visit in 1..=2 {
            one.extend(kinds.iter().map(|kind| (format!("order 1 / {site} / {visit}"), kind)));
        }
    }
    let item = |(at, kind): &(String, &&str)| format!("  - {kind}: {{at: {at}}}\n");
    let pairs = one.iter().enumerate().flat_map(|(i, first)| one[i + 1..].iter().map(move |second| (first, second)));
    // Each choice there has one outcome.
    let two: Vec<String> = pairs.filter(|(a, b)| a.0 != b.0).map(|(a, b)| item(a) + &item(b)).collect();
    let (mut struck, mut failed) = (0, Vec::new());
    for platform in PLATFORMS.iter().filter(|(_, platform)| platform.contains("transaction")) {
        struck += strike(platform, &two, &mut failed);
    }
    assert!(struck > 3000, "only {struck} pairs struck");
    assert!(failed.is_empty(), "{} of {struck}:\n{}", failed.len(), failed.join("\n"));
}
