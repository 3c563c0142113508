//! What is asked, as plain data: everything about a comparison but what its scenarios come to. With the records it is all
//! that an evaluation needs, on whatever machine.
//!
//! Made from a comparison file and its scenarios; written beside the records. It must not know how anything is measured.

use super::comparison::{Assumption, Currency, Mechanism, Profile, Strategy};
use super::tally::Rules;
use super::{assumptions, describe};
use crate::campaign::shard;
use crate::faults;
use crate::kernel::format_instant;
use crate::payments::party::Hop;
use crate::payments::rules::Rules as SafetyRules;
use crate::payments::site::Site;
use crate::payments::weather::Weather;
use crate::scenario::Scenario;
use crate::scenario::comparison::{Compared, Of, Variant};
use serde::{Deserialize, Serialize};

/// What is asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// The comparison file's name, without its extension.
    pub title: String,
    /// What it asks.
    pub about: String,
    /// The file, as it was given.
    pub file: String,
    /// The command that answers it.
    pub command: String,
    /// Fingerprint of the program's version, the file and the scenarios that it makes.
    pub inputs: String,
    /// How orders are counted.
    pub rules: Rules,
    /// The currency.
    pub currency: Currency,
    /// The strategies.
    pub strategies: Vec<Strategy>,
    /// The strategy that the others are compared with.
    pub against: usize,
    /// The mechanisms of which subsets are compared.
    pub subsets: Vec<String>,
    /// The profiles.
    pub profiles: Vec<Profile>,
    /// What was assumed.
    pub assumptions: Vec<Assumption>,
    /// What is run.
    pub tasks: Vec<Task>,
    /// Parameters, varied.
    pub sweeps: Vec<Swept>,
    /// The cheapest polling plan that meets a goal.
    pub goal: Option<Goal>,
}

/// A scenario to be run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Task {
    /// Its strategy.
    pub strategy: usize,
    /// Its profile.
    pub profile: usize,
    /// Its point of a sweep, if it is one: the sweep, and the position by axis.
    pub point: Option<(usize, [usize; 2])>,
    /// Its polling plan of the goal, if it is one.
    pub plan: Option<usize>,
}

/// One or two parameters, varied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Swept {
    /// What it asks.
    pub about: String,
    /// The profile.
    pub profile: usize,
    /// The strategies.
    pub strategies: Vec<usize>,
    /// The axes.
    pub axes: Vec<(String, Vec<String>)>,
}

/// A goal for polling plans.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goal {
    /// In millionths.
    pub share_millionths: u32,
    /// Within so long.
    pub within_us: u64,
    /// The strategy.
    pub strategy: usize,
    /// The profiles.
    pub profiles: Vec<usize>,
    /// The plans in words.
    pub plans: Vec<String>,
}

impl Question {
    /// The question of a comparison file.
    pub fn new(compared: &Compared, [file, command]: [&str; 2], bytes: &[u8]) -> Self {
        let cells = compared.profiles.len() * compared.strategies.len();
        let (mut strategies, mut profiles) = (Vec::new(), Vec::new());
        let mut resolved: Vec<u8> = Vec::new();
        for (variant, scenario) in compared.variants.iter().zip(&compared.scenarios).take(cells) {
            let of_first = variant.profile == 0;
            if of_first {
                let strategy = &compared.strategies[variant.strategy];
                strategies.push(described(strategy, scenario));
                resolved.extend(format!("{:?}", scenario.model).bytes());
            }
            if variant.strategy == 0 {
                let profile = &compared.profiles[variant.profile];
                profiles.push(profile_of(profile, &scenario.weather));
                resolved.extend(format!("{:?}", scenario.weather).bytes());
            }
            if of_first && variant.strategy == compared.against {
                resolved.extend(format!("{:?}", scenario.purchases).bytes());
            }
            let why = scenario.coupling().map(str::to_owned).or_else(|| shared_chance(&scenario.weather));
            let known = &mut profiles[variant.profile].coupled;
            *known = known.take().or(why);
        }
        let assumptions = assumptions::all(compared, &profiles);
        let rules = Rules {
            seeds: compared.seeds.clone(),
            orders: compared.orders,
            within: compared.within,
            penalty: compared.penalty,
            prices: compared.prices,
        };
        let seeds = format!("{:?} {}", compared.seeds, compared.orders);
        Question {
            title: compared.name.clone(),
            about: compared.about.clone(),
            file: file.to_owned(),
            command: command.to_owned(),
            inputs: shard::inputs(&[bytes, &resolved, seeds.as_bytes()]),
            rules,
            currency: Currency { code: compared.currency.code().to_owned(), decimals: compared.currency.places() },
            strategies,
            against: compared.against,
            subsets: compared.subsets.iter().map(|name| (*name).to_owned()).collect(),
            profiles,
            assumptions,
            tasks: compared.variants.iter().map(task).collect(),
            sweeps: compared.sweeps.iter().map(swept).collect(),
            goal: compared.goal.as_ref().map(goal),
        }
    }

    /// Is this strategy one of the subsets?
    pub fn is_subset(&self, strategy: usize) -> bool {
        !self.subsets.is_empty() && strategy + (1 << self.subsets.len()) >= self.strategies.len()
    }

    /// Must the orders of this task be grouped in a row, because they are not independent?
    pub fn in_a_row(&self, task: usize) -> bool {
        self.profiles[self.tasks[task].profile].coupled.is_some()
    }
}

fn task(variant: &Variant) -> Task {
    let (point, plan) = match variant.of {
        Of::Cell => (None, None),
        Of::Point { sweep, at } => (Some((sweep, at)), None),
        Of::Plan(plan) => (None, Some(plan)),
    };
    Task { strategy: variant.strategy, profile: variant.profile, point, plan }
}

fn swept(sweep: &crate::scenario::comparison::Sweep) -> Swept {
    Swept {
        about: sweep.about.clone(),
        profile: sweep.profile,
        strategies: sweep.strategies.clone(),
        axes: sweep.axes.clone(),
    }
}

fn goal(goal: &crate::scenario::comparison::Goal) -> Goal {
    Goal {
        share_millionths: goal.share_millionths,
        within_us: goal.within,
        strategy: goal.strategy,
        profiles: goal.profiles.clone(),
        plans: goal.plans.clone(),
    }
}

fn described(strategy: &crate::scenario::comparison::Strategy, scenario: &Scenario) -> Strategy {
    let rules_off = |hop: Hop| {
        let mut rules = scenario.model.hops[hop as usize].rules;
        let off = SafetyRules::ALL.iter().filter(move |rule| rules.switch(rule.name).is_some_and(|on| !*on));
        off.map(move |rule| format!("{}.{}", hop.name(), rule.name))
    };
    let mechanisms: Vec<Mechanism> = describe::mechanisms(&scenario.model);
    Strategy {
        name: strategy.name.clone(),
        about: strategy.about.clone(),
        mechanisms,
        subset: strategy.subset.iter().flatten().map(|name| (*name).to_owned()).collect(),
        rules_off: Hop::ALL.into_iter().flat_map(rules_off).collect(),
    }
}

fn profile_of(profile: &crate::scenario::comparison::Profile, weather: &Weather) -> Profile {
    let mut strikes = Vec::new();
    let mut breach = false;
    for site in Site::all() {
        let here = weather.at(site.index());
        let mut before = 0;
        for (strike, sum) in here.strikes.iter().zip(&here.odds) {
            let odds = sum - std::mem::replace(&mut before, *sum);
            if odds > 0 {
                strikes.push(format!("{} at {site}: {}", faults::describe(strike), describe::odds(odds)));
                breach |= strike.breach;
            }
        }
    }
    for window in &weather.windows {
        let mut sites: Vec<String> = window.sites().map(|site| site.to_string()).collect();
        if sites.len() > 4 {
            sites = vec![match window.sites().next() {
                Some(Site::Hop(hop, _)) => format!("{} ({} sites)", hop.name(), sites.len()),
                _ => format!("{} sites", sites.len()),
            }];
        }
        let hits = if window.hits >= 1 << 32 { String::new() } else { format!(": {}", describe::odds(window.hits)) };
        let happens = if window.odds >= 1 << 32 {
            String::new()
        } else {
            format!(", which happens with {}", describe::odds(window.odds))
        };
        let (from, to) = (format_instant(window.from), format_instant(window.to));
        strikes.push(format!(
            "{} at {}{hits}, from {from} to {to}{happens}",
            faults::describe(&window.strikes[0].1),
            sites.join(", ")
        ));
        breach |= window.is_breach();
    }
    Profile { name: profile.name.clone(), about: profile.about.clone(), strikes, breach, coupled: None }
}

/// What is drawn once for all orders: a window that may open, a file that may be defective.
fn shared_chance(weather: &Weather) -> Option<String> {
    let certain = |odds: u64| odds == 0 || odds >= 1 << 32;
    if weather.windows.iter().any(|window| !certain(window.odds)) {
        return Some("a window that opens by chance".to_owned());
    }
    let file = |site: Site| matches!(site, Site::Hop(_, crate::payments::site::Place::File));
    let struck = |site: Site| weather.at(site.index()).odds.last().is_some_and(|odds| *odds > 0);
    Site::all().any(|site| file(site) && struck(site)).then(|| "a settlement file that is struck as a whole".to_owned())
}
