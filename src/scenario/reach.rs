//! Which scripted addresses can never occur, and to which sites nobody ever comes: mistakes that would otherwise pass as
//! calm weather.
//!
//! Called by `load` when everything else is right, and by `warn`. It flags what is impossible in this configuration whatever happens;
//! what merely did not occur is reported by the run. How often a message is sent is no limit here: whatever comes twice, or is
//! begun anew after a crash, is answered once more. It must not know how the parties work.

use super::Purchases;
use super::decode::At;
use super::load::{Findings, Orders};
use super::raw::fault::Fault;
use crate::kernel::{Address, DAY, Micros, format_instant};
use crate::payments::address::SemanticAddress;
use crate::payments::message::Message;
use crate::payments::model::{HopModel, Model, Tables};
use crate::payments::party::Hop;
use crate::payments::site::{Place, SHARED, Site};
use crate::payments::weather::Weather;

/// Reports every scripted address that can never occur.
pub(super) fn check(
    faults: &[At<Fault>],
    told: Orders,
    model: &Model,
    purchases: &Purchases,
    weather: &Weather,
    findings: &mut Findings,
) {
    let world = World { model, purchases, weather };
    for at in faults.iter().flat_map(|fault| &fault.value.at) {
        let Some((why, help)) = world.impossible(at.value) else { continue };
        // What a hop lacks, the file may have given it.
        let lacks = matches!(at.value.site(), Some(Site::Hop(hop, place)) if world.impossible_on(hop, place).is_some());
        let (by, help) = match told.strategy.filter(|_| lacks) {
            Some(strategy) => (format!(" by `--strategy {}`", strategy.name), format!("{help}; or take another strategy")),
            None => (String::new(), help),
        };
        findings.wrong(&at.span, format!("`{}` can never occur{by}: {why}", at.value), help);
    }
}

/// Why nobody ever comes to a site, if that is so: a sentence.
pub(super) fn nobody_comes(site: Site, model: &Model, purchases: &Purchases, weather: &Weather) -> Option<String> {
    let Site::Hop(hop, place) = site else { return None };
    World { model, purchases, weather }.impossible_on(hop, place).map(|(why, _)| why)
}

struct World<'a> {
    model: &'a Model,
    purchases: &'a Purchases,
    weather: &'a Weather,
}

/// Why an address cannot occur, and what to do about it.
type Impossible = Option<(String, String)>;

impl World<'_> {
    fn impossible(&self, at: SemanticAddress) -> Impossible {
        let Address { stream, occurrence, .. } = at.0;
        let orders = match self.purchases {
            Purchases::Drawn { count, .. } => *count,
            Purchases::Listed(list) => u32::try_from(list.len()).unwrap_or(u32::MAX),
        };
        let listed = matches!(self.purchases, Purchases::Listed(_));
        if stream != SHARED && stream >= orders {
            let why =
                if orders == 1 { "there is only order 1".to_owned() } else { format!("the last order is order {orders}") };
            let more = if listed { "add a row to the file of orders" } else { "raise `orders: {count: ...}`" };
            return Some((why, format!("{more}, or name an earlier order")));
        }
        let nth = u64::from(occurrence) + 1;
        let most =
            |most: u64, what: &str, help: &str| (nth > most).then(|| (format!("{what}: at most {most}"), help.to_owned()));
        match at.site()? {
            Site::Hop(hop, Place::File) if self.model.hops[hop as usize].reconciliation.is_some() => {
                self.after_the_storm(hop, occurrence)
            }
            Site::Hop(hop, place) => self.impossible_on(hop, place),
            Site::Arrival | Site::Amount if listed => {
                Some(("orders are listed in a file".to_owned(), "change the file's row instead".to_owned()))
            }
            Site::Arrival | Site::Amount => most(1, "it is drawn once for each order", "write `/ 1`"),
            Site::PaysAgain => {
                let again = u64::from(self.model.customer.pays_again_at_most);
                most(again, "a customer pays again so often", "raise `customer: {pays_again: {at_most: ...}}`")
            }
            Site::Return => most(
                self.model.returns.len() as u64,
                "the merchant makes so many returns",
                "add one to `merchant: {returns: [...]}`",
            ),
            // How many events have one instant depends on the run.
            Site::Turn => None,
            Site::OrdersTurn if stream + 1 < orders => None,
            Site::OrdersTurn => {
                let help = "name an earlier order, or an event's turn within its order: `events / turn`";
                Some((format!("no order comes after order {orders}"), help.to_owned()))
            }
            Site::Window => {
                most(self.weather.windows.len() as u64, "there are so many windows", "add a fault with `from` and `to`")
            }
        }
    }

    /// A file's faults belong to its business date; if the storm is over by then, nothing is wrong with it.
    fn after_the_storm(&self, hop: Hop, date: u16) -> Impossible {
        self.model.hops[hop as usize].reconciliation?;
        let (begins, end) = (Micros::from(date) * DAY, self.weather.storm_end);
        let why = || {
            format!(
                "business date {date} begins at {}, but the storm ends at {}",
                format_instant(begins),
                format_instant(end)
            )
        };
        (begins >= end).then(|| (why(), format!("lengthen the storm: `storm: {}d`", date + 1)))
    }

    fn impossible_on(&self, hop: Hop, place: Place) -> Impossible {
        let here = &self.model.hops[hop as usize];
        let add = |mechanism: &str| format!("configure `{mechanism}` on {}", hop.name());
        let none = |what: &str, mechanism: &str| Some((format!("{} has no {what}", hop.name()), add(mechanism)));
        let files = here.reconciliation.is_some();
        match place {
            Place::Message(Message::Notification | Message::Ack) | Place::NotifyWrite | Place::AckWrite
                if here.notification.is_none() =>
            {
                none("notifications", "notification")
            }
            Place::Message(Message::Query | Message::QueryAnswer)
                if here.polling.is_none() && !files && !self.may_close() =>
            {
                none("polling and no reconciliation that would query", "polling")
            }
            Place::Message(Message::Close | Message::CloseAnswer) if !self.may_close() => none("closing", "reversal"),
            Place::Row | Place::File if !files => none("settlement file", "reconciliation"),
            Place::LeaseWrite | Place::DropDelete if here.compensation.is_none() => {
                let party = hop.upstream().name();
                Some((
                    format!("the {party} has no compensation"),
                    format!("add `{party}: {{internal: {{compensation: {{}}}}}}`"),
                ))
            }
            Place::LogWrite if self.model.platform.transaction.is_none() => Some((
                "there is no distributed transaction".to_owned(),
                "add `platform: {internal: {transaction: {kind: saga}}}`".to_owned(),
            )),
            Place::Message(Message::Handover | Message::HandoverAnswer)
                if self.model.platform.transaction.is_none() && self.model.platform.tables != Tables::TwoApplications =>
            {
                Some((
                    "both tables belong to one application".to_owned(),
                    "write `platform: {tables: two_applications}`, or configure a transaction".to_owned(),
                ))
            }
            Place::Message(_)
            | Place::Decision
            | Place::RefundDecision
            | Place::AttemptWrite
            | Place::RecordWrite
            | Place::AttemptCreate
            | Place::RecordCreate
            | Place::AckWrite
            | Place::NotifyWrite
            | Place::DropInsert
            | Place::DropDelete
            | Place::LeaseWrite
            | Place::LogWrite
            | Place::Intruder
            | Place::Row
            | Place::File => None,
        }
    }

    /// May anybody close anything? What the merchant closes, the platform closes at the bank.
    fn may_close(&self) -> bool {
        let closes = |hop: &HopModel| hop.reversal.is_some() || hop.reconciliation.is_some() || hop.retry.is_some();
        self.model.hops.iter().any(closes) || self.model.customer.pays_again_at_most > 0
    }
}
