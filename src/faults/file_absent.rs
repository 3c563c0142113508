//! `file_absent`: a settlement file that never comes.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "file_absent",
    means: "The settlement file never comes; its records come with the next one.",
    places: FILE,
    breach: false,
    form: Form::Strike(|_| Effect::File(FileEffect::Absent)),
    example: "- file_absent: {at: platform-bank / file / day 0}",
};
