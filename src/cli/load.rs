//! From files to scenarios, or to diagnostics on stderr. Called by the commands that take scenario files.

use crate::cli::{files, terminal};
use crate::payments::model::Model;
use crate::report::campaign::github;
use crate::scenario::comparison::{self, Asked, Compared};
use crate::scenario::{self, Diagnostic, Known, Overrides, Scenario};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

/// A scenario file.
pub(crate) struct ScenarioFile {
    pub path: PathBuf,
    /// What stands in it; it is read once, as it may be a pipe.
    pub bytes: Vec<u8>,
    pub scenario: Scenario,
    /// Where it leaves something open: all files that it may name.
    pub named: Named,
}

impl ScenarioFile {
    /// Its path and the scenario's name.
    pub(crate) fn named(&self) -> (&Path, &str) {
        (&self.path, &self.scenario.name)
    }
}

/// Files that scenarios name, each read once.
pub(crate) type Named = BTreeMap<PathBuf, Vec<u8>>;

/// A comparison file: its path, its text, and what it asks.
pub(crate) type ComparisonFile = (PathBuf, Vec<u8>, Compared);

/// A file that was read, and not looked at yet.
type Unread = (PathBuf, Vec<u8>);

/// What was made of files, and every file that was read for it, those that they name among them: none is to be written over.
type Loaded<T> = (Vec<T>, Vec<PathBuf>);

/// The scenarios of all files, or `None` after every mistake has been shown. Comparisons in a folder are left out.
pub(crate) fn all(given: &[PathBuf], overrides: &Overrides) -> Option<Loaded<ScenarioFile>> {
    let (files, others) = sorted(given)?;
    let (named, inside): (Vec<Unread>, Vec<Unread>) = others.into_iter().partition(|(path, _)| given.contains(path));
    match inside.len() {
        0 => {}
        1 => terminal::diagnose("note: a comparison is left out: `paychaos compare` runs it\n"),
        count => terminal::diagnose(&format!("note: {count} comparisons are left out: `paychaos compare` runs them\n")),
    }
    for (path, _) in &named {
        terminal::complain(&format!("{}: this is a comparison: `paychaos compare` runs it", path.display()));
    }
    if files.is_empty() && named.is_empty() {
        terminal::complain("there is no scenario in these folders: what has the key `compare` is a comparison");
    }
    if files.is_empty() || !named.is_empty() { None } else { scenarios(files, overrides) }
}

/// The comparisons of all files, or `None` after every mistake has been shown. Scenarios in a folder are left out.
pub(crate) fn comparisons(given: &[PathBuf], asked: &Asked) -> Option<Loaded<ComparisonFile>> {
    let (others, mut files) = sorted(given)?;
    files.extend(others.into_iter().filter(|(path, _)| given.contains(path)));
    if files.is_empty() {
        terminal::complain("there is no comparison in these folders: a comparison has the key `compare`");
        return None;
    }
    compared(files, asked)
}

/// All files, whichever they are, or `None` after every mistake has been shown.
pub(crate) fn both(given: &[PathBuf]) -> Option<(Vec<ScenarioFile>, Vec<ComparisonFile>)> {
    let (files, others) = sorted(given)?;
    let scenarios = scenarios(files, &Overrides::default());
    let comparisons = compared(others, &Asked::default());
    scenarios.zip(comparisons).map(|((scenarios, _), (comparisons, _))| (scenarios, comparisons))
}

fn scenarios(files: Vec<Unread>, overrides: &Overrides) -> Option<Loaded<ScenarioFile>> {
    every(files, |(path, bytes), beside| {
        let named: RefCell<Named> = RefCell::default();
        let keeping = |path: &Path| {
            if let Some(bytes) = named.borrow().get(path) {
                return Ok(bytes.clone());
            }
            let bytes = beside(path)?;
            named.borrow_mut().insert(path.to_owned(), bytes.clone());
            Ok(bytes)
        };
        // Where nothing is left open, what is named is read once anyway, and is not kept.
        let beside: Beside = if scenario::is_open(&bytes) { &keeping } else { beside };
        let scenario = with_known(|known| scenario::load_with_alternatives(&path, &bytes, overrides, known, beside))?;
        Ok(ScenarioFile { path, bytes, scenario, named: named.into_inner() })
    })
}

fn compared(files: Vec<Unread>, asked: &Asked) -> Option<Loaded<ComparisonFile>> {
    every(files, |(path, bytes), beside| {
        let compared = with_known(|known| comparison::load(&path, &bytes, asked, known, beside))?;
        Ok((path, bytes, compared))
    })
}

/// Reads a file that another one names.
type Beside<'a> = &'a dyn Fn(&Path) -> io::Result<Vec<u8>>;

/// What is read of every file, or `None` after every mistake has been shown.
fn every<T>(files: Vec<Unread>, read: impl Fn(Unread, Beside) -> Result<T, Vec<Diagnostic>>) -> Option<Loaded<T>> {
    let inputs: RefCell<Vec<PathBuf>> = RefCell::new(files.iter().map(|(path, _)| path.clone()).collect());
    let beside = |path: &Path| {
        // Several scenarios may name it.
        if !inputs.borrow().iter().any(|known| known == path) {
            inputs.borrow_mut().push(path.to_owned());
        }
        files::read(path)
    };
    let (mut all, mut diagnostics) = (Vec::new(), Vec::new());
    for file in files {
        match read(file, &beside) {
            Ok(one) => all.push(one),
            Err(found) => diagnostics.extend(found),
        }
    }
    if diagnostics.is_empty() {
        return Some((all, inputs.into_inner()));
    }
    show(diagnostics);
    None
}

/// Shows every mistake, each once.
fn show(mut diagnostics: Vec<Diagnostic>) {
    diagnostics.dedup();
    terminal::diagnose(&scenario::render_all(&diagnostics, std::io::stderr().is_terminal()));
    if terminal::is_githubs() {
        terminal::diagnose(&github::mistakes(&diagnostics));
    }
}

/// What stands in the files that are given, scenarios and comparisons apart; `None` after every mistake has been shown.
fn sorted(given: &[PathBuf]) -> Option<(Vec<Unread>, Vec<Unread>)> {
    match files::scenarios(given) {
        Ok(paths) => {
            let (mut files, mut unreadable) = (Vec::new(), Vec::new());
            for path in paths {
                match bytes_of(&path) {
                    Ok(bytes) => files.push((path, bytes)),
                    Err(mistakes) => unreadable.extend(mistakes),
                }
            }
            if !unreadable.is_empty() {
                show(unreadable);
                return None;
            }
            let (comparisons, scenarios) = files.into_iter().partition(|(_, bytes)| comparison::is_comparison(bytes));
            Some((scenarios, comparisons))
        }
        Err(sentences) => {
            sentences.iter().for_each(|sentence| terminal::complain(sentence));
            None
        }
    }
}

/// What stands in a file.
pub(crate) fn bytes_of(path: &Path) -> Result<Vec<u8>, Vec<Diagnostic>> {
    let unread = |error| vec![Diagnostic::without_place(&path.display().to_string(), files::reason(&error), None)];
    files::read_scenario(path).map_err(unread)
}

/// The scenario of a text, as if it stood in a file at `path`.
pub(crate) fn text(path: &Path, bytes: &[u8], overrides: &Overrides) -> Result<Scenario, Vec<Diagnostic>> {
    with_known(|known| scenario::load(path, bytes, overrides, known, &files::read))
}

/// The parties of a scenario for a case that was found in it: what the scenario leaves open they have as in the case.
pub(crate) fn parties((path, bytes): (&Path, &[u8]), scenario: &Scenario, case: &[u8]) -> Model {
    let like = || with_known(|known| scenario::load_like(path, bytes, case, known, &files::read)).ok();
    let open = scenario::is_open(bytes).then(like).flatten();
    open.map_or_else(|| scenario.model.clone(), |like| like.model)
}

/// A scenario in another shape: the same files, what they leave open settled by a draw.
pub(crate) fn shape(path: &Path, bytes: &[u8], named: &Named, draw: u64) -> Result<Scenario, Vec<Diagnostic>> {
    let overrides = Overrides { draw: Some(draw), ..Overrides::default() };
    let read = |path: &Path| named.get(path).cloned().ok_or_else(|| io::ErrorKind::NotFound.into());
    with_known(|known| scenario::load(path, bytes, &overrides, known, &read))
}

/// The names that a scenario may use and its loader cannot know.
fn with_known<T>(load: impl FnOnce(Known) -> T) -> T {
    let goals = crate::run::goals::known();
    let invariants: Vec<&str> = crate::invariants::ALL.iter().map(|info| info.id).collect();
    load(Known { goals: &goals, invariants: &invariants })
}
