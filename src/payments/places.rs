//! What each site is, in a sentence that names who acts there: for people who ask.
//!
//! Called by the command line. Must not know what strikes.

use crate::payments::message::Message;
use crate::payments::party::Hop;
use crate::payments::site::{Place, Site};

impl Site {
    /// What is chosen here.
    pub fn means(self) -> String {
        match self {
            Site::Hop(hop, place) => place.means(hop),
            Site::Arrival => "how long after the order before it an order arrives".to_owned(),
            Site::Amount => "what the order amounts to".to_owned(),
            Site::PaysAgain => "whether the customer, left without goods, pays again".to_owned(),
            Site::Return => "whether the merchant gives the money of a return back".to_owned(),
            Site::Turn => "which of two events of one order at one instant comes first".to_owned(),
            Site::OrdersTurn => "which of two orders with events at one instant comes first".to_owned(),
            Site::Window => "whether a window of the scenario opens".to_owned(),
        }
    }
}

impl Place {
    fn means(self, hop: Hop) -> String {
        let (up, down) = (hop.upstream().name(), hop.downstream().name());
        let (attempt, record) = match hop {
            Hop::MerchantPlatform => ("merchant order", "payment order"),
            Hop::PlatformBank => ("channel order", "record"),
        };
        match self {
            Place::Message(message) => {
                format!("{}: what becomes of it, and how long it travels", message.means(hop))
            }
            Place::Decision => {
                format!("the {down}'s decision on what it is asked for the first time, and how long it takes")
            }
            Place::RefundDecision => {
                format!("the {down}'s decision on a refund that it is asked for the first time, and how long it takes")
            }
            Place::AttemptWrite => format!("the {up} writes what became of its {attempt}"),
            Place::RecordWrite => format!("the {down} writes what became of its {record}"),
            Place::AttemptCreate => format!("the {up} inserts the row of its {attempt}, before it asks"),
            Place::RecordCreate => format!("the {down} inserts the row of its {record}, when it is asked"),
            Place::AckWrite => format!("the {down} notes that its notification was acknowledged"),
            Place::NotifyWrite => format!("the {down} notes that it sends its notification once more, and when next"),
            Place::DropInsert => {
                format!("the {up} inserts a row into its dropped-order table, of unknown orders or of updates that failed")
            }
            Place::DropDelete => format!("the {up}'s worker deletes a row of the internal dropped-order table"),
            Place::LeaseWrite => format!("the {up}'s worker takes a row of the internal dropped-order table"),
            Place::LogWrite => format!("the {up} writes into the log of its distributed transaction"),
            Place::Intruder => format!("somebody who pretends to be the {down} watches a request go by"),
            Place::Row => format!("a record of the {down}'s settlement file"),
            Place::File => format!("the {down}'s settlement file of a business date"),
        }
    }
}

impl Message {
    fn means(self, hop: Hop) -> String {
        let (from, to) = (self.sender(hop).name(), self.receiver(hop).name());
        match self {
            Message::Request => format!("the {from} asks the {to} for a payment"),
            Message::Answer => format!("the {from} answers the request of the {to}"),
            Message::Notification => format!("the {from} pushes an outcome to the callback address of the {to}"),
            Message::Ack => format!("the {from} acknowledges a notification of the {to}"),
            Message::Query => format!("the {from} asks the {to} what became of a payment"),
            Message::QueryAnswer => format!("the {from} answers a query of the {to}"),
            Message::Close => format!("the {from} asks the {to} to close, cancel or reverse a payment"),
            Message::CloseAnswer => format!("the {from} answers a close of the {to}"),
            Message::Refund => format!("the {from} asks the {to} for a refund"),
            Message::RefundAnswer => format!("the {from} answers a refund request of the {to}"),
            Message::Handover => format!("the {from}'s channel-order side calls its payment-order side"),
            Message::HandoverAnswer => format!("the {from}'s payment-order side answers its channel-order side"),
        }
    }
}
