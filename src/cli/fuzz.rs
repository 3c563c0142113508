//! `paychaos fuzz`: a seeded campaign over each scenario, judged by the invariants alone.

use crate::campaign::failure;
use crate::campaign::fuzz;
use crate::campaign::record::{Counted, Found, Identity, Seeds};
use crate::campaign::repro;
use crate::campaign::subject::Subject;
use crate::cli::terminal;
use crate::cli::{Exit, OutputFormat, load};
use crate::scenario::Overrides;
use std::path::PathBuf;
use std::time::Instant;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Scenario files, or folders of them
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The seeds: A included, B not
    #[arg(long, value_name = "A..B", value_parser = seeds, default_value = "0..10000")]
    seeds: Seeds,
    /// Threads; as many as there are processors if not given
    #[arg(long, value_name = "N")]
    jobs: Option<usize>,
    /// Faults by which the downstream breaks its word have their turns, too; an order hit by one must not stay silent
    #[arg(long)]
    breaches: bool,
}

/// Reads `A..B`.
pub(crate) fn seeds(text: &str) -> Result<Seeds, String> {
    let parsed = text.split_once("..").and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
    match parsed {
        Some((from, to)) if from < to => Ok(Seeds { from, to }),
        Some((from, to)) => Err(format!("there is no seed from {from} to {to}; the second must be above the first")),
        None => Err("write A..B, such as 0..1000: A included, B not".to_owned()),
    }
}

pub(crate) fn fuzz(args: &Args, format: OutputFormat) -> Exit {
    let Some(scenarios) = load::all(&args.files, &Overrides::default()) else { return Exit::BadInput };
    terminal::remember_interrupts();
    let mut results = Vec::new();
    for (path, scenario) in scenarios {
        let bytes = std::fs::read(&path).unwrap_or_default();
        let subject = Subject::new(scenario, args.breaches);
        let started = Instant::now();
        let tally =
            fuzz::fuzz(&subject, args.seeds.from..args.seeds.to, args.jobs.unwrap_or(1), &mut |_| !terminal::interrupted());
        let counted = Counted::new(&subject, &tally, |symptom, sightings| {
            let failure = failure::examine(&subject, symptom, sightings);
            let command = format!("paychaos fuzz {} --seeds {}..{}", path.display(), sightings.first, sightings.first + 1);
            let text = repro::text(&path, &bytes, &failure, &command).unwrap_or_default();
            Found::new(&failure, text)
        });
        eprintln!("{:?}", started.elapsed());
        println!("{:#?}", counted.clusters());
        println!("{} {} {}", counted.runs, counted.failing_seeds, counted.events);
        println!("{:#?}", counted.coverage);
        for c in counted.clusters() {
            println!("{}", c.found.repro_yaml);
        }
        results.push(counted);
    }
    Exit::Held
}
