//! Rank 7: files, terminal, progress and exit codes. Nobody imports it but the binary.
//!
//! One file per command. Results go to stdout, progress and diagnostics to stderr.

mod campaign;
mod catalog;
mod check;
mod ci;
mod compare;
mod corpus;
mod explain;
mod explore;
mod files;
mod fuzz;
mod init;
mod list;
mod load;
mod merge;
mod mutants;
mod parts;
mod run;
mod schema;
mod terminal;
mod trouble;
mod verdicts;

use clap::{CommandFactory, Parser, Subcommand, ValueEnum};
use std::process::ExitCode;

/// What the exit code says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All held.
    Held = 0,
    /// An expectation was not met.
    NotMet = 1,
    /// Bad input or usage.
    BadInput = 2,
    /// A bug of paychaos.
    Bug = 3,
    /// Interrupted, after printing what is known.
    Interrupted = 130,
}

/// Simulates payment flows between merchant, platform and bank, does every bad thing to them under one seed, and checks
/// that money and books always come back into agreement.
#[derive(Parser)]
#[command(name = "paychaos", version, max_term_width = 100, after_help = EXIT_CODES)]
struct Cli {
    /// How results are printed
    #[arg(long, value_enum, global = true, default_value_t = OutputFormat::Text)]
    format: OutputFormat,
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "Exit codes: 0 all held; 1 an expectation was not met; 2 bad input or usage; 3 a bug of paychaos; \
                          130 interrupted.";

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// For people
    Text,
    /// For programs; see `paychaos schema --of result`
    Json,
}

#[derive(Subcommand)]
enum Command {
    /// Play each scenario once, tell the story, and judge it by its `expect`
    Run(run::Args),
    /// Run a scenario under thousands of seeds, each with faults and rates of its own, and shrink what fails
    Fuzz(fuzz::Args),
    /// Join the results of a campaign's shards, in any order and grouping
    Merge(merge::Args),
    /// Play every plan of at most K misfortunes, and certify what was covered
    Explore(explore::Args),
    /// Switch each safety rule off in turn and say how soon that is noticed
    Mutants(mutants::Args),
    /// Set strategies side by side under the same weather, with intervals
    Compare(compare::Args),
    /// Run a folder's scenarios, the corpus of cases found before, and campaigns within a budget
    Ci(ci::Args),
    /// Validate scenarios without running them
    Check(check::Args),
    /// Print what there is, from faults and rules to channels and formats: the kinds, or the names of one kind
    List(list::Args),
    /// Say what a fault, mechanism, rule, invariant, goal, channel, strategy, kind of value or key means, with the smallest example
    Explain(explain::Args),
    /// Write a commented starter scenario
    Init(init::Args),
    /// Print the JSON Schema of scenarios, for editors, or of results
    Schema(schema::Args),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
}

/// Runs the command line.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(said) if said.use_stderr() => said.exit(),
        Err(help) => {
            terminal::print(&help.render().ansi().to_string());
            return ExitCode::from(if terminal::lost_a_result() { Exit::BadInput } else { Exit::Held } as u8);
        }
    };
    let code = match std::panic::catch_unwind(|| execute(cli)) {
        Ok(Exit::Held | Exit::NotMet) if terminal::lost_a_result() => Exit::BadInput,
        Ok(code) => code,
        Err(_) => {
            terminal::complain(
                "this is a bug of paychaos, not of your input; the same command with the same seed shows it again",
            );
            Exit::Bug
        }
    };
    ExitCode::from(code as u8)
}

fn execute(cli: Cli) -> Exit {
    let format = cli.format;
    match cli.command {
        Command::Run(args) => run::run(&args, format),
        Command::Fuzz(args) => fuzz::fuzz(&args, format),
        Command::Merge(args) => merge::merge(&args, format),
        Command::Explore(args) => explore::explore(&args, format),
        Command::Mutants(args) => mutants::mutants(&args, format),
        Command::Compare(args) => compare::compare(&args, format),
        Command::Ci(args) => ci::ci(&args, format),
        Command::Check(args) => check::check(&args, format),
        Command::List(args) => list::list(&args, format),
        Command::Explain(args) => explain::explain(&args, format),
        Command::Init(args) => init::init(&args, format),
        Command::Schema(args) => schema::schema(&args),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "paychaos", &mut script);
            terminal::print(&String::from_utf8_lossy(&script));
            Exit::Held
        }
    }
}
