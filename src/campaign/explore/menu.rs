//! The menu: what may go wrong at every site, reduced to the cases that matter.
//!
//! Made once for a scenario by the explorer. It must not know positions or plans.
//!
//! Two of the reductions are sizes. A message that is late, or comes twice, is put off to the link's `late: max`, and the
//! explorer lets it arrive sooner on each side of everything that happens meanwhile: one alternative stands for every
//! delay. So is a decision that the bank puts off, to the time that the fault gives. All other durations (how long a
//! process is away, how late a file is) are those of the scenario, or the fault's default. Alternatives with one effect
//! are one.

use crate::campaign::swarm::Swarm;
use crate::kernel::{Address, Decision, Micros, Pick};
use crate::payments::message::Message;
use crate::payments::party::Hop;
use crate::payments::site::{Place, SHARED, SITES, Site};
use crate::payments::weather::{Effect, Fate, MessageEffect};
use crate::scenario::Scenario;
use std::collections::{BTreeMap, BTreeSet};

/// One way in which it may go at a site, against the calm.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// The number of the alternative.
    pub pick: u8,
    /// What it puts off, to be let happen sooner.
    pub puts_off: Option<PutsOff>,
}

/// What an alternative puts off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PutsOff {
    /// The message, or its copy, by so much at most.
    Message(Hop, Message, Micros),
    /// The bank's decision.
    Decision(Micros),
}

/// What may go wrong.
pub struct Menu {
    at: Vec<Vec<Choice>>,
    /// By site: how many alternatives it has of its own, besides those of windows.
    strikes: Vec<usize>,
    /// What the scenario's script decides.
    pub script: BTreeMap<Address, Decision>,
    /// A window of the scenario always happens.
    pub has_certain_windows: bool,
    /// The kinds of fault that may strike.
    pub kinds: BTreeSet<&'static str>,
    /// Sites at which anything may strike.
    pub sites: Vec<Site>,
    /// Durations that stand for all others, by kind of fault.
    pub durations: BTreeMap<&'static str, BTreeSet<Micros>>,
}

impl Menu {
    /// Of a scenario, whose weather is widened so that every kind can strike, in the sizes that matter.
    pub fn of(scenario: &mut Scenario, breaches: bool) -> Self {
        let swarm = Swarm::of(scenario, breaches);
        scenario.weather.ties = true;
        let mut menu = Menu {
            at: vec![Vec::new(); SITES],
            strikes: (0..SITES as u16).map(|site| scenario.weather.at(site).strikes.len()).collect(),
            script: scenario.script.iter().map(|scripted| (scripted.at, scripted.decision)).collect(),
            has_certain_windows: scenario.weather.windows.iter().any(|window| window.odds >= 1 << 32),
            kinds: BTreeSet::new(),
            sites: Vec::new(),
            durations: BTreeMap::new(),
        };
        for (site, i) in swarm.turns() {
            let most = match site {
                Site::Hop(hop, _) => scenario.model.hops[hop as usize].late_max,
                Site::Arrival
                | Site::Amount
                | Site::PaysAgain
                | Site::Return
                | Site::Turn
                | Site::OrdersTurn
                | Site::Window => 0,
            };
            scenario.weather.change(site.index(), |here| {
                if let Effect::Message(MessageEffect::Delay(by) | MessageEffect::Copy(by)) = &mut here.strikes[i].effect {
                    *by = most;
                }
            });
            let strikes = &scenario.weather.at(site.index()).strikes;
            let strike = &strikes[i];
            let puts_off = puts_off(site, strike.effect);
            let is_nothing = matches!(puts_off, Some(PutsOff::Message(_, _, 0)));
            if is_nothing || strikes[..i].iter().any(|other| other.effect == strike.effect) {
                continue;
            }
            menu.kinds.insert(strike.fault);
            if let (None, Some(time)) = (puts_off, crate::faults::duration(strike.effect)) {
                menu.durations.entry(strike.fault).or_default().insert(time);
            }
            let choice = Choice { pick: i as u8 + 1, puts_off };
            menu.at[usize::from(site.index())].push(choice);
        }
        menu.sites = Site::all().filter(|site| !menu.at[usize::from(site.index())].is_empty()).collect();
        for window in &scenario.weather.windows {
            let may = window.odds > 0 && (breaches || !window.is_breach());
            menu.kinds.extend(may.then_some(window.fault()));
        }
        menu
    }

    /// What may strike at a site of a hop.
    pub fn at(&self, site: u16) -> &[Choice] {
        &self.at[usize::from(site)]
    }

    /// How many alternatives a site has of its own, whether they may strike or not.
    pub fn strikes(&self, site: u16) -> usize {
        self.strikes[usize::from(site)]
    }

    /// What is certain at an address: the script, and windows that always happen.
    pub fn certain(&self, at: Address, odds: &[u64]) -> Option<Pick> {
        let window = at.stream == SHARED && at.site == Site::Window.index();
        let always = window && odds.first().is_some_and(|odds| *odds >= 1 << 32);
        let scripted = if self.script.is_empty() { None } else { self.script.get(&at).and_then(|decision| decision.pick) };
        scripted.or(always.then_some(1))
    }
}

fn puts_off(site: Site, effect: Effect) -> Option<PutsOff> {
    match (site, effect) {
        (Site::Hop(hop, Place::Message(message)), Effect::Message(MessageEffect::Delay(by) | MessageEffect::Copy(by))) => {
            Some(PutsOff::Message(hop, message, by))
        }
        (_, Effect::Decision(Fate::StayProcessing(by) | Fate::DebitLate(by))) => Some(PutsOff::Decision(by)),
        _ => None,
    }
}
