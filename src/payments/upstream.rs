//! The upstream half of a hop: asks, waits, learns. The merchant's half on the outer hop and the platform's on the inner
//! one are this same code.
//!
//! Called by steps; hands outcomes to the party (`merchant`, `platform`) and unknowns to `recovery`. Must not know why a
//! message was lost.

use crate::kernel::Chooser;
use crate::payments::cases::Reason;
use crate::payments::event::{Event, Kind};
use crate::payments::fact::{Number, Purpose, State, Tells, What};
use crate::payments::grounds::{Cause, Evidence, GaveUp, Why};
use crate::payments::message::Message;
use crate::payments::party::Hop;
use crate::payments::site::{Place, Site};
use crate::payments::step::{Step, Witness};
use crate::payments::told::{Told, answer_of, request_of};
use crate::payments::weather::{Effect, Flaw, WriteEffect};

impl<C: Chooser, W: Witness> Step<'_, C, W> {
    /// A new payment's row is written, then its request sent. `false`: there is no row, and nothing was sent.
    #[inline]
    pub(crate) fn begin(&mut self, hop: Hop, number: Number) -> bool {
        let written = self.insert(hop, number);
        if written == Err(WriteEffect::Fail) {
            return false;
        }
        self.first_request(hop, number, written);
        true
    }

    /// An attempt's row is written, where that comes before its request.
    #[inline]
    pub(crate) fn insert(&mut self, hop: Hop, number: Number) -> Result<(), WriteEffect> {
        if !self.hop(hop).rules.row_before_call {
            self.order.attempt(hop, number).unsaved = true;
            return Ok(());
        }
        let written = self.write(hop, Place::AttemptCreate, number);
        if written == Err(WriteEffect::Fail) {
            self.order.withdraw(hop, number);
        }
        written
    }

    /// The request of an attempt whose row was written. Where nobody knows that it is there, nothing is sent: the job that
    /// reads the table finds it, if it is in it.
    #[inline]
    pub(crate) fn first_request(&mut self, hop: Hop, number: Number, written: Result<(), WriteEffect>) {
        if written.is_ok() {
            return self.request(hop, number);
        }
        self.move_attempt(hop, number, State::Pending, Told::by(Cause::Request));
        if self.hop(hop).rules.intent_before_send {
            self.becomes_unknown(hop, number);
        }
    }

    /// Sends an attempt's request and waits for the answer.
    #[inline(always)]
    pub(crate) fn request(&mut self, hop: Hop, number: Number) {
        let attempt = self.order.attempt(hop, number);
        attempt.calls = (attempt.calls + 1).min(Event::MOST_CALLS);
        self.ask(hop, number);
    }

    /// Sends it again: the same call, if its key says so.
    pub(crate) fn request_again(&mut self, hop: Hop, number: Number) {
        if self.knows_keys(hop) { self.ask(hop, number) } else { self.request(hop, number) }
    }

    #[inline]
    fn ask(&mut self, hop: Hop, number: Number) {
        let now = self.now;
        let attempt = self.order.attempt(hop, number);
        let (purpose, call) = (attempt.purpose, attempt.calls.saturating_sub(1));
        attempt.waiting = true;
        attempt.asked = now;
        attempt.connection_lost = false;
        attempt.sent = attempt.sent.saturating_add(1);
        if matches!(attempt.state, State::Failed | State::Closed) {
            (attempt.asked_before, attempt.unknowns) = (attempt.queries, 0);
        }
        if attempt.state != State::Pending {
            self.move_attempt(hop, number, State::Pending, Told::by(Cause::Request));
        }
        let message = request_of(purpose);
        let event = Event { branch: call << Event::CALL, ..Event::on(Kind::arrival(message), hop, number) };
        let model = self.model;
        self.send_over(&model.hops[hop as usize].latency, event, message);
        self.start_waiting(hop, number);
        if purpose == Purpose::Payment {
            self.intruder_watches(hop, number);
        }
    }

    /// Somebody who saw the request go by may send a notification of his own.
    #[inline]
    fn intruder_watches(&mut self, hop: Hop, number: Number) {
        let site = Site::Hop(hop, Place::Intruder);
        if self.weather.is_calm_at(site.index()) {
            return;
        }
        let at = self.visit(site);
        if let Some(Effect::Intrude(flaw, after)) = self.strike(at) {
            let event = Event { tells: Tells::Success, flaw, nth: at.occurrence, ..Event::on(Kind::Intrude, hop, number) };
            self.after(after, event);
        }
    }

    /// The synchronous answer arrives.
    #[inline]
    pub(crate) fn on_answer(&mut self, hop: Hop, number: Number, tells: Tells) {
        let attempt = self.order.attempt(hop, number);
        let message = answer_of(attempt.purpose);
        if attempt.overwritten {
            return self.tell(What::Ignored { hop, message, number, why: Why::UnknownNumber });
        }
        if attempt.connection_lost {
            return self.tell(What::Ignored { hop, message, number, why: Why::ConnectionLost });
        }
        if self.is_of_an_earlier_try(hop, number, tells) {
            return self.tell(What::Ignored { hop, message, number, why: Why::EarlierTry });
        }
        let attempt = self.order.attempt(hop, number);
        let cause = if std::mem::take(&mut attempt.waiting) {
            self.disarm(Kind::ReadTimeout, hop, number);
            Cause::Answer
        } else {
            Cause::LateAnswer
        };
        if cause == Cause::Answer && self.is_abandoned(hop, number) {
            return self.give_up(hop, number, GaveUp::CallerGone);
        }
        match tells {
            Tells::Processing => self.give_up(hop, number, GaveUp::Processing),
            Tells::Error
            | Tells::RateLimited
            | Tells::NumberRefused
            | Tells::NotFound
            | Tells::Nothing
            | Tells::Try
            | Tells::Confirm
            | Tells::Cancel => self.give_up(hop, number, GaveUp::Error),
            Tells::Success | Tells::Failure | Tells::Closed => {
                self.learn(hop, number, Told { tells, cause, evidence: Evidence::SignedAnswer, flaw: Flaw::None });
            }
        }
    }

    /// Has the outer call, within which this one was made, run out of its budget? Then the update is aborted with it.
    #[inline]
    fn is_abandoned(&mut self, hop: Hop, number: Number) -> bool {
        if hop == Hop::MerchantPlatform || self.is_platforms_own_refund(number) {
            return false;
        }
        let parent = self.order.attempt(hop, number).parent;
        let asked = self.order.record(Hop::MerchantPlatform, parent).asked;
        let leaves = self.caller_leaves(Hop::MerchantPlatform, asked);
        // What was asked for again after the caller had left is nobody's call.
        self.now > leaves && self.order.attempt(hop, number).asked <= leaves
    }

    /// The upstream learns an outcome. `true`: what it was told is durably known, and may be acknowledged.
    pub(crate) fn learn(&mut self, hop: Hop, number: Number, told: Told) -> bool {
        match told.tells {
            Tells::Success => self.learn_success(hop, number, told),
            Tells::Failure if self.is_of_an_earlier_try(hop, number, told.tells) => {
                self.tell(What::Ignored { hop, message: self.message_of(told.cause), number, why: Why::EarlierTry });
                false
            }
            Tells::Failure => self.learn_end(hop, number, State::Failed, told.because(Evidence::ExplicitFailure)),
            Tells::Closed => self.learn_end(hop, number, State::Closed, told.because(Evidence::CloseAcknowledged)),
            Tells::Nothing
            | Tells::Processing
            | Tells::NotFound
            | Tells::Error
            | Tells::RateLimited
            | Tells::NumberRefused
            | Tells::Try
            | Tells::Confirm
            | Tells::Cancel => false,
        }
    }

    /// A success: recorded whenever it comes, unless the strategy ignores what comes late.
    fn learn_success(&mut self, hop: Hop, number: Number, told: Told) -> bool {
        let rules = self.hop(hop).rules;
        let before = *self.order.attempt(hop, number);
        match before.state {
            State::Succeeded => {
                if !rules.effect_once {
                    self.outcome_again(hop, number);
                }
                self.told_again(hop, number, told.cause, Why::Duplicate);
                return true;
            }
            State::Failed | State::Closed if !rules.late_success_counts => {
                self.tell(What::Ignored { hop, message: self.message_of(told.cause), number, why: Why::AlreadyFailed });
                return true;
            }
            State::Pending | State::Unknown | State::Closed
                if before.cancelled && self.must_ask_again(hop, number, told) =>
            {
                return false;
            }
            State::Pending | State::Unknown if before.cancelling => {
                self.tell(What::Ignored { hop, message: self.message_of(told.cause), number, why: Why::Indefinite });
                return false;
            }
            State::None | State::Pending | State::Unknown | State::Failed | State::Closed | State::Reversed => {}
        }
        if self.reads_before_it_writes(hop, number, told) {
            return false;
        }
        self.write_success(hop, number, told)
    }

    /// What was told is written as a success, whatever the row has become since it was read.
    pub(crate) fn write_success(&mut self, hop: Hop, number: Number, told: Told) -> bool {
        if hop == Hop::PlatformBank && self.commits_in_two_phases(number) && !self.is_paid_otherwise(hop, number, told) {
            return self.prepare(number, told);
        }
        let written = self.write(hop, Place::AttemptWrite, number);
        if written == Err(WriteEffect::Fail) {
            self.update_failed(hop, number, told);
            return false;
        }
        self.succeeds(hop, number, told);
        match hop {
            Hop::MerchantPlatform => self.merchant_paid(number),
            Hop::PlatformBank if written.is_err() => self.channel_success_uncertain(number, told.cause),
            Hop::PlatformBank => self.channel_succeeded(number, told.cause),
        }
        written.is_ok()
    }

    /// Is a failure told that an earlier request came to, while the last one is not known to the downstream yet and may still be
    /// executed? It overtook that request as "no such order" may overtake the first.
    pub(crate) fn is_of_an_earlier_try(&mut self, hop: Hop, number: Number, tells: Tells) -> bool {
        if tells != Tells::Failure || !self.hop(hop).rules.not_found_is_unknown {
            return false;
        }
        let Event { kind, branch, .. } = self.handling;
        let says_when = matches!(kind, Kind::Answer | Kind::Notification | Kind::QueryAnswer | Kind::Apply);
        let attempt = self.order.attempt(hop, number);
        let unheard = attempt.is_open() && (branch >> Event::CALL) + 1 < attempt.calls;
        says_when && unheard && branch & Event::AFTER_EXPIRY == 0 && self.may_try_again(hop, number)
    }

    /// The downstream has said that it gave the money back: a success that is told now may be older than that, and is
    /// asked about before it is believed.
    fn must_ask_again(&mut self, hop: Hop, number: Number, told: Told) -> bool {
        let asks = self.hop(hop).rules.query_after_cancel;
        let is_the_answer =
            self.handling.branch & Event::AFTER_CANCEL != 0 && matches!(self.handling.kind, Kind::QueryAnswer | Kind::Apply);
        let attempt = self.order.attempt(hop, number);
        if !asks || told.evidence == Evidence::FileRow || is_the_answer {
            return false;
        }
        attempt.asked_by = Some(Cause::Reversal);
        self.tell(What::Ignored { hop, message: self.message_of(told.cause), number, why: Why::Cancelled });
        self.query(hop, number);
        true
    }

    /// What became of it? The answer tells whether it was asked after a cancel, or after its last request could arrive.
    pub(crate) fn query(&mut self, hop: Hop, number: Number) {
        let cancelled = if self.order.attempt(hop, number).cancelled { Event::AFTER_CANCEL } else { 0 };
        let expired = if self.is_past_arrival(hop, number) { Event::AFTER_EXPIRY } else { 0 };
        let event = Event { branch: cancelled | expired, ..Event::on(Kind::Query, hop, number) };
        let model = self.model;
        self.send_over(&model.hops[hop as usize].latency, event, Message::Query);
    }

    /// The attempt has succeeded, durably.
    #[inline]
    pub(crate) fn succeeds(&mut self, hop: Hop, number: Number, told: Told) {
        let before = *self.order.attempt(hop, number);
        // A file is a snapshot: what it lists may have been undone since, without a broken word.
        let word_broken = told.evidence != Evidence::FileRow
            && matches!(before.evidence, Some(Evidence::ExplicitFailure | Evidence::CloseAcknowledged));
        let now = self.now;
        if self.is_paid_otherwise(hop, number, told) {
            self.takes_down_what_was_paid(hop, number);
        }
        let attempt = self.order.attempt(hop, number);
        attempt.since = now;
        attempt.learned = now;
        attempt.unsaved = false;
        attempt.files_missed = 0;
        self.move_attempt(hop, number, State::Succeeded, told);
        self.stop_recovery(hop, number);
        self.expect_file(hop, number);
        if word_broken {
            self.put_before_a_person(hop, number, Reason::WordBroken);
        }
    }

    /// Does what is told name another amount than was asked for, and is that looked at? What is forged names the amount that
    /// is expected.
    #[inline]
    fn is_paid_otherwise(&mut self, hop: Hop, number: Number, told: Told) -> bool {
        let paid = self.order.record(hop, number).amount;
        paid != self.order.attempt(hop, number).amount && told.flaw == Flaw::None && self.hop(hop).rules.compare_amount
    }

    #[cold]
    fn takes_down_what_was_paid(&mut self, hop: Hop, number: Number) {
        let paid = self.order.record(hop, number).amount;
        let asked = std::mem::replace(&mut self.order.attempt(hop, number).amount, paid);
        self.tell(What::PaidOtherwise { hop, number, asked, paid });
    }

    /// A definite failure, or a close.
    pub(crate) fn learn_end(&mut self, hop: Hop, number: Number, to: State, told: Told) -> bool {
        let state = self.order.attempt(hop, number).state;
        let message = self.message_of(told.cause);
        match state {
            State::Succeeded if self.hop(hop).rules.success_is_final => {
                self.tell(What::Ignored { hop, message, number, why: Why::AlreadySucceeded });
                return true;
            }
            State::Failed | State::Closed | State::Reversed => {
                self.tell(What::Ignored { hop, message, number, why: Why::Duplicate });
                return true;
            }
            State::Succeeded | State::None | State::Pending | State::Unknown => {}
        }
        if told.tells == Tells::Failure && self.reads_before_it_writes(hop, number, told) {
            return false;
        }
        self.write_end(hop, number, to, told)
    }

    /// The end is written, whatever the row has become since it was read.
    pub(crate) fn write_end(&mut self, hop: Hop, number: Number, to: State, told: Told) -> bool {
        // A query tells of the close that our cancel was, too.
        let attempt = self.order.attempt(hop, number);
        attempt.cancelled |= attempt.cancelling && to == State::Closed;
        let written = self.write(hop, Place::AttemptWrite, number);
        if written == Err(WriteEffect::Fail) {
            self.give_up(hop, number, GaveUp::UpdateFailed);
            return false;
        }
        let now = self.now;
        let attempt = self.order.attempt(hop, number);
        attempt.learned = now;
        attempt.unsaved = false;
        self.move_attempt(hop, number, to, told);
        self.stop_recovery(hop, number);
        match hop {
            Hop::MerchantPlatform => self.merchant_order_ended(number),
            Hop::PlatformBank => self.channel_order_ended(number),
        }
        written.is_ok()
    }

    /// Moves an attempt and states it. In line: what watches a move depends on where it leads.
    #[inline(always)]
    pub(crate) fn move_attempt(&mut self, hop: Hop, number: Number, to: State, told: Told) {
        let attempt = self.order.attempt(hop, number);
        let (from, purpose, amount) = (attempt.state, attempt.purpose, attempt.amount);
        attempt.state = to;
        attempt.evidence = Some(told.evidence);
        self.order.touched = true;
        let Told { cause, evidence, flaw, .. } = told;
        self.tell_inline(What::AttemptMoved { hop, number, purpose, amount, from, to, cause, evidence, flaw });
    }

    /// A success that was told is known already; whether the payment order knows it too is another question.
    pub(crate) fn told_again(&mut self, hop: Hop, number: Number, cause: Cause, why: Why) {
        self.tell_inline(What::Ignored { hop, message: self.message_of(cause), number, why });
        if hop == Hop::PlatformBank && self.hop(hop).rules.duplicate_drives_payment {
            let cause = if cause == Cause::Notification { Cause::DuplicateNotification } else { cause };
            self.drive_if_behind(number, cause);
        }
    }

    /// A success told twice has its effect twice: the mistake that `effect_once` prevents. A refund has none on goods.
    pub(crate) fn outcome_again(&mut self, hop: Hop, number: Number) {
        match hop {
            Hop::MerchantPlatform if self.order.attempt(hop, number).purpose == Purpose::Refund => {}
            Hop::MerchantPlatform => self.fulfil(number),
            Hop::PlatformBank => self.book_channel_success(number),
        }
    }

    /// A case that no rule can settle.
    pub(crate) fn put_before_a_person(&mut self, hop: Hop, number: Number, reason: Reason) {
        let is_there = self.order.attempt(hop, number).is_before_a_person(reason);
        if !self.hop(hop).manual_queue || is_there {
            return;
        }
        self.order.attempt(hop, number).cases.add(reason);
        self.tell(What::PutBeforeAPerson { hop, number, reason });
    }
}
