//! The next try: a customer pays again for a payment order that there is, and the platform answers, waits, or makes another
//! channel order, as its order model has it.
//!
//! Called by the downstream half of the outer hop. It knows the bank only by its own channel orders.

use crate::kernel::Chooser;
use crate::payments::event::Kind;
use crate::payments::fact::{Number, Phase, Purpose, State, Tells};
use crate::payments::grounds::Cause;
use crate::payments::model::OrderModel;
use crate::payments::order::Attempt;
use crate::payments::party::Hop;
use crate::payments::step::{Step, Witness};
use crate::payments::told::{Told, answer_of};

const OUTER: Hop = Hop::MerchantPlatform;
const INNER: Hop = Hop::PlatformBank;

impl<C: Chooser, W: Witness> Step<'_, C, W> {
    /// The customer pays again for a payment order that there is.
    pub(crate) fn customer_tries_again(&mut self, number: Number) {
        let record = *self.order.record(OUTER, number);
        if record.purpose == Purpose::Refund && record.state == State::Pending {
            self.order.record(OUTER, number).caller_waits = true;
            return self.takes_up_refund(number);
        }
        if record.purpose == Purpose::Refund || self.model.platform.order_model == OrderModel::MerchantNewNumber {
            return self.answer_as_it_stands(number);
        }
        let seen = if self.hop(INNER).rules.decide_on_primary {
            record.state
        } else {
            match self.status_on_the_replica(OUTER, number) {
                Tells::Processing => State::Pending,
                _ => record.state,
            }
        };
        if seen == State::Succeeded && self.hop(INNER).rules.retry_only_while_open {
            return self.answer_as_it_stands(number);
        }
        self.order.record(OUTER, number).caller_waits = true;
        if self.is_paid_below(number) {
            return;
        }
        if self.is_used_up(number) {
            return self.answer_as_decided(OUTER, number);
        }
        if record.state == State::Failed {
            self.stop_notifying(OUTER, number);
            self.begin_try(OUTER, number);
            self.move_record(OUTER, number, State::Pending, Cause::Request);
        }
        let open = self.open_channel_orders(number);
        let one_number = self.model.platform.order_model == OrderModel::OneToOne;
        if self.hop(INNER).rules.close_before_retry && !open.is_empty() && !one_number {
            for channel_order in open {
                self.order.attempt(INNER, channel_order).again = true;
                self.close_now(INNER, channel_order);
            }
        } else {
            self.try_again(number);
        }
    }

    /// Has a channel order of this payment order succeeded, or may it any moment, though the payment order does not show it
    /// yet? Then it is driven, and nothing new is asked of the bank.
    fn is_paid_below(&mut self, number: Number) -> bool {
        let rules = self.hop(INNER).rules;
        let is_paid = |a: &Attempt| {
            let prepared = !matches!(a.phase, Phase::None | Phase::Done);
            a.parent == number && a.purpose == Purpose::Payment && (a.state == State::Succeeded || prepared)
        };
        let paid = self.order.attempts(INNER).last_number(is_paid).filter(|paid| !self.is_refunded(INNER, *paid));
        let Some(paid) = paid.filter(|_| rules.retry_only_while_open && rules.decide_on_primary) else { return false };
        if rules.duplicate_drives_payment && self.is_behind(paid) {
            self.drive(paid, Cause::LateAnswer);
        }
        self.answer_processing(OUTER, number);
        true
    }

    /// Has the one channel order that this payment order may have been paid, and given back? Its number cannot be paid again.
    fn is_used_up(&self, number: Number) -> bool {
        let is_row = |attempt: &Attempt| attempt.parent == number && attempt.purpose == Purpose::Payment;
        let one_number = self.model.platform.order_model == OrderModel::OneToOne;
        let last = self.order.attempts(INNER).last_number(is_row).filter(|_| one_number);
        last.is_some_and(|last| {
            self.order.attempts(INNER).get(last).state == State::Succeeded && self.is_refunded(INNER, last)
        })
    }

    /// The next attempt, as the order model has it.
    pub(crate) fn try_again(&mut self, number: Number) {
        let is_row =
            |attempt: &Attempt| attempt.parent == number && attempt.purpose == Purpose::Payment && !attempt.overwritten;
        let last = self.order.attempts(INNER).last_number(is_row);
        match (self.model.platform.order_model, last) {
            (OrderModel::OneToMany | OrderModel::MerchantNewNumber, _) | (_, None) => self.new_channel_order(number),
            // It was given back, and its money stands in the books.
            (OrderModel::Overwrite, Some(last)) if self.is_kept(last) => self.new_channel_order(number),
            (OrderModel::OneToOne, Some(last)) => {
                self.disarm(Kind::ReadTimeout, INNER, last);
                // While it is open this is the same call: another one might be executed beside it.
                let open = self.order.attempts(INNER).get(last).is_open();
                if open { self.request_again(INNER, last) } else { self.request(INNER, last) }
            }
            (OrderModel::Overwrite, Some(last)) => {
                self.overwrite(last);
                self.new_channel_order(number);
            }
        }
    }

    /// Has it succeeded, and does that stay?
    fn is_kept(&self, number: Number) -> bool {
        let succeeded = self.order.attempts(INNER).get(number).state == State::Succeeded;
        succeeded && self.hop(INNER).rules.success_is_final
    }

    /// The row of an attempt is overwritten by its successor's: the platform forgets its number.
    fn overwrite(&mut self, number: Number) {
        self.stop_recovery(INNER, number);
        self.move_attempt(INNER, number, State::None, Told::by(Cause::Request));
        self.order.attempt(INNER, number).overwritten = true;
    }

    fn answer_as_it_stands(&mut self, number: Number) {
        let message = answer_of(self.order.record(OUTER, number).purpose);
        let tells = self.status(OUTER, number);
        self.send(OUTER, message, number, tells);
    }
}
