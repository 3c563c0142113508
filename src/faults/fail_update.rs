//! `fail_update`: a table update that fails.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "fail_update",
    means: "The update of a table fails before its commit.",
    places: WRITES,
    breach: false,
    form: Form::Strike(|_| Effect::Write(WriteEffect::Fail)),
    example: "- fail_update: {site: merchant-platform/record-write, probability: 0.01}",
};
