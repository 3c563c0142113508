//! `refuse`: a connection that is refused.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "refuse",
    means: "The connection is refused: the sender learns at once that nothing was sent.",
    places: &[
        Place::Message(Message::Request),
        Place::Message(Message::Notification),
        Place::Message(Message::Query),
        Place::Message(Message::Close),
        Place::Message(Message::Refund),
    ],
    breach: false,
    form: Form::Strike(|_| message(MessageEffect::Refuse)),
    example: "- refuse: {site: platform-bank/request, probability: 0.01}",
};
