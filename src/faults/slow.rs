//! `slow`: a link that is slow for a while.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "slow",
    means: "For a while every message on the link arrives later.",
    places: MESSAGES,
    breach: false,
    form: Form::TimedWindow(Parameter { name: "by", means: "how much later than usual", default: 3 * SECOND }, |_, by| {
        message(MessageEffect::Delay(by))
    }),
    example: "- slow: {hop: platform-bank, from: 10:00, to: 10:10, by: 3s}",
};
