//! Reversal (冲正): after an unknown, the upstream closes or cancels; stored and forwarded until answered. The
//! downstream refuses an original that comes later.
//!
//! Called by polling, by expiry, by a customer who pays again, and by reconciliation.

use crate::kernel::{Chooser, MINUTE, Micros};
use crate::payments::event::{Event, Kind};
use crate::payments::fact::{Number, Phase, Purpose, State, Tells, What};
use crate::payments::grounds::{Cause, Evidence, Why};
use crate::payments::message::Message;
use crate::payments::model::ReversalKind;
use crate::payments::order::Quirk;
use crate::payments::party::Hop;
use crate::payments::site::Place;
use crate::payments::step::{Step, Witness};
use crate::payments::told::Told;
use crate::payments::weather::{Flaw, WriteEffect};

/// How long after an unanswered close it is sent again where no reversal is configured.
const RETRY: Micros = MINUTE;

impl<C: Chooser, W: Witness> Step<'_, C, W> {
    /// An unknown attempt is closed at the latest when its validity is over.
    pub(crate) fn close_at_expiry(&mut self, hop: Hop, number: Number) {
        if let Some(reversal) = self.hop(hop).reversal.filter(|_| self.hop(hop).rules.store_and_forward) {
            let attempt = self.order.attempt(hop, number);
            let expiry = attempt.valid_until.max(attempt.created.saturating_add(reversal.min_age));
            self.arm(expiry.saturating_sub(self.now), Kind::CloseDue, hop, number);
        }
    }

    /// Closes an attempt, though not before its minimum age.
    pub(crate) fn close_when_old_enough(&mut self, hop: Hop, number: Number) {
        let Some(reversal) = self.hop(hop).reversal else { return };
        if std::mem::replace(&mut self.order.attempt(hop, number).closing, true) {
            return;
        }
        let age = self.now - self.order.attempt(hop, number).created;
        self.disarm(Kind::CloseDue, hop, number);
        self.arm(reversal.min_age.saturating_sub(age), Kind::CloseDue, hop, number);
    }

    /// Closes an attempt now.
    pub(crate) fn close_now(&mut self, hop: Hop, number: Number) {
        self.disarm(Kind::CloseDue, hop, number);
        if !std::mem::replace(&mut self.order.attempt(hop, number).tabled, true) {
            self.tell(What::Tabled { hop, number });
        }
        self.close_due(hop, number);
    }

    /// The next close is due.
    pub(crate) fn close_due(&mut self, hop: Hop, number: Number) {
        let attempt = self.order.attempt(hop, number);
        if !attempt.is_open() {
            return;
        }
        if !matches!(attempt.phase, Phase::None | Phase::Done) {
            // The row is prepared: whatever it will be, it cannot be closed before it is known.
            return self.close_again(hop, number);
        }
        if attempt.heard.is_some() && self.hop(hop).rules.success_is_final {
            // What was told to be paid is finished, not closed.
            self.finish_update(hop, number, Cause::Reversal);
            if self.order.attempt(hop, number).is_open() {
                self.close_again(hop, number);
            }
            return;
        }
        let attempt = self.order.attempt(hop, number);
        attempt.closing = true;
        attempt.close_lost = false;
        let cancels = self.hop(hop).reversal.is_some_and(|reversal| reversal.kind == ReversalKind::Cancel);
        self.order.attempt(hop, number).cancelling = cancels && self.hop(hop).rules.store_and_forward;
        // It names the last request that it is about: another try may be made before it arrives.
        let branch = self.order.attempt(hop, number).calls.saturating_sub(1) << Event::CALL;
        let tells = if cancels { Tells::Cancel } else { Tells::Nothing };
        let model = self.model;
        let event = Event { tells, branch, ..Event::on(Kind::Close, hop, number) };
        self.send_over(&model.hops[hop as usize].latency, event, Message::Close);
        self.close_again(hop, number);
    }

    /// A close that is stored is sent again later.
    pub(crate) fn close_again(&mut self, hop: Hop, number: Number) {
        if self.hop(hop).rules.store_and_forward {
            let retry = self.hop(hop).reversal.map_or(RETRY, |reversal| reversal.retry);
            let wait = self.back_off(hop, number, retry);
            self.disarm(Kind::CloseDue, hop, number);
            self.arm(wait, Kind::CloseDue, hop, number);
        }
    }

    /// What is stored and forwarded waits twice as long each time, up to 64 times the first wait.
    pub(crate) fn back_off(&mut self, hop: Hop, number: Number, first: Micros) -> Micros {
        let attempt = self.order.attempt(hop, number);
        let times = attempt.resent.min(6);
        attempt.resent = attempt.resent.saturating_add(1);
        first.saturating_mul(1 << times)
    }

    /// A close arrives at the downstream.
    pub(crate) fn on_close(&mut self, hop: Hop, number: Number) {
        if self.waits_for_a_lock(hop, number) {
            return;
        }
        self.order.land();
        if self.handling.branch >> Event::CALL < self.order.record(hop, number).tried_by {
            // Whoever still wants to close it asks once more, and then names the present try.
            self.tell(What::Ignored { hop, message: Message::Close, number, why: Why::EarlierTry });
            return self.send(hop, Message::CloseAnswer, number, Tells::Processing);
        }
        let cancels = self.hop(hop).reversal.is_some_and(|reversal| reversal.kind == ReversalKind::Cancel);
        let remembers = self.hop(hop).rules.refuse_late_original;
        let record = *self.order.record(hop, number);
        let undoes = cancels && record.state == State::Succeeded && !self.is_being_refunded(hop, number);
        // Another try under this number may still be on its way.
        let forgoes = record.state == State::Failed && remembers && self.may_try_again(hop, number);
        let ends = hop == Hop::PlatformBank && matches!(record.state, State::Pending | State::Unknown);
        let payment = record.purpose == Purpose::Payment;
        let written = match record.state {
            // That it was closed before it came is remembered.
            State::None if payment && remembers => self.write(hop, Place::RecordCreate, number),
            _ if forgoes || payment && (undoes || ends) => self.write(hop, Place::RecordWrite, number),
            _ => Ok(()),
        };
        if written == Err(WriteEffect::Fail) {
            return self.send(hop, Message::CloseAnswer, number, Tells::Error);
        }
        let tells = match (record.state, hop) {
            // A refund is not closed: it is asked for again until it is known.
            _ if record.purpose == Purpose::Refund => self.status(hop, number),
            (State::None, _) => {
                if remembers {
                    self.move_record(hop, number, State::Closed, Cause::Reversal);
                }
                Tells::Closed
            }
            (State::Pending | State::Unknown, Hop::PlatformBank) => self.bank_closes(number),
            (State::Pending | State::Unknown, Hop::MerchantPlatform) => {
                let tells = self.platform_closes(number);
                if cancels && tells == Tells::Success { self.cancels_what_it_finds_paid(number) } else { tells }
            }
            (State::Failed, _) if forgoes => {
                self.stop_notifying(hop, number);
                self.move_record(hop, number, State::Closed, Cause::Reversal);
                Tells::Closed
            }
            (State::Succeeded, Hop::PlatformBank) if undoes => {
                self.bank_reverses(number);
                Tells::Closed
            }
            (State::Succeeded, Hop::MerchantPlatform) if undoes => self.platform_cancels(number),
            (State::Succeeded | State::Failed | State::Closed | State::Reversed, _) => self.status(hop, number),
        };
        let told = if written.is_ok() { tells } else { Tells::Error };
        self.send(hop, Message::CloseAnswer, number, told);
    }

    /// A cancel drove a payment order that was behind, and gives back what it finds: whenever a cancel comes, and however
    /// often, it has one effect.
    fn cancels_what_it_finds_paid(&mut self, number: Number) -> Tells {
        match self.write(Hop::MerchantPlatform, Place::RecordWrite, number) {
            Ok(()) => self.platform_cancels(number),
            Err(WriteEffect::Fail) => Tells::Error,
            Err(WriteEffect::CommitUnknown) => {
                self.platform_cancels(number);
                Tells::Error
            }
        }
    }

    /// What is not debited yet is closed, unless the money is already on its way.
    fn bank_closes(&mut self, number: Number) -> Tells {
        let hop = Hop::PlatformBank;
        let record = *self.order.record(hop, number);
        if record.charges > 0 {
            return Tells::Processing;
        }
        if record.quirk != Quirk::IgnoresClose {
            let undone = self.order.pending.cancel(|event| event.is(Kind::Decide, hop, number));
            (0..undone).for_each(|_| self.order.land());
        }
        self.order.record(hop, number).caller_waits = false;
        self.move_record(hop, number, State::Closed, Cause::Reversal);
        Tells::Closed
    }

    /// The answer to a close arrives at the upstream.
    pub(crate) fn on_close_answer(&mut self, hop: Hop, number: Number, tells: Tells) {
        let attempt = self.order.attempt(hop, number);
        if attempt.overwritten {
            return;
        }
        if attempt.close_lost {
            return self.tell(What::Ignored { hop, message: Message::CloseAnswer, number, why: Why::ConnectionLost });
        }
        attempt.cancelled |= attempt.cancelling && tells == Tells::Closed;
        if attempt.cancelled {
            attempt.heard = None;
        }
        // Only a definite answer says what became of the money.
        attempt.cancelling &= !matches!(tells, Tells::Success | Tells::Failure | Tells::Closed);
        // A close that the settlement file gave rise to is the file's merit.
        let by_file = attempt.asked_by == Some(Cause::Reconciliation);
        let cause = if by_file { Cause::Reconciliation } else { Cause::Reversal };
        self.learn(hop, number, Told { tells, cause, evidence: Evidence::SignedQueryAnswer, flaw: Flaw::None });
    }
}
