//! `paychaos mutants`: switches each safety rule off in turn and says how soon that is noticed.

use crate::campaign::mutants;
use crate::campaign::record::Seeds;
use crate::cli::campaign::Source;
use crate::cli::{Exit, OutputFormat, campaign, fuzz, load, terminal};
use crate::report::Page;
use crate::report::campaign::mutants::{self as report, MutantsResult};
use crate::report::json::Judgement;
use crate::report::paint::count_of;
use crate::scenario::Overrides;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Scenario files, or folders of them
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The seeds, A included, B not: split among five starting seeds, each rule is looked for from each
    #[arg(long, value_name = "A..B", value_parser = fuzz::seeds, default_value = "0..10000")]
    seeds: Seeds,
    /// Threads; without it one for each processor
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
}

pub(crate) fn mutants(args: &Args, format: OutputFormat) -> Exit {
    let Some((scenarios, _)) = load::all(&args.files, &Overrides::default()) else { return Exit::BadInput };
    let (Seeds { from, to }, starts) = (args.seeds, mutants::STARTS as u64);
    if to - from < starts {
        let few = count_of(to - from, "seed");
        terminal::complain(&format!("--seeds {from}..{to}: {few} for {starts} starting seeds: give {starts} seeds or more"));
        return Exit::BadInput;
    }
    terminal::remember_interrupts();
    let mut results = Vec::new();
    for file in scenarios {
        let name = file.scenario.name.clone();
        let subject = Source::new(file, false).subject;
        let go_on = || !terminal::interrupted();
        let found = mutants::mutants(subject, args.seeds.from..args.seeds.to, campaign::jobs(args.jobs), &go_on);
        results.push(MutantsResult::new(&name, args.seeds, &found));
        if terminal::interrupted() {
            break;
        }
    }
    let page = Page::new(terminal::width());
    let mut text = String::new();
    if results.len() > 1 {
        results.extend(MutantsResult::together(&results));
    }
    let judged = results.last().is_none_or(|last| last.verdict == Judgement::Pass);
    match format {
        OutputFormat::Json => text = serde_json::to_string_pretty(&results).unwrap_or_default() + "\n",
        OutputFormat::Text => results.last().into_iter().for_each(|result| {
            let _ = report::write(&mut text, result, page);
        }),
    }
    terminal::print(&text);
    if terminal::interrupted() {
        return Exit::Interrupted;
    }
    if judged { Exit::Held } else { Exit::NotMet }
}
