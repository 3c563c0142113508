//! The scenario's fields as data: a JSON Schema for editors, and a flat list for `explain scenario`.
//!
//! Both are made from the documentation of the raw types. Called by the command line. It must not know values.

use super::diagnostic::suggest;
use super::raw::Raw;
use serde_json::Value;
use std::sync::LazyLock;

/// A key of a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldInfo {
    /// Its path, such as `hops.platform-bank.polling.max`; `[]` stands for an item of a list.
    pub path: String,
    /// What it means.
    pub meaning: String,
    /// What can be written.
    pub kind: String,
    /// What holds if it is not given; empty where it has to be, or where its own keys have defaults.
    pub default: String,
    /// The faults that have it, where it is a key of faults.
    pub of: Vec<String>,
}

/// The JSON Schema of a scenario, in which every value may be left open.
pub fn schema() -> Value {
    opened(closed())
}

/// A schema in which every value may be left open.
fn opened(mut schema: Value) -> Value {
    let definitions = schema.get("$defs").and_then(Value::as_object).into_iter().flatten();
    let maps = definitions.filter(|(_, made)| made.get("type").is_some_and(|kind| kind == "object"));
    let maps: Vec<String> = maps.map(|(name, _)| format!("#/$defs/{name}")).collect();
    open(&mut schema, &maps);
    if let Some(definitions) = schema.get_mut("$defs").and_then(Value::as_object_mut) {
        let items = |least: u32, most: Option<u32>| {
            let mut items = serde_json::json!({"type": "array", "minItems": least});
            if let (Some(most), Some(object)) = (most, items.as_object_mut()) {
                object.insert("maxItems".to_owned(), Value::from(most));
            }
            items
        };
        let form = |key: &str, items: Value| serde_json::json!({"type": "object", "properties": {key: items}, "required": [key], "additionalProperties": false});
        let open = serde_json::json!({
            "title": "left open",
            "description": "A campaign draws it: {between: [low, high]} or {one_of: [a, b, c]}.",
            "oneOf": [form("between", items(2, Some(2))), form("one_of", items(1, None))],
        });
        definitions.insert("Open".to_owned(), open);
    }
    schema
}

/// Lets every value of a map and every item of a list be left open.
fn open(schema: &mut Value, maps: &[String]) {
    match schema {
        Value::Array(items) => items.iter_mut().for_each(|item| open(item, maps)),
        Value::Object(object) => {
            object.values_mut().for_each(|value| open(value, maps));
            let properties = object.get_mut("properties").and_then(Value::as_object_mut);
            for property in properties.into_iter().flat_map(|all| all.values_mut()) {
                let may_be_empty = is_map_or_list(property, maps);
                or_open(property, may_be_empty);
            }
            object.get_mut("items").into_iter().for_each(|items| or_open(items, false));
            let places = object.get_mut("prefixItems").and_then(Value::as_array_mut);
            places.into_iter().flatten().for_each(|place| or_open(place, false));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Is it a map or a list, whose key may stand there with nothing in it?
fn is_map_or_list(schema: &Value, maps: &[String]) -> bool {
    let named = schema.get("$ref").and_then(Value::as_str).is_some_and(|name| maps.iter().any(|map| map == name));
    named || schema.get("type").is_some_and(|kind| kind == "array")
}

/// This, or a value left open, or nothing. What is said about it stays where editors look.
fn or_open(schema: &mut Value, may_be_empty: bool) {
    let Some(keys) = schema.as_object_mut() else { return };
    let about = ["description", "default"].map(|key| keys.remove_entry(key));
    let closed = std::mem::take(keys);
    keys.extend(about.into_iter().flatten());
    let mut forms = vec![Value::Object(closed), serde_json::json!({"$ref": "#/$defs/Open"})];
    forms.extend(may_be_empty.then(|| serde_json::json!({"type": "null"})));
    keys.insert("anyOf".to_owned(), Value::Array(forms));
}

/// The JSON Schema of a scenario that leaves nothing open.
fn closed() -> Value {
    let mut schema = closed_of::<Raw>();
    if let Some(object) = schema.as_object_mut() {
        object.insert("title".to_owned(), Value::from("A paychaos scenario"));
    }
    schema
}

/// The JSON Schema of a scenario with one more key, whose type is `T`.
pub(super) fn with_key<T: schemars::JsonSchema>(key: &str, title: &str) -> Value {
    let mut generator = schemars::generate::SchemaSettings::draft2020_12().into_generator();
    // Both by one generator: types of one name and different content get different names.
    let part = generator.subschema_for::<T>().to_value();
    let mut whole = generator.root_schema_for::<Raw>().to_value();
    if let Some(object) = whole.as_object_mut() {
        object.insert("title".to_owned(), Value::from(title));
    }
    if let Some(properties) = whole.get_mut("properties").and_then(Value::as_object_mut) {
        properties.insert(key.to_owned(), part);
    }
    opened(whole)
}

/// The JSON Schema of a type.
fn closed_of<T: schemars::JsonSchema>() -> Value {
    schemars::generate::SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<T>().to_value()
}

/// Every key below `key`, whose type is `T`, in order.
pub(super) fn fields_of<T: schemars::JsonSchema>(key: &str) -> Vec<FieldInfo> {
    let root = closed_of::<T>();
    let mut fields = Vec::new();
    Walk { root: &root, fields: &mut fields }.map(key, &root, 1);
    fields
}

/// Every key of a scenario, in order. Faults are left out: `faults::ALL` has them.
pub fn fields() -> Vec<FieldInfo> {
    let root = closed();
    let mut fields = Vec::new();
    Walk { root: &root, fields: &mut fields }.map("", &root, 0);
    fields
}

/// What to write instead of an unknown key: where it belongs, if that is at one other place or two, else the nearest.
pub(super) fn help_for_key(key: &str, expected: &[&str]) -> String {
    static FIELDS: LazyLock<Vec<FieldInfo>> = LazyLock::new(fields);
    let parts = FIELDS.iter().filter_map(|known| known.path.rsplit_once('.'));
    let places: Vec<&str> = parts.filter(|(_, last)| *last == key).map(|(place, _)| place).collect();
    match places.len() {
        1 | 2 => {
            format!("`{key}` is a key of `{}`; the keys here are: `{}`", places.join("` and of `"), expected.join("`, `"))
        }
        _ => suggest(key, "the keys here are", expected),
    }
}

/// The keys that faults have, each meaning once: `faults[].*.site` means the same for several kinds.
pub fn fault_keys() -> Vec<FieldInfo> {
    let root = closed();
    let mut keys: Vec<FieldInfo> = Vec::new();
    let faults = root.pointer("/properties/faults/items").map(|items| follow(&root, items));
    let kinds = faults.and_then(|faults| faults.get("oneOf")?.as_array()).into_iter().flatten();
    let named = kinds.filter_map(|kind| kind.get("properties")?.as_object()?.iter().next());
    for (name, own) in named {
        let mut own_keys = Vec::new();
        Walk { root: &root, fields: &mut own_keys }.map(&format!("faults[].{name}"), own, MOST_DEPTH);
        for key in own_keys {
            let last = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
            let same = |known: &&mut FieldInfo| last(&known.path) == last(&key.path) && known.meaning == key.meaning;
            match keys.iter_mut().find(same) {
                Some(known) => {
                    known.path = format!("faults[].*.{}", last(&key.path));
                    known.of.push(name.clone());
                }
                None => keys.push(FieldInfo { of: vec![name.clone()], ..key }),
            }
        }
    }
    keys
}

/// No scenario has keys below so many others.
const MOST_DEPTH: usize = 7;

/// Goes down the schema.
struct Walk<'a> {
    root: &'a Value,
    fields: &'a mut Vec<FieldInfo>,
}

impl Walk<'_> {
    /// The keys of a map; of one of several forms, too. A form explains its only key.
    fn map(&mut self, path: &str, schema: &Value, depth: usize) {
        let root = self.root;
        let schema = follow(root, schema);
        if let Some(properties) = schema.get("properties").and_then(Value::as_object) {
            for (key, property) in properties {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                self.field(path, property, schema.get("description"), depth);
            }
            return;
        }
        let forms = ["anyOf", "oneOf"].iter().filter_map(|key| schema.get(key)?.as_array()).flatten();
        for form in forms.filter(|form| follow(root, form).get("title").is_none()) {
            self.map(path, form, depth);
        }
        if let Some(items) = schema.get("items").filter(|_| depth > 0) {
            self.map(&format!("{path}[]"), items, depth);
        }
    }

    fn field(&mut self, path: String, property: &Value, form: Option<&Value>, depth: usize) {
        let text = |value: Option<&Value>| value.map_or_else(String::new, plain);
        let meanings = [property.get("description"), form];
        let meaning = meanings.into_iter().map(text).find(|text| !text.is_empty()).unwrap_or_default();
        let kind = kind(self.root, property, 0);
        let default = text(property.get("default"));
        let stops = path == "faults" || path.ends_with(".rules") || path.ends_with(".strategy") || depth >= MOST_DEPTH;
        self.fields.push(FieldInfo { path: path.clone(), meaning, kind, default, of: Vec::new() });
        if !stops {
            self.map(&path, property, depth + 1);
        }
    }
}

/// The definition that a schema refers to.
fn follow<'a>(root: &'a Value, mut schema: &'a Value) -> &'a Value {
    for _ in 0..8 {
        let reference = schema.get("$ref").and_then(Value::as_str).and_then(|reference| reference.strip_prefix('#'));
        match reference.and_then(|pointer| root.pointer(pointer)) {
            Some(target) => schema = target,
            None => break,
        }
    }
    schema
}

/// A default or description as it is written in a scenario; nothing is said of null.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(plain).collect::<Vec<_>>().join(", ")),
        Value::Object(entries) => {
            let entries = entries.iter().map(|(key, value)| format!("{key}: {}", plain(value)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    }
}

/// What can be written, in words.
fn kind(root: &Value, schema: &Value, depth: usize) -> String {
    let schema = follow(root, schema);
    if let Some(title) = schema.get("title").and_then(Value::as_str) {
        return title.to_owned();
    }
    if let Some(word) = schema.get("const") {
        return format!("`{}`", plain(word));
    }
    if let Some(words) = schema.get("enum").and_then(Value::as_array) {
        return words
            .iter()
            .filter(|word| !word.is_null())
            .map(|word| format!("`{}`", plain(word)))
            .collect::<Vec<_>>()
            .join(", ");
    }
    for key in ["anyOf", "oneOf"] {
        if let Some(forms) = schema.get(key).and_then(Value::as_array).filter(|_| depth < 4) {
            let mut kinds: Vec<String> =
                forms.iter().map(|form| kind(root, form, depth + 1)).filter(|kind| kind != "null").collect();
            kinds.dedup();
            return kinds.join(", or ");
        }
    }
    let of = |value: &Value| value.as_str().map(str::to_owned);
    let name = match schema.get("type") {
        Some(Value::Array(types)) => types.iter().filter_map(of).find(|name| name != "null").unwrap_or_default(),
        Some(other) => of(other).unwrap_or_default(),
        None => String::new(),
    };
    match name.as_str() {
        "object" => "a map".to_owned(),
        "array" => "a list".to_owned(),
        "integer" => "a whole number".to_owned(),
        "string" => "a text".to_owned(),
        "" => "anything".to_owned(),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_explained() {
        let fields = fields();
        let mut paths: Vec<&str> = fields.iter().map(|field| field.path.as_str()).collect();
        paths.dedup();
        assert_eq!(paths.len(), fields.len());
        for path in ["seed", "orders.count", "hops.platform-bank.polling.max", "hops.platform-bank.timeout.read", "deadline"]
        {
            assert!(fields.iter().any(|field| field.path == path), "{path} is missing");
        }
        for field in &fields {
            assert!(!field.meaning.is_empty(), "{} has no meaning", field.path);
            assert!(!field.kind.is_empty() && field.kind != "anything", "{} has no type", field.path);
        }
    }

    #[test]
    fn every_key_of_a_fault_is_explained() {
        let keys = fault_keys();
        for kind in crate::faults::ALL {
            for key in kind.keys() {
                let paths = [format!("faults[].*.{key}"), format!("faults[].{}.{key}", kind.name)];
                let explained = |field: &FieldInfo| paths.contains(&field.path) && !field.meaning.is_empty();
                assert!(keys.iter().any(explained), "{key} of {}", kind.name);
            }
        }
        assert_eq!(keys.iter().filter(|key| key.path.ends_with(".happens")).count(), 1);
    }

    #[test]
    fn the_schema_knows_every_fault() {
        let text = schema().to_string();
        for kind in crate::faults::ALL {
            assert!(text.contains(&format!("\"{}\"", kind.name)), "{}", kind.name);
        }
    }
}
