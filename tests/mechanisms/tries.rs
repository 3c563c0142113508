//! One try after the other: what was told of one says nothing of the next.

use crate::{any, count, passes, play};
use paychaos::kernel::MINUTE;
use paychaos::payments::fact::{Account, State, Tells, What};
use paychaos::payments::grounds::Why;
use paychaos::payments::message::Message;
use paychaos::payments::party::Hop;
use paychaos::run::outcome::Verdict;

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
