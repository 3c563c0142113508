//! `paychaos explore`: every plan of at most K misfortunes, with a certificate.

use crate::campaign::explore::{self, Bounds, search};
use crate::cli::{Exit, OutputFormat, campaign, load};
use crate::scenario::Overrides;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Scenario files, or folders of them
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Misfortunes in a plan, at most
    #[arg(long, value_name = "K", value_parser = clap::value_parser!(u8).range(0..=8))]
    faults: u8,
    /// Only so many of the scenario's orders
    #[arg(long, value_name = "N")]
    orders: Option<u32>,
    /// Threads; without it one for each processor
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
    /// Faults by which the downstream breaks its word have their turns, too; an order hit by one must not stay silent
    #[arg(long)]
    breaches: bool,
}

pub(crate) fn explore(args: &Args, _format: OutputFormat) -> Exit {
    let Some(scenarios) = load::all(&args.files, &Overrides::default()) else { return Exit::BadInput };
    for (_, scenario) in scenarios {
        let bounds = Bounds {
            faults: args.faults,
            orders: args.orders,
            breaches: args.breaches,
            jobs: campaign::jobs(args.jobs),
            memory: 8 << 30,
        };
        let started = std::time::Instant::now();
        for depth in explore::explore(&scenario, &bounds, &|_| true) {
            println!(
                "{} plans {} failing {} states {} gen {} exec {} bytes {} at {:?}",
                depth.faults,
                search::plans(&depth.ends),
                search::failing(&depth.ends),
                depth.states,
                depth.work.generated,
                depth.work.executed,
                depth.bytes,
                started.elapsed()
            );
        }
    }
    Exit::Held
}
