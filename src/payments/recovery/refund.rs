//! Refunds, full and partial: requests under numbers of their own, lost and recovered as payments are.
//!
//! Called by the merchant (returns, duplicates), by the platform (duplicates, late successes), and by a timer.

use crate::kernel::Chooser;
use crate::payments::event::Kind;
use crate::payments::fact::{Number, Purpose, State};
use crate::payments::money::Money;
use crate::payments::order::Attempt;
use crate::payments::site::Hop;
use crate::payments::step::{Step, Witness};

impl<C: Chooser, W: Witness> Step<'_, C, W> {
    /// Asks the downstream to give back `amount` of attempt `of`.
    pub(crate) fn refund(&mut self, hop: Hop, of: Number, parent: Number, amount: Money) {
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
        if let Some(number) = self.order.issue(hop, attempt) {
            self.request(hop, number);
        }
    }

    /// A refund that is unknown is asked for again later.
    pub(crate) fn ask_for_refund_again(&mut self, hop: Hop, number: Number) {
        self.disarm(Kind::RefundDue, hop, number);
        let wait = self.back_off(hop, number, self.model.hops[hop as usize].refund_retry);
        self.arm(wait, Kind::RefundDue, hop, number);
    }

    /// The refund is asked for again: under its own number, until it is known.
    pub(crate) fn refund_due(&mut self, hop: Hop, number: Number) {
        let attempt = *self.order.attempt(hop, number);
        if !attempt.is_open() {
            return;
        }
        if self.hop(hop).rules.same_refund_number {
            self.disarm(Kind::ReadTimeout, hop, number);
            self.request(hop, number);
        } else {
            self.refund(hop, attempt.of, attempt.parent, attempt.amount);
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

    /// What is left of an attempt; every refund that may still succeed is set aside, if that is the rule.
    pub(crate) fn unreserved(&mut self, hop: Hop, of: Number) -> Money {
        let amount = self.order.attempt(hop, of).amount;
        let reserves = self.hop(hop).rules.reserve_refundable;
        let counts = |state: State| match state {
            State::Succeeded => true,
            State::None | State::Pending | State::Unknown => reserves,
            State::Failed | State::Closed | State::Reversed => false,
        };
        let refunds = self.order.attempts(hop).iter().filter(|other| other.purpose == Purpose::Refund && other.of == of);
        amount - refunds.filter(|other| counts(other.state)).map(|other| other.amount).sum::<Money>()
    }
}
