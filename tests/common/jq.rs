//! As much of jq as the README needs: `.name`, `[0]`, `[]`. As the real one, it leaves keys in the order in which they come.

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::fmt;

/// JSON whose maps keep their order.
#[derive(Clone)]
enum Json {
    Scalar(Value),
    List(Vec<Json>),
    Map(Vec<(String, Json)>),
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Json;
            fn expecting(&self, out: &mut fmt::Formatter) -> fmt::Result {
                out.write_str("JSON")
            }
            fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
                Ok(Json::Scalar(value.into()))
            }
            fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
                Ok(Json::Scalar(value.into()))
            }
            fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
                Ok(Json::Scalar(value.into()))
            }
            fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
                Ok(Json::Scalar(value.into()))
            }
            fn visit_str<E>(self, value: &str) -> Result<Json, E> {
                Ok(Json::Scalar(value.into()))
            }
            fn visit_unit<E>(self) -> Result<Json, E> {
                Ok(Json::Scalar(Value::Null))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
                let mut list = Vec::new();
                while let Some(item) = items.next_element()? {
                    list.push(item);
                }
                Ok(Json::List(list))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
                let mut map = Vec::new();
                while let Some(entry) = entries.next_entry()? {
                    map.push(entry);
                }
                Ok(Json::Map(map))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

impl Json {
    fn items(&self) -> &[Json] {
        match self {
            Json::List(items) => items,
            Json::Scalar(_) | Json::Map(_) => panic!("no array"),
        }
    }

    fn get(&self, name: &str) -> &Json {
        match self {
            Json::Map(entries) => &entries.iter().find(|(key, _)| key == name).expect(name).1,
            Json::Scalar(_) | Json::List(_) => panic!("no object"),
        }
    }

    /// It over several lines, two columns further in at each level.
    fn shown(&self, margin: &str) -> String {
        let inner = format!("{margin}  ");
        let block = |[open, close]: [char; 2], lines: Vec<String>| match lines.as_slice() {
            [] => format!("{open}{close}"),
            lines => format!("{open}\n{inner}{}\n{margin}{close}", lines.join(&format!(",\n{inner}"))),
        };
        match self {
            Json::Scalar(value) => value.to_string(),
            Json::List(items) => block(['[', ']'], items.iter().map(|item| item.shown(&inner)).collect()),
            Json::Map(entries) => {
                let line = |(key, value): &(String, Json)| format!("{}: {}", Value::from(key.as_str()), value.shown(&inner));
                block(['{', '}'], entries.iter().map(line).collect())
            }
        }
    }
}

/// What `jq PATH` prints of a text.
pub fn jq(path: &str, text: &str) -> String {
    let mut found: Vec<Json> = vec![serde_json::from_str(text).expect("JSON")];
    for step in path.replace('[', ".[").split('.').filter(|step| !step.is_empty()) {
        found = match step.strip_prefix('[').and_then(|step| step.strip_suffix(']')) {
            Some("") => found.iter().flat_map(|value| value.items().to_vec()).collect(),
            Some(index) => {
                found.iter().map(|value| value.items()[index.parse::<usize>().expect("an index")].clone()).collect()
            }
            None => found.iter().map(|value| value.get(step).clone()).collect(),
        };
    }
    found.iter().map(|value| value.shown("") + "\n").collect()
}

#[test]
fn this_selects_as_jq_does() {
    let text = r#"[{"b": {"a": 1}, "a": []}, {"b": {"a": "x"}}]"#;
    assert_eq!(jq(".[].b.a", text), "1\n\"x\"\n");
    assert_eq!(jq(".[1].b", text), "{\n  \"a\": \"x\"\n}\n");
    assert_eq!(jq(".[0]", text), "{\n  \"b\": {\n    \"a\": 1\n  },\n  \"a\": []\n}\n", "keys are not sorted");
}
