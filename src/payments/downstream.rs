//! The downstream half of a hop: accepts, decides, answers, tells. The platform's half on the outer hop and the bank's on
//! the inner one are this same code.
//!
//! Called by steps; hands new records to the party (`platform`, `bank`). Must not know what the upstream does with an answer.

use crate::kernel::{Chooser, Micros, SECOND};
use crate::payments::event::{Event, Kind};
use crate::payments::fact::{Number, Purpose, State, Tells, What};
use crate::payments::grounds::{Cause, Why};
use crate::payments::message::Message;
use crate::payments::model::RepeatedNumber;
use crate::payments::order::Record;
use crate::payments::party::Hop;
use crate::payments::site::Place;
use crate::payments::step::{Step, Witness};
use crate::payments::told::{answer_of, request_of};
use crate::payments::weather::WriteEffect;

impl<C: Chooser, W: Witness> Step<'_, C, W> {
    /// A request arrives.
    #[inline]
    pub(crate) fn on_request(&mut self, hop: Hop, number: Number) {
        if self.waits_for_a_lock(hop, number) {
            return;
        }
        self.order.land();
        if self.handling.kind == Kind::Refund && self.is_known_by_anothers_key(hop, number) {
            return;
        }
        let now = self.now;
        let valid_until = self.order.attempt(hop, number).valid_until;
        let clock = self.clock(hop.downstream());
        let refuses = self.hop(hop).rules.refuse_late_original;
        let call = self.handling.branch >> Event::CALL;
        let again = self.has_seen(hop, number, call);
        let tries_again = !again && self.may_try_again(hop, number);
        let record = self.order.record(hop, number);
        record.calls = record.calls.max(call + 1);
        record.asked = now;
        if record.state == State::None {
            record.first_asked = now;
        }
        let late = match record.state {
            State::None => record.purpose == Purpose::Payment && clock >= valid_until,
            State::Failed => tries_again && clock >= valid_until,
            State::Closed | State::Reversed => true,
            State::Pending | State::Unknown | State::Succeeded => false,
        };
        if late && refuses {
            return self.refuse_late(hop, number);
        }
        let state = record.state;
        match state {
            State::None | State::Closed | State::Reversed => self.accept(hop, number),
            State::Pending | State::Unknown | State::Succeeded | State::Failed if again && self.knows_keys(hop) => {
                let message = request_of(self.order.record(hop, number).purpose);
                self.tell(What::Ignored { hop, message, number, why: Why::SameCall });
                self.same_answer(hop, number);
            }
            State::Pending | State::Unknown | State::Succeeded | State::Failed => match hop {
                Hop::MerchantPlatform if !again => self.customer_tries_again(number),
                Hop::MerchantPlatform | Hop::PlatformBank => self.number_repeated(hop, number),
            },
        }
    }

    /// A request that comes after its close or its expiry is not executed; that it was refused is remembered.
    fn refuse_late(&mut self, hop: Hop, number: Number) {
        let purpose = self.order.record(hop, number).purpose;
        self.tell(What::Ignored { hop, message: request_of(purpose), number, why: Why::TooLate });
        let new = self.order.record(hop, number).state == State::None;
        let written = if new { self.write(hop, Place::RecordCreate, number) } else { Ok(()) };
        if new && written != Err(WriteEffect::Fail) {
            self.move_record(hop, number, State::Closed, Cause::Expiry);
        }
        let tells = if written.is_ok() { Tells::Closed } else { Tells::Error };
        self.send(hop, answer_of(purpose), number, tells);
    }

    /// A new record; the party decides.
    #[inline]
    fn accept(&mut self, hop: Hop, number: Number) {
        let written = self.write(hop, Place::RecordCreate, number);
        if written.is_err() {
            let purpose = self.order.record(hop, number).purpose;
            self.send(hop, answer_of(purpose), number, Tells::Error);
        }
        if written == Err(WriteEffect::Fail) {
            return;
        }
        self.order.record(hop, number).caller_waits = written.is_ok();
        self.begin_try(hop, number);
        self.move_record(hop, number, State::Pending, Cause::Request);
        match hop {
            Hop::MerchantPlatform => self.platform_accepts(number),
            Hop::PlatformBank => self.bank_accepts(number),
        }
    }

    /// The last call begins a try of its own.
    pub(crate) fn begin_try(&mut self, hop: Hop, number: Number) {
        let record = self.order.record(hop, number);
        record.tried_by = record.calls.saturating_sub(1);
    }

    /// The downstream's policy on a number that it has seen.
    fn number_repeated(&mut self, hop: Hop, number: Number) {
        let record = self.order.record(hop, number);
        let purpose = record.purpose;
        // A refund asked for again under its own number is the same refund, on every channel.
        let policy = match purpose {
            Purpose::Payment => self.model.hops[hop as usize].repeated_number,
            Purpose::Refund => RepeatedNumber::SameAnswer,
        };
        let unique = self.hop(hop).rules.unique_number;
        let record = self.order.record(hop, number);
        match policy {
            _ if hop == Hop::PlatformBank && !unique && record.state == State::Pending => {
                record.caller_waits = true;
                self.bank_accepts(number);
            }
            RepeatedNumber::ChargeAgain if hop == Hop::PlatformBank => {
                record.caller_waits = true;
                self.begin_try(hop, number);
                self.bank_accepts(number);
            }
            RepeatedNumber::Refuse => self.send(hop, answer_of(purpose), number, Tells::NumberRefused),
            RepeatedNumber::ChargeAgain | RepeatedNumber::SameAnswer => self.same_answer(hop, number),
        }
    }

    /// May a failed payment's number be used for another try? Elsewhere a number's repetition is the same payment.
    pub(crate) fn may_try_again(&mut self, hop: Hop, number: Number) -> bool {
        let anew = hop == Hop::MerchantPlatform || self.hop(hop).repeated_number == RepeatedNumber::ChargeAgain;
        anew && self.order.record(hop, number).purpose == Purpose::Payment
    }

    /// The same question gets the same answer; what is not decided yet is answered when it is.
    fn same_answer(&mut self, hop: Hop, number: Number) {
        let unique = self.hop(hop).rules.unique_number;
        let record = self.order.record(hop, number);
        let purpose = record.purpose;
        match tells_of(record) {
            Tells::Processing => {
                record.caller_waits = true;
                if hop == Hop::MerchantPlatform {
                    return self.takes_up_refund(number);
                }
                if !unique && hop == Hop::PlatformBank {
                    self.bank_accepts(number);
                }
            }
            tells => self.send(hop, answer_of(purpose), number, tells),
        }
    }

    /// The outcome is there: it is written, answered if somebody still waits, and notified.
    #[inline(never)]
    pub(crate) fn decided(&mut self, hop: Hop, number: Number, to: State, cause: Cause) {
        let now = self.now;
        let record = self.order.record(hop, number);
        record.decided = now;
        record.notified = 0;
        record.acknowledged = false;
        let (purpose, asked, waits) = (record.purpose, record.asked, std::mem::take(&mut record.caller_waits));
        self.move_record(hop, number, to, cause);
        if to == State::Succeeded {
            self.settle(hop, number);
        }
        if waits && now <= self.caller_leaves(hop, asked).saturating_add(self.hop(hop).late_max) {
            let tells = self.status(hop, number);
            self.send(hop, answer_of(purpose), number, tells);
        }
        self.start_notifying(hop, number);
    }

    /// How long until an outcome that could not be written is written again: twice as long each time.
    pub(crate) fn postpone(&mut self, hop: Hop, number: Number) -> Micros {
        let record = self.order.record(hop, number);
        let wait = SECOND << record.postponed.min(6);
        record.postponed = record.postponed.saturating_add(1);
        wait
    }

    /// When a caller who asked at `asked` hangs up.
    #[inline]
    pub(crate) fn caller_leaves(&self, hop: Hop, asked: Micros) -> Micros {
        asked.saturating_add(self.hop(hop).timeout.read.unwrap_or(Micros::MAX))
    }

    /// Answers what was decided before to a caller who still waits.
    pub(crate) fn answer_as_decided(&mut self, hop: Hop, number: Number) {
        let record = self.order.record(hop, number);
        if std::mem::take(&mut record.caller_waits) {
            let message = answer_of(record.purpose);
            let tells = self.status(hop, number);
            self.send(hop, message, number, tells);
        }
    }

    /// Answers *processing* to a caller who still waits.
    pub(crate) fn answer_processing(&mut self, hop: Hop, number: Number) {
        let record = self.order.record(hop, number);
        let (asked, purpose, waits) = (record.asked, record.purpose, std::mem::take(&mut record.caller_waits));
        if waits && self.now <= self.caller_leaves(hop, asked) {
            let message = answer_of(purpose);
            self.send(hop, message, number, Tells::Processing);
        }
    }

    /// A query arrives.
    #[inline]
    pub(crate) fn on_query(&mut self, hop: Hop, number: Number) {
        let now = self.now;
        let hidden = self.order.record(hop, number).hidden_until > now;
        let tells = if hidden { Tells::NotFound } else { self.status_on_the_replica(hop, number) };
        let asked = self.handling.branch & (Event::AFTER_CANCEL | Event::AFTER_EXPIRY);
        let branch = asked | self.last_call(hop, number);
        let event = Event { tells, branch, ..Event::on(Kind::QueryAnswer, hop, number) };
        let model = self.model;
        self.send_over(&model.hops[hop as usize].latency, event, Message::QueryAnswer);
    }

    /// The last call that the downstream has seen under a number, where messages carry it.
    #[inline]
    pub(crate) fn last_call(&mut self, hop: Hop, number: Number) -> u8 {
        self.order.record(hop, number).calls.saturating_sub(1) << Event::CALL
    }

    /// What the downstream says about a number.
    pub(crate) fn status(&mut self, hop: Hop, number: Number) -> Tells {
        tells_of(self.order.record(hop, number))
    }

    /// What the downstream's replica says, which does not have the last moments yet.
    pub(crate) fn status_on_the_replica(&mut self, hop: Hop, number: Number) -> Tells {
        let lag = self.hop(hop).replica_lag;
        let record = self.order.record(hop, number);
        let fresh = lag > 0 && record.decided > 0 && self.now < record.decided.saturating_add(lag);
        let known = self.order.record(hop, number);
        if fresh && known.state != State::None { Tells::Processing } else { tells_of(known) }
    }

    /// Moves a record and states it.
    #[inline(always)]
    pub(crate) fn move_record(&mut self, hop: Hop, number: Number, to: State, cause: Cause) {
        let record = self.order.record(hop, number);
        let from = std::mem::replace(&mut record.state, to);
        let purpose = record.purpose;
        self.order.touched = true;
        self.tell_inline(What::RecordMoved { hop, number, purpose, from, to, cause });
    }
}

/// What the downstream says about a record.
pub(crate) fn tells_of(record: &Record) -> Tells {
    match record.state {
        State::None => Tells::NotFound,
        State::Pending | State::Unknown => Tells::Processing,
        State::Succeeded => Tells::Success,
        State::Failed => Tells::Failure,
        State::Closed | State::Reversed => Tells::Closed,
    }
}
