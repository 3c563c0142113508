//! The merchant and its customer: an order is made, paid, fulfilled once, perhaps paid again, perhaps refunded.
//!
//! Called by steps and by the upstream half of the outer hop. It knows the platform only by messages.

use crate::kernel::Chooser;
use crate::payments::event::{Event, Kind};
use crate::payments::fact::{Number, Purpose, State, What};
use crate::payments::model::OrderModel;
use crate::payments::order::Attempt;
use crate::payments::party::Hop;
use crate::payments::recovery::refund::Refund;
use crate::payments::site::Site;
use crate::payments::step::{Step, Witness};

const HOP: Hop = Hop::MerchantPlatform;

impl<C: Chooser, W: Witness> Step<'_, C, W> {
    /// ① The customer pays for the first time.
    #[inline]
    pub(crate) fn pay(&mut self) {
        // A customer is no process: the timer is there whatever becomes of the merchant.
        self.customer_may_pay_again();
        self.new_merchant_order();
    }

    /// A merchant order under a new number, and its request to the platform.
    #[inline]
    fn new_merchant_order(&mut self) {
        let attempt = Attempt {
            purpose: Purpose::Payment,
            amount: self.order.amount,
            created: self.now,
            since: self.now,
            valid_until: self.now.saturating_add(self.hop(HOP).valid_for),
            ..Attempt::default()
        };
        if let Some(number) = self.order.issue(HOP, attempt) {
            self.tell_inline(What::Created { number, amount: attempt.amount });
            self.begin(HOP, number);
        }
    }

    fn customer_may_pay_again(&mut self) {
        let customer = &self.model.customer;
        if self.order.paid_again < customer.pays_again_at_most {
            self.arm(customer.pays_again_after, Kind::PayAgain, HOP, 0);
        }
    }

    /// A customer who has waited long enough without goods decides whether to pay again.
    pub(crate) fn may_pay_again(&mut self) {
        if self.order.fulfilled > 0 {
            return;
        }
        let at = self.visit(Site::PaysAgain);
        if self.pick(at, &[self.model.customer.pays_again_odds]) != 1 {
            return;
        }
        self.order.paid_again += 1;
        let last = self.order.attempts(HOP).last_number(|attempt| attempt.purpose == Purpose::Payment);
        self.tell(What::PaidAgain { number: last.unwrap_or(0) });
        self.customer_may_pay_again();
        // Where no order could be written before, this is the first.
        let Some(number) = last else { return self.new_merchant_order() };
        let attempt = *self.order.attempt(HOP, number);
        let new_number = self.model.platform.order_model == OrderModel::MerchantNewNumber
            || attempt.state == State::Closed
            || attempt.valid_until <= self.clock(HOP.upstream())
            || attempt.overwritten;
        if !new_number {
            self.disarm(Kind::ReadTimeout, HOP, number);
            self.request(HOP, number);
        } else if attempt.is_open() && self.hop(HOP).rules.close_before_retry {
            self.order.attempt(HOP, number).again = true;
            self.close_now(HOP, number);
        } else {
            self.new_merchant_order();
        }
    }

    /// ⑥ The merchant's order is paid, or its refund has gone through.
    #[inline]
    pub(crate) fn merchant_paid(&mut self, number: Number) {
        if self.order.attempt(HOP, number).purpose == Purpose::Refund {
            return;
        }
        let delivered = self.order.delivered & (1 << number) != 0;
        if delivered && self.hop(HOP).rules.effect_once {
            return;
        }
        if self.order.fulfilled > 0 && !delivered && self.hop(HOP).rules.refund_duplicate {
            let amount = self.order.amount;
            if !self.is_refunded(HOP, number) && !self.merchant_refunds(number, amount) {
                self.refund_later(HOP, number);
            }
        } else {
            self.fulfil(number);
        }
    }

    /// Has this merchant order succeeded beside another one, whose goods went out, and was not given back?
    pub(crate) fn is_second_success(&mut self, number: Number) -> bool {
        let attempt = *self.order.attempt(HOP, number);
        let undelivered = self.order.fulfilled > 0 && self.order.delivered & (1 << number) == 0;
        let paid = attempt.purpose == Purpose::Payment && attempt.state == State::Succeeded;
        paid && undelivered && self.hop(HOP).rules.refund_duplicate && !self.is_refunded(HOP, number)
    }

    /// The goods go out.
    #[inline]
    pub(crate) fn fulfil(&mut self, number: Number) {
        self.order.fulfilled = self.order.fulfilled.saturating_add(1);
        if self.order.fulfilled == 1 {
            self.customer_may_return_goods();
        }
        self.order.delivered |= 1 << number;
        self.tell_inline(What::Fulfilled { number });
    }

    /// A merchant order has failed or was closed: a waiting customer pays again under a new number.
    pub(crate) fn merchant_order_ended(&mut self, number: Number) {
        if std::mem::take(&mut self.order.attempt(HOP, number).again) {
            self.new_merchant_order();
        }
    }

    /// Each of the configured returns happens or not, so long after the goods went out.
    fn customer_may_return_goods(&mut self) {
        for (i, returns) in self.model.returns.iter().enumerate() {
            let at = self.visit(Site::Return);
            if self.pick(at, &[returns.odds]) == 1 {
                self.after(returns.after, Event { nth: i as u16, ..Event::on(Kind::Return, HOP, 0) });
            }
        }
    }

    /// The customer returns goods: part of a paid order is refunded.
    pub(crate) fn merchant_returns(&mut self, nth: u16) {
        let returns = self.model.returns[usize::from(nth)];
        let delivered = self.order.delivered;
        let numbers = 0..self.order.attempts(HOP).len() as Number;
        let is_paid = |number: &Number| {
            let attempt = self.order.attempts(HOP).get(*number);
            delivered & (1 << number) != 0 && attempt.state == State::Succeeded
        };
        let Some(paid) = numbers.rev().find(is_paid) else { return };
        let share = i128::from(self.order.amount) * i128::from(returns.share_millionths) / 1_000_000;
        if share > 0 && !self.merchant_refunds(paid, share as i64) {
            // The customer stands there, and it is tried again.
            self.after(self.hop(HOP).refund_retry, self.handling);
        }
    }

    /// A refund under a number of its own. `false`: its row could not be written.
    fn merchant_refunds(&mut self, of: Number, amount: i64) -> bool {
        if amount > self.unreserved(HOP, of) {
            self.tell(What::RefundWithheld { number: of });
            return true;
        }
        self.refund(HOP, Refund { of, parent: 0, amount, booked: None })
    }
}
