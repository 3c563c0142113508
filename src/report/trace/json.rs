//! Trace format `json`: JSON lines, one object per fact. The keys are listed in `fields::KEYS`, in a stable order.

use super::Format;
use crate::payments::fact::Fact;
use crate::report::fields::{Value, fields};
use crate::run::outcome::Outcome;
use std::fmt::{self, Write};

/// JSON lines.
pub const FORMAT: Format = Format {
    name: "json",
    about: "JSON lines: one object per fact, with stable keys; for programs",
    extensions: &["jsonl"],
    write,
    line: Some(line),
};

fn write(out: &mut dyn Write, outcomes: &[Outcome]) -> fmt::Result {
    super::line_by_line(out, outcomes, line)
}

fn line(out: &mut dyn Write, scenario: &str, fact: &Fact) -> fmt::Result {
    let (what, fields) = fields(fact);
    let order = u64::from(fact.order) + 1;
    write!(out, "{{\"scenario\":{},\"order\":{order},\"at_us\":{},\"fact\":\"{what}\"", quoted(scenario)?, fact.at)?;
    for (key, value) in fields {
        match value {
            Value::Number(number) => write!(out, ",\"{key}\":{number}")?,
            Value::Name(_) | Value::Site(_) => write!(out, ",\"{key}\":{}", quoted(&value.to_string())?)?,
        }
    }
    writeln!(out, "}}")
}

fn quoted(text: &str) -> Result<String, fmt::Error> {
    serde_json::to_string(text).map_err(|_| fmt::Error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn every_line_is_an_object() {
        let mut outcome = sample::awkward();
        outcome.stories[0].facts = sample::every_fact();
        let mut out = String::new();
        write(&mut out, &[outcome]).expect("a String takes everything");
        for line in out.lines() {
            let object: serde_json::Value = serde_json::from_str(line).expect("valid JSON");
            assert!(object["at_us"].is_u64() && object["order"].is_u64() && object["fact"].is_string(), "{line}");
        }
        insta::assert_snapshot!(
            out.lines()
                .take(22)
                .map(|line| line.split_once("\"order\"").expect("an order").1)
                .collect::<Vec<_>>()
                .join("\n")
        );
    }
}
