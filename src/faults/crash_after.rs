//! `crash_after`: a process that dies after a step.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "crash_after",
    means: "The process dies after this step, and comes back with only what it had written.",
    places: STEPS,
    breach: false,
    form: Form::Timed(
        Parameter { name: "restart", means: "It is there again so much later.", default: 30 * SECOND },
        |_, restart| Effect::Process(ProcessEffect::CrashAfter(restart)),
    ),
    example: "- crash_after: {at: order 1 / platform-bank / request / 1, restart: 30s}",
};
