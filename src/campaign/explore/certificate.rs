//! The certificate: what was covered, under which assumptions, in a form that two runs, two machines or two years can
//! compare. The same scenario, bounds and version of the model give the same certificate, to the byte.
//!
//! Made by the explorer, shown by reports. It must not know how long anything took.

use crate::campaign::explore::board::Game;
use crate::campaign::explore::search::{failing, plans};
use crate::campaign::explore::{Bounds, Depth};
use crate::campaign::shard::fingerprint;
use crate::faults;
use crate::kernel::Micros;
use crate::payments::MODEL_VERSION;
use crate::payments::party::Hop;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// What was covered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Certificate {
    /// SHA-256 of the scenario: its text, and its orders.
    pub scenario_digest: String,
    /// The version of the model.
    pub model_version: u32,
    /// Misfortunes in a plan, at most, that were asked for.
    pub faults: u8,
    /// Misfortunes up to which every plan was covered; null: not even the plan without any.
    pub covered: Option<u8>,
    /// Orders.
    pub orders: u32,
    /// Kinds of fault in contract.
    pub in_contract: Vec<&'static str>,
    /// Kinds of fault by which the downstream breaks its word.
    pub breaches: Vec<&'static str>,
    /// Sites at which they may strike.
    pub sites: Vec<String>,
    /// Until when they may strike, in microseconds from d0 00:00: the end of the storm.
    pub storm_end_us: Micros,
    /// Links and decisions take their medians, in microseconds, but for what is late: by link.
    pub links: BTreeMap<&'static str, Link>,
    /// Durations that stand for all others, in microseconds, by kind of fault.
    pub durations_us: BTreeMap<&'static str, Vec<Micros>>,
    /// Plans covered: each place of what is late among the other events counts as one.
    pub plans: u64,
    /// Plans played to their end; all others had come to a state that was known.
    pub executed: u64,
    /// States that differ in something that can matter.
    pub distinct_states: u64,
    /// Plans under which an invariant is violated.
    pub violating: u64,
    /// Plans that end with a case before a person.
    pub manual: u64,
    /// Was nothing cut?
    pub complete: bool,
}

/// What is assumed of a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Link {
    /// A message's time.
    pub latency_us: Micros,
    /// How much later it may be, or its copy: at every place among the other events.
    pub late_max_us: Micros,
    /// The downstream's decision.
    pub processing_us: Micros,
}

impl Certificate {
    /// Of what was found out.
    pub fn new(game: &Game, digest: &str, bounds: &Bounds, depths: &[Depth]) -> Self {
        let model = &game.ground.scenario.model;
        let link = |hop: Hop| {
            let here = &model.hops[hop as usize];
            let (latency_us, processing_us) = (here.latency.median(), here.processing.median());
            (hop.name(), Link { latency_us, late_max_us: here.late_max, processing_us })
        };
        let is_breach = |kind: &&&'static str| faults::find(kind).is_some_and(|kind| kind.breach);
        let (breaches, in_contract) = game.menu.kinds.iter().partition(is_breach);
        let last = depths.last();
        let ends = last.map_or(&[][..], |depth| &depth.ends);
        Certificate {
            scenario_digest: digest.to_owned(),
            model_version: MODEL_VERSION,
            faults: bounds.faults,
            covered: last.map(|depth| depth.faults),
            orders: game.ground.purchases.len() as u32,
            in_contract,
            breaches,
            sites: game.menu.sites.iter().map(ToString::to_string).collect(),
            storm_end_us: game.ground.scenario.weather.storm_end,
            links: Hop::ALL.into_iter().map(link).collect(),
            durations_us: game.menu.durations.iter().map(|(kind, all)| (*kind, all.iter().copied().collect())).collect(),
            plans: plans(ends),
            executed: last.map_or(0, |depth| depth.work.executed),
            distinct_states: last.map_or(0, |depth| depth.states as u64),
            violating: failing(ends),
            manual: ends.iter().filter(|(ending, _)| ending.manual).map(|(_, plans)| plans).sum(),
            complete: depths.len() == usize::from(bounds.faults) + 1,
        }
    }

    /// Its fingerprint: SHA-256.
    pub fn fingerprint(&self) -> String {
        fingerprint(&[serde_json::to_string(self).unwrap_or_default().as_bytes()])
    }
}
