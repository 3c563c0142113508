//! Where choices are made: every site at which the world could go another way.
//!
//! Called by the parties (to choose), by faults (to say where they strike) and by reports. Must not know what strikes.

use crate::payments::fact::Purpose;
use crate::payments::message::Message;
use crate::payments::party::Hop;
use std::fmt;

/// A kind of place on a hop where something is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// A message: its fate, and how long it travels.
    Message(Message),
    /// The downstream's decision on a new record: its fate, drawn once per attempt, and how long it takes.
    Decision,
    /// The same of a refund: less can happen to it.
    RefundDecision,
    /// The upstream's durable write of what became of its attempt (the channel order, the merchant order).
    AttemptWrite,
    /// The downstream's durable write of what became of its record (the payment order, the bank's record).
    RecordWrite,
    /// The insertion of the upstream's attempt, before its request is sent.
    AttemptCreate,
    /// The insertion of the downstream's record, when the request has come.
    RecordCreate,
    /// The downstream's note that its notification was acknowledged.
    AckWrite,
    /// The downstream's note that it sends a notification once more: how often it has, and so when it does next.
    NotifyWrite,
    /// The insertion of a row into a dropped-order table: the external one of unknown attempts, or the internal one of
    /// updates that failed.
    DropInsert,
    /// The deletion of a row of the internal dropped-order table.
    DropDelete,
    /// The worker's lease of a row of the internal dropped-order table.
    LeaseWrite,
    /// The log of a distributed transaction's coordinator, of a saga, of an outbox's relay.
    LogWrite,
    /// An intruder who watches a request go by.
    Intruder,
    /// One record of a settlement file.
    Row,
    /// The settlement file of a business date, as a whole.
    File,
}

impl Place {
    /// Its name behind the hop's: `answer` of `platform-bank/answer`.
    pub const fn name(self) -> &'static str {
        match self {
            Place::Message(message) => message.name(),
            Place::Decision => "decision",
            Place::RefundDecision => "refund-decision",
            Place::AttemptWrite => "attempt-write",
            Place::RecordWrite => "record-write",
            Place::AttemptCreate => "attempt-create",
            Place::RecordCreate => "record-create",
            Place::AckWrite => "ack-write",
            Place::NotifyWrite => "notify-write",
            Place::DropInsert => "drop-insert",
            Place::DropDelete => "drop-delete",
            Place::LeaseWrite => "lease-write",
            Place::LogWrite => "log-write",
            Place::Intruder => "intruder",
            Place::Row => "row",
            Place::File => "file",
        }
    }

    /// Position within the hop's sites: the usual path of an order in the first seven, [`Site::index`] says why.
    const fn index(self) -> u16 {
        match self {
            Place::Message(message) => {
                let number = message as u16;
                if message.is_internal() {
                    number + 42
                } else if number < Message::Close as u16 {
                    number
                } else {
                    number + 26
                }
            }
            Place::RecordWrite => 6,
            Place::Decision => 7,
            Place::AttemptWrite => 8,
            Place::RefundDecision => 28,
            Place::Intruder => 9,
            Place::Row => 10,
            Place::File => 36,
            Place::AttemptCreate => 37,
            Place::RecordCreate => 38,
            Place::AckWrite => 39,
            Place::DropInsert => 48,
            Place::DropDelete => 49,
            Place::LeaseWrite => 50,
            Place::LogWrite => 51,
            Place::NotifyWrite => 52,
        }
    }

    /// Where a downstream decides on what is asked of it.
    #[inline]
    pub const fn decision(on: Purpose) -> Place {
        match on {
            Purpose::Payment => Place::Decision,
            Purpose::Refund => Place::RefundDecision,
        }
    }

    /// The durable writes.
    pub const WRITES: [Place; 10] = [
        Place::AttemptCreate,
        Place::AttemptWrite,
        Place::RecordCreate,
        Place::RecordWrite,
        Place::AckWrite,
        Place::NotifyWrite,
        Place::DropInsert,
        Place::DropDelete,
        Place::LeaseWrite,
        Place::LogWrite,
    ];

    /// The messages.
    pub const MESSAGES: [Place; Message::ALL.len()] = {
        let mut all = [Place::Decision; Message::ALL.len()];
        let mut i = 0;
        while i < all.len() {
            all[i] = Place::Message(Message::ALL[i]);
            i += 1;
        }
        all
    };

    /// The steps of processes: every message that is sent, every durable write.
    pub const STEPS: [Place; Place::MESSAGES.len() + Place::WRITES.len()] = {
        let mut all = [Place::Decision; Place::MESSAGES.len() + Place::WRITES.len()];
        let mut i = 0;
        while i < all.len() {
            let messages = Place::MESSAGES.len();
            all[i] = if i < messages { Place::MESSAGES[i] } else { Place::WRITES[i - messages] };
            i += 1;
        }
        all
    };

    /// Is there such a place on `hop`? What stays within the platform is counted on the inner one.
    pub const fn is_on(self, hop: Hop) -> bool {
        match self {
            Place::LogWrite | Place::Message(Message::Handover | Message::HandoverAnswer) => {
                matches!(hop, Hop::PlatformBank)
            }
            _ => true,
        }
    }

    /// Is it a durable write?
    pub const fn is_write(self) -> bool {
        match self {
            Place::AttemptCreate
            | Place::AttemptWrite
            | Place::RecordCreate
            | Place::RecordWrite
            | Place::AckWrite
            | Place::NotifyWrite
            | Place::DropInsert
            | Place::DropDelete
            | Place::LeaseWrite
            | Place::LogWrite => true,
            Place::Message(_) | Place::Decision | Place::RefundDecision | Place::Intruder | Place::Row | Place::File => {
                false
            }
        }
    }

    /// Every place on a hop.
    pub fn all() -> impl Iterator<Item = Place> {
        let rest = [Place::Decision, Place::RefundDecision, Place::Intruder, Place::Row, Place::File];
        Place::STEPS.into_iter().chain(rest)
    }
}

/// A site: everything that the parties may ask the chooser about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Site {
    /// A place on a hop.
    Hop(Hop, Place),
    /// When the order arrives.
    Arrival,
    /// What it amounts to.
    Amount,
    /// Whether the customer, left without goods, pays again.
    PaysAgain,
    /// Whether and how much the merchant refunds later.
    Return,
    /// Two events at one instant: which comes first.
    Turn,
    /// Events of two orders at one instant: which order comes first.
    OrdersTurn,
    /// A window of the scenario: does it happen?
    Window,
}

/// Sites in all: the size of a table indexed by [`Site::index`].
pub const SITES: usize = 64;

/// Sites of an order's own have numbers below this one: the size of its table of visits.
pub const OWN_SITES: usize = 60;

/// The stream of choices that no single order makes: files and windows.
pub const SHARED: u32 = u32::MAX;

impl Site {
    /// A number below [`SITES`]; part of the meaning of a seed, never to be changed. What an order usually comes to is below
    /// 16: as many words lie side by side.
    #[inline(always)]
    pub const fn index(self) -> u16 {
        match self {
            Site::Arrival => 0,
            Site::Amount => 1,
            // What stays within the platform has its numbers on the inner hop only.
            Site::Hop(hop, place @ (Place::NotifyWrite | Place::RefundDecision)) => place.index() + hop as u16,
            Site::Hop(hop, place) => {
                let place = place.index();
                let hop = hop as u16;
                match place {
                    0..7 => 2 + hop * 7 + place,
                    7..11 => 9 + hop * 4 + place,
                    32..48 => place + hop * 8,
                    _ => place + hop * 6,
                }
            }
            Site::PaysAgain => 24,
            Site::Turn => 26,
            Site::Return => 25,
            Site::OrdersTurn => 27,
            Site::Window => 60,
        }
    }

    /// Every site there is.
    pub fn all() -> impl Iterator<Item = Site> {
        let on = |hop: Hop| Place::all().filter(move |place| place.is_on(hop)).map(move |place| Site::Hop(hop, place));
        let on_hops = Hop::ALL.into_iter().flat_map(on);
        let others =
            [Site::Arrival, Site::Amount, Site::PaysAgain, Site::Return, Site::Turn, Site::OrdersTurn, Site::Window];
        on_hops.chain(others)
    }

    /// Does it make the purchase: when it comes, what it amounts to?
    pub const fn makes_the_purchase(self) -> bool {
        matches!(self, Site::Arrival | Site::Amount)
    }

    /// Is it a choice that no fault makes: something happens, or it does not?
    pub const fn happens(self) -> bool {
        matches!(self, Site::Window | Site::PaysAgain | Site::Return) || self.is_a_tie()
    }

    /// Is it about events at one instant, and which comes first?
    pub const fn is_a_tie(self) -> bool {
        matches!(self, Site::Turn | Site::OrdersTurn)
    }

    /// Is it chosen once for all orders (a file, a window), not once per order?
    pub const fn shared(self) -> bool {
        matches!(self, Site::Window | Site::Hop(_, Place::File))
    }

    /// The site named `platform-bank/answer`, `merchant-platform/file`, `customer/pays-again`...
    pub fn parse(text: &str) -> Option<Site> {
        Site::all().find(|site| site.to_string() == text)
    }
}

impl fmt::Display for Site {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Site::Hop(hop, place) => write!(out, "{}/{}", hop.name(), place.name()),
            Site::Arrival => out.write_str("customer/arrival"),
            Site::Amount => out.write_str("customer/amount"),
            Site::PaysAgain => out.write_str("customer/pays-again"),
            Site::Turn => out.write_str("events/turn"),
            Site::OrdersTurn => out.write_str("orders/turn"),
            Site::Return => out.write_str("merchant/return"),
            Site::Window => out.write_str("window"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_site_has_its_own_number() {
        let mut seen = [false; SITES];
        for site in Site::all() {
            let index = usize::from(site.index());
            assert!(site.shared() || index < OWN_SITES, "{site} is beyond an order's table of visits");
            assert!(!std::mem::replace(&mut seen[index], true), "{site} shares number {index}");
        }
    }
}
