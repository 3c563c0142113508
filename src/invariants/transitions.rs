//! `state.transitions`: orders move only along the declared transitions; success is final. Watched by the run.

use crate::invariants::{Class, Findings, Info, Invariant, When};
use crate::payments::fact::{Fact, State, What};
use crate::payments::party::Hop;

/// Remembers nothing: a move names both its ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Transitions;

impl Invariant for Transitions {
    const INFO: Info = Info {
        id: "state.transitions",
        when: When::Always,
        class: Class::Violation,
        about: "orders move only along the declared transitions; success is final",
    };

    #[inline(always)]
    fn see(&mut self, fact: &Fact, findings: &mut Findings) {
        let (order, from, to, declared) = match fact.what {
            What::AttemptMoved { hop: Hop::MerchantPlatform, from, to, .. } => ("merchant order", from, to, declared(from, to)),
            What::AttemptMoved { hop: Hop::PlatformBank, from, to, .. } => ("channel order", from, to, declared(from, to)),
            What::RecordMoved { hop: Hop::MerchantPlatform, from, to, .. } => {
                let undone = matches!((from, to), (State::Succeeded, State::Reversed) | (State::Failed, State::Closed));
                ("payment order", from, to, undone || declared(from, to))
            }
            // The bank may break its word; only that what it debited stays debited, unless it is reversed.
            What::RecordMoved { hop: Hop::PlatformBank, from, to, .. } => {
                let kept = from != State::Succeeded || matches!(to, State::Succeeded | State::Reversed);
                ("bank's record", from, to, kept)
            }
            _ => return,
        };
        if !declared {
            findings.violated(move |_| format!("a {order} moved from {from:?} to {to:?}"));
        }
    }
}

/// The transitions of an order. `None` at the end of one: its row was overwritten by a later attempt's.
#[inline(always)]
fn declared(from: State, to: State) -> bool {
    match from {
        State::None => matches!(to, State::Pending | State::Closed),
        State::Pending => matches!(to, State::None | State::Unknown | State::Succeeded | State::Failed | State::Closed),
        State::Unknown => matches!(to, State::None | State::Pending | State::Succeeded | State::Failed | State::Closed),
        State::Failed => matches!(to, State::None | State::Pending | State::Succeeded),
        State::Closed => matches!(to, State::None | State::Pending | State::Succeeded),
        State::Succeeded | State::Reversed => false,
    }
}
