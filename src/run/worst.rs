//! The few orders whose stories are worth telling: those that violate something, then those that took longest to agree.
//! Told of every order by the world at the deadline.

use crate::payments::books::Books;
use crate::payments::model::Purchase;
use crate::run::observer::Watch;

/// The worst few orders so far.
#[derive(Clone, Debug)]
pub(crate) struct Worst {
    most: usize,
    /// The worst first.
    orders: Vec<(Badness, Told)>,
}

/// An order whose story is told: its number and its purchase.
pub(crate) type Told = (u32, Purchase);

/// Longer than any time: the books do not agree.
const NEVER: u64 = u64::MAX;

/// How bad: violated at all, unlike those that are kept already; then the time to consistency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Badness {
    violates: bool,
    time: u64,
    violations: u32,
}

impl Badness {
    /// How bad an order's end is.
    #[inline]
    pub fn of(watch: &Watch, books: &Books) -> Self {
        let time = if books.agreed { watch.measure.time_to_consistency().unwrap_or(0) } else { NEVER };
        Badness { violates: watch.reported != 0, time, violations: watch.reported }
    }

    /// Does it violate anything?
    #[inline]
    pub fn violates(self) -> bool {
        self.violates
    }
}

impl Worst {
    /// None yet, of which at most so many are kept.
    pub fn keeping(most: usize) -> Self {
        Worst { most, orders: Vec::new() }
    }

    /// Keeps an order if it is among the worst so far.
    #[inline]
    pub fn consider(&mut self, number: u32, purchase: Purchase, badness: Badness) {
        let full = self.orders.len() >= self.most;
        if self.most == 0 || (full && self.orders.last().is_some_and(|(least, _)| *least >= badness)) {
            return;
        }
        if badness.violates && self.orders.iter().any(|(kept, _)| kept.violations == badness.violations) {
            return;
        }
        let place = self.orders.partition_point(|(kept, _)| *kept >= badness);
        self.orders.insert(place, (badness, (number, purchase)));
        self.orders.truncate(self.most);
    }

    /// The orders and why each is told, the worst first.
    pub fn orders(&self) -> Vec<(Told, String)> {
        let why = |badness: &Badness| {
            let violated = crate::invariants::ALL.iter().enumerate().filter(|(i, _)| badness.violations & (1 << i) != 0);
            let names: Vec<&str> = violated.map(|(_, info)| info.id).collect();
            match badness {
                Badness { violates: true, .. } => format!("violates {}", names.join(", ")),
                Badness { time: NEVER, .. } => "never agrees".to_owned(),
                Badness { .. } => "longest to agree".to_owned(),
            }
        };
        self.orders.iter().map(|(badness, order)| (*order, why(badness))).collect()
    }
}
