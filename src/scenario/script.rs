//! A decision of a run -> what a scenario must say so that it is made again: the way back from the script.
//!
//! Called by whoever exports a failing case. It must not know why the decision was made.

use crate::faults;
use crate::kernel::{Address, Decision, Micros};
use crate::payments::address::SemanticAddress;
use crate::payments::money::{Currency, Money};
use crate::payments::site::Site;
use crate::payments::weather::Strike;

/// Items of a scenario's `faults`, without the leading `- `, that make `decision` at `at`. `strike` is what its
/// alternative does, where it is a fault.
pub fn script(at: Address, decision: Decision, strike: Option<&Strike>, currency: Currency) -> Vec<String> {
    let pick = decision.pick.map(|pick| match (pick, strike) {
        (0, _) => format!("spare: {{at: {}}}", SemanticAddress(at)),
        (_, Some(strike)) => faults::script(at, strike),
        (_, None) => format!("happen: {{at: {}}}", SemanticAddress(at)),
    });
    pick.into_iter().chain(decision.size.map(|size| take(at, size, currency))).collect()
}

/// A size by script.
fn take(at: Address, size: Micros, currency: Currency) -> String {
    let size = match SemanticAddress(at).site() {
        Some(Site::Amount) => format!("amount: {}", currency.format(Money::try_from(size).unwrap_or(Money::MAX))),
        _ => format!("time: {size}us"),
    };
    format!("take: {{at: {}, {size}}}", SemanticAddress(at))
}
