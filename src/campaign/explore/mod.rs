//! `explore`: every plan of at most so many misfortunes, and how each ends: none at first, then one, then two, so that the
//! first plan under which anything is violated is already a smallest one.
//!
//! Called by the command line. It must not know clocks, files or terminals: whoever calls says when to stop.

pub mod board;
pub mod ends;
pub mod menu;
pub mod search;
pub mod table;

use crate::campaign::explore::board::Game;
use crate::campaign::explore::ends::Ends;
use crate::campaign::explore::menu::Menu;
use crate::campaign::explore::search::{Memory, Work};
use crate::kernel::Calm;
use crate::run::position::Ground;
use crate::run::{self};
use crate::scenario::Scenario;

/// How far to go.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Misfortunes in a plan, at most.
    pub faults: u8,
    /// Orders: so many of the scenario's first ones; `None`: all.
    pub orders: Option<u32>,
    /// Does the downstream break its word, too?
    pub breaches: bool,
    /// Threads.
    pub jobs: usize,
    /// Bytes that the states may take.
    pub memory: usize,
}

/// All plans of at most so many misfortunes.
#[derive(Clone, Debug)]
pub struct Depth {
    /// So many misfortunes at most.
    pub faults: u8,
    /// How all plans end.
    pub ends: Ends,
    /// States that are different in something that can matter.
    pub states: usize,
    /// What was done, from the first depth on.
    pub work: Work,
    /// Bytes that the states take.
    pub bytes: usize,
}

/// Explores a scenario.
pub fn explore(scenario: &Scenario, bounds: &Bounds, go_on: &(dyn Fn(&Memory) -> bool + Sync)) -> Vec<Depth> {
    let mut scenario = scenario.clone();
    let menu = Menu::of(&mut scenario, bounds.breaches);
    let mut purchases = run::purchases(&scenario, Calm);
    purchases.truncate(bounds.orders.map_or(usize::MAX, |orders| orders as usize));
    let alike = purchases.windows(2).all(|pair| pair[0] == pair[1]);
    let game =
        Game { ground: Ground::new(&scenario, purchases), menu: &menu, alike, silence: board::silence(), remembers: true };
    let memory = Memory::default();
    let within = || memory.bytes() <= bounds.memory && go_on(&memory);
    let mut depths = Vec::new();
    for faults in 0..=bounds.faults {
        let Some(ends) = search::search(&game, &memory, faults, bounds.jobs, &within) else { break };
        depths.push(Depth { faults, ends, states: memory.table.states(), work: memory.work(), bytes: memory.bytes() });
    }
    depths
}
