//! What is told: notifications, files, persons, envelopes.

use crate::{any, count, passes, play, scenario};
use paychaos::kernel::{DAY, HOUR, MILLISECOND, MINUTE, SECOND};
use paychaos::payments::cases::Reason;
use paychaos::payments::fact::{Fact, State, What};
use paychaos::payments::grounds::{Cause, Found};
use paychaos::payments::message::Message;
use paychaos::payments::party::Hop;
use paychaos::run::outcome::Verdict;
use paychaos::run::{Options, once};

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
fn a_notification_that_cannot_be_noted_is_not_sent_yet() {
    let hop = "hops: {merchant-platform: {notification: {gaps: [0s, 15s]}}}\n";
    let sent = |what: &What| matches!(what, What::Sent { message: Message::Notification, hop: Hop::MerchantPlatform, .. });
    let calm = passes(hop).iter().find(|fact| sent(&fact.what)).map(|fact| fact.at);
    let struck = passes(&format!("{hop}faults: [fail_update: {{at: order 1 / merchant-platform / notify-write / 1}}]"));
    let struck = struck.iter().find(|fact| sent(&fact.what)).map(|fact| fact.at);
    assert_eq!(struck.zip(calm).map(|(struck, calm)| struck - calm), Some(15 * SECOND));
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

/// Nobody acknowledges the last notification of one order in time: only then the next one's turn has come.
#[test]
fn the_last_notification_keeps_its_place_until_it_is_acknowledged_or_given_up() {
    let yaml = |more: &str| {
        format!(
            "
orders: {{count: 3, arrivals: {{every: 1s}}}}
hops:
  merchant-platform: {{latency: 10ms, timeout: {{read: 60s}}}}
  platform-bank:
    latency: 20ms
    processing: 100ms
    strategy: {{timeout: {{read: 5s}}, notification: {{gaps: [5s], queue: fifo{more}}}}}
faults:
  - lose: {{at: order 1 / platform-bank / notification / 1}}
  - late: {{at: order 2 / platform-bank / notification / 1, by: 20s}}
"
        )
    };
    let sent = |more: &str| -> Vec<u64> {
        let facts = passes(&yaml(more));
        let is_it = |what: &What| matches!(what, What::Sent { hop: Hop::PlatformBank, message: Message::Notification, .. });
        let mut sent: Vec<u64> = facts.iter().filter(|fact| is_it(&fact.what)).map(|fact| fact.at).collect();
        sent.sort_unstable();
        sent
    };
    // The first is due 5 s after its outcome; the lost one is given up after 5 s, the late one after as long again.
    let first = 10 * HOUR + 5 * SECOND + 130 * MILLISECOND;
    assert_eq!(sent(""), [first, first + 5 * SECOND, first + 10 * SECOND]);
    assert_eq!(sent(", ack_timeout: 1m"), [first, first + MINUTE, first + MINUTE + 20 * SECOND + 40 * MILLISECOND]);
}

/// A sender that crashes while the last notification waits for its acknowledgement leaves the line when it is back.
#[test]
fn a_sender_that_crashes_does_not_hold_up_the_line() {
    let yaml = "
orders: {count: 2, arrivals: {every: 1s}}
hops:
  platform-bank:
    latency: 20ms
    processing: 100ms
    strategy: {timeout: {read: 5s}, notification: {gaps: [5s], queue: fifo, ack_timeout: 1m}}
faults: [crash_after: {at: order 1 / platform-bank / notification / 1, restart: 10s}]
";
    let facts = passes(yaml);
    assert!(facts.iter().any(|fact| fact.order == 1
        && matches!(fact.what, What::Sent { message: Message::Notification, hop: Hop::PlatformBank, .. })));
}

/// The file of a day is there when the publisher's clock says so: not before its day is over by that clock.
#[test]
fn a_file_comes_by_its_publishers_clock() {
    let read_at = |skew: &str| {
        let yaml = format!(
            "
orders: {{count: 1, start: \"d1 00:40\"}}
hops: {{platform-bank: {{valid_for: 8h, reconciliation: {{cut_off: \"24:00\", file_at: \"00:30\"}}}}}}
storm: 3d
faults: [skew: {{party: bank, by: {skew}}}]
"
        );
        let facts = passes(&yaml);
        let read = facts.iter().find_map(|fact| match fact.what {
            What::FileRead { hop: Hop::PlatformBank, date, found: Found::Matched, .. } => Some((date, fact.at)),
            _ => None,
        });
        read.expect("it is listed")
    };
    // By the bank's clock the debit is of the day before, whose file comes at 00:30 by that clock.
    assert_eq!(read_at("-2h"), (0, DAY + 150 * MINUTE));
    assert_eq!(read_at("2h"), (1, 2 * DAY - 90 * MINUTE));
}
