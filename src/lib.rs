//! paychaos.
#![forbid(unsafe_code)]
pub mod campaign;
pub mod cli;
pub mod faults;
pub mod invariants;
pub mod kernel;
pub mod payments;
pub mod report;
pub mod run;
pub mod scenario;
