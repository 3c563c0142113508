//! `overtake`: a message that is overtaken.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "overtake",
    means: "The message is held up a moment and overtaken by what was sent after it.",
    places: MESSAGES,
    breach: false,
    form: Form::Timed(Parameter { name: "by", means: "how long it is held up", default: 5 * SECOND }, |_, by| {
        message(MessageEffect::Delay(by))
    }),
    example: "- overtake: {site: platform-bank/request, probability: 0.01, by: 10s}",
};
