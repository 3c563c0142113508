//! `paychaos fuzz`: a seeded campaign over each scenario, judged by the invariants alone.

use crate::campaign::record::Seeds;
use crate::campaign::shard::Shard;
use crate::cli::campaign::{self, Plan, Source};
use crate::cli::corpus::{self, Corpus};
use crate::cli::load::ScenarioFile;
use crate::cli::trouble::Trouble;
use crate::cli::{Exit, OutputFormat, files, load, terminal};
use crate::kernel::Micros;
use crate::scenario::Overrides;
use std::path::PathBuf;
use std::time::Duration;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Scenario files, or folders of them
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The seeds: A included, B not
    #[arg(long, value_name = "A..B", value_parser = seeds, default_value = "0..10000")]
    seeds: Seeds,
    /// Threads; without it one for each processor
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Faults by which the downstream breaks its word have their turns, too; an order hit by one must not stay silent
    #[arg(long)]
    breaches: bool,
    /// Stop after so long, all scenarios together, and report the seeds done by then
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    time_limit: Option<Duration>,
    /// Only this part of the seeds: 1/N to N/N
    #[arg(long, value_name = "I/N", value_parser = shard, requires = "out")]
    shard: Option<Shard>,
    /// Write the result for `paychaos merge`; what is in the file already is not run again
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// How often what is known so far is written to that file
    #[arg(long, value_name = "DURATION", value_parser = duration, default_value = "5s", requires = "out")]
    checkpoint: Duration,
    /// Write each kind of failure's smallest case to this folder; the cases that are there are run first
    #[arg(long, value_name = "DIR")]
    repro_dir: Option<PathBuf>,
    /// Write the result as JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Write what was exercised as CSV: every kind of fault, at every site where it can strike, in every state of the order
    #[arg(long, value_name = "FILE")]
    coverage: Option<PathBuf>,
    /// How many failures to tell step by step
    #[arg(long, value_name = "N", default_value_t = 1)]
    stories: usize,
}

/// Reads `A..B`.
pub(crate) fn seeds(text: &str) -> Result<Seeds, String> {
    let parsed = text.split_once("..").and_then(|(from, to)| Some((from.parse().ok()?, to.parse().ok()?)));
    match parsed {
        Some((from, to)) if from < to => Ok(Seeds { from, to }),
        Some((from, to)) => Err(format!("there is no seed from {from} to {to}: the second must be above the first")),
        None => Err("write A..B, such as 0..1000: A included, B not".to_owned()),
    }
}

/// Reads `I/N`.
pub(crate) fn shard(text: &str) -> Result<Shard, String> {
    let parsed = text.split_once('/').and_then(|(index, of)| Some((index.parse().ok()?, of.parse().ok()?)));
    match parsed {
        Some((index, of)) if (1..=of).contains(&index) => Ok(Shard { index, of }),
        Some((_, of)) if of > 0 => Err(format!("shards go from 1/{of} to {of}/{of}")),
        Some(_) | None => Err("write I/N, such as 2/8: the second of eight parts".to_owned()),
    }
}

/// Reads a duration of the clock on the wall.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    crate::kernel::parse_duration(text).map(|time: Micros| Duration::from_micros(time))
}

pub(crate) fn fuzz(args: &Args, format: OutputFormat) -> Exit {
    let Some((scenarios, inputs)) = load::all(&args.files, &Overrides::default()) else { return Exit::BadInput };
    let outputs = [&args.out, &args.junit, &args.coverage].into_iter().flatten().map(PathBuf::as_path);
    if let Err(sentence) = files::can_be_written(outputs, &inputs) {
        terminal::complain(&sentence);
        return Exit::BadInput;
    }
    let shard = args.shard.unwrap_or(Shard { index: 1, of: 1 });
    let plan = Plan {
        seeds: args.seeds,
        shard,
        jobs: campaign::jobs(args.jobs),
        breaches: args.breaches,
        until: args.time_limit.map(|limit| std::time::Instant::now() + limit),
        out: args.out.clone(),
        checkpoint: args.checkpoint,
        repro_dir: args.repro_dir.clone(),
    };
    let Seeds { from, to } = shard.seeds(args.seeds);
    if from == to {
        terminal::diagnose(&format!("note: shard {shard} has no seeds: there are fewer seeds than shards\n"));
    }
    let ready = corpus::ready(args.repro_dir.as_deref(), scenarios.iter().map(ScenarioFile::named));
    let sources: Vec<Source> = scenarios.into_iter().map(|file| Source::new(file, args.breaches)).collect();
    let wanted = |name: &str| sources.iter().any(|source| source.subject.scenario.name == name);
    terminal::remember_interrupts();
    let corpus = ready.and_then(|()| Corpus::read(args.repro_dir.as_deref(), wanted));
    match corpus.map_err(Trouble::from).and_then(|corpus| campaign::run(&sources, &corpus, &plan)) {
        Ok(mut verdicts) => {
            verdicts.stories = args.stories;
            verdicts.show(format, args.junit.as_deref(), args.coverage.as_deref())
        }
        Err(trouble) => trouble.exit(),
    }
}
