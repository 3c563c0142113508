//! The formats in which the stories of a run can be written to a file.
//!
//! Called by the command line for `--trace` and `list formats`. Adding a format is one file and one line in [`FORMATS`].

pub mod html;
pub mod json;
pub mod mermaid;
pub mod perfetto;
pub mod text;

use crate::payments::fact::Fact;
use crate::run::outcome::Outcome;
use std::fmt::{self, Write};

/// Writes one fact of the scenario with this name.
pub type WriteLine = fn(&mut dyn Write, &str, &Fact) -> fmt::Result;

/// A trace format.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// What `--trace-format` calls it.
    pub name: &'static str,
    /// What it is good for.
    pub about: &'static str,
    /// The usual ends of a file's name.
    pub extensions: &'static [&'static str],
    /// Writes the stories of some runs.
    pub write: fn(&mut dyn Write, &[Outcome]) -> fmt::Result,
    /// Writes one fact of a scenario in a line of its own, where the format has lines: then every fact of every order can
    /// be written while the run goes on.
    pub line: Option<WriteLine>,
}

/// All trace formats; the first is the default.
pub const FORMATS: &[Format] = &[text::FORMAT, json::FORMAT, mermaid::FORMAT, html::FORMAT, perfetto::FORMAT];

/// The stories' facts, line by line.
fn line_by_line(out: &mut dyn Write, outcomes: &[Outcome], line: WriteLine) -> fmt::Result {
    for outcome in outcomes {
        for fact in outcome.stories.iter().flat_map(|story| &story.facts) {
            line(out, &outcome.scenario, fact)?;
        }
    }
    Ok(())
}

/// The format called `name`.
pub fn format(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}

/// The format whose files are called like `file`.
pub fn format_of_file(file: &str) -> Option<&'static Format> {
    let (_, extension) = file.rsplit_once('.')?;
    let is_it = |known: &&str| known.eq_ignore_ascii_case(extension);
    FORMATS.iter().find(|format| is_it(&format.name) || format.extensions.iter().any(is_it))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn every_format_can_be_found_and_writes_something() {
        for known in FORMATS {
            assert_eq!(format(known.name).map(|found| found.about), Some(known.about));
            for extension in known.extensions {
                for file in [format!("a.b/c.{extension}"), format!("a.b/c.{}", extension.to_uppercase())] {
                    assert_eq!(format_of_file(&file).map(|found| found.name), Some(known.name), "{file}");
                }
            }
            let mut out = String::new();
            (known.write)(&mut out, &[sample::many(), sample::awkward()]).expect("a String takes everything");
            assert!(out.len() > 1_000 && out.ends_with('\n'), "{}", known.name);
        }
        assert!(format("yaml").is_none() && format_of_file("trace").is_none());
    }
}
