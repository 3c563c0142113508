//! What is scheduled for an order: messages in flight, timers, and jobs' turns. Small and `Copy`. Scheduled and handled
//! by a [`Step`](crate::payments::step::Step) only.

use crate::payments::fact::{Number, Tells};
use crate::payments::message::Message;
use crate::payments::party::Hop;
use crate::payments::weather::Flaw;

/// A scheduled event: eight bytes, in the order in which its code has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(C, align(8))]
pub struct Event {
    /// What is to happen.
    pub kind: Kind,
    /// On which hop.
    pub hop: Hop,
    /// To which number; for a settlement file how often fetching it was tried in vain.
    pub number: Number,
    /// For a message: what it says.
    pub tells: Tells,
    /// For a message: what is wrong with it.
    pub flaw: Flaw,
    /// For a handover the branch of its transaction. For a request its call above [`Event::CALL`], for a close the last call
    /// that it is about, and for what tells of a record the last one that it knows of; for what waits at the bank's counter [`Event::SERVED`], for a query and its answer
    /// [`Event::AFTER_CANCEL`] and [`Event::AFTER_EXPIRY`].
    pub branch: u8,
    /// For a message its occurrence; for a file its business date; for a return its position in the model's list; for a query
    /// or a worker that is due 1 where the job was let through already, else 0; for what a worker finishes its fencing
    /// token; for a process its number; for what is to be written who told it, and above that the state that was read.
    pub nth: u16,
}

/// What is to happen: a message arrives, and the kind is called as it is; or something else. Flat, and numbered as messages
/// are, so that events are compared and coded as they lie in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
#[expect(missing_docs, reason = "messages are explained where they are declared")]
pub enum Kind {
    Request = Message::Request as u8,
    Answer = Message::Answer as u8,
    Notification = Message::Notification as u8,
    Ack = Message::Ack as u8,
    Query = Message::Query as u8,
    QueryAnswer = Message::QueryAnswer as u8,
    Close = Message::Close as u8,
    CloseAnswer = Message::CloseAnswer as u8,
    Refund = Message::Refund as u8,
    RefundAnswer = Message::RefundAnswer as u8,
    Handover = Message::Handover as u8,
    HandoverAnswer = Message::HandoverAnswer as u8,
    /// The customer pays.
    Pay,
    /// The customer may pay again.
    PayAgain,
    /// The sender of a request learns that it could not be sent.
    NotSent,
    /// The upstream stops waiting for the answer.
    ReadTimeout,
    /// The bank decides, `tells` is the outcome; on the outer hop a payment order that was not begun fails.
    Decide,
    /// The next notification is due.
    NotifyDue,
    /// The acknowledgement of the last notification before it leaves the line was waited for long enough.
    AckTimeout,
    /// The next query is due; `nth` 1 where the job has already been let through.
    QueryDue,
    /// The next close is due.
    CloseDue,
    /// A refund without an answer is asked for again.
    RefundDue,
    /// The settlement file can be read; `number` counts the attempts to fetch it.
    FileDue,
    /// The scan comes by.
    ScanDue,
    /// The worker comes by.
    WorkerDue,
    /// The worker finishes an update; `nth` is its fencing token.
    WorkerActs,
    /// The caller asks again by itself.
    RetryDue,
    /// What the upstream was told is written.
    Apply,
    /// The next step of a transaction, or its repetition, is due.
    TransactionDue,
    /// A prepared row has waited long enough.
    LockTimeout,
    /// A process of this order was stopped by another order's step; `nth` is its number.
    Halt,
    /// A process is there again; `nth` is its number.
    Restart,
    /// A process that stood still goes on; `number` is that of what it was doing, `nth` its own.
    Resume,
    /// The bank gives back what it debited and did not settle.
    GiveBack,
    /// The merchant refunds the customer.
    Return,
    /// What nobody has told by now is put before a person.
    PersonDue,
    /// An intruder's notification arrives.
    Intrude,
}

impl Event {
    /// So many bits from the right the number of a request's call begins: a copy is of the same call, and so is what a caller
    /// sends again with its key.
    pub const CALL: u8 = 3;
    /// Calls that are told from one another; those beyond count as the last one.
    pub const MOST_CALLS: u8 = 1 << (u8::BITS as u8 - Event::CALL);
    /// The question was asked after a cancel had been acknowledged, and so the answer is no older.
    pub const AFTER_CANCEL: u8 = 1;
    /// The question was asked when no request could arrive any more.
    pub const AFTER_EXPIRY: u8 = 4;
    /// It has waited for its turn at the bank's counter.
    pub const SERVED: u8 = 2;

    /// The first event of every order.
    pub const PAY: Event = Event::on(Kind::Pay, Hop::MerchantPlatform, 0);

    /// A timer or a job's turn.
    #[inline]
    pub const fn on(kind: Kind, hop: Hop, number: Number) -> Event {
        Event { kind, hop, number, tells: Tells::Nothing, flaw: Flaw::None, nth: 0, branch: 0 }
    }

    /// Is it this timer?
    #[inline]
    pub fn is(&self, kind: Kind, hop: Hop, number: Number) -> bool {
        const KNOWN_BY: u64 = 0xFF_FFFF;
        self.code() & KNOWN_BY == Event::on(kind, hop, number).code() & KNOWN_BY
    }

    /// Does it come in its sequence, whatever else its order has at that instant? What stops and restarts of processes do to
    /// an event of the same order and instant does not depend on it.
    pub fn keeps_its_turn(&self) -> bool {
        matches!(self.kind, Kind::Halt | Kind::Restart)
    }

    /// The same without the number of its message, which only tells one message from another.
    pub fn without_occurrence(self) -> Event {
        if self.kind.message().is_some() { Event { nth: 0, ..self } } else { self }
    }

    /// All of it as one number, for digests.
    #[inline(always)]
    pub const fn code(&self) -> u64 {
        let [low, high] = self.nth.to_le_bytes();
        let Event { kind, hop, number, tells, flaw, branch, .. } = *self;
        u64::from_le_bytes([kind as u8, hop as u8, number, tells as u8, flaw as u8, branch, low, high])
    }
}

impl Kind {
    /// This message arrives.
    #[inline(always)]
    pub const fn arrival(message: Message) -> Kind {
        match message {
            Message::Request => Kind::Request,
            Message::Answer => Kind::Answer,
            Message::Notification => Kind::Notification,
            Message::Ack => Kind::Ack,
            Message::Query => Kind::Query,
            Message::QueryAnswer => Kind::QueryAnswer,
            Message::Close => Kind::Close,
            Message::CloseAnswer => Kind::CloseAnswer,
            Message::Refund => Kind::Refund,
            Message::RefundAnswer => Kind::RefundAnswer,
            Message::Handover => Kind::Handover,
            Message::HandoverAnswer => Kind::HandoverAnswer,
        }
    }

    /// The message that arrives: messages come first.
    #[inline(always)]
    pub fn message(self) -> Option<Message> {
        Message::ALL.get(self as usize).copied()
    }
}
