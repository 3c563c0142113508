//! Retry: a caller that asks again by itself, within its call, and the idempotency keys by which the downstream knows that
//! it is the same call.
//!
//! Called when a request was left unanswered, and by the downstream half. Every retry is a request under the same number;
//! whether it is also the same *call* only its key says.

use crate::kernel::Chooser;
use crate::payments::downstream::tells_of;
use crate::payments::event::Kind;
use crate::payments::fact::{Number, Purpose, State, Tells, What};
use crate::payments::grounds::{GaveUp, Why};
use crate::payments::message::Message;
use crate::payments::order::Record;
use crate::payments::party::Hop;
use crate::payments::step::{Step, Witness};
use crate::payments::told::answer_of;

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
        let keyed = self.knows_keys(hop);
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

    /// Does the downstream know calls by their keys, and does the upstream send them?
    pub(crate) fn knows_keys(&self, hop: Hop) -> bool {
        self.hop(hop).keys.is_some() && self.hop(hop).rules.send_key
    }

    /// Does a refund carry the key of another one that the downstream remembers? Then it is not executed: it is an error if it
    /// is not alike, or it is answered as the other one was.
    pub(crate) fn is_known_by_anothers_key(&mut self, hop: Hop, number: Number) -> bool {
        let Some(kept) = self.hop(hop).keys.filter(|_| self.knows_keys(hop) && !self.hop(hop).rules.own_key) else {
            return false;
        };
        let Record { of, amount, state, .. } = *self.order.record(hop, number);
        let now = self.now;
        let is_first = |record: &Record| {
            let remembered = now < record.first_asked.saturating_add(kept);
            record.purpose == Purpose::Refund && record.of == of && record.state != State::None && remembered
        };
        let Some(first) = self.order.records(hop).iter().position(is_first).filter(|_| state == State::None) else {
            return false;
        };
        let first = first as Number;
        let earlier = *self.order.record(hop, first);
        let same = earlier.amount == amount;
        let message = answer_of(Purpose::Refund);
        if !same && self.hop(hop).rules.fingerprint {
            self.tell(What::Ignored { hop, message: Message::Refund, number, why: Why::KeyOfAnother });
            self.send(hop, message, number, Tells::Failure);
        } else {
            self.tell(What::TakenForAnother { hop, number, first, same });
            self.send(hop, message, number, tells_of(&earlier));
        }
        true
    }

    /// Has the downstream seen this call under this number? Who knows keys has forgotten it when they have expired.
    pub(crate) fn has_seen(&mut self, hop: Hop, number: Number, call: u8) -> bool {
        let kept = self.hop(hop).keys.filter(|_| self.knows_keys(hop));
        let now = self.now;
        let record = self.order.record(hop, number);
        call < record.calls && kept.is_none_or(|kept| now < record.first_asked.saturating_add(kept))
    }
}
