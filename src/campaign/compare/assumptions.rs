//! What a comparison assumes, in words, and where each figure comes from: read from the scenarios that are run.
//!
//! Called when a question is made. It must not know results.

use super::comparison::{Assumption, Profile};
use super::describe::odds;
use crate::kernel::{format_duration, format_instant};
use crate::payments::model::{Deadline, HopModel, Model, Tables};
use crate::payments::party::Hop;
use crate::scenario::comparison::{Compared, Prices};
use crate::scenario::{Arrivals, Purchases, Scenario};

/// Something assumed of a scenario: what, its value in words, and the keys by which it can be set.
struct Assumed {
    what: String,
    value: String,
    keys: Vec<String>,
}

/// All of it. What has the same source stands together, so that each source is named once.
pub fn all(compared: &Compared, profiles: &[Profile]) -> Vec<Assumption> {
    let mut all = of_scenarios(compared);
    all.extend(of_counting(compared));
    for (profile, Profile { name, about, strikes, .. }) in compared.profiles.iter().zip(profiles) {
        let value = match (about.is_empty(), strikes.is_empty()) {
            (false, _) => about.clone(),
            (true, false) => strikes.join("; "),
            (true, true) => "nothing strikes".to_owned(),
        };
        all.push(Assumption { what: format!("profile {name}"), value, source: profile.source.clone() });
    }
    for (what, source) in &compared.sources {
        if !all.iter().any(|known| known.source == *source) {
            let value = "as the comparison file has it".to_owned();
            all.push(Assumption { what: what.clone(), value, source: source.clone() });
        }
    }
    let sources: Vec<String> = all.iter().map(|one| one.source.clone()).collect();
    all.sort_by_key(|one| sources.iter().position(|source| *source == one.source));
    all
}

/// What the comparison file itself says of a figure's source, or else where it was set.
fn source(compared: &Compared, what: &str, keys: &[String]) -> String {
    let own = compared.sources.iter().find(|(name, _)| what.starts_with(name.as_str()));
    own.map_or_else(|| compared.origin(keys), |(_, source)| source.clone())
}

/// What the scenarios assume, whatever the strategy. Where profiles differ each value stands with its profiles.
fn of_scenarios(compared: &Compared) -> Vec<Assumption> {
    let count = compared.profiles.len();
    let first = |profile: usize| compared.scenarios.get(profile * compared.strategies.len() + compared.against);
    let by_profile: Vec<Vec<Assumed>> = (0..count).filter_map(first).map(|scenario| assumed(compared, scenario)).collect();
    let Some((one, _)) = by_profile.split_first() else { return Vec::new() };
    let of = |number: usize| {
        let Assumed { what, value, keys } = &one[number];
        let mut values: Vec<(&String, Vec<&str>)> = Vec::new();
        for (profile, assumed) in compared.profiles.iter().zip(&by_profile) {
            let value = &assumed[number].value;
            match values.iter_mut().find(|(known, _)| *known == value) {
                Some((_, names)) => names.push(&profile.name),
                None => values.push((value, vec![&profile.name])),
            }
        }
        let (value, source) = match values.as_slice() {
            [_] => (value.clone(), source(compared, what, keys)),
            several => {
                let under = |(value, names): &(&String, Vec<&str>)| format!("{value} under {}", names.join(", "));
                (several.iter().map(under).collect::<Vec<_>>().join("; "), "the profiles".to_owned())
            }
        };
        Assumption { what: what.clone(), value, source }
    };
    (0..one.len()).map(of).collect()
}

/// What one scenario assumes: the same things in the same order for every scenario of a comparison.
fn assumed(compared: &Compared, scenario: &Scenario) -> Vec<Assumed> {
    let model = &scenario.model;
    let mut all: Vec<Assumed> = Vec::new();
    let mut assume = |what: &str, value: String, keys: &[&str]| {
        let keys = keys.iter().map(|&key| key.to_owned()).collect();
        all.push(Assumed { what: what.to_owned(), value, keys });
    };
    assume("orders", orders(&scenario.purchases, compared), &["orders"]);
    for hop in Hop::ALL {
        let (of, name) = (&model.hops[hop as usize], hop.name());
        let key = |key: &str| format!("hops.{name}.{key}");
        assume(&format!("{name}: a message travels"), of.latency.describe(), &[&key("latency")]);
        assume(&format!("{name}: no message is later than"), format_duration(of.late_max), &[&key("late.max")]);
        assume(&format!("{name}: an order can be paid for"), format_duration(of.valid_for), &[&key("valid_for")]);
    }
    let decides = model.hops[Hop::PlatformBank as usize].processing.describe();
    assume("bank: decides in", decides, &["bank.processing", "hops.platform-bank.processing"]);
    assume("platform: its two tables are", tables(model), &["platform.tables"]);
    assume("customer: pays again", pays_again(model), &["customer.pays_again"]);
    assume("faults strike until", format_instant(scenario.weather.storm_end), &["storm"]);
    assume("books must agree by", deadline(model), &["deadline"]);
    assume("contract", contract(model), &[]);
    all
}

/// What is assumed of how orders are counted.
fn of_counting(compared: &Compared) -> Vec<Assumption> {
    let one = |what: &str, value: String| {
        let keys = [format!("compare.{what}")];
        Assumption { what: what.to_owned(), value, source: source(compared, what, &keys) }
    };
    let code = compared.currency.code();
    let late = format!("an order is late {} after its debit", format_duration(compared.within));
    let penalty = compared.penalty.map(|penalty| {
        let per_day = compared.currency.format(penalty.per_day);
        one(
            "penalty",
            format!("{per_day} {code} for each day begun, from {} after the debit", format_duration(penalty.after)),
        )
    });
    let prices = compared.prices.as_ref().map(|prices| one("prices", format!("{} {code}", in_words(prices))));
    [one("within", late)].into_iter().chain(penalty).chain(prices).collect()
}

/// The prices that are not 0, each: `query 0.002, file row 0.0001`.
fn in_words(prices: &Prices) -> String {
    let each = [
        ("query", prices.query),
        ("notification", prices.notification),
        ("close", prices.close),
        ("file row", prices.file_row),
        ("scan row", prices.scan_row),
        ("refund", prices.refund),
        ("case for a person", prices.manual_case),
    ];
    let words = |(what, price): &(&str, u64)| {
        let decimal = format!("{}.{:06}", price / 1_000_000, price % 1_000_000);
        format!("{what} {}", decimal.trim_end_matches('0').trim_end_matches('.'))
    };
    let words: Vec<String> = each.iter().filter(|(_, price)| *price > 0).map(words).collect();
    if words.is_empty() { "0".to_owned() } else { words.join(", ") }
}

fn pays_again(model: &Model) -> String {
    match model.customer.pays_again_odds {
        0 => "never".to_owned(),
        odds_of_it => {
            format!("with {}, after {}", odds(odds_of_it), format_duration(model.customer.pays_again_after))
        }
    }
}

fn orders(purchases: &Purchases, compared: &Compared) -> String {
    match purchases {
        Purchases::Listed(list) => format!("{} listed in a file", list.len()),
        Purchases::Drawn { count, start, arrivals, amount } => {
            let come = match arrivals {
                Arrivals::Gap(gap) => format!("from {} on, one after {}", format_instant(*start), gap.describe()),
                Arrivals::Daily { days: 1, .. } => "over a day, by hourly weights".to_owned(),
                Arrivals::Daily { days, .. } => format!("over {days} days, by hourly weights"),
            };
            let median = compared.currency.format(amount.median() as i64);
            format!("{count} under each seed, {come}; half of them below {median} {}", compared.currency.code())
        }
    }
}

fn tables(model: &Model) -> String {
    match model.platform.tables {
        Tables::SameDatabase => "in one database, one commit",
        Tables::TwoDatabases => "in two databases, two commits",
        Tables::TwoApplications => "in two applications, with a call between them",
    }
    .to_owned()
}

fn deadline(model: &Model) -> String {
    match model.deadline {
        Deadline::After(time) => format!("{} after the later of that and the order's creation", format_duration(time)),
        Deadline::BusinessDays(days) => format!("{days} business days after the later of that and the order's creation"),
    }
}

fn contract(model: &Model) -> String {
    let refuses = |hop: &HopModel| hop.rules.refuse_late_original;
    let late = if model.hops.iter().all(refuses) { ", a request after its close or expiry is refused" } else { "" };
    format!(
        "messages may be lost, late, doubled, overtaken or forged; a final answer is true{late}; profiles marked as breach say otherwise"
    )
}
