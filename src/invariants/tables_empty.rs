//! `hygiene.tables_empty`: no record is left in a dropped-order table. Watched by the run.

use crate::invariants::{Findings, Info, Invariant, When};
use crate::payments::books::Books;
use crate::payments::fact::{Fact, What};

/// Rows in dropped-order tables, by hop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct TablesEmpty {
    rows: [u16; 2],
}

impl Invariant for TablesEmpty {
    const INFO: Info = Info {
        id: "hygiene.tables_empty",
        when: When::Finally,
        about: "no record is left in a dropped-order table without an open manual case",
    };

    #[inline(always)]
    fn see(&mut self, fact: &Fact, _: &mut Findings) {
        match fact.what {
            What::Tabled { hop, .. } => self.rows[hop as usize] += 1,
            What::Untabled { hop, .. } => self.rows[hop as usize] -= 1,
            _ => {}
        }
    }

    fn finally(&self, _: &Books, findings: &mut Findings) {
        let [outer, inner] = self.rows;
        if outer + inner > 0 {
            findings.violated(format!("rows left in the dropped-order tables: merchant {outer}, platform {inner}"));
        }
    }
}
