//! Trace format `text`: one line per fact, for grep and awk: order, time, fact, then `key=value`.
//!
//! Keys and names are those of the format `json`.

use super::Format;
use crate::kernel::format_instant;
use crate::payments::fact::Fact;
use crate::report::fields::fields;
use crate::report::paint::left;
use crate::run::outcome::Outcome;
use std::fmt::{self, Write};

/// One line per fact.
pub const FORMAT: Format = Format {
    name: "text",
    about: "one line per fact: order, time, fact, key=value; for grep",
    extensions: &["txt"],
    write,
    line: Some(line),
};

fn write(out: &mut dyn Write, outcomes: &[Outcome]) -> fmt::Result {
    super::line_by_line(out, outcomes, line)
}

fn line(out: &mut dyn Write, scenario: &str, fact: &Fact) -> fmt::Result {
    let name: String = scenario.chars().map(|c| if c.is_whitespace() || c.is_control() { '_' } else { c }).collect();
    let (what, fields) = fields(fact);
    let when = left(&format_instant(fact.at), 19);
    write!(out, "{name} order {} {when} {what}", u64::from(fact.order) + 1)?;
    for (key, value) in fields {
        write!(out, " {key}={value}")?;
    }
    writeln!(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn one_line_per_fact() {
        let outcome = sample::outcome(vec![sample::lost_answer()]);
        let mut out = String::new();
        write(&mut out, std::slice::from_ref(&outcome)).expect("a String takes everything");
        assert_eq!(out.lines().count(), outcome.stories[0].facts.len());
        insta::assert_snapshot!(out);
    }
}
