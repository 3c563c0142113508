//! What is shipped: profiles and comparisons.

use crate::common::{folder, paychaos};
use crate::{cell, compared, number, value};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

fn shipped() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/compare");
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files
}

#[test]
fn every_profile_is_valid_and_does_something() {
    let listed: Vec<Value> =
        serde_json::from_str(&paychaos(Path::new("."), &["list", "profiles", "--format", "json"]).out).expect("JSON");
    let names: Vec<&str> = listed.iter().filter_map(|one| one["name"].as_str()).collect();
    let text = format!("compare: {{seeds: 1..2, strategies: [article_hardened], profiles: [{}]}}\n", names.join(", "));
    let folder = folder("profiles", &[("all.yaml", &text)]);
    let result = compared(&folder, &["all.yaml", "--orders", "2000"]);
    let calm = number(&value(&result, cell(&result, "calm", "article_hardened"), "dropped")["value"]);
    for name in names {
        let cell = cell(&result, name, "article_hardened");
        let profile = result["profiles"].as_array().expect("profiles").iter().find(|one| one["name"] == name).expect("it");
        assert_eq!(profile["breach"], name == "lying_bank", "{name}");
        assert_eq!(profile["strikes"].as_array().is_none_or(Vec::is_empty), name == "calm", "{name}");
        let dropped = number(&value(&result, cell, "dropped")["value"]);
        // Where nothing was sent nothing is dropped: the customer is told so at once.
        assert!(dropped > calm || ["calm", "bank_unreachable"].contains(&name), "{name}: {dropped} {calm}");
        let open = number(&value(&result, cell, "inconsistent")["value"]);
        assert!(open == 0.0 || name == "lying_bank", "{name}: the hardened strategy leaves {open}");
    }
}

#[test]
fn every_shipped_comparison_answers_its_question() {
    assert!(shipped().len() >= 5);
    for file in shipped() {
        let file = file.to_string_lossy().into_owned();
        let text = fs::read_to_string(&file).expect("a text");
        assert!(text.starts_with("# "), "{file} has no header");
        let result = compared(Path::new("."), &[&file, "--orders", "300", "--seeds", "1..2"]);
        assert!(result["about"].as_str().is_some_and(|about| about.ends_with('?')), "{file} asks nothing");
        assert!(result["verdict"]["sentence"].as_str().is_some_and(|sentence| sentence.len() > 30), "{file}");
        for cell in result["cells"].as_array().expect("cells") {
            adds_up(&result, cell);
        }
        assert!(result["assumptions"].as_array().is_some_and(|all| all.len() > 10), "{file}");
    }
}

/// Every dropped order was recovered, stands before a person, or neither; the last two are inconsistent, and so are those
/// that were recovered and got stranded.
fn adds_up(result: &Value, cell: &Value) {
    let dropped = &cell["dropped"];
    let sum = |list: &str| -> u64 {
        dropped[list].as_array().expect("a list").iter().map(|one| one["count"].as_u64().expect("a count")).sum()
    };
    let [manual, unrecovered, stranded] =
        ["manual", "unrecovered", "stranded"].map(|name| dropped[name].as_u64().expect("a count"));
    assert_eq!(sum("causes"), sum("recovered") + manual + unrecovered, "{dropped}");
    let inconsistent = value(result, cell, "inconsistent")["count"].as_u64().expect("a count");
    let name = |list: &str, key: &str| &result[list][cell[key].as_u64().expect("a place") as usize]["name"];
    let place = [name("profiles", "profile"), name("strategies", "strategy")];
    assert!(manual + unrecovered + stranded <= inconsistent, "{place:?}: {inconsistent} are inconsistent: {dropped}");
}
