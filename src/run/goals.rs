//! Goals: what a scenario may require to have happened, so that a pass cannot be empty. Checked by the run.

use crate::payments::fact::{Fact, Purpose, State, Tells, What};
use crate::payments::grounds::{Cause, Found, GaveUp, Why};
use crate::payments::message::Message;
use crate::payments::party::Hop;
use crate::payments::weather::{Effect, Fate, Flaw, MessageEffect, ProcessEffect};
use crate::run::measure::Measure;
use crate::scenario::KnownGoal;

/// A goal: its name, what must have happened, and how that is seen.
#[derive(Clone, Copy)]
pub struct Goal {
    /// The name in a scenario's `goals`.
    pub name: &'static str,
    /// What must have happened to at least one order.
    pub about: &'static str,
    /// How it is seen.
    pub seen: Seen,
    /// One of these mechanisms must be there on a hop for it to be reached; none where it can be without any.
    pub needs: &'static [&'static str],
}

/// Is it this fact?
pub type InFact = fn(&Fact) -> bool;

/// Did this order reach it?
pub type AtTheEnd = fn(&Measure) -> bool;

/// How a goal is seen.
#[derive(Clone, Copy)]
pub enum Seen {
    /// In a fact.
    Fact(InFact),
    /// In the measure of an order that was dropped, at its end.
    Dropped(AtTheEnd),
}

macro_rules! recovered_by {
    ($cause:ident, $name:literal$(, needs $($mechanism:ident)|+)?) => {
        Goal {
            name: concat!("recovered-by-", $name),
            about: concat!("a dropped order was recovered by ", $name),
            seen: Seen::Dropped(|measure| measure.recovered() == Some(Cause::$cause)),
            needs: &[$($(stringify!($mechanism)),+)?],
        }
    };
}

macro_rules! fact {
    ($name:literal, $about:literal, $pattern:pat $(, needs $($mechanism:ident)|+)?) => {
        Goal {
            name: $name,
            about: $about,
            seen: Seen::Fact(|fact| matches!(fact.what, $pattern)),
            needs: &[$($(stringify!($mechanism)),+)?],
        }
    };
}

/// Every goal there is.
pub const ALL: &[Goal] = &[
    fact!("paid", "a merchant order is paid", What::Fulfilled { .. }),
    fact!("declined", "the bank declined", What::RecordMoved { hop: Hop::PlatformBank, to: State::Failed, .. }),
    fact!("timed-out", "a read timeout struck", What::GaveUp { why: GaveUp::ReadTimeout, .. }),
    fact!("processing", "an answer said processing", What::GaveUp { why: GaveUp::Processing, .. }),
    fact!("lost", "a message was lost", What::Sent { effect: Some(Effect::Message(MessageEffect::Drop)), .. }),
    Goal {
        name: "dropped",
        about: "an order was dropped",
        seen: Seen::Dropped(|measure| measure.dropped().is_some()),
        needs: &[],
    },
    recovered_by!(LateAnswer, "late-answer"),
    recovered_by!(Notification, "notification", needs notification),
    recovered_by!(Polling, "polling", needs polling),
    recovered_by!(Reconciliation, "reconciliation", needs reconciliation),
    recovered_by!(Compensation, "compensation", needs compensation),
    recovered_by!(Transaction, "transaction", needs two_phase_commit | tcc | saga | outbox),
    recovered_by!(Restart, "restart"),
    recovered_by!(DuplicateNotification, "duplicate-notification", needs notification),
    recovered_by!(Reversal, "reversal"),
    recovered_by!(Refund, "refund"),
    fact!("polls-exhausted", "all queries of an order were used up", What::Exhausted { .. }, needs polling),
    fact!(
        "not-found",
        "a query was answered with not found",
        What::Received { message: Message::QueryAnswer, tells: Tells::NotFound, .. },
        needs polling | reversal | reconciliation
    ),
    fact!("duplicate-ignored", "an outcome told again changed nothing", What::Ignored { why: Why::Duplicate, .. }),
    fact!("forgery-refused", "a message with a bad signature was refused", What::Ignored { why: Why::BadSignature, .. }),
    fact!(
        "content-refused",
        "a message with another amount or order was refused",
        What::Ignored { why: Why::OtherContent, .. }
    ),
    fact!("underpaid", "less was paid than was asked for", What::Fated { effect: Effect::Decision(Fate::Underpay), .. }),
    fact!("paid-otherwise", "it was seen that another amount was paid", What::PaidOtherwise { .. }),
    fact!("stale-refused", "a message outside the time window was refused", What::Ignored { why: Why::Stale, .. }),
    fact!("late-refused", "a request after its close or expiry was refused", What::Ignored { why: Why::TooLate, .. }),
    fact!("late-success-ignored", "a success after a failure was ignored", What::Ignored { why: Why::AlreadyFailed, .. }),
    fact!("number-refused", "a repeated number was refused", What::Received { tells: Tells::NumberRefused, .. }),
    fact!("paid-again", "a customer paid again", What::PaidAgain { .. }),
    fact!(
        "retried",
        "a payment order got a second channel order",
        What::AttemptMoved { hop: Hop::PlatformBank, from: State::None, number: 1.., purpose: Purpose::Payment, .. }
    ),
    fact!("closed", "an order was closed", What::AttemptMoved { to: State::Closed, .. }),
    fact!("reversed", "a debit was reversed", What::RecordMoved { to: State::Reversed, .. }),
    fact!(
        "refunded",
        "a refund went through at the bank",
        What::RecordMoved { hop: Hop::PlatformBank, purpose: Purpose::Refund, to: State::Succeeded, .. }
    ),
    fact!("matched-by-file", "a file's record matched", What::FileRead { found: Found::Matched, .. }, needs reconciliation),
    fact!("channel-only", "a file showed a success unknown here", What::FileRead { found: Found::ChannelOnly, .. }, needs reconciliation),
    fact!("platform-only", "a success here was missing in a file", What::FileRead { found: Found::PlatformOnly, .. }, needs reconciliation),
    fact!("absent", "an unknown order was absent from a file", What::FileRead { found: Found::Absent, .. }, needs reconciliation),
    fact!("file-refused", "a defective file was not used", What::FileStruck { used: false, .. }, needs reconciliation),
    fact!("update-failed", "a durable write failed", What::WriteStruck { .. }),
    fact!("scan-found", "the scan found an internal drop", What::ScanFound { .. }, needs compensation),
    fact!("recorded", "a failed update was put into the internal dropped-order table", What::Owed { .. }, needs compensation),
    fact!("mended", "a worker finished an update and deleted its row", What::Mended { .. }, needs compensation),
    fact!("fenced", "a worker with an old lease was refused", What::Fenced { .. }, needs compensation),
    fact!("fenced-off", "a call of a branch that was over was refused", What::Ignored { why: Why::FencedOff, .. }, needs two_phase_commit | tcc | saga),
    fact!("locked", "a payment order was locked by a transaction", What::Locked { .. }, needs two_phase_commit),
    fact!("blocked", "work had to wait for a lock", What::Blocked { .. }, needs two_phase_commit),
    fact!("aborted", "a transaction was aborted", What::GaveUp { why: GaveUp::Aborted, .. }, needs two_phase_commit | tcc | saga),
    fact!("handed-over", "the platform's two sides called each other", What::Sent { message: Message::Handover, .. }),
    fact!(
        "crashed",
        "a process crashed",
        What::Halted { effect: ProcessEffect::CrashBefore(_) | ProcessEffect::CrashAfter(_), .. }
    ),
    fact!("paused", "a process paused", What::Halted { effect: ProcessEffect::Pause(_), .. }),
    fact!("restarted", "a process came back", What::Restarted { .. }),
    fact!("missed", "a message came to a process that was not there", What::Missed { .. }),
    fact!("queued", "a message waited in the bank's line", What::Queued { .. }),
    fact!("stood-in-line", "a notification waited behind others", What::StandsInLine { .. }, needs notification),
    fact!("scan-misses", "no scan could see an update that was not made", What::ScanMisses { .. }, needs compensation),
    fact!("asked-again", "a caller asked again by itself", What::WillAskAgain { .. }, needs retry),
    fact!("same-call", "a call that came again was known by its key", What::Ignored { why: Why::SameCall, .. }),
    fact!("taken-for-another", "a refund was taken for another one by its key", What::TakenForAnother { .. }),
    fact!("turned-away", "the bank's line was full", What::TurnedAway { .. }),
    fact!(
        "changed-meanwhile",
        "a row had changed since it was read, and was left alone",
        What::Ignored { why: Why::Changed, .. }
    ),
    fact!("success-kept", "a success was not overwritten", What::Ignored { why: Why::AlreadySucceeded, .. }),
    fact!(
        "refund-refused",
        "a refund of more than was left was refused",
        What::Ignored { why: Why::NothingLeft, .. } | What::RefundWithheld { .. }
    ),
    fact!(
        "unknown-number",
        "a message about a number in no table was ignored",
        What::Ignored { why: Why::UnknownNumber, .. }
    ),
    fact!("envelope-received", "an envelope of success around no success came", What::Received { flaw: Flaw::Envelope, .. }),
    fact!("manual", "a case was put before a person", What::PutBeforeAPerson { .. }),
];

/// All of them, as a scenario is to know them.
pub fn known() -> Vec<KnownGoal<'static>> {
    ALL.iter().map(|goal| KnownGoal { name: goal.name, needs: goal.needs }).collect()
}

/// The goal called `name`.
pub fn find(name: &str) -> Option<usize> {
    ALL.iter().position(|goal| goal.name == name)
}
