//! The payment-order side of the step from channel order to payment order: it adopts an outcome, or takes part in a
//! distributed transaction: reserves, confirms, undoes, holds a lock.
//!
//! Called by the platform, by the worker, and by the calls of the transaction's coordinator. What protects it against calls
//! that come twice, late or without their first half are the rules `idempotent_update`, `check_reserved`,
//! `fence_branches` and `in_doubt_waits`. Whatever belongs to a write is changed before the next step: a crash in between
//! would tear it apart.

use crate::kernel::Chooser;
use crate::payments::event::{Event, Kind};
use crate::payments::fact::{Account, Book, Number, Purpose, State, Tells, What};
use crate::payments::grounds::{Cause, Why};
use crate::payments::message::Message;
use crate::payments::model::{Tables, TransactionKind};
use crate::payments::order::Attempt;
use crate::payments::party::Hop;
use crate::payments::site::Place;
use crate::payments::step::{Step, Witness};
use crate::payments::weather::WriteEffect;

const OUTER: Hop = Hop::MerchantPlatform;
const INNER: Hop = Hop::PlatformBank;

impl<C: Chooser, W: Witness> Step<'_, C, W> {
    /// A call from the channel-order side.
    pub(crate) fn on_handover(&mut self, number: Number, tells: Tells, branch: u8) {
        let kind = self.transaction_of(number).map(|transaction| transaction.kind);
        let answer = match (kind, tells) {
            (Some(TransactionKind::Tcc), Tells::Try) => self.reserve(number, branch),
            (Some(TransactionKind::Tcc), Tells::Confirm) => self.confirm(number, branch),
            (Some(TransactionKind::Tcc), _) => self.unreserve(number, branch),
            (Some(TransactionKind::TwoPhaseCommit), Tells::Try) => self.lock(number, branch),
            (Some(TransactionKind::TwoPhaseCommit), Tells::Confirm) => self.commit(number, branch),
            (Some(TransactionKind::TwoPhaseCommit), _) => self.roll_back(number, branch),
            (Some(TransactionKind::Saga), Tells::Cancel) => self.saga_fails_payment_order(number, branch),
            (Some(TransactionKind::Saga), _) if self.is_fenced_off(number, branch) => Tells::Failure,
            (Some(TransactionKind::Saga | TransactionKind::Outbox) | None, _) => {
                let cause = self.order.attempt(INNER, number).told_by.unwrap_or(Cause::Transaction);
                if self.adopt(number, cause).is_ok() { Tells::Success } else { Tells::Error }
            }
        };
        self.call_within(Message::HandoverAnswer, number, answer, branch);
    }

    /// The payment order follows a channel order that has succeeded. What has been done is not done again.
    pub(crate) fn adopt(&mut self, number: Number, cause: Cause) -> Result<(), WriteEffect> {
        let parent = self.order.attempt(INNER, number).parent;
        if is_over(self.order.record(OUTER, parent).state) {
            self.succeeds_again(number, parent);
            return Ok(());
        }
        let apart = self.model.platform.tables != Tables::SameDatabase;
        let written = if apart { self.write(OUTER, Place::RecordWrite, parent) } else { Ok(()) };
        if written.is_err() {
            self.answer_processing(OUTER, parent);
        }
        if written == Err(WriteEffect::Fail) {
            return written;
        }
        self.book_adoption(number, parent);
        self.decided(OUTER, parent, State::Succeeded, cause);
        written
    }

    /// The payment order is over: by this success, which is not booked again, or otherwise, and then this one goes back.
    fn succeeds_again(&mut self, number: Number, parent: Number) {
        if self.order.attempt(INNER, number).purpose == Purpose::Refund {
            return;
        }
        let own = self.order.record(OUTER, parent).adopted == Some(number);
        if !own {
            self.give_back_duplicate(number);
        } else if !self.hop(INNER).rules.idempotent_update {
            self.book_adoption(number, parent);
        }
    }

    /// The posting of an adoption: what was received is now owed to the merchant. A refund was booked when it was asked for,
    /// and back if it was taken for failed; then it is booked once more.
    pub(crate) fn book_adoption(&mut self, number: Number, parent: Number) {
        let Attempt { purpose, amount, .. } = *self.order.attempt(INNER, number);
        match purpose {
            Purpose::Payment => {
                self.owe(number);
                self.post(Book::Platform, Account::Suspense, Account::PayableToMerchant, amount, parent);
            }
            Purpose::Refund if self.order.record(OUTER, parent).state == State::Failed => {
                self.post(Book::Platform, Account::PayableToMerchant, Account::RefundClearing, amount, parent);
            }
            Purpose::Refund => {}
        }
    }

    /// Is this branch over, and a fence there that says so?
    fn is_fenced_off(&mut self, number: Number, branch: u8) -> bool {
        let over = branch < self.order.attempt(INNER, number).fence && self.hop(INNER).rules.fence_branches;
        if over {
            self.tell(What::Ignored { hop: INNER, message: Message::Handover, number, why: Why::FencedOff });
        }
        over
    }

    /// What is owed once more for the same payment order is owed without having been received.
    fn owe(&mut self, number: Number) {
        let Attempt { parent, amount, .. } = *self.order.attempt(INNER, number);
        let record = self.order.record(OUTER, parent);
        if record.adopted.is_some() {
            self.order.owed_twice += amount;
        } else {
            record.adopted = Some(number);
        }
    }

    /// This branch is over from now on.
    fn fence(&mut self, number: Number, branch: u8) {
        let attempt = self.order.attempt(INNER, number);
        attempt.fence = attempt.fence.max(branch.saturating_add(1));
    }

    /// Try: the amount is set aside for this payment order.
    fn reserve(&mut self, number: Number, branch: u8) -> Tells {
        let attempt = *self.order.attempt(INNER, number);
        if self.is_fenced_off(number, branch) {
            return Tells::Failure;
        }
        if attempt.frozen && self.hop(INNER).rules.fence_branches {
            return Tells::Try;
        }
        let written = self.write(OUTER, Place::RecordWrite, attempt.parent);
        if written == Err(WriteEffect::Fail) {
            return Tells::Error;
        }
        self.order.attempt(INNER, number).frozen = true;
        self.move_money(number, Account::Suspense, Account::Frozen);
        known(written, Tells::Try)
    }

    /// Confirm: what was set aside is the merchant's.
    fn confirm(&mut self, number: Number, branch: u8) -> Tells {
        let attempt = *self.order.attempt(INNER, number);
        let parent = attempt.parent;
        if !attempt.frozen && self.hop(INNER).rules.fence_branches {
            return if branch < attempt.fence { Tells::Success } else { Tells::Error };
        }
        let written = self.write(OUTER, Place::RecordWrite, parent);
        if written == Err(WriteEffect::Fail) {
            return Tells::Error;
        }
        self.order.attempt(INNER, number).frozen = false;
        self.fence(number, branch);
        let cause = attempt.told_by.unwrap_or(Cause::Transaction);
        let record = *self.order.record(OUTER, parent);
        let anothers = record.adopted.is_some_and(|adopted| adopted != number);
        if anothers || (record.adopted.is_none() && is_over(record.state)) {
            // Another channel order has paid it, or it was closed: this one's money goes back.
            self.move_money(number, Account::Frozen, Account::Suspense);
            self.give_back_duplicate(number);
        } else {
            self.move_money(number, Account::Frozen, Account::PayableToMerchant);
            if self.order.record(OUTER, parent).state != State::Succeeded {
                self.decided(OUTER, parent, State::Succeeded, cause);
            }
        }
        known(written, Tells::Success)
    }

    /// Cancel: what was set aside goes back; if nothing was, that is remembered.
    fn unreserve(&mut self, number: Number, branch: u8) -> Tells {
        let attempt = *self.order.attempt(INNER, number);
        let rules = self.hop(INNER).rules;
        if rules.fence_branches && branch < attempt.fence {
            return Tells::Cancel;
        }
        let written = self.write(OUTER, Place::RecordWrite, attempt.parent);
        if written == Err(WriteEffect::Fail) {
            return Tells::Error;
        }
        self.fence(number, branch);
        self.order.attempt(INNER, number).frozen = false;
        if attempt.frozen || !rules.check_reserved {
            self.move_money(number, Account::Frozen, Account::Suspense);
        } else {
            self.tell(What::Ignored { hop: INNER, message: Message::Handover, number, why: Why::FencedOff });
        }
        known(written, Tells::Cancel)
    }

    fn move_money(&mut self, number: Number, from: Account, to: Account) {
        let attempt = *self.order.attempt(INNER, number);
        // What is owed to the merchant is booked under the merchant's number, what is reserved under the bank's.
        let booked = if to == Account::PayableToMerchant { attempt.parent } else { number };
        if to == Account::PayableToMerchant {
            self.owe(number);
        }
        self.post(Book::Platform, from, to, attempt.amount, booked);
    }

    /// Prepare: the row is written and locked, and nobody else may touch it.
    fn lock(&mut self, number: Number, branch: u8) -> Tells {
        let parent = self.order.attempt(INNER, number).parent;
        if self.is_fenced_off(number, branch) {
            return Tells::Failure;
        }
        match self.order.record(OUTER, parent).locked_by {
            Some(holder) if holder == number => return Tells::Try,
            Some(_) => return Tells::Failure,
            None => {}
        }
        let written = self.write(OUTER, Place::RecordWrite, parent);
        if written == Err(WriteEffect::Fail) {
            return Tells::Failure;
        }
        self.order.record(OUTER, parent).locked_by = Some(number);
        self.tell(What::Locked { number: parent });
        if !self.hop(INNER).rules.in_doubt_waits {
            let wait = self.model.platform.transaction.map_or(0, |transaction| transaction.lock_timeout);
            self.after(wait, Event { branch, ..Event::on(Kind::LockTimeout, INNER, number) });
        }
        known(written, Tells::Try)
    }

    /// Commit: the prepared row is what everybody sees. One that is free has been committed, or has decided by itself.
    fn commit(&mut self, number: Number, branch: u8) -> Tells {
        let parent = self.order.attempt(INNER, number).parent;
        let record = *self.order.record(OUTER, parent);
        if record.locked_by != Some(number) {
            return Tells::Success;
        }
        let written = self.write(OUTER, Place::RecordWrite, parent);
        if written == Err(WriteEffect::Fail) {
            return Tells::Error;
        }
        self.fence(number, branch);
        let cause = self.order.attempt(INNER, number).told_by.unwrap_or(Cause::Transaction);
        if is_over(record.state) {
            self.unlock(parent);
            self.succeeds_again(number, parent);
        } else {
            // One commit: the lock goes with it, before anybody is told.
            self.book_adoption(number, parent);
            self.unlock(parent);
            self.decided(OUTER, parent, State::Succeeded, cause);
        }
        known(written, Tells::Success)
    }

    /// Roll back: the row is free again; a prepare of this branch that comes later finds a fence.
    fn roll_back(&mut self, number: Number, branch: u8) -> Tells {
        let attempt = *self.order.attempt(INNER, number);
        if branch < attempt.fence && self.hop(INNER).rules.fence_branches {
            return Tells::Cancel;
        }
        let written = self.write(OUTER, Place::RecordWrite, attempt.parent);
        if written == Err(WriteEffect::Fail) {
            return Tells::Error;
        }
        self.fence(number, branch);
        if self.order.record(OUTER, attempt.parent).locked_by == Some(number) {
            self.unlock(attempt.parent);
        }
        known(written, Tells::Cancel)
    }

    /// A row that was prepared too long ago decides by itself: the mistake that `in_doubt_waits` prevents.
    pub(crate) fn lock_timeout(&mut self, number: Number, branch: u8) {
        let attempt = *self.order.attempt(INNER, number);
        if attempt.branch == branch && self.order.record(OUTER, attempt.parent).locked_by == Some(number) {
            self.unlock(attempt.parent);
        }
    }

    fn unlock(&mut self, parent: Number) {
        self.order.record(OUTER, parent).locked_by = None;
        self.tell(What::Unlocked { number: parent });
        for event in std::mem::take(&mut self.order.blocked) {
            self.order.pending.schedule(self.now, event);
        }
    }

    /// Work on a row that is locked waits until it is free.
    pub(crate) fn waits_for_a_lock(&mut self, hop: Hop, number: Number) -> bool {
        if hop != OUTER || self.order.record(hop, number).locked_by.is_none() {
            return false;
        }
        self.tell(What::Blocked { number });
        self.order.blocked.push(self.handling);
        true
    }

    /// The saga turns back: the payment order fails, unless it has succeeded after all.
    fn saga_fails_payment_order(&mut self, number: Number, branch: u8) -> Tells {
        let parent = self.order.attempt(INNER, number).parent;
        if self.order.record(OUTER, parent).adopted == Some(number) {
            return Tells::Success;
        }
        let written = self.write(OUTER, Place::RecordWrite, parent);
        if written == Err(WriteEffect::Fail) {
            return Tells::Error;
        }
        self.fence(number, branch);
        if self.order.record(OUTER, parent).state == State::Pending {
            self.decided(OUTER, parent, State::Failed, Cause::Transaction);
        }
        known(written, Tells::Cancel)
    }
}

/// Does a payment order in this state take no success any more?
fn is_over(state: State) -> bool {
    match state {
        State::Succeeded | State::Closed | State::Reversed => true,
        State::None | State::Pending | State::Unknown | State::Failed => false,
    }
}

/// What is answered when the write was done: what is not known to be written is an error, and will be asked for again.
fn known(written: Result<(), WriteEffect>, tells: Tells) -> Tells {
    if written.is_ok() { tells } else { Tells::Error }
}
