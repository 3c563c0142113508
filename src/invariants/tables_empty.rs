//! `hygiene.tables_empty`: no record is left in a dropped-order table. Watched by the run.

use crate::invariants::{Class, Findings, Info, Invariant, When};
use crate::payments::books::Books;
use crate::payments::fact::{Fact, Phase, What};

/// Rows that are left, a bit a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TablesEmpty {
    /// In the dropped-order tables, by hop.
    tabled: [u64; 2],
    /// In the internal dropped-order tables, by hop.
    owed: [u64; 2],
    /// Payment orders that are locked.
    locked: u64,
    /// Channel orders whose transaction is under way.
    transactions: u64,
}

impl Invariant for TablesEmpty {
    const INFO: Info = Info {
        id: "hygiene.tables_empty",
        when: When::Finally,
        class: Class::NotConverged,
        about: "no record is left in a dropped-order table, outbox, transaction log or lock without an open manual case",
    };

    #[inline(always)]
    fn see(&mut self, fact: &Fact, _: &mut Findings) {
        match fact.what {
            What::Tabled { hop, number } => self.tabled[hop as usize] |= 1 << number,
            What::Untabled { hop, number } => self.tabled[hop as usize] &= !(1 << number),
            What::Owed { hop, number } => self.owed[hop as usize] |= 1 << number,
            What::Mended { hop, number } => self.owed[hop as usize] &= !(1 << number),
            What::Locked { number } => self.locked |= 1 << number,
            What::Unlocked { number } => self.locked &= !(1 << number),
            What::Logged { number, phase, .. } => match phase {
                Phase::None | Phase::Done => self.transactions &= !(1 << number),
                Phase::Trying | Phase::Confirming | Phase::Cancelling => self.transactions |= 1 << number,
            },
            _ => {}
        }
    }

    fn finally(&self, books: &Books, findings: &mut Findings) {
        if *self == TablesEmpty::default() {
            return;
        }
        let [outer, inner] = books.left.rows.map(|left| !left);
        let count = |rows: u64, counted: u64| (rows & counted).count_ones();
        let tabled = [count(self.tabled[0], outer), count(self.tabled[1], inner)];
        if tabled != [0; 2] {
            let [outer, inner] = tabled;
            findings.violated(|_| format!("rows left in the dropped-order tables: merchant {outer}, platform {inner}"));
        }
        let left = [
            (count(self.owed[0], outer) + count(self.owed[1], inner), "in the internal dropped-order table"),
            (count(self.locked, outer), "locked by a transaction"),
            (count(self.transactions, inner), "in a transaction that is not over"),
        ];
        for (count, place) in left.into_iter().filter(|(count, _)| *count > 0) {
            findings.violated(move |_| format!("{count} left {place}"));
        }
    }
}
