//! How plans end, counted: what is the same for two plans is one entry. A state's count is that of everything that can
//! follow from it, so a state that is known need not be looked at again.
//!
//! Used by the search; it must not know how plans are found.

use crate::kernel::Fingerprint;
use crate::run::position::End;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::sync::{PoisonError, RwLock, RwLockReadGuard};

/// How a plan ended, for all of its orders, in one word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ending {
    /// What was violated, a bit for each invariant.
    pub violated: u32,
    /// Somebody has to look at it.
    pub manual: bool,
    /// An order was dropped and not recovered.
    pub unrecovered: bool,
    /// What recovered orders, a bit for each of [`crate::run::position::recoveries`].
    pub recovered: u32,
}

impl Ending {
    /// Of several orders.
    pub fn of(ends: &[End]) -> Self {
        ends.iter().fold(Ending::default(), |all, end| Ending {
            violated: all.violated | end.violated,
            manual: all.manual | end.manual,
            unrecovered: all.unrecovered | (end.dropped && end.recovered.is_none()),
            recovered: all.recovered | end.recovered.map_or(0, |by| 1 << by),
        })
    }
}

/// Plans by how they end, in order of endings.
pub type Ends = Vec<(Ending, u64)>;

/// The sum of several.
pub fn add(sum: &mut Ends, more: &[(Ending, u64)]) {
    for (ending, plans) in more {
        match sum.binary_search_by_key(ending, |entry| entry.0) {
            Ok(i) => sum[i].1 = sum[i].1.saturating_add(*plans),
            Err(i) => sum.insert(i, (*ending, *plans)),
        }
    }
}

/// The number of an entry in a [`Register`].
pub type Known = u32;

/// Every sum that was met, once: many states end in the same ways.
#[derive(Default)]
pub struct Register {
    inner: RwLock<Entries>,
}

#[derive(Default)]
struct Entries {
    numbers: HashMap<Ends, Known, BuildHasherDefault<Fingerprint>>,
    all: Vec<Ends>,
    words: usize,
}

impl Register {
    fn read(&self) -> RwLockReadGuard<'_, Entries> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of a sum.
    pub fn number(&self, ends: Ends) -> Known {
        if let Some(number) = self.read().numbers.get(&ends) {
            return *number;
        }
        let mut entries = self.inner.write().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have been faster.
        if let Some(number) = entries.numbers.get(&ends) {
            return *number;
        }
        let number = entries.all.len() as Known;
        entries.words += 2 * ends.len();
        entries.all.push(ends.clone());
        entries.numbers.insert(ends, number);
        number
    }

    /// The sum with a number, added to another.
    pub fn add_to(&self, sum: &mut Ends, number: Known) {
        add(sum, &self.read().all[number as usize]);
    }

    /// The sum with a number.
    pub fn get(&self, number: Known) -> Ends {
        self.read().all[number as usize].clone()
    }

    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        let entries = self.read();
        2 * entries.words * std::mem::size_of::<(Ending, u64)>() + entries.all.len() * 64
    }
}
