//! `paychaos ci`: what a pull request runs. Every scenario of a folder by its `expect`, the corpus of cases found before,
//! then, for as long as the budget lasts, a campaign over the scenarios that expect to be consistent: one summary, one
//! exit code.

use crate::campaign::record::Seeds;
use crate::campaign::shard::Shard;
use crate::cli::campaign::{self, Plan, Source};
use crate::cli::corpus::{self, Corpus};
use crate::cli::load::ScenarioFile;
use crate::cli::{Exit, OutputFormat, files, fuzz, load, terminal};
use crate::report::campaign::Beside;
use crate::report::campaign::json::CorpusResult;
use crate::report::paint::{count_of, grouped};
use crate::run;
use crate::run::outcome::{Outcome, Verdict};
use crate::scenario::{Expect, Overrides, Scenario};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Larger scenarios are run once and have no campaign: it would come to a few seeds only.
const MOST_ORDERS: u32 = 10_000;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// The folder of scenarios; those with more than 10,000 orders have no campaign
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
    let asked = files::can_be_written(args.junit.as_deref(), &inputs)
        .and_then(|()| corpus::ready(args.repro_dir.as_deref(), campaigns))
        .and_then(|()| Corpus::read(args.repro_dir.as_deref(), |_| true));
    tell_large(&scenarios);
    terminal::remember_interrupts();
    let corpus = match asked {
        Ok(corpus) => corpus,
        Err(sentence) => {
            terminal::complain(&sentence);
            return Exit::BadInput;
        }
    };
    let names: Vec<String> = scenarios.iter().map(|file| file.scenario.name.clone()).collect();
    let (mut beside, sources) = play_all(scenarios, &corpus);
    if beside.missing.is_empty() {
        for (name, folder, cases) in corpus.scenarios().filter(|(name, ..)| !names.iter().any(|known| known == name)) {
            beside.corpus.extend(corpus.run(name, |case| case.scenario.model.clone()).iter().map(CorpusResult::from));
            let (folder, cases, of) = (folder.display(), count_of(cases as u64, "case"), args.folder.display());
            terminal::diagnose(&format!("note: {folder}: {cases} of no scenario in {of}, run all the same\n"));
        }
    }
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
    match campaign::run(&sources, &corpus, &plan) {
        Ok(mut verdicts) => {
            verdicts.beside = Some(beside);
            verdicts.show(format, args.junit.as_deref(), None)
        }
        Err(trouble) => trouble.exit(),
    }
}

/// Runs every scenario once, and the cases of those that are to have no campaign; the others are returned as well.
fn play_all(scenarios: Vec<ScenarioFile>, corpus: &Corpus) -> (Beside, Vec<Source>) {
    let (mut beside, mut sources, all) = (Beside::default(), Vec::new(), scenarios.len());
    let campaigns = scenarios.iter().filter(|file| may_have_campaign(&file.scenario));
    let mut known: BTreeSet<String> = campaigns.map(|file| file.scenario.name.clone()).collect();
    for file in scenarios {
        let (outcome, file_name) = (play(&file.scenario), file.path.display().to_string());
        if terminal::interrupted() {
            // Interrupted on its way, it says nothing.
            let done = beside.outcomes.len();
            let missing = format!("interrupted: {done} of {all} scenarios were run to their end, no case, and no campaign");
            beside.missing.push(missing);
            return (beside, Vec::new());
        }
        if outcome.verdict == Verdict::Pass && may_have_campaign(&file.scenario) {
            sources.push(Source::new(file, false));
        } else if may_have_campaign(&file.scenario) || known.insert(file.scenario.name.clone()) {
            // Of namesakes it is the one with a campaign that the cases are of, or else the first.
            let ScenarioFile { path, bytes, scenario, .. } = &file;
            let played = corpus.run(&scenario.name, |case| load::parties((path, bytes), scenario, &case.bytes));
            beside.corpus.extend(played.iter().map(CorpusResult::from));
        }
        beside.files.push(file_name);
        beside.outcomes.push(outcome);
    }
    (beside, sources)
}

fn play(scenario: &Scenario) -> Outcome {
    let mut go_on = |_: u64| !terminal::interrupted();
    let mut options = run::Options { seed: None, without: &[], stories: 0, together: false, progress: &mut go_on };
    run::once(scenario, &mut options, None)
}

/// A scenario that expects to be consistent, and is not one case written out by script; it has a campaign if it passes.
fn may_have_campaign(scenario: &Scenario) -> bool {
    is_for_campaigns(scenario) && !is_large(scenario)
}

fn is_for_campaigns(scenario: &Scenario) -> bool {
    scenario.expect == Expect::Consistent && scenario.script.is_empty()
}

fn is_large(scenario: &Scenario) -> bool {
    run::orders_of(&scenario.purchases) > MOST_ORDERS
}

/// Says which scenarios have no campaign only because they are large.
fn tell_large(scenarios: &[ScenarioFile]) {
    let only_large = |file: &&ScenarioFile| is_for_campaigns(&file.scenario) && is_large(&file.scenario);
    for file in scenarios.iter().filter(only_large) {
        let (path, most) = (file.path.display(), grouped(u64::from(MOST_ORDERS)));
        terminal::diagnose(&format!("note: {path}: it has more than {most} orders: it is run once, without a campaign\n"));
    }
}
