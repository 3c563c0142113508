//! `stay_processing`: an order that stays in processing.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "stay_processing",
    means: "The downstream answers *processing* and decides much later.",
    places: DECISIONS,
    breach: false,
    form: Form::Timed(Parameter { name: "for", means: "how much later it decides", default: HOUR }, |_, time| {
        Effect::Decision(Fate::StayProcessing(time))
    }),
    example: "- stay_processing: {hop: platform-bank, probability: 0.01, for: 30m}",
};
