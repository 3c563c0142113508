//! Rank 2: what must hold. One file per invariant, reading facts and final books only.
//!
//! Called by the run: `see` after every fact, `finally` at the deadline. Adding an invariant = one new file and one line in
//! the registry below. It must not know the chooser, faults, or the parties' insides.

use crate::kernel::Micros;
use crate::payments::books::Books;
use crate::payments::fact::Fact;
use crate::payments::money::{Currency, Money};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What an invariant is called, when it is checked, and what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Info {
    /// Its id, such as `money.charged_once`.
    pub id: &'static str,
    /// When it is checked.
    pub when: When,
    /// What it means that it does not hold.
    pub class: Class,
    /// What must hold.
    pub about: &'static str,
}

/// When an invariant is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// After every step.
    Always,
    /// In the calm, at the deadline; what is before a person by then is excused, as far as its reason goes.
    Finally,
}

/// What it means that an invariant does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// An invariant was violated.
    Violation,
    /// Books, tables or orders were still open at the deadline, and nobody has lost anything yet.
    NotConverged,
}

impl Class {
    /// In words.
    pub const fn name(self) -> &'static str {
        match self {
            Class::Violation => "violation",
            Class::NotConverged => "not converged",
        }
    }
}

/// What a scenario sets and invariants need to know: limits that `hygiene.bounded` checks, by hop, and the currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The currency of all amounts.
    pub currency: Currency,
    /// Queries of one number by the polling job.
    pub queries: [u32; 2],
    /// Notifications of one outcome.
    pub notifications: [u32; 2],
}

impl Limits {
    /// An amount for people.
    pub fn money(&self, amount: Money) -> String {
        self.currency.format(amount)
    }
}

/// What an invariant found violated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The position in [`ALL`].
    pub invariant: usize,
    /// The order, from 0.
    pub order: u32,
    /// When.
    pub at: Micros,
    /// What was seen.
    pub detail: String,
}

/// Where invariants put what they find: each at most once per order.
///
/// Made anew for every fact, so it must cost nothing as long as all is well: it is never seen by code that is not inlined,
/// but for the copy that `report` gets.
pub struct Findings<'a> {
    /// The scenario's limits.
    pub limits: &'a Limits,
    reported: &'a mut u32,
    found: &'a mut Vec<Finding>,
    order: u32,
    at: Micros,
    invariant: usize,
}

impl<'a> Findings<'a> {
    /// Findings about one order at one instant: `reported` has a bit for each invariant that it has violated already.
    #[inline(always)]
    pub fn new(limits: &'a Limits, reported: &'a mut u32, found: &'a mut Vec<Finding>, order: u32, at: Micros) -> Self {
        Findings { limits, reported, found, order, at, invariant: 0 }
    }

    /// The invariant that is looking does not hold; `detail` says what was seen. Let it own what it speaks of (`move`): what
    /// it borrowed would have to be in memory even if nothing is ever violated.
    #[inline(always)]
    pub fn violated(&mut self, detail: impl FnOnce(&Limits) -> String) {
        let Findings { limits, order, at, invariant, .. } = *self;
        Findings { limits, reported: self.reported, found: self.found, order, at, invariant }.report(detail);
    }

    #[cold]
    #[inline(never)]
    fn report(self, detail: impl FnOnce(&Limits) -> String) {
        let Findings { limits, reported, found, order, at, invariant } = self;
        if *reported & (1 << invariant) == 0 {
            *reported |= 1 << invariant;
            found.push(Finding { invariant, order, at, detail: detail(limits) });
        }
    }
}

/// One invariant, and what it remembers of one order.
pub trait Invariant {
    /// What it is.
    const INFO: Info;

    /// Looks at a fact.
    #[inline(always)]
    fn see(&mut self, _fact: &Fact, _findings: &mut Findings) {}

    /// Looks at the books at the deadline.
    #[inline(always)]
    fn finally(&self, _books: &Books, _findings: &mut Findings) {}
}

macro_rules! registry {
    ($($module:ident::$name:ident,)*) => {
        $(mod $module;)*

        /// Every invariant there is.
        pub const ALL: &[Info] = &[$($module::$name::INFO,)*];

        /// All invariants, watching one order.
        #[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
        pub struct Monitors { $($module: $module::$name,)* }

        impl Monitors {
            /// Shows every invariant a fact.
            #[inline(always)]
            pub fn see(&mut self, fact: &Fact, findings: &mut Findings) {
                let mut number = 0;
                $(
                    findings.invariant = number;
                    self.$module.see(fact, findings);
                    number += 1;
                )*
                let _ = number;
            }

            /// Shows every invariant the books at the deadline.
            pub fn finally(&self, books: &Books, findings: &mut Findings) {
                let mut number = 0;
                $(
                    findings.invariant = number;
                    self.$module.finally(books, findings);
                    number += 1;
                )*
                let _ = number;
            }
        }
    };
}

registry! {
    zero_sum::ZeroSum,
    no_goods_unpaid::NoGoodsUnpaid,
    refund_bound::RefundBound,
    charged_once::ChargedOnce,
    transitions::Transitions,
    evidence::EvidenceKept,
    trust::Trust,
    effect_once::EffectOnce,
    durable_ack::DurableAck,
    agree::Agree,
    settled::Settled,
    tables_empty::TablesEmpty,
    bounded::Bounded,
    deadline::Deadline,
}

/// What an order is held to, a bit for each invariant: all of them, or, where the downstream broke its word (`breached`),
/// that it was not passed over in silence. Where nobody was `told`, all must be right in the end then; where a case of it is
/// before a person, that must be the reason why it is not (`progress.deadline`). What was wrong on the way is the
/// downstream's doing.
pub fn held_to(breached: bool, told: bool) -> u32 {
    match (breached, told) {
        (false, _) => u32::MAX,
        (true, true) => 1 << position("progress.deadline"),
        (true, false) => {
            let finally = ALL.iter().enumerate().filter(|(_, info)| info.when == When::Finally);
            finally.fold(0, |all, (i, _)| all | 1 << i)
        }
    }
}

/// The position of the invariant `id`, which is written in the code: one that is not in the registry is a bug.
pub fn position(id: &str) -> usize {
    ALL.iter().position(|info| info.id == id).unwrap_or_else(|| panic!("no invariant is called `{id}`"))
}

/// The worst of several invariants, a bit each: a violation before what has only not converged, then the first.
pub fn worst(violated: u32) -> Option<usize> {
    let those = (0..ALL.len()).filter(|i| violated & (1 << i) != 0);
    those.min_by_key(|i| (ALL[*i].class, *i))
}

#[cfg(test)]
mod tests;
