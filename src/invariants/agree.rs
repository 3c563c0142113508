//! `books.agree`: in the end every order is consistent. Watched by the run.

use crate::invariants::{Class, Findings, Info, Invariant, When};
use crate::payments::books::Books;

/// Remembers nothing: the books say it all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Agree;

impl Invariant for Agree {
    const INFO: Info = Info {
        id: "books.agree",
        when: When::Finally,
        class: Class::NotConverged,
        about: "channel order = bank's record, payment order = its channel orders, merchant order = payment order, nothing unknown",
    };

    fn finally(&self, books: &Books, findings: &mut Findings) {
        if !books.agreed && !books.left.books {
            let goods = if books.fulfilled > 0 { "delivered" } else { "not delivered" };
            let open = if books.open { ", something is still open" } else { "" };
            findings.violated(|limits| format!("bank {}, platform {}, merchant {goods}{open}", limits.money(books.debited), limits.money(books.owed)));
        }
    }
}
