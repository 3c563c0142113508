//! The corpus: a folder of smallest cases found before, one folder inside for each scenario. They are run first, each
//! judged by its `expect`; new ones are added. Called by
//! campaigns and by explorations.

use crate::campaign::cluster::clusters;
use crate::campaign::record::Counted;
use crate::cli::{files, load};
use crate::report::campaign::json::CorpusResult;
use crate::report::json::{Judgement, RunResult};
use crate::scenario::Overrides;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Makes the folder, if it is not there: asked before anything is run, so that nothing is found in vain.
///
/// # Errors
/// A sentence that names the folder.
pub(crate) fn ready(folder: Option<&Path>) -> Result<(), String> {
    let Some(folder) = folder else { return Ok(()) };
    std::fs::create_dir_all(folder).map_err(|error| format!("{}: {}", folder.display(), files::reason(&error)))?;
    files::Whole::begin(&folder.join("case.yaml")).map(drop)
}

/// The cases of a scenario that are in the folder, each run.
///
/// # Errors
/// A sentence about a file that is no scenario.
pub(crate) fn run(folder: Option<&Path>, scenario: &str) -> Result<Vec<CorpusResult>, String> {
    let Some(folder) = folder.map(|folder| folder.join(scenario)).filter(|folder| folder.is_dir()) else {
        return Ok(Vec::new());
    };
    let mut results = Vec::new();
    for path in cases(&folder)? {
        let scenario = load::one(&path, &Overrides::default()).map_err(|diagnostics| {
            format!("a case of the corpus is not valid\n{}", crate::scenario::render_all(&diagnostics, false))
        })?;
        let result = RunResult::new(&crate::run::quietly(&scenario, None), None);
        results.push(CorpusResult { file: path.display().to_string(), verdict: result.verdict, reasons: result.reasons });
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

/// Writes the smallest case of each cluster, and says where each is. A case that is there and fails stays as it is.
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
        let path = folder.join(format!("{}.yaml", cluster.name));
        let name = path.display().to_string();
        if !corpus.iter().any(|case| case.file == name && case.verdict == Judgement::Fail) {
            std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {}", folder.display(), files::reason(&error)))?;
            files::write(&path, &cluster.failed.found.repro_yaml)?;
        }
        written.insert(cluster.name, name);
    }
    Ok(written)
}
