//! Everything that has a name: faults, mechanisms, rules, invariants, goals, channels, strategies, schedules, values,
//! fault profiles, sites and trace formats, read from their registries. Called by `list` and `explain`; a new registry is one line here.

use crate::invariants::When;
use crate::kernel::{DAY, MINUTE, Micros, SECOND, format_duration, parse_duration};
use crate::payments::party::Hop;
use crate::payments::recovery;
use crate::payments::rules::Rules;
use crate::payments::site::Site;
use crate::report::trace;
use crate::run::goals;
use crate::scenario::schedules::{self, Serves};
use crate::scenario::{self, channels, profiles, strategies, values};

/// One thing with a name.
pub(crate) struct Entry {
    /// Its name.
    pub name: String,
    /// What it is, in a sentence.
    pub about: String,
    /// More: label and text.
    pub details: Vec<(&'static str, String)>,
    /// The smallest example, as YAML; empty where there is none.
    pub example: String,
}

/// A registry: what its things are called, and the things.
pub(crate) struct Registry {
    /// The argument of `list`.
    pub name: &'static str,
    /// What one of them is called.
    pub one: &'static str,
    /// Its entries.
    pub entries: fn() -> Vec<Entry>,
}

/// All registries.
pub(crate) const ALL: &[Registry] = &[
    Registry { name: "faults", one: "fault", entries: faults },
    Registry { name: "mechanisms", one: "recovery mechanism", entries: mechanisms },
    Registry { name: "rules", one: "safety rule", entries: rules },
    Registry { name: "invariants", one: "invariant", entries: invariants },
    Registry { name: "goals", one: "goal", entries: goals },
    Registry { name: "channels", one: "channel preset", entries: channels },
    Registry { name: "strategies", one: "strategy", entries: strategies },
    Registry { name: "schedules", one: "schedule", entries: schedules },
    Registry { name: "values", one: "kind of value", entries: values },
    Registry { name: "profiles", one: "fault profile", entries: profiles },
    Registry { name: "sites", one: "site", entries: sites },
    Registry { name: "formats", one: "trace format", entries: formats },
];

fn entry(name: &str, about: &str) -> Entry {
    Entry { name: name.to_owned(), about: about.to_owned(), details: Vec::new(), example: String::new() }
}

fn faults() -> Vec<Entry> {
    let each = |kind: &&'static crate::faults::Kind| {
        let places = kind.places_by_hop();
        let on = |alone: Option<Hop>| {
            let here = places.iter().filter(|(_, hop)| *hop == alone).map(|(place, _)| place.name()).collect::<Vec<_>>();
            (!here.is_empty()).then(|| format!("{}/{{{}}}", alone.map_or("HOP", Hop::name), here.join(", ")))
        };
        let sites: Vec<String> = std::iter::once(None).chain(Hop::ALL.map(Some)).filter_map(on).collect();
        let mut details = vec![(
            "contract",
            if kind.breach { "a breach: the downstream breaks its word" } else { "in contract" }.to_owned(),
        )];
        if !sites.is_empty() {
            details.push(("strikes at", sites.join(", ")));
        }
        details.push(("keys", kind.keys().join(", ")));
        if let Some(parameter) = kind.parameter() {
            let default = format_duration(parameter.default);
            details.push(("parameter", format!("{}: {} (default {default})", parameter.name, parameter.means)));
        }
        Entry { details, example: format!("faults:\n  {}", kind.example), ..entry(kind.name, kind.means) }
    };
    crate::faults::ALL.iter().map(each).collect()
}

fn mechanisms() -> Vec<Entry> {
    let each = |mechanism: &recovery::Mechanism| {
        let of_it = Rules::ALL.iter().filter(|rule| rule.subject() == mechanism.name);
        let rules: Vec<&str> = of_it.map(|rule| rule.name).collect();
        let mut details = vec![("parameters", mechanism.parameters.to_owned())];
        if !rules.is_empty() {
            details.push(("safety rules", rules.join(", ")));
        }
        Entry { details, example: mechanism.example.to_owned(), ..entry(mechanism.name, mechanism.about) }
    };
    recovery::ALL.iter().map(each).collect()
}

fn rules() -> Vec<Entry> {
    let each = |rule: &crate::payments::rules::RuleInfo| {
        let mut details = vec![
            ("off", rule.off.to_owned()),
            ("mechanism", rule.mechanism.to_owned()),
            ("article_literal", if rule.literal { "follows it" } else { "does not follow it" }.to_owned()),
        ];
        if let Some(first) = rule.behind {
            details.push(("second line", format!("where {first} holds, its absence does no harm by itself")));
        }
        // Without its mechanism it would change nothing.
        let (platform, hop) = match recovery::named(rule.needs).next() {
            Some(needed) if needed.example.starts_with("hops:") => (String::new(), format!("    {}: {{}}\n", needed.name)),
            Some(needed) => (format!("{}\n", needed.example), String::new()),
            None => (String::new(), String::new()),
        };
        Entry {
            details,
            example: format!("{platform}hops:\n  platform-bank:\n{hop}    rules: {{{}: off}}", rule.name),
            ..entry(rule.name, rule.on)
        }
    };
    Rules::ALL.iter().map(each).collect()
}

fn invariants() -> Vec<Entry> {
    let each = |info: &crate::invariants::Info| {
        let when = match info.when {
            When::Always => "always: after every step",
            When::Finally => "finally: in the calm, at the deadline",
        };
        let example = format!("expect: {{violates: [{}]}}", info.id);
        Entry { details: vec![("checked", when.to_owned())], example, ..entry(info.id, info.about) }
    };
    crate::invariants::ALL.iter().map(each).collect()
}

fn goals() -> Vec<Entry> {
    let each = |goal: &goals::Goal| {
        let needed = recovery::named(goal.needs).next();
        let mechanism = needed.map_or(String::new(), |mechanism| format!("{}\n", mechanism.example));
        Entry { example: format!("{mechanism}goals: [{}]", goal.name), ..entry(goal.name, goal.about) }
    };
    goals::ALL.iter().map(each).collect()
}

fn settings(settings: &[scenario::Setting]) -> Vec<(&'static str, String)> {
    let line = |setting: &scenario::Setting| {
        let note = if setting.note.is_empty() { String::new() } else { format!("; {}", setting.note) };
        (setting.key, format!("{} ({}{note})", setting.value, setting.trust.name()))
    };
    settings.iter().map(line).collect()
}

/// A hop that settings fit into: its caller waits longer, and its orders live as long as the queries need.
fn hop_for(settings: &[scenario::Setting]) -> String {
    let value = |key: &str| settings.iter().find(|setting| setting.key == key).map(|setting| setting.value);
    let read = value("timeout.read").and_then(|text| parse_duration(text).ok());
    let caller = read.filter(|read| *read >= USUAL_READ).map_or(String::new(), |read| {
        format!("\n  merchant-platform: {{timeout: {{read: {}}}}}", format_duration(2 * read))
    });
    let followed = value("polling.schedule").and_then(|name| schedules::ALL.iter().find(|schedule| schedule.name == name));
    let most = value("polling.max").and_then(|text| text.parse().ok()).unwrap_or(usize::MAX);
    let queries = followed.map_or(0, |schedule| schedule.gaps().iter().take(most).sum());
    let lives = if value("valid_for").is_some() { String::new() } else { room(queries) };
    format!("hops:{caller}\n  platform-bank:{lives}")
}

/// How long a caller waits, and an order lives, if nothing is said: 10s and 30m.
const USUAL_READ: Micros = 10 * SECOND;
const USUAL_LIFE: Micros = 30 * MINUTE;

/// The key that lets an order live as long as its queries take, where it would not.
fn room(queries: Micros) -> String {
    if queries <= USUAL_LIFE { String::new() } else { format!("\n    valid_for: {}d", queries.div_ceil(DAY)) }
}

fn channels() -> Vec<Entry> {
    let each = |channel: &&'static channels::Channel| {
        let mut details = settings(channel.settings);
        details.extend(channel.incomplete.map(|what| ("incomplete", what.to_owned())));
        let mut example = format!("{}\n    channel: {}", hop_for(channel.settings), channel.name);
        if channel.incomplete.is_some() {
            example.push_str("\n    notification: {schedule: assumed_exponential_3d} # or your own `gaps`");
        }
        Entry { details, example, ..entry(channel.name, channel.means) }
    };
    channels::ALL.iter().map(each).collect()
}

fn strategies() -> Vec<Entry> {
    let each = |strategy: &&'static strategies::Strategy| {
        let mut details = settings(strategy.settings);
        details.extend(settings(strategy.compensation));
        let mut its = strategy.rules;
        let off: Vec<&str> =
            Rules::ALL.iter().filter(|rule| its.switch(rule.name).is_some_and(|on| !*on)).map(|rule| rule.name).collect();
        details.push(("rules off", if off.is_empty() { "none".to_owned() } else { off.join(", ") }));
        let example = format!("{}\n    strategy: {}", hop_for(strategy.settings), strategy.name);
        Entry { details, example, ..entry(strategy.name, strategy.means) }
    };
    strategies::ALL.iter().map(each).collect()
}

fn schedules() -> Vec<Entry> {
    let each = |schedule: &schedules::Schedule| {
        let gaps: Vec<String> = schedule.gaps().iter().map(|gap| format_duration(*gap)).collect();
        let shown = if gaps.len() > 20 {
            format!("{}, ... ({} in all)", gaps[..20].join(", "), gaps.len())
        } else {
            gaps.join(", ")
        };
        // The queries of a schedule, and none after it.
        let most = match schedule.serves {
            Serves::Notification => String::new(),
            Serves::Polling => format!(", max: {}", schedule.gaps().len()),
        };
        Entry {
            details: vec![("times", shown), ("source", schedule.trust.name().to_owned())],
            example: format!(
                "hops:\n  platform-bank:{}\n    {}: {{schedule: {}{most}}}",
                room(schedule.gaps().iter().filter(|_| schedule.serves == Serves::Polling).sum()),
                schedule.serves.mechanism(),
                schedule.name
            ),
            ..entry(schedule.name, schedule.means)
        }
    };
    schedules::ALL.iter().map(each).collect()
}

fn values() -> Vec<Entry> {
    let each = |value: &values::Value| Entry {
        details: vec![("write", value.write.to_owned())],
        example: value.example.to_owned(),
        ..entry(value.name, value.means)
    };
    values::ALL.iter().map(each).collect()
}

fn profiles() -> Vec<Entry> {
    let each = |profile: &&'static profiles::Profile| {
        let lines = profile.weather.lines().filter(|line| !line.is_empty());
        let indented: Vec<String> = lines.map(|line| format!("        {line}")).collect();
        let weather = match indented.as_slice() {
            [] => String::new(),
            lines => format!("\n  # the same as\n  # - NAME:\n{}", lines.join("\n").replace("        ", "  #     ")),
        };
        Entry {
            details: vec![("source", profile.source.to_owned())],
            example: format!(
                "compare:\n  strategies: [article_hardened, article_literal]\n  profiles: [{}]{weather}",
                profile.name
            ),
            ..entry(profile.name, profile.means)
        }
    };
    profiles::ALL.iter().map(each).collect()
}

fn sites() -> Vec<Entry> {
    let each = |site: Site| {
        let address = crate::payments::address::SemanticAddress(crate::kernel::Address {
            stream: if site.shared() { crate::payments::site::SHARED } else { 0 },
            site: site.index(),
            occurrence: 0,
        });
        let strikes = |kind: &&&'static crate::faults::Kind| kind.strike(site, None).is_some();
        let faults: Vec<&str> = crate::faults::ALL.iter().filter(strikes).map(|kind| kind.name).collect();
        let mut details = vec![("address", address.to_string())];
        match faults.as_slice() {
            [] if site.happens() => details.push(("by script", "happen".to_owned())),
            [] => {}
            faults => details.push(("faults", faults.join(", "))),
        }
        Entry { details, ..entry(&site.to_string(), &site.means()) }
    };
    Site::all().map(each).collect()
}

fn formats() -> Vec<Entry> {
    trace::FORMATS.iter().map(|format| entry(format.name, format.about)).collect()
}
