//! Shrinking: the shortest bad day that still breaks the same invariant. Fewer orders, fewer misfortunes, simpler and
//! shorter ones, sizes nearer to the median, purchases nearer to the usual one.
//!
//! Called by the campaign for one seed of each kind of failure. Every step is a function of the case alone, and steps are
//! repeated until none changes anything, so shrinking is deterministic and shrinking a shrunk case changes nothing. It
//! must not know where a case comes from, nor what is written about it.

use crate::campaign::case::{Case, Misfortune, Stage, Struck};
use crate::campaign::mistake::Mistake;
use crate::faults::{self, Kind};
use crate::kernel::{Address, HOUR, MILLISECOND, Micros, SECOND};
use crate::payments::address::SemanticAddress;
use crate::payments::site::{Place, Site};
use crate::payments::weather::{Effect, Strike, Window};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::ops::Range;

/// So many events are simulated for one case at most, about a second's worth: shrinking stops then where it is.
const MOST_EVENTS: u64 = 20_000_000;

/// Up to so many misfortunes, every proper subset is tried.
const MOST_SUBSETS: usize = 8;

/// A case, and what it must go on showing.
pub struct Shrinker<'a> {
    stage: &'a mut Stage,
    /// The smallest case so far.
    pub case: Case,
    /// The invariant that it violates...
    target: usize,
    /// ...by this mistake.
    mistake: Mistake,
    go_on: &'a dyn Fn() -> bool,
    events: u64,
    /// A case was tried that violates the invariant by another mistake.
    by_another: bool,
}

/// How small a case is known to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Smallness {
    /// Nobody looked for a smaller case: there was no time left.
    Unshrunk,
    /// Shrinking stopped early.
    Stopped,
    /// Another mistake violates the invariant by fewer of its misfortunes; this one does not.
    BesideOthers,
    /// Without any one of its misfortunes the invariant holds.
    OneMinimal,
    /// No proper subset of its misfortunes violates the invariant: all were tried.
    Irreducible,
    /// No plan of one misfortune less violates the invariant, whatever its misfortunes: all were tried, each kind with the
    /// durations that it has in the swarm, apart from windows.
    Minimum,
}

impl<'a> Shrinker<'a> {
    /// `case` violates the invariant at position `target` of the registry.
    pub fn new(stage: &'a mut Stage, case: Case, target: usize) -> Self {
        Shrinker { stage, case, target, mistake: Mistake::default(), go_on: &|| true, events: 0, by_another: false }
    }

    /// The same, but it is to go on showing this mistake, and no other that violates the same.
    pub fn showing(self, mistake: &Mistake) -> Self {
        Shrinker { mistake: mistake.clone(), ..self }
    }

    /// The same, but nothing smaller is found any more once `go_on` says so.
    pub fn while_(self, go_on: &'a dyn Fn() -> bool) -> Self {
        Shrinker { go_on, ..self }
    }

    /// Does a case show what it is to show?
    pub fn fails(&mut self, case: &Case) -> bool {
        let target = 1 << self.target;
        if self.violated(case) & target == 0 {
            return false;
        }
        let shows = self.mistake.is_its_own(self.stage, case, target, &mut self.events)
            && self.mistake.is_mended(self.stage, case, target, &mut self.events);
        self.by_another |= !shows;
        shows
    }

    /// All that a case violates.
    pub fn violated(&mut self, case: &Case) -> u32 {
        let glance = self.stage.play(case);
        self.events += glance.events;
        glance.violated()
    }

    /// The calm size at an address.
    pub fn median(&self, at: Address) -> Micros {
        self.stage.median(at)
    }

    /// Only what it takes to know which faults a failure needs.
    pub fn roughly(mut self) -> Case {
        self.fewer_orders();
        self.fewer_sizes();
        self.fewer_misfortunes();
        self.case
    }

    /// All the way.
    pub fn thoroughly(mut self) -> (Case, Smallness) {
        loop {
            let before = self.case.clone();
            self.fewer_orders();
            self.fewer_sizes();
            self.by_another = false;
            self.fewer_misfortunes();
            let by_another = std::mem::take(&mut self.by_another);
            self.simpler_misfortunes();
            self.shorter_misfortunes();
            self.smaller_sizes();
            self.usual_purchases();
            if self.is_over() {
                return (self.case, Smallness::Stopped);
            }
            self.by_another = by_another;
            if self.case == before && !self.smaller_subset() {
                let smallness = match self.case.misfortunes.len() {
                    _ if self.by_another => Smallness::BesideOthers,
                    0..=MOST_SUBSETS => Smallness::Irreducible,
                    _ => Smallness::OneMinimal,
                };
                return (self.case, smallness);
            }
        }
    }

    /// Is nothing smaller looked for any more?
    fn is_over(&self) -> bool {
        self.events >= MOST_EVENTS || !(self.go_on)()
    }

    /// Takes a candidate if it still fails.
    fn accept(&mut self, candidate: Case) -> bool {
        let better = !self.is_over() && candidate != self.case && self.fails(&candidate);
        if better {
            self.case = candidate;
        }
        better
    }

    /// At best the order alone that fails first.
    fn fewer_orders(&mut self) {
        let count = self.case.purchases.len();
        if count > 1 {
            let glance = self.stage.play(&self.case);
            self.events += glance.events;
            let failing = glance.violating.iter().find(|(_, violated)| violated & (1 << self.target) != 0);
            if let Some((order, _)) = failing.map(|(order, violated)| (*order as usize, violated)) {
                let alone = self.case.without_orders(&(order + 1..count)).without_orders(&(0..order));
                self.accept(alone);
            }
        }
        if self.case.purchases.len() > 1 {
            thin(self.case.purchases.len(), &mut |orders| {
                if self.is_over() {
                    return false;
                }
                let candidate = self.case.without_orders(&orders);
                !candidate.purchases.is_empty() && self.accept(candidate)
            });
        }
    }

    fn fewer_sizes(&mut self) {
        let calm = Case { sizes: BTreeMap::new(), ..self.case.clone() };
        if !self.case.sizes.is_empty() && !self.accept(calm) {
            thin(self.case.sizes.len(), &mut |range| {
                if self.is_over() {
                    return false;
                }
                let mut candidate = self.case.clone();
                let gone: Vec<Address> = candidate.sizes.keys().copied().skip(range.start).take(range.len()).collect();
                candidate.sizes.retain(|at, _| !gone.contains(at));
                self.accept(candidate)
            });
        }
    }

    fn fewer_misfortunes(&mut self) {
        thin(self.case.misfortunes.len(), &mut |range| {
            if self.is_over() {
                return false;
            }
            let mut candidate = self.case.clone();
            candidate.misfortunes.drain(range);
            self.accept(candidate)
        });
    }

    /// A message that is simply lost, an update that simply fails, instead of whatever else; one of them instead of a window.
    fn simpler_misfortunes(&mut self) {
        for i in 0..self.case.misfortunes.len() {
            let simpler: Vec<Misfortune> = match &self.case.misfortunes[i] {
                Misfortune::Struck(at, strike) => simplest(*at)
                    .filter(|simple| simple.fault != strike.fault)
                    .map(|simple| Misfortune::Struck(*at, simple))
                    .into_iter()
                    .collect(),
                Misfortune::Window(window) => {
                    let window = window.clone();
                    self.struck_by(&window)
                        .into_iter()
                        .filter_map(|at| Some(Misfortune::Struck(at, simplest(at)?)))
                        .collect()
                }
                Misfortune::Happened(..) => Vec::new(),
            };
            for misfortune in simpler {
                let mut candidate = self.case.clone();
                candidate.misfortunes[i] = misfortune;
                candidate.misfortunes.sort_by_key(Misfortune::place);
                if self.accept(candidate) {
                    break;
                }
            }
        }
    }

    /// Where a window of the case struck.
    fn struck_by(&mut self, window: &Window) -> Vec<Address> {
        let mut struck = Struck::default();
        self.events += self.stage.listen(&self.case, &mut struck).events;
        let by_it = |(at, effect): &(Address, Effect)| {
            let site = SemanticAddress(*at).site();
            site.and_then(|site| window.at(site.index())).is_some_and(|strike| strike.effect == *effect)
        };
        struck.0.into_iter().filter(by_it).map(|(at, _)| at).collect()
    }

    /// Shorter delays, narrower windows.
    fn shorter_misfortunes(&mut self) {
        for i in 0..self.case.misfortunes.len() {
            match self.case.misfortunes[i].clone() {
                Misfortune::Struck(at, strike) => {
                    let Some(time) = faults::duration(strike.effect) else { continue };
                    self.shorten(faults::shortest(strike.effect), time, |case, time| {
                        if let Some(shorter) = lasting(at, &strike, time) {
                            case.misfortunes[i] = Misfortune::Struck(at, shorter);
                        }
                    });
                }
                Misfortune::Window(window) => {
                    self.shorten(0, window.to - window.from, |case, long| {
                        let to = window.from + long;
                        case.misfortunes[i] = Misfortune::Window(Window { to, ..window.clone() });
                    });
                    let Misfortune::Window(window) = self.case.misfortunes[i].clone() else { continue };
                    self.shorten(0, window.to - window.from, |case, long| {
                        let from = window.to - long;
                        case.misfortunes[i] = Misfortune::Window(Window { from, ..window.clone() });
                    });
                }
                Misfortune::Happened(..) => {}
            }
        }
    }

    /// Sizes nearer to the median.
    fn smaller_sizes(&mut self) {
        for (at, size) in self.case.sizes.clone() {
            let median = self.stage.median(at);
            let way = size.abs_diff(median);
            self.shorten(0, way, |case, way| {
                case.sizes.insert(at, if size < median { median - way } else { median + way });
            });
        }
    }

    /// The shortest time from `from` to `to` with which the case still fails, to the millisecond, then rounded up a little.
    fn shorten(&mut self, from: Micros, to: Micros, set: impl Fn(&mut Case, Micros)) {
        if self.is_over() {
            return;
        }
        let (mut passes, mut fails) = (from / MILLISECOND, to.div_ceil(MILLISECOND));
        let with = |case: &Case, time: Micros| {
            let mut candidate = case.clone();
            set(&mut candidate, time);
            candidate
        };
        if from > 0 && from < to {
            let candidate = with(&self.case, from);
            if self.accept(candidate) {
                return;
            }
        }
        while passes + 1 < fails && !self.is_over() {
            let middle = passes + (fails - passes) / 2;
            let candidate = with(&self.case, middle * MILLISECOND);
            if self.fails(&candidate) { fails = middle } else { passes = middle }
        }
        let shortest = fails * MILLISECOND;
        for unit in UNITS {
            let rounded = shortest.div_ceil(unit) * unit;
            if rounded - shortest <= shortest / 8 && rounded < to {
                let candidate = with(&self.case, rounded);
                if self.accept(candidate) {
                    return;
                }
            }
        }
    }

    /// An order of 100 at 10:00, the next a second later.
    fn usual_purchases(&mut self) {
        let usual = 100 * 10i64.pow(self.stage.scenario.model.currency.places());
        for i in 0..self.case.purchases.len() {
            let mut candidate = self.case.clone();
            candidate.purchases[i].amount = usual;
            self.accept(candidate);
        }
        let mut candidate = self.case.clone();
        for (purchase, i) in candidate.purchases.iter_mut().zip(0..) {
            purchase.at = 10 * HOUR + i * SECOND;
        }
        self.accept(candidate);
    }

    /// Looks for a proper subset of the misfortunes that fails too, the smallest first.
    fn smaller_subset(&mut self) -> bool {
        let count = self.case.misfortunes.len();
        if count > MOST_SUBSETS {
            return false;
        }
        let mut subsets: Vec<u32> = (0..(1 << count) - 1).collect();
        subsets.sort_by_key(|subset| (subset.count_ones(), *subset));
        subsets.into_iter().any(|subset| {
            let mut candidate = self.case.clone();
            let mut number = 0;
            candidate.misfortunes.retain(|_| {
                number += 1;
                subset & (1 << (number - 1)) != 0
            });
            self.accept(candidate)
        })
    }
}

/// What times are rounded to, the coarsest first.
const UNITS: [Micros; 7] = [HOUR, 10 * 60 * SECOND, 60 * SECOND, 10 * SECOND, SECOND, 100 * MILLISECOND, MILLISECOND];

/// Takes away ranges of `count` things, from the last to the first, larger ones before smaller ones.
fn thin(mut count: usize, take_away: &mut dyn FnMut(Range<usize>) -> bool) {
    let mut size = count.next_power_of_two();
    while size > 0 && count > 0 {
        let mut end = count;
        while end > 0 {
            let start = end.saturating_sub(size);
            if take_away(start..end) {
                count -= end - start;
            }
            end = start;
        }
        size /= 2;
    }
}

/// The simplest fault at an address: a message is lost, an update fails.
fn simplest(at: Address) -> Option<Strike> {
    let site = SemanticAddress(at).site()?;
    let name = match site {
        Site::Hop(_, Place::Message(_)) => "lose",
        Site::Hop(_, Place::AttemptWrite | Place::RecordWrite) => "fail_update",
        _ => return None,
    };
    faults::find(name)?.strike(site, None)
}

/// The same fault with another duration.
pub fn lasting(at: Address, strike: &Strike, time: Micros) -> Option<Strike> {
    let kind: &'static Kind = faults::find(strike.fault)?;
    kind.strike(SemanticAddress(at).site()?, Some(time))
}
