//! What else a comparison asks: parameters that are varied, and polling plans that are to meet a goal.
//!
//! Called by the comparison's reader. It must not know how a variant becomes a scenario.

use super::reader::{Reader, names};
use super::variant::{HOPS, Of, Variant};
use super::{Compared, Goal, Sweep, raw};
use crate::kernel::{MINUTE, Micros, format_duration};
use crate::scenario::decode::At;
use crate::scenario::rewrite::flow;
use crate::scenario::scalar::Time;
use crate::scenario::tree::{self, Node};
use std::ops::Range;

impl Reader<'_> {
    /// Adds a sweep and its variants.
    pub fn sweep(&mut self, compared: &mut Compared, written: &At<raw::Sweep>, node: Option<&Node>) {
        let keys = node.and_then(|node| node.get("vary")).map_or(&[][..], Node::entries);
        if keys.is_empty() || keys.len() > 2 || keys.iter().any(|(_, values)| values.items().is_empty()) {
            let help = "write `vary: {hops.platform-bank.timeout.read: [2s, 5s, 10s]}`, with one key or two";
            return self.wrong(&written.span, "this sweep varies no key, no value, or more than two keys", help);
        }
        if let Some((key, _)) = keys.iter().find(|(key, _)| key.text() == Some("seed")) {
            return self.wrong(&key.span, "the seed cannot be varied", "`seeds` of `compare` are those of every cell");
        }
        let names_of_profiles = names(&compared.profiles, |profile| &profile.name);
        let profile = written.value.under.as_ref().map_or(Some(0), |name| self.find(name, "profile", &names_of_profiles));
        let names_of_strategies = names(&compared.strategies, |strategy| &strategy.name);
        let chosen: Vec<Option<usize>> =
            written.value.with.iter().map(|name| self.find(name, "strategy", &names_of_strategies)).collect();
        let (Some(profile), false) = (profile, chosen.contains(&None)) else { return };
        let mut strategies: Vec<usize> = chosen.into_iter().flatten().collect();
        if strategies.is_empty() {
            strategies.push(compared.against);
        }
        let number = compared.sweeps.len();
        let lengths = [keys[0].1.items().len(), keys.get(1).map_or(1, |(_, values)| values.items().len())];
        for &strategy in &strategies {
            for at in (0..lengths[0]).flat_map(|i| (0..lengths[1]).map(move |j| [i, j])) {
                let setting = |(axis, (key, values)): (usize, &(Node, Node))| {
                    let path = key.text().unwrap_or_default().to_owned();
                    Some((path, key.span.clone(), values.items().get(at[axis])?.clone()))
                };
                let settings = keys.iter().enumerate().filter_map(setting).collect();
                compared.variants.push(Variant { strategy, profile, of: Of::Point { sweep: number, at }, settings });
            }
        }
        let axis = |(key, values): &(Node, Node)| {
            (key.text().unwrap_or_default().to_owned(), values.items().iter().map(text_of).collect::<Vec<_>>())
        };
        let about = written.value.about.clone().map_or_else(String::new, |about| about.0);
        compared.sweeps.push(Sweep { about, profile, strategies, axes: keys.iter().map(axis).collect() });
    }

    /// Adds the goal and the variants of its plans.
    pub fn goal(&mut self, compared: &mut Compared, raw: &raw::Goal, place: &Range<usize>) {
        let names_of_strategies = names(&compared.strategies, |strategy| &strategy.name);
        let strategy =
            raw.of.as_ref().map_or(Some(compared.against), |name| self.find(name, "strategy", &names_of_strategies));
        let names_of_profiles = names(&compared.profiles, |profile| &profile.name);
        let mut chosen: Vec<Option<usize>> =
            raw.under.iter().map(|name| self.find(name, "profile", &names_of_profiles)).collect();
        if chosen.is_empty() {
            chosen = (0..compared.profiles.len()).map(Some).collect();
        }
        let empty = raw.plans.iter().find(|plan| plan.value.is_empty()).map(|plan| &plan.span);
        if let Some(span) = empty.or_else(|| raw.plans.is_empty().then_some(place)) {
            self.wrong(span, "the goal has no polling plan here", "write `plans: [[5s, 30s, 1m], [30s]]`");
        }
        let (Some(strategy), false) = (strategy, chosen.contains(&None)) else { return };
        let profiles: Vec<usize> = chosen.into_iter().flatten().collect();
        let ten = [At { value: 10, span: place.clone(), damaged: false }];
        let at_most = if raw.max.is_empty() { &ten } else { raw.max.as_slice() };
        let all: Vec<(&At<Vec<Time>>, &At<u16>)> =
            raw.plans.iter().flat_map(|plan| at_most.iter().map(move |max| (plan, max))).collect();
        let micros = |plan: &At<Vec<Time>>| -> Vec<Micros> { plan.value.iter().map(|time| time.0).collect() };
        let hops: Vec<&str> = raw.hop.as_ref().map_or(HOPS.to_vec(), |hop| vec![hop.0.name()]);
        for &profile in &profiles {
            for (number, (plan, max)) in all.iter().enumerate() {
                let span = &plan.span;
                let times: Vec<String> = micros(plan).iter().map(|time| format!("{time}us")).collect();
                // What is made here can be read.
                let Ok(mut polling) = tree::parse(&format!("{{plan: [{}]}}", times.join(", "))) else { continue };
                polling.stand_for(span);
                *polling.open("max", &max.span) = Node::scalar(&max.value.to_string(), &max.span);
                let settings =
                    hops.iter().map(|hop| (format!("hops.{hop}.polling"), span.clone(), polling.clone())).collect();
                compared.variants.push(Variant { strategy, profile, of: Of::Plan(number), settings });
            }
        }
        compared.goal = Some(Goal {
            share_millionths: raw.share.as_ref().map_or(999_000, |share| share.0),
            within: raw.within.as_ref().map_or(5 * MINUTE, |within| within.0),
            strategy,
            profiles,
            plans: all.iter().map(|(plan, max)| plan_in_words(&micros(plan), max.value)).collect(),
        });
    }
}

/// A value as it is written.
fn text_of(node: &Node) -> String {
    node.text().map_or_else(|| flow(node), str::to_owned)
}

/// A polling plan in words: `after 5s, 30s, then every 1m, at most 10`.
pub fn plan_in_words(plan: &[Micros], max: u16) -> String {
    let times: Vec<String> = plan.iter().map(|time| format_duration(*time)).collect();
    match times.split_last() {
        Some((last, [])) => format!("every {last}, at most {max}"),
        Some((last, first)) => format!("after {}, then every {last}, at most {max}", first.join(", ")),
        None => format!("at most {max}"),
    }
}
