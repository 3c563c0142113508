//! `duplicate`: a message that arrives twice.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "duplicate",
    means: "The message arrives, and once more a while later.",
    places: MESSAGES,
    breach: false,
    form: Form::Timed(
        Parameter { name: "after", means: "how long after the first the second one arrives", default: SECOND },
        |_, after| message(MessageEffect::Copy(after)),
    ),
    example: "- duplicate: {site: platform-bank/answer, probability: 0.05, after: 3s}",
};
