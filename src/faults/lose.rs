//! `lose`: a message that never arrives.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "lose",
    means: "The message never arrives, and nobody is told.",
    places: MESSAGES,
    breach: false,
    form: Form::Strike(|_| message(MessageEffect::Drop)),
    example: "- lose: {site: platform-bank/answer, probability: 0.02}",
};
