//! The search: how everything that can follow from a board ends, each state looked at once.
//!
//! A state is a board and the budget of misfortunes that is left. What follows from it is a pure function of it, so threads
//! that begin at the same root and take the branches in different orders help each other: whatever one has found out, the
//! others read in the table. All figures are sums over states, each counted by whoever made it known: they are the same
//! for any number of threads. It must not know clocks; whoever calls says when to stop.

use crate::campaign::explore::board::{Board, Game, Spare};
use crate::campaign::explore::ends::{Ending, Ends, Known, Register};
use crate::campaign::explore::table::Table;
use smallvec::SmallVec;
use std::panic::resume_unwind;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

/// So much of a thread's stack a search may take: it is as deep as a plan is long.
const STACK: usize = 512 << 20;

/// Looked after every so many boards: is it time to stop?
const LOOK_EVERY: u64 = 1 << 12;

/// And whenever a thread's boards have come to take so many bytes more: those of many orders are large.
const LOOK_AT_BYTES: usize = 1 << 20;

/// What is known, and how much was done.
#[derive(Default)]
pub struct Memory {
    /// States.
    pub table: Table,
    /// Sums of endings.
    pub register: Register,
    counts: [AtomicU64; 2],
    stopped: AtomicBool,
    /// Bytes that the boards of the search under way take: those that it will come back to, and spare ones.
    boards: AtomicUsize,
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

    /// Bytes that what is known takes.
    pub fn bytes(&self) -> usize {
        self.table.bytes() + self.register.bytes()
    }

    /// Bytes taken in all; after a search that was stopped, what it took then.
    pub fn all_bytes(&self) -> usize {
        self.bytes() + self.boards.load(Ordering::Relaxed)
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
    spare: Spare,
    boards: u64,
    /// Bytes of its boards that all threads know of.
    told: usize,
    go_on: &'a (dyn Fn() -> bool + Sync),
}

/// How all plans of at most `budget` misfortunes end; `None` if it was stopped before.
pub fn search(game: &Game, memory: &Memory, budget: u8, jobs: usize, go_on: &(dyn Fn() -> bool + Sync)) -> Option<Ends> {
    memory.stopped.store(false, Ordering::Relaxed);
    memory.boards.store(0, Ordering::Relaxed);
    let work = |turn: usize| {
        let mut searcher = Searcher { game, memory, turn, spare: Spare::default(), boards: 0, told: 0, go_on };
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
    memory.boards.store(0, Ordering::Relaxed);
    Some(sum)
}

/// Does something that may go as deep as a search.
pub fn deep<T: Send>(act: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, act);
        let joined = thread.unwrap_or_else(|error| panic!("no thread: {error}")).join();
        joined.unwrap_or_else(|panic| resume_unwind(panic))
    })
}

/// A part of a walk: from a state that is kept to the next.
#[derive(Default)]
struct Stage {
    /// The state with which it begins; none: where the walk begins.
    begins: Option<[u64; 2]>,
    /// How what leaves the walk ends.
    ends: Ends,
    work: Work,
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
        let more = self.spare.bytes().saturating_sub(self.told);
        let grown = more >= LOOK_AT_BYTES;
        if grown {
            self.told += more;
            self.memory.boards.fetch_add(more, Ordering::Relaxed);
        }
        if (grown || self.boards.is_multiple_of(LOOK_EVERY)) && !(self.go_on)() {
            self.memory.stopped.store(true, Ordering::Relaxed);
        }
        self.memory.is_stopped()
    }

    /// How everything that can follow from a board ends, and the work that belongs to no state that is kept.
    fn solve(&mut self, board: Box<Board>, budget: u8) -> Option<(Known, Work)> {
        if budget == 0 {
            return self.walk(board);
        }
        if self.game.next_at(&board).is_none() {
            let known = self.register(ending(self.game, &board));
            self.spare.keep(board);
            return Some((known, Work { generated: 0, executed: 1 }));
        }
        let state = self.game.fingerprint(&board, budget);
        if let Some(known) = self.known(state) {
            self.spare.keep(board);
            return Some((known, Work::default()));
        }
        if self.stops() {
            return None;
        }
        let nexts = self.game.nexts(&board, budget, &mut self.spare);
        self.spare.keep(board);
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

    /// Nothing more may go wrong: one board follows the other until a known one, or the end, and from each what is put off
    /// may come at once. Only landmarks are kept.
    fn walk(&mut self, mut board: Box<Board>) -> Option<(Known, Work)> {
        let mut stages: SmallVec<[Stage; 4]> = SmallVec::new();
        let mut stage = Stage::default();
        let mut known = loop {
            let Some(next) = self.game.next_at(&board) else {
                stage.work.executed += 1;
                break self.register(ending(self.game, &board));
            };
            if self.game.is_landmark(&board, next) {
                let state = self.game.fingerprint(&board, 0);
                if let Some(known) = self.known(state) {
                    break known;
                }
                stages.push(std::mem::replace(&mut stage, Stage { begins: Some(state), ..Stage::default() }));
            }
            if self.stops() {
                return None;
            }
            if !board.is_settled() {
                self.let_come(&board, &mut stage)?;
            }
            self.game.step(&mut board);
            stage.work.generated += 1;
        };
        self.spare.keep(board);
        // What was done after one that is kept belongs to it; what was done before the first belongs to none.
        loop {
            if !stage.ends.is_empty() {
                self.memory.register.add_to(&mut stage.ends, known);
                known = self.memory.register.number(std::mem::take(&mut stage.ends));
            }
            let Some(state) = stage.begins else { return Some((known, stage.work)) };
            self.remember(state, known, stage.work);
            stage = stages.pop().unwrap_or_default();
        }
    }

    /// What is put off comes now: how all that follows from this ends.
    fn let_come(&mut self, board: &Board, stage: &mut Stage) -> Option<()> {
        let mut sooner = Vec::new();
        self.game.releases(board, &mut self.spare, &mut sooner);
        stage.work.generated += sooner.len() as u64;
        for next in self.in_turn(sooner) {
            let (known, more) = self.walk(next.board)?;
            stage.work.add(more);
            self.memory.register.add_to(&mut stage.ends, known);
        }
        Some(())
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

/// How a board ends on which nothing more will happen.
pub fn ending(game: &Game, board: &Board) -> Ending {
    Ending::of(&game.ends(board))
}

/// The plans among `ends` in which something is violated.
pub fn failing(ends: &[(Ending, u64)]) -> u64 {
    ends.iter().filter(|(ending, _)| ending.violated != 0).map(|(_, plans)| *plans).sum()
}

/// All plans among `ends`.
pub fn plans(ends: &[(Ending, u64)]) -> u64 {
    ends.iter().fold(0, |sum, (_, plans)| sum.saturating_add(*plans))
}
