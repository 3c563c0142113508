//! `false_failure`: a final failure that was none.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "false_failure",
    means: "The downstream says *failed*, finally, about a payment that it debits: at `decision` for good, elsewhere in one message.",
    places: &[
        Place::Decision,
        Place::Message(Message::Answer),
        Place::Message(Message::Notification),
        Place::Message(Message::QueryAnswer),
    ],
    breach: true,
    form: Form::Timed(
        Parameter { name: "by", means: "how long after the failure it debits, at `decision`", default: MINUTE },
        |place, by| match place {
            Place::Decision => Effect::Decision(Fate::FalseFailure(by)),
            _ => flawed(Flaw::FalseFailure),
        },
    ),
    example: "- false_failure: {site: platform-bank/decision, probability: 0.001}",
};
