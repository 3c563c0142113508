//! What one scenario of a comparison comes to under all seeds: kept so compactly that hundreds fit in memory, and so
//! completely that two can be compared order by order.
//!
//! Filled by `tally`, written down by the command line, read by `evaluate`. It must not know other scenarios.

use super::bits::Bits;
use super::cell::Cost;
use serde::{Deserialize, Serialize};

/// What is asked of every order with a yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bit {
    /// Was it dropped?
    Dropped,
    /// Do its books not agree at the deadline?
    Inconsistent,
    /// Do they not agree, although nothing is open and no person looks at it?
    Wrong,
    /// Was the customer charged more than once, and not given it back?
    Twice,
    /// Debited, and not consistent in time?
    Late,
    /// Was it put before a person?
    Manual,
}

/// How many there are.
pub const BITS: usize = 6;

/// What is added up over orders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sum {
    /// From the debit to consistency, or to the deadline, in microseconds.
    Open,
    /// Minor units times seconds.
    AtRisk,
    /// Minor units.
    Penalty,
    /// Minor units lost by anybody.
    Loss,
    /// Queries, notifications and closes.
    Messages,
    /// Queries.
    Queries,
    /// Notifications.
    Notifications,
    /// Settlement file records, and rows found by scans.
    Rows,
    /// Refunds.
    Refunds,
    /// By the prices given, in millionths of the currency's unit.
    Cost,
    /// From the customer's paying to the goods, in microseconds, over orders that are paid.
    Wait,
    /// Orders that are paid.
    Paid,
    /// How long payment orders were locked, in microseconds.
    Lock,
}

/// How many there are.
pub const SUMS: usize = 13;

/// Groups that orders are put into: every so-manyth order belongs to the same one, or, where orders are not independent,
/// those that follow each other.
pub const GROUPS: usize = 256;

/// The group of order `at` out of `all`.
#[inline]
pub fn group(at: usize, all: usize, in_a_row: bool) -> usize {
    if in_a_row { at * GROUPS / all.max(1) } else { at % GROUPS }
}

/// Times to consistency of a few orders that took equally long. Written as four numbers: there are thousands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(u32, u64, u64, u64)", into = "(u32, u64, u64, u64)")]
pub struct Age {
    /// The place of the time, as [`Times`](crate::run::outcome::Times) has it.
    pub place: u32,
    /// Orders debited.
    pub all: u64,
    /// Of these, dropped.
    pub dropped: u64,
    /// Their amounts.
    pub amount: u64,
}

impl From<(u32, u64, u64, u64)> for Age {
    fn from((place, all, dropped, amount): (u32, u64, u64, u64)) -> Self {
        Age { place, all, dropped, amount }
    }
}

impl From<Age> for (u32, u64, u64, u64) {
    fn from(Age { place, all, dropped, amount }: Age) -> Self {
        (place, all, dropped, amount)
    }
}

/// An order worth looking at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// What it is an example of, by position in [`tally::KINDS`](super::tally).
    pub kind: u32,
    /// Its seed.
    pub seed: u64,
    /// The order, from 0.
    pub order: u32,
    /// Its amount.
    pub amount: i64,
    /// How long, or how much.
    pub size: u64,
}

/// What one scenario comes to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Orders.
    pub orders: u64,
    /// Of these, debited.
    pub debited: u64,
    /// Paid in the end.
    pub paid: u64,
    /// Events.
    pub events: u64,
    /// Fingerprint of all facts.
    pub digest: u64,
    /// External drops by hop.
    pub external: [u64; 2],
    /// Internal drops by hop.
    pub internal: [u64; 2],
    /// Recovered orders by hop and cause, both by position.
    pub recovered: Vec<(usize, usize, u64)>,
    /// Of these, those that needed neither a settlement file nor a person.
    pub before_reconciliation: u64,
    /// Dropped and not recovered.
    pub unrecovered: u64,
    /// Dropped and before a person.
    pub manual: u64,
    /// Recovered on the hop where the answer was lost, and inconsistent all the same.
    pub stranded: u64,
    /// By [`Bit`].
    pub bits: [Bits; BITS],
    /// By group and [`Sum`].
    pub sums: Vec<[u64; SUMS]>,
    /// Times to consistency, increasing.
    pub ages: Vec<Age>,
    /// Orders that never agree.
    pub never: Age,
    /// The longest time to consistency of all orders, and of dropped ones.
    pub longest: [u64; 2],
    /// How much money more, or less, is not agreed upon in this minute than in the one before.
    pub clock: Vec<(u32, i64)>,
    /// Losses of customer, merchant and platform.
    pub loss: [i64; 3],
    /// What recovery costs.
    pub cost: Cost,
    /// Orders that violate an invariant, by its position.
    pub violated: Vec<(usize, u64)>,
    /// Orders worth looking at.
    pub seen: Vec<Seen>,
}

impl Record {
    /// The orders of which it is so.
    pub fn bits(&self, bit: Bit) -> &Bits {
        &self.bits[bit as usize]
    }

    /// A sum over all orders.
    pub fn sum(&self, sum: Sum) -> u64 {
        self.sums.iter().map(|group| group[sum as usize]).sum()
    }

    /// A sum by group.
    pub fn by_group(&self, sum: Sum) -> Vec<f64> {
        self.sums.iter().map(|group| group[sum as usize] as f64).collect()
    }

    /// How many are so, by group.
    pub fn count_by_group(&self, bit: Bit, in_a_row: bool) -> Vec<f64> {
        let mut counts = vec![0.0; GROUPS];
        let bits = self.bits(bit);
        bits.positions().for_each(|at| counts[group(at, bits.len(), in_a_row)] += 1.0);
        counts
    }
}

/// How many orders each group has.
pub fn sizes(orders: usize, in_a_row: bool) -> Vec<f64> {
    let mut sizes = vec![0.0; GROUPS];
    (0..orders).for_each(|at| sizes[group(at, orders, in_a_row)] += 1.0);
    sizes
}
