//! `paychaos explain`: what a name means, with the smallest example; what a key of a scenario takes; `explain scenario` and
//! `explain comparison` are every field.

use crate::cli::catalog::{self, Entry, Registry};
use crate::cli::{Exit, OutputFormat, terminal};
use crate::scenario::{self, FieldInfo, comparison};
use serde_json::json;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// A name from `list`, a key of a scenario, `scenario` for all of them, or `comparison` for those that a comparison has more
    #[arg(value_name = "NAME")]
    name: String,
}

pub(crate) fn explain(args: &Args, format: OutputFormat) -> Exit {
    let whole = match args.name.as_str() {
        "scenario" => Some((
            "The fields of a scenario. Faults: `paychaos list faults`; how values are written: `paychaos list values`.",
            scenario::fields(),
        )),
        "comparison" => Some((
            "A comparison is a scenario with one more key, `compare`. Its fields; profiles: `paychaos list profiles`.",
            comparison::fields(),
        )),
        _ => None,
    };
    if let Some((head, all)) = whole {
        terminal::print(&if format == OutputFormat::Json { fields_as_json(&all) } else { fields(head, &all) });
        return Exit::Held;
    }
    let all: Vec<(&Registry, Entry)> = catalog::ALL
        .iter()
        .flat_map(|registry| (registry.entries)().into_iter().map(move |entry| (registry, entry)))
        .collect();
    let found: Vec<&(&Registry, Entry)> = all.iter().filter(|(_, entry)| entry.name == args.name).collect();
    let mut keys = scenario::fields();
    keys.extend(scenario::fault_keys());
    keys.extend(comparison::fields());
    let meant = keys_of(&args.name, &keys);
    if found.is_empty() && !meant.is_empty() {
        let head = format!("The key `{}` of a scenario. How values are written: `paychaos list values`.", args.name);
        terminal::print(&if format == OutputFormat::Json { fields_as_json(&meant) } else { fields(&head, &meant) });
        return Exit::Held;
    }
    if found.is_empty() {
        let names = all.iter().map(|(_, entry)| entry.name.as_str()).chain(["scenario", "comparison"]);
        let names = names.chain(keys.iter().map(|field| last(&field.path)));
        let nearest = scenario::nearest(&args.name, names).map(|name| format!("; the nearest name is `{name}`"));
        terminal::complain(&format!(
            "nothing is called `{}`{}; see `paychaos list`",
            args.name,
            nearest.unwrap_or_default()
        ));
        return Exit::BadInput;
    }
    if format == OutputFormat::Json {
        let list: Vec<_> = found.iter().map(|(registry, entry)| as_json(registry, entry)).collect();
        terminal::print(&format!("{:#}\n", serde_json::Value::from(list)));
        return Exit::Held;
    }
    let texts: Vec<String> = found.iter().map(|(registry, entry)| describe(registry, entry)).collect();
    terminal::print(&texts.join("\n"));
    Exit::Held
}

/// The fields that `name` means, with those below them: a path, or the last part of one.
fn keys_of(name: &str, all: &[FieldInfo]) -> Vec<FieldInfo> {
    let parts: Vec<&str> = name.split('.').map(|part| part.trim_end_matches("[]")).collect();
    let meant = |field: &&FieldInfo| {
        let path: Vec<&str> = field.path.split('.').map(|part| part.trim_end_matches("[]")).collect();
        path.windows(parts.len()).any(|part| part == parts)
    };
    all.iter().filter(meant).cloned().collect()
}

/// The last part of a path.
fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path).trim_end_matches("[]")
}

fn describe(registry: &Registry, entry: &Entry) -> String {
    let bold = anstyle::Style::new().bold();
    let mut text = format!("{bold}{}{bold:#}: {}\n\n", entry.name, registry.one);
    text.push_str(&wrapped("", &entry.about));
    let label = entry.details.iter().map(|(label, _)| label.len()).max().unwrap_or(0);
    if label > 0 {
        text.push('\n');
    }
    for (name, detail) in &entry.details {
        text.push_str(&wrapped(&format!("  {name:label$}  "), detail));
    }
    if !entry.example.is_empty() {
        text.push_str("\nExample:\n\n");
        entry.example.lines().for_each(|line| text.push_str(&format!("    {line}\n")));
    }
    text
}

fn as_json(registry: &Registry, entry: &Entry) -> serde_json::Value {
    let details: Vec<_> = entry.details.iter().map(|(label, text)| json!({"label": label, "text": text})).collect();
    json!({"name": entry.name, "kind": registry.one, "about": entry.about, "details": details, "example": entry.example})
}

fn fields_as_json(all: &[FieldInfo]) -> String {
    let list: Vec<_> = all
        .iter()
        .map(|field| json!({"path": field.path, "meaning": field.meaning, "kind": field.kind, "default": field.default}))
        .collect();
    format!("{:#}\n", serde_json::Value::from(list))
}

/// `text` behind `head`, with the following lines below the first one's text.
fn wrapped(head: &str, text: &str) -> String {
    let indent = head.chars().count();
    let lines = crate::report::paint::wrap(text, terminal::width().saturating_sub(indent).max(20));
    let mut out = String::new();
    for (i, line) in lines.iter().enumerate() {
        let lead = if i == 0 { head.to_owned() } else { " ".repeat(indent) };
        out.push_str(&(lead + line));
        out.push('\n');
    }
    out
}

fn fields(head: &str, all: &[FieldInfo]) -> String {
    let bold = anstyle::Style::new().bold();
    let mut text = wrapped("", head) + "\n";
    for field in all {
        text.push_str(&format!("{bold}{}{bold:#}\n", field.path));
        if field.of.len() > 1 {
            text.push_str(&wrapped("    ", &format!("Of {}.", field.of.join(", "))));
        }
        text.push_str(&wrapped("    ", &field.meaning));
        text.push_str(&wrapped("    ", &format!("Write: {}.", field.kind.trim_end_matches('.'))));
        if !field.default.is_empty() {
            text.push_str(&wrapped("    ", &format!("Default: {}", field.default)));
        }
        text.push('\n');
    }
    text
}
