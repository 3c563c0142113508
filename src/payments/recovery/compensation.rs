//! Compensation: a scan finds channel orders that have succeeded while their payment order is still open, and finishes
//! the update.
//!
//! Called when an update has failed, and by the scan's timer. The scan runs on the multiples of its interval and sees a
//! row once its replica does, so it is a function of time and couples no orders.

use crate::kernel::Chooser;
use crate::payments::event::Kind;
use crate::payments::fact::{Cause, Number, State, What};
use crate::payments::site::Hop;
use crate::payments::step::{Step, Witness};

impl<C: Chooser, W: Witness> Step<'_, C, W> {
    /// The next scan that can see the pair is scheduled.
    pub(crate) fn await_scan(&mut self, number: Number) {
        if let Some(compensation) = self.model.platform.compensation {
            let visible = self.now.saturating_add(compensation.replica_lag);
            let at = (visible / compensation.scan + 1) * compensation.scan;
            self.disarm(Kind::ScanDue, Hop::PlatformBank, number);
            self.arm(at - self.now, Kind::ScanDue, Hop::PlatformBank, number);
        }
    }

    /// The scan comes by.
    pub(crate) fn scan(&mut self, number: Number) {
        let attempt = *self.order.attempt(Hop::PlatformBank, number);
        let open = self.order.record(Hop::MerchantPlatform, attempt.parent).state != State::Succeeded;
        if attempt.state == State::Succeeded && open {
            self.tell(What::ScanFound { number });
            self.drive(number, Cause::Compensation);
        }
    }
}
