//! A deterministic simulator and chaos tester for payment flows.
//!
//! Money is lost in the gap between "the bank debited the customer" and "the merchant knows it". paychaos models the
//! merchant, the platform and the bank, does every bad thing to them under one seed, and checks that the chosen recovery
//! strategies always bring money and books back into agreement: how soon, and at what cost.
//!
//! # The map
//!
//! One rank per module; a module imports smaller ranks only, which `tests/ranks.rs` scans.
//!
//! | rank | module | is | must not know |
//! | --- | --- | --- | --- |
//! | 0 | [`kernel`] | virtual time, calendar, event queue, links, choices, traces: a discrete-event kernel | what is simulated |
//! | 1 | [`payments`] | the trade: money, messages, orders, the two halves of a hop, three parties, recovery mechanisms | faults, invariants, scenarios |
//! | 2 | [`faults`] | one file per kind: where it may strike, which effect it has | invariants, parties' insides |
//! | 2 | [`invariants`] | one file per invariant, reading facts and final books | the chooser, faults, parties' insides |
//! | 3 | [`scenario`] | YAML text to a complete, validated [`scenario::Scenario`] | running |
//! | 4 | [`run`] | one run: scenario and chooser to an [`run::outcome::Outcome`] | many runs |
//! | 5 | [`campaign`] | many runs | files, clocks, terminals |
//! | 6 | [`report`] | one file per output format, from plain data | opening files |
//! | 7 | [`cli`] | files, terminal, progress, exit codes | (nobody imports it) |
//!
//! ```text
//! YAML -> Scenario -> run::once -> facts + picks -> invariants -> verdict -> report -> exit code
//! ```
//!
//! # The way of an order
//!
//! ```text
//! customer -- merchant --(1)--> platform --(2)--> bank
//!                 (6) <--(5)--        (4) <--(3)--
//! ```
//!
//! To the bank the platform is just another merchant, so a hop is written once and used twice: an *upstream* half that asks,
//! waits and recovers, and a *downstream* half that decides, answers and tells. Each event of an order is one
//! [`payments::step::Step`]; whatever is not determined is asked of one [`kernel::Chooser`], at a semantic address; whatever
//! happens is stated as a [`payments::fact::Fact`]. Invariants, measures, digests and stories read facts and nothing else.
//!
//! # An example
//!
//! ```
//! use paychaos::scenario::{Known, Overrides, load, no_files};
//! use std::path::Path;
//!
//! let text = b"faults: [lose: {at: order 1 / platform-bank / answer / 1}]";
//! let known = Known { goals: &[], invariants: &[] };
//! let scenario = load(Path::new("lost.yaml"), text, &Overrides::default(), known, &no_files).expect("it is valid");
//! let outcome = paychaos::run::quietly(&scenario, None);
//! assert_eq!(outcome.verdict, paychaos::run::outcome::Verdict::Pass);
//! assert_eq!(outcome.totals.dropped_external, [0, 1], "dropped on the inner hop, recovered by polling");
//! ```

#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod campaign;
pub mod cli;
pub mod faults;
pub mod invariants;
pub mod kernel;
pub mod payments;
pub mod report;
pub mod run;
pub mod scenario;
