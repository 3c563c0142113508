//! Compensation: an update that should have followed an answer and was not made is recorded in an internal dropped-order
//! table; a scan finds those that even that record missed; a worker, an application of its own, finishes them and deletes
//! the record.
//!
//! Called when an update has failed, and by the timers of the scan and the worker. Both run on the multiples of their
//! intervals and read what is in the tables, so they are functions of time and couple no orders, unless a run of the
//! worker is limited. The same on both hops: the platform's payment order follows its channel order, the merchant's order
//! follows what its log of verified answers holds.

use crate::kernel::Chooser;
use crate::payments::cases::Reason;
use crate::payments::event::{Event, Kind};
use crate::payments::fact::{Number, State, Tells, What};
use crate::payments::grounds::Cause;
use crate::payments::party::Hop;
use crate::payments::site::Place;
use crate::payments::step::{Step, Witness};
use crate::payments::told::Told;
use crate::payments::weather::{Flaw, WriteEffect};

impl<C: Chooser, W: Witness> Step<'_, C, W> {
    /// An update was not made: that is recorded, if the record can be written.
    pub(crate) fn update_is_owed(&mut self, hop: Hop, number: Number) {
        if self.hop(hop).compensation.is_none() {
            return self.transaction_owes(hop, number);
        }
        if self.order.attempt(hop, number).owed {
            return;
        }
        if self.write(hop, Place::DropInsert, number) == Err(WriteEffect::Fail) {
            self.await_scan(hop, number);
        } else {
            self.record_owed(hop, number);
        }
    }

    fn record_owed(&mut self, hop: Hop, number: Number) {
        self.order.attempt(hop, number).owed = true;
        self.tell(What::Owed { hop, number });
        self.await_worker(hop, number);
    }

    /// The next scan that can see what is missing is scheduled, if there is one: its replica shows it, and it has not left the
    /// window yet.
    pub(crate) fn await_scan(&mut self, hop: Hop, number: Number) {
        let Some(compensation) = self.hop(hop).compensation else { return };
        let changed = self.order.attempt(hop, number).learned;
        let visible = changed.saturating_add(compensation.replica_lag).max(self.now + self.patience(changed));
        let next = compensation.scan.map(|scan| (visible / scan + 1).saturating_mul(scan));
        self.disarm(Kind::ScanDue, hop, number);
        match next.filter(|at| *at <= changed.saturating_add(compensation.window)) {
            Some(at) => self.arm(at - self.now, Kind::ScanDue, hop, number),
            None => self.tell(What::ScanMisses { hop, number }),
        }
    }

    /// The scan comes by.
    pub(crate) fn scan(&mut self, hop: Hop, number: Number) {
        if self.order.attempt(hop, number).owed || !self.is_missing(hop, number) {
            return;
        }
        self.tell(What::ScanFound { hop, number });
        self.update_is_owed(hop, number);
    }

    /// Is there an outcome whose update was not made?
    pub(crate) fn is_missing(&mut self, hop: Hop, number: Number) -> bool {
        let attempt = *self.order.attempt(hop, number);
        let follows = match hop {
            Hop::MerchantPlatform => self.is_second_success(number),
            Hop::PlatformBank => self.is_behind(number),
        };
        (attempt.is_open() && attempt.heard.is_some()) || follows
    }

    /// Does the payment order of a channel order lack its outcome? A success is to be adopted or, if there is one already,
    /// given back; anything else ends the payment order only where it is all there is.
    pub(crate) fn is_behind(&mut self, number: Number) -> bool {
        let attempt = *self.order.attempt(Hop::PlatformBank, number);
        if attempt.overwritten || self.is_platforms_own_refund(number) {
            return false;
        }
        let parent = self.order.record(Hop::MerchantPlatform, attempt.parent).state;
        match attempt.state {
            State::None | State::Pending | State::Unknown | State::Reversed => false,
            State::Failed | State::Closed => parent == State::Pending && self.nothing_is_left_of(attempt.parent),
            State::Succeeded if self.differs(number) => {
                let ends = parent == State::Pending && self.nothing_is_left_of(attempt.parent);
                ends || !self.is_refunded(Hop::PlatformBank, number)
            }
            State::Succeeded => {
                let refunds = self.hop(Hop::PlatformBank).rules.refund_duplicate;
                let adopted = self.order.record(Hop::MerchantPlatform, attempt.parent).adopted;
                let lacks = match parent {
                    State::None | State::Pending | State::Unknown | State::Failed => true,
                    State::Closed | State::Reversed => refunds || adopted == Some(number),
                    State::Succeeded => refunds && adopted.is_some_and(|adopted| adopted != number),
                };
                lacks && !self.is_refunded(Hop::PlatformBank, number)
            }
        }
    }

    /// The worker's next run that can take the row is scheduled: not before another worker's lease is over, and later each
    /// time, so that a row that cannot be mended stays out of the others' way.
    pub(crate) fn await_worker(&mut self, hop: Hop, number: Number) {
        let Some(compensation) = self.hop(hop).compensation else { return };
        let attempt = *self.order.attempt(hop, number);
        if attempt.token >= compensation.attempts {
            return self.put_before_a_person(hop, number, Reason::DeadLetter);
        }
        // A lease that cannot be written is not tried at every run, or a worker that comes often does nothing else.
        let doublings = attempt.token.min(6) + attempt.tries.saturating_sub(1).min(6);
        let back_off = compensation.worker.saturating_mul((1 << doublings) - 1);
        let free = attempt.leased_until.max(self.now.saturating_add(back_off));
        let at = (free / compensation.worker + 1).saturating_mul(compensation.worker);
        self.disarm(Kind::WorkerDue, hop, number);
        self.arm(at - self.now, Kind::WorkerDue, hop, number);
    }

    /// The worker comes by, and takes a lease of the row; `let_through`: it has a place in this run.
    pub(crate) fn worker_due(&mut self, hop: Hop, number: Number, let_through: u16) {
        let Some(compensation) = self.hop(hop).compensation else { return };
        if !self.order.attempt(hop, number).owed {
            return;
        }
        if let Some(batch) = compensation.batch.filter(|_| let_through == 0) {
            let run = self.now / compensation.worker;
            let place = self.shared.place_for_worker(hop, run, batch);
            if place > run {
                let at = place.saturating_mul(compensation.worker);
                return self.order.pending.schedule(at, Event { nth: 1, ..Event::on(Kind::WorkerDue, hop, number) });
            }
        }
        let written = self.write(hop, Place::LeaseWrite, number);
        let attempt = self.order.attempt(hop, number);
        attempt.tries = if written.is_ok() { 0 } else { attempt.tries.saturating_add(1) };
        if written == Err(WriteEffect::Fail) {
            return self.await_worker(hop, number);
        }
        let until = self.now.saturating_add(compensation.lease);
        let attempt = self.order.attempt(hop, number);
        attempt.token = attempt.token.saturating_add(1);
        attempt.leased_until = until;
        let token = attempt.token;
        self.tell(What::Leased { hop, number, token, until });
        self.await_worker(hop, number);
        if written.is_err() {
            // It has the lease and does not know it: the lease runs out.
            return;
        }
        let acts = Event { nth: token, ..Event::on(Kind::WorkerActs, hop, number) };
        if compensation.call == 0 { self.worker_acts(hop, number, token) } else { self.after(compensation.call, acts) }
    }

    /// The worker finishes the update, then deletes the row. Each can fail, and is done again by the next run.
    pub(crate) fn worker_acts(&mut self, hop: Hop, number: Number, token: u16) {
        let attempt = *self.order.attempt(hop, number);
        if token != attempt.token && self.hop(hop).rules.fence_lease {
            return self.tell(What::Fenced { hop, number, token });
        }
        if self.is_missing(hop, number) {
            self.finish_update(hop, number, Cause::Compensation);
        } else if !self.hop(hop).rules.idempotent_update {
            self.update_again(hop, number);
        }
        if self.is_missing(hop, number) || !self.order.attempt(hop, number).owed {
            return;
        }
        if self.write(hop, Place::DropDelete, number) != Err(WriteEffect::Fail) {
            self.order.attempt(hop, number).owed = false;
            self.tell(What::Mended { hop, number });
            self.disarm(Kind::WorkerDue, hop, number);
        }
    }

    /// The update that was not made is made.
    pub(crate) fn finish_update(&mut self, hop: Hop, number: Number, cause: Cause) {
        let attempt = *self.order.attempt(hop, number);
        match attempt.heard.filter(|_| attempt.is_open()) {
            Some(evidence) => {
                self.learn(hop, number, Told { tells: Tells::Success, cause, evidence, flaw: Flaw::None });
            }
            None if attempt.state == State::Succeeded => match hop {
                Hop::MerchantPlatform => self.merchant_paid(number),
                Hop::PlatformBank => self.drive(number, cause),
            },
            None => self.channel_order_ended(number),
        }
    }

    /// An update that has been made is made once more: the mistake that `idempotent_update` prevents.
    fn update_again(&mut self, hop: Hop, number: Number) {
        match hop {
            Hop::MerchantPlatform => self.fulfil(number),
            Hop::PlatformBank => {
                let parent = self.order.attempt(hop, number).parent;
                self.book_adoption(number, parent);
            }
        }
    }
}
