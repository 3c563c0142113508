//! Every value that may be drawn for what a scenario leaves open must be one that it can have: each alternative, and both
//! ends of each range, is tried before anything is run.
//!
//! Called by whoever loads a scenario to run it. It must not know what the values mean.

use super::load::{Known, Overrides, settled};
use super::open::{Key, Settle};
use super::{Diagnostic, Scenario};
use std::collections::BTreeSet;
use std::io;
use std::path::Path;

/// So often is an alternative drawn together with others before it counts as one that can never be.
const DRAWS: u64 = 32;

/// Reads a scenario and tries all that it leaves open.
///
/// # Errors
/// Every mistake found; of an alternative that is never valid, those that are found where all else is as usual.
pub fn load_with_alternatives(
    path: &Path,
    bytes: &[u8],
    overrides: &Overrides,
    known: Known,
    read_file: &dyn Fn(&Path) -> io::Result<Vec<u8>>,
) -> Result<Scenario, Vec<Diagnostic>> {
    let load = |settle: &mut Settle| settled(path, bytes, overrides, known, read_file, settle);
    let mut usual = Settle::new(overrides.draw);
    let scenario = load(&mut usual)?;
    let mut tried: BTreeSet<Key> = BTreeSet::new();
    let mut mistakes: Vec<Diagnostic> = Vec::new();
    // What is met, and the alternatives within which it was met.
    let mut open = vec![(Vec::new(), usual.met)];
    while let Some((within, met)) = open.pop() {
        for (key, alternatives) in met {
            if !tried.insert(key) {
                continue;
            }
            for alternative in 1..alternatives {
                let mut chosen: Vec<(Key, usize)> = within.clone();
                chosen.push((key, alternative));
                let mut settle = Settle::choosing(overrides.draw, chosen.clone());
                let found = load(&mut settle);
                let valid = |draw: u64| load(&mut Settle::choosing(Some(draw), chosen.clone())).is_ok();
                if let Err(found) = found
                    && !(0..DRAWS).any(valid)
                {
                    mistakes.extend(found.into_iter().filter(|one| !mistakes.contains(one)).collect::<Vec<_>>());
                }
                open.push((chosen, settle.met));
            }
        }
    }
    if mistakes.is_empty() { Ok(scenario) } else { Err(mistakes) }
}
