//! Trace format `mermaid`: the text of a sequence diagram, one for all stories, to be pasted where Markdown is shown.

use super::Format;
use crate::payments::party::Party;
use crate::report::paint::Tone;
use crate::report::steps::{Actor, Flight, Shape, Step, Way, steps};
use crate::report::words;
use crate::run::outcome::Outcome;
use std::fmt::{self, Write};

/// A sequence diagram.
pub const FORMAT: Format = Format {
    name: "mermaid",
    about: "a Mermaid sequence diagram; for Markdown pages and tickets",
    extensions: &["mmd"],
    write,
    line: None,
};

fn write(out: &mut dyn Write, outcomes: &[Outcome]) -> fmt::Result {
    writeln!(out, "sequenceDiagram")?;
    writeln!(out, "    actor C as Customer")?;
    for (id, name) in [("M", "Merchant"), ("P", "Platform"), ("B", "Bank")] {
        writeln!(out, "    participant {id} as {name}")?;
    }
    for outcome in outcomes {
        for story in &outcome.stories {
            let amount = format!("{} {}", outcome.currency.format(story.amount), outcome.currency.code());
            let title = format!("{}, order {}, {amount} ({})", outcome.scenario, u64::from(story.order) + 1, story.because);
            writeln!(out, "    Note over C,B: {}", escape(&title))?;
            let steps = steps(story, &outcome.violations, outcome.currency);
            let start = steps.first().map_or(0, |step| step.at);
            for step in &steps {
                one(out, step, &format!("+{}", words::brief(step.at - start)))?;
                if let Some(words) = step.then.words(start) {
                    writeln!(out, "    Note over C,B: {}", escape(&words))?;
                }
            }
        }
    }
    Ok(())
}

fn one(out: &mut dyn Write, step: &Step, after: &str) -> fmt::Result {
    let mark = step.mark.map_or(String::new(), |mark| format!("{mark} "));
    let arrow = |way: Way, head: &str| format!("{}{head}{}: {mark}", party(way.from()), party(way.to()));
    match step.shape {
        Shape::At(Actor::Customer) => writeln!(out, "    C->>M: {}", escape(&format!("{after} {}", step.words)))?,
        Shape::At(Actor::Party(who)) => {
            let states: Vec<String> = step
                .moves
                .iter()
                .map(|moved| {
                    format!(
                        "{} #{} {}",
                        moved.table.name(),
                        u64::from(moved.number) + 1,
                        words::state(moved.to, moved.purpose)
                    )
                })
                .collect();
            let text = if states.is_empty() { step.words.clone() } else { states.join(", ") };
            writeln!(out, "    Note over {}: {mark}{}", party(who), escape(&format!("{after} {text}")))?;
        }
        Shape::Message(way, flight) => {
            let head = match flight {
                Flight::Arrives(_) => "->>",
                Flight::Later => "-)",
                Flight::Never => "-x",
            };
            let head = if way.forged { "-->>" } else { head };
            writeln!(out, "    {}{}", arrow(way, head), escape(&step.label))?;
        }
        Shape::Exchange(way, _) => {
            writeln!(out, "    {}{}", arrow(way, "->>"), escape(&step.label))?;
            writeln!(out, "    {}-->>{}: {}", party(way.to()), party(way.from()), escape(&step.reply))?;
        }
        Shape::Arrival(way, _) => writeln!(out, "    {}{}", arrow(way, "-->>"), escape(&format!("{after} {}", step.label)))?,
        Shape::Books => {}
    }
    for note in &step.notes {
        match note.tone {
            Tone::Fault | Tone::Repair | Tone::Warning => {
                let place = match step.shape {
                    Shape::At(Actor::Party(who)) => party(who).to_owned(),
                    Shape::Message(way, _) | Shape::Exchange(way, _) | Shape::Arrival(way, _) => {
                        format!("{},{}", party(way.hop.upstream()), party(way.hop.downstream()))
                    }
                    Shape::At(Actor::Customer) | Shape::Books => "C,B".to_owned(),
                };
                writeln!(out, "    Note over {place}: {}", escape(&format!("{after} {}", note.text)))?;
            }
            Tone::Plain | Tone::Dim | Tone::Bold => {}
        }
    }
    Ok(())
}

const fn party(party: Party) -> &'static str {
    match party {
        Party::Merchant => "M",
        Party::Platform => "P",
        Party::Bank => "B",
    }
}

/// Text as Mermaid wants it: `#` and `;` end a message, `<` starts markup.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            '#' => escaped.push_str("#35;"),
            ';' => escaped.push_str("#59;"),
            '<' => escaped.push_str("#lt;"),
            '>' => escaped.push_str("#gt;"),
            '"' => escaped.push_str("#quot;"),
            '%' => escaped.push_str("#37;"),
            '{' => escaped.push_str("#123;"),
            '}' => escaped.push_str("#125;"),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn a_lost_answer_as_a_diagram() {
        let mut out = String::new();
        write(&mut out, &[sample::outcome(vec![sample::lost_answer()])]).expect("a String takes everything");
        assert!(out.contains("B-xP: ③ success"));
        insta::assert_snapshot!(out);
    }

    #[test]
    fn nothing_ends_a_message_early() {
        let mut out = String::new();
        write(&mut out, &[sample::awkward()]).expect("a String takes everything");
        for line in out.lines().skip(1) {
            let rest = line.trim_start().replace("#35;", "").replace("#59;", "").replace("#lt;", "").replace("#gt;", "");
            let rest = rest.replace("#quot;", "");
            let (head, text) = rest.split_once(": ").unwrap_or((&rest, ""));
            assert!(head.len() < 60 && !text.contains(['#', ';', '<', '"', '%']), "{line}");
        }
    }
}
