//! `paychaos check`: validates scenarios without running them.

use crate::cli::{Exit, OutputFormat, load, terminal};
use crate::scenario::Overrides;
use serde_json::json;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Scenario files, or folders of them
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

pub(crate) fn check(args: &Args, format: OutputFormat) -> Exit {
    let Some(scenarios) = load::all(&args.files, &Overrides::default()) else { return Exit::BadInput };
    match format {
        OutputFormat::Json => {
            let list: Vec<_> = scenarios
                .iter()
                .map(|(path, scenario)| {
                    json!({
                        "file": path.display().to_string(),
                        "scenario": scenario.name,
                        "orders": crate::run::orders_of(&scenario.purchases),
                        "coupled": scenario.coupling().is_some(),
                        "warnings": scenario.warnings,
                    })
                })
                .collect();
            terminal::print(&format!("{:#}\n", serde_json::Value::from(list)));
        }
        OutputFormat::Text => {
            for (path, scenario) in &scenarios {
                for warning in &scenario.warnings {
                    terminal::diagnose(&format!("warning: {}: {warning}\n", path.display()));
                }
            }
            let count = scenarios.len();
            terminal::print(&format!("{count} {} valid\n", if count == 1 { "scenario is" } else { "scenarios are" }));
        }
    }
    Exit::Held
}
