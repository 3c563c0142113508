//! `wrong_amount`: a record with another amount.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "wrong_amount",
    means: "A record of the settlement file has another amount.",
    places: ROW,
    breach: false,
    form: Form::Strike(|_| row(RowEffect::OtherAmount)),
    example: "- wrong_amount: {hop: platform-bank, probability: 0.01}",
};
