//! The names of closed sets in machine-readable output: stable, lower case, part of the contract of the formats that
//! write them. Called by those formats. Words for people are in `words`.

use crate::payments::cases::Reason;
use crate::payments::fact::{Account, Book, Phase, Purpose, State, Tells};
use crate::payments::grounds::{Evidence, Found, GaveUp, Why};
use crate::payments::weather::{Effect, Fate, FileEffect, Flaw, MessageEffect, ProcessEffect, RowEffect, WriteEffect};
use crate::report::books::Table;

/// A book.
pub const fn table(table: Table) -> &'static str {
    match table {
        Table::MerchantOrder => "merchant_order",
        Table::PaymentOrder => "payment_order",
        Table::ChannelOrder => "channel_order",
        Table::BankRecord => "bank_record",
    }
}

/// What a message says.
pub const fn tells(tells: Tells) -> &'static str {
    match tells {
        Tells::Nothing => "nothing",
        Tells::Success => "success",
        Tells::Failure => "failure",
        Tells::Closed => "closed",
        Tells::Processing => "processing",
        Tells::NotFound => "not_found",
        Tells::Error => "error",
        Tells::RateLimited => "rate_limited",
        Tells::NumberRefused => "number_refused",
        Tells::Try => "try",
        Tells::Confirm => "confirm",
        Tells::Cancel => "cancel",
    }
}

/// What an attempt is for.
pub const fn purpose(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::Payment => "payment",
        Purpose::Refund => "refund",
    }
}

/// A state.
pub const fn state(state: State) -> &'static str {
    state.name()
}

/// What a move rests on.
pub const fn evidence(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::None => "none",
        Evidence::NotNeeded => "not_needed",
        Evidence::SignedAnswer => "signed_answer",
        Evidence::VerifiedNotification => "verified_notification",
        Evidence::SignedQueryAnswer => "signed_query_answer",
        Evidence::FileRow => "file_row",
        Evidence::ExplicitFailure => "explicit_failure",
        Evidence::CloseAcknowledged => "close_acknowledged",
        Evidence::ExpiredNotPaid => "expired_not_paid",
        Evidence::NeverSent => "never_sent",
        Evidence::ChannelOrder => "channel_order",
    }
}

/// Why a message changed nothing.
pub const fn why(why: Why) -> &'static str {
    match why {
        Why::Duplicate => "duplicate",
        Why::BadSignature => "bad_signature",
        Why::OtherContent => "other_content",
        Why::Stale => "stale",
        Why::UnknownNumber => "unknown_number",
        Why::TooLate => "too_late",
        Why::Indefinite => "indefinite",
        Why::AlreadyFailed => "already_failed",
        Why::AlreadySucceeded => "already_succeeded",
        Why::ConnectionLost => "connection_lost",
        Why::InDoubt => "in_doubt",
        Why::Changed => "changed",
        Why::SameCall => "same_call",
        Why::Cancelled => "cancelled",
        Why::OldBranch => "old_branch",
        Why::Outdated => "outdated",
        Why::NothingLeft => "nothing_left",
        Why::EarlierTry => "earlier_try",
        Why::KeyOfAnother => "key_of_another",
        Why::FencedOff => "fenced_off",
    }
}

/// Why the upstream stopped waiting.
pub const fn gave_up(why: GaveUp) -> &'static str {
    match why {
        GaveUp::ReadTimeout => "read_timeout",
        GaveUp::NotConnected => "not_connected",
        GaveUp::Processing => "processing",
        GaveUp::Error => "error",
        GaveUp::UpdateFailed => "update_failed",
        GaveUp::CallerGone => "caller_gone",
        GaveUp::Crashed => "crashed",
        GaveUp::CrashedBeforeUpdate => "crashed_before_update",
        GaveUp::Aborted => "aborted",
    }
}

/// How far a distributed transaction is.
pub const fn phase(phase: Phase) -> &'static str {
    match phase {
        Phase::None => "none",
        Phase::Trying => "trying",
        Phase::Confirming => "confirming",
        Phase::Cancelling => "cancelling",
        Phase::Done => "done",
    }
}

/// What a file says.
pub const fn found(found: Found) -> &'static str {
    match found {
        Found::Matched => "matched",
        Found::ChannelOnly => "channel_only",
        Found::PlatformOnly => "platform_only",
        Found::Absent => "absent",
        Found::Amount => "amount",
        Found::Status => "status",
        Found::Doubled => "doubled",
    }
}

/// Why a person must look.
pub const fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::NeverSettled => "never_settled",
        Reason::WordBroken => "word_broken",
        Reason::RefundFailed => "refund_failed",
        Reason::ChannelOnly => "channel_only",
        Reason::StillUnknown => "still_unknown",
        Reason::OtherAmount => "other_amount",
        Reason::DeadLetter => "dead_letter",
        Reason::TransactionStuck => "transaction_stuck",
    }
}

/// Whose book.
pub const fn book(book: Book) -> &'static str {
    match book {
        Book::Bank => "bank",
        Book::Platform => "platform",
    }
}

/// An account.
pub const fn account(account: Account) -> &'static str {
    match account {
        Account::Customer => "customer",
        Account::Settlement => "settlement",
        Account::Suspense => "suspense",
        Account::ReceivableFromBank => "receivable_from_bank",
        Account::PayableToMerchant => "payable_to_merchant",
        Account::RefundClearing => "refund_clearing",
        Account::Frozen => "frozen",
        Account::Cash => "cash",
    }
}

/// What is wrong with a message; `none` if nothing.
pub const fn flaw(flaw: Flaw) -> &'static str {
    match flaw {
        Flaw::None => "none",
        Flaw::BadSignature => "bad_signature",
        Flaw::OtherAmount => "other_amount",
        Flaw::OtherOrder => "other_order",
        Flaw::Stale => "stale",
        Flaw::SystemError => "system_error",
        Flaw::RateLimited => "rate_limited",
        Flaw::NotFound => "not_found",
        Flaw::Envelope => "envelope",
        Flaw::FalseFailure => "false_failure",
    }
}

/// An effect, the time that it takes (in microseconds) and the flaw that it makes, if any.
pub const fn effect(effect: Effect) -> (&'static str, Option<u64>, Option<Flaw>) {
    match effect {
        Effect::Message(MessageEffect::Drop) => ("drop", None, None),
        Effect::Message(MessageEffect::Delay(by)) => ("delay", Some(by), None),
        Effect::Message(MessageEffect::Copy(after)) => ("copy", Some(after), None),
        Effect::Message(MessageEffect::Refuse) => ("refuse", None, None),
        Effect::Message(MessageEffect::NoConnection) => ("no_connection", None, None),
        Effect::Message(MessageEffect::Replace(flaw)) => ("replace", None, Some(flaw)),
        Effect::Decision(Fate::Decline) => ("decline", None, None),
        Effect::Decision(Fate::StayProcessing(by)) => ("stay_processing", Some(by), None),
        Effect::Decision(Fate::DebitLate(by)) => ("debit_late", Some(by), None),
        Effect::Decision(Fate::Hide(by)) => ("hide", Some(by), None),
        Effect::Decision(Fate::Underpay) => ("underpay", None, None),
        Effect::Decision(Fate::NeverSettle) => ("never_settle", None, None),
        Effect::Decision(Fate::ReturnUnsettled) => ("return_unsettled", None, None),
        Effect::Decision(Fate::FalseFailure(after)) => ("false_failure", Some(after), None),
        Effect::Decision(Fate::IgnoreClose(after)) => ("ignore_close", Some(after), None),
        Effect::File(FileEffect::Late(by)) => ("file_late", Some(by), None),
        Effect::File(FileEffect::Absent) => ("file_absent", None, None),
        Effect::File(FileEffect::Truncated) => ("file_truncated", None, None),
        Effect::Row(RowEffect::Missing) => ("row_missing", None, None),
        Effect::Row(RowEffect::Doubled) => ("row_doubled", None, None),
        Effect::Row(RowEffect::OtherAmount) => ("row_other_amount", None, None),
        Effect::Row(RowEffect::OtherUnit) => ("row_other_unit", None, None),
        Effect::Row(RowEffect::OtherSign) => ("row_other_sign", None, None),
        Effect::Row(RowEffect::OtherStatus) => ("row_other_status", None, None),
        Effect::Row(RowEffect::NextDate) => ("row_next_date", None, None),
        Effect::Row(RowEffect::NeverListed) => ("row_never_listed", None, None),
        Effect::Write(WriteEffect::Fail) => ("write_fail", None, None),
        Effect::Write(WriteEffect::CommitUnknown) => ("write_commit_unknown", None, None),
        Effect::Process(ProcessEffect::CrashBefore(by)) => ("crash_before", Some(by), None),
        Effect::Process(ProcessEffect::CrashAfter(by)) => ("crash_after", Some(by), None),
        Effect::Process(ProcessEffect::Pause(by)) => ("pause", Some(by), None),
        Effect::Intrude(flaw, after) => ("intrude", Some(after), Some(flaw)),
    }
}
