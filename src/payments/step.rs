//! One step of one order: an event is taken, a party acts, facts are stated, new events are scheduled.
//!
//! Called by the run. The acts themselves are in the files beside this one (the two halves of a hop, the parties) and in
//! `recovery` (one file per mechanism), each an `impl` block of [`Step`]. Here is what all of them need: stating facts,
//! timers, writing, posting, and knowing whether the books agree; `choosing` and `sending` have files of their own.

use crate::kernel::{Chooser, Micros};
use crate::payments::event::{Event, Kind};
use crate::payments::fact::{Account, Book, Fact, Number, What};
use crate::payments::message::Message;
use crate::payments::model::{HopModel, Model};
use crate::payments::money::Money;
use crate::payments::order::Order;
use crate::payments::party::{Hop, Party, Process};
use crate::payments::pause::Leg;
use crate::payments::process::Halt;
use crate::payments::shared::Shared;
use crate::payments::site::{Place, Site};
use crate::payments::weather::{Effect, Weather, WriteEffect};

/// Who is told the facts, in order.
pub trait Witness {
    /// Takes a fact.
    fn see(&mut self, fact: &Fact);

    /// Takes none as long as it is `muted`: what a dead process does has no effect.
    fn mute(&mut self, muted: bool);

    /// The downstream breaks its word to the order.
    fn word_is_broken(&mut self);
}

/// One step of one order.
pub struct Step<'a, C, W> {
    /// How the parties are configured.
    pub model: &'a Model,
    /// What may go wrong.
    pub weather: &'a Weather,
    /// Decides all that is not determined.
    pub chooser: &'a mut C,
    /// Is told what happens.
    pub witness: W,
    /// What orders share.
    pub shared: &'a mut Shared,
    /// The order.
    pub order: &'a mut Order,
    /// The instant.
    pub now: Micros,
    /// The event that is being handled.
    pub handling: Event,
    /// What is to become of the process that handles it.
    pub halt: Halt,
    /// Where processes pause: how everything stood when this was begun.
    pub legs: Vec<Leg>,
}

impl<C: Chooser, W: Witness> Step<'_, C, W> {
    /// The next event. Where two have one instant, the first may be made to wait for the others.
    #[inline(always)]
    pub fn take_next(&mut self) -> Option<(Micros, Event)> {
        let next = self.order.pending.pop();
        if self.weather.ties { self.in_turn(next) } else { next }
    }

    /// Each of those that have this instant is asked once at most, so that any of them may be the first.
    #[cold]
    fn in_turn(&mut self, mut next: Option<(Micros, Event)>) -> Option<(Micros, Event)> {
        let (at, _) = next?;
        if self.order.pending.next_at() != Some(at) || at >= self.weather.storm_end {
            return next;
        }
        let mut others = self.order.pending.iter().filter(|other| other.0 == at).count();
        while let Some((_, event)) = next
            && others > 0
            && !event.keeps_its_turn()
            && !self.order.pending.first().is_some_and(Event::keeps_its_turn)
        {
            let address = self.visit(Site::Turn);
            if self.chooser.pick(address, &[0]) == 0 {
                break;
            }
            self.order.pending.schedule(at, event);
            next = self.order.pending.pop();
            others -= 1;
        }
        next
    }

    /// Lets `event` happen.
    #[inline(always)]
    pub fn happen(&mut self, event: Event) {
        if self.shared.some_process_is_halted() && self.is_held_up(event) {
            return;
        }
        self.handling = event;
        if self.weather.pauses && self.chooser.may_look_back() {
            self.begin_leg();
        }
        self.take(event);
        if !matches!(self.halt, Halt::Running) {
            self.stop();
        }
        self.compare_books();
    }

    /// What is to happen, happens, or waits for its turn.
    #[inline(always)]
    pub(crate) fn take(&mut self, event: Event) {
        match event.kind.message() {
            Some(message) if !self.arrives(message, event) => {}
            _ => self.handle(event),
        }
    }

    /// What is to happen, happens.
    #[inline(always)]
    fn handle(&mut self, event: Event) {
        let Event { kind, hop, number, nth, tells, flaw, branch } = event;
        match kind {
            Kind::Request | Kind::Refund => self.on_request(hop, number),
            Kind::Answer | Kind::RefundAnswer => self.on_answer(hop, number, tells),
            Kind::Notification => self.on_notification(hop, number, event),
            Kind::Ack => self.on_ack(hop, number, tells),
            Kind::Query => self.on_query(hop, number),
            Kind::QueryAnswer => self.on_query_answer(hop, number, tells, flaw),
            Kind::Close => self.on_close(hop, number),
            Kind::CloseAnswer => self.on_close_answer(hop, number, tells),
            Kind::Handover => self.on_handover(number, tells, branch),
            Kind::HandoverAnswer => self.on_handover_answer(number, tells, branch),
            Kind::Pay => self.pay(),
            Kind::PayAgain => self.may_pay_again(),
            Kind::NotSent => self.not_sent(hop, number),
            Kind::ReadTimeout => self.read_timeout(hop, number),
            Kind::Decide if hop == Hop::MerchantPlatform => self.platform_decides(number),
            Kind::Decide => self.bank_decides(number, tells),
            Kind::NotifyDue => self.notify(hop, number),
            Kind::AckTimeout => self.next_in_line(hop, number),
            Kind::QueryDue => self.query_due(hop, number, nth == 1),
            Kind::CloseDue => self.close_due(hop, number),
            Kind::RefundDue => self.refund_due(hop, number),
            Kind::FileDue => self.file_due(hop, nth, number),
            Kind::ScanDue => self.scan(hop, number),
            Kind::WorkerDue => self.worker_due(hop, number, nth),
            Kind::WorkerActs => self.worker_acts(hop, number, nth),
            Kind::RetryDue => self.retry_due(hop, number),
            Kind::Apply => self.apply(hop, number, event),
            Kind::TransactionDue => self.transaction_due(number),
            Kind::LockTimeout => self.lock_timeout(number, branch),
            Kind::Halt => self.halted_elsewhere(Process::ALL[usize::from(nth)]),
            Kind::Restart => self.restart(Process::ALL[usize::from(nth)]),
            Kind::GiveBack => self.bank_gives_back(number),
            Kind::Return => self.merchant_returns(nth),
            Kind::PersonDue => self.person_due(hop, number),
            Kind::Intrude => self.intruder_notifies(event),
            Kind::Resume => self.resume(event),
        }
    }

    /// A message arrives. `false`: it waits for its turn.
    #[inline(always)]
    fn arrives(&mut self, message: Message, event: Event) -> bool {
        let Event { hop, number, nth, tells, flaw, branch, .. } = event;
        if hop == Hop::PlatformBank && branch & Event::SERVED != 0 {
            return true;
        }
        self.tell_inline(What::Received { hop, message, number, nth, tells, flaw });
        hop == Hop::MerchantPlatform || !self.waits_for_the_bank(message, event)
    }

    /// States a fact.
    #[inline(never)]
    pub(crate) fn tell(&mut self, what: What) {
        self.tell_inline(what);
    }

    /// States a fact that most orders have: what the witnesses make of it is compiled for this fact alone.
    #[inline(always)]
    pub(crate) fn tell_inline(&mut self, what: What) {
        self.witness.see(&Fact { at: self.now, order: self.order.id, what });
    }

    /// The configuration of a hop.
    #[inline]
    pub(crate) fn hop(&self, hop: Hop) -> &'_ HopModel {
        &self.model.hops[hop as usize]
    }

    /// What a party's clock shows now.
    pub(crate) fn clock(&self, party: Party) -> Micros {
        self.now.saturating_add_signed(self.weather.skew[party as usize])
    }

    /// Schedules an event so much later.
    #[inline]
    pub(crate) fn after(&mut self, delay: Micros, event: Event) {
        self.order.pending.schedule(self.now.saturating_add(delay), event);
    }

    /// Schedules a timer so much later.
    #[inline]
    pub(crate) fn arm(&mut self, delay: Micros, kind: Kind, hop: Hop, number: Number) {
        self.after(delay, Event::on(kind, hop, number));
    }

    /// How long what a job could not write is left alone, if it has been due since then: a job that comes by every few
    /// milliseconds does not ask a table that is down for a day ten million times. A job that comes by every minute notices
    /// nothing of it for days.
    pub(crate) fn patience(&self, since: Micros) -> Micros {
        self.now.saturating_sub(since) / 4096
    }

    /// Removes a timer.
    #[inline(never)]
    pub(crate) fn disarm(&mut self, kind: Kind, hop: Hop, number: Number) {
        self.order.pending.cancel(move |event| event.is(kind, hop, number));
    }

    /// A durable write: done unless it fails before the commit. `Ok` where nothing struck.
    #[inline(always)]
    pub(crate) fn write(&mut self, hop: Hop, place: Place, number: Number) -> Result<(), WriteEffect> {
        if self.weather.is_calm_at(Site::Hop(hop, place).index()) && matches!(self.halt, Halt::Running) {
            return Ok(());
        }
        self.write_in_a_storm(hop, place, number)
    }

    fn write_in_a_storm(&mut self, hop: Hop, place: Place, number: Number) -> Result<(), WriteEffect> {
        if !self.begins() {
            return Ok(());
        }
        if self.is_changed(hop, place, number) {
            return Err(WriteEffect::Fail);
        }
        let at = self.visit(Site::Hop(hop, place));
        match self.strike(at) {
            Some(effect @ Effect::Write(write)) => {
                let purpose = self.order.attempt(hop, number).purpose;
                self.tell(What::WriteStruck { hop, place, number, purpose, nth: at.occurrence, effect });
                Err(write)
            }
            Some(Effect::Process(effect)) => {
                self.process_struck(effect, hop, place, at.occurrence);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Posts an amount from one account to another.
    #[inline]
    pub(crate) fn post(&mut self, book: Book, debit: Account, credit: Account, amount: Money, number: Number) {
        self.tell_inline(What::Posted { book, debit, credit, amount, credited: amount, number });
    }

    /// States when the books begin, and cease, to agree.
    #[inline(always)]
    pub(crate) fn compare_books(&mut self) {
        if std::mem::take(&mut self.order.touched) {
            self.compare_touched_books();
        }
    }

    #[inline(never)]
    fn compare_touched_books(&mut self) {
        let agreed = self.order.books_agree();
        if agreed != self.order.agreed {
            self.order.agreed = agreed;
            self.tell_inline(if agreed { What::Agreed } else { What::Disagreed });
        }
    }
}
