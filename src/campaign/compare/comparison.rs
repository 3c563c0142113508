//! What a comparison comes to: plain data, all that a report needs and nothing that has to be computed again.
//!
//! Made by `compare` from the cells that were run, written as JSON, read again as a baseline, shown by `report::compare`.
//! Times are integers in microseconds (`_us`), money is in minor units, shares go from 0 to 1. Strategies, profiles and
//! measures are referred to by their position in their lists. It must not know how anything is shown.

use super::answer::{Difference, Front, Layers, Plans, Sweep, Winner, Worsened};
use super::cell::Cell;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The version of this shape.
pub const FORMAT: &str = "paychaos comparison 1";

plain! {
    /// Strategies side by side under the same weather.
    pub struct Comparison {
        /// The version of this shape.
        pub format: String,
        /// The comparison file's name, without its extension.
        pub title: String,
        /// What it asks, in a sentence.
        pub about: String,
        /// The answer.
        pub verdict: Verdict,
        /// The command that makes this result again.
        pub command: String,
        /// Fingerprint of all facts of all cells; the same command gives the same.
        pub digest: String,
        /// Fingerprint of what it was made of: the program's version and the comparison file.
        pub inputs: String,
        /// The version of the program.
        pub version: String,
        /// How much was run.
        pub sample: Sample,
        /// The currency of all amounts.
        pub currency: Currency,
        /// The strategies, in the order of the file.
        pub strategies: Vec<Strategy>,
        /// The fault profiles, in the order of the file.
        pub profiles: Vec<Profile>,
        /// What is measured of each cell.
        pub measures: Vec<MeasureInfo>,
        /// What was assumed.
        pub assumptions: Vec<Assumption>,
        /// One for each profile and strategy: all strategies of the first profile, then all of the second...
        pub cells: Vec<Cell>,
        /// Each strategy against the reference, by profile, strategy and measure.
        pub differences: Vec<Difference>,
        /// The best strategy, by profile and measure, where there is something to be best at.
        pub winners: Vec<Winner>,
        /// What each layer buys, by profile; empty unless subsets of mechanisms were compared.
        pub layers: Vec<Layers>,
        /// One or two parameters, varied.
        pub sweeps: Vec<Sweep>,
        /// Time against cost, by profile.
        pub fronts: Vec<Front>,
        /// The cheapest polling plan that meets a goal, by profile; empty unless it was asked for.
        pub plans: Vec<Plans>,
        /// What became worse than in the result that it was compared with; empty unless there was one.
        pub worse: Vec<Worsened>,
        /// The only key that varies from run to run.
        pub timing: Timing,
    }

    /// How long it took.
    pub struct Timing {
        /// Seconds on the clock on the wall.
        pub wall_s: f64,
        /// Cells run, those that were known before left out.
        pub cells: u64,
        /// Orders run a second.
        pub orders_per_s: f64,
    }

    /// The answer in words.
    pub struct Verdict {
        /// One sentence: which strategy, or, where the cheapest polling plan was asked for, which plan.
        pub sentence: String,
        /// Which strategy, where the sentence is of plans.
        pub besides: Option<String>,
        /// One for each profile.
        pub by_profile: Vec<String>,
        /// What they are made of: over all profiles in contract first, then for each profile.
        pub choices: Vec<Choice>,
    }

    /// Which strategy to choose: judged by one measure after the other, among those that are left.
    pub struct Choice {
        /// The profile; `None` over all that are in contract.
        pub profile: Option<usize>,
        /// The measures by which some were shown to be worse, in the order in which they were applied.
        pub by: Vec<usize>,
        /// The strategies that are left: none of them is shown to be worse than another.
        pub left: Vec<usize>,
        /// Of these, the one that needs the fewest messages.
        pub chosen: usize,
        /// Orders that would tell the best of them apart, if anything would.
        pub needed: Option<u64>,
    }

    /// How much was run.
    pub struct Sample {
        /// Orders under each seed.
        pub orders: u64,
        /// The first seed...
        pub from: u64,
        /// ...and the one after the last.
        pub to: u64,
        /// The confidence of every interval, such as 0.95.
        pub confidence: f64,
        /// An order is *late* that is not consistent within so long after its debit.
        pub within_us: u64,
        /// The strategy that the others are compared with.
        pub reference: usize,
        /// What was done so that intervals hold.
        pub method: Vec<String>,
    }

    /// A currency.
    pub struct Currency {
        /// Such as `CNY`.
        pub code: String,
        /// Decimals of its minor unit.
        pub decimals: u32,
    }

    /// A strategy.
    pub struct Strategy {
        /// Its name, unique in the comparison.
        pub name: String,
        /// What it is, in a sentence.
        pub about: String,
        /// What it does, on which hop, with which parameters.
        pub mechanisms: Vec<Mechanism>,
        /// Of subsets: the mechanisms that are on; else empty.
        pub subset: Vec<String>,
        /// Safety rules that are off, as `hop.rule`.
        pub rules_off: Vec<String>,
    }

    /// A mechanism that is on.
    pub struct Mechanism {
        /// `merchant-platform`, `platform-bank`, or `platform` for what stands between them.
        pub place: String,
        /// Such as `polling`.
        pub name: String,
        /// Its parameters in words, such as `after 5s, 30s, 1m, then every 3m, at most 10`.
        pub parameters: String,
    }

    /// A fault profile: the weather that all strategies meet.
    pub struct Profile {
        /// Its name, unique in the comparison.
        pub name: String,
        /// What it is, in a sentence.
        pub about: String,
        /// What strikes, an item each: `lose at platform-bank/answer: 0.02`.
        pub strikes: Vec<String>,
        /// Does the downstream break its word?
        pub breach: bool,
        /// Why its orders are not independent of each other, if they are not.
        pub coupled: Option<String>,
    }

    /// A measure.
    pub struct MeasureInfo {
        /// Its name, such as `at_risk`.
        pub name: String,
        /// Its heading, such as `money at risk`.
        pub title: String,
        /// What it counts, by which definition.
        pub definition: String,
        /// Of its values.
        pub unit: Unit,
        /// Is more of it better? Else less is.
        pub more_is_better: bool,
    }

    /// Something that was assumed.
    pub struct Assumption {
        /// What: `platform-bank: latency`, `bank: processing`.
        pub what: String,
        /// Its value in words: `median 60ms, 99 of 100 below 900ms`.
        pub value: String,
        /// Where it comes from: `the comparison file`, `the default`, `channel wechat_pay_v3: the vendor's, transcribed`.
        pub source: String,
    }
}

/// The unit of a measure's values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// From 0 to 1.
    #[default]
    Share,
    /// A number per order.
    PerOrder,
    /// A number.
    Count,
    /// Microseconds.
    Micros,
    /// Minor units of the currency per order.
    Money,
    /// Minor units of the currency times seconds, per order.
    MoneySeconds,
}
