//! A fact as a name and a list of keys and values: what the formats for programs write, and the keys that they document.
//!
//! Called by the trace formats `text` and `json`. The names and keys are a contract: they may be added to, not changed.

use crate::kernel::Micros;
use crate::payments::fact::{Fact, Number, Purpose, What};
use crate::payments::message::Message;
use crate::payments::money::Money;
use crate::payments::party::Hop;
use crate::payments::site::Site;
use crate::payments::weather::{Effect, Flaw, MessageEffect};
use crate::report::books::Table;
use crate::report::names;
use std::fmt;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A name from a closed set.
    Name(&'static str),
    /// The name of a site.
    Site(Site),
    /// A number.
    Number(i128),
}

impl fmt::Display for Value {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Value::Name(name) => out.write_str(name),
            Value::Site(site) => site.fmt(out),
            Value::Number(number) => number.fmt(out),
        }
    }
}

/// Keys and values, in a stable order.
pub type Fields = Vec<(&'static str, Value)>;

/// Every key that a fact may have after `scenario`, `order` (from 1), `at_us` and `fact`, and what it means.
pub const KEYS: &[(&str, &str)] = &[
    ("hop", "merchant-platform or platform-bank"),
    ("message", "the message, as in addresses"),
    ("number", "the attempt's number on its hop, from 1"),
    ("occurrence", "the message's occurrence, from 1, as in addresses"),
    ("tells", "what the message says"),
    ("arrives_us", "when the message arrives; left out if it never does"),
    ("flaw", "what is wrong with the message"),
    ("why", "why it changed nothing, or why the upstream stopped waiting"),
    ("table", "merchant_order, payment_order, channel_order or bank_record"),
    ("purpose", "payment or refund"),
    ("from", "the state before"),
    ("to", "the state after"),
    ("cause", "the mechanism that changed the state"),
    ("evidence", "what the move rests on"),
    ("amount", "minor units"),
    ("site", "the site of the write"),
    ("book", "bank or platform"),
    ("debit", "the account debited"),
    ("credit", "the account credited"),
    ("credited", "minor units credited, where they differ from the amount"),
    ("queries", "queries used up"),
    ("date", "the settlement file's business date, from 0"),
    ("found", "what the file says"),
    ("reason", "why a person must look"),
    ("first", "the number of the refund whose key another one carries, from 1"),
    ("content", "whether two refunds under one key are alike"),
    ("asked", "what was asked for, where another amount was paid"),
    ("token", "the fencing token of a worker's lease"),
    ("until_us", "when a lease, a crash or a pause is over"),
    ("branch", "the branch of a distributed transaction, from 0"),
    ("phase", "how far a distributed transaction is"),
    ("after_us", "how long a caller waits before it asks again by itself"),
    ("key", "the idempotency key of a call that is made again"),
    ("process", "what stopped, or is there again"),
    ("effect", "the effect of the fault that struck"),
    ("effect_us", "the effect's duration"),
    ("effect_flaw", "what the effect makes wrong with a message"),
];

fn occurrence(nth: u16) -> (&'static str, Value) {
    ("occurrence", Value::Number(i128::from(nth) + 1))
}

fn for_what(purpose: Purpose) -> (&'static str, Value) {
    ("purpose", Value::Name(names::purpose(purpose)))
}

/// The name of a fact and its fields.
pub fn fields(fact: &Fact) -> (&'static str, Fields) {
    match fact.what {
        What::Created { number, amount } => ("created", vec![nth("number", number), amount_of(amount)]),
        What::PaidAgain { number } => ("paid_again", vec![nth("number", number)]),
        What::Sent { .. } => ("sent", sent(fact.what)),
        What::Received { hop, message, number, nth, tells, flaw } => {
            let mut fields = about(hop, message, number);
            fields.push(occurrence(nth));
            fields.push(("tells", Value::Name(names::tells(tells))));
            fields.extend(flawed(flaw));
            ("received", fields)
        }
        What::Intruded { hop, number, nth, tells, flaw } => {
            let mut fields = about(hop, Message::Notification, number);
            fields.push(occurrence(nth));
            fields.push(("tells", Value::Name(names::tells(tells))));
            fields.extend(flawed(flaw));
            ("intruded", fields)
        }
        What::Ignored { hop, message, number, why } => {
            let mut fields = about(hop, message, number);
            fields.push(("why", Value::Name(names::why(why))));
            ("ignored", fields)
        }
        What::GaveUp { hop, number, purpose, why } => {
            let fields = vec![on(hop), nth("number", number), for_what(purpose), ("why", Value::Name(names::gave_up(why)))];
            ("gave_up", fields)
        }
        What::AttemptMoved { .. } | What::RecordMoved { .. } => moved(fact.what),
        What::Fated { hop, number, purpose, nth: visit, effect } => {
            let fields = vec![on(hop), nth("number", number), for_what(purpose), occurrence(visit)];
            ("fated", with_effect(fields, Some(effect)))
        }
        What::WriteStruck { hop, place, number, purpose, nth: visit, effect } => {
            let site = ("site", Value::Site(Site::Hop(hop, place)));
            let fields = vec![on(hop), site, nth("number", number), for_what(purpose), occurrence(visit)];
            ("write_struck", with_effect(fields, Some(effect)))
        }
        What::Posted { book, debit, credit, amount, credited, number } => {
            let mut fields = vec![
                ("book", Value::Name(names::book(book))),
                ("debit", Value::Name(names::account(debit))),
                ("credit", Value::Name(names::account(credit))),
                amount_of(amount),
                nth("number", number),
            ];
            fields.extend((credited != amount).then_some(("credited", Value::Number(i128::from(credited)))));
            ("posted", fields)
        }
        What::Fulfilled { number } => ("fulfilled", vec![nth("number", number)]),
        What::Tabled { hop, number } => ("tabled", vec![on(hop), nth("number", number)]),
        What::Untabled { hop, number } => ("untabled", vec![on(hop), nth("number", number)]),
        What::Exhausted { hop, number, queries } => {
            ("exhausted", vec![on(hop), nth("number", number), ("queries", Value::Number(queries.into()))])
        }
        What::FileRead { hop, number, date, found, struck } => {
            let found = ("found", Value::Name(names::found(found)));
            let mut fields = vec![on(hop), nth("number", number), dated(date), found];
            fields.extend(struck.map(|(visit, _)| occurrence(visit)));
            ("file_read", with_effect(fields, struck.map(|(_, effect)| effect)))
        }
        What::FileStruck { hop, date, nth: visit, effect, used } => {
            let name = if used { "file_used" } else { "file_refused" };
            (name, with_effect(vec![on(hop), dated(date), occurrence(visit)], Some(effect)))
        }
        What::ScanFound { hop, number } => ("scan_found", vec![on(hop), nth("number", number)]),
        What::Owed { hop, number } => ("owed", vec![on(hop), nth("number", number)]),
        What::Mended { hop, number } => ("mended", vec![on(hop), nth("number", number)]),
        What::Leased { hop, number, token, until } => {
            ("leased", vec![on(hop), nth("number", number), fencing(token), ends(until)])
        }
        What::Fenced { hop, number, token } => ("fenced", vec![on(hop), nth("number", number), fencing(token)]),
        What::Logged { number, branch, phase } => {
            let branch = ("branch", Value::Number(branch.into()));
            ("logged", vec![nth("number", number), branch, ("phase", Value::Name(names::phase(phase)))])
        }
        What::Locked { number } => ("locked", vec![nth("number", number)]),
        What::Unlocked { number } => ("unlocked", vec![nth("number", number)]),
        What::Blocked { number } => ("blocked", vec![nth("number", number)]),
        What::Halted { process, hop, place, nth: visit, effect, until } => {
            let site = ("site", Value::Site(Site::Hop(hop, place)));
            let fields = vec![("process", Value::Name(process.name())), site, occurrence(visit), ends(until)];
            ("halted", with_effect(fields, Some(Effect::Process(effect))))
        }
        What::HaltedElsewhere { process, until } => {
            ("halted_elsewhere", vec![("process", Value::Name(process.name())), ends(until)])
        }
        What::Restarted { process } => ("restarted", vec![("process", Value::Name(process.name()))]),
        What::WillAskAgain { hop, number, after, keyed } => {
            let key = ("key", Value::Name(if keyed { "the_same" } else { "none" }));
            ("will_ask_again", vec![on(hop), nth("number", number), ("after_us", Value::Number(after.into())), key])
        }
        What::Missed { hop, message, number, nth: visit } => {
            let mut fields = about(hop, message, number);
            fields.push(occurrence(visit));
            ("missed", fields)
        }
        What::TurnedAway { message, number } => ("turned_away", about(Hop::PlatformBank, message, number)),
        What::Queued { message, number, until } => {
            let mut fields = about(Hop::PlatformBank, message, number);
            fields.push(ends(until));
            ("queued", fields)
        }
        What::RefundWithheld { number } => ("refund_withheld", vec![nth("number", number)]),
        What::StandsInLine { hop, number } => ("stands_in_line", vec![on(hop), nth("number", number)]),
        What::ScanMisses { hop, number } => ("scan_misses", vec![on(hop), nth("number", number)]),
        What::TakenForAnother { hop, number, first, same } => {
            let content = ("content", Value::Name(if same { "the_same" } else { "another" }));
            ("taken_for_another", vec![on(hop), nth("number", number), nth("first", first), content])
        }
        What::PaidOtherwise { hop, number, asked, paid } => {
            let asked = ("asked", Value::Number(asked.into()));
            ("paid_otherwise", vec![on(hop), nth("number", number), asked, amount_of(paid)])
        }
        What::PutBeforeAPerson { hop, number, reason } => {
            let reason = ("reason", Value::Name(names::reason(reason)));
            ("put_before_a_person", vec![on(hop), nth("number", number), reason])
        }
        What::Agreed => ("agreed", Vec::new()),
        What::Disagreed => ("disagreed", Vec::new()),
    }
}

fn fencing(token: u16) -> (&'static str, Value) {
    ("token", Value::Number(token.into()))
}

fn ends(until: Micros) -> (&'static str, Value) {
    ("until_us", Value::Number(until.into()))
}

fn on(hop: Hop) -> (&'static str, Value) {
    ("hop", Value::Name(hop.name()))
}

/// People count from 1.
fn nth(key: &'static str, number: Number) -> (&'static str, Value) {
    (key, Value::Number(i128::from(number) + 1))
}

fn dated(date: u16) -> (&'static str, Value) {
    ("date", Value::Number(date.into()))
}

fn amount_of(amount: Money) -> (&'static str, Value) {
    ("amount", Value::Number(amount.into()))
}

fn about(hop: Hop, message: Message, number: Number) -> Fields {
    vec![on(hop), ("message", Value::Name(message.name())), nth("number", number)]
}

fn flawed(flaw: Flaw) -> Option<(&'static str, Value)> {
    (flaw != Flaw::None).then_some(("flaw", Value::Name(names::flaw(flaw))))
}

fn with_effect(mut fields: Fields, effect: Option<Effect>) -> Fields {
    if let Some(effect) = effect {
        let (name, duration, flaw) = names::effect(effect);
        fields.push(("effect", Value::Name(name)));
        fields.extend(duration.map(|us| ("effect_us", Value::Number(us.into()))));
        fields.extend(flaw.map(|flaw| ("effect_flaw", Value::Name(names::flaw(flaw)))));
    }
    fields
}

fn sent(what: What) -> Fields {
    let What::Sent { hop, message, number, nth, tells, effect, arrives } = what else { return Vec::new() };
    let mut fields = about(hop, message, number);
    fields.push(("occurrence", Value::Number(i128::from(nth) + 1)));
    fields.push(("tells", Value::Name(names::tells(tells))));
    let gone =
        matches!(effect, Some(Effect::Message(MessageEffect::Drop | MessageEffect::Refuse | MessageEffect::NoConnection)));
    fields.extend((!gone).then_some(("arrives_us", Value::Number(arrives.into()))));
    with_effect(fields, effect)
}

fn moved(what: What) -> (&'static str, Fields) {
    let (table, hop, number, purpose, from, to, cause) = match what {
        What::AttemptMoved { hop, number, purpose, from, to, cause, .. } => {
            (Table::of_attempts(hop), hop, number, purpose, from, to, cause)
        }
        What::RecordMoved { hop, number, purpose, from, to, cause } => {
            (Table::of_records(hop), hop, number, purpose, from, to, cause)
        }
        _ => return ("moved", Vec::new()),
    };
    let mut fields = vec![
        on(hop),
        ("table", Value::Name(names::table(table))),
        nth("number", number),
        for_what(purpose),
        ("from", Value::Name(names::state(from))),
        ("to", Value::Name(names::state(to))),
        ("cause", Value::Name(cause.name())),
    ];
    if let What::AttemptMoved { amount, evidence, flaw, .. } = what {
        fields.push(("evidence", Value::Name(names::evidence(evidence))));
        fields.push(amount_of(amount));
        fields.extend(flawed(flaw));
    }
    ("moved", fields)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn every_key_is_documented_and_used_once_a_fact() {
        for fact in sample::many().stories.iter().flat_map(|story| &story.facts).chain(&sample::every_fact()) {
            let (name, fields) = fields(fact);
            for (i, (key, _)) in fields.iter().enumerate() {
                assert!(KEYS.iter().any(|(known, _)| known == key), "{name}: {key} is not documented");
                assert!(fields[..i].iter().all(|(before, _)| before != key), "{name}: {key} twice");
            }
        }
    }

    #[test]
    fn every_documented_key_is_used() {
        let facts = sample::every_fact();
        let used: Vec<&str> = facts.iter().flat_map(|fact| fields(fact).1).map(|(key, _)| key).collect();
        for (key, _) in KEYS {
            assert!(used.contains(key), "{key} is documented and never written");
        }
    }
}
