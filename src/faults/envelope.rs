//! `envelope`: success around a failure.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "envelope",
    means: "A query is answered with an envelope of success around a payment that has not succeeded.",
    places: QUERY_ANSWER,
    breach: false,
    form: Form::Strike(|_| flawed(Flaw::Envelope)),
    example: "- envelope: {hop: platform-bank, probability: 0.01}",
};
