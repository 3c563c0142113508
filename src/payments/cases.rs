//! Cases: what is put before a person, why, and what that excuses in the end.
//!
//! Put by the upstream half, kept with the attempt that a case is about, read by books. A case excuses what its reason is
//! about, under its own number, and nothing else.

use crate::payments::fact::{Number, Phase};
use crate::payments::money::Money;
use crate::payments::order::{Attempt, Order};
use crate::payments::party::Hop;

/// Why a case was put before a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Reason {
    /// Succeeded here, in no file there.
    NeverSettled,
    /// The downstream said *failed* and then *succeeded*, or debited after an accepted close.
    WordBroken,
    /// Nothing definite could be found out in time.
    StillUnknown,
    /// The file lists as paid what is in no table here, or what the downstream calls failed when it is asked about it.
    ChannelOnly,
    /// A refund that is owed was refused.
    RefundFailed,
    /// A worker has tried to finish an update too often.
    DeadLetter,
    /// A transaction was begun again and again, and never finished.
    TransactionStuck,
    /// The file lists another amount than was taken for paid.
    OtherAmount,
}

/// What must be right in the end, and may be left to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Matter {
    /// What the customer was charged.
    Charge,
    /// That the books agree, and in time.
    Books,
    /// What settlement files and clearing accounts come to.
    Settlement,
    /// Rows that are left in tables.
    Rows,
}

impl Reason {
    /// All of them, in the order of their numbers.
    pub const ALL: [Reason; 8] = [
        Reason::NeverSettled,
        Reason::WordBroken,
        Reason::StillUnknown,
        Reason::ChannelOnly,
        Reason::RefundFailed,
        Reason::DeadLetter,
        Reason::TransactionStuck,
        Reason::OtherAmount,
    ];

    /// Is this what a case with this reason is about?
    ///
    /// | reason | charge | books | settlement | rows |
    /// | --- | --- | --- | --- | --- |
    /// | never settled | | x | x | |
    /// | word broken: all is right by then, and somebody shall know | | | | |
    /// | still unknown | x | x | x | x |
    /// | channel only | x | x | | |
    /// | refund failed | x | x | x | |
    /// | dead letter, transaction stuck | x | x | x | x |
    /// | other amount | x | x | x | |
    pub const fn is_about(self, matter: Matter) -> bool {
        match self {
            Reason::NeverSettled => matches!(matter, Matter::Books | Matter::Settlement),
            Reason::WordBroken => false,
            Reason::StillUnknown | Reason::DeadLetter | Reason::TransactionStuck => true,
            Reason::ChannelOnly => matches!(matter, Matter::Charge | Matter::Books),
            Reason::RefundFailed | Reason::OtherAmount => !matches!(matter, Matter::Rows),
        }
    }
}

/// The reasons for which an attempt was put before a person, a bit each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Cases(u8);

impl Cases {
    /// One more.
    pub(crate) fn add(&mut self, reason: Reason) {
        self.0 |= 1 << reason as u8;
    }

    /// All of it as one number.
    pub(crate) const fn code(self) -> u8 {
        self.0
    }

    /// Was it put before a person for this reason?
    pub fn has(self, reason: Reason) -> bool {
        self.0 >> reason as u8 & 1 == 1
    }
}

impl Attempt {
    /// Is it before a person for this reason, with nothing since that has settled the matter?
    pub fn is_before_a_person(&self, reason: Reason) -> bool {
        self.cases.has(reason)
            && match reason {
                Reason::StillUnknown => self.is_open(),
                Reason::NeverSettled => !self.reconciled,
                Reason::DeadLetter => self.owed,
                Reason::TransactionStuck => self.phase != Phase::Done,
                Reason::WordBroken | Reason::ChannelOnly | Reason::RefundFailed | Reason::OtherAmount => true,
            }
    }

    /// Is it before a person for any reason?
    #[inline]
    pub fn case_is_open(&self) -> bool {
        self.cases != Cases::default() && Reason::ALL.into_iter().any(|reason| self.is_before_a_person(reason))
    }

    fn is_left_to_a_person(&self, matter: Matter) -> bool {
        Reason::ALL.into_iter().any(|reason| reason.is_about(matter) && self.is_before_a_person(reason))
    }
}

/// What of an order is left to a person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Left {
    /// The books disagree only under numbers that are before a person.
    pub books: bool,
    /// So much may be charged, or given back, otherwise than is due.
    pub charge: Money,
    /// So much may stand in each account that must come to nothing.
    pub settlement: Money,
    /// Numbers whose rows may be left in tables, by hop, a bit each.
    pub rows: [u64; 2],
}

impl Left {
    /// What of `order` is left to a person.
    #[cold]
    pub(crate) fn of(order: &Order) -> Left {
        let in_question = |matter: Matter| {
            let on = |hop: Hop| {
                let cases = order.attempts(hop).iter().filter(|attempt| attempt.is_left_to_a_person(matter));
                cases.map(|attempt| attempt.amount).sum::<Money>()
            };
            on(Hop::MerchantPlatform).max(on(Hop::PlatformBank))
        };
        let books = numbers(order, Matter::Books);
        Left {
            books: books != [0; 2] && order.books_agree_but_for(books),
            charge: in_question(Matter::Charge),
            settlement: in_question(Matter::Settlement),
            rows: numbers(order, Matter::Rows),
        }
    }
}

/// The numbers that are left to a person, by hop, a bit each: what is before one on the inner hop holds up the payment order
/// that it is for, and so the merchant's.
fn numbers(order: &Order, matter: Matter) -> [u64; 2] {
    let mut numbers = [0; 2];
    for hop in Hop::ALL {
        for (number, attempt) in order.attempts(hop).iter().enumerate() {
            if attempt.is_left_to_a_person(matter) {
                numbers[hop as usize] |= 1 << number;
                numbers[Hop::MerchantPlatform as usize] |= match hop {
                    Hop::MerchantPlatform => 0,
                    Hop::PlatformBank => 1 << attempt.parent,
                };
            }
        }
    }
    numbers
}

/// Is number `number` among `numbers`?
pub(crate) fn holds(numbers: u64, number: Number) -> bool {
    numbers >> number & 1 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_place() {
        for (i, reason) in Reason::ALL.into_iter().enumerate() {
            assert_eq!(reason as usize, i);
            let mut cases = Cases::default();
            cases.add(reason);
            assert!(Reason::ALL.into_iter().all(|other| cases.has(other) == (other == reason)));
        }
    }
}
