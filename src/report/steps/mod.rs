//! From facts to the steps that a person can follow: a message and its arrival are one step, what a party does at one
//! moment is one step, bookkeeping is left out, and every misfortune and repair is marked.
//!
//! Called by the formats made for people. The sentences are in `tell`, what repeats is folded in `fold`. Must not know how a step is drawn.

mod fold;
mod tell;

use crate::kernel::Micros;
use crate::payments::fact::{Fact, Number, Purpose, State, What};
use crate::payments::money::Currency;
use crate::payments::party::{Hop, Party};
use crate::payments::weather::{Effect, MessageEffect};
use crate::report::books::Table;
use crate::report::paint::Tone;
use crate::report::words;
use crate::run::outcome::{Story, Violation};

/// One step of a story.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// Its number, from 1, before anything was folded.
    pub number: usize,
    /// When.
    pub at: Micros,
    /// So many of the story's facts have happened when it is over: what the books show.
    pub facts: usize,
    /// Where it happens.
    pub shape: Shape,
    /// ① to ⑥, where it is on the usual way of a payment.
    pub mark: Option<char>,
    /// It in a word or two, for a drawing.
    pub label: String,
    /// For an exchange: the answer in a word or two.
    pub reply: String,
    /// It in a sentence that starts with who.
    pub words: String,
    /// What struck, what was mended.
    pub notes: Vec<Note>,
    /// The states that changed.
    pub moves: Vec<Moved>,
    /// Where the fault that struck can be taken away: the address of the choice.
    pub address: Option<String>,
    /// What is not told after it.
    pub then: Then,
}

/// What follows a step without being told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// Nothing.
    Next,
    /// The last so many steps, so many times more, until an instant.
    Again {
        /// How many steps.
        steps: usize,
        /// How often.
        times: usize,
        /// Until when.
        until: Micros,
    },
    /// So many steps that would only drown the reader, until an instant.
    LeftOut {
        /// How many steps.
        steps: usize,
        /// Until when.
        until: Micros,
    },
}

impl Then {
    /// It in words, in a story that begins at `start`.
    pub fn words(self, start: Micros) -> Option<String> {
        let after = |until: Micros| words::brief(until.saturating_sub(start));
        match self {
            Then::Next => None,
            Then::Again { steps: 1, times, until } => {
                Some(format!("⋮ the same {times} times more, until +{}", after(until)))
            }
            Then::Again { steps, times, until } => {
                Some(format!("⋮ the same {steps} steps {times} times more, until +{}", after(until)))
            }
            Then::LeftOut { steps, until } => Some(format!("⋮ {steps} steps left out, until +{}", after(until))),
        }
    }
}

/// Where a step happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// At one party.
    At(Actor),
    /// A message leaves, and mostly arrives.
    Message(Way, Flight),
    /// A question and its answer, which is back after so long.
    Exchange(Way, Micros),
    /// What left in an earlier step (by its position) arrives.
    Arrival(Way, Option<usize>),
    /// It is about the books as a whole.
    Books,
}

/// Which way a message goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// Over which hop.
    pub hop: Hop,
    /// From the upstream to the downstream?
    pub down: bool,
    /// It comes from an intruder, who only pretends to be the sender.
    pub forged: bool,
}

impl Way {
    /// From whom.
    pub const fn from(self) -> Party {
        if self.down { self.hop.upstream() } else { self.hop.downstream() }
    }

    /// To whom.
    pub const fn to(self) -> Party {
        if self.down { self.hop.downstream() } else { self.hop.upstream() }
    }
}

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flight {
    /// It arrives after so long.
    Arrives(Micros),
    /// It arrives in a later step.
    Later,
    /// It does not arrive.
    Never,
}

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// The customer.
    Customer,
    /// One of the three parties.
    Party(Party),
}

/// A mark on a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Good or bad.
    pub tone: Tone,
    /// It begins with a sign (✗, ↻, ✓ or !), so that it is understood without colour.
    pub text: String,
}

/// A state that changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moved {
    /// In which book.
    pub table: Table,
    /// Under which number, from 0.
    pub number: Number,
    /// What the number is for.
    pub purpose: Purpose,
    /// To what.
    pub to: State,
}

impl Step {
    /// Something to look at: a misfortune, a repair, a violation.
    pub fn has(&self, tone: Tone) -> bool {
        self.notes.iter().any(|note| note.tone == tone)
    }

    /// Its sentence, with the time that messages take.
    pub fn told(&self) -> String {
        match self.shape {
            Shape::Message(_, Flight::Arrives(after)) => format!("{} ({})", self.words, words::brief(after)),
            Shape::Exchange(_, back) => format!("{} ({} there and back)", self.words, words::brief(back)),
            Shape::At(_) | Shape::Message(_, Flight::Later | Flight::Never) | Shape::Arrival(..) | Shape::Books => {
                self.words.clone()
            }
        }
    }

    /// Is this the same again, but for its time and its count?
    pub fn repeats(&self, before: &Step) -> bool {
        let plain = |step: &Step| step.words.split(" (").next().map(str::to_owned);
        let kind = |step: &Step| match step.shape {
            Shape::At(actor) if step.moves.is_empty() => Some((Some(actor), None, false)),
            Shape::Message(way, flight) => Some((None, Some(way), flight == Flight::Never)),
            Shape::Exchange(way, _) => Some((None, Some(way), false)),
            Shape::At(_) | Shape::Arrival(..) | Shape::Books => None,
        };
        kind(self).is_some() && kind(self) == kind(before) && plain(self) == plain(before) && self.notes == before.notes
    }
}

/// The steps of a story, with the violations of its order where they were first seen.
pub fn steps(story: &Story, violations: &[Violation], currency: Currency) -> Vec<Step> {
    let mut steps = tell::tell(story, currency);
    let mut of_order: Vec<&Violation> = violations.iter().filter(|violation| violation.order == story.order).collect();
    of_order.sort_by_key(|violation| violation.at);
    for same in of_order.chunk_by(|a, b| a.at == b.at) {
        insert_violations(&mut steps, &story.facts, same);
    }
    fold::fold(steps)
}

/// The positions at which what was sent at `sent` arrives: later than foretold where a process stood still, and nowhere
/// where nobody was there.
pub fn arrivals(facts: &[Fact], sent: usize) -> Vec<usize> {
    let What::Sent { hop, message, number, nth, effect, .. } = facts[sent].what else { return Vec::new() };
    let mut under_way = match effect {
        Some(Effect::Message(MessageEffect::Drop | MessageEffect::Refuse | MessageEffect::NoConnection)) => 0,
        Some(Effect::Message(MessageEffect::Copy(_))) => 2,
        _ => 1,
    };
    let mut arrivals = Vec::new();
    for (i, fact) in facts.iter().enumerate().skip(sent + 1) {
        if under_way == 0 {
            break;
        }
        let (h, m, n, k, is_there) = match fact.what {
            What::Received { hop, message, number, nth, .. } => (hop, message, number, nth, true),
            What::Missed { hop, message, number, nth } => (hop, message, number, nth, false),
            _ => continue,
        };
        if (h, m, n, k) == (hop, message, number, nth) {
            under_way -= 1;
            arrivals.extend(is_there.then_some(i));
        }
    }
    arrivals
}

fn insert_violations(steps: &mut Vec<Step>, facts: &[Fact], violations: &[&Violation]) {
    let Some(first) = violations.first() else { return };
    let place = steps.partition_point(|step| step.at <= first.at);
    let names: Vec<&str> = violations.iter().map(|violation| violation.invariant).collect();
    let step = Step {
        number: 0,
        at: first.at,
        facts: facts.partition_point(|fact| fact.at <= first.at),
        shape: Shape::Books,
        mark: None,
        label: "violated".to_owned(),
        reply: String::new(),
        words: first.detail.clone(),
        notes: vec![Note { tone: Tone::Fault, text: format!("✗ violated: {}", names.join(", ")) }],
        moves: Vec::new(),
        address: None,
        then: Then::Next,
    };
    for later in &mut *steps {
        if let Shape::Arrival(_, Some(sent)) = &mut later.shape {
            *sent += usize::from(*sent >= place);
        }
    }
    steps.insert(place, step);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payments::message::Message;
    use crate::payments::weather::Flaw;
    use crate::report::sample;

    fn told(story: &Story) -> Vec<String> {
        let outcome = sample::outcome(vec![story.clone()]);
        let line = |step: &Step| {
            let notes: Vec<&str> = step.notes.iter().map(|note| note.text.as_str()).collect();
            format!("{}{} {}", step.mark.map_or(String::new(), |mark| format!("{mark} ")), step.words, notes.join(" "))
        };
        steps(story, &outcome.violations, outcome.currency).iter().map(line).collect()
    }

    #[test]
    fn a_lost_answer_is_told_in_few_steps() {
        insta::assert_snapshot!(told(&sample::lost_answer()).join("\n"));
    }

    #[test]
    fn a_forged_notification_is_rejected() {
        insta::assert_snapshot!(told(&sample::forged_notification()).join("\n"));
    }

    #[test]
    fn what_an_intruder_sends_is_not_taken_for_a_copy() {
        let mut story = sample::lost_answer();
        let sent = |fact: &Fact| matches!(fact.what, What::Sent { message: Message::Notification, .. });
        let real = story.facts.iter().position(sent).expect("a notification");
        let What::Received { hop, number, nth, tells, .. } = story.facts[real + 1].what else { panic!("it arrives") };
        let mut forged = story.facts[real + 1];
        forged.at += 5;
        forged.what = What::Intruded { hop, number, nth, tells, flaw: Flaw::BadSignature };
        story.facts.insert(real + 2, forged);
        assert_eq!(arrivals(&story.facts, real), [real + 1]);
        assert!(told(&story).iter().any(|line| line.starts_with("somebody, not the platform, notifies #1")));
    }

    #[test]
    fn a_late_message_arrives_in_a_step_of_its_own() {
        let story = sample::double_charge();
        let steps = tell::tell(&story, Currency::CNY);
        let (late, sent) = steps
            .iter()
            .find_map(|step| match step.shape {
                Shape::Arrival(_, sent) => Some((step, sent)),
                _ => None,
            })
            .expect("an arrival");
        let sent = &steps[sent.expect("it was sent")];
        assert_eq!(sent.shape, Shape::Message(Way { hop: Hop::PlatformBank, down: true, forged: false }, Flight::Later));
        assert!(sent.at < late.at && sent.address.is_some());
    }
}
