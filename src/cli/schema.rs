//! `paychaos schema`: JSON Schema of scenarios (for editors) and of results (for programs).

use crate::cli::{Exit, terminal};
use clap::ValueEnum;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Of what
    #[arg(long, value_enum, default_value_t = Of::Scenario)]
    of: Of,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Of {
    /// Scenario files
    Scenario,
    /// What `run --format json` prints
    Result,
    /// What `fuzz` and `merge` print
    Campaign,
    /// What `explore` prints
    Explored,
    /// What `mutants` prints
    Mutants,
    /// What `ci` prints
    Ci,
    /// Comparison files
    Comparison,
    /// What `compare` prints
    Compared,
}

pub(crate) fn schema(args: &Args) -> Exit {
    let schema = match args.of {
        Of::Scenario => crate::scenario::schema(),
        Of::Result => schemars::schema_for!(Vec<crate::report::json::RunResult>).to_value(),
        Of::Campaign => schemars::schema_for!(Vec<crate::report::campaign::FuzzResult>).to_value(),
        Of::Explored => schemars::schema_for!(Vec<crate::report::campaign::explore::ExploreResult>).to_value(),
        Of::Mutants => schemars::schema_for!(Vec<crate::report::campaign::mutants::MutantsResult>).to_value(),
        Of::Comparison => crate::scenario::comparison::schema(),
        Of::Compared => schemars::schema_for!(Vec<crate::campaign::compare::Comparison>).to_value(),
        Of::Ci => schemars::schema_for!(crate::report::campaign::json::CiResult).to_value(),
    };
    terminal::print(&format!("{schema:#}\n"));
    Exit::Held
}
