//! What mends or prevents internal drops, as it is written -> compensation, transaction and call within the platform.
//!
//! Called by `load` and by `hops`. It must not know faults or orders.

use super::decode::At;
use super::forms::{NoneWord, Toggle};
use super::hops::{a_second, at_least_one, positive, spread};
use super::load::Findings;
use super::preset;
use super::raw;
use super::strategies::Strategy;
use crate::kernel::{DAY, Distribution, MILLISECOND, MINUTE, SECOND};
use crate::payments::model::{Capacity, Compensation, Handover, OrderModel, Platform, Tables, Transaction, TransactionKind};

/// Compensation on one hop: the platform's on the inner one, the merchant's on the outer one. Where the scenario neither
/// gives nor excludes any, the strategy's own.
pub(super) fn compensation(
    raw: Option<&Toggle<raw::Compensation>>,
    strategy: Option<&Strategy>,
    findings: &mut Findings,
) -> Option<Compensation> {
    let own: raw::MerchantInternal = preset::layer(strategy.map_or(&[], |strategy| strategy.compensation));
    let Some(Toggle::On(written)) = raw.or(own.compensation.as_ref()) else { return None };
    let scan = written.scan.as_ref().map_or(Some(MINUTE), |scan| scan.value.0.as_ref().map(|scan| scan.0));
    if let Some(given) = written.scan.as_ref().filter(|_| scan == Some(0)) {
        let help = "write a duration above 0, or `none`";
        findings.wrong(&given.span, "0 is too short: the scan would never stop", help);
    }
    positive(written.worker.as_ref(), "the worker would never stop", findings);
    if let Some(given) = written.batch.as_ref().filter(|batch| batch.value.0 == Some(0)) {
        findings.wrong(&given.span, "0 rows are too few", "write 1 or more, or `none`");
    }
    at_least_one(written.attempts.as_ref(), "attempts", findings);
    let time = |time: &Option<At<super::scalar::Time>>, default| time.as_ref().map_or(default, |time| time.value.0);
    Some(Compensation {
        scan,
        window: time(&written.window, DAY),
        replica_lag: time(&written.replica_lag, 0),
        worker: time(&written.worker, 10 * SECOND),
        batch: written.batch.as_ref().and_then(|batch| batch.value.0),
        lease: time(&written.lease, MINUTE),
        call: time(&written.call, 0),
        attempts: written.attempts.as_ref().map_or(20, |attempts| attempts.value),
    })
}

/// The platform's own choices.
pub(super) fn platform(raw: &raw::Platform, findings: &mut Findings) -> Platform {
    let transaction = transaction(raw.internal.transaction.as_ref(), findings);
    if let (Some(Toggle::On(_)), Some(given), Some(_)) =
        (&raw.internal.compensation, &raw.internal.transaction, &transaction)
    {
        let help = "keep `compensation` or `transaction`: a transaction is what stands in compensation's place";
        findings.wrong(&given.span, "both compensation and a distributed transaction are given", help);
    }
    let handover = raw.handover.as_ref();
    let timeout = handover.and_then(|handover| handover.timeout.as_ref());
    positive(timeout, "no call could be answered", findings);
    let usual = || Distribution::fixed(2 * MILLISECOND).unwrap_or_else(|_| unreachable!("2 ms are within the limit"));
    Platform {
        order_model: match raw.order_model {
            None | Some(raw::OrderModel::OneToMany) => OrderModel::OneToMany,
            Some(raw::OrderModel::OneToOne) => OrderModel::OneToOne,
            Some(raw::OrderModel::Overwrite) => OrderModel::Overwrite,
            Some(raw::OrderModel::MerchantNewNumber) => OrderModel::MerchantNewNumber,
        },
        tables: match raw.tables {
            None | Some(raw::Tables::TwoDatabases) => Tables::TwoDatabases,
            Some(raw::Tables::SameDatabase) => Tables::SameDatabase,
            Some(raw::Tables::TwoApplications) => Tables::TwoApplications,
        },
        handover: Handover {
            latency: spread(handover.and_then(|handover| handover.latency.clone()), usual, findings),
            timeout: timeout.map_or(SECOND, |timeout| timeout.value.0),
        },
        transaction,
    }
}

fn transaction(raw: Option<&At<Toggle<raw::Transaction>>>, findings: &mut Findings) -> Option<Transaction> {
    let (given, written) = match raw.map(|given| (given, &given.value)) {
        Some((given, Toggle::On(written))) => (given, written),
        Some((_, Toggle::Off(NoneWord::None))) | None => return None,
    };
    let Some(kind) = written.kind else {
        let help = "write `kind: two_phase_commit`, `tcc`, `saga` or `outbox`";
        if !given.damaged {
            findings.wrong(&given.span, "the transaction has no `kind`", help);
        }
        return None;
    };
    a_second(written.retry.as_ref(), "a step that is done again at once never stops", findings);
    positive(written.relay.as_ref(), "the relay would never stop", findings);
    at_least_one(written.attempts.as_ref(), "attempts", findings);
    Some(Transaction {
        kind: match kind {
            raw::TransactionKind::TwoPhaseCommit => TransactionKind::TwoPhaseCommit,
            raw::TransactionKind::Tcc => TransactionKind::Tcc,
            raw::TransactionKind::Saga => TransactionKind::Saga,
            raw::TransactionKind::Outbox => TransactionKind::Outbox,
        },
        retry: written.retry.as_ref().map_or(10 * SECOND, |retry| retry.value.0),
        relay: written.relay.as_ref().map_or(SECOND, |relay| relay.value.0),
        attempts: written.attempts.as_ref().map_or(5, |attempts| attempts.value),
        lock_timeout: written.lock_timeout.as_ref().map_or(50 * SECOND, |timeout| timeout.0),
    })
}

/// What the bank can take.
pub(super) fn capacity(raw: &raw::Bank) -> Option<Capacity> {
    let Some(Toggle::On(written)) = &raw.capacity else { return None };
    Some(Capacity { rate: written.rate.as_ref().map_or(100, |rate| rate.0), queue: written.queue.unwrap_or(1000) })
}
