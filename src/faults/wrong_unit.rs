//! `wrong_unit`: a record in another unit.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "wrong_unit",
    means: "A record of the settlement file has its amount in another unit, yuan for fen.",
    places: ROW,
    breach: false,
    form: Form::Strike(|_| row(RowEffect::OtherUnit)),
    example: "- wrong_unit: {hop: platform-bank, probability: 0.01}",
};
