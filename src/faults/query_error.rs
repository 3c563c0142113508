//! `query_error`: a query that ends in a system error.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "query_error",
    means: "A query is answered with a system error.",
    places: QUERY_ANSWER,
    breach: false,
    form: Form::Strike(|_| flawed(Flaw::SystemError)),
    example: "- query_error: {hop: platform-bank, probability: 0.05}",
};
