//! Two tables that change together, or do not: failed updates, transactions, scans, updates that overtake each other.

use crate::{any, count, passes, play};
use paychaos::payments::fact::{Fact, State, What};
use paychaos::payments::grounds::{Cause, Why};
use paychaos::payments::message::Message;
use paychaos::payments::party::Hop;
use paychaos::payments::site::Place;

#[test]
fn a_commit_that_reports_an_error_is_done_once_and_finished_later() {
    let yaml = "
platform: {internal: {compensation: {scan: 60s}}}
faults:
  - unknown_commit: {at: order 1 / platform-bank / attempt-write / 1}
  - unknown_commit: {at: order 1 / merchant-platform / record-write / 1}
";
    let facts = passes(yaml);
    assert_eq!(count(&facts, |what| matches!(what, What::Fulfilled { .. })), 1);
    assert!(any(&facts, |what| matches!(what, What::Owed { .. })));
    assert!(any(&facts, |what| matches!(what, What::Mended { .. })));
}

/// A two-phase commit that is aborted, and what strikes while it is undone.
fn aborted(and: &str) -> Vec<Fact> {
    passes(&format!(
        "
platform: {{internal: {{transaction: {{kind: two_phase_commit}}}}}}
hops: {{merchant-platform: {{strategy: {{polling: {{}}}}}}, platform-bank: {{strategy: {{polling: {{}}}}}}}}
faults:
  - lose: {{at: order 1 / platform-bank / handover / 1}}
  - {and}
"
    ))
}

#[test]
fn after_an_aborted_two_phase_commit_the_order_is_asked_about_again() {
    let unknown = "unknown_commit: {at: order 1 / platform-bank / log-write / 1}";
    for and in [unknown, "crash_after: {at: order 1 / platform-bank / handover / 2}"] {
        let facts = aborted(and);
        let polled = |what: &What| matches!(what, What::AttemptMoved { to: State::Succeeded, cause: Cause::Polling, .. });
        assert!(any(&facts, polled), "{and}");
        assert!(!any(&facts, |what| matches!(what, What::PutBeforeAPerson { .. })), "{and}");
    }
}

#[test]
fn what_was_marked_as_delivered_is_not_delivered_by_chance() {
    let yaml = "
platform: {internal: {transaction: {kind: outbox}}}
hops:
  merchant-platform: {strategy: {polling: {}, manual_queue: off}}
  platform-bank: {strategy: {polling: {}, manual_queue: off}, rules: {mark_after_delivery: off}}
faults:
  - unknown_commit: {at: order 1 / platform-bank / log-write / 1}
";
    let (outcome, _) = play(yaml);
    assert!(outcome.violated.iter().any(|(id, _)| *id == "books.agree"), "{:?}", outcome.violated);
}

/// Two notifications are read while the order is open, and both are written later.
#[test]
fn a_row_that_is_not_what_was_read_is_read_again() {
    let race = |rules: &str| {
        format!(
            "
hops: {{platform-bank: {{update: 10s, notification: {{gaps: [1s, 5s, 5m], failures: on}}{rules}}}}}
faults: [lose: {{at: order 1 / platform-bank / answer / 1}}]
"
        )
    };
    let facts = passes(&race(""));
    assert!(any(&facts, |what| matches!(what, What::Ignored { why: Why::Changed, .. })), "the second telling finds it paid");
    let (outcome, _) = play(&race(", rules: {compare_and_set: off}"));
    assert!(outcome.violated.iter().any(|(id, _)| *id == "state.effect_once"), "{:?}", outcome.violated);
}

/// The answer's update is committed while the notification, read before it, waits to be written: nobody else will tell it.
#[test]
fn a_success_that_overtook_its_own_update_still_drives_the_payment_order() {
    let yaml = "
hops: {platform-bank: {update: 1s, notification: {gaps: [0s, 1m, 1h]}}}
platform: {internal: {compensation: none}}
faults: [unknown_commit: {at: order 1 / platform-bank / attempt-write / 1}]
";
    let facts = passes(yaml);
    assert!(any(&facts, |what| matches!(what, What::Ignored { why: Why::Changed, .. })), "the row was changed in between");
    let driven = |what: &What| {
        matches!(
            what,
            What::RecordMoved { hop: Hop::MerchantPlatform, to: State::Succeeded, cause: Cause::DuplicateNotification, .. }
        )
    };
    assert!(any(&facts, driven), "{facts:?}");
}

#[test]
fn in_one_database_both_orders_are_committed_or_neither() {
    let yaml = "
platform: {tables: same_database, internal: {compensation: none}}
faults: [unknown_commit: {at: order 1 / platform-bank / attempt-write / 1}]
";
    let facts = passes(yaml);
    let at = |is_it: fn(&What) -> bool| facts.iter().find(|fact| is_it(&fact.what)).map(|fact| fact.at);
    let channel_order =
        at(|what| matches!(what, What::AttemptMoved { hop: Hop::PlatformBank, to: State::Succeeded, .. })).expect("paid");
    let payment_order =
        at(|what| matches!(what, What::RecordMoved { hop: Hop::MerchantPlatform, to: State::Succeeded, .. }));
    assert_eq!(payment_order, Some(channel_order));
}

#[test]
fn without_a_scan_what_was_not_recorded_stays_unseen() {
    let yaml = |scan: &str| {
        format!(
            "
platform: {{internal: {{compensation: {{scan: {scan}}}}}}}
faults:
  - fail_update: {{at: order 1 / merchant-platform / record-write / 1}}
  - fail_update: {{at: order 1 / platform-bank / drop-insert / 1}}
"
        )
    };
    let found = |what: &What| matches!(what, What::ScanFound { .. });
    assert!(any(&play(&yaml("60s")).1, found));
    let (_, facts) = play(&yaml("none"));
    assert!(!any(&facts, found) && any(&facts, |what| matches!(what, What::ScanMisses { .. })));
}

/// A worker that comes a hundred times a second, and a table that is down for hours.
#[test]
fn a_lease_that_cannot_be_written_is_tried_less_and_less_often() {
    let facts = passes(
        "
orders: {count: 1}
platform: {internal: {compensation: {worker: 10ms, scan: none}}}
storm: 1d
faults:
  - fail_update: {at: order 1 / merchant-platform / record-write / 1}
  - fail_update: {site: platform-bank/lease-write, from: 10:00, to: 16:00}
",
    );
    let is_lease = |what: &What| matches!(what, What::WriteStruck { place: Place::LeaseWrite, .. });
    let tries = count(&facts, is_lease);
    assert!((10..40_000).contains(&tries), "{tries} tries in six hours, of two million runs");
}

#[test]
fn updates_that_take_longer_than_the_telling_do_not_pile_up() {
    let gaps = vec!["1s"; 100].join(", ");
    let yaml = format!(
        "hops: {{platform-bank: {{update: 10m, polling: none, reversal: none, notification: {{gaps: [{gaps}]}}}}}}\n"
    );
    let facts = passes(&yaml);
    let told = |what: &What| matches!(what, What::Received { hop: Hop::PlatformBank, message: Message::Notification, .. });
    assert_eq!(count(&facts, told), 100);
    // The answer is applied; the notifications that were under way find the row changed.
    let late = count(&facts, |what| matches!(what, What::Ignored { why: Why::Changed, .. }));
    assert_eq!(late, 65);
}

#[test]
fn what_says_otherwise_is_applied_however_much_is_under_way() {
    let gaps = vec!["1s"; 100].join(", ");
    let failed: String =
        (1..=69).map(|nth| format!("  - false_failure: {{at: order 1 / platform-bank / notification / {nth}}}\n")).collect();
    let yaml = format!(
        "
deadline: 30d
hops:
  merchant-platform: {{reversal: none, polling: {{plan: [1h], max: 20}}}}
  platform-bank:
    update: 3h
    polling: none
    reversal: none
    reconciliation: none
    notification: {{gaps: [{gaps}], failures: true, tolerance: 30d}}
faults:
{failed}  - lose: {{at: order 1 / platform-bank / answer / 1}}
"
    );
    passes(&yaml);
}

#[test]
fn a_branch_that_is_tried_again_is_the_transactions_doing() {
    let update = |nth: u8| format!("fail_update: {{at: order 1 / merchant-platform / record-write / {nth}}}");
    let call = |message: &str| format!("lose: {{at: order 1 / platform-bank / {message} / 1}}");
    let of_tcc = [update(1), update(2), call("handover"), call("handover-answer")].map(|fault| ("tcc", fault));
    for (kind, fault) in of_tcc.into_iter().chain([("saga", update(1)), ("outbox", update(1))]) {
        let yaml = format!("platform: {{internal: {{transaction: {{kind: {kind}}}}}}}\nfaults:\n  - {fault}\n");
        let recovered = play(&yaml).0.totals.recovered_by;
        assert_eq!(recovered.into_iter().collect::<Vec<_>>(), [((Hop::PlatformBank, Cause::Transaction), 1)], "{yaml}");
    }
}
