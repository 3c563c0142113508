//! `across_cut_off`: a record in the next date's file.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "across_cut_off",
    means: "A record is listed in the next business date's file: across the cut-off.",
    places: ROW,
    breach: false,
    form: Form::Strike(|_| row(RowEffect::NextDate)),
    example: "- across_cut_off: {hop: platform-bank, probability: 0.01}",
};
