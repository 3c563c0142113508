//! Results and scenarios follow the schemas that the program prints.

use crate::common::{folder, paychaos};
use crate::{LOST, RANDOM, json, kind_of};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn results_follow_their_schema() {
    let folder = folder("schema_of_results", &[("lost.yaml", LOST), ("random.yaml", RANDOM)]);
    let schema = json(&paychaos(&folder, &["schema", "--of", "result"]).out);
    let results = json(&paychaos(&folder, &["run", ".", "--format", "json"]).out);
    assert_eq!(Schema(&schema).mistakes(&schema, &results, "result"), Vec::<String>::new());
    let broken = serde_json::json!([{"scenario": 1}]);
    assert!(!Schema(&schema).mistakes(&schema, &broken, "result").is_empty(), "the schema takes anything");
}

#[test]
fn results_of_campaigns_follow_their_schemas() {
    let planted = RANDOM.to_owned() + "hops: {platform-bank: {rules: {not_found_is_unknown: off}}}\ngoals: [lost]\n";
    let folder = folder("schema_of_campaigns", &[("planted.yaml", &planted), ("lost.yaml", LOST)]);
    let cases: [(&str, &[&str]); 4] = [
        ("campaign", &["fuzz", ".", "--seeds", "0..100", "--out", "out.json"]),
        ("campaign", &["merge", "out.json"]),
        ("mutants", &["mutants", "planted.yaml", "--seeds", "0..50"]),
        ("ci", &["ci", ".", "--seeds", "0..50"]),
    ];
    for (name, args) in cases {
        let schema = json(&paychaos(&folder, &["schema", "--of", name]).out);
        let ran = paychaos(&folder, &[args, &["--format", "json"]].concat());
        let mistakes = Schema(&schema).mistakes(&schema, &json(&ran.out), name);
        assert!(mistakes.is_empty() && ran.code <= 1, "{args:?}: {}{}", mistakes.join("\n"), ran.err);
        let broken = serde_json::json!([{"scenario": 1}]);
        assert!(!Schema(&schema).mistakes(&schema, &broken, name).is_empty(), "the schema takes anything");
    }
}

#[test]
fn every_shipped_scenario_follows_the_schema_that_editors_use() {
    let folder = folder("schema_of_scenarios", &[]);
    let schema = json(&paychaos(&folder, &["schema"]).out);
    let of_comparisons = json(&paychaos(&folder, &["schema", "--of", "comparison"]).out);
    let mut files = Vec::new();
    yaml_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios"), &mut files);
    assert!(!files.is_empty());
    for file in files {
        let text = fs::read_to_string(&file).expect("a scenario");
        let value: Value = serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let schema = if value.get("compare").is_some() { &of_comparisons } else { &schema };
        let mistakes = Schema(schema).mistakes(schema, &value, "scenario");
        assert!(mistakes.is_empty(), "{}: {}", file.display(), mistakes.join("\n"));
    }
    let broken = serde_json::json!({"compare": {"strategies": 3, "sedes": 1}});
    assert!(!Schema(&of_comparisons).mistakes(&of_comparisons, &broken, "comparison").is_empty(), "it takes anything");
    // What the loader takes and what it refuses: a sentence may look like anything, and a key may be there with nothing in it.
    for (text, right) in [
        ("{about: true}", true),
        ("{about: 0.5}", true),
        ("{hops: null}", true),
        ("{hops: {platform-bank: null}, calendar: {holidays: null}}", true),
        ("{about: [x]}", false),
        ("{merchant: {returns: [null]}}", false),
        ("{expect: {violates: null}}", false),
        ("{bank: {approve: null, capacity: {queue: x}}}", false),
    ] {
        fs::write(folder.join("s.yaml"), text).expect("a file");
        let value: Value = serde_saphyr::from_str(text).expect("YAML");
        let mistakes = Schema(&schema).mistakes(&schema, &value, "scenario");
        let said = paychaos(&folder, &["check", "s.yaml"]).err;
        assert_eq!((mistakes.is_empty(), said.is_empty()), (right, right), "{text}: {mistakes:?} {said}");
    }
    let broken = serde_json::json!({"orders": {"cuont": 3}});
    assert!(!Schema(&schema).mistakes(&schema, &broken, "scenario").is_empty(), "the schema takes anything");
}

fn yaml_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            yaml_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push(path);
        }
    }
}

/// As much of JSON Schema as the two schemas use.
struct Schema<'a>(&'a Value);

impl Schema<'_> {
    /// Where `value` breaks `schema`.
    fn mistakes(&self, schema: &Value, value: &Value, at: &str) -> Vec<String> {
        let Some(schema) = schema.as_object() else {
            return if schema == &Value::Bool(false) { vec![format!("{at}: not allowed")] } else { Vec::new() };
        };
        let mut found = Vec::new();
        for (keyword, says) in schema {
            match (keyword.as_str(), says) {
                ("$ref", Value::String(name)) => {
                    let target =
                        self.0.pointer(name.trim_start_matches('#')).unwrap_or_else(|| panic!("{name} leads nowhere"));
                    found.extend(self.mistakes(target, value, at));
                }
                ("type", kinds) => {
                    let one = std::slice::from_ref(kinds);
                    let kinds = kinds.as_array().map_or(one, Vec::as_slice);
                    let is =
                        |kind: &Value| kind == kind_of(value) || (kind == "integer" && (value.is_u64() || value.is_i64()));
                    if !kinds.iter().any(is) {
                        found.push(format!("{at}: {value} is no {kinds:?}"));
                    }
                }
                ("const", says) if says != value => found.push(format!("{at}: {value} is not {says}")),
                ("enum", Value::Array(allowed)) if !allowed.contains(value) => {
                    found.push(format!("{at}: {value} is not in {says}"))
                }
                ("anyOf" | "oneOf", Value::Array(ways)) => {
                    let right = ways.iter().filter(|way| self.mistakes(way, value, at).is_empty()).count();
                    if right == 0 || (keyword == "oneOf" && right > 1) {
                        found.push(format!("{at}: {value} fits {right} of {}", ways.len()));
                    }
                }
                ("required", Value::Array(names)) => {
                    let missing =
                        |name: &&Value| value.is_object() && value.get(name.as_str().unwrap_or_default()).is_none();
                    found.extend(names.iter().filter(missing).map(|name| format!("{at}: no {name}")));
                }
                ("minimum", says) if value.as_f64() < says.as_f64() && value.is_number() => {
                    found.push(format!("{at}: below {says}"))
                }
                ("maximum", says) if value.as_f64() > says.as_f64() && value.is_number() => {
                    found.push(format!("{at}: above {says}"))
                }
                ("minProperties", says)
                    if value.as_object().is_some_and(|map| map.len() as u64 >= says.as_u64().unwrap_or(0)) => {}
                ("maxProperties", says)
                    if value.as_object().is_some_and(|map| map.len() as u64 <= says.as_u64().unwrap_or(0)) => {}
                ("minProperties" | "maxProperties", says) => {
                    if value.is_object() {
                        found.push(format!("{at}: it has not {says} keys"));
                    }
                }
                ("items", says) => {
                    let fixed = schema.get("prefixItems").and_then(Value::as_array).map_or(0, Vec::len);
                    let rest = value.as_array().into_iter().flatten().enumerate().skip(fixed);
                    found.extend(rest.flat_map(|(i, item)| self.mistakes(says, item, &format!("{at}[{i}]"))));
                }
                ("prefixItems", Value::Array(each)) => {
                    let pairs = each.iter().zip(value.as_array().into_iter().flatten());
                    found.extend(pairs.flat_map(|(says, item)| self.mistakes(says, item, at)));
                }
                ("properties", Value::Object(known)) => {
                    for (name, inner) in value.as_object().into_iter().flatten() {
                        if let Some(says) = known.get(name) {
                            found.extend(self.mistakes(says, inner, &format!("{at}.{name}")));
                        }
                    }
                }
                ("additionalProperties", says) => {
                    let known = schema.get("properties").and_then(Value::as_object);
                    let others = value
                        .as_object()
                        .into_iter()
                        .flatten()
                        .filter(|(name, _)| known.is_none_or(|known| !known.contains_key(*name)));
                    found.extend(others.flat_map(|(name, inner)| self.mistakes(says, inner, &format!("{at}.{name}"))));
                }
                ("minItems", says)
                    if value.as_array().is_some_and(|items| (items.len() as u64) < says.as_u64().unwrap_or(0)) =>
                {
                    found.push(format!("{at}: too short"));
                }
                ("maxItems", says)
                    if value.as_array().is_some_and(|items| items.len() as u64 > says.as_u64().unwrap_or(u64::MAX)) =>
                {
                    found.push(format!("{at}: too long"));
                }
                (
                    "const" | "enum" | "minimum" | "maximum" | "minItems" | "maxItems" | "$schema" | "$defs" | "title"
                    | "description" | "default" | "examples" | "format",
                    _,
                ) => {}
                (other, _) => panic!("the schema uses `{other}`, which is not checked here"),
            }
        }
        found
    }
}
