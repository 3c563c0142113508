//! Restart: what a process does when it is there again. It reads its tables; nothing is remembered.
//!
//! Called by the event of the restart. How much of what it finds it takes up is a matter of two rules: `intent_before_send`
//! (the dropped-order row was there before the request) and `resume_on_restart`.

use crate::kernel::Chooser;
use crate::payments::event::Kind;
use crate::payments::fact::{Number, Phase, Purpose, State, What};
use crate::payments::grounds::Cause;
use crate::payments::order::Attempt;
use crate::payments::party::{Hop, Process};
use crate::payments::step::{Step, Witness};

impl<C: Chooser, W: Witness> Step<'_, C, W> {
    /// A process is there again.
    pub(crate) fn restart(&mut self, process: Process) {
        self.tell(What::Restarted { process });
        match process {
            Process::Merchant => self.upstream_resumes(Hop::MerchantPlatform),
            Process::Platform => {
                self.transactions_resume();
                self.upstream_resumes(Hop::PlatformBank);
                self.downstream_resumes(Hop::MerchantPlatform);
                self.payment_orders_resume();
            }
            Process::Bank => {
                self.bank_resumes();
                self.downstream_resumes(Hop::PlatformBank);
            }
            Process::MerchantWorker => self.workers_resume(Hop::MerchantPlatform),
            Process::PlatformWorker => {
                self.workers_resume(Hop::PlatformBank);
                self.transactions_resume();
            }
        }
    }

    /// The upstream reads its dropped-order table.
    fn upstream_resumes(&mut self, hop: Hop) {
        for number in 0..self.order.attempts(hop).len() as Number {
            let attempt = *self.order.attempt(hop, number);
            if attempt.overwritten || attempt.phase != Phase::None {
                continue;
            }
            match attempt.state {
                State::Pending if self.hop(hop).rules.intent_before_send => self.becomes_unknown(hop, number),
                State::Unknown if attempt.tabled => self.start_recovery(hop, number),
                State::None
                | State::Pending
                | State::Unknown
                | State::Succeeded
                | State::Failed
                | State::Closed
                | State::Reversed => {}
            }
            if self.order.attempt(hop, number).closing && attempt.is_open() {
                self.close_again(hop, number);
            }
        }
        if self.hop(hop).rules.resume_on_restart {
            self.updates_resume(hop);
        } else {
            self.updates_await_the_scan(hop);
        }
    }

    /// Updates that the tables show as begun are finished.
    fn updates_resume(&mut self, hop: Hop) {
        for number in 0..self.order.attempts(hop).len() as Number {
            let free = self.order.attempt(hop, number).phase == Phase::None || self.owes_refund(hop, number);
            if free && self.is_missing(hop, number) {
                self.finish_update(hop, number, Cause::Restart);
            }
        }
    }

    /// The scan reads the same tables, restart or not.
    fn updates_await_the_scan(&mut self, hop: Hop) {
        for number in 0..self.order.attempts(hop).len() as Number {
            if self.is_missing(hop, number) {
                self.await_scan(hop, number);
            }
        }
    }

    /// The downstream reads which outcomes were not acknowledged.
    fn downstream_resumes(&mut self, hop: Hop) {
        for number in 0..self.order.records(hop).len() as Number {
            let record = *self.order.record(hop, number);
            let decided = matches!(record.state, State::Succeeded | State::Failed | State::Closed);
            if decided && !record.acknowledged {
                self.resume_notifying(hop, number);
            }
        }
    }

    /// Payment orders for which nothing was asked of the bank yet.
    fn payment_orders_resume(&mut self) {
        if !self.hop(Hop::PlatformBank).rules.resume_on_restart {
            return;
        }
        for number in 0..self.order.records(Hop::MerchantPlatform).len() as Number {
            let record = *self.order.record(Hop::MerchantPlatform, number);
            let of_it = |attempt: &Attempt| attempt.parent == number && !attempt.overwritten;
            let begun = self.order.attempts(Hop::PlatformBank).iter().any(of_it);
            self.takes_up_refund(number);
            if record.state == State::Pending && record.purpose == Purpose::Payment && !begun {
                self.new_channel_order(number);
            }
        }
    }

    /// The worker reads the internal dropped-order table, and the rows of refunds that it may have written and not asked for.
    fn workers_resume(&mut self, hop: Hop) {
        for number in 0..self.order.attempts(hop).len() as Number {
            let Attempt { state, purpose, overwritten, .. } = *self.order.attempt(hop, number);
            let waits = self.order.pending.iter().any(|(_, event)| event.is(Kind::ReadTimeout, hop, number));
            let unasked = purpose == Purpose::Refund && state == State::Pending && !overwritten && !waits;
            if unasked && self.hop(hop).rules.intent_before_send {
                self.becomes_unknown(hop, number);
            }
        }
        for number in 0..self.order.attempts(hop).len() as Number {
            if self.order.attempt(hop, number).owed {
                self.disarm(Kind::WorkerDue, hop, number);
                self.await_worker(hop, number);
            }
        }
    }
}
