//! Terminal, Markdown, CSV: every number, at every width.

use crate::common::{folder, paychaos};
use crate::{SMALL, cell, compared, difference, number, value};
use assert_cmd::Command;
use serde_json::Value;
use std::fs;
use std::path::Path;

#[test]
fn pages_are_as_wide_as_they_may_be_and_colour_is_not_piped() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/compare");
    for columns in ["80", "160"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_paychaos"));
        command.env("COLUMNS", columns).env_remove("CLICOLOR_FORCE");
        command.args(["compare", &file.to_string_lossy(), "--orders", "200", "--seeds", "1..2"]);
        let text = String::from_utf8(command.output().expect("it runs").stdout).expect("UTF-8");
        let widest = text.lines().map(|line| line.chars().count()).max().unwrap_or(0);
        let most: usize = columns.parse().expect("a number");
        assert!(widest <= most && (columns == "80" || widest > 100), "{columns}: {widest}");
        assert!(!text.contains('\u{1b}'), "colour is piped");
    }
}

#[test]
fn files_hold_every_number() {
    let folder = folder("files", &[("small.yaml", SMALL)]);
    let ran = paychaos(&folder, &["compare", "small.yaml", "--csv", "a.csv", "--markdown", "a.md"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let csv = fs::read_to_string(folder.join("a.csv")).expect("a file");
    let result = compared(&folder, &["small.yaml"]);
    let apart = &difference(&result, "lossy_network", "silent", "late")["difference"];
    let late = value(&result, cell(&result, "lossy_network", "silent"), "late");
    let numbers = [&late["value"], &late["low"], &late["high"], &late["count"], &late["of"]].map(number);
    let apart = ["value", "low", "high"].map(|key| number(&apart[key]));
    let line = csv.lines().find(|line| line.starts_with("small,lossy_network,silent,late,share,")).expect("a line");
    let fields: Vec<f64> = line.split(',').skip(5).take(8).map(|field| field.parse().expect("a number")).collect();
    let same = |(a, b): (&f64, &f64)| (a - b).abs() <= 1e-12 * b.abs();
    assert!(fields.iter().zip(&[&numbers[..], &apart[..]].concat()).all(same), "{line}");
    assert_eq!(fields.len(), 8);
    let lines: Vec<&str> = csv.lines().collect();
    let fields = lines[0].split(',').count();
    assert!(lines.len() > 60 && lines.iter().all(|line| line.split(',').count() >= fields), "{csv}");
    assert!(lines.iter().any(|line| line.starts_with("small,lossy_network,silent,late,share,")), "{csv}");
    assert!(
        lines.iter().any(|line| line.starts_with("small,lossy_network,asking,recovered.platform-bank.polling,orders,")),
        "{csv}"
    );
    let markdown = fs::read_to_string(folder.join("a.md")).expect("a file");
    for table in markdown.split("\n\n").filter(|block| block.starts_with('|')) {
        let bars: Vec<usize> = table.lines().map(|line| line.replace("\\|", "").matches('|').count()).collect();
        assert!(bars.iter().all(|count| *count == bars[0]), "{table}");
    }
    assert!(markdown.contains(" by polling ") && markdown.contains(" prevented "), "{markdown}");
    for section in ["## lossy\\_network", "## Definitions", "## Assumptions", "paychaos compare small.yaml"] {
        assert!(markdown.contains(section), "{section} is missing");
    }
    let schema: Value = serde_json::from_str(&paychaos(&folder, &["schema", "--of", "compared"]).out).expect("JSON");
    assert!(schema.to_string().contains("at_risk_by_clock"));
    let explained = paychaos(&folder, &["explain", "comparison"]);
    assert!(explained.code == 0 && explained.out.contains("compare.strategies"), "{}", explained.out);
}

/// The command and the digest that stand in a result make it again: every byte of every format, with other threads too.
#[test]
fn a_result_makes_itself_again() {
    let folder = folder("again", &[("a small one.yaml", SMALL)]);
    let formats = ["--html", "x.html", "--markdown", "x.md", "--csv", "x.csv"];
    let first =
        paychaos(&folder, &[&["compare", "a small one.yaml", "--seeds", "3..5", "--orders", "120"], &formats[..]].concat());
    assert_eq!(first.code, 0, "{}", first.err);
    let read = || ["x.html", "x.md", "x.csv"].map(|file| fs::read_to_string(folder.join(file)).expect("a file"));
    let before = read();
    let page = &before[0];
    let command =
        page.rsplit("<pre><code>paychaos ").next().and_then(|rest| rest.split("</code>").next()).expect("a command");
    let command = command.replace("&quot;", "\"");
    assert_eq!(command, "compare \"a small one.yaml\" --seeds 3..5 --orders 120 --html \"a small one.html\"");
    let run = std::process::Command::new("sh")
        .args(["-c", &format!("\"$PAYCHAOS\" {command} --jobs 3 --markdown x.md --csv x.csv")])
        .env("PAYCHAOS", env!("CARGO_BIN_EXE_paychaos"))
        .env_remove("COLUMNS")
        .current_dir(&folder)
        .output()
        .expect("a shell");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert_eq!(fs::read_to_string(folder.join("a small one.html")).expect("a file"), *page);
    assert_eq!(read(), before);
    let out = String::from_utf8(run.stdout).expect("UTF-8");
    assert_eq!(out, first.out, "with its digest");
    assert!(page.contains(out.split_whitespace().last().expect("the digest")));
}

/// Parquet is a matter of how the program was built, and said so before anything is run.
#[cfg(not(feature = "parquet"))]
#[test]
fn without_the_feature_parquet_is_refused() {
    let folder = folder("parquet", &[("small.yaml", SMALL)]);
    let ran = paychaos(&folder, &["compare", "small.yaml", "--parquet", "x.parquet"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{}", ran.err);
    assert!(
        ran.err.contains("built without the feature `parquet`") && ran.err.contains("--features parquet"),
        "{}",
        ran.err
    );
    assert!(!folder.join("x.parquet").exists());
}

/// Parquet has the lines of the CSV, typed, and the same bytes every time.
#[cfg(feature = "parquet")]
#[test]
fn parquet_has_the_lines_of_the_csv() {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;
    let folder = folder("parquet", &[("small.yaml", SMALL)]);
    let ran = paychaos(&folder, &["compare", "small.yaml", "--parquet", "x.parquet", "--csv", "x.csv"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let again = paychaos(&folder, &["compare", "small.yaml", "--parquet", "y.parquet", "--jobs", "3"]);
    assert_eq!(again.code, 0, "{}", again.err);
    let bytes = |file: &str| fs::read(folder.join(file)).expect("a file");
    assert_eq!(bytes("x.parquet"), bytes("y.parquet"));
    let reader = SerializedFileReader::new(fs::File::open(folder.join("x.parquet")).expect("a file")).expect("Parquet");
    let csv = fs::read_to_string(folder.join("x.csv")).expect("a file");
    let mut lines = csv::Reader::from_reader(csv.as_bytes());
    let heads: Vec<String> = lines.headers().expect("a head").iter().map(str::to_owned).collect();
    let mut rows = 0;
    for (row, line) in reader.get_row_iter(None).expect("rows").zip(lines.records()) {
        let (row, line) = (row.expect("a row"), line.expect("a line"));
        for ((name, field), (head, text)) in row.get_column_iter().zip(heads.iter().zip(&line)) {
            assert_eq!(name, head);
            let same = match field {
                Field::Str(found) => found == text,
                Field::Double(found) => text.parse() == Ok(*found),
                Field::Long(found) => text.parse() == Ok(*found),
                Field::Null => text.is_empty(),
                other => panic!("{head} is {other}"),
            };
            assert!(same, "{head}: {field} is not {text}");
        }
        rows += 1;
    }
    assert_eq!((rows, reader.metadata().file_metadata().num_rows()), (csv.lines().count() - 1, rows as i64));
    assert!(rows > 60);
}
