//! The map of the source is kept: who may import whom, what the model may not touch, and that every file says what it is.

use std::fs;
use std::path::{Path, PathBuf};

/// The modules by rank. A module imports smaller ranks and itself only.
const RANKS: &[(&str, u8)] = &[
    ("kernel", 0),
    ("payments", 1),
    ("faults", 2),
    ("invariants", 2),
    ("scenario", 3),
    ("run", 4),
    ("campaign", 5),
    ("report", 6),
    ("cli", 7),
];

/// The model: what decides the outcome of a run, and so must be the same on every machine and in every run.
const MODEL: &[&str] = &["kernel", "payments", "faults", "invariants", "run"];

/// What the model may not touch: its order or value is not the same everywhere, or always.
const NOT_IN_THE_MODEL: &[&str] = &[
    "HashMap",
    "HashSet",
    "RandomState",
    "DefaultHasher",
    "SystemTime",
    "Instant",
    "f32",
    "f64",
    "thread",
    "thread_local",
    "println",
    "eprintln",
    "std::env",
    "std::fs",
    "std::io",
    "std::net",
    "std::process",
    "std::time",
];

/// Words that the kernel cannot spell, even in comments: it simulates, it does not know what.
const NOT_IN_THE_KERNEL: &[&str] =
    &["pay", "merchant", "bank", "money", "refund", "settle", "debit", "customer", "notification", "polling", "reconcil"];

/// The exceptions: file, word, reason.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    (
        "kernel/distribution.rs",
        "f64",
        "quantile tables are built once, with libm, rounded to integers, then sampled as integers",
    ),
    ("run/outcome.rs", "f64", "a report names the quantile that it wants, after the run; nothing is decided by it"),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below `folder` with one of these endings, sorted; none where there is no such folder.
fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            found.extend(files(&path, endings));
        } else if endings.iter().any(|ending| path.to_string_lossy().ends_with(ending)) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// A source file: its path below `src`, and its text.
struct Source {
    path: String,
    text: String,
}

fn sources() -> Vec<Source> {
    let src = root().join("src");
    let read = |path: &PathBuf| Source {
        path: path.strip_prefix(&src).expect("below src").to_string_lossy().replace('\\', "/"),
        text: fs::read_to_string(path).expect("a readable source file"),
    };
    let found: Vec<Source> = files(&src, &[".rs"]).iter().map(read).collect();
    assert!(found.len() > 50, "only {} source files found", found.len());
    found
}

impl Source {
    /// The module that it belongs to: the first folder, or the file's own name.
    fn module(&self) -> &str {
        self.path.split('/').next().unwrap_or_default().trim_end_matches(".rs")
    }

    /// Its words, by line, without comments, strings and characters.
    fn words(&self) -> Vec<(usize, String)> {
        let code = code(&self.text);
        let mut words = Vec::new();
        for (number, line) in code.lines().enumerate() {
            let split = line.split(|c: char| !c.is_alphanumeric() && c != '_');
            words.extend(split.filter(|word| !word.is_empty()).map(|word| (number + 1, word.to_owned())));
            let paths = line.match_indices("std::").map(|(at, _)| format!("std::{}", first_name(&line[at + 5..])));
            words.extend(paths.map(|path| (number + 1, path)));
        }
        words
    }

    /// The modules of this crate that it names, by line.
    fn imports(&self) -> Vec<(usize, String)> {
        let code = code(&self.text);
        let mut imports = Vec::new();
        for head in ["crate::", "paychaos::"] {
            for (at, _) in code.match_indices(head) {
                if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
                    continue;
                }
                let line = code[..at].lines().count().max(1);
                let rest = &code[at + head.len()..];
                imports.extend(first_names(rest).into_iter().map(|name| (line, name)));
            }
        }
        imports
    }
}

/// The name at the start of `text`.
fn first_name(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The first names of a path or of a group of paths: `a::b` gives a; `{a::{x, y}, b}` gives a and b.
fn first_names(rest: &str) -> Vec<String> {
    let Some(group) = rest.strip_prefix('{') else { return vec![first_name(rest)] };
    let (mut depth, mut names, mut start) = (1, vec![first_name(group.trim_start())], 0);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => start = at + 1,
            _ => {}
        }
        if start == at + 1 {
            names.push(first_name(group[start..].trim_start()));
        }
        if depth == 0 {
            break;
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// `text` with comments, strings and characters blanked out, line by line.
fn code(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let blank = |out: &mut String, gone: &str| out.extend(gone.chars().map(|c| if c == '\n' { '\n' } else { ' ' }));
    while let Some(c) = rest.chars().next() {
        let skipped = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |end| end + 2)
        } else if let Some(raw) = raw_string(rest).filter(|_| !out.ends_with(|c: char| c.is_alphanumeric() || c == '_')) {
            raw
        } else if c == '"' {
            string(rest)
        } else if c == '\'' {
            character(rest)
        } else {
            0
        };
        if skipped == 0 {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        } else {
            blank(&mut out, &rest[..skipped]);
            rest = &rest[skipped..];
        }
    }
    out
}

fn raw_string(rest: &str) -> Option<usize> {
    let body = rest.strip_prefix('r')?;
    let marks = body.len() - body.trim_start_matches('#').len();
    let inner = body[marks..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(marks));
    Some(inner.find(&end).map_or(rest.len(), |at| 2 + marks + at + end.len()))
}

fn string(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// A character literal; 0 for a lifetime.
fn character(rest: &str) -> usize {
    let mut inner = rest.chars().skip(1);
    match (inner.next(), inner.next()) {
        (Some('\\'), Some(c)) => rest[2 + c.len_utf8()..].find('\'').map_or(0, |at| 2 + c.len_utf8() + at + 1),
        (Some(c), Some('\'')) => 2 + c.len_utf8(),
        _ => 0,
    }
}

fn excepted(path: &str, word: &str) -> bool {
    EXCEPTIONS.iter().any(|(file, allowed, _)| *file == path && *allowed == word)
}

#[test]
fn a_module_imports_smaller_ranks_only() {
    let rank = |module: &str| RANKS.iter().find(|(name, _)| *name == module).map(|(_, rank)| *rank);
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| !["lib.rs", "main.rs"].contains(&source.path.as_str())) {
        let module = source.module();
        let Some(own) = rank(module) else {
            wrong.push(format!("src/{}: the module `{module}` has no rank", source.path));
            continue;
        };
        for (line, name) in source.imports() {
            if name != module && rank(&name).is_none_or(|other| other >= own) {
                wrong.push(format!("src/{}:{line}: `{module}` (rank {own}) imports `{name}`", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_path_climbs_out_of_its_module() {
    let climbs = |source: &Source| code(&source.text).contains("super::super::super");
    let wrong: Vec<String> = sources().into_iter().filter(climbs).map(|source| source.path).collect();
    assert!(wrong.is_empty(), "write `crate::...` instead, so that the ranks can be checked: {wrong:?}");
}

#[test]
fn the_library_lists_the_modules_and_nobody_imports_the_command_line() {
    let all = sources();
    let library = all.iter().find(|source| source.path == "lib.rs").expect("src/lib.rs");
    let listed: Vec<&str> =
        library.text.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')).collect();
    assert!(listed.len() >= 8, "{listed:?}");
    for module in listed {
        assert!(RANKS.iter().any(|(name, _)| *name == module), "`{module}` has no rank");
    }
}

#[test]
fn the_model_has_no_clock_no_floats_no_hash_order_no_threads_and_no_files() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| MODEL.contains(&source.module())) {
        for (line, word) in source.words() {
            if NOT_IN_THE_MODEL.contains(&word.as_str()) && !excepted(&source.path, &word) {
                wrong.push(format!("src/{}:{line}: `{word}`", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_exception_is_still_needed() {
    let all = sources();
    for (path, word, reason) in EXCEPTIONS {
        let source = all.iter().find(|source| source.path == *path).unwrap_or_else(|| panic!("src/{path} is gone"));
        assert!(source.words().iter().any(|(_, found)| found == word), "src/{path} has no `{word}` any more");
        assert!(reason.len() > 20, "why may src/{path} have `{word}`?");
    }
}

#[test]
fn the_kernel_cannot_spell_what_it_simulates() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| source.module() == "kernel") {
        for (number, line) in source.text.lines().enumerate() {
            let line = line.to_lowercase().replace("paychaos", "");
            wrong.extend(
                NOT_IN_THE_KERNEL
                    .iter()
                    .filter(|word| line.contains(**word))
                    .map(|word| format!("src/{}:{}: `{word}`", source.path, number + 1)),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn invariants_know_neither_the_chooser_nor_faults() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| source.module() == "invariants") {
        for (line, word) in source.words() {
            if word.contains("Chooser") || ["choose", "pick", "Pick", "faults", "Weather"].contains(&word.as_str()) {
                wrong.push(format!("src/{}:{line}: `{word}`", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn reports_open_no_files_and_know_no_clock() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| ["report", "campaign"].contains(&source.module())) {
        for (line, word) in source.words() {
            if ["std::fs", "std::env", "std::io", "std::time", "Instant", "SystemTime", "println", "eprintln"]
                .contains(&word.as_str())
            {
                wrong.push(format!("src/{}:{line}: `{word}`", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_source_file_says_what_it_is() {
    let silent = |source: &Source| !source.text.lines().next().is_some_and(|line| line.starts_with("//! ") || line == "//!");
    let wrong: Vec<String> = sources().into_iter().filter(silent).map(|source| source.path).collect();
    assert!(wrong.is_empty(), "these files have no `//!` header: {wrong:?}");
}

#[test]
fn nothing_is_left_unfinished() {
    // In two parts, so that this file does not find itself.
    let words: Vec<String> = [
        ("TO", "DO"),
        ("FIX", "ME"),
        ("XX", "X"),
        ("unimplemented", "!("),
        ("todo", "!("),
        ("#[ig", "nore"),
        ("```ig", "nore"),
    ]
    .map(|(a, b)| a.to_owned() + b)
    .into();
    let mut found = Vec::new();
    let endings = [".rs", ".yaml", ".yml", ".toml", ".md", ".js", ".css", ".html", "run", ".csv"];
    for folder in ["src", "tests", "benches", "examples", "scenarios", ".ci"] {
        found.extend(files(&root().join(folder), &endings));
    }
    found.extend(["README.md", "Cargo.toml", "deny.toml", "LICENSE-MIT"].map(|name| root().join(name)));
    let mut wrong = Vec::new();
    for path in found {
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        for (number, line) in text.lines().enumerate() {
            wrong.extend(
                words
                    .iter()
                    .filter(|word| line.contains(*word))
                    .map(|word| format!("{}:{}: {word}", path.display(), number + 1)),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn this_test_reads_rust() {
    assert_eq!(code("a // b\nc"), "a     \nc");
    assert_eq!(
        code(r#"f("x \" y", 'z', '\n', 'l)"#),
        format!("f({}, {}, {}, 'l)", " ".repeat(8), " ".repeat(3), " ".repeat(4))
    );
    assert_eq!(code("r#\"a\"b\"# c"), format!("{} c", " ".repeat(8)));
    assert_eq!(first_names("a::b;"), ["a"]);
    assert_eq!(first_names("{a::{x, y}, b, c::d};"), ["a", "b", "c"]);
    let source = Source {
        path: "kernel/x.rs".to_owned(),
        text: "use crate::{run::x, cli};\n// crate::report\nlet x = crate::faults::y;".to_owned(),
    };
    let imports: Vec<String> = source.imports().into_iter().map(|(line, name)| format!("{line} {name}")).collect();
    assert_eq!(imports, ["1 run", "1 cli", "3 faults"]);
}
