//! `wrong_sign`: a record with the other sign.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "wrong_sign",
    means: "A record of the settlement file has its amount with the other sign.",
    places: ROW,
    breach: false,
    form: Form::Strike(|_| row(RowEffect::OtherSign)),
    example: "- wrong_sign: {hop: platform-bank, probability: 0.01}",
};
