//! On what grounds: why a state changed, what that rests on, and why something was left alone or given up.
//!
//! Stated in facts by the parties; named and explained by reports. Must not know who decides so.

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
