//! Messages: what is sent and how it arrives, a question and its answer in one step, what changes nothing.
//!
//! Called by `tell`.

use super::{Teller, note, ordinal, struck};
use crate::kernel::{Micros, SECOND};
use crate::payments::fact::{Number, Tells, What};
use crate::payments::grounds::Why;
use crate::payments::message::Message;
use crate::payments::party::{Hop, Party};
use crate::payments::site::{Place, Site};
use crate::payments::weather::{Effect, MessageEffect};
use crate::report::paint::Tone;
use crate::report::steps::{Actor, Flight, Shape, Way, arrivals};
use crate::report::words;

/// A message that takes longer, calm or not, arrives in a step of its own.
const LONG: Micros = SECOND;

impl Teller<'_> {
    pub(super) fn sent(&mut self, i: usize) {
        let fact = self.story.facts[i];
        let What::Sent { hop, message, number, nth, tells, effect, .. } = fact.what else { return };
        if message.is_internal() {
            return self.handed_over(i);
        }
        let way = Way { hop, down: message.goes_down(), forged: false };
        let received = self.received_from(i);
        let separate = received.first().is_some_and(|first| self.arrives_apart(i, *first));
        let flight = match received.first() {
            None => Flight::Never,
            Some(_) if separate => Flight::Later,
            Some(first) => Flight::Arrives(self.story.facts[*first].at - fact.at),
        };
        let own_step = self.steps.len();
        for (n, &arrival) in received.iter().enumerate() {
            self.arrivals[arrival] = Some(own_step);
            self.told[arrival] = n == 0 && !separate;
        }
        let mut words =
            format!("{} {}", way.from().name(), words::sends(message, ordinal(number), self.sent_before(i), tells));
        let (mut shape, mut answer) = (Shape::Message(way, flight), String::new());
        let calm = effect.is_none() && !separate;
        if let Some(reply) = received.first().filter(|_| calm).and_then(|&arrival| self.reply(i, arrival)) {
            (shape, answer) = self.merge_reply(i, reply, way, &mut words);
        }
        if let Some(ignored) = received.first().and_then(|&arrival| self.known_already(i, arrival)) {
            self.told[ignored] = true;
            words.push_str(", known already");
        }
        let address = effect.map(|_| self.address(Site::Hop(hop, Place::Message(message)), nth));
        let step = self.push(i, shape, words);
        step.mark = words::mark(hop, message);
        step.label = words::label(message, ordinal(number), tells);
        step.reply = answer;
        step.notes.extend(effect.and_then(struck));
        if effect.is_none() && flight == Flight::Never {
            step.notes.extend(note(Tone::Dim, "does not arrive"));
        }
        step.address = address;
    }

    /// A call within the platform is something that the platform does.
    fn handed_over(&mut self, i: usize) {
        let What::Sent { hop, message, number, nth, tells, effect, .. } = self.story.facts[i].what else { return };
        let words = words::sends(message, ordinal(number), self.sent_before(i), tells);
        let label = words::label(message, ordinal(number), tells);
        self.local(i, Actor::Party(Party::Platform), &label, words, effect.and_then(struck));
        if effect.is_some() {
            self.struck_at(Site::Hop(hop, Place::Message(message)), nth);
        }
        for arrival in self.received_from(i) {
            self.told[arrival] = true;
        }
    }

    /// The positions at which what was sent at `i` arrives: none, one, or two for a copy.
    fn received_from(&self, i: usize) -> Vec<usize> {
        arrivals(&self.story.facts, i).into_iter().filter(|&j| self.arrivals[j].is_none()).collect()
    }

    /// The position of the fact that what arrived was known already.
    fn known_already(&self, sent: usize, arrival: usize) -> Option<usize> {
        let What::Sent { hop, message, number, .. } = self.story.facts[sent].what else { return None };
        let wanted = What::Ignored { hop, message, number, why: Why::Duplicate };
        let moment = self.story.facts[arrival].at;
        let at_once = self.story.facts[arrival..].iter().take_while(|fact| fact.at == moment);
        at_once.zip(arrival..).find(|(fact, _)| fact.what == wanted && self.told[arrival]).map(|(_, i)| i)
    }

    /// Does so much happen between sending and arrival that they must be told apart?
    fn arrives_apart(&self, sent: usize, arrival: usize) -> bool {
        let facts = &self.story.facts;
        let delayed = matches!(facts[sent].what, What::Sent { effect: Some(Effect::Message(MessageEffect::Delay(_))), .. });
        let gave_up = facts[sent..arrival].iter().any(|fact| matches!(fact.what, What::GaveUp { .. }));
        delayed || gave_up || facts[arrival].at - facts[sent].at >= LONG
    }

    /// The answer to a query, or the acknowledgement of a notification, if it comes back undisturbed.
    fn reply(&self, sent: usize, arrival: usize) -> Option<(usize, usize)> {
        let What::Sent { hop, message, number, .. } = self.story.facts[sent].what else { return None };
        let wanted = match message {
            Message::Query => Message::QueryAnswer,
            Message::Notification => Message::Ack,
            Message::Close => Message::CloseAnswer,
            Message::Request
            | Message::Answer
            | Message::Ack
            | Message::QueryAnswer
            | Message::CloseAnswer
            | Message::Refund
            | Message::RefundAnswer
            | Message::Handover
            | Message::HandoverAnswer => return None,
        };
        let is_reply = |what: What| matches!(what, What::Sent { hop: h, message: m, number: n, effect: None, .. } if (h, m, n) == (hop, wanted, number));
        let (facts, soon) = (&self.story.facts, self.story.facts[arrival].at + LONG);
        let mut after = (arrival + 1..facts.len()).take_while(|&k| facts[k].at <= soon);
        let reply = after.find(|&k| !self.told[k] && is_reply(facts[k].what))?;
        let back = *self.received_from(reply).first()?;
        let quiet = |j: usize| !is_notable(&self.story.facts[j].what);
        let at_once = self.story.facts[reply].at == self.story.facts[arrival].at;
        let merges = match wanted {
            Message::Ack => true,
            _ => at_once && (sent + 1..back).all(quiet),
        };
        (merges && !self.arrives_apart(reply, back)).then_some((reply, back))
    }

    fn merge_reply(&mut self, sent: usize, (reply, back): (usize, usize), way: Way, words: &mut String) -> (Shape, String) {
        (self.told[reply], self.told[back]) = (true, true);
        self.arrivals[back] = Some(self.steps.len());
        let shape = Shape::Exchange(way, self.story.facts[back].at - self.story.facts[sent].at);
        if let What::Sent { tells, message: Message::QueryAnswer | Message::CloseAnswer, .. } = self.story.facts[reply].what
        {
            let says = words::tells(tells);
            words.insert_str(words.find(" (").unwrap_or(words.len()), &format!(": \"{says}\""));
            return (shape, says.to_owned());
        }
        words.push_str(", acknowledged");
        (shape, "ack".to_owned())
    }

    pub(super) fn received(&mut self, i: usize) {
        let What::Received { hop, message, number, tells, .. } = self.story.facts[i].what else { return };
        let from = self.arrivals[i];
        let copy = from.is_some_and(|sent| !matches!(self.steps[sent].shape, Shape::Message(_, Flight::Later)));
        let way = Way { hop, down: message.goes_down(), forged: false };
        let thing = words::thing(message);
        let which = if copy { "a copy of the " } else { "the " };
        let says = if tells == Tells::Nothing { String::new() } else { format!(": {}", words::tells(tells)) };
        let words = format!("{} gets {which}{thing} of #{}{says}", way.to().name(), ordinal(number));
        let step = self.push(i, Shape::Arrival(way, from), words);
        step.label = if copy { "copy".to_owned() } else { words::label(message, ordinal(number), tells) };
        step.mark = words::mark(hop, message);
    }

    pub(super) fn intruded(&mut self, i: usize) {
        let What::Intruded { hop, number, nth, tells, flaw } = self.story.facts[i].what else { return };
        let way = Way { hop, down: false, forged: true };
        let sends = words::sends(Message::Notification, ordinal(number), 0, tells);
        let address = self.address(Site::Hop(hop, Place::Intruder), nth);
        let step = self.push(i, Shape::Arrival(way, None), format!("somebody, not the {}, {sends}", way.from().name()));
        step.label = words::label(Message::Notification, ordinal(number), tells);
        step.address = Some(address);
        step.notes.extend(note(Tone::Fault, format!("✗ {}", words::flaw(flaw))));
    }

    pub(super) fn ignored(&mut self, i: usize, hop: Hop, message: Message, number: Number, why: Why) {
        let receiver = message.receiver(hop);
        let thing = words::thing(message);
        let words = format!("changes nothing on the {thing} of #{}: {}", ordinal(number), words::why(why));
        let note = match why {
            Why::BadSignature | Why::OtherContent | Why::Stale => note(Tone::Repair, "✓ rejected"),
            Why::TooLate => note(Tone::Repair, "✓ refused"),
            Why::Changed => note(Tone::Repair, "✓ left alone"),
            Why::FencedOff => note(Tone::Repair, "✓ fenced off"),
            Why::AlreadyFailed => note(Tone::Warning, "! thrown away"),
            Why::ConnectionLost => note(Tone::Warning, "! the connection is gone"),
            Why::InDoubt => note(Tone::Warning, "! in doubt"),
            Why::SameCall => note(Tone::Repair, "✓ not executed again"),
            Why::NothingLeft | Why::KeyOfAnother => note(Tone::Repair, "✓ refused"),
            Why::Cancelled
            | Why::EarlierTry
            | Why::Outdated
            | Why::OldBranch
            | Why::Duplicate
            | Why::UnknownNumber
            | Why::AlreadySucceeded => None,
            Why::Indefinite => return,
        };
        self.local(i, Actor::Party(receiver), "", words, note);
    }
}

/// More than a message under way: something changed.
fn is_notable(what: &What) -> bool {
    !matches!(
        what,
        What::Sent { .. } | What::Received { .. } | What::Intruded { .. } | What::Ignored { .. } | What::Posted { .. }
    )
}
