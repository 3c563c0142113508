//! Remedies: what a strategy could have otherwise so that a case might pass. A safety rule that is off is one, a parameter
//! or a mechanism that the hardened strategy has otherwise is another. What is told of one, written into the scenario, makes
//! it exactly what was tried.
//!
//! Called by `prevention`, which tries them. Adding one = one line in the registry below, the more specific first. It must
//! not know cases, nor how remedies are tried.

use crate::kernel::Micros;
use crate::payments::model::{Compensation, Model, RepeatedNumber, TransactionKind};
use crate::payments::party::Hop;
use crate::payments::rules::Rules;
use crate::scenario::{Known, Overrides, load, no_files, strategies};
use std::fmt;
use std::path::Path;
use std::sync::{Arc, LazyLock};

/// One thing to be changed.
#[derive(Clone, Copy)]
pub enum Remedy {
    /// A rule is followed on a hop.
    Rule(&'static str, Hop),
    /// A parameter, or a mechanism, is that of the hardened strategy.
    Change(&'static Change),
}

/// A parameter, or a whole mechanism, as the hardened strategy has it.
pub struct Change {
    /// As a scenario has it: `timeout: {read: 5s} on platform-bank`.
    told: String,
    extent: Extent,
    /// The mechanism's place in the registry, and its hop.
    of: (usize, Hop),
    /// A model that has all of the mechanism.
    hardened: Arc<Model>,
    take: Take,
}

/// How much is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    /// One parameter.
    Single,
    /// All parameters of a mechanism, which may have been off.
    Whole,
    /// One that helps against nearly anything, so that it says little: tried only where nothing else is enough.
    LastResort,
}

/// Makes a model have, on the hop of this number, what the hardened one has. `false` where nothing was to be changed.
type Take = fn(now: &mut Model, hardened: &Model, hop: usize) -> bool;

/// Where in a scenario a mechanism stands.
enum Place {
    /// In the map of each of these hops.
    On(&'static [Hop]),
    /// Beside the hops; it belongs to this one.
    Beside(Hop),
}

use Hop::{MerchantPlatform as Outer, PlatformBank as Inner};
use Place::{Beside, On};

/// A mechanism: its place, its map in a scenario, its parameters, and all of it, where it may be off.
type Mechanism = (Place, &'static str, &'static [(&'static str, Take)], Option<Take>);

/// A parameter of a mechanism that is on.
macro_rules! of {
    ($mechanism:ident.$parameter:ident, $change:expr) => {
        |now, good, hop| match (&mut now.hops[hop].$mechanism, &good.hops[hop].$mechanism) {
            (Some(now), Some(good)) => $change(&mut now.$parameter, &good.$parameter),
            _ => false,
        }
    };
}

/// A parameter of the platform's transaction, whatever its kind.
macro_rules! of_transaction {
    ($parameter:ident, $change:expr) => {
        |now, good, _| match (&mut now.platform.transaction, &good.platform.transaction) {
            (Some(now), Some(good)) => $change(&mut now.$parameter, &good.$parameter),
            _ => false,
        }
    };
}

/// A parameter of a compensation that the scenario has written itself.
macro_rules! of_compensation {
    ($parameter:ident, $change:expr) => {
        |now, good, hop| match (&mut now.hops[hop].compensation, &good.hops[hop].compensation) {
            (Some(now), Some(good)) if !is_a_presets(now) => $change(&mut now.$parameter, &good.$parameter),
            _ => false,
        }
    };
}

/// Something that a hop always has.
macro_rules! hops {
    ($($parameter:ident).+) => {
        |now: &mut Model, good: &Model, hop: usize| swap(&mut now.hops[hop].$($parameter).+, &good.hops[hop].$($parameter).+)
    };
}

/// What would be told of a mechanism that is off, but is no remedy by itself.
const NEVER_ALONE: Take = |_, _, _| false;

const BOTH: Place = On(&Hop::ALL);

/// Compensation, all keys of it.
const COMPENSATION: &[(&str, Take)] = &[
    ("scan: 1m", of_compensation!(scan, swap)),
    ("window: 1d", of_compensation!(window, raise)),
    ("replica_lag: 0s", of_compensation!(replica_lag, lower)),
    ("worker: 10s", of_compensation!(worker, lower)),
    ("batch: none", of_compensation!(batch, swap)),
    ("lease: 1m", of_compensation!(lease, swap)),
    ("call: 0s", of_compensation!(call, lower)),
    ("attempts: 20", of_compensation!(attempts, raise)),
];

/// A mechanism that may be off has a line for each of its keys: what lies beneath it in a scenario is not known.
const REGISTRY: &[Mechanism] = &[
    (On(&[Outer]), "timeout: {_}", &[("read: 10s", hops!(timeout.read))], None),
    (On(&[Inner]), "timeout: {_}", &[("read: 5s", hops!(timeout.read))], None),
    (BOTH, "timeout: {_}", &[("connect: 1s", hops!(timeout.connect))], None),
    // It is the bank that charges.
    (
        On(&[Inner]),
        "_",
        &[("repeated_number: same_answer", |now, good, hop| {
            let now = &mut now.hops[hop].repeated_number;
            *now == RepeatedNumber::ChargeAgain && swap(now, &good.hops[hop].repeated_number)
        })],
        None,
    ),
    (
        BOTH,
        "keys: {_}",
        &[("lifetime: 1d", |now, good, hop| {
            now.hops[hop].keys.is_some() && raise(&mut now.hops[hop].keys, &good.hops[hop].keys)
        })],
        None,
    ),
    (BOTH, "_", &[("refund_retry: 1m", hops!(refund_retry))], None),
    (On(&[Outer]), "_", &[("valid_for: 1h", hops!(valid_for))], None),
    (On(&[Inner]), "_", &[("valid_for: 30m", hops!(valid_for))], None),
    (
        BOTH,
        "polling: {_}",
        &[
            ("rate_limit: none", of!(polling.rate_limit, swap)),
            ("batch: none", of!(polling.batch, swap)),
            ("max: 10", of!(polling.max, raise)),
            ("plan: [5s, 30s, 60s, 180s]", of!(polling.plan, swap)),
        ],
        Some(hops!(polling)),
    ),
    (
        BOTH,
        "reconciliation: {_}",
        &[
            ("wait_files: 2", of!(reconciliation.wait_files, raise)),
            ("cut_off: \"24:00\"", of!(reconciliation.cut_off, swap)),
            ("file_at: \"10:00\"", of!(reconciliation.file_at, swap)),
        ],
        Some(hops!(reconciliation)),
    ),
    (
        BOTH,
        "reversal: {_}",
        &[
            ("kind: close", of!(reversal.kind, swap)),
            ("after: 5", of!(reversal.after_unknowns, swap)),
            ("min_age: 0s", of!(reversal.min_age, lower)),
            ("retry: 30s", of!(reversal.retry, lower)),
        ],
        Some(hops!(reversal)),
    ),
    (
        BOTH,
        "notification: {_}",
        &[
            ("queue: per_event", of!(notification.queue, swap)),
            ("gaps: [0s, 15s, 1m, 10m, 1h, 6h]", of!(notification.gaps, longer)),
            ("failures: off", NEVER_ALONE),
            ("tolerance: 5m", of!(notification.tolerance, raise)),
            ("ack_timeout: 5s", of!(notification.ack_timeout, lower)),
            ("dead_letter: none", of!(notification.dead_letter, swap)),
        ],
        Some(|now, good, hop| {
            // One that tells for longer is no worse.
            let gaps = |of: &Model| of.hops[hop].notification.as_ref().map_or(0, |of| of.gaps.iter().sum::<Micros>());
            let queue = |of: &Model| of.hops[hop].notification.as_ref().map(|of| of.queue);
            (gaps(now) < gaps(good) || queue(now) != queue(good)) && hops!(notification)(now, good, hop)
        }),
    ),
    (Beside(Outer), "merchant: {internal: {compensation: {_}}}", COMPENSATION, Some(hops!(compensation))),
    (
        Beside(Inner),
        "platform: {internal: {compensation: {_}}}",
        COMPENSATION,
        Some(|now, good, hop| now.platform.transaction.is_none() && hops!(compensation)(now, good, hop)),
    ),
    (
        Beside(Inner),
        "platform: {internal: {transaction: {_}}}",
        &[
            ("kind: outbox", NEVER_ALONE),
            ("retry: 10s", of_transaction!(retry, lower)),
            ("relay: 1s", of_transaction!(relay, lower)),
            ("attempts: 5", of_transaction!(attempts, raise)),
            ("lock_timeout: 50s", of_transaction!(lock_timeout, raise)),
        ],
        Some(|now, good, _| {
            now.platform.transaction.is_some_and(|now| now.kind == TransactionKind::Outbox)
                && swap(&mut now.platform.transaction, &good.platform.transaction)
        }),
    ),
    (
        Beside(Inner),
        "platform: {_}",
        &[("order_model: one_to_many", |now, good, _| swap(&mut now.platform.order_model, &good.platform.order_model))],
        None,
    ),
    (Beside(Inner), "_", &[("deadline: 4bd", |now, good, _| swap(&mut now.deadline, &good.deadline))], None),
    (Beside(Inner), "bank: {_}", &[("capacity: none", |now, good, _| swap(&mut now.capacity, &good.capacity))], None),
];

/// The same, for what helps against nearly anything.
const LAST_RESORTS: &[Mechanism] = &[(BOTH, "_", &[("manual_queue: on", hops!(manual_queue))], None)];

static CHANGES: LazyLock<Vec<Change>> = LazyLock::new(|| {
    let all = REGISTRY.iter().map(|mechanism| (mechanism, Extent::Single));
    let all = all.chain(LAST_RESORTS.iter().map(|mechanism| (mechanism, Extent::LastResort)));
    all.enumerate().flat_map(|(number, (mechanism, extent))| changes(number, mechanism, extent)).collect()
});

/// What can be changed of a mechanism, on each hop that may have it.
fn changes(number: usize, (place, map, parameters, whole): &'static Mechanism, extent: Extent) -> Vec<Change> {
    let keys: Vec<&str> = parameters.iter().map(|(key, _)| *key).collect();
    let all = keys.join(", ");
    let each = keys.iter().zip(*parameters).map(|(key, (_, take))| (*key, *take, extent));
    let each: Vec<(&str, Take, Extent)> = each.chain(whole.map(|take| (all.as_str(), take, Extent::Whole))).collect();
    let on_hop = |hop: Hop| {
        let (text, told): (String, fn(String, Hop) -> String) = match place {
            On(_) => (format!("hops: {{{}: {{{}}}}}", hop.name(), map.replace('_', &all)), |map, hop| {
                format!("{map} on {}", hop.name())
            }),
            Beside(_) => (map.replace('_', &all), |map, _| map),
        };
        let hardened = Arc::new(model(&text));
        each.iter()
            .map(move |(keys, take, extent)| {
                let told = told(map.replace('_', keys), hop);
                Change { told, extent: *extent, of: (number, hop), hardened: Arc::clone(&hardened), take: *take }
            })
            .collect::<Vec<Change>>()
    };
    match place {
        On(hops) => hops.iter().copied().flat_map(on_hop).collect(),
        Beside(hop) => on_hop(*hop),
    }
}

/// The model of a scenario of a line, whose other parameters are those of the hardened strategy.
fn model(text: &str) -> Model {
    let known = Known { goals: &[], invariants: &[] };
    match load(Path::new("remedy.yaml"), text.as_bytes(), &Overrides::default(), known, &no_files) {
        Ok(scenario) => scenario.model,
        Err(mistakes) => panic!("a remedy is no scenario: {text}: {mistakes:?}"),
    }
}

/// Is it the compensation of a strategy preset? A scenario that writes a key of it writes all of it anew.
fn is_a_presets(compensation: &Compensation) -> bool {
    static ALL: LazyLock<Vec<Compensation>> = LazyLock::new(|| {
        let of = |name: &str| model(&format!("hops: {{platform-bank: {{strategy: {name}}}}}")).hops[1].compensation;
        strategies::ALL.iter().filter_map(|strategy| of(strategy.name)).collect()
    });
    ALL.contains(compensation)
}

fn swap<T: Clone + PartialEq>(now: &mut T, good: &T) -> bool {
    let other = now != good;
    now.clone_from(good);
    other
}

fn raise<T: Clone + PartialOrd>(now: &mut T, good: &T) -> bool {
    *now < *good && swap(now, good)
}

fn lower<T: Clone + PartialOrd>(now: &mut T, good: &T) -> bool {
    *now > *good && swap(now, good)
}

fn longer(now: &mut Vec<Micros>, good: &Vec<Micros>) -> bool {
    now.iter().sum::<Micros>() < good.iter().sum() && swap(now, good)
}

impl Remedy {
    /// The rules that are off.
    pub fn rules(model: &Model) -> Vec<Remedy> {
        let all = Rules::ALL.iter().flat_map(|info| Hop::ALL.map(|hop| Remedy::Rule(info.name, hop)));
        all.filter(|rule| rule.changes(model)).collect()
    }

    /// The parameters that the hardened strategy has otherwise, each alone; and mechanisms of which no single one is.
    pub fn parameters(model: &Model) -> Vec<Remedy> {
        let all = changing(model);
        let alone = |change: &&&Change| match change.extent {
            Extent::Single => true,
            Extent::Whole => !has_single(&all, change),
            Extent::LastResort => false,
        };
        all.iter().filter(alone).copied().map(Remedy::Change).collect()
    }

    /// Whole mechanisms of which single parameters are otherwise, too.
    pub fn mechanisms(model: &Model) -> Vec<Remedy> {
        let all = changing(model);
        let wholes = all.iter().filter(|change| change.extent == Extent::Whole && has_single(&all, change));
        wholes.copied().map(Remedy::Change).collect()
    }

    /// What helps against nearly anything.
    pub fn last_resorts(model: &Model) -> Vec<Remedy> {
        changing(model).into_iter().filter(|change| change.extent == Extent::LastResort).map(Remedy::Change).collect()
    }

    fn changes(self, model: &Model) -> bool {
        self.apply(&mut model.clone())
    }

    /// Changes the model; `false` where there was nothing to be changed.
    pub fn apply(self, model: &mut Model) -> bool {
        match self {
            Remedy::Rule(name, hop) => {
                model.hops[hop as usize].rules.switch(name).is_some_and(|on| !std::mem::replace(on, true))
            }
            Remedy::Change(change) => (change.take)(model, &change.hardened, change.of.1 as usize),
        }
    }
}

/// What changes something.
fn changing(model: &Model) -> Vec<&'static Change> {
    CHANGES.iter().filter(|change| Remedy::Change(change).changes(model)).collect()
}

/// Is there a single parameter of the same mechanism among these?
fn has_single(all: &[&'static Change], whole: &Change) -> bool {
    all.iter().any(|change| change.extent == Extent::Single && change.of == whole.of)
}

impl fmt::Display for Remedy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Remedy::Rule(name, hop) => write!(f, "{name} on {}", hop.name()),
            Remedy::Change(change) => f.write_str(&change.told),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_every_remedy_needs_none() {
        for change in CHANGES.iter() {
            let mut model = Model::clone(&change.hardened);
            assert!(!Remedy::Change(change).apply(&mut model), "{} changes what it has made", change.told);
        }
        let usual = model("orders: {count: 1}");
        assert!(Remedy::rules(&usual).is_empty() && Remedy::last_resorts(&usual).is_empty());
    }
}
