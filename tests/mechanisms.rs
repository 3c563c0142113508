//! Hard corners of the recovery mechanisms, each a small scenario and the facts that must, or must not, follow from it.

use paychaos::kernel::{MINUTE, SECOND};
use paychaos::payments::cases::Reason;
use paychaos::payments::fact::{Account, Fact, State, Tells, What};
use paychaos::payments::grounds::{Cause, GaveUp, Why};
use paychaos::payments::message::Message;
use paychaos::payments::party::{Hop, Process};
use paychaos::payments::site::Place;
use paychaos::run::outcome::{Outcome, Verdict};
use paychaos::run::{Options, once};
use paychaos::scenario::{Known, Overrides, Scenario, load, render_all};
use std::path::Path;

fn scenario(yaml: &str) -> Scenario {
    let nothing = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
    let known = Known { goals: &[], invariants: &["money.charged_once"] };
    load(Path::new("case.yaml"), yaml.as_bytes(), &Overrides::default(), known, &nothing)
        .unwrap_or_else(|wrong| panic!("{}", render_all(&wrong, false)))
}

fn play(yaml: &str) -> (Outcome, Vec<Fact>) {
    let mut facts = Vec::new();
    let mut options = Options { seed: None, without: &[], stories: 0, together: false, progress: &mut |_| true };
    let outcome = once(&scenario(yaml), &mut options, Some(&mut |fact: &Fact| facts.push(*fact)));
    assert!(outcome.unreached.is_empty(), "never reached: {:?}", outcome.unreached);
    (outcome, facts)
}

/// It passes; the facts.
fn passes(yaml: &str) -> Vec<Fact> {
    let (outcome, facts) = play(yaml);
    assert_eq!(outcome.verdict, Verdict::Pass, "{yaml}\n{:?}", outcome.violations);
    facts
}

fn any(facts: &[Fact], is_it: impl Fn(&What) -> bool) -> bool {
    facts.iter().any(|fact| is_it(&fact.what))
}

fn count(facts: &[Fact], is_it: impl Fn(&What) -> bool) -> usize {
    facts.iter().filter(|fact| is_it(&fact.what)).count()
}

/// The second attempt succeeds while the first is still with the bank: the platform refunds the later success.
const DUPLICATE: &str = "
customer: {pays_again: {after: 2m}}
hops: {platform-bank: {rules: {close_before_retry: off}}}
faults:
  - happen: {at: order 1 / customer / pays-again / 1}
  - stay_processing: {at: order 1 / platform-bank / decision / 1, for: 3m}
";

#[test]
fn a_slow_refund_is_asked_for_again_and_never_closed() {
    let facts =
        passes(&(DUPLICATE.to_owned() + "  - stay_processing: {at: order 1 / platform-bank / decision / 3, for: 2h}\n"));
    assert!(!any(&facts, |what| matches!(what, What::Sent { message: Message::Close, number: 2, .. })));
}

#[test]
fn the_platforms_own_refund_has_no_caller_who_could_be_gone() {
    let facts = passes(DUPLICATE);
    assert!(!any(&facts, |what| matches!(what, What::GaveUp { why: GaveUp::CallerGone, .. })));
}

#[test]
fn a_return_is_taken_from_the_debit_that_was_kept() {
    let yaml = "
customer: {pays_again: {after: 2m}}
merchant: {returns: [{after: 1h, share: 0.5}]}
hops: {platform-bank: {rules: {close_before_retry: off}, reversal: none}}
faults:
  - stay_processing: {at: order 1 / platform-bank / decision / 1, for: 3m}
  - stay_processing: {at: order 1 / platform-bank / decision / 2, for: 10m}
  - happen: {at: order 1 / customer / pays-again / 1}
";
    let facts = passes(yaml);
    let refunded =
        |what: &What| matches!(what, What::AttemptMoved { hop: Hop::MerchantPlatform, number: 1, to: State::Succeeded, .. });
    assert!(any(&facts, refunded), "the merchant's refund goes through");
}

#[test]
fn a_refund_under_its_own_number_is_one_refund_on_every_channel() {
    passes(
        "
merchant: {returns: [{after: 1h, share: 0.3}]}
hops: {platform-bank: {repeated_number: charge_again, strategy: {reconciliation: none, manual_queue: off}}}
faults: [lose: {at: order 1 / platform-bank / refund-answer / 1}]
",
    );
}

#[test]
fn while_a_cancel_is_on_its_way_only_its_answer_counts() {
    let yaml = "
hops:
  platform-bank:
    latency: 60ms
    reversal: {kind: cancel, after: 1, min_age: 0s}
    polling: {plan: [5s, 1s], max: 9}
    notification: {gaps: [0s, 1m]}
faults: [stay_processing: {at: order 1 / platform-bank / decision / 1, for: 4970ms}]
";
    let (outcome, facts) = play(yaml);
    assert_eq!(outcome.verdict, Verdict::Pass);
    assert!(any(&facts, |what| matches!(what, What::RecordMoved { hop: Hop::PlatformBank, to: State::Reversed, .. })));
    assert_eq!(
        (outcome.totals.paid, outcome.totals.loss),
        (0, Default::default()),
        "no goods for money that was given back"
    );
}

#[test]
fn a_payment_cancelled_by_the_merchant_is_given_back() {
    let yaml = "
hops: {merchant-platform: {timeout: {read: 10s}, strategy: {polling: none, reversal: {kind: cancel}, reconciliation: none}}}
faults: [lose: {at: order 1 / merchant-platform / answer / 1}]
";
    let (outcome, facts) = play(yaml);
    assert_eq!(outcome.verdict, Verdict::Pass);
    assert_eq!((outcome.totals.paid, outcome.totals.cost.refunds), (0, 1));
    let asked = |tells| {
        let hop = Hop::MerchantPlatform;
        count(
            &facts,
            |what| matches!(what, What::Sent { hop: h, message: Message::Close, tells: t, .. } if (*h, *t) == (hop, tells)),
        )
    };
    assert!(asked(Tells::Cancel) > 0 && asked(Tells::Nothing) == 0, "a cancel says that it is one");
}

#[test]
fn a_merchants_close_is_not_overtaken_by_a_new_attempt() {
    let yaml = "
customer: {pays_again: {after: 20s}}
hops:
  merchant-platform: {timeout: {read: 100ms}, polling: {plan: [30s], max: 1}, reversal: {after: 1, retry: 10s}}
  platform-bank: {reversal: {retry: 2m}}
faults:
  - stay_processing: {at: order 1 / platform-bank / decision / 1, for: 1h}
  - lose: {at: order 1 / platform-bank / close / 1}
  - happen: {at: order 1 / customer / pays-again / 1}
";
    let facts = passes(yaml);
    assert!(!any(&facts, |what| matches!(
        what,
        What::Sent { hop: Hop::PlatformBank, message: Message::Request, number: 1, .. }
    )));
}

#[test]
fn a_struck_record_of_a_file_is_struck_once() {
    let facts = passes("faults: [omit: {site: platform-bank/row, probability: 1}]");
    assert_eq!(count(&facts, |what| matches!(what, What::FileStruck { .. })), 1);
}

#[test]
fn a_believed_record_whose_update_fails_is_looked_at_again() {
    let yaml = "
hops:
  platform-bank: {strategy: {reconciliation: {}, rules: {query_first: off}}}
  merchant-platform: {strategy: {reconciliation: {}}}
storm: 3d
faults:
  - lose: {at: order 1 / platform-bank / answer / 1}
  - fail_update: {at: order 1 / platform-bank / attempt-write / 1}
";
    passes(yaml);
}

#[test]
fn one_file_read_twice_is_missed_once() {
    let yaml = "
merchant: {returns: [{after: 1h, share: 0.5}]}
faults:
  - across_cut_off: {at: order 1 / platform-bank / row / 1}
  - omit: {at: order 1 / platform-bank / row / 2}
";
    let facts = passes(yaml);
    assert!(!any(&facts, |what| matches!(what, What::PutBeforeAPerson { .. })));
}

#[test]
fn what_succeeded_after_midnight_is_not_missed_in_yesterdays_file() {
    let yaml = "
orders: {count: 1, start: \"23:50\"}
hops:
  platform-bank: {strategy: {polling: {plan: [1h], max: 20}, reconciliation: {wait_files: 1}}, valid_for: 2d}
  merchant-platform: {strategy: {polling: {plan: [1h], max: 20}, reconciliation: {wait_files: 1}}}
faults: [late_debit: {at: order 1 / platform-bank / decision / 1, by: 30m}]
";
    let facts = passes(yaml);
    assert!(!any(&facts, |what| matches!(what, What::PutBeforeAPerson { .. })));
}

#[test]
fn an_acknowledgement_counts_for_its_own_outcome_only() {
    let yaml = "
customer: {pays_again: {after: 1m}}
hops:
  merchant-platform:
    timeout: {read: 100ms}
    strategy: {polling: none, reconciliation: none, reversal: none, manual_queue: off}
    notification: {gaps: [5s, 10s, 10s, 1h], failures: on}
faults:
  - decline: {at: order 1 / platform-bank / decision / 1}
  - late: {at: order 1 / merchant-platform / ack / 1, by: 57s}
  - lose: {at: order 1 / merchant-platform / notification / 2}
  - happen: {at: order 1 / customer / pays-again / 1}
";
    let facts = passes(yaml);
    let told = |what: &What| {
        matches!(
            what,
            What::AttemptMoved { hop: Hop::MerchantPlatform, to: State::Succeeded, cause: Cause::Notification, .. }
        )
    };
    assert!(any(&facts, told));
}

#[test]
fn a_line_of_notifications_starves_nobody() {
    let yaml = "
orders: {count: 2, arrivals: {every: 5m}}
customer: {pays_again: {after: 1m}}
hops:
  merchant-platform:
    strategy: {reconciliation: none, polling: none}
    timeout: {read: 100ms}
    notification: {gaps: [30s, 5m, 5m, 10m], queue: fifo, failures: on}
faults:
  - decline: {at: order 1 / platform-bank / decision / 1}
  - lose: {at: order 1 / merchant-platform / notification / 1}
  - happen: {at: order 1 / customer / pays-again / 1}
";
    let facts = passes(yaml);
    assert!(facts.iter().any(|fact| fact.order == 1 && matches!(fact.what, What::Fulfilled { .. })));
}

#[test]
fn a_refused_second_request_does_not_mean_that_the_first_was_never_sent() {
    let yaml = "
customer: {pays_again: {after: 2m}}
hops: {merchant-platform: {timeout: {read: 10s}}}
faults:
  - late: {at: order 1 / merchant-platform / request / 1, by: 5m}
  - refuse: {at: order 1 / merchant-platform / request / 2}
  - happen: {at: order 1 / customer / pays-again / 1}
";
    let facts = passes(yaml);
    assert!(!any(&facts, |what| matches!(what, What::AttemptMoved { hop: Hop::MerchantPlatform, to: State::Failed, .. })));
}

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

#[test]
fn a_person_is_asked_only_when_nobody_else_will_tell() {
    let notified = "hops: {merchant-platform: {timeout: {read: 100ms}, strategy: {notification: {gaps: [5s, 1h]}}}}";
    assert!(!any(&passes(notified), |what| matches!(what, What::PutBeforeAPerson { .. })));
    let silent = "
hops: {merchant-platform: {timeout: {read: 10s}, strategy: {}}}
faults: [lose: {at: order 1 / merchant-platform / answer / 1}]
";
    let asked = |what: &What| matches!(what, What::PutBeforeAPerson { reason: Reason::StillUnknown, .. });
    assert!(any(&passes(silent), asked));
}

#[test]
fn a_closed_case_excuses_nothing() {
    let yaml = "
customer: {pays_again: {after: 2m}}
hops:
  merchant-platform: {strategy: {}, timeout: {read: 1s}, notification: {gaps: [5m, 5m]}}
  platform-bank: {rules: {close_before_retry: off, refund_duplicate: off}}
faults:
  - happen: {at: order 1 / customer / pays-again / 1}
  - stay_processing: {at: order 1 / platform-bank / decision / 1, for: 3m}
";
    let (outcome, _) = play(yaml);
    assert!(outcome.violated.iter().any(|(id, _)| *id == "money.charged_once"), "charged twice: {:?}", outcome.violated);
}

#[test]
fn what_crashed_before_its_first_row_was_never_there() {
    passes("faults: [crash: {at: order 1 / merchant-platform / attempt-create / 1}]");
    let yaml = "
customer: {pays_again: {after: 2m}}
faults:
  - crash: {at: order 1 / merchant-platform / attempt-create / 1}
  - happen: {at: order 1 / customer / pays-again / 1}
";
    let (outcome, facts) = play(yaml);
    assert_eq!((outcome.verdict, outcome.totals.paid), (Verdict::Pass, 1));
    assert_eq!(count(&facts, |what| matches!(what, What::Created { .. })), 2, "a number without a row is not used again");
}

#[test]
fn a_platform_that_crashed_before_the_channel_orders_row_makes_it_when_it_is_back() {
    let facts = passes("faults: [crash: {at: order 1 / platform-bank / attempt-create / 1}]");
    assert!(any(&facts, |what| matches!(what, What::Fulfilled { .. })));
}

#[test]
fn a_bank_that_crashes_before_it_writes_its_decision_decides_when_it_is_back() {
    let refunds = "
merchant: {returns: [{after: 1h, share: 0.4}]}
faults:
  - ";
    let before = "crash: {at: order 1 / platform-bank / record-write / 2}";
    let waiting = "stay_processing: {at: order 1 / platform-bank / decision / 2, for: 1h}
  - crash_after: {at: order 1 / platform-bank / record-create / 2}";
    for crash in [before, waiting] {
        let (outcome, facts) = play(&format!("{refunds}{crash}\n"));
        assert_eq!(outcome.verdict, Verdict::Pass, "{crash}");
        let refunded =
            |what: &What| matches!(what, What::RecordMoved { hop: Hop::PlatformBank, number: 1, to: State::Succeeded, .. });
        assert_eq!(count(&facts, refunded), 1);
    }
    passes(
        "faults:
  - return_unsettled: {at: order 1 / platform-bank / decision / 1}
  - crash_after: {at: order 1 / platform-bank / record-write / 1}
",
    );
}

/// The customer pays again, and the second attempt's success is not in the payment order yet when something looks at the first.
#[test]
fn an_attempt_that_failed_does_not_fail_what_another_one_has_paid() {
    let yaml = "
customer: {pays_again: {after: 3m}}
faults:
  - decline: {at: order 1 / platform-bank / decision / 1}
  - happen: {at: order 1 / customer / pays-again / 1}
  - crash_after: {at: order 1 / platform-bank / attempt-write / 2}
";
    let (outcome, _) = play(yaml);
    assert_eq!((outcome.verdict, outcome.totals.paid), (Verdict::Pass, 1));
}

#[test]
fn a_success_told_before_a_cancel_is_true_no_more() {
    let yaml = "
hops: {platform-bank: {channel: alipay}}
faults:
  - late: {at: order 1 / platform-bank / answer / 1, by: 2m}
  - lose: {at: order 1 / platform-bank / notification / 1}
  - not_found: {at: order 1 / platform-bank / decision / 1, for: 5m}
  - lose: {at: [order 1 / platform-bank / close-answer / 1, order 1 / platform-bank / close-answer / 2]}
";
    let (outcome, facts) = play(yaml);
    assert_eq!((outcome.verdict, outcome.totals.paid, outcome.totals.cost.refunds), (Verdict::Pass, 0, 0));
    assert!(!any(&facts, |what| matches!(what, What::PutBeforeAPerson { .. })), "nobody broke a word");
}

#[test]
fn an_envelope_that_is_opened_is_no_flaw() {
    let yaml = "
hops: {platform-bank: {valid_for: 1m, late: {max: 1m}, reversal: none, polling: {plan: [5m], max: 2}}}
faults:
  - lose: {at: order 1 / platform-bank / request / 1}
  - envelope: {at: order 1 / platform-bank / query-answer / 1}
";
    let facts = passes(yaml);
    let expired = |what: &What| {
        matches!(what, What::AttemptMoved { hop: Hop::PlatformBank, to: State::Failed, cause: Cause::Expiry, .. })
    };
    assert!(any(&facts, expired));
}

#[test]
fn a_row_that_was_never_written_is_neither_used_nor_overwritten() {
    for model in ["one_to_one", "overwrite"] {
        let yaml = format!(
            "
platform: {{order_model: {model}}}
customer: {{pays_again: {{after: 2m, at_most: 2}}}}
faults:
  - fail_update: {{at: [order 1 / platform-bank / attempt-create / 1, order 1 / platform-bank / attempt-create / 2]}}
  - happen: {{at: [order 1 / customer / pays-again / 1, order 1 / customer / pays-again / 2]}}
"
        );
        let (outcome, _) = play(&yaml);
        assert_eq!((outcome.verdict, outcome.totals.paid), (Verdict::Pass, 1), "{model}");
    }
}

#[test]
fn a_cancel_that_a_query_tells_of_is_a_cancel() {
    let yaml = "
hops: {platform-bank: {polling: {plan: [5s], max: 12}, reversal: {kind: cancel, after: 1}}}
faults:
  - late: {at: order 1 / platform-bank / answer / 1, by: 2m}
  - not_found: {at: order 1 / platform-bank / query-answer / 1}
  - lose: {at: order 1 / platform-bank / close-answer / 1}
";
    let (outcome, facts) = play(yaml);
    assert_eq!((outcome.verdict, outcome.totals.paid, outcome.totals.cost.refunds), (Verdict::Pass, 0, 0));
    assert!(!any(&facts, |what| matches!(what, What::PutBeforeAPerson { .. })), "nobody broke a word");
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

/// The channel order is written, its payment order cannot be; the worker that is to mend that has its lease and stands still
/// for longer than the lease.
const WORKER_PAUSES: &str = "
platform: {internal: {compensation: {worker: 10s, lease: 30s}}}
faults:
  - fail_update: {at: order 1 / merchant-platform / record-write / 1}
  - pause: {at: order 1 / platform-bank / lease-write / 1, lasting: 2m}
";

#[test]
fn a_process_stands_still_between_two_steps_and_then_does_the_rest() {
    let facts = passes("faults: [pause: {at: order 1 / platform-bank / attempt-write / 1, lasting: 2m}]");
    let at = |is_it: &dyn Fn(&What) -> bool| facts.iter().find(|fact| is_it(&fact.what)).map(|fact| fact.at).unwrap();
    let channel = at(&|what| matches!(what, What::AttemptMoved { hop: Hop::PlatformBank, to: State::Succeeded, .. }));
    let payment = at(&|what| matches!(what, What::RecordMoved { hop: Hop::MerchantPlatform, to: State::Succeeded, .. }));
    assert_eq!(payment - channel, 2 * MINUTE, "the payment order follows when the process goes on");
    let debits = count(&facts, |what| matches!(what, What::Posted { debit: Account::Customer, .. }));
    assert_eq!(debits, 1, "what is played again has no effect");
}

#[test]
fn a_worker_that_stood_still_for_longer_than_its_lease_is_fenced_off() {
    let facts = passes(WORKER_PAUSES);
    assert_eq!(count(&facts, |what| matches!(what, What::Leased { .. })), 2, "another worker took the row over");
    assert!(any(&facts, |what| matches!(what, What::Fenced { token: 1, .. })), "the first one comes back and is refused");
}

#[test]
fn without_a_fence_the_row_that_has_changed_is_left_alone() {
    let facts = passes(&format!("{WORKER_PAUSES}hops: {{platform-bank: {{rules: {{fence_lease: off}}}}}}\n"));
    assert!(any(&facts, |what| matches!(what, What::Ignored { why: Why::Changed, .. })));
}

#[test]
fn with_neither_the_payment_order_is_paid_twice() {
    let rules = "rules: {fence_lease: off, compare_and_set: off}";
    let (outcome, _) =
        play(&format!("{WORKER_PAUSES}hops: {{platform-bank: {{{rules}}}, merchant-platform: {{{rules}}}}}\n"));
    assert!(outcome.violated.iter().any(|(id, _)| *id == "state.effect_once"), "{:?}", outcome.violated);
}

#[test]
fn a_process_may_stand_still_twice_in_what_it_is_doing() {
    let facts = passes(
        "
faults:
  - pause: {at: order 1 / platform-bank / attempt-write / 1, lasting: 2m}
  - pause: {at: order 1 / merchant-platform / record-write / 1, lasting: 3m}
  - pause: {at: order 1 / merchant-platform / answer / 1, lasting: 3m}
",
    );
    let answers =
        count(&facts, |what| matches!(what, What::Sent { message: Message::Answer, hop: Hop::MerchantPlatform, .. }));
    assert!(answers <= 1, "what was sent before a pause is not sent again");
}

/// Rows that failed before they were there: somebody finds that they are missing.
#[test]
fn a_refund_whose_row_cannot_be_written_is_asked_for_later() {
    let returns = "merchant: {returns: [{after: 1h}]}\n";
    for site in ["merchant-platform / attempt-create / 2", "platform-bank / attempt-create / 2"] {
        for fault in ["fail_update", "unknown_commit", "crash", "crash_after"] {
            let facts = passes(&format!("{returns}faults: [{fault}: {{at: order 1 / {site}}}]"));
            let given_back = |what: &What| matches!(what, What::Posted { credit: Account::Customer, .. });
            assert_eq!(count(&facts, given_back), 1, "{fault} at {site}");
        }
    }
}

#[test]
fn a_notification_that_cannot_be_noted_is_not_sent_yet() {
    let hop = "hops: {merchant-platform: {notification: {gaps: [0s, 15s]}}}\n";
    let sent = |what: &What| matches!(what, What::Sent { message: Message::Notification, hop: Hop::MerchantPlatform, .. });
    let calm = passes(hop).iter().find(|fact| sent(&fact.what)).map(|fact| fact.at);
    let struck = passes(&format!("{hop}faults: [fail_update: {{at: order 1 / merchant-platform / notify-write / 1}}]"));
    let struck = struck.iter().find(|fact| sent(&fact.what)).map(|fact| fact.at);
    assert_eq!(struck.zip(calm).map(|(struck, calm)| struck - calm), Some(15 * SECOND));
}

#[test]
fn no_such_order_is_final_only_if_it_was_asked_late_enough() {
    // Asked while the request was on its way, answered when it had long arrived.
    let facts = passes(
        "
hops: {platform-bank: {timeout: {read: 1s}, polling: {plan: [1s], max: 1}, valid_for: 5s, late: {max: 1m}}}
faults:
  - late: {at: order 1 / platform-bank / request / 1, by: 3s}
  - late: {at: order 1 / platform-bank / query-answer / 1, by: 1m}
  - late: {at: order 1 / platform-bank / answer / 1, by: 1m}
  - pause: {at: order 1 / platform-bank / query / 1, lasting: 5m}
",
    );
    let not_found = |what: &What| matches!(what, What::Received { tells: Tells::NotFound, .. });
    assert!(facts.iter().any(|fact| not_found(&fact.what) && fact.at > facts[0].at + 2 * MINUTE), "it is read late");
    assert!(!any(&facts, |what| matches!(what, What::AttemptMoved { to: State::Failed, .. })), "and not believed");
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

/// The platform stood still before it wrote a refund's row, and crashes as it goes on: there is no such row, although the
/// bank stands still at that instant, too.
#[test]
fn a_row_that_nobody_is_about_to_write_any_more_is_none() {
    passes(
        "
orders: {count: 1, amount: 100.00}
hops:
  platform-bank: {strategy: article_hardened, channel: wechat_pay_v3}
platform: {internal: {compensation: {replica_lag: 2s}}}
storm: 2d
faults:
  - underpay: {at: order 1 / platform-bank / decision / 1}
  - pause: {at: order 1 / platform-bank / attempt-write / 1, lasting: 59941ms}
  - crash: {at: order 1 / platform-bank / attempt-create / 2, restart: 1s}
  - pause: {at: order 1 / platform-bank / notify-write / 3, lasting: 1ms}
",
    );
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

/// The platform does not know that it has written that half was paid; its worker has written the refund's row, and crashes.
#[test]
fn a_worker_that_comes_back_asks_for_the_refund_that_it_had_begun() {
    for crash in [
        "crash_after: {at: order 1 / platform-bank / attempt-create / 2",
        "crash: {at: order 1 / platform-bank / refund / 1",
    ] {
        let facts = passes(&format!(
            "
orders: {{count: 1, amount: 100.00}}
hops:
  platform-bank: {{strategy: article_hardened, channel: wechat_pay_v3}}
platform: {{internal: {{compensation: {{replica_lag: 2s}}}}}}
storm: 2d
faults:
  - underpay: {{at: order 1 / platform-bank / decision / 1}}
  - unknown_commit: {{at: order 1 / platform-bank / attempt-write / 1}}
  - {crash}, restart: 1s}}
"
        ));
        assert!(any(&facts, |what| matches!(what, What::Restarted { process: Process::PlatformWorker })), "{crash}");
    }
}

/// The others are not looked at where the stories of some orders are told, and yet do what they do.
#[test]
fn the_story_of_an_order_among_others_has_all_its_facts() {
    let yaml = "
seed: 3
orders: {count: 3000, arrivals: {every: 50ms}}
hops:
  platform-bank: {polling: {plan: [1s, 2s, 4s], max: 6, rate_limit: 1/s}}
faults:
  - lose: {site: platform-bank/answer, probability: 0.1}
";
    let mut facts = Vec::new();
    let mut options = Options { seed: None, without: &[], stories: 3, together: false, progress: &mut |_| true };
    let outcome = once(&scenario(yaml), &mut options, Some(&mut |fact: &Fact| facts.push(*fact)));
    assert!(outcome.coupled.is_some() && outcome.stories.len() == 3, "{} stories", outcome.stories.len());
    for story in &outcome.stories {
        let all: Vec<Fact> = facts.iter().filter(|fact| fact.order == story.order).copied().collect();
        assert!(all.len() > 10 && story.facts == all, "order {}: {} of {}", story.order, story.facts.len(), all.len());
    }
}

/// The first try is declined, the customer pays again under the same number, and that request is late: a query overtakes it.
const OVERTAKEN: &str = "
customer: {pays_again: {after: 2m}}
hops:
  merchant-platform: {timeout: {read: 5s}, late: {max: 10m}, notification: none, polling: {max: 3}, RULES}
faults:
  - decline: {at: order 1 / platform-bank / decision / 1}
  - happen: {at: order 1 / customer / pays-again / 1}
  - late: {at: order 1 / merchant-platform / request / 2, by: 5m}
";

#[test]
fn how_an_earlier_try_ended_says_nothing_of_the_next_one() {
    let failed = |what: &What| matches!(what, What::AttemptMoved { hop: Hop::MerchantPlatform, to: State::Failed, .. });
    let facts = passes(&OVERTAKEN.replace(", RULES", ""));
    assert!(any(&facts, |what| matches!(what, What::Ignored { why: Why::EarlierTry, message: Message::QueryAnswer, .. })));
    assert_eq!(count(&facts, failed), 1, "the first try alone");
    let (_, facts) = play(&OVERTAKEN.replace("RULES", "rules: {not_found_is_unknown: off}"));
    assert_eq!(count(&facts, failed), 2, "the query's answer is believed");
}

#[test]
fn a_failed_payment_that_is_closed_cannot_be_tried_again() {
    let facts =
        passes(&OVERTAKEN.replace("polling: {max: 3}, RULES", "polling: {max: 3}, reversal: {after: 0, min_age: 0s}"));
    let hop = Hop::MerchantPlatform;
    assert!(any(
        &facts,
        |what| matches!(what, What::RecordMoved { hop: h, from: State::Failed, to: State::Closed, .. } if *h == hop)
    ));
    assert!(any(&facts, |what| matches!(what, What::Ignored { message: Message::Request, why: Why::TooLate, .. })));
}

#[test]
fn a_call_that_is_still_open_is_asked_again_with_its_own_key() {
    let yaml = "
platform: {order_model: one_to_one}
customer: {pays_again: {after: 3s}}
hops: {platform-bank: {keys: {lifetime: 24h}, repeated_number: charge_again}}
faults:
  - happen: {at: order 1 / customer / pays-again / 1}
  - take: {at: order 1 / platform-bank / decision / 1, time: 10s}
";
    let facts = passes(yaml);
    let debit = |what: &What| matches!(what, What::Posted { debit: Account::Customer, .. });
    assert_eq!(count(&facts, debit), 1, "the bank executes one call once");
}

#[test]
fn rows_that_cannot_be_written_use_up_no_numbers() {
    let yaml = "
merchant: {returns: [{probability: 0, after: 1m, share: 1}]}
faults:
  - happen: {at: order 1 / merchant / return / 1}
  - outage: {site: platform-bank/attempt-create, from: \"10:00:30\", to: \"11:30\"}
";
    let facts = passes(yaml);
    let refunded =
        |what: &What| matches!(what, What::AttemptMoved { hop: Hop::PlatformBank, number: 1, to: State::Succeeded, .. });
    assert!(any(&facts, refunded), "the refund goes out under the next number when the table is there again");
}

#[test]
fn a_refund_told_twice_delivers_no_goods() {
    let yaml = "
merchant: {returns: [{probability: 0, after: 1h, share: 0.4}]}
hops: {merchant-platform: {notification: {gaps: [1m]}, rules: {effect_once: off}}}
faults:
  - happen: {at: order 1 / merchant / return / 1}
  - lose: {at: order 1 / merchant-platform / notification / 1}
";
    let facts = passes(yaml);
    assert!(any(&facts, |what| matches!(what, What::Ignored { why: Why::Duplicate, number: 1, .. })));
    assert_eq!(count(&facts, |what| matches!(what, What::Fulfilled { .. })), 1);
}

#[test]
fn a_crash_within_a_transaction_is_an_internal_drop() {
    for kind in ["tcc", "two_phase_commit", "saga", "outbox"] {
        let yaml = format!(
            "platform: {{internal: {{transaction: {{kind: {kind}}}}}}}\nfaults: [crash: {{at: order 1 / merchant-platform / record-write / 1}}]\n"
        );
        let (outcome, _) = play(&yaml);
        assert_eq!(outcome.totals.dropped_internal, [0, 1], "{kind}");
        assert_eq!(outcome.totals.dropped_external, [0, 0], "{kind}");
    }
}

#[test]
fn a_file_that_is_contradicted_by_the_answer_to_its_own_query_is_put_before_a_person() {
    let yaml = "
storm: 3d
hops:
  merchant-platform: {reversal: none}
  platform-bank: {polling: none, reversal: none}
faults:
  - lose: {at: order 1 / platform-bank / answer / 1}
  - false_failure: {at: order 1 / platform-bank / query-answer / 1}
";
    let facts = passes(yaml);
    let before_a_person =
        |what: &What| matches!(what, What::PutBeforeAPerson { hop: Hop::PlatformBank, reason: Reason::ChannelOnly, .. });
    assert_eq!(count(&facts, before_a_person), 1);
}

#[test]
fn a_late_cancel_of_one_try_does_not_take_back_the_next() {
    let yaml = "
customer: {pays_again: {after: 2m, at_most: 1}}
hops:
  merchant-platform: {polling: none, reversal: {kind: cancel}, notification: {gaps: [15s, 1m], failures: true}}
faults:
  - decline: {at: order 1 / platform-bank / decision / 1}
  - lose: {at: order 1 / merchant-platform / answer / 1}
  - late: {at: order 1 / merchant-platform / close / 1, by: 3m}
  - happen: {at: order 1 / customer / pays-again / 1}
";
    let facts = passes(yaml);
    assert!(any(&facts, |what| matches!(what, What::Ignored { message: Message::Close, why: Why::EarlierTry, .. })));
    assert!(!any(&facts, |what| matches!(what, What::Sent { message: Message::Refund, .. })));
}

#[test]
fn an_order_that_has_expired_is_not_tried_again_under_its_number() {
    let yaml = "
customer: {pays_again: {after: 14m, at_most: 1}}
hops: {merchant-platform: {valid_for: VALID, late: {max: 10m}}}
faults:
  - decline: {at: order 1 / platform-bank / decision / 1}
  - happen: {at: order 1 / customer / pays-again / 1}
";
    let new_number = |what: &What| matches!(what, What::Created { number: 1, .. });
    assert!(any(&passes(&yaml.replace("VALID", "10m")), new_number), "it is a new order");
    assert!(!any(&passes(&yaml.replace("VALID", "20m")), new_number));
    // On its way when the validity ends: the platform refuses it, and the merchant may believe so.
    let late = yaml.replace("VALID", "14m1s") + "  - late: {at: order 1 / merchant-platform / request / 2, by: 5s}\n";
    let facts = passes(&late);
    assert!(any(&facts, |what| matches!(what, What::Ignored { message: Message::Request, why: Why::TooLate, .. })));
}

#[test]
fn what_goes_back_does_not_wait_for_a_transaction() {
    let yaml = "
orders: {count: 1, start: \"23:59\"}
storm: 2d
hops:
  merchant-platform: {polling: none, reversal: {kind: cancel}}
  platform-bank: {reconciliation: {file_at: \"00:30\"}}
platform: {handover: {timeout: 20s}, internal: {transaction: {kind: outbox, retry: 1h}}}
faults:
  - unknown_commit: {at: order 1 / merchant-platform / record-write / 1}
  - fail_update: {at: order 1 / platform-bank / attempt-create / 2}
";
    let facts = passes(yaml);
    assert!(any(&facts, |what| matches!(what, What::Sent { message: Message::Refund, .. })));
}

#[test]
fn what_is_scripted_strikes_after_the_storm_too() {
    let yaml = "
hops:
  merchant-platform: {reversal: none}
  platform-bank: {polling: none, reversal: none, notification: none}
faults:
  - lose: {at: order 1 / platform-bank / answer / 1}
  - lose: {at: order 1 / platform-bank / query-answer / 1}
  - pause: {at: order 1 / platform-bank / attempt-write / 1, lasting: 5m}
";
    // The file is read at 10:00 on the first day after a storm of one day.
    let (outcome, facts) = play(yaml);
    assert_eq!(outcome.verdict, Verdict::Pass);
    assert!(any(&facts, |what| matches!(what, What::Sent { message: Message::QueryAnswer, effect: Some(_), .. })));
    assert!(any(&facts, |what| matches!(what, What::Halted { .. })));
}

#[test]
fn a_cancel_that_is_answered_while_its_caller_asks_again_is_not_of_an_earlier_try() {
    let yaml = "
customer: {pays_again: {after: 30s}}
hops:
  merchant-platform: {channel: alipay, strategy: article_hardened, retry: {max: 2, gap: 5s}}
platform: {order_model: merchant_new_number}
faults:
  - pause: {at: order 1 / platform-bank / attempt-write / 1, lasting: 32s}
  - happen: {at: order 1 / customer / pays-again / 1}
  - late: {at: order 1 / merchant-platform / close / 1, by: 2m}
";
    let facts = passes(yaml);
    assert!(!any(&facts, |what| matches!(what, What::Ignored { message: Message::Close, why: Why::EarlierTry, .. })));
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
