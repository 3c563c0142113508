//! `state.trust`: nothing unsigned, tampered, stale or of another order changes a state; an error changes none. Watched
//! by the run.

use crate::invariants::{Class, Findings, Info, Invariant, When};
use crate::payments::fact::{Fact, What};
use crate::payments::weather::Flaw;

/// Remembers nothing: a move carries the flaw of what caused it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Trust;

impl Invariant for Trust {
    const INFO: Info = Info {
        id: "state.trust",
        when: When::Always,
        class: Class::Violation,
        about: "nothing unsigned, tampered, stale or of another order changes a state; an error changes none",
    };

    #[inline(always)]
    fn see(&mut self, fact: &Fact, findings: &mut Findings) {
        let What::AttemptMoved { hop, to, cause, flaw, .. } = fact.what else { return };
        let what = match flaw {
            // What is signed and complete can be believed, even if it is not true.
            Flaw::None | Flaw::FalseFailure | Flaw::NotFound => return,
            Flaw::BadSignature => "a bad signature",
            Flaw::OtherAmount => "another amount",
            Flaw::OtherOrder => "another order in it",
            Flaw::Stale => "a stamp outside the time window",
            Flaw::SystemError => "a system error in it",
            Flaw::RateLimited => "\"too many requests\" in it",
            Flaw::Envelope => "a success around a payment that is none",
        };
        findings.violated(move |_| format!("on {} an order became {} by a {} with {what}", hop.name(), to.name(), cause.name()));
    }
}
