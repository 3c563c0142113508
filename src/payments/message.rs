//! What travels over a hop, who sends it and who receives it.
//!
//! Used by the parties, by sites and by reports. Must not know what a message does, nor what may happen to it.

use crate::payments::party::{Hop, Party};

/// What travels over a hop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Message {
    /// ① and ②: please pay.
    Request = 0,
    /// ③ and ⑤: the synchronous answer to a request.
    Answer = 1,
    /// The outcome, pushed to a callback address until acknowledged.
    Notification = 2,
    /// The acknowledgement of a notification.
    Ack = 3,
    /// What became of it?
    Query = 4,
    /// The answer to a query.
    QueryAnswer = 5,
    /// Please close, cancel or reverse it (冲正).
    Close = 6,
    /// The answer to a close.
    CloseAnswer = 7,
    /// Please refund, under the refund's own number.
    Refund = 8,
    /// The synchronous answer to a refund request.
    RefundAnswer = 9,
    /// Within the platform: the channel-order side tells the payment-order side what to do.
    Handover = 10,
    /// The answer to it.
    HandoverAnswer = 11,
}

impl Message {
    /// All messages.
    pub const ALL: [Message; 12] = [
        Message::Request,
        Message::Answer,
        Message::Notification,
        Message::Ack,
        Message::Query,
        Message::QueryAnswer,
        Message::Close,
        Message::CloseAnswer,
        Message::Refund,
        Message::RefundAnswer,
        Message::Handover,
        Message::HandoverAnswer,
    ];

    /// The name used in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Message::Request => "request",
            Message::Answer => "answer",
            Message::Notification => "notification",
            Message::Ack => "ack",
            Message::Query => "query",
            Message::QueryAnswer => "query-answer",
            Message::Close => "close",
            Message::CloseAnswer => "close-answer",
            Message::Refund => "refund",
            Message::RefundAnswer => "refund-answer",
            Message::Handover => "handover",
            Message::HandoverAnswer => "handover-answer",
        }
    }

    /// Does it travel from the upstream to the downstream?
    pub const fn goes_down(self) -> bool {
        match self {
            Message::Request | Message::Ack | Message::Query | Message::Close | Message::Refund => true,
            Message::Answer
            | Message::Notification
            | Message::QueryAnswer
            | Message::CloseAnswer
            | Message::RefundAnswer
            | Message::Handover
            | Message::HandoverAnswer => false,
        }
    }

    /// Does it stay within the platform? It is counted on the inner hop, whose attempts it is about.
    pub const fn is_internal(self) -> bool {
        matches!(self, Message::Handover | Message::HandoverAnswer)
    }

    /// Who gets it on `hop`.
    pub const fn receiver(self, hop: Hop) -> Party {
        if self.is_internal() {
            Party::Platform
        } else if self.goes_down() {
            hop.downstream()
        } else {
            hop.upstream()
        }
    }

    /// Who sends it on `hop`.
    pub const fn sender(self, hop: Hop) -> Party {
        if self.is_internal() {
            Party::Platform
        } else if self.goes_down() {
            hop.upstream()
        } else {
            hop.downstream()
        }
    }
}
