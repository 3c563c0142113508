//! The scenario's faults -> what may go wrong (the weather) and what does (the script).
//!
//! Called by `load`. It must not know which effects there are: that is the business of `faults`.

use super::Scripted;
use super::decode::At;
use super::load::Findings;
use super::raw::fault::Fault;
use crate::faults::{self, Form, Kind};
use crate::kernel::{Address, Decision, Micros, format_duration, format_instant};
use crate::payments::address::SemanticAddress;
use crate::payments::model::Model;
use crate::payments::party::Hop;
use crate::payments::site::{Place, Site};
use crate::payments::weather::{Effect, MessageEffect, Strike, Weather, Window};
use std::collections::BTreeMap;
use std::ops::Range;

/// Windows at most.
const WINDOWS: usize = 1000;

/// The weather and the script.
pub(super) fn resolve(
    faults: &[At<Fault>],
    storm_end: Micros,
    approve: u64,
    model: &Model,
    findings: &mut Findings,
) -> (Weather, Vec<Scripted>) {
    let mut weather = Weather::calm();
    weather.storm_end = storm_end;
    let bank = Site::Hop(Hop::PlatformBank, Place::Decision);
    if let Some(strike) =
        faults::find("decline").and_then(|decline| decline.strike(bank, None)).filter(|_| approve < 1 << 32)
    {
        weather.allow(bank, strike, (1 << 32) - approve);
    }
    let odds = [(bank, (1 << 32) - approve)].into();
    let mut builder = Builder { model, weather, script: BTreeMap::new(), odds, findings };
    for fault in faults.iter().filter(|fault| !fault.damaged) {
        builder.add(fault);
    }
    let script = builder.script.into_iter().map(|(at, decision)| Scripted { at, decision }).collect();
    (builder.weather, script)
}

/// The weather and the script under way.
struct Builder<'a> {
    model: &'a Model,
    weather: Weather,
    script: BTreeMap<Address, Decision>,
    /// The sum of the odds at each site.
    odds: BTreeMap<Site, u64>,
    findings: &'a mut Findings,
}

impl Builder<'_> {
    fn add(&mut self, fault: &At<Fault>) {
        match fault.value.kind.form {
            Form::Strike(_) | Form::Timed(..) => self.strike(fault),
            Form::Window(_) | Form::TimedWindow(..) => self.windows(fault),
            Form::Skew => self.skew(fault),
            Form::Size => self.sizes(fault),
            Form::Choice(pick) => self.choices(fault, pick),
        }
    }

    /// By odds, in a window, or by script.
    fn strike(&mut self, fault: &At<Fault>) {
        let Fault { kind, odds, from, to, happens, at, .. } = &fault.value;
        let window = from.is_some() || to.is_some() || happens.is_some();
        match (at.is_empty(), window, odds) {
            (false, false, None) if fault.value.sites.is_empty() && fault.value.hop.is_none() => self.scripted(fault),
            (false, ..) => {
                let help =
                    "an address says where and when by itself: leave out site, hop, probability, from, to and happens";
                self.wrong(&fault.span, format!("`{}` is given both by script and by odds or window", kind.name), help);
            }
            (true, true, _) => self.windows(fault),
            (true, false, Some(odds)) => {
                for site in self.sites(fault) {
                    self.by_odds(fault, site, *odds);
                }
            }
            (true, false, None) => {
                let help =
                    "add `probability: 0.01`, or `from: 10:00, to: 10:30`, or `at: order 1 / platform-bank / answer / 1`";
                self.wrong(&fault.span, format!("`{}` does not say when it strikes", kind.name), help);
            }
        }
    }

    fn by_odds(&mut self, fault: &At<Fault>, site: Site, odds: u64) {
        let Some(strike) = self.strike_at(fault, site) else { return };
        let sum = self.odds.entry(site).or_default();
        *sum += odds;
        if *sum > 1 << 32 {
            let message = format!("the probabilities of what may happen at `{site}` add up to more than 1");
            return self.wrong(&fault.span, message, "each choice there has one outcome: lower them");
        }
        self.weather.allow(site, strike, odds);
    }

    fn scripted(&mut self, fault: &At<Fault>) {
        let kind = fault.value.kind;
        for at in &fault.value.at {
            let Some(site) = at.value.site() else { continue };
            let Some(strike) = self.strike_at(fault, site) else {
                self.misplaced(kind, site, &at.span);
                continue;
            };
            let pick = self.weather.allow(site, strike, 0);
            self.decide(at, Decision { pick: Some(pick), size: None });
        }
    }

    /// The strike, checked against the link's limit.
    fn strike_at(&mut self, fault: &At<Fault>, site: Site) -> Option<Strike> {
        let time = fault.value.time.as_ref();
        let strike = fault.value.kind.strike(site, time.map(|time| time.value))?;
        if let (Some(by), Some(time)) = (faults::duration(strike.effect), time)
            && by < faults::shortest(strike.effect)
        {
            let message = format!("{} is too short: no process comes back so soon", format_duration(by));
            self.wrong(&time.span, message, "write a second or more");
        }
        let (Effect::Message(MessageEffect::Delay(late) | MessageEffect::Copy(late)), Site::Hop(hop, _)) =
            (strike.effect, site)
        else {
            return Some(strike);
        };
        let max = self.model.hops[hop as usize].late_max;
        if late > max {
            let (span, max) = (time.map_or(&fault.span, |time| &time.span), format_duration(max));
            let (late, hop) = (format_duration(late), hop.name());
            let message = format!("{late} is later than messages of {hop} can be: {max}");
            self.wrong(span, message, &format!("shorten it, or let them be later: `{hop}: {{late: {{max: {late}}}}}`"));
        }
        Some(strike)
    }

    fn windows(&mut self, fault: &At<Fault>) {
        let Fault { kind, odds, from, to, happens, .. } = &fault.value;
        let (Some(from), Some(to)) = (from, to) else {
            let help = "add `from: 10:00, to: 10:30`: it strikes from the first instant until just before the second";
            return self.wrong(&fault.span, format!("`{}` does not say from when to when", kind.name), help);
        };
        if from.value >= to.value {
            let (from, to_text) = (format_instant(from.value), format_instant(to.value));
            return self.wrong(&to.span, format!("the window ends at {to_text}, not after its begin at {from}"), "");
        }
        let sites = self.sites(fault);
        let strikes: Vec<(Site, Strike)> =
            sites.into_iter().filter_map(|site| Some((site, self.strike_at(fault, site)?))).collect();
        if self.weather.windows.len() >= WINDOWS {
            return self.wrong(&fault.span, format!("there are more than {WINDOWS} windows"), "");
        }
        if !strikes.is_empty() {
            let (odds, hits) = (happens.unwrap_or(1 << 32), odds.unwrap_or(1 << 32));
            self.weather.open(Window { strikes, from: from.value, to: to.value, odds, hits });
        }
    }

    /// The sites at which a fault strikes: those that it names, or all of its hop at which it can.
    fn sites(&mut self, fault: &At<Fault>) -> Vec<Site> {
        let Fault { kind, sites, hop, .. } = &fault.value;
        match (sites.is_empty(), hop) {
            (true, Some(hop)) => kind.sites(*hop).collect(),
            (false, None) => {
                let mut named: Vec<Site> = Vec::new();
                for site in sites {
                    if kind.strike(site.value, None).is_none() {
                        self.misplaced(kind, site.value, &site.span);
                    } else if named.contains(&site.value) {
                        self.wrong(&site.span, format!("the site `{}` is given twice", site.value), "name each site once");
                    } else {
                        named.push(site.value);
                    }
                }
                named
            }
            (false, Some(_)) => {
                let help = "a site names its hop already: leave out `hop`";
                self.wrong(&fault.span, format!("`{}` is given both a site and a hop", kind.name), help);
                Vec::new()
            }
            (true, None) => {
                let help = format!("add `hop: platform-bank`, or `site:` with one or more of: {}", places(kind));
                self.wrong(&fault.span, format!("`{}` does not say where it strikes", kind.name), &help);
                Vec::new()
            }
        }
    }

    fn misplaced(&mut self, kind: &Kind, site: Site, span: &Range<usize>) {
        let all: Vec<String> =
            Hop::ALL.into_iter().flat_map(|hop| kind.sites(hop)).map(|site| format!("`{site}`")).collect();
        let help = format!("it can strike at: {}", all.join(", "));
        self.wrong(span, format!("`{}` cannot strike at `{site}`", kind.name), &help);
    }

    fn skew(&mut self, fault: &At<Fault>) {
        let (Some(party), Some(by)) = (fault.value.party, fault.value.skew) else {
            return self.wrong(&fault.span, "`skew` needs a party and a time", "write {party: platform, by: -90s}");
        };
        let skew = &mut self.weather.skew[party as usize];
        if *skew != 0 {
            return self.wrong(&fault.span, format!("the clock of the {} is set twice", party.name()), "keep one");
        }
        *skew = by;
    }

    fn sizes(&mut self, fault: &At<Fault>) {
        let Fault { at, time, amount, .. } = &fault.value;
        if at.is_empty() {
            return self.wrong(&fault.span, "`take` does not say where", "add `at: order 1 / platform-bank / answer / 1`");
        }
        for at in at {
            let site = at.value.site();
            let size = match (site, time, amount) {
                (Some(Site::Amount), None, Some(amount)) => match self.model.currency.parse_amount(&amount.value.0) {
                    Ok(minor) if minor > 0 => minor.unsigned_abs(),
                    Ok(_) => return self.wrong(&amount.span, "the amount is 0", "an amount is above 0"),
                    Err(error) => return self.wrong(&amount.span, error, ""),
                },
                (
                    Some(Site::Arrival | Site::Hop(_, Place::Message(_) | Place::Decision | Place::RefundDecision)),
                    Some(time),
                    None,
                ) => time.value,
                (Some(Site::Amount), ..) => {
                    self.wrong(&at.span, "at this address an amount is drawn", "add `amount: 100.00`, and no time");
                    continue;
                }
                (Some(Site::Arrival | Site::Hop(_, Place::Message(_) | Place::Decision | Place::RefundDecision)), ..) => {
                    self.wrong(&at.span, "at this address a time is drawn", "add `time: 3s`, and no amount");
                    continue;
                }
                _ => {
                    let help =
                        "sizes are drawn at messages, at `decision`, at `customer / arrival` and at `customer / amount`";
                    self.wrong(&at.span, format!("no size is drawn at `{}`", at.value), help);
                    continue;
                }
            };
            self.decide(at, Decision { pick: None, size: Some(size) });
        }
    }

    fn choices(&mut self, fault: &At<Fault>, pick: usize) {
        if fault.value.at.is_empty() {
            let help = "add `at:` with one or more addresses";
            return self.wrong(&fault.span, format!("`{}` does not say where", fault.value.kind.name), help);
        }
        for at in &fault.value.at {
            if pick > 0 && !at.value.site().is_some_and(Site::happens) {
                let help = "it is for `window`, `customer / pays-again`, `merchant / return`, `events / turn` and `orders / turn`; elsewhere name the fault";
                self.wrong(
                    &at.span,
                    format!("`{}` does not say what happens at `{}`", fault.value.kind.name, at.value),
                    help,
                );
                continue;
            }
            self.weather.ties |= at.value.site().is_some_and(Site::is_a_tie);
            self.decide(at, Decision { pick: Some(pick), size: None });
        }
    }

    /// Adds a decision to the script: one alternative and one size at each address.
    fn decide(&mut self, at: &At<SemanticAddress>, decision: Decision) {
        let known = self.script.entry(at.value.0).or_default();
        let twice = known.pick.is_some() && decision.pick.is_some() || known.size.is_some() && decision.size.is_some();
        known.pick = known.pick.or(decision.pick);
        known.size = known.size.or(decision.size);
        if twice {
            self.wrong(&at.span, format!("what happens at `{}` is given twice", at.value), "keep one of the two");
        }
    }

    fn wrong(&mut self, span: &Range<usize>, message: impl Into<String>, help: &str) {
        self.findings.wrong(span, message, help);
    }
}

/// The names of the places at which a kind can strike.
fn places(kind: &Kind) -> String {
    let name = |site: Site| site.to_string().rsplit('/').next().map_or_else(String::new, |place| format!("`{place}`"));
    kind.sites(Hop::PlatformBank).map(name).collect::<Vec<_>>().join(", ")
}
