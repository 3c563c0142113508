//! `paychaos compare`: strategies side by side under the same weather.

mod story;

use crate::campaign::compare::parts::{self, Part};
use crate::campaign::compare::{self, Comparison, Question, Timing, baseline};
use crate::campaign::record::Seeds;
use crate::campaign::shard::Shard;
use crate::campaign::shell::quoted;
use crate::cli::terminal::{self, Progress};
use crate::cli::trouble::Trouble;
use crate::cli::{Exit, OutputFormat, campaign, files, fuzz, load, merge as shards, parts as kept};
use crate::report;
use crate::scenario::comparison::{Asked, Compared};
use std::path::{Path, PathBuf};
use std::slice;
use std::time::{Duration, Instant};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Comparison files, or folders of them
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Other seeds than the file's: A included, B not
    #[arg(long, value_name = "A..B", value_parser = fuzz::seeds)]
    seeds: Option<Seeds>,
    /// Another number of orders under each seed
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000_000))]
    orders: Option<u32>,
    /// Threads; without it one for each processor
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Write the report as one self-contained HTML page, with charts
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write the report as Markdown
    #[arg(long, value_name = "FILE")]
    markdown: Option<PathBuf>,
    /// Write every value, interval and difference as CSV
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// Write the lines of the CSV as Parquet; only where paychaos was built with `--features parquet`
    #[arg(long, value_name = "FILE")]
    parquet: Option<PathBuf>,
    /// Tell the story of one order instead, as a report names it: "PROFILE / STRATEGY / seed 3 / order 17"
    #[arg(long, value_name = "ADDRESS", value_parser = story::Address::parse)]
    story: Option<story::Address>,
    /// Tell the stories of the orders behind the numbers, as part of the result; a page always has them
    #[arg(long)]
    stories: bool,
    /// Fail if a measure is worse than in this earlier result of `--format json`, beyond its interval
    #[arg(long, value_name = "OLD.json")]
    baseline: Option<PathBuf>,
    /// Only this part of the cells: 1/N to N/N
    // A part has no report and no measures: `merge` shows what the parts come to.
    #[arg(long, value_name = "I/N", value_parser = fuzz::shard, requires = "out")]
    #[arg(conflicts_with_all = ["html", "markdown", "csv", "parquet", "baseline"])]
    shard: Option<Shard>,
    /// Write the cells for `paychaos merge`; what is in the file already is not run again
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// How often the cells done are written to that file
    #[arg(long, value_name = "DURATION", value_parser = fuzz::duration, default_value = "10s", requires = "out")]
    checkpoint: Duration,
}

/// Said where `--parquet` was given to a program that cannot write it.
const NO_PARQUET: &str = "this paychaos was built without the feature `parquet`: build it with `cargo install --path . \
                          --features parquet`, or write `--csv`, which has the same lines";

/// A comparison file that was read.
struct Source {
    compared: Compared,
    question: Question,
}

pub(crate) fn compare(args: &Args, format: OutputFormat) -> Exit {
    run(args, format).unwrap_or_else(Trouble::exit)
}

fn run(args: &Args, format: OutputFormat) -> Result<Exit, Trouble> {
    if args.parquet.is_some() && !cfg!(feature = "parquet") {
        return Err(Trouble::Sentence(NO_PARQUET.to_owned()));
    }
    let asked = Asked { seeds: args.seeds.map(|seeds| seeds.from..seeds.to), orders: args.orders };
    let (sources, mut inputs) = sources(args, &asked)?;
    inputs.extend(args.baseline.clone());
    let outputs = [&args.html, &args.markdown, &args.csv, &args.parquet, &args.out].into_iter().flatten();
    files::can_be_written(outputs.map(PathBuf::as_path), &inputs)?;
    let earlier = args.baseline.as_deref().map(|path| results(path, &sources)).transpose()?;
    if let Some(address) = &args.story {
        return sources
            .iter()
            .try_for_each(|source| story::tell(&source.compared, address))
            .map(|()| Exit::Held)
            .map_err(Trouble::from);
    }
    let mut known = match args.out.as_deref().filter(|out| files::is_kept(out)) {
        Some(out) => kept::read(out)?,
        None => Vec::new(),
    };
    terminal::remember_interrupts();
    let mut comparisons = Vec::new();
    for source in &sources {
        let started = Instant::now();
        let (part, ran) = one(args, source, &known)?;
        let orders = ran as f64 * source.question.rules.all_orders() as f64;
        if args.out.is_some() {
            known = parts::union(known.into_iter().chain([part.clone()]))?;
        }
        let (done, all) = (part.records.len(), source.question.tasks.len());
        let whole = part.is_whole();
        let shown = if whole || (args.out.is_none() && terminal::interrupted()) { part.whole_profiles() } else { None };
        if let Some((question, records)) = shown {
            let mut comparison = compare::evaluate(&question, &records);
            if whole && (args.stories || args.html.is_some()) {
                story::fill(&mut comparison, &source.compared, &source.question);
            }
            let wall_s = started.elapsed().as_secs_f64();
            comparison.timing = Timing { wall_s, cells: ran, orders_per_s: orders / wall_s.max(1e-9) };
            comparisons.push(comparison);
        }
        if !whole {
            let lost = "; with `--out FILE` they would be kept, and the rest run by the same command".to_owned();
            let kept = args.out.as_ref().map_or(lost, |out| format!("; they are kept in {}", out.display()));
            terminal::diagnose(&format!("note: {}: {done} of {all} cells are done{kept}\n", source.question.title));
        }
        if terminal::interrupted() {
            break;
        }
    }
    // What goes through a pipe is written once.
    if let Some(out) = args.out.as_deref().filter(|out| !files::is_kept(out)) {
        files::write(out, parts::write(&known))?;
    }
    let over = !terminal::interrupted();
    let held = earlier.filter(|_| over).is_none_or(|earlier| gate(&earlier, &mut comparisons));
    // Where none is whole, an earlier report is worth more than an empty one.
    if !comparisons.is_empty() {
        write(args, &comparisons)?;
    }
    print(&comparisons, format);
    Ok(match (terminal::interrupted(), held) {
        (true, _) => Exit::Interrupted,
        (false, true) => Exit::Held,
        (false, false) => Exit::NotMet,
    })
}

/// The earlier results, one at least for each comparison that is made now.
fn results(path: &Path, sources: &[Source]) -> Result<Vec<Comparison>, Trouble> {
    let text = files::read_text(path);
    let read = text.and_then(|text| {
        serde_json::from_str(&text)
            .map_err(|error| format!("this is no result of `paychaos compare --format json`: {error}"))
    });
    let earlier: Vec<Comparison> = read.map_err(|sentence| Trouble::Sentence(format!("{}: {sentence}", path.display())))?;
    let known: Vec<&str> = earlier.iter().map(|old| old.title.as_str()).collect();
    match sources.iter().map(|source| &source.question.title).find(|title| !known.contains(&title.as_str())) {
        None => Ok(earlier),
        Some(title) => {
            let holds = if known.is_empty() { "nothing".to_owned() } else { format!("`{}`", known.join("`, `")) };
            let sentence = format!("{}: `{title}` is not in this earlier result, which holds {holds}", path.display());
            Err(Trouble::Sentence(sentence))
        }
    }
}

/// Did nothing become worse? What did is said by the report; what could not be compared is said here.
fn gate(earlier: &[Comparison], comparisons: &mut [Comparison]) -> bool {
    let mut held = true;
    for comparison in comparisons {
        let Some(old) = earlier.iter().find(|old| old.title == comparison.title) else { continue };
        let gate = baseline::against(old, comparison);
        for name in &gate.missing {
            terminal::complain(&format!("{}: {name} was in the earlier result and is not in this one", comparison.title));
        }
        held &= gate.worse.is_empty() && gate.missing.is_empty();
        comparison.worse = gate.worse;
    }
    held
}

/// `paychaos merge` of cells: joins them, and shows the comparisons that are complete.
pub(crate) fn merge(given: &[shards::Text], out: Option<&Path>, format: OutputFormat) -> Exit {
    let Some(parts) = shards::read(given) else { return Exit::BadInput };
    let joined = parts::union(parts).map_err(Trouble::from);
    let parts = match joined.and_then(|parts| shards::hand_on(out, given, parts)) {
        Ok(parts) => parts,
        Err(trouble) => return trouble.exit(),
    };
    let mut comparisons = Vec::new();
    let of_all = parts.len();
    for part in parts {
        if let Some(sentence) = missing(&part) {
            terminal::complain(&sentence);
        }
        let question = part.question.clone();
        comparisons.extend(part.into_records().map(|records| compare::evaluate(&question, &records)));
    }
    print(&comparisons, format);
    if comparisons.len() == of_all { Exit::Held } else { Exit::NotMet }
}

/// What a part lacks, in a sentence.
fn missing(part: &Part) -> Option<String> {
    const NAMED: usize = 3;
    let names: Vec<String> = part.missing().map(|task| part.name(task)).collect();
    let question = &part.question;
    let more = if names.len() > NAMED { format!(" and {} more", names.len() - NAMED) } else { String::new() };
    let first = names.get(..NAMED).unwrap_or(&names).join("; ");
    let (count, of) = (names.len(), question.tasks.len());
    (count > 0).then(|| {
        format!(
            "{}: {count} of {of} cells are missing: {first}{more}; `{}` with its shard makes them",
            question.title, question.command
        )
    })
}

/// Reads every comparison file, and says which files were read; what is wrong with any of them is shown.
fn sources(args: &Args, asked: &Asked) -> Result<(Vec<Source>, Vec<PathBuf>), Trouble> {
    let Some((read, inputs)) = load::comparisons(&args.files, asked) else { return Err(Trouble::Said) };
    let question = |(path, bytes, compared): load::ComparisonFile| {
        let file = path.display().to_string();
        let question = Question::new(&compared, [&file, &command(args, &file)], &bytes);
        Source { question, compared }
    };
    Ok((read.into_iter().map(question).collect(), inputs))
}

/// Runs what is missing of a comparison; says how many cells that were.
fn one(args: &Args, source: &Source, known: &[Part]) -> Result<(Part, u64), Trouble> {
    let question = &source.question;
    let mut part = Part { question: question.clone(), records: Default::default() };
    if let Some(earlier) = known.iter().find(|part| part.question.inputs == question.inputs) {
        part.records.clone_from(&earlier.records);
    }
    let shard = args.shard.unwrap_or(Shard { index: 1, of: 1 });
    let wanted: Vec<usize> = part.missing().filter(|task| *task as u64 % shard.of == shard.index - 1).collect();
    let mut bar = Progress::new(&question.title, wanted.len() as u64, "cells");
    let (mut ran, mut saved, mut trouble) = (0, Instant::now(), None);
    let save = |part: &Part| match args.out.as_deref().filter(|out| files::is_kept(out)) {
        Some(out) => kept::add(out, None, &[known, slice::from_ref(part)].concat()).map(drop),
        None => Ok(()),
    };
    let scenarios = &source.compared.scenarios;
    compare::cells::run(question, scenarios, &wanted, campaign::jobs(args.jobs), &mut |task, record| {
        part.records.insert(task, record);
        ran += 1;
        bar.set(ran);
        if args.out.is_some() && saved.elapsed() > args.checkpoint {
            trouble = save(&part).err();
            saved = Instant::now();
        }
        trouble.is_none() && !terminal::interrupted()
    });
    bar.finish();
    match trouble {
        Some(trouble) => Err(trouble),
        None => save(&part).map(|()| (part, ran)),
    }
}

/// The command that makes the result again.
fn command(args: &Args, file: &str) -> String {
    let mut command = format!("paychaos compare {}", quoted(file));
    if let Some(Seeds { from, to }) = args.seeds {
        command.push_str(&format!(" --seeds {from}..{to}"));
    }
    if let Some(orders) = args.orders {
        command.push_str(&format!(" --orders {orders}"));
    }
    command
}

/// Writes the files that are asked for.
fn write(args: &Args, comparisons: &[Comparison]) -> Result<(), Trouble> {
    if let Some(file) = &args.html {
        let mut page = String::new();
        report::compare::html::write(&mut page, comparisons).map_err(|error| error.to_string())?;
        files::write(file, &page)?;
    }
    if let Some(file) = &args.markdown {
        files::write(file, each(comparisons, |out, comparison| report::compare::markdown::write(out, comparison)))?;
    }
    if let Some(file) = &args.csv {
        files::write(file, report::compare::csv::write(comparisons))?;
    }
    #[cfg(feature = "parquet")]
    if let Some(file) = &args.parquet {
        files::write(file, report::compare::parquet::write(comparisons)?)?;
    }
    Ok(())
}

fn print(comparisons: &[Comparison], format: OutputFormat) {
    let columns = terminal::columns();
    terminal::print(&match format {
        OutputFormat::Json => serde_json::to_string(comparisons).unwrap_or_default() + "\n",
        OutputFormat::Text => each(comparisons, |out, comparison| report::compare::text::write(out, comparison, columns)),
    });
}

/// One after the other, with a blank line between two.
fn each(comparisons: &[Comparison], write: impl Fn(&mut String, &Comparison) -> std::fmt::Result) -> String {
    let texts = comparisons.iter().map(|comparison| {
        let mut text = String::new();
        // A String takes everything.
        let _ = write(&mut text, comparison);
        text
    });
    texts.collect::<Vec<String>>().join("\n")
}
