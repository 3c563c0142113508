//! `happen`: a choice by script.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "happen",
    means: "By script: this window opens, this customer pays again, this return is made, this event (or this order) waits for others of its instant.",
    places: &[],
    breach: false,
    form: Form::Choice(1),
    example: "- happen: {at: window / 1}\n  - outage: {hop: platform-bank, from: 10:00, to: 10:10, happens: 0.01}",
};
