//! `omit_for_good`: a debit that no file lists.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "omit_for_good",
    means: "A settled debit is left out of every file, and the totals agree without it.",
    places: ROW,
    breach: true,
    form: Form::Strike(|_| row(RowEffect::NeverListed)),
    example: "- omit_for_good: {hop: platform-bank, probability: 0.001}",
};
