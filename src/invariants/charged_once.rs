//! `money.charged_once`: in the end the customer has paid for what was delivered, once. Watched by the run.

use crate::invariants::{Class, Findings, Info, Invariant, When};
use crate::payments::books::Books;

/// Remembers nothing: the books say it all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ChargedOnce;

impl Invariant for ChargedOnce {
    const INFO: Info = Info {
        id: "money.charged_once",
        when: When::Finally,
        class: Class::Violation,
        about: "the net debit is the amount less acknowledged refunds if the order is paid, else nothing",
    };

    fn finally(&self, books: &Books, findings: &mut Findings) {
        if (books.debited - books.due()).abs() > books.left.charge {
            let goods = if books.fulfilled > 0 { "the goods went out" } else { "no goods went out" };
            findings.violated(|limits| format!("the bank holds {} of the customer's, {} is due: {goods}", limits.money(books.debited), limits.money(books.due())));
        }
    }
}
