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
