//! A position: a world between two events. It can be copied, told from others, and let go on by one event under any
//! chooser, so that whoever explores can try everything that may happen next.
//!
//! Called by campaigns that branch. It plays by the rules of `world` and `coupled`, event by event, and must not know
//! what is chosen, nor why.

use crate::invariants::{Finding, Findings, Limits, held_to};
use crate::kernel::{Chooser, Fingerprint, Micros, Silent};
use crate::payments::books::Books;
use crate::payments::event::Event;
use crate::payments::model::Purchase;
use crate::payments::order::{Attempt, Order, Record};
use crate::payments::party::Hop;
use crate::payments::process::Halt;
use crate::payments::shared::Shared;
use crate::payments::standing::Circumstances;
use crate::payments::step::Step;
use crate::run::observer::{Attention, Observer, Sought, Watch};
use crate::run::{turns, world};
use crate::scenario::Scenario;
use std::hash::Hash;

/// What all positions of a scenario have in common.
pub struct Ground<'a> {
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Who pays, in order of time.
    pub purchases: Vec<Purchase>,
    /// When each of them must agree.
    deadlines: Vec<Micros>,
    limits: Limits,
    /// Is it asked which of several orders comes first at an instant?
    asks_turns: bool,
}

impl<'a> Ground<'a> {
    /// For these purchases, whatever the scenario's own are.
    pub fn new(scenario: &'a Scenario, purchases: Vec<Purchase>) -> Self {
        let deadlines = purchases.iter().map(|purchase| world::deadline_of(scenario, purchase.at)).collect();
        let asks_turns = purchases.len() > 1 && turns::are_asked(scenario);
        Ground { scenario, purchases, deadlines, limits: world::limits(&scenario.model), asks_turns }
    }
}

/// A world between two events.
pub struct Position {
    /// When the last event was.
    pub now: Micros,
    orders: Vec<Place>,
    shared: Shared,
}

impl Clone for Position {
    fn clone(&self) -> Self {
        let Position { now, orders, shared } = self;
        Position { now: *now, orders: orders.clone(), shared: shared.clone() }
    }

    fn clone_from(&mut self, other: &Self) {
        let Position { now, orders, shared } = other;
        self.now = *now;
        self.orders.clone_from(orders);
        self.shared.clone_from(shared);
    }
}

/// An order that has begun.
enum Place {
    UnderWay(Box<(Order, Watch)>),
    Over(End),
}

impl Clone for Place {
    fn clone(&self) -> Self {
        match self {
            Place::UnderWay(place) => Place::UnderWay(place.clone()),
            Place::Over(end) => Place::Over(*end),
        }
    }

    fn clone_from(&mut self, other: &Self) {
        match (self, other) {
            (Place::UnderWay(mine), Place::UnderWay(place)) => {
                mine.0.clone_from(&place.0);
                mine.1.clone_from(&place.1);
            }
            (this, other) => *this = other.clone(),
        }
    }
}

/// How an order ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct End {
    /// What it violates of what it is held to, a bit for each invariant: where the downstream broke its word, that was not to
    /// be passed over in silence.
    pub violated: u32,
    /// It is before a person.
    pub manual: bool,
    /// It was dropped...
    pub dropped: bool,
    /// ...and recovered by the mechanism at this position of [`recoveries`].
    pub recovered: Option<u8>,
}

/// By what an order can have been recovered: the hop and the cause, in the order of [`End::recovered`].
pub fn recoveries() -> impl Iterator<Item = (Hop, crate::payments::grounds::Cause)> {
    let causes = crate::payments::grounds::Cause::ALL;
    Hop::ALL.into_iter().flat_map(move |hop| causes.into_iter().map(move |cause| (hop, cause)))
}

impl Position {
    /// Before the first event: the windows are asked for.
    pub fn start(ground: &Ground, chooser: &mut impl Chooser) -> Self {
        Position { now: 0, orders: Vec::new(), shared: Shared::new(&ground.scenario.weather, chooser) }
    }

    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        let rows = |order: &Order| {
            let rows = order.hops.iter().map(|tables| tables.attempts.len() + tables.records.len());
            rows.sum::<usize>() * size_of::<Attempt>().max(size_of::<Record>())
        };
        let under_way = |place: &Place| match place {
            Place::UnderWay(place) => size_of::<(Order, Watch)>() + rows(&place.0),
            Place::Over(_) => 0,
        };
        size_of::<Position>()
            + size_of::<Place>() * self.orders.capacity()
            + self.orders.iter().map(under_way).sum::<usize>()
    }

    /// When the next event is, and whose; `None`: nothing more will happen.
    pub fn next(&self, ground: &Ground) -> Option<(Micros, u32)> {
        let heads = self.orders.iter().filter_map(|place| match place {
            Place::UnderWay(order) => Some((order.0.pending.next_at()?, order.0.id)),
            Place::Over(_) => None,
        });
        let arrival = ground.purchases.get(self.orders.len()).map(|purchase| (purchase.at, self.orders.len() as u32));
        heads.chain(arrival).min()
    }

    /// Lets the next event happen; there must be one.
    pub fn step(&mut self, ground: &Ground, chooser: &mut impl Chooser) {
        let Some((at, mut number)) = self.next(ground) else { return };
        if ground.asks_turns && at < ground.scenario.weather.storm_end {
            number = self.in_turn(ground, at, number, chooser);
        }
        if number as usize == self.orders.len() {
            let order = Order::new(number, ground.purchases[number as usize]);
            self.orders.push(Place::UnderWay(Box::new((order, Watch::default()))));
        }
        let Place::UnderWay(place) = &mut self.orders[number as usize] else { return };
        let (order, watch) = &mut **place;
        self.now = at;
        let deadline = ground.deadlines[number as usize];
        if at > deadline {
            order.pending.clear();
            self.shared.forget(number, at);
        } else {
            happen(ground, chooser, (order, watch), &mut self.shared);
        }
        let waits = self.shared.awaits(number) || (ground.scenario.weather.halts && !order.agreed);
        if order.pending.next_at().is_none() && !waits {
            self.end(ground, number);
        }
        self.wake();
    }

    /// Of the orders with an event at this instant the one that goes on. One that has not begun is the last.
    fn in_turn(&mut self, ground: &Ground, at: Micros, first: u32, chooser: &mut impl Chooser) -> u32 {
        let begun = self.orders.len() as u32;
        let arrival = ground.purchases.get(begun as usize).filter(|purchase| purchase.at == at).map(|_| begun);
        let is_tied = |orders: &[Place], number: u32| match orders.get(number as usize) {
            Some(Place::UnderWay(place)) => turns::is_tied(&place.0, at),
            Some(Place::Over(_)) | None => false,
        };
        if !is_tied(&self.orders, first) {
            return first;
        }
        let next = |orders: &mut Vec<Place>, turn: u32| {
            let under_way = (turn + 1..begun).find(|number| is_tied(orders, *number));
            under_way.or(arrival.filter(|arrival| turn < *arrival))
        };
        let gives_way = |orders: &mut Vec<Place>, turn: u32| match &mut orders[turn as usize] {
            Place::UnderWay(place) => turns::gives_way(&mut place.0, chooser),
            Place::Over(_) => false,
        };
        turns::goes_on(&mut self.orders, first, next, gives_way)
    }

    /// Other orders that the step has woken.
    fn wake(&mut self) {
        for (at, number, event) in self.shared.wakes.drain(..) {
            if let Place::UnderWay(place) = &mut self.orders[number as usize] {
                place.0.pending.schedule(at, event);
            }
        }
        for (at, origin, event) in self.shared.wake_everyone.drain(..) {
            for place in &mut self.orders {
                if let Place::UnderWay(place) = place
                    && place.0.id != origin
                    && (!place.0.agreed || place.0.pending.next_at().is_some())
                {
                    place.0.pending.schedule(at, event);
                }
            }
        }
    }

    /// The deadline of an order: what must hold finally is checked.
    fn end(&mut self, ground: &Ground, number: u32) {
        let Place::UnderWay(place) = &mut self.orders[number as usize] else { return };
        let (order, watch) = &mut **place;
        let deadline = ground.deadlines[number as usize];
        let books = Books::of(order, &ground.scenario.model, &ground.scenario.weather, deadline);
        let mut found: Vec<Finding> = Vec::new();
        let mut findings = Findings::new(&ground.limits, &mut watch.reported, &mut found, order.id, deadline);
        watch.monitors.finally(&books, &mut findings);
        let recovered = watch.measure.dropped().zip(watch.measure.recovered());
        let place_of = |((hop, _), cause)| recoveries().position(|one| one == (hop, cause)).map(|place| place as u8);
        self.orders[number as usize] = Place::Over(End {
            violated: watch.reported & held_to(watch.breached, books.manual),
            manual: books.manual,
            dropped: watch.measure.dropped().is_some(),
            recovered: recovered.and_then(place_of),
        });
    }

    /// Nothing more will happen: whoever is still under way ends as it stands. How all orders ended, in order of number.
    pub fn ends(mut self, ground: &Ground) -> Vec<End> {
        for number in 0..self.orders.len() as u32 {
            self.end(ground, number);
        }
        let end = |place: &Place| match place {
            Place::Over(end) => Some(*end),
            Place::UnderWay(_) => None,
        };
        self.orders.iter().filter_map(end).collect()
    }

    /// Is no process stopped now?
    pub fn no_process_is_halted(&self) -> bool {
        self.shared.no_process_is_halted(self.now)
    }

    /// Does a process stand still in the middle of something?
    pub fn has_interrupted(&self) -> bool {
        self.orders.iter().any(|place| matches!(place, Place::UnderWay(place) if !place.0.paused.is_empty()))
    }

    /// What is pending for an order.
    pub fn pending(&self, order: u32) -> impl Iterator<Item = &(Micros, Event)> {
        let place = self.orders.get(order as usize);
        let under_way = place.and_then(|place| match place {
            Place::UnderWay(place) => Some(&place.0.pending),
            Place::Over(_) => None,
        });
        under_way.into_iter().flat_map(|pending| pending.iter())
    }

    /// How often an order has come to a site; 0 once it is over.
    pub fn visits(&self, order: u32, site: u16) -> u16 {
        match self.orders.get(order as usize) {
            Some(Place::UnderWay(place)) => place.0.visits.get(usize::from(site)).copied().unwrap_or(0),
            Some(Place::Over(_)) | None => 0,
        }
    }

    /// Lets what was to happen to an order at one instant happen at another.
    pub fn move_event(&mut self, order: u32, event: Event, from: Micros, to: (Micros, Event)) {
        let Some(Place::UnderWay(place)) = self.orders.get_mut(order as usize) else { return };
        if place.0.pending.remove((from, event)) {
            place.0.pending.schedule(to.0, to.1);
        }
    }

    /// The instants after `now` at which somebody's patience ends without a timer: requests expire.
    pub fn expiries(&self, order: u32) -> impl Iterator<Item = Micros> {
        let place = self.orders.get(order as usize);
        let order = place.and_then(|place| match place {
            Place::UnderWay(place) => Some(&place.0),
            Place::Over(_) => None,
        });
        let attempts = order.into_iter().flat_map(|order| Hop::ALL.into_iter().flat_map(|hop| order.attempts(hop).iter()));
        attempts.map(|attempt| attempt.valid_until).filter(|at| *at > self.now)
    }

    /// Everything that can matter to what comes: the tables, what is pending, what orders share, what the invariants
    /// remember, the limits used. Left out is what only counts or tells: costs, the digest, how often a site was visited.
    /// Where orders are `alike` (they pay the same at the same instant), it does not matter which of them is which.
    pub fn fingerprint(&self, ground: &Ground, alike: bool) -> Fingerprint {
        let Ground { scenario: Scenario { model, weather, .. }, .. } = ground;
        let given = Circumstances { model, weather, now: self.now };
        let mut all = Fingerprint::default();
        self.shared.hash_standing(self.now, &mut all);
        if let [only] = &self.orders[..] {
            only.hash_standing(&given, &mut all);
            return all;
        }
        let each = self.orders.iter().map(|place| {
            let mut one = Fingerprint::default();
            place.hash_standing(&given, &mut one);
            one.value()
        });
        let mut each: Vec<[u64; 2]> = each.collect();
        if alike && self.orders.len() == ground.purchases.len() {
            each.sort_unstable();
        }
        each.hash(&mut all);
        all
    }
}

impl Place {
    fn hash_standing(&self, given: &Circumstances, state: &mut Fingerprint) {
        match self {
            Place::UnderWay(place) => {
                let (order, watch) = &**place;
                order.hash_standing(given, state);
                (watch.reported, watch.breached).hash(state);
                watch.monitors.hash(state);
                watch.measure.hash_standing(state);
            }
            Place::Over(end) => end.hash(state),
        }
    }
}

/// The next event of one order.
fn happen(ground: &Ground, chooser: &mut impl Chooser, (order, watch): (&mut Order, &mut Watch), shared: &mut Shared) {
    let (mut found, mut sought): (Vec<Finding>, Sought) = (Vec::new(), Sought::default());
    let witness = Observer {
        watch,
        limits: &ground.limits,
        found: &mut found,
        sought: &mut sought,
        attention: Attention::Usual,
        sink: &mut Silent,
    };
    let mut step = Step {
        model: &ground.scenario.model,
        weather: &ground.scenario.weather,
        chooser,
        witness,
        shared,
        order,
        now: 0,
        handling: Event::PAY,
        halt: Halt::Running,
        legs: Vec::new(),
    };
    if let Some((at, event)) = step.take_next() {
        step.now = at;
        step.happen(event);
    }
}
