//! `unknown_commit`: a commit that reports an error.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "unknown_commit",
    means: "The update of a table is committed, but reports an error.",
    places: WRITES,
    breach: false,
    form: Form::Strike(|_| Effect::Write(WriteEffect::CommitUnknown)),
    example: "- unknown_commit: {site: platform-bank/attempt-write, probability: 0.01}",
};
