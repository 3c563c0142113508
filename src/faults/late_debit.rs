//! `late_debit`: a debit that comes late.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "late_debit",
    means: "The downstream debits, or gives back, later than usual, and says nothing until then.",
    places: DECISIONS,
    breach: false,
    form: Form::Timed(Parameter { name: "by", means: "how much later", default: 10 * MINUTE }, |_, by| {
        Effect::Decision(Fate::DebitLate(by))
    }),
    example: "- late_debit: {hop: platform-bank, probability: 0.01, by: 5m}",
};
