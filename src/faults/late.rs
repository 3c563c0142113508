//! `late`: a message that arrives late.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "late",
    means: "The message arrives late, but not later than the link's `late: max`.",
    places: MESSAGES,
    breach: false,
    form: Form::Timed(Parameter { name: "by", means: "how much later than usual", default: 2 * MINUTE }, |_, by| {
        message(MessageEffect::Delay(by))
    }),
    example: "- late: {site: platform-bank/answer, probability: 0.01, by: 30s}",
};
