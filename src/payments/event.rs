//! What is scheduled for an order: messages in flight, timers, and jobs' turns. Small and `Copy`. Scheduled and handled
//! by a [`Step`](crate::payments::step::Step) only.

use crate::payments::fact::{Number, Tells};
use crate::payments::site::{Hop, Message};
use crate::payments::weather::Flaw;

/// A scheduled event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Event {
    /// What is to happen.
    pub kind: Kind,
    /// On which hop.
    pub hop: Hop,
    /// To which number.
    pub number: Number,
    /// For a message: what it says.
    pub tells: Tells,
    /// For a message: what is wrong with it.
    pub flaw: Flaw,
    /// For a message its occurrence, for a file its business date, for a return its position in the model's list.
    pub nth: u16,
}

/// What is to happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The customer pays.
    Pay,
    /// The customer may pay again.
    PayAgain,
    /// A message arrives.
    Arrive(Message),
    /// The sender of a request learns that it could not be sent.
    NotSent,
    /// The upstream stops waiting for the answer.
    ReadTimeout,
    /// The downstream decides; `tells` is the outcome.
    Decide,
    /// The next notification is due.
    NotifyDue,
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
    /// The first event of every order.
    pub const PAY: Event = Event::on(Kind::Pay, Hop::MerchantPlatform, 0);

    /// A timer or a job's turn.
    #[inline]
    pub const fn on(kind: Kind, hop: Hop, number: Number) -> Event {
        Event { kind, hop, number, tells: Tells::Nothing, flaw: Flaw::None, nth: 0 }
    }

    /// Is it this timer?
    #[inline]
    pub fn is(&self, kind: Kind, hop: Hop, number: Number) -> bool {
        self.kind == kind && self.hop == hop && self.number == number
    }
}
