//! `money.refund_bound`: refunds never exceed their debit, and each refund number has one effect. Watched by the run.

use crate::invariants::{Class, Findings, Info, Invariant, When};
use crate::payments::fact::{Account, Book, Fact, Purpose, State, What};
use crate::payments::money::Money;
use crate::payments::party::Hop;

/// Money taken, given back, and asked to be given back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct RefundBound {
    debited: Money,
    refunded: Money,
    asked: Money,
    refunds: u64,
    numbers: u64,
}

impl RefundBound {
    fn is_refund(&self, number: u8) -> bool {
        self.refunds & (1 << number) != 0
    }
}

impl Invariant for RefundBound {
    const INFO: Info = Info {
        id: "money.refund_bound",
        when: When::Always,
        class: Class::Violation,
        about: "refunds, pending ones included, never exceed their debit; one effect per refund number",
    };

    #[inline(always)]
    fn see(&mut self, fact: &Fact, findings: &mut Findings) {
        match fact.what {
            What::Posted { book: Book::Bank, debit: Account::Customer, amount, .. } => self.debited += amount,
            What::Posted { book: Book::Bank, credit: Account::Customer, amount, number, .. } => {
                self.refunded += amount;
                if !self.is_refund(number) {
                    // A reversal gives back under the payment's own number.
                    return;
                }
                if self.numbers & (1 << number) != 0 {
                    findings.violated(move |_| format!("refund number {} was paid out twice", number + 1));
                }
                self.numbers |= 1 << number;
            }
            What::AttemptMoved { hop: Hop::PlatformBank, purpose: Purpose::Refund, number, amount, from, to, .. } => match (from, to) {
                (State::None, State::Pending) => {
                    self.asked += amount;
                    self.refunds |= 1 << number;
                }
                (State::Pending | State::Unknown, State::Failed | State::Closed) => self.asked -= amount,
                _ => return,
            },
            _ => return,
        }
        let most = self.refunded.max(self.asked);
        let debited = self.debited;
        if most > debited {
            findings.violated(move |limits| format!("{} refunded or being refunded of {} debited", limits.money(most), limits.money(debited)));
        }
    }
}
