//! `money.zero_sum`: every posting balances. Watched by the run.

use crate::invariants::{Class, Findings, Info, Invariant, When};
use crate::payments::fact::{Fact, What};

/// Remembers nothing: each posting stands for itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ZeroSum;

impl Invariant for ZeroSum {
    const INFO: Info =
        Info { id: "money.zero_sum", when: When::Always, class: Class::Violation, about: "every posting debits one account by what it credits another" };

    #[inline(always)]
    fn see(&mut self, fact: &Fact, findings: &mut Findings) {
        if let What::Posted { debit, credit, amount, credited, .. } = fact.what
            && (amount != credited || debit == credit) {
                findings.violated(move |limits| format!("a posting debits {debit:?} by {} and credits {credit:?} by {}", limits.money(amount), limits.money(credited)));
            }
    }
}
