//! `return_unsettled`: a debit that is never told nor settled, and given back when the file is out.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "return_unsettled",
    means: "The bank debits, answers only that it is processing, does not settle, and gives the money back once the file is out.",
    places: DECISION,
    breach: false,
    form: Form::Strike(|_| Effect::Decision(Fate::ReturnUnsettled)),
    example: "- return_unsettled: {site: platform-bank/decision, probability: 0.001}",
};
