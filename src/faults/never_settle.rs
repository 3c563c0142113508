//! `never_settle`: a debit that is never settled.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "never_settle",
    means: "The downstream debits and says so, but never settles the money.",
    places: DECISION,
    breach: true,
    form: Form::Strike(|_| Effect::Decision(Fate::NeverSettle)),
    example: "- never_settle: {hop: platform-bank, probability: 0.001}",
};
