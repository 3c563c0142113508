//! Refunds, full and partial: requests under numbers of their own, lost and recovered as payments are.
//!
//! Called by the merchant (returns, duplicates), by the platform (duplicates, late successes), and by a timer.

use crate::kernel::Chooser;
use crate::payments::event::Kind;
use crate::payments::fact::{Account, Book, Number, Purpose, State};
use crate::payments::grounds::Cause;
use crate::payments::money::Money;
use crate::payments::order::{Attempt, Record};
use crate::payments::party::Hop;
use crate::payments::step::{Step, Witness};
use crate::payments::weather::WriteEffect;

/// A refund that is to be asked for.
#[derive(Clone, Copy)]
pub(crate) struct Refund {
    /// The attempt that it gives back.
    pub of: Number,
    /// On the inner hop: the payment order, or refund order, that it is for.
    pub parent: Number,
    /// How much.
    pub amount: Money,
    /// The account and number that the platform books it from, together with its row.
    pub booked: Option<(Account, Number)>,
}

impl<C: Chooser, W: Witness> Step<'_, C, W> {
    /// A refund's row is written, then its request sent. `false`: there is no row, and nothing was sent.
    pub(crate) fn refund(&mut self, hop: Hop, refund: Refund) -> bool {
        let Refund { of, parent, amount, booked } = refund;
        let attempt = Attempt {
            purpose: Purpose::Refund,
            of,
            parent,
            amount,
            created: self.now,
            since: self.now,
            valid_until: u64::MAX,
            ..Attempt::default()
        };
        let Some(number) = self.order.issue(hop, attempt) else { return true };
        let written = self.insert(hop, number);
        if written == Err(WriteEffect::Fail) {
            return false;
        }
        if let Some((account, booked)) = booked {
            self.post(Book::Platform, account, Account::RefundClearing, amount, booked);
        }
        self.first_request(hop, number, written);
        true
    }

    /// The row of a refund of `of` could not be written: that is tried again later.
    pub(crate) fn refund_later(&mut self, hop: Hop, of: Number) {
        self.ask_for_refund_again(hop, of);
    }

    /// Has a refund of this attempt been asked for?
    pub(crate) fn is_refunded(&self, hop: Hop, number: Number) -> bool {
        let of_it = |attempt: &Attempt| attempt.purpose == Purpose::Refund && attempt.of == number && !attempt.overwritten;
        self.order.attempts(hop).iter().any(of_it)
    }

    /// A refund that is unknown is asked for again later.
    pub(crate) fn ask_for_refund_again(&mut self, hop: Hop, number: Number) {
        self.disarm(Kind::RefundDue, hop, number);
        let wait = self.back_off(hop, number, self.model.hops[hop as usize].refund_retry);
        self.arm(wait, Kind::RefundDue, hop, number);
    }

    /// The refund is asked for again: under its own number, until it is known. Where it has no number yet, `number` is what
    /// it gives back.
    pub(crate) fn refund_due(&mut self, hop: Hop, number: Number) {
        let attempt = *self.order.attempt(hop, number);
        if attempt.purpose == Purpose::Payment && self.owes_refund(hop, number) {
            return self.finish_update(hop, number, Cause::Refund);
        }
        if !attempt.is_open() || attempt.purpose == Purpose::Payment {
            return;
        }
        if self.hop(hop).rules.same_refund_number {
            self.disarm(Kind::ReadTimeout, hop, number);
            self.request(hop, number);
        } else {
            let Attempt { of, parent, amount, .. } = attempt;
            self.refund(hop, Refund { of, parent, amount, booked: None });
        }
    }

    /// Must an attempt that has succeeded be given back, without that having been asked for?
    pub(crate) fn owes_refund(&mut self, hop: Hop, number: Number) -> bool {
        match hop {
            Hop::MerchantPlatform => self.is_second_success(number),
            Hop::PlatformBank => {
                let parent = self.order.attempt(hop, number).parent;
                let over = matches!(
                    self.order.record(Hop::MerchantPlatform, parent).state,
                    State::Succeeded | State::Closed | State::Reversed
                );
                (over || self.differs(number)) && self.is_behind(number)
            }
        }
    }

    /// May record `number` be given back? Payments always; refunds up to what is left of their original.
    pub(crate) fn refundable(&mut self, hop: Hop, number: Number) -> bool {
        let record = *self.order.record(hop, number);
        if record.purpose == Purpose::Payment {
            return true;
        }
        let reserves = self.hop(hop).rules.reserve_refundable;
        let original = *self.order.record(hop, record.of);
        let counts = |state: State| state == State::Succeeded || (reserves && state == State::Pending);
        let others = self.order.records(hop).iter().enumerate();
        let taken: Money = others
            .filter(|(i, other)| {
                *i != usize::from(number) && other.purpose == Purpose::Refund && other.of == record.of && counts(other.state)
            })
            .map(|(_, other)| other.amount)
            .sum();
        original.state == State::Succeeded && taken + record.amount <= original.amount
    }

    /// Is record `number` given back in part, or about to be? Then it cannot be undone as a whole any more.
    pub(crate) fn is_being_refunded(&self, hop: Hop, number: Number) -> bool {
        let of_it = |record: &Record| {
            let counts = matches!(record.state, State::Pending | State::Succeeded);
            record.purpose == Purpose::Refund && record.of == number && counts
        };
        self.hop(hop).rules.reserve_refundable && self.order.records(hop).iter().any(of_it)
    }

    /// What is left of an attempt; every refund that may still succeed is set aside, if that is the rule.
    pub(crate) fn unreserved(&mut self, hop: Hop, of: Number) -> Money {
        let amount = self.order.attempt(hop, of).amount;
        let reserves = self.hop(hop).rules.reserve_refundable;
        let counts = |state: State| match state {
            State::Succeeded => true,
            State::None | State::Pending | State::Unknown => reserves,
            State::Failed | State::Closed | State::Reversed => false,
        };
        let of_it = |other: &&Attempt| other.purpose == Purpose::Refund && other.of == of && !other.overwritten;
        let refunds = self.order.attempts(hop).iter().filter(of_it);
        amount - refunds.filter(|other| counts(other.state)).map(|other| other.amount).sum::<Money>()
    }
}
