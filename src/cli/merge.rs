//! `paychaos merge`: joins what the shards of campaigns, or of comparisons, came to.

use crate::campaign::compare::parts as compare_parts;
use crate::campaign::shard::{self, Conflict, Joined};
use crate::cli::verdicts::Verdicts;
use crate::cli::{Exit, OutputFormat, compare, files, terminal};
use crate::report::campaign::FuzzResult;
use crate::report::campaign::json::CampaignTiming;
use std::path::PathBuf;
use std::time::Instant;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// What `paychaos fuzz --out`, `paychaos compare --out` or `paychaos merge --out` has written
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Write the shards into one file, to be merged with others
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write the result as JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

/// The parts of all files, or `None` after every mistake has been shown.
pub(crate) fn parts<T>(files: &[PathBuf], read: fn(&str) -> Result<Vec<T>, String>) -> Option<Vec<T>> {
    let (mut parts, mut all_read) = (Vec::new(), true);
    for file in files {
        match files::read_text(file).and_then(|text| read(&text)) {
            Ok(read) => parts.extend(read),
            Err(sentence) => {
                terminal::complain(&format!("{}: {sentence}", file.display()));
                all_read = false;
            }
        }
    }
    all_read.then_some(parts)
}

/// Two files that split one campaign into different numbers of shards, in a sentence.
fn split_twice(given: &[PathBuf]) -> Option<String> {
    let mut known: Vec<(&PathBuf, shard::Part)> = Vec::new();
    for file in given {
        let parts = files::read_text(file).and_then(|text| shard::read(&text)).unwrap_or_default();
        for part in parts {
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

pub(crate) fn merge(args: &Args, format: OutputFormat) -> Exit {
    let started = Instant::now();
    let of_comparisons = |file: &&PathBuf| files::read_text(file).is_ok_and(|text| compare_parts::is_part(&text));
    let of_campaigns = |file: &&PathBuf| files::read_text(file).is_ok_and(|text| shard::is_part(&text));
    let (cells, seeds) = (args.files.iter().find(of_comparisons), args.files.iter().find(of_campaigns));
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
        (Some(_), None) => return compare::merge(&args.files, args.out.as_deref(), format),
        (None, _) => {}
    }
    if let Some(sentence) = split_twice(&args.files) {
        terminal::complain(&sentence);
        return Exit::BadInput;
    }
    let Some(parts) = parts(&args.files, shard::read) else { return Exit::BadInput };
    let parts = match shard::union(parts) {
        Ok(parts) => parts,
        Err(Conflict::TwoResults(sentence)) => {
            terminal::complain(&format!("{sentence}: the same seeds gave different facts, which is a bug of paychaos"));
            return Exit::Bug;
        }
        Err(Conflict::Unequal(sentence)) => {
            terminal::complain(&sentence);
            return Exit::BadInput;
        }
    };
    if let Some(out) = &args.out
        && let Err(sentence) = files::write(out, shard::write(&parts))
    {
        terminal::complain(&sentence);
        return Exit::BadInput;
    }
    let mut verdicts = Verdicts::default();
    for Joined { identity, counted, missing } in shard::join(&parts) {
        verdicts.missing.extend(missing.iter().map(|missing| format!("{}: {missing}", identity.scenario)));
        let mut result = FuzzResult::new(&identity, identity.seeds, &counted, |_| None);
        result.complete = missing.is_empty();
        result.timing = Some(CampaignTiming::new(counted.runs, counted.events, started.elapsed().as_secs_f64()));
        verdicts.add(result, Vec::new());
    }
    verdicts.show(format, args.junit.as_deref())
}
