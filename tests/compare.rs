//! `paychaos compare`: what it counts is what a run counts, its statistics do not depend on threads, shards or interruptions,
//! it says so when nothing can be said, and mistakes in comparison files have their places.

use assert_cmd::Command;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// Two strategies, two kinds of weather, a few hundred orders.
const SMALL: &str = "\
about: Does asking help?
orders: {count: 400, arrivals: {daily: {weights: retail}}, amount: {uniform: [1.00, 500.00]}}
hops:
  merchant-platform: {notification: {gaps: [0s, 15s]}, reversal: none}
  platform-bank: {reversal: none}
compare:
  seeds: 1..3
  strategies:
    - asking: {about: It asks.}
    - silent: {about: It does not., hops: {merchant-platform: {polling: none}, platform-bank: {polling: none}}}
  profiles:
    - lossy_network
    - a silent bank: {faults: [outage: {site: platform-bank/answer, from: \"12:00\", to: \"13:00\"}]}
";

struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn paychaos(folder: &Path, args: &[&str]) -> Ran {
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
fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compare").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder to write in");
    for (file, text) in files {
        fs::write(folder.join(file), text).expect("a file to write");
    }
    folder
}

/// The results as JSON, without what varies from run to run.
fn results(ran: &Ran) -> Vec<Value> {
    let mut list: Vec<Value> = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}", ran.err));
    list.iter_mut().for_each(|result| drop(result.as_object_mut().expect("an object").remove("timing")));
    list
}

fn compared(folder: &Path, args: &[&str]) -> Value {
    let ran = paychaos(folder, &[&["compare"], args, &["--format", "json"]].concat());
    assert_eq!(ran.code, 0, "{}", ran.err);
    results(&ran).remove(0)
}

/// A cell, by the names of its profile and strategy.
fn cell<'a>(result: &'a Value, profile: &str, strategy: &str) -> &'a Value {
    let at = |list: &str, name: &str| {
        let all = result[list].as_array().expect("a list");
        all.iter().position(|one| one["name"] == name).unwrap_or_else(|| panic!("no {name} in {list}"))
    };
    let (profile, strategy) = (at("profiles", profile), at("strategies", strategy));
    &result["cells"][profile * result["strategies"].as_array().expect("a list").len() + strategy]
}

/// The value of a measure in a cell.
fn value<'a>(result: &'a Value, cell: &'a Value, measure: &str) -> &'a Value {
    let all = result["measures"].as_array().expect("measures");
    let at = all.iter().position(|one| one["name"] == measure).unwrap_or_else(|| panic!("no {measure}"));
    &cell["values"][at]
}

fn number(of: &Value) -> f64 {
    of.as_f64().unwrap_or_else(|| panic!("{of} is no number"))
}

fn shipped() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/compare");
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    files
}

/// What a cell counts is what `run` counts of the same scenario under the same seed.
#[test]
fn a_cell_counts_what_a_run_counts() {
    let weather = "faults:\n  - lose: {hop: platform-bank, probability: 0.03}\n  - fail_update: {hop: platform-bank, probability: 0.01}\n";
    let base = "orders: {count: 600, arrivals: {poisson: 1/s}, amount: {uniform: [1.00, 500.00]}}\nstorm: 2d\n\
                hops: {platform-bank: {channel: wechat_pay_v3, strategy: article_literal}}\n";
    let file = format!("{base}{weather}compare: {{seeds: 5..6, strategies: [as_it_is: {{}}]}}\n");
    let folder = folder("counts", &[("both.yaml", &file), ("alone.yaml", &(base.to_owned() + weather))]);
    let result = compared(&folder, &["both.yaml"]);
    let run = paychaos(&folder, &["run", "alone.yaml", "--seed", "5", "--format", "json"]);
    let run = &results(&run)[0];
    let cell = cell(&result, "calm", "as_it_is");
    assert!(run["dropped"]["external"].as_u64() > Some(20) && run["dropped"]["internal"].as_u64() > Some(5), "{run}");
    let drops = |kind: &str| -> u64 {
        let causes = cell["dropped"]["causes"].as_array().expect("causes");
        causes.iter().filter(|cause| cause["kind"] == kind).map(|cause| cause["count"].as_u64().expect("a count")).sum()
    };
    assert_eq!(Some(drops("external")), run["dropped"]["external"].as_u64());
    assert_eq!(Some(drops("internal")), run["dropped"]["internal"].as_u64());
    for recovered in cell["dropped"]["recovered"].as_array().expect("a list") {
        let name =
            format!("{}.{}", recovered["hop"].as_str().expect("a hop"), recovered["mechanism"].as_str().expect("a name"));
        assert_eq!(recovered["count"], run["recovered_by"][&name], "{name}");
    }
    for key in ["queries", "notifications", "file_rows", "scan_rows", "refunds"] {
        assert_eq!(cell["cost"][key], run["cost"][key], "{key}");
    }
    for who in ["customer", "merchant", "platform"] {
        assert_eq!(cell["loss"][who], run["loss"][who], "{who}");
    }
    assert_eq!((&cell["events"], &cell["paid"]), (&run["events"], &run["paid"]));
    assert_eq!(cell["dropped"]["unrecovered"], run["unrecovered"]);
    let risk = number(&value(&result, cell, "at_risk")["value"]) * 600.0;
    let expected = number(&run["at_risk_minor_unit_seconds"]);
    assert!((risk - expected).abs() <= 600.0, "{risk} {expected}: each order is rounded down to a second's worth");
    let queries = number(&value(&result, cell, "queries")["value"]) * 600.0;
    assert!((queries - number(&run["cost"]["queries"])).abs() < 1e-6);
    let max = number(&value(&result, cell, "max")["value"]);
    assert_eq!(max, number(&run["time_to_consistency_us"]["max"]));
    for (quantile, at) in [("p50", 0), ("p90", 1)] {
        let exact = number(&run["time_to_consistency_us"][quantile]);
        let found = number(&value(&result, cell, quantile)["value"]);
        assert!(
            (found - exact).abs() <= exact / 500.0 || cell["time"]["never"].as_u64() > Some(0),
            "{quantile} {at}: {found} {exact}"
        );
    }
}

/// The closed form: every answer is lost, so every order is dropped; who does nothing leaves all, who reads the file none.
#[test]
fn what_must_come_out_comes_out() {
    let text = "\
orders: {count: 300, arrivals: {every: 10s}}
hops: {merchant-platform: {polling: none, reversal: none}, platform-bank: {polling: none, reversal: none}}
compare:
  seeds: 1..3
  against: timeout
  subsets: [timeout, reconciliation]
  profiles: [deaf: {faults: [lose: {site: [platform-bank/answer], probability: 1}]}]
";
    let folder = folder("closed", &[("deaf.yaml", text)]);
    let result = compared(&folder, &["deaf.yaml"]);
    let share = |strategy: &str, measure: &str| number(&value(&result, cell(&result, "deaf", strategy), measure)["value"]);
    assert_eq!((share("timeout", "dropped"), share("timeout", "inconsistent"), share("timeout", "late")), (1.0, 1.0, 1.0));
    assert_eq!((share("all 2", "dropped"), share("all 2", "inconsistent"), share("all 2", "late")), (1.0, 0.0, 1.0));
    assert_eq!(share("all 2", "before_reconciliation"), 0.0);
    let hung = &cell(&result, "deaf", "nothing")["dropped"];
    assert_eq!((&hung["hung"], &hung["prevented"]), (&Value::from(600), &Value::from(0)), "nobody stops waiting: they hang");
    // The Shapley values of two players, by hand: reconciliation mends all where it is.
    let marginal = result["layers"][0]["marginal"].as_array().expect("a list");
    let measures = result["measures"].as_array().expect("measures");
    let of = |mechanism: u64| {
        let found = marginal.iter().find(|one| {
            one["mechanism"] == mechanism && measures[one["measure"].as_u64().unwrap() as usize]["name"] == "inconsistent"
        });
        number(&found.expect("a value")["average"]["value"])
    };
    let [nothing, timeout, file, both] =
        ["nothing", "timeout", "reconciliation", "all 2"].map(|name| share(name, "inconsistent"));
    assert!((of(0) - ((timeout - nothing) + (both - file)) / 2.0).abs() < 1e-12);
    assert!((of(1) - ((file - nothing) + (both - timeout)) / 2.0).abs() < 1e-12);
    assert!((of(0) + of(1) - (both - nothing)).abs() < 1e-12, "layers add up to the whole");
    let reference = &result["sample"]["reference"];
    assert_eq!(result["strategies"][reference.as_u64().unwrap() as usize]["name"], "timeout");
    let apart = result["differences"].as_array().expect("a list").iter().find(|one| {
        result["strategies"][one["strategy"].as_u64().unwrap() as usize]["name"] == "all 2"
            && measures[one["measure"].as_u64().unwrap() as usize]["name"] == "inconsistent"
    });
    let apart = apart.expect("a difference");
    assert_eq!((&apart["verdict"], &apart["only"]), (&Value::from("better"), &serde_json::json!([0, 600])));
}

/// The same strategy under two names: nothing differs, and nobody wins.
#[test]
fn the_same_strategy_never_wins_against_itself() {
    let text = SMALL.replace(
        "silent: {about: It does not., hops: {merchant-platform: {polling: none}, platform-bank: {polling: none}}}",
        "twin: {}",
    );
    let folder = folder("same", &[("twins.yaml", &text)]);
    let result = compared(&folder, &["twins.yaml"]);
    for difference in result["differences"].as_array().expect("a list") {
        assert_eq!(difference["verdict"], "same", "{difference}");
    }
    for winner in result["winners"].as_array().expect("a list") {
        assert_eq!(winner["strategies"], serde_json::json!([0, 1]), "{winner}");
    }
    let sentence = result["verdict"]["sentence"].as_str().expect("a sentence");
    assert!(sentence.starts_with("No difference is shown"), "{sentence}");
}

#[test]
fn threads_shards_and_interruptions_change_nothing() {
    let folder = folder("shards", &[("small.yaml", SMALL)]);
    let whole = compared(&folder, &["small.yaml", "--jobs", "1"]);
    assert_eq!(compared(&folder, &["small.yaml", "--jobs", "3"]), whole);
    for shard in ["1/3", "2/3", "3/3"] {
        let out = format!("{}.json", &shard[..1]);
        let ran = paychaos(&folder, &["compare", "small.yaml", "--shard", shard, "--out", &out, "--format", "json"]);
        assert_eq!((ran.code, ran.out.trim()), (0, "[]"), "{}", ran.err);
        assert!(ran.err.contains("of 4 cells are done"), "{}", ran.err);
    }
    let merge = |files: &[&str]| paychaos(&folder, &[&["merge"], files, &["--format", "json"]].concat());
    let joined = merge(&["3.json", "1.json", "2.json", "1.json"]);
    assert_eq!((joined.code, results(&joined).remove(0)), (0, whole.clone()), "{}", joined.err);
    let missing = merge(&["1.json", "3.json"]);
    assert!(missing.code == 1 && missing.err.contains("of 4 cells are missing"), "{}", missing.err);
    // What was done is not done again, and the rest is.
    let ran = paychaos(&folder, &["compare", "small.yaml", "--out", "1.json", "--format", "json"]);
    let timing: Vec<Value> = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!((results(&ran).remove(0), &timing[0]["timing"]["cells"]), (whole, &Value::from(2)));
    // Another question does not take the cells of this one.
    let ran = paychaos(&folder, &["compare", "small.yaml", "--seeds", "1..2", "--out", "1.json", "--format", "json"]);
    let timing: Vec<Value> = serde_json::from_str(&ran.out).expect("JSON");
    assert_eq!(timing[0]["timing"]["cells"], 4);
    let text = fs::read_to_string(folder.join("2.json")).expect("a file");
    fs::write(folder.join("2.json"), text.replacen("\"orders\":800", "\"orders\":801", 1)).expect("a file");
    let tampered = merge(&["1.json", "2.json"]);
    assert!(tampered.code == 2 && tampered.err.contains("changed after it was written"), "{}", tampered.err);
}

#[test]
fn a_gate_says_what_became_worse() {
    let worse = SMALL.replace(
        "merchant-platform: {notification: {gaps: [0s, 15s]}, reversal: none}",
        "merchant-platform: {notification: none, reversal: none}",
    );
    let folder = folder("gate", &[("small.yaml", SMALL), ("worse.yaml", &worse)]);
    let old = paychaos(&folder, &["compare", "small.yaml", "--format", "json"]);
    fs::write(folder.join("old.json"), &old.out).expect("a file");
    let same = paychaos(&folder, &["compare", "small.yaml", "--baseline", "old.json"]);
    assert!(same.code == 0 && !same.out.contains("worse: "), "{}{}", same.out, same.err);
    fs::write(folder.join("small.yaml"), &worse).expect("a file");
    let ran = paychaos(&folder, &["compare", "small.yaml", "--baseline", "old.json"]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("worse: lossy_network / silent: money at risk was "), "{}", ran.out);
    let other = paychaos(&folder, &["compare", "worse.yaml", "--baseline", "old.json"]);
    assert!(other.code == 1 && other.err.contains("it is not in the earlier result"), "{}", other.err);
    fs::write(folder.join("broken.json"), "[{}]").expect("a file");
    let broken = paychaos(&folder, &["compare", "small.yaml", "--baseline", "broken.json"]);
    assert!(broken.code == 2 && broken.err.contains("broken.json: this is no result"), "{}", broken.err);
}

#[test]
fn a_story_stands_behind_a_number() {
    let folder = folder("story", &[("small.yaml", SMALL)]);
    let result = compared(&folder, &["small.yaml", "--stories"]);
    let example = &cell(&result, "lossy_network", "silent")["examples"][0];
    let story = example["story"].as_array().expect("lines");
    assert!(
        story.len() > 10 && story.iter().all(|line| line.as_str().is_some_and(|line| line.chars().count() <= 80)),
        "{example}"
    );
    let command = example["command"].as_str().expect("a command");
    let (head, address) = command.split_once(" --story ").expect("an address");
    assert_eq!(head, "paychaos compare small.yaml");
    let told = paychaos(&folder, &["compare", "small.yaml", "--story", address.trim_matches('"')]);
    assert_eq!(told.code, 0, "{}", told.err);
    let first = |text: &str| text.lines().nth(3).unwrap_or_default().trim_end().to_owned();
    let kept: Vec<&str> = story.iter().filter_map(Value::as_str).collect();
    assert_eq!(first(&told.out), first(&kept.join("\n")));
    for (address, said) in [
        ("lossy_network / silnet / seed 1 / order 1", "the nearest is `silent`"),
        ("lossy_network / silent / seed 1 / order 401", "there is no order 401"),
        ("silent / seed 1", "PROFILE / STRATEGY"),
    ] {
        let ran = paychaos(&folder, &["compare", "small.yaml", "--story", address]);
        assert!(ran.code == 2 && ran.err.contains(said), "{address}: {}", ran.err);
    }
}

#[test]
fn mistakes_have_their_places() {
    let cases = [
        ("compare: {strategis: [article_hardened]}", "x.yaml:1:11", "did you mean `strategies`?"),
        ("compare: {strategies: [article_hardend]}", "x.yaml:1:24", "did you mean `article_hardened`?"),
        (
            "compare: {strategies: [article_hardened], profiles: [bank_outrage]}",
            "x.yaml:1:54",
            "did you mean `bank_outage`?",
        ),
        ("compare: {strategies: [a: {hops: {platform-bank: {poling: none}}}]}", "x.yaml:1:51", "did you mean `polling`?"),
        ("compare: {strategies: [a: {}, a: {}]}", "x.yaml:1:31", "two strategies are called `a`"),
        ("compare: {subsets: [timeout, poling]}", "x.yaml:1:30", "did you mean `polling`?"),
        ("compare: {subsets: [timeout, transaction]}", "x.yaml:1:20", "no transaction that could be left out"),
        ("compare: {strategies: [a: {}], against: b}", "x.yaml:1:41", "no strategy `b`"),
        ("compare: {strategies: [a: {}], seeds: 3..3}", "x.yaml:1:39", "such as 1..4"),
        ("compare: {profiles: [calm]}", "x.yaml:1:10", "there is nothing to compare"),
        (
            "compare: {strategies: [a: {}], profiles: [p: {faults: [lose: {site: platform-bank/answer, probability: 2}]}]}",
            "x.yaml:1:104",
            "above 1",
        ),
        (
            "compare: {strategies: [a: {}], profiles: [p: {hops: {platform-bank: {polling: none}}}]}",
            "x.yaml:1:70",
            "unknown key `polling`",
        ),
        ("compare: {strategies: [a: {orders: {count: 3}}]}", "x.yaml:1:28", "unknown key `orders`"),
        (
            "compare: {strategies: [a: {}], sweeps: [{vary: {hops.platform-bank.timeout.raed: [1s]}}]}",
            "x.yaml:1:49",
            "unknown key `raed`",
        ),
        ("compare: {strategies: [a: {}], sweeps: [{vary: {faults.0.lose.probability: [0.1]}}]}", "x.yaml:1:49", ""),
        ("compare: {strategies: [a: {}], goal: {plans: []}}", "x.yaml:1:38", "no polling plans"),
        ("compare: {strategies: [a: {}], prices: {query: cheap}}", "x.yaml:1:48", "is not a price"),
        ("orders: {cuont: 3}\ncompare: {strategies: [a: {}]}", "x.yaml:1:10", "did you mean `count`?"),
        ("about: x", "x.yaml:1:1", "it has no key `compare`"),
    ];
    for (text, place, said) in cases {
        let folder = folder("mistakes", &[("x.yaml", &(text.to_owned() + "\n"))]);
        let ran = paychaos(&folder, &["compare", "x.yaml"]);
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{text}: {}", ran.err);
        assert!(ran.err.contains(place) && ran.err.contains(said), "{text}\n{}", ran.err);
        assert!(!ran.err.contains("bug of paychaos"), "{text}\n{}", ran.err);
    }
}

#[test]
fn scenarios_and_comparisons_are_told_apart() {
    let scenario = "faults: [lose: {at: order 1 / platform-bank / answer / 1}]\n";
    let folder = folder("apart", &[("a.yaml", scenario), ("b.yaml", SMALL)]);
    let ran = paychaos(&folder, &["run", "."]);
    assert!(ran.code == 0 && ran.err.contains("note: a comparison is left out"), "{}", ran.err);
    let named = paychaos(&folder, &["run", "b.yaml"]);
    assert!(named.code == 2 && named.err.contains("this is a comparison"), "{}", named.err);
    let checked = paychaos(&folder, &["check", "."]);
    assert_eq!((checked.code, checked.out.as_str()), (0, "1 scenario is valid\n1 comparison is valid\n"));
    let all = paychaos(&folder, &["compare", ".", "--format", "json"]);
    assert_eq!(results(&all).len(), 1);
    let none = paychaos(&folder, &["compare", "a.yaml"]);
    assert!(none.code == 2 && none.err.contains("it has no key `compare`"), "{}", none.err);
}

#[test]
fn every_profile_is_valid_and_does_something() {
    let listed: Vec<Value> =
        serde_json::from_str(&paychaos(Path::new("."), &["list", "profiles", "--format", "json"]).out).expect("JSON");
    let names: Vec<&str> = listed.iter().filter_map(|one| one["name"].as_str()).collect();
    let text = format!("compare: {{seeds: 1..2, strategies: [article_hardened], profiles: [{}]}}\n", names.join(", "));
    let folder = folder("profiles", &[("all.yaml", &text)]);
    let result = compared(&folder, &["all.yaml", "--orders", "2000"]);
    let calm = number(&value(&result, cell(&result, "calm", "article_hardened"), "dropped")["value"]);
    for name in names {
        let cell = cell(&result, name, "article_hardened");
        let profile = result["profiles"].as_array().expect("profiles").iter().find(|one| one["name"] == name).expect("it");
        assert_eq!(profile["breach"], name == "lying_bank", "{name}");
        assert_eq!(profile["strikes"].as_array().is_none_or(Vec::is_empty), name == "calm", "{name}");
        let dropped = number(&value(&result, cell, "dropped")["value"]);
        // Where nothing was sent nothing is dropped: the customer is told so at once.
        assert!(dropped > calm || ["calm", "bank_unreachable"].contains(&name), "{name}: {dropped} {calm}");
        let open = number(&value(&result, cell, "inconsistent")["value"]);
        assert!(open == 0.0 || name == "lying_bank", "{name}: the hardened strategy leaves {open}");
    }
}

#[test]
fn every_shipped_comparison_answers_its_question() {
    assert!(shipped().len() >= 5);
    for file in shipped() {
        let file = file.to_string_lossy().into_owned();
        let text = fs::read_to_string(&file).expect("a text");
        assert!(text.starts_with("# "), "{file} has no header");
        let result = compared(Path::new("."), &[&file, "--orders", "300", "--seeds", "1..2"]);
        assert!(result["about"].as_str().is_some_and(|about| about.ends_with('?')), "{file} asks nothing");
        assert!(result["verdict"]["sentence"].as_str().is_some_and(|sentence| sentence.len() > 30), "{file}");
        assert!(result["assumptions"].as_array().is_some_and(|all| all.len() > 10), "{file}");
    }
}

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
