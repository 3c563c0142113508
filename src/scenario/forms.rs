//! Values that can be written in two forms: `none` or a map, a scalar or a map, one or several.
//!
//! Used by the raw types, in place of serde's untagged enums, which would lose the places of mistakes. It must not know
//! in which keys they stand.

use super::diagnostic::nearest;
use super::scalar::{Scalar, ScalarVisitor};
use serde::de::{self, Deserialize, DeserializeOwned, Deserializer, MapAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// `none`, or what it is.
#[derive(Clone, Debug, schemars::JsonSchema)]
#[serde(untagged)]
pub(super) enum Toggle<T> {
    /// `none`
    Off(NoneWord),
    /// What it is.
    On(T),
}

impl<T> Toggle<T> {
    /// What it is, unless it is `none`.
    pub fn on(&self) -> Option<&T> {
        match self {
            Toggle::Off(NoneWord::None) => None,
            Toggle::On(on) => Some(on),
        }
    }
}

/// The word `none`.
#[derive(Clone, Copy, Debug, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(super) enum NoneWord {
    /// Nothing of the kind.
    None,
}

/// A short form, or a long one.
#[derive(Clone, Debug, schemars::JsonSchema)]
#[serde(untagged)]
pub(super) enum Short<S, L> {
    /// A scalar.
    Short(S),
    /// A map or list.
    Long(L),
}

/// `none`, or a scalar.
#[derive(Clone, Debug)]
pub(super) struct Maybe<T>(pub Option<T>);

/// One, or a list: how a list looks in the schema. (A scalar is read as a list of one everywhere.)
#[derive(schemars::JsonSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) enum OneOrMany<T> {
    /// One.
    One(T),
    /// Several.
    Many(Vec<T>),
}

/// The type of [`Toggle`]'s scalar form.
struct Nothing;

impl Scalar for Nothing {
    const WHAT: &'static str = "`none`, or a map";
    fn read(text: &str) -> Result<Self, String> {
        let wrong = || or_none(text, &format!("found `{text}` where `none` or a map is expected\nwrite a map `{{...}}`"));
        if text == "none" { Ok(Nothing) } else { Err(wrong()) }
    }
}

impl<T: Scalar> Scalar for Maybe<T> {
    const WHAT: &'static str = T::WHAT;
    fn read(text: &str) -> Result<Self, String> {
        if text == "none" {
            return Ok(Maybe(None));
        }
        T::read(text).map(|given| Maybe(Some(given))).map_err(|wrong| or_none(text, &wrong))
    }
}

impl<'de, T: Scalar> Deserialize<'de> for Maybe<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(ScalarVisitor(PhantomData))
    }
}

impl<T: schemars::JsonSchema> schemars::JsonSchema for Maybe<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        Short::<NoneWord, T>::schema_name()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Short::<NoneWord, T>::json_schema(generator)
    }
}

/// What is wrong with `text`, where `none` would be right as well: the second line says what would.
fn or_none(text: &str, wrong: &str) -> String {
    let (what, help) = wrong.split_once('\n').unwrap_or((wrong, ""));
    match nearest(text, ["none"]) {
        Some(none) if help.is_empty() => format!("{what}\ndid you mean `{none}`?"),
        Some(none) => format!("{what}\ndid you mean `{none}`? else {help}"),
        None if help.is_empty() => format!("{what}\n`none` is allowed, too"),
        None => format!("{what}\n{help}, or `none`"),
    }
}

/// Reads a scalar as `S`, anything else as `L`.
struct ShortVisitor<S, L>(PhantomData<(S, L)>);

impl<'de, S: Scalar, L: DeserializeOwned> Visitor<'de> for ShortVisitor<S, L> {
    type Value = Short<S, L>;
    fn expecting(&self, out: &mut fmt::Formatter) -> fmt::Result {
        out.write_str(S::WHAT)
    }
    fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
        S::read(text).map(Short::Short).map_err(E::custom)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let long = L::deserialize(de::value::MapAccessDeserializer::new(&mut map))?;
        map.next_key::<NoMore>()?;
        Ok(Short::Long(long))
    }
}

/// A key where none may follow.
struct NoMore;

impl<'de> Deserialize<'de> for NoMore {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let key = String::deserialize(deserializer)?;
        Err(de::Error::custom(format!("the key `{key}` is one too many\nwrite one of these keys only")))
    }
}

impl<'de, S: Scalar, L: DeserializeOwned> Deserialize<'de> for Short<S, L> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ShortVisitor(PhantomData))
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Toggle<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match deserializer.deserialize_any(ShortVisitor::<Nothing, T>(PhantomData))? {
            Short::Short(Nothing) => Toggle::Off(NoneWord::None),
            Short::Long(on) => Toggle::On(on),
        })
    }
}
