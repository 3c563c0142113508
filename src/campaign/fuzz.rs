//! A seeded campaign over one scenario: every seed of a range, on any number of threads, to one tally.
//!
//! Called by the command line. Threads share nothing but the number of the next chunk of seeds; finished chunks wait in a
//! bounded buffer until it is their turn, so that what is known at any moment is a contiguous prefix of the seeds. It must
//! not know the clock: whoever calls says when to stop.

use crate::campaign::subject::{Bench, Subject};
use crate::campaign::tally::{Manual, Tally};
use crate::campaign::triage::{Triage, triage};
use crate::run;
use core::time::Duration;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Orders in a chunk, about: a millisecond's or two worth of work.
const CHUNK_ORDERS: u64 = 2048;

/// So far ahead of the first unfinished chunk may others be begun, for each thread.
const AHEAD: u64 = 8;

/// Whoever takes chunks is asked this often whether to go on.
const PATIENCE: Duration = Duration::from_millis(100);

/// One seed in so many is run twice, in two ways, and the digests compared.
const REPLAY_EVERY: u64 = 256;

/// Runs the seeds of a range. `progress` is told the tally of the seeds so far, in their order; `false` stops: the seeds
/// under way are finished, and the tally is that of a prefix of the range.
pub fn fuzz(subject: &Subject, seeds: Range<u64>, jobs: usize, progress: &mut dyn FnMut(&Tally) -> bool) -> Tally {
    let orders = u64::from(run::orders_of(&subject.scenario.purchases)).max(1);
    let chunk = (CHUNK_ORDERS / orders).clamp(1, 256);
    let chunks = seeds.end.saturating_sub(seeds.start).div_ceil(chunk);
    let stop = &AtomicBool::new(false);
    let worker = || {
        let mut bench = Bench::new(subject);
        move |number: u64| {
            let from = seeds.start + number * chunk;
            // The last chunk may end where numbers do.
            tally(&mut bench, from..from.saturating_add(chunk).min(seeds.end), stop)
        }
    };
    let mut prefix = Prefix { chunk, ..Prefix::default() };
    in_line(chunks, jobs.max(1), worker, &mut |part| {
        let follows = part.is_none_or(|part| prefix.add(part));
        let goes_on = !follows || progress(&prefix.total);
        stop.fetch_or(!goes_on, Ordering::Relaxed);
        goes_on
    });
    prefix.total
}

/// The seeds so far, without a gap: where a thread stopped in the middle of its chunk, or before its first seed, others may
/// have done chunks that come later.
#[derive(Default)]
struct Prefix {
    total: Tally,
    chunk: u64,
    /// Seeds of the chunks taken, had none been cut short.
    due: u64,
}

impl Prefix {
    /// Adds the next chunk. `false`: one before it was cut short, and it is no part of the prefix.
    fn add(&mut self, part: Tally) -> bool {
        let follows = self.total.runs == self.due;
        self.due = self.due.saturating_add(self.chunk);
        if follows {
            self.total.add(part);
        }
        follows
    }
}

/// Has numbered chunks done by several threads, each with a worker of its own, and takes them in their order until `take`
/// wants no more; it is asked every now and then even if none is there (`None`). A thread that panics ends all of them, and then this one.
fn in_line<W: FnMut(u64) -> Tally>(
    chunks: u64,
    jobs: usize,
    worker: impl Fn() -> W + Sync,
    take: &mut dyn FnMut(Option<Tally>) -> bool,
) {
    let line = Line::new(jobs);
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                let _leaving = Leaving(&line);
                let mut work = worker();
                while let Some(number) = line.begin(chunks, jobs as u64 * AHEAD) {
                    line.hand_in(number, work(number));
                }
            });
        }
        let _closing = Closing(&line);
        loop {
            let part = line.take();
            if part.is_none() && line.is_over() {
                break;
            }
            if !take(part) {
                line.close();
            }
        }
    });
}

/// The tally of a few seeds, of as many as are run before `stop`.
fn tally(bench: &mut Bench, seeds: Range<u64>, stop: &AtomicBool) -> Tally {
    let mut tally = Tally::default();
    let from = seeds.start;
    for seed in seeds {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let glance = bench.run(seed);
        let shown = match glance.violating.is_empty() {
            true => Triage::Shown(Vec::new()),
            false => triage(bench, seed, &glance, &|| !stop.load(Ordering::Relaxed)),
        };
        match shown {
            Triage::Shown(shown) => tally.see_all(seed, shown.into_iter().map(|shown| (shown.symptom, shown.order))),
            Triage::Diverged => drop(tally.diverged.insert(seed)),
            Triage::Stopped => {
                // What the seed has exercised is not counted: the others are run once more without it.
                bench.counts.take();
                (from..seed).for_each(|seed| drop(bench.run(seed)));
                break;
            }
        }
        tally.runs += 1;
        tally.orders += glance.orders;
        tally.events += glance.events;
        tally.fold(seed, glance.digest);
        tally.reached.extend(&glance.reached);
        tally.manual.add(Manual { seeds: u64::from(glance.manual > 0), orders: glance.manual });
        if seed.is_multiple_of(REPLAY_EVERY) {
            tally.replayed += 1;
            if bench.replay(seed) != glance.digest {
                tally.diverged.insert(seed);
            }
        }
    }
    tally.coverage = bench.counts.take();
    tally
}

/// The line in which finished chunks wait until it is their turn.
struct Line {
    state: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    /// The number of the next chunk to be begun.
    next: u64,
    /// No chunk is begun any more.
    closed: bool,
    /// Finished, and not taken yet.
    chunks: BTreeMap<u64, Tally>,
    taken: u64,
    /// Threads that may still hand in something.
    workers: usize,
}

impl Line {
    fn new(workers: usize) -> Self {
        Line { state: Mutex::new(Waiting { workers, ..Waiting::default() }), changed: Condvar::new() }
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        // A thread that panics while it holds the lock has changed nothing: counters and finished chunks are whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state, and waits first until `ready`.
    fn when<T>(&self, ready: impl Fn(&Waiting) -> bool, change: impl FnOnce(&mut Waiting) -> T) -> T {
        let mut state = self.lock();
        while !ready(&state) {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let result = change(&mut state);
        self.changed.notify_all();
        result
    }

    /// The number of a chunk to run, once it is not too far ahead of its turn; `None` when there is none.
    fn begin(&self, chunks: u64, ahead: u64) -> Option<u64> {
        let over = |state: &Waiting| state.closed || state.next >= chunks;
        self.when(
            |state| over(state) || state.next < state.taken + ahead,
            |state| {
                let number = state.next;
                (!over(state)).then(|| state.next += 1).map(|()| number)
            },
        )
    }

    fn hand_in(&self, number: u64, tally: Tally) {
        self.when(|_| true, |state| state.chunks.insert(number, tally));
    }

    /// The next chunk in its turn; `None` when it is not there yet, though it was waited for, or when no more will come.
    fn take(&self) -> Option<Tally> {
        let waits = |state: &mut Waiting| state.workers > 0 && !state.chunks.contains_key(&state.taken);
        let waited = self.changed.wait_timeout_while(self.lock(), PATIENCE, waits);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let taken = state.taken;
        let part = state.chunks.remove(&taken).inspect(|_| state.taken += 1);
        self.changed.notify_all();
        part
    }

    /// Will no more chunks come?
    fn is_over(&self) -> bool {
        let state = self.lock();
        state.workers == 0 && !state.chunks.contains_key(&state.taken)
    }

    fn close(&self) {
        self.when(|_| true, |state| state.closed = true);
    }
}

/// A thread leaves the line. One that panics owes a chunk: none after it would ever have its turn, so no other is begun.
struct Leaving<'a>(&'a Line);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        let lost = std::thread::panicking();
        self.0.when(
            |_| true,
            |state| {
                state.workers -= 1;
                state.closed |= lost;
            },
        );
    }
}

/// Whoever takes the chunks is gone, also by a panic: none is begun for nobody.
struct Closing<'a>(&'a Line);

impl Drop for Closing<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;

    /// Runs `act` in a thread of its own and says whether it panicked; that it ends at all is what is asked.
    fn panics(act: impl FnOnce() + Send + 'static) -> bool {
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || {
            let _ = sender.send(std::panic::catch_unwind(std::panic::AssertUnwindSafe(act)).is_err());
        });
        receiver.recv_timeout(Duration::from_secs(60)).expect("it waits for ever")
    }

    fn one(seed: u64) -> Tally {
        Tally { runs: 1, digest: seed, ..Tally::default() }
    }

    #[test]
    fn nothing_is_added_after_a_chunk_that_was_cut_short() {
        let of = |runs| Tally { runs, ..Tally::default() };
        for (cut, left) in [(0, 10), (3, 13), (5, 15)] {
            let mut prefix = Prefix { chunk: 5, ..Prefix::default() };
            let added = [5, 5, cut, 5, 5].map(|runs| prefix.add(of(runs)));
            assert_eq!(added, [true, true, true, cut == 5, cut == 5], "cut after {cut}");
            assert_eq!(prefix.total.runs, if cut == 5 { 25 } else { left });
        }
    }

    #[test]
    fn nobody_waits_for_a_thread_that_panics() {
        let worker = || {
            |number| {
                assert_ne!(number, 3, "a bug of ours");
                one(number)
            }
        };
        for jobs in [1, 2, 4] {
            assert!(panics(move || in_line(10_000, jobs, worker, &mut |_| true)), "{jobs} threads");
        }
    }

    #[test]
    fn nobody_works_on_for_one_who_takes_no_more() {
        for jobs in [1, 2, 4] {
            assert!(panics(move || in_line(u64::MAX, jobs, || one, &mut |part| panic!("a bug of ours: {part:?}"))));
        }
    }
}
