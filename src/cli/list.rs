//! `paychaos list`: what there is, from the registries.

use crate::cli::catalog::{self, Registry};
use crate::cli::{Exit, OutputFormat, terminal};
use serde_json::json;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// What to list; without it: what can be listed
    #[arg(value_name = "KIND", value_parser = clap::builder::PossibleValuesParser::new(catalog::ALL.iter().map(|registry| registry.name)))]
    kind: Option<String>,
}

pub(crate) fn list(args: &Args, format: OutputFormat) -> Exit {
    let rows: Vec<[String; 2]> = match &args.kind {
        None => catalog::ALL.iter().map(|registry| [registry.name.to_owned(), about(registry)]).collect(),
        Some(kind) => {
            let registry = catalog::ALL.iter().find(|registry| registry.name == kind);
            let entries = registry.map(|registry| (registry.entries)()).unwrap_or_default();
            entries.into_iter().map(|entry| [entry.name, entry.about]).collect()
        }
    };
    let text = match format {
        OutputFormat::Json => {
            let list: Vec<_> = rows.iter().map(|[name, about]| json!({"name": name, "about": about})).collect();
            format!("{:#}\n", serde_json::Value::from(list))
        }
        OutputFormat::Text => table(&rows),
    };
    terminal::print(&text);
    Exit::Held
}

fn about(registry: &Registry) -> String {
    format!("every {}", registry.one)
}

/// Two columns, as wide as the terminal: what goes on in a second line stands below the first.
fn table(rows: &[[String; 2]]) -> String {
    let names = rows.iter().map(|[name, _]| name.chars().count()).max().unwrap_or(0);
    let rest = terminal::width().saturating_sub(names + 4).max(20);
    let mut text = String::new();
    for [name, about] in rows {
        let mut name = name.as_str();
        for line in crate::report::paint::wrap(about, rest) {
            text.push_str(&format!(" {name:names$}   {line}\n"));
            name = "";
        }
    }
    text
}
