//! `partition`: a link that is cut.
//!
//! Registered in `faults`; read by the scenario. It must not know who is struck.

use super::*;

pub(super) const KIND: Kind = Kind {
    name: "partition",
    means: "For a while nothing gets through on the link, neither way. Who asks cannot connect, and knows that nothing was sent; all else is silence.",
    places: MESSAGES,
    breach: false,
    form: Form::Window(|place| {
        let connects = matches!(place, Place::Message(Message::Request | Message::Refund));
        message(if connects { MessageEffect::NoConnection } else { MessageEffect::Drop })
    }),
    example: "- partition: {hop: platform-bank, from: 10:00, to: 10:05}",
};
