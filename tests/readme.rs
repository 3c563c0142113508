//! The README is true: its scenarios load, its commands print what it shows, its tables are those of the registries.
//!
//! `UPDATE_README=1 cargo test --test readme` rewrites the outputs and the tables.
//!
//! A `yaml` block whose first line is `# NAME.yaml` is a file that the commands below it can use. In a `console` block a
//! line `$ paychaos ...` (or `$ cargo run --release -- ...`) is run and must print exactly the lines below it; a line
//! `...` stands for any lines. `| jq PATH` selects from JSON; `$ echo $?` is the exit code of the command before.
//! What stands between `<!-- table: NAME -->` and `<!-- end -->` is generated.

#[path = "common/jq.rs"]
mod jq;

use jq::jq;
use paychaos::payments::party::Hop;
use paychaos::payments::site::Place;
use serde_json::Value;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_readme_is_true() {
    let path = root().join("README.md");
    let written = fs::read_to_string(&path).expect("README.md");
    let folder = prepared();
    let mut reader = Reader { folder: &folder, code: 0, out: String::new(), files: 0, commands: 0, tables: 0 };
    reader.read(&written);
    assert!(reader.files >= 3 && reader.commands >= 5 && reader.tables >= 8, "what happened to the README?");
    if written == reader.out {
        return;
    }
    if std::env::var_os("UPDATE_README").is_some() {
        fs::write(&path, &reader.out).expect("README.md can be written");
        return;
    }
    let (line, (is, should)) = written
        .lines()
        .zip(reader.out.lines())
        .enumerate()
        .find(|(_, (is, should))| is != should)
        .unwrap_or((written.lines().count().min(reader.out.lines().count()), ("(the end)", "(the end)")));
    panic!(
        "README.md:{}: says\n{is}\nbut it should be\n{should}\nUPDATE_README=1 cargo test --test readme rewrites it",
        line + 1
    );
}

/// A folder with a copy of the scenarios, to run the README's commands in.
fn prepared() -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme");
    let _ = fs::remove_dir_all(&folder);
    copy(&root().join("scenarios"), &folder.join("scenarios"));
    folder
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder to write in");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let (path, target) = (entry.path(), to.join(entry.file_name()));
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a copy");
        }
    }
}

/// Reads the README and writes it as it should be.
struct Reader<'a> {
    folder: &'a Path,
    /// The exit code of the last command.
    code: i32,
    out: String,
    files: usize,
    commands: usize,
    tables: usize,
}

impl Reader<'_> {
    fn read(&mut self, text: &str) {
        let mut lines = text.lines();
        while let Some(line) = lines.next() {
            self.out.push_str(line);
            self.out.push('\n');
            if let Some(name) = line.strip_prefix("<!-- table: ").and_then(|rest| rest.strip_suffix(" -->")) {
                assert!(lines.any(|line| line == "<!-- end -->"), "the table {name} has no end");
                self.tables += 1;
                let table = table(name, self.folder);
                let _ = write!(self.out, "\n{table}\n<!-- end -->\n");
            } else if let Some(kind) = line.strip_prefix("```").filter(|kind| !kind.is_empty()) {
                let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
                match kind {
                    "console" => self.console(&block),
                    "yaml" => self.file(&block),
                    _ => self.copy(&block),
                }
                self.out.push_str("```\n");
            }
        }
    }

    fn copy(&mut self, block: &[&str]) {
        block.iter().for_each(|line| self.out.push_str(&format!("{line}\n")));
    }

    /// A scenario: it is kept under its name, and must be valid, unless its name says that it is not.
    fn file(&mut self, block: &[&str]) {
        self.copy(block);
        let first = block.first().copied().unwrap_or_default();
        let name =
            first.strip_prefix("# ").unwrap_or_else(|| panic!("a yaml block begins with `# NAME.yaml`, not {first:?}"));
        fs::write(self.folder.join(name), block.join("\n") + "\n").expect("a file to write");
        let (code, _, err) = self.paychaos(&["check", name]);
        assert_eq!(code, if name.starts_with("broken") { 2 } else { 0 }, "{name}: {err}");
        self.files += 1;
    }

    /// Commands and what they print.
    fn console(&mut self, block: &[&str]) {
        let mut rest = block;
        while let Some((command, after)) = rest.split_first() {
            let command = command.strip_prefix("$ ").unwrap_or_else(|| panic!("no command in front of {command:?}"));
            let end = after.iter().position(|line| line.starts_with("$ ")).unwrap_or(after.len());
            let (shown, next) = after.split_at(end);
            let printed = self.run(command);
            let printed: Vec<&str> = printed.lines().collect();
            let _ = writeln!(self.out, "$ {command}");
            if matches(shown, &printed) {
                self.copy(shown);
            } else {
                self.copy(&elided(shown, &printed));
            }
            rest = next;
        }
    }

    fn run(&mut self, line: &str) -> String {
        self.commands += 1;
        if line == "echo $?" {
            return self.code.to_string();
        }
        let (command, filter) = line.split_once(" | jq ").map_or((line, None), |(command, filter)| (command, Some(filter)));
        let words = words(command);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let args =
            words.strip_prefix(&["paychaos"][..]).or_else(|| words.strip_prefix(&["cargo", "run", "--release", "--"][..]));
        let args = args.unwrap_or_else(|| panic!("the README runs `{line}`"));
        let (code, out, err) = self.paychaos(args);
        self.code = code;
        match filter {
            None => out + &err,
            Some(filter) => jq(&filter.replace('\'', ""), &out),
        }
    }

    fn paychaos(&self, args: &[&str]) -> (i32, String, String) {
        paychaos(self.folder, args)
    }
}

fn paychaos(folder: &Path, args: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_paychaos"));
    let output = command.args(args).current_dir(folder).env_remove("COLUMNS").output().expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("no signal"), text(output.stdout), text(output.stderr))
}

/// The words of a command: separated by blanks, quotes keep them together.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut quoted, mut open) = (vec![String::new()], None, false);
    for c in line.chars() {
        match (c, quoted) {
            ('"' | '\'', None) => (quoted, open) = (Some(c), true),
            (_, Some(quote)) if c == quote => quoted = None,
            (' ', None) => {
                if open || words.last().is_some_and(|word| !word.is_empty()) {
                    words.push(String::new());
                }
                open = false;
            }
            _ => words.last_mut().expect("a word").push(c),
        }
    }
    words
}

/// Are these the lines that are shown, `...` standing for any?
fn matches(shown: &[&str], printed: &[&str]) -> bool {
    match shown.split_first() {
        None => printed.is_empty(),
        Some((&"...", rest)) => (0..=printed.len()).any(|skip| matches(rest, &printed[skip..])),
        Some((first, rest)) => printed.split_first().is_some_and(|(line, after)| line == first && matches(rest, after)),
    }
}

/// The printed lines, with as many left out as in what was shown.
fn elided<'a>(shown: &[&str], printed: &[&'a str]) -> Vec<&'a str> {
    let first = shown.iter().position(|line| *line == "...");
    let last = shown.iter().rposition(|line| *line == "...");
    let (Some(head), Some(last)) = (first, last) else { return printed.to_vec() };
    let tail = shown.len() - last - 1;
    if head + tail >= printed.len() {
        return printed.to_vec();
    }
    [&printed[..head], &["..."], &printed[printed.len() - tail..]].concat()
}

/// A table in Markdown, generated.
fn table(name: &str, folder: &Path) -> String {
    let code = |text: &str| format!("`{text}`");
    let (head, rows): (&[&str], Vec<Vec<String>>) = match name {
        "commands" => (&["command", "does"], commands(folder)),
        "faults" => {
            let places = |kind: &paychaos::faults::Kind| {
                let places = kind.places_by_hop();
                let writes = places.iter().filter(|(place, _)| place.is_write()).count();
                // Many are told by what they are.
                match (writes, places.len() - writes) {
                    (0..8, 0..8) => {
                        let name = |(place, alone): &(Place, Option<Hop>)| match alone {
                            None => place.name().to_owned(),
                            Some(hop) => format!("{}/{}", hop.name(), place.name()),
                        };
                        places.iter().map(name).collect::<Vec<_>>().join(", ")
                    }
                    (8.., 0) => "any durable write".to_owned(),
                    (0, 8..) => "any message".to_owned(),
                    (8.., 8..) => "any message, any durable write".to_owned(),
                    (_, _) => panic!("`{}` strikes at {places:?}", kind.name),
                }
            };
            let each = |kind: &&paychaos::faults::Kind| {
                let breach = if kind.breach { "breach" } else { "" };
                vec![code(kind.name), kind.means.to_owned(), places(kind), breach.to_owned()]
            };
            (
                &["fault", "what happens", "where, on either hop if none is named", ""],
                paychaos::faults::ALL.iter().map(each).collect(),
            )
        }
        "mechanisms" => {
            let each = |mechanism: &paychaos::payments::recovery::Mechanism| {
                vec![code(mechanism.name), mechanism.about.to_owned(), mechanism.parameters.to_owned()]
            };
            (&["mechanism", "what it does", "parameters"], paychaos::payments::recovery::ALL.iter().map(each).collect())
        }
        "rules" => {
            let each = |rule: &paychaos::payments::rules::RuleInfo| {
                let literal = if rule.literal { "on" } else { "off" };
                vec![code(rule.name), rule.on.to_owned(), rule.off.to_owned(), literal.to_owned()]
            };
            let rules = paychaos::payments::rules::Rules::ALL.iter().map(each).collect();
            (&["rule", "on", "off", "`article_literal`"], rules)
        }
        "invariants" => {
            let each = |info: &paychaos::invariants::Info| {
                let when = match info.when {
                    paychaos::invariants::When::Always => "always",
                    paychaos::invariants::When::Finally => "finally",
                };
                vec![code(info.id), when.to_owned(), info.about.to_owned()]
            };
            (&["invariant", "when", "what must hold"], paychaos::invariants::ALL.iter().map(each).collect())
        }
        "goals" => {
            let each = |goal: &paychaos::run::goals::Goal| vec![code(goal.name), goal.about.to_owned()];
            (&["goal", "reached when"], paychaos::run::goals::ALL.iter().map(each).collect())
        }
        "channels" => {
            let each = |channel: &&paychaos::scenario::channels::Channel| vec![code(channel.name), channel.means.to_owned()];
            (&["channel", "what it sets"], paychaos::scenario::channels::ALL.iter().map(each).collect())
        }
        "strategies" => {
            let each =
                |strategy: &&paychaos::scenario::strategies::Strategy| vec![code(strategy.name), strategy.means.to_owned()];
            (&["strategy", "what it is"], paychaos::scenario::strategies::ALL.iter().map(each).collect())
        }
        "profiles" => {
            let each = |profile: &&paychaos::scenario::profiles::Profile| vec![code(profile.name), profile.means.to_owned()];
            (&["profile", "what goes wrong"], paychaos::scenario::profiles::ALL.iter().map(each).collect())
        }
        "formats" => {
            let each = |format: &paychaos::report::trace::Format| vec![code(format.name), format.about.to_owned()];
            (&["format", "what it is"], paychaos::report::trace::FORMATS.iter().map(each).collect())
        }
        "claim" => (
            &["scenario", "what is added", "dropped", "before reconciliation", "by what", "p99 to consistency"],
            claim(folder),
        ),
        other => panic!("no table is called {other}"),
    };
    let row = |cells: &[String]| {
        format!("| {} |\n", cells.iter().map(|cell| cell.replace('|', "\\|")).collect::<Vec<_>>().join(" | "))
    };
    let head: Vec<String> = head.iter().map(|&cell| cell.to_owned()).collect();
    let rule: Vec<String> = head.iter().map(|_| "---".to_owned()).collect();
    let rows: String = rows.iter().map(|cells| row(cells)).collect();
    row(&head) + &row(&rule) + &rows
}

/// The commands, from the help.
fn commands(folder: &Path) -> Vec<Vec<String>> {
    let (_, help, _) = paychaos(folder, &["--help"]);
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    let mut rows: Vec<Vec<String>> = Vec::new();
    for line in lines {
        match (line.starts_with("   "), line.trim().split_once("  "), rows.last_mut()) {
            (false, Some((name, about)), _) => rows.push(vec![format!("`paychaos {name}`"), about.trim().to_owned()]),
            (true, _, Some(row)) => row[1] = format!("{} {}", row[1], line.trim()),
            _ => panic!("the help has a line {line:?}"),
        }
    }
    rows.retain(|row| row[0] != "`paychaos help`");
    rows
}

/// What the scenarios of scenarios/days/claim measure.
fn claim(folder: &Path) -> Vec<Vec<String>> {
    let (_, out, err) = paychaos(folder, &["run", "scenarios/days/claim", "--stories", "0", "--format", "json"]);
    let results: Value = serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {err}"));
    let each = |result: &Value| {
        let number = |path: &str| result.pointer(path).and_then(Value::as_u64).unwrap_or_else(|| panic!("no {path}"));
        let text = |path: &str| result.pointer(path).and_then(Value::as_str).unwrap_or_default().to_owned();
        let dropped = number("/dropped/external") + number("/dropped/internal");
        let hundredths = number("/recovered_before_reconciliation") * 10_000 / dropped.max(1);
        let mut by: Vec<(String, u64)> = Vec::new();
        for (name, count) in result["recovered_by"].as_object().into_iter().flatten() {
            let mechanism = name.split('.').next_back().unwrap_or_default().replace('_', " ");
            let count = count.as_u64().unwrap_or(0);
            match by.iter_mut().find(|(known, _)| *known == mechanism) {
                Some((_, sum)) => *sum += count,
                None => by.push((mechanism, count)),
            }
        }
        by.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let by: Vec<String> = by.iter().map(|(mechanism, count)| format!("{mechanism} {count}")).collect();
        let name = text("/scenario");
        vec![
            format!("[{name}](scenarios/days/claim/{name}.yaml)"),
            about(folder, &name),
            dropped.to_string(),
            format!("{}.{:02} %", hundredths / 100, hundredths % 100),
            by.join(", "),
            paychaos::kernel::format_duration(number("/time_to_consistency_us/p99") / 1000 * 1000),
        ]
    };
    results.as_array().expect("a list").iter().map(each).collect()
}

/// What a scenario says about itself.
fn about(folder: &Path, name: &str) -> String {
    let text = fs::read_to_string(folder.join(format!("scenarios/days/claim/{name}.yaml"))).expect("a scenario");
    text.lines()
        .find_map(|line| line.strip_prefix("about: "))
        .unwrap_or_else(|| panic!("{name} says nothing about itself"))
        .to_owned()
}

#[test]
fn every_dependency_has_its_reason() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("Cargo.toml");
    let readme = fs::read_to_string(root().join("README.md")).expect("README.md");
    let mut names = Vec::new();
    let mut inside = false;
    for line in manifest.lines() {
        if line.starts_with('[') {
            inside = line == "[dependencies]" || line == "[dev-dependencies]";
        } else if let Some((name, _)) = line.split_once(" = ").filter(|_| inside) {
            names.push(name.to_owned());
        }
    }
    assert!(names.len() > 15, "{names:?}");
    let section = readme.split("## Dependencies").nth(1).and_then(|rest| rest.split("\n## ").next()).expect("a section");
    let rows: Vec<&str> = section.lines().filter(|line| line.starts_with("| `")).collect();
    for name in &names {
        assert!(rows.iter().any(|row| row.contains(&format!("`{name}`"))), "the README gives no reason for {name}");
    }
    for row in rows {
        let cell = row.split('|').nth(1).unwrap_or_default();
        for name in cell.split('`').skip(1).step_by(2) {
            assert!(names.iter().any(|known| known == name), "the README speaks of {name}, which is not used");
        }
    }
}

#[test]
fn links_lead_somewhere() {
    let readme = fs::read_to_string(root().join("README.md")).expect("README.md");
    for target in readme.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
        if let Some(anchor) = target.strip_prefix('#') {
            let heading = |line: &str| {
                line.trim_start_matches('#').trim().to_lowercase().replace(' ', "-").replace([',', '.', '%', '?', ':'], "")
            };
            assert!(readme.lines().any(|line| line.starts_with('#') && heading(line) == anchor), "no heading for #{anchor}");
        } else if !target.starts_with("https://") {
            assert!(root().join(target).exists(), "there is no {target}");
        }
    }
}

#[test]
fn this_test_reads_commands() {
    assert_eq!(
        words("paychaos run a.yaml --without \"order 1 / x\""),
        ["paychaos", "run", "a.yaml", "--without", "order 1 / x"]
    );
    assert!(matches(&["a", "...", "d"], &["a", "b", "c", "d"]));
    assert!(!matches(&["a", "...", "d"], &["a", "b", "c"]));
    assert_eq!(elided(&["x", "...", "y"], &["a", "b", "c", "d"]), ["a", "...", "d"]);
}
