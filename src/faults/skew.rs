//! `skew`: a clock that is wrong.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "skew",
    means: "A party's clock is ahead, or behind if `by` is negative, for the whole run.",
    places: &[],
    breach: false,
    form: Form::Skew,
    example: "- skew: {party: platform, by: -90s}",
};
