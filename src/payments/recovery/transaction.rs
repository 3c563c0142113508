//! Distributed transactions: the channel order and the payment order change together or not at all. Here is the
//! coordinator, which drives every protocol from its log; what the payment-order side does with its calls is in
//! `participant`.
//!
//! Called by the platform when a channel order has succeeded, by the answers to its calls, by its timer, and by a restart,
//! which finds the phase in the log and nothing else.
//!
//! | protocol | first | then | if it cannot go on |
//! | --- | --- | --- | --- |
//! | two_phase_commit | prepare both rows, under locks | log the decision, commit both | abort: as if the answer had not come |
//! | tcc | channel order succeeds; try: reserve | confirm | cancel that branch, try another |
//! | saga | channel order succeeds | the payment order follows | undo: the money goes back |
//! | outbox | channel order succeeds, with an outbox row | a relay delivers the row until it is answered | - |

use crate::kernel::{Chooser, Micros};
use crate::payments::cases::Reason;
use crate::payments::event::{Event, Kind};
use crate::payments::fact::{Account, Number, Phase, Purpose, State, Tells, What};
use crate::payments::grounds::{Cause, Evidence, GaveUp, Why};
use crate::payments::message::Message;
use crate::payments::model::{Transaction, TransactionKind};
use crate::payments::order::Attempt;
use crate::payments::party::Hop;
use crate::payments::recovery::refund::Refund;
use crate::payments::site::Place;
use crate::payments::step::{Step, Witness};
use crate::payments::told::Told;
use crate::payments::weather::{Flaw, WriteEffect};

const INNER: Hop = Hop::PlatformBank;
/// Branches that a transaction is tried in before it is a case for a person.
const MOST_BRANCHES: u8 = 100;

impl<C: Chooser, W: Witness> Step<'_, C, W> {
    /// Is the success of this channel order one of two rows to be committed together? Not where its payment order is over.
    pub(crate) fn commits_in_two_phases(&mut self, number: Number) -> bool {
        let is_kind = |transaction: Transaction| transaction.kind == TransactionKind::TwoPhaseCommit;
        self.transaction_of(number).is_some_and(is_kind) && (self.is_in_transaction(number) || self.can_adopt(number))
    }

    /// Is a transaction of this channel order under way? Then what becomes of its success is the transaction's to say.
    pub(crate) fn is_in_transaction(&mut self, number: Number) -> bool {
        !matches!(self.order.attempt(INNER, number).phase, Phase::None | Phase::Done)
    }

    /// Two-phase commit begins: the channel order's row is prepared, and the payment-order side asked to prepare its own.
    /// Nothing is durable yet, so nothing is acknowledged.
    pub(crate) fn prepare(&mut self, number: Number, told: Told) -> bool {
        if self.order.attempt(INNER, number).phase != Phase::None {
            self.tell(What::Ignored { hop: INNER, message: Message::Handover, number, why: Why::InDoubt });
            return false;
        }
        // A prepare that is not known to be written is none.
        if self.write(INNER, Place::AttemptWrite, number).is_err() {
            self.update_failed(INNER, number, told);
            return false;
        }
        let attempt = self.order.attempt(INNER, number);
        attempt.heard = Some(told.evidence);
        attempt.told_by = Some(told.cause);
        self.enter(number, Phase::Trying);
        self.call(number);
        false
    }

    /// The channel order has succeeded, durably, and with it what its transaction has to do next.
    pub(crate) fn begin_transaction(&mut self, number: Number, transaction: Transaction, cause: Cause) {
        if self.order.attempt(INNER, number).phase != Phase::None {
            return;
        }
        self.order.attempt(INNER, number).told_by = Some(cause);
        match transaction.kind {
            TransactionKind::Outbox => {
                self.enter(number, Phase::Confirming);
                self.await_relay(number, transaction);
            }
            TransactionKind::Saga => {
                self.enter(number, Phase::Confirming);
                self.call(number);
            }
            TransactionKind::Tcc | TransactionKind::TwoPhaseCommit => {
                self.enter(number, Phase::Trying);
                self.call(number);
            }
        }
    }

    /// The relay's next run.
    fn await_relay(&mut self, number: Number, transaction: Transaction) {
        let at = (self.now / transaction.relay + 1).saturating_mul(transaction.relay);
        self.disarm(Kind::TransactionDue, INNER, number);
        self.arm(at - self.now, Kind::TransactionDue, INNER, number);
    }

    /// The log shows the next phase, if it can be written. `false`: the coordinator does not know that it does, and reads its
    /// log before it goes on.
    fn log(&mut self, number: Number, phase: Phase) -> bool {
        let written = self.write(INNER, Place::LogWrite, number);
        if written != Err(WriteEffect::Fail) {
            self.enter(number, phase);
        }
        written.is_ok()
    }

    fn enter(&mut self, number: Number, phase: Phase) {
        let attempt = self.order.attempt(INNER, number);
        attempt.phase = phase;
        attempt.tries = 0;
        let branch = attempt.branch;
        self.tell(What::Logged { number, branch, phase });
    }

    /// Tells the payment-order side what the present phase asks for, and waits for its answer.
    fn call(&mut self, number: Number) {
        let tells = match self.order.attempt(INNER, number).phase {
            Phase::Trying => Tells::Try,
            Phase::Confirming => Tells::Confirm,
            Phase::Cancelling => Tells::Cancel,
            Phase::None | Phase::Done => return,
        };
        self.hand_over(number, tells);
    }

    /// A call to the payment-order side.
    pub(crate) fn hand_over(&mut self, number: Number, tells: Tells) {
        let attempt = self.order.attempt(INNER, number);
        attempt.tries = attempt.tries.saturating_add(1);
        let branch = attempt.branch;
        self.call_within(Message::Handover, number, tells, branch);
        let wait = self.model.platform.handover.timeout.max(self.wait_of(number));
        self.disarm(Kind::TransactionDue, INNER, number);
        self.arm(wait, Kind::TransactionDue, INNER, number);
    }

    /// What is done again waits twice as long each time, up to 64 times the first wait.
    fn wait_of(&mut self, number: Number) -> Micros {
        let retry = self.model.platform.transaction.map_or(0, |transaction| transaction.retry);
        let attempt = self.order.attempt(INNER, number);
        let times = attempt.tries.saturating_add(u16::from(attempt.branch));
        if times <= 1 { 0 } else { retry.saturating_mul(1 << (times - 2).min(6)) }
    }

    /// A message within the platform.
    pub(crate) fn call_within(&mut self, message: Message, number: Number, tells: Tells, branch: u8) {
        let event = Event { tells, branch, ..Event::on(Kind::arrival(message), INNER, number) };
        let model = self.model;
        self.send_over(&model.platform.handover.latency, event, message);
    }

    /// The transaction that covers this channel order: payments only. A refund follows by a call, or a commit, of its own.
    pub(crate) fn transaction_of(&mut self, number: Number) -> Option<Transaction> {
        let payment = self.order.attempt(INNER, number).purpose == Purpose::Payment;
        self.model.platform.transaction.filter(|_| payment)
    }

    /// An answer has not come, or a step is due again.
    pub(crate) fn transaction_due(&mut self, number: Number) {
        let Some(transaction) = self.transaction_of(number) else {
            return match self.model.platform.transaction {
                Some(_) => self.finish_beside(number),
                None => self.handover_failed(number),
            };
        };
        let attempt = self.order.attempt(INNER, number);
        if attempt.tries > 0 {
            attempt.told_by = Some(Cause::Transaction);
        }
        let (phase, tries) = (attempt.phase, attempt.tries);
        match (phase, transaction.kind) {
            (Phase::None, _) => self.finish_beside(number),
            (Phase::Done, _) => {}
            (Phase::Confirming, TransactionKind::Outbox) => self.relay(number),
            (Phase::Confirming, TransactionKind::Saga) if tries >= transaction.attempts => self.saga_turns_back(number),
            (Phase::Trying, _) if tries > 0 => self.cancel_branch(number, transaction),
            (Phase::Trying | Phase::Confirming | Phase::Cancelling, _) => self.call(number),
        }
    }

    /// An update that no transaction covers (a refund's, a failure's) was not made: it is made later.
    pub(crate) fn transaction_owes(&mut self, hop: Hop, number: Number) {
        if hop == INNER && self.model.platform.transaction.is_some() {
            self.try_less_often(number);
        }
    }

    fn finish_beside(&mut self, number: Number) {
        if self.is_behind(number) {
            self.finish_update(INNER, number, Cause::Transaction);
        }
    }

    /// The relay delivers the outbox row, and again until that is answered.
    fn relay(&mut self, number: Number) {
        if !self.hop(INNER).rules.mark_after_delivery {
            if !self.log(number, Phase::Done) {
                return self.try_less_often(number);
            }
            let branch = self.order.attempt(INNER, number).branch;
            return self.call_within(Message::Handover, number, Tells::Confirm, branch);
        }
        self.call(number);
        self.try_later(number);
    }

    /// The saga's second step has failed too often: the first one is undone.
    fn saga_turns_back(&mut self, number: Number) {
        if !self.hop(INNER).rules.compensate_backwards {
            self.enter(number, Phase::Done);
        } else if self.log(number, Phase::Cancelling) {
            self.call(number);
        } else {
            self.try_later(number);
        }
    }

    /// Nobody knows whether this branch was tried: it is cancelled.
    fn cancel_branch(&mut self, number: Number, transaction: Transaction) {
        let logged = self.log(number, Phase::Cancelling);
        if self.order.attempt(INNER, number).phase != Phase::Cancelling {
            return self.try_later(number);
        }
        // What is in the log holds, whether the coordinator knows yet that it is there or not.
        if transaction.kind == TransactionKind::TwoPhaseCommit {
            self.give_up(INNER, number, GaveUp::Aborted);
        } else if self.is_behind(number) {
            self.tell(What::GaveUp { hop: INNER, number, purpose: Purpose::Payment, why: GaveUp::Aborted });
            self.channel_order_unknown(number);
        }
        if logged { self.call(number) } else { self.try_later(number) }
    }

    /// What could not be written keeps failing while its table is down.
    fn try_less_often(&mut self, number: Number) {
        let attempt = self.order.attempt(INNER, number);
        attempt.tries = attempt.tries.saturating_add(1);
        self.try_later(number);
    }

    fn try_later(&mut self, number: Number) {
        let retry = self.model.platform.transaction.map_or(0, |transaction| transaction.retry);
        let wait = self.wait_of(number).max(retry);
        self.disarm(Kind::TransactionDue, INNER, number);
        self.arm(wait, Kind::TransactionDue, INNER, number);
    }

    /// The payment-order side answers.
    pub(crate) fn on_handover_answer(&mut self, number: Number, tells: Tells, branch: u8) {
        let Some(transaction) = self.transaction_of(number) else {
            return self.handover_answered(number, tells);
        };
        let attempt = *self.order.attempt(INNER, number);
        if branch != attempt.branch {
            return self.tell(What::Ignored { hop: INNER, message: Message::HandoverAnswer, number, why: Why::OldBranch });
        }
        let two_phases = transaction.kind == TransactionKind::TwoPhaseCommit;
        match (attempt.phase, tells) {
            (Phase::Trying, Tells::Try) => {
                let logged = self.log(number, Phase::Confirming);
                if two_phases && self.order.attempt(INNER, number).phase == Phase::Confirming {
                    self.commit_channel_order(number);
                }
                if logged { self.call(number) } else { self.try_later(number) }
            }
            (Phase::Trying, Tells::Failure | Tells::Error) => self.cancel_branch(number, transaction),
            (Phase::Confirming | Phase::Cancelling, Tells::Success) => self.transaction_ends(number),
            (Phase::Cancelling, Tells::Cancel) => self.branch_is_cancelled(number, transaction),
            (Phase::Confirming | Phase::Cancelling, Tells::Failure | Tells::Error) => self.try_later(number),
            // The answer to a call of an earlier phase.
            (Phase::None | Phase::Trying | Phase::Confirming | Phase::Cancelling | Phase::Done, _) => {}
        }
    }

    /// Decided, and so the channel order has succeeded.
    fn commit_channel_order(&mut self, number: Number) {
        let attempt = *self.order.attempt(INNER, number);
        let told = Told {
            tells: Tells::Success,
            cause: attempt.told_by.unwrap_or(Cause::Transaction),
            evidence: attempt.heard.unwrap_or(Evidence::SignedAnswer),
            flaw: Flaw::None,
        };
        if attempt.state != State::Succeeded {
            self.succeeds(INNER, number, told);
            self.book_channel_success(number);
        }
    }

    fn transaction_ends(&mut self, number: Number) {
        if self.log(number, Phase::Done) {
            self.disarm(Kind::TransactionDue, INNER, number);
        } else {
            self.try_later(number);
        }
    }

    /// A branch is undone: a saga gives the money back, a TCC tries another branch, a two-phase commit is as if the answer had
    /// not come.
    fn branch_is_cancelled(&mut self, number: Number, transaction: Transaction) {
        self.disarm(Kind::TransactionDue, INNER, number);
        match transaction.kind {
            TransactionKind::Saga => {
                let Attempt { parent, amount, .. } = *self.order.attempt(INNER, number);
                let refund = Refund { of: number, parent, amount, booked: Some((Account::Suspense, number)) };
                if !self.is_refunded(INNER, number) && !self.refund(INNER, refund) {
                    return self.try_later(number);
                }
                self.enter(number, Phase::Done);
            }
            TransactionKind::Tcc if self.order.attempt(INNER, number).branch == MOST_BRANCHES => {
                self.put_before_a_person(INNER, number, Reason::TransactionStuck);
            }
            TransactionKind::Tcc => {
                let attempt = self.order.attempt(INNER, number);
                attempt.branch += 1;
                // It is the coordinator that tries again, whatever told the outcome.
                attempt.told_by = Some(Cause::Transaction);
                self.enter(number, Phase::Trying);
                self.try_later(number);
            }
            TransactionKind::TwoPhaseCommit => {
                let attempt = self.order.attempt(INNER, number);
                attempt.branch = attempt.branch.saturating_add(1);
                attempt.heard = None;
                let (open, tabled) = (attempt.is_open(), attempt.tabled);
                self.enter(number, Phase::None);
                if open && tabled {
                    self.start_recovery(INNER, number);
                }
            }
            TransactionKind::Outbox => {}
        }
    }

    /// After a restart the log says how far it was. What was not decided is undone.
    pub(crate) fn transactions_resume(&mut self) {
        let Some(transaction) = self.model.platform.transaction else { return };
        for number in 0..self.order.attempts(INNER).len() as Number {
            let phase = self.order.attempt(INNER, number).phase;
            match phase {
                Phase::Done => continue,
                Phase::None if self.is_behind(number) => {
                    self.try_later(number);
                    continue;
                }
                Phase::None => continue,
                Phase::Trying | Phase::Confirming | Phase::Cancelling => {}
            }
            let attempt = self.order.attempt(INNER, number);
            attempt.told_by = Some(Cause::Transaction);
            attempt.tries = attempt.tries.max(1);
            if transaction.kind == TransactionKind::Outbox {
                self.await_relay(number, transaction);
            } else {
                self.try_later(number);
            }
        }
    }

    /// Where the two tables belong to two applications and nothing makes them one, a call is all there is.
    fn handover_answered(&mut self, number: Number, tells: Tells) {
        if tells == Tells::Success {
            self.disarm(Kind::TransactionDue, INNER, number);
        } else {
            self.handover_failed(number);
        }
    }

    /// Nobody knows whether the payment order has followed: an internal drop, until somebody finds out.
    fn handover_failed(&mut self, number: Number) {
        self.disarm(Kind::TransactionDue, INNER, number);
        let purpose = self.order.attempt(INNER, number).purpose;
        if self.is_behind(number) {
            self.tell(What::GaveUp { hop: INNER, number, purpose, why: GaveUp::UpdateFailed });
            self.channel_order_unknown(number);
        }
        self.update_is_owed(INNER, number);
    }
}
