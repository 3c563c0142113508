//! `file_late`: a settlement file that comes late.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "file_late",
    means: "The settlement file comes later than announced.",
    places: FILE,
    breach: false,
    form: Form::Timed(Parameter { name: "by", means: "how much later", default: 6 * HOUR }, |_, by| {
        Effect::File(FileEffect::Late(by))
    }),
    example: "- file_late: {hop: platform-bank, probability: 0.1, by: 6h}",
};
