//! `replay`: an old notification that is sent again.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "replay",
    means: "A recorded notification of success, older than the time window allows, is sent again.",
    places: INTRUDER,
    breach: false,
    form: Form::Timed(Parameter { name: "after", means: "how long after the request", default: HOUR }, |_, after| {
        Effect::Intrude(Flaw::Stale, after)
    }),
    example: "- replay: {hop: merchant-platform, probability: 0.01, after: 1h}",
};
