//! A scenario as it is written: one type per map, one field per key. The documentation of the fields is the
//! documentation of the keys: the schema and `explain scenario` are made from it.
//!
//! Read by `decode`, completed by `hops`, `internal`, `orders` and `strikes`. It must not know what is reasonable, only what can be written.

pub(super) mod fault;
pub(super) mod hop;

use super::decode::At;
use super::forms::{Maybe, OneOrMany, Short, Toggle};
use super::scalar::{
    Amount, CurrencyCode, Day, DeadlineText, Gap, Instant, Odds, OrderCount, PerSecond, Sentence, Shape, Share, Time,
    WeekdayName,
};
use fault::Fault;
use hop::Hop;
use schemars::JsonSchema;
use serde::Deserialize;

/// A scenario: who pays, how the parties are configured, what goes wrong, and what must come of it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "Scenario")]
pub(super) struct Raw {
    /// What it shows, in a sentence.
    #[schemars(extend("default" = ""))]
    pub about: Option<Sentence>,
    /// The seed of everything random. Without it, and if nothing has odds, everything is calm: sizes are medians.
    #[schemars(extend("default" = "1 if anything has odds, else none"))]
    pub seed: Option<u64>,
    /// Who pays, when, how much.
    pub orders: Orders,
    /// What customers do.
    pub customer: Customer,
    /// The two links, and what both ends of each do.
    pub hops: Hops,
    /// What the platform does between the two.
    pub platform: Platform,
    /// How the bank decides.
    pub bank: Bank,
    /// What the merchant gives back.
    pub merchant: Merchant,
    /// Business days.
    pub calendar: Calendar,
    /// When the storm ends: faults by odds or in windows strike before it only. A duration from d0 00:00, or an instant.
    #[schemars(extend("default" = "1d"))]
    pub storm: Option<At<Instant>>,
    /// What goes wrong: a list of faults, each at a site, by odds, in a window or by script.
    #[schemars(extend("default" = []))]
    pub faults: Vec<At<Fault>>,
    /// How long after the later of the storm's end and the order's creation its books must agree.
    #[schemars(extend("default" = "4bd"))]
    pub deadline: Option<DeadlineText>,
    /// What decides the verdict: `consistent`; `not_silent`, where a broken word must only not be passed over in silence; or
    /// `{violates: [...]}` with exactly these invariants.
    #[schemars(extend("default" = "consistent"))]
    pub expect: Option<Expect>,
    /// What must have happened, so that a pass is not empty: names from `list goals`.
    #[schemars(extend("default" = []), with = "OneOrMany<String>")]
    pub goals: Vec<At<String>>,
}

/// The customers' orders: drawn, or listed in a file.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Orders {
    /// How many.
    #[schemars(extend("default" = 1), range(min = 1, max = 1_000_000_000), with = "u32")]
    pub count: Option<OrderCount>,
    /// When the first may come.
    #[schemars(extend("default" = "d0 10:00"))]
    pub start: Option<At<Instant>>,
    /// How they follow each other.
    #[schemars(extend("default" = {"every": "1s"}))]
    pub arrivals: Option<At<Arrivals>>,
    /// What each amounts to.
    #[schemars(extend("default" = "100.00"))]
    pub amount: Option<At<Spread<Amount>>>,
    /// The currency of all.
    #[schemars(extend("default" = "CNY"))]
    pub currency: Option<CurrencyCode>,
    /// Instead of the above: a CSV file beside the scenario, with the columns `at`, `amount` and perhaps `currency`.
    #[schemars(extend("default" = "the above"))]
    pub from: Option<At<String>>,
}

/// How orders follow each other.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub(super) enum Arrivals {
    /// At random, so many on average: `50/s`.
    Poisson(Gap),
    /// One every so often.
    Every(Time),
    /// Each so long after the one before it.
    Gap(Spread<Time>),
    /// Over a day, by hourly weights.
    Daily(Daily),
}

/// Orders over the day.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Daily {
    /// Over how many days.
    #[schemars(extend("default" = 1))]
    pub days: Option<At<u32>>,
    /// The relative weight of each hour from 00:00: 24 whole numbers, or `retail`.
    #[schemars(extend("default" = "retail"), with = "Short<Profile, Vec<u32>>")]
    pub weights: Option<At<Vec<String>>>,
}

/// A built-in profile of a day.
#[derive(Clone, Copy, Debug, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) enum Profile {
    /// A shop: quiet nights, a peak at noon and a higher one in the evening.
    Retail,
}

/// A distribution: one value, or drawn.
pub(super) type Spread<T> = Short<T, Drawn<T>>;

/// A distribution of values that are drawn.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
#[schemars(title = "a distribution")]
pub(super) enum Drawn<T> {
    /// Always this.
    Fixed(At<T>),
    /// Any value from the first to the second, each equally likely.
    Uniform((At<T>, At<T>)),
    /// Exponential, with this mean.
    Exponential(At<T>),
    /// Lognormal.
    Lognormal {
        /// Half of the values are below.
        median: At<T>,
        /// 99 of 100 values are below.
        p99: At<T>,
    },
    /// Pareto: a heavy tail.
    Pareto {
        /// No value is below.
        minimum: At<T>,
        /// The smaller, the heavier the tail.
        shape: Shape,
    },
    /// One of these, each equally likely.
    List(Vec<At<T>>),
}

/// What customers do.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Customer {
    /// A customer left without goods pays again, or `none`.
    #[schemars(extend("default" = "none"))]
    pub pays_again: Option<Toggle<PaysAgain>>,
}

/// A customer left without goods pays again.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct PaysAgain {
    /// With this probability.
    #[schemars(extend("default" = "0 (only by script)"))]
    pub probability: Option<Odds>,
    /// After waiting so long.
    #[schemars(extend("default" = "2m"))]
    pub after: Option<Time>,
    /// At most so often.
    #[schemars(extend("default" = 1))]
    pub at_most: Option<At<u16>>,
}

/// The two hops.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(super) struct Hops {
    /// The merchant asks, the platform decides.
    pub merchant_platform: At<Hop>,
    /// The platform asks, the bank decides.
    pub platform_bank: At<Hop>,
}

/// What the platform does between the two hops.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Platform {
    /// Payment order : channel order.
    #[schemars(extend("default" = "one_to_many"))]
    pub order_model: Option<OrderModel>,
    /// How the channel-order and the payment-order table change together.
    #[schemars(extend("default" = "two_databases"))]
    pub tables: Option<Tables>,
    /// The call between the two, in a distributed transaction or between two applications.
    pub handover: Option<Handover>,
    /// How internal drops are mended, or prevented.
    pub internal: Internal,
}

/// A call within the platform.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Handover {
    /// How long it travels, each way.
    #[schemars(extend("default" = "2ms"))]
    pub latency: Option<At<Spread<Time>>>,
    /// When the caller stops waiting.
    #[schemars(extend("default" = "1s"))]
    pub timeout: Option<At<Time>>,
}

/// Payment order : channel order.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum OrderModel {
    /// Each attempt has a channel order and number of its own.
    OneToMany,
    /// One channel order for ever: the retry goes out under the same number.
    OneToOne,
    /// The channel order's row is overwritten with a new number.
    Overwrite,
    /// The platform takes one attempt; the merchant must make a new order.
    MerchantNewNumber,
}

/// How the platform's two tables are written.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Tables {
    /// One commit.
    SameDatabase,
    /// Two commits, one after the other.
    TwoDatabases,
    /// Two applications: the second commit is behind a call that can be lost.
    TwoApplications,
}

/// How internal drops are mended, or prevented.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Internal {
    /// Updates that failed are recorded, found by a scan, and finished by a worker.
    #[schemars(extend("default" = "none"))]
    pub compensation: Option<Toggle<Compensation>>,
    /// Instead: both tables change together, or not at all.
    #[schemars(extend("default" = "none"))]
    pub transaction: Option<At<Toggle<Transaction>>>,
}

/// How the merchant's internal drops are mended.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct MerchantInternal {
    /// Updates that failed are recorded, found by a scan, and finished by a worker.
    #[schemars(extend("default" = "none"))]
    pub compensation: Option<Toggle<Compensation>>,
}

/// The internal dropped-order table, its scan and its worker.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Compensation {
    /// Time between two scans, or `none`: what was not recorded stays unseen.
    #[schemars(extend("default" = "60s"))]
    pub scan: Option<At<Maybe<Time>>>,
    /// A scan looks at what has changed within so long before it.
    #[schemars(extend("default" = "1d"))]
    pub window: Option<At<Time>>,
    /// How far the replica that is scanned is behind.
    #[schemars(extend("default" = "0"))]
    pub replica_lag: Option<At<Time>>,
    /// Time between two runs of the worker.
    #[schemars(extend("default" = "10s"))]
    pub worker: Option<At<Time>>,
    /// At most so many rows a run (couples orders).
    #[schemars(extend("default" = "none"))]
    pub batch: Option<At<Maybe<u32>>>,
    /// The worker holds a row for so long; then another may take it.
    #[schemars(extend("default" = "1m"))]
    pub lease: Option<At<Time>>,
    /// How long finishing an update takes it.
    #[schemars(extend("default" = "0"))]
    pub call: Option<At<Time>>,
    /// A row that was taken so often without success is a dead letter: a case for a person.
    #[schemars(extend("default" = 20))]
    pub attempts: Option<At<u16>>,
}

/// A distributed transaction over the channel-order and the payment-order table.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Transaction {
    /// By which protocol.
    pub kind: Option<TransactionKind>,
    /// So long after a step that failed, or was not answered, it is done again.
    #[schemars(extend("default" = "10s"))]
    pub retry: Option<At<Time>>,
    /// The outbox's relay runs this often.
    #[schemars(extend("default" = "1s"))]
    pub relay: Option<At<Time>>,
    /// A saga tries its second step so often before it undoes the first.
    #[schemars(extend("default" = 5))]
    pub attempts: Option<At<u16>>,
    /// A prepared row waits so long for its coordinator where the rule `in_doubt_waits` is off.
    #[schemars(extend("default" = "50s"))]
    pub lock_timeout: Option<Time>,
}

/// A protocol.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum TransactionKind {
    /// Prepare both rows under locks, log the decision, commit both.
    TwoPhaseCommit,
    /// Try (reserve), then confirm or cancel.
    Tcc,
    /// One step after the other; what cannot be finished is undone.
    Saga,
    /// The update stands in an outbox table, and a relay delivers it at least once.
    Outbox,
}

impl Transaction {
    /// The keys that are given, but for its kind.
    pub fn given(&self) -> Vec<&'static str> {
        let keys = [
            ("retry", self.retry.is_some()),
            ("relay", self.relay.is_some()),
            ("attempts", self.attempts.is_some()),
            ("lock_timeout", self.lock_timeout.is_some()),
        ];
        keys.into_iter().filter(|(_, given)| *given).map(|(key, _)| key).collect()
    }
}

/// How the bank decides.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Bank {
    /// The probability that it approves a payment, during the storm. Faults that strike its decision take their shares of it.
    #[schemars(extend("default" = 1))]
    pub approve: Option<Odds>,
    /// How long it takes: the same as `processing` of the hop platform-bank.
    #[schemars(extend("default" = {"lognormal": {"median": "200ms", "p99": "2s"}}))]
    pub processing: Option<At<Spread<Time>>>,
    /// What it can take: requests, queries and closes wait in one line (couples orders).
    #[schemars(extend("default" = "none"))]
    pub capacity: Option<Toggle<Capacity>>,
}

/// What the bank can take.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Capacity {
    /// So many a second.
    #[schemars(extend("default" = "100/s"))]
    pub rate: Option<PerSecond>,
    /// So many may wait; what comes beyond them is turned away.
    #[schemars(extend("default" = 1000))]
    pub queue: Option<u32>,
}

/// What the merchant does.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Merchant {
    /// What it gives back of paid orders.
    #[schemars(extend("default" = []))]
    pub returns: Vec<Return>,
    /// How its internal drops are mended.
    pub internal: MerchantInternal,
}

/// The merchant gives back part of a paid order.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Return {
    /// With this probability.
    #[schemars(extend("default" = 1))]
    pub probability: Option<Odds>,
    /// So long after it was paid.
    #[schemars(extend("default" = "1h"))]
    pub after: Option<Time>,
    /// This share of its amount.
    #[schemars(extend("default" = 1))]
    pub share: Option<Share>,
}

/// Business days.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Calendar {
    /// What d0 is.
    #[schemars(extend("default" = "monday"))]
    pub first_day: Option<WeekdayName>,
    /// Days that are no business days, by number.
    #[schemars(extend("default" = []))]
    pub holidays: Vec<Day>,
}

/// What decides the verdict.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Expect {
    /// Nothing is violated.
    Consistent,
    /// Nothing is violated; but an order to which the downstream broke its word, whatever that comes to, need only be
    /// consistent in the end or before a person.
    NotSilent,
    /// Exactly these invariants are violated.
    Violates(#[schemars(with = "OneOrMany<String>")] Vec<At<String>>),
}
