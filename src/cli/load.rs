//! From files to scenarios, or to diagnostics on stderr. Called by the commands that take scenario files.

use crate::cli::{files, terminal};
use crate::scenario::comparison::{self, Asked, Compared};
use crate::scenario::{self, Diagnostic, Known, Overrides, Scenario};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// A scenario file: its path, and the scenario.
pub(crate) type ScenarioFile = (PathBuf, Scenario);

/// A comparison file: its path, its text, and what it asks.
pub(crate) type ComparisonFile = (PathBuf, Vec<u8>, Compared);

/// The scenarios of all files, or `None` after every mistake has been shown. Comparisons in a folder are left out.
pub(crate) fn all(given: &[PathBuf], overrides: &Overrides) -> Option<Vec<ScenarioFile>> {
    let (paths, others) = sorted(given)?;
    let (named, inside): (Vec<PathBuf>, Vec<PathBuf>) = others.into_iter().partition(|path| given.contains(path));
    match inside.len() {
        0 => {}
        1 => terminal::diagnose("note: a comparison is left out: `paychaos compare` runs it\n"),
        count => terminal::diagnose(&format!("note: {count} comparisons are left out: `paychaos compare` runs them\n")),
    }
    for path in &named {
        terminal::complain(&format!("{}: this is a comparison: `paychaos compare` runs it", path.display()));
    }
    if named.is_empty() { scenarios(paths, overrides) } else { None }
}

/// The comparisons of all files, or `None` after every mistake has been shown. Scenarios in a folder are left out.
pub(crate) fn comparisons(given: &[PathBuf], asked: &Asked) -> Option<Vec<ComparisonFile>> {
    let (others, mut paths) = sorted(given)?;
    paths.extend(others.into_iter().filter(|path| given.contains(path)));
    if paths.is_empty() {
        terminal::complain("there is no comparison in these folders: a comparison has the key `compare`");
        return None;
    }
    compared(paths, asked)
}

/// All files, whichever they are, or `None` after every mistake has been shown.
pub(crate) fn both(given: &[PathBuf]) -> Option<(Vec<ScenarioFile>, Vec<ComparisonFile>)> {
    let (paths, others) = sorted(given)?;
    let scenarios = scenarios(paths, &Overrides::default());
    let comparisons = compared(others, &Asked::default());
    scenarios.zip(comparisons)
}

fn scenarios(paths: Vec<PathBuf>, overrides: &Overrides) -> Option<Vec<ScenarioFile>> {
    every(paths, |path| one(&path, overrides).map(|scenario| (path, scenario)))
}

fn compared(paths: Vec<PathBuf>, asked: &Asked) -> Option<Vec<ComparisonFile>> {
    every(paths, |path| {
        let bytes = bytes_of(&path)?;
        let compared = with_known(|known| comparison::load(&path, &bytes, asked, known, &|path| std::fs::read(path)))?;
        Ok((path, bytes, compared))
    })
}

/// What is read of every file, or `None` after every mistake has been shown.
fn every<T>(paths: Vec<PathBuf>, read: impl Fn(PathBuf) -> Result<T, Vec<Diagnostic>>) -> Option<Vec<T>> {
    let (mut all, mut diagnostics) = (Vec::new(), Vec::new());
    for path in paths {
        match read(path) {
            Ok(one) => all.push(one),
            Err(found) => diagnostics.extend(found),
        }
    }
    if diagnostics.is_empty() {
        return Some(all);
    }
    show(diagnostics);
    None
}

/// Shows every mistake, each once.
fn show(mut diagnostics: Vec<Diagnostic>) {
    diagnostics.dedup();
    terminal::diagnose(&scenario::render_all(&diagnostics, std::io::stderr().is_terminal()));
}

/// The files that are given, scenarios and comparisons apart; `None` after every mistake has been shown.
fn sorted(given: &[PathBuf]) -> Option<(Vec<PathBuf>, Vec<PathBuf>)> {
    match files::scenarios(given) {
        Ok(paths) => {
            let is_comparison = |path: &PathBuf| std::fs::read(path).is_ok_and(|bytes| comparison::is_comparison(&bytes));
            let (comparisons, scenarios) = paths.into_iter().partition(is_comparison);
            Some((scenarios, comparisons))
        }
        Err(sentences) => {
            sentences.iter().for_each(|sentence| terminal::complain(sentence));
            None
        }
    }
}

/// The scenario of one file.
pub(crate) fn one(path: &Path, overrides: &Overrides) -> Result<Scenario, Vec<Diagnostic>> {
    text(path, &bytes_of(path)?, overrides)
}

fn bytes_of(path: &Path) -> Result<Vec<u8>, Vec<Diagnostic>> {
    let unread = |error| vec![Diagnostic::without_place(&path.display().to_string(), files::reason(&error), None)];
    std::fs::read(path).map_err(unread)
}

/// The scenario of a text, as if it stood in a file at `path`.
pub(crate) fn text(path: &Path, bytes: &[u8], overrides: &Overrides) -> Result<Scenario, Vec<Diagnostic>> {
    with_known(|known| scenario::load(path, bytes, overrides, known, &|path| std::fs::read(path)))
}

/// The names that a scenario may use and its loader cannot know.
fn with_known<T>(load: impl FnOnce(Known) -> T) -> T {
    let goals: Vec<&str> = crate::run::goals::ALL.iter().map(|goal| goal.name).collect();
    let invariants: Vec<&str> = crate::invariants::ALL.iter().map(|info| info.id).collect();
    load(Known { goals: &goals, invariants: &invariants })
}
