//! What the parties are configured with: every mechanism on each hop, with its parameters.
//!
//! Built by the scenario, complete and checked; read by the parties. Must not know where it came from.

use crate::kernel::{Calendar, Distribution, Micros};
use crate::payments::money::{Currency, Money};
use crate::payments::rules::Rules;

/// The whole configuration of a world.
#[derive(Clone, Debug)]
pub struct Model {
    /// Both hops, by [`Hop`](crate::payments::party::Hop).
    pub hops: [HopModel; 2],
    /// What stands between them.
    pub platform: Platform,
    /// What the bank can take.
    pub capacity: Option<Capacity>,
    /// Who buys.
    pub customer: Customer,
    /// What the merchant gives back.
    pub returns: Vec<Return>,
    /// Business days.
    pub calendar: Calendar,
    /// The currency of every order.
    pub currency: Currency,
    /// How long after max(end of storm, creation) an order must agree, by default T+4 business days.
    pub deadline: Deadline,
}

/// How long after the end of the storm everything must agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deadline {
    /// So long.
    After(Micros),
    /// So many business days.
    BusinessDays(u32),
}

/// One hop: its link, what the upstream does to find out, what the downstream does to tell.
#[derive(Clone, Debug)]
pub struct HopModel {
    /// How long a message travels.
    pub latency: Distribution,
    /// No message is later than this; what the certificate of "not found" waits for.
    pub late_max: Micros,
    /// How long the downstream takes to decide. On the outer hop the platform decides when the bank has.
    pub processing: Distribution,
    /// When the upstream stops waiting.
    pub timeout: Timeout,
    /// A request is refused by the downstream's clock from so long after the order was created.
    pub valid_for: Micros,
    /// Pushes from the downstream.
    pub notification: Option<Notification>,
    /// Queries from the upstream.
    pub polling: Option<Polling>,
    /// Closes from the upstream.
    pub reversal: Option<Reversal>,
    /// The settlement file.
    pub reconciliation: Option<Reconciliation>,
    /// What the downstream does with a number that it has seen.
    pub repeated_number: RepeatedNumber,
    /// The downstream knows a request that comes again by its idempotency key, and keeps keys for so long; `None`: it knows
    /// numbers only.
    pub keys: Option<Micros>,
    /// The caller asks again by itself.
    pub retry: Option<Retry>,
    /// Time between the upstream's reading of an order and its writing of what it was told.
    pub update: Micros,
    /// The downstream answers queries from a replica that is so far behind.
    pub replica_lag: Micros,
    /// What mends the upstream's internal drops.
    pub compensation: Option<Compensation>,
    /// How long after a refund without an answer it is asked for again; then twice as long each time, up to 64 times.
    pub refund_retry: Micros,
    /// Cases that no rule can settle are put before a person.
    pub manual_queue: bool,
    /// The safety rules.
    pub rules: Rules,
}

/// When the upstream stops waiting for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeout {
    /// For the connection: what is given up here was surely not sent.
    pub connect: Micros,
    /// For the answer; `None` waits for ever: a hung worker.
    pub read: Option<Micros>,
}

/// A caller that asks again, within its call, when no answer came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    /// At most so often.
    pub max: u16,
    /// So long after it had stopped waiting, twice as long each time, up to 64 times.
    pub gap: Micros,
    /// At most so many a second, over all orders (couples them).
    pub budget: Option<u32>,
}

/// The downstream pushes the outcome until it is acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// The time before each send: the first after the outcome, each next one after the send before it.
    pub gaps: Vec<Micros>,
    /// Outcomes other than success are pushed, too.
    pub failures: bool,
    /// How old a notification may be for the upstream (its time window).
    pub tolerance: Micros,
    /// How the endpoint's notifications stand in line.
    pub queue: NotificationQueue,
    /// How long the sender waits for an acknowledgement: so long the last send keeps its place in the line.
    pub ack_timeout: Micros,
    /// After so many sends without an acknowledgement it leaves the line and goes on alone.
    pub dead_letter: Option<u16>,
}

/// How notifications to one endpoint stand in line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotificationQueue {
    /// Each on its own.
    PerEvent,
    /// First in, first out per endpoint: one that fails holds up all behind it.
    FirstInFirstOut,
}

/// A job queries unknown orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Polling {
    /// The time before each query: the first after the order became unknown; the last one repeats.
    pub plan: Vec<Micros>,
    /// At most so many queries.
    pub max: u16,
    /// At most so many queries a second, over all orders (couples them).
    pub rate_limit: Option<u32>,
    /// The job runs this often and takes at most so many orders a run (couples them).
    pub batch: Option<Batch>,
}

/// A job that takes a limited number of rows at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Time between two runs.
    pub every: Micros,
    /// Rows a run.
    pub size: u32,
}

/// After an unknown: close, cancel or reverse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reversal {
    /// What is asked for.
    pub kind: ReversalKind,
    /// After so many queries without a definite answer.
    pub after_unknowns: u16,
    /// Not before the attempt is this old.
    pub min_age: Micros,
    /// Sent again so long after it was left unanswered, then twice as long each time, up to 64 times.
    pub retry: Micros,
}

/// What a reversal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReversalKind {
    /// Close what is not paid; what is paid stays paid.
    Close,
    /// Close what is not paid, give back what is.
    Cancel,
}

/// The settlement file of each business date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reconciliation {
    /// When the publisher's business date ends, as a time of day.
    pub cut_off: Micros,
    /// When the file can be fetched on the next day, as a time of day.
    pub file_at: Micros,
    /// In how many files an order is looked for before it is taken for absent.
    pub wait_files: u16,
}

/// What the downstream does with a request under a number that it has seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RepeatedNumber {
    /// Refuses it.
    Refuse,
    /// Answers as it answered before.
    SameAnswer,
    /// Charges again.
    ChargeAgain,
}

/// The platform's own choices.
#[derive(Clone, Debug)]
pub struct Platform {
    /// Payment order : channel order.
    pub order_model: OrderModel,
    /// How the channel-order and the payment-order table change together.
    pub tables: Tables,
    /// The call from the channel-order side to the payment-order side, where there is one.
    pub handover: Handover,
    /// What makes both tables change together, instead of compensation.
    pub transaction: Option<Transaction>,
}

/// A call within the platform.
#[derive(Clone, Debug)]
pub struct Handover {
    /// How long it travels, each way.
    pub latency: Distribution,
    /// When the caller stops waiting.
    pub timeout: Micros,
}

/// A distributed transaction over the channel-order and the payment-order table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Transaction {
    /// By which protocol.
    pub kind: TransactionKind,
    /// So long after a step that failed, or was not answered, it is done again.
    pub retry: Micros,
    /// The outbox's relay runs this often.
    pub relay: Micros,
    /// The saga tries its second step so often before it undoes the first one.
    pub attempts: u16,
    /// A prepared row waits so long for the coordinator's word, if it decides by itself after that.
    pub lock_timeout: Micros,
}

/// The protocol of a distributed transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TransactionKind {
    /// Prepare both rows under locks, log the decision, commit both.
    TwoPhaseCommit,
    /// Try (reserve), then confirm or cancel.
    Tcc,
    /// One step after the other; what cannot be finished is undone.
    Saga,
    /// The update stands in an outbox table, and a relay delivers it at least once.
    Outbox,
}

impl TransactionKind {
    /// Its name in a scenario, and among the mechanisms.
    pub const fn name(self) -> &'static str {
        match self {
            TransactionKind::TwoPhaseCommit => "two_phase_commit",
            TransactionKind::Tcc => "tcc",
            TransactionKind::Saga => "saga",
            TransactionKind::Outbox => "outbox",
        }
    }
}

/// Payment order : channel order, when a customer pays again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderModel {
    /// Each attempt has a channel order and number of its own.
    OneToMany,
    /// One channel order for ever: the retry goes out under the same number.
    OneToOne,
    /// The channel order's row is overwritten with a new number; the old attempt's record is lost.
    Overwrite,
    /// The platform takes one attempt; the merchant must make a new order with a new number.
    MerchantNewNumber,
}

/// How the platform's two tables are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tables {
    /// One commit.
    SameDatabase,
    /// Two commits, one after the other.
    TwoDatabases,
    /// Two applications: the second commit is behind a call that can be lost.
    TwoApplications,
}

/// What finishes updates that were not made: a failed update is recorded in an internal dropped-order table; a scan finds
/// those that even that record missed; a worker finishes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compensation {
    /// Time between two scans; they run on its multiples. `None`: there is none.
    pub scan: Option<Micros>,
    /// A scan looks at what has changed within so long before it.
    pub window: Micros,
    /// The scan reads a replica that is so far behind.
    pub replica_lag: Micros,
    /// Time between two runs of the worker, on its multiples.
    pub worker: Micros,
    /// At most so many rows a run (couples orders).
    pub batch: Option<u32>,
    /// The worker holds a row for so long; then another may take it.
    pub lease: Micros,
    /// How long finishing an update takes it.
    pub call: Micros,
    /// A row that was taken so often without success is a dead letter: a case for a person.
    pub attempts: u16,
}

/// What the bank can take: requests, queries and closes wait in one line for one counter (couples orders).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Capacity {
    /// So many a second.
    pub rate: u32,
    /// So many may wait; what comes beyond them is turned away.
    pub queue: u32,
}

/// Who buys.
#[derive(Clone, Debug)]
pub struct Customer {
    /// The odds, of 2^32, that a customer left without goods pays again.
    pub pays_again_odds: u64,
    /// After waiting so long.
    pub pays_again_after: Micros,
    /// At most so often.
    pub pays_again_at_most: u16,
}

/// The merchant gives back part of a paid order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Return {
    /// The odds, of 2^32, that a paid order is refunded.
    pub odds: u64,
    /// So long after it was paid.
    pub after: Micros,
    /// How much of the order's amount, in millionths.
    pub share_millionths: u32,
}

/// One customer's purchase: what a run is fed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Purchase {
    /// When the customer pays for the first time.
    pub at: Micros,
    /// How much.
    pub amount: Money,
}
