//! The world: orders, what they share, and the order of events. Uncoupled orders run one after the other, in constant
//! memory and from the first-level cache; coupled ones together. Called by `once` only.
//!
//! Events are ordered by (time, order, sequence within the order). As a choice does not depend on when it is made, both
//! ways of running give the same facts for every order, to the byte; a test compares them.

use crate::invariants::{Finding, Limits};
use crate::kernel::{Agenda, Chooser, Digest, Micros, Sink};
use crate::payments::books::Books;
use crate::payments::event::Event;
use crate::payments::fact::Fact;
use crate::payments::model::{Deadline, Model, Purchase};
use crate::payments::order::Order;
use crate::payments::process::Halt;
use crate::payments::shared::Shared;
use crate::payments::step::Step;
use crate::run::feed::Feed;
use crate::run::goals::{self, Seen};
use crate::run::measure::Recoveries;
use crate::run::observer::{Observer, Sought, Watch};
use crate::run::outcome::{Goal, Totals};
use crate::run::worst::Worst;
use crate::scenario::Scenario;

/// A world under way.
pub(crate) struct World<'a, C, S> {
    scenario: &'a Scenario,
    chooser: C,
    sink: &'a mut S,
    shared: Shared,
    limits: Limits,
    sought: Sought,
    /// The deadline of every order created within the storm.
    storm_deadline: Micros,
    /// What is asked whenever some orders are done: tell how many, and go on?
    progress: &'a mut dyn FnMut(u64) -> bool,
    pub totals: Totals,
    pub recoveries: Recoveries,
    pub digest: Digest,
    pub found: Vec<Finding>,
    /// The final books of the first orders that violate something.
    pub losses: Vec<(u32, Books)>,
    pub worst: Worst,
}

impl<'a, C: Chooser, S: Sink<Fact>> World<'a, C, S> {
    pub fn new(
        scenario: &'a Scenario,
        mut chooser: C,
        sink: &'a mut S,
        stories: usize,
        progress: &'a mut dyn FnMut(u64) -> bool,
    ) -> Self {
        let mut sought = Sought::default();
        for goal in scenario.goals.iter().filter_map(|name| goals::find(name)) {
            match goals::ALL[goal].seen {
                Seen::Fact(is_it) => sought.in_facts.push((goal, is_it)),
                Seen::End(is_it) => sought.at_the_end.push((goal, is_it)),
            }
        }
        World {
            shared: Shared::new(&scenario.weather, &mut chooser),
            limits: limits(&scenario.model),
            storm_deadline: deadline(scenario, scenario.weather.storm_end),
            scenario,
            chooser,
            sink,
            sought,
            progress,
            totals: Totals::default(),
            recoveries: Recoveries::default(),
            digest: Digest::default(),
            found: Vec::new(),
            losses: Vec::new(),
            worst: Worst::keeping(stories),
        }
    }

    /// Runs orders one after the other; `only` those numbers, if given.
    pub fn one_by_one(&mut self, only: Option<&[u32]>) {
        let mut feed = Feed::new(&self.scenario.purchases);
        let mut order = Order::new(0, Purchase { at: 0, amount: 0 });
        let mut done = 0u64;
        while let Some((number, purchase)) = feed.next(&mut self.chooser) {
            if only.is_some_and(|only| !only.contains(&number)) {
                continue;
            }
            order.begin(number, purchase);
            let mut watch = Watch::default();
            let deadline = self.deadline_of(&order);
            self.live(&mut order, &mut watch, deadline, u64::MAX);
            self.finish(&order, &mut watch, deadline);
            done += 1;
            if done.is_multiple_of(1024) && !(self.progress)(done) {
                return;
            }
        }
    }

    /// Runs all orders in one world.
    pub fn together(&mut self) {
        let mut feed = Feed::new(&self.scenario.purchases);
        let count = Feed::count(&self.scenario.purchases) as usize;
        let mut orders: Vec<(Order, Watch)> = Vec::with_capacity(count);
        let mut agenda = Agenda::default();
        let mut next = feed.next(&mut self.chooser);
        let mut events = 0u64;
        loop {
            let arrival = next.map(|(number, purchase)| (purchase.at, number));
            let head = match (agenda.first(), arrival) {
                (Some(head), Some(arrival)) if head < arrival => head,
                (_, Some((at, number))) => {
                    let purchase = next.map_or(Purchase { at, amount: 0 }, |(_, purchase)| purchase);
                    orders.push((Order::new(number, purchase), Watch::default()));
                    agenda.insert(at, number);
                    next = feed.next(&mut self.chooser);
                    continue;
                }
                (Some(head), None) => head,
                (None, None) => break,
            };
            let (at, number) = head;
            let (order, watch) = &mut orders[number as usize];
            if order.pending.next_at() != Some(at) {
                agenda.advance(None);
                continue;
            }
            let deadline = self.deadline_of(order);
            self.live(order, watch, deadline, 1);
            agenda.advance(order.pending.next_at());
            for (at, number, event) in std::mem::take(&mut self.shared.wakes) {
                orders[number as usize].0.pending.schedule(at, event);
                agenda.insert(at, number);
            }
            for (at, origin, event) in std::mem::take(&mut self.shared.wake_everyone) {
                let others = orders.iter_mut().filter(|(order, _)| order.id != origin);
                for (order, _) in others.filter(|(order, _)| !order.agreed || order.pending.next_at().is_some()) {
                    order.pending.schedule(at, event);
                    agenda.insert(at, order.id);
                }
            }
            events += 1;
            if events.is_multiple_of(16384) && !(self.progress)(orders.len() as u64) {
                break;
            }
        }
        for (order, watch) in &mut orders {
            let deadline = self.deadline_of(order);
            self.finish(order, watch, deadline);
        }
        self.found.sort_by_key(|finding| finding.order);
    }

    /// Lets an order's next events happen, at most `most` of them and none after its deadline.
    #[inline(never)]
    fn live(&mut self, order: &mut Order, watch: &mut Watch, deadline: Micros, most: u64) {
        let seeks = !self.sought.in_facts.is_empty();
        let witness = Observer {
            watch,
            limits: &self.limits,
            found: &mut self.found,
            sought: &mut self.sought,
            seeks,
            sink: &mut *self.sink,
        };
        let mut step = Step {
            model: &self.scenario.model,
            weather: &self.scenario.weather,
            chooser: &mut self.chooser,
            witness,
            shared: &mut self.shared,
            order,
            now: 0,
            handling: Event::PAY,
            halt: Halt::Running,
        };
        let mut events = 0;
        while events < most {
            let Some((at, event)) = step.order.pending.pop() else { break };
            if at > deadline {
                step.order.pending.clear();
                step.shared.forget(step.order.id, at);
                break;
            }
            step.now = at;
            step.happen(event);
            events += 1;
        }
        self.totals.events += events;
    }

    fn deadline_of(&self, order: &Order) -> Micros {
        if order.created <= self.scenario.weather.storm_end {
            self.storm_deadline
        } else {
            deadline(self.scenario, order.created)
        }
    }

    /// The deadline: what must hold finally is checked, and the order is added to the totals.
    fn finish(&mut self, order: &Order, watch: &mut Watch, deadline: Micros) {
        let books = Books::of(order, &self.scenario.model, deadline);
        let mut findings =
            crate::invariants::Findings::new(&self.limits, &mut watch.reported, &mut self.found, order.id, deadline);
        watch.monitors.finally(&books, &mut findings);
        if watch.reported != 0 && self.losses.len() < crate::run::outcome::Outcome::KEPT {
            self.losses.push((order.id, books));
        }
        watch.measure.add_to(&mut self.totals, &mut self.recoveries, &books, deadline);
        self.sought.at_the_end.retain(|(_, is_it)| !is_it(&watch.measure));
        self.worst.consider(order.id, watch, &books);
        self.digest.fold([watch.digest.value(), 0]);
    }

    /// The scenario's goals, and whether each was reached.
    pub fn goals(&self) -> Vec<Goal> {
        let Sought { in_facts, at_the_end } = &self.sought;
        let missing =
            |goal: usize| in_facts.iter().any(|left| left.0 == goal) || at_the_end.iter().any(|left| left.0 == goal);
        let reached = |name: &str| goals::find(name).is_some_and(|goal| !missing(goal));
        self.scenario.goals.iter().map(|name| Goal { name: name.clone(), reached: reached(name) }).collect()
    }

    /// The chooser, for those who want to know what it decided.
    pub fn into_chooser(self) -> C {
        self.chooser
    }
}

/// When an order must agree.
fn deadline(scenario: &Scenario, from: Micros) -> Micros {
    match scenario.model.deadline {
        Deadline::After(so_long) => from.saturating_add(so_long),
        Deadline::BusinessDays(days) => scenario.model.calendar.add_business_days(from, days),
    }
}

/// The limits that `hygiene.bounded` holds the parties to.
fn limits(model: &Model) -> Limits {
    let each = |of: &dyn Fn(&crate::payments::model::HopModel) -> u32| [of(&model.hops[0]), of(&model.hops[1])];
    Limits {
        currency: model.currency,
        queries: each(&|hop| hop.polling.as_ref().map_or(0, |polling| u32::from(polling.max))),
        notifications: each(&|hop| hop.notification.as_ref().map_or(0, |notification| notification.gaps.len() as u32)),
    }
}
