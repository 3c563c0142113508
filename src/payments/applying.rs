//! What was told is written: at once, or, where reading a row and writing it are two steps, later, if the row is still what was
//! read.
//!
//! Called by the upstream half, and by its timer. Must not know what told it.

use crate::kernel::Chooser;
use crate::payments::event::{Event, Kind};
use crate::payments::fact::{Number, State, Tells, What};
use crate::payments::grounds::{Cause, Evidence, Why};
use crate::payments::message::Message;
use crate::payments::party::Hop;
use crate::payments::step::{Step, Witness};
use crate::payments::told::{Told, evidence_of};

/// So many updates of one row that say the same, of the same row as it was read, may be between their two steps at once:
/// more would change nothing that these do not change, and pile up where an update takes longer than the telling.
const MOST_AT_ONCE: usize = 64;

impl<C: Chooser, W: Witness> Step<'_, C, W> {
    /// Where reading the order and writing what was told are two steps, the second comes later.
    #[inline]
    pub(crate) fn reads_before_it_writes(&mut self, hop: Hop, number: Number, told: Told) -> bool {
        let update = self.hop(hop).update;
        let told_by_message = matches!(told.cause, Cause::Answer | Cause::LateAnswer | Cause::Notification | Cause::Polling);
        if update == 0 || self.handling.kind == Kind::Apply || !told_by_message {
            return false;
        }
        let event = Event {
            tells: told.tells,
            flaw: told.flaw,
            nth: told.cause as u16 | (self.order.attempt(hop, number).state as u16) << 8,
            branch: self.handling.branch,
            ..Event::on(Kind::Apply, hop, number)
        };
        let alike = self.order.pending.iter().filter(|(_, other)| *other == event).count();
        if alike < MOST_AT_ONCE {
            self.after(update, event);
        }
        true
    }

    /// What was told is written, if the row is still what was read; else it is read again.
    pub(crate) fn apply(&mut self, hop: Hop, number: Number, event: Event) {
        let [cause, read] = event.nth.to_le_bytes();
        let cause = Cause::ALL[usize::from(cause)];
        let told = Told { tells: event.tells, cause, evidence: evidence_of(cause), flaw: event.flaw };
        if self.order.attempt(hop, number).overwritten {
            return self.tell(What::Ignored { hop, message: self.message_of(cause), number, why: Why::UnknownNumber });
        }
        let state = self.order.attempt(hop, number).state;
        let changed = state as u8 != read;
        let known = if changed && !self.hop(hop).rules.compare_and_set {
            self.apply_blindly(hop, number, told)
        } else if changed && state == State::Succeeded && told.tells == Tells::Success {
            self.told_again(hop, number, cause, Why::Changed);
            true
        } else {
            self.learn(hop, number, told)
        };
        if known && cause == Cause::Notification && self.hop(hop).rules.durable_before_ack {
            self.send(hop, Message::Ack, number, told.tells);
        }
    }

    /// The row has changed since it was read, and is written as if it had not: the mistake that `compare_and_set` prevents.
    fn apply_blindly(&mut self, hop: Hop, number: Number, told: Told) -> bool {
        match (told.tells, self.order.attempt(hop, number).state) {
            (Tells::Success, State::Succeeded) => {
                self.outcome_again(hop, number);
                true
            }
            (Tells::Success, _) => self.write_success(hop, number, told),
            (Tells::Failure, _) => self.write_end(hop, number, State::Failed, told.because(Evidence::ExplicitFailure)),
            (_, _) => self.learn(hop, number, told),
        }
    }
}
