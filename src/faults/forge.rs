//! `forge`: a notification that somebody else made.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "forge",
    means: "Somebody who saw the request go by sends a notification of success with a bad signature.",
    places: INTRUDER,
    breach: false,
    form: Form::Timed(Parameter { name: "after", means: "how long after the request", default: SECOND }, |_, after| {
        Effect::Intrude(Flaw::BadSignature, after)
    }),
    example: "- forge: {hop: merchant-platform, probability: 0.01}",
};
