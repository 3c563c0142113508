//! What a cell counts is what `run` counts, and what must come out by pencil and paper comes out.

use crate::common::{folder, paychaos};
use crate::{DEAF, SMALL, cell, compared, difference, number, position, results, share, value};
use serde_json::Value;

/// What a cell counts is what `run` counts of the same scenario under the same seed.
#[test]
fn a_cell_counts_what_a_run_counts() {
    let weather = "faults:\n  - lose: {hop: platform-bank, probability: 0.03}\n  - fail_update: {hop: platform-bank, probability: 0.02}\n";
    let base = "orders: {count: 600, arrivals: {poisson: 1/s}, amount: {uniform: [1.00, 500.00]}}\nstorm: 2d\n\
                hops: {platform-bank: {channel: wechat_pay_v3, strategy: article_literal}}\n";
    let file = format!("{base}{weather}compare: {{seeds: 5..6, strategies: [as_it_is: {{}}]}}\n");
    let folder = folder("counts", &[("both.yaml", &file), ("alone.yaml", &(base.to_owned() + weather))]);
    let result = compared(&folder, &["both.yaml"]);
    let run = paychaos(&folder, &["run", "alone.yaml", "--seed", "5", "--format", "json"]);
    let run = &results(&run)[0];
    let cell = cell(&result, "calm", "as_it_is");
    assert!(run["dropped"]["external"].as_u64() > Some(10) && run["dropped"]["internal"].as_u64() > Some(3), "{run}");
    let drops = |kind: &str| -> u64 {
        let causes = cell["dropped"]["causes"].as_array().expect("causes");
        causes.iter().filter(|cause| cause["kind"] == kind).map(|cause| cause["count"].as_u64().expect("a count")).sum()
    };
    assert_eq!(Some(drops("external")), run["dropped"]["external"].as_u64());
    assert_eq!(Some(drops("internal")), run["dropped"]["internal"].as_u64());
    for recovered in cell["dropped"]["recovered"].as_array().expect("a list") {
        let name =
            format!("{}.{}", recovered["hop"].as_str().expect("a hop"), recovered["mechanism"].as_str().expect("a name"));
        assert_eq!(recovered["count"], run["recovered_by"][&name], "{name}");
    }
    for key in ["queries", "notifications", "file_rows", "scan_rows", "refunds"] {
        assert_eq!(cell["cost"][key], run["cost"][key], "{key}");
    }
    for who in ["customer", "merchant", "platform"] {
        assert_eq!(cell["loss"][who], run["loss"][who], "{who}");
    }
    assert_eq!((&cell["events"], &cell["paid"]), (&run["events"], &run["paid"]));
    assert_eq!(cell["dropped"]["unrecovered"], run["unrecovered"]);
    let risk = number(&value(&result, cell, "at_risk")["value"]) * 600.0;
    let expected = number(&run["at_risk_minor_unit_seconds"]);
    assert!((risk - expected).abs() <= 600.0, "{risk} {expected}: each order is rounded down to a second's worth");
    let queries = number(&value(&result, cell, "queries")["value"]) * 600.0;
    assert!((queries - number(&run["cost"]["queries"])).abs() < 1e-6);
    let max = number(&value(&result, cell, "max")["value"]);
    assert_eq!(max, number(&run["time_to_consistency_us"]["max"]));
    for (quantile, at) in [("p50", 0), ("p90", 1)] {
        let exact = number(&run["time_to_consistency_us"][quantile]);
        let found = number(&value(&result, cell, quantile)["value"]);
        assert!(
            (found - exact).abs() <= exact / 500.0 || cell["time"]["never"].as_u64() > Some(0),
            "{quantile} {at}: {found} {exact}"
        );
    }
}

/// The closed form: every answer is lost, so every order is dropped; who does nothing leaves all, who reads the file none.
#[test]
fn what_must_come_out_comes_out() {
    let folder = folder("closed", &[("deaf.yaml", DEAF)]);
    let result = compared(&folder, &["deaf.yaml"]);
    let share = |strategy: &str, measure: &str| share(&result, "deaf", strategy, measure);
    assert_eq!((share("timeout", "dropped"), share("timeout", "inconsistent"), share("timeout", "late")), (1.0, 1.0, 1.0));
    assert_eq!((share("all 2", "dropped"), share("all 2", "inconsistent"), share("all 2", "late")), (1.0, 0.0, 1.0));
    assert_eq!(share("all 2", "before_reconciliation"), 0.0);
    let hung = &cell(&result, "deaf", "nothing")["dropped"];
    assert_eq!((&hung["hung"], &hung["prevented"]), (&Value::from(600), &Value::from(0)), "nobody stops waiting: they hang");
    let reference = &result["sample"]["reference"];
    assert_eq!(result["strategies"][reference.as_u64().unwrap() as usize]["name"], "timeout");
    let apart = difference(&result, "deaf", "all 2", "inconsistent");
    assert_eq!((&apart["verdict"], &apart["only"]), (&Value::from("better"), &serde_json::json!([0, 600])));
}

/// The same strategy under two names: nothing differs, and nobody wins.
#[test]
fn the_same_strategy_never_wins_against_itself() {
    let text = SMALL.replace(
        "silent: {about: It does not., hops: {merchant-platform: {polling: none}, platform-bank: {polling: none}}}",
        "twin: {}",
    );
    let folder = folder("same", &[("twins.yaml", &text)]);
    let result = compared(&folder, &["twins.yaml"]);
    for difference in result["differences"].as_array().expect("a list") {
        assert_eq!(difference["verdict"], "same", "{difference}");
    }
    for winner in result["winners"].as_array().expect("a list") {
        assert_eq!(winner["strategies"], serde_json::json!([0, 1]), "{winner}");
    }
    let sentence = result["verdict"]["sentence"].as_str().expect("a sentence");
    assert!(sentence.starts_with("No difference is shown"), "{sentence}");
}

/// Nothing recovers anything but notifications; messages travel for 10 ms.
const NOTIFIED: &str = "\
orders: {count: 4000, arrivals: {every: 10s}}
hops:
  merchant-platform: {latency: 10ms, polling: none, reversal: none, reconciliation: none, notification: {gaps: [0s]}}
  platform-bank: {latency: 10ms, polling: none, reversal: none, reconciliation: none, notification: {gaps: [1m]}}
";

/// An answer is lost with p and each of n notifications with q: a share of p q^n is left, within its interval (3.29 standard
/// errors, under fixed seeds), by a sweep over n.
#[test]
fn notifications_leave_p_times_q_to_the_n() {
    let text = format!(
        "{NOTIFIED}compare:
  seeds: 1..3
  strategies: [told: {{}}]
  profiles:
    - lossy:
        faults:
          - lose: {{site: platform-bank/answer, probability: 0.3}}
          - lose: {{site: platform-bank/notification, probability: 0.5}}
  sweeps:
    - {{vary: {{hops.platform-bank.notification.gaps: [[1m], [1m, 1m], [1m, 1m, 1m]]}}}}
"
    );
    let result = compared(&folder("pqn", &[("pqn.yaml", &text)]), &["pqn.yaml"]);
    let points = result["sweeps"][0]["points"].as_array().expect("points");
    assert_eq!(points.len(), 3);
    let measure = position(&result, "measures", "inconsistent");
    for (n, point) in (1..).zip(points) {
        let expected = 0.3 * 0.5f64.powi(n);
        let found = number(&point[measure]["value"]);
        let error = (expected * (1.0 - expected) / 8000.0).sqrt();
        assert!((found - expected).abs() < 3.29 * error, "{n}: {found} is not {expected}");
        assert_eq!(point[measure]["of"], 8000);
    }
}

/// Where no difference is shown, the number of orders that would show one does.
#[test]
fn what_is_needed_shows_the_difference() {
    let text = format!(
        "{NOTIFIED}compare:
  seeds: 1..2
  strategies:
    - once: {{}}
    - twice: {{hops: {{platform-bank: {{notification: {{gaps: [1m, 1m]}}}}}}}}
  profiles:
    - lossy:
        faults:
          - lose: {{site: platform-bank/answer, probability: 0.04}}
          - lose: {{site: platform-bank/notification, probability: 0.4}}
"
    );
    let folder = folder("needed", &[("few.yaml", &text)]);
    let few = compared(&folder, &["few.yaml", "--orders", "200"]);
    let apart = difference(&few, "lossy", "twice", "inconsistent");
    assert_eq!(apart["verdict"], "not_shown", "{apart}");
    let needed = apart["needed"].as_u64().expect("a number of orders");
    assert!((300..20_000).contains(&needed), "{needed}");
    let more = compared(&folder, &["few.yaml", "--orders", &(needed * 2).to_string()]);
    let apart = difference(&more, "lossy", "twice", "inconsistent");
    assert_eq!((&apart["verdict"], &apart["needed"]), (&Value::from("better"), &Value::Null), "{apart}");
    let low_and_high = [number(&apart["difference"]["low"]), number(&apart["difference"]["high"])];
    let truth = 0.04 * (0.4 * 0.4 - 0.4);
    assert!(low_and_high[0] < truth && truth < low_and_high[1], "{truth} {low_and_high:?}");
}

/// The books agree; the day after, the row of the settlement file cannot be noted. Nothing that matters was missed, so the
/// order is not dropped, and nothing has to recover it.
#[test]
fn what_fails_when_the_books_agree_drops_nothing() {
    let text = "seed: 1\nstorm: 2d\nfaults: [fail_update: {at: order 1 / platform-bank / attempt-write / 2}]\n";
    let folder = folder("agreed", &[("agreed.yaml", text)]);
    let ran = paychaos(&folder, &["run", "agreed.yaml", "--format", "json"]);
    let run = &results(&ran)[0];
    assert_eq!(run["verdict"], "pass", "{run}");
    assert_eq!((&run["dropped"]["internal"], &run["unrecovered"]), (&Value::from(0), &Value::from(0)), "{run}");
    let told = paychaos(&folder, &["run", "agreed.yaml"]);
    assert!(told.out.contains("what struck") && !told.out.contains("never reached"), "{}", told.out);
}

/// Prices times counts; a penalty for each day begun; 40 ms to the goods; ten calls to the bank within a second.
#[test]
fn prices_penalties_waits_and_peaks_are_those_by_hand() {
    let text = "\
orders: {count: 300, arrivals: {every: 100ms}}
hops:
  merchant-platform: {latency: 10ms, polling: none, reversal: none, notification: {gaps: [0s]}}
  platform-bank: {latency: 10ms, polling: {plan: [10s], max: 2}, reversal: none}
bank: {processing: 0s}
compare:
  seeds: 1..2
  strategies: [a: {}]
  profiles: [calm, deaf: {faults: [lose: {site: [platform-bank/answer, platform-bank/query-answer], probability: 1}]}]
  penalty: {after: 2h, per_day: 2.00}
  prices: {query: 0.5, notification: 1, file_row: 0.25}
";
    let result = compared(&folder("prices", &[("prices.yaml", text)]), &["prices.yaml"]);
    for profile in ["calm", "deaf"] {
        let cost = &cell(&result, profile, "a")["cost"];
        let [queries, notifications, rows] = ["queries", "notifications", "file_rows"].map(|key| number(&cost[key]));
        let expected = (queries * 0.5 + notifications + rows * 0.25) * 100.0 / 300.0;
        assert!((share(&result, profile, "a", "cost") - expected).abs() < 1e-6, "{profile}: {expected}");
        assert!(queries != notifications && rows > 0.0, "{cost}");
    }
    assert_eq!((share(&result, "calm", "a", "wait"), share(&result, "calm", "a", "bank_peak")), (40_000.0, 10.0));
    // A file ends it for all of them at once: so many days are begun after the two hours.
    let hours = share(&result, "deaf", "a", "open") / 3.6e9;
    let days = ((hours - 2.0) / 24.0).ceil();
    assert!(days >= 1.0 && (hours - 2.0) % 24.0 > 0.1, "{hours}");
    let penalties = ["deaf", "calm"].map(|profile| share(&result, profile, "a", "penalty"));
    assert_eq!(penalties, [200.0 * days, 0.0]);
    assert_eq!(share(&result, "deaf", "a", "before_reconciliation"), 0.0);
}
