//! `stale`: a notification with an old stamp.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "stale",
    means: "The notification arrives with a stamp that is older than the time window allows.",
    places: NOTIFICATION,
    breach: false,
    form: Form::Strike(|_| flawed(Flaw::Stale)),
    example: "- stale: {hop: platform-bank, probability: 0.01}",
};
