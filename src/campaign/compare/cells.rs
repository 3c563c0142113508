//! The tasks of a comparison, on any number of threads.
//!
//! Called by the command line. Threads share the number of the next task and nothing else, so what a task comes to does not
//! depend on them. It must not know the clock: whoever calls says when to stop.

use super::question::Question;
use super::record::Record;
use super::tally::tally;
use crate::scenario::Scenario;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;

/// Runs the `wanted` ones of the `scenarios`, one of each task; `done` is told each record as it comes, in any order, and
/// says whether to go on.
pub fn run(
    question: &Question,
    scenarios: &[Scenario],
    wanted: &[usize],
    jobs: usize,
    done: &mut dyn FnMut(usize, Record) -> bool,
) {
    let (next, over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (sender, receiver) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, wanted.len().max(1)) {
            let sender = sender.clone();
            let (next, over) = (&next, &over);
            scope.spawn(move || {
                while let Some(&task) =
                    wanted.get(next.fetch_add(1, Ordering::Relaxed)).filter(|_| !over.load(Ordering::Relaxed))
                {
                    let record = tally(&scenarios[task], &question.rules, question.in_a_row(task));
                    if sender.send((task, record)).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        for (task, record) in receiver {
            if !done(task, record) {
                over.store(true, Ordering::Relaxed);
            }
        }
    });
}
