//! `paychaos merge`: joins what the shards of campaigns, or of comparisons, came to.

use crate::campaign::compare::parts as compare_parts;
use crate::campaign::shard::{self, Joined};
use crate::cli::parts::{self, Part};
use crate::cli::trouble::Trouble;
use crate::cli::verdicts::Verdicts;
use crate::cli::{Exit, OutputFormat, compare, files, terminal};
use crate::report::campaign::FuzzResult;
use crate::report::campaign::json::CampaignTiming;
use std::path::{Path, PathBuf};
use std::time::Instant;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// What `paychaos fuzz --out`, `paychaos compare --out` or `paychaos merge --out` has written
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Write the shards into one file, to be merged with others; it may be one of those that are joined
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write the result as JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

/// A file and what stands in it; it is read once, as it may be a pipe.
pub(crate) type Text = (PathBuf, String);

/// What stands in all files, or `None` after every mistake has been shown.
fn texts(given: &[PathBuf]) -> Option<Vec<Text>> {
    every(given, PathBuf::as_path, |file| files::read_text(file).map(|text| (file.clone(), text)))
}

/// The parts of all files, or `None` after every mistake has been shown.
pub(crate) fn read<P: Part>(texts: &[Text]) -> Option<Vec<P>> {
    Some(every(texts, |(file, _)| file, |(_, text)| P::read(text))?.into_iter().flatten().collect())
}

/// What is made of all files, or `None` after every mistake has been shown.
fn every<F, T>(given: &[F], name: fn(&F) -> &Path, make: impl Fn(&F) -> Result<T, String>) -> Option<Vec<T>> {
    let mut made = Vec::new();
    for file in given {
        match make(file) {
            Ok(one) => made.push(one),
            Err(sentence) => terminal::complain(&format!("{}: {sentence}", name(file).display())),
        }
    }
    (made.len() == given.len()).then_some(made)
}

/// Two files that split one campaign into different numbers of shards, in a sentence.
fn split_twice(texts: &[Text]) -> Option<String> {
    let mut known: Vec<(&PathBuf, shard::Part)> = Vec::new();
    for (file, text) in texts {
        for part in shard::read(text).unwrap_or_default() {
            let other =
                |(_, other): &&(&PathBuf, shard::Part)| other.identity == part.identity && other.shard.of != part.shard.of;
            if let Some((first, other)) = known.iter().find(other) {
                let (of, others, scenario) = (part.shard.of, other.shard.of, &part.identity.scenario);
                return Some(format!(
                    "{scenario}: it was split into {others} shards in {}, and into {of} in {}",
                    first.display(),
                    file.display()
                ));
            }
            known.push((file, part));
        }
    }
    None
}

/// Writes what was joined, if it is to be written. Where that is one of the files that were `given`, it is joined with what
/// stands there by now: another process may have written to it since. Returns what is known then.
pub(crate) fn hand_on<P: Part>(out: Option<&Path>, given: &[Text], parts: Vec<P>) -> Result<Vec<P>, Trouble> {
    let Some(out) = out else { return Ok(parts) };
    if files::is_kept(out) && given.iter().any(|(file, _)| files::are_one(file, out)) {
        return parts::add(out, None, &parts);
    }
    parts::put(out, &parts).map(|()| parts)
}

pub(crate) fn merge(args: &Args, format: OutputFormat) -> Exit {
    let started = Instant::now();
    let Some(texts) = texts(&args.files) else { return Exit::BadInput };
    // The shards that are joined may be written to one of their own files: nothing in it is lost.
    let outputs = [&args.out, &args.junit].into_iter().flatten().map(PathBuf::as_path);
    let asked = files::can_be_written(args.junit.as_deref(), &args.files);
    if let Err(sentence) = asked.and_then(|()| files::can_be_written(outputs, &[] as &[&Path])) {
        terminal::complain(&sentence);
        return Exit::BadInput;
    }
    let holding = |is_part: fn(&str) -> bool| texts.iter().find(|(_, text)| is_part(text)).map(|(file, _)| file);
    let (cells, seeds) = (holding(compare_parts::is_part), holding(shard::is_part));
    if let (Some(cells), Some(seeds)) = (cells, seeds) {
        let (seeds, cells) = (seeds.display(), cells.display());
        terminal::complain(&format!(
            "{seeds} holds seeds of a campaign, {cells} cells of a comparison: they are merged apart"
        ));
        return Exit::BadInput;
    }
    match (cells, &args.junit) {
        (Some(cells), Some(_)) => {
            let cells = cells.display();
            terminal::complain(&format!("{cells} holds cells of a comparison, which are no tests: leave out `--junit`"));
            return Exit::BadInput;
        }
        (Some(_), None) => return compare::merge(&texts, args.out.as_deref(), format),
        (None, _) => {}
    }
    if let Some(sentence) = split_twice(&texts) {
        terminal::complain(&sentence);
        return Exit::BadInput;
    }
    let Some(parts) = read(&texts) else { return Exit::BadInput };
    let parts = match shard::union(parts) {
        Ok(parts) => parts,
        Err(conflict) => return Trouble::from(conflict).exit(),
    };
    let mut verdicts = Verdicts::default();
    let parts = hand_on(args.out.as_deref(), &texts, parts.clone()).unwrap_or_else(|trouble| {
        verdicts.not_written(trouble);
        parts
    });
    for Joined { identity, done, counted, played, missing, apart } in shard::join(&parts) {
        let mut result = FuzzResult::new(&identity, done, &counted, |_| None);
        result.timing = Some(CampaignTiming::new(counted.runs, counted.events, started.elapsed().as_secs_f64()));
        result.apart = apart;
        result.add_corpus(&played);
        result.add_missing(missing);
        verdicts.results.push(result);
    }
    verdicts.show(format, args.junit.as_deref(), None)
}
