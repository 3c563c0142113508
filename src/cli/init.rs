//! `paychaos init`: writes a commented starter scenario.

use crate::cli::{Exit, OutputFormat, files, terminal};
use crate::report::campaign::json::play;
use std::path::PathBuf;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Where to write it
    #[arg(default_value = "scenario.yaml", value_name = "FILE")]
    file: PathBuf,
    /// Write over a file that is there
    #[arg(long)]
    force: bool,
}

pub(crate) fn init(args: &Args, format: OutputFormat) -> Exit {
    let name = args.file.display();
    if args.file.exists() && !args.force {
        terminal::complain(&format!("{name} is there already; --force writes over it"));
        return Exit::BadInput;
    }
    if let Err(sentence) = files::write(&args.file, crate::scenario::STARTER) {
        terminal::complain(&sentence);
        return Exit::BadInput;
    }
    terminal::print(&match format {
        OutputFormat::Text => format!("wrote {name}; play it with: {}\n", play(&name.to_string())),
        OutputFormat::Json => format!("{:#}\n", serde_json::json!({"wrote": name.to_string()})),
    });
    Exit::Held
}
