//! `misdirect`: a notification of another order.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "misdirect",
    means: "A truly signed notification of success arrives that belongs to another order.",
    places: INTRUDER,
    breach: false,
    form: Form::Timed(Parameter { name: "after", means: "how long after the request", default: SECOND }, |_, after| {
        Effect::Intrude(Flaw::OtherOrder, after)
    }),
    example: "- misdirect: {hop: merchant-platform, probability: 0.01}",
};
