//! `state.evidence`: no move to paid or failed without stored evidence. Watched by the run.

use crate::invariants::{Class, Findings, Info, Invariant, When};
use crate::payments::fact::{Fact, State, What};
use crate::payments::grounds::Evidence;

/// Remembers nothing: a move carries its evidence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct EvidenceKept;

impl Invariant for EvidenceKept {
    const INFO: Info = Info {
        id: "state.evidence",
        when: When::Always,
        class: Class::Violation,
        about: "no move to paid or failed without stored evidence; silence is never evidence",
    };

    #[inline(always)]
    fn see(&mut self, fact: &Fact, findings: &mut Findings) {
        if let What::AttemptMoved { hop, to: to @ (State::Succeeded | State::Failed), cause, evidence: Evidence::None, .. } = fact.what {
            findings.violated(move |_| format!("on {} an order became {} by {} without evidence", hop.name(), to.name(), cause.name()));
        }
    }
}
