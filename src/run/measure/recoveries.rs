//! By what dropped orders were recovered, counted. Filled by measures; read when a run is over.

use crate::payments::grounds::Cause;
use crate::payments::party::Hop;
use std::collections::BTreeMap;

/// Dropped orders by the hop and the cause that recovered them: dense, because it is counted for every dropped order.
#[derive(Clone, Copy, Debug, Default)]
pub struct Recoveries([[u64; Cause::ALL.len()]; 2]);

impl Recoveries {
    /// One more.
    pub(super) fn count(&mut self, hop: Hop, cause: Cause) {
        self.0[hop as usize][cause as usize] += 1;
    }

    /// Those that recovered at least one.
    pub fn by_mechanism(&self) -> BTreeMap<(Hop, Cause), u64> {
        let all = Hop::ALL.into_iter().flat_map(|hop| Cause::ALL.into_iter().map(move |cause| (hop, cause)));
        let counted = all.map(|(hop, cause)| ((hop, cause), self.0[hop as usize][cause as usize]));
        counted.filter(|(_, count)| *count > 0).collect()
    }
}

/// The recovery mechanism that a cause belongs to. An answer that comes when its waiting was given up before is a late one,
/// also where the customer's second try brought it; what expired was found out by a query.
pub(super) fn mechanism(cause: Cause) -> Option<Cause> {
    match cause {
        Cause::Answer => Some(Cause::LateAnswer),
        Cause::Expiry => Some(Cause::Polling),
        Cause::Request | Cause::Decision | Cause::Timeout => None,
        Cause::LateAnswer
        | Cause::Notification
        | Cause::DuplicateNotification
        | Cause::Polling
        | Cause::Reconciliation
        | Cause::Compensation
        | Cause::Transaction
        | Cause::Restart
        | Cause::Reversal
        | Cause::Refund
        | Cause::Manual => Some(cause),
    }
}
