//! A hop as it is written, the presets that it names, and the defaults -> a hop's model. Upper layers go before lower
//! ones: defaults, channel, strategy, then the hop's own keys.
//!
//! Called by `load`. It must not know faults or orders.

use super::decode::At;
use super::forms::{NoneWord, Short, Toggle};
use super::load::{Findings, Orders};
use super::preset;
use super::raw::hop::{self as written, Hop as Layer, Mechanisms};
use super::raw::{self, Bank, Spread};
use super::scalar::Time;
use super::schedules::{self, Schedule};
use super::strategies::{self, Strategy};
use crate::kernel::{DAY, Distribution, DistributionError, HOUR, MILLISECOND, MINUTE, Micros, SECOND, format_duration};
use crate::payments::model::{
    Batch, Compensation, HopModel, Notification, NotificationQueue, Polling, Reconciliation, RepeatedNumber, Retry,
    Reversal, ReversalKind, Timeout,
};
use crate::payments::party::Hop;
use crate::payments::rules::Rules;
use std::ops::Range;

/// Steps that a schedule may have.
const STEPS: usize = 1000;

/// Completes a hop.
pub(super) fn resolve(
    hop: Hop,
    raw: &At<Layer>,
    bank: &Bank,
    compensation: Option<Compensation>,
    told: Orders,
    findings: &mut Findings,
) -> HopModel {
    let (strategy, rules) = strategy(&raw.value, told);
    let channel = raw.value.channel.as_ref().map_or_else(Layer::default, |channel| preset::layer(channel.value.0.settings));
    let layers = Layers([channel, strategy, raw.value.clone()]);
    let outer = hop == Hop::MerchantPlatform;
    let timeout = layers.merged(|layer| layer.timeout.as_ref());
    let (read, valid_for) = if outer { (10 * SECOND, HOUR) } else { (5 * SECOND, 30 * MINUTE) };
    let time = |of: &dyn Fn(&Layer) -> Option<Micros>, default| layers.find(of).unwrap_or(default);
    a_second(raw.value.refund_retry.as_ref(), "a refund that is asked for again at once never stops", findings);
    positive(raw.value.valid_for.as_ref(), "a request would never be valid", findings);
    HopModel {
        latency: spread(layers.find(|layer| layer.latency.clone()), || usual_latency(hop), findings),
        late_max: layers.merged(|layer| layer.late.as_ref()).max.map_or(10 * MINUTE, |max| max.0),
        processing: processing(hop, &layers, bank, findings),
        timeout: Timeout {
            connect: timeout.connect.map_or(SECOND, |connect| connect.0),
            read: timeout.read.map_or(Some(read), |read| read.value.0.map(|read| read.0)),
        },
        valid_for: time(&|layer| layer.valid_for.as_ref().map(|time| time.value.0), valid_for),
        notification: notification(raw, &layers, findings),
        polling: polling(&layers, findings),
        reversal: reversal(&layers, findings),
        reconciliation: reconciliation(&layers, findings),
        repeated_number: match layers.find(|layer| layer.repeated_number) {
            None | Some(written::RepeatedNumber::Refuse) => RepeatedNumber::Refuse,
            Some(written::RepeatedNumber::SameAnswer) => RepeatedNumber::SameAnswer,
            Some(written::RepeatedNumber::ChargeAgain) => RepeatedNumber::ChargeAgain,
        },
        keys: layers.mechanism(|layer| layer.keys.as_ref()).map(|keys| keys.lifetime.map_or(DAY, |lifetime| lifetime.0)),
        retry: retry(&layers, findings),
        update: time(&|layer| layer.update.as_ref().map(|time| time.0), 0),
        replica_lag: time(&|layer| layer.replica_lag.as_ref().map(|time| time.0), 0),
        compensation,
        refund_retry: time(&|layer| layer.refund_retry.as_ref().map(|time| time.value.0), MINUTE),
        manual_queue: layers.find(|layer| layer.manual_queue.as_ref().map(|on| on.0)).unwrap_or(true),
        rules: switched(hop, rules, &raw.value, told),
    }
}

/// The layers of a hop, lowest first.
struct Layers([Layer; 3]);

impl Layers {
    /// What the uppermost layer says that says anything.
    fn find<T>(&self, of: impl Fn(&Layer) -> Option<T>) -> Option<T> {
        self.0.iter().rev().find_map(of)
    }

    /// A map whose keys may be given in several layers.
    fn merged<T: written::Layer>(&self, of: impl Fn(&Layer) -> Option<&T>) -> T {
        let mut all = T::default();
        self.0.iter().filter_map(of).for_each(|layer| all.cover(layer));
        all
    }

    /// A mechanism: `none` in an upper layer puts it off, a map puts it on; parameters come from all layers.
    fn mechanism<T: written::Layer>(&self, of: impl Fn(&Layer) -> Option<&At<Toggle<T>>>) -> Option<T> {
        let (mut on, mut all) = (false, T::default());
        for layer in self.0.iter().filter_map(of) {
            match &layer.value {
                Toggle::Off(NoneWord::None) => on = false,
                Toggle::On(layer) => {
                    on = true;
                    all.cover(layer);
                }
            }
        }
        on.then_some(all)
    }
}

/// The strategy's layer and rules.
fn strategy(raw: &Layer, told: Orders) -> (Layer, Rules) {
    match (preset_of(raw, told), raw.strategy.as_ref().map(|strategy| &strategy.value)) {
        (Some(strategy), _) => (preset::layer(strategy.settings), strategy.rules),
        (None, Some(Short::Long(mechanisms))) => one_by_one(mechanisms),
        (None, _) => (Layer::default(), Rules::HARDENED),
    }
}

/// The strategy preset of a hop, unless its strategy is given mechanism by mechanism.
pub(super) fn preset_of(raw: &Layer, told: Orders) -> Option<&'static Strategy> {
    match (told.strategy, raw.strategy.as_ref().map(|strategy| &strategy.value)) {
        (Some(strategy), _) => Some(strategy),
        (None, Some(Short::Short(name))) => Some(name.0),
        (None, Some(Short::Long(_))) => None,
        (None, None) => strategies::ALL.first().copied(),
    }
}

/// A strategy given mechanism by mechanism: those not named are off.
fn one_by_one(mechanisms: &Mechanisms) -> (Layer, Rules) {
    fn or_off<T: Clone>(mechanism: &Option<At<Toggle<T>>>) -> Option<At<Toggle<T>>> {
        mechanism.clone().or(Some(At { value: Toggle::Off(NoneWord::None), span: 0..0, damaged: false }))
    }
    let mut rules = Rules::HARDENED;
    switch(&mut rules, mechanisms.rules.as_ref());
    let layer = Layer {
        timeout: mechanisms.timeout.clone(),
        notification: mechanisms.notification.clone(),
        polling: or_off(&mechanisms.polling),
        reversal: or_off(&mechanisms.reversal),
        reconciliation: or_off(&mechanisms.reconciliation),
        retry: or_off(&mechanisms.retry),
        refund_retry: mechanisms.refund_retry.clone(),
        manual_queue: mechanisms.manual_queue.clone(),
        ..Layer::default()
    };
    (layer, rules)
}

fn switch(rules: &mut Rules, switches: Option<&written::RuleSwitches>) {
    for (name, on) in switches.iter().flat_map(|switches| &switches.0) {
        if let Some(rule) = rules.switch(name) {
            *rule = *on;
        }
    }
}

fn switched(hop: Hop, mut rules: Rules, raw: &Layer, told: Orders) -> Rules {
    switch(&mut rules, raw.rules.as_ref());
    if let Some((_, name, on)) = told.rule.filter(|(only, _, _)| only.is_none_or(|only| only == hop))
        && let Some(rule) = rules.switch(name)
    {
        *rule = on;
    }
    rules
}

/// A time that must not be 0.
pub(super) fn positive(time: Option<&At<Time>>, because: &str, findings: &mut Findings) {
    if let Some(time) = time.filter(|time| time.value.0 == 0) {
        findings.wrong(&time.span, format!("0 is too short: {because}"), "write a duration above 0");
    }
}

/// A time between two sendings of the same thing, for days: a second at least.
pub(super) fn a_second(time: Option<&At<Time>>, because: &str, findings: &mut Findings) {
    if let Some(time) = time.filter(|time| time.value.0 < SECOND) {
        let given = format_duration(time.value.0);
        findings.wrong(&time.span, format!("{given} is too short: {because}"), "write a second or more");
    }
}

/// A number that must not be 0.
pub(super) fn at_least_one<T: Default + PartialEq>(number: Option<&At<T>>, what: &str, findings: &mut Findings) {
    if let Some(number) = number.filter(|number| number.value == T::default()) {
        findings.wrong(&number.span, format!("0 {what} are too few"), "write 1 or more");
    }
}

/// How long the bank takes. The platform decides when the bank has.
fn processing(hop: Hop, layers: &Layers, bank: &Bank, findings: &mut Findings) -> Distribution {
    let here = layers.find(|layer| layer.processing.clone());
    if hop == Hop::MerchantPlatform {
        let taken = here.as_ref().map_or(fixed(0), |here| spread(Some(here.clone()), || fixed(0), findings));
        if let Some(here) = here.filter(|_| taken.maximum() > 0) {
            let help = "leave it out; how long the bank takes is `bank: {processing: ...}`";
            findings.wrong(&here.span, "the platform has no processing time of its own: it decides when the bank has", help);
        }
        return fixed(0);
    }
    if let (Some(here), Some(there)) = (&here, &bank.processing) {
        let help = "keep `bank: {processing: ...}` or `processing` of the hop platform-bank";
        let second = if here.span.start > there.span.start { &here.span } else { &there.span };
        findings.wrong(second, "the bank's processing time is given twice", help);
    }
    let bank = bank.processing.clone();
    let usual = || Distribution::lognormal(200 * MILLISECOND, 2 * SECOND).unwrap_or_else(|_| fixed(0));
    spread(here.or(bank), usual, findings)
}

/// How long messages travel if the scenario does not say.
fn usual_latency(hop: Hop) -> Distribution {
    let usual = match hop {
        Hop::MerchantPlatform => Distribution::uniform(5 * MILLISECOND, 50 * MILLISECOND),
        Hop::PlatformBank => Distribution::lognormal(60 * MILLISECOND, 900 * MILLISECOND),
    };
    usual.unwrap_or_else(|_| fixed(0))
}

/// A distribution of times.
pub(super) fn spread(
    written: Option<At<Spread<Time>>>,
    usual: impl Fn() -> Distribution,
    findings: &mut Findings,
) -> Distribution {
    let Some(written) = written else { return usual() };
    distribution(&written, &|time| Ok(time.0), &format_duration, findings).unwrap_or_else(usual)
}

/// Always `time`.
fn fixed(time: Micros) -> Distribution {
    // A time read from text is within the limit; 0 is for the compiler.
    Distribution::fixed(time).or_else(|_| Distribution::fixed(0)).unwrap_or_else(|_| unreachable!("0 is within the limit"))
}

/// A distribution as it is written, its values read by `read` and shown by `show`.
pub(super) fn distribution<T>(
    written: &At<Spread<T>>,
    read: &dyn Fn(&T) -> Result<u64, String>,
    show: &dyn Fn(u64) -> String,
    findings: &mut Findings,
) -> Option<Distribution> {
    // What is wrong is marked where it stands: a value, or the one that must not be less than the one before it.
    let value = |value: &T, span: &Range<usize>| {
        read(value).map_err(|error| {
            let (message, help) = error.split_once(": ").unwrap_or((&error, ""));
            (span.clone(), message.to_owned(), help.to_owned())
        })
    };
    let at = |given: &At<T>| value(&given.value, &given.span);
    let built = |built: Result<Distribution, DistributionError>, last: &Range<usize>| {
        built.map_err(|error| (last.clone(), format!("there is no such distribution: {}", error.told(show)), String::new()))
    };
    let build = || match &written.value {
        Short::Short(only) => built(Distribution::fixed(value(only, &written.span)?), &written.span),
        Short::Long(raw::Drawn::Fixed(value)) => built(Distribution::fixed(at(value)?), &value.span),
        Short::Long(raw::Drawn::Uniform((low, high))) => built(Distribution::uniform(at(low)?, at(high)?), &high.span),
        Short::Long(raw::Drawn::Exponential(mean)) => built(Distribution::exponential(at(mean)?), &mean.span),
        Short::Long(raw::Drawn::Lognormal { median, p99 }) => {
            built(Distribution::lognormal(at(median)?, at(p99)?), &p99.span)
        }
        Short::Long(raw::Drawn::Pareto { minimum, shape }) => {
            built(Distribution::pareto(at(minimum)?, shape.0), &minimum.span)
        }
        Short::Long(raw::Drawn::List(values)) => {
            let values = values.iter().map(at).collect::<Result<_, _>>()?;
            built(Distribution::list(values), &written.span)
        }
    };
    match build() {
        Ok(distribution) => return Some(distribution),
        // A list may miss a value that was wrong by itself.
        Err(_) if written.damaged => {}
        Err((span, message, help)) => findings.wrong(&span, message, help),
    }
    None
}

/// The steps of a schedule: from the uppermost layer that gives any.
fn steps<'a>(
    layers: &'a Layers,
    of: impl Fn(&'a Layer) -> Option<(Option<&'a At<Vec<Time>>>, Option<&'static Schedule>)>,
    name: &str,
    findings: &mut Findings,
) -> Option<Vec<Micros>> {
    for layer in layers.0.iter().rev() {
        match of(layer) {
            None | Some((None, None)) => {}
            Some((None, Some(schedule))) => return Some(schedule.gaps()),
            Some((Some(steps), schedule)) => {
                if schedule.is_some() {
                    findings.wrong(&steps.span, format!("`{name}` and `schedule` are both given"), "keep one of the two");
                }
                if (steps.value.is_empty() && !steps.damaged) || steps.value.len() > STEPS {
                    let help = format!("write 1 to {STEPS} durations, such as [5s, 30s]");
                    findings.wrong(&steps.span, format!("`{name}` has {} values", steps.value.len()), help);
                }
                return Some(steps.value.iter().map(|step| step.0).collect());
            }
        }
    }
    None
}

fn notification(raw: &At<Layer>, layers: &Layers, findings: &mut Findings) -> Option<Notification> {
    let all = layers.mechanism(|layer| layer.notification.as_ref())?;
    let of = |layer| {
        on(layer, |layer: &Layer| layer.notification.as_ref()).map(|n| (n.gaps.as_ref(), n.schedule.as_ref().map(|s| s.0)))
    };
    let Some(gaps) = steps(layers, of, "gaps", findings) else {
        incomplete(raw, findings);
        return None;
    };
    Some(Notification {
        gaps,
        failures: all.failures.is_some_and(|on| on.0),
        tolerance: all.tolerance.map_or(5 * MINUTE, |tolerance| tolerance.0),
        queue: match all.queue {
            None | Some(written::Queue::PerEvent) => NotificationQueue::PerEvent,
            Some(written::Queue::Fifo) => NotificationQueue::FirstInFirstOut,
        },
        ack_timeout: all.ack_timeout.map_or(5 * SECOND, |timeout| timeout.0),
        dead_letter: all.dead_letter.and_then(|sends| sends.0),
    })
}

/// A mechanism's map in one layer.
fn on<'a, T>(layer: &'a Layer, of: impl Fn(&'a Layer) -> Option<&'a At<Toggle<T>>>) -> Option<&'a T> {
    match of(layer).map(|mechanism| &mechanism.value) {
        Some(Toggle::On(on)) => Some(on),
        Some(Toggle::Off(NoneWord::None)) | None => None,
    }
}

/// Notifications without gaps: nobody publishes them, or the scenario forgot them.
fn incomplete(raw: &At<Layer>, findings: &mut Findings) {
    let assumed: Vec<String> = schedules::ALL
        .iter()
        .filter(|schedule| schedule.trust == preset::Trust::Assumed)
        .map(|schedule| format!("`{}`", schedule.name))
        .collect();
    let help = format!(
        "add `notification: {{gaps: [1m, 5m, 1h]}}`, or `notification: {{schedule: ...}}` with one that is assumed: {}",
        assumed.join(", ")
    );
    let channel = raw.value.channel.as_ref();
    let missing = channel.and_then(|channel| channel.value.0.incomplete.map(|missing| (channel, missing)));
    match (missing, &raw.value.notification) {
        (Some((channel, missing)), _) => {
            let message = format!("the channel preset `{}` is incomplete: nobody publishes {missing}", channel.value.0.name);
            findings.wrong(&channel.span, message, help);
        }
        (None, Some(notification)) if notification.damaged => {}
        (None, notification) => {
            let span: Range<usize> =
                notification.as_ref().map_or(raw.span.clone(), |notification| notification.span.clone());
            findings.wrong(&span, "notifications have no `gaps`", help);
        }
    }
}

fn polling(layers: &Layers, findings: &mut Findings) -> Option<Polling> {
    let all = layers.mechanism(|layer| layer.polling.as_ref())?;
    let of = |layer| {
        on(layer, |layer: &Layer| layer.polling.as_ref())
            .map(|p| (p.plan.as_ref(), p.schedule.as_ref().and_then(|s| s.0.as_ref()).map(|s| s.0)))
    };
    let plan = steps(layers, of, "plan", findings).unwrap_or_else(|| [5, 30, 60, 180].map(|s| s * SECOND).to_vec());
    at_least_one(all.max.as_ref(), "queries", findings);
    let batch = match &all.batch {
        None | Some(Toggle::Off(NoneWord::None)) => None,
        Some(Toggle::On(batch)) => {
            positive(batch.every.as_ref(), "the job would never stop", findings);
            at_least_one(batch.size.as_ref(), "rows", findings);
            let every = batch.every.as_ref().map_or(30 * SECOND, |every| every.value.0);
            Some(Batch { every, size: batch.size.as_ref().map_or(100, |size| size.value) })
        }
    };
    let rate_limit = all.rate_limit.and_then(|rate| rate.0).map(|rate| rate.0);
    Some(Polling { plan, max: all.max.map_or(10, |max| max.value), rate_limit, batch })
}

fn retry(layers: &Layers, findings: &mut Findings) -> Option<Retry> {
    let all = layers.mechanism(|layer| layer.retry.as_ref())?;
    at_least_one(all.max.as_ref(), "retries", findings);
    Some(Retry {
        max: all.max.map_or(3, |max| max.value),
        gap: all.gap.map_or(SECOND, |gap| gap.0),
        budget: all.budget.and_then(|budget| budget.0).map(|budget| budget.0),
    })
}

fn reversal(layers: &Layers, findings: &mut Findings) -> Option<Reversal> {
    let all = layers.mechanism(|layer| layer.reversal.as_ref())?;
    a_second(all.retry.as_ref(), "a close that is sent again at once never stops", findings);
    Some(Reversal {
        kind: match all.kind {
            None | Some(written::ReversalKind::Close) => ReversalKind::Close,
            Some(written::ReversalKind::Cancel) => ReversalKind::Cancel,
        },
        after_unknowns: all.after.unwrap_or(5),
        min_age: all.min_age.map_or(0, |age| age.0),
        retry: all.retry.map_or(30 * SECOND, |retry| retry.value.0),
    })
}

fn reconciliation(layers: &Layers, findings: &mut Findings) -> Option<Reconciliation> {
    let all = layers.mechanism(|layer| layer.reconciliation.as_ref())?;
    at_least_one(all.wait_files.as_ref(), "files", findings);
    let cut_off = all.cut_off.map_or(DAY, |time| time.0);
    Some(Reconciliation {
        // A business date that ends at midnight ends with its day, not before it.
        cut_off: if cut_off == 0 { DAY } else { cut_off },
        file_at: all.file_at.map_or(10 * HOUR, |time| time.0 % DAY),
        wait_files: all.wait_files.map_or(2, |files| files.value),
    })
}
