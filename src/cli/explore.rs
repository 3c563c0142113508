//! `paychaos explore`: every plan of at most K misfortunes, with a certificate.

use crate::campaign::explore::search::Memory;
use crate::campaign::explore::{self, Bounds, Counterexample, Explored};
use crate::campaign::record::{Counted, Failed, Found};
use crate::campaign::shell::quoted;
use crate::campaign::{repro, shard};
use crate::cli::corpus::{self, Corpus};
use crate::cli::load::ScenarioFile;
use crate::cli::terminal::{self, Counter};
use crate::cli::{Exit, OutputFormat, campaign, fuzz, load, verdicts};
use crate::kernel::Calm;
use crate::report::Page;
use crate::report::campaign::explore::{ExploreResult, ExploreTiming, write};
use crate::report::json::Judgement;
use crate::run;
use crate::scenario::Overrides;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Scenario files, or folders of them
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Misfortunes in a plan, at most: 0 to 8
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u8).range(0..=8))]
    faults: u8,
    /// Only so many of the scenario's orders, the first ones: 1 to 64; needed where it has more
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=64))]
    orders: Option<u32>,
    /// Faults by which the downstream breaks its word have their turns, too; an order hit by one must not stay silent
    #[arg(long)]
    breaches: bool,
    /// What the search may take in memory: it stops there and says so
    #[arg(long, value_name = "SIZE", value_parser = size, default_value = "4GiB")]
    memory: usize,
    /// Stop after so long, all scenarios together, and report the depths done by then
    #[arg(long, value_name = "DURATION", value_parser = fuzz::duration)]
    time_limit: Option<Duration>,
    /// Threads; without it one for each processor
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Write the smallest plan of each kind that fails to this folder, as scenarios
    #[arg(long, value_name = "DIR")]
    repro_dir: Option<PathBuf>,
    /// How many counterexamples to tell step by step
    #[arg(long, value_name = "N", default_value_t = 1)]
    stories: usize,
}

/// Reads a size in memory.
fn size(text: &str) -> Result<usize, String> {
    let units = [("KiB", 10), ("MiB", 20), ("GiB", 30)];
    let parsed = units.iter().find_map(|(unit, bits)| Some((text.strip_suffix(unit)?.trim().parse::<usize>().ok()?, bits)));
    match parsed {
        Some((number, bits)) if number > 0 && number <= usize::MAX >> bits => Ok(number << bits),
        Some(_) | None => Err("write a whole number of KiB, MiB or GiB, such as 512MiB".to_owned()),
    }
}

pub(crate) fn explore(args: &Args, format: OutputFormat) -> Exit {
    let Some((scenarios, _)) = load::all(&args.files, &Overrides::default()) else { return Exit::BadInput };
    if let Some(sentence) = scenarios.iter().find_map(|file| too_many_orders(args, file)) {
        terminal::complain(&sentence);
        return Exit::BadInput;
    }
    let wanted = |name: &str| scenarios.iter().any(|file| file.scenario.name == name);
    let ready = corpus::ready(args.repro_dir.as_deref(), scenarios.iter().map(ScenarioFile::named));
    let corpus = match ready.and_then(|()| Corpus::read(args.repro_dir.as_deref(), wanted)) {
        Ok(corpus) => corpus,
        Err(sentence) => {
            terminal::complain(&sentence);
            return Exit::BadInput;
        }
    };
    terminal::remember_interrupts();
    let until = args.time_limit.map(|limit| Instant::now() + limit);
    let (mut results, mut bugs): (Vec<ExploreResult>, Vec<String>) = Default::default();
    for file in &scenarios {
        match one(args, file, &corpus, until, &mut bugs) {
            Ok(result) => results.push(result),
            Err(sentence) => {
                terminal::complain(&sentence);
                return Exit::BadInput;
            }
        }
        if terminal::interrupted() {
            break;
        }
    }
    terminal::print(&match format {
        OutputFormat::Json => serde_json::to_string_pretty(&results).unwrap_or_default() + "\n",
        OutputFormat::Text => text(&results, args.stories),
    });
    bugs.iter().for_each(|bug| terminal::complain(&format!("this is a bug of paychaos: {bug}")));
    if !bugs.is_empty() {
        Exit::Bug
    } else if terminal::interrupted() {
        Exit::Interrupted
    } else if results.iter().all(|result| result.verdict == Judgement::Pass) {
        Exit::Held
    } else {
        Exit::NotMet
    }
}

/// That a scenario has more orders than can be explored at once.
fn too_many_orders(args: &Args, file: &ScenarioFile) -> Option<String> {
    let (orders, most) = (run::orders_of(&file.scenario.purchases), explore::MOST_ORDERS);
    let path = file.path.display();
    let sentence = || format!("{path}: {orders} orders are too many to explore, {most} the most: add `--orders N`");
    (args.orders.is_none() && orders > most).then(sentence)
}

/// Explores one scenario.
fn one(
    args: &Args,
    ScenarioFile { path, bytes, scenario, .. }: &ScenarioFile,
    corpus: &Corpus,
    until: Option<Instant>,
    bugs: &mut Vec<String>,
) -> Result<ExploreResult, String> {
    let known = corpus.run(&scenario.name, |case| load::parties((path, bytes), scenario, &case.bytes));
    let bounds = Bounds {
        faults: args.faults,
        orders: args.orders,
        breaches: args.breaches,
        jobs: campaign::jobs(args.jobs),
        memory: args.memory,
        merges: true,
    };
    // What a preset means belongs to the version of the model; orders may stand in a file of their own.
    let orders = run::purchases(scenario, Calm);
    let orders: String = orders.iter().map(|purchase| format!("{} {}\n", purchase.at, purchase.amount)).collect();
    let digest = shard::fingerprint(&[bytes, orders.as_bytes()]);
    let started = Instant::now();
    let counter = Counter::new(&scenario.name, "states");
    let go_on = |memory: &Memory| {
        counter.set(memory.table.states() as u64);
        !terminal::interrupted() && until.is_none_or(|until| Instant::now() < until)
    };
    let explored = explore::explore(scenario, &digest, &bounds, &go_on);
    counter.finish();
    let wall_s = started.elapsed().as_secs_f64();
    let why = match explored.stopped_at {
        None => None,
        Some(_) if terminal::interrupted() => Some("it was interrupted".to_owned()),
        Some((_, bytes)) if bytes > args.memory => {
            Some(format!("the search takes more than the {} MiB of --memory", args.memory >> 20))
        }
        Some(_) => Some("the time limit was reached".to_owned()),
    };
    let counted = counted(path, bytes, args, &explored, bugs);
    let written = corpus::write(args.repro_dir.as_deref(), &scenario.name, &counted, &known)?;
    let file = path.display().to_string();
    let repro = |cluster: &str| written.get(cluster).cloned();
    let mut result = ExploreResult::new((&scenario.name, &file), &explored, &counted, why.as_deref(), repro);
    let rate = |count: u64| count as f64 / wall_s.max(1e-9);
    let last = explored.depths.last();
    result.timing = Some(ExploreTiming {
        wall_s,
        states_per_s: rate(last.map_or(0, |depth| depth.work.generated)),
        plans_per_s: rate(result.plans),
        bytes_per_state: last.map_or(0, |depth| depth.bytes as u64 / (depth.states as u64).max(1)),
    });
    Ok(result)
}

/// The counterexamples, each with its scenario file, which is read again and played to be sure.
fn counted(path: &Path, bytes: &[u8], args: &Args, explored: &Explored, bugs: &mut Vec<String>) -> Counted {
    let breaches = if args.breaches { " --breaches" } else { "" };
    let orders = args.orders.map_or_else(String::new, |orders| format!(" --orders {orders}"));
    let file = quoted(&path.display().to_string());
    let command = format!("paychaos explore {file} --faults {}{orders}{breaches}", args.faults);
    let mut failures = Vec::new();
    for (number, Counterexample { symptom, plans, failure }) in (1u64..).zip(&explored.counterexamples) {
        let yaml = repro::text(path, bytes, failure, &command).unwrap_or_default();
        if let Err(wrong) = campaign::read_again(path, failure, &yaml) {
            bugs.push(format!("counterexample {number}: the exported case {wrong}\n{yaml}"));
        }
        failures.push(Failed {
            looks: symptom.looks(),
            seeds: *plans,
            seed: number,
            order: 1,
            found: Found::new(failure, yaml),
        });
    }
    Counted { failures, ..Counted::default() }
}

fn text(results: &[ExploreResult], stories: usize) -> String {
    let page = Page::new(terminal::width());
    let mut out = String::new();
    for (i, result) in results.iter().enumerate() {
        if i > 0 {
            out.push('\n');
        }
        for counterexample in result.counterexamples.iter().take(stories) {
            verdicts::tell(&mut out, Path::new(&result.file), &counterexample.found.repro_yaml, page);
            out.push('\n');
        }
        let _ = write(&mut out, result, page);
    }
    out
}
