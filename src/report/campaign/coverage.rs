//! The heat map of a campaign: how often each kind of fault struck, by site and by the state of the order.
//!
//! Called by the text of a campaign. One character a cell, so that all kinds, sites and states fit on 80 columns.

use crate::campaign::coverage::STATE_NAMES;
use crate::faults;
use crate::payments::message::Message;
use crate::payments::party::Hop;
use crate::payments::site::{Place, Site};
use crate::report::campaign::json::FuzzResult;
use crate::report::paint::{Page, Tone, grouped, left, paragraph, right};
use std::fmt::{self, Write};

/// The columns of a hop: a letter, and the places that it stands for.
const PLACES: [(char, &[Place]); 19] = [
    ('r', &[Place::Message(Message::Request)]),
    ('a', &[Place::Message(Message::Answer)]),
    ('n', &[Place::Message(Message::Notification)]),
    ('k', &[Place::Message(Message::Ack)]),
    ('q', &[Place::Message(Message::Query)]),
    ('Q', &[Place::Message(Message::QueryAnswer)]),
    ('c', &[Place::Message(Message::Close)]),
    ('C', &[Place::Message(Message::CloseAnswer)]),
    ('f', &[Place::Message(Message::Refund)]),
    ('F', &[Place::Message(Message::RefundAnswer)]),
    ('h', &[Place::Message(Message::Handover)]),
    ('H', &[Place::Message(Message::HandoverAnswer)]),
    ('d', &[Place::Decision, Place::RefundDecision]),
    ('w', &[Place::AttemptCreate, Place::AttemptWrite]),
    ('W', &[Place::RecordCreate, Place::RecordWrite, Place::AckWrite, Place::NotifyWrite]),
    ('t', &[Place::DropInsert, Place::DropDelete, Place::LeaseWrite, Place::LogWrite]),
    ('i', &[Place::Intruder]),
    ('l', &[Place::Row]),
    ('L', &[Place::File]),
];

const LEGEND: &str = "r request, a answer, n notification, k ack, q query, Q its answer, c close, C its answer, f refund, \
                      F its answer, h handover, H its answer, d decision, writes of w attempts, W records, t other tables and \
                      logs, i intruder, l record and L file of the settlement; the state is that of the asking party's \
                      order. ░ 1 to 9, ▒ 10 to 99, ▓ 100 to 999, █ more, · could strike and did not";

/// Writes the heat map.
///
/// # Errors
/// Those of `out`.
pub fn write(out: &mut dyn Write, result: &FuzzResult, page: Page) -> fmt::Result {
    let letters: String = PLACES.iter().map(|(letter, _)| *letter).collect();
    let states: String = STATE_NAMES.iter().map(|name| name.chars().next().unwrap_or(' ')).collect();
    let [outer, inner] = Hop::ALL.map(Hop::name);
    let head = format!("{}{}{}{}", left("what struck", 18), left(outer, 21), left(inner, 21), "state");
    writeln!(out, "{}", Tone::Bold.paint(&head))?;
    let line = format!("{}{letters}  {letters}  {states}{}", " ".repeat(18), right("times", 13));
    writeln!(out, "{}", Tone::Dim.paint(&line))?;
    for kind in &result.swarm.kinds {
        row(out, result, kind)?;
    }
    paragraph(out, page, "", LEGEND, Tone::Dim)
}

fn row(out: &mut dyn Write, result: &FuzzResult, kind: &str) -> fmt::Result {
    let sites = result.coverage.get(kind);
    let mut line = left(kind, 18);
    for hop in Hop::ALL {
        for (_, places) in PLACES {
            let here = || places.iter().map(|place| Site::Hop(hop, *place));
            let struck = |site: Site| sites?.get(&site.to_string()).map(|states| states.values().sum::<u64>());
            let times: u64 = here().filter_map(struck).sum();
            // Where a scenario lists its faults, it says where.
            let can = !result.swarm.listed
                && faults::find(kind).is_some_and(|kind| here().any(|site| kind.strike(site, None).is_some()));
            line.push(if times == 0 && !can { ' ' } else { shade(times) });
        }
        line.push_str("  ");
    }
    let in_state =
        |name: &str| sites.into_iter().flat_map(|sites| sites.values()).filter_map(|states| states.get(name)).sum();
    let counts = STATE_NAMES.map(in_state);
    line.extend(counts.map(|times: u64| if times == 0 { ' ' } else { shade(times) }));
    let all: u64 = counts.iter().sum();
    line.push_str(&right(&grouped(all), 13));
    let tone = if all == 0 { Tone::Warning } else { Tone::Plain };
    writeln!(out, "{}", tone.paint(line.trim_end()))
}

/// The same as a table for programs: CSV with a line for each kind, site and state, also where the count is 0.
pub fn table(results: &[FuzzResult]) -> String {
    let mut out = String::from("scenario,kind,site,state,times\n");
    for result in results {
        for kind in &result.swarm.kinds {
            let sites = faults::find(kind).into_iter().flat_map(|kind| Hop::ALL.into_iter().flat_map(|hop| kind.sites(hop)));
            for site in sites.map(|site| site.to_string()) {
                let struck = result.coverage.get(kind).and_then(|sites| sites.get(&site));
                for state in STATE_NAMES {
                    let times = struck.and_then(|states| states.get(state)).copied().unwrap_or(0);
                    let name = result.scenario.replace('"', "\"\"");
                    let _ = writeln!(out, "\"{name}\",{kind},{site},{state},{times}");
                }
            }
        }
    }
    out
}

fn shade(times: u64) -> char {
    match times {
        0 => '·',
        1..10 => '░',
        10..100 => '▒',
        100..1000 => '▓',
        1000.. => '█',
    }
}
