//! What orders share: windows that happen or not, rate limits, batch jobs, and first-in-first-out queues. Owned by the run.
//!
//! Where none of the limits is configured, orders are uncoupled and this is only a table of windows, which is the same for all.

use crate::kernel::{Address, Chooser, Micros, SECOND};
use crate::payments::event::{Event, Kind};
use crate::payments::fact::Number;
use crate::payments::model::{Capacity, Model, Notification, NotificationQueue, Polling};
use crate::payments::party::{Hop, Process};
use crate::payments::site::{SHARED, Site};
use crate::payments::weather::Weather;
use std::collections::VecDeque;
use std::hash::{Hash, Hasher};

/// What orders share.
#[derive(Debug, Default, PartialEq, Eq, Hash)]
pub struct Shared {
    windows: Vec<bool>,
    /// By hop: the job's runs, and its seconds.
    jobs: [[Job; 2]; 2],
    endpoints: [VecDeque<(u32, Number)>; 2],
    /// By process: until when it is stopped, and whether it has crashed.
    halted: [(Micros, bool); Process::ALL.len()],
    /// Until when any process is stopped.
    halted_until: Micros,
    /// The bank's counter is busy until then.
    busy_until: Micros,
    /// By hop: the second in which callers ask again by themselves, and how many did.
    retries: [Job; 2],
    /// By hop: the worker's run, and the rows it has taken.
    workers: [Job; 2],
    /// Events for other orders than the one whose step it is: (instant, order, event).
    pub wakes: Vec<(Micros, u32, Event)>,
    /// Events for all other orders than this one: (instant, order, event).
    pub wake_everyone: Vec<(Micros, u32, Event)>,
}

/// A job with a limit a run: the run that takes the next query, and what it has taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
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

impl Clone for Shared {
    fn clone(&self) -> Self {
        let mut copy = Shared::default();
        copy.clone_from(self);
        copy
    }

    /// Keeps the memory that it has.
    fn clone_from(&mut self, other: &Self) {
        let Shared { windows, jobs, endpoints, halted, halted_until, busy_until, retries, workers, .. } = other;
        let Shared { wakes, wake_everyone, .. } = other;
        (self.jobs, self.halted, self.halted_until) = (*jobs, *halted, *halted_until);
        (self.busy_until, self.retries, self.workers) = (*busy_until, *retries, *workers);
        self.windows.clone_from(windows);
        for (mine, line) in self.endpoints.iter_mut().zip(endpoints) {
            mine.clone_from(line);
        }
        self.wakes.clone_from(wakes);
        self.wake_everyone.clone_from(wake_everyone);
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

    /// Hashes what can matter to what comes after `now`.
    pub fn hash_standing<H: Hasher>(&self, now: Micros, state: &mut H) {
        let Shared { windows, jobs, endpoints, halted, halted_until: _, busy_until, retries, workers, .. } = self;
        for windows in windows.chunks(64) {
            state.write_u64(windows.iter().fold(0, |all, happens| all << 1 | u64::from(*happens)));
        }
        // A bit for everything that is in use, then that alone.
        let fresh = |job: &Job| if job.run >= now / SECOND { *job } else { Job::default() };
        let retries = retries.each_ref().map(fresh);
        let limits = || jobs.as_flattened().iter().chain(workers).chain(&retries);
        let stops = || halted.iter().map(|(until, crashed)| if *until > now { (*until, *crashed) } else { (0, false) });
        let limited = limits().map(|job| *job != Job::default());
        let stopped = stops().flat_map(|(until, crashed)| [until != 0, crashed]);
        let in_line = endpoints.iter().map(|line| !line.is_empty());
        let in_use = limited.chain(stopped).chain(in_line).fold(0, |all, used| all << 1 | u64::from(used));
        state.write_u64(in_use);
        limits().filter(|job| **job != Job::default()).for_each(|job| job.hash(state));
        stops().filter(|stop| stop.0 != 0).for_each(|(until, _)| state.write_u64(until));
        endpoints.iter().filter(|line| !line.is_empty()).for_each(|line| line.hash(state));
        state.write_u64(if *busy_until > now { *busy_until } else { 0 });
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

    /// A process stops until then.
    pub(crate) fn halt(&mut self, process: Process, until: Micros, crashed: bool) {
        self.halted[process as usize] = (until, crashed);
        self.halted_until = self.halted_until.max(until);
    }

    /// Has any process been stopped?
    #[inline(always)]
    pub(crate) fn some_process_is_halted(&self) -> bool {
        self.halted_until != 0
    }

    /// Is no process stopped now?
    pub fn no_process_is_halted(&self, now: Micros) -> bool {
        self.halted_until <= now
    }

    /// Until when the process is stopped, if it is, and whether it has crashed.
    pub(crate) fn halted(&self, process: Process, now: Micros) -> Option<(Micros, bool)> {
        Some(self.halted[process as usize]).filter(|(until, _)| *until > now)
    }

    /// When the bank's counter takes what comes `now`; `None`: the line is full.
    pub(crate) fn turn_at_the_bank(&mut self, capacity: Capacity, now: Micros) -> Option<Micros> {
        let each = SECOND / Micros::from(capacity.rate);
        let turn = self.busy_until.max(now);
        if turn - now > each.saturating_mul(Micros::from(capacity.queue)) {
            return None;
        }
        self.busy_until = turn + each;
        Some(turn)
    }

    /// May a caller ask again by itself, within its budget of so many a second?
    pub(crate) fn retry_is_within(&mut self, hop: Hop, per_second: u32, now: Micros) -> bool {
        let job = &mut self.retries[hop as usize];
        if job.run != now / SECOND {
            *job = Job { run: now / SECOND, taken: 0 };
        }
        job.taken += 1;
        job.taken <= per_second
    }

    /// The first run of the worker from `due` on that has a place for another row.
    pub(crate) fn place_for_worker(&mut self, hop: Hop, due: u64, batch: u32) -> u64 {
        self.workers[hop as usize].place(due, batch)
    }

    /// Puts a notification in the endpoint's line, if it is not there yet; `true` if it is the first.
    pub(crate) fn stand_in_line(&mut self, hop: Hop, order: u32, number: Number) -> bool {
        let line = &mut self.endpoints[hop as usize];
        if !line.contains(&(order, number)) {
            line.push_back((order, number));
        }
        line.front() == Some(&(order, number))
    }

    /// Does `order` stand in a line, to be woken by another?
    pub fn awaits(&self, order: u32) -> bool {
        self.endpoints.iter().any(|line| line.iter().any(|waiting| waiting.0 == order))
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
    /// May `event` touch what orders share? An order whose next event may not can go on alone, before all others.
    #[inline]
    pub fn is_shared(&self, event: &Event) -> bool {
        let limited = |polling: &Polling| polling.rate_limit.is_some() || polling.batch.is_some();
        match event.kind {
            // Once let through, a query has its place.
            Kind::QueryDue if event.nth == 0 => self.hops[event.hop as usize].polling.as_ref().is_some_and(limited),
            // Once served, it has had its turn at the counter.
            Kind::Request | Kind::Refund | Kind::Close | Kind::Query => {
                self.capacity.is_some() && event.hop == Hop::PlatformBank && event.branch & Event::SERVED == 0
            }
            _ => false,
        }
    }

    /// May any event touch what orders share, or move another order?
    pub fn any_event_is_shared(&self) -> bool {
        let in_line = |notification: &Notification| notification.queue == NotificationQueue::FirstInFirstOut;
        self.hops.iter().any(|hop| {
            hop.notification.as_ref().is_some_and(in_line)
                || hop.retry.is_some_and(|retry| retry.budget.is_some())
                || hop.compensation.is_some_and(|compensation| compensation.batch.is_some())
        })
    }

    /// Why orders must run in one world, if they must.
    pub fn coupling(&self) -> Option<&'static str> {
        let hops = || self.hops.iter();
        if hops().any(|hop| hop.polling.as_ref().is_some_and(|polling| polling.rate_limit.is_some())) {
            return Some("a rate limit on queries");
        }
        if self.capacity.is_some() {
            return Some("the bank's capacity");
        }
        if hops().any(|hop| hop.retry.is_some_and(|retry| retry.budget.is_some())) {
            return Some("a retry budget");
        }
        if hops().any(|hop| hop.compensation.is_some_and(|compensation| compensation.batch.is_some())) {
            return Some("a worker that takes a batch at a time");
        }
        if hops().any(|hop| hop.polling.as_ref().is_some_and(|polling| polling.batch.is_some())) {
            return Some("a polling job that takes a batch at a time");
        }
        let in_line = |notification: &Notification| notification.queue == NotificationQueue::FirstInFirstOut;
        if hops().any(|hop| hop.notification.as_ref().is_some_and(in_line)) {
            return Some("a notification queue that is first in, first out");
        }
        None
    }
}
