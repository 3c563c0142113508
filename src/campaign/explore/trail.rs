//! The trail: the plans that fail, found again among what is known. A plan that contains a smaller one that fails is none
//! of its own.
//!
//! Called after a search, once for each number of misfortunes. It must not know how a failure is told.

use crate::campaign::case::{Case, Misfortune, misfortune};
use crate::campaign::explore::board::{Board, Deed, Game, Next, Spare};
use crate::campaign::explore::ends::Ending;
use crate::campaign::explore::search::{self, Memory};
use crate::campaign::shrink::lasting;
use crate::kernel::{Address, Micros};
use crate::payments::address::SemanticAddress;
use crate::payments::site::{SHARED, Site};
use std::collections::BTreeMap;

/// So many boards are looked at for the plans of one depth.
const MOST_BOARDS: u64 = 2_000_000;

/// A plan that fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failing {
    /// What goes wrong, in order of time.
    pub plan: Vec<Deed>,
    /// What is violated, a bit for each invariant.
    pub violated: u32,
}

/// The plans that fail and contain none that fails with less.
#[derive(Clone, Debug, Default)]
pub struct Trail {
    /// In order of their number of misfortunes.
    pub failing: Vec<Failing>,
    /// Were all looked for?
    pub cut: bool,
}

/// Follows the branches under which something fails.
struct Follower<'a> {
    game: &'a Game<'a>,
    memory: &'a Memory,
    trail: &'a mut Trail,
    boards: u64,
    plan: Vec<Deed>,
}

/// Adds the plans of exactly so many misfortunes to those of fewer.
pub fn follow(game: &Game, memory: &Memory, faults: u8, trail: &mut Trail) {
    let mut follower = Follower { game, memory, trail, boards: 0, plan: Vec::new() };
    for next in game.starts(faults) {
        follower.branch(next, faults);
    }
}

impl Follower<'_> {
    fn branch(&mut self, next: Next, budget: u8) {
        if self.boards >= MOST_BOARDS {
            self.trail.cut = true;
            return;
        }
        self.boards += 1;
        let Next { board, deeds, released } = next;
        let before = self.plan.clone();
        let left = budget - deeds.len() as u8;
        self.plan.extend(deeds);
        if let Some((at, by)) = released {
            self.plan.iter_mut().filter(|deed| deed.at == at).for_each(|deed| deed.by = Some(by));
        }
        if !self.contains_a_smaller() {
            self.look(board, left);
        }
        self.plan = before;
    }

    fn look(&mut self, board: Box<Board>, budget: u8) {
        if self.game.next_at(&board).is_none() {
            let Ending { violated, .. } = search::ending(self.game, &board);
            if violated != 0 && budget == 0 {
                self.trail.failing.push(Failing { plan: self.plan.clone(), violated });
            }
            return;
        }
        if budget == 0 && board.is_settled() {
            return self.play(board);
        }
        let known = self.memory.table.get(self.game.fingerprint(&board, budget));
        if known.is_some_and(|known| search::failing(&self.memory.register.get(known)) == 0) {
            return;
        }
        for next in self.game.nexts(&board, budget, &mut Spare::default()) {
            self.branch(next, budget);
        }
    }

    /// Nothing more may go wrong: on to the end.
    fn play(&mut self, mut board: Box<Board>) {
        loop {
            let Some(next) = self.game.next_at(&board) else {
                let Ending { violated, .. } = search::ending(self.game, &board);
                if violated != 0 {
                    self.trail.failing.push(Failing { plan: self.plan.clone(), violated });
                }
                return;
            };
            if self.game.is_landmark(&board, next) {
                let known = self.memory.table.get(self.game.fingerprint(&board, 0));
                if known.is_some_and(|known| search::failing(&self.memory.register.get(known)) == 0) {
                    return;
                }
            }
            self.game.step(&mut board);
        }
    }

    /// Does the plan contain one that is known to fail, and more?
    fn contains_a_smaller(&self) -> bool {
        let has = |deed: &Deed| self.plan.iter().any(|one| (one.at, one.pick) == (deed.at, deed.pick));
        self.trail.failing.iter().any(|smaller| smaller.plan.len() < self.plan.len() && smaller.plan.iter().all(has))
    }
}

/// A plan as a case: what the scenario's script decides in any case is part of it.
pub fn case(game: &Game, plan: &[Deed]) -> Case {
    let scenario = game.ground.scenario;
    let mut misfortunes: Vec<Misfortune> = Vec::new();
    let mut sizes: BTreeMap<Address, Micros> = BTreeMap::new();
    for (at, decision) in &game.menu.script {
        let pick = decision.pick.filter(|pick| *pick > 0);
        misfortunes.extend(pick.and_then(|pick| misfortune(scenario, *at, pick, *at)));
        // The case has its purchases as they are.
        let drawn = SemanticAddress(*at).site().is_some_and(Site::makes_the_purchase);
        sizes.extend(decision.size.filter(|_| !drawn).map(|size| (*at, size)));
    }
    for (i, _) in scenario.weather.windows.iter().enumerate().filter(|(_, window)| window.odds >= 1 << 32) {
        let at = Address { stream: SHARED, site: Site::Window.index(), occurrence: i as u16 };
        misfortunes.extend(misfortune(scenario, at, 1, at));
    }
    misfortunes.extend(plan.iter().filter_map(|deed| told(game, deed)));
    misfortunes.sort_by_key(Misfortune::place);
    Case { purchases: game.ground.purchases.clone(), misfortunes, sizes }
}

/// A misfortune of a plan, as a case has it.
pub fn told(game: &Game, deed: &Deed) -> Option<Misfortune> {
    let one = misfortune(game.ground.scenario, deed.at, usize::from(deed.pick), deed.at)?;
    Some(match (one, deed.by) {
        (Misfortune::Struck(at, strike), Some(by)) => Misfortune::Struck(at, lasting(at, &strike, by).unwrap_or(strike)),
        (one, _) => one,
    })
}
