//! Rank 1: the trade. Money, messages, orders and their transitions; the two halves of a hop, written once and used twice;
//! the three parties; ledger and settlement file; and `recovery`, one file per mechanism.
//!
//! Used by faults, invariants, the scenario and the run. It must not know faults, invariants or scenarios: it asks the
//! chooser what happens, does it, and states facts.

mod applying;
mod bank;
mod choosing;
mod code;
mod downstream;
mod giving_back;
mod merchant;
mod next_try;
mod places;
mod platform;
mod sending;
mod told;
mod upstream;

pub mod address;
pub mod books;
pub mod cases;
pub mod event;
pub mod fact;
pub mod grounds;
pub mod message;
pub mod model;
pub mod money;
pub mod numbered;
pub mod order;
pub mod party;
pub mod pause;
pub mod process;
pub mod recovery;
pub mod rules;
pub mod shared;
pub mod site;
pub mod standing;
pub mod step;
pub mod weather;

/// The version of the model: it is raised whenever the same scenario and seed, or plan, come to other facts than before.
pub const MODEL_VERSION: u32 = 9;
