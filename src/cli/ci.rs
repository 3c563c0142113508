//! `paychaos ci`: what a pull request runs. Every scenario of a folder by its `expect`, the corpus of cases found before,
//! then, for as long as the budget lasts, a campaign over the scenarios that expect to be consistent: one summary, one
//! exit code.

use crate::campaign::record::Seeds;
use crate::campaign::shard::Shard;
use crate::cli::campaign::{self, Plan, Source};
use crate::cli::load::ScenarioFile;
use crate::cli::verdicts::Verdicts;
use crate::cli::{Exit, OutputFormat, corpus, files, fuzz, load, terminal};
use crate::run;
use crate::run::outcome::{Outcome, Verdict};
use crate::scenario::{Expect, Overrides, Scenario};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Larger scenarios are run once and have no campaign: it would come to a few seeds only.
const MOST_ORDERS: u32 = 10_000;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The folder of scenarios
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// How long the campaigns may take, all together
    #[arg(long, value_name = "DURATION", value_parser = fuzz::duration, default_value = "60s")]
    budget: Duration,
    /// The seeds of each campaign, as far as the budget lasts
    #[arg(long, value_name = "A..B", value_parser = fuzz::seeds, default_value = "0..10000000")]
    seeds: Seeds,
    /// Threads; without it one for each processor
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Write each kind of failure's smallest case to this folder; the cases that are there are run first
    #[arg(long, value_name = "DIR")]
    repro_dir: Option<PathBuf>,
    /// Write the result as JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

pub(crate) fn ci(args: &Args, format: OutputFormat) -> Exit {
    let Some((scenarios, inputs)) = load::all(std::slice::from_ref(&args.folder), &Overrides::default()) else {
        return Exit::BadInput;
    };
    let campaigns = scenarios.iter().filter(|file| may_have_campaign(&file.scenario)).map(ScenarioFile::named);
    let asked = files::can_be_written(args.junit.as_deref(), &inputs);
    if let Err(sentence) = asked.and_then(|()| corpus::ready(args.repro_dir.as_deref(), campaigns)) {
        terminal::complain(&sentence);
        return Exit::BadInput;
    }
    let all = scenarios.len();
    terminal::remember_interrupts();
    let mut outcomes = Vec::new();
    for ScenarioFile { scenario, .. } in &scenarios {
        if terminal::interrupted() {
            break;
        }
        outcomes.push(play(scenario));
    }
    let sources: Vec<Source> = scenarios
        .into_iter()
        .zip(&outcomes)
        .filter(|(file, outcome)| may_have_campaign(&file.scenario) && outcome.verdict == Verdict::Pass)
        .map(|(file, _)| Source::new(file, false))
        .collect();
    let plan = Plan {
        seeds: args.seeds,
        shard: Shard { index: 1, of: 1 },
        jobs: campaign::jobs(args.jobs),
        breaches: false,
        until: Some(Instant::now() + args.budget),
        out: None,
        checkpoint: Duration::MAX,
        repro_dir: args.repro_dir.clone(),
    };
    let campaigns = if terminal::interrupted() { Ok(Verdicts::default()) } else { campaign::run(sources, &plan) };
    match campaigns {
        Ok(mut verdicts) => {
            // The last may have been interrupted on its way.
            let done = outcomes.len().saturating_sub(1);
            if terminal::interrupted() && verdicts.results.is_empty() {
                verdicts
                    .missing
                    .push(format!("interrupted: {done} of {all} scenarios were run to their end, and no campaign"));
                outcomes.truncate(done);
            }
            verdicts.outcomes = outcomes;
            verdicts.show(format, args.junit.as_deref())
        }
        Err(sentence) => {
            terminal::complain(&sentence);
            Exit::BadInput
        }
    }
}

fn play(scenario: &Scenario) -> Outcome {
    let mut go_on = |_: u64| !terminal::interrupted();
    let mut options = run::Options { seed: None, without: &[], stories: 0, together: false, progress: &mut go_on };
    run::once(scenario, &mut options, None)
}

/// A scenario that expects to be consistent, and is not one case written out by script; it has a campaign if it passes.
fn may_have_campaign(scenario: &Scenario) -> bool {
    scenario.expect == Expect::Consistent && scenario.script.is_empty() && run::orders_of(&scenario.purchases) <= MOST_ORDERS
}
