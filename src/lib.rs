//! paychaos.
#![forbid(unsafe_code)]
pub mod invariants;
pub mod kernel;
pub mod payments;
pub mod run;
pub mod scenario;
