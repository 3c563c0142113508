//! What happened, in the past tense. The parties state facts; invariants, measures, digests and reports read them.
//!
//! A fact is small and `Copy`. Every fact that changes a state carries its cause, and its evidence where money depends on it.

use crate::kernel::Micros;
use crate::payments::cases::Reason;
use crate::payments::grounds::{Cause, Evidence, Found, GaveUp, Why};
use crate::payments::message::Message;
use crate::payments::money::Money;
use crate::payments::party::{Hop, Process};
use crate::payments::site::Place;
use crate::payments::weather::{Effect, Flaw, ProcessEffect};

/// Something that happened to an order.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fact {
    /// When.
    pub at: Micros,
    /// To which order, from 0.
    pub order: u32,
    /// What.
    pub what: What,
}

/// The number of an attempt on a hop: its position in the upstream's table, from 0. A request, its record at the
/// downstream, and every message about it carry the number.
pub type Number = u8;

/// What happened. `number` is the attempt's, `nth` a message's or a choice's occurrence, from 0; the rest is named after its type.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the variants' fields are explained above, once")]
pub enum What {
    /// The customer pays: the merchant creates its order.
    Created { number: Number, amount: Money },
    /// The customer, left without goods, pays again.
    PaidAgain { number: Number },
    /// A message left; `effect` struck it, if any. `nth` is its occurrence, from 0.
    Sent { hop: Hop, message: Message, number: Number, nth: u16, tells: Tells, effect: Option<Effect>, arrives: Micros },
    /// A message arrived.
    Received { hop: Hop, message: Message, number: Number, nth: u16, tells: Tells, flaw: Flaw },
    /// Somebody who pretends to be the downstream sent a notification: it arrives.
    Intruded { hop: Hop, number: Number, nth: u16, tells: Tells, flaw: Flaw },
    /// An arrived message, or a telling, changed nothing.
    Ignored { hop: Hop, message: Message, number: Number, why: Why },
    /// The upstream stopped waiting: the attempt is unknown.
    GaveUp { hop: Hop, number: Number, purpose: Purpose, why: GaveUp },
    /// The caller has no answer and will ask again by itself, with an idempotency key or without.
    WillAskAgain { hop: Hop, number: Number, after: Micros, keyed: bool },
    /// The upstream's order moved: the merchant order on the outer hop, the channel order on the inner one.
    AttemptMoved {
        hop: Hop,
        number: Number,
        purpose: Purpose,
        amount: Money,
        from: State,
        to: State,
        cause: Cause,
        evidence: Evidence,
        flaw: Flaw,
    },
    /// The downstream's order moved: the payment order on the outer hop, the bank's record on the inner one.
    RecordMoved { hop: Hop, number: Number, purpose: Purpose, from: State, to: State, cause: Cause },
    /// The downstream's decision was struck by a fault.
    Fated { hop: Hop, number: Number, purpose: Purpose, nth: u16, effect: Effect },
    /// A durable write was struck by a fault.
    WriteStruck { hop: Hop, place: Place, number: Number, purpose: Purpose, nth: u16, effect: Effect },
    /// A posting in a book.
    Posted { book: Book, debit: Account, credit: Account, amount: Money, credited: Money, number: Number },
    /// The merchant delivered the goods.
    Fulfilled { number: Number },
    /// An unknown order was put into the upstream's dropped-order table.
    Tabled { hop: Hop, number: Number },
    /// It was taken out again.
    Untabled { hop: Hop, number: Number },
    /// All queries are used up.
    Exhausted { hop: Hop, number: Number, queries: u16 },
    /// The settlement file of business date `date` was read for this order; its record may have been struck.
    FileRead { hop: Hop, number: Number, date: u16, found: Found, struck: Option<(u16, Effect)> },
    /// The settlement file of `date` is defective; it was used all the same, or not.
    FileStruck { hop: Hop, date: u16, nth: u16, effect: Effect, used: bool },
    /// The scan found an update that was not made: a channel order has its outcome and its payment order does not, or an
    /// outcome that was told is not in the order.
    ScanFound { hop: Hop, number: Number },
    /// An update that was not made was put into the internal dropped-order table.
    Owed { hop: Hop, number: Number },
    /// It was made, and its row deleted.
    Mended { hop: Hop, number: Number },
    /// A worker took a lease of that row; `token` fences off those who had it before.
    Leased { hop: Hop, number: Number, token: u16, until: Micros },
    /// A worker whose lease was over is refused.
    Fenced { hop: Hop, number: Number, token: u16 },
    /// The coordinator of a distributed transaction wrote into its log.
    Logged { number: Number, branch: u8, phase: Phase },
    /// A payment order's row is locked by a transaction.
    Locked { number: Number },
    /// It is free again.
    Unlocked { number: Number },
    /// Work on it has to wait until then.
    Blocked { number: Number },
    /// A process stopped at a step; `hop`, `place` and `nth` name the step.
    Halted { process: Process, hop: Hop, place: Place, nth: u16, effect: ProcessEffect, until: Micros },
    /// Another order's step stopped a process that works on this one, too.
    HaltedElsewhere { process: Process, until: Micros },
    /// A process is there again, with what it had written.
    Restarted { process: Process },
    /// The merchant does not ask for a refund of more than is left of what was paid.
    RefundWithheld { number: Number },
    /// The bank's line was full.
    TurnedAway { message: Message, number: Number },
    /// A message waits in the bank's line.
    Queued { message: Message, number: Number, until: Micros },
    /// A notification waits in the endpoint's line, behind others.
    StandsInLine { hop: Hop, number: Number },
    /// No scan will see that an update was not made: its replica is too far behind for its window.
    ScanMisses { hop: Hop, number: Number },
    /// A message came to a process that was not there.
    Missed { hop: Hop, message: Message, number: Number, nth: u16 },
    /// A refund was answered with what became of an earlier one, whose key it carries; `same` if they are alike.
    TakenForAnother { hop: Hop, number: Number, first: Number, same: bool },
    /// Another amount was paid than was asked for: it cannot be taken.
    PaidOtherwise { hop: Hop, number: Number, asked: Money, paid: Money },
    /// A case was put before a person.
    PutBeforeAPerson { hop: Hop, number: Number, reason: Reason },
    /// All books agree about this order and nothing in flight can change that.
    Agreed,
    /// They do not agree any more.
    Disagreed,
}

/// What a message says about an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[repr(u8)]
pub enum Tells {
    /// Nothing: a request, a query, an acknowledgement.
    #[default]
    Nothing,
    /// It succeeded.
    Success,
    /// It failed.
    Failure,
    /// It is closed.
    Closed,
    /// It is being processed.
    Processing,
    /// There is no such order.
    NotFound,
    /// A system error.
    Error,
    /// Too many requests.
    RateLimited,
    /// The number is refused: it was used before.
    NumberRefused,
    /// Within the platform: reserve, prepare.
    Try,
    /// Within the platform: make it so.
    Confirm,
    /// Undo it: a close that cancels, or within the platform.
    Cancel,
}

/// How far a distributed transaction is, in its coordinator's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[repr(u8)]
pub enum Phase {
    /// There is none.
    #[default]
    None,
    /// Reserving, preparing: nothing is decided.
    Trying,
    /// Decided: it shall be done.
    Confirming,
    /// Decided: it shall be undone.
    Cancelling,
    /// Done.
    Done,
}

/// What an attempt is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[repr(u8)]
pub enum Purpose {
    /// To be paid.
    #[default]
    Payment,
    /// To give back.
    Refund,
}

/// The state of an order, attempt or record. *Unknown is not failed.*
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[repr(u8)]
pub enum State {
    /// There is none (yet).
    #[default]
    None,
    /// Under way: the upstream waits, the downstream works.
    Pending,
    /// The upstream stopped waiting without a definite answer.
    Unknown,
    /// Paid (or refunded, for a refund). Final.
    Succeeded,
    /// Failed; a later attempt, or a late success, may still change that.
    Failed,
    /// Closed by agreement.
    Closed,
    /// Debited, then given back by a reversal.
    Reversed,
}

impl State {
    /// In a word.
    pub const fn name(self) -> &'static str {
        match self {
            State::None => "none",
            State::Pending => "pending",
            State::Unknown => "unknown",
            State::Succeeded => "succeeded",
            State::Failed => "failed",
            State::Closed => "closed",
            State::Reversed => "reversed",
        }
    }
}

/// Whose book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Book {
    /// The bank's.
    Bank,
    /// The platform's.
    Platform,
}

/// An account in a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Account {
    /// Bank: the customer's money.
    Customer,
    /// Bank: what is owed to the platform.
    Settlement,
    /// Bank or platform: what belongs nowhere yet.
    Suspense,
    /// Platform: what the bank owes.
    ReceivableFromBank,
    /// Platform: what is owed to the merchant.
    PayableToMerchant,
    /// Platform: refunds on their way.
    RefundClearing,
    /// Platform: reserved by a transaction's first phase.
    Frozen,
    /// Platform: money that has moved with a settlement.
    Cash,
}
