//! The sentences of a story: facts, one after the other, in the words of payments engineers.
//!
//! Called by `steps` only.

use super::{Actor, Flight, Moved, Note, Shape, Step, Way};
use crate::kernel::{Address, Micros, SECOND};
use crate::payments::fact::{Account, Book, Cause, Evidence, Number, Purpose, State, Tells, What, Why};
use crate::payments::money::Currency;
use crate::payments::site::{Hop, Message, Party, Place, SemanticAddress, Site};
use crate::payments::weather::{Effect, Flaw, MessageEffect};
use crate::report::books::Table;
use crate::report::paint::Tone;
use crate::report::words;
use crate::run::outcome::Story;

/// A message that takes longer, calm or not, arrives in a step of its own.
const LONG: Micros = SECOND;

/// The steps of `story`.
pub(super) fn tell(story: &Story, currency: Currency) -> Vec<Step> {
    let mut teller = Teller {
        story,
        currency,
        told: vec![false; story.facts.len()],
        arrivals: vec![None; story.facts.len()],
        steps: Vec::new(),
        write_struck: [[false; 2]; 2],
        agreed: false,
    };
    for i in 0..story.facts.len() {
        if !teller.told[i] {
            teller.tell(i);
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
    agreed: bool,
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
            What::Ignored { hop, message, number, why } => self.ignored(i, hop, message, number, why),
            What::GaveUp { hop, number, why } => {
                let words = format!("stops waiting for #{} ({})", ordinal(number), words::gave_up(why));
                self.local(i, at(hop.upstream()), "gives up", words, None);
            }
            What::AttemptMoved { .. } => self.attempt_moved(i),
            What::RecordMoved { .. } => self.record_moved(i),
            What::Fated { hop, number, effect } => {
                self.local(i, at(hop.downstream()), "decides", format!("decides on #{}", ordinal(number)), struck(effect));
            }
            What::WriteStruck { hop, place, number, effect } => self.write_struck(i, hop, place, number, effect),
            What::Posted { .. } => self.posted(i),
            What::Fulfilled { .. } => self.local(i, at(Party::Merchant), "goods", "delivers the goods".to_owned(), None),
            What::Tabled { hop, .. } => {
                self.local(i, at(hop.upstream()), "", "puts it into the dropped-order table".to_owned(), None);
            }
            What::Exhausted { hop, number, queries } => {
                let words = format!("has used up its {queries} queries of #{}", ordinal(number));
                self.local(i, at(hop.upstream()), "", words, note(Tone::Warning, "! queries used up"));
            }
            What::FileRead { hop, number, date, found, effect } => {
                let found = words::found(found);
                let words = format!("looks for #{} in the settlement file of day {date}: {found}", ordinal(number));
                self.local(i, at(hop.upstream()), &format!("file of day {date}"), words, effect.and_then(struck));
            }
            What::FileRefused { hop, date, effect } => {
                let words = format!("does not use the settlement file of day {date}");
                self.local(i, at(hop.upstream()), &format!("file of day {date}"), words, struck(effect));
            }
            What::ScanFound { number } => {
                let words = format!("scans and finds channel order #{} paid, its payment order open", ordinal(number));
                self.local(i, at(Party::Platform), "scan", words, None);
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

    fn push(&mut self, i: usize, shape: Shape, words: String) -> &mut Step {
        let at = self.story.facts[i].at;
        let (label, reply, notes, moves) = (String::new(), String::new(), Vec::new(), Vec::new());
        self.steps.push(Step { at, facts: i + 1, shape, mark: None, label, reply, words, notes, moves, address: None });
        let last = self.steps.len() - 1;
        &mut self.steps[last]
    }

    /// Adds to what the actor does at this moment.
    fn local(&mut self, i: usize, actor: Actor, label: &str, words: String, note: Option<Note>) {
        let at = self.story.facts[i].at;
        let same = self.steps.last().is_some_and(|step| step.at == at && step.shape == Shape::At(actor));
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
            let apart = if step.label.is_empty() || label.is_empty() { "" } else { ", " };
            step.label = format!("{}{apart}{label}", step.label);
            step.facts = i + 1;
            step.notes.extend(note.filter(|note| !step.notes.contains(note)));
        }
    }

    fn sent(&mut self, i: usize) {
        let fact = self.story.facts[i];
        let What::Sent { hop, message, number, nth, tells, effect, .. } = fact.what else { return };
        let forged = matches!(effect, Some(Effect::Intrude(..)));
        let way = Way { hop, down: message.goes_down(), forged };
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
        let who = if forged { "somebody, not the bank," } else { way.from().name() };
        let who = if forged && hop == Hop::MerchantPlatform { "somebody, not the platform," } else { who };
        let mut words = format!("{who} {}", words::sends(message, ordinal(number), nth, tells));
        let mut shape = Shape::Message(way, flight);
        let calm = effect.is_none() && !separate;
        let reply = received.first().filter(|_| calm).and_then(|&arrival| self.reply(i, arrival));
        let mut answer = String::new();
        if let Some(reply) = reply {
            (shape, answer) = self.merge_reply(i, reply, way, &mut words);
        }
        let address =
            Address { stream: self.story.order, site: Site::Hop(hop, Place::Message(message)).index(), occurrence: nth };
        let step = self.push(i, shape, words);
        step.mark = words::mark(hop, message);
        step.label = words::label(message, ordinal(number), tells);
        step.reply = answer;
        step.notes.extend(effect.and_then(struck));
        if effect.is_none() && flight == Flight::Never {
            step.notes.extend(note(Tone::Dim, "does not arrive"));
        }
        step.address = effect.filter(|_| !forged).map(|_| SemanticAddress(address).to_string());
    }

    /// The positions at which what was sent at `i` arrives: none, one, or more for copies.
    fn received_from(&self, i: usize) -> Vec<usize> {
        let What::Sent { hop, message, number, nth, .. } = self.story.facts[i].what else { return Vec::new() };
        let is_it = |what: What| matches!(what, What::Received { hop: h, message: m, number: n, nth: k, .. } if (h, m, n, k) == (hop, message, number, nth));
        (i + 1..self.story.facts.len()).filter(|&j| self.arrivals[j].is_none() && is_it(self.story.facts[j].what)).collect()
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
            Message::Request
            | Message::Answer
            | Message::Ack
            | Message::QueryAnswer
            | Message::Close
            | Message::CloseAnswer
            | Message::Refund
            | Message::RefundAnswer => return None,
        };
        let is_reply = |what: What| matches!(what, What::Sent { hop: h, message: m, number: n, effect: None, .. } if (h, m, n) == (hop, wanted, number));
        let reply = (arrival + 1..self.story.facts.len()).find(|&k| !self.told[k] && is_reply(self.story.facts[k].what))?;
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
        if let What::Sent { tells, message: Message::QueryAnswer, .. } = self.story.facts[reply].what {
            let says = words::tells(tells);
            words.insert_str(words.find(" (").unwrap_or(words.len()), &format!(": \"{says}\""));
            return (shape, says.to_owned());
        }
        words.push_str(", acknowledged");
        (shape, "ack".to_owned())
    }

    fn received(&mut self, i: usize) {
        let What::Received { hop, message, number, tells, flaw, .. } = self.story.facts[i].what else { return };
        let from = self.arrivals[i];
        let copy = from.is_some_and(|sent| !matches!(self.steps[sent].shape, Shape::Message(_, Flight::Later)));
        let forged = from.is_none() && flaw != Flaw::None;
        let way = Way { hop, down: message.goes_down(), forged };
        let thing = words::thing(message);
        let which = if copy { "a copy of the " } else { "the " };
        let says = if tells == Tells::Nothing { String::new() } else { format!(": {}", words::tells(tells)) };
        let words = format!("{} gets {which}{thing} of #{}{says}", way.to().name(), ordinal(number));
        let step = self.push(i, Shape::Arrival(way, from), words);
        step.label = if copy { "copy".to_owned() } else { words::label(message, ordinal(number), tells) };
        step.mark = words::mark(hop, message);
        if forged {
            step.notes.extend(note(Tone::Fault, format!("✗ {}", words::flaw(flaw))));
        }
    }

    fn ignored(&mut self, i: usize, hop: Hop, message: Message, number: Number, why: Why) {
        let receiver = if message.goes_down() { hop.downstream() } else { hop.upstream() };
        let thing = words::thing(message);
        let words = format!("changes nothing on the {thing} of #{}: {}", ordinal(number), words::why(why));
        let note = match why {
            Why::BadSignature | Why::OtherContent | Why::Stale => note(Tone::Repair, "✓ rejected"),
            Why::TooLate => note(Tone::Repair, "✓ refused"),
            Why::AlreadyFailed => note(Tone::Warning, "! thrown away"),
            Why::Duplicate | Why::UnknownNumber | Why::AlreadySucceeded => None,
            Why::Indefinite => return,
        };
        self.local(i, Actor::Party(receiver), "", words, note);
    }

    fn attempt_moved(&mut self, i: usize) {
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

    fn record_moved(&mut self, i: usize) {
        let What::RecordMoved { hop, number, purpose, from, to, cause } = self.story.facts[i].what else { return };
        let moved = Moved { table: Table::of_records(hop), number, purpose, to };
        let late = hop == Hop::MerchantPlatform && self.write_struck[hop as usize][1];
        self.moved(i, Actor::Party(hop.downstream()), moved, from, cause, late);
    }

    fn moved(&mut self, i: usize, actor: Actor, moved: Moved, from: State, cause: Cause, late: bool) {
        let Moved { table, number, purpose, to } = moved;
        if to == State::Pending && from == State::None {
            return self.created(i, moved);
        }
        if to == from {
            return;
        }
        let definite = matches!(to, State::Succeeded | State::Failed | State::Closed | State::Reversed);
        let repair = match (to, late && Cause::MECHANISMS.contains(&cause)) {
            (State::Succeeded, true) => note(Tone::Repair, format!("↻ recovered by {}", words::cause(cause))),
            (State::Failed | State::Closed | State::Reversed, true) => {
                note(Tone::Repair, format!("↻ found out by {}", words::cause(cause)))
            }
            _ => None,
        };
        let state = words::state(to, purpose);
        let state = if to == State::Unknown { "unknown (which is not failed)" } else { state };
        let what = if table == Table::BankRecord { "its record" } else { table.name() };
        self.local(i, actor, "", format!("marks {what} #{} {state}", ordinal(number)), repair);
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

    fn write_struck(&mut self, i: usize, hop: Hop, place: Place, number: Number, effect: Effect) {
        let (record, who) = match place {
            Place::RecordWrite => (true, hop.downstream()),
            Place::AttemptWrite | Place::Message(_) | Place::Decision | Place::Intruder | Place::Row | Place::File => {
                (false, hop.upstream())
            }
        };
        self.write_struck[hop as usize][usize::from(record)] = true;
        let words = format!("writes the {} #{}", words::place(hop, place), ordinal(number));
        self.local(i, Actor::Party(who), "update", words, struck(effect));
    }

    fn posted(&mut self, i: usize) {
        let What::Posted { book, debit, credit, amount, credited, .. } = self.story.facts[i].what else { return };
        let party = match book {
            Book::Bank => Party::Bank,
            Book::Platform => Party::Platform,
        };
        let (label, words) = match (debit, credit) {
            (Account::Customer, _) => ("debit", format!("debits the customer {}", self.amount(amount))),
            (_, Account::Customer) => ("gives back", format!("gives the customer {} back", self.amount(amount))),
            _ if amount != credited => ("posts", format!("posts {}", self.amount(amount))),
            _ => return,
        };
        let skewed = || note(Tone::Fault, format!("✗ credited {}", self.amount(credited)));
        let note = if amount == credited { None } else { skewed() };
        self.local(i, Actor::Party(party), label, words, note);
    }

    /// Agreement is a mark on what brought it about.
    fn books(&mut self, i: usize, agree: bool) {
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

/// More than a message under way: something changed.
fn is_notable(what: &What) -> bool {
    !matches!(what, What::Sent { .. } | What::Received { .. } | What::Ignored { .. } | What::Posted { .. })
}
