//! Everything that has a name: faults, mechanisms, rules, invariants, goals, channels, strategies, schedules, fault
//! profiles, sites and trace formats, read from their registries. Called by `list` and `explain`; a new registry is one line here.

use crate::invariants::When;
use crate::payments::recovery;
use crate::payments::rules::Rules;
use crate::payments::site::Site;
use crate::report::trace;
use crate::run::goals;
use crate::scenario::{self, channels, profiles, schedules, strategies};

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
    Registry { name: "profiles", one: "fault profile", entries: profiles },
    Registry { name: "sites", one: "site", entries: sites },
    Registry { name: "formats", one: "trace format", entries: formats },
];

fn entry(name: &str, about: &str) -> Entry {
    Entry { name: name.to_owned(), about: about.to_owned(), details: Vec::new(), example: String::new() }
}

fn faults() -> Vec<Entry> {
    let each = |kind: &&'static crate::faults::Kind| {
        let places: Vec<String> =
            kind.sites(crate::payments::party::Hop::PlatformBank).map(|site| place_of(&site)).collect();
        let mut details = vec![(
            "contract",
            if kind.breach { "a breach: the downstream breaks its word" } else { "in contract" }.to_owned(),
        )];
        if !places.is_empty() {
            details.push(("strikes at", format!("HOP/{{{}}}", places.join(", "))));
        }
        details.push(("keys", kind.keys().join(", ")));
        if let Some(parameter) = kind.parameter() {
            let default = crate::kernel::format_duration(parameter.default);
            details.push(("parameter", format!("{}: {} (default {default})", parameter.name, parameter.means)));
        }
        Entry { details, example: format!("faults:\n  {}", kind.example), ..entry(kind.name, kind.means) }
    };
    crate::faults::ALL.iter().map(each).collect()
}

fn place_of(site: &Site) -> String {
    let name = site.to_string();
    name.split_once('/').map_or(name.clone(), |(_, place)| place.to_owned())
}

fn mechanisms() -> Vec<Entry> {
    let each = |mechanism: &recovery::Mechanism| {
        let of_it = Rules::ALL.iter().filter(|rule| rule.mechanism.replace(' ', "_") == mechanism.name);
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
        Entry {
            details,
            example: format!("hops:\n  platform-bank:\n    rules: {{{}: off}}", rule.name),
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
    let each = |goal: &goals::Goal| Entry { example: format!("goals: [{}]", goal.name), ..entry(goal.name, goal.about) };
    goals::ALL.iter().map(each).collect()
}

fn settings(settings: &[scenario::Setting]) -> Vec<(&'static str, String)> {
    let line = |setting: &scenario::Setting| {
        let note = if setting.note.is_empty() { String::new() } else { format!("; {}", setting.note) };
        (setting.key, format!("{} ({}{note})", setting.value, setting.trust.name()))
    };
    settings.iter().map(line).collect()
}

fn channels() -> Vec<Entry> {
    let each = |channel: &&'static channels::Channel| {
        let mut details = settings(channel.settings);
        details.extend(channel.incomplete.map(|what| ("incomplete", what.to_owned())));
        let example = format!("hops:\n  platform-bank:\n    channel: {}", channel.name);
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
        let example = format!("hops:\n  platform-bank:\n    strategy: {}", strategy.name);
        Entry { details, example, ..entry(strategy.name, strategy.means) }
    };
    strategies::ALL.iter().map(each).collect()
}

fn schedules() -> Vec<Entry> {
    let each = |schedule: &schedules::Schedule| {
        let gaps: Vec<String> = schedule.gaps().iter().map(|gap| crate::kernel::format_duration(*gap)).collect();
        let shown = if gaps.len() > 20 {
            format!("{}, ... ({} in all)", gaps[..20].join(", "), gaps.len())
        } else {
            gaps.join(", ")
        };
        Entry {
            details: vec![("times", shown), ("source", schedule.trust.name().to_owned())],
            example: format!("notification: {{schedule: {}}}", schedule.name),
            ..entry(schedule.name, schedule.means)
        }
    };
    schedules::ALL.iter().map(each).collect()
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
            example: format!("compare:\n  profiles: [{}]{weather}", profile.name),
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
        entry(&site.to_string(), &format!("addresses look like `{address}`"))
    };
    Site::all().map(each).collect()
}

fn formats() -> Vec<Entry> {
    trace::FORMATS.iter().map(|format| entry(format.name, format.about)).collect()
}
