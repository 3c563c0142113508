//! A tree of nodes -> typed values by serde, each mistake at its place, and more than one mistake at a time.
//!
//! Called by the loader. A value that is wrong is reported, taken out of the tree, and the rest is read again; so whoever
//! has made two mistakes sees both. It must not know which keys mean something.

use super::diagnostic::suggest;
use super::open::{slip, slip_among};
use super::scalar::not_whole;
use super::schema::help_for_key;
use super::tree::{Node, Problem, Value};
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use std::fmt;
use std::ops::Range;

/// Mistakes reported at most for one file.
const MOST: usize = 25;

/// Reads a `T` from the tree and adds what is wrong to `problems`. `None` if nothing can be made of it.
pub(super) fn decode<T: DeserializeOwned>(root: &mut Node, problems: &mut Vec<Problem>) -> Option<T> {
    for _ in 0..4 * MOST {
        let problem = match T::deserialize(Reader(root)) {
            Ok(value) => return Some(value),
            Err(problem) => problem,
        };
        let node = problem.node;
        // A map from which something was taken may now miss it: that is no second mistake. Nor is an alias of the first.
        let known = problems.iter().any(|known| known.span == problem.span && known.message == problem.message);
        if !known && !node.is_some_and(|id| root.is_damaged(id)) {
            problems.push(problem);
        }
        if problems.len() > MOST {
            problems.pop();
            problems.push(Problem::at(&UNPLACED, "there are more mistakes in this file", "mend these first"));
            return None;
        }
        if !node.is_some_and(|id| root.prune(id)) {
            return None;
        }
    }
    None
}

/// A value with its place.
#[derive(Clone, Debug, Default)]
pub(super) struct At<T> {
    /// The value.
    pub value: T,
    /// Where it is written, in bytes of the text.
    pub span: Range<usize>,
    /// Something in it was wrong and has been reported.
    pub damaged: bool,
}

const AT: &str = "a value with its place";

impl<'de, T: de::Deserialize<'de>> de::Deserialize<'de> for At<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Placed<T>(std::marker::PhantomData<T>);
        impl<'de, T: de::Deserialize<'de>> Visitor<'de> for Placed<T> {
            type Value = At<T>;
            fn expecting(&self, out: &mut fmt::Formatter) -> fmt::Result {
                out.write_str(AT)
            }
            fn visit_seq<A: de::SeqAccess<'de>>(self, mut parts: A) -> Result<At<T>, A::Error> {
                let missing = || de::Error::custom(AT);
                let start = parts.next_element()?.ok_or_else(missing)?;
                let end = parts.next_element()?.ok_or_else(missing)?;
                let damaged = parts.next_element()?.ok_or_else(missing)?;
                let value = parts.next_element()?.ok_or_else(missing)?;
                Ok(At { value, span: start..end, damaged })
            }
        }
        deserializer.deserialize_newtype_struct(AT, Placed(std::marker::PhantomData))
    }
}

impl<T: schemars::JsonSchema> schemars::JsonSchema for At<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }
    fn schema_id() -> std::borrow::Cow<'static, str> {
        T::schema_id()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        T::json_schema(generator)
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for Problem {}

/// In a custom message the first line is what is wrong, the second what would be right.
impl de::Error for Problem {
    fn custom<T: fmt::Display>(message: T) -> Self {
        let text = message.to_string();
        let (message, help) = text.split_once('\n').unwrap_or((&text, ""));
        Problem::at(&UNPLACED, message, help)
    }
    fn invalid_type(found: de::Unexpected, expected: &dyn de::Expected) -> Self {
        let found = match found {
            de::Unexpected::Unit => "nothing".to_owned(),
            de::Unexpected::Str(text) => format!("`{text}`"),
            de::Unexpected::Seq => "a list".to_owned(),
            de::Unexpected::Map => "a map".to_owned(),
            other => other.to_string(),
        };
        Problem::at(&UNPLACED, format!("found {found} where {expected} is expected"), "")
    }
    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Problem::at(&UNPLACED, format!("unknown key `{field}`"), help_for_key(field, expected))
    }
    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let help = slip_among(variant, expected).unwrap_or_else(|| suggest(variant, "the names here are", expected));
        Problem::at(&UNPLACED, format!("unknown name `{variant}`"), help)
    }
    fn missing_field(field: &'static str) -> Self {
        Problem::at(&UNPLACED, format!("the key `{field}` is missing"), format!("add `{field}: ...`"))
    }
    fn invalid_length(len: usize, expected: &dyn de::Expected) -> Self {
        let expected = expected.to_string().replace("a tuple of size", "a list of length");
        Problem::at(&UNPLACED, format!("the length of this list is {len}"), format!("write {expected}"))
    }
}

/// Stands for a place that is not known yet; the node being read fills it in. What keeps it is about the file as a whole.
pub(super) const UNPLACED: Range<usize> = usize::MAX..usize::MAX;

impl Problem {
    /// If it has no place yet, it is `node`.
    fn or_at(mut self, node: &Node) -> Self {
        if self.span == UNPLACED {
            self.span = node.span.clone();
            self.node = Some(node.id);
        }
        self
    }
}

/// Reads values from a node.
#[derive(Clone, Copy)]
struct Reader<'a>(&'a Node);

impl Reader<'_> {
    fn wrong(self, expected: &str) -> Problem {
        let found = match &self.0.value {
            Value::Null => "nothing".to_owned(),
            Value::Scalar(text) => format!("`{text}`"),
            Value::List(_) => "a list".to_owned(),
            Value::Map(_) => "a map".to_owned(),
        };
        Problem::at(&UNPLACED, format!("found {found} where {expected} is expected"), slip(self.0)).or_at(self.0)
    }

    fn text(&self, expected: &str) -> Result<&str, Problem> {
        match &self.0.value {
            Value::Scalar(text) => Ok(text),
            _ => Err(self.wrong(expected)),
        }
    }

    /// A scalar where a list is expected is a list of one.
    fn seq<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        let items: &[Node] = match &self.0.value {
            Value::Null => &[],
            Value::Scalar(_) => std::slice::from_ref(self.0),
            Value::List(items) => items,
            Value::Map(_) => return Err(self.wrong("a list `[...]`")),
        };
        let mut items = Items(items.iter());
        visitor.visit_seq(&mut items).and_then(|value| items.end(value)).map_err(|problem| problem.or_at(self.0))
    }

    fn map<'de, V: Visitor<'de>>(self, visitor: V, expected: &str) -> Result<V::Value, Problem> {
        let entries: &[(Node, Node)] = match &self.0.value {
            Value::Null => &[],
            Value::Map(entries) => entries,
            _ => return Err(self.wrong(expected)),
        };
        visitor.visit_map(Entries { entries: entries.iter(), value: None }).map_err(|problem| problem.or_at(self.0))
    }
}

macro_rules! numbers {
    ($($deserialize:ident $visit:ident $type:ty;)*) => {$(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
            let text = self.text("a whole number")?;
            let wrong = || not_whole(text, <$type>::MIN.into(), <$type>::MAX.into());
            let number = text.parse::<$type>().map_err(|_| <Problem as de::Error>::custom(wrong()).or_at(self.0))?;
            visitor.$visit(number).map_err(|problem: Problem| problem.or_at(self.0))
        }
    )*};
}

impl<'de> Deserializer<'de> for Reader<'_> {
    type Error = Problem;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match &self.0.value {
            Value::Null => visitor.visit_unit().map_err(|problem: Problem| problem.or_at(self.0)),
            Value::Scalar(text) => visitor.visit_str(text).map_err(|problem: Problem| problem.or_at(self.0)),
            Value::List(_) => self.seq(visitor),
            Value::Map(_) => self.map(visitor, "a map"),
        }
    }

    /// A scalar says itself what it is.
    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        let expected = (&visitor as &dyn de::Expected).to_string();
        visitor.visit_str(self.text(&expected)?).map_err(|problem: Problem| problem.or_at(self.0))
    }
    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_str(self.text("a text")?).map_err(|problem: Problem| problem.or_at(self.0))
    }
    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        self.deserialize_string(visitor)
    }
    numbers! {
        deserialize_u16 visit_u16 u16;
        deserialize_u32 visit_u32 u32;
        deserialize_u64 visit_u64 u64;
    }
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        match &self.0.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        self.seq(visitor)
    }
    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Problem> {
        self.seq(visitor)
    }
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        self.map(visitor, "a map `{key: value}`")
    }
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        self.map(visitor, &format!("a map with keys out of {}", fields.join(", ")))
    }
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Result<V::Value, Problem> {
        if name == AT {
            visitor.visit_seq(PlacedParts { node: self.0, part: 0 })
        } else {
            visitor.visit_newtype_struct(self)
        }
    }
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Problem> {
        let one = |key, value| visitor.visit_enum(Variant { key, value }).map_err(|problem| problem.or_at(self.0));
        match &self.0.value {
            Value::Scalar(_) => one(self.0, None),
            Value::Map(entries) => match entries.as_slice() {
                [(key, value)] => one(key, Some(value)),
                [(first, value), (second, _), ..] => {
                    let help = match (&first.value, &second.value) {
                        (Value::Scalar(first), Value::Scalar(second)) if matches!(value.value, Value::Null) => {
                            &format!("indent `{second}` by more than `{first}`, or write `{first}: {{{second}: ...}}`")
                        }
                        _ => "write one key; in a list each begins with its own `- `",
                    };
                    Err(Problem::at(&UNPLACED, "there are several keys here", help).or_at(second))
                }
                [] => Err(self.wrong(&format!("one of {}", variants.join(", ")))),
            },
            _ => Err(self.wrong(&format!("one of {}", variants.join(", ")))),
        }
    }
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Problem> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! { bool i8 i16 i32 i64 u8 f32 f64 char bytes byte_buf unit unit_struct tuple_struct }
}

/// The items of a list.
struct Items<'a>(std::slice::Iter<'a, Node>);

impl Items<'_> {
    /// `value`, unless items are left over.
    fn end<T>(&mut self, value: T) -> Result<T, Problem> {
        match self.0.next() {
            None => Ok(value),
            Some(node) => Err(Problem::at(&UNPLACED, "this value is one too many", "").or_at(node)),
        }
    }
}

impl<'de> de::SeqAccess<'de> for Items<'_> {
    type Error = Problem;
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Problem> {
        let Some(node) = self.0.next() else { return Ok(None) };
        if matches!(node.value, Value::Null) {
            return Err(Problem::at(&UNPLACED, "this item is empty", "write it, or leave it out").or_at(node));
        }
        seed.deserialize(Reader(node)).map(Some).map_err(|problem| problem.or_at(node))
    }
}

/// The entries of a map.
struct Entries<'a> {
    entries: std::slice::Iter<'a, (Node, Node)>,
    value: Option<&'a Node>,
}

impl<'de> de::MapAccess<'de> for Entries<'_> {
    type Error = Problem;
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Problem> {
        let Some((key, value)) = self.entries.next() else { return Ok(None) };
        self.value = Some(value);
        seed.deserialize(Reader(key)).map(Some).map_err(|problem| problem.or_at(key))
    }
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Problem> {
        let Some(node) = self.value.take() else { return Err(de::Error::custom("a value without a key")) };
        seed.deserialize(Reader(node)).map_err(|problem| problem.or_at(node))
    }
}

/// `name`, or `name: value`.
struct Variant<'a> {
    key: &'a Node,
    value: Option<&'a Node>,
}

impl<'de> EnumAccess<'de> for Variant<'_> {
    type Error = Problem;
    type Variant = Self;
    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Problem> {
        let name = seed.deserialize(Reader(self.key)).map_err(|problem| problem.or_at(self.key))?;
        Ok((name, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_> {
    type Error = Problem;
    fn unit_variant(self) -> Result<(), Problem> {
        match self.value {
            None => Ok(()),
            Some(value) => Err(Problem::at(&UNPLACED, "this name takes no value", "write the name alone").or_at(value)),
        }
    }
    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Problem> {
        let Some(node) = self.value.filter(|node| !matches!(node.value, Value::Null)) else {
            let at = self.value.unwrap_or(self.key);
            return Err(Problem::at(&UNPLACED, "this name needs a value", "write `name: value`").or_at(at));
        };
        seed.deserialize(Reader(node)).map_err(|problem| problem.or_at(node))
    }
    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Problem> {
        Reader(self.value.unwrap_or(self.key)).seq(visitor)
    }
    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Problem> {
        let expected = match fields {
            [] => (&visitor as &dyn de::Expected).to_string(),
            _ => format!("a map with keys out of {}", fields.join(", ")),
        };
        Reader(self.value.unwrap_or(self.key)).map(visitor, &expected)
    }
}

/// An [`At`] as serde sees it: start, end, damaged, value.
struct PlacedParts<'a> {
    node: &'a Node,
    part: u8,
}

impl<'de> de::SeqAccess<'de> for PlacedParts<'_> {
    type Error = Problem;
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Problem> {
        self.part += 1;
        let Range { start, end } = self.node.span;
        match self.part {
            1 => seed.deserialize(start.into_deserializer()).map(Some),
            2 => seed.deserialize(end.into_deserializer()).map(Some),
            3 => seed.deserialize(self.node.damaged.into_deserializer()).map(Some),
            4 => seed.deserialize(Reader(self.node)).map(Some),
            _ => Ok(None),
        }
    }
}
