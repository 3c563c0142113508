//! What campaigns came to, shown to whoever looks: a terminal, a program, a JUnit reader, GitHub; and one exit code.
//!
//! Called by `fuzz`, `merge` and `ci`.

use crate::cli::trouble::Trouble;
use crate::cli::{Exit, OutputFormat, files, load, terminal};
use crate::report::campaign::json::CiResult;
use crate::report::campaign::{Beside, FuzzResult, coverage, github, junit, text};
use crate::report::json::{Judgement, RunResult};
use crate::report::{self, Page, overview};
use crate::run;
use crate::run::outcome::Verdict;
use crate::scenario::Overrides;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

/// The results of several campaigns.
#[derive(Default)]
pub(crate) struct Verdicts {
    /// What `ci` ran beside them.
    pub beside: Option<Beside>,
    /// A campaign for each scenario.
    pub results: Vec<FuzzResult>,
    /// Bugs of ours, found on the way.
    pub bugs: Vec<String>,
    /// How many failures of each campaign are told step by step.
    pub stories: usize,
    /// Sentences: what could not be written.
    pub unwritten: Vec<String>,
}

impl Verdicts {
    /// Why nothing more is to be run.
    pub(crate) fn cut(&self) -> Option<String> {
        if terminal::interrupted() { Some("interrupted".to_owned()) } else { self.unwritten.first().cloned() }
    }

    /// What was found could not be written down.
    pub(crate) fn not_written(&mut self, trouble: Trouble) {
        match trouble {
            Trouble::Said => {}
            Trouble::Sentence(sentence) => self.unwritten.push(sentence),
            Trouble::Bug(sentence) => {
                self.unwritten.push("what was found does not fit what was written before".to_owned());
                self.bugs.push(sentence);
            }
        }
    }

    /// Prints everything, writes the files that were asked for, and says with which code to end.
    pub(crate) fn show(mut self, format: OutputFormat, junit_file: Option<&Path>, coverage_file: Option<&Path>) -> Exit {
        terminal::print(&match format {
            OutputFormat::Json => self.json(),
            OutputFormat::Text => self.text(),
        });
        for bug in &self.bugs {
            terminal::complain(&format!("this is a bug of paychaos: {bug}"));
        }
        self.beside.iter().flat_map(|beside| &beside.missing).for_each(|missing| terminal::complain(missing));
        for result in &self.results {
            for missing in &result.missing {
                terminal::complain(&format!("{}: {missing}", result.title()));
            }
        }
        let junit = junit_file.map(|file| files::write(file, junit::write(self.beside.as_ref(), &self.results)));
        let coverage = coverage_file.map(|file| files::write(file, coverage::table(&self.results)));
        let written = [junit, coverage, Some(self.tell_github())];
        self.unwritten.extend(written.into_iter().flatten().filter_map(Result::err));
        self.unwritten.iter().for_each(|sentence| terminal::complain(sentence));
        self.exit()
    }

    /// A list of campaigns; where scenarios were run as well, an object of both.
    fn json(&self) -> String {
        let text = match &self.beside {
            None => serde_json::to_string_pretty(&self.results),
            Some(Beside { outcomes, corpus, missing, .. }) => serde_json::to_string_pretty(&CiResult {
                verdict: self.verdict(),
                missing: missing.clone(),
                runs: outcomes.iter().map(|outcome| RunResult::new(outcome, None)).collect(),
                corpus: corpus.clone(),
                campaigns: self.results.clone(),
            }),
        };
        text.unwrap_or_default() + "\n"
    }

    fn text(&self) -> String {
        let page = Page::new(terminal::width());
        let mut out = String::new();
        let Some(beside) = &self.beside else {
            for (i, result) in self.results.iter().enumerate() {
                let _ = if i > 0 { writeln!(out) } else { Ok(()) };
                let _ = text::write(&mut out, result, page);
                let shrunk = result.failures.iter().filter(|failure| !failure.repro_yaml.is_empty());
                shrunk.take(self.stories).for_each(|failure| {
                    let _ = writeln!(out);
                    tell(&mut out, Path::new(&result.file), &failure.repro_yaml, page);
                });
            }
            return out;
        };
        let _ = overview::write(&mut out, &beside.outcomes, page);
        let _ = if beside.corpus.is_empty() { Ok(()) } else { writeln!(out) };
        let _ = text::cases(&mut out, &beside.corpus, page);
        for result in &self.results {
            let _ = writeln!(out);
            let _ = text::brief(&mut out, result, page);
        }
        let _ = writeln!(out);
        let _ = text::summary(&mut out, beside, &self.results, page);
        out
    }

    /// Did all scenarios, cases and campaigns pass, and is nothing missing?
    fn verdict(&self) -> Judgement {
        let beside = self.beside.as_ref().is_none_or(|Beside { outcomes, corpus, missing, .. }| {
            outcomes.iter().all(|outcome| outcome.verdict == Verdict::Pass)
                && corpus.iter().all(|case| case.verdict == Judgement::Pass)
                && missing.is_empty()
        });
        let campaigns = self.results.iter().all(|result| result.verdict == Judgement::Pass);
        if beside && campaigns { Judgement::Pass } else { Judgement::Fail }
    }

    /// Annotations and a summary, where GitHub asks for them.
    fn tell_github(&self) -> Result<(), String> {
        if terminal::is_githubs() {
            terminal::diagnose(&github::annotations(self.beside.as_ref(), &self.results));
        }
        let Some(file) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|file| !file.is_empty()) else { return Ok(()) };
        let file = Path::new(&file);
        let opened = std::fs::OpenOptions::new().create(true).append(true).open(file);
        let written =
            opened.and_then(|mut out| out.write_all(github::summary(self.beside.as_ref(), &self.results).as_bytes()));
        written.map_err(|error| format!("{}: {}", file.display(), files::reason(&error)))
    }

    fn exit(&self) -> Exit {
        if !self.bugs.is_empty() || self.results.iter().any(|result| !result.diverged.is_empty()) {
            Exit::Bug
        } else if terminal::interrupted() {
            Exit::Interrupted
        } else if !self.unwritten.is_empty() {
            Exit::BadInput
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
