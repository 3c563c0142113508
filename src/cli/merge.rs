//! `paychaos merge`: joins what the shards of campaigns came to.

use crate::campaign::shard::{self, Conflict, Joined};
use crate::cli::verdicts::Verdicts;
use crate::cli::{Exit, OutputFormat, files, terminal};
use crate::report::campaign::FuzzResult;
use crate::report::campaign::json::CampaignTiming;
use std::path::PathBuf;
use std::time::Instant;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// What `paychaos fuzz --out` or `paychaos merge --out` has written
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Write the shards into one file, to be merged with others
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Write the result as JUnit XML
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

pub(crate) fn merge(args: &Args, format: OutputFormat) -> Exit {
    let started = Instant::now();
    let mut parts = Vec::new();
    let mut unreadable = false;
    for file in &args.files {
        let read = std::fs::read_to_string(file).map_err(|error| files::reason(&error)).and_then(|text| shard::read(&text));
        match read {
            Ok(read) => parts.extend(read),
            Err(sentence) => {
                terminal::complain(&format!("{}: {sentence}", file.display()));
                unreadable = true;
            }
        }
    }
    if unreadable {
        return Exit::BadInput;
    }
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
        && let Err(sentence) = files::write(out, &shard::write(&parts))
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
