//! Timeout: the upstream stops waiting, and the attempt becomes *unknown*. Unknown is not failed.
//!
//! Called by the upstream half. Hands the unknown to the other mechanisms of this folder.

use crate::kernel::Chooser;
use crate::payments::event::Kind;
use crate::payments::fact::{Number, Purpose, State, What};
use crate::payments::grounds::{Cause, Evidence, GaveUp};
use crate::payments::party::Hop;
use crate::payments::site::Place;
use crate::payments::step::{Step, Witness};
use crate::payments::told::Told;
use crate::payments::weather::WriteEffect;

impl<C: Chooser, W: Witness> Step<'_, C, W> {
    /// The upstream waits for the answer, at most as long as its read timeout.
    #[inline]
    pub(crate) fn start_waiting(&mut self, hop: Hop, number: Number) {
        if let Some(read) = self.hop(hop).timeout.read {
            self.arm(read, Kind::ReadTimeout, hop, number);
        }
    }

    /// No answer in time.
    pub(crate) fn read_timeout(&mut self, hop: Hop, number: Number) {
        if self.retries(hop, number) {
            return;
        }
        self.give_up(hop, number, GaveUp::ReadTimeout);
    }

    /// The request could not be sent: that much is sure.
    pub(crate) fn not_sent(&mut self, hop: Hop, number: Number) {
        self.order.attempt(hop, number).waiting = false;
        self.disarm(Kind::ReadTimeout, hop, number);
        if self.retries(hop, number) {
            return;
        }
        let attempt = *self.order.attempt(hop, number);
        let first = attempt.state == State::Pending && attempt.sent == 1;
        if attempt.purpose == Purpose::Payment && first {
            self.learn_end(hop, number, State::Failed, Told::by(Cause::Timeout).because(Evidence::NeverSent));
        } else {
            self.give_up(hop, number, GaveUp::NotConnected);
        }
    }

    /// The upstream stops waiting without a definite answer.
    pub(crate) fn give_up(&mut self, hop: Hop, number: Number, why: GaveUp) {
        let attempt = self.order.attempt(hop, number);
        attempt.waiting = false;
        if attempt.state != State::Pending {
            return;
        }
        let purpose = attempt.purpose;
        self.tell_inline(What::GaveUp { hop, number, purpose, why });
        if why == GaveUp::ReadTimeout && !self.hop(hop).rules.unknown_is_not_failed {
            self.learn_end(hop, number, State::Failed, Told::by(Cause::Timeout).because(Evidence::None));
            return;
        }
        self.becomes_unknown(hop, number);
        if hop == Hop::PlatformBank {
            self.channel_order_unknown(number);
        }
    }

    /// The attempt is unknown, and stands in the dropped-order table: since before it was sent, or from now on, if the row
    /// can be written.
    pub(crate) fn becomes_unknown(&mut self, hop: Hop, number: Number) {
        let attempt = self.order.attempt(hop, number);
        attempt.unsaved = false;
        // What is sent again from now on has its own back-off.
        attempt.resent = 0;
        self.move_attempt(hop, number, State::Unknown, Told::by(Cause::Timeout));
        if !self.order.attempt(hop, number).tabled {
            let intent = self.hop(hop).rules.intent_before_send;
            if !intent && self.write(hop, Place::DropInsert, number) == Err(WriteEffect::Fail) {
                return;
            }
            self.order.attempt(hop, number).tabled = true;
            self.tell_inline(What::Tabled { hop, number });
        }
        self.start_recovery(hop, number);
    }

    /// Every mechanism that is configured takes up an unknown attempt.
    pub(crate) fn start_recovery(&mut self, hop: Hop, number: Number) {
        let refund = self.order.attempt(hop, number).purpose == Purpose::Refund;
        self.start_polling(hop, number);
        if refund {
            self.ask_for_refund_again(hop, number);
        } else {
            self.close_at_expiry(hop, number);
        }
        self.expect_file(hop, number);
    }

    /// The outcome is known: timers are removed, the table's row is deleted.
    #[inline]
    pub(crate) fn stop_recovery(&mut self, hop: Hop, number: Number) {
        let attempt = self.order.attempt(hop, number);
        let waited = std::mem::take(&mut attempt.waiting);
        let tabled = std::mem::take(&mut attempt.tabled);
        attempt.closing = false;
        attempt.cancelling = false;
        if waited {
            self.disarm(Kind::ReadTimeout, hop, number);
        }
        if tabled {
            self.order.pending.cancel(|event| {
                let timer = matches!(event.kind, Kind::QueryDue | Kind::CloseDue | Kind::RefundDue | Kind::ReadTimeout);
                timer && event.hop == hop && event.number == number
            });
            self.tell_inline(What::Untabled { hop, number });
        }
    }
}
