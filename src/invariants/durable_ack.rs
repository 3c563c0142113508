//! `state.durable_ack`: what is acknowledged is durably written first, so it survives a crash in the next step. Watched
//! by the run.

use crate::invariants::{Class, Findings, Info, Invariant, When};
use crate::payments::fact::{Fact, State, What};
use crate::payments::message::Message;

/// The numbers whose outcome is written, by hop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct DurableAck {
    written: [u64; 2],
}

impl Invariant for DurableAck {
    const INFO: Info = Info {
        id: "state.durable_ack",
        when: When::Always,
        class: Class::Violation,
        about: "what was acknowledged survives a crash in the next step",
    };

    #[inline(always)]
    fn see(&mut self, fact: &Fact, findings: &mut Findings) {
        match fact.what {
            What::AttemptMoved { hop, number, to: State::Succeeded | State::Failed | State::Closed, .. } => {
                self.written[hop as usize] |= 1 << number;
            }
            What::Sent { hop, message: Message::Ack, number, .. } if self.written[hop as usize] & (1 << number) == 0 => {
                findings.violated(move |_| format!("on {} an outcome was acknowledged before it was written", hop.name()));
            }
            _ => {}
        }
    }
}
