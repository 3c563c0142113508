//! `debit_after_close`: a debit after an accepted close.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "debit_after_close",
    means: "The downstream decides late, and debits even if the order was closed meanwhile.",
    places: DECISION,
    breach: true,
    form: Form::Timed(Parameter { name: "by", means: "how much later it decides", default: 10 * MINUTE }, |_, by| {
        Effect::Decision(Fate::IgnoreClose(by))
    }),
    example: "- debit_after_close: {hop: platform-bank, probability: 0.001}",
};
