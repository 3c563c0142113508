//! Refunds and cancels: what goes back goes back once, and to whom it belongs.

use crate::{any, count, passes, play, scenario};
use paychaos::payments::fact::{Account, Book, Purpose, State, Tells, What};
use paychaos::payments::grounds::{GaveUp, Why};
use paychaos::payments::message::Message;
use paychaos::payments::party::Hop;
use paychaos::run::outcome::Verdict;
use paychaos::run::{Options, once};

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
    let facts = passes(
        &(DUPLICATE.to_owned() + "  - stay_processing: {at: order 1 / platform-bank / refund-decision / 1, for: 2h}\n"),
    );
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

/// The bank says of a refund that it failed, and has made it: what was booked back when it failed is booked once more.
#[test]
fn a_refund_taken_for_failed_is_booked_once_more_when_it_succeeds() {
    let of_the_merchant = "
merchant: {returns: [{after: 1h, share: 0.4, probability: 0}]}
hops: {platform-bank: {notification: {gaps: [10m]}}}
faults:
  - happen: {at: order 1 / merchant / return / 1}
  - lose: {at: order 1 / platform-bank / refund-answer / 1}
  - false_failure: {at: order 1 / platform-bank / query-answer / 1}
";
    let of_the_platform = format!(
        "{DUPLICATE}  - lose: {{at: order 1 / platform-bank / refund-answer / 1}}
  - lose: {{at: order 1 / platform-bank / notification / 3}}
  - false_failure: {{at: order 1 / platform-bank / query-answer / 4}}
"
    );
    let of_the_platform =
        of_the_platform.replace("close_before_retry: off}", "close_before_retry: off}, notification: {gaps: [1s, 10m]}");
    for yaml in [of_the_merchant, &of_the_platform] {
        let facts = passes(yaml);
        let failed = |what: &What| {
            matches!(what, What::AttemptMoved { hop: Hop::PlatformBank, purpose: Purpose::Refund, to: State::Failed, .. })
        };
        assert!(any(&facts, failed) && any(&facts, |what| matches!(what, What::PutBeforeAPerson { .. })), "{yaml}");
        for account in [Account::RefundClearing, Account::Suspense] {
            let moved = facts.iter().map(|fact| match fact.what {
                What::Posted { book: Book::Platform, debit, credit, amount, .. } => {
                    amount * (i64::from(debit == account) - i64::from(credit == account))
                }
                _ => 0,
            });
            assert_eq!(moved.sum::<i64>(), 0, "{account:?} is not empty: {yaml}");
        }
    }
}

/// What only a payment can suffer does not strike a refund.
#[test]
fn a_refund_has_a_decision_of_its_own() {
    let yaml = |at: &str| {
        format!(
            "merchant: {{returns: [{{after: 1h, probability: 0}}]}}
faults:
  - happen: {{at: order 1 / merchant / return / 1}}
  - late_debit: {{at: order 1 / platform-bank / {at}, by: 10m}}
"
        )
    };
    let struck = |what: &What| matches!(what, What::Fated { hop: Hop::PlatformBank, purpose: Purpose::Refund, .. });
    assert!(any(&passes(&yaml("refund-decision / 1")), struck));
    let options = &mut Options { seed: None, without: &[], stories: 0, together: false, progress: &mut |_| true };
    let outcome = once(&scenario(&yaml("decision / 2")), options, None);
    assert_eq!(outcome.unreached, ["order 1 / platform-bank / decision / 2"]);
}
