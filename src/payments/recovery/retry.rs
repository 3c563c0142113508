//! Retry: a caller that asks again by itself, within its call, and the idempotency keys by which the downstream knows that
//! it is the same call.
//!
//! Called when a request was left unanswered, and by the downstream half. Every retry is a request under the same number;
//! whether it is also the same *call* only its key says.

use crate::kernel::Chooser;
use crate::payments::event::{Event, Kind};
use crate::payments::fact::{GaveUp, Number, State, What};
use crate::payments::site::Hop;
use crate::payments::step::{Step, Witness};

impl<C: Chooser, W: Witness> Step<'_, C, W> {
    /// No answer: will the caller ask again by itself?
    pub(crate) fn retries(&mut self, hop: Hop, number: Number) -> bool {
        let Some(retry) = self.hop(hop).retry else { return false };
        let attempt = self.order.attempt(hop, number);
        if attempt.state != State::Pending || attempt.retries >= retry.max {
            return false;
        }
        attempt.waiting = false;
        let wait = self.back_off(hop, number, retry.gap);
        let keyed = self.hop(hop).keys.is_some() && self.hop(hop).rules.send_key;
        self.tell(What::WillAskAgain { hop, number, after: wait, keyed });
        self.arm(wait, Kind::RetryDue, hop, number);
        true
    }

    /// The caller asks again, if its budget allows that.
    pub(crate) fn retry_due(&mut self, hop: Hop, number: Number) {
        if self.order.attempt(hop, number).state != State::Pending {
            return;
        }
        let budget = self.hop(hop).retry.and_then(|retry| retry.budget);
        if budget.is_some_and(|budget| !self.shared.retry_is_within(hop, budget, self.now)) {
            return self.give_up(hop, number, GaveUp::ReadTimeout);
        }
        let attempt = self.order.attempt(hop, number);
        attempt.retries = attempt.retries.saturating_add(1);
        self.request_again(hop, number);
    }

    /// Does the downstream know by its key that this is the same call once more?
    pub(crate) fn is_same_call(&mut self, hop: Hop, number: Number) -> bool {
        let Some(kept) = self.hop(hop).keys else { return false };
        let first = self.order.record(hop, number).first_asked;
        self.handling.branch & Event::SAME_CALL != 0 && self.hop(hop).rules.send_key && self.now < first.saturating_add(kept)
    }
}
