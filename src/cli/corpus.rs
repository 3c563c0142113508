//! The corpus: a folder of smallest cases found before, one folder inside for each scenario. They are played first, by the
//! parties as they are now, each judged by its `expect`; new ones are added. Called by campaigns, and by explorations, which only leave alone those that still fail.

use crate::campaign::cluster::clusters;
use crate::campaign::record::{Counted, Played};
use crate::cli::{files, load, terminal};
use crate::payments::model::Model;
use crate::run;
use crate::scenario::{Overrides, Scenario, render_all};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Can the cases of scenarios with these files and names be written to the folder? It is made, if it is not there. Asked
/// before anything is run, so that nothing is found in vain.
///
/// # Errors
/// A sentence that names the folder, or the files.
pub(crate) fn ready<'a>(
    folder: Option<&Path>,
    scenarios: impl IntoIterator<Item = (&'a Path, &'a str)>,
) -> Result<(), String> {
    let Some(folder) = folder else { return Ok(()) };
    let mut known: BTreeMap<&str, &Path> = BTreeMap::new();
    for (path, name) in scenarios {
        let wrong = |why: &str| Err(format!("{}: {why}", path.display()));
        if [".", ".."].contains(&name) {
            return wrong(&format!("its cases would not be in a folder of their own in {}", folder.display()));
        }
        if let Some(other) = known.insert(name, path) {
            let (other, its) = (other.display(), folder.join(name));
            return wrong(&format!("its cases would be in {}, as those of {other}: rename one of the two", its.display()));
        }
    }
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {}", folder.display(), files::reason(&error)))?;
    files::Whole::begin(&folder.join("case.yaml")).map(drop)
}

/// A case found before.
pub(crate) struct Case {
    path: PathBuf,
    /// What stands in its file.
    pub bytes: Vec<u8>,
    /// The same, with the parties that it was found with.
    pub scenario: Scenario,
}

/// Cases found before, read before anything is run.
#[derive(Default)]
pub(crate) struct Corpus(BTreeMap<String, Vec<Case>>);

impl Corpus {
    /// The cases in the folder, those of the scenarios that are `wanted`. Cases that are in no folder inside are those of a
    /// scenario without a name.
    ///
    /// # Errors
    /// A sentence about every file that is no scenario.
    pub(crate) fn read(folder: Option<&Path>, wanted: impl Fn(&str) -> bool) -> Result<Self, String> {
        let (mut all, mut diagnostics) = (BTreeMap::new(), Vec::new());
        let Some(folder) = folder.filter(|folder| folder.exists()) else { return Ok(Self::default()) };
        for (name, folder) in folders(folder)?.into_iter().filter(|(name, _)| wanted(name)) {
            let mut read = Vec::new();
            for path in cases(&name, &folder)? {
                let text = |bytes: Vec<u8>| Ok((load::text(&path, &bytes, &Overrides::default())?, bytes));
                match load::bytes_of(&path).and_then(text) {
                    Ok((scenario, bytes)) => read.push(Case { path, bytes, scenario }),
                    Err(mistakes) => diagnostics.extend(mistakes),
                }
            }
            all.insert(name, read);
        }
        if diagnostics.is_empty() {
            return Ok(Corpus(all));
        }
        Err(format!("a case of the corpus is not valid\n{}", render_all(&diagnostics, false)))
    }

    /// The scenarios that have cases, where these are, and how many.
    pub(crate) fn scenarios(&self) -> impl Iterator<Item = (&str, &Path, usize)> {
        self.0.iter().filter_map(|(name, cases)| Some((name.as_str(), cases.first()?.path.parent()?, cases.len())))
    }

    /// Plays the cases of a scenario, each with the parties that there are for it.
    pub(crate) fn run(&self, scenario: &str, parties: impl Fn(&Case) -> Model) -> BTreeSet<Played> {
        let run = |case: &Case| {
            let now = Scenario { model: parties(case), ..case.scenario.clone() };
            Played::new(case.path.display().to_string(), &case.bytes, &run::quietly(&now, None))
        };
        self.0.get(scenario).into_iter().flatten().map(run).collect()
    }
}

/// A folder, without a name, and the folders in it with theirs.
fn folders(folder: &Path) -> Result<Vec<(String, PathBuf)>, String> {
    let inside = entries(folder)?.into_iter().filter(|path| path.is_dir());
    let named = inside.filter_map(|path| Some((path.file_name()?.to_string_lossy().into_owned(), path)));
    Ok([(String::new(), folder.to_owned())].into_iter().chain(named).collect())
}

/// The files of the cases of the scenario called `name`, which are in a folder of their own.
fn cases(name: &str, folder: &Path) -> Result<Vec<PathBuf>, String> {
    let (deeper, mut paths): (Vec<PathBuf>, Vec<PathBuf>) = entries(folder)?.into_iter().partition(|path| path.is_dir());
    for path in deeper.iter().filter(|_| !name.is_empty()) {
        let path = path.display();
        terminal::diagnose(&format!(
            "note: {path}: no case is looked for in this folder: it is one deeper than cases are\n"
        ));
    }
    paths.retain(|path| files::is_yaml(path));
    Ok(paths)
}

/// What is in a folder, sorted.
fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let wrong = |error| format!("{}: {}", folder.display(), files::reason(&error));
    let entries = std::fs::read_dir(folder).map_err(wrong)?;
    let mut paths: Vec<PathBuf> = entries.map(|entry| Ok(entry.map_err(wrong)?.path())).collect::<Result<_, String>>()?;
    paths.sort();
    Ok(paths)
}

/// Writes the smallest case of each cluster, and says where each is. What is there is never written over: a case that fails
/// stands for its cluster, and beside one that passes the new one gets a number.
///
/// # Errors
/// A sentence about a file.
pub(crate) fn write(
    folder: Option<&Path>,
    scenario: &str,
    counted: &Counted,
    played: &BTreeSet<Played>,
) -> Result<BTreeMap<String, String>, String> {
    let mut written = BTreeMap::new();
    let Some(folder) = folder else { return Ok(written) };
    let folder = folder.join(scenario);
    for cluster in clusters(counted) {
        let text = &cluster.failed.found.repro_yaml;
        if text.is_empty() {
            continue;
        }
        let stands_for_it = |path: &Path| {
            let fails = |case: &Played| Path::new(&case.file) == path && case.kind.is_some();
            played.iter().any(fails) || std::fs::read(path).is_ok_and(|known| known == text.as_bytes())
        };
        let numbered = (2..).map(|number| format!("{}-{number}", cluster.name));
        let paths = std::iter::once(cluster.name.clone()).chain(numbered).map(|name| folder.join(format!("{name}.yaml")));
        let Some(path) = paths.into_iter().find(|path| stands_for_it(path) || !path.exists()) else { continue };
        if !path.exists() {
            std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {}", folder.display(), files::reason(&error)))?;
            files::write(&path, text)?;
        }
        written.insert(cluster.name, path.display().to_string());
    }
    Ok(written)
}
