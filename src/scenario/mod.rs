//! Rank 3: YAML text -> a complete, validated [`Scenario`].
//!
//! Called by the command line and by campaigns. It must not know how a scenario is run.
//!
//! [`load`] goes through these steps: `tree` (text to nodes with places), `decode` (nodes to the types of `raw`, all
//! mistakes at once), `hops`, `orders` and `strikes` (raw types and presets to a model, purchases and weather), `reach`
//! (which scripted addresses can occur), `warn` (what is suspicious) and `vain` (what has no effect). Mistakes become [`Diagnostic`]s.

mod alternatives;
mod beside;
pub mod channels;
pub mod comparison;
mod decode;
mod diagnostic;
mod forms;
mod graft;
mod hops;
mod internal;
mod listing;
mod load;
mod open;
mod orders;
mod preset;
pub mod profiles;
mod range;
mod raw;
mod reach;
mod rewrite;
mod scalar;
pub mod schedules;
mod schema;
mod script;
pub mod strategies;
mod strikes;
#[cfg(test)]
mod tests;
mod tree;
mod vain;
pub mod values;
mod warn;

pub use alternatives::load_with_alternatives;
pub use diagnostic::{Diagnostic, nearest, render_all};
pub use load::{Known, KnownGoal, Overrides, is_open, load, load_like, no_files};
pub use preset::{Setting, Trust, yaml as settings_yaml};
pub use rewrite::{Parts, rewrite};
pub use schema::{FieldInfo, fault_keys, fields, schema};
pub use script::script;

use crate::kernel::{Address, Decision, Distribution, Micros};
use crate::payments::model::{Model, Purchase};
use crate::payments::weather::Weather;
use std::sync::Arc;

/// A commented scenario to start with.
pub const STARTER: &str = include_str!("starter.yaml");

/// Everything one run needs, complete and checked.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The file's name without its extension.
    pub name: String,
    /// What it shows, in a sentence.
    pub about: String,
    /// The seed; `None`: whatever is not scripted is calm, and sizes are medians.
    pub seed: Option<u64>,
    /// Who pays, when, how much.
    pub purchases: Purchases,
    /// How the parties are configured.
    pub model: Model,
    /// What may go wrong.
    pub weather: Weather,
    /// What does go wrong: scripted decisions, one per address, in order of addresses.
    pub script: Vec<Scripted>,
    /// What the run must show.
    pub expect: Expect,
    /// What must have happened, so that a pass is not empty: names from `list goals`.
    pub goals: Vec<String>,
    /// What is suspicious but not wrong, ready to be shown.
    pub warnings: Vec<String>,
}

impl Scenario {
    /// Why its orders must run in one world, if they must.
    pub fn coupling(&self) -> Option<&'static str> {
        let halts = if self.weather.halts { Some("a process that stops") } else { None };
        self.model.coupling().or(halts)
    }
}

/// A decision fixed by the scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scripted {
    /// Where.
    pub at: Address,
    /// What.
    pub decision: Decision,
}

/// The customers' purchases.
#[derive(Clone, Debug)]
pub enum Purchases {
    /// Drawn.
    Drawn {
        /// How many.
        count: u32,
        /// When the first may come.
        start: Micros,
        /// How they follow each other.
        arrivals: Arrivals,
        /// Amounts, in minor units.
        amount: Distribution,
    },
    /// Listed, in order of time.
    Listed(Arc<[Purchase]>),
}

/// How purchases follow each other.
#[derive(Clone, Debug)]
pub enum Arrivals {
    /// Each a gap after the one before it.
    Gap(Distribution),
    /// Spread over a day by hourly weights, evenly within an hour; as many days as `days`.
    Daily {
        /// Relative weight of each hour of the day.
        weights: [u32; 24],
        /// Over how many days.
        days: u32,
    },
}

/// What the verdict of a run depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Nothing is violated.
    Consistent,
    /// Exactly these invariants are violated.
    Violates(Vec<String>),
    /// Nothing is violated, but what the downstream's broken word brings about may be before a person.
    NotSilent,
}
