//! `take`: a size by script.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "take",
    means: "By script: this latency, processing time, gap or amount instead of the drawn one.",
    places: &[],
    breach: false,
    form: Form::Size,
    example: "- take: {at: order 1 / platform-bank / answer / 1, time: 8s}",
};
