//! What orders share: windows that happen or not, rate limits, batch jobs, and first-in-first-out queues. Owned by the run.
//!
//! Where none of the limits is configured, orders are uncoupled and this is only a table of windows, which is the same for all.

use crate::kernel::{Address, Chooser, Micros, SECOND};
use crate::payments::event::Event;
use crate::payments::fact::Number;
use crate::payments::model::{Model, NotificationQueue, Polling};
use crate::payments::site::{Hop, SHARED, Site};
use crate::payments::weather::Weather;
use std::collections::VecDeque;

/// What orders share.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Shared {
    windows: Vec<bool>,
    jobs: [Job; 2],
    endpoints: [VecDeque<(u32, Number)>; 2],
    /// Events for other orders than the one whose step it is: (instant, order, event).
    pub wakes: Vec<(Micros, u32, Event)>,
}

/// A polling job with a limit: when it can next let a query through.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
struct Job {
    run: Micros,
    taken: u32,
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

    /// When the polling job of `hop` can send a query that is due `now`: the next free place.
    pub(crate) fn place_for_query(&mut self, hop: Hop, polling: &Polling, now: Micros) -> Micros {
        let (every, size) = match (polling.batch, polling.rate_limit) {
            (Some(batch), _) => (batch.every, batch.size),
            (None, Some(per_second)) => (SECOND, per_second),
            (None, None) => return now,
        };
        let job = &mut self.jobs[hop as usize];
        let due = if polling.batch.is_some() { now.div_ceil(every) } else { now / every };
        if due > job.run || job.taken == 0 {
            *job = Job { run: due.max(job.run), taken: 0 };
        } else if job.taken >= size {
            *job = Job { run: job.run + 1, taken: 0 };
        }
        job.taken += 1;
        now.max(job.run * every)
    }

    /// Puts a notification in the endpoint's line; `true` if it is the first.
    pub(crate) fn stand_in_line(&mut self, hop: Hop, order: u32, number: Number) -> bool {
        let line = &mut self.endpoints[hop as usize];
        line.push_back((order, number));
        line.len() == 1
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
