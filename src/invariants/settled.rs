//! `books.settled`: the settlement files' totals equal the ledger, and clearing accounts are empty in the end. Watched by
//! the run.

use crate::invariants::{Class, Findings, Info, Invariant, When};
use crate::payments::books::Books;
use crate::payments::fact::{Account, Book, Fact, What};
use crate::payments::money::Money;

/// Balances of the accounts that must come to nothing. Debits are positive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Settled {
    bank_suspense: Money,
    suspense: Money,
    refund_clearing: Money,
    frozen: Money,
    receivable: Money,
    payable: Money,
}

impl Settled {
    #[inline(always)]
    fn add(&mut self, book: Book, account: Account, amount: Money) {
        match (book, account) {
            (Book::Bank, Account::Suspense) => self.bank_suspense += amount,
            (Book::Platform, Account::Suspense) => self.suspense += amount,
            (Book::Platform, Account::RefundClearing) => self.refund_clearing += amount,
            (Book::Platform, Account::Frozen) => self.frozen += amount,
            (Book::Platform, Account::ReceivableFromBank) => self.receivable += amount,
            (Book::Platform, Account::PayableToMerchant) => self.payable += amount,
            (_, Account::Customer | Account::Settlement | Account::Cash) => {}
            (Book::Bank, Account::Frozen | Account::RefundClearing | Account::ReceivableFromBank | Account::PayableToMerchant) => {}
        }
    }
}

impl Invariant for Settled {
    const INFO: Info = Info {
        id: "books.settled",
        when: When::Finally,
        class: Class::Violation,
        about: "settlement totals equal the ledger, per hop and business date; clearing accounts are empty",
    };

    #[inline(always)]
    fn see(&mut self, fact: &Fact, _: &mut Findings) {
        if let What::Posted { book, debit, credit, amount, credited, .. } = fact.what {
            self.add(book, debit, amount);
            self.add(book, credit, -credited);
        }
    }

    fn finally(&self, books: &Books, findings: &mut Findings) {
        let [outer, inner] = books.reconciles;
        let Settled { bank_suspense, suspense, refund_clearing, frozen, receivable, payable } = *self;
        let (receivable, payable) = (if inner { receivable } else { 0 }, if outer { payable } else { 0 });
        let most = books.left.settlement;
        if [bank_suspense, suspense, refund_clearing, frozen, receivable, payable].iter().all(|balance| balance.abs() <= most) {
            return;
        }
        findings.violated(move |limits| {
            let accounts = [
                ("the bank's suspense", bank_suspense),
                ("the platform's suspense", suspense),
                ("the platform's refund clearing", refund_clearing),
                ("what the platform's transactions have reserved", frozen),
                ("the platform's receivable from the bank", receivable),
                ("the platform's payable to the merchant", payable),
            ];
            let full = accounts.into_iter().filter(|(_, balance)| balance.abs() > most);
            let told: Vec<String> = full.map(|(account, balance)| format!("{account} holds {}", limits.money(balance))).collect();
            told.join(", ")
        });
    }
}
