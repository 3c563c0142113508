//! Finding scenario files, and writing files whole or not at all. Called by the commands.

use std::fmt;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// The scenario files that `given` names: a file itself, a folder its `*.yaml`, recursive and sorted.
///
/// # Errors
/// A sentence per file or folder that is missing, unreadable, or empty of scenarios.
pub(crate) fn scenarios(given: &[PathBuf]) -> Result<Vec<PathBuf>, Vec<String>> {
    let mut found = Vec::new();
    let mut errors = Vec::new();
    for path in given {
        match fs::metadata(path) {
            Err(error) => errors.push(format!("{}: {}", path.display(), reason(&error))),
            Ok(about) if about.is_dir() => {
                let mut inside = Vec::new();
                if let Err(error) = walk(path, &mut inside) {
                    errors.push(format!("{}: {}", path.display(), reason(&error)));
                } else if inside.is_empty() {
                    errors.push(format!("{}: there is no scenario (*.yaml) in this folder", path.display()));
                }
                inside.sort();
                found.extend(inside);
            }
            Ok(_) => found.push(path.clone()),
        }
    }
    if errors.is_empty() { Ok(found) } else { Err(errors) }
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        // A link to a folder is not followed: it could lead in a circle.
        if entry.file_type()?.is_dir() {
            walk(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push(path);
        }
    }
    Ok(())
}

/// A file that is written whole or not at all: to a temporary file beside it, then renamed.
pub(crate) struct Whole {
    path: PathBuf,
    beside: PathBuf,
    file: BufWriter<fs::File>,
}

impl Whole {
    /// Begins a file at `path`.
    ///
    /// # Errors
    /// A sentence that names the file.
    pub(crate) fn begin(path: &Path) -> Result<Self, String> {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let beside = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
        let file = fs::File::create(&beside).map_err(|error| format!("{}: {}", path.display(), reason(&error)))?;
        Ok(Whole { path: path.to_owned(), beside, file: BufWriter::new(file) })
    }

    /// Ends it: only now is there a file at its path.
    ///
    /// # Errors
    /// A sentence that names the file.
    pub(crate) fn end(mut self) -> Result<(), String> {
        let written = self
            .file
            .flush()
            .and_then(|()| self.file.get_ref().sync_all())
            .and_then(|()| fs::rename(&self.beside, &self.path));
        written.map_err(|error| format!("{}: {}", self.path.display(), reason(&error)))
    }
}

impl fmt::Write for Whole {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.file.write_all(text.as_bytes()).map_err(|_| fmt::Error)
    }
}

impl Drop for Whole {
    fn drop(&mut self) {
        // After the end there is nothing left to remove.
        let _ = fs::remove_file(&self.beside);
    }
}

/// Writes a text, or bytes, as a whole file.
///
/// # Errors
/// A sentence that names the file.
pub(crate) fn write(path: &Path, what: impl AsRef<[u8]>) -> Result<(), String> {
    let mut whole = Whole::begin(path)?;
    whole.file.write_all(what.as_ref()).map_err(|error| format!("{}: {}", path.display(), reason(&error)))?;
    whole.end()
}

/// What an operating system's error means here.
pub(crate) fn reason(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file or folder".to_owned(),
        io::ErrorKind::PermissionDenied => "no permission".to_owned(),
        io::ErrorKind::IsADirectory => "this is a folder".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_whole_or_not_at_all() {
        let folder = std::env::temp_dir().join(format!("paychaos-files-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join("a.txt");
        write(&file, "whole").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "whole");
        assert!(write(&folder.join("no/such/folder.txt"), "x").is_err());
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "nothing half-written is left");
        fs::remove_dir_all(&folder).unwrap();
    }
}
