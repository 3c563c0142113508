//! Finding scenario files, reading what has an end, and writing files whole or not at all. Called by the commands.

use crate::cli::terminal;
use std::fmt;
use std::fs;
use std::io::{self, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

/// The scenario files that `given` names: a file itself, a folder its `*.yaml` and `*.yml`, recursive and sorted.
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
                    errors.push(format!("{}: there is no scenario (*.yaml, *.yml) in this folder", path.display()));
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
        } else if path.is_dir() {
            terminal::diagnose(&format!("note: {}: this link to a folder is not followed\n", path.display()));
        } else if is_yaml(&path) {
            found.push(path);
        }
    }
    Ok(())
}

/// Is what lies in a folder a scenario or a comparison, by its name? A pipe is none: one that somebody names has a writer, one
/// that only lies there may have none, and would be waited for.
pub(crate) fn is_yaml(path: &Path) -> bool {
    let is_pipe = || fs::metadata(path).is_ok_and(|about| !about.is_file() && !about.is_dir());
    let named = |extension: &std::ffi::OsStr| ["yaml", "yml"].iter().any(|known| extension.eq_ignore_ascii_case(known));
    path.extension().is_some_and(named) && !is_pipe()
}

/// So many bytes of a scenario are read at most, as people write it; and of a pipe or a device, which may have no end.
const MOST_WRITTEN: u64 = 64 << 20;

/// So many bytes of a file are read at most: a list of a hundred million orders is smaller, and so is any result.
const MOST_LISTED: u64 = 4 << 30;

/// Reads a scenario or a comparison.
///
/// # Errors
/// Also where it is larger than any that makes sense.
pub(crate) fn read_scenario(path: &Path) -> io::Result<Vec<u8>> {
    up_to(MOST_WRITTEN, fs::File::open(path)?)
}

/// Reads a list of orders or a result.
///
/// # Errors
/// Also where it is larger than any that makes sense.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let file = fs::File::open(path)?;
    let most = if file.metadata()?.is_file() { MOST_LISTED } else { MOST_WRITTEN };
    up_to(most, file)
}

fn up_to(most: u64, file: fs::File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    // What is known to be too large is not read to learn it.
    if file.metadata()?.len() <= most {
        file.take(most + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 <= most {
            return Ok(bytes);
        }
    }
    Err(io::Error::other(format!("this is larger than {} MiB: it is not read", most >> 20)))
}

/// Reads a text.
///
/// # Errors
/// What is wrong, in a few words.
pub(crate) fn read_text(path: &Path) -> Result<String, String> {
    let bytes = read(path).map_err(|error| reason(&error))?;
    String::from_utf8(bytes).map_err(|_| "this is not UTF-8".to_owned())
}

/// Can all of these be written, each to a file of its own, and is none of them one of those that are read? Asked before
/// anything is run.
///
/// # Errors
/// A sentence that names the file.
pub(crate) fn can_be_written<'a>(
    written: impl IntoIterator<Item = &'a Path>,
    read: &[impl AsRef<Path>],
) -> Result<(), String> {
    let inputs: Vec<PathBuf> = read.iter().filter_map(|path| place(path.as_ref()).ok()).collect();
    let mut outputs: Vec<PathBuf> = Vec::new();
    for path in written {
        let wrong = |what: &str| Err(format!("{}: {what}", path.display()));
        if path.is_dir() {
            return wrong("this is a folder");
        }
        let Ok(place) = place(path) else { return wrong("there is no such folder to write to") };
        let is_file = is_kept(path);
        if is_file {
            Whole::begin(path)?;
        }
        if inputs.contains(&place) {
            return wrong("this is read, and would be written over");
        }
        // What is thrown away may be thrown away twice.
        if is_file && outputs.contains(&place) {
            return wrong("two results would be written to one file");
        }
        outputs.push(place);
    }
    Ok(())
}

/// As many links are followed, one after the other, as Linux follows.
const MOST_LINKS: u32 = 40;

/// Where a path leads, link by link, though nothing may be there yet; from a folder of open files no further.
pub(crate) fn place(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MOST_LINKS {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = fs::canonicalize(folder)?;
        path = folder.join(path.file_name().ok_or(io::ErrorKind::IsADirectory)?);
        match fs::read_link(&path) {
            Ok(next) if !is_open(&path) => path = folder.join(next),
            Ok(_) | Err(_) => return Ok(path),
        }
    }
    Err(io::ErrorKind::InvalidInput.into())
}

/// Is this, such as /dev/stdout in the end, one of the files that are open? It may have a name, yet the file put there
/// instead would not be the open one.
fn is_open(place: &Path) -> bool {
    (place.starts_with("/dev") || place.starts_with("/proc")) && place.parent().is_some_and(|folder| folder.ends_with("fd"))
}

/// Does what is written to a path stay there, to be read again? Not what goes through a pipe, to a device, or to an open
/// file.
pub(crate) fn is_kept(path: &Path) -> bool {
    place(path).map_or(true, |place| !is_open(&place)) && (!path.exists() || path.is_file())
}

/// Opens what is written to as it is.
fn open(place: &Path) -> io::Result<fs::File> {
    #[cfg(unix)]
    {
        use std::os::fd::AsFd;
        let is_ours = |number: &str| fs::canonicalize("/dev/fd").is_ok_and(|folder| place == folder.join(number));
        // Opened a second time, a file is written from its beginning again: over what is printed.
        if is_ours("1") {
            return Ok(io::stdout().as_fd().try_clone_to_owned()?.into());
        }
        if is_ours("2") {
            return Ok(io::stderr().as_fd().try_clone_to_owned()?.into());
        }
    }
    fs::OpenOptions::new().write(true).open(place)
}

/// Do two paths lead to one file, by whatever links?
pub(crate) fn are_one(one: &Path, other: &Path) -> bool {
    matches!((place(one), place(other)), (Ok(one), Ok(other)) if one == other)
}

/// A file that is written whole or not at all: to a temporary file beside it, then renamed. What is no file, such as a
/// device or a pipe, or is open already, is written to as it is.
pub(crate) struct Whole {
    /// As it was given.
    path: PathBuf,
    /// The temporary file, and where it goes in the end.
    beside: Option<(PathBuf, PathBuf)>,
    file: BufWriter<fs::File>,
    /// What went wrong first while it was written as text.
    wrong: Option<io::Error>,
}

impl Whole {
    /// Begins a file at `path`; where that is a link, where it leads.
    ///
    /// # Errors
    /// A sentence that names the file.
    pub(crate) fn begin(path: &Path) -> Result<Self, String> {
        let wrong = |error| format!("{}: {}", path.display(), reason(&error));
        let place = place(path).map_err(wrong)?;
        if is_open(&place) || fs::metadata(&place).is_ok_and(|about| !about.is_file() && !about.is_dir()) {
            let file = open(&place).map_err(wrong)?;
            return Ok(Whole { path: path.to_owned(), beside: None, file: BufWriter::new(file), wrong: None });
        }
        let name = place.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let beside = place.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
        remove_stale(&place, &name);
        let file = fs::File::create(&beside).map_err(wrong)?;
        Ok(Whole { path: path.to_owned(), beside: Some((beside, place)), file: BufWriter::new(file), wrong: None })
    }

    /// Ends it: only now is there a file at its path.
    ///
    /// # Errors
    /// A sentence that names the file.
    pub(crate) fn end(mut self) -> Result<(), String> {
        let written = self.wrong.take().map_or(Ok(()), Err);
        let written = written.and_then(|()| self.file.flush()).and_then(|()| match &self.beside {
            Some((beside, place)) => self.file.get_ref().sync_all().and_then(|()| fs::rename(beside, place)),
            None => Ok(()),
        });
        written.map_err(|error| format!("{}: {}", self.path.display(), reason(&error)))
    }
}

/// Removes what others have left beside a file that were killed while they wrote it; where it can be known that they are
/// gone.
fn remove_stale(place: &Path, name: &str) {
    let processes = Path::new("/proc");
    let (Some(folder), true) = (place.parent(), processes.join(std::process::id().to_string()).exists()) else { return };
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let beside = entry.file_name();
        let process = beside.to_str().and_then(|beside| {
            let process = beside.strip_prefix('.')?.strip_prefix(name)?.strip_prefix('.')?.strip_suffix(".tmp")?;
            process.parse::<u32>().ok()
        });
        if process.is_some_and(|process| !processes.join(process.to_string()).exists()) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

impl fmt::Write for Whole {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.file.write_all(text.as_bytes()).map_err(|error| {
            self.wrong.get_or_insert(error);
            fmt::Error
        })
    }
}

impl Drop for Whole {
    fn drop(&mut self) {
        // After the end there is nothing left to remove.
        let _ = self.beside.as_ref().map(|(beside, _)| fs::remove_file(beside));
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

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_devices_stay_devices() {
        let folder = std::env::temp_dir().join(format!("paychaos-links-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (file, link, device) = (folder.join("a.txt"), folder.join("link"), folder.join("device"));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        std::os::unix::fs::symlink("/dev/null", &device).unwrap();
        write(&link, "new").unwrap();
        write(&device, "gone").unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink() && !fs::metadata(&device).unwrap().is_file());
        let (dangling, target) = (folder.join("dangling"), folder.join("b.txt"));
        std::os::unix::fs::symlink("b.txt", &dangling).unwrap();
        write(&dangling, "there").unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "there");
        assert!(
            fs::symlink_metadata(&dangling).unwrap().is_symlink() && !fs::symlink_metadata(&target).unwrap().is_symlink()
        );
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn what_is_read_is_not_written_over() {
        let folder = std::env::temp_dir().join(format!("paychaos-over-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let (input, output) = (folder.join("in.yaml"), folder.join("out.txt"));
        fs::write(&input, "x").unwrap();
        let ask = |written: &[&PathBuf]| can_be_written(written.iter().map(|path| path.as_path()), &[&input]);
        assert_eq!(ask(&[&output]), Ok(()));
        assert!(ask(&[&input]).unwrap_err().contains("written over"));
        assert!(ask(&[&output, &output]).unwrap_err().contains("one file"));
        assert!(ask(&[&folder]).unwrap_err().contains("folder"));
        assert!(ask(&[&folder.join("no/such.txt")]).unwrap_err().contains("no such"));
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "asking leaves nothing behind");
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn what_has_no_end_is_not_read() {
        if cfg!(unix) {
            assert!(reason(&read(Path::new("/dev/zero")).unwrap_err()).contains("larger than 64 MiB"));
        }
    }

    /// Files with holes: they are as large, and take no room.
    #[test]
    fn a_list_may_be_larger_than_a_scenario() {
        let folder = std::env::temp_dir().join(format!("paychaos-large-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("large");
        let file = fs::File::create(&path).unwrap();
        file.set_len(MOST_WRITTEN + 1).unwrap();
        assert_eq!(read(&path).unwrap().len() as u64, MOST_WRITTEN + 1);
        assert!(reason(&read_scenario(&path).unwrap_err()).contains("larger than 64 MiB"));
        file.set_len(MOST_LISTED + 1).unwrap();
        assert!(reason(&read(&path).unwrap_err()).contains("larger than 4096 MiB"));
        fs::remove_dir_all(&folder).unwrap();
    }
}
