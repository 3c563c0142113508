//! `omit`: a record that is left out.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "omit",
    means: "A record is left out of the settlement file; the footer's totals show it.",
    places: ROW,
    breach: false,
    form: Form::Strike(|_| row(RowEffect::Missing)),
    example: "- omit: {hop: platform-bank, probability: 0.01}",
};
