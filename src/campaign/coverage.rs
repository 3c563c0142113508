//! What a campaign has exercised: which kind of fault struck at which site, and in which state the order was then.
//!
//! Told every fact of every run by the fuzzer; added up over seeds and shards. It must not know what a run was for.

use crate::campaign::swarm::{MOST_KINDS, Swarm};
use crate::kernel::{Address, Chooser, Distribution, Micros, Pick, Sink};
use crate::payments::fact::{Fact, Number, State, What};
use crate::payments::party::Hop;
use crate::payments::site::{Place, SITES, Site};
use crate::payments::weather::{Effect, Weather};
use crate::run;
use crate::scenario::Scenario;
use std::collections::BTreeMap;

/// States of an order, and of a table that cells are counted in.
const STATES: usize = 7;

/// Numbers of one hop whose state is followed; later ones are rare.
const NUMBERS: usize = 16;

/// The states in the order of their numbers: of the asking party's order, on the hop where the fault strikes.
pub const STATE_NAMES: [&str; STATES] = ["none", "pending", "unknown", "succeeded", "failed", "closed", "reversed"];

/// Where a fault struck: the position of its kind, of its site, and of the order's state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    /// The position in the registry of faults.
    pub kind: usize,
    /// The site's number.
    pub site: u16,
    /// The position in [`STATE_NAMES`].
    pub state: usize,
}

/// How often each cell was struck, while a few seeds are run.
#[derive(Default)]
pub struct Counts {
    /// Of all cells, once there is one.
    counts: Vec<u32>,
    touched: Vec<u32>,
    /// Of the run that is listened to: by order, or of the one order that is under way.
    states: Vec<States>,
}

/// The states of an order's numbers, on each hop.
type States = [[State; NUMBERS]; 2];

impl Counts {
    fn add(&mut self, Cell { kind, site, state }: Cell) {
        let i = (kind * SITES + usize::from(site)) * STATES + state;
        if self.counts.is_empty() {
            self.counts.resize(MOST_KINDS * SITES * STATES, 0);
        }
        if self.counts[i] == 0 {
            self.touched.push(i as u32);
        }
        self.counts[i] += 1;
    }

    /// Adds what intruders did.
    pub fn add_intruders(&mut self, swarm: &Swarm, noted: Vec<(u16, Pick)>) {
        for (site, pick) in noted {
            if let Some(kind) = swarm.kind_at(site, pick - 1) {
                self.add(Cell { kind, site, state: State::Pending as usize });
            }
        }
    }

    /// What was counted, and begins again.
    pub fn take(&mut self) -> BTreeMap<Cell, u64> {
        let counts = &mut self.counts;
        let cell = |i: u32| {
            let i = i as usize;
            let cell = Cell { kind: i / STATES / SITES, site: (i / STATES % SITES) as u16, state: i % STATES };
            (cell, u64::from(std::mem::take(&mut counts[i])))
        };
        self.touched.drain(..).map(cell).collect()
    }
}

/// Notes what an intruder does, which no fact states: he watches a request go by, so the order is pending.
pub struct Intruders<C> {
    base: C,
    /// Picks at intruders' sites.
    picks: Vec<(u16, Pick)>,
}

impl<C> Intruders<C> {
    /// Over another chooser.
    pub fn over(base: C) -> Self {
        Intruders { base, picks: Vec::new() }
    }

    /// What was noted.
    pub fn noted(self) -> Vec<(u16, Pick)> {
        self.picks
    }
}

impl<C: Chooser> Chooser for Intruders<C> {
    #[inline]
    fn pick(&mut self, at: Address, odds: &[u64]) -> Pick {
        const SITES: [u16; 2] = [
            Site::Hop(Hop::MerchantPlatform, Place::Intruder).index(),
            Site::Hop(Hop::PlatformBank, Place::Intruder).index(),
        ];
        let pick = self.base.pick(at, odds);
        if pick != 0 && SITES.contains(&at.site) {
            self.picks.push((at.site, pick));
        }
        pick
    }
    #[inline(always)]
    fn leaves_calm(&mut self, at: Address, most: u64) -> bool {
        self.base.leaves_calm(at, most)
    }
    #[inline(always)]
    fn size(&mut self, at: Address, of: &Distribution) -> Micros {
        self.base.size(at, of)
    }
    #[inline(always)]
    fn calm_size(&mut self, at: Address, most: u64, of: &Distribution) -> Option<Micros> {
        self.base.calm_size(at, most, of)
    }
    #[inline]
    fn has_decided(&self, at: Address) -> bool {
        self.base.has_decided(at)
    }
}

/// Listens to one run.
pub struct Listener<'a> {
    swarm: &'a Swarm,
    weather: &'a Weather,
    counts: &'a mut Counts,
    /// Where orders are run one at a time: the one under way.
    alone: Option<u32>,
}

impl<'a> Listener<'a> {
    /// For one run of `scenario`.
    pub fn new(swarm: &'a Swarm, scenario: &'a Scenario, counts: &'a mut Counts) -> Self {
        let alone = scenario.coupling().is_none().then_some(0);
        let orders = if alone.is_some() { 1 } else { run::orders_of(&scenario.purchases) as usize };
        counts.states.clear();
        counts.states.resize(orders, States::default());
        Listener { swarm, weather: &scenario.weather, counts, alone }
    }

    #[cold]
    #[inline(never)]
    fn struck(&mut self, order: u32, (hop, place): (Hop, Place), number: Option<Number>, effect: Effect) {
        let site = Site::Hop(hop, place).index();
        let Some(kind) = self.swarm.kind_of(self.weather, site, effect) else { return };
        let state = number.and_then(|number| self.state(order, hop, number).copied());
        self.counts.add(Cell { kind, site, state: state.unwrap_or_default() as usize });
    }

    /// The state of an order's number.
    #[inline(always)]
    fn state(&mut self, order: u32, hop: Hop, number: Number) -> Option<&mut State> {
        let place = match &mut self.alone {
            None => order as usize,
            Some(alone) => {
                if *alone != order {
                    *alone = order;
                    self.counts.states[0] = States::default();
                }
                0
            }
        };
        let states = self.counts.states.get_mut(place)?;
        Some(&mut states[hop as usize][usize::from(number) % NUMBERS])
    }
}

impl Sink<Fact> for Listener<'_> {
    #[inline(always)]
    fn record(&mut self, fact: &Fact) {
        match fact.what {
            What::Sent { hop, message, number, effect: Some(effect), .. } => {
                self.struck(fact.order, (hop, Place::Message(message)), Some(number), effect);
            }
            What::AttemptMoved { hop, number, to, .. } => {
                if let Some(state) = self.state(fact.order, hop, number) {
                    *state = to;
                }
            }
            What::Fated { hop, number, purpose, effect, .. } => {
                self.struck(fact.order, (hop, Place::decision(purpose)), Some(number), effect);
            }
            What::WriteStruck { hop, place, number, effect, .. } => {
                self.struck(fact.order, (hop, place), Some(number), effect);
            }
            What::FileRead { hop, number, struck: Some((_, effect)), .. } => {
                self.struck(fact.order, (hop, Place::Row), Some(number), effect);
            }
            What::FileStruck { hop, effect, .. } => {
                let place = if matches!(effect, Effect::Row(_)) { Place::Row } else { Place::File };
                self.struck(fact.order, (hop, place), None, effect);
            }
            What::Halted { hop, place, effect, .. } => {
                self.struck(fact.order, (hop, place), None, Effect::Process(effect));
            }
            _ => {}
        }
    }
}
