//! `state.effect_once`: one debit per number and one fulfilment per purchase, however often it is told. Watched by the run.

use crate::invariants::{Class, Findings, Info, Invariant, When};
use crate::payments::fact::{Account, Book, Fact, What};

/// What has had its effect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct EffectOnce {
    debited: u64,
    booked: u64,
    adopted: u64,
    fulfilled: bool,
}

impl Invariant for EffectOnce {
    const INFO: Info = Info {
        id: "state.effect_once",
        when: When::Always,
        class: Class::Violation,
        about: "one posting and one fulfilment per transaction, however often it is told; a key with another content has none",
    };

    #[inline(always)]
    fn see(&mut self, fact: &Fact, findings: &mut Findings) {
        match fact.what {
            What::Posted { book: Book::Bank, debit: Account::Customer, number, .. } => {
                if self.debited & (1 << number) != 0 {
                    findings.violated(move |_| format!("the bank debited number {} twice", number + 1));
                }
                self.debited |= 1 << number;
            }
            What::Posted { book: Book::Platform, debit: Account::ReceivableFromBank, credit: Account::Suspense, number, .. } => {
                if self.booked & (1 << number) != 0 {
                    findings.violated(move |_| format!("the platform booked the success of number {} twice", number + 1));
                }
                self.booked |= 1 << number;
            }
            What::Posted { book: Book::Platform, debit: Account::Suspense | Account::Frozen, credit: Account::PayableToMerchant, number, .. } => {
                if self.adopted & (1 << number) != 0 {
                    findings.violated(move |_| format!("the platform owes the merchant for payment order {} twice", number + 1));
                }
                self.adopted |= 1 << number;
            }
            What::TakenForAnother { hop, number, first, same: false } => {
                findings.violated(move |_| format!("on {} refund {} of another amount was answered with what became of refund {}, whose key it carries", hop.name(), number + 1, first + 1));
            }
            What::Fulfilled { number } => {
                if self.fulfilled {
                    findings.violated(move |_| format!("the goods went out again, for merchant order {}", number + 1));
                }
                self.fulfilled = true;
            }
            _ => {}
        }
    }
}
