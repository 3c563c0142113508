//! `outage`: a place that is down.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "outage",
    means: "For a while everything at the site is lost: a callback address, an interface, a table.",
    places: STEPS,
    breach: false,
    form: Form::Window(silence),
    example: "- outage: {site: platform-bank/query-answer, from: 10:00, to: 10:30}",
};
