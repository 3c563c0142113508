//! `paychaos check`: validates scenarios and comparisons without running them.

use crate::cli::load::ScenarioFile;
use crate::cli::{Exit, OutputFormat, load, terminal};
use serde_json::json;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Scenario and comparison files, or folders of them
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

pub(crate) fn check(args: &Args, format: OutputFormat) -> Exit {
    let Some((scenarios, comparisons)) = load::both(&args.files) else { return Exit::BadInput };
    match format {
        OutputFormat::Json => {
            let scenario = |ScenarioFile { path, scenario, .. }: &ScenarioFile| {
                json!({
                    "file": path.display().to_string(),
                    "scenario": scenario.name,
                    "orders": crate::run::orders_of(&scenario.purchases),
                    "coupled": scenario.coupling().is_some(),
                    "warnings": scenario.warnings,
                })
            };
            let comparison = |(path, _, compared): &load::ComparisonFile| {
                json!({
                    "file": path.display().to_string(),
                    "comparison": compared.name,
                    "orders": compared.orders,
                    "strategies": compared.strategies.iter().map(|strategy| strategy.name.as_str()).collect::<Vec<_>>(),
                    "profiles": compared.profiles.iter().map(|profile| profile.name.as_str()).collect::<Vec<_>>(),
                    "cells": compared.variants.len(),
                })
            };
            let list: Vec<_> = scenarios.iter().map(scenario).chain(comparisons.iter().map(comparison)).collect();
            terminal::print(&format!("{:#}\n", serde_json::Value::from(list)));
        }
        OutputFormat::Text => {
            for ScenarioFile { path, scenario, .. } in &scenarios {
                for warning in &scenario.warnings {
                    terminal::diagnose(&format!("warning: {}: {warning}\n", path.display()));
                }
            }
            let valid = |count: usize, what: &str| {
                if count == 1 { format!("1 {what} is valid\n") } else { format!("{count} {what}s are valid\n") }
            };
            if !scenarios.is_empty() || comparisons.is_empty() {
                terminal::print(&valid(scenarios.len(), "scenario"));
            }
            if !comparisons.is_empty() {
                terminal::print(&valid(comparisons.len(), "comparison"));
            }
        }
    }
    Exit::Held
}
