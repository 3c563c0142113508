//! A scenario's text with other orders and faults: the configuration as it was written, everything random taken out,
//! everything that happens by script. How a failing case becomes a file.
//!
//! Called by campaigns. It must not know where the faults come from.

use super::load::text_of;
use super::open::Settle;
use super::tree::{self, Node, Value};
use std::fmt::Write;
use std::path::Path;

/// What the file says instead of what it said.
#[derive(Clone, Debug, Default)]
pub struct Parts {
    /// Comments at the head, a line each.
    pub comments: Vec<String>,
    /// What it shows.
    pub about: String,
    /// The value of `orders`.
    pub orders: String,
    /// Items of `faults`.
    pub faults: Vec<String>,
    /// The value of `expect`, where it is not the usual one.
    pub expect: Option<&'static str>,
    /// The draw by which values left open are settled.
    pub draw: Option<u64>,
}

/// Keys whose values are kept, in the order in which they are written. The others are given anew, or left out: without
/// `seed` nothing is random.
const KEPT: [&str; 8] = ["customer", "hops", "platform", "bank", "merchant", "calendar", "storm", "deadline"];

/// Rewrites the scenario in `bytes`, which is known to be valid. `None` if it is not YAML after all.
pub fn rewrite(path: &Path, bytes: &[u8], parts: &Parts) -> Option<String> {
    let text = text_of(&path.display().to_string(), bytes).ok()?;
    let mut root = tree::parse(text).ok()?;
    Settle::new(parts.draw).all(&mut root, &mut Vec::new());
    let Value::Map(entries) = root.value else { return None };
    let mut out = String::new();
    for comment in &parts.comments {
        let _ = writeln!(out, "{}", format!("# {comment}").trim_end());
    }
    let _ = writeln!(out, "about: {}", scalar(&parts.about));
    let _ = writeln!(out, "orders: {}", parts.orders);
    for kept in KEPT {
        if let Some((_, value)) = entries.iter().find(|(key, _)| is(key, kept)) {
            let mut value = value.clone();
            still(&mut value, kept);
            top(&mut out, kept, &value);
        }
    }
    if !parts.faults.is_empty() {
        out.push_str("faults:\n");
    }
    for fault in &parts.faults {
        let _ = writeln!(out, "  - {fault}");
    }
    if let Some(expect) = parts.expect {
        let _ = writeln!(out, "expect: {expect}");
    }
    Some(out)
}

fn is(node: &Node, name: &str) -> bool {
    matches!(&node.value, Value::Scalar(text) if text == name)
}

/// Takes out what is random: the bank approves, nobody pays again or gives back, unless the script says so.
fn still(value: &mut Node, key: &str) {
    let Value::Map(entries) = &mut value.value else { return };
    match key {
        "bank" => entries.retain(|(key, _)| !is(key, "approve")),
        "customer" => {
            for (_, again) in entries.iter_mut().filter(|(key, _)| is(key, "pays_again")) {
                if let Value::Map(entries) = &mut again.value {
                    entries.retain(|(key, _)| !is(key, "probability"));
                }
            }
        }
        "merchant" => {
            for (_, returns) in entries.iter_mut().filter(|(key, _)| is(key, "returns")) {
                match &mut returns.value {
                    Value::List(returns) => returns.iter_mut().for_each(never),
                    Value::Null | Value::Scalar(_) | Value::Map(_) => never(returns),
                }
            }
        }
        _ => {}
    }
}

/// Makes a return happen by script only.
fn never(back: &mut Node) {
    let node = |text: &str, like: &Node| Node { value: Value::Scalar(text.to_owned()), ..like.clone() };
    let (key, zero) = (node("probability", back), node("0", back));
    if let Value::Map(entries) = &mut back.value {
        entries.retain(|(key, _)| !is(key, "probability"));
        entries.push((key, zero));
    }
}

/// A key of the file with its value: maps of maps over several lines, all else on one.
fn top(out: &mut String, key: &str, value: &Node) {
    let lines = |value: &Node| matches!(&value.value, Value::Map(entries) if entries.iter().any(|(_, value)| !matches!(value.value, Value::Scalar(_))));
    match &value.value {
        Value::Map(entries) if lines(value) => {
            let _ = writeln!(out, "{key}:");
            for (key, value) in entries {
                match &value.value {
                    Value::Map(inner) if lines(value) => {
                        let _ = writeln!(out, "  {}:", flow(key));
                        for (key, value) in inner {
                            let _ = writeln!(out, "    {}: {}", flow(key), flow(value));
                        }
                    }
                    _ => {
                        let _ = writeln!(out, "  {}: {}", flow(key), flow(value));
                    }
                }
            }
        }
        _ => {
            let _ = writeln!(out, "{key}: {}", flow(value));
        }
    }
}

/// A value on one line.
pub(super) fn flow(node: &Node) -> String {
    match &node.value {
        Value::Null => "~".to_owned(),
        Value::Scalar(text) => scalar(text),
        Value::List(items) => format!("[{}]", items.iter().map(flow).collect::<Vec<_>>().join(", ")),
        Value::Map(entries) => {
            let each = |(key, value): &(Node, Node)| format!("{}: {}", flow(key), flow(value));
            format!("{{{}}}", entries.iter().map(each).collect::<Vec<_>>().join(", "))
        }
    }
}

/// A scalar, quoted where it might be taken for something else.
pub(super) fn scalar(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_./+%".contains(c);
    let first = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    if first && text.chars().all(|c| plain(c) || c == '-') {
        return text.to_owned();
    }
    serde_json::Value::from(text).to_string()
}
