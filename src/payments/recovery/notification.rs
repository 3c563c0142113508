//! Notification: the downstream pushes the outcome to a callback address until it is acknowledged.
//!
//! Called by both halves of a hop. The upstream's checks (signature, content, time window) are its safety rules.

use crate::kernel::{Chooser, Micros, SECOND};
use crate::payments::event::{Event, Kind};
use crate::payments::fact::{Number, State, Tells, What};
use crate::payments::grounds::{Cause, Evidence, Why};
use crate::payments::message::Message;
use crate::payments::model::{Model, NotificationQueue};
use crate::payments::party::Hop;
use crate::payments::site::Place;
use crate::payments::step::{Step, Witness};
use crate::payments::told::Told;
use crate::payments::weather::{Flaw, Weather, WriteEffect};

/// How far the receiver's clock is ahead of the sender's.
fn skew(weather: &Weather, hop: Hop) -> i64 {
    weather.skew[hop.upstream() as usize] - weather.skew[hop.downstream() as usize]
}

/// For how long a notification may be under way before it counts as stale; `None` where there is none.
pub fn tolerated(model: &Model, weather: &Weather, hop: Hop) -> Option<Micros> {
    let notification = model.hops[hop as usize].notification.as_ref()?;
    Some(notification.tolerance.saturating_add_signed(-skew(weather, hop)))
}

impl<C: Chooser, W: Witness> Step<'_, C, W> {
    /// The outcome is there: its first notification is scheduled, or stands in line.
    #[inline]
    pub(crate) fn start_notifying(&mut self, hop: Hop, number: Number) {
        let Some(notification) = &self.model.hops[hop as usize].notification else { return };
        let record = self.order.record(hop, number);
        if record.state != State::Succeeded && !notification.failures {
            return;
        }
        self.resume_notifying(hop, number);
    }

    /// The next notification of an outcome is scheduled, or stands in line.
    #[inline]
    pub(crate) fn resume_notifying(&mut self, hop: Hop, number: Number) {
        let Some(notification) = &self.model.hops[hop as usize].notification else { return };
        let sent = self.order.record(hop, number).notified;
        let left = notification.dead_letter.is_some_and(|most| sent >= most);
        let next = notification.gaps.get(usize::from(sent));
        if left || next.is_none() {
            self.next_in_line(hop, number);
        }
        let Some(&gap) = next else { return };
        self.disarm(Kind::NotifyDue, hop, number);
        let first = match notification.queue {
            NotificationQueue::PerEvent => true,
            NotificationQueue::FirstInFirstOut => left || self.shared.stand_in_line(hop, self.order.id, number),
        };
        if first {
            self.arm(gap, Kind::NotifyDue, hop, number);
        } else {
            self.tell(What::StandsInLine { hop, number });
        }
    }

    /// The next notification is due.
    #[inline]
    pub(crate) fn notify(&mut self, hop: Hop, number: Number) {
        let Some(notification) = &self.model.hops[hop as usize].notification else { return };
        let tells = self.status(hop, number);
        let marked = !self.hop(hop).rules.mark_after_delivery;
        // What is not noted is not sent: the job finds the row as it was when it comes by again.
        if self.write(hop, Place::NotifyWrite, number) == Err(WriteEffect::Fail) {
            let sent = usize::from(self.order.record(hop, number).notified);
            let gap = notification.gaps.get(sent + 1).or(notification.gaps.last()).copied();
            let decided = self.order.record(hop, number).decided;
            let wait = gap.unwrap_or_default().max(SECOND).max(self.patience(decided));
            return self.arm(wait, Kind::NotifyDue, hop, number);
        }
        let record = self.order.record(hop, number);
        record.notified += 1;
        record.acknowledged |= marked;
        let sent = record.notified;
        let next = notification.gaps.get(usize::from(sent)).copied().filter(|_| !marked);
        self.send(hop, Message::Notification, number, tells);
        if let Some(gap) = next {
            self.arm(gap, Kind::NotifyDue, hop, number);
        }
        if marked {
            self.next_in_line(hop, number);
        } else if next.is_none() || notification.dead_letter == Some(sent) {
            self.leave_line_later(hop, number);
        }
    }

    /// A notification is stamped by the sender's clock; what is outside the receiver's time window is stale.
    #[inline]
    pub(crate) fn stamp(&self, hop: Hop, arrives: Micros, event: &mut Event) {
        let Some(notification) = &self.model.hops[hop as usize].notification else { return };
        let age = (arrives - self.now) as i64 + skew(self.weather, hop);
        if event.flaw == Flaw::None && age.unsigned_abs() > notification.tolerance {
            event.flaw = Flaw::Stale;
        }
    }

    /// A notification arrives at the upstream.
    #[inline]
    pub(crate) fn on_notification(&mut self, hop: Hop, number: Number, event: Event) {
        let Event { tells, flaw, .. } = event;
        if let Some(why) = self.mistrust(hop, number, flaw) {
            if why == Why::UnknownNumber && !self.hop(hop).rules.durable_before_ack {
                self.acknowledge(hop, number, event);
            }
            return self.tell(What::Ignored { hop, message: Message::Notification, number, why });
        }
        let told = Told { tells, cause: Cause::Notification, evidence: Evidence::VerifiedNotification, flaw };
        if self.hop(hop).rules.durable_before_ack {
            if self.learn(hop, number, told) {
                self.acknowledge(hop, number, event);
            }
        } else {
            self.acknowledge(hop, number, event);
            self.learn(hop, number, told);
        }
    }

    /// An intruder's notification arrives.
    #[cold]
    pub(crate) fn intruder_notifies(&mut self, event: Event) {
        let Event { hop, number, nth, tells, flaw, .. } = event;
        self.tell(What::Intruded { hop, number, nth, tells, flaw });
        self.on_notification(hop, number, event);
    }

    /// Why a notification is not believed.
    #[inline]
    fn mistrust(&mut self, hop: Hop, number: Number, flaw: Flaw) -> Option<Why> {
        let rules = self.hop(hop).rules;
        let attempt = self.order.attempt(hop, number);
        if attempt.overwritten || attempt.unsaved || attempt.state == State::None {
            return Some(Why::UnknownNumber);
        }
        match flaw {
            Flaw::BadSignature => rules.verify_signature.then_some(Why::BadSignature),
            Flaw::OtherAmount | Flaw::OtherOrder => rules.verify_content.then_some(Why::OtherContent),
            Flaw::Stale => rules.verify_freshness.then_some(Why::Stale),
            Flaw::SystemError | Flaw::RateLimited | Flaw::NotFound => Some(Why::Indefinite),
            Flaw::None | Flaw::Envelope | Flaw::FalseFailure => None,
        }
    }

    /// Acknowledges what was told; an intruder waits for no acknowledgement.
    #[inline]
    fn acknowledge(&mut self, hop: Hop, number: Number, event: Event) {
        if event.kind != Kind::Intrude {
            self.send(hop, Message::Ack, number, event.tells);
        }
    }

    /// The acknowledgement arrives at the downstream.
    #[inline]
    pub(crate) fn on_ack(&mut self, hop: Hop, number: Number, tells: Tells) {
        if tells != self.status(hop, number) {
            // It acknowledges an outcome that is no longer the present one.
            return self.tell(What::Ignored { hop, message: Message::Ack, number, why: Why::Outdated });
        }
        let written = self.write(hop, Place::AckWrite, number);
        if written == Err(WriteEffect::Fail) {
            return;
        }
        self.order.record(hop, number).acknowledged = true;
        // Who does not know that the acknowledgement is written sends once more.
        if written.is_ok() {
            self.stop_notifying(hop, number);
        }
    }

    /// Nothing more is told about a record for now.
    pub(crate) fn stop_notifying(&mut self, hop: Hop, number: Number) {
        self.disarm(Kind::NotifyDue, hop, number);
        self.next_in_line(hop, number);
    }

    /// Where notifications stand in line, the next one moves up when nobody has acknowledged this one in time.
    fn leave_line_later(&mut self, hop: Hop, number: Number) {
        let Some(notification) = &self.model.hops[hop as usize].notification else { return };
        if notification.queue == NotificationQueue::FirstInFirstOut {
            self.arm(notification.ack_timeout, Kind::AckTimeout, hop, number);
        }
    }

    /// Where notifications stand in line, the next one moves up.
    pub(crate) fn next_in_line(&mut self, hop: Hop, number: Number) {
        let Some(notification) = &self.model.hops[hop as usize].notification else { return };
        if notification.queue == NotificationQueue::PerEvent {
            return;
        }
        self.disarm(Kind::AckTimeout, hop, number);
        if let Some((order, number)) = self.shared.leave_line(hop, self.order.id, number) {
            self.shared.wakes.push((self.now, order, Event::on(Kind::NotifyDue, hop, number)));
        }
    }
}
