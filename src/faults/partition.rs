//! `partition`: a link that is cut.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "partition",
    means: "For a while nothing gets through on the link, neither way; the sender cannot tell it from silence.",
    places: MESSAGES,
    breach: false,
    form: Form::Window(silence),
    example: "- partition: {hop: platform-bank, from: 10:00, to: 10:05}",
};
