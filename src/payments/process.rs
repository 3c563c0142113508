//! Processes that stop: they crash between two steps and come back with only what they had written, or they pause.
//!
//! Called by a [`Step`] where it takes a step (a message sent, a durable write) and when its event is over. A crash in the
//! middle of a handler is exact: the order as it stood is kept, the rest of the handler runs without effect, and what was
//! kept is put back. Must not know what the handlers do; what a party reads when it is back is in `recovery::restart`.

use crate::kernel::{Chooser, Micros};
use crate::payments::event::{Event, Kind};
use crate::payments::fact::{Number, Purpose, State, Tells, What};
use crate::payments::grounds::{Cause, GaveUp};
use crate::payments::message::Message;
use crate::payments::model::TransactionKind;
use crate::payments::order::{Attempt, Order};
use crate::payments::party::{Hop, Process};
use crate::payments::pause::{Changed, Paused, Replay};
use crate::payments::shared::Shared;
use crate::payments::site::Place;
use crate::payments::step::{Step, Witness};
use crate::payments::told::Told;
use crate::payments::weather::ProcessEffect;

/// A process that is to stop, and the step at which that was decided.
#[derive(Clone, Copy, Debug)]
pub struct Stop {
    pub(crate) process: Process,
    pub(crate) hop: Hop,
    place: Place,
    nth: u16,
    effect: ProcessEffect,
}

/// What is to become of the process whose event is being handled.
#[derive(Debug, Default)]
pub enum Halt {
    /// It runs.
    #[default]
    Running,
    /// It stops before its next step, or at the latest when the event is over.
    Due(Stop),
    /// It has crashed, or stands still: this is how everything stood.
    Dead(Stop, Box<(Order, Shared)>),
    /// What it had begun before it stood still is played again.
    Replaying(Box<Replay>),
    /// It has gone on, and others have changed these rows meanwhile.
    Resumed(Changed),
}

impl Halt {
    /// Does nothing that is done now count?
    #[inline(always)]
    pub fn is_without_effect(&self) -> bool {
        matches!(self, Halt::Dead(..) | Halt::Replaying(_))
    }
}

impl<C: Chooser, W: Witness> Step<'_, C, W> {
    /// A step begins. `false`: the process is dead and takes no step.
    #[inline]
    pub(crate) fn begins(&mut self) -> bool {
        match self.halt {
            Halt::Running => true,
            Halt::Due(_) | Halt::Dead(..) | Halt::Replaying(_) | Halt::Resumed(_) => self.stops_before_this(),
        }
    }

    #[cold]
    fn stops_before_this(&mut self) -> bool {
        match self.halt {
            // What cannot be played again is done to its end.
            Halt::Due(Stop { effect: ProcessEffect::Pause(_), .. }) if self.legs.is_empty() => true,
            Halt::Due(stop) => {
                self.die(stop);
                false
            }
            Halt::Dead(..) => false,
            Halt::Replaying(_) => {
                self.go_on_if_passed();
                true
            }
            Halt::Running | Halt::Resumed(_) => true,
        }
    }

    fn die(&mut self, stop: Stop) {
        self.halt = Halt::Dead(stop, Box::new((self.order.clone(), self.shared.clone())));
        self.witness.mute(true);
    }

    /// The process is struck at the step that it is about to take. `false`: it takes it no more.
    #[cold]
    pub(crate) fn process_struck(&mut self, effect: ProcessEffect, hop: Hop, place: Place, nth: u16) -> bool {
        if let Halt::Replaying(replay) = &mut self.halt {
            replay.passed = true;
            return true;
        }
        let process = self.process_of(&self.handling);
        let stop = Stop { process, hop, place, nth, effect };
        match effect {
            ProcessEffect::CrashBefore(_) => {
                self.die(stop);
                false
            }
            ProcessEffect::CrashAfter(_) | ProcessEffect::Pause(_) => {
                self.halt = Halt::Due(stop);
                true
            }
        }
    }

    /// The event is over, and its process stops.
    #[cold]
    pub(crate) fn stop(&mut self) {
        let (stop, in_the_middle) = match std::mem::take(&mut self.halt) {
            Halt::Running | Halt::Replaying(_) | Halt::Resumed(_) => return,
            Halt::Due(stop) => (stop, false),
            Halt::Dead(stop, kept) => {
                self.witness.mute(false);
                (*self.order, *self.shared) = *kept;
                (stop, true)
            }
        };
        let Stop { process, hop, place, nth, effect } = stop;
        let (by, crashed) = match effect {
            ProcessEffect::CrashBefore(by) | ProcessEffect::CrashAfter(by) => (by, true),
            ProcessEffect::Pause(by) => (by, false),
        };
        let until = self.now.saturating_add(by);
        self.tell(What::Halted { process, hop, place, nth, effect, until });
        self.shared.halt(process, until, crashed);
        if crashed {
            self.update_was_lost();
            if self.handling.kind == Kind::FileDue {
                self.read_again(self.handling, until);
            }
            self.lose_memory(process, until);
            self.customer_comes_again(until);
        } else if in_the_middle {
            self.stand_still(stop, until);
        } else {
            self.worker_acts_later(until);
        }
        let halt = Event { nth: process as u16, ..Event::on(Kind::Halt, hop, 0) };
        self.shared.wake_everyone.push((self.now, self.order.id, halt));
    }

    /// A worker that stands still when it has taken its lease acts when it goes on.
    fn worker_acts_later(&mut self, until: Micros) {
        let Event { kind: Kind::WorkerDue, hop, number, .. } = self.handling else { return };
        let token = self.order.attempt(hop, number).token;
        let acts = Event { nth: token, ..Event::on(Kind::WorkerActs, hop, number) };
        let at = self.order.pending.iter().find(|(_, event)| *event == acts).map(|(at, _)| *at);
        if let Some(at) = at {
            self.order.pending.cancel(|event| *event == acts);
            self.order.pending.schedule(at.max(until), acts);
        }
    }

    /// A customer who gives goods back does not leave before the refund's row is written.
    fn customer_comes_again(&mut self, until: Micros) {
        let now = self.now;
        let written =
            |attempt: &Attempt| attempt.purpose == Purpose::Refund && attempt.created == now && !attempt.overwritten;
        if self.handling.kind == Kind::Return && !self.order.attempts(Hop::MerchantPlatform).iter().any(written) {
            self.order.pending.schedule(until, self.handling);
        }
    }

    /// Another order's step has stopped a process that works on this one, too.
    pub(crate) fn halted_elsewhere(&mut self, process: Process) {
        let Some((until, crashed)) = self.shared.halted(process, self.now) else { return };
        self.tell(What::HaltedElsewhere { process, until });
        if crashed {
            self.lose_memory(process, until);
        }
    }

    /// The upstream had the answer and crashed before everything that follows from it was written: an internal drop.
    fn update_was_lost(&mut self) {
        let Event { kind, hop, number, tells, .. } = self.handling;
        let told = match kind {
            Kind::Answer | Kind::Notification | Kind::QueryAnswer | Kind::CloseAnswer => tells == Tells::Success,
            // A transaction is about a success that was told.
            Kind::Handover | Kind::HandoverAnswer | Kind::TransactionDue => true,
            _ => false,
        };
        if !told {
            return;
        }
        let attempt = *self.order.attempt(hop, number);
        let open = match hop {
            Hop::MerchantPlatform => attempt.is_open(),
            Hop::PlatformBank => attempt.is_open() || self.is_behind(number),
        };
        if open && attempt.purpose == Purpose::Payment {
            self.tell(What::GaveUp { hop, number, purpose: attempt.purpose, why: GaveUp::CrashedBeforeUpdate });
        }
    }

    /// A process that has crashed forgets its timers, its connections, and what it had only in memory.
    fn lose_memory(&mut self, process: Process, until: Micros) {
        let outbox = self.relays();
        self.order.paused.retain(|paused| paused.process != process);
        self.order.pending.cancel(|event| is_forgotten(process, outbox, event));
        match process {
            Process::Merchant => self.upstream_forgets(Hop::MerchantPlatform),
            Process::Platform => {
                self.upstream_forgets(Hop::PlatformBank);
                self.downstream_forgets(Hop::MerchantPlatform);
            }
            Process::Bank => self.downstream_forgets(Hop::PlatformBank),
            Process::MerchantWorker => self.forgets_unwritten(Hop::MerchantPlatform),
            Process::PlatformWorker => self.forgets_unwritten(Hop::PlatformBank),
        }
        let restart = Event { nth: process as u16, ..Event::on(Kind::Restart, Hop::MerchantPlatform, 0) };
        self.order.pending.cancel(|event| *event == restart);
        self.order.pending.schedule(until, restart);
    }

    fn upstream_forgets(&mut self, hop: Hop) {
        for number in 0..self.order.attempts(hop).len() as Number {
            let attempt = self.order.attempt(hop, number);
            let waited = std::mem::take(&mut attempt.waiting);
            attempt.connection_lost |= attempt.is_open();
            attempt.close_lost |= attempt.closing;
            // The customer's connection is gone with the process.
            attempt.again = false;
            let (state, purpose) = (attempt.state, attempt.purpose);
            if waited && state == State::Pending {
                self.tell(What::GaveUp { hop, number, purpose, why: GaveUp::Crashed });
            }
            let attempt = self.order.attempt(hop, number);
            if std::mem::take(&mut attempt.unsaved) {
                attempt.overwritten = true;
                self.move_attempt(hop, number, State::None, Told::by(Cause::Restart));
            }
        }
        self.forgets_unwritten(hop);
    }

    /// Rows that it was about to write; not those that another process, which stands still, is about to write.
    fn forgets_unwritten(&mut self, hop: Hop) {
        let writers = [hop.upstream().process(), self.process_of(&Event::on(Kind::WorkerDue, hop, 0))];
        let Order { hops, paused, .. } = &mut *self.order;
        let writes = |paused: &Paused| writers.contains(&paused.process);
        let about_to_write = |at: Micros| paused.iter().any(|paused| writes(paused) && paused.began_at(at));
        for attempt in hops[hop as usize].attempts.iter_mut() {
            attempt.overwritten |= attempt.state == State::None && !about_to_write(attempt.created);
        }
        self.order.touched = true;
    }

    fn downstream_forgets(&mut self, hop: Hop) {
        for record in self.order.hops[hop as usize].records.iter_mut() {
            record.caller_waits = false;
        }
    }

    /// Is the process that `event` is for not there? Then the event waits, or is lost.
    #[cold]
    pub(crate) fn is_held_up(&mut self, event: Event) -> bool {
        let Some((until, crashed)) = self.shared.halted(self.process_of(&event), self.now) else { return false };
        match event.kind {
            // A lock's time runs in the database.
            Kind::Halt | Kind::LockTimeout => return false,
            // A worker that pauses is one of several: what another one does goes on.
            Kind::ScanDue | Kind::WorkerDue | Kind::WorkerActs if !crashed => return false,
            // It has crashed again meanwhile, and will come back from that.
            Kind::Restart if crashed => {}
            kind if crashed && let Some(message) = kind.message() => {
                let Event { hop, number, nth, .. } = event;
                if matches!(message, Message::Request | Message::Refund | Message::Close) {
                    self.order.land();
                }
                self.tell(What::Missed { hop, message, number, nth });
                self.compare_books();
            }
            Kind::Intrude if crashed => {}
            _ => self.order.pending.schedule(until, event),
        }
        true
    }

    /// Whose event it is.
    pub(crate) fn process_of(&self, event: &Event) -> Process {
        process_of(event, self.relays())
    }

    /// Are updates delivered by a relay, an application of its own?
    fn relays(&self) -> bool {
        self.model.platform.transaction.is_some_and(|transaction| transaction.kind == TransactionKind::Outbox)
    }
}

fn process_of(event: &Event, relays: bool) -> Process {
    match event.kind {
        Kind::Pay | Kind::PayAgain | Kind::Return => Process::Merchant,
        Kind::HandoverAnswer if relays => Process::PlatformWorker,
        Kind::Handover | Kind::HandoverAnswer => Process::Platform,
        Kind::Request | Kind::Query | Kind::Close | Kind::Refund | Kind::Ack | Kind::NotifyDue | Kind::AckTimeout => {
            event.hop.downstream().process()
        }
        Kind::Answer
        | Kind::Notification
        | Kind::QueryAnswer
        | Kind::CloseAnswer
        | Kind::RefundAnswer
        | Kind::NotSent
        | Kind::ReadTimeout
        | Kind::QueryDue
        | Kind::CloseDue
        | Kind::RefundDue
        | Kind::RetryDue
        | Kind::Apply
        | Kind::FileDue
        | Kind::PersonDue
        | Kind::Intrude => event.hop.upstream().process(),
        Kind::Decide if event.hop == Hop::MerchantPlatform => Process::Platform,
        Kind::Decide | Kind::GiveBack => Process::Bank,
        Kind::ScanDue | Kind::WorkerDue | Kind::WorkerActs => match event.hop {
            Hop::MerchantPlatform => Process::MerchantWorker,
            Hop::PlatformBank => Process::PlatformWorker,
        },
        Kind::TransactionDue if relays => Process::PlatformWorker,
        Kind::TransactionDue | Kind::LockTimeout => Process::Platform,
        Kind::Halt | Kind::Restart | Kind::Resume => Process::ALL[usize::from(event.nth)],
    }
}

/// What a process that crashes does not find again: its timers, the questions that it had asked, the answers to them. What
/// stands in a calendar or at the bank's core is there all the same.
fn is_forgotten(process: Process, relays: bool, event: &Event) -> bool {
    if event.kind == Kind::Query {
        return event.hop.upstream().process() == process;
    }
    let timer = match event.kind {
        Kind::NotSent
        | Kind::ReadTimeout
        | Kind::QueryDue
        | Kind::CloseDue
        | Kind::RefundDue
        | Kind::RetryDue
        | Kind::Apply
        | Kind::NotifyDue
        | Kind::AckTimeout
        | Kind::WorkerDue
        | Kind::WorkerActs
        | Kind::TransactionDue
        | Kind::Resume
        | Kind::QueryAnswer => true,
        Kind::Pay
        | Kind::PayAgain
        | Kind::Return
        | Kind::Request
        | Kind::Answer
        | Kind::Notification
        | Kind::Ack
        | Kind::Query
        | Kind::Close
        | Kind::CloseAnswer
        | Kind::Refund
        | Kind::RefundAnswer
        | Kind::Handover
        | Kind::HandoverAnswer
        | Kind::Decide
        | Kind::GiveBack
        | Kind::FileDue
        | Kind::PersonDue
        | Kind::ScanDue
        | Kind::LockTimeout
        | Kind::Intrude
        | Kind::Halt
        | Kind::Restart => false,
    };
    timer && process_of(event, relays) == process
}
