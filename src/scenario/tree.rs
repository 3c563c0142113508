//! YAML text -> a tree of nodes, each with its place in the text. Within a budget, so that no text costs much memory.
//!
//! Called by the loader; the tree is read by `decode`. It must not know which keys mean something.

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Location, Spanned};
use std::fmt;
use std::ops::Range;

/// A value in a YAML file.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// Unique in its tree.
    pub id: u32,
    /// Where it is written, in bytes of the text.
    pub span: Range<usize>,
    /// Something in it was wrong, was reported, and was taken out.
    pub damaged: bool,
    /// What it is.
    pub value: Value,
}

/// What a node is.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// Nothing, `~` or `null`.
    Null,
    /// A scalar, as it is written.
    Scalar(String),
    /// A list.
    List(Vec<Node>),
    /// A map, in the order of the text. Keys are scalars.
    Map(Vec<(Node, Node)>),
}

/// A mistake at a place of the text.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    /// The node that is wrong, if one is.
    pub node: Option<u32>,
    /// Where, in bytes of the text.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub help: Option<String>,
}

impl Problem {
    /// A mistake at `span`.
    pub fn at(span: &Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Self {
        let help = Some(help.into()).filter(|help: &String| !help.is_empty());
        Problem { node: None, span: span.clone(), message: message.into(), help }
    }
}

impl Node {
    /// Takes out the node `id`: the entry of a map, the item of a list. Says whether it was there.
    pub fn prune(&mut self, id: u32) -> bool {
        let found = match &mut self.value {
            Value::Null | Value::Scalar(_) => false,
            Value::List(items) => match items.iter().position(|item| item.id == id) {
                Some(at) => {
                    items.remove(at);
                    true
                }
                None => items.iter_mut().any(|item| item.prune(id)),
            },
            Value::Map(entries) => match entries.iter().position(|(key, value)| key.id == id || value.id == id) {
                Some(at) => {
                    entries.remove(at);
                    true
                }
                None => entries.iter_mut().any(|(_, value)| value.prune(id)),
            },
        };
        self.damaged |= found;
        found
    }

    /// Is there a damaged node with this number?
    pub fn is_damaged(&self, id: u32) -> bool {
        let here = self.id == id && self.damaged;
        here || match &self.value {
            Value::Null | Value::Scalar(_) => false,
            Value::List(items) => items.iter().any(|item| item.is_damaged(id)),
            Value::Map(entries) => entries.iter().any(|(_, value)| value.is_damaged(id)),
        }
    }
}

/// Reads one YAML document.
pub(super) fn parse(text: &str) -> Result<Node, Problem> {
    const START: &str = "`paychaos init` writes a scenario to start with";
    if text.trim().is_empty() {
        return Err(Problem::at(&(0..0), "the file is empty", START));
    }
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_events: 300_000,
            max_nodes: 100_000,
            max_depth: 32,
            max_aliases: 1_000,
            max_anchors: 1_000,
            max_recorded_anchor_events: 100_000,
            max_recorded_anchor_bytes: 4_000_000,
            max_documents: 1,
            max_total_scalar_bytes: 4_000_000,
        },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: 20_000, max_replay_stack_depth: 16 },
        non_finite_float_policy: serde_saphyr::NonFiniteFloatPolicy::AsString,
        with_snippet: false,
    };
    let raw: Spanned<Raw> = serde_saphyr::from_str_with_options(text, options).map_err(|error| explain(text, &error))?;
    let mut next = 0;
    let root = raw.value.into_node(text, raw.defined, &mut next);
    if matches!(root.value, Value::Null) {
        return Err(Problem::at(&(0..0), "the file says nothing", START));
    }
    Ok(root)
}

/// A parser's error in our words.
fn explain(text: &str, error: &serde_saphyr::Error) -> Problem {
    use serde_saphyr::Error;
    use serde_saphyr::budget::BudgetBreach;
    let mut inner = error.without_snippet();
    while let Error::AliasError { error, .. } = inner {
        inner = error.without_snippet();
    }
    let span = error.location().or(inner.location()).map_or(0..0, |location| bytes(text, location));
    let bounds = "a scenario has at most 100,000 values, 32 levels and 1,000 aliases that repeat 20,000 values in all";
    match inner {
        Error::DuplicateMappingKey { key, .. } => {
            let key = key.as_deref().unwrap_or("?");
            Problem::at(&span, format!("the key `{key}` is given twice"), "keep one of the two")
        }
        Error::MultipleDocuments { .. } | Error::Budget { breach: BudgetBreach::Documents { .. }, .. } => {
            Problem::at(&span, "a second document begins", "one file holds one scenario: put each into its own file")
        }
        Error::Budget { breach: BudgetBreach::Depth { .. }, .. } => Problem::at(&span, "this is nested too deeply", bounds),
        Error::Budget { .. } => Problem::at(&span, "the file is too large", bounds),
        Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. }
        | Error::AliasReplayCounterOverflow { .. } => Problem::at(&span, "the aliases repeat too much", bounds),
        Error::RecursiveReferencesRequireWeakTypes { .. } => {
            Problem::at(&span, "this alias stands inside its own anchor", "write the value out")
        }
        other => {
            let said = other.to_string();
            let said = said.split(" at line ").next().unwrap_or("").trim();
            if said.contains("recursion limit") {
                return Problem::at(&span, "this is nested too deeply", bounds);
            }
            if said.contains("deserialize null into string") {
                return Problem::at(&span, "this key is empty", "write a name before the colon");
            }
            if said.contains("expected string scalar") {
                return Problem::at(&span, "this key is a list or a map", "write a name before the colon");
            }
            let help = if said.contains("tab") { "YAML indents with spaces: replace the tab" } else { "" };
            Problem::at(&span, format!("this is not YAML: {said}"), help)
        }
    }
}

/// The bytes of a location; where the parser gives none, they are found by line and column.
fn bytes(text: &str, location: Location) -> Range<usize> {
    let span = location.span();
    if let (Some(start), Some(length)) = (span.byte_offset(), span.byte_len()) {
        let start = usize::try_from(start).unwrap_or(usize::MAX).min(text.len());
        return start..start.saturating_add(usize::try_from(length).unwrap_or(0)).min(text.len());
    }
    let (line, column) = (location.line() as usize, location.column() as usize);
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let inside: usize = text[start..].chars().take(column.saturating_sub(1)).map(char::len_utf8).sum();
    start + inside..start + inside
}

/// What the parser hands over: scalars that look like numbers or switches are read from the text again, exactly.
enum Raw {
    Null,
    Text(String),
    Written,
    List(Vec<Spanned<Raw>>),
    Map(Vec<(Spanned<String>, Spanned<Raw>)>),
}

impl Raw {
    fn into_node(self, text: &str, at: Location, next: &mut u32) -> Node {
        let (id, span) = (*next, bytes(text, at));
        *next += 1;
        let value = match self {
            Raw::Null => Value::Null,
            // A number too large to be one is shown as it is written.
            Raw::Text(said) if said.ends_with(".inf") => {
                let written = text.get(span.clone()).filter(|written| written.contains(|c: char| c.is_ascii_digit()));
                Value::Scalar(written.map_or(said, str::to_owned))
            }
            Raw::Text(text) => Value::Scalar(text),
            Raw::Written => Value::Scalar(text.get(span.clone()).unwrap_or("").to_owned()),
            Raw::List(items) => {
                Value::List(items.into_iter().map(|item| item.value.into_node(text, item.defined, next)).collect())
            }
            Raw::Map(entries) => {
                let read = |(key, value): (Spanned<String>, Spanned<Raw>)| {
                    let key = Raw::Text(key.value).into_node(text, key.defined, next);
                    (key, value.value.into_node(text, value.defined, next))
                };
                Value::Map(entries.into_iter().map(read).collect())
            }
        };
        Node { id, span, damaged: false, value }
    }
}

impl<'de> Deserialize<'de> for Raw {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Raw;

    fn expecting(&self, out: &mut fmt::Formatter) -> fmt::Result {
        out.write_str("a value")
    }
    fn visit_unit<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }
    fn visit_none<E>(self) -> Result<Raw, E> {
        Ok(Raw::Null)
    }
    fn visit_bool<E>(self, _: bool) -> Result<Raw, E> {
        Ok(Raw::Written)
    }
    fn visit_i64<E>(self, _: i64) -> Result<Raw, E> {
        Ok(Raw::Written)
    }
    fn visit_u64<E>(self, _: u64) -> Result<Raw, E> {
        Ok(Raw::Written)
    }
    fn visit_i128<E>(self, _: i128) -> Result<Raw, E> {
        Ok(Raw::Written)
    }
    fn visit_u128<E>(self, _: u128) -> Result<Raw, E> {
        Ok(Raw::Written)
    }
    fn visit_f64<E>(self, _: f64) -> Result<Raw, E> {
        Ok(Raw::Written)
    }
    fn visit_str<E>(self, text: &str) -> Result<Raw, E> {
        Ok(Raw::Text(text.to_owned()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Raw, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Raw::List(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Raw, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Raw::Map(map))
    }
}
