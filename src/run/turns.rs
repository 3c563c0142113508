//! Whose turn it is where several orders have an event at one instant: usually the first one's, by number; where such ties
//! are asked about, it may let the next one go first.
//!
//! Called where orders run in one world, event by event. It must not know what the events do.

use crate::kernel::{Chooser, Micros};
use crate::payments::event::Event;
use crate::payments::order::Order;
use crate::payments::site::Site;
use crate::scenario::Scenario;

/// Is it asked which of several orders comes first? Only where it can matter: where they share something, or a process that
/// stops works on all of them.
pub(super) fn are_asked(scenario: &Scenario) -> bool {
    scenario.weather.ties && scenario.coupling().is_some()
}

/// Of orders with an event at one instant, in order of number, the first that does not let the next one go first.
pub(super) fn first_of(tied: &[u32], mut gives_way: impl FnMut(u32) -> bool) -> Option<u32> {
    let (last, others) = tied.split_last()?;
    others.iter().copied().find(|number| !gives_way(*number)).or(Some(*last))
}

/// Has an order an event at this instant that may come before another order's, or after it? Stops and restarts keep
/// their turn, as they do within an order.
pub(super) fn is_tied(order: &Order, at: Micros) -> bool {
    order.pending.next_at() == Some(at) && !order.pending.first().is_some_and(Event::keeps_its_turn)
}

/// Does an order let the next one go first?
pub(super) fn gives_way(order: &mut Order, chooser: &mut impl Chooser) -> bool {
    let address = order.visit(Site::OrdersTurn);
    chooser.pick(address, &[0]) != 0
}
