//! Money at risk: what has moved at the bank, or is to go back, since all books last agreed, times how long that lasted.
//! Told by the measure; it must not know why money moved.

use crate::kernel::Micros;
use crate::payments::money::Money;

/// What of one order is at risk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct AtRisk {
    /// What the bank has taken from the customer, less what it gave back.
    taken: Money,
    /// The same when the books last agreed.
    agreed_upon: Money,
    /// What refunds are to give back that have begun since.
    returning: Money,
    /// Do the books agree now?
    agrees: bool,
    /// Up to this instant...
    until: Micros,
    /// ...it comes to so many minor units times microseconds.
    sum: u128,
}

impl AtRisk {
    /// The bank takes so much from the customer; less than nothing: it gives back.
    #[inline]
    pub fn moves(&mut self, at: Micros, amount: Money) {
        self.pass(at);
        self.taken += amount;
    }

    /// A refund of so much begins.
    pub fn returns(&mut self, at: Micros, amount: Money) {
        self.pass(at);
        self.returning += amount;
    }

    /// All books agree.
    #[inline]
    pub fn agreed(&mut self, at: Micros) {
        self.pass(at);
        (self.agreed_upon, self.returning, self.agrees) = (self.taken, 0, true);
    }

    /// They do not agree any more.
    pub fn disagreed(&mut self, at: Micros) {
        self.pass(at);
        self.agrees = false;
    }

    /// What it comes to by then: minor units times microseconds.
    pub fn by(&self, at: Micros) -> u128 {
        let level = if self.agrees { 0 } else { (self.taken - self.agreed_upon).abs().max(self.returning) };
        self.sum + u128::from(level.unsigned_abs()) * u128::from(at.saturating_sub(self.until))
    }

    #[inline]
    fn pass(&mut self, at: Micros) {
        (self.sum, self.until) = (self.by(at), at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_agreed_upon_is_not_at_risk() {
        let mut at_risk = AtRisk::default();
        at_risk.moves(10, 100);
        assert_eq!(at_risk.by(15), 500);
        at_risk.agreed(20);
        at_risk.returns(30, 40);
        at_risk.disagreed(30);
        at_risk.moves(35, -40);
        assert_eq!(at_risk.by(40), 1000 + 40 * 10);
        at_risk.agreed(40);
        assert_eq!(at_risk.by(99), 1400);
    }

    #[test]
    fn all_that_was_taken_is_at_risk() {
        let mut at_risk = AtRisk::default();
        (0..3).for_each(|at| at_risk.moves(at, 100));
        at_risk.moves(10, -300);
        assert_eq!(at_risk.by(50), 100 + 200 + 300 * 8);
    }
}
