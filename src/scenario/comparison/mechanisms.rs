//! The mechanisms of which subsets are compared: how each is left out of a scenario, and whether it is there.
//!
//! Read by the comparison's loader. It must not know what a mechanism does.

use crate::payments::model::Model;

/// A mechanism that can be left out.
pub(super) struct Mechanism {
    /// Its name.
    pub name: &'static str,
    /// What covers a scenario so that it is left out.
    pub off: &'static str,
    /// Is it there?
    pub is_in: fn(&Model) -> bool,
}

/// All of them.
pub(super) const ALL: &[Mechanism] = &[
    Mechanism {
        name: "timeout",
        off: "hops: {merchant-platform: {timeout: {read: none}}, platform-bank: {timeout: {read: none}}}",
        is_in: |model| model.hops.iter().any(|hop| hop.timeout.read.is_some()),
    },
    Mechanism {
        name: "notification",
        off: "hops: {merchant-platform: {notification: none}, platform-bank: {notification: none}}",
        is_in: |model| model.hops.iter().any(|hop| hop.notification.is_some()),
    },
    Mechanism {
        name: "polling",
        off: "hops: {merchant-platform: {polling: none}, platform-bank: {polling: none}}",
        is_in: |model| model.hops.iter().any(|hop| hop.polling.is_some()),
    },
    Mechanism {
        name: "reversal",
        off: "hops: {merchant-platform: {reversal: none}, platform-bank: {reversal: none}}",
        is_in: |model| model.hops.iter().any(|hop| hop.reversal.is_some()),
    },
    Mechanism {
        name: "reconciliation",
        off: "hops: {merchant-platform: {reconciliation: none}, platform-bank: {reconciliation: none}}",
        is_in: |model| model.hops.iter().any(|hop| hop.reconciliation.is_some()),
    },
    Mechanism {
        name: "compensation",
        off: "{platform: {internal: {compensation: none}}, merchant: {internal: {compensation: none}}}",
        is_in: |model| model.hops.iter().any(|hop| hop.compensation.is_some()),
    },
    Mechanism {
        name: "transaction",
        off: "platform: {internal: {transaction: none}}",
        is_in: |model| model.platform.transaction.is_some(),
    },
    Mechanism {
        name: "retry",
        off: "hops: {merchant-platform: {retry: none}, platform-bank: {retry: none}}",
        is_in: |model| model.hops.iter().any(|hop| hop.retry.is_some()),
    },
];

/// What a subset of mechanisms is called.
pub(super) fn name(chosen: &[&str], all: &[&str]) -> String {
    let missing: Vec<&str> = all.iter().copied().filter(|name| !chosen.contains(name)).collect();
    match (chosen, missing.as_slice()) {
        ([], _) => "nothing".to_owned(),
        (_, []) => format!("all {}", all.len()),
        (_, [one]) if all.len() > 3 => format!("all but {one}"),
        _ => chosen.join(" + "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subsets_have_short_names() {
        let all = ["timeout", "notification", "polling", "reconciliation"];
        assert_eq!(name(&[], &all), "nothing");
        assert_eq!(name(&all[1..2], &all), "notification");
        assert_eq!(name(&all[..2], &all), "timeout + notification");
        assert_eq!(name(&all[1..], &all), "all but timeout");
        assert_eq!(name(&all, &all), "all 4");
    }
}
