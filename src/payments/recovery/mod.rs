//! How an unknown becomes known: one file per recovery mechanism, each an `impl` block of [`Step`](super::step::Step).
//!
//! Called by the two halves of a hop. Adding a mechanism = one new file here and one line in [`ALL`].

mod compensation;
pub mod notification;
mod participant;
mod polling;
mod reconciliation;
pub(crate) mod refund;
mod restart;
mod retry;
mod reversal;
pub(crate) mod settlement_file;
mod timeout;
mod transaction;

use crate::payments::model::{Model, TransactionKind};
use crate::payments::party::Hop;

/// A mechanism: its name, what it does, its parameters in a scenario, and where it is there.
#[derive(Clone, Copy, Debug)]
pub struct Mechanism {
    /// The name; the key of its parameters in a hop, where it has one.
    pub name: &'static str,
    /// What it does.
    pub about: &'static str,
    /// Its parameters.
    pub parameters: &'static str,
    /// The smallest example.
    pub example: &'static str,
    /// Is it there on this hop? What is between the platform's two tables belongs to the inner one.
    pub is_there: fn(&Model, Hop) -> bool,
}

/// Those of some mechanisms, by their names, that there are.
pub fn named(names: &[&str]) -> impl Iterator<Item = &'static Mechanism> {
    ALL.iter().filter(move |mechanism| names.contains(&mechanism.name))
}

/// Is one of these mechanisms there on this hop?
pub fn is_there(names: &[&str], model: &Model, hop: Hop) -> bool {
    named(names).any(|mechanism| (mechanism.is_there)(model, hop))
}

/// Is one of them there on any hop?
pub fn is_anywhere(names: &[&str], model: &Model) -> bool {
    Hop::ALL.into_iter().any(|hop| is_there(names, model, hop))
}

fn has_transaction(model: &Model, hop: Hop, kind: TransactionKind) -> bool {
    hop == Hop::PlatformBank && model.platform.transaction.is_some_and(|transaction| transaction.kind == kind)
}

/// Every mechanism there is.
pub const ALL: &[Mechanism] = &[
    Mechanism {
        name: "timeout",
        about: "the caller stops waiting; the attempt becomes unknown, not failed",
        parameters: "connect, read (or none)",
        example: "hops: {platform-bank: {timeout: {connect: 1s, read: 5s}}}",
        is_there: |_, _| true,
    },
    Mechanism {
        name: "notification",
        about: "the downstream pushes the outcome to a callback address until it is acknowledged",
        parameters: "gaps or schedule, failures, tolerance, ack_timeout, queue, dead_letter",
        example: "hops: {platform-bank: {notification: {gaps: [0s, 15s, 15s, 30s, 3m]}}}",
        // Whoever believes what anybody sends is notified without it, too.
        is_there: |model, hop| {
            let (here, rules) = (&model.hops[hop as usize], model.hops[hop as usize].rules);
            let checks = rules.verify_signature && rules.verify_content && rules.verify_freshness;
            here.notification.is_some() || !checks
        },
    },
    Mechanism {
        name: "polling",
        about: "a job queries unknown orders until a definite answer or the maximum",
        parameters: "plan or schedule, max, batch, rate_limit",
        example: "hops: {platform-bank: {polling: {plan: [5s, 30s, 60s, 3m], max: 10}}}",
        is_there: |model, hop| model.hops[hop as usize].polling.is_some(),
    },
    Mechanism {
        name: "reversal",
        about: "an unknown attempt is closed or cancelled, again and again until that is answered",
        parameters: "kind, after, min_age, retry",
        example: "hops: {platform-bank: {reversal: {kind: close, after: 10, min_age: 5m, retry: 1m}}}",
        is_there: |model, hop| model.hops[hop as usize].reversal.is_some(),
    },
    Mechanism {
        name: "reconciliation",
        about: "the downstream's settlement file is matched record by record, both ways",
        parameters: "cut_off, file_at, wait_files",
        example: "hops: {platform-bank: {reconciliation: {cut_off: \"23:00\", file_at: \"10:00\", wait_files: 2}}}",
        is_there: |model, hop| model.hops[hop as usize].reconciliation.is_some(),
    },
    Mechanism {
        name: "retry",
        about: "a caller asks again by itself, within its call, under the same number and idempotency key",
        parameters: "max, gap, budget",
        example: "hops: {platform-bank: {retry: {max: 3, gap: 1s, budget: 10/s}}}",
        is_there: |model, hop| model.hops[hop as usize].retry.is_some(),
    },
    Mechanism {
        name: "keys",
        about: "the downstream knows a request that comes again by its idempotency key, for as long as it keeps it",
        parameters: "lifetime",
        example: "hops: {platform-bank: {keys: {lifetime: 1d}}}",
        is_there: |model, hop| model.hops[hop as usize].keys.is_some(),
    },
    Mechanism {
        name: "compensation",
        about: "a failed update is recorded in an internal dropped-order table, or found by a scan; a worker finishes it",
        parameters: "scan, window, replica_lag, worker, batch, lease, call, attempts",
        example: "platform: {internal: {compensation: {scan: 60s, worker: 10s, lease: 1m}}}",
        is_there: |model, hop| model.hops[hop as usize].compensation.is_some(),
    },
    Mechanism {
        name: "two_phase_commit",
        about: "channel order and payment order are prepared under locks, the decision is logged, both are committed",
        parameters: "retry, lock_timeout",
        example: "platform: {internal: {transaction: {kind: two_phase_commit}}}",
        is_there: |model, hop| has_transaction(model, hop, TransactionKind::TwoPhaseCommit),
    },
    Mechanism {
        name: "tcc",
        about: "the payment order's part is tried (reserved), then confirmed, or cancelled and tried in another branch",
        parameters: "retry",
        example: "platform: {internal: {transaction: {kind: tcc}}}",
        is_there: |model, hop| has_transaction(model, hop, TransactionKind::Tcc),
    },
    Mechanism {
        name: "saga",
        about: "the payment order follows the channel order; what cannot follow is undone: the money goes back",
        parameters: "retry, attempts",
        example: "platform: {internal: {transaction: {kind: saga, attempts: 5}}}",
        is_there: |model, hop| has_transaction(model, hop, TransactionKind::Saga),
    },
    Mechanism {
        name: "outbox",
        about: "the update stands in an outbox table beside the channel order, and a relay delivers it at least once",
        parameters: "relay, retry",
        example: "platform: {internal: {transaction: {kind: outbox, relay: 1s}}}",
        is_there: |model, hop| has_transaction(model, hop, TransactionKind::Outbox),
    },
    Mechanism {
        name: "restart",
        about: "a process that has crashed reads its tables and takes up what it finds there; nothing else is remembered",
        parameters: "the rules intent_before_send and resume_on_restart",
        example: "hops: {platform-bank: {rules: {resume_on_restart: off}}}",
        is_there: |_, _| true,
    },
    Mechanism {
        name: "order_model",
        about: "payment order : channel order, when a customer pays again",
        parameters: "one_to_many, one_to_one, overwrite or merchant_new_number",
        example: "platform: {order_model: one_to_many}",
        is_there: |_, _| true,
    },
    Mechanism {
        name: "refund",
        about: "money is given back under a number of its own, lost and recovered as a payment is",
        parameters: "refund_retry; merchant returns",
        example: "merchant: {returns: [{probability: 0.01, after: 1d, share: 0.5}]}",
        is_there: |model, _| !model.returns.is_empty(),
    },
];
