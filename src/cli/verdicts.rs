//! What campaigns came to, shown to whoever looks: a terminal, a program, a JUnit reader, GitHub; and one exit code.
//!
//! Called by `fuzz`, `merge` and `ci`.

use crate::cli::{Exit, OutputFormat, files, load, terminal};
use crate::report::campaign::json::{CiResult, CorpusResult};
use crate::report::campaign::{FuzzResult, github, junit, text};
use crate::report::json::{Judgement, RunResult};
use crate::report::{self, Page, overview};
use crate::run;
use crate::run::outcome::{Outcome, Verdict};
use crate::scenario::Overrides;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

/// The results of several campaigns.
#[derive(Default)]
pub(crate) struct Verdicts {
    /// Scenarios that were run once, by their `expect`.
    pub outcomes: Vec<Outcome>,
    /// A campaign for each scenario.
    pub results: Vec<FuzzResult>,
    /// Bugs of ours, found on the way.
    pub bugs: Vec<String>,
    /// How many failures of each campaign are told step by step.
    pub stories: usize,
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
        let junit_asked = junit_file.is_some();
        terminal::print(&match format {
            OutputFormat::Json => self.json(),
            OutputFormat::Text => self.text(),
        });
        for bug in &self.bugs {
            terminal::complain(&format!("this is a bug of paychaos: {bug}"));
        }
        for missing in &self.missing {
            terminal::complain(missing);
        }
        // A reader of JUnit could not see what is missing.
        let junit_file = junit_file.filter(|_| self.missing.is_empty());
        if junit_asked && junit_file.is_none() {
            terminal::complain("no JUnit file is written: the result is not whole");
        }
        let written = junit_file.map_or(Ok(()), |file| files::write(file, junit::write(&self.outcomes, &self.results)));
        if let Err(sentence) = written.and_then(|()| self.tell_github()) {
            terminal::complain(&sentence);
            return Exit::BadInput;
        }
        self.exit()
    }

    /// A list of campaigns; where scenarios were run as well, an object of both.
    fn json(&self) -> String {
        let text = if self.outcomes.is_empty() {
            serde_json::to_string_pretty(&self.results)
        } else {
            let runs = self.outcomes.iter().map(|outcome| RunResult::new(outcome, None)).collect();
            serde_json::to_string_pretty(&CiResult { verdict: self.verdict(), runs, campaigns: self.results.clone() })
        };
        text.unwrap_or_default() + "\n"
    }

    fn text(&self) -> String {
        let page = Page::new(terminal::width());
        let mut out = String::new();
        if self.outcomes.is_empty() {
            for (i, result) in self.results.iter().enumerate() {
                let _ = if i > 0 { writeln!(out) } else { Ok(()) };
                let _ = text::write(&mut out, result, page);
                result.failures.iter().take(self.stories).for_each(|failure| {
                    let _ = writeln!(out);
                    tell(&mut out, Path::new(&result.file), &failure.repro_yaml, page);
                });
            }
            return out;
        }
        let _ = overview::write(&mut out, &self.outcomes, page);
        for result in &self.results {
            let _ = writeln!(out);
            let _ = text::brief(&mut out, result, page);
        }
        let _ = writeln!(out);
        if self.missing.is_empty() {
            let _ = text::summary(&mut out, &self.outcomes, &self.results, page);
        }
        out
    }

    /// Did all scenarios and all campaigns pass?
    fn verdict(&self) -> Judgement {
        let runs = self.outcomes.iter().all(|outcome| outcome.verdict == Verdict::Pass);
        let campaigns = self.results.iter().all(|result| result.verdict == Judgement::Pass);
        if runs && campaigns && self.missing.is_empty() { Judgement::Pass } else { Judgement::Fail }
    }

    /// Annotations and a summary, where GitHub asks for them.
    fn tell_github(&self) -> Result<(), String> {
        if std::env::var_os("GITHUB_ACTIONS").is_some_and(|on| on == "true") {
            terminal::diagnose(&github::annotations(&self.outcomes, &self.results));
        }
        let Some(file) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|file| !file.is_empty()) else { return Ok(()) };
        let file = Path::new(&file);
        let opened = std::fs::OpenOptions::new().create(true).append(true).open(file);
        let written = opened.and_then(|mut out| out.write_all(github::summary(&self.outcomes, &self.results).as_bytes()));
        written.map_err(|error| format!("{}: {}", file.display(), files::reason(&error)))
    }

    fn exit(&self) -> Exit {
        if !self.bugs.is_empty() || self.results.iter().any(|result| !result.diverged.is_empty()) {
            Exit::Bug
        } else if terminal::interrupted() {
            Exit::Interrupted
        } else if self.verdict() == Judgement::Fail {
            Exit::NotMet
        } else {
            Exit::Held
        }
    }
}

/// Tells the smallest case of a failure step by step; `file` is that of the scenario in which it was found.
pub(crate) fn tell(out: &mut String, file: &Path, yaml: &str, page: Page) {
    let Ok(scenario) = load::text(file, yaml.as_bytes(), &Overrides::default()) else { return };
    let mut options = run::Options { seed: None, without: &[], stories: 1, together: false, progress: &mut |_| true };
    let _ = report::text(out, &run::once(&scenario, &mut options, None), page);
}
