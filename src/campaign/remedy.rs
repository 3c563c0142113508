//! Remedies: what a strategy could have otherwise so that a case might pass. A safety rule that is off is one, a parameter
//! or a mechanism that the hardened strategy has otherwise is another.
//!
//! Called by `prevention`, which tries them. Adding one = one line in the registry below, the more specific first. It must
//! not know cases, nor how remedies are tried.

use crate::kernel::Micros;
use crate::payments::model::{Model, Notification, RepeatedNumber, TransactionKind};
use crate::payments::party::Hop;
use crate::payments::rules::Rules;
use crate::scenario::{Known, Overrides, load, no_files};
use std::fmt;
use std::path::Path;
use std::sync::LazyLock;

/// One thing to be changed.
#[derive(Clone, Copy)]
pub enum Remedy {
    /// A rule is followed on a hop.
    Rule(&'static str, Hop),
    /// A parameter is that of the hardened strategy.
    Change(&'static Change),
}

/// A parameter, or a whole mechanism, as the hardened strategy has it.
pub struct Change {
    /// As a scenario has it: `timeout: {read: 5s} on platform-bank`.
    told: String,
    /// It helps against nearly anything, so that it says little: tried only where nothing else is enough.
    last_resort: bool,
    hop: usize,
    /// A model that has it.
    hardened: Model,
    take: Take,
}

/// Makes a model have, on the hop of this number, what the hardened one has. `false` where nothing was to be changed.
type Take = fn(now: &mut Model, hardened: &Model, hop: usize) -> bool;

const OUTER: &[Hop] = &[Hop::MerchantPlatform];
const INNER: &[Hop] = &[Hop::PlatformBank];
const BOTH: &[Hop] = &Hop::ALL;
/// What is in a scenario beside its hops.
const BESIDE: &[Hop] = &[];

/// On which hops, what a scenario has to say, and what of that is taken.
const REGISTRY: &[(&[Hop], &str, Take)] = &[
    (OUTER, "timeout: {read: 10s}", |now, good, hop| swap(&mut now.hops[hop].timeout.read, &good.hops[hop].timeout.read)),
    (INNER, "timeout: {read: 5s}", |now, good, hop| swap(&mut now.hops[hop].timeout.read, &good.hops[hop].timeout.read)),
    // It is the bank that charges.
    (INNER, "repeated_number: same_answer", |now, good, hop| {
        let now = &mut now.hops[hop].repeated_number;
        *now == RepeatedNumber::ChargeAgain && swap(now, &good.hops[hop].repeated_number)
    }),
    (BOTH, "keys: {lifetime: 1d}", |now, good, hop| {
        now.hops[hop].keys < good.hops[hop].keys
            && now.hops[hop].keys.is_some()
            && swap(&mut now.hops[hop].keys, &good.hops[hop].keys)
    }),
    (BOTH, "refund_retry: 1m", |now, good, hop| swap(&mut now.hops[hop].refund_retry, &good.hops[hop].refund_retry)),
    (OUTER, "valid_for: 1h", |now, good, hop| swap(&mut now.hops[hop].valid_for, &good.hops[hop].valid_for)),
    (INNER, "valid_for: 30m", |now, good, hop| swap(&mut now.hops[hop].valid_for, &good.hops[hop].valid_for)),
    (BOTH, "polling: {rate_limit: none, batch: none}", |now, _, hop| {
        now.hops[hop]
            .polling
            .as_mut()
            .is_some_and(|polling| swap(&mut polling.rate_limit, &None) | swap(&mut polling.batch, &None))
    }),
    (BOTH, "polling: {max: 10}", |now, good, hop| match (&mut now.hops[hop].polling, &good.hops[hop].polling) {
        (Some(now), Some(good)) => now.max < good.max && swap(&mut now.max, &good.max),
        _ => false,
    }),
    (BOTH, "polling: {plan: [5s, 30s, 60s, 180s], max: 10}", |now, good, hop| {
        swap(&mut now.hops[hop].polling, &good.hops[hop].polling)
    }),
    (BOTH, "reconciliation: {wait_files: 2}", |now, good, hop| {
        match (&mut now.hops[hop].reconciliation, &good.hops[hop].reconciliation) {
            (Some(now), Some(good)) => now.wait_files < good.wait_files && swap(&mut now.wait_files, &good.wait_files),
            (now, good) => swap(now, good),
        }
    }),
    (BOTH, "reversal: {kind: close, after: 5}", |now, good, hop| {
        swap(&mut now.hops[hop].reversal, &good.hops[hop].reversal)
    }),
    (BOTH, "notification: {queue: per_event, gaps: [0s, 15s, 1m, 10m, 1h, 6h]}", |now, good, hop| {
        let (now, good) = (&mut now.hops[hop].notification, &good.hops[hop].notification);
        let tells = |of: &Option<Notification>| of.as_ref().map_or(0, |of| of.gaps.iter().sum::<Micros>());
        let queues = |of: &Option<Notification>| of.as_ref().map(|of| of.queue);
        (tells(now) < tells(good) || queues(now) != queues(good)) && swap(now, good)
    }),
    (BESIDE, "merchant: {internal: {compensation: {scan: 1m}}}", |now, good, _| {
        swap(&mut now.hops[0].compensation, &good.hops[0].compensation)
    }),
    (BESIDE, "platform: {internal: {compensation: {scan: 1m}}}", |now, good, _| {
        now.platform.transaction.is_none() && swap(&mut now.hops[1].compensation, &good.hops[1].compensation)
    }),
    (BESIDE, "platform: {internal: {transaction: {kind: outbox, relay: 1s}}}", |now, good, _| {
        let outbox = now.platform.transaction.is_some_and(|now| now.kind == TransactionKind::Outbox);
        outbox && swap(&mut now.platform.transaction, &good.platform.transaction)
    }),
    (BESIDE, "platform: {order_model: one_to_many}", |now, good, _| {
        swap(&mut now.platform.order_model, &good.platform.order_model)
    }),
    (BESIDE, "deadline: 4bd", |now, good, _| swap(&mut now.deadline, &good.deadline)),
    (BESIDE, "bank: {capacity: none}", |now, good, _| swap(&mut now.capacity, &good.capacity)),
];

/// The same, for what helps against nearly anything.
const LAST_RESORTS: &[(&[Hop], &str, Take)] =
    &[(BOTH, "manual_queue: on", |now, good, hop| swap(&mut now.hops[hop].manual_queue, &good.hops[hop].manual_queue))];

static CHANGES: LazyLock<Vec<Change>> = LazyLock::new(|| {
    let of = |registry: &'static [(&[Hop], &str, Take)], last_resort| {
        registry.iter().flat_map(move |(hops, yaml, take)| {
            let on = |hop: &Hop| {
                (format!("{yaml} on {}", hop.name()), format!("hops: {{{}: {{{yaml}}}}}", hop.name()), *hop as usize)
            };
            let beside = hops.is_empty().then(|| ((*yaml).to_owned(), (*yaml).to_owned(), 0));
            let written: Vec<(String, String, usize)> = hops.iter().map(on).chain(beside).collect();
            written.into_iter().map(move |(told, text, hop)| Change {
                told,
                last_resort,
                hop,
                hardened: model(&text),
                take: *take,
            })
        })
    };
    of(REGISTRY, false).chain(of(LAST_RESORTS, true)).collect()
});

/// The model of a scenario of a line, whose other parameters are those of the hardened strategy.
fn model(text: &str) -> Model {
    let known = Known { goals: &[], invariants: &[] };
    match load(Path::new("remedy.yaml"), text.as_bytes(), &Overrides::default(), known, &no_files) {
        Ok(scenario) => scenario.model,
        Err(mistakes) => panic!("a remedy is no scenario: {text}: {mistakes:?}"),
    }
}

fn swap<T: Clone + PartialEq>(now: &mut T, good: &T) -> bool {
    let other = now != good;
    now.clone_from(good);
    other
}

impl Remedy {
    /// The rules that are off.
    pub fn rules(model: &Model) -> Vec<Remedy> {
        let all = Rules::ALL.iter().flat_map(|info| Hop::ALL.map(|hop| Remedy::Rule(info.name, hop)));
        all.filter(|rule| rule.changes(model)).collect()
    }

    /// The parameters that the hardened strategy has otherwise.
    pub fn parameters(model: &Model) -> Vec<Remedy> {
        Self::of(model, false)
    }

    /// The same, for what helps against nearly anything.
    pub fn last_resorts(model: &Model) -> Vec<Remedy> {
        Self::of(model, true)
    }

    fn of(model: &Model, last_resort: bool) -> Vec<Remedy> {
        let all = CHANGES.iter().filter(|change| change.last_resort == last_resort).map(Remedy::Change);
        all.filter(|remedy| remedy.changes(model)).collect()
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
            Remedy::Change(change) => (change.take)(model, &change.hardened, change.hop),
        }
    }
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
            let mut model = change.hardened.clone();
            assert!(!Remedy::Change(change).apply(&mut model), "{} changes what it has made", change.told);
        }
        let usual = model("orders: {count: 1}");
        assert!(Remedy::rules(&usual).is_empty() && Remedy::last_resorts(&usual).is_empty());
    }
}
