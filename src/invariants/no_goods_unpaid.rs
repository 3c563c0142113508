//! `money.no_goods_unpaid`: an order becomes paid only after a debit of its exact amount. Watched by the run.

use crate::invariants::{Class, Findings, Info, Invariant, When};
use crate::payments::fact::{Account, Book, Fact, Purpose, State, What};
use crate::payments::money::Money;
use crate::payments::party::Hop;

/// Debits of the exact amount so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct NoGoodsUnpaid {
    amount: Money,
    debits: i32,
    /// Numbers of payments, not of refunds.
    debited: u64,
}

impl Invariant for NoGoodsUnpaid {
    const INFO: Info = Info {
        id: "money.no_goods_unpaid",
        when: When::Always,
        class: Class::Violation,
        about: "an order becomes paid only after a debit of its exact amount and currency at the bank",
    };

    #[inline(always)]
    fn see(&mut self, fact: &Fact, findings: &mut Findings) {
        match fact.what {
            What::Created { amount, .. } => self.amount = amount,
            What::Posted { book: Book::Bank, debit: Account::Customer, amount, number, .. } => {
                self.debits += i32::from(amount == self.amount);
                self.debited |= 1 << number;
            }
            // Given back under the payment's own number: reversed.
            What::Posted { book: Book::Bank, credit: Account::Customer, amount, number, .. }
                if self.debited & (1 << number) != 0 => self.debits -= i32::from(amount == self.amount),
            What::AttemptMoved { hop: Hop::MerchantPlatform, to: State::Succeeded, purpose: Purpose::Payment, cause, .. }
                if self.debits <= 0 => {
                    let amount = self.amount;
                    findings.violated(move |limits| format!("the merchant's order is paid (by {}), but the bank has not debited {}", cause.name(), limits.money(amount)));
                }
            _ => {}
        }
    }
}
