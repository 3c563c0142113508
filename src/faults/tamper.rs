//! `tamper`: a notification with another amount.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "tamper",
    means: "The notification arrives truly signed, but with another amount.",
    places: NOTIFICATION,
    breach: false,
    form: Form::Strike(|_| flawed(Flaw::OtherAmount)),
    example: "- tamper: {hop: platform-bank, probability: 0.01}",
};
