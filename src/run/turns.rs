//! Whose turn it is where several orders have an event at one instant: usually the first one's, by number; where such ties
//! are asked about, it may let the next one go first.
//!
//! Called where orders run in one world, event by event. It must not know what the events do.

use crate::kernel::{Chooser, Micros};
use crate::payments::event::Kind;
use crate::payments::order::Order;
use crate::payments::site::Site;
use crate::scenario::Scenario;

/// Is it asked which of several orders comes first? Only where it can matter: where they share something, or a process that
/// stops works on all of them.
pub(super) fn are_asked(scenario: &Scenario) -> bool {
    scenario.weather.ties && scenario.coupling().is_some()
}

/// Of orders with an event at one instant the one that goes on: the first that does not let the next one go first.
pub(super) fn goes_on<O>(
    orders: &mut O,
    first: u32,
    mut next: impl FnMut(&mut O, u32) -> Option<u32>,
    mut gives_way: impl FnMut(&mut O, u32) -> bool,
) -> u32 {
    let mut turn = first;
    while let Some(other) = next(orders, turn)
        && gives_way(orders, turn)
    {
        turn = other;
    }
    turn
}

/// Has an order an event at this instant that may come before another order's, or after it? That a process was stopped by
/// another order's step is known to all at once.
pub(super) fn is_tied(order: &Order, at: Micros) -> bool {
    order.pending.next_at() == Some(at) && order.pending.first().is_some_and(|event| event.kind != Kind::Halt)
}

/// Does an order let the next one go first?
pub(super) fn gives_way(order: &mut Order, chooser: &mut impl Chooser) -> bool {
    let address = order.visit(Site::OrdersTurn);
    chooser.pick(address, &[0]) != 0
}
