//! Runs against formulas. Where the answer can be computed with pencil and paper, the simulator must find the same: each
//! share lies within its 99.9 % interval, under a fixed seed.

use paychaos::run::outcome::Totals;
use paychaos::run::{self, Options};
use paychaos::scenario::{self, Known, Overrides};
use std::path::Path;

const ORDERS: u64 = 20_000;

/// Runs so many orders with these hops and faults. Messages take 10 ms, the bank decides at once, and nothing recovers
/// anything unless it is said.
fn play(outer: &str, inner: &str, rest: &str, faults: &[&str]) -> Totals {
    let faults: String = faults.iter().map(|fault| format!("  - {fault}\n")).collect();
    let faults = if faults.is_empty() { "faults: []\n".to_owned() } else { format!("faults:\n{faults}") };
    let hop = "latency: 10ms, manual_queue: off, reversal: none, reconciliation: none, valid_for: 1d";
    let text = format!(
        "seed: 20250701\norders: {{count: {ORDERS}}}\nstorm: 30d\nhops:\n  merchant-platform: {{{hop}, {outer}}}\n  \
         platform-bank: {{{hop}, {inner}}}\n{rest}\n{faults}"
    );
    let known = Known { goals: &[], invariants: &[] };
    let none = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
    let scenario = scenario::load(Path::new("closed_form.yaml"), text.as_bytes(), &Overrides::default(), known, &none)
        .unwrap_or_else(|found| panic!("{}\n{text}", scenario::render_all(&found, false)));
    let mut options = Options { seed: None, without: &[], stories: 0, together: false, progress: &mut |_| true };
    run::once(&scenario, &mut options, None).totals
}

/// `hits` of `of` are a share of `p`, as far as a 99.9 % interval (Wilson) can tell.
#[track_caller]
fn assert_share(what: &str, hits: u64, of: u64, p: f64) {
    const Z: f64 = 3.290_526_731;
    let (k, n) = (hits as f64, of as f64);
    let share = k / n;
    let centre = (share + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
    let half = Z / (1.0 + Z * Z / n) * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let (low, high) = (centre - half, centre + half);
    assert!(
        low - 1e-9 <= p && p <= high + 1e-9,
        "{what}: {hits} of {of} lie in {low:.5}..{high:.5} with 99.9 %, and {p:.5} does not"
    );
}

const BANK_PROCESSES_AT_ONCE: &str = "bank: {processing: 0s}";
const OUTER: &str = "polling: none";

#[test]
fn answers_lost_are_orders_dropped() {
    let totals =
        play(OUTER, "polling: none", BANK_PROCESSES_AT_ONCE, &["lose: {site: platform-bank/answer, probability: 0.05}"]);
    assert_share("dropped", totals.dropped_external[1], ORDERS, 0.05);
    assert_eq!(totals.dropped_external[1], totals.unrecovered, "nothing recovers anything");
    assert_eq!(totals.dropped_external[0] + totals.dropped_internal[0] + totals.dropped_internal[1], 0);
}

/// p q^n: an answer and then n notifications are lost, each on its own.
#[test]
fn notification_leaves_p_times_q_to_the_n() {
    let (p, q) = (0.2, 0.3f64);
    for n in 1..=4u32 {
        let gaps = vec!["10s"; n as usize].join(", ");
        let inner = format!("polling: none, notification: {{gaps: [{gaps}]}}");
        let faults = [
            &*format!("lose: {{site: platform-bank/answer, probability: {p}}}"),
            &*format!("lose: {{site: platform-bank/notification, probability: {q}}}"),
        ];
        let totals = play(OUTER, &inner, BANK_PROCESSES_AT_ONCE, &faults);
        assert_share("dropped", totals.dropped_external[1], ORDERS, p);
        assert_share(&format!("unrecovered by {n} notifications"), totals.unrecovered, ORDERS, p * q.powi(n as i32));
    }
}

/// A query brings the outcome unless it or its answer is lost: f = q + r - q r. n of them leave p f^n.
#[test]
fn polling_leaves_p_times_f_to_the_n() {
    let (p, q, r) = (0.25, 0.2, 0.25);
    let f: f64 = q + r - q * r;
    for n in [1, 2, 4] {
        let inner = format!("polling: {{plan: [10s], max: {n}}}");
        let faults = [
            &*format!("lose: {{site: platform-bank/answer, probability: {p}}}"),
            &*format!("lose: {{site: platform-bank/query, probability: {q}}}"),
            &*format!("lose: {{site: platform-bank/query-answer, probability: {r}}}"),
        ];
        let totals = play(OUTER, &inner, BANK_PROCESSES_AT_ONCE, &faults);
        assert_share(&format!("unrecovered by {n} queries"), totals.unrecovered, ORDERS, p * f.powi(n));
        // A dropped order needs its k-th query with probability f^(k-1).
        let most = totals.dropped_external[1] * n as u64;
        let expected = (1.0 - f.powi(n)) / (1.0 - f) / f64::from(n);
        assert_share(&format!("queries of at most {n}"), totals.cost.queries, most, expected);
    }
}

/// Queries and notifications fail on their own: what both leave is the product.
#[test]
fn two_mechanisms_leave_the_product() {
    let (p, q, f) = (0.3, 0.4, 0.5);
    let inner = "polling: {plan: [10s], max: 2}, notification: {gaps: [1h, 1h]}";
    let faults = [
        &*format!("lose: {{site: platform-bank/answer, probability: {p}}}"),
        &*format!("lose: {{site: platform-bank/notification, probability: {q}}}"),
        &*format!("lose: {{site: platform-bank/query-answer, probability: {f}}}"),
    ];
    let totals = play(OUTER, inner, BANK_PROCESSES_AT_ONCE, &faults);
    let by = |name: &str| {
        totals.recovered_by.iter().filter(|((_, cause), _)| cause.name() == name).map(|(_, count)| count).sum::<u64>()
    };
    assert_share("recovered by polling", by("polling"), ORDERS, p * (1.0 - f * f));
    assert_share("recovered by notification", by("notification"), ORDERS, p * f * f * (1.0 - q * q));
    assert_share("unrecovered", totals.unrecovered, ORDERS, p * f * f * q * q);
}

/// An order is dropped once, by its first cause: on the inner hop with p1, on the outer one with (1 - p1) p2.
#[test]
fn two_hops_drop_one_after_the_other() {
    let (p1, p2) = (0.1, 0.2);
    let faults = [
        &*format!("lose: {{site: platform-bank/answer, probability: {p1}}}"),
        &*format!("lose: {{site: merchant-platform/answer, probability: {p2}}}"),
    ];
    let totals = play(OUTER, "polling: none", BANK_PROCESSES_AT_ONCE, &faults);
    assert_share("dropped between platform and bank", totals.dropped_external[1], ORDERS, p1);
    assert_share("dropped between merchant and platform", totals.dropped_external[0], ORDERS, (1.0 - p1) * p2);
}

/// Each attempt is declined with d, and a declined customer pays again with a, at most m times: the share that is paid is
/// (1 - d) (1 + a d + ... + (a d)^m).
#[test]
fn customers_who_pay_again_are_a_geometric_series() {
    let (d, a) = (0.4, 0.6);
    for m in [0, 1, 3] {
        let again = if m == 0 {
            String::new()
        } else {
            format!("customer: {{pays_again: {{probability: {a}, after: 1m, at_most: {m}}}}}\n")
        };
        let rest = format!("{again}{BANK_PROCESSES_AT_ONCE}");
        let totals = play(OUTER, "polling: none", &rest, &[&format!("decline: {{hop: platform-bank, probability: {d}}}")]);
        let series: f64 = (0..=m).map(|k| f64::powi(a * d, k)).sum();
        assert_share(&format!("paid with at most {m} more attempts"), totals.paid, ORDERS, (1.0 - d) * series);
        assert_eq!(totals.unrecovered, 0);
    }
}

/// A timeout at a quantile of the processing time drops what is beyond it. (20 ms are for the way there and back.)
#[test]
fn timeouts_cut_processing_times_at_their_quantiles() {
    for (processing, read, beyond) in [
        ("{lognormal: {median: 200ms, p99: 2s}}", "220ms", 0.5),
        ("{lognormal: {median: 200ms, p99: 2s}}", "2020ms", 0.01),
        ("{exponential: 1s}", "1020ms", (-1.0f64).exp()),
        ("{exponential: 1s}", "3020ms", (-3.0f64).exp()),
        ("{uniform: [0s, 4s]}", "1020ms", 0.75),
        ("{pareto: {minimum: 100ms, shape: 1.5}}", "420ms", 0.25f64.powf(1.5)),
    ] {
        let inner = format!("polling: none, timeout: {{read: {read}}}");
        let totals = play("polling: none, timeout: {read: 1h}", &inner, &format!("bank: {{processing: {processing}}}"), &[]);
        assert_share(&format!("{processing} beyond {read}"), totals.dropped_external[1], ORDERS, beyond);
    }
}
