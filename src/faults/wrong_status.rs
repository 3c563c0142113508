//! `wrong_status`: a record with another status.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "wrong_status",
    means: "A record of the settlement file has another status.",
    places: ROW,
    breach: false,
    form: Form::Strike(|_| row(RowEffect::OtherStatus)),
    example: "- wrong_status: {hop: platform-bank, probability: 0.01}",
};
