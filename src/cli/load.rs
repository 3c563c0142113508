//! From files to scenarios, or to diagnostics on stderr. Called by the commands that take scenario files.

use crate::cli::{files, terminal};
use crate::scenario::{self, Diagnostic, Known, Overrides, Scenario};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// The scenarios of all files, or `None` after every mistake has been shown.
pub(crate) fn all(given: &[PathBuf], overrides: &Overrides) -> Option<Vec<(PathBuf, Scenario)>> {
    let paths = match files::scenarios(given) {
        Ok(paths) => paths,
        Err(sentences) => {
            sentences.iter().for_each(|sentence| terminal::complain(sentence));
            return None;
        }
    };
    let mut scenarios = Vec::new();
    let mut diagnostics = Vec::new();
    for path in paths {
        match one(&path, overrides) {
            Ok(scenario) => scenarios.push((path, scenario)),
            Err(found) => diagnostics.extend(found),
        }
    }
    if diagnostics.is_empty() {
        return Some(scenarios);
    }
    diagnostics.dedup();
    terminal::diagnose(&scenario::render_all(&diagnostics, std::io::stderr().is_terminal()));
    None
}

/// The scenario of one file.
pub(crate) fn one(path: &Path, overrides: &Overrides) -> Result<Scenario, Vec<Diagnostic>> {
    let bytes = std::fs::read(path).map_err(|error| {
        let diagnostic = Diagnostic::without_place(&path.display().to_string(), files::reason(&error), None);
        vec![diagnostic]
    })?;
    text(path, &bytes, overrides)
}

/// The scenario of a text, as if it stood in a file at `path`.
pub(crate) fn text(path: &Path, bytes: &[u8], overrides: &Overrides) -> Result<Scenario, Vec<Diagnostic>> {
    let goals: Vec<&str> = crate::run::goals::ALL.iter().map(|goal| goal.name).collect();
    let invariants: Vec<&str> = crate::invariants::ALL.iter().map(|info| info.id).collect();
    let read = |path: &Path| std::fs::read(path);
    scenario::load(path, bytes, overrides, Known { goals: &goals, invariants: &invariants }, &read)
}
