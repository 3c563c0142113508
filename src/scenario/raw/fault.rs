//! A fault as it is written: `- lose: {site: ..., probability: ...}`. Its keys depend on its kind, so they are read, and
//! described in the schema, from the registry of faults.
//!
//! Used by the raw scenario. It must not know what a fault does.

use crate::faults::{self, Form, Kind};
use crate::kernel::Micros;
use crate::payments::address::SemanticAddress;
use crate::payments::party::{Hop, Party};
use crate::payments::site::Site;
use crate::scenario::decode::At;
use crate::scenario::diagnostic::suggest;
use crate::scenario::forms::OneOrMany;
use crate::scenario::scalar::{AddressText, Amount, HopName, Instant, Odds, PartyName, SignedTime, SiteName, Time};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::de::{self, Deserialize, DeserializeSeed, Deserializer, EnumAccess, MapAccess, VariantAccess, Visitor};
use serde_json::{Map, json};
use std::fmt;

/// A fault, with whatever keys were given.
#[derive(Clone, Debug)]
pub(in crate::scenario) struct Fault {
    /// Its kind.
    pub kind: &'static Kind,
    /// Strikes at these sites...
    pub sites: Vec<At<Site>>,
    /// ...or at all sites of this hop at which it can.
    pub hop: Option<Hop>,
    /// The odds that it strikes what comes by.
    pub odds: Option<u64>,
    /// From this instant...
    pub from: Option<At<Micros>>,
    /// ...until this one.
    pub to: Option<At<Micros>>,
    /// The odds that the window opens.
    pub happens: Option<u64>,
    /// By script, at these addresses.
    pub at: Vec<At<SemanticAddress>>,
    /// Its duration.
    pub time: Option<At<Micros>>,
    /// An amount by script.
    pub amount: Option<At<Amount>>,
    /// Whose clock is wrong.
    pub party: Option<Party>,
    /// By how much.
    pub skew: Option<i64>,
}

impl Fault {
    fn of(kind: &'static Kind) -> Self {
        Fault {
            kind,
            sites: Vec::new(),
            hop: None,
            odds: None,
            from: None,
            to: None,
            happens: None,
            at: Vec::new(),
            time: None,
            amount: None,
            party: None,
            skew: None,
        }
    }

    fn read<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<(), A::Error> {
        fn inner<S, T>(at: At<S>, open: impl Fn(S) -> T) -> At<T> {
            At { value: open(at.value), span: at.span, damaged: at.damaged }
        }
        match key {
            "site" => {
                let sites: Vec<At<SiteName>> = map.next_value()?;
                self.sites = sites.into_iter().map(|site| inner(site, |site| site.0)).collect();
            }
            "at" => {
                let addresses: Vec<At<AddressText>> = map.next_value()?;
                self.at = addresses.into_iter().map(|address| inner(address, |address| address.0)).collect();
            }
            "hop" => self.hop = Some(map.next_value::<HopName>()?.0),
            "probability" => self.odds = Some(map.next_value::<Odds>()?.0),
            "from" => self.from = Some(inner(map.next_value::<At<Instant>>()?, |at| at.0)),
            "to" => self.to = Some(inner(map.next_value::<At<Instant>>()?, |at| at.0)),
            "happens" => self.happens = Some(map.next_value::<Odds>()?.0),
            "amount" => self.amount = Some(map.next_value()?),
            "party" => self.party = Some(map.next_value::<PartyName>()?.0),
            "by" if matches!(self.kind.form, Form::Skew) => self.skew = Some(map.next_value::<SignedTime>()?.0),
            _ => self.time = Some(inner(map.next_value::<At<Time>>()?, |time| time.0)),
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Fault {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_enum("Fault", &["`lose: {...}` and the like"], FaultVisitor)
    }
}

struct FaultVisitor;

impl<'de> Visitor<'de> for FaultVisitor {
    type Value = Fault;
    fn expecting(&self, out: &mut fmt::Formatter) -> fmt::Result {
        out.write_str("a fault such as `lose: {...}`")
    }
    fn visit_enum<A: EnumAccess<'de>>(self, data: A) -> Result<Fault, A::Error> {
        let (KindName(kind), rest) = data.variant()?;
        rest.struct_variant(&[], Keys(kind))
    }
}

/// The name of a kind.
struct KindName(&'static Kind);

impl<'de> Deserialize<'de> for KindName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let names: Vec<&str> = faults::ALL.iter().map(|kind| kind.name).collect();
        let unknown = || de::Error::custom(format!("unknown fault `{name}`\n{}", suggest(&name, "the faults are", &names)));
        faults::find(&name).map(KindName).ok_or_else(unknown)
    }
}

/// Reads the keys of a fault of this kind.
struct Keys(&'static Kind);

impl<'de> Visitor<'de> for Keys {
    type Value = Fault;
    fn expecting(&self, out: &mut fmt::Formatter) -> fmt::Result {
        write!(out, "a map `{{...}}` with keys out of {}", self.0.keys().join(", "))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fault, A::Error> {
        let mut fault = Fault::of(self.0);
        while let Some(key) = map.next_key_seed(KeyOf(self.0))? {
            fault.read(&key, &mut map)?;
        }
        Ok(fault)
    }
}

/// A key that a fault of this kind takes.
struct KeyOf(&'static Kind);

impl<'de> DeserializeSeed<'de> for KeyOf {
    type Value = String;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        let key = String::deserialize(deserializer)?;
        let keys = self.0.keys();
        if keys.contains(&key.as_str()) {
            return Ok(key);
        }
        let what = format!("the keys of `{}` are", self.0.name);
        Err(de::Error::custom(format!("unknown key `{key}`\n{}", suggest(&key, &what, &keys))))
    }
}

impl JsonSchema for Fault {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Fault".into()
    }
    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let kinds: Vec<serde_json::Value> = faults::ALL.iter().map(|kind| kind_schema(kind, generator)).collect();
        schemars::json_schema!({ "oneOf": kinds })
    }
}

fn kind_schema(kind: &Kind, generator: &mut SchemaGenerator) -> serde_json::Value {
    let mut keys = Map::new();
    for key in kind.keys() {
        let parameter = kind.parameter().filter(|parameter| parameter.name == key);
        let (schema, means) = match key {
            "site" => (generator.subschema_for::<OneOrMany<SiteName>>(), "Where: one site, or several."),
            "hop" => (generator.subschema_for::<HopName>(), "Where: every site of this hop at which it can strike."),
            "probability" => (generator.subschema_for::<Odds>(), "How likely it strikes what comes by."),
            "from" => (generator.subschema_for::<Instant>(), "The window's begin."),
            "to" => (generator.subschema_for::<Instant>(), "The window's end, not in it any more."),
            "happens" => (generator.subschema_for::<Odds>(), "How likely the window opens at all."),
            "at" => (generator.subschema_for::<OneOrMany<AddressText>>(), "By script, at these addresses."),
            "amount" => (generator.subschema_for::<Amount>(), "This amount."),
            "party" => (generator.subschema_for::<PartyName>(), "Whose clock."),
            "by" if matches!(kind.form, Form::Skew) => (generator.subschema_for::<SignedTime>(), "How far it is ahead."),
            _ => (generator.subschema_for::<Time>(), parameter.map_or("This long.", |parameter| parameter.means)),
        };
        let mut schema = schema.to_value();
        if let Some(object) = schema.as_object_mut() {
            object.insert("description".to_owned(), json!(means));
            if let Some(parameter) = parameter {
                object.insert("default".to_owned(), json!(crate::kernel::format_duration(parameter.default)));
            }
        }
        keys.insert(key.to_owned(), schema);
    }
    json!({
        "type": "object",
        "description": format!("{}{}", kind.means, if kind.breach { " A breach of contract." } else { "" }),
        "properties": { kind.name: { "type": "object", "properties": keys, "additionalProperties": false } },
        "required": [kind.name],
        "additionalProperties": false,
    })
}
