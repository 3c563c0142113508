//! What is counted, and as what: times, shares, losses and causes, each in a scenario in which another reading gives another
//! figure.

use paychaos::campaign::explore::search::failing;
use paychaos::campaign::explore::{Bounds, explore};
use paychaos::kernel::{DAY, HOUR};
use paychaos::payments::address::SemanticAddress;
use paychaos::payments::fact::{Book, Fact, State, What};
use paychaos::payments::grounds::Cause;
use paychaos::payments::message::Message;
use paychaos::payments::party::Hop;
use paychaos::run::measure::Measure;
use paychaos::run::outcome::Outcome;
use paychaos::run::{Options, once};
use paychaos::scenario::{Known, Overrides, Scenario, load};
use std::path::Path;

fn scenario(yaml: &str) -> Scenario {
    let goals = paychaos::run::goals::known();
    let known = Known { goals: &goals, invariants: &["books.settled", "progress.deadline"] };
    let nothing = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
    load(Path::new("counted.yaml"), yaml.as_bytes(), &Overrides::default(), known, &nothing)
        .unwrap_or_else(|wrong| panic!("{}", paychaos::scenario::render_all(&wrong, false)))
}

fn play(yaml: &str, seed: impl Into<Option<u64>>, without: &[&str]) -> (Outcome, Vec<Fact>) {
    let scenario = scenario(yaml);
    let mut facts = Vec::new();
    let without: Vec<_> = without.iter().map(|at| SemanticAddress::parse(at).expect("an address").0).collect();
    let mut options = Options { seed: seed.into(), without: &without, stories: 0, together: false, progress: &mut |_| true };
    let outcome = once(&scenario, &mut options, Some(&mut |fact: &Fact| facts.push(*fact)));
    (outcome, facts)
}

fn run(yaml: &str) -> Outcome {
    play(yaml, 7, &[]).0
}

fn received(facts: &[Fact], message: Message) -> usize {
    let is_it =
        |fact: &&Fact| matches!(fact.what, What::Received { hop: Hop::PlatformBank, message: of, .. } if of == message);
    facts.iter().filter(is_it).count()
}

/// Neither a request nor an answer passes a link that is cut, or both do.
const CUT_PERHAPS: &str = "
orders: {count: 1, amount: 5.00}
hops: {merchant-platform: {strategy: {}, manual_queue: off}, platform-bank: {strategy: {}, manual_queue: off}}
faults: [partition: {hop: platform-bank, from: '10:00', to: '10:03', happens: 0.5}]
";

#[test]
fn a_window_happens_as_a_whole() {
    let happened: Vec<bool> = (0..40)
        .map(|seed| {
            let (outcome, facts) = play(CUT_PERHAPS, seed, &[]);
            let [requests, dropped] = [received(&facts, Message::Request), outcome.totals.dropped_external[1] as usize];
            assert_eq!((requests == 0, dropped), (outcome.totals.paid == 0, 0), "seed {seed}");
            requests == 0
        })
        .collect();
    let cut = happened.iter().filter(|cut| **cut).count();
    assert!((10..=30).contains(&cut), "{cut} of 40");
    let bounds = Bounds { faults: 1, orders: None, breaches: false, jobs: 1, memory: 1 << 28, merges: true };
    let explored = explore(&scenario(CUT_PERHAPS), "", &bounds, &|_| true);
    let [calm, cut] = [0, 1].map(|depth| &explored.depths[depth].ends);
    assert_eq!((failing(calm), failing(cut)), (0, 0), "nobody is debited through a link that is cut");
}

#[test]
fn what_a_window_is_sure_to_strike_can_be_spared() {
    let lost = "
orders: {count: 1}
faults: [lose: {site: platform-bank/answer, from: '10:00', to: '10:10'}]
";
    let at = "order 1 / platform-bank / answer / 1";
    assert_eq!(received(&play(lost, 7, &[]).1, Message::Answer), 0);
    let (outcome, facts) = play(lost, 7, &[at]);
    assert_eq!((received(&facts, Message::Answer), outcome.unreached.len()), (1, 0));
    let spared = format!("{lost}  - spare: {{at: {at}}}\n").replace("faults: [lose", "faults:\n  - lose").replace("}]", "}");
    assert_eq!(received(&play(&spared, 7, &[]).1, Message::Answer), 1);
}

/// Half of the answers are lost; the bank is asked again by polling.
const DROPS: &str = "
storm: 40d
orders: {count: 200, arrivals: {every: 10s}}
faults: [lose: {site: platform-bank/answer, probability: 0.5}]
";

#[test]
fn a_return_weeks_later_has_a_time_of_its_own() {
    let kept = run(DROPS).totals;
    let returned = run(&format!("{DROPS}merchant: {{returns: [{{after: 20d}}]}}\n")).totals;
    assert!(returned.cost.refunds >= 200);
    for quantile in [0.5, 0.99, 1.0] {
        let [kept, returned] = [&kept, &returned].map(|totals| totals.time_to_consistency.value_at_quantile(quantile));
        assert_eq!(kept, returned, "the refunds take less than the queries did");
    }
}

/// The merchant waits for twenty minutes and never asks: it hears of what the platform knows from its file alone.
const BY_FILE: &str = "
storm: 2d
orders: {count: 200, arrivals: {every: 10s}}
hops:
  merchant-platform: {latency: 0s, timeout: {read: 20m}, polling: none, reversal: none, notification: none}
  platform-bank: {latency: 0s, timeout: {read: 1s}}
faults: [lose: {site: [platform-bank/answer, merchant-platform/answer], probability: 0.5}]
";

#[test]
fn what_a_file_had_to_mend_was_not_recovered_before_it() {
    let early = run(DROPS).totals;
    assert!(early.before_reconciliation > 50 && early.before_reconciliation == early.recovered_by.values().sum::<u64>());
    let (outcome, facts) = play(BY_FILE, 7, &[]);
    let mut by_file: Vec<u32> = facts.iter().filter(|fact| is_by_file(&fact.what)).map(|fact| fact.order).collect();
    by_file.sort_unstable();
    by_file.dedup();
    let totals = outcome.totals;
    let dropped: u64 = totals.dropped_external.iter().chain(&totals.dropped_internal).sum();
    assert!(!by_file.is_empty() && totals.inconsistent == 0);
    assert!(totals.recovered_by.iter().any(|((hop, cause), _)| (*hop, *cause) == (Hop::PlatformBank, Cause::Polling)));
    assert!(
        totals.before_reconciliation <= dropped - by_file.len() as u64,
        "{} {dropped} {}",
        totals.before_reconciliation,
        by_file.len()
    );
}

fn is_by_file(what: &What) -> bool {
    matches!(what, What::AttemptMoved { cause: Cause::Reconciliation, .. })
}

#[test]
fn an_order_that_never_agrees_is_slower_than_any_other() {
    const NOBODY_ASKS: &str =
        "hops: {merchant-platform: {strategy: {}, manual_queue: off}, platform-bank: {strategy: {}, manual_queue: off}}\n";
    let mut totals = run(&format!("{DROPS}{NOBODY_ASKS}")).totals;
    assert!(totals.inconsistent > 50, "{}", totals.inconsistent);
    let times = std::mem::take(&mut totals.time_to_consistency_all);
    assert_eq!(times.len() + times.never(), 200);
    assert_eq!(times.never(), totals.inconsistent);
    assert!(times.value_at_quantile(0.2).is_some() && times.value_at_quantile(0.99).is_none());
    assert!(totals.time_to_consistency.is_empty() && totals.time_to_consistency.value_at_quantile(0.5).is_none());
}

#[test]
fn what_the_bank_never_settles_is_the_platforms_loss() {
    let yaml = "
orders: {count: 1, amount: 100.00}
faults: [never_settle: {at: order 1 / platform-bank / decision / 1}]
";
    let outcome = run(yaml);
    assert_eq!((outcome.totals.loss.platform, outcome.totals.manual_cases), (10_000, 1));
    let refunded = format!("{yaml}merchant: {{returns: [{{after: 1h, share: 0.25}}]}}\n");
    assert_eq!(run(&refunded).totals.loss.platform, 10_000, "a refund that is settled is no part of it");
    assert_eq!(run("orders: {count: 1, amount: 100.00}").totals.loss.platform, 0);
}

#[test]
fn queries_that_nobody_answers_count_for_a_reversal() {
    let closes = |after: u16| {
        let yaml = format!(
            "
orders: {{count: 1}}
hops: {{platform-bank: {{notification: none, polling: {{plan: [10s], max: 8}}, reversal: {{after: {after}}}}}}}
faults: [lose: {{site: [platform-bank/answer, platform-bank/query-answer], from: '10:00', to: '11:00'}}]
"
        );
        let (_, facts) = play(&yaml, 7, &[]);
        let gave_up = facts.iter().find(|fact| matches!(fact.what, What::GaveUp { hop: Hop::PlatformBank, .. }));
        let closed = facts
            .iter()
            .find(|fact| matches!(fact.what, What::Sent { hop: Hop::PlatformBank, message: Message::Close, .. }));
        (closed.expect("a close").at - gave_up.expect("a drop").at) / paychaos::kernel::SECOND
    };
    assert_eq!([closes(2), closes(5)], [30, 60], "when the query after the last of them is due");
}

#[test]
fn compensation_is_credited_where_there_is_one() {
    let failing = "
orders: {count: 400, arrivals: {every: 10s}}
faults: [fail_update: {site: merchant-platform/record-write, probability: 0.05}]
";
    let by = |yaml: &str, cause: Cause| run(yaml).totals.recovered_by.get(&(Hop::PlatformBank, cause)).copied().unwrap_or(0);
    assert_eq!(by(failing, Cause::Compensation), 0);
    assert!(by(failing, Cause::Reversal) > 0, "{:?}", run(failing).totals.recovered_by);
    let scanned = format!("{failing}platform: {{internal: {{compensation: {{scan: 60s, worker: 60s}}}}}}\n");
    assert!(by(&scanned, Cause::Compensation) > 0);
}

#[test]
fn a_quantile_of_many_is_that_of_its_rank() {
    let mut times = paychaos::run::outcome::Times::default();
    let (short, long) = (45 * paychaos::kernel::SECOND, 14 * paychaos::kernel::HOUR);
    for count in 1..=3000u64 {
        times.record(if count % 100 == 0 { long } else { short });
    }
    let shown = |quantile: f64| times.value_at_quantile(quantile).expect("an end");
    assert!(shown(0.99) - short <= short / 1000, "{}", shown(0.99));
    assert_eq!(shown(0.991), long);
}

/// The first try is being processed until it fails, with the fourth query under way; the second, under the same number, is
/// asked about once.
#[test]
fn queries_of_an_earlier_try_do_not_close_the_next() {
    let yaml = "
orders: {count: 1}
customer: {pays_again: {after: 2m}}
platform: {order_model: one_to_one}
hops:
  merchant-platform: {strategy: {}, manual_queue: off}
  platform-bank:
    repeated_number: charge_again
    processing: 45s
    notification: none
    polling: {plan: [10s], max: 20}
    reversal: {after: 4, min_age: 0s}
faults:
  - happen: {at: order 1 / customer / pays-again / 1}
  - decline: {at: order 1 / platform-bank / decision / 1}
";
    let (_, facts) = play(yaml, None, &[]);
    let inner = |message: Message| received(&facts, message);
    assert!(
        inner(Message::Request) >= 2 && inner(Message::Query) >= 5,
        "{} {}",
        inner(Message::Request),
        inner(Message::Query)
    );
    assert_eq!(inner(Message::Close), 0);
}

/// Half was paid, and goes back; a hundredth is returned, late; a purchase is charged three times.
#[test]
fn at_risk_is_what_has_moved_and_is_not_agreed_upon() {
    let at_risk = |yaml: &str| {
        let (outcome, facts) = play(yaml, None, &[]);
        let agreed = facts.iter().rev().find(|fact| matches!(fact.what, What::Agreed)).map(|fact| fact.at);
        let moved = |fact: &&Fact| matches!(fact.what, What::Posted { book: Book::Bank, .. });
        let moved: Vec<u64> = facts.iter().filter(moved).map(|fact| fact.at).collect();
        (outcome.totals.at_risk, moved, agreed)
    };
    let hops = "
hops: {merchant-platform: {latency: 10ms}, platform-bank: {latency: 20ms, processing: 100ms}}
orders: {count: 1, amount: 100.00}
";
    let half = "faults:
  - underpay: {at: order 1 / platform-bank / decision / 1}
  - lose: {at: order 1 / platform-bank / answer / 1}
";
    let (risk, moved, _) = at_risk(&format!("{hops}{half}"));
    assert_eq!(risk, 5000 * u128::from(moved[1] - moved[0]), "the half, until it is given back");
    let returned = "merchant: {returns: [{after: 1h, share: 0.01, probability: 0}]}
faults:
  - happen: {at: order 1 / merchant / return / 1}
  - late_debit: {at: order 1 / platform-bank / refund-decision / 1, by: 600s}
";
    let (risk, moved, agreed) = at_risk(&format!("{hops}{returned}"));
    let paid = 10_000 * 40_000 + 10_000 * 10_000;
    let asked = u128::from(agreed.expect("it agrees") - moved[0]) - 40_000 - 10_000;
    assert!(
        risk > 100 * 600_000_000 && risk < paid + 100 * asked,
        "the whole until it is known, then the hundredth: {risk}"
    );
    let thrice = "deadline: 1d
hops:
  merchant-platform: {timeout: {read: 60s}}
  platform-bank: {timeout: {read: 2s}, retry: {max: 2, gap: 1s}, repeated_number: charge_again, rules: {send_key: off}}
orders: {count: 1, amount: 100.00}
faults:
  - lose: {at: order 1 / platform-bank / answer / 1}
  - lose: {at: order 1 / platform-bank / answer / 2}
";
    let (risk, moved, _) = at_risk(thrice);
    assert_eq!(moved.len(), 3);
    assert!(risk > 29_999 * u128::from(DAY - HOUR), "all three of them: {risk}");
}

#[test]
fn a_certain_window_that_is_spared_was_there() {
    let yaml = "orders: {count: 1}\nfaults:\n  - outage: {site: platform-bank/answer, from: d0 09:00, to: d0 12:00}\n";
    for seed in [None, Some(7)] {
        let (outcome, _) = play(yaml, seed, &["window / 1"]);
        assert_eq!((outcome.unreached, outcome.spared_in_vain), (vec![], vec![]));
        let (outcome, _) = play(yaml, seed, &["order 1 / platform-bank / answer / 1"]);
        assert_eq!((outcome.unreached, outcome.spared_in_vain), (vec![], vec![]));
    }
}

#[test]
fn what_fails_an_order_and_then_recovers_it_has_recovered_it_then() {
    let yaml = "
orders: {count: 1, start: d0 22:00}
hops:
  merchant-platform: {valid_for: 2d, polling: none, reversal: none, reconciliation: none, manual_queue: off}
  platform-bank:
    valid_for: 2d
    polling: none
    reversal: none
    notification: none
    reconciliation: {cut_off: \"23:00\", file_at: \"10:00\", wait_files: 1}
    rules: {close_before_fail: off, wait_for_next_file: off, query_first: off}
faults:
  - stay_processing: {at: order 1 / platform-bank / decision / 1, for: 1h30m}
";
    let (_, facts) = play(yaml, None, &[]);
    let (at, cause) = Measure::recovery(&facts).expect("it was recovered");
    assert_eq!(cause, Cause::Reconciliation);
    assert!(matches!(facts[at].what, What::AttemptMoved { to: State::Succeeded, .. }), "{:?}", facts[at]);
}
