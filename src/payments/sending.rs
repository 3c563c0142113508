//! Sending: a message is on its way, lost, late, doubled or spoilt, as the chooser has it.
//!
//! Called by both halves of a hop, by the parties and by the recovery mechanisms. Must not know what a message is about.

use crate::kernel::{Address, Chooser, Distribution, Micros};
use crate::payments::event::{Event, Kind};
use crate::payments::fact::{Number, Tells, What};
use crate::payments::message::Message;
use crate::payments::party::Hop;
use crate::payments::site::{Place, Site};
use crate::payments::step::{Step, Witness};
use crate::payments::weather::{Effect, Flaw, MessageEffect};

impl<C: Chooser, W: Witness> Step<'_, C, W> {
    /// Sends a message over a hop: it is lost, late, doubled, spoilt or delivered as the chooser has it.
    #[inline(always)]
    pub(crate) fn send(&mut self, hop: Hop, message: Message, number: Number, tells: Tells) {
        let branch = if message.goes_down() { 0 } else { self.last_call(hop, number) };
        let event = Event { tells, branch, ..Event::on(Kind::arrival(message), hop, number) };
        let model = self.model;
        self.send_over(&model.hops[hop as usize].latency, event, message);
    }

    /// Sends what `event` says, over a link with this latency.
    #[inline(always)]
    pub(crate) fn send_over(&mut self, latency: &Distribution, mut event: Event, message: Message) {
        if !self.begins() {
            return;
        }
        let Event { hop, number, tells, .. } = event;
        let at = self.visit(Site::Hop(hop, Place::Message(message)));
        let nth = at.occurrence;
        event.nth = nth;
        let most = if self.now < self.weather.storm_end { self.weather.most(at.site) } else { 0 };
        let Some(latency) = self.chooser.calm_size(at, most, latency) else {
            return self.send_at(at, latency, event, message);
        };
        let arrives = self.now + latency;
        if message == Message::Notification {
            self.stamp(hop, arrives, &mut event);
        }
        self.tell_inline(What::Sent { hop, message, number, nth, tells, effect: None, arrives });
        self.deliver(message, arrives, event);
    }

    /// Sends a message that may be struck.
    #[cold]
    #[inline(never)]
    fn send_at(&mut self, at: Address, latency: &Distribution, mut event: Event, message: Message) {
        let Event { hop, number, .. } = event;
        let mut effect = self.strike(at);
        if let Some(Effect::Process(struck)) = effect {
            if !self.process_struck(struck, hop, Place::Message(message), at.occurrence) {
                return;
            }
            effect = None;
        }
        let latency = self.size(at, latency);
        let mut arrives = self.now + latency;
        let mut copy = None;
        let mut lost = false;
        if let Some(Effect::Message(effect)) = effect {
            match effect {
                MessageEffect::Drop => lost = true,
                MessageEffect::Refuse | MessageEffect::NoConnection => {
                    lost = true;
                    let connect = self.model.hops[hop as usize].timeout.connect;
                    let known = if effect == MessageEffect::Refuse { latency.min(connect) } else { connect };
                    if matches!(message, Message::Request | Message::Refund) {
                        self.after(known, Event::on(Kind::NotSent, hop, number));
                    }
                }
                MessageEffect::Delay(by) => arrives = arrives.saturating_add(by),
                MessageEffect::Copy(after) => copy = Some(arrives.saturating_add(after)),
                MessageEffect::Replace(flaw) => spoil(&mut event, flaw),
            }
        }
        if message == Message::Notification {
            self.stamp(hop, arrives, &mut event);
        }
        let Event { tells, nth, .. } = event;
        self.tell(What::Sent { hop, message, number, nth, tells, effect, arrives });
        if lost {
            return;
        }
        self.deliver(message, arrives, event);
        if let Some(again) = copy {
            self.deliver(message, again, event);
        }
    }

    /// Puts a message on its way.
    #[inline]
    fn deliver(&mut self, message: Message, arrives: Micros, event: Event) {
        if matches!(message, Message::Request | Message::Refund | Message::Close) {
            self.order.launch();
        }
        self.order.pending.schedule(arrives, event);
    }
}

/// Changes a message's content.
fn spoil(event: &mut Event, flaw: Flaw) {
    event.flaw = flaw;
    match flaw {
        Flaw::None | Flaw::BadSignature | Flaw::OtherAmount | Flaw::OtherOrder | Flaw::Stale | Flaw::Envelope => {}
        Flaw::SystemError => event.tells = Tells::Error,
        Flaw::RateLimited => event.tells = Tells::RateLimited,
        Flaw::NotFound => event.tells = Tells::NotFound,
        Flaw::FalseFailure => event.tells = Tells::Failure,
    }
}
