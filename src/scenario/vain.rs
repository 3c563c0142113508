//! Settings that can have no effect as the scenario is configured: each would pass as an experiment whose result is that it
//! makes no difference.
//!
//! Called by `warn`. It must not change anything.

use super::forms::Toggle;
use super::load::{Known, KnownGoal};
use super::raw::fault::Fault;
use super::raw::hop::{Hop as Written, RuleSwitches};
use super::raw::{self, Raw};
use crate::kernel::{Micros, format_duration, format_instant};
use crate::payments::model::{Model, NotificationQueue, Tables, TransactionKind};
use crate::payments::party::Hop;
use crate::payments::recovery;
use crate::payments::rules::Rules;
use crate::payments::weather::{Effect, MessageEffect, Weather};

/// Adds a sentence for each setting that can have no effect; the first order may come at `first`.
pub(super) fn about(raw: &Raw, model: &Model, first: Micros, weather: &Weather, known: Known, warnings: &mut Vec<String>) {
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
    raw.faults.iter().for_each(|fault| without_effect(&fault.value, warnings));
    for (i, window) in weather.windows.iter().enumerate().filter(|(_, window)| window.to <= first) {
        let (to, first) = (format_instant(window.to), format_instant(first));
        warnings.push(format!("window {} is over at {to}, before the first order comes at {first}", i + 1));
    }
    let written = |goal: &&KnownGoal| raw.goals.iter().any(|name| name.value == goal.name);
    warnings.extend(known.goals.iter().filter(written).filter_map(|goal| unreachable(goal, model)));
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
    for rule in written.rules.iter().flat_map(RuleSwitches::off) {
        let Some(info) = Rules::ALL.iter().find(|info| info.name == rule) else { continue };
        if !info.needs.is_empty() && !recovery::is_there(info.needs, model, hop) {
            let needs = one_of(info.needs);
            warnings.push(format!("`rules: {{{rule}: off}}` on {name} changes nothing: this hop has no {needs}"));
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
        let reads: Vec<&str> = recovery::named(&[kind]).flat_map(|mechanism| mechanism.parameters.split(", ")).collect();
        let unread = transaction.given().into_iter().filter(|key| !reads.contains(key));
        warnings.extend(
            unread.map(|key| {
                format!("`{key}` has no effect on a transaction of kind {kind}: that has {}", reads.join(" and "))
            }),
        );
        let waits = model.hops[Hop::PlatformBank as usize].rules.in_doubt_waits;
        if of.kind == TransactionKind::TwoPhaseCommit && waits && transaction.lock_timeout.is_some() {
            warnings.push(
                "`lock_timeout` has no effect: `in_doubt_waits` is on, so a prepared row waits for the coordinator's word"
                    .to_owned(),
            );
        }
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

/// A fault that can never strike, because it never shall, or that nobody could tell from the calm.
fn without_effect(fault: &Fault, warnings: &mut Vec<String>) {
    let name = fault.kind.name;
    let at_once = |site| fault.kind.strike(site, Some(0)).map(|strike| strike.effect);
    let delays = |site| at_once(site) == Some(Effect::Message(MessageEffect::Delay(0)));
    if let (Some(parameter), Some(0)) = (fault.kind.parameter(), fault.time.as_ref().map(|time| time.value))
        && fault.kind.sites(Hop::PlatformBank).any(delays)
    {
        warnings
            .push(format!("`{name}: {{{}: 0s}}` changes nothing: the message arrives when it would have", parameter.name));
    }
    if fault.odds == Some(0) {
        warnings.push(format!("`{name}` with probability 0 never strikes"));
    }
    if fault.happens == Some(0) {
        warnings.push(format!("the window of `{name}` with `happens: 0` never opens"));
    }
}

/// A goal that needs a mechanism which nobody has.
fn unreachable(goal: &KnownGoal, model: &Model) -> Option<String> {
    let unreachable = !goal.needs.is_empty() && !recovery::is_anywhere(goal.needs, model);
    let (name, needs) = (goal.name, one_of(goal.needs));
    unreachable.then(|| format!("the goal {name} cannot be reached: there is no {needs} on any hop"))
}

/// `a`, `a or b`, `a, b or c`.
fn one_of(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [rest @ .., last] => format!("{} or {last}", rest.join(", ")),
    }
}
