//! `paychaos run`: plays each scenario once, tells the story, and judges it by its `expect`.

use crate::cli::load::ScenarioFile;
use crate::cli::terminal::{self, Progress};
use crate::cli::{Exit, OutputFormat, files, load};
use crate::kernel::Address;
use crate::payments::address::SemanticAddress;
use crate::payments::fact::Fact;
use crate::report::json::{RunResult, Timing};
use crate::report::paint::grouped;
use crate::report::trace::{self, Format};
use crate::report::{self, Page};
use crate::run::outcome::{Outcome, Verdict};
use crate::scenario::{Overrides, Scenario};
use std::path::{Path, PathBuf};
use std::time::Instant;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Scenario files, or folders of them
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Another seed than the scenario's
    #[arg(long, value_name = "N", value_parser = seed)]
    seed: Option<u64>,
    /// Another strategy on both hops: what if?
    #[arg(long, value_name = "NAME")]
    strategy: Option<String>,
    /// Without the misfortune at this address, such as "order 1 / platform-bank / answer / 1": what if?
    #[arg(long, value_name = "ADDRESS", value_parser = SemanticAddress::parse)]
    without: Vec<SemanticAddress>,
    /// How many of the worst orders' stories to tell of a scenario of many orders
    #[arg(long, value_name = "N", default_value_t = 3)]
    stories: usize,
    /// Write a trace to a file: as text or json every fact of every order, in the other formats the stories
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// Its format; else by the file's extension (a Markdown page has none), else text
    #[arg(long, value_name = "FORMAT", requires = "trace", value_parser = trace_format)]
    trace_format: Option<&'static Format>,
}

/// Reads a seed.
pub(crate) fn seed(text: &str) -> Result<u64, String> {
    text.parse().map_err(|_| format!("a seed is a whole number from 0 to {}", u64::MAX))
}

fn trace_format(name: &str) -> Result<&'static Format, String> {
    let known: Vec<&str> = trace::FORMATS.iter().map(|format| format.name).collect();
    trace::format(name).ok_or_else(|| format!("there is no trace format `{name}`; there are {}", known.join(", ")))
}

pub(crate) fn run(args: &Args, format: OutputFormat) -> Exit {
    let overrides = Overrides { strategy: args.strategy.clone(), ..Overrides::default() };
    let Some((scenarios, inputs)) = load::all(&args.files, &overrides) else { return Exit::BadInput };
    if let Err(sentence) = files::can_be_written(args.trace.as_deref(), &inputs) {
        return bad_input(&sentence);
    }
    let mut trace = match args.trace.as_deref().map(|file| Trace::begin(file, args.trace_format)).transpose() {
        Ok(trace) => trace,
        Err(sentence) => return bad_input(&sentence),
    };
    terminal::remember_interrupts();
    let mut outcomes = Vec::new();
    let mut timings = Vec::new();
    for ScenarioFile { scenario, .. } in &scenarios {
        let started = Instant::now();
        let outcome = play(args, scenario, trace.as_mut());
        let wall_s = started.elapsed().as_secs_f64();
        timings.push(Timing { wall_s, events_per_s: outcome.totals.events as f64 / wall_s.max(1e-9) });
        outcomes.push(outcome);
        if terminal::interrupted() {
            break;
        }
    }
    if let Err(sentence) = trace.map_or(Ok(()), |trace| trace.end(&outcomes)) {
        return bad_input(&sentence);
    }
    if outcomes.len() < scenarios.len() {
        terminal::complain(&format!("interrupted: {} of {} scenarios were run", outcomes.len(), scenarios.len()));
    }
    print(&outcomes, &timings, format);
    if terminal::interrupted() {
        return Exit::Interrupted;
    }
    if outcomes.iter().all(|outcome| outcome.verdict == Verdict::Pass) { Exit::Held } else { Exit::NotMet }
}

fn bad_input(sentence: &str) -> Exit {
    terminal::complain(sentence);
    Exit::BadInput
}

fn play(args: &Args, scenario: &Scenario, trace: Option<&mut Trace>) -> Outcome {
    let without: Vec<Address> = args.without.iter().map(|address| address.0).collect();
    let orders = u64::from(crate::run::orders_of(&scenario.purchases));
    let mut progress = Progress::new(&scenario.name, orders, "orders");
    let mut options = crate::run::Options {
        seed: args.seed,
        without: &without,
        stories: args.stories,
        together: false,
        progress: &mut |done| {
            progress.set(done);
            !terminal::interrupted()
        },
    };
    let mut outcome = match trace {
        Some(trace) if trace.format.line.is_some() => trace.follow(scenario, &mut options),
        Some(_) | None => crate::run::once(scenario, &mut options, None),
    };
    progress.finish();
    let done = outcome.totals.orders;
    if terminal::interrupted() && done < orders {
        // What was seen says nothing of the rest.
        let (done, orders) = (grouped(done), grouped(orders));
        outcome.verdict = Verdict::Fail(vec![format!("it was interrupted after {done} of {orders} orders")]);
        return outcome;
    }
    if args.without.is_empty() {
        crate::campaign::prevention::find(scenario, &mut outcome);
    }
    outcome
}

/// A trace file under way: where the format has lines, every fact of every order; else the stories, in the end.
struct Trace {
    format: &'static Format,
    /// It remembers what went wrong first, and says it in the end.
    file: files::Whole,
}

impl Trace {
    fn begin(file: &Path, format: Option<&'static Format>) -> Result<Self, String> {
        let by_name = trace::format_of_file(&file.to_string_lossy());
        let markdown = file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("md"));
        if format.is_none() && markdown {
            let help = "no trace is a Markdown page; for a diagram to be pasted into one add `--trace-format mermaid`";
            return Err(format!("{}: {help}", file.display()));
        }
        let format = format.or(by_name).unwrap_or(&trace::FORMATS[0]);
        Ok(Trace { format, file: files::Whole::begin(file)? })
    }

    /// Plays a scenario and writes its facts, order by order.
    fn follow(&mut self, scenario: &Scenario, options: &mut crate::run::Options) -> Outcome {
        let Trace { format, file } = self;
        let mut write = |fact: &Fact| {
            let _ = format.line.map_or(Ok(()), |line| line(file, &scenario.name, fact));
        };
        if scenario.coupling().is_none() {
            return crate::run::once(scenario, options, Some(&mut write));
        }
        // Coupled orders take turns: their facts are sorted first.
        let mut facts = Vec::new();
        let outcome = crate::run::once(scenario, options, Some(&mut |fact: &Fact| facts.push(*fact)));
        facts.sort_by_key(|fact: &Fact| fact.order);
        facts.iter().for_each(write);
        outcome
    }

    fn end(mut self, outcomes: &[Outcome]) -> Result<(), String> {
        if self.format.line.is_none() {
            let _ = (self.format.write)(&mut self.file, outcomes);
        }
        self.file.end()
    }
}

/// One scenario is told in full, many in a line each; those that fail in full.
fn print(outcomes: &[Outcome], timings: &[Timing], format: OutputFormat) {
    let page = Page::new(terminal::width());
    let mut text = String::new();
    match format {
        OutputFormat::Json => {
            let results: Vec<RunResult> =
                outcomes.iter().zip(timings).map(|(outcome, timing)| RunResult::new(outcome, Some(*timing))).collect();
            text = serde_json::to_string_pretty(&results).unwrap_or_default() + "\n";
        }
        OutputFormat::Text => {
            for outcome in outcomes {
                if outcomes.len() == 1 || outcome.verdict != Verdict::Pass {
                    let _ = report::text(&mut text, outcome, page);
                    text.push('\n');
                }
            }
            if outcomes.len() > 1 {
                let _ = report::overview::write(&mut text, outcomes, page);
                let _ = report::pairs::write(&mut text, outcomes, page);
            }
        }
    }
    terminal::print(&text);
}
