//! `hygiene.bounded`: no order is queried or notified more often than its limits say. Watched by the run.

use crate::invariants::{Class, Findings, Info, Invariant, When};
use crate::payments::fact::{Fact, State, What};
use crate::payments::grounds::{Found, Why};
use crate::payments::message::Message;

/// What was sent, and what may be sent, by hop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Bounded {
    queries: [u32; 2],
    notifications: [u32; 2],
    numbers: [u16; 2],
    outcomes: [u16; 2],
    differences: [u16; 2],
}

impl Invariant for Bounded {
    const INFO: Info = Info {
        id: "hygiene.bounded",
        when: When::Always,
        class: Class::Violation,
        about: "no order is queried, notified or retried more often than its limits say",
    };

    #[inline(always)]
    fn see(&mut self, fact: &Fact, findings: &mut Findings) {
        match fact.what {
            What::AttemptMoved { hop, from: State::None, .. } => self.numbers[hop as usize] = self.numbers[hop as usize].saturating_add(1),
            What::RecordMoved { hop, to: State::Succeeded | State::Failed | State::Closed, .. } => self.outcomes[hop as usize] = self.outcomes[hop as usize].saturating_add(1),
            What::Ignored { hop, why: Why::Cancelled, .. } | What::FileRead { hop, found: Found::ChannelOnly, .. } => self.differences[hop as usize] = self.differences[hop as usize].saturating_add(1),
            What::Sent { hop, message: Message::Query, .. } => {
                let h = hop as usize;
                self.queries[h] += 1;
                let most = u32::from(self.numbers[h]) * findings.limits.queries[h] + u32::from(self.differences[h]);
                let sent = self.queries[h];
                if sent > most {
                    findings.violated(move |_| format!("on {} {sent} queries were sent, the limit is {most}", hop.name()));
                }
            }
            What::Sent { hop, message: Message::Notification, .. } => {
                let h = hop as usize;
                self.notifications[h] += 1;
                let most = u32::from(self.outcomes[h]) * findings.limits.notifications[h];
                let sent = self.notifications[h];
                if sent > most {
                    findings.violated(move |_| format!("on {} {sent} notifications were sent, the limit is {most}", hop.name()));
                }
            }
            _ => {}
        }
    }
}
