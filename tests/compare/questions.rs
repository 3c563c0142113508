//! What each layer buys, sweeps, fronts, polling plans, and figures of one's own: against what must come out.

use crate::common::{folder, paychaos};
use crate::{DEAF, cell, compared, number, position, share};
use serde_json::{Value, json};

/// The waterfall adds one layer after the other; the marginal values are Shapley's, of two players by hand.
#[test]
fn layers_add_up_to_the_whole() {
    let result = compared(&folder("layers", &[("deaf.yaml", DEAF)]), &["deaf.yaml"]);
    let layers = &result["layers"][0];
    let at = |name: &str| position(&result, "strategies", name);
    assert_eq!(layers["waterfall"], json!([at("nothing"), at("timeout"), at("all 2")]));
    assert_eq!(layers["mechanisms"], json!(["timeout", "reconciliation"]));
    let [nothing, timeout, file, both] =
        ["nothing", "timeout", "reconciliation", "all 2"].map(|name| share(&result, "deaf", name, "inconsistent"));
    let measure = position(&result, "measures", "inconsistent");
    let of = |mechanism: u64, key: &str| {
        let all = layers["marginal"].as_array().expect("a list");
        let found = all.iter().find(|one| one["mechanism"] == mechanism && one["measure"] == measure).expect("a value");
        number(if key == "average" { &found["average"]["value"] } else { &found[key] })
    };
    let [first, second] = [0, 1].map(|mechanism| of(mechanism, "average"));
    assert!((first - ((timeout - nothing) + (both - file)) / 2.0).abs() < 1e-12);
    assert!((second - ((file - nothing) + (both - timeout)) / 2.0).abs() < 1e-12);
    assert!((first + second - (both - nothing)).abs() < 1e-12, "layers add up to the whole");
    assert_eq!((of(1, "first"), of(1, "last")), (file - nothing, both - timeout));
    let text = paychaos(&folder("layers", &[("deaf.yaml", DEAF)]), &["compare", "deaf.yaml"]).out;
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let said =
        "What is missed without one? Not consistent: without reconciliation +100 %. Mean time to consistency: without";
    assert!(text.contains(said), "{text}");
}

/// One parameter, then two: the points stand by strategy, then by the first axis, then by the second.
#[test]
fn sweeps_vary_what_they_say() {
    let text = "\
orders: {count: 500, arrivals: {every: 10s}}
compare:
  seeds: 1..2
  strategies: [a: {}, b: {hops: {platform-bank: {timeout: {read: 20s}}}}]
  profiles: [lossy: {faults: [lose: {site: platform-bank/answer, probability: 0.5}, lose: {site: platform-bank/query, probability: 0}]}]
  sweeps:
    - {vary: {profile.faults.0.lose.probability: [0, 0.25, 1]}, with: [a, b]}
    - {vary: {profile.faults.0.lose.probability: [0, 1], profile.faults.1.lose.probability: [0, 0.5, 1]}, with: b}
";
    let result = compared(&folder("sweeps", &[("sweeps.yaml", text)]), &["sweeps.yaml"]);
    let points = |sweep: usize, measure: &str| -> Vec<f64> {
        let measure = position(&result, "measures", measure);
        let points = result["sweeps"][sweep]["points"].as_array().expect("points");
        points.iter().map(|point| number(&point[measure]["value"])).collect()
    };
    let dropped = points(0, "dropped");
    assert_eq!(dropped.len(), 6);
    for of_strategy in dropped.chunks(3) {
        assert_eq!((of_strategy[0], of_strategy[2]), (0.0, 1.0));
        assert!((of_strategy[1] - 0.25).abs() < 0.07, "{of_strategy:?}");
    }
    let two = points(1, "dropped");
    assert_eq!(two, [0.0, 0.0, 0.0, 1.0, 1.0, 1.0], "the first axis is the slow one");
    let queries = points(1, "queries");
    assert!(queries[3] < queries[4] && queries[4] < queries[5], "the second axis: {queries:?}");
    assert_eq!(result["sweeps"][1]["axes"][1]["values"], json!(["0", "0.5", "1"]));
}

/// Every answer is lost and every query answered: a plan meets the goal if its first query comes soon enough, and costs as
/// many queries as it takes.
#[test]
fn the_cheapest_plan_is_the_cheapest_that_meets_the_goal() {
    let text = "\
orders: {count: 1000, arrivals: {every: 10s}}
hops:
  merchant-platform: {latency: 10ms, notification: {gaps: [0s]}, reversal: none}
  platform-bank: {latency: 10ms, timeout: {read: 5s}, notification: none, reversal: none}
compare:
  seeds: 1..2
  strategies: [asking: {}]
  profiles:
    - deaf: {faults: [lose: {site: platform-bank/answer, probability: 1}]}
    - half deaf: {faults: [lose: {site: platform-bank/answer, probability: 1}, lose: {site: platform-bank/query, probability: 0.3}]}
  goal: {share: 0.9, within: 40s, hop: platform-bank, plans: [[1m], [20s, 1m], [10s, 1m], [10s]], max: [1, 3]}
";
    let folder = folder("plans", &[("plans.yaml", text)]);
    let result = compared(&folder, &["plans.yaml"]);
    let told = |profile: usize| -> Vec<(String, f64, String)> {
        let plans = result["plans"][profile]["plans"].as_array().expect("plans");
        let text = |of: &Value| of.as_str().expect("a text").to_owned();
        plans.iter().map(|plan| (text(&plan["plan"]), number(&plan["within"]["value"]), text(&plan["meets"]))).collect()
    };
    for (plan, within, meets) in told(0) {
        let in_time = !plan.starts_with("every 1m");
        assert_eq!((within, meets.as_str()), if in_time { (1.0, "better") } else { (0.0, "worse") }, "{plan}");
    }
    // One query in three is lost: 10 s, 20 s and 30 s are three tries, all others have one in time.
    for (plan, within, meets) in told(1) {
        let expected = if plan.starts_with("every 1m") {
            0.0
        } else if plan == "every 10s, at most 3" {
            1.0 - 0.3f64.powi(3)
        } else {
            0.7
        };
        assert!((within - expected).abs() < 0.05, "{plan}: {within}");
        assert_eq!(meets, if expected > 0.9 { "better" } else { "worse" }, "{plan}");
    }
    let cheapest = |profile: usize| {
        let plans = &result["plans"][profile];
        plans["plans"][plans["cheapest"].as_u64().expect("one meets it") as usize]["plan"].clone()
    };
    assert_eq!(cheapest(1), "every 10s, at most 3");
    let sentence = result["verdict"]["sentence"].as_str().expect("a sentence");
    let strategy = result["verdict"]["besides"].as_str().expect("a sentence of strategies");
    assert!(strategy.contains("\"asking\""), "{strategy}");
    let said = "The cheapest polling plan shown to have 90 % of debited orders consistent within 40s under deaf and half deaf: \
                every 10s, at most 3.";
    assert_eq!(sentence, said);
}

/// No other strategy is both cheaper and sooner than one of the front, in the data, in the terminal and in Markdown.
#[test]
fn the_front_is_beaten_by_nobody() {
    let text = "\
orders: {count: 400, arrivals: {every: 10s}}
hops: {merchant-platform: {notification: {gaps: [15s]}}, platform-bank: {notification: {gaps: [15s]}}}
compare:
  seeds: 1..2
  subsets: [timeout, notification, polling, reconciliation]
  profiles: [lossy_network]
";
    let folder = folder("front", &[("front.yaml", text)]);
    let result = compared(&folder, &["front.yaml"]);
    let front = &result["fronts"][0];
    let value = |strategy: usize, measure: &Value| {
        number(&result["cells"][strategy]["values"][measure.as_u64().expect("a measure") as usize]["value"])
    };
    let all: Vec<[f64; 2]> = (0..16).map(|strategy| ["cost", "time"].map(|key| value(strategy, &front[key]))).collect();
    let best: Vec<usize> =
        front["best"].as_array().expect("a list").iter().map(|one| one.as_u64().expect("a strategy") as usize).collect();
    let beats = |a: &[f64; 2], b: &[f64; 2]| a[0] <= b[0] && a[1] <= b[1] && a != b;
    for (strategy, here) in all.iter().enumerate() {
        let beaten = all.iter().any(|other| beats(other, here));
        let twin = all[..strategy].contains(here);
        assert_eq!(best.contains(&strategy), !beaten && !twin, "{strategy}");
    }
    assert!(best.len() > 2, "{best:?}");
    let ran = paychaos(&folder, &["compare", "front.yaml", "--markdown", "front.md"]);
    let markdown = std::fs::read_to_string(folder.join("front.md")).expect("a file");
    for text in [&ran.out, &markdown] {
        let table = text.rsplit("Time against cost").next().expect("a table");
        for strategy in &best {
            let name = result["strategies"][*strategy]["name"].as_str().expect("a name");
            let first = name.split(" + ").next().expect("a word");
            assert!(table.contains(first), "{name} is missing in {table}");
        }
    }
}

/// Orders, latencies and rates of one's own are what is run, and the assumptions say where they come from.
#[test]
fn own_figures_are_run_and_named() {
    let text = "\
orders: {from: orders.csv}
hops:
  platform-bank: {channel: wechat_pay_v3, latency: {list: [20ms, 30ms, 700ms]}}
compare:
  seeds: 1..2
  strategies: [a: {}]
  profiles:
    - our_gateway: {faults: [lose: {site: platform-bank/answer, probability: 1}]}
  penalty: {after: 1m, per_day: 2.50}
  prices: {query: 0.002, manual_case: 30}
  sources:
    orders: our shop, 11 November
    'platform-bank: a message': our gateway's log
";
    let csv = "at,amount\n10:00,12.00\n10:05,30.00\n11:00,58.00\n";
    let folder = folder("own", &[("own.yaml", text), ("orders.csv", csv)]);
    let result = compared(&folder, &["own.yaml"]);
    let cell = cell(&result, "our_gateway", "a");
    assert_eq!((&cell["orders"], &cell["debited"]), (&json!(3), &json!(3)));
    let money = cell["at_risk_by_age"].as_array().expect("points");
    assert_eq!(money[0][1], 10_000, "100.00 in all");
    let assumed: Vec<[&str; 3]> = result["assumptions"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| ["what", "value", "source"].map(|key| one[key].as_str().expect("a text")))
        .collect();
    for expected in [
        ["orders", "3 listed in a file", "our shop, 11 November"],
        ["platform-bank: a message travels", "list 20ms, 30ms, 700ms", "our gateway's log"],
        ["platform-bank: an order can be paid for", "45m00s", "channel wechat_pay_v3"],
        ["merchant-platform: a message travels", "uniform 5ms to 50ms", "the default"],
        ["penalty", "2.50 CNY for each day begun, from 1m00s after the debit", "the comparison file"],
        ["prices", "query 0.002, case for a person 30 CNY", "the comparison file"],
        ["within", "an order is late 5m00s after its debit", "the default"],
    ] {
        assert!(assumed.contains(&expected), "{expected:?} is not in {assumed:?}");
    }
    assert!(assumed.iter().all(|[_, value, source]| !value.is_empty() && !source.is_empty()), "{assumed:?}");
    let sources: Vec<&str> = assumed.iter().map(|one| one[2]).collect();
    let named = sources.chunk_by(|a, b| a == b).count();
    let mut distinct = sources.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(named, distinct.len(), "each source stands once: {sources:?}");
}

/// Whoever breaks its word is told of, and judged apart.
#[test]
fn a_breach_is_left_out_of_the_answer() {
    let verdict = |profiles: &str| {
        let text = format!("{}  profiles: [{profiles}]\n", DEAF.split("  profiles").next().unwrap_or_default());
        let result = compared(&folder("breach", &[("breach.yaml", &text)]), &["breach.yaml"]);
        result["verdict"]["sentence"].as_str().unwrap_or_default().to_owned()
    };
    let of_two = verdict("lossy_network, database_trouble");
    assert!(of_two.contains("over 2 profiles"), "{of_two}");
    assert_eq!(
        verdict("lossy_network, database_trouble, lying_bank"),
        of_two.replace("over 2", "over the 2").replace("profiles", "profiles in contract")
    );
}
