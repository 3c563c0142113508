//! A fact as two words, for digests: equal facts have equal words on every machine. Called by the run for every fact, so
//! it packs small fields side by side and looks into an effect only when there is one.

use crate::payments::event::{Event, Kind};
use crate::payments::fact::{Fact, Number, Tells, What};
use crate::payments::message::Message;
use crate::payments::party::Hop;
use crate::payments::weather::{Effect, Fate, FileEffect, Flaw, MessageEffect, ProcessEffect, RowEffect};

/// Packs small numbers, eight bits each, the first one lowest.
macro_rules! pack {
    ($($field:expr),* $(,)?) => {{
        let mut word = 0u64;
        let mut shift = 0u32;
        $(
            word |= u64::from($field as u8) << shift;
            shift += 8;
        )*
        let _ = shift;
        word
    }};
}

impl Fact {
    /// Two words that stand for this fact (the order's number apart).
    #[inline(always)]
    pub fn words(&self) -> [u64; 2] {
        let (tag, small, large) = match self.what {
            What::Created { number, amount } => (0, pack!(number), amount as u64),
            What::PaidAgain { number } => (1, pack!(number), 0),
            What::Sent { hop, message, number, nth, tells, effect, arrives } => {
                let effect = effect.map_or(0, code_of);
                (2, arrival(hop, message, number, tells, Flaw::None, nth).code(), arrives ^ effect)
            }
            What::Received { hop, message, number, nth, tells, flaw } => {
                (3, arrival(hop, message, number, tells, flaw, nth).code(), 0)
            }
            What::Ignored { hop, message, number, why } => (4, pack!(hop, message, number, why), 0),
            What::GaveUp { hop, number, purpose, why } => (5, pack!(hop, number, purpose, why), 0),
            What::AttemptMoved { hop, number, purpose, amount, from, to, cause, evidence, flaw } => {
                (6, pack!(hop, number, purpose, from, to, cause), (amount as u64) << 16 | pack!(evidence, flaw))
            }
            What::RecordMoved { hop, number, purpose, from, to, cause } => {
                (7, pack!(hop, number, purpose, from, to, cause), 0)
            }
            What::Fated { hop, number, purpose, nth, effect } => {
                (8, pack!(hop, number, purpose) | u64::from(nth) << 32, code_of(effect))
            }
            What::WriteStruck { hop, place, number, purpose, nth, effect } => {
                let site = crate::payments::site::Site::Hop(hop, place).index();
                (
                    9,
                    pack!(hop, number) | u64::from(site) << 16 | u64::from(purpose as u8) << 24 | u64::from(nth) << 32,
                    code_of(effect),
                )
            }
            What::Posted { book, debit, credit, amount, credited, number } => {
                (10, pack!(book, debit, credit, number), (amount as u64) ^ (credited as u64).rotate_left(32))
            }
            What::Fulfilled { number } => (11, pack!(number), 0),
            What::Tabled { hop, number } => (12, pack!(hop, number), 0),
            What::Untabled { hop, number } => (13, pack!(hop, number), 0),
            What::Exhausted { hop, number, queries } => (14, pack!(hop, number) | u64::from(queries) << 16, 0),
            What::FileRead { hop, number, date, found, struck } => {
                let struck = struck.map_or(0, |(nth, effect)| code_of(effect) ^ u64::from(nth));
                (15, pack!(hop, number, found) | u64::from(date) << 32, struck)
            }
            What::FileStruck { hop, date, nth, effect, used } => {
                (16, pack!(hop, used) | u64::from(nth) << 16 | u64::from(date) << 32, code_of(effect))
            }
            What::ScanFound { hop, number } => (17, pack!(number, hop), 0),
            What::PutBeforeAPerson { hop, number, reason } => (18, pack!(hop, number, reason), 0),
            What::Agreed => (19, 0, 0),
            What::Disagreed => (20, 0, 0),
            What::Owed { hop, number } => (21, pack!(hop, number), 0),
            What::Mended { hop, number } => (22, pack!(hop, number), 0),
            What::Leased { hop, number, token, until } => (23, pack!(hop, number) | u64::from(token) << 32, until),
            What::Fenced { hop, number, token } => (24, pack!(hop, number) | u64::from(token) << 32, 0),
            What::Logged { number, branch, phase } => (25, pack!(number, branch, phase), 0),
            What::Locked { number } => (26, pack!(number), 0),
            What::Unlocked { number } => (27, pack!(number), 0),
            What::Blocked { number } => (28, pack!(number), 0),
            What::Halted { process, hop, place, nth, effect, until } => {
                let site = crate::payments::site::Site::Hop(hop, place).index();
                let small = pack!(process, hop) | u64::from(site) << 16 | u64::from(nth) << 32;
                (29, small, code_of(Effect::Process(effect)) ^ until)
            }
            What::HaltedElsewhere { process, until } => (30, pack!(process), until),
            What::Restarted { process } => (31, pack!(process), 0),
            What::TurnedAway { message, number } => (33, pack!(message, number), 0),
            What::Queued { message, number, until } => (35, pack!(message, number), until),
            What::RefundWithheld { number } => (38, pack!(number), 0),
            What::StandsInLine { hop, number } => (36, pack!(hop, number), 0),
            What::ScanMisses { hop, number } => (37, pack!(hop, number), 0),
            What::TakenForAnother { hop, number, first, same } => (40, pack!(hop, number, first, same), 0),
            What::Intruded { hop, number, nth, tells, flaw } => {
                (41, arrival(hop, Message::Notification, number, tells, flaw, nth).code(), 0)
            }
            What::PaidOtherwise { hop, number, asked, paid } => {
                (39, pack!(hop, number), (asked as u64) ^ (paid as u64).rotate_left(32))
            }
            What::WillAskAgain { hop, number, after, keyed } => (34, pack!(hop, number, keyed), after),
            What::Missed { hop, message, number, nth } => (32, pack!(hop, message, number) | u64::from(nth) << 32, 0),
        };
        [self.at << 8 | tag, small ^ large.rotate_left(24)]
    }
}

/// A message's code is that of its arrival, which whoever states the fact has at hand: there is nothing to pack.
#[inline(always)]
const fn arrival(hop: Hop, message: Message, number: Number, tells: Tells, flaw: Flaw, nth: u16) -> Event {
    Event { kind: Kind::arrival(message), hop, number, tells, flaw, branch: 0, nth }
}

/// A number for an effect, never 0.
#[cold]
fn code_of(effect: Effect) -> u64 {
    let (kind, which, size) = match effect {
        Effect::Message(MessageEffect::Drop) => (1u64, 1u64, 0),
        Effect::Message(MessageEffect::Delay(by)) => (1, 2, by),
        Effect::Message(MessageEffect::Copy(after)) => (1, 3, after),
        Effect::Message(MessageEffect::Refuse) => (1, 4, 0),
        Effect::Message(MessageEffect::NoConnection) => (1, 6, 0),
        Effect::Message(MessageEffect::Replace(flaw)) => (1, 5, flaw as u64),
        Effect::Decision(Fate::Decline) => (2, 1, 0),
        Effect::Decision(Fate::StayProcessing(by)) => (2, 2, by),
        Effect::Decision(Fate::DebitLate(by)) => (2, 3, by),
        Effect::Decision(Fate::Hide(by)) => (2, 4, by),
        Effect::Decision(Fate::NeverSettle) => (2, 5, 0),
        Effect::Decision(Fate::ReturnUnsettled) => (2, 6, 0),
        Effect::Decision(Fate::FalseFailure(by)) => (2, 7, by),
        Effect::Decision(Fate::IgnoreClose(by)) => (2, 8, by),
        Effect::Decision(Fate::Underpay) => (2, 9, 0),
        Effect::File(FileEffect::Late(by)) => (3, 1, by),
        Effect::File(FileEffect::Absent) => (3, 2, 0),
        Effect::File(FileEffect::Truncated) => (3, 3, 0),
        Effect::Row(RowEffect::Missing) => (4, 1, 0),
        Effect::Row(RowEffect::Doubled) => (4, 2, 0),
        Effect::Row(RowEffect::OtherAmount) => (4, 3, 0),
        Effect::Row(RowEffect::OtherUnit) => (4, 4, 0),
        Effect::Row(RowEffect::OtherSign) => (4, 5, 0),
        Effect::Row(RowEffect::OtherStatus) => (4, 6, 0),
        Effect::Row(RowEffect::NextDate) => (4, 7, 0),
        Effect::Row(RowEffect::NeverListed) => (4, 8, 0),
        Effect::Write(write) => (5, write as u64 + 1, 0),
        Effect::Intrude(flaw, after) => (6, flaw as u64, after),
        Effect::Process(ProcessEffect::CrashBefore(by)) => (7, 1, by),
        Effect::Process(ProcessEffect::CrashAfter(by)) => (7, 2, by),
        Effect::Process(ProcessEffect::Pause(by)) => (7, 3, by),
    };
    (kind << 60 | which << 52) ^ (size.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 12)
}
