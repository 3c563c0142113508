//! `crash`: a process that dies before a step.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "crash",
    means: "The process dies before this step, and comes back with only what it had written.",
    places: STEPS,
    breach: false,
    form: Form::Timed(
        Parameter { name: "restart", means: "It is there again so much later.", default: 30 * SECOND },
        |_, restart| Effect::Process(ProcessEffect::CrashBefore(restart)),
    ),
    example: "- crash: {at: order 1 / merchant-platform / record-write / 1, restart: 30s}",
};
