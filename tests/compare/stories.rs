//! The orders behind the numbers.

use crate::common::{folder, paychaos};
use crate::{SMALL, cell, compared};
use serde_json::Value;

#[test]
fn a_story_stands_behind_a_number() {
    let folder = folder("story", &[("small.yaml", SMALL)]);
    let result = compared(&folder, &["small.yaml", "--stories"]);
    let example = &cell(&result, "lossy_network", "silent")["examples"][0];
    let story = example["story"].as_array().expect("lines");
    assert!(
        story.len() > 10 && story.iter().all(|line| line.as_str().is_some_and(|line| line.chars().count() <= 80)),
        "{example}"
    );
    let command = example["command"].as_str().expect("a command");
    let (head, address) = command.split_once(" --story ").expect("an address");
    assert_eq!(head, "paychaos compare small.yaml");
    let told = paychaos(&folder, &["compare", "small.yaml", "--story", address.trim_matches('"')]);
    assert_eq!(told.code, 0, "{}", told.err);
    let first = |text: &str| text.lines().nth(3).unwrap_or_default().trim_end().to_owned();
    let kept: Vec<&str> = story.iter().filter_map(Value::as_str).collect();
    assert_eq!(first(&told.out), first(&kept.join("\n")));
    for (address, said) in [
        ("lossy_network / silnet / seed 1 / order 1", "the nearest is `silent`"),
        ("lossy_network / silent / seed 1 / order 401", "there is no order 401"),
        ("silent / seed 1", "PROFILE / STRATEGY"),
    ] {
        let ran = paychaos(&folder, &["compare", "small.yaml", "--story", address]);
        assert!(ran.code == 2 && ran.err.contains(said), "{address}: {}", ran.err);
    }
}
