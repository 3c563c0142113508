//! Files of parts, of campaigns or of comparisons, that several processes may write at the same time: what one has written is
//! joined with what another one writes, and nothing is lost.
//!
//! Called by `fuzz`, `compare` and `merge`. It must not know what a part is of.

use crate::campaign::compare::parts as cells;
use crate::campaign::shard::{self, Conflict};
use crate::cli::trouble::Trouble;
use crate::cli::{files, terminal};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

/// What stands in a file of parts.
pub(crate) trait Part: Clone {
    /// The parts of a text, or what is wrong with it.
    fn read(text: &str) -> Result<Vec<Self>, String>;
    /// Each once, as far as any of them has come.
    fn union(parts: Vec<Self>) -> Result<Vec<Self>, Conflict>;
    /// The text of parts.
    fn write(parts: &[Self]) -> String;
}

impl Part for shard::Part {
    fn read(text: &str) -> Result<Vec<Self>, String> {
        shard::read(text)
    }

    fn union(parts: Vec<Self>) -> Result<Vec<Self>, Conflict> {
        shard::union(parts)
    }

    fn write(parts: &[Self]) -> String {
        shard::write(parts)
    }
}

impl Part for cells::Part {
    fn read(text: &str) -> Result<Vec<Self>, String> {
        cells::read(text)
    }

    fn union(parts: Vec<Self>) -> Result<Vec<Self>, Conflict> {
        cells::union(parts)
    }

    fn write(parts: &[Self]) -> String {
        cells::write(parts)
    }
}

/// The parts that a file holds; none where there is no such file.
pub(crate) fn read<P: Part>(path: &Path) -> Result<Vec<P>, Trouble> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let parts = files::read_text(path).and_then(|text| P::read(&text));
    parts.map_err(|sentence| Trouble::Sentence(format!("{}: {sentence}", path.display())))
}

/// Writes parts to a file that is kept, together with what stands there: another process may have written it since it was
/// read. Returns all that stands there then. `until`: how long it may wait for the others.
pub(crate) fn add<P: Part>(out: &Path, until: Option<Instant>, parts: &[P]) -> Result<Vec<P>, Trouble> {
    alone(out, until, || {
        let parts = P::union([read(out)?, parts.to_vec()].concat())?;
        files::write(out, P::write(&parts))?;
        Ok(parts)
    })
}

/// Writes parts to a file in place of whatever stands there.
pub(crate) fn put<P: Part>(out: &Path, parts: &[P]) -> Result<(), Trouble> {
    alone(out, None, || Ok(files::write(out, P::write(parts))?))
}

/// So long another process is waited for before that is said, and so long still once there is no time left.
const PATIENCE: Duration = Duration::from_secs(1);

/// Does something with a file that is read and written again, while no other process does that with a file in its folder.
/// It is the folder that is locked: the file is replaced, and a lock beside it would be left behind. Where there are no such
/// locks, nobody waits.
///
/// # Errors
/// Those of `act`; and a sentence that names the file, where the folder was locked until shortly after `until`, or after an
/// interrupt.
fn alone<T>(path: &Path, until: Option<Instant>, act: impl FnOnce() -> Result<T, Trouble>) -> Result<T, Trouble> {
    let folder = files::place(path).ok().and_then(|place| fs::File::open(place.parent()?).ok());
    let (started, mut said) = (Instant::now(), false);
    while let Some(Err(fs::TryLockError::WouldBlock)) = folder.as_ref().map(fs::File::try_lock) {
        let late = until.and_then(|until| Instant::now().checked_duration_since(until));
        if late.max(terminal::interrupted_for()).is_some_and(|late| late > PATIENCE) {
            return Err(format!("{}: not written: another process keeps its folder locked", path.display()).into());
        }
        if !said && started.elapsed() > PATIENCE {
            said = true;
            terminal::diagnose(&format!(
                "note: {}: waiting for another process that has locked its folder\n",
                path.display()
            ));
        }
        // No other process holds it for long: whoever waits longer than this has lost little.
        std::thread::sleep(Duration::from_millis(5));
    }
    act()
}
