//! What happened, in the past tense. The parties state facts; invariants, measures, digests and reports read them.
//!
//! A fact is small and `Copy`. Every fact that changes a state carries its cause, and its evidence where money depends on it.

use crate::kernel::Micros;
use crate::payments::cases::Reason;
use crate::payments::money::Money;
use crate::payments::site::{Hop, Message, Place, Process};
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
    Fated { hop: Hop, number: Number, nth: u16, effect: Effect },
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

/// Why a state changed: the closed set of mechanisms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Cause {
    /// A request was made.
    Request,
    /// The downstream decided.
    Decision,
    /// The synchronous answer.
    Answer,
    /// The synchronous answer, after the upstream had stopped waiting.
    LateAnswer,
    /// A notification.
    Notification,
    /// A notification of what was known already.
    DuplicateNotification,
    /// A query's answer.
    Polling,
    /// The settlement file, or a query that it gave rise to.
    Reconciliation,
    /// The scan and its worker.
    Compensation,
    /// A distributed transaction.
    Transaction,
    /// A restart after a crash.
    Restart,
    /// A close, cancel or reversal.
    Reversal,
    /// A refund.
    Refund,
    /// A person.
    Manual,
    /// A timeout.
    Timeout,
    /// The order's validity is over.
    Expiry,
}

impl Cause {
    /// The name in results: `late_answer`.
    pub const fn name(self) -> &'static str {
        match self {
            Cause::Request => "request",
            Cause::Decision => "decision",
            Cause::Answer => "answer",
            Cause::LateAnswer => "late_answer",
            Cause::Notification => "notification",
            Cause::DuplicateNotification => "duplicate_notification",
            Cause::Polling => "polling",
            Cause::Reconciliation => "reconciliation",
            Cause::Compensation => "compensation",
            Cause::Transaction => "transaction",
            Cause::Restart => "restart",
            Cause::Reversal => "reversal",
            Cause::Refund => "refund",
            Cause::Manual => "manual",
            Cause::Timeout => "timeout",
            Cause::Expiry => "expiry",
        }
    }

    /// All causes, in the order of their numbers.
    pub const ALL: [Cause; 16] = [
        Cause::Request,
        Cause::Decision,
        Cause::Answer,
        Cause::LateAnswer,
        Cause::Notification,
        Cause::DuplicateNotification,
        Cause::Polling,
        Cause::Reconciliation,
        Cause::Compensation,
        Cause::Transaction,
        Cause::Restart,
        Cause::Reversal,
        Cause::Refund,
        Cause::Manual,
        Cause::Timeout,
        Cause::Expiry,
    ];

    /// Those that can recover a dropped order.
    pub const MECHANISMS: [Cause; 11] = [
        Cause::LateAnswer,
        Cause::Notification,
        Cause::Polling,
        Cause::Reconciliation,
        Cause::Compensation,
        Cause::Transaction,
        Cause::Restart,
        Cause::DuplicateNotification,
        Cause::Reversal,
        Cause::Refund,
        Cause::Manual,
    ];
}

/// What a move to Succeeded or Failed rests on. Silence is never evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Evidence {
    /// Nothing.
    None,
    /// A move that needs none.
    NotNeeded,
    /// A signed synchronous answer.
    SignedAnswer,
    /// A verified notification.
    VerifiedNotification,
    /// A signed answer to a query.
    SignedQueryAnswer,
    /// A record of a settlement file.
    FileRow,
    /// The downstream's explicit failure.
    ExplicitFailure,
    /// An acknowledged close.
    CloseAcknowledged,
    /// The validity is over and a later query found it not paid.
    ExpiredNotPaid,
    /// The connection was refused: it was surely not sent.
    NeverSent,
    /// The upstream's own channel order (for the payment order).
    ChannelOrder,
}

/// Why a message changed nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Why {
    /// Known already.
    Duplicate,
    /// Its signature is bad.
    BadSignature,
    /// Amount, order, merchant or currency differ.
    OtherContent,
    /// Outside the time window.
    Stale,
    /// Not for any number in the table.
    UnknownNumber,
    /// It came after the request's validity, or after a close.
    TooLate,
    /// An error, or nothing definite.
    Indefinite,
    /// The order has failed or was closed, and the strategy does not look back.
    AlreadyFailed,
    /// The order has succeeded: a non-success never overwrites it.
    AlreadySucceeded,
    /// The process that had the connection is gone.
    ConnectionLost,
    /// The row is in a transaction whose outcome is open.
    InDoubt,
    /// The row changed after it was read.
    Changed,
    /// Its idempotency key says that it is the same call once more.
    SameCall,
    /// The order was cancelled, and this may be older.
    Cancelled,
    /// It is about a branch that is over.
    OldBranch,
    /// It is about an outcome that is not the present one any more.
    Outdated,
    /// More would be given back than there is.
    NothingLeft,
    /// That branch of the transaction was cancelled, confirmed or never tried.
    FencedOff,
    /// Its idempotency key was used before, for another content.
    KeyOfAnother,
    /// It is how an earlier try ended, and a later one may still be executed.
    EarlierTry,
}

/// Why the upstream stopped waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum GaveUp {
    /// The read timeout.
    ReadTimeout,
    /// The connection could not be made.
    NotConnected,
    /// The answer was *processing*.
    Processing,
    /// The answer was an error.
    Error,
    /// The answer was there, its update failed: an internal drop.
    UpdateFailed,
    /// The answer was there, but the outer call had run out of its budget and took the update with it: an internal drop.
    CallerGone,
    /// The process that waited has crashed.
    Crashed,
    /// The process had the answer and crashed before its update: an internal drop.
    CrashedBeforeUpdate,
    /// The transaction that should have made the update was aborted: an internal drop.
    Aborted,
}

/// What a file says about an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Found {
    /// Both sides have it.
    Matched,
    /// The file has it, the upstream does not count it as succeeded (长款).
    ChannelOnly,
    /// The upstream has it, the file does not (短款).
    PlatformOnly,
    /// The upstream does not know, and the file does not have it.
    Absent,
    /// Another amount, unit or sign.
    Amount,
    /// Another status.
    Status,
    /// Listed twice.
    Doubled,
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
