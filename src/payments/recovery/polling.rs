//! Polling: unknown orders stand in a dropped-order table; a job queries until a definite answer or the maximum, then
//! leaves the rest to reconciliation.
//!
//! Called by the upstream half, for what has become unknown.

use crate::kernel::{Chooser, Micros};
use crate::payments::cases::Reason;
use crate::payments::event::{Event, Kind};
use crate::payments::fact::{Number, Purpose, State, Tells, What};
use crate::payments::grounds::{Cause, Evidence, Why};
use crate::payments::message::Message;
use crate::payments::party::Hop;
use crate::payments::step::{Step, Witness};
use crate::payments::told::Told;
use crate::payments::weather::Flaw;

impl<C: Chooser, W: Witness> Step<'_, C, W> {
    /// The next query of an unknown attempt is scheduled.
    pub(crate) fn start_polling(&mut self, hop: Hop, number: Number) {
        let Some(polling) = &self.model.hops[hop as usize].polling else {
            return self.without_answers(hop, number);
        };
        let asked = usize::from(self.order.attempt(hop, number).queries);
        if let Some(&gap) = polling.plan.get(asked).or(polling.plan.last()) {
            self.disarm(Kind::QueryDue, hop, number);
            self.arm(gap, Kind::QueryDue, hop, number);
        }
    }

    /// The next query is due: it waits for its place where the job is limited, then goes out.
    pub(crate) fn query_due(&mut self, hop: Hop, number: Number, let_through: bool) {
        let Some(polling) = &self.model.hops[hop as usize].polling else { return };
        let queries = self.order.attempt(hop, number).queries;
        if queries >= polling.max {
            return self.exhausted(hop, number);
        }
        if !let_through {
            let at = self.shared.place_for_query(hop, polling, self.now);
            if at > self.now {
                return self.order.pending.schedule(at, Event { nth: 1, ..Event::on(Kind::QueryDue, hop, number) });
            }
        }
        // Of this try none had a definite answer, or it would not be asked again.
        let asked = queries.saturating_sub(self.order.attempt(hop, number).asked_before);
        self.close_after(hop, number, asked);
        let attempt = self.order.attempt(hop, number);
        attempt.queries = attempt.queries.saturating_add(1);
        attempt.asked_by = Some(Cause::Polling);
        self.query(hop, number);
        let gap = polling.plan.get(usize::from(queries) + 1).or(polling.plan.last()).copied();
        self.arm(gap.unwrap_or_default(), Kind::QueryDue, hop, number);
    }

    /// All queries are used up: suspense, not failure.
    fn exhausted(&mut self, hop: Hop, number: Number) {
        let queries = self.order.attempt(hop, number).queries;
        self.tell(What::Exhausted { hop, number, queries });
        if self.hop(hop).rules.exhausted_is_suspense {
            self.without_answers(hop, number);
        } else {
            self.learn_end(hop, number, State::Failed, Told::by(Cause::Polling).because(Evidence::None));
        }
    }

    /// No more queries: a close, else the settlement file, else a person.
    fn without_answers(&mut self, hop: Hop, number: Number) {
        let refund = self.order.attempt(hop, number).purpose == Purpose::Refund;
        if self.hop(hop).reversal.is_some() && !refund {
            self.close_when_old_enough(hop, number);
        } else if self.hop(hop).reconciliation.is_none() {
            // However often nobody answers, a person is told once.
            let is_due = self.order.pending.iter().any(|(_, event)| event.is(Kind::PersonDue, hop, number));
            if !is_due {
                let wait = self.last_word(hop);
                self.arm(wait, Kind::PersonDue, hop, number);
            }
        }
    }

    /// How long the downstream may still tell by itself: until its last notification has had its time.
    fn last_word(&self, hop: Hop) -> Micros {
        let here = self.hop(hop);
        here.notification
            .as_ref()
            .map_or(0, |notification| notification.gaps.iter().sum::<Micros>().saturating_add(here.late_max))
    }

    /// Nobody will tell any more: what is still unknown is a case for a person.
    pub(crate) fn person_due(&mut self, hop: Hop, number: Number) {
        if self.order.attempt(hop, number).is_open() {
            self.put_before_a_person(hop, number, Reason::StillUnknown);
        }
    }

    /// The answer to a query arrives.
    pub(crate) fn on_query_answer(&mut self, hop: Hop, number: Number, tells: Tells, flaw: Flaw) {
        let rules = self.hop(hop).rules;
        let attempt = self.order.attempt(hop, number);
        if attempt.overwritten {
            return self.tell(What::Ignored { hop, message: Message::QueryAnswer, number, why: Why::UnknownNumber });
        }
        let cause = attempt.asked_by.unwrap_or(Cause::Polling);
        let mut told = Told { tells, cause, evidence: Evidence::SignedQueryAnswer, flaw };
        if flaw == Flaw::Envelope {
            // Who reads what is inside is not told of a success; what is a success inside is one.
            if rules.inner_status || tells == Tells::Success {
                told.flaw = Flaw::None;
            } else {
                told.tells = Tells::Success;
            }
        }
        match told.tells {
            Tells::Failure if self.is_of_an_earlier_try(hop, number, told.tells) => {
                self.indefinite(hop, number, Why::EarlierTry);
            }
            Tells::Success | Tells::Failure | Tells::Closed => {
                let refuted = told.tells != Tells::Success && cause == Cause::Reconciliation;
                self.order.attempt(hop, number).row_refuted |= refuted;
                self.learn(hop, number, told);
            }
            Tells::Error | Tells::RateLimited | Tells::NumberRefused if !rules.errors_change_nothing => {
                self.learn_end(hop, number, State::Failed, told.because(Evidence::None));
            }
            Tells::NotFound => self.not_found(hop, number, told),
            Tells::Error
            | Tells::RateLimited
            | Tells::NumberRefused
            | Tells::Processing
            | Tells::Nothing
            | Tells::Try
            | Tells::Confirm
            | Tells::Cancel => self.indefinite(hop, number, Why::Indefinite),
        }
    }

    /// "No such order": final only when no request can arrive any more.
    fn not_found(&mut self, hop: Hop, number: Number, told: Told) {
        if !self.hop(hop).rules.not_found_is_unknown {
            self.learn_end(hop, number, State::Failed, told.because(Evidence::None));
            return;
        }
        // What counts is when it was asked: the answer may have been long on its way. Where a cancel is under way, only its
        // answer says what became of the money.
        let expired = self.handling.branch & Event::AFTER_EXPIRY != 0 && !self.order.attempt(hop, number).cancelling;
        if expired && self.hop(hop).rules.refuse_late_original {
            let told = Told { cause: Cause::Expiry, ..told };
            self.learn_end(hop, number, State::Failed, told.because(Evidence::ExpiredNotPaid));
        } else {
            self.indefinite(hop, number, Why::Indefinite);
        }
    }

    /// Is it so late that no request of this number can arrive, and be executed, any more?
    pub(crate) fn is_past_arrival(&mut self, hop: Hop, number: Number) -> bool {
        let skew = self.weather.skew.iter().map(|skew| skew.unsigned_abs()).max().unwrap_or(0);
        let valid_until = self.order.attempt(hop, number).valid_until;
        self.now > valid_until.saturating_add(2 * skew).saturating_add(self.hop(hop).late_max)
    }

    /// Nothing definite; after enough of it the attempt is closed.
    fn indefinite(&mut self, hop: Hop, number: Number, why: Why) {
        let attempt = self.order.attempt(hop, number);
        if !attempt.is_open() {
            return;
        }
        attempt.unknowns = attempt.unknowns.saturating_add(1);
        let unknowns = attempt.unknowns;
        self.tell(What::Ignored { hop, message: Message::QueryAnswer, number, why });
        self.close_after(hop, number, unknowns);
    }

    /// A payment is closed after so many `queries` without a definite answer, answered or not.
    fn close_after(&mut self, hop: Hop, number: Number, queries: u16) {
        let payment = self.order.attempt(hop, number).purpose == Purpose::Payment;
        if payment && self.hop(hop).reversal.is_some_and(|reversal| queries >= reversal.after_unknowns) {
            self.close_when_old_enough(hop, number);
        }
    }
}
