//! The platform between the hops: payment orders above, channel orders below, and ④ the step from one table to the other.
//!
//! Called by both halves. Merchants are upstreams to it, the bank a downstream; it has the tables in between.

use crate::kernel::Chooser;
use crate::payments::cases::Reason;
use crate::payments::event::Kind;
use crate::payments::fact::{Account, Book, Number, Phase, Purpose, State, Tells, What};
use crate::payments::grounds::{Cause, GaveUp};
use crate::payments::model::Tables;
use crate::payments::order::{Attempt, Record};
use crate::payments::party::Hop;
use crate::payments::site::{Place, Site};
use crate::payments::step::{Step, Witness};
use crate::payments::told::Told;
use crate::payments::weather::{Effect, Fate, WriteEffect};

const OUTER: Hop = Hop::MerchantPlatform;
const INNER: Hop = Hop::PlatformBank;

impl<C: Chooser, W: Witness> Step<'_, C, W> {
    /// ② A new payment order (or refund order): its first channel order goes to the bank.
    #[inline]
    pub(crate) fn platform_accepts(&mut self, number: Number) {
        let purpose = self.order.record(OUTER, number).purpose;
        let at = self.visit(Site::Hop(OUTER, Place::decision(purpose)));
        let struck = self.strike(at);
        if let Some(effect @ Effect::Decision(fate)) = struck {
            self.tell(What::Fated { hop: OUTER, number, purpose, nth: at.occurrence, effect });
            match fate {
                Fate::Hide(by) => self.order.record(OUTER, number).hidden_until = self.now.saturating_add(by),
                Fate::Decline => return self.fails_by_itself(number),
                // What only a bank does; the faults offer it there alone.
                Fate::StayProcessing(_)
                | Fate::DebitLate(_)
                | Fate::Underpay
                | Fate::NeverSettle
                | Fate::ReturnUnsettled
                | Fate::FalseFailure(_)
                | Fate::IgnoreClose(_) => {}
            }
        }
        let record = *self.order.record(OUTER, number);
        match record.purpose {
            Purpose::Payment => self.new_channel_order(number),
            Purpose::Refund => self.platform_refunds(number, record.of, record.amount),
        }
    }

    /// A job comes by to a payment order, or refund order, whose end could not be written.
    pub(crate) fn platform_decides(&mut self, number: Number) {
        if self.order.record(OUTER, number).state != State::Pending || !self.nothing_is_left_of(number) {
            return;
        }
        let Record { purpose, amount, .. } = *self.order.record(OUTER, number);
        let ended = |attempt: &Attempt| {
            let given_back = attempt.state == State::Succeeded && attempt.amount != amount;
            let over = matches!(attempt.state, State::Failed | State::Closed) || given_back;
            attempt.parent == number && attempt.purpose == purpose && over && !attempt.overwritten
        };
        match self.order.attempts(INNER).last_number(ended) {
            Some(ended) => self.channel_order_ended(ended),
            None if purpose == Purpose::Refund => self.takes_up_refund(number),
            None => self.fails_by_itself(number),
        }
    }

    /// Does nothing but what is told once more mend an internal drop?
    fn nobody_mends(&self) -> bool {
        self.hop(INNER).compensation.is_none() && self.model.platform.transaction.is_none()
    }

    /// What could not be decided now is decided by a job later on.
    pub(crate) fn decide_later(&mut self, number: Number) {
        let wait = self.postpone(OUTER, number);
        self.disarm(Kind::Decide, OUTER, number);
        self.arm(wait, Kind::Decide, OUTER, number);
    }

    /// A payment order, or refund order, for which nothing is asked of the bank has failed. Where that cannot be written, a
    /// job comes by again.
    pub(crate) fn fails_by_itself(&mut self, number: Number) {
        if self.order.record(OUTER, number).state != State::Pending || !self.nothing_is_left_of(number) {
            return;
        }
        let written = self.write(OUTER, Place::RecordWrite, number);
        if written.is_err() {
            self.answer_processing(OUTER, number);
        }
        if written == Err(WriteEffect::Fail) {
            return self.decide_later(number);
        }
        self.decided(OUTER, number, State::Failed, Cause::Decision);
    }

    /// A channel order under a new number for payment order `parent`.
    #[inline]
    pub(crate) fn new_channel_order(&mut self, parent: Number) {
        let attempt = Attempt {
            purpose: Purpose::Payment,
            parent,
            amount: self.order.record(OUTER, parent).amount,
            created: self.now,
            since: self.now,
            valid_until: self.now.saturating_add(self.hop(INNER).valid_for),
            ..Attempt::default()
        };
        let begun = self.order.issue(INNER, attempt).map(|number| self.begin(INNER, number));
        if begun == Some(false) {
            // Surely nothing was asked of the bank.
            self.fails_by_itself(parent);
        }
    }

    /// The channel orders of a payment order whose outcome is open.
    pub(crate) fn open_channel_orders(&self, parent: Number) -> smallvec::SmallVec<[Number; 4]> {
        let all = self.order.attempts(INNER).iter().enumerate();
        let is_it = |attempt: &Attempt| attempt.parent == parent && attempt.purpose == Purpose::Payment && attempt.is_open();
        all.filter(|(_, attempt)| is_it(attempt)).map(|(i, _)| i as Number).collect()
    }

    /// ④ A channel order has succeeded: it is booked, then the payment order is driven.
    #[inline]
    pub(crate) fn channel_succeeded(&mut self, number: Number, cause: Cause) {
        self.book_channel_success(number);
        self.drive(number, cause);
    }

    /// The channel order's success was committed, and in one database the payment order's with it, but the platform was told
    /// of an error: it goes no further. The scan, or whatever tells the success once more, does the rest.
    pub(crate) fn channel_success_uncertain(&mut self, number: Number, cause: Cause) {
        let attempt = *self.order.attempt(INNER, number);
        self.book_channel_success(number);
        self.tell(What::GaveUp { hop: INNER, number, purpose: attempt.purpose, why: GaveUp::UpdateFailed });
        self.channel_order_unknown(number);
        let differs = self.differs(number);
        match self.transaction_of(number).filter(|_| !differs) {
            // What the transaction has to do stands in the row that was committed.
            Some(transaction) => self.begin_transaction(number, transaction, Cause::Transaction),
            None => {
                if self.model.platform.tables == Tables::SameDatabase && (differs || self.can_adopt(number)) {
                    self.drive(number, cause);
                }
                self.update_is_owed(INNER, number);
            }
        }
    }

    /// The posting of a channel order's success.
    pub(crate) fn book_channel_success(&mut self, number: Number) {
        let attempt = *self.order.attempt(INNER, number);
        match attempt.purpose {
            Purpose::Payment => {
                self.post(Book::Platform, Account::ReceivableFromBank, Account::Suspense, attempt.amount, number)
            }
            Purpose::Refund => {
                self.post(Book::Platform, Account::RefundClearing, Account::ReceivableFromBank, attempt.amount, number)
            }
        }
    }

    /// A payment order that does not show yet that its channel order has succeeded is driven again.
    pub(crate) fn drive_if_behind(&mut self, number: Number, cause: Cause) {
        if self.is_behind(number) {
            self.drive(number, cause);
        }
    }

    /// The payment order follows its channel order: adopted if it is open and the amount is its own, else the money goes back.
    #[inline]
    pub(crate) fn drive(&mut self, number: Number, cause: Cause) {
        if self.is_platforms_own_refund(number) {
            return;
        }
        // What goes back in any case need not wait for the transaction's end.
        if self.is_in_transaction(number) && !self.owes_refund(INNER, number) {
            return;
        }
        if self.differs(number) {
            return self.give_back_other_amount(number);
        }
        let attempt = *self.order.attempt(INNER, number);
        if self.can_adopt(number) {
            return self.update_payment_order(number, attempt.phase, cause);
        }
        let parent = self.order.record(OUTER, attempt.parent);
        if parent.state != State::Succeeded || parent.purpose == Purpose::Payment {
            self.give_back_duplicate(number);
        }
    }

    /// Is the payment order of this channel order one that its success still changes?
    pub(crate) fn can_adopt(&mut self, number: Number) -> bool {
        let parent = self.order.attempt(INNER, number).parent;
        match self.order.record(OUTER, parent).state {
            State::None | State::Pending | State::Unknown | State::Failed => !self.is_platforms_own_refund(number),
            State::Succeeded | State::Closed | State::Reversed => false,
        }
    }

    /// Is no channel order of a payment order open, and none paid that was not given back?
    pub(crate) fn nothing_is_left_of(&self, parent: Number) -> bool {
        let counts = |(number, attempt): (usize, &Attempt)| {
            let own = attempt.purpose == self.order.records(OUTER).get(parent).purpose;
            let paid = attempt.purpose == Purpose::Payment && attempt.state == State::Succeeded;
            attempt.parent == parent && ((own && attempt.is_open()) || (paid && !self.is_refunded(INNER, number as Number)))
        };
        !self.order.attempts(INNER).iter().enumerate().any(counts)
    }

    /// The second table's update: in the same commit, in one of its own that can fail, behind a call, or in a transaction.
    fn update_payment_order(&mut self, number: Number, phase: Phase, cause: Cause) {
        let works = matches!(self.handling.kind, Kind::WorkerActs | Kind::WorkerDue | Kind::Restart);
        match self.transaction_of(number) {
            Some(transaction) if phase != Phase::Done => self.begin_transaction(number, transaction, cause),
            None if self.model.platform.tables == Tables::TwoApplications && !works => {
                self.order.attempt(INNER, number).told_by = Some(cause);
                self.hand_over(number, Tells::Confirm);
            }
            Some(_) | None => {
                if self.adopt(number, cause).is_err() {
                    self.update_is_owed(INNER, number);
                }
            }
        }
    }

    /// A channel order has failed or was closed: the payment order follows when no other attempt is open or paid.
    pub(crate) fn channel_order_ended(&mut self, number: Number) {
        let parent = self.order.attempt(INNER, number).parent;
        // Still owed to the customer, whatever the bank has said: it stays in clearing.
        if self.is_platforms_own_refund(number) {
            return self.put_before_a_person(INNER, number, Reason::RefundFailed);
        }
        if !self.nothing_is_left_of(parent) {
            return;
        }
        if self.model.platform.tables != Tables::SameDatabase {
            match self.write(OUTER, Place::RecordWrite, parent) {
                Ok(()) => {}
                Err(WriteEffect::Fail) if self.nobody_mends() => return self.decide_later(parent),
                Err(WriteEffect::Fail) => return self.update_is_owed(INNER, number),
                Err(WriteEffect::CommitUnknown) => self.answer_processing(OUTER, parent),
            }
        }
        self.payment_order_ends(number);
    }

    /// The payment order ends as its last channel order did, unless the customer waits to pay again.
    fn payment_order_ends(&mut self, number: Number) {
        let attempt = *self.order.attempt(INNER, number);
        let parent = attempt.parent;
        let again = self.order.attempts(INNER).iter().any(|a| a.parent == parent && a.again);
        for other in self.order.hops[INNER as usize].attempts.iter_mut() {
            other.again &= other.parent != parent;
        }
        let record = *self.order.record(OUTER, parent);
        if record.state != State::Pending {
            return;
        }
        if again && !record.closing {
            return self.try_again(parent);
        }
        if attempt.purpose == Purpose::Refund {
            self.post(Book::Platform, Account::RefundClearing, Account::PayableToMerchant, attempt.amount, parent);
        }
        self.decided(OUTER, parent, if record.closing { State::Closed } else { State::Failed }, Cause::Decision);
    }

    /// ⑤ The platform does not know: *processing*.
    pub(crate) fn channel_order_unknown(&mut self, number: Number) {
        if !self.is_platforms_own_refund(number) {
            let parent = self.order.attempt(INNER, number).parent;
            self.answer_processing(OUTER, parent);
        }
    }

    /// The merchant asks to close a payment order: its channel orders are closed first.
    pub(crate) fn platform_closes(&mut self, number: Number) -> Tells {
        let is_paid = |a: &Attempt| a.parent == number && a.purpose == Purpose::Payment && a.state == State::Succeeded;
        let paid = self.order.attempts(INNER).last_number(is_paid).filter(|paid| !self.is_refunded(INNER, *paid));
        if let Some(paid) = paid.filter(|_| self.hop(INNER).rules.duplicate_drives_payment) {
            self.drive_if_behind(paid, Cause::Reversal);
            return self.status(OUTER, number);
        }
        if !self.order.record(OUTER, number).closing {
            let written = self.write(OUTER, Place::RecordWrite, number);
            self.order.record(OUTER, number).closing = written != Err(WriteEffect::Fail);
            // Whether it is known to be closing or not: the merchant will ask again.
            if written.is_err() {
                return Tells::Error;
            }
        }
        let open = self.open_channel_orders(number);
        if open.is_empty() && paid.is_none() {
            self.decided(OUTER, number, State::Closed, Cause::Reversal);
        }
        for channel_order in open {
            self.close_now(INNER, channel_order);
        }
        self.status(OUTER, number)
    }

    /// A durable update failed after the answer was there: an internal drop. What was told is in the log of verified messages.
    pub(crate) fn update_failed(&mut self, hop: Hop, number: Number, told: Told) {
        let now = self.now;
        let attempt = self.order.attempt(hop, number);
        if attempt.heard.is_none() {
            attempt.heard = Some(told.evidence);
            attempt.learned = now;
        }
        if attempt.state == State::Pending {
            self.give_up(hop, number, GaveUp::UpdateFailed);
        }
        if self.order.attempt(hop, number).is_open() {
            self.update_is_owed(hop, number);
        }
    }
}
