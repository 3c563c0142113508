//! A comparison file -> what is to be run: a scenario with one more key, `compare`, in which strategies and weather are named.
//!
//! Each strategy under each profile is a *variant* of the scenario: a tree made of the file's own, loaded as every scenario
//! is, once. Called by the command line and by campaigns. It must not know how a scenario is run.

mod asks;
mod load;
mod mechanisms;
mod raw;
mod reader;
mod variant;

pub use asks::plan_in_words;
pub use load::{Asked, is_comparison, load};
pub use variant::{Of, Variant};

use super::schema::{FieldInfo, fields_of, with_key};
use super::tree::Node;
use super::{Scenario, channels};
use crate::kernel::Micros;
use crate::payments::money::{Currency, Money};
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::path::PathBuf;

/// What is to be compared, complete and checked.
#[derive(Clone, Debug)]
pub struct Compared {
    /// The file's name without its extension.
    pub name: String,
    /// What it asks, in a sentence.
    pub about: String,
    /// The seeds.
    pub seeds: Range<u64>,
    /// Orders under each seed.
    pub orders: u32,
    /// The currency of all amounts.
    pub currency: Currency,
    /// The strategies.
    pub strategies: Vec<Strategy>,
    /// The mechanisms of which subsets are compared.
    pub subsets: Vec<&'static str>,
    /// The weather.
    pub profiles: Vec<Profile>,
    /// The strategy that the others are compared with.
    pub against: usize,
    /// An order is late that is not consistent within so long after its debit.
    pub within: Micros,
    /// What an order costs that is not consistent in time.
    pub penalty: Option<Penalty>,
    /// What messages, rows and cases cost.
    pub prices: Option<Prices>,
    /// Parameters, varied.
    pub sweeps: Vec<Sweep>,
    /// The cheapest polling plan that meets a goal.
    pub goal: Option<Goal>,
    /// Where figures come from, by what they are.
    pub sources: Vec<(String, String)>,
    /// All that is run: first each strategy under each profile, by profile.
    pub variants: Vec<Variant>,
    /// The scenario of each variant.
    pub scenarios: Vec<Scenario>,
    /// Where its size is written.
    size: Range<usize>,
    /// Keys that the file does not have and a comparison sets all the same.
    by_default: Vec<&'static str>,
    path: PathBuf,
    text: String,
    base: Node,
}

/// A strategy.
#[derive(Clone, Debug)]
pub struct Strategy {
    /// Its name.
    pub name: String,
    /// What it is, in a sentence.
    pub about: String,
    /// Of subsets: the mechanisms that are on.
    pub subset: Option<Vec<&'static str>>,
    patch: variant::Patch,
}

/// A fault profile.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Its name.
    pub name: String,
    /// What it is, in a sentence.
    pub about: String,
    /// Where its figures come from.
    pub source: String,
    weather: Node,
}

/// What an order costs that is not consistent in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Penalty {
    /// From so long after its debit.
    pub after: Micros,
    /// For each day begun, in minor units.
    pub per_day: Money,
}

/// What each of these costs, in millionths of the currency's unit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prices {
    /// A query.
    pub query: u64,
    /// A notification.
    pub notification: u64,
    /// A close.
    pub close: u64,
    /// A settlement file's record.
    pub file_row: u64,
    /// A row found by a scan.
    pub scan_row: u64,
    /// A refund.
    pub refund: u64,
    /// A case for a person.
    pub manual_case: u64,
}

/// One or two parameters, varied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sweep {
    /// What it asks.
    pub about: String,
    /// The profile.
    pub profile: usize,
    /// The strategies.
    pub strategies: Vec<usize>,
    /// One axis, or two: a key, and its values as they are written.
    pub axes: Vec<(String, Vec<String>)>,
}

/// The cheapest polling plan that meets a goal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Goal {
    /// This share of debited orders, in millionths...
    pub share_millionths: u32,
    /// ...is consistent within so long.
    pub within: Micros,
    /// The strategy whose polling is varied.
    pub strategy: usize,
    /// The profiles.
    pub profiles: Vec<usize>,
    /// The plans in words.
    pub plans: Vec<String>,
}

impl Compared {
    /// Where a figure comes from that can be set by any of these keys, such as `hops.platform-bank.latency`: the comparison
    /// file, the channel of the key's hop, or the default.
    pub fn origin(&self, keys: &[String]) -> String {
        if keys.is_empty() {
            return "the definitions".to_owned();
        }
        let is_written = |key: &&String| !self.by_default.contains(&key.as_str()) && self.is_written(key);
        let of_channel = keys.iter().find_map(|key| self.channel_that_sets(key));
        match (keys.iter().find(is_written), of_channel) {
            (Some(_), _) => "the comparison file".to_owned(),
            (None, Some(channel)) => format!("channel {channel}"),
            (None, None) => "the default".to_owned(),
        }
    }

    fn is_written(&self, key: &str) -> bool {
        let below = key.strip_prefix("compare.");
        below.is_some() || key.split('.').try_fold(&self.base, |node, part| node.get(part)).is_some()
    }

    fn channel_that_sets(&self, key: &str) -> Option<&str> {
        let (hop, key) = key.strip_prefix("hops.")?.split_once('.')?;
        let name = self.base.get("hops")?.get(hop)?.get("channel")?.text()?;
        let channel = channels::ALL.iter().find(|channel| channel.name == name)?;
        channel.settings.iter().any(|setting| setting.key == key).then_some(name)
    }
}

/// The JSON Schema of a comparison file: a scenario's, and the key `compare`.
pub fn schema() -> serde_json::Value {
    with_key::<raw::Compare>("compare", "A paychaos comparison")
}

/// Every key below `compare`, in order.
pub fn fields() -> Vec<FieldInfo> {
    fields_of::<raw::Compare>("compare")
}
