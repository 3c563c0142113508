//! `decline`: a payment that is declined.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "decline",
    means: "The downstream declines: an explicit failure. The bank declines no refund.",
    places: DECISIONS,
    breach: false,
    form: Form::Strike(|_| Effect::Decision(Fate::Decline)),
    example: "- decline: {hop: platform-bank, probability: 0.03}",
};
