//! The gate for CI: what became worse beyond its interval.

use crate::SMALL;
use crate::common::{folder, paychaos};
use std::fs;

#[test]
fn a_gate_says_what_became_worse() {
    let worse = SMALL.replace(
        "merchant-platform: {notification: {gaps: [0s, 15s]}, reversal: none}",
        "merchant-platform: {notification: none, reversal: none}",
    );
    let folder = folder("gate", &[("small.yaml", SMALL), ("worse.yaml", &worse)]);
    let old = paychaos(&folder, &["compare", "small.yaml", "--format", "json"]);
    fs::write(folder.join("old.json"), &old.out).expect("a file");
    let same = paychaos(&folder, &["compare", "small.yaml", "--baseline", "old.json"]);
    assert!(same.code == 0 && !same.out.contains("worse: "), "{}{}", same.out, same.err);
    fs::write(folder.join("small.yaml"), &worse).expect("a file");
    let ran = paychaos(&folder, &["compare", "small.yaml", "--baseline", "old.json"]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("worse: lossy_network / silent: money at risk was "), "{}", ran.out);
    let other = paychaos(&folder, &["compare", "worse.yaml", "--baseline", "old.json"]);
    let said = "old.json: `worse` is not in this earlier result, which holds `small`";
    assert!(other.code == 2 && other.out.is_empty() && other.err.contains(said), "{}", other.err);
    fs::write(folder.join("empty.json"), "[]").expect("a file");
    let empty = paychaos(&folder, &["compare", "small.yaml", "--baseline", "empty.json"]);
    assert!(empty.code == 2 && empty.out.is_empty() && empty.err.contains("which holds nothing"), "{}", empty.err);
    fs::write(folder.join("small.yaml"), SMALL.replace("silent: {about", "mute: {about")).expect("a file");
    let missing = paychaos(&folder, &["compare", "small.yaml", "--baseline", "old.json"]);
    let said = "lossy_network / silent was in the earlier result and is not in this one";
    assert!(missing.code == 1 && missing.err.contains(said), "{}", missing.err);
    fs::write(folder.join("broken.json"), "[{}]").expect("a file");
    let broken = paychaos(&folder, &["compare", "small.yaml", "--baseline", "broken.json"]);
    assert!(broken.code == 2 && broken.err.contains("broken.json: this is no result"), "{}", broken.err);
}
