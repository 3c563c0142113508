//! Everything that is known about one order, at all three parties: the durable tables' rows, apart from what is only in
//! flight or in memory. Owned by the run, changed only by a [`Step`](crate::payments::step::Step).
//!
//! Both hops have the same two tables: the upstream's *attempts* (merchant orders on the outer hop, channel orders on the
//! inner one) and the downstream's *records* (payment orders; the bank's records), joined by number.

use crate::kernel::{Address, Micros, Pending};
use crate::payments::cases::Cases;
use crate::payments::event::Event;
use crate::payments::fact::{Number, Phase, Purpose, State, Tells};
use crate::payments::grounds::{Cause, Evidence};
use crate::payments::model::Purchase;
use crate::payments::money::Money;
use crate::payments::numbered::Numbered;
use crate::payments::party::Hop;
use crate::payments::pause::Paused;
use crate::payments::site::{OWN_SITES, Site};

/// The most numbers that one order can use on a hop.
pub const MOST_NUMBERS: usize = 64;

/// A row of the upstream's table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Attempt {
    /// What it is for.
    pub purpose: Purpose,
    /// Where it stands.
    pub state: State,
    /// What the last move to a definite state rests on.
    pub evidence: Option<Evidence>,
    /// On the inner hop: the payment order that it is for.
    pub parent: Number,
    /// For a refund: the number of what it gives back.
    pub of: Number,
    /// How much: as asked for, and once it has succeeded, as was paid.
    pub amount: Money,
    /// When it was created.
    pub created: Micros,
    /// When it came to its present standing, as far as files go: created, or learned to have succeeded.
    pub since: Micros,
    /// The downstream refuses it from then on.
    pub valid_until: Micros,
    /// Somebody waits for the synchronous answer (volatile: a connection).
    pub waiting: bool,
    /// It stands in the dropped-order table.
    pub tabled: bool,
    /// Queries sent by the polling job.
    pub queries: u16,
    /// Those of them that were sent for earlier tries under its number, which are over.
    pub asked_before: u16,
    /// Queries answered without anything definite.
    pub unknowns: u16,
    /// Requests sent under its number.
    pub sent: u16,
    /// Calls that they belong to.
    pub calls: u8,
    /// A cancel is on its way: only its answer says what became of the money.
    pub cancelling: bool,
    /// The downstream has said that it gave the money back.
    pub cancelled: bool,
    /// How often its close, or its refund, was sent again.
    pub resent: u16,
    /// A close is on its way, and sent again until answered.
    pub closing: bool,
    /// The customer waits for it to be closed, to pay again.
    pub again: bool,
    /// The row was overwritten: the upstream does not know this number any more.
    pub overwritten: bool,
    /// Why the last query was sent.
    pub asked_by: Option<Cause>,
    /// The settlement file has it.
    pub reconciled: bool,
    /// Files that should have had it and did not.
    pub files_missed: u16,
    /// The last business date whose file should have had it, plus one.
    pub last_missed: u16,
    /// A query has refuted the settlement file's record of it.
    pub row_refuted: bool,
    /// A settlement file showed it while it did not count as succeeded here.
    pub row_seen: bool,
    /// Why it was put before a person.
    pub cases: Cases,
    /// Its row is not written yet (volatile: only the caller's memory has it).
    pub unsaved: bool,
    /// The connection on which its answer would have come is gone.
    pub connection_lost: bool,
    /// The same of its close.
    pub close_lost: bool,
    /// The evidence of a success that was told while its update failed.
    pub heard: Option<Evidence>,
    /// When its last request was sent.
    pub asked: Micros,
    /// How often its caller has asked again by itself.
    pub retries: u16,
    /// When its outcome was learned.
    pub learned: Micros,
    /// It stands in the internal dropped-order table.
    pub owed: bool,
    /// A worker holds that row until then.
    pub leased_until: Micros,
    /// The worker that has it may act with this fencing token only.
    pub token: u16,
    /// How far its distributed transaction is.
    pub phase: Phase,
    /// The branch of that transaction: a cancelled one is followed by another.
    pub branch: u8,
    /// Its transaction has reserved its amount, as the payment-order side knows.
    pub frozen: bool,
    /// Branches of its transaction below this one are over, as the payment-order side's fence record has it.
    pub fence: u8,
    /// How often the present step of it was tried.
    pub tries: u16,
    /// What told the outcome that its transaction is about.
    pub told_by: Option<Cause>,
}

impl Attempt {
    /// Not definite yet?
    #[inline]
    pub fn is_open(&self) -> bool {
        matches!(self.state, State::Pending | State::Unknown)
    }
}

/// A row of the downstream's table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Record {
    /// What it is for.
    pub purpose: Purpose,
    /// Where it stands.
    pub state: State,
    /// How much: as asked for, and once it has moved, as was moved.
    pub amount: Money,
    /// For a refund: the number of what it gives back.
    pub of: Number,
    /// The caller still holds the connection (volatile).
    pub caller_waits: bool,
    /// When the last request came.
    pub asked: Micros,
    /// The last call seen, plus one.
    pub calls: u8,
    /// The call with which the present try under this number began.
    pub tried_by: u8,
    /// Money really moved under this number: at the bank, how often it was debited or refunded.
    pub charges: u16,
    /// How the downstream treats it, against the calm.
    pub quirk: Quirk,
    /// Queries do not see it before.
    pub hidden_until: Micros,
    /// When it was decided.
    pub decided: Micros,
    /// When what had succeeded was undone.
    pub undone: Micros,
    /// The business date, by the publisher's clock, plus one; 0: not settled.
    pub date: u16,
    /// It has been listed in a settlement file.
    pub listed: bool,
    /// Notifications sent of the present outcome.
    pub notified: u16,
    /// The present outcome was acknowledged.
    pub acknowledged: bool,
    /// The upstream asked to close it, and its own attempts are being closed first.
    pub closing: bool,
    /// What the bank has decided and not carried out yet.
    pub decision: Tells,
    /// How often its outcome could not be written.
    pub postponed: u8,
    /// When its first request came.
    pub first_asked: Micros,
    /// The number of the channel order whose success it has adopted.
    pub adopted: Option<Number>,
    /// The transaction of this attempt has locked it.
    pub locked_by: Option<Number>,
}

/// How the downstream treats a record, against the calm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Quirk {
    /// As it should.
    #[default]
    None,
    /// It is debited and never listed.
    NeverSettles,
    /// It is settled and never listed.
    NeverListed,
    /// It is debited, never told as a success, and given back after the file.
    ReturnsUnsettled,
    /// It is debited although it was answered as failed.
    DebitsAfterFailure,
    /// It is debited although it was closed.
    IgnoresClose,
    /// Half of it is debited.
    Underpaid,
}

/// The two tables of a hop.
#[derive(Debug, Default, PartialEq, Eq, Hash)]
pub struct Tables {
    /// The upstream's.
    pub attempts: Numbered<Attempt>,
    /// The downstream's; the same numbers, `State::None` where the downstream has none.
    pub records: Numbered<Record>,
    /// The last business date whose file was read for this order, plus one.
    pub files_read: u16,
}

impl Clone for Tables {
    fn clone(&self) -> Self {
        let Tables { attempts, records, files_read } = self;
        Tables { attempts: attempts.clone(), records: records.clone(), files_read: *files_read }
    }

    fn clone_from(&mut self, other: &Self) {
        let Tables { attempts, records, files_read } = other;
        self.attempts.clone_from(attempts);
        self.records.clone_from(records);
        self.files_read = *files_read;
    }
}

/// One order at all parties.
#[derive(Debug, PartialEq, Eq, Hash)]
pub struct Order {
    /// Its number, from 0.
    pub id: u32,
    /// What the customer buys.
    pub amount: Money,
    /// When.
    pub created: Micros,
    /// Both hops' tables.
    pub hops: [Tables; 2],
    /// How often the goods went out.
    pub fulfilled: u16,
    /// For which merchant orders, a bit per number.
    pub delivered: u64,
    /// How often the customer paid again.
    pub paid_again: u16,
    /// What the platform has booked as owed to the merchant more than once.
    pub owed_twice: Money,
    /// Requests, closes and decisions in flight that could still change a book.
    pub live: u32,
    /// Something that the agreement of the books depends on has changed in this step.
    pub touched: bool,
    /// All books agreed after the last step.
    pub agreed: bool,
    /// What is still to come.
    pub pending: Pending<Event>,
    /// What waits for a locked row.
    pub blocked: Vec<Event>,
    /// What processes were doing for it when they stood still.
    pub paused: Vec<Paused>,
    /// How often each site was visited.
    pub visits: [u16; OWN_SITES],
}

impl Clone for Order {
    fn clone(&self) -> Self {
        let mut copy = Order::new(self.id, Purchase { at: self.created, amount: self.amount });
        copy.clone_from(self);
        copy
    }

    /// Keeps the memory that it has: whoever explores copies millions.
    fn clone_from(&mut self, other: &Self) {
        let Order { id, amount, created, hops, fulfilled, delivered, paid_again, owed_twice, live, touched, .. } = other;
        let Order { agreed, pending, blocked, paused, visits, .. } = other;
        for (mine, tables) in self.hops.iter_mut().zip(hops) {
            mine.clone_from(tables);
        }
        self.pending.clone_from(pending);
        self.blocked.clone_from(blocked);
        self.paused.clone_from(paused);
        (self.id, self.amount, self.created, self.visits) = (*id, *amount, *created, *visits);
        (self.fulfilled, self.delivered, self.paid_again, self.owed_twice) =
            (*fulfilled, *delivered, *paid_again, *owed_twice);
        (self.live, self.touched, self.agreed) = (*live, *touched, *agreed);
    }
}

impl Order {
    /// A purchase that has not begun.
    pub fn new(id: u32, purchase: Purchase) -> Self {
        let mut order = Order {
            id,
            amount: 0,
            created: 0,
            hops: Default::default(),
            fulfilled: 0,
            delivered: 0,
            paid_again: 0,
            owed_twice: 0,
            live: 0,
            touched: false,
            agreed: false,
            pending: Pending::new(Event::PAY),
            blocked: Vec::new(),
            paused: Vec::new(),
            visits: [0; OWN_SITES],
        };
        order.begin(id, purchase);
        order
    }

    /// Makes this order a new one, keeping its memory.
    #[inline]
    pub fn begin(&mut self, id: u32, purchase: Purchase) {
        self.id = id;
        self.amount = purchase.amount;
        self.created = purchase.at;
        for tables in &mut self.hops {
            tables.attempts.clear();
            tables.records.clear();
            tables.files_read = 0;
        }
        self.fulfilled = 0;
        self.delivered = 0;
        self.paid_again = 0;
        self.owed_twice = 0;
        self.live = 0;
        self.touched = false;
        self.agreed = false;
        self.pending.clear();
        self.blocked.clear();
        self.paused.clear();
        self.visits = [0; OWN_SITES];
        self.pending.schedule(purchase.at, Event::PAY);
    }

    /// The upstream's table of a hop.
    #[inline]
    pub fn attempts(&self, hop: Hop) -> &Numbered<Attempt> {
        &self.hops[hop as usize].attempts
    }

    /// The downstream's table of a hop.
    #[inline]
    pub fn records(&self, hop: Hop) -> &Numbered<Record> {
        &self.hops[hop as usize].records
    }

    /// An attempt.
    #[inline]
    pub fn attempt(&mut self, hop: Hop, number: Number) -> &mut Attempt {
        self.hops[hop as usize].attempts.get_mut(number)
    }

    /// A record.
    #[inline]
    pub fn record(&mut self, hop: Hop, number: Number) -> &mut Record {
        self.hops[hop as usize].records.get_mut(number)
    }

    /// The address of the next visit to `site`, one of its own, which is counted.
    #[inline]
    pub fn visit(&mut self, site: Site) -> Address {
        let index = site.index();
        let visits = &mut self.visits[usize::from(index)];
        let address = Address { stream: self.id, site: index, occurrence: *visits };
        *visits = visits.saturating_add(1);
        address
    }

    /// Something that could change a book is in flight.
    #[inline]
    pub fn launch(&mut self) {
        self.live += 1;
        self.touched = true;
    }

    /// It has arrived.
    #[inline]
    pub fn land(&mut self) {
        self.live -= 1;
        self.touched = true;
    }

    /// A number whose row could not be written is not used, unless somebody else has begun to use it meanwhile. If it is the last
    /// one, it is issued again.
    pub fn withdraw(&mut self, hop: Hop, number: Number) {
        let tables = &mut self.hops[hop as usize];
        let attempt = tables.attempts.get_mut(number);
        let unused = attempt.state == State::None && attempt.calls == 0;
        attempt.overwritten |= unused;
        if unused && usize::from(number) + 1 == tables.attempts.len() {
            tables.attempts.pop();
            tables.records.pop();
        }
        self.touched = true;
    }

    /// Adds an attempt (and the place for its record), if there is a number left.
    #[inline]
    pub fn issue(&mut self, hop: Hop, attempt: Attempt) -> Option<Number> {
        let tables = &mut self.hops[hop as usize];
        let number = tables.attempts.len();
        if number == MOST_NUMBERS {
            return None;
        }
        tables.attempts.push(attempt);
        tables.records.push(Record {
            purpose: attempt.purpose,
            amount: attempt.amount,
            of: attempt.of,
            ..Record::default()
        });
        Some(number as Number)
    }
}
