//! The swarm: which kinds of fault a seed allows, how often each strikes, and how long what it delays is delayed.
//!
//! Every seed switches a random half of the kinds off. A run in which everything can go wrong drowns what needs one kind
//! alone, or one kind absent; over many seeds every subset has its turn. Made once per scenario by the campaign, drawn
//! once per seed into a scenario of the thread's own. It must not know what a run finds.

use crate::faults::{self, Form, Kind};
use crate::kernel::{Address, Chooser, Distribution, MINUTE, Micros, SECOND, Seeded};
use crate::payments::party::Hop;
use crate::payments::site::{Place, Site};
use crate::payments::weather::{Effect, MessageEffect, Strike, Weather, Window};
use crate::scenario::{Purchases, Scenario, Scripted};

/// The stream of a seed's own choices, which no order makes.
const STREAM: u32 = u32::MAX - 1;

/// Kinds that there can be.
pub const MOST_KINDS: usize = 128;

const _: () = assert!(faults::ALL.len() <= MOST_KINDS);

/// Certain, in odds.
const ALWAYS: u64 = 1 << 32;

/// What a seed draws from.
#[derive(Clone, Debug)]
pub struct Swarm {
    /// The kinds that have their turns, by position in the registry.
    positions: Vec<usize>,
    /// Were the faults listed by the scenario? Else every kind strikes wherever it can.
    pub listed: bool,
    /// Do some break the downstream's word?
    pub breaches: bool,
    /// Those that stop a process. Unlisted, they have their turns in fewer seeds: all orders share the process.
    processes: Vec<usize>,
    /// Those of them after which it goes on.
    pauses: Vec<usize>,
    /// A process is stopped by script.
    halts_by_script: bool,
    sites: Vec<AtSite>,
    windows: Vec<Blow>,
    /// The windows that the scenario lists: the position of their kind, if it is allowed, and their odds.
    listed_windows: Vec<(Option<usize>, u64)>,
    any: Distribution,
}

/// The alternatives at one site.
#[derive(Clone, Debug)]
struct AtSite {
    site: u16,
    strikes: Vec<Turn>,
}

/// One alternative: whose turn it is, its odds, and what it does for each of the durations that it can have.
#[derive(Clone, Debug)]
struct Turn {
    /// The position of its kind in the registry; `None`: it stays as it is.
    kind: Option<usize>,
    odds: Odds,
    effects: Vec<Effect>,
}

/// How likely an alternative is when its kind has its turn.
#[derive(Clone, Copy, Debug)]
enum Odds {
    /// An eighth to eight times this.
    Around(u64),
    /// A power of two: one in `2^first` to one in `2^(first + 7)`.
    OneIn { first: u32 },
}

/// A window that a seed may open.
#[derive(Clone, Debug)]
struct Blow {
    kind: usize,
    hop: Hop,
    /// What strikes, and where.
    strikes: Vec<(Site, Strike)>,
    /// One of the sites is struck, not all.
    one_site: bool,
}

/// What a kind does under one seed.
#[derive(Clone, Copy, Debug, Default)]
struct Draw {
    on: bool,
    /// 0 to 7.
    rate: u32,
    /// 0 to 3.
    time: usize,
}

impl Swarm {
    /// The swarm of a scenario, whose weather is widened so that every kind of the swarm can strike.
    pub fn of(scenario: &mut Scenario, breaches: bool) -> Self {
        let mut swarm = Swarm {
            positions: Vec::new(),
            processes: Vec::new(),
            pauses: Vec::new(),
            halts_by_script: halts_by_script(scenario),
            listed: lists_faults(scenario),
            breaches,
            sites: Vec::new(),
            windows: Vec::new(),
            listed_windows: Vec::new(),
            any: Distribution::uniform(0, u64::from(u32::MAX)).unwrap_or_else(|_| unreachable!("0 is below")),
        };
        let mut odds = given_odds(scenario);
        if !swarm.listed {
            for kind in faults::ALL.iter().filter(|kind| breaches || !kind.breach) {
                swarm.widen(scenario, kind);
            }
        }
        for (site, strikes) in strikes_of(scenario) {
            let turns =
                strikes.iter().enumerate().map(|(i, strike)| swarm.turn(scenario, (site, i), strike, odds.take(site, i)));
            let turns = turns.collect();
            swarm.sites.push(AtSite { site: site.index(), strikes: turns });
        }
        for window in scenario.weather.windows.clone() {
            let kind = swarm.allowed(window.is_breach()).then(|| swarm.position(window.fault()));
            swarm.listed_windows.push((kind, window.odds));
        }
        let kinds = |is_it: fn(&Kind) -> bool| {
            swarm.positions.iter().copied().filter(move |kind| is_it(faults::ALL[*kind])).collect()
        };
        (swarm.processes, swarm.pauses) = (kinds(Kind::stops_a_process), kinds(Kind::pauses_a_process));
        swarm
    }

    /// A kind that the scenario does not list: at every site where it can strike.
    fn widen(&mut self, scenario: &mut Scenario, kind: &'static Kind) {
        match kind.form {
            Form::Strike(_) | Form::Timed(..) => {
                for site in Hop::ALL.into_iter().flat_map(|hop| kind.sites(hop)) {
                    if let Some(strike) = kind.strike(site, None) {
                        scenario.weather.allow(site, strike, 0);
                    }
                }
            }
            Form::Window(_) | Form::TimedWindow(..) => {
                let position = self.position(kind.name);
                let strike = |site: Site| {
                    let usual = kind.strike(site, None)?;
                    let most = longest(scenario, site, usual.effect);
                    kind.strike(site, kind.parameter().map(|parameter| parameter.default.min(most)))
                };
                for hop in Hop::ALL {
                    let strikes = kind.sites(hop).filter_map(|site| Some((site, strike(site)?))).collect();
                    // A place is down on its own, a link as a whole.
                    let one_site = kind.places.iter().any(|place| !matches!(place, Place::Message(_)));
                    self.windows.push(Blow { kind: position, hop, strikes, one_site });
                }
            }
            Form::Skew | Form::Size | Form::Choice(_) => {}
        }
    }

    /// May it strike in this campaign?
    fn allowed(&self, breach: bool) -> bool {
        self.breaches || !breach
    }

    /// The position of a kind in the registry, which has its turn from now on.
    fn position(&mut self, name: &str) -> usize {
        let position = faults::ALL.iter().position(|kind| kind.name == name);
        let position = position.unwrap_or_else(|| panic!("no kind of fault is called `{name}`"));
        if let Err(place) = self.positions.binary_search(&position) {
            self.positions.insert(place, position);
        }
        position
    }

    /// The kinds that have their turns, in the registry's order.
    pub fn kinds(&self) -> impl Iterator<Item = &'static str> {
        self.positions.iter().map(|position| faults::ALL[*position].name)
    }

    /// The alternatives that have their turns: their sites, and their places there.
    pub fn turns(&self) -> impl Iterator<Item = (Site, usize)> {
        let sites = Site::all().filter_map(|site| Some((site, self.sites.iter().find(|at| at.site == site.index())?)));
        sites.flat_map(|(site, at)| {
            let turns = at.strikes.iter().enumerate().filter(|(_, turn)| turn.kind.is_some());
            turns.map(move |(i, _)| (site, i))
        })
    }

    /// The weather of the scenario that the swarm was made of, with every duration that a seed may draw for what strikes.
    pub fn with_every_duration(&self, weather: &Weather) -> Weather {
        let mut wide = weather.clone();
        for (site, i) in self.turns() {
            let here = self.sites.iter().find(|here| here.site == site.index());
            for effect in here.iter().flat_map(|here| &here.strikes[i].effects) {
                wide.allow(site, Strike { effect: *effect, ..weather.at(site.index()).strikes[i].clone() }, 0);
            }
        }
        wide
    }

    fn turn(&mut self, scenario: &Scenario, (site, i): (Site, usize), strike: &Strike, given: u64) -> Turn {
        let as_it_is = |odds| Turn { kind: None, odds: Odds::Around(odds), effects: vec![strike.effect] };
        if self.listed && given == 0 {
            return as_it_is(0);
        }
        if !self.allowed(strike.breach) {
            return as_it_is(0);
        }
        let kind = Some(self.position(strike.fault));
        if given > 0 {
            return Turn { kind, odds: Odds::Around(given), effects: vec![strike.effect] };
        }
        let file = matches!(site, Site::Hop(_, Place::File));
        // What the script strikes with stays what it is.
        let scripted = |scripted: &Scripted| scripted.at.site == site.index() && scripted.decision.pick == Some(i + 1);
        let effects = match scenario.script.iter().any(scripted) {
            true => vec![strike.effect],
            false => durations(scenario, site, strike),
        };
        // There is one file a day, and many messages.
        Turn { kind, odds: Odds::OneIn { first: if file { 1 } else { 3 } }, effects }
    }

    /// Draws the swarm of the chooser's seed into `scenario`, which is a copy of the one that the swarm was made of.
    pub fn draw(&self, seeded: &mut Seeded, scenario: &mut Scenario) {
        let mut draws = [Draw::default(); MOST_KINDS];
        for &kind in &self.positions {
            let word = self.word(seeded, kind, 0);
            let seldom = !self.listed && self.processes.contains(&kind) && (word >> 6) & 3 != 0;
            draws[kind] = Draw { on: word & 1 == 1 && !seldom, rate: (word >> 1) & 7, time: (word >> 4) as usize & 3 };
        }
        // Only what may stop a process makes orders share one: where nothing does, they run one at a time.
        let is_on = |kinds: &[usize]| self.halts_by_script || kinds.iter().any(|kind| draws[*kind].on);
        scenario.weather.halts = is_on(&self.processes);
        scenario.weather.pauses = is_on(&self.pauses);
        for here in &self.sites {
            scenario.weather.change(here.site, |strikes| {
                let mut sum = 0;
                for (i, turn) in here.strikes.iter().enumerate() {
                    if let Some(draw) = turn.kind.map(|kind| draws[kind]).filter(|draw| draw.on) {
                        sum = (sum + turn.odds.at(draw.rate)).min(ALWAYS);
                        strikes.strikes[i].effect = turn.effects[draw.time.min(turn.effects.len() - 1)];
                    }
                    strikes.odds[i] = sum;
                }
            });
        }
        for (window, (kind, odds)) in scenario.weather.windows.iter_mut().zip(&self.listed_windows) {
            window.odds = if kind.is_some_and(|kind| draws[kind].on) { *odds } else { 0 };
        }
        if !self.windows.is_empty() {
            self.open_windows(seeded, scenario, &draws);
        }
    }

    /// Opens each kind's window on one of the hops, some time around the orders.
    fn open_windows(&self, seeded: &mut Seeded, scenario: &mut Scenario, draws: &[Draw; MOST_KINDS]) {
        if !scenario.weather.windows.is_empty() {
            scenario.weather.windows.clear();
            Site::all().for_each(|site| scenario.weather.change(site.index(), |here| here.windows.clear()));
        }
        for (i, blow) in self.windows.iter().enumerate().filter(|(_, blow)| draws[blow.kind].on) {
            let [which, when, long] = [1, 2, 3].map(|part| self.word(seeded, i, part));
            if which & 1 != blow.hop as u32 {
                continue;
            }
            let (start, span) = times(&scenario.purchases);
            let from = (start + u64::from(when) * (span + 2 * MINUTE) / (1 << 32)).saturating_sub(MINUTE);
            let to = from + (SECOND << (long & 15).min(12)) + u64::from(long >> 16) * SECOND / (1 << 16);
            let strikes = match blow.one_site {
                true => vec![blow.strikes[(which >> 1) as usize % blow.strikes.len()].clone()],
                false => blow.strikes.clone(),
            };
            scenario.weather.open(Window { strikes, from, to, odds: ALWAYS, hits: ALWAYS });
        }
    }

    /// The position of the kind of alternative `i`, from 0, of a site's own.
    pub fn kind_at(&self, site: u16, i: usize) -> Option<usize> {
        self.sites.iter().find(|here| here.site == site)?.strikes.get(i)?.kind
    }

    /// The position of the kind that has this effect at a site. One whose turn it is not still has an earlier seed's effect.
    pub fn kind_of(&self, weather: &Weather, site: u16, effect: Effect) -> Option<usize> {
        let here = weather.at(site);
        let may = |i: usize| here.odds[i] > i.checked_sub(1).map_or(0, |before| here.odds[before]);
        let own = (0..here.strikes.len()).find(|&i| here.strikes[i].effect == effect && may(i));
        if let Some(i) = own {
            return self.kind_at(site, i);
        }
        let mut windows = here.windows.iter().filter_map(|&number| weather.windows[usize::from(number)].at(site));
        let fault = windows.find(|strike| strike.effect == effect)?.fault;
        faults::ALL.iter().position(|kind| kind.name == fault)
    }

    fn word(&self, seeded: &mut Seeded, nth: usize, part: u16) -> u32 {
        let at = Address { stream: STREAM, site: (nth % 64) as u16, occurrence: (nth / 64) as u16 + part * 2 };
        seeded.size(at, &self.any) as u32
    }
}

impl Odds {
    #[inline]
    fn at(self, rate: u32) -> u64 {
        match self {
            Odds::Around(odds) => ((odds << rate) >> 3).min(ALWAYS),
            Odds::OneIn { first } => ALWAYS >> (first + rate),
        }
    }
}

/// The odds that a scenario gives to its alternatives.
struct Given(Vec<(Site, Vec<u64>)>);

impl Given {
    fn take(&mut self, site: Site, i: usize) -> u64 {
        let here = self.0.iter().find(|(known, _)| *known == site);
        here.and_then(|(_, odds)| odds.get(i)).copied().unwrap_or(0)
    }
}

fn given_odds(scenario: &Scenario) -> Given {
    let single = |odds: &[u64]| odds.iter().scan(0, |before, &sum| Some(sum - std::mem::replace(before, sum))).collect();
    Given(Site::all().map(|site| (site, single(&scenario.weather.at(site.index()).odds))).collect())
}

/// Every site where something can strike, with what.
fn strikes_of(scenario: &Scenario) -> Vec<(Site, Vec<Strike>)> {
    let all = Site::all().map(|site| (site, scenario.weather.at(site.index()).strikes.clone()));
    all.filter(|(_, strikes)| !strikes.is_empty()).collect()
}

/// Does a scenario list faults by odds or in windows? That the bank declines some payments is its business.
fn lists_faults(scenario: &Scenario) -> bool {
    let given = given_odds(scenario);
    let by_odds = strikes_of(scenario).into_iter().any(|(site, strikes)| {
        let odds = given.0.iter().find(|(known, _)| *known == site).map(|(_, odds)| odds.as_slice()).unwrap_or_default();
        strikes.iter().zip(odds).any(|(strike, odds)| *odds > 0 && strike.fault != "decline")
    });
    by_odds || !scenario.weather.windows.is_empty()
}

/// Does the script stop a process?
fn halts_by_script(scenario: &Scenario) -> bool {
    scenario.script.iter().any(|scripted| {
        let strike = scripted.decision.pick.and_then(|pick| scenario.weather.alternative(scripted.at.site, pick));
        strike.is_some_and(|strike| matches!(strike.effect, Effect::Process(_)))
    })
}

/// How long something may take at a site: a message is never later than its link allows.
fn longest(scenario: &Scenario, site: Site, effect: Effect) -> Micros {
    match (effect, site) {
        (Effect::Message(MessageEffect::Delay(_) | MessageEffect::Copy(_)), Site::Hop(hop, _)) => {
            scenario.model.hops[hop as usize].late_max
        }
        _ => Micros::MAX,
    }
}

/// What a strike does for each of four durations: a 24th of the usual one, a fifth, the usual one, and five times as much,
/// as far as it may be.
fn durations(scenario: &Scenario, site: Site, strike: &Strike) -> Vec<Effect> {
    let kind = faults::find(strike.fault);
    let Some(usual) = kind.and_then(Kind::parameter).map(|parameter| parameter.default) else { return vec![strike.effect] };
    let most = longest(scenario, site, strike.effect);
    let times = [usual / 24, usual / 5, usual, 5 * usual].map(|time| time.min(most));
    times.iter().filter_map(|time| Some(kind?.strike(site, Some(*time))?.effect)).collect()
}

/// When the first order comes, and about how long they keep coming.
fn times(purchases: &Purchases) -> (Micros, Micros) {
    use crate::scenario::Arrivals;
    match purchases {
        Purchases::Drawn { start, count, arrivals: Arrivals::Gap(gap), .. } => (*start, gap.median() * u64::from(*count)),
        Purchases::Drawn { start, arrivals: Arrivals::Daily { days, .. }, .. } => {
            (*start, u64::from(*days) * crate::kernel::DAY)
        }
        Purchases::Listed(list) => {
            let first = list.first().map_or(0, |purchase| purchase.at);
            (first, list.last().map_or(0, |last| last.at - first))
        }
    }
}
