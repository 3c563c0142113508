//! A hop as it is written. Every key may be left out: presets and defaults, which are layers of the same type, fill in.
//!
//! Used by the raw scenario, by channel and strategy presets. It must not know the defaults.

use super::Spread;
use crate::payments::rules::Rules;
use crate::scenario::decode::At;
use crate::scenario::forms::{Maybe, OneOrMany, Short, Toggle};
use crate::scenario::scalar::{AsksName, ChannelName, OnOff, PerSecond, SendsName, StrategyName, Time, TimeOfDay};
use schemars::JsonSchema;
use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use std::fmt;

/// A map of a hop whose keys may be given in several layers.
pub(in crate::scenario) trait Layer: Clone + Default {
    /// What `upper` gives goes before what is here.
    fn cover(&mut self, upper: &Self);
}

macro_rules! layers {
    ($($(#[$meta:meta])* struct $name:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty,)* })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields, default)]
        pub(in crate::scenario) struct $name { $($(#[$field_meta])* pub $field: Option<$type>,)* }

        impl Layer for $name {
            fn cover(&mut self, upper: &Self) {
                $(if upper.$field.is_some() { self.$field.clone_from(&upper.$field); })*
            }
        }
    )*};
}

layers! {
    /// How late a message may be.
    struct Late {
        /// No message is later than this.
        #[schemars(extend("default" = "10m"))]
        max: Time,
    }

    /// When the upstream stops waiting.
    struct Timeout {
        /// For the connection: what is given up here was surely not sent.
        #[schemars(extend("default" = "1s"))]
        connect: Time,
        /// For the answer, or `none`: a hung worker.
        #[schemars(extend("default" = "5s; merchant-platform 10s"))]
        read: At<Maybe<Time>>,
    }

    /// The downstream pushes the outcome until it is acknowledged.
    struct Notification {
        /// The time before each send: the first after the outcome, each next one after the send before it.
        #[schemars(extend("default" = "the channel's"), with = "OneOrMany<Time>")]
        gaps: At<Vec<Time>>,
        /// Instead of `gaps`: a published schedule, or an assumed one.
        #[schemars(extend("default" = "the channel's"))]
        schedule: SendsName,
        /// How the notifications of one endpoint stand in line.
        #[schemars(extend("default" = "per_event"))]
        queue: Queue,
        /// Outcomes other than success are pushed, too.
        #[schemars(extend("default" = false))]
        failures: OnOff,
        /// How old a notification may be.
        #[schemars(extend("default" = "5m"))]
        tolerance: Time,
        /// In a queue: how long the acknowledgement of the last send before it leaves the line is waited for.
        #[schemars(extend("default" = "5s"))]
        ack_timeout: Time,
        /// In a queue: after so many sends without an acknowledgement it leaves the line.
        #[schemars(extend("default" = "none"))]
        dead_letter: Maybe<u16>,
    }

    /// A job queries unknown orders.
    struct Polling {
        /// The time before each query; the last one repeats.
        #[schemars(extend("default" = ["5s", "30s", "60s", "180s"]), with = "OneOrMany<Time>")]
        plan: At<Vec<Time>>,
        /// Instead of `plan`: a published schedule.
        #[schemars(extend("default" = "none"))]
        schedule: Maybe<AsksName>,
        /// At most so many queries of an order.
        #[schemars(extend("default" = 10))]
        max: At<u16>,
        /// The job takes a limited number of orders a run (couples them).
        #[schemars(extend("default" = "none"))]
        batch: Toggle<Batch>,
        /// At most so many queries a second, over all orders (couples them).
        #[schemars(extend("default" = "none"))]
        rate_limit: Maybe<PerSecond>,
    }

    /// A job that takes a limited number of rows at a time.
    struct Batch {
        /// Time between two runs.
        #[schemars(extend("default" = "30s"))]
        every: At<Time>,
        /// Rows a run.
        #[schemars(extend("default" = 100))]
        size: At<u32>,
    }

    /// After an unknown: close, cancel or reverse.
    struct Reversal {
        /// What is asked for.
        #[schemars(extend("default" = "close"))]
        kind: ReversalKind,
        /// After so many queries without a definite answer.
        #[schemars(extend("default" = 5))]
        after: u16,
        /// Not before the attempt is this old.
        #[schemars(extend("default" = "0"))]
        min_age: Time,
        /// Sent again so long after it was left unanswered.
        #[schemars(extend("default" = "30s"))]
        retry: At<Time>,
    }

    /// The downstream's settlement file is matched record by record.
    struct Reconciliation {
        /// When the publisher's business date ends; `24:00` is midnight.
        #[schemars(extend("default" = "24:00"))]
        cut_off: TimeOfDay,
        /// When the file can be fetched on the next day.
        #[schemars(extend("default" = "10:00"))]
        file_at: TimeOfDay,
        /// In how many files an order is looked for before it is taken for absent.
        #[schemars(extend("default" = 2))]
        wait_files: At<u16>,
    }

    /// A caller that asks again by itself, within its call.
    struct Retry {
        /// At most so often.
        #[schemars(extend("default" = 3))]
        max: At<u16>,
        /// So long after it stopped waiting; then twice as long each time.
        #[schemars(extend("default" = "1s"))]
        gap: Time,
        /// At most so many a second, over all orders (couples them).
        #[schemars(extend("default" = "none"))]
        budget: Maybe<PerSecond>,
    }

    /// The downstream knows a call that is made again by its idempotency key.
    struct Keys {
        /// How long it keeps a key.
        #[schemars(extend("default" = "24h"))]
        lifetime: Time,
    }

    /// A link, what its upstream does to find out, what its downstream does to tell.
    struct Hop {
        /// A channel preset: what its documents say about notifications, queries, closing and files.
        #[schemars(extend("default" = "none"))]
        channel: At<ChannelName>,
        /// How long a message travels.
        #[schemars(extend("default" = "lognormal, median 60ms, p99 900ms; merchant-platform uniform 5ms to 50ms"))]
        latency: At<Spread<Time>>,
        /// How long the bank takes to decide: on platform-bank only, as the platform decides when the bank has.
        #[schemars(extend("default" = "lognormal, median 200ms, p99 2s; merchant-platform 0"))]
        processing: At<Spread<Time>>,
        /// How late a message may be.
        late: Late,
        /// A strategy preset, or a map of mechanisms, in which those not named are off; but what the channel notifies it
        /// notifies, unless the map says `notification: none`.
        #[schemars(extend("default" = "article_hardened"))]
        strategy: At<Short<StrategyName, Box<Mechanisms>>>,
        /// When the upstream stops waiting.
        timeout: Timeout,
        /// How long after an order's creation the downstream still takes its request.
        #[schemars(extend("default" = "30m; merchant-platform 1h"))]
        valid_for: At<Time>,
        /// Pushes from the downstream, or `none`.
        #[schemars(extend("default" = "the channel's"))]
        notification: At<Toggle<Notification>>,
        /// Queries from the upstream, or `none`.
        #[schemars(extend("default" = "the strategy's"))]
        polling: At<Toggle<Polling>>,
        /// Closes from the upstream, or `none`.
        #[schemars(extend("default" = "the strategy's"))]
        reversal: At<Toggle<Reversal>>,
        /// The settlement file, or `none`.
        #[schemars(extend("default" = "the strategy's"))]
        reconciliation: At<Toggle<Reconciliation>>,
        /// What the downstream does with a number that it has seen.
        #[schemars(extend("default" = "refuse"))]
        repeated_number: RepeatedNumber,
        /// The caller asks again by itself, or `none`.
        #[schemars(extend("default" = "none"))]
        retry: At<Toggle<Retry>>,
        /// The downstream's idempotency keys, or `none`: it knows numbers only.
        #[schemars(extend("default" = "none"))]
        keys: At<Toggle<Keys>>,
        /// Time between the upstream's reading of an order and its writing of what it was told.
        #[schemars(extend("default" = "0"))]
        update: Time,
        /// The downstream answers queries from a replica that is so far behind.
        #[schemars(extend("default" = "0"))]
        replica_lag: Time,
        /// How long after a refund without an answer it is asked for again.
        #[schemars(extend("default" = "1m"))]
        refund_retry: At<Time>,
        /// Cases that no rule can settle are put before a person.
        #[schemars(extend("default" = true))]
        manual_queue: OnOff,
        /// Safety rules, each on or off: names from `list rules`.
        rules: RuleSwitches,
    }

    /// A strategy, mechanism by mechanism; those not named are off, but for the channel's notifications.
    struct Mechanisms {
        /// When the upstream stops waiting.
        timeout: Timeout,
        /// Pushes from the downstream.
        notification: At<Toggle<Notification>>,
        /// Queries from the upstream.
        polling: At<Toggle<Polling>>,
        /// Closes from the upstream.
        reversal: At<Toggle<Reversal>>,
        /// The settlement file.
        reconciliation: At<Toggle<Reconciliation>>,
        /// The caller asks again by itself.
        retry: At<Toggle<Retry>>,
        /// How long after a refund without an answer it is asked for again.
        refund_retry: At<Time>,
        /// Cases that no rule can settle are put before a person.
        manual_queue: OnOff,
        /// Safety rules, each on or off.
        rules: RuleSwitches,
    }
}

/// How the notifications of one endpoint stand in line.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::scenario) enum Queue {
    /// Each on its own.
    PerEvent,
    /// First in, first out: one that fails holds up all behind it.
    Fifo,
}

/// What a reversal asks for.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::scenario) enum ReversalKind {
    /// Close what is not paid; what is paid stays paid.
    Close,
    /// Close what is not paid, give back what is.
    Cancel,
}

/// What the downstream does with a number that it has seen.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::scenario) enum RepeatedNumber {
    /// Refuses it.
    Refuse,
    /// Answers as it answered before.
    SameAnswer,
    /// Charges again.
    ChargeAgain,
}

/// Safety rules by name.
#[derive(Clone, Debug, Default)]
pub(in crate::scenario) struct RuleSwitches(pub Vec<(&'static str, bool)>);

impl RuleSwitches {
    /// The rules that are switched off.
    pub fn off(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().filter(|(_, on)| !on).map(|(name, _)| *name)
    }
}

/// The name of a safety rule.
struct RuleName(&'static str);

impl<'de> Deserialize<'de> for RuleName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let names: Vec<&'static str> = Rules::ALL.iter().map(|rule| rule.name).collect();
        let found = names.iter().find(|name| **name == text);
        let unknown =
            || format!("unknown rule `{text}`\n{}", crate::scenario::diagnostic::suggest(&text, "the rules are", &names));
        found.map(|name| RuleName(name)).ok_or_else(|| de::Error::custom(unknown()))
    }
}

impl<'de> Deserialize<'de> for RuleSwitches {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Switches;
        impl<'de> Visitor<'de> for Switches {
            type Value = RuleSwitches;
            fn expecting(&self, out: &mut fmt::Formatter) -> fmt::Result {
                out.write_str("a map of rules, each on or off")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<RuleSwitches, A::Error> {
                let mut switches = Vec::new();
                while let Some((RuleName(name), OnOff(on))) = map.next_entry()? {
                    switches.push((name, on));
                }
                Ok(RuleSwitches(switches))
            }
        }
        deserializer.deserialize_map(Switches)
    }
}

impl JsonSchema for RuleSwitches {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Rules".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let rule = |rule: &crate::payments::rules::RuleInfo| {
            let means = format!("{}: on: {}; off: {}.", rule.mechanism, rule.on, rule.off);
            (rule.name.to_owned(), serde_json::json!({"type": ["boolean", "string"], "description": means}))
        };
        let rules: serde_json::Map<String, serde_json::Value> = Rules::ALL.iter().map(rule).collect();
        schemars::json_schema!({"type": "object", "properties": rules, "additionalProperties": false})
    }
}
