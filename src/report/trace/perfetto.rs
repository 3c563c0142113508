//! Trace format `perfetto`: Chrome trace events (JSON), for ui.perfetto.dev and other viewers. An order is a process; its
//! threads are the three parties, with messages as flows between them, and every entry of the four books, with its states
//! as slices. Times are in microseconds.

use super::Format;
use crate::kernel::Micros;
use crate::payments::fact::{Fact, Number, Purpose, State, What};
use crate::payments::party::Party;
use crate::report::books::Table;
use crate::report::paint::Tone;
use crate::report::steps::{Actor, Shape, arrivals, steps};
use crate::report::words;
use crate::run::outcome::{Outcome, Story};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fmt::{self, Write};

/// Chrome trace events.
pub const FORMAT: Format = Format {
    name: "perfetto",
    about: "Chrome trace events with flows and states; for ui.perfetto.dev",
    extensions: &["trace"],
    write,
    line: None,
};

fn write(out: &mut dyn Write, outcomes: &[Outcome]) -> fmt::Result {
    let mut process = 0;
    let mut separator = "";
    write!(out, "{{\"displayTimeUnit\":\"ms\",\"traceEvents\":[")?;
    for outcome in outcomes {
        for story in &outcome.stories {
            process += 1;
            let mut events = Vec::new();
            name(&mut events, process, outcome, story);
            states(&mut events, process, story);
            messages(&mut events, process, story);
            marks(&mut events, process, outcome, story);
            for event in events {
                write!(out, "{separator}\n{event}")?;
                separator = ",";
            }
        }
    }
    writeln!(out, "\n]}}")
}

/// The thread of a party.
const fn lane(party: Party) -> usize {
    1 + party as usize
}

/// The thread of an entry in a book.
const fn entry(table: Table, number: Number) -> usize {
    1_000 * (1 + table as usize) + number as usize
}

fn name(events: &mut Vec<Value>, pid: usize, outcome: &Outcome, story: &Story) {
    let title = format!("{}, order {}", outcome.scenario, u64::from(story.order) + 1);
    events.push(json!({"ph": "M", "pid": pid, "name": "process_name", "args": {"name": title}}));
    for party in Party::ALL {
        events
            .push(json!({"ph": "M", "pid": pid, "tid": lane(party), "name": "thread_name", "args": {"name": party.name()}}));
    }
}

/// A slice for every state that an entry was in, until the last fact.
fn states(events: &mut Vec<Value>, pid: usize, story: &Story) {
    let mut open: BTreeMap<(Table, Number), (Micros, Purpose, State)> = BTreeMap::new();
    let end = story.facts.last().map_or(0, |fact| fact.at);
    let mut slice = |(table, number), (since, purpose, state), until: Micros| {
        let title = words::state(state, purpose);
        let (tid, dur) = (entry(table, number), until - since);
        events.push(json!({"ph": "X", "pid": pid, "tid": tid, "ts": since, "dur": dur, "name": title, "cat": "state"}));
    };
    for fact in &story.facts {
        let Some((key, purpose, to)) = moved(fact) else { continue };
        if let Some(before) = open.insert(key, (fact.at, purpose, to)) {
            slice(key, before, fact.at);
        }
    }
    for (key, state) in &open {
        slice(*key, *state, end.max(state.0 + 1));
    }
    for (table, number) in open.into_keys() {
        let (tid, title) = (entry(table, number), format!("{} #{}", table.name(), u64::from(number) + 1));
        events.push(json!({"ph": "M", "pid": pid, "tid": tid, "name": "thread_name", "args": {"name": title}}));
    }
}

fn moved(fact: &Fact) -> Option<((Table, Number), Purpose, State)> {
    match fact.what {
        What::AttemptMoved { hop, number, purpose, to, .. } => Some(((Table::of_attempts(hop), number), purpose, to)),
        What::RecordMoved { hop, number, purpose, to, .. } => Some(((Table::of_records(hop), number), purpose, to)),
        _ => None,
    }
}

/// A slice where a message leaves and where it arrives, with a flow between the two.
fn messages(events: &mut Vec<Value>, pid: usize, story: &Story) {
    for (i, fact) in story.facts.iter().enumerate() {
        let (hop, message, number, tells, leaves) = match fact.what {
            What::Sent { hop, message, number, tells, .. } => (hop, message, number, tells, true),
            What::Received { hop, message, number, tells, .. } => (hop, message, number, tells, false),
            _ => continue,
        };
        let tid = lane(if leaves { message.sender(hop) } else { message.receiver(hop) });
        let mark = words::mark(hop, message).map_or(String::new(), |mark| format!("{mark} "));
        let title = format!("{mark}{} {}", message.name(), words::label(message, u64::from(number) + 1, tells));
        events.push(json!({"ph": "X", "pid": pid, "tid": tid, "ts": fact.at, "dur": 1, "name": title, "cat": "message"}));
        if leaves {
            for arrival in arrivals(&story.facts, i) {
                let id = format!("{pid}.{i}.{arrival}");
                let to = lane(message.receiver(hop));
                let at = story.facts[arrival].at;
                events
                    .push(json!({"ph": "s", "pid": pid, "tid": tid, "ts": fact.at, "id": id, "name": title, "cat": "flow"}));
                events.push(
                    json!({"ph": "f", "bp": "e", "pid": pid, "tid": to, "ts": at, "id": id, "name": title, "cat": "flow"}),
                );
            }
        }
    }
}

/// An instant for every misfortune, repair and violation.
fn marks(events: &mut Vec<Value>, pid: usize, outcome: &Outcome, story: &Story) {
    for step in steps(story, &outcome.violations, outcome.currency) {
        let party = match step.shape {
            Shape::At(Actor::Party(party)) => party,
            Shape::At(Actor::Customer) | Shape::Books => Party::Merchant,
            Shape::Message(way, _) | Shape::Exchange(way, _) | Shape::Arrival(way, _) => way.from(),
        };
        for note in step.notes {
            match note.tone {
                Tone::Fault | Tone::Repair | Tone::Warning => {
                    let (tid, args) = (lane(party), json!({"words": step.words}));
                    events.push(
                        json!({"ph": "i", "s": "t", "pid": pid, "tid": tid, "ts": step.at, "name": note.text, "args": args}),
                    );
                }
                Tone::Plain | Tone::Dim | Tone::Bold => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn every_flow_that_starts_ends_and_every_slice_has_a_length() {
        let mut out = String::new();
        write(&mut out, &[sample::many()]).expect("a String takes everything");
        let trace: Value = serde_json::from_str(&out).expect("valid JSON");
        let events = trace["traceEvents"].as_array().expect("an array");
        let count = |ph: &str| events.iter().filter(|event| event["ph"] == ph).count();
        assert!(count("s") >= 15, "{}", count("s"));
        assert_eq!(count("s"), count("f"));
        assert!(events.iter().filter(|event| event["ph"] == "X").all(|event| event["dur"].is_u64()));
        let unknown = events.iter().find(|event| event["name"] == "unknown").expect("an unknown state");
        assert_eq!(unknown["dur"], 35_080_000);
        assert!(events.iter().any(|event| event["name"] == "✗ lost"));
    }
}
