//! What changes in the books: states, postings, updates that fail, agreement.
//!
//! Called by `tell`.

use super::{Teller, note, ordinal, struck};
use crate::payments::fact::{Account, Book, Number, Purpose, State, What};
use crate::payments::grounds::{Cause, Evidence};
use crate::payments::party::{Hop, Party};
use crate::payments::site::Place;
use crate::payments::weather::{Effect, Flaw};
use crate::report::books::Table;
use crate::report::paint::Tone;
use crate::report::steps::{Actor, Moved, Shape};
use crate::report::words;

/// What a mechanism has helped, in words.
fn help_of(cause: Cause) -> String {
    format!("by {}", words::cause(cause))
}

impl Teller<'_> {
    pub(super) fn attempt_moved(&mut self, i: usize) {
        let What::AttemptMoved { hop, number, purpose, from, to, cause, evidence, flaw, .. } = self.story.facts[i].what
        else {
            return;
        };
        let moved = Moved { table: Table::of_attempts(hop), number, purpose, to };
        let late = matches!(from, State::Unknown | State::Failed | State::Closed) || self.write_struck[hop as usize][0];
        let actor = Actor::Party(hop.upstream());
        self.moved(i, actor, moved, from, cause, late);
        let wrong = match to {
            State::Succeeded if flaw != Flaw::None => note(Tone::Fault, format!("✗ believed, though {}", words::flaw(flaw))),
            State::Succeeded | State::Failed if evidence == Evidence::None => note(Tone::Fault, "✗ without evidence"),
            _ if from == State::Succeeded => note(Tone::Fault, "✗ a success is overwritten"),
            _ => None,
        };
        if let Some(step) = self.steps.last_mut() {
            step.notes.extend(wrong.filter(|wrong| !step.notes.contains(wrong)));
        }
    }

    pub(super) fn record_moved(&mut self, i: usize) {
        let What::RecordMoved { hop, number, purpose, from, to, cause } = self.story.facts[i].what else { return };
        let moved = Moved { table: Table::of_records(hop), number, purpose, to };
        let late = hop == Hop::MerchantPlatform && self.write_struck[hop as usize][1];
        self.moved(i, Actor::Party(hop.downstream()), moved, from, cause, late);
    }

    fn moved(&mut self, i: usize, actor: Actor, moved: Moved, from: State, cause: Cause, late: bool) {
        let Moved { table, number, purpose, to } = moved;
        if to == State::Pending {
            return self.created(i, moved);
        }
        if to == from {
            return;
        }
        let definite = matches!(to, State::Succeeded | State::Failed | State::Closed | State::Reversed);
        // What helps without being what recovered the order is told, too.
        let is_help = definite && late && Cause::MECHANISMS.contains(&cause) && !self.is_recovery(i);
        let by = help_of(cause);
        let is_said = self.step_of(i, actor).is_some_and(|step| step.notes.iter().any(|note| note.text.ends_with(&by)));
        let help = if is_help && !is_said { note(Tone::Dim, by) } else { None };
        let state = words::state(to, purpose);
        let state = if to == State::Unknown { "unknown (not failed)" } else { state };
        let what = if table == Table::BankRecord { "its record" } else { table.name() };
        let words = match to {
            State::None => format!("overwrites the row of {what} #{}", ordinal(number)),
            _ => format!("marks {what} #{} {state}", ordinal(number)),
        };
        self.local(i, actor, "", words, help);
        let mark = match table {
            Table::MerchantOrder => Some('⑥'),
            Table::PaymentOrder | Table::ChannelOrder => Some('④'),
            Table::BankRecord => None,
        };
        if let Some(step) = self.steps.last_mut() {
            step.mark = step.mark.or(mark.filter(|_| definite && purpose == Purpose::Payment));
            step.moves.push(moved);
        }
    }

    /// A new entry is not worth a step: the message that follows says as much.
    fn created(&mut self, i: usize, moved: Moved) {
        if let Some(step) = self.steps.last_mut().filter(|step| step.at == self.story.facts[i].at) {
            step.facts = i + 1;
            step.moves.push(moved);
        }
    }

    pub(super) fn write_struck(&mut self, i: usize, hop: Hop, place: Place, number: Number, effect: Effect) {
        let record = matches!(place, Place::RecordWrite | Place::RecordCreate | Place::AckWrite | Place::NotifyWrite);
        let who = if record { hop.downstream() } else { hop.upstream() };
        self.write_struck[hop as usize][usize::from(record)] = true;
        let words = format!("writes the {} #{}", words::place(hop, place), ordinal(number));
        self.local(i, Actor::Party(who), "update", words, struck(effect));
    }

    pub(super) fn posted(&mut self, i: usize) {
        let What::Posted { book, debit, credit, amount, credited, number } = self.story.facts[i].what else { return };
        let party = match book {
            Book::Bank => Party::Bank,
            Book::Platform => Party::Platform,
        };
        let (label, words) = match (debit, credit) {
            (Account::Customer, _) => ("debit", format!("debits the customer {}", self.amount(amount))),
            (_, Account::Customer) => ("gives back", format!("gives the customer {} back", self.amount(amount))),
            (Account::Suspense, Account::Frozen) => ("reserves", format!("reserves {}", self.amount(amount))),
            (Account::Frozen, Account::Suspense) => ("releases", format!("releases {}", self.amount(amount))),
            (Account::Suspense | Account::Frozen, Account::PayableToMerchant) => {
                let again = self.owed & (1 << number) != 0;
                self.owed |= 1 << number;
                if !again {
                    return;
                }
                let words = format!("owes the merchant {} once more", self.amount(amount));
                return self.local(i, Actor::Party(party), "owes twice", words, note(Tone::Fault, "✗ a second time"));
            }
            _ if amount != credited => ("posts", format!("posts {}", self.amount(amount))),
            _ => return,
        };
        let skewed = || note(Tone::Fault, format!("✗ credited {}", self.amount(credited)));
        let note = if amount == credited { None } else { skewed() };
        self.local(i, Actor::Party(party), label, words, note);
    }

    /// Is this the fact by which the order was recovered, as it is counted?
    fn is_recovery(&self, i: usize) -> bool {
        self.recovery.is_some_and(|(at, _)| at == i)
    }

    /// Marks the fact by which the order was recovered.
    pub(super) fn recovered(&mut self, i: usize) {
        let Some((_, cause)) = self.recovery.filter(|_| self.is_recovery(i)) else { return };
        // A close that hears of a success ends in a paid order.
        let paid = matches!(
            self.story.facts[i].what,
            What::AttemptMoved { purpose: Purpose::Payment, to: State::Succeeded, .. }
                | What::RecordMoved { purpose: Purpose::Payment, to: State::Succeeded, .. }
        );
        let back = !paid && matches!(cause, Cause::Reversal | Cause::Refund);
        let (how, by) = (if back { "given back" } else { "recovered" }, help_of(cause));
        if let Some(step) = self.steps.last_mut() {
            step.notes.retain(|note| note.text != by);
            step.notes.extend(note(Tone::Repair, format!("↻ {how} {by}")));
        }
    }

    /// Agreement is a mark on what brought it about.
    pub(super) fn books(&mut self, i: usize, agree: bool) {
        let mark = if agree {
            note(Tone::Repair, "✓ all books agree")
        } else {
            note(Tone::Warning, "! the books disagree again")
        };
        let worth_it = agree || self.agreed;
        self.agreed = agree;
        if !worth_it {
            return;
        }
        let at = self.story.facts[i].at;
        match self.steps.last_mut().filter(|step| step.at == at) {
            Some(step) => step.notes.extend(mark),
            None => {
                let words = if agree { "nothing in flight can change the books any more" } else { "the books differ" };
                self.push(i, Shape::Books, words.to_owned()).notes.extend(mark);
            }
        }
    }
}
