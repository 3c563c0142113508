//! A comparison as it is written: the key `compare` beside the keys of a scenario. The documentation of the fields is the
//! documentation of the keys.
//!
//! Read by the comparison's loader. It must not know what is reasonable, only what can be written.

use crate::scenario::decode::At;
use crate::scenario::forms::{OneOrMany, Short, Toggle};
use crate::scenario::raw::hop::Late;
use crate::scenario::raw::{Bank, Customer, Hops, Merchant, Platform, Spread, fault::Fault};
use crate::scenario::scalar::{Amount, HopName, Instant, ProfileName, SeedRange, Sentence, Share, StrategyName, Time};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// What is compared. All other keys are those of the scenario that every strategy meets.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Compare {
    /// The seeds under which each is run, the last one not included.
    #[schemars(extend("default" = "1..4"))]
    pub seeds: Option<SeedRange>,
    /// The strategies: presets by name, or `NAME: {...}` with what is different from the scenario.
    #[schemars(extend("default" = []))]
    pub strategies: Vec<Short<StrategyName, Named<Strategy>>>,
    /// Beside them: every subset of these mechanisms, which the scenario must have.
    #[schemars(extend("default" = []), with = "OneOrMany<MechanismName>")]
    pub subsets: Vec<At<String>>,
    /// The weather: profiles by name, or `NAME: {...}` with what strikes beside the scenario's faults.
    #[schemars(extend("default" = ["calm"]))]
    pub profiles: Vec<Short<ProfileName, Named<Profile>>>,
    /// The strategy that the others are compared with.
    #[schemars(extend("default" = "the first"))]
    pub against: Option<At<String>>,
    /// An order is late that is not consistent within so long after its debit.
    #[schemars(extend("default" = "5m"))]
    pub within: Option<Time>,
    /// What an order costs that is not consistent in time.
    #[schemars(extend("default" = "none"))]
    pub penalty: Option<Toggle<Penalty>>,
    /// What messages, rows and cases cost.
    #[schemars(extend("default" = "none"))]
    pub prices: Option<Toggle<Prices>>,
    /// One or two parameters, varied.
    #[schemars(extend("default" = []))]
    pub sweeps: Vec<At<Sweep>>,
    /// The cheapest polling plan that meets a goal.
    #[schemars(extend("default" = "none"))]
    pub goal: Option<At<Toggle<Goal>>>,
    /// Where figures come from, by what they are: `bank answers: our gateway's log of October`.
    #[schemars(extend("default" = {}))]
    pub sources: Sources,
}

/// A strategy: what is different from the scenario.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "ComparedStrategy")]
pub(super) struct Strategy {
    /// What it is, in a sentence.
    #[schemars(extend("default" = "the preset's"))]
    pub about: Option<Sentence>,
    /// A strategy preset on both hops. What it sets goes before what the scenario says.
    #[schemars(extend("default" = "the scenario's"))]
    pub strategy: Option<StrategyName>,
    /// The two links.
    pub hops: Hops,
    /// What the platform does between the two.
    pub platform: Platform,
    /// What the merchant does.
    pub merchant: Merchant,
}

/// A fault profile: what strikes beside the scenario's faults.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(rename = "ComparedProfile")]
pub(super) struct Profile {
    /// What it is, in a sentence.
    pub about: Option<Sentence>,
    /// What goes wrong.
    pub faults: Vec<At<Fault>>,
    /// How the bank decides.
    pub bank: Bank,
    /// What customers do.
    pub customer: Customer,
    /// The links.
    pub hops: Links,
    /// When the storm ends.
    #[schemars(extend("default" = "the scenario's"))]
    pub storm: Option<At<Instant>>,
}

/// The two links under a profile.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(super) struct Links {
    /// Between merchant and platform.
    pub merchant_platform: Link,
    /// Between platform and bank.
    pub platform_bank: Link,
}

/// A link under a profile.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Link {
    /// How long a message travels.
    #[schemars(extend("default" = "the scenario's"))]
    pub latency: Option<At<Spread<Time>>>,
    /// How long the downstream takes to decide.
    #[schemars(extend("default" = "the scenario's"))]
    pub processing: Option<At<Spread<Time>>>,
    /// How late a message may be.
    pub late: Late,
}

/// What an order costs that is not consistent in time.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Penalty {
    /// From so long after its debit.
    #[schemars(extend("default" = "5d"))]
    pub after: Option<Time>,
    /// For each day begun.
    #[schemars(extend("default" = "100.00"))]
    pub per_day: Option<At<Amount>>,
}

macro_rules! prices {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// What messages, rows and cases cost, each.
        #[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields, default)]
        pub(super) struct Prices {
            $($(#[$doc])* #[schemars(extend("default" = 0), with = "f64")] pub $name: Option<At<String>>,)*
        }
        impl Prices {
            /// All of them, in order.
            pub fn all(&self) -> [Option<&At<String>>; [$(stringify!($name)),*].len()] {
                [$(self.$name.as_ref()),*]
            }
        }
    };
}

prices! {
    /// A query.
    query,
    /// A notification.
    notification,
    /// A close, cancel or reversal.
    close,
    /// A settlement file's record.
    file_row,
    /// A row found by a scan.
    scan_row,
    /// A refund.
    refund,
    /// A case for a person.
    manual_case,
}

/// One or two parameters, varied.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Sweep {
    /// What it asks, in a sentence.
    pub about: Option<Sentence>,
    /// One key or two, each with its values: `{hops.platform-bank.timeout.read: [2s, 5s, 10s]}`. A position in a list is a
    /// number; `profile.` in front is the profile's.
    pub vary: At<Vary>,
    /// The profile that it is run under.
    #[schemars(extend("default" = "the first"))]
    pub under: Option<At<String>>,
    /// The strategies that it is run with.
    #[schemars(extend("default" = "the one that the others are compared with"), with = "OneOrMany<String>")]
    pub with: Vec<At<String>>,
}

/// The cheapest polling plan that meets a goal.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Goal {
    /// This share of debited orders...
    #[schemars(extend("default" = 0.999))]
    pub share: Option<Share>,
    /// ...is consistent within so long.
    #[schemars(extend("default" = "5m"))]
    pub within: Option<Time>,
    /// On which hop the plans are followed; on both without it.
    #[schemars(extend("default" = "both"))]
    pub hop: Option<HopName>,
    /// The strategy whose polling is varied.
    #[schemars(extend("default" = "the one that the others are compared with"))]
    pub of: Option<At<String>>,
    /// The profiles under which the goal is to be met.
    #[schemars(extend("default" = "all in contract"), with = "OneOrMany<String>")]
    pub under: Vec<At<String>>,
    /// The plans: the time before each query; the last one repeats.
    pub plans: Vec<At<Vec<Time>>>,
    /// How many queries at most.
    #[schemars(extend("default" = [10]), with = "OneOrMany<u16>")]
    pub max: Vec<At<u16>>,
}

/// A value under a name of its own: `NAME: {...}`.
#[derive(Clone, Debug)]
pub(super) struct Named<T> {
    /// The name.
    pub name: At<String>,
    /// What has it.
    pub value: T,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Named<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct One<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for One<T> {
            type Value = Named<T>;
            fn expecting(&self, out: &mut fmt::Formatter) -> fmt::Result {
                out.write_str("a name, or `NAME: {...}`")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Named<T>, A::Error> {
                let none = || de::Error::custom("there is no name here\nwrite `NAME: {...}`");
                let (name, value) = map.next_entry()?.ok_or_else(none)?;
                Ok(Named { name, value })
            }
        }
        deserializer.deserialize_map(One(PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for Named<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        format!("Named{}", T::schema_name()).into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<T>();
        schemars::json_schema!({"type": "object", "additionalProperties": one, "minProperties": 1, "maxProperties": 1})
    }
}

/// Keys, each with its values: which ones is read from the tree.
#[derive(Clone, Debug, Default)]
pub(super) struct Vary;

/// Sources of figures, by what they are.
#[derive(Clone, Debug, Default)]
pub(super) struct Sources(pub Vec<(String, String)>);

macro_rules! maps {
    ($($name:ident of $value:ty as $make:expr, $what:literal, $schema:tt;)*) => {$(
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Entries;
                impl<'de> Visitor<'de> for Entries {
                    type Value = $name;
                    fn expecting(&self, out: &mut fmt::Formatter) -> fmt::Result {
                        out.write_str($what)
                    }
                    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<$name, A::Error> {
                        let mut all: Vec<(String, $value)> = Vec::new();
                        while let Some(entry) = map.next_entry()? {
                            all.push(entry);
                        }
                        let make: fn(Vec<(String, $value)>) -> $name = $make;
                        Ok(make(all))
                    }
                }
                deserializer.deserialize_map(Entries)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                schemars::json_schema!($schema)
            }
        }
    )*};
}

maps! {
    Vary of Vec<de::IgnoredAny> as |_| Vary, "a map of keys, each with a list of values",
        {"type": "object", "additionalProperties": {"type": "array"}, "minProperties": 1, "maxProperties": 2};
    Sources of String as Sources, "a map of texts",
        {"type": "object", "additionalProperties": {"type": "string"}};
}

/// A mechanism of which subsets are made.
#[derive(Clone, Copy, Debug, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) enum MechanismName {
    /// A read timeout; without it a caller waits for ever.
    Timeout,
    /// Pushes from the downstream.
    Notification,
    /// Queries from the upstream.
    Polling,
    /// Closes, cancels or reversals.
    Reversal,
    /// The settlement file.
    Reconciliation,
    /// The internal dropped-order tables, their scans and workers.
    Compensation,
    /// The distributed transaction within the platform.
    Transaction,
    /// The caller asks again by itself.
    Retry,
}
