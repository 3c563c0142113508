//! The world: orders, what they share, and the order of events. Uncoupled orders run one after the other, in constant
//! memory and from the first-level cache; how coupled ones take turns is in `coupled`. Called by the run's entry
//! points; `position` moves orders by the same functions.
//!
//! Events are ordered by (time, order, sequence within the order). As a choice does not depend on when it is made, both
//! ways of running give the same facts for every order, to the byte; a test compares them.

use crate::invariants::{Finding, Limits, held_to};
use crate::kernel::{Chooser, Digest, Micros, Sink};
use crate::payments::books::Books;
use crate::payments::event::Event;
use crate::payments::fact::Fact;
use crate::payments::model::{Deadline, Model, Purchase};
use crate::payments::order::Order;
use crate::payments::pause::Leg;
use crate::payments::process::Halt;
use crate::payments::shared::Shared;
use crate::payments::step::Step;
use crate::run::each::Ended;
use crate::run::feed::Feed;
use crate::run::goals;
use crate::run::measure::Recoveries;
use crate::run::observer::{Attention, Observer, Sought, Watch};
use crate::run::outcome::{Goal, Outcome, Totals};
use crate::run::worst::{Badness, Worst};
use crate::scenario::Scenario;

/// How far an order goes on its own before another's turn may come.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// To its end: it shares nothing.
    ToTheEnd,
    /// Until its next event may touch what orders share.
    UntilShared,
    /// One event.
    OneEvent,
}

/// How an order ended: what is counted in order of number.
#[derive(Clone, Copy, Default)]
pub(super) struct End {
    digest: u64,
    badness: Badness,
    created: Micros,
    books: Books,
}

/// An order that violates something.
#[derive(Clone, Copy)]
pub(crate) struct Violator {
    pub order: u32,
    /// What it violates, a bit for each invariant.
    pub violated: u32,
    /// The downstream broke its word to it.
    pub breached: bool,
    /// A case of it is before a person.
    pub told: bool,
}

impl Violator {
    /// What it violates of what it is held to where a broken word is judged by silence.
    pub fn judged(&self) -> u32 {
        self.violated & held_to(self.breached, self.told)
    }
}

/// A world under way.
pub(crate) struct World<'a, C, S> {
    pub(super) scenario: &'a Scenario,
    pub(super) chooser: &'a mut C,
    sink: &'a mut S,
    pub(super) shared: Shared,
    limits: Limits,
    /// Memory for what steps may have to play again.
    legs: Vec<Leg>,
    sought: Sought,
    /// The deadline of every order created within the storm.
    storm_deadline: Micros,
    /// What is asked whenever some orders are done: tell how many, and go on?
    pub(super) progress: &'a mut dyn FnMut(u64) -> bool,
    pub totals: Totals,
    /// Are the totals wanted, or only how many orders and events there were?
    adds_up: bool,
    pub recoveries: Recoveries,
    pub digest: Digest,
    pub found: Vec<Finding>,
    /// Orders that ended with a case before a person.
    pub manual: u64,
    /// Orders that violate something, in the order in which they ended.
    pub violators: Vec<Violator>,
    /// The final books of the first orders that violate something.
    pub losses: Vec<(u32, Books)>,
    pub worst: Worst,
    /// Who is told of every order's end, if anybody is.
    pub ended: Option<&'a mut dyn FnMut(&Ended)>,
    /// The orders that are looked at, if not all: what the others do is seen by nobody.
    watched: Option<&'a [u32]>,
}

impl<'a, C: Chooser, S: Sink<Fact>> World<'a, C, S> {
    /// A world before its first event; `stories`: so many of its worst orders are kept, to be told.
    pub fn new(
        scenario: &'a Scenario,
        chooser: &'a mut C,
        sink: &'a mut S,
        stories: usize,
        progress: &'a mut dyn FnMut(u64) -> bool,
    ) -> Self {
        World {
            shared: Shared::new(&scenario.weather, chooser),
            limits: limits(&scenario.model),
            legs: Vec::new(),
            storm_deadline: deadline(scenario, scenario.weather.storm_end),
            scenario,
            chooser,
            sink,
            sought: Sought::of(&scenario.goals),
            progress,
            totals: Totals::default(),
            adds_up: true,
            recoveries: Recoveries::default(),
            digest: Digest::default(),
            found: Vec::new(),
            manual: 0,
            violators: Vec::new(),
            losses: Vec::new(),
            worst: Worst::keeping(stories),
            ended: None,
            watched: None,
        }
    }

    /// The same, but only these orders are looked at; the others do what they do for what they share with them.
    pub fn watching(self, orders: &'a [u32]) -> Self {
        World { watched: Some(orders), ..self }
    }

    fn watches(&self, order: u32) -> bool {
        self.watched.is_none_or(|orders| orders.contains(&order))
    }

    /// Has every order ended that anybody looks at?
    pub(super) fn has_seen_enough(&self) -> bool {
        self.watched.is_some_and(|orders| self.totals.orders == orders.len() as u64)
    }

    /// Must facts come in order of time? Those of one order do in any case.
    pub(super) fn tells_in_time(&self) -> bool {
        self.sink.listens() && self.watched.is_none()
    }

    /// The same, but of its totals only orders and events are counted.
    pub fn without_totals(self) -> Self {
        World { adds_up: false, ..self }
    }

    /// Runs the orders, `only` these if given and if they share nothing.
    pub fn run(&mut self, turn: Turn, only: Option<&[(u32, Purchase)]>) {
        match turn {
            Turn::ToTheEnd => self.one_by_one(only),
            Turn::UntilShared | Turn::OneEvent => self.together(turn),
        }
    }

    fn one_by_one(&mut self, only: Option<&[(u32, Purchase)]>) {
        let mut feed = Feed::new(&self.scenario.purchases);
        let mut only = only.map(|only| only.iter().copied());
        let mut order = Order::new(0, Purchase { at: 0, amount: 0 });
        let mut done = 0u64;
        while let Some((number, purchase)) = match &mut only {
            Some(only) => only.next(),
            None => feed.next(self.chooser),
        } {
            order.begin(number, purchase);
            let mut watch = Watch::default();
            let deadline = self.deadline_of(&order);
            self.live(&mut order, &mut watch, deadline, Turn::ToTheEnd);
            let end = self.finish(&order, &mut watch, deadline);
            self.count(number, &end);
            done += 1;
            if done.is_multiple_of(1024) && !(self.progress)(done) {
                return;
            }
        }
    }

    /// Lets an order's next events happen, as many as are its `turn` and none after its deadline.
    #[inline(never)]
    pub(super) fn live(&mut self, order: &mut Order, watch: &mut Watch, deadline: Micros, turn: Turn) {
        let attention = if self.watches(order.id) { self.sought.attention() } else { Attention::Muted };
        let witness = Observer {
            watch,
            limits: &self.limits,
            found: &mut self.found,
            sought: &mut self.sought,
            attention,
            sink: &mut *self.sink,
        };
        let mut step = Step {
            model: &self.scenario.model,
            weather: &self.scenario.weather,
            chooser: &mut *self.chooser,
            witness,
            shared: &mut self.shared,
            order,
            now: 0,
            handling: Event::PAY,
            halt: Halt::Running,
            legs: std::mem::take(&mut self.legs),
        };
        let mut events = 0;
        while let Some((at, event)) = step.take_next() {
            if at > deadline {
                step.order.pending.clear();
                step.shared.forget(step.order.id, at);
                break;
            }
            step.now = at;
            step.happen(event);
            events += 1;
            match turn {
                Turn::ToTheEnd => {}
                Turn::UntilShared => {
                    if step.order.pending.first().is_some_and(|next| step.model.is_shared(next)) {
                        break;
                    }
                }
                Turn::OneEvent => break,
            }
        }
        self.legs = step.legs;
        self.totals.events += events;
    }

    /// When this order must agree.
    pub(super) fn deadline_of(&self, order: &Order) -> Micros {
        if order.created <= self.scenario.weather.storm_end {
            self.storm_deadline
        } else {
            deadline(self.scenario, order.created)
        }
    }

    /// The deadline: what must hold finally is checked, and the order is added to the totals. Orders may come in any order.
    pub(super) fn finish(&mut self, order: &Order, watch: &mut Watch, deadline: Micros) -> End {
        if !self.watches(order.id) {
            return End::default();
        }
        let books = Books::of(order, &self.scenario.model, &self.scenario.weather, deadline);
        let mut findings =
            crate::invariants::Findings::new(&self.limits, &mut watch.reported, &mut self.found, order.id, deadline);
        watch.monitors.finally(&books, &mut findings);
        self.totals.orders += 1;
        self.manual += u64::from(books.manual);
        if watch.reported != 0 {
            let (violated, breached, told) = (watch.reported, watch.breached, books.manual);
            self.violators.push(Violator { order: order.id, violated, breached, told });
        }
        if self.adds_up {
            watch.measure.add_to(&mut self.totals, &mut self.recoveries, &books, deadline);
        }
        self.sought.see_the_end(&watch.measure);
        if let Some(tell) = &mut self.ended {
            tell(&Ended { order: order.id, measure: &watch.measure, books: &books, violated: watch.reported, deadline });
        }
        End { digest: watch.digest.value(), badness: Badness::of(watch, &books), created: order.created, books }
    }

    /// What depends on the order of orders: they come in order of number.
    #[inline]
    pub(super) fn count(&mut self, number: u32, end: &End) {
        self.digest.fold([end.digest, 0]);
        self.worst.consider(number, Purchase { at: end.created, amount: end.books.amount }, end.badness);
        if end.badness.violates() && self.losses.len() < Outcome::KEPT {
            self.losses.push((number, end.books));
        }
    }

    /// The scenario's goals, and whether each was reached.
    pub fn goals(&self) -> Vec<Goal> {
        let reached = |name: &str| goals::find(name).is_some_and(|goal| !self.sought.misses(goal));
        self.scenario.goals.iter().map(|name| Goal { name: name.clone(), reached: reached(name) }).collect()
    }

    /// Was goal number `goal` not reached?
    pub fn misses(&self, goal: usize) -> bool {
        self.sought.misses(goal)
    }
}

/// When an order must agree that was created then.
pub(super) fn deadline_of(scenario: &Scenario, created: Micros) -> Micros {
    deadline(scenario, scenario.weather.storm_end.max(created))
}

/// When an order must agree.
fn deadline(scenario: &Scenario, from: Micros) -> Micros {
    match scenario.model.deadline {
        Deadline::After(so_long) => from.saturating_add(so_long),
        Deadline::BusinessDays(days) => scenario.model.calendar.add_business_days(from, days),
    }
}

/// The limits that `hygiene.bounded` holds the parties to.
pub(super) fn limits(model: &Model) -> Limits {
    let each = |of: &dyn Fn(&crate::payments::model::HopModel) -> u32| [of(&model.hops[0]), of(&model.hops[1])];
    Limits {
        currency: model.currency,
        queries: each(&|hop| hop.polling.as_ref().map_or(0, |polling| u32::from(polling.max))),
        notifications: each(&|hop| hop.notification.as_ref().map_or(0, |notification| notification.gaps.len() as u32)),
    }
}
