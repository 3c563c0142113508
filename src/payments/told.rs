//! What a party was told: the content, how it came and in which message, what it rests on, and what is wrong with it.
//!
//! Made by the upstream half and by the recovery mechanisms, carried to the attempt that it is about.

use crate::kernel::Chooser;
use crate::payments::event::Kind;
use crate::payments::fact::{Purpose, Tells};
use crate::payments::grounds::{Cause, Evidence};
use crate::payments::message::Message;
use crate::payments::step::{Step, Witness};
use crate::payments::weather::Flaw;

/// What the upstream was told: the content, how, and what is wrong with it.
#[derive(Clone, Copy)]
pub(crate) struct Told {
    pub tells: Tells,
    pub cause: Cause,
    pub evidence: Evidence,
    pub flaw: Flaw,
}

impl Told {
    /// A move that needs no evidence.
    pub(crate) const fn by(cause: Cause) -> Told {
        Told { tells: Tells::Nothing, cause, evidence: Evidence::NotNeeded, flaw: Flaw::None }
    }

    /// The same, resting on something else.
    pub(crate) const fn because(self, evidence: Evidence) -> Told {
        Told { evidence, ..self }
    }
}

/// What an outcome rests on that was told by such a message.
pub(crate) const fn evidence_of(cause: Cause) -> Evidence {
    match cause {
        Cause::Notification | Cause::DuplicateNotification => Evidence::VerifiedNotification,
        Cause::Answer | Cause::LateAnswer => Evidence::SignedAnswer,
        Cause::Polling
        | Cause::Reconciliation
        | Cause::Request
        | Cause::Decision
        | Cause::Compensation
        | Cause::Transaction
        | Cause::Restart
        | Cause::Reversal
        | Cause::Refund
        | Cause::Manual
        | Cause::Timeout
        | Cause::Expiry => Evidence::SignedQueryAnswer,
    }
}

impl<C: Chooser, W: Witness> Step<'_, C, W> {
    /// The message that told what a cause says. A query's answer may belong to a reversal, and a close's to reconciliation:
    /// where a message has just arrived, it says itself what it is.
    pub(crate) fn message_of(&self, cause: Cause) -> Message {
        match (self.handling.kind, cause) {
            (Kind::QueryAnswer, _) => Message::QueryAnswer,
            (Kind::CloseAnswer, _) => Message::CloseAnswer,
            (_, Cause::Notification | Cause::DuplicateNotification) => Message::Notification,
            (_, Cause::Polling | Cause::Reconciliation | Cause::Expiry) => Message::QueryAnswer,
            (_, Cause::Reversal) => Message::CloseAnswer,
            (
                _,
                Cause::Request
                | Cause::Decision
                | Cause::Answer
                | Cause::LateAnswer
                | Cause::Compensation
                | Cause::Transaction
                | Cause::Restart
                | Cause::Refund
                | Cause::Manual
                | Cause::Timeout,
            ) => Message::Answer,
        }
    }
}

/// The request that asks for a purpose.
pub(crate) fn request_of(purpose: Purpose) -> Message {
    match purpose {
        Purpose::Payment => Message::Request,
        Purpose::Refund => Message::Refund,
    }
}

/// The synchronous answer to it.
pub(crate) fn answer_of(purpose: Purpose) -> Message {
    match purpose {
        Purpose::Payment => Message::Answer,
        Purpose::Refund => Message::RefundAnswer,
    }
}
