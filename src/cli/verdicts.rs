//! What campaigns came to, shown to whoever looks: a terminal, a program, a JUnit reader, GitHub; and one exit code.
//!
//! Called by `fuzz`, `merge` and `ci`.

use crate::cli::{Exit, OutputFormat, files, terminal};
use crate::report::Page;
use crate::report::campaign::json::CorpusResult;
use crate::report::campaign::{FuzzResult, github, junit, text};
use crate::report::json::Judgement;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

/// The results of several campaigns.
#[derive(Default)]
pub(crate) struct Verdicts {
    /// One for each scenario.
    pub results: Vec<FuzzResult>,
    /// Bugs of ours, found on the way.
    pub bugs: Vec<String>,
    /// What is missing before the results are whole.
    pub missing: Vec<String>,
}

impl Verdicts {
    /// Adds a campaign and the corpus that was run before it.
    pub(crate) fn add(&mut self, mut result: FuzzResult, corpus: Vec<CorpusResult>) {
        result.with_corpus(corpus);
        self.results.push(result);
    }

    /// Prints everything and says with which code to end.
    pub(crate) fn show(&self, format: OutputFormat, junit_file: Option<&Path>) -> Exit {
        terminal::print(&match format {
            OutputFormat::Json => serde_json::to_string_pretty(&self.results).unwrap_or_default() + "\n",
            OutputFormat::Text => self.text(),
        });
        for bug in &self.bugs {
            terminal::complain(&format!("this is a bug of paychaos: {bug}"));
        }
        for missing in &self.missing {
            terminal::complain(missing);
        }
        let written = junit_file.map_or(Ok(()), |file| files::write(file, &junit::write(&self.results)));
        if let Err(sentence) = written.and_then(|()| self.tell_github()) {
            terminal::complain(&sentence);
            return Exit::BadInput;
        }
        self.exit()
    }

    fn text(&self) -> String {
        let page = Page::new(terminal::width());
        let mut out = String::new();
        for (i, result) in self.results.iter().enumerate() {
            if i > 0 {
                let _ = writeln!(out);
            }
            let _ = text::write(&mut out, result, page);
        }
        out
    }

    /// Annotations and a summary, where GitHub asks for them.
    fn tell_github(&self) -> Result<(), String> {
        if std::env::var_os("GITHUB_ACTIONS").is_some_and(|on| on == "true") {
            terminal::diagnose(&github::annotations(&self.results));
        }
        let Some(file) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|file| !file.is_empty()) else { return Ok(()) };
        let file = Path::new(&file);
        let opened = std::fs::OpenOptions::new().create(true).append(true).open(file);
        let written = opened.and_then(|mut out| out.write_all(github::summary(&self.results).as_bytes()));
        written.map_err(|error| format!("{}: {}", file.display(), files::reason(&error)))
    }

    fn exit(&self) -> Exit {
        let failed = |result: &FuzzResult| result.verdict == Judgement::Fail;
        if !self.bugs.is_empty() || self.results.iter().any(|result| !result.diverged.is_empty()) {
            Exit::Bug
        } else if terminal::interrupted() {
            Exit::Interrupted
        } else if !self.missing.is_empty() || self.results.iter().any(failed) {
            Exit::NotMet
        } else {
            Exit::Held
        }
    }
}
