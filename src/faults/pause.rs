//! `pause`: a process that stands still.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "pause",
    means: "The process stands still after this step, and does the rest when it goes on; what comes for it waits.",
    places: STEPS,
    breach: false,
    form: Form::Timed(
        Parameter { name: "lasting", means: "It goes on so much later.", default: 2 * MINUTE },
        |_, lasting| Effect::Process(ProcessEffect::Pause(lasting)),
    ),
    example: "- pause: {at: order 1 / platform-bank / request / 1, lasting: 2m}",
};
