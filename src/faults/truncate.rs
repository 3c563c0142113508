//! `truncate`: a settlement file that is cut off.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "truncate",
    means: "The settlement file is cut off in the middle, its footer is missing; a whole one can be had later.",
    places: FILE,
    breach: false,
    form: Form::Strike(|_| Effect::File(FileEffect::Truncated)),
    example: "- truncate: {at: platform-bank / file / day 0}",
};
