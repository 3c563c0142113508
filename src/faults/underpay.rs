//! `underpay`: another amount than was asked for is really paid.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "underpay",
    means: "The customer pays half of what was asked for: that is debited, and the downstream says so, truly signed, wherever it is asked.",
    places: DECISION,
    // The downstream keeps its word: whoever compares the amounts can see it and give the money back.
    breach: false,
    form: Form::Strike(|_| Effect::Decision(Fate::Underpay)),
    example: "- underpay: {hop: platform-bank, probability: 0.01}",
};
