//! `double_row`: a record that is listed twice.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "double_row",
    means: "A record is listed twice in the settlement file.",
    places: ROW,
    breach: false,
    form: Form::Strike(|_| row(RowEffect::Doubled)),
    example: "- double_row: {hop: platform-bank, probability: 0.01}",
};
