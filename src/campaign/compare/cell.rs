//! What is measured of one strategy under one profile: plain data, a part of [`Comparison`](super::Comparison).
//!
//! Made by `compare`; read by reports. It must not know other cells.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

plain! {
    /// One strategy under one profile.
    pub struct Cell {
        /// Its profile.
        pub profile: usize,
        /// Its strategy.
        pub strategy: usize,
        /// Orders, over all seeds.
        pub orders: u64,
        /// Orders that the bank has debited.
        pub debited: u64,
        /// Orders paid in the end.
        pub paid: u64,
        /// Events.
        pub events: u64,
        /// Fingerprint of all facts.
        pub digest: String,
        /// A value for each measure, in the order of `measures`; `None` where there is nothing to measure.
        pub values: Vec<Option<Estimate>>,
        /// Dropped orders.
        pub dropped: Dropped,
        /// From the debit to the last entry into consistency, over dropped orders.
        pub time: Times,
        /// The same over all debited orders.
        pub time_all: Times,
        /// Amounts of orders debited and not agreed upon, by the clock: `[at_us, minor_units]`, where it changes most, at most 1440 points.
        pub at_risk_by_clock: Vec<[u64; 2]>,
        /// Of the amounts of orders debited, what is not agreed upon so long after the debit: `[after_us, minor_units]`.
        pub at_risk_by_age: Vec<[u64; 2]>,
        /// Who has lost how much in the end.
        pub loss: Loss,
        /// What recovery costs.
        pub cost: Cost,
        /// Orders that violate an invariant, by invariant.
        pub violated: Vec<Counted>,
        /// An order to look at for each number that is worth it.
        pub examples: Vec<Example>,
    }

    /// A value and its interval; without one where none can be given (a maximum).
    pub struct Estimate {
        /// The value, in the unit of its measure.
        pub value: f64,
        /// The interval's lower end.
        pub low: Option<f64>,
        /// The interval's upper end.
        pub high: Option<f64>,
        /// Of a share: so many...
        pub count: Option<u64>,
        /// ...of so many.
        pub of: Option<u64>,
    }

    /// Dropped orders, and those in the same trouble that were not dropped.
    pub struct Dropped {
        /// Dropped orders by hop and cause.
        pub causes: Vec<DropCause>,
        /// By what they were recovered.
        pub recovered: Vec<Recovered>,
        /// Dropped and before a person.
        pub manual: u64,
        /// Dropped and not recovered: nobody has mended it on the hop where its answer was lost, and no person looks at it. All
        /// of these are inconsistent.
        pub unrecovered: u64,
        /// Recovered on the hop where its answer was lost, and inconsistent all the same: the news got no further.
        pub stranded: u64,
        /// Dropped under some strategy of this profile, not under this one, and consistent in the end.
        pub prevented: u64,
        /// Dropped under some strategy of this profile, not under this one, but not consistent: nobody stopped waiting.
        pub hung: u64,
    }

    /// Orders dropped on one hop in one way.
    pub struct DropCause {
        /// The hop.
        pub hop: String,
        /// `external` or `internal`.
        pub kind: String,
        /// How many.
        pub count: u64,
    }

    /// Orders recovered by one mechanism.
    pub struct Recovered {
        /// The hop where the answer was lost.
        pub hop: String,
        /// Such as `polling`.
        pub mechanism: String,
        /// How many.
        pub count: u64,
        /// The share of all dropped orders.
        pub share: Estimate,
    }

    /// Times to consistency.
    pub struct Times {
        /// Over how many orders, those that never agree included.
        pub orders: u64,
        /// Orders that do not agree at the deadline: no time is long enough for them.
        pub never: u64,
        /// p50, p90, p99, in that order; `None` where so many never agree.
        pub quantiles: Vec<Option<Estimate>>,
        /// The longest of those that agree.
        pub max_us: u64,
        /// The share consistent within so long: `[within_us, orders]`, increasing.
        pub curve: Vec<[u64; 2]>,
    }

    /// Losses in minor units.
    pub struct Loss {
        /// Debited without goods.
        pub customer: i64,
        /// Goods without money.
        pub merchant: i64,
        /// Paid out, or owed, without having been paid.
        pub platform: i64,
    }

    /// What recovery costs, in all.
    pub struct Cost {
        /// Queries sent.
        pub queries: u64,
        /// Notifications sent.
        pub notifications: u64,
        /// Closes sent.
        pub closes: u64,
        /// Settlement file records read.
        pub file_rows: u64,
        /// Rows found by scans.
        pub scan_rows: u64,
        /// Refunds asked for.
        pub refunds: u64,
        /// Calls and answers within the platform.
        pub internal_messages: u64,
        /// Entries in a coordinator's log.
        pub log_writes: u64,
        /// How long payment orders were locked.
        pub lock_us: u64,
        /// Orders in which work had to wait for a lock.
        pub blocked_orders: u64,
        /// The most calls that came to the bank within one second, and when: `[calls, at_us]`.
        pub bank_peak: [u64; 2],
        /// Calls to the bank in all.
        pub bank_calls: u64,
        /// Orders put before a person.
        pub manual_cases: u64,
    }

    /// Something counted.
    pub struct Counted {
        /// What.
        pub name: String,
        /// How many.
        pub count: u64,
    }

    /// An order behind a number.
    pub struct Example {
        /// The measure, or the invariant, that it is an example of.
        pub of: String,
        /// Its seed.
        pub seed: u64,
        /// The order, from 1.
        pub order: u64,
        /// Its amount.
        pub amount: i64,
        /// Why this one: `the longest to agree`, `charged twice`.
        pub why: String,
        /// The command that tells its story.
        pub command: String,
        /// Its story, line by line, 80 columns wide, where it was asked for.
        pub story: Vec<String>,
    }
}
