//! The tree of a comparison -> strategies, profiles and what they cost.
//!
//! Called by the comparison's loader. It must not know how a variant becomes a scenario.

use super::load::Asked;
use super::mechanisms;
use super::variant::{Of, Patch, Variant};
use super::{Compared, Penalty, Prices, Profile, Strategy, raw};
use crate::kernel::{DAY, MINUTE};
use crate::payments::money::Currency;
use crate::scenario::decode::{At, decode};
use crate::scenario::diagnostic::suggest;
use crate::scenario::forms::Short;
use crate::scenario::load::Findings;
use crate::scenario::open::Settle;
use crate::scenario::profiles;
use crate::scenario::raw::Raw;
use crate::scenario::scalar::scaled;
use crate::scenario::tree::{self, Node};
use std::ops::Range;
use std::path::Path;

/// Scenarios that one comparison may have.
const MOST: usize = 5000;

/// The orders of a comparison that says nothing of them: a shop's day.
const A_DAY: &str =
    "{count: 10000, arrivals: {daily: {weights: retail}}, amount: {lognormal: {median: 38.00, p99: 900.00}}}";

/// Reads the tree of a comparison.
pub(super) struct Reader<'a> {
    pub path: &'a Path,
    pub text: &'a str,
    pub asked: &'a Asked,
    pub findings: &'a mut Findings,
}

impl Reader<'_> {
    pub fn wrong(&mut self, span: &Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.findings.wrong(span, message, help);
    }

    /// The comparison; `None` if something is wrong, and that was said.
    pub fn read(&mut self, mut base: Node) -> Option<Compared> {
        Settle::new(None).all(&mut base, &mut self.findings.problems);
        let Some(mut written) = base.take("compare") else {
            let help = "add `compare:`, or play it with `paychaos run`";
            self.wrong(&base.span.clone(), "this is a scenario: it has no key `compare`", help);
            return None;
        };
        let tree = written.clone();
        // What every strategy covers would be read by none of them.
        decode::<Raw>(&mut base.clone(), &mut self.findings.problems);
        let raw: raw::Compare = decode(&mut written, &mut self.findings.problems)?;
        if !self.findings.problems.is_empty() {
            return None;
        }
        let mut by_default = self.complete(&mut base, &tree.span);
        by_default.extend(raw.within.is_none().then_some("compare.within"));
        let currency = base.get("orders").and_then(|orders| orders.get("currency")?.text());
        let currency = currency.and_then(|code| Currency::parse(code).ok()).unwrap_or(Currency::CNY);
        let about = base.take("about").and_then(|about| about.text().map(str::to_owned)).unwrap_or_default();
        let subsets = self.subsets(&raw);
        let strategies = self.strategies(&raw, &tree, &subsets);
        let profiles = self.profiles(&raw, &tree);
        let against = match &raw.against {
            None => {
                strategies.iter().position(|strategy| strategy.subset.as_ref().is_none_or(|on| on.len() == subsets.len()))
            }
            Some(name) => self.find(name, "strategy", &names(&strategies, |strategy| &strategy.name)),
        };
        let against = against?;
        let mut compared = Compared {
            name: self.path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned()),
            about,
            seeds: self.asked.seeds.clone().or(raw.seeds.as_ref().map(|seeds| seeds.0.clone())).unwrap_or(1..4),
            orders: 0,
            currency,
            strategies,
            subsets,
            profiles,
            against,
            within: raw.within.as_ref().map_or(5 * MINUTE, |within| within.0),
            penalty: self.penalty(&raw, currency),
            prices: self.prices(&raw),
            sweeps: Vec::new(),
            goal: None,
            sources: raw.sources.0.clone(),
            variants: Vec::new(),
            scenarios: Vec::new(),
            size: tree.get("seeds").map_or(tree.span.clone(), |seeds| seeds.span.clone()),
            by_default,
            path: self.path.to_owned(),
            text: self.text.to_owned(),
            base,
        };
        for profile in 0..compared.profiles.len() {
            let cells = (0..compared.strategies.len()).map(|strategy| Variant {
                strategy,
                profile,
                of: Of::Cell,
                settings: Vec::new(),
            });
            compared.variants.extend(cells);
        }
        for (i, sweep) in raw.sweeps.iter().enumerate() {
            let node = tree.get("sweeps").and_then(|sweeps| sweeps.items().get(i));
            self.sweep(&mut compared, sweep, node);
        }
        if let Some((goal, span)) = raw.goal.as_ref().and_then(|goal| Some((goal.value.on()?, &goal.span))) {
            self.goal(&mut compared, goal, span);
        }
        if compared.variants.len() > MOST {
            let message = format!("these are {} scenarios; a comparison has at most {MOST}", compared.variants.len());
            self.wrong(&tree.span, message, "compare fewer strategies, profiles or values");
        }
        Some(compared)
    }

    /// What a comparison has by default and a scenario has not: a day of orders, and a storm that outlasts it. Says which of
    /// them were set.
    fn complete(&mut self, base: &mut Node, span: &Range<usize>) -> Vec<&'static str> {
        let keys = ["orders", "storm"].into_iter().filter(|key| base.get(key).is_none());
        let by_default = keys.collect();
        // The text is our own, which a test reads.
        if let Ok(mut day) = tree::parse(A_DAY) {
            day.stand_for(span);
            match base.get("orders") {
                None => *base.open("orders", span) = day,
                Some(orders) if orders.get("count").is_none() && orders.get("from").is_none() => {
                    day.cover(&orders.clone());
                    *base.open("orders", span) = day;
                }
                Some(_) => {}
            }
        }
        if base.get("storm").is_none() {
            *base.open("storm", span) = Node::scalar("2d", span);
        }
        if let Some(orders) = self.asked.orders {
            let here = base.open("orders", span);
            if here.get("from").is_some() {
                self.wrong(
                    &here.span.clone(),
                    "the orders are listed in a file: their number cannot be changed",
                    "leave out `--orders`",
                );
            } else {
                *here.open("count", span) = Node::scalar(&orders.to_string(), span);
            }
        }
        by_default
    }

    /// The position of a name among `names`.
    pub fn find(&mut self, name: &At<String>, what: &str, names: &[&str]) -> Option<usize> {
        let found = names.iter().position(|known| *known == name.value);
        if found.is_none() {
            let help = suggest(&name.value, "there are", names);
            self.wrong(&name.span, format!("there is no {what} `{}` in this comparison", name.value), help);
        }
        found
    }

    fn subsets(&mut self, raw: &raw::Compare) -> Vec<&'static str> {
        let names: Vec<&str> = mechanisms::ALL.iter().map(|mechanism| mechanism.name).collect();
        let mut subsets = Vec::new();
        for name in &raw.subsets {
            match mechanisms::ALL.iter().find(|mechanism| mechanism.name == name.value) {
                Some(mechanism) if !subsets.contains(&mechanism.name) => subsets.push(mechanism.name),
                Some(_) => self.wrong(&name.span, format!("`{}` is given twice", name.value), "name each mechanism once"),
                None => {
                    let help = suggest(&name.value, "the mechanisms are", &names);
                    self.wrong(&name.span, format!("unknown mechanism `{}`", name.value), help);
                }
            }
        }
        subsets
    }

    fn strategies(&mut self, raw: &raw::Compare, tree: &Node, subsets: &[&'static str]) -> Vec<Strategy> {
        let nodes = tree.get("strategies").map_or(&[][..], Node::items);
        let mut all: Vec<Strategy> = Vec::new();
        for (written, node) in raw.strategies.iter().zip(nodes) {
            let strategy = match written {
                Short::Short(preset) => Strategy {
                    name: preset.0.name.to_owned(),
                    about: preset.0.means.to_owned(),
                    subset: None,
                    patch: Patch {
                        preset: Some((preset.0, node.span.clone())),
                        span: node.span.clone(),
                        ..Patch::default()
                    },
                },
                Short::Long(named) => strategy(named, node),
            };
            if all.iter().any(|known| known.name == strategy.name) {
                self.wrong(
                    &node.span,
                    format!("two strategies are called `{}`", strategy.name),
                    "give each a name of its own",
                );
            }
            all.push(strategy);
        }
        let span = tree.get("subsets").map_or(tree.span.clone(), |node| node.span.clone());
        for chosen in 0..1usize << subsets.len() {
            if subsets.is_empty() {
                break;
            }
            let (on, off): (Vec<&str>, Vec<&str>) = subsets
                .iter()
                .enumerate()
                .map(|(i, name)| (chosen >> i & 1 == 1, *name))
                .fold((Vec::new(), Vec::new()), |(mut on, mut off), (is_on, name)| {
                    if is_on {
                        on.push(name)
                    } else {
                        off.push(name)
                    }
                    (on, off)
                });
            let about =
                if on.is_empty() { "None of the mechanisms.".to_owned() } else { format!("With {}.", on.join(", ")) };
            let name = mechanisms::name(&on, subsets);
            let patch = Patch { without: off, span: span.clone(), ..Patch::default() };
            all.push(Strategy { name, about, subset: Some(on), patch });
        }
        if all.is_empty() {
            let help = "write `strategies: [article_hardened, article_literal]`, or `subsets: [timeout, polling]`";
            self.wrong(&tree.span, "there is nothing to compare", help);
        }
        all
    }

    fn profiles(&mut self, raw: &raw::Compare, tree: &Node) -> Vec<Profile> {
        let preset = |preset: &profiles::Profile, span: &Range<usize>| Profile {
            name: preset.name.to_owned(),
            about: preset.means.to_owned(),
            source: preset.source.to_owned(),
            weather: weather(preset, span),
        };
        let mut all: Vec<Profile> = Vec::new();
        let nodes = tree.get("profiles").map_or(&[][..], Node::items);
        for (written, node) in raw.profiles.iter().zip(nodes) {
            let profile = match written {
                Short::Short(named) => preset(named.0, &node.span),
                Short::Long(named) => Profile {
                    name: named.name.value.clone(),
                    about: named.value.about.clone().map_or_else(String::new, |about| about.0),
                    source: "the comparison file".to_owned(),
                    weather: node.entries().first().map_or(Node::map(&node.span), |(_, weather)| weather.clone()),
                },
            };
            if all.iter().any(|known| known.name == profile.name) {
                self.wrong(&node.span, format!("two profiles are called `{}`", profile.name), "give each a name of its own");
            }
            all.push(profile);
        }
        if all.is_empty() {
            all.extend(profiles::ALL.first().map(|calm| preset(calm, &tree.span)));
        }
        all
    }

    fn penalty(&mut self, raw: &raw::Compare, currency: Currency) -> Option<Penalty> {
        let written = raw.penalty.as_ref()?.on()?;
        let text = written.per_day.as_ref().map_or("100", |amount| amount.value.0.as_str());
        let per_day = currency.parse_amount(text).unwrap_or_else(|error| {
            let span = written.per_day.as_ref().map_or(0..0, |amount| amount.span.clone());
            self.wrong(&span, error, "");
            0
        });
        Some(Penalty { after: written.after.as_ref().map_or(5 * DAY, |after| after.0), per_day })
    }

    fn prices(&mut self, raw: &raw::Compare) -> Option<Prices> {
        let written = raw.prices.as_ref()?.on()?;
        let [query, notification, close, file_row, scan_row, refund, manual_case] = written.all().map(|price| {
            let Some(price) = price else { return 0 };
            scaled(&price.value, 6).filter(|price| *price <= 1_000_000_000_000).unwrap_or_else(|| {
                let help = "write a number such as 0.002, with at most 6 decimals";
                self.findings.wrong(&price.span, format!("`{}` is not a price", price.value), help);
                0
            })
        });
        Some(Prices { query, notification, close, file_row, scan_row, refund, manual_case })
    }
}

/// The names of some things.
pub(super) fn names<'a, T>(of: &'a [T], name: impl Fn(&'a T) -> &'a String) -> Vec<&'a str> {
    of.iter().map(|one| name(one).as_str()).collect()
}

/// A strategy that is written out.
fn strategy(named: &raw::Named<raw::Strategy>, node: &Node) -> Strategy {
    let mut cover = node.entries().first().map_or(Node::map(&node.span), |(_, value)| value.clone());
    let span = cover.get("strategy").map_or(node.span.clone(), |strategy| strategy.span.clone());
    cover.take("about");
    cover.take("strategy");
    let preset = named.value.strategy.as_ref().map(|preset| (preset.0, span));
    let about =
        named.value.about.clone().map(|about| about.0).or(preset.as_ref().map(|(preset, _)| preset.means.to_owned()));
    Strategy {
        name: named.name.value.clone(),
        about: about.unwrap_or_default(),
        subset: None,
        patch: Patch { preset, cover: Some(cover), span: node.span.clone(), ..Patch::default() },
    }
}

/// A preset's weather, as if it were written where its name is.
fn weather(preset: &profiles::Profile, span: &Range<usize>) -> Node {
    match tree::parse(preset.weather) {
        Ok(mut weather) => {
            weather.stand_for(span);
            weather
        }
        // Nothing strikes: an empty text is no tree.
        Err(_) => Node::map(span),
    }
}
