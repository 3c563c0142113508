//! The measures: what of a record each is made of. The registry of the columns of every table.
//!
//! Read by `evaluate` and by reports, by position. It must not know statistics.

use super::comparison::{MeasureInfo, Unit};
use super::record::{Bit, Sum};

/// A measure.
#[derive(Clone, Copy, Debug)]
pub struct Measure {
    /// Its name.
    pub name: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// What it counts.
    pub definition: &'static str,
    /// The unit of its values.
    pub unit: Unit,
    /// Is more of it better?
    pub more_is_better: bool,
    /// What it is made of.
    pub from: From,
}

/// What a measure is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// The share of orders of which it is so.
    Share(Bit),
    /// The mean of a sum over all orders.
    Mean(Sum),
    /// The mean over orders that are paid.
    PerPaid(Sum),
    /// The share of dropped orders recovered without a settlement file and without a person.
    BeforeReconciliation,
    /// A quantile, in hundredths, of the time to consistency of dropped orders.
    Quantile(u64),
    /// The longest time to consistency of dropped orders.
    Longest,
    /// The most calls to the bank within a second.
    BankPeak,
}

const fn less(name: &'static str, title: &'static str, unit: Unit, from: From, definition: &'static str) -> Measure {
    Measure { name, title, definition, unit, more_is_better: false, from }
}

/// Every measure.
pub const ALL: &[Measure] = &[
    less(
        "inconsistent",
        "not consistent",
        Unit::Share,
        From::Share(Bit::Inconsistent),
        "Orders whose books do not agree at the deadline: channel order = bank's record, payment order = sum of its channel \
         orders, merchant order = payment order, no attempt unknown, nothing in flight.",
    ),
    less(
        "wrong",
        "wrong in the end",
        Unit::Share,
        From::Share(Bit::Wrong),
        "Orders whose books do not agree although nothing is open any more and no person looks at it: nobody will mend them.",
    ),
    less(
        "charged_twice",
        "charged twice",
        Unit::Share,
        From::Share(Bit::Twice),
        "Orders whose customer was debited more than the amount, net of what was given back.",
    ),
    less(
        "late",
        "late",
        Unit::Share,
        From::Share(Bit::Late),
        "Orders that were debited and were not consistent in time: within so long after the debit as the comparison says.",
    ),
    less("manual", "before a person", Unit::Share, From::Share(Bit::Manual), "Orders put before a person, dropped or not."),
    less(
        "dropped",
        "dropped",
        Unit::Share,
        From::Share(Bit::Dropped),
        "Orders that the bank had debited when, on either hop, the upstream stopped waiting without the answer (external), or \
         had it and could not make the update that follows (internal). Each counts once, by its first cause.",
    ),
    Measure {
        more_is_better: true,
        ..less(
            "before_reconciliation",
            "recovered before reconciliation",
            Unit::Share,
            From::BeforeReconciliation,
            "Of dropped orders, those that were consistent in the end and needed neither a settlement file nor a person for it.",
        )
    },
    less(
        "p50",
        "time to consistency, p50",
        Unit::Micros,
        From::Quantile(50),
        "From the bank's debit to the last entry into consistency: half of the dropped orders took no longer. A return that \
         begins while the books agree has a time of its own. Orders that never agree count as longer than any other.",
    ),
    less("p90", "p90", Unit::Micros, From::Quantile(90), "The same: nine in ten dropped orders took no longer."),
    less("p99", "p99", Unit::Micros, From::Quantile(99), "The same: 99 in 100 dropped orders took no longer."),
    less("max", "max", Unit::Micros, From::Longest, "The longest of the dropped orders that agree in the end."),
    less(
        "open",
        "mean time to consistency",
        Unit::Micros,
        From::Mean(Sum::Open),
        "From the debit to consistency, or to the deadline where there is none: the mean over all orders, so that strategies \
         which drop different orders can be compared.",
    ),
    less(
        "at_risk",
        "money at risk",
        Unit::MoneySeconds,
        From::Mean(Sum::AtRisk),
        "What has moved at the bank, or is to go back, and is not agreed upon yet, times how long: the mean per order.",
    ),
    less(
        "penalty",
        "penalty",
        Unit::Money,
        From::Mean(Sum::Penalty),
        "For each day begun in which an order stayed open longer than the comparison allows: the mean per order.",
    ),
    less(
        "loss",
        "loss",
        Unit::Money,
        From::Mean(Sum::Loss),
        "What customer, merchant and platform have lost in the end: the mean per order.",
    ),
    less(
        "messages",
        "messages",
        Unit::PerOrder,
        From::Mean(Sum::Messages),
        "Queries, notifications and closes sent, on both hops: the mean per order.",
    ),
    less("queries", "queries", Unit::PerOrder, From::Mean(Sum::Queries), "Queries sent: the mean per order."),
    less(
        "notifications",
        "notifications",
        Unit::PerOrder,
        From::Mean(Sum::Notifications),
        "Notifications sent: the mean per order.",
    ),
    less(
        "rows",
        "rows",
        Unit::PerOrder,
        From::Mean(Sum::Rows),
        "Settlement file records matched, and rows found by scans: the mean per order.",
    ),
    less("refunds", "refunds", Unit::PerOrder, From::Mean(Sum::Refunds), "Refunds asked for: the mean per order."),
    less(
        "cost",
        "cost",
        Unit::Money,
        From::Mean(Sum::Cost),
        "By the prices given, for messages, rows and cases: the mean per order.",
    ),
    less(
        "wait",
        "wait for the goods",
        Unit::Micros,
        From::PerPaid(Sum::Wait),
        "From the customer's paying to the goods: the mean over paid orders.",
    ),
    less(
        "lock",
        "payment order locked",
        Unit::Micros,
        From::Mean(Sum::Lock),
        "How long payment orders were locked: the mean per order.",
    ),
    less(
        "bank_peak",
        "bank's peak load",
        Unit::Count,
        From::BankPeak,
        "The most requests, queries, closes and refunds that came to the bank within one second.",
    ),
];

/// The position of a measure. Its name is written in the code: one that is not in the registry is a bug.
pub fn position(name: &str) -> usize {
    ALL.iter().position(|measure| measure.name == name).unwrap_or_else(|| panic!("no measure is called `{name}`"))
}

impl Measure {
    /// What reports are told of it.
    pub fn info(&self) -> MeasureInfo {
        MeasureInfo {
            name: self.name.to_owned(),
            title: self.title.to_owned(),
            definition: self.definition.to_owned(),
            unit: self.unit,
            more_is_better: self.more_is_better,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique() {
        for (i, measure) in ALL.iter().enumerate() {
            assert_eq!(position(measure.name), i, "{}", measure.name);
            assert!(measure.definition.ends_with('.'), "{}", measure.name);
        }
    }
}
