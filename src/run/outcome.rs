//! What a run comes to: plain data for reports. Made by `run`, read by `campaign`, `report` and `cli`.

use crate::kernel::{Address, Micros};
use crate::payments::fact::Fact;
use crate::payments::grounds::Cause;
use crate::payments::money::{Currency, Money};
use crate::payments::party::{Hop, Party};
use std::collections::BTreeMap;

/// The result of one run of one scenario.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The scenario's name.
    pub scenario: String,
    /// What it shows.
    pub about: String,
    /// The seed; `None` where all that is not scripted was calm.
    pub seed: Option<u64>,
    /// Did the run show what the scenario expects?
    pub verdict: Verdict,
    /// Fingerprint of all facts.
    pub digest: u64,
    /// The currency of all amounts.
    pub currency: Currency,
    /// Counts over all orders.
    pub totals: Totals,
    /// Why orders had to run in one world, if they had to.
    pub coupled: Option<&'static str>,
    /// What was violated, in order of (order, time); at most [`Outcome::KEPT`] are kept.
    pub violations: Vec<Violation>,
    /// How often each invariant was violated, in the registry's order.
    pub violated: Vec<(&'static str, u64)>,
    /// Those of them that the scenario does not expect.
    pub unexpected: Vec<&'static str>,
    /// The scenario's goals.
    pub goals: Vec<Goal>,
    /// Stories: of the only order, or of the worst few.
    pub stories: Vec<Story>,
    /// Clocks that are wrong, and by how many microseconds.
    pub skewed: Vec<(Party, i64)>,
    /// Scripted sizes: where, and how much.
    pub taken: Vec<(Address, Micros)>,
    /// Scripted addresses that were never reached.
    pub unreached: Vec<String>,
    /// Addresses to be spared at which nothing would have happened.
    pub spared_in_vain: Vec<String>,
    /// Suspicious settings.
    pub warnings: Vec<String>,
}

impl Outcome {
    /// Violations kept with their details; all are counted.
    pub const KEPT: usize = 1000;
}

/// Pass or fail, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// What was expected.
    Pass,
    /// Each sentence one reason.
    Fail(Vec<String>),
}

/// Counts over the orders of a run. Adding two is independent of their order.
#[derive(Clone, Debug, Default)]
pub struct Totals {
    /// Orders.
    pub orders: u64,
    /// Merchant orders that are paid in the end.
    pub paid: u64,
    /// Events processed.
    pub events: u64,
    /// External drops by hop: the upstream stopped waiting.
    pub dropped_external: [u64; 2],
    /// Internal drops by hop: the answer was there, the update was not.
    pub dropped_internal: [u64; 2],
    /// Dropped orders by the hop and mechanism that recovered them.
    pub recovered_by: BTreeMap<(Hop, Cause), u64>,
    /// Of these, those that were consistent in the end and needed neither a settlement file nor a person for it.
    pub before_reconciliation: u64,
    /// Dropped orders that nothing recovered.
    pub unrecovered: u64,
    /// Orders whose books do not agree at the deadline, dropped or not.
    pub inconsistent: u64,
    /// Dropped orders that nothing recovered and that are before a person.
    pub manual: u64,
    /// Orders put before a person, dropped or not.
    pub manual_cases: u64,
    /// From the bank's debit to the last entry into consistency, over dropped orders, in microseconds.
    pub time_to_consistency: Times,
    /// The same over all debited orders.
    pub time_to_consistency_all: Times,
    /// What recovery costs.
    pub cost: Cost,
    /// Money debited but not yet agreed upon, times how long, in minor units times microseconds.
    pub at_risk: u128,
    /// Who has lost how much in the end.
    pub loss: Loss,
}

/// Times: exactly while they are few, to three digits when they are many; the longest always exactly. What is recorded
/// later does not change what was recorded before, so their order does not matter.
#[derive(Clone, Debug, Default)]
pub struct Times {
    few: Vec<Micros>,
    /// By [`Times::place`], once there are many.
    many: Vec<u64>,
    count: u64,
    longest: Micros,
    never: u64,
}

impl Times {
    /// So many are kept exactly: a small run needs no histogram, which is larger than all else of it.
    const FEW: u64 = 1000;

    /// Adds a time; `None`: it has no end.
    #[inline]
    pub fn add(&mut self, time: Option<Micros>) {
        match time {
            Some(time) => self.record(time),
            None => self.never += 1,
        }
    }

    /// Adds a time that has an end.
    #[inline]
    pub fn record(&mut self, time: Micros) {
        self.longest = self.longest.max(time);
        self.count += 1;
        if self.count <= Self::FEW {
            self.few.push(time);
        } else {
            self.record_among_many(time);
        }
    }

    /// Three digits: the place of all times whose first eleven bits are the same. Below 2048 each has its own.
    #[inline]
    pub fn place(time: Micros) -> usize {
        let further_bits = (time | 2047).ilog2() - 10;
        (further_bits << 10) as usize + (time >> further_bits) as usize
    }

    /// The shortest time in a place.
    pub fn shortest(place: usize) -> Micros {
        let further_bits = (place >> 10).saturating_sub(1);
        (place as Micros - ((further_bits as Micros) << 10)) << further_bits
    }

    #[inline]
    fn record_among_many(&mut self, time: Micros) {
        match self.many.get_mut(Self::place(time)) {
            Some(times) => *times += 1,
            None => self.make_place(time),
        }
    }

    /// The table of many must grow; the first of them were few.
    #[cold]
    fn make_place(&mut self, time: Micros) {
        for time in std::mem::take(&mut self.few).into_iter().chain([time]) {
            let place = Self::place(time);
            self.many.resize(self.many.len().max(place + 1), 0);
            self.many[place] += 1;
        }
    }

    /// How many have an end.
    pub fn len(&self) -> u64 {
        self.count
    }

    /// None has an end?
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many have no end.
    pub fn never(&self) -> u64 {
        self.never
    }

    /// The time that a share of `quantile` does not exceed, of all. `None`: there is none, or it has no end.
    pub fn value_at_quantile(&self, quantile: f64) -> Option<Micros> {
        let rank = ((quantile * (self.count + self.never) as f64).ceil() as u64).max(1);
        if rank > self.count {
            return None;
        }
        if !self.many.is_empty() {
            let mut before = 0;
            let place = self.many.iter().position(|times| {
                before += times;
                before >= rank
            });
            return place.map(|place| (Self::shortest(place + 1) - 1).min(self.longest));
        }
        let mut sorted = self.few.clone();
        sorted.sort_unstable();
        sorted.get(rank as usize - 1).copied()
    }

    /// The longest that has an end.
    pub fn max(&self) -> Micros {
        self.longest
    }
}

/// What recovery costs, in messages and rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    /// Queries sent.
    pub queries: u64,
    /// Notifications sent.
    pub notifications: u64,
    /// Closes sent.
    pub closes: u64,
    /// Settlement file records matched.
    pub file_rows: u64,
    /// Rows found by scans.
    pub scan_rows: u64,
    /// Refunds asked for.
    pub refunds: u64,
    /// Calls and answers between the platform's two sides.
    pub internal_messages: u64,
    /// Entries in a transaction coordinator's log.
    pub log_writes: u64,
    /// How long payment orders lagged behind channel orders that had succeeded, over all orders, in microseconds.
    pub behind_us: u64,
    /// How long payment orders were locked, over all orders, in microseconds.
    pub lock_us: u64,
    /// Orders in which work had to wait for a lock.
    pub blocked_orders: u64,
}

impl Cost {
    /// Adds what something else costs.
    #[inline]
    pub fn add(&mut self, other: &Cost) {
        self.queries += other.queries;
        self.notifications += other.notifications;
        self.closes += other.closes;
        self.file_rows += other.file_rows;
        self.scan_rows += other.scan_rows;
        self.refunds += other.refunds;
        self.internal_messages += other.internal_messages;
        self.log_writes += other.log_writes;
        self.behind_us += other.behind_us;
        self.lock_us += other.lock_us;
        self.blocked_orders += other.blocked_orders;
    }
}

/// Who has lost how much, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Loss {
    /// Debited without goods.
    pub customer: Money,
    /// Goods without money.
    pub merchant: Money,
    /// Paid out, or owed, without having been paid.
    pub platform: Money,
}

/// A strategy that did not keep an invariant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// The invariant's id.
    pub invariant: &'static str,
    /// The order, from 0.
    pub order: u32,
    /// When it was first seen.
    pub at: Micros,
    /// What was seen.
    pub detail: String,
    /// Was a case of the order before a person in the end?
    pub told: bool,
    /// Does it not count? The downstream broke its word to the order, and the scenario expects no more than that this is not
    /// passed over in silence.
    pub excused: bool,
    /// Who bears the loss, and how much.
    pub bearer: Option<(Bearer, Money)>,
    /// The safety rule that, switched on, would have prevented it; found by trying.
    pub prevented_by: Option<String>,
}

/// Who bears a loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bearer {
    /// The customer.
    Customer,
    /// A party.
    Party(Party),
}

/// A goal of the scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    /// Its name.
    pub name: String,
    /// Was it reached?
    pub reached: bool,
}

/// All that happened to one order.
#[derive(Clone, Debug)]
pub struct Story {
    /// The order, from 0.
    pub order: u32,
    /// Its amount.
    pub amount: Money,
    /// Its facts, in order.
    pub facts: Vec<Fact>,
    /// Why it is told: `the only order`, `longest to agree`, `violates money.charged_once`.
    pub because: String,
}
