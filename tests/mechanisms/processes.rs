//! Processes that crash, or stand still and go on.

use crate::{any, count, passes, play};
use paychaos::kernel::MINUTE;
use paychaos::payments::fact::{Account, State, What};
use paychaos::payments::grounds::Why;
use paychaos::payments::message::Message;
use paychaos::payments::party::{Hop, Process};
use paychaos::run::outcome::Verdict;

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
    let waiting = "stay_processing: {at: order 1 / platform-bank / refund-decision / 1, for: 1h}
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
