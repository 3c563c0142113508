//! The corpus: a folder of smallest cases found before, one folder inside for each scenario. They are played first, by the
//! parties as they are now, each judged by its `expect`; new ones are added. Called by campaigns and by explorations.

use crate::campaign::cluster::clusters;
use crate::campaign::record::Counted;
use crate::campaign::replay::{Replayed, replay};
use crate::cli::{files, load};
use crate::payments::model::Model;
use crate::report::campaign::json::CorpusResult;
use crate::report::json::Judgement;
use crate::scenario::{Overrides, render_all};
use std::collections::BTreeMap;
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

/// The cases of a scenario that are in the folder, each played by the parties that there are for its text.
///
/// # Errors
/// A sentence about a file that is no scenario.
pub(crate) fn run(
    folder: Option<&Path>,
    scenario: &str,
    parties: impl Fn(&[u8]) -> Model,
) -> Result<Vec<CorpusResult>, String> {
    let Some(folder) = folder.map(|folder| folder.join(scenario)).filter(|folder| folder.is_dir()) else {
        return Ok(Vec::new());
    };
    let mut results = Vec::new();
    for path in cases(&folder)? {
        let read = load::bytes_of(&path).and_then(|bytes| Ok((load::text(&path, &bytes, &Overrides::default())?, bytes)));
        let (case, bytes) =
            read.map_err(|diagnostics| format!("a case of the corpus is not valid\n{}", render_all(&diagnostics, false)))?;
        let Replayed { reasons, unreached } = replay(case, parties(&bytes));
        let verdict = if reasons.is_empty() { Judgement::Pass } else { Judgement::Fail };
        results.push(CorpusResult { file: path.display().to_string(), verdict, reasons, unreached });
    }
    Ok(results)
}

fn cases(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = std::fs::read_dir(folder).map_err(|error| format!("{}: {}", folder.display(), files::reason(&error)))?;
    let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
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
    corpus: &[CorpusResult],
) -> Result<BTreeMap<String, String>, String> {
    let mut written = BTreeMap::new();
    let Some(folder) = folder else { return Ok(written) };
    let folder = folder.join(scenario);
    for cluster in clusters(counted) {
        let text = &cluster.failed.found.repro_yaml;
        let stands_for_it = |path: &Path| {
            let fails = |case: &CorpusResult| Path::new(&case.file) == path && case.verdict == Judgement::Fail;
            corpus.iter().any(fails) || std::fs::read(path).is_ok_and(|known| known == text.as_bytes())
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
