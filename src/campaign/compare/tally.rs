//! Orders, one after the other, into a record: what is counted of each.
//!
//! Called for every scenario of a comparison. What an order comes to is said by `run::measure` and by its books; here it is
//! only added up. It must not know strategies.

use super::bits::Bits;
use super::cell::Cost;
use super::record::{Age, BITS, Bit, GROUPS, Record, SUMS, Seen, Sum, group};
use crate::invariants;
use crate::kernel::{DAY, MINUTE, Micros, SECOND, Sink};
use crate::payments::fact::{Fact, What};
use crate::payments::message::Message;
use crate::payments::party::Hop;
use crate::run::outcome::{Times, Totals};
use crate::run::{self, Ended};
use crate::scenario::Scenario;
use crate::scenario::comparison::{Penalty, Prices};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// How orders are counted: the same for all scenarios of a comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// The seeds.
    pub seeds: Range<u64>,
    /// Orders under each seed.
    pub orders: u32,
    /// An order is late that is not consistent within so long after its debit.
    pub within: Micros,
    /// What an order costs that is not consistent in time.
    pub penalty: Option<Penalty>,
    /// What messages, rows and cases cost.
    pub prices: Option<Prices>,
}

impl Rules {
    /// All orders.
    pub fn all_orders(&self) -> usize {
        (self.seeds.end - self.seeds.start) as usize * self.orders as usize
    }
}

/// What orders are looked at for, and why: then come the invariants.
pub const KINDS: [(&str, &str); 7] = [
    ("max", "the longest to agree"),
    ("inconsistent", "its books do not agree at the deadline"),
    ("wrong", "its books do not agree and nobody looks at it"),
    ("charged_twice", "charged more than once"),
    ("manual", "put before a person"),
    ("loss", "the largest loss"),
    ("late", "not consistent in time"),
];

/// A minute's difference is kept for so many days.
const DAYS: u64 = 40;

/// Runs a scenario under all seeds.
pub fn tally(scenario: &Scenario, rules: &Rules, in_a_row: bool) -> Record {
    let mut tally = Tally::new(rules, in_a_row);
    let mut listener = Listener::default();
    for (number, seed) in (0..).zip(rules.seeds.clone()) {
        (tally.seed, tally.first) = (seed, number * rules.orders as usize);
        listener.begin(rules.orders as usize);
        let (digest, totals) = run::each(scenario, seed, &mut listener, &mut |ended| tally.end(ended));
        tally.add(seed, digest, &totals, &mut listener);
    }
    tally.finish()
}

/// Listens for what no measure has: when goods went out, and when something came to the bank.
#[derive(Default)]
struct Listener {
    /// By order: when the customer first paid, and when the goods first went out; 0 for not.
    times: Vec<[Micros; 2]>,
    /// Calls to the bank by second.
    calls: Vec<u32>,
}

impl Listener {
    fn begin(&mut self, orders: usize) {
        self.times.clear();
        self.times.resize(orders, [0, 0]);
        self.calls.clear();
    }
}

impl Sink<Fact> for Listener {
    #[inline]
    fn record(&mut self, fact: &Fact) {
        match fact.what {
            What::Created { number: 0, .. } => self.times[fact.order as usize][0] = fact.at,
            What::Fulfilled { .. } => {
                let delivered = &mut self.times[fact.order as usize][1];
                *delivered = if *delivered == 0 { fact.at } else { *delivered };
            }
            What::Received {
                hop: Hop::PlatformBank,
                message: Message::Request | Message::Query | Message::Close | Message::Refund,
                ..
            } => {
                let second = (fact.at / SECOND).min(DAYS * DAY / SECOND) as usize;
                match self.calls.get_mut(second) {
                    Some(calls) => *calls += 1,
                    None => {
                        self.calls.resize(second + 1, 0);
                        self.calls[second] = 1;
                    }
                }
            }
            _ => {}
        }
    }
}

/// A record under way.
struct Tally<'a> {
    rules: &'a Rules,
    in_a_row: bool,
    seed: u64,
    /// The position of this seed's first order among all.
    first: usize,
    record: Record,
    /// By place.
    ages: Vec<[u64; 3]>,
    /// By minute.
    clock: Vec<i64>,
    violated: Vec<u64>,
    /// By kind, then by invariant.
    seen: Vec<Option<Seen>>,
}

impl<'a> Tally<'a> {
    fn new(rules: &'a Rules, in_a_row: bool) -> Self {
        let all = rules.all_orders();
        let record = Record {
            bits: std::array::from_fn::<_, BITS, _>(|_| Bits::new(all)),
            sums: vec![[0; SUMS]; GROUPS],
            ..Record::default()
        };
        Tally {
            rules,
            in_a_row,
            seed: 0,
            first: 0,
            record,
            ages: Vec::new(),
            clock: Vec::new(),
            violated: vec![0; invariants::ALL.len()],
            seen: vec![None; KINDS.len() + invariants::ALL.len()],
        }
    }

    /// An order's end.
    fn end(&mut self, ended: &Ended) {
        let (measure, books) = (ended.measure, ended.books);
        let at = self.first + ended.order as usize;
        let dropped = measure.dropped().is_some();
        let inconsistent = !books.agreed;
        let twice = books.debited > books.amount;
        let mut late = false;
        if let Some(debited) = measure.debited() {
            let time = measure.time_to_consistency();
            late = self.debited(at, ended, debited, time.filter(|_| books.agreed), dropped);
        }
        self.record.stranded += u64::from(inconsistent && measure.recovered().is_some());
        let yes = [
            (Bit::Dropped, dropped),
            (Bit::Inconsistent, inconsistent),
            (Bit::Wrong, inconsistent && !books.open && !books.manual),
            (Bit::Twice, twice),
            (Bit::Late, late),
            (Bit::Manual, books.manual),
        ];
        for (bit, _) in yes.into_iter().filter(|(_, yes)| *yes) {
            self.record.bits[bit as usize].set(at);
        }
        let loss = books.customer_loss() + books.merchant_loss() + books.platform_loss();
        self.sums(at, ended, loss);
        if inconsistent || twice || late || books.manual || loss > 0 || ended.violated != 0 {
            self.look_at(ended, [inconsistent, yes[2].1, twice, books.manual, loss > 0, late], loss);
        }
    }

    /// An order that was debited: how long it took, and how much money stood open meanwhile. Was it late?
    fn debited(&mut self, at: usize, ended: &Ended, debited: Micros, time: Option<Micros>, dropped: bool) -> bool {
        let amount = ended.books.amount.unsigned_abs();
        let open = time.unwrap_or(ended.deadline.saturating_sub(debited));
        self.record.debited += 1;
        self.add_to(at, Sum::Open, open);
        match time {
            Some(time) => {
                let place = Times::place(time);
                if place >= self.ages.len() {
                    self.ages.resize(place + 1, [0; 3]);
                }
                let age = &mut self.ages[place];
                age[0] += 1;
                age[1] += u64::from(dropped);
                age[2] += amount;
                let longest = &mut self.record.longest;
                longest[0] = longest[0].max(time);
                if dropped {
                    longest[1] = longest[1].max(time);
                    self.see(0, ended, time);
                }
            }
            None => {
                let never = &mut self.record.never;
                never.all += 1;
                never.dropped += u64::from(dropped);
                never.amount += amount;
            }
        }
        let minute = |time: Micros| (time.min(DAYS * DAY) / MINUTE) as usize;
        let (from, to) = (minute(debited), minute(debited + open) + 1);
        if to > from + 1 {
            self.clock.resize(self.clock.len().max(to + 1), 0);
            self.clock[from] += amount as i64;
            self.clock[to] -= amount as i64;
        }
        if let Some(Penalty { after, per_day }) = self.rules.penalty
            && open > after
        {
            self.add_to(at, Sum::Penalty, (open - after).div_ceil(DAY) * per_day.unsigned_abs());
        }
        open > self.rules.within || time.is_none()
    }

    #[inline]
    fn add_to(&mut self, at: usize, sum: Sum, what: u64) {
        let group = group(at, self.rules.all_orders(), self.in_a_row);
        let total = &mut self.record.sums[group][sum as usize];
        *total = total.saturating_add(what);
    }

    fn sums(&mut self, at: usize, ended: &Ended, loss: i64) {
        let cost = ended.measure.cost(ended.deadline);
        let risk = ended.measure.at_risk(ended.deadline) / u128::from(SECOND);
        self.add_to(at, Sum::AtRisk, u64::try_from(risk).unwrap_or(u64::MAX));
        if loss > 0 {
            self.add_to(at, Sum::Loss, loss.unsigned_abs());
        }
        let messages = cost.queries + cost.notifications + cost.closes;
        let rows = cost.file_rows + cost.scan_rows;
        let all = [
            (Sum::Messages, messages),
            (Sum::Queries, cost.queries),
            (Sum::Notifications, cost.notifications),
            (Sum::Rows, rows),
            (Sum::Refunds, cost.refunds),
            (Sum::Lock, cost.lock_us),
        ];
        for (sum, what) in all.into_iter().filter(|(_, what)| *what > 0) {
            self.add_to(at, sum, what);
        }
        if let Some(prices) = self.rules.prices {
            let each = [
                (cost.queries, prices.query),
                (cost.notifications, prices.notification),
                (cost.closes, prices.close),
                (cost.file_rows, prices.file_row),
                (cost.scan_rows, prices.scan_row),
                (cost.refunds, prices.refund),
                (u64::from(ended.books.manual), prices.manual_case),
            ];
            self.add_to(at, Sum::Cost, each.iter().map(|(count, price)| count.saturating_mul(*price)).sum());
        }
    }

    #[cold]
    fn look_at(&mut self, ended: &Ended, yes: [bool; 6], loss: i64) {
        for (i, _) in yes.iter().enumerate().filter(|(_, yes)| **yes) {
            let is_loss = KINDS[i + 1].0 == "loss";
            let size = if is_loss { loss.unsigned_abs() } else { 0 };
            self.see(i + 1, ended, size);
        }
        for invariant in (0..invariants::ALL.len()).filter(|i| ended.violated >> i & 1 == 1) {
            self.violated[invariant] += 1;
            self.see(KINDS.len() + invariant, ended, 0);
        }
    }

    /// The largest is kept, of equals the first, in order of seed and number: coupled orders end in any order.
    fn see(&mut self, kind: usize, ended: &Ended, size: u64) {
        let new = self.example(kind, ended, size);
        let rank = |seen: &Seen| (std::cmp::Reverse(seen.size), seen.seed, seen.order);
        if self.seen[kind].is_none_or(|known| rank(&new) < rank(&known)) {
            self.seen[kind] = Some(new);
        }
    }

    fn example(&self, kind: usize, ended: &Ended, size: u64) -> Seen {
        Seen { kind: kind as u32, seed: self.seed, order: ended.order, amount: ended.books.amount, size }
    }

    /// The end of a seed.
    fn add(&mut self, seed: u64, digest: u64, totals: &Totals, listener: &mut Listener) {
        for (order, [created, delivered]) in listener.times.iter().enumerate().filter(|(_, [_, delivered])| *delivered > 0) {
            self.add_to(self.first + order, Sum::Wait, delivered - created);
            self.add_to(self.first + order, Sum::Paid, 1);
        }
        let record = &mut self.record;
        for (second, calls) in (0..).zip(&listener.calls) {
            record.cost.bank_calls += u64::from(*calls);
            if u64::from(*calls) > record.cost.bank_peak[0] {
                record.cost.bank_peak = [u64::from(*calls), second * SECOND];
            }
        }
        let mut both = crate::kernel::Digest::default();
        both.fold([seed, digest]);
        record.digest = record.digest.wrapping_add(both.value());
        record.orders += totals.orders;
        record.paid += totals.paid;
        record.events += totals.events;
        for hop in 0..2 {
            record.external[hop] += totals.dropped_external[hop];
            record.internal[hop] += totals.dropped_internal[hop];
        }
        for ((hop, cause), count) in &totals.recovered_by {
            let key = (*hop as usize, *cause as usize);
            match record.recovered.iter_mut().find(|(hop, cause, _)| (*hop, *cause) == key) {
                Some((_, _, known)) => *known += count,
                None => record.recovered.push((key.0, key.1, *count)),
            }
        }
        record.before_reconciliation += totals.before_reconciliation;
        record.unrecovered += totals.unrecovered;
        record.manual += totals.manual;
        add_cost(&mut record.cost, totals);
        let loss = [totals.loss.customer, totals.loss.merchant, totals.loss.platform];
        record.loss.iter_mut().zip(loss).for_each(|(known, new)| *known += new);
    }

    fn finish(self) -> Record {
        let mut record = self.record;
        record.recovered.sort_unstable();
        let age =
            |(place, [all, dropped, amount]): (u32, &[u64; 3])| Age { place, all: *all, dropped: *dropped, amount: *amount };
        record.ages = (0..).zip(&self.ages).filter(|(_, age)| age[0] > 0).map(age).collect();
        record.clock = (0..).zip(self.clock).filter(|(_, change)| *change != 0).collect();
        record.violated = self.violated.into_iter().enumerate().filter(|(_, count)| *count > 0).collect();
        record.seen = self.seen.into_iter().flatten().collect();
        record
    }
}

/// What a run costs, on top of what others cost. The bank's load is counted apart.
fn add_cost(known: &mut Cost, totals: &Totals) {
    let new = &totals.cost;
    known.queries += new.queries;
    known.notifications += new.notifications;
    known.closes += new.closes;
    known.file_rows += new.file_rows;
    known.scan_rows += new.scan_rows;
    known.refunds += new.refunds;
    known.internal_messages += new.internal_messages;
    known.log_writes += new.log_writes;
    known.lock_us += new.lock_us;
    known.blocked_orders += new.blocked_orders;
    known.manual_cases += totals.manual_cases;
}
