//! Words of payments engineers for the closed sets of the model: what people read in every format made for them.
//!
//! Called by `steps` and the formats. Names for machines are in `names`.

use crate::kernel::{DAY, MILLISECOND, Micros, format_duration, format_instant};
use crate::payments::cases::Reason;
use crate::payments::fact::{Purpose, State, Tells};
use crate::payments::grounds::{Cause, Found, GaveUp, Why};
use crate::payments::message::Message;
use crate::payments::party::Hop;
use crate::payments::site::Place;
use crate::payments::weather::{Effect, Fate, FileEffect, Flaw, MessageEffect, ProcessEffect, RowEffect, WriteEffect};
use crate::run::outcome::Bearer;

/// An instant, to the nearest millisecond of its day, as [`brief`] has durations.
pub fn instant(at: Micros) -> String {
    let last = at / DAY * DAY + (DAY - MILLISECOND);
    format_instant(((at + MILLISECOND / 2) / MILLISECOND * MILLISECOND).min(last))
}

/// The time of day.
pub fn clock(at: Micros) -> String {
    let instant = instant(at);
    instant.split_once(' ').map_or(instant.clone(), |(_, time)| time.to_owned())
}

/// A duration without the microseconds that nobody reads.
pub fn brief(us: Micros) -> String {
    format_duration(if us < MILLISECOND { us } else { (us + MILLISECOND / 2) / MILLISECOND * MILLISECOND })
}

/// What a message says.
pub const fn tells(tells: Tells) -> &'static str {
    match tells {
        Tells::Nothing => "nothing",
        Tells::Success => "success",
        Tells::Failure => "failed",
        Tells::Closed => "closed",
        Tells::Processing => "processing",
        Tells::NotFound => "no such order",
        Tells::Error => "system error",
        Tells::RateLimited => "too many requests",
        Tells::NumberRefused => "number refused",
        Tells::Try => "try",
        Tells::Confirm => "confirm",
        Tells::Cancel => "cancel",
    }
}

/// A state of an attempt or record made for `purpose`.
pub const fn state(state: State, purpose: Purpose) -> &'static str {
    match (state, purpose) {
        (State::None, _) => "none",
        (State::Pending, _) => "pending",
        (State::Unknown, _) => "unknown",
        (State::Succeeded, Purpose::Payment) => "paid",
        (State::Succeeded, Purpose::Refund) => "refunded",
        (State::Failed, _) => "failed",
        (State::Closed, _) => "closed",
        (State::Reversed, _) => "reversed",
    }
}

/// A mechanism, as in "recovered by ...".
pub const fn cause(cause: Cause) -> &'static str {
    match cause {
        Cause::Request => "the request",
        Cause::Decision => "the decision",
        Cause::Answer => "answer",
        Cause::LateAnswer => "late answer",
        Cause::Notification => "notification",
        Cause::DuplicateNotification => "duplicate notification",
        Cause::Polling => "polling",
        Cause::Reconciliation => "reconciliation",
        Cause::Compensation => "compensation",
        Cause::Transaction => "transaction",
        Cause::Restart => "restart",
        Cause::Reversal => "reversal",
        Cause::Refund => "refund",
        Cause::Manual => "a person",
        Cause::Timeout => "timeout",
        Cause::Expiry => "expiry",
    }
}

/// Why a message changed nothing.
pub const fn why(why: Why) -> &'static str {
    match why {
        Why::Duplicate => "known already",
        Why::BadSignature => "its signature is bad",
        Why::OtherContent => "it names another order or amount",
        Why::Stale => "it is older than the time window allows",
        Why::UnknownNumber => "the number is in no table",
        Why::TooLate => "it comes after the expiry or a close",
        Why::Indefinite => "it says nothing definite",
        Why::AlreadyFailed => "the order has failed here, and nobody looks back",
        Why::AlreadySucceeded => "a success is never overwritten",
        Why::ConnectionLost => "the process that had the connection is gone",
        Why::InDoubt => "the row is in a transaction whose outcome is open",
        Why::Changed => "the row has changed since it was read",
        Why::SameCall => "its key says that it is the same call, which is not executed again",
        Why::Cancelled => "the order was cancelled, and this may be older: it is asked about first",
        Why::OldBranch => "it is about a branch that is over",
        Why::Outdated => "it is about an outcome that is not the present one",
        Why::NothingLeft => "more would be given back than is left",
        Why::EarlierTry => "that is how an earlier try ended; the last one may still arrive",
        Why::KeyOfAnother => "its key was used before, for another content",
        Why::FencedOff => "that branch is over, or never was",
    }
}

/// Why the upstream stopped waiting.
pub const fn gave_up(why: GaveUp) -> &'static str {
    match why {
        GaveUp::ReadTimeout => "read timeout",
        GaveUp::NotConnected => "no connection",
        GaveUp::Processing => "only \"processing\" came",
        GaveUp::Error => "only an error came",
        GaveUp::UpdateFailed => "its update failed",
        GaveUp::CallerGone => "the answer came after the caller had hung up, and the update was aborted with its call",
        GaveUp::Crashed => "its process has crashed",
        GaveUp::CrashedBeforeUpdate => "the answer was there, but its process crashed before the update",
        GaveUp::Aborted => "its transaction's branch was aborted",
    }
}

/// What a file says.
pub const fn found(found: Found) -> &'static str {
    match found {
        Found::Matched => "matched",
        Found::ChannelOnly => "in the file, not paid here (channel only)",
        Found::PlatformOnly => "paid here, not in the file (platform only)",
        Found::Absent => "not in the file, not known here",
        Found::Amount => "another amount",
        Found::Status => "another status",
        Found::Doubled => "listed twice",
    }
}

/// Why a person must look.
pub const fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::NeverSettled => "it succeeded here and is in no file",
        Reason::WordBroken => "the other side broke its word",
        Reason::RefundFailed => "a refund that is owed was refused",
        Reason::ChannelOnly => "the settlement file lists as paid what nobody here can find to be paid",
        Reason::DeadLetter => "a worker has tried too often to finish its update",
        Reason::TransactionStuck => "its transaction could not be finished",
        Reason::OtherAmount => "the settlement file has another amount than was taken for paid",
        Reason::StillUnknown => "nothing definite could be found out in time",
    }
}

/// What is wrong with a message.
pub const fn flaw(flaw: Flaw) -> &'static str {
    match flaw {
        Flaw::None => "nothing",
        Flaw::BadSignature => "forged: bad signature",
        Flaw::OtherAmount => "tampered: another amount",
        Flaw::OtherOrder => "of another order",
        Flaw::Stale => "stale or replayed",
        Flaw::SystemError => "replaced by a system error",
        Flaw::RateLimited => "replaced by \"too many requests\"",
        Flaw::NotFound => "replaced by \"no such order\"",
        Flaw::Envelope => "an envelope of success around no success",
        Flaw::FalseFailure => "a final failure that is false",
    }
}

/// What a fault did.
pub fn effect(effect: Effect) -> String {
    let text = match effect {
        Effect::Message(MessageEffect::Drop) => "lost",
        Effect::Message(MessageEffect::Delay(by)) => return format!("late by {}", format_duration(by)),
        Effect::Message(MessageEffect::Copy(after)) => {
            return format!("duplicated, the copy {} later", format_duration(after));
        }
        Effect::Message(MessageEffect::Refuse) => "connection refused",
        Effect::Message(MessageEffect::NoConnection) => "no connection",
        Effect::Message(MessageEffect::Replace(flaw)) => self::flaw(flaw),
        Effect::Decision(Fate::Decline) => "declined",
        Effect::Decision(Fate::StayProcessing(by)) => return format!("stays processing for {}", format_duration(by)),
        Effect::Decision(Fate::DebitLate(by)) => return format!("debits {} late", format_duration(by)),
        Effect::Decision(Fate::Hide(by)) => return format!("hidden from queries for {}", format_duration(by)),
        Effect::Decision(Fate::Underpay) => "half of it is paid, and debited",
        Effect::Decision(Fate::NeverSettle) => "debits and never settles",
        Effect::Decision(Fate::ReturnUnsettled) => "debits, settles late or never, then gives back",
        Effect::Decision(Fate::FalseFailure(after)) => {
            return format!("says failed, debits {} later", format_duration(after));
        }
        Effect::Decision(Fate::IgnoreClose(after)) => {
            return format!("debits {} later even if closed", format_duration(after));
        }
        Effect::File(FileEffect::Late(by)) => return format!("the file is {} late", format_duration(by)),
        Effect::File(FileEffect::Absent) => "the file never comes",
        Effect::File(FileEffect::Truncated) => "the file is cut off",
        Effect::Row(RowEffect::Missing) => "the record is missing",
        Effect::Row(RowEffect::Doubled) => "the record is doubled",
        Effect::Row(RowEffect::OtherAmount) => "the record has another amount",
        Effect::Row(RowEffect::OtherUnit) => "the record has another unit",
        Effect::Row(RowEffect::OtherSign) => "the record has the other sign",
        Effect::Row(RowEffect::OtherStatus) => "the record has another status",
        Effect::Row(RowEffect::NextDate) => "the record is in the next day's file",
        Effect::Row(RowEffect::NeverListed) => "the record is left out for good",
        Effect::Write(WriteEffect::Fail) => "the update fails before its commit",
        Effect::Write(WriteEffect::CommitUnknown) => "the update is committed but reports an error",
        Effect::Process(ProcessEffect::CrashBefore(by)) => {
            return format!("crashed, back {} later", format_duration(by));
        }
        Effect::Process(ProcessEffect::CrashAfter(by)) => {
            return format!("crashed after it, back {} later", format_duration(by));
        }
        Effect::Process(ProcessEffect::Pause(by)) => return format!("paused for {}", format_duration(by)),
        Effect::Intrude(flaw, _) => self::flaw(flaw),
    };
    text.to_owned()
}

/// What a party does when it sends `message` about number `number`, so often as it has `before`, and what the message tells.
pub fn sends(message: Message, number: u64, before: u16, tells: Tells) -> String {
    let says = self::tells(tells);
    let again = |what: &str| if before == 0 { String::new() } else { format!(" ({what} {})", u32::from(before) + 1) };
    match message {
        Message::Request => format!("asks for payment #{number}"),
        Message::Answer => format!("answers #{number}: {says}"),
        Message::Notification => format!("notifies #{number}: {says}{}", again("send")),
        Message::Ack => format!("acknowledges the notification of #{number}"),
        Message::Query => format!("queries #{number}{}", again("query")),
        Message::QueryAnswer => format!("answers the query of #{number}: {says}"),
        Message::Close if tells == Tells::Cancel => format!("asks to cancel #{number}{}", again("attempt")),
        Message::Close => format!("asks to close #{number}{}", again("attempt")),
        Message::CloseAnswer => format!("answers the close of #{number}: {says}"),
        Message::Refund => format!("asks for refund #{number}{}", again("attempt")),
        Message::RefundAnswer => format!("answers refund #{number}: {says}"),
        Message::Handover => format!("hands #{number} over to the payment-order side: {says}{}", again("call")),
        Message::HandoverAnswer => format!("answers the handover of #{number}: {says}"),
    }
}

/// A message in a word or two, for an arrow.
pub fn label(message: Message, number: u64, tells: Tells) -> String {
    match (message, tells) {
        (Message::Request, _) => format!("pay #{number}"),
        (Message::Notification, Tells::Success) => format!("notify #{number}"),
        (Message::Notification, tells) => format!("notify: {}", self::tells(tells)),
        (Message::Ack, _) => "ack".to_owned(),
        (Message::Query, _) => format!("query #{number}"),
        (Message::Close, Tells::Cancel) => format!("cancel #{number}"),
        (Message::Close, _) => format!("close #{number}"),
        (Message::Refund, _) => format!("refund #{number}"),
        (Message::Handover, tells) => format!("handover: {}", self::tells(tells)),
        (
            Message::Answer | Message::QueryAnswer | Message::CloseAnswer | Message::RefundAnswer | Message::HandoverAnswer,
            tells,
        ) => self::tells(tells).to_owned(),
    }
}

/// A message by its name, as a thing that arrives.
pub const fn thing(message: Message) -> &'static str {
    match message {
        Message::Request => "request",
        Message::Answer => "answer",
        Message::Notification => "notification",
        Message::Ack => "acknowledgement",
        Message::Query => "query",
        Message::QueryAnswer => "answer to the query",
        Message::Close => "close",
        Message::CloseAnswer => "answer to the close",
        Message::Refund => "refund request",
        Message::RefundAnswer => "answer to the refund",
        Message::Handover => "handover",
        Message::HandoverAnswer => "answer to the handover",
    }
}

/// The number of a message in the flow's drawing.
pub const fn mark(hop: Hop, message: Message) -> Option<char> {
    use Message::{Answer, Request};
    match (message, hop) {
        (Request, Hop::MerchantPlatform) => Some('①'),
        (Request, Hop::PlatformBank) => Some('②'),
        (Answer, Hop::PlatformBank) => Some('③'),
        (Answer, Hop::MerchantPlatform) => Some('⑤'),
        (Message::Handover, _) => Some('④'),
        (
            Message::Notification
            | Message::Ack
            | Message::Query
            | Message::QueryAnswer
            | Message::Close
            | Message::CloseAnswer
            | Message::Refund
            | Message::RefundAnswer
            | Message::HandoverAnswer,
            _,
        ) => None,
    }
}

/// What was being written, or decided, at a place where no message is.
pub const fn place(hop: Hop, place: Place) -> &'static str {
    match (place, hop) {
        (Place::AttemptCreate | Place::AttemptWrite, Hop::MerchantPlatform) => "merchant order",
        (Place::AttemptCreate | Place::AttemptWrite, Hop::PlatformBank) => "channel order",
        (Place::RecordCreate | Place::RecordWrite, Hop::MerchantPlatform) => "payment order",
        (Place::RecordCreate | Place::RecordWrite, Hop::PlatformBank) => "bank's record",
        (Place::AckWrite, _) => "acknowledgement of the notification of",
        (Place::NotifyWrite, _) => "next notification of",
        (Place::DropInsert, _) => "dropped-order row of",
        (Place::DropDelete, _) => "deletion of the dropped-order row of",
        (Place::LeaseWrite, _) => "lease of",
        (Place::LogWrite, _) => "log of",
        (Place::Message(message), _) => thing(message),
        (Place::Decision, _) => "decision",
        (Place::RefundDecision, _) => "decision on the refund",
        (Place::Intruder, _) => "intruder",
        (Place::Row, _) => "record in the file",
        (Place::File, _) => "settlement file",
    }
}

/// Who bears a loss.
pub const fn bearer(bearer: Bearer) -> &'static str {
    match bearer {
        Bearer::Customer => "customer",
        Bearer::Party(party) => party.name(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_rounded_within_its_day() {
        assert_eq!(instant(DAY + 300), "d1 00:00:00.000");
        assert_eq!(instant(DAY + 700), "d1 00:00:00.001");
        assert_eq!(instant(DAY - 700), "d0 23:59:59.999");
        assert_eq!(instant(DAY - 300), "d0 23:59:59.999");
    }
}
