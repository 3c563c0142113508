//! `paychaos list`: what there is, from the registries.

use crate::cli::catalog::{self, Registry};
use crate::cli::{Exit, OutputFormat, terminal};
use serde_json::json;
use tabled::settings::{Style, Width, peaker::Priority};

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
        OutputFormat::Text => table(rows),
    };
    terminal::print(&text);
    Exit::Held
}

fn about(registry: &Registry) -> String {
    format!("every {}", registry.one)
}

/// Two columns, as wide as the terminal, without trailing blanks.
fn table(rows: Vec<[String; 2]>) -> String {
    let mut builder = tabled::builder::Builder::new();
    for row in rows {
        builder.push_record(row);
    }
    let mut table = builder.build();
    table.with(Style::blank()).with(Width::wrap(terminal::width()).keep_words(true).priority(Priority::max(true)));
    let text = table.to_string();
    text.lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}
