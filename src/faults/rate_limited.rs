//! `rate_limited`: a query that is one too many.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "rate_limited",
    means: "A query is answered with \"too many requests\".",
    places: QUERY_ANSWER,
    breach: false,
    form: Form::Strike(|_| flawed(Flaw::RateLimited)),
    example: "- rate_limited: {hop: platform-bank, probability: 0.05}",
};
