//! The books of one order at the end, side by side, and who has lost what. Read by invariants and measures; made from
//! the durable tables, so it must not know what happened on the way.

use crate::kernel::Micros;
use crate::payments::cases::{Left, holds};
use crate::payments::fact::{Number, Purpose, State};
use crate::payments::model::Model;
use crate::payments::money::Money;
use crate::payments::order::{Attempt, Order, Record};
use crate::payments::party::Hop;
use crate::payments::recovery::settlement_file::published;
use crate::payments::weather::Weather;

/// One order's books. Amounts are in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Books {
    /// The order's amount.
    pub amount: Money,
    /// What the bank has taken from the customer, less what it gave back.
    pub debited: Money,
    /// What the platform owes the merchant for it, less refunds.
    pub owed: Money,
    /// What the platform has booked as owed to the merchant more than once.
    pub owed_twice: Money,
    /// What the bank has taken, the platform counts on, and no settlement file has brought, though all that list it are out.
    pub unsettled: Money,
    /// How often the goods went out.
    pub fulfilled: u16,
    /// Refunds of what was delivered that the merchant knows to have gone through.
    pub refunded: Money,
    /// All books agree.
    pub agreed: bool,
    /// Something is still open, unknown or in flight.
    pub open: bool,
    /// It is a case for a person.
    pub manual: bool,
    /// What of it is left to a person.
    pub left: Left,
    /// Whether each hop has a settlement file, and those that list this order are out.
    pub reconciles: [bool; 2],
}

impl Books {
    /// The books of `order` as they stand at `now`.
    pub fn of(order: &Order, model: &Model, weather: &Weather, now: Micros) -> Books {
        let mut books = Books {
            amount: order.amount,
            owed_twice: order.owed_twice,
            fulfilled: order.fulfilled,
            agreed: order.agreed,
            open: order.live > 0,
            reconciles: Hop::ALL.map(|hop| {
                let file = model.hops[hop as usize].reconciliation;
                file.is_some_and(|file| {
                    let is_out = |record: &Record| published(file, record.date - 1, weather, hop) <= now;
                    order.records(hop).iter().all(|record| record.date == 0 || is_out(record))
                })
            }),
            ..Books::default()
        };
        for hop in Hop::ALL {
            order.attempts(hop).iter().for_each(|attempt| {
                books.open |= attempt.is_open();
                books.manual |= attempt.case_is_open();
                let given_back = attempt.purpose == Purpose::Refund && attempt.state == State::Succeeded;
                if hop == Hop::MerchantPlatform && given_back && order.delivered & (1 << attempt.of) != 0 {
                    books.refunded += attempt.amount;
                }
            });
            let moved = order.records(hop).iter().map(|record| order.net_of_record(hop, record)).sum::<Money>();
            match hop {
                Hop::MerchantPlatform => books.owed = moved,
                Hop::PlatformBank => books.debited = moved,
            }
        }
        if books.reconciles[Hop::PlatformBank as usize] {
            books.unsettled = order.unsettled();
        }
        if books.manual {
            books.left = Left::of(order);
        }
        books
    }

    /// What the customer should have been charged in the end.
    pub fn due(&self) -> Money {
        if self.fulfilled > 0 { self.amount - self.refunded } else { 0 }
    }

    /// The customer's loss: charged more than due.
    pub fn customer_loss(&self) -> Money {
        (self.debited - self.due()).max(0)
    }

    /// The merchant's loss: goods out and nothing owed for them, or more given back than was paid.
    pub fn merchant_loss(&self) -> Money {
        let unpaid = Money::from(self.fulfilled) * self.amount - self.refunded - self.owed.max(0);
        unpaid.max(0) + (-self.owed).max(0)
    }

    /// The platform's loss: owes the merchant what the bank has not taken, or what it keeps.
    pub fn platform_loss(&self) -> Money {
        (self.owed - self.debited).max(0) + self.owed_twice + self.unsettled.max(0)
    }
}

impl Order {
    /// Do all books agree about this order, with nothing in flight that could change one?
    ///
    /// Each book is projected to a net amount per number: the channel order equals the bank's record, the payment order
    /// the sum of its channel orders, the merchant order the payment order; and no attempt is open.
    #[inline]
    pub fn books_agree(&self) -> bool {
        if self.live != 0 {
            return false;
        }
        for hop in Hop::ALL {
            for (attempt, record) in self.attempts(hop).iter().zip(self.records(hop).iter()) {
                let open = attempt.is_open() || record.state == State::Pending;
                if open || net(attempt.purpose, attempt.state, attempt.amount) != self.net_of_record(hop, record) {
                    return false;
                }
            }
        }
        self.records(Hop::MerchantPlatform).iter().enumerate().all(|(i, record)| self.sums_agree(i, record))
    }

    /// The same, but for numbers that are left to a person, by hop, a bit each.
    pub(crate) fn books_agree_but_for(&self, left: [u64; 2]) -> bool {
        let [outer, _] = left;
        let agrees = |hop: Hop, number: usize, attempt: &Attempt, record: &Record| {
            let open = attempt.is_open() || record.state == State::Pending;
            let same = net(attempt.purpose, attempt.state, attempt.amount) == self.net_of_record(hop, record);
            holds(left[hop as usize], number as Number) || (!open && same)
        };
        let both = |hop: Hop| self.attempts(hop).iter().zip(self.records(hop).iter()).enumerate();
        let hops = Hop::ALL.into_iter().all(|hop| both(hop).all(|(i, (attempt, record))| agrees(hop, i, attempt, record)));
        let mut parents = self.records(Hop::MerchantPlatform).iter().enumerate();
        hops && parents.all(|(i, record)| holds(outer, i as Number) || self.sums_agree(i, record))
    }

    /// What channel orders that have succeeded have really moved at the bank, and no settlement file has shown.
    fn unsettled(&self) -> Money {
        let rows = self.attempts(Hop::PlatformBank).iter().zip(self.records(Hop::PlatformBank).iter());
        let open = rows.filter(|(attempt, _)| attempt.state == State::Succeeded && !attempt.reconciled);
        open.map(|(_, record)| self.net_of_record(Hop::PlatformBank, record)).sum()
    }

    /// Do its channel orders come to what a payment order shows?
    #[inline]
    fn sums_agree(&self, number: usize, record: &Record) -> bool {
        let parts = self.attempts(Hop::PlatformBank).iter().filter(|attempt| usize::from(attempt.parent) == number);
        let sum: Money = parts.map(|attempt| net(attempt.purpose, attempt.state, attempt.amount)).sum();
        sum == net(record.purpose, record.state, record.amount)
    }

    /// What a record comes to: at the bank, what was really moved.
    #[inline]
    pub fn net_of_record(&self, hop: Hop, record: &Record) -> Money {
        match hop {
            Hop::MerchantPlatform => net(record.purpose, record.state, record.amount),
            Hop::PlatformBank => sign(record.purpose) * record.amount * Money::from(record.charges),
        }
    }
}

#[inline]
fn net(purpose: Purpose, state: State, amount: Money) -> Money {
    if state == State::Succeeded { sign(purpose) * amount } else { 0 }
}

#[inline]
fn sign(purpose: Purpose) -> Money {
    match purpose {
        Purpose::Payment => 1,
        Purpose::Refund => -1,
    }
}
