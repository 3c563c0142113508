//! Rank 2: what can go wrong. One file per kind of fault: what it means, where it may strike, and which effect it has.
//!
//! Read by the scenario (to build the weather) and by `list` and `explain`. A new fault is one new file and one line in
//! the registry below. It must not know invariants, nor how the parties work inside.

use crate::kernel::{Address, HOUR, MINUTE, Micros, SECOND, exact_duration};
use crate::payments::address::SemanticAddress;
use crate::payments::message::Message;
use crate::payments::party::Hop;
use crate::payments::site::{Place, Site};
use crate::payments::weather::{
    Effect, Fate, FileEffect, Flaw, MessageEffect, ProcessEffect, RowEffect, Strike, WriteEffect,
};

/// A kind of fault.
#[derive(Debug)]
pub struct Kind {
    /// Its name in scenarios.
    pub name: &'static str,
    /// What it means, in a sentence.
    pub means: &'static str,
    /// The places of a hop at which it may strike.
    pub places: &'static [Place],
    /// Does the downstream break its word?
    pub breach: bool,
    /// How it is written beside its site and its time.
    pub form: Form,
    /// The smallest example: an item of a scenario's `faults`.
    pub example: &'static str,
}

/// What a kind of fault needs to be told, and what becomes of it.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// Strikes what comes by: by odds, in a window, or by script.
    Strike(fn(Place) -> Effect),
    /// The same, with a duration.
    Timed(Parameter, fn(Place, Micros) -> Effect),
    /// Strikes everything that comes by in a window.
    Window(fn(Place) -> Effect),
    /// The same, with a duration.
    TimedWindow(Parameter, fn(Place, Micros) -> Effect),
    /// A party's clock is wrong for the whole run.
    Skew,
    /// A size, by script.
    Size,
    /// A choice that is no fault, by script: this alternative.
    Choice(usize),
}

/// A duration that a fault takes.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its key.
    pub name: &'static str,
    /// What it means.
    pub means: &'static str,
    /// If it is not given.
    pub default: Micros,
}

macro_rules! registry {
    ($($file:ident)*) => {
        $(mod $file;)*
        /// Every kind of fault.
        pub const ALL: &[&Kind] = &[$(&$file::KIND,)*];
    };
}

registry! {
    lose late duplicate overtake refuse
    outage partition slow
    forge misdirect replay tamper stale
    decline stay_processing late_debit underpay not_found query_error rate_limited envelope
    return_unsettled never_settle false_failure debit_after_close
    file_late file_absent truncate
    omit double_row wrong_amount wrong_unit wrong_sign wrong_status across_cut_off omit_for_good
    fail_update unknown_commit
    crash crash_after pause
    skew take happen spare
}

/// The name of the kind that scripts a size.
pub const TAKE: &str = take::KIND.name;

/// The kind called `name`.
pub fn find(name: &str) -> Option<&'static Kind> {
    ALL.iter().copied().find(|kind| kind.name == name)
}

const MESSAGES: &[Place] = &Place::MESSAGES;
const NOTIFICATION: &[Place] = &[Place::Message(Message::Notification)];
const QUERY_ANSWER: &[Place] = &[Place::Message(Message::QueryAnswer)];
const DECISION: &[Place] = &[Place::Decision];
const DECISIONS: &[Place] = &[Place::Decision, Place::RefundDecision];
const INTRUDER: &[Place] = &[Place::Intruder];
const FILE: &[Place] = &[Place::File];
const ROW: &[Place] = &[Place::Row];
const WRITES: &[Place] = &Place::WRITES;

const STEPS: &[Place] = &Place::STEPS;

impl Kind {
    /// The keys of its parameters, those of its site and time included.
    pub fn keys(&self) -> Vec<&'static str> {
        const WHERE: [&str; 2] = ["site", "hop"];
        const WINDOW: [&str; 4] = ["from", "to", "probability", "happens"];
        match self.form {
            Form::Strike(_) => [&WHERE[..], &WINDOW, &["at"]].concat(),
            Form::Timed(parameter, _) => [&WHERE[..], &WINDOW, &["at", parameter.name]].concat(),
            Form::Window(_) => [&WHERE[..], &WINDOW].concat(),
            Form::TimedWindow(parameter, _) => [&WHERE[..], &WINDOW, &[parameter.name]].concat(),
            Form::Skew => vec!["party", "by"],
            Form::Size => vec!["at", "time", "amount"],
            Form::Choice(_) => vec!["at"],
        }
    }

    /// The duration that it takes.
    pub fn parameter(&self) -> Option<Parameter> {
        match self.form {
            Form::Timed(parameter, _) | Form::TimedWindow(parameter, _) => Some(parameter),
            Form::Strike(_) | Form::Window(_) | Form::Skew | Form::Size | Form::Choice(_) => None,
        }
    }

    /// Its sites on one hop.
    pub fn sites(&self, hop: Hop) -> impl Iterator<Item = Site> {
        let sites = self.places.iter().map(move |&place| Site::Hop(hop, place));
        sites.filter(|site| self.effect(*site, None).is_some())
    }

    /// The places at which it may strike, each with the hop that it is alone on, if it is not on both.
    pub fn places_by_hop(&self) -> Vec<(Place, Option<Hop>)> {
        let can = |hop, place| self.effect(Site::Hop(hop, place), None).is_some();
        let on = |&place: &Place| match Hop::ALL.map(|hop| can(hop, place)) {
            [true, true] => Some((place, None)),
            [true, false] => Some((place, Some(Hop::MerchantPlatform))),
            [false, true] => Some((place, Some(Hop::PlatformBank))),
            [false, false] => None,
        };
        self.places.iter().filter_map(on).collect()
    }

    /// Does it stop a process, which all orders share?
    pub fn stops_a_process(&self) -> bool {
        let stops = |site: Site| matches!(self.effect(site, None), Some(Effect::Process(_)));
        Hop::ALL.into_iter().any(|hop| self.sites(hop).any(stops))
    }

    /// Does it, so that the process goes on in the middle of what it was doing?
    pub fn pauses_a_process(&self) -> bool {
        let pauses = |site: Site| matches!(self.effect(site, None), Some(Effect::Process(ProcessEffect::Pause(_))));
        Hop::ALL.into_iter().any(|hop| self.sites(hop).any(pauses))
    }

    /// What it does at `site`, given its duration (or the default). `None` where it cannot strike.
    pub fn strike(&'static self, site: Site, time: Option<Micros>) -> Option<Strike> {
        let effect = self.effect(site, time)?;
        Some(Strike { effect, fault: self.name, breach: self.breach })
    }

    fn effect(&self, site: Site, time: Option<Micros>) -> Option<Effect> {
        let Site::Hop(hop, place) = site else { return None };
        if !self.places.contains(&place) || !place.is_on(hop) {
            return None;
        }
        let effect = match self.form {
            Form::Strike(effect) | Form::Window(effect) => effect(place),
            Form::Timed(parameter, effect) | Form::TimedWindow(parameter, effect) => {
                effect(place, time.unwrap_or(parameter.default))
            }
            Form::Skew | Form::Size | Form::Choice(_) => return None,
        };
        // The platform decides when the bank has: of itself it can only decline, or not show its record yet. The bank refuses
        // no refund of what it has.
        let can = match (hop, place, effect) {
            (Hop::MerchantPlatform, _, Effect::Decision(fate)) => matches!(fate, Fate::Decline | Fate::Hide(_)),
            (Hop::PlatformBank, Place::RefundDecision, Effect::Decision(fate)) => fate != Fate::Decline,
            (Hop::MerchantPlatform | Hop::PlatformBank, ..) => true,
        };
        can.then_some(effect)
    }
}

/// The first kind that has this effect at a site: what a fault comes to, whatever it is called.
pub fn plainest(site: Site, effect: Effect) -> Option<&'static Kind> {
    let time = duration(effect);
    ALL.iter().copied().find(|kind| kind.strike(site, time).is_some_and(|strike| strike.effect == effect))
}

/// The strike at `at` as an item of a scenario's `faults`, without the leading `- `.
pub fn script(at: Address, strike: &Strike) -> String {
    let parameter = find(strike.fault).and_then(Kind::parameter);
    let time = match (parameter, duration(strike.effect)) {
        (Some(parameter), Some(time)) => format!(", {}: {time}us", parameter.name),
        _ => String::new(),
    };
    format!("{}: {{at: {}{time}}}", strike.fault, SemanticAddress(at))
}

/// The strike in a few words: `lose`, `late by 30s`; typed as it stands, it is the same.
pub fn describe(strike: &Strike) -> String {
    match (find(strike.fault).and_then(Kind::parameter), duration(strike.effect)) {
        (Some(parameter), Some(time)) => format!("{} {} {}", strike.fault, parameter.name, exact_duration(time)),
        _ => strike.fault.to_owned(),
    }
}

/// The duration in an effect.
pub fn duration(effect: Effect) -> Option<Micros> {
    match effect {
        Effect::Message(MessageEffect::Delay(time) | MessageEffect::Copy(time))
        | Effect::Decision(
            Fate::StayProcessing(time)
            | Fate::DebitLate(time)
            | Fate::Hide(time)
            | Fate::FalseFailure(time)
            | Fate::IgnoreClose(time),
        )
        | Effect::File(FileEffect::Late(time))
        | Effect::Process(ProcessEffect::CrashBefore(time) | ProcessEffect::CrashAfter(time) | ProcessEffect::Pause(time))
        | Effect::Intrude(_, time) => Some(time),
        Effect::Message(_) | Effect::Decision(_) | Effect::File(_) | Effect::Row(_) | Effect::Write(_) => None,
    }
}

/// The shortest duration that an effect can have: no process comes back sooner.
pub const fn shortest(effect: Effect) -> Micros {
    match effect {
        Effect::Process(ProcessEffect::CrashBefore(_) | ProcessEffect::CrashAfter(_)) => SECOND,
        _ => 0,
    }
}

/// A message's effect.
const fn message(effect: MessageEffect) -> Effect {
    Effect::Message(effect)
}

/// A message that arrives with a flaw.
const fn flawed(flaw: Flaw) -> Effect {
    Effect::Message(MessageEffect::Replace(flaw))
}

/// A record's effect.
const fn row(effect: RowEffect) -> Effect {
    Effect::Row(effect)
}

/// Nothing gets through: a message is lost, a write fails.
const fn silence(place: Place) -> Effect {
    if place.is_write() { Effect::Write(WriteEffect::Fail) } else { Effect::Message(MessageEffect::Drop) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_written_in_snake_case() {
        for (i, kind) in ALL.iter().enumerate() {
            assert!(ALL[..i].iter().all(|other| other.name != kind.name), "{} is registered twice", kind.name);
            assert!(kind.name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{}", kind.name);
            assert!(kind.example.starts_with(&format!("- {}: ", kind.name)), "{}", kind.example);
            assert!(kind.means.ends_with('.') && kind.means.len() > 20, "{}", kind.name);
        }
    }

    /// A shrunk time ends just where it begins to hurt: rounded, it would not hurt any more.
    #[test]
    fn a_time_is_told_with_all_its_digits() {
        let site = Site::Hop(Hop::PlatformBank, Place::Message(crate::payments::message::Message::Request));
        let strike = find("late").and_then(|late| late.strike(site, Some(365_001_000))).expect("a request can be late");
        assert_eq!(describe(&strike), "late by 6m5.001s");
    }

    #[test]
    fn a_kind_strikes_where_it_says_and_nowhere_else() {
        for kind in ALL {
            for site in Site::all() {
                let bank_only = match site {
                    Site::Hop(Hop::MerchantPlatform, Place::Decision | Place::RefundDecision) => {
                        !["decline", "not_found"].contains(&kind.name)
                    }
                    Site::Hop(Hop::PlatformBank, Place::RefundDecision) => kind.name == "decline",
                    _ => false,
                };
                let there = |hop, place: Place| kind.places.contains(&place) && place.is_on(hop);
                let may = matches!(site, Site::Hop(hop, place) if there(hop, place)) && !bank_only;
                assert_eq!(kind.strike(site, None).is_some(), may, "{} at {site}", kind.name);
            }
        }
    }

    #[test]
    fn every_effect_suits_its_place() {
        for kind in ALL {
            for site in Hop::ALL.into_iter().flat_map(|hop| kind.sites(hop)) {
                let (Site::Hop(_, place), Some(strike)) = (site, kind.strike(site, Some(7))) else { panic!("{site}") };
                let suits = match strike.effect {
                    Effect::Message(_) => matches!(place, Place::Message(_)),
                    Effect::Decision(_) => matches!(place, Place::Decision | Place::RefundDecision),
                    Effect::File(_) => place == Place::File,
                    Effect::Row(_) => place == Place::Row,
                    Effect::Write(_) => place.is_write(),
                    Effect::Process(_) => place.is_write() || matches!(place, Place::Message(_)),
                    Effect::Intrude(..) => place == Place::Intruder,
                };
                assert!(suits, "{} at {site}: {:?}", kind.name, strike.effect);
                let timed = kind.parameter().is_some() && duration(strike.effect).is_some();
                assert!(!timed || duration(strike.effect) == Some(7), "{} forgets its time", kind.name);
            }
        }
    }
}
