//! What orders share: windows that happen or not, rate limits, batch jobs, and first-in-first-out queues. Owned by the run.
//!
//! Where none of the limits is configured, orders are uncoupled and this is only a table of windows, which is the same for all.

use crate::kernel::{Address, Chooser, Micros, SECOND};
use crate::payments::event::{Event, Kind};
use crate::payments::fact::Number;
use crate::payments::model::{Model, NotificationQueue, Polling};
use crate::payments::site::{Hop, SHARED, Site};
use crate::payments::weather::Weather;
use std::collections::VecDeque;

/// What orders share.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Shared {
    windows: Vec<bool>,
    /// By hop: the job's runs, and its seconds.
    jobs: [[Job; 2]; 2],
    endpoints: [VecDeque<(u32, Number)>; 2],
    /// Events for other orders than the one whose step it is: (instant, order, event).
    pub wakes: Vec<(Micros, u32, Event)>,
}

/// A job with a limit a run: the run that takes the next query, and what it has taken.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Job {
    run: u64,
    taken: u32,
}

impl Job {
    /// The first run from `due` on that has a place.
    fn place(&mut self, due: u64, size: u32) -> u64 {
        if due > self.run {
            *self = Job { run: due, taken: 0 };
        } else if self.taken >= size {
            *self = Job { run: self.run + 1, taken: 0 };
        }
        self.taken += 1;
        self.run
    }
}

impl Shared {
    /// The state at the start: every window is asked for once.
    pub fn new(weather: &Weather, chooser: &mut impl Chooser) -> Self {
        let happens = |(i, window): (usize, &crate::payments::weather::Window)| {
            let at = Address { stream: SHARED, site: Site::Window.index(), occurrence: i as u16 };
            chooser.pick(at, &[window.odds]) == 1
        };
        Shared { windows: weather.windows.iter().enumerate().map(happens).collect(), ..Shared::default() }
    }

    /// Does the window happen?
    pub fn window_happens(&self, number: u16) -> bool {
        self.windows[usize::from(number)]
    }

    /// When the polling job of `hop` can send a query that is due `now`: the next free place under both its limits.
    pub(crate) fn place_for_query(&mut self, hop: Hop, polling: &Polling, now: Micros) -> Micros {
        let [runs, seconds] = &mut self.jobs[hop as usize];
        let in_batch = polling.batch.map_or(now, |batch| runs.place(now.div_ceil(batch.every), batch.size) * batch.every);
        let at = now.max(in_batch);
        let in_rate = polling.rate_limit.map_or(at, |per_second| seconds.place(at / SECOND, per_second) * SECOND);
        at.max(in_rate)
    }

    /// Puts a notification in the endpoint's line, if it is not there yet; `true` if it is the first.
    pub(crate) fn stand_in_line(&mut self, hop: Hop, order: u32, number: Number) -> bool {
        let line = &mut self.endpoints[hop as usize];
        if !line.contains(&(order, number)) {
            line.push_back((order, number));
        }
        line.front() == Some(&(order, number))
    }

    /// An order whose time is over leaves every line; whoever is first then is woken.
    pub fn forget(&mut self, order: u32, now: Micros) {
        for hop in Hop::ALL {
            let line = &mut self.endpoints[hop as usize];
            let was_first = line.front().is_some_and(|first| first.0 == order);
            line.retain(|waiting| waiting.0 != order);
            if let (true, Some(&(next, number))) = (was_first, line.front()) {
                self.wakes.push((now, next, Event::on(Kind::NotifyDue, hop, number)));
            }
        }
    }

    /// Takes the first out of the endpoint's line, if it is this one, and returns who is first now.
    pub(crate) fn leave_line(&mut self, hop: Hop, order: u32, number: Number) -> Option<(u32, Number)> {
        let line = &mut self.endpoints[hop as usize];
        if line.front() != Some(&(order, number)) {
            line.retain(|waiting| *waiting != (order, number));
            return None;
        }
        line.pop_front();
        line.front().copied()
    }
}

impl Model {
    /// Why orders must run in one world, if they must.
    pub fn coupling(&self) -> Option<&'static str> {
        let hops = || self.hops.iter();
        if hops().any(|hop| hop.polling.as_ref().is_some_and(|polling| polling.rate_limit.is_some())) {
            return Some("a rate limit on queries");
        }
        if hops().any(|hop| hop.polling.as_ref().is_some_and(|polling| polling.batch.is_some())) {
            return Some("a polling job that takes a batch at a time");
        }
        let fifo = |queue: &NotificationQueue| *queue == NotificationQueue::FirstInFirstOut;
        if hops().any(|hop| hop.notification.as_ref().is_some_and(|notification| fifo(&notification.queue))) {
            return Some("a notification queue that is first in, first out");
        }
        None
    }
}
