//! A case: a few purchases, and every single thing that went against the calm. What a failing seed becomes once it is
//! known which of its decisions were made, and what shrinking makes smaller.
//!
//! Called by the campaign. Misfortunes are held by what they do, not by a number in some weather, so that a case means
//! the same wherever it is played. It must not know seeds or odds.

use crate::faults;
use crate::kernel::{Address, Calm, Chooser, Decision, Micros, Overlay, Recorder, Silent, Sink};
use crate::payments::address::SemanticAddress;
use crate::payments::fact::{Fact, What};
use crate::payments::model::Purchase;
use crate::payments::site::{Place, SHARED, Site};
use crate::payments::weather::{Effect, Strike, Window};
use crate::run::{self, Glance};
use crate::scenario::{Expect, Purchases, Scenario, Scripted};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A case.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Who pays, in order of time.
    pub purchases: Vec<Purchase>,
    /// What went wrong: addresses in order, then windows.
    pub misfortunes: Vec<Misfortune>,
    /// Sizes other than the median.
    pub sizes: BTreeMap<Address, Micros>,
}

/// One thing that went against the calm, however much followed from it.
#[derive(Clone, Debug, PartialEq)]
pub enum Misfortune {
    /// A fault struck at an address.
    Struck(Address, Strike),
    /// A customer paid again, a merchant gave back, an event waited for others of its instant.
    Happened(Address, usize),
    /// Something struck whatever came by for a while.
    Window(Window),
}

impl Misfortune {
    /// The order that it belongs to; `None` for what all orders share.
    pub fn order(&self) -> Option<u32> {
        match self {
            Misfortune::Struck(at, _) | Misfortune::Happened(at, _) => Some(at.stream).filter(|order| *order != SHARED),
            Misfortune::Window(_) => None,
        }
    }

    /// Does the downstream break its word?
    pub fn is_breach(&self) -> bool {
        match self {
            Misfortune::Struck(_, strike) => strike.breach,
            Misfortune::Window(window) => window.is_breach(),
            Misfortune::Happened(..) => false,
        }
    }

    /// Its kind, and where it struck: `lose at platform-bank/answer`.
    pub fn kind_and_site(&self) -> String {
        let site = |at: &Address| SemanticAddress(*at).site().map_or_else(String::new, |site| site.to_string());
        match self {
            Misfortune::Struck(at, strike) => format!("{} at {}", strike.fault, site(at)),
            Misfortune::Happened(at, _) => format!("happen at {}", site(at)),
            Misfortune::Window(window) => match window.strikes.as_slice() {
                [(Site::Hop(hop, _), _), _, ..] => format!("{} on {}", window.fault(), hop.name()),
                _ => {
                    let sites: Vec<String> = window.sites().map(|site| site.to_string()).collect();
                    format!("{} at {}", window.fault(), sites.join(", "))
                }
            },
        }
    }
}

/// Where cases of one scenario are played: its parties, with whatever weather the case brings.
pub struct Stage {
    /// The scenario; its purchases and weather are those of the case played last.
    pub scenario: Scenario,
    /// Runs so far.
    pub runs: u64,
}

impl Stage {
    /// For the cases of a scenario.
    pub fn new(scenario: &Scenario) -> Self {
        Stage { scenario: Scenario { script: Vec::new(), goals: Vec::new(), ..scenario.clone() }, runs: 0 }
    }

    /// Plays a case.
    pub fn play(&mut self, case: &Case) -> Glance {
        let mut chooser = Overlay::new(Calm, self.set(case));
        self.runs += 1;
        run::glance(&self.scenario, &mut chooser, &mut Silent, None)
    }

    /// Is everything that a case decides asked for?
    pub fn reaches_all(&mut self, case: &Case) -> bool {
        let mut chooser = Overlay::new(Calm, self.set(case));
        self.runs += 1;
        run::glance(&self.scenario, &mut chooser, &mut Silent, None);
        chooser.unreached().is_empty()
    }

    /// Plays a case and has somebody listen.
    pub fn listen(&mut self, case: &Case, sink: &mut dyn Sink<Fact>) -> Glance {
        let decisions = self.set(case);
        self.runs += 1;
        run::glance_dyn(&self.scenario, &mut Overlay::new(Calm, decisions), sink, None)
    }

    /// A case as a scenario of its own: nothing is random, all that happens is its script, and it is judged as it is here.
    pub fn into_scenario(mut self, case: &Case) -> Scenario {
        let decisions = self.set(case);
        let script = decisions.into_iter().map(|(at, decision)| Scripted { at, decision }).collect();
        let expect = if case.misfortunes.iter().any(Misfortune::is_breach) { Expect::NotSilent } else { Expect::Consistent };
        Scenario { seed: None, script, expect, ..self.scenario }
    }

    /// The calm size at an address.
    pub fn median(&self, at: Address) -> Micros {
        match SemanticAddress(at).site() {
            Some(Site::Hop(hop, Place::Decision | Place::RefundDecision)) => {
                self.scenario.model.hops[hop as usize].processing.median()
            }
            Some(Site::Hop(hop, _)) => self.scenario.model.hops[hop as usize].latency.median(),
            Some(
                Site::Arrival | Site::Amount | Site::PaysAgain | Site::Return | Site::Turn | Site::OrdersTurn | Site::Window,
            )
            | None => 0,
        }
    }

    /// What a case comes to, whatever its faults are called and whether they are single or come in windows: effects and
    /// their sites, sorted, each once.
    pub fn causes(&mut self, case: &Case) -> Vec<String> {
        let mut struck = Struck::default();
        self.listen(case, &mut struck);
        let mut causes: BTreeSet<String> = BTreeSet::new();
        for (at, effect) in struck.0 {
            let Some(site) = SemanticAddress(at).site() else { continue };
            causes.extend(faults::plainest(site, effect).map(|kind| format!("{} at {site}", kind.name)));
        }
        // What no fact states: an intruder, a customer who pays again.
        let told = |misfortune: &&Misfortune| match misfortune {
            Misfortune::Struck(at, _) => !matches!(SemanticAddress(*at).site(), Some(Site::Hop(_, Place::Intruder))),
            Misfortune::Happened(..) => false,
            Misfortune::Window(_) => true,
        };
        causes.extend(case.misfortunes.iter().filter(|one| !told(one)).map(Misfortune::kind_and_site));
        causes.extend(case.takes_at());
        causes.into_iter().collect()
    }

    /// Makes the scenario's purchases and weather those of the case, and says what is decided.
    fn set(&mut self, case: &Case) -> BTreeMap<Address, Decision> {
        let weather = &mut self.scenario.weather;
        weather.clear_up();
        let mut decisions: BTreeMap<Address, Decision> = BTreeMap::new();
        for misfortune in &case.misfortunes {
            let (at, pick) = match misfortune {
                Misfortune::Struck(at, strike) => match SemanticAddress(*at).site() {
                    Some(site) => (*at, weather.allow(site, strike.clone(), 0)),
                    None => continue,
                },
                Misfortune::Happened(at, pick) => {
                    weather.ties |= SemanticAddress(*at).site().is_some_and(Site::is_a_tie);
                    (*at, *pick)
                }
                Misfortune::Window(window) => (window_address(weather.open(window.clone())), 1),
            };
            decisions.entry(at).or_default().pick = Some(pick);
        }
        for (at, size) in &case.sizes {
            decisions.entry(*at).or_default().size = Some(*size);
        }
        self.scenario.purchases = Purchases::Listed(case.purchases.as_slice().into());
        decisions
    }
}

/// The address of a window's choice.
fn window_address(number: u16) -> Address {
    Address { stream: SHARED, site: Site::Window.index(), occurrence: number }
}

/// The case of a run: everything that `chooser` decided against the calm; of an uncoupled scenario what concerns `order`
/// alone, which becomes the first.
pub fn recorded(scenario: &Scenario, chooser: impl Chooser + Clone, order: Option<u32>) -> Case {
    let mut purchases = run::purchases(scenario, chooser.clone());
    let mut recorder = Recorder::new(chooser);
    run::glance_dyn(scenario, &mut recorder, &mut Silent, order.map(|order| (order, purchases[order as usize])));
    let mine = |at: &Address| at.stream == SHARED || order.is_none_or(|order| at.stream == order);
    let renumbered = |at: Address| match order {
        Some(_) if at.stream != SHARED => Address { stream: 0, ..at },
        _ => at,
    };
    let mut misfortunes = Vec::new();
    for (at, pick) in recorder.picks.iter().filter(|(at, _)| mine(at)) {
        misfortunes.extend(misfortune(scenario, *at, *pick, renumbered(*at)));
    }
    misfortunes.sort_by_key(Misfortune::place);
    let drawn = |at: &Address| SemanticAddress(*at).site().is_some_and(Site::makes_the_purchase);
    let sizes = recorder.sizes.iter().filter(|(at, _)| mine(at) && !drawn(at)).map(|(at, size)| (renumbered(*at), *size));
    if let Some(order) = order {
        purchases = vec![purchases[order as usize]];
    }
    Case { purchases, misfortunes, sizes: sizes.collect() }
}

/// What alternative `pick` at an address is, as a misfortune at `renumbered`; `None` where there is none.
pub fn misfortune(scenario: &Scenario, at: Address, pick: usize, renumbered: Address) -> Option<Misfortune> {
    match SemanticAddress(at).site()? {
        Site::Window => scenario.weather.windows.get(usize::from(at.occurrence)).cloned().map(Misfortune::Window),
        Site::PaysAgain | Site::Return | Site::Turn | Site::OrdersTurn => Some(Misfortune::Happened(renumbered, pick)),
        Site::Hop(..) | Site::Arrival | Site::Amount => {
            scenario.weather.alternative(at.site, pick).map(|strike| Misfortune::Struck(renumbered, strike.clone()))
        }
    }
}

/// Listens for what strikes messages, decisions, writes, records and files: where, and what it does.
#[derive(Clone, Debug, Default)]
pub struct Struck(pub Vec<(Address, Effect)>);

impl Sink<Fact> for Struck {
    fn record(&mut self, fact: &Fact) {
        let (hop, place, nth, effect) = match fact.what {
            What::Sent { hop, message, nth, effect: Some(effect), .. } => (hop, Place::Message(message), nth, effect),
            What::Fated { hop, purpose, nth, effect, .. } => (hop, Place::decision(purpose), nth, effect),
            What::WriteStruck { hop, place, nth, effect, .. } => (hop, place, nth, effect),
            What::FileRead { hop, struck: Some((nth, effect)), .. } => (hop, Place::Row, nth, effect),
            What::FileStruck { hop, nth, effect: effect @ Effect::Row(_), .. } => (hop, Place::Row, nth, effect),
            What::FileStruck { hop, nth, effect, .. } => (hop, Place::File, nth, effect),
            What::Halted { hop, place, nth, effect, .. } => (hop, place, nth, Effect::Process(effect)),
            _ => return,
        };
        let site = Site::Hop(hop, place);
        let stream = if site.shared() { SHARED } else { fact.order };
        self.0.push((Address { stream, site: site.index(), occurrence: nth }, effect));
    }
}

impl Misfortune {
    /// Where it stands in a case. Windows keep their order: where two are open, the first strikes.
    pub(crate) fn place(&self) -> (bool, Address) {
        match self {
            Misfortune::Struck(at, _) | Misfortune::Happened(at, _) => (false, *at),
            Misfortune::Window(_) => (true, window_address(0)),
        }
    }
}

impl Case {
    /// The misfortunes as addresses, as a scenario made of the case has them.
    pub fn addresses(&self) -> Vec<String> {
        let mut windows = 0;
        let each = |misfortune: &Misfortune| match misfortune {
            Misfortune::Struck(at, _) | Misfortune::Happened(at, _) => SemanticAddress(*at).to_string(),
            Misfortune::Window(_) => {
                windows += 1;
                SemanticAddress(window_address(windows - 1)).to_string()
            }
        };
        self.misfortunes.iter().map(each).collect()
    }

    /// The misfortunes in words: `order 1 / platform-bank / answer / 1: late by 30s`; then what takes a time of its own:
    /// `order 1 / platform-bank / request / 1: takes 7.061s`.
    pub fn told(&self) -> Vec<String> {
        let what = |misfortune: &Misfortune| match misfortune {
            Misfortune::Struck(_, strike) => faults::describe(strike),
            Misfortune::Happened(..) => "happens".to_owned(),
            Misfortune::Window(window) => {
                let (from, to) = (crate::kernel::format_instant(window.from), crate::kernel::format_instant(window.to));
                format!("{}, from {from} to {to}", misfortune.kind_and_site())
            }
        };
        let (at, each) = (self.addresses(), self.misfortunes.iter());
        let misfortunes = at.iter().zip(each).map(|(at, misfortune)| format!("{at}: {}", what(misfortune)));
        let takes = |(at, size): (&Address, &Micros)| {
            format!("{}: takes {}", SemanticAddress(*at), crate::kernel::exact_duration(*size))
        };
        misfortunes.chain(self.sizes.iter().map(takes)).collect()
    }

    /// Where something takes a time of its own: `take at platform-bank/request`, sorted, each once.
    pub fn takes_at(&self) -> BTreeSet<String> {
        let sites = self.sizes.keys().filter_map(|at| SemanticAddress(*at).site());
        sites.map(|site| format!("{} at {site}", faults::TAKE)).collect()
    }

    /// The case without some orders; those behind them move up.
    pub fn without_orders(&self, orders: &Range<usize>) -> Case {
        let moved = |at: Address| {
            let stream = at.stream as usize;
            match () {
                () if at.stream == SHARED || stream < orders.start => Some(at),
                () if stream < orders.end => None,
                () => Some(Address { stream: at.stream - orders.len() as u32, ..at }),
            }
        };
        let misfortune = |misfortune: &Misfortune| match misfortune {
            Misfortune::Struck(at, strike) => Some(Misfortune::Struck(moved(*at)?, strike.clone())),
            Misfortune::Happened(at, pick) => Some(Misfortune::Happened(moved(*at)?, *pick)),
            Misfortune::Window(window) => Some(Misfortune::Window(window.clone())),
        };
        let mut purchases = self.purchases.clone();
        purchases.drain(orders.clone());
        Case {
            purchases,
            misfortunes: self.misfortunes.iter().filter_map(misfortune).collect(),
            sizes: self.sizes.iter().filter_map(|(at, size)| Some((moved(*at)?, *size))).collect(),
        }
    }

    /// The kinds and sites of its misfortunes, sorted, each once.
    pub fn kinds_and_sites(&self) -> Vec<String> {
        let all: BTreeSet<String> = self.misfortunes.iter().map(Misfortune::kind_and_site).collect();
        all.into_iter().collect()
    }
}
