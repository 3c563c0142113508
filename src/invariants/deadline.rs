//! `progress.deadline`: every order is consistent, or before a person, by the deadline. Watched by the run.

use crate::invariants::{Class, Findings, Info, Invariant, When};
use crate::payments::books::Books;

/// Remembers nothing: the books say it all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Deadline;

impl Invariant for Deadline {
    const INFO: Info = Info {
        id: "progress.deadline",
        when: When::Finally,
        class: Class::NotConverged,
        about: "every order is consistent or manual by the deadline; a poison order starves no other",
    };

    fn finally(&self, books: &Books, findings: &mut Findings) {
        if !books.agreed && !books.left.books {
            let why = if books.open { "it is still open or unknown" } else { "nothing more will happen, and the books differ" };
            findings.violated(|_| format!("not consistent by the deadline: {why}"));
        }
    }
}
