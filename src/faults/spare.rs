//! `spare`: calm by script.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "spare",
    means: "By script: nothing strikes here, whatever the odds.",
    places: &[],
    breach: false,
    form: Form::Choice(0),
    example: "- spare: {at: order 1 / platform-bank / answer / 1}",
};
