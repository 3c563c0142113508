//! How values are written: what stands behind `a duration`, `a distribution`, `an amount` in the list of fields.
//!
//! Read by `list` and `explain`. A new kind of value is one entry here; a test loads every example. It must not know who
//! reads them.

/// A kind of value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Value {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub means: &'static str,
    /// Every form in which it can be written.
    pub write: &'static str,
    /// The smallest scenario with one.
    pub example: &'static str,
}

const fn value(name: &'static str, means: &'static str, write: &'static str, example: &'static str) -> Value {
    Value { name, means, write, example }
}

/// Every kind of value.
pub const ALL: &[Value] = &[
    value(
        "duration",
        "a length of time, to the microsecond, at most 100 years",
        "a number with a unit, or several from large to small: 250ms, 1.5s, 1m30s, 2d; the units are us, ms, s, m, h, d \
         and w; 0 needs none",
        "customer: {pays_again: {after: 1m30s}}",
    ),
    value(
        "instant",
        "a moment of virtual time, which begins at d0 00:00, a Monday unless `calendar` says otherwise",
        "a day and a time of day (d1 10:00, d0 22:59:30.250), a time of day alone (10:00: on day 0), or the duration since \
         d0 00:00 (36h). In quotes: YAML reads some of them as numbers",
        "orders: {start: \"d0 22:59:30\"}",
    ),
    value(
        "time_of_day",
        "a time that comes every day, by the clock of the party meant",
        "hours and minutes, perhaps seconds: 23:00, 09:30:15; as the end of a day 24:00. In quotes: YAML reads some of them \
         as numbers",
        "hops: {platform-bank: {reconciliation: {cut_off: \"23:00\", file_at: \"10:00\"}}}",
    ),
    value(
        "deadline",
        "how long after the later of the storm's end and an order's creation its books must agree",
        "a duration (4d), or a number of business days by `calendar` (4bd)",
        "deadline: 4bd",
    ),
    value(
        "rate",
        "so many on average in a unit of time",
        "a number with at most 3 decimals, a slash, a unit: 50/s, 10/m, 1.5/h; limits take whole numbers a second only",
        "orders: {count: 10, arrivals: {poisson: 50/s}}",
    ),
    value(
        "probability",
        "how likely something is, each time that it could happen",
        "a number from 0 (never) to 1 (always): 0.02, 1e-6; not in percent",
        "faults:\n  - lose: {site: platform-bank/answer, probability: 0.02}",
    ),
    value(
        "money",
        "an amount in the currency of `orders`",
        "a number with at most as many decimals as the currency has: 100.00 in CNY, 100 in JPY, 1.250 in KWD",
        "orders: {amount: 1250, currency: JPY}",
    ),
    value(
        "distribution",
        "a value that is drawn anew each time: a latency, a processing time, a gap, an amount",
        "the value alone, or one of {fixed: V}, {uniform: [LOW, HIGH]}, {exponential: MEAN}, {lognormal: {median: V, p99: \
         V}}, {pareto: {minimum: V, shape: S}}, {list: [V, V]}; each has an entry of its own",
        "hops: {platform-bank: {latency: {uniform: [20ms, 90ms]}}}",
    ),
    value(
        "fixed",
        "a distribution: always the same value",
        "{fixed: V}, or V alone",
        "hops: {platform-bank: {latency: {fixed: 60ms}}}",
    ),
    value(
        "uniform",
        "a distribution: any value from the first to the second, each equally likely",
        "{uniform: [LOW, HIGH]}, both included",
        "orders: {count: 10, amount: {uniform: [1.00, 500.00]}}",
    ),
    value(
        "exponential",
        "a distribution: short values often, long ones rarely",
        "{exponential: MEAN}",
        "bank: {processing: {exponential: 200ms}}",
    ),
    value(
        "lognormal",
        "a distribution: what measured latencies look like, with a long tail",
        "{lognormal: {median: V, p99: V}}: half of the values are below the first, 99 of 100 below the second",
        "hops: {platform-bank: {latency: {lognormal: {median: 60ms, p99: 900ms}}}}",
    ),
    value(
        "pareto",
        "a distribution: a heavy tail",
        "{pareto: {minimum: V, shape: S}}: no value is below the minimum; the smaller the shape, a number with at most 3 \
         decimals, the heavier the tail",
        "hops: {platform-bank: {late: {max: 10m}, latency: {pareto: {minimum: 20ms, shape: 2.5}}}}",
    ),
    value(
        "list",
        "a distribution: one of several values, each equally likely",
        "{list: [V, V, V]}; a value that is named twice is twice as likely",
        "orders: {count: 10, amount: {list: [9.90, 9.90, 99.00]}}",
    ),
    value(
        "address",
        "one single choice of a run: which order, where, and the first, second or later time that it comes by there",
        "the order, its site, the number of the visit: order 1 / platform-bank / query-answer / 2; what all orders share: \
         platform-bank / file / day 0, window / 1. The sites are in `list sites`; `explain SITE` shows an address of each",
        "faults:\n  - lose: {at: order 1 / platform-bank / answer / 1}",
    ),
    value(
        "between",
        "a value left open: a campaign (`fuzz`, `ci`) draws one from a range anew every few seeds; `run` takes the middle",
        "{between: [LOW, HIGH]}, both ends included, in steps of the last decimal that is written, in place of a number, an \
         amount, a probability, a duration, a rate, an instant, a time of day or a number of business days",
        "hops: {platform-bank: {timeout: {read: {between: [2s, 8s]}}}}",
    ),
    value(
        "one_of",
        "a value left open: a campaign (`fuzz`, `ci`) draws one of several anew every few seeds; `run` takes the first",
        "{one_of: [A, B, C]} in place of any value",
        "hops: {platform-bank: {strategy: {one_of: [article_hardened, wechat_guide]}}}",
    ),
    value(
        "orders_from_csv",
        "the orders as a CSV file beside the scenario, in order of time, in place of drawn ones",
        "the first line names the columns: at (an instant), amount (money), and perhaps currency; each line after it is an \
         order",
        "# orders.csv:\n#   at,amount,currency\n#   d0 10:00,100.00,CNY\n#   d0 10:00:01,25.50,CNY\n\
         orders: {from: orders.csv}",
    ),
];
