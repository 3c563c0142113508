//! What the platform gives back: refunds that the merchant asks for, successes that no payment order can take, payments that
//! are cancelled.
//!
//! Called by both halves and by the platform's other file, `platform`. How a refund is asked for, and asked for again, is in
//! `recovery::refund`.

use crate::kernel::Chooser;
use crate::payments::fact::{Account, Book, Number, Purpose, State, Tells, What};
use crate::payments::grounds::{Cause, Why};
use crate::payments::message::Message;
use crate::payments::order::{Attempt, Record};
use crate::payments::party::Hop;
use crate::payments::recovery::refund::Refund;
use crate::payments::step::{Step, Witness};

const OUTER: Hop = Hop::MerchantPlatform;
const INNER: Hop = Hop::PlatformBank;

impl<C: Chooser, W: Witness> Step<'_, C, W> {
    /// A refund order of the merchant's: checked, booked, and asked for at the bank.
    pub(crate) fn platform_refunds(&mut self, number: Number, of: Number, amount: i64) {
        let is_paid = |a: &Attempt| a.parent == of && a.purpose == Purpose::Payment && a.state == State::Succeeded;
        let numbers = 0..self.order.attempts(INNER).len() as Number;
        let paid = numbers.rev().find(|n| is_paid(self.order.attempt(INNER, *n)) && self.unreserved(INNER, *n) >= amount);
        match paid {
            Some(paid) if self.refundable(OUTER, number) => {
                let booked = Some((Account::PayableToMerchant, number));
                if !self.refund(INNER, Refund { of: paid, parent: number, amount, booked }) {
                    // The merchant asks for it again, or a job comes by, and then it is begun.
                    self.order.record(OUTER, number).caller_waits = false;
                    self.send(OUTER, Message::RefundAnswer, number, Tells::Error);
                    self.decide_later(number);
                }
            }
            Some(_) | None => {
                self.tell(What::Ignored { hop: OUTER, message: Message::Refund, number, why: Why::NothingLeft });
                self.fails_by_itself(number);
            }
        }
    }

    /// A refund order that is not over: what was not asked of the bank yet is asked, and what the bank has answered is
    /// written, where that was not done.
    pub(crate) fn takes_up_refund(&mut self, number: Number) {
        let record = *self.order.record(OUTER, number);
        if record.purpose == Purpose::Payment || record.state != State::Pending {
            return;
        }
        let of_it = |attempt: &Attempt| attempt.parent == number && !attempt.overwritten;
        match self.order.attempts(INNER).last_number(of_it) {
            None => self.platform_refunds(number, record.of, record.amount),
            Some(begun) if self.is_behind(begun) && self.hop(INNER).rules.duplicate_drives_payment => {
                self.finish_update(INNER, begun, Cause::Refund);
            }
            Some(_) => {}
        }
    }

    /// A refund that no merchant asked for: of a duplicate, or of what came too late.
    pub(crate) fn is_platforms_own_refund(&mut self, number: Number) -> bool {
        let attempt = *self.order.attempt(INNER, number);
        attempt.purpose == Purpose::Refund && self.order.record(OUTER, attempt.parent).purpose == Purpose::Payment
    }

    /// A success that its payment order cannot take, because it has another one or is over, goes back to the customer.
    pub(crate) fn give_back_duplicate(&mut self, number: Number) {
        let Attempt { parent, amount, .. } = *self.order.attempt(INNER, number);
        let record = *self.order.record(OUTER, parent);
        let booked = match (record.adopted == Some(number), record.state) {
            // It was cancelled, and booked then.
            (true, State::Reversed) => None,
            (true, _) => return,
            (false, _) if self.hop(INNER).rules.refund_duplicate => Some((Account::Suspense, number)),
            (false, _) => return,
        };
        let refund = Refund { of: number, parent, amount, booked };
        if !self.is_refunded(INNER, number) && !self.refund(INNER, refund) {
            self.refund_later(INNER, number);
        }
    }

    /// Was another amount paid than its payment order is about?
    #[inline]
    pub(crate) fn differs(&mut self, number: Number) -> bool {
        let Attempt { parent, amount, purpose, .. } = *self.order.attempt(INNER, number);
        purpose == Purpose::Payment && amount != self.order.record(OUTER, parent).amount
    }

    /// No payment order takes another amount than its own: what was paid goes back, and the payment order ends as if nothing
    /// had been.
    #[cold]
    pub(crate) fn give_back_other_amount(&mut self, number: Number) {
        let Attempt { parent, amount, .. } = *self.order.attempt(INNER, number);
        let refund = Refund { of: number, parent, amount, booked: Some((Account::Suspense, number)) };
        if !self.is_refunded(INNER, number) && !self.refund(INNER, refund) {
            return self.refund_later(INNER, number);
        }
        if self.order.record(OUTER, parent).state == State::Pending {
            self.channel_order_ended(number);
        }
    }

    /// The merchant cancels a payment order that is paid: the platform gives the money back.
    pub(crate) fn platform_cancels(&mut self, number: Number) -> Tells {
        let Record { amount, adopted: Some(paid), .. } = *self.order.record(OUTER, number) else {
            return self.status(OUTER, number);
        };
        self.order.record(OUTER, number).undone = self.now;
        self.stop_notifying(OUTER, number);
        self.move_record(OUTER, number, State::Reversed, Cause::Reversal);
        self.post(Book::Platform, Account::PayableToMerchant, Account::RefundClearing, amount, number);
        if !self.refund(INNER, Refund { of: paid, parent: number, amount, booked: None }) {
            self.refund_later(INNER, paid);
        }
        Tells::Closed
    }
}
