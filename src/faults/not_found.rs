//! `not_found`: a record that queries do not find.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "not_found",
    means: "A query is told that there is no such order: for a while at `decision`, once at `query-answer`.",
    places: &[Place::Decision, Place::RefundDecision, Place::Message(Message::QueryAnswer)],
    breach: false,
    form: Form::Timed(
        Parameter { name: "for", means: "how long the record is hidden, at `decision`", default: 5 * MINUTE },
        |place, time| match place {
            Place::Decision | Place::RefundDecision => Effect::Decision(Fate::Hide(time)),
            _ => flawed(Flaw::NotFound),
        },
    ),
    example: "- not_found: {site: platform-bank/decision, probability: 0.01, for: 2m}",
};
