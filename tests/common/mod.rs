//! The program as its users run it, for the tests of its command line.

use assert_cmd::Command;
use std::fs;
use std::path::{Path, PathBuf};

/// What a run left behind.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

/// The program in a folder, whatever the tests' own environment says of terminals and of CI.
pub fn command(folder: &Path, args: &[&str]) -> std::process::Command {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_paychaos"));
    for name in ["COLUMNS", "CLICOLOR_FORCE", "GITHUB_ACTIONS", "GITHUB_STEP_SUMMARY"] {
        command.env_remove(name);
    }
    command.current_dir(folder).args(args);
    command
}

/// Runs it to its end.
pub fn ran(command: std::process::Command) -> Ran {
    let output = Command::from_std(command).output().expect("the binary runs");
    Ran {
        code: output.status.code().expect("no signal"),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
}

pub fn paychaos(folder: &Path, args: &[&str]) -> Ran {
    ran(command(folder, args))
}

/// An empty folder of the test called `name`, with files in it.
pub fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(env!("CARGO_CRATE_NAME")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder to write in");
    for (file, text) in files {
        fs::write(folder.join(file), text).expect("a file to write");
    }
    folder
}
