//! What people and programs read about campaigns. One file per output format, from plain data (`campaign::record`).
//!
//! Called by the command line. It must not know files, clocks or terminals.

pub mod coverage;
pub mod explore;
pub mod github;
pub mod json;
pub mod junit;
pub mod mutants;
pub mod text;

pub use json::FuzzResult;

use crate::run::outcome::Outcome;
use json::CorpusResult;

/// What `ci` runs beside campaigns.
#[derive(Default)]
pub struct Beside {
    /// Scenarios that were run once, by their `expect`.
    pub outcomes: Vec<Outcome>,
    /// The file of each of them.
    pub files: Vec<String>,
    /// Cases found before whose scenarios have no campaign.
    pub corpus: Vec<CorpusResult>,
    /// Sentences: what was not run.
    pub missing: Vec<String>,
}
