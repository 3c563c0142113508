//! What the cells say when they are compared: plain data, a part of [`Comparison`].
//!
//! Made by `compare`; read by reports. It must not know how it was computed.

use super::Comparison;
use super::cell::Estimate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

plain! {
    /// A strategy against the reference, order by order: its value less the reference's.
    pub struct Difference {
        /// The profile.
        pub profile: usize,
        /// The strategy.
        pub strategy: usize,
        /// The measure.
        pub measure: usize,
        /// The difference, with its interval.
        pub difference: Estimate,
        /// How probable a difference so large is by chance; adjusted for the number of strategies (Holm).
        pub p_value: f64,
        /// Of a share: orders that only this strategy has, and that only the reference has.
        pub only: Option<[u64; 2]>,
        /// What it says.
        pub verdict: Finding,
        /// Where no difference is shown: orders that would show one as large as was seen. `None` where none was seen.
        pub needed: Option<u64>,
    }

    /// The best strategy of a profile by one measure.
    pub struct Winner {
        /// The profile.
        pub profile: usize,
        /// The measure.
        pub measure: usize,
        /// The strategies that are best, or not shown to be worse than the best; one alone is the winner.
        pub strategies: Vec<usize>,
        /// Where there is more than one: orders that would tell the best two apart, if anything would.
        pub needed: Option<u64>,
    }

    /// What each layer buys under one profile.
    pub struct Layers {
        /// The profile.
        pub profile: usize,
        /// The mechanisms, in the order in which the waterfall adds them.
        pub mechanisms: Vec<String>,
        /// The strategies of the waterfall: nothing, the first mechanism, the first two...
        pub waterfall: Vec<usize>,
        /// What a mechanism changes, on average over all orders of adding it.
        pub marginal: Vec<Marginal>,
    }

    /// What one mechanism changes in one measure.
    pub struct Marginal {
        /// The mechanism, by its position.
        pub mechanism: usize,
        /// The measure.
        pub measure: usize,
        /// On average over all orders of adding (Shapley value), with its interval.
        pub average: Estimate,
        /// When it is added to nothing.
        pub first: f64,
        /// When it is added to all others.
        pub last: f64,
        /// The least and the most that it changes, whatever it is added to.
        pub range: [f64; 2],
    }

    /// One or two parameters, varied.
    pub struct Sweep {
        /// What it asks.
        pub about: String,
        /// The profile that it is run under.
        pub profile: usize,
        /// The strategies that it is run with.
        pub strategies: Vec<usize>,
        /// One axis, or two.
        pub axes: Vec<Axis>,
        /// For each strategy, for each value of the first axis, for each of the second: the measures' values.
        pub points: Vec<Vec<Option<Estimate>>>,
    }

    /// A parameter that is varied.
    pub struct Axis {
        /// Its key, such as `hops.platform-bank.timeout.read`.
        pub key: String,
        /// Its values as they are written.
        pub values: Vec<String>,
    }

    /// Time against cost under one profile.
    pub struct Front {
        /// The profile.
        pub profile: usize,
        /// The measure of cost (across)...
        pub cost: usize,
        /// ...and that of time (up).
        pub time: usize,
        /// Strategies that no other beats in both, cheapest first.
        pub best: Vec<usize>,
    }

    /// A value that became worse than an earlier result's, beyond its interval.
    pub struct Worsened {
        /// The profile.
        pub profile: usize,
        /// The strategy.
        pub strategy: usize,
        /// The measure.
        pub measure: usize,
        /// What it was.
        pub before: Estimate,
        /// What it is.
        pub now: Estimate,
    }

    /// Polling plans under one profile.
    pub struct Plans {
        /// The profile.
        pub profile: usize,
        /// The strategy whose polling is varied.
        pub strategy: usize,
        /// The goal: this share of debited orders...
        pub share: f64,
        /// ...is consistent within so long.
        pub within_us: u64,
        /// The plans, cheapest first.
        pub plans: Vec<Plan>,
        /// The cheapest that meets the goal, beyond doubt.
        pub cheapest: Option<usize>,
    }

    /// A polling plan.
    pub struct Plan {
        /// In words: `5s, 30s, 1m, then every 3m, at most 10`.
        pub plan: String,
        /// Queries per order.
        pub queries: Estimate,
        /// The share of debited orders consistent within the goal's time.
        pub within: Estimate,
        /// Does it meet the goal?
        pub meets: Finding,
    }
}

/// What a comparison of two values says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Finding {
    /// Better, and the interval says so; of a goal: met.
    Better,
    /// Worse, and the interval says so; of a goal: missed.
    Worse,
    /// No difference is shown; of a goal: it may be met or not.
    #[default]
    NotShown,
    /// The two are the same, order by order.
    Same,
}

impl Layers {
    /// Is a strategy one of the subsets?
    pub fn is_subset(&self, comparison: &Comparison, strategy: usize) -> bool {
        strategy + (1 << self.mechanisms.len()) >= comparison.strategies.len()
    }
}
