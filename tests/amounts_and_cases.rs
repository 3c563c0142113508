//! What is paid otherwise than it was asked for, keys that are used twice, dates by a wrong clock, and what a case before a
//! person excuses: each a small scenario and what must, or must not, follow from it.

use paychaos::payments::cases::Reason;
use paychaos::payments::fact::{Account, Book, Fact, Purpose, State, What};
use paychaos::payments::grounds::{Found, Why};
use paychaos::payments::party::Hop;
use paychaos::run::outcome::{Outcome, Verdict};
use paychaos::run::{Options, once};
use paychaos::scenario::{Known, Overrides, load, render_all};
use std::path::Path;

fn play(yaml: &str) -> (Outcome, Vec<Fact>) {
    let nothing = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
    let known = Known { goals: &[], invariants: &[] };
    let scenario = load(Path::new("case.yaml"), yaml.as_bytes(), &Overrides::default(), known, &nothing)
        .unwrap_or_else(|wrong| panic!("{}", render_all(&wrong, false)));
    let mut facts = Vec::new();
    let mut options = Options { seed: None, without: &[], stories: 0, together: false, progress: &mut |_| true };
    let outcome = once(&scenario, &mut options, Some(&mut |fact: &Fact| facts.push(*fact)));
    assert!(outcome.unreached.is_empty(), "never reached: {:?}", outcome.unreached);
    (outcome, facts)
}

fn passes(yaml: &str) -> (Outcome, Vec<Fact>) {
    let (outcome, facts) = play(yaml);
    assert_eq!(outcome.verdict, Verdict::Pass, "{yaml}\n{:?}", outcome.violations);
    (outcome, facts)
}

/// The ids of what is violated, in the registry's order.
fn violated(outcome: &Outcome) -> Vec<&'static str> {
    outcome.violated.iter().filter(|(_, count)| *count > 0).map(|(id, _)| *id).collect()
}

fn any(facts: &[Fact], is_it: impl Fn(&What) -> bool) -> bool {
    facts.iter().any(|fact| is_it(&fact.what))
}

const HALF: &str = "
orders: {count: 1, amount: 100.00}
faults:
  - underpay: {at: order 1 / platform-bank / decision / 1}
";

/// What the customer was debited and given back at the bank, number by number.
fn at_the_bank(facts: &[Fact]) -> Vec<i64> {
    let posted = facts.iter().filter_map(|fact| match fact.what {
        What::Posted { book: Book::Bank, debit: Account::Customer, amount, .. } => Some(amount),
        What::Posted { book: Book::Bank, credit: Account::Customer, amount, .. } => Some(-amount),
        _ => None,
    });
    posted.collect()
}

#[test]
fn what_was_really_paid_goes_back_however_it_is_told() {
    let lost = "  - lose: {at: order 1 / platform-bank / answer / 1}\n";
    let by_file = "hops: {platform-bank: {polling: none, notification: none, reversal: none}}\n";
    let by_notification = "hops: {platform-bank: {polling: none, notification: {gaps: [1m]}}}\n";
    for (settings, faults) in [("", ""), ("", lost), (by_file, lost), (by_notification, lost)] {
        let (outcome, facts) = passes(&format!("{settings}{HALF}{faults}"));
        assert_eq!(at_the_bank(&facts), [5000, -5000], "{settings}{faults}");
        assert!(any(&facts, |what| *what
            == What::PaidOtherwise { hop: Hop::PlatformBank, number: 0, asked: 10_000, paid: 5000 }));
        assert!(!any(&facts, |what| matches!(what, What::Fulfilled { .. })));
        assert_eq!((outcome.totals.loss.customer, outcome.totals.loss.platform, outcome.totals.manual_cases), (0, 0, 0));
    }
}

#[test]
fn after_half_a_payment_the_customer_may_pay_the_whole() {
    for model in ["one_to_many", "one_to_one", "overwrite", "merchant_new_number"] {
        let pays_again = "customer: {pays_again: {after: 2m}}\n";
        let happens = "  - happen: {at: order 1 / customer / pays-again / 1}\n";
        let (_, facts) = passes(&format!("platform: {{order_model: {model}}}\n{pays_again}{HALF}{happens}"));
        let bank = at_the_bank(&facts);
        // One number cannot be paid a second time.
        let whole = model != "one_to_one";
        assert_eq!(bank, if whole { vec![5000, -5000, 10_000] } else { vec![5000, -5000] }, "{model}");
        assert_eq!(any(&facts, |what| matches!(what, What::Fulfilled { .. })), whole, "{model}");
    }
}

#[test]
fn who_does_not_compare_amounts_learns_from_the_file() {
    let off = "hops: {platform-bank: {rules: {compare_amount: off}}}\n";
    let (outcome, facts) = play(&format!("{off}{HALF}"));
    assert_eq!(violated(&outcome), ["money.no_goods_unpaid"], "the rest is the case's");
    assert!(any(&facts, |what| matches!(what, What::FileRead { hop: Hop::PlatformBank, found: Found::Amount, .. })));
    assert!(any(&facts, |what| matches!(what, What::PutBeforeAPerson { reason: Reason::OtherAmount, .. })));
    assert_eq!(outcome.totals.loss.platform, 5000);
    let off = "hops: {platform-bank: {manual_queue: off, rules: {compare_amount: off}}}\n";
    let (outcome, _) = play(&format!("{off}{HALF}"));
    let all = ["money.no_goods_unpaid", "money.charged_once", "books.agree", "books.settled", "progress.deadline"];
    assert_eq!(violated(&outcome), all, "without a manual queue");
}

/// Two returns of one order, at a platform that knows calls by their keys.
fn two_returns(shares: [&str; 2], rules: &str) -> String {
    let [first, second] = shares;
    format!(
        "orders: {{count: 1, amount: 100.00}}\n\
         merchant: {{returns: [{{after: 1h, share: {first}}}, {{after: 2h, share: {second}}}]}}\n\
         hops: {{merchant-platform: {{keys: {{lifetime: 24h}}, rules: {{{rules}}}}}}}\n"
    )
}

#[test]
fn a_key_with_another_content_is_an_error_and_has_no_effect() {
    let (outcome, facts) = passes(&two_returns(["0.3", "0.5"], "own_key: off"));
    assert!(any(&facts, |what| matches!(what, What::Ignored { why: Why::KeyOfAnother, number: 2, .. })));
    assert_eq!(at_the_bank(&facts), [10_000, -3000]);
    let failed =
        |what: &What| matches!(what, What::AttemptMoved { purpose: Purpose::Refund, number: 2, to: State::Failed, .. });
    assert!(any(&facts, failed), "the merchant knows that it was not made");
    assert_eq!(outcome.totals.loss.customer, 0);
}

#[test]
fn without_a_fingerprint_the_caller_believes_in_what_never_was() {
    let (outcome, facts) = play(&two_returns(["0.3", "0.5"], "own_key: off, fingerprint: off"));
    assert_eq!(violated(&outcome), ["money.charged_once", "state.effect_once"]);
    assert_eq!((at_the_bank(&facts), outcome.totals.loss.customer), (vec![10_000, -3000], 5000));
    // A fingerprint cannot tell two refunds of one amount.
    let (outcome, _) = play(&two_returns(["0.3", "0.3"], "own_key: off"));
    assert_eq!(violated(&outcome), ["money.charged_once"]);
    for rules in ["", "fingerprint: off"] {
        let (_, facts) = passes(&two_returns(["0.3", "0.5"], rules));
        assert_eq!(at_the_bank(&facts), [10_000, -3000, -5000], "{rules}");
    }
}

#[test]
fn a_key_is_forgotten_when_its_lifetime_is_over() {
    let yaml = two_returns(["0.3", "0.5"], "own_key: off").replace("lifetime: 24h", "lifetime: 30m");
    let (_, facts) = passes(&yaml);
    assert_eq!(at_the_bank(&facts), [10_000, -3000, -5000]);
}

#[test]
fn a_case_excuses_what_it_is_about_and_nothing_else() {
    // The first attempt is debited and never settled, which is a case; the second one charges the customer again.
    let yaml = "
customer: {pays_again: {after: 2m}}
hops:
  platform-bank: {rules: {close_before_retry: off, refund_duplicate: off}, reversal: none}
faults:
  - never_settle: {at: order 1 / platform-bank / decision / 1}
  - lose: {at: order 1 / platform-bank / answer / 1}
  - lose: {site: platform-bank/query-answer, from: 10:00, to: 10:30}
  - happen: {at: order 1 / customer / pays-again / 1}
";
    let (outcome, facts) = play(yaml);
    assert!(any(&facts, |what| matches!(what, What::PutBeforeAPerson { reason: Reason::NeverSettled, .. })));
    assert!(violated(&outcome).contains(&"money.charged_once"), "{:?}", outcome.violations);
    let (outcome, facts) = passes("faults: [never_settle: {at: order 1 / platform-bank / decision / 1}]");
    assert!(any(&facts, |what| matches!(what, What::PutBeforeAPerson { reason: Reason::NeverSettled, .. })));
    assert_eq!(outcome.totals.manual_cases, 1, "counted, not waved through");
}
