//! The search: how everything that can follow from a board ends, each state looked at once.
//!
//! A state is a board and the budget of misfortunes that is left. What follows from it is a pure function of it, so threads
//! that begin at the same root and take the branches in different orders help each other: whatever one has found out, the
//! others read in the table. All figures are sums over states, each counted by whoever made it known: they are the same
//! for any number of threads. It must not know clocks; whoever calls says when to stop.

use crate::campaign::explore::board::{Board, Game};
use crate::campaign::explore::ends::{Ending, Ends, Known, Register};
use crate::campaign::explore::table::Table;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// So much of a thread's stack a search may take: it is as deep as a plan is long.
const STACK: usize = 512 << 20;

/// Looked after every so many boards: is it time to stop?
const LOOK_EVERY: u64 = 1 << 12;

/// What is known, and how much was done.
#[derive(Default)]
pub struct Memory {
    /// States.
    pub table: Table,
    /// Sums of endings.
    pub register: Register,
    counts: [AtomicU64; 2],
    stopped: AtomicBool,
}

/// How much was done: a sum over states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Boards that were generated.
    pub generated: u64,
    /// Plans that were played to their end.
    pub executed: u64,
}

impl Work {
    fn add(&mut self, more: Work) {
        self.generated += more.generated;
        self.executed += more.executed;
    }
}

impl Memory {
    /// How much was done.
    pub fn work(&self) -> Work {
        let [generated, executed] = [0, 1].map(|i| self.counts[i].load(Ordering::Relaxed));
        Work { generated, executed }
    }

    /// Bytes taken.
    pub fn bytes(&self) -> usize {
        self.table.bytes() + self.register.bytes()
    }

    fn count(&self, work: Work) {
        self.counts[0].fetch_add(work.generated, Ordering::Relaxed);
        self.counts[1].fetch_add(work.executed, Ordering::Relaxed);
    }

    fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }
}

/// One thread's part of a search.
struct Searcher<'a> {
    game: &'a Game<'a>,
    memory: &'a Memory,
    /// Which branch is taken first.
    turn: usize,
    boards: u64,
    go_on: &'a (dyn Fn() -> bool + Sync),
}

/// How all plans of at most `budget` misfortunes end; `None` if it was stopped before.
pub fn search(game: &Game, memory: &Memory, budget: u8, jobs: usize, go_on: &(dyn Fn() -> bool + Sync)) -> Option<Ends> {
    memory.stopped.store(false, Ordering::Relaxed);
    let work = |turn: usize| {
        let mut searcher = Searcher { game, memory, turn, boards: 0, go_on };
        let starts = game.starts(budget);
        let (mut sum, mut work) = (Ends::new(), Work { generated: starts.len() as u64, executed: 0 });
        for next in searcher.in_turn(starts) {
            let spent = next.deeds.len() as u8;
            let (known, more) = searcher.solve(next.board, budget - spent)?;
            work.add(more);
            memory.register.add_to(&mut sum, known);
        }
        // Whoever is through first has found out everything.
        memory.stopped.store(true, Ordering::Relaxed);
        Some((sum, work))
    };
    let (sum, work) = std::thread::scope(|scope| {
        let spawn = |turn: usize| {
            let builder = std::thread::Builder::new().stack_size(STACK);
            builder.spawn_scoped(scope, move || work(turn))
        };
        let threads: Vec<_> = (0..jobs.max(1)).filter_map(|turn| spawn(turn).ok()).collect();
        let ends = threads.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
        ends.fold(None, Option::or)
    })?;
    memory.count(work);
    Some(sum)
}

impl Searcher<'_> {
    /// Branches in this thread's order: the first forward, the second backward, others from somewhere between.
    fn in_turn<T>(&self, mut branches: Vec<T>) -> Vec<T> {
        if self.turn % 2 == 1 {
            branches.reverse();
        }
        let len = branches.len().max(1);
        branches.rotate_left((self.turn / 2 * 7) % len);
        branches
    }

    /// Is it time to stop?
    fn stops(&mut self) -> bool {
        self.boards += 1;
        if self.boards.is_multiple_of(LOOK_EVERY) && !(self.go_on)() {
            self.memory.stopped.store(true, Ordering::Relaxed);
        }
        self.memory.is_stopped()
    }

    /// How everything that can follow from a board ends, and the work that belongs to no state that is kept.
    fn solve(&mut self, board: Board, budget: u8) -> Option<(Known, Work)> {
        if budget == 0 && board.is_settled() {
            return self.play(board);
        }
        if let Some(ending) = ending(self.game, &board) {
            return Some((self.register(ending), Work { generated: 0, executed: 1 }));
        }
        let state = self.game.fingerprint(&board, budget);
        if let Some(known) = self.known(state) {
            return Some((known, Work::default()));
        }
        if self.stops() {
            return None;
        }
        let nexts = self.game.nexts(&board, budget);
        drop(board);
        let mut sum = Ends::new();
        let mut work = Work { generated: nexts.len() as u64, executed: 0 };
        for next in self.in_turn(nexts) {
            let spent = next.deeds.len() as u8;
            let (known, more) = self.solve(next.board, budget - spent)?;
            work.add(more);
            self.memory.register.add_to(&mut sum, known);
        }
        let known = self.memory.register.number(sum);
        self.remember(state, known, work);
        Some((known, Work::default()))
    }

    /// Nothing more may go wrong and nothing is open: one board follows the other until a known one, or the end. Only where
    /// it rests a board is kept: what happens in quick succession is no place to meet another plan.
    fn play(&mut self, mut board: Board) -> Option<(Known, Work)> {
        let mut kept: Vec<([u64; 2], Work)> = Vec::new();
        let mut work = Work::default();
        let known = loop {
            if let Some(ending) = ending(self.game, &board) {
                work.executed = 1;
                break self.register(ending);
            }
            if self.game.rests(&board) {
                let state = self.game.fingerprint(&board, 0);
                if let Some(known) = self.known(state) {
                    break known;
                }
                kept.push((state, std::mem::take(&mut work)));
            }
            if self.stops() {
                return None;
            }
            self.game.step(&mut board);
            work.generated += 1;
        };
        // What was done before the first that is kept belongs to none; what was done after one belongs to it.
        for (state, before) in kept.into_iter().rev() {
            self.remember(state, known, std::mem::replace(&mut work, before));
        }
        Some((known, work))
    }

    fn known(&self, state: [u64; 2]) -> Option<Known> {
        if self.game.remembers { self.memory.table.get(state) } else { None }
    }

    /// A state's work counts once, whoever did it.
    fn remember(&self, state: [u64; 2], known: Known, work: Work) {
        if !self.game.remembers || self.memory.table.insert(state, known) {
            self.memory.count(work);
        }
    }

    fn register(&self, ending: Ending) -> Known {
        self.memory.register.number(vec![(ending, 1)])
    }
}

/// How a board ends that goes on no more.
pub fn ending(game: &Game, board: &Board) -> Option<Ending> {
    let violated = game.violated(board);
    if violated != 0 {
        return Some(Ending { violated, ..Ending::default() });
    }
    game.is_over(board).then(|| Ending::of(&game.ends(board), |order| game.judged(board, order)))
}

/// The plans among `ends` in which something is violated.
pub fn failing(ends: &[(Ending, u64)]) -> u64 {
    ends.iter().filter(|(ending, _)| ending.violated != 0).map(|(_, plans)| *plans).sum()
}

/// All plans among `ends`.
pub fn plans(ends: &[(Ending, u64)]) -> u64 {
    ends.iter().fold(0, |sum, (_, plans)| sum.saturating_add(*plans))
}

