//! Settings that can have no effect as the scenario is configured: each would pass as an experiment whose result is that it
//! makes no difference.
//!
//! Called by `warn`. It must not change anything.

use super::forms::Toggle;
use super::raw::fault::Fault;
use super::raw::hop::{Hop as Written, RuleSwitches};
use super::raw::{self, Raw};
use crate::kernel::{Micros, format_duration, format_instant};
use crate::payments::model::{Model, NotificationQueue, Tables};
use crate::payments::party::Hop;
use crate::payments::recovery;
use crate::payments::rules::Rules;
use crate::payments::weather::Weather;

/// Adds a sentence for each setting that can have no effect; the first order may come at `first`.
pub(super) fn about(raw: &Raw, model: &Model, first: Micros, weather: &Weather, warnings: &mut Vec<String>) {
    for (hop, written) in
        [(Hop::MerchantPlatform, &raw.hops.merchant_platform), (Hop::PlatformBank, &raw.hops.platform_bank)]
    {
        on_hop(hop, &written.value, model, warnings);
    }
    within_the_platform(&raw.platform, model, warnings);
    let again = raw.customer.pays_again.as_ref().and_then(Toggle::on);
    if again.and_then(|again| again.at_most.as_ref()).is_some_and(|at_most| at_most.value == 0) {
        warnings.push("`pays_again: {at_most: 0}`: nobody ever pays again".to_owned());
    }
    raw.faults.iter().for_each(|fault| without_odds(&fault.value, warnings));
    for (i, window) in weather.windows.iter().enumerate().filter(|(_, window)| window.to <= first) {
        let (to, first) = (format_instant(window.to), format_instant(first));
        warnings.push(format!("window {} is over at {to}, before the first order comes at {first}", i + 1));
    }
    raw.goals.iter().filter_map(|goal| unreachable(&goal.value, model)).for_each(|warning| warnings.push(warning));
}

/// What is written on a hop and not read there.
fn on_hop(hop: Hop, written: &Written, model: &Model, warnings: &mut Vec<String>) {
    let here = &model.hops[hop as usize];
    let name = hop.name();
    let notification = written.notification.as_ref().and_then(|at| at.value.on());
    let in_line = here.notification.as_ref().is_some_and(|here| here.queue == NotificationQueue::FirstInFirstOut);
    if let Some(notification) = notification.filter(|_| !in_line) {
        let keys = [
            ("dead_letter", notification.dead_letter.as_ref().is_some_and(|most| most.0.is_some())),
            ("ack_timeout", notification.ack_timeout.is_some()),
        ];
        warnings.extend(keys.iter().filter(|(_, given)| *given).map(|(key, _)| {
            format!("`notification: {{{key}: ...}}` on {name} has no effect: without `queue: fifo` no notification stands in line")
        }));
    }
    let sends = here.notification.as_ref().map_or(0, |here| here.gaps.len());
    if let Some(failures) = notification.and_then(|notification| notification.dead_letter.as_ref()?.0).filter(|_| in_line)
        && usize::from(failures) > sends
    {
        warnings.push(format!(
            "`notification: {{dead_letter: {failures}}}` on {name} has no effect: a notification is sent at most {sends} times"
        ));
    }
    let reversal = written.reversal.as_ref().and_then(|at| at.value.on());
    if let Some(after) = reversal.and_then(|reversal| reversal.after) {
        let why = match &here.polling {
            None => Some("there are no queries, and the order is closed at once".to_owned()),
            Some(polling) if after > polling.max => {
                let most = polling.max;
                Some(format!("there are at most {most} queries, and when they are used up the order is closed"))
            }
            Some(_) => None,
        };
        warnings.extend(why.map(|why| format!("`reversal: {{after: {after}}}` on {name} has no effect: {why}")));
    }
    for rule in written.rules.iter().flat_map(RuleSwitches::off) {
        let Some(info) = Rules::ALL.iter().find(|info| info.name == rule) else { continue };
        let is_there = match info.mechanism {
            "polling" => here.polling.is_some() || here.reconciliation.is_some(),
            "reconciliation" => here.reconciliation.is_some(),
            "transaction" => model.platform.has_transaction(info.kind),
            // What these protect happens without their mechanism, too.
            _ => true,
        };
        if !is_there {
            warnings.push(format!("`rules: {{{rule}: off}}` on {name} changes nothing: there is no {}", info.subject()));
        }
    }
}

/// What is written about the platform's two tables and not read.
fn within_the_platform(written: &raw::Platform, model: &Model, warnings: &mut Vec<String>) {
    if written.handover.is_some() && model.platform.transaction.is_none() && model.platform.tables != Tables::TwoApplications
    {
        warnings.push(
            "`platform: {handover: ...}` has no effect: both tables belong to one application, and there is no transaction"
                .to_owned(),
        );
    }
    let transaction = written.internal.transaction.as_ref().and_then(|at| at.value.on());
    if let Some((transaction, of)) = transaction.zip(model.platform.transaction) {
        let kind = of.kind.name();
        let reads = recovery::ALL.iter().find(|mechanism| mechanism.name == kind);
        let reads: Vec<&str> = reads.map_or_else(Vec::new, |mechanism| mechanism.parameters.split(", ").collect());
        let unread = transaction.given().into_iter().filter(|key| !reads.contains(key));
        warnings.extend(
            unread.map(|key| {
                format!("`{key}` has no effect on a transaction of kind {kind}: that has {}", reads.join(" and "))
            }),
        );
    }
    for (hop, compensation) in Hop::ALL.into_iter().filter_map(|hop| Some((hop, model.hops[hop as usize].compensation?))) {
        let (who, show) = (hop.upstream().name(), format_duration);
        if compensation.scan.is_some() && compensation.window <= compensation.replica_lag {
            let (window, lag) = (show(compensation.window), show(compensation.replica_lag));
            warnings
                .push(format!("the {who}'s scan sees nothing: it looks {window} back, on a replica that is {lag} behind"));
        }
        if compensation.lease < compensation.call {
            let (lease, call) = (show(compensation.lease), show(compensation.call));
            warnings.push(format!(
                "the {who}'s worker needs {call} for an update, but holds its row for {lease}: another takes it meanwhile"
            ));
        }
    }
}

/// A fault that can never strike, because it never shall.
fn without_odds(fault: &Fault, warnings: &mut Vec<String>) {
    let name = fault.kind.name;
    if fault.odds == Some(0) {
        warnings.push(format!("`{name}` with probability 0 never strikes"));
    }
    if fault.happens == Some(0) {
        warnings.push(format!("the window of `{name}` with `happens: 0` never opens"));
    }
}

/// A goal that needs a mechanism which nobody has.
fn unreachable(goal: &str, model: &Model) -> Option<String> {
    let no =
        |has: bool, what: &str| (!has).then(|| format!("the goal {goal} cannot be reached: there is no {what} on any hop"));
    let on_any = |has: fn(&crate::payments::model::HopModel) -> bool| model.hops.iter().any(has);
    match goal {
        "recovered-by-polling" | "polls-exhausted" => no(on_any(|hop| hop.polling.is_some()), "polling"),
        "recovered-by-notification" => no(on_any(|hop| hop.notification.is_some()), "notification"),
        "recovered-by-reconciliation" | "matched-by-file" | "file-refused" => {
            no(on_any(|hop| hop.reconciliation.is_some()), "reconciliation")
        }
        "recovered-by-compensation" | "scan-found" | "mended" => {
            no(on_any(|hop| hop.compensation.is_some()), "compensation")
        }
        "recovered-by-transaction" | "locked" => no(model.platform.transaction.is_some(), "transaction"),
        _ => None,
    }
}
