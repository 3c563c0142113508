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

pub fn paychaos(folder: &Path, args: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_paychaos"));
    command.current_dir(folder).env_remove("COLUMNS").env_remove("CLICOLOR_FORCE").args(args);
    let output = command.output().expect("the binary runs");
    Ran {
        code: output.status.code().expect("no signal"),
        out: String::from_utf8(output.stdout).expect("UTF-8"),
        err: String::from_utf8(output.stderr).expect("UTF-8"),
    }
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
