//! The sentences of a story: facts, one after the other, in the words of payments engineers.
//!
//! Called by `steps` only.

mod internal;
mod messages;
mod moves;

use super::{Actor, Note, Shape, Step, Then};
use crate::kernel::Address;
use crate::payments::address::SemanticAddress;
use crate::payments::fact::{Number, What};
use crate::payments::grounds::{Cause, GaveUp};
use crate::payments::money::Currency;
use crate::payments::party::Party;
use crate::payments::site::{Place, SHARED, Site};
use crate::payments::weather::{Effect, RowEffect};
use crate::report::paint::Tone;
use crate::report::words;
use crate::run::measure::Measure;
use crate::run::outcome::Story;

/// The steps of `story`.
pub(super) fn tell(story: &Story, currency: Currency) -> Vec<Step> {
    let mut teller = Teller {
        story,
        currency,
        told: vec![false; story.facts.len()],
        arrivals: vec![None; story.facts.len()],
        steps: Vec::new(),
        write_struck: [[false; 2]; 2],
        owed: 0,
        agreed: false,
        recovery: Measure::recovery(&story.facts),
    };
    for i in 0..story.facts.len() {
        if !teller.told[i] {
            teller.tell(i);
            teller.recovered(i);
        }
    }
    teller.steps
}

struct Teller<'a> {
    story: &'a Story,
    currency: Currency,
    /// Facts that an earlier step has told already.
    told: Vec<bool>,
    /// For a Received: the step in which it was sent.
    arrivals: Vec<Option<usize>>,
    steps: Vec<Step>,
    /// By hop: a write of the upstream's attempt, of the downstream's record was struck.
    write_struck: [[bool; 2]; 2],
    /// Payment orders that are booked as owed to the merchant, a bit a number.
    owed: u64,
    agreed: bool,
    /// The fact by which it was recovered, and what is counted for it.
    recovery: Option<(usize, Cause)>,
}

/// People count from 1.
fn ordinal(number: Number) -> u64 {
    u64::from(number) + 1
}

fn note(tone: Tone, text: impl Into<String>) -> Option<Note> {
    Some(Note { tone, text: text.into() })
}

fn struck(effect: Effect) -> Option<Note> {
    note(Tone::Fault, format!("✗ {}", words::effect(effect)))
}

impl Teller<'_> {
    fn tell(&mut self, i: usize) {
        let at = |party| Actor::Party(party);
        match self.story.facts[i].what {
            What::Created { amount, .. } => {
                let amount = self.amount(amount);
                self.local(i, Actor::Customer, &format!("pays {amount}"), format!("pays {amount}"), None);
            }
            What::PaidAgain { .. } => {
                self.local(i, Actor::Customer, "pays again", "has no goods and pays again".to_owned(), None)
            }
            What::Sent { .. } => self.sent(i),
            What::Received { .. } => self.received(i),
            What::Intruded { .. } => self.intruded(i),
            What::Ignored { hop, message, number, why } => self.ignored(i, hop, message, number, why),
            What::GaveUp { hop, number, why: GaveUp::Aborted, .. } => {
                let words = format!("gives up this branch of the transaction of #{}", ordinal(number));
                self.local(i, at(hop.upstream()), "aborts", words, None);
            }
            What::GaveUp { hop, number, why, .. } => {
                let words = format!("stops waiting for #{} ({})", ordinal(number), words::gave_up(why));
                self.local(i, at(hop.upstream()), "gives up", words, None);
            }
            What::WillAskAgain { hop, number, after, keyed } => {
                let key = if keyed { "the same idempotency key" } else { "no idempotency key" };
                let (number, after) = (ordinal(number), words::brief(after));
                let words = format!("stops waiting for #{number} and will ask again in {after}, with {key}");
                self.local(i, at(hop.upstream()), "retries", words, None);
            }
            What::AttemptMoved { .. } => self.attempt_moved(i),
            What::RecordMoved { .. } => self.record_moved(i),
            What::Fated { hop, number, purpose, nth, effect } => {
                self.local(i, at(hop.downstream()), "decides", format!("decides on #{}", ordinal(number)), struck(effect));
                self.struck_at(Site::Hop(hop, Place::decision(purpose)), nth);
            }
            What::WriteStruck { hop, place, number, nth, effect, .. } => {
                self.write_struck(i, hop, place, number, effect);
                self.struck_at(Site::Hop(hop, place), nth);
            }
            What::Posted { .. } => self.posted(i),
            What::Fulfilled { .. } => self.local(i, at(Party::Merchant), "goods", "delivers the goods".to_owned(), None),
            What::Tabled { hop, .. } => {
                self.local(i, at(hop.upstream()), "", "puts it into the dropped-order table".to_owned(), None);
            }
            What::Exhausted { hop, number, queries } => {
                let words = format!("has used up its {queries} queries of #{}", ordinal(number));
                self.local(i, at(hop.upstream()), "", words, note(Tone::Warning, "! queries used up"));
            }
            What::FileRead { hop, number, date, found, struck: by } => {
                let found = words::found(found);
                let words = format!("looks for #{} in the settlement file of day {date}: {found}", ordinal(number));
                self.local(
                    i,
                    at(hop.upstream()),
                    &format!("file of day {date}"),
                    words,
                    by.and_then(|(_, effect)| struck(effect)),
                );
                if let Some((nth, _)) = by {
                    self.struck_at(Site::Hop(hop, Place::Row), nth);
                }
            }
            What::FileStruck { hop, date, nth, effect, used } => {
                let words = match (effect, used) {
                    (Effect::Row(RowEffect::NextDate | RowEffect::NeverListed), true) => {
                        format!("misses nothing in the settlement file of day {date}")
                    }
                    (_, true) => format!("uses the defective settlement file of day {date}"),
                    (_, false) => format!("does not use the settlement file of day {date}"),
                };
                self.local(i, at(hop.upstream()), &format!("file of day {date}"), words, struck(effect));
                match (effect, self.steps.last_mut()) {
                    (Effect::File(_), Some(step)) => {
                        let file = Address { stream: SHARED, site: Site::Hop(hop, Place::File).index(), occurrence: date };
                        step.address.get_or_insert(SemanticAddress(file).to_string());
                    }
                    _ => self.struck_at(Site::Hop(hop, Place::Row), nth),
                }
            }
            What::ScanFound { .. }
            | What::ScanMisses { .. }
            | What::Owed { .. }
            | What::Mended { .. }
            | What::Leased { .. }
            | What::Fenced { .. }
            | What::Logged { .. }
            | What::Locked { .. }
            | What::Unlocked { .. }
            | What::Blocked { .. } => self.internal(i),
            What::Halted { .. } | What::HaltedElsewhere { .. } | What::Restarted { .. } => self.process(i),
            What::Missed { hop, message, number, .. } => {
                let words = format!("is not there for the {} of #{}", words::thing(message), ordinal(number));
                self.local(i, at(message.receiver(hop)), "", words, note(Tone::Warning, "! missed"));
            }
            What::TurnedAway { message, number } => {
                let words = format!("turns away the {} of #{}: its line is full", words::thing(message), ordinal(number));
                self.local(i, at(Party::Bank), "full", words, note(Tone::Warning, "! turned away"));
            }
            What::Queued { message, number, until } => {
                let wait = words::brief(until.saturating_sub(self.story.facts[i].at));
                let words = format!("lets the {} of #{} wait in line for {wait}", words::thing(message), ordinal(number));
                self.local(i, at(Party::Bank), "in line", words, None);
            }
            What::RefundWithheld { number } => {
                let words = format!("gives nothing more back of #{}: more would go back than is left", ordinal(number));
                self.local(i, at(Party::Merchant), "", words, note(Tone::Repair, "✓ withheld"));
            }
            What::StandsInLine { hop, number } => {
                let words = format!("puts the notification of #{} in line, behind others", ordinal(number));
                self.local(i, at(hop.downstream()), "in line", words, note(Tone::Warning, "! waits for others"));
            }
            What::TakenForAnother { hop, number, first, same } => {
                let (number, first) = (ordinal(number), ordinal(first));
                let which = if same { "" } else { "though it is of another amount, " };
                let words = format!("takes refund #{number} for #{first}, {which}because it carries its key");
                self.local(i, at(hop.downstream()), "", words, note(Tone::Fault, "✗ not executed"));
            }
            What::PaidOtherwise { hop, number, asked, paid } => {
                let (number, asked, paid) = (ordinal(number), self.amount(asked), self.amount(paid));
                let words = format!("sees that {paid} was paid for #{number}, not {asked}");
                self.local(i, at(hop.upstream()), "", words, note(Tone::Repair, "✓ not taken"));
            }
            What::PutBeforeAPerson { hop, number, reason } => {
                let words = format!("puts #{} before a person: {}", ordinal(number), words::reason(reason));
                self.local(i, at(hop.upstream()), "", words, note(Tone::Warning, "! a person must look"));
            }
            What::Agreed => self.books(i, true),
            What::Disagreed => self.books(i, false),
            What::Untabled { .. } => {}
        }
    }

    fn amount(&self, amount: i64) -> String {
        format!("{} {}", self.currency.format(amount), self.currency.code())
    }

    /// The address of a choice of this order.
    fn address(&self, site: Site, nth: u16) -> String {
        SemanticAddress(Address { stream: self.story.order, site: site.index(), occurrence: nth }).to_string()
    }

    /// What is done at this moment was struck at a visit to a site.
    fn struck_at(&mut self, site: Site, nth: u16) {
        let place = self.address(site, nth);
        if let Some(step) = self.steps.last_mut() {
            step.address.get_or_insert(place);
        }
    }

    fn push(&mut self, i: usize, shape: Shape, words: String) -> &mut Step {
        let at = self.story.facts[i].at;
        let (label, reply, notes, moves) = (String::new(), String::new(), Vec::new(), Vec::new());
        self.steps.push(Step {
            number: 0,
            then: Then::Next,
            at,
            facts: i + 1,
            shape,
            mark: None,
            label,
            reply,
            words,
            notes,
            moves,
            address: None,
        });
        let last = self.steps.len() - 1;
        &mut self.steps[last]
    }

    /// The step in which the actor does something at this moment already.
    fn step_of(&self, i: usize, actor: Actor) -> Option<&Step> {
        self.steps.last().filter(|step| step.at == self.story.facts[i].at && step.shape == Shape::At(actor))
    }

    /// How often a message about its number was sent before it: other numbers, and other hops, have counts of their own.
    fn sent_before(&self, i: usize) -> u16 {
        let What::Sent { hop, message, number, .. } = self.story.facts[i].what else { return 0 };
        let is_like = |what: What| matches!(what, What::Sent { hop: h, message: m, number: n, .. } if (h, m, n) == (hop, message, number));
        self.story.facts[..i].iter().filter(|fact| is_like(fact.what)).count() as u16
    }

    /// Adds to what the actor does at this moment.
    fn local(&mut self, i: usize, actor: Actor, label: &str, words: String, note: Option<Note>) {
        let same = self.step_of(i, actor).is_some();
        if !same {
            let who = match actor {
                Actor::Customer => "customer",
                Actor::Party(party) => party.name(),
            };
            self.push(i, Shape::At(actor), who.to_owned());
        }
        if let Some(step) = self.steps.last_mut() {
            let comma = if same { ", " } else { " " };
            step.words = format!("{}{comma}{words}", step.words);
            let is_there = step.label.split(", ").any(|known| known == label);
            let apart = if step.label.is_empty() || label.is_empty() { "" } else { ", " };
            if !is_there {
                step.label = format!("{}{apart}{label}", step.label);
            }
            step.facts = i + 1;
            step.notes.extend(note.filter(|note| !step.notes.contains(note)));
        }
    }
}
