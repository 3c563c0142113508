//! `hygiene.tables_empty`: no record is left in a dropped-order table. Watched by the run.

use crate::invariants::{Findings, Info, Invariant, When};
use crate::payments::books::Books;
use crate::payments::fact::{Fact, Phase, What};

/// Rows that are left.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TablesEmpty {
    /// In the dropped-order tables, by hop.
    rows: [u16; 2],
    /// In the internal dropped-order tables.
    owed: u16,
    /// Payment orders that are locked.
    locked: u16,
    /// Transactions that are under way, a bit a number.
    transactions: u64,
}

impl Invariant for TablesEmpty {
    const INFO: Info = Info {
        id: "hygiene.tables_empty",
        when: When::Finally,
        about: "no record is left in a dropped-order table, outbox, transaction log or lock without an open manual case",
    };

    #[inline(always)]
    fn see(&mut self, fact: &Fact, _: &mut Findings) {
        match fact.what {
            What::Tabled { hop, .. } => self.rows[hop as usize] += 1,
            What::Untabled { hop, .. } => self.rows[hop as usize] -= 1,
            What::Owed { .. } => self.owed += 1,
            What::Mended { .. } => self.owed = self.owed.saturating_sub(1),
            What::Locked { .. } => self.locked += 1,
            What::Unlocked { .. } => self.locked = self.locked.saturating_sub(1),
            What::Logged { number, phase, .. } => match phase {
                Phase::None | Phase::Done => self.transactions &= !(1 << number),
                Phase::Trying | Phase::Confirming | Phase::Cancelling => self.transactions |= 1 << number,
            },
            _ => {}
        }
    }

    fn finally(&self, _: &Books, findings: &mut Findings) {
        if *self == TablesEmpty::default() {
            return;
        }
        let [outer, inner] = self.rows;
        if outer + inner > 0 {
            findings.violated(|_| format!("rows left in the dropped-order tables: merchant {outer}, platform {inner}"));
        }
        let left = [
            (u32::from(self.owed), "in the internal dropped-order table"),
            (u32::from(self.locked), "locked by a transaction"),
            (self.transactions.count_ones(), "in a transaction that is not over"),
        ];
        for (count, place) in left.into_iter().filter(|(count, _)| *count > 0) {
            findings.violated(move |_| format!("{count} left {place}"));
        }
    }
}
