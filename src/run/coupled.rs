//! Orders that share something, in one world. Called by the world where orders are coupled; what one order does is in `world`.
//!
//! Orders meet only in what they [share](crate::payments::shared): between two such meetings each goes on alone, however
//! far the others are, and only the meetings come in order of (time, order). So an order runs from the first-level cache
//! until its next event may touch what is shared, and most of them never wait for another. Where somebody listens to all
//! facts in order of time, where any event may move another order, or where it is asked which of several orders comes first
//! at an instant, every event is a meeting. Orders that are done make place for new ones: memory grows with the orders under
//! way.

use crate::kernel::{Agenda, Chooser, Micros, Sink};
use crate::payments::event::Event;
use crate::payments::fact::Fact;
use crate::payments::model::Purchase;
use crate::payments::order::Order;
use crate::run::feed::Feed;
use crate::run::observer::Watch;
use crate::run::turns;
use crate::run::world::{End, Turn, World};

/// Memory is taken for so many orders at the start; for more as they come.
const MOST_AT_ONCE: usize = 1 << 20;

/// Orders under way, and how those ended that are done.
struct Crowd {
    places: Vec<(Order, Watch)>,
    free: Vec<u32>,
    /// By number: the place of an order that is under way.
    place_of: Vec<u32>,
    /// By number.
    ends: Vec<End>,
    agenda: Agenda,
}

impl Crowd {
    fn new(most: usize) -> Self {
        Crowd {
            places: Vec::new(),
            free: Vec::new(),
            place_of: Vec::with_capacity(most.min(MOST_AT_ONCE)),
            ends: Vec::with_capacity(most.min(MOST_AT_ONCE)),
            agenda: Agenda::default(),
        }
    }

    /// Gives a new order its place.
    fn begin(&mut self, number: u32, purchase: Purchase) -> u32 {
        let place = match self.free.pop() {
            Some(place) => {
                let (order, watch) = &mut self.places[place as usize];
                order.begin(number, purchase);
                *watch = Watch::default();
                place
            }
            None => {
                self.places.push((Order::new(number, purchase), Watch::default()));
                self.places.len() as u32 - 1
            }
        };
        self.place_of.push(place);
        self.ends.push(End::default());
        place
    }

    /// Another order's step has scheduled `event` for order `number`.
    fn wake(&mut self, at: Micros, number: u32, event: Event) {
        self.places[self.place_of[number as usize] as usize].0.pending.schedule(at, event);
        self.agenda.insert(at, number);
    }

    /// The step of order `origin` has scheduled `event` for all others, but for those that are done.
    fn wake_everyone_but(&mut self, origin: u32, at: Micros, event: Event) {
        for (order, _) in &mut self.places {
            if order.id != origin && (!order.agreed || order.pending.next_at().is_some()) {
                order.pending.schedule(at, event);
                self.agenda.insert(at, order.id);
            }
        }
    }

    /// An order, if it is under way and its next event is at this instant.
    fn at(&mut self, at: Micros, number: u32) -> Option<&mut Order> {
        let place = *self.place_of.get(number as usize)?;
        let order = &mut self.places[place as usize].0;
        (order.id == number && order.pending.next_at() == Some(at)).then_some(order)
    }

    /// Of the orders with an event at this instant the one that goes on. One that has not begun is the last.
    fn in_turn(&mut self, at: Micros, first: u32, arrival: Option<u32>, chooser: &mut impl Chooser) -> u32 {
        if !self.at(at, first).is_some_and(|order| turns::is_tied(order, at)) {
            return first;
        }
        let mut looked_at: Vec<u32> = Vec::new();
        let next = |crowd: &mut Crowd, turn: u32| {
            let mut under_way = None;
            while under_way.is_none()
                && let Some(number) = crowd.agenda.take_at(at)
            {
                // An order may stand there twice, or have gone on meanwhile.
                if let Some(order) = crowd.at(at, number).filter(|order| order.id != turn) {
                    looked_at.push(number);
                    under_way = Some(number).filter(|_| turns::is_tied(order, at));
                }
            }
            under_way.or(arrival.filter(|arrival| turn < *arrival))
        };
        let gives_way =
            |crowd: &mut Crowd, turn: u32| crowd.at(at, turn).is_some_and(|order| turns::gives_way(order, chooser));
        let turn = turns::goes_on(self, first, next, gives_way);
        looked_at.iter().chain((turn != first).then_some(&first)).for_each(|number| self.agenda.insert(at, *number));
        turn
    }
}

impl<C: Chooser, S: Sink<Fact>> World<'_, C, S> {
    /// Runs all orders in one world.
    pub(super) fn together(&mut self, turn: Turn) {
        let turn = if self.tells_in_time() { Turn::OneEvent } else { turn };
        let mut feed = Feed::new(&self.scenario.purchases);
        let mut crowd = Crowd::new(Feed::count(&self.scenario.purchases) as usize);
        let asks_turns = turns::are_asked(self.scenario);
        let mut next = feed.next(self.chooser);
        let mut turns = 0u64;
        loop {
            let arrival = next.map(|(new, purchase)| (purchase.at, new));
            let (at, mut number) = match (crowd.agenda.first(), arrival) {
                (None, None) => break,
                (Some(first), Some(arrival)) => first.min(arrival),
                (Some(first), None) | (None, Some(first)) => first,
            };
            if (number as usize) < crowd.ends.len() {
                crowd.agenda.remove_first();
                if asks_turns && at < self.scenario.weather.storm_end {
                    let arrival = arrival.filter(|arrival| arrival.0 == at).map(|(_, new)| new);
                    number = crowd.in_turn(at, number, arrival, self.chooser);
                }
            }
            let place = match next.filter(|(new, _)| *new == number) {
                Some((new, purchase)) => {
                    next = feed.next(self.chooser);
                    Some(crowd.begin(new, purchase))
                }
                None => crowd.at(at, number).is_some().then(|| crowd.place_of[number as usize]),
            };
            if let Some(place) = place {
                self.take_turn(&mut crowd, place, turn);
            }
            turns += 1;
            if turns.is_multiple_of(1024) && (self.has_seen_enough() || !(self.progress)(crowd.ends.len() as u64)) {
                break;
            }
        }
        self.end(crowd);
    }

    /// Lets one order go on until another's turn may come.
    fn take_turn(&mut self, crowd: &mut Crowd, place: u32, turn: Turn) {
        let (order, watch) = &mut crowd.places[place as usize];
        let deadline = self.deadline_of(order);
        self.live(order, watch, deadline, turn);
        match order.pending.next_at() {
            Some(at) => crowd.agenda.insert(at, order.id),
            // Another order may still move it.
            None if self.shared.awaits(order.id) || (self.scenario.weather.halts && !order.agreed) => {}
            None => {
                crowd.ends[order.id as usize] = self.finish(order, watch, deadline);
                crowd.free.push(place);
            }
        }
        for (at, number, event) in self.shared.wakes.drain(..) {
            crowd.wake(at, number, event);
        }
        for (at, origin, event) in self.shared.wake_everyone.drain(..) {
            crowd.wake_everyone_but(origin, at, event);
        }
    }

    /// Whoever is still under way ends as it stands; then all are counted in order of number.
    fn end(&mut self, mut crowd: Crowd) {
        crowd.free.sort_unstable();
        for (place, (order, watch)) in crowd.places.iter_mut().enumerate() {
            if crowd.free.binary_search(&(place as u32)).is_err() {
                let deadline = self.deadline_of(order);
                crowd.ends[order.id as usize] = self.finish(order, watch, deadline);
            }
        }
        for (number, end) in crowd.ends.iter().enumerate() {
            self.count(number as u32, end);
        }
        self.found.sort_by_key(|finding| finding.order);
    }
}
