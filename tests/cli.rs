//! The command line's contract: exit codes, what goes to stdout and what to stderr, JSON, and what is said about bad input.

mod common;

use assert_cmd::Command;
use common::{folder, paychaos};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

/// The bank debits, its answer is lost.
const LOST: &str = "\
about: The bank debits, its answer is lost, polling finds out.
faults:
  - lose: {at: order 1 / platform-bank / answer / 1}
goals: [recovered-by-polling]
";

/// Random losses over fifty orders.
const RANDOM: &str = "\
seed: 7
orders: {count: 50, arrivals: {poisson: 5/s}, amount: {uniform: [1.00, 500.00]}}
faults:
  - lose: {site: platform-bank/answer, probability: 0.3}
";

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error} in\n{text}"))
}

/// The only result of a run, as JSON.
fn result(folder: &Path, args: &[&str]) -> Value {
    let ran = paychaos(folder, &[&["run"], args, &["--format", "json"]].concat());
    assert!(ran.code <= 1, "{}", ran.err);
    json(&ran.out)[0].clone()
}

/// Everything that `list` prints, of one kind or of the kinds.
fn listed(folder: &Path, kind: Option<&str>) -> Vec<String> {
    let args: Vec<&str> = ["list", "--format", "json"].into_iter().chain(kind).collect();
    let ran = paychaos(folder, &args);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let list = json(&ran.out);
    list.as_array().expect("a list").iter().map(|entry| entry["name"].as_str().expect("a name").to_owned()).collect()
}

#[test]
fn a_pass_is_0_and_says_nothing_on_stderr() {
    let folder = folder("pass", &[("lost.yaml", LOST)]);
    let ran = paychaos(&folder, &["run", "lost.yaml"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    assert!(ran.out.contains("PASS  lost"), "{}", ran.out);
    assert!(ran.out.contains("recovered by polling"), "{}", ran.out);
}

#[test]
fn an_expectation_that_is_not_met_is_1() {
    let expects = LOST.to_owned() + "expect: {violates: [money.charged_once]}\n";
    let folder = folder("fail", &[("expects.yaml", &expects), ("calm.yaml", "goals: [lost]\n"), ("lost.yaml", LOST)]);
    let ran = paychaos(&folder, &["run", "expects.yaml"]);
    assert_eq!(ran.code, 1, "{}", ran.out);
    assert!(ran.out.contains("FAIL  expects") && ran.out.contains("money.charged_once"), "{}", ran.out);
    let ran = paychaos(&folder, &["run", "calm.yaml"]);
    assert_eq!(ran.code, 1, "a goal that is not reached: {}", ran.out);
    let ran = paychaos(&folder, &["run", "lost.yaml", "calm.yaml"]);
    assert_eq!(ran.code, 1, "one of two: {}", ran.out);
}

#[test]
fn bad_usage_is_2_and_says_nothing_on_stdout() {
    let folder = folder("usage", &[("lost.yaml", LOST)]);
    let wrong: &[&[&str]] = &[
        &[],
        &["run"],
        &["fly"],
        &["run", "lost.yaml", "--seed", "x"],
        &["run", "lost.yaml", "--format", "xml"],
        &["run", "lost.yaml", "--without", "order 1 / nowhere / 1"],
        &["run", "lost.yaml", "--without", "order 0 / platform-bank / answer / 1"],
        &["run", "lost.yaml", "--strategy", "prayer"],
        &["run", "lost.yaml", "--trace-format", "json"],
        &["run", "lost.yaml", "--trace", "x", "--trace-format", "x"],
        &["run", "lost.yaml", "--trace", "nowhere/x.json"],
        &["run", "missing.yaml"],
        &["check", "missing.yaml"],
        &["list", "birds"],
        &["explain", "birds"],
        &["completions", "birds"],
        &["init", "nowhere/x.yaml"],
    ];
    for args in wrong {
        let ran = paychaos(&folder, args);
        assert_eq!(ran.code, 2, "{args:?}: {}{}", ran.out, ran.err);
        assert_eq!(ran.out, "", "{args:?}");
        assert!(!ran.err.is_empty(), "{args:?}");
    }
    assert_eq!(names(&folder), ["lost.yaml"]);
}

#[test]
fn bad_input_is_2_with_its_place() {
    let cases: &[(&str, &[u8], &str, &str)] = &[
        ("misspelt", b"seed: 1\norders: {cuont: 3}\n", "misspelt.yaml:2:10", "did you mean `count`"),
        ("odds", b"faults:\n  - lose: {site: platform-bank/answer, probability: 1.5}\n", "odds.yaml:2:53", "1.5 is above 1"),
        ("twice", b"seed: 1\nseed: 2\n", "twice.yaml:2:1", "given twice"),
        ("empty", b"", "empty.yaml:1:1", "empty"),
        ("not_text", b"about: \xff\xfe\n", "not_text.yaml:1:8", "UTF-8"),
        (
            "strategy",
            b"hops: {platform-bank: {strategy: hardend}}\n",
            "strategy.yaml:1:34",
            "did you mean `article_hardened`",
        ),
        (
            "address",
            b"faults:\n  - lose: {at: order 1 / platform-bank / anwser / 1}\n",
            "address.yaml:2:16",
            "platform-bank/answer",
        ),
        (
            "beyond",
            b"faults:\n  - lose: {at: order 9 / platform-bank / answer / 1}\n",
            "beyond.yaml:2:16",
            "can never occur",
        ),
        ("fault", b"faults:\n  - loose: {site: platform-bank/answer}\n", "fault.yaml:2:5", "did you mean `lose`"),
        ("site", b"faults:\n  - forge: {site: platform-bank/answer, probability: 0.1}\n", "site.yaml:2:", "platform-bank"),
        ("unit", b"storm: 5 lightyears\n", "unit.yaml:1:8", "lightyears"),
        ("invariant", b"expect: {violates: [money.charged_twice]}\n", "invariant.yaml:1:21", "money.charged_once"),
        ("goal", b"goals: [rich]\n", "goal.yaml:1:9", "rich"),
        ("yaml", b"about: [\n", "yaml.yaml:", ""),
        ("list", b"- a\n- b\n", "list.yaml:1:1", ""),
    ];
    let folder = folder("bad", &[]);
    for (name, bytes, place, says) in cases {
        let file = format!("{name}.yaml");
        fs::write(folder.join(&file), bytes).expect("a file to write");
        for command in ["run", "check"] {
            let ran = paychaos(&folder, &[command, &file]);
            assert_eq!(ran.code, 2, "{command} {name}: {}{}", ran.out, ran.err);
            assert_eq!(ran.out, "", "{command} {name}");
            assert!(ran.err.contains(place), "{name}: no {place} in\n{}", ran.err);
            assert!(ran.err.contains(says), "{name}: no {says} in\n{}", ran.err);
            assert!(!ran.err.contains('\u{1b}') && ran.err.ends_with('\n'), "{name}: {:?}", ran.err);
        }
    }
}

#[test]
fn every_mistake_of_every_file_is_shown_and_nothing_is_run() {
    let wrong = "orders: {cuont: 3}\nstorn: 1d\n";
    let folder = folder("mistakes", &[("a.yaml", wrong), ("b.yaml", "goals: [rich]\n"), ("lost.yaml", LOST)]);
    let ran = paychaos(&folder, &["run", ".", "--trace", "trace.json"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    for place in ["a.yaml:1:10", "a.yaml:2:1", "b.yaml:1:9"] {
        assert!(ran.err.contains(place), "no {place} in\n{}", ran.err);
    }
    assert_eq!(names(&folder), ["a.yaml", "b.yaml", "lost.yaml"], "nothing is written");
}

#[test]
fn a_folder_means_its_scenarios_sorted() {
    let folder = folder("folders", &[("b.yaml", LOST), ("a.yaml", LOST), ("notes.txt", "no scenario")]);
    fs::create_dir_all(folder.join("c/deep")).expect("a folder");
    fs::create_dir_all(folder.join("empty")).expect("a folder");
    fs::write(folder.join("c/deep/d.yaml"), LOST).expect("a file");
    let ran = paychaos(&folder, &["run", ".", "--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let list = json(&ran.out);
    let order: Vec<&str> =
        list.as_array().expect("a list").iter().map(|each| each["scenario"].as_str().expect("a name")).collect();
    assert_eq!(order, ["a", "b", "d"]);
    let ran = paychaos(&folder, &["run", "empty"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("no scenario"), "{}", ran.err);
}

#[test]
fn json_has_the_keys_of_the_contract() {
    let folder = folder("json", &[("lost.yaml", LOST), ("random.yaml", RANDOM)]);
    let ran = paychaos(&folder, &["run", "lost.yaml", "random.yaml", "--format", "json"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    let list = json(&ran.out);
    assert_eq!(list.as_array().map(Vec::len), Some(2));
    let keys = [
        ("scenario", "string"),
        ("verdict", "string"),
        ("digest", "string"),
        ("orders", "number"),
        ("paid", "number"),
        ("events", "number"),
        ("coupled", "boolean"),
        ("dropped/external", "number"),
        ("dropped/internal", "number"),
        ("recovered_by", "object"),
        ("unrecovered", "number"),
        ("manual", "number"),
        ("time_to_consistency_us/p50", "number"),
        ("time_to_consistency_us/p90", "number"),
        ("time_to_consistency_us/p99", "number"),
        ("time_to_consistency_us/max", "number"),
        ("cost/queries", "number"),
        ("cost/notifications", "number"),
        ("cost/file_rows", "number"),
        ("cost/scan_rows", "number"),
        ("cost/refunds", "number"),
        ("at_risk_minor_unit_seconds", "number"),
        ("loss/customer", "number"),
        ("loss/merchant", "number"),
        ("loss/platform", "number"),
        ("violations", "array"),
        ("goals", "array"),
        ("timing", "object"),
    ];
    for result in list.as_array().expect("a list") {
        for (key, kind) in keys {
            let value = result.pointer(&format!("/{key}")).unwrap_or_else(|| panic!("no {key} in {result:#}"));
            assert_eq!(kind_of(value), kind, "{key}");
        }
        let digest = result["digest"].as_str().expect("a string");
        assert!(digest.len() == 16 && digest.bytes().all(|b| b.is_ascii_hexdigit()), "{digest}");
    }
    assert_eq!(list[0]["seed"], Value::Null);
    assert_eq!(list[1]["seed"], 7);
    assert_eq!(list[0]["dropped"]["external"], 1);
    assert_eq!(list[0]["recovered_by"]["platform-bank.polling"], 1);
    assert_eq!(list[0]["goals"][0], json(r#"{"name": "recovered-by-polling", "reached": true}"#));
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[test]
fn violations_have_their_keys() {
    let wrong = "orders: {count: 3}
hops:
  merchant-platform: {strategy: {}, manual_queue: off}
  platform-bank: {strategy: {}, manual_queue: off}
faults:
  - lose: {at: order 2 / platform-bank / answer / 1}
expect: {violates: [money.charged_once, books.agree, hygiene.tables_empty, progress.deadline]}
";
    let folder = folder("violations", &[("none.yaml", wrong)]);
    let result = result(&folder, &["none.yaml"]);
    let violations = result["violations"].as_array().expect("a list");
    assert!(!violations.is_empty(), "{result:#}");
    for violation in violations {
        assert_eq!(violation["order"], 2, "orders count from 1, as in addresses");
        assert!(
            violation["invariant"].is_string() && violation["detail"].is_string() && violation["at_us"].is_u64(),
            "{violation}"
        );
    }
    assert_eq!(result["loss"]["customer"], 10000, "{result:#}");
}

#[test]
fn the_same_run_is_the_same_to_the_byte_but_for_its_timing() {
    let folder = folder("same", &[("random.yaml", RANDOM)]);
    let mut once = result(&folder, &["random.yaml"]);
    let mut again = result(&folder, &["random.yaml"]);
    for result in [&mut once, &mut again] {
        assert!(result.as_object_mut().expect("an object").remove("timing").is_some());
    }
    assert_eq!(once, again);
    let told = |name: &str| {
        let ran = paychaos(&folder, &["run", "random.yaml", "--trace", name]);
        (ran.out, fs::read(folder.join(name)).expect("a trace"))
    };
    assert_eq!(told("one.txt"), told("two.txt"));
}

#[test]
fn another_seed_is_another_run() {
    let folder = folder("seed", &[("random.yaml", RANDOM)]);
    let own = result(&folder, &["random.yaml"]);
    let same = result(&folder, &["random.yaml", "--seed", "7"]);
    let other = result(&folder, &["random.yaml", "--seed", "8"]);
    assert_eq!(own["digest"], same["digest"]);
    assert_ne!(own["digest"], other["digest"]);
    assert_eq!(other["seed"], 8);
}

#[test]
fn without_a_misfortune_it_did_not_happen() {
    let folder = folder("without", &[("lost.yaml", LOST), ("calm.yaml", "about: Calm.\n")]);
    let ran = paychaos(&folder, &["run", "lost.yaml", "--without", "order 1 / platform-bank / answer / 1"]);
    assert_eq!(ran.code, 1, "its goal is not reached: {}", ran.out);
    let without = result(&folder, &["lost.yaml", "--without", "order 1 / platform-bank / answer / 1"]);
    let calm = result(&folder, &["calm.yaml"]);
    assert_eq!(without["dropped"]["external"], 0);
    assert_eq!(without["digest"], calm["digest"]);
    let elsewhere = result(&folder, &["lost.yaml", "--without", "order 1 / platform-bank / request / 1"]);
    assert_eq!(elsewhere["dropped"]["external"], 1);
}

#[test]
fn another_strategy_may_have_another_end() {
    let folder = folder("strategy", &[("lost.yaml", LOST)]);
    for name in listed(&folder, Some("strategies")) {
        let ran = paychaos(&folder, &["run", "lost.yaml", "--strategy", &name]);
        assert!(ran.code <= 1 && ran.err.is_empty(), "{name}: {}", ran.err);
    }
}

#[test]
fn the_starter_scenario_passes_and_is_not_written_over() {
    let folder = folder("init", &[]);
    let ran = paychaos(&folder, &["init"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert_eq!(names(&folder), ["scenario.yaml"]);
    let ran = paychaos(&folder, &["run", "scenario.yaml"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.out);
    fs::write(folder.join("scenario.yaml"), "mine").expect("a file");
    let ran = paychaos(&folder, &["init"]);
    assert_eq!(ran.code, 2);
    assert_eq!(fs::read_to_string(folder.join("scenario.yaml")).expect("a file"), "mine");
    let ran = paychaos(&folder, &["init", "--force"]);
    assert_eq!(ran.code, 0);
    assert_ne!(fs::read_to_string(folder.join("scenario.yaml")).expect("a file"), "mine");
    let ran = paychaos(&folder, &["init", "other.yaml"]);
    assert_eq!(ran.code, 0);
    assert_eq!(names(&folder), ["other.yaml", "scenario.yaml"], "no temporary file is left");
}

#[test]
fn check_runs_nothing_and_counts() {
    let folder = folder("check", &[("lost.yaml", LOST), ("random.yaml", RANDOM)]);
    let ran = paychaos(&folder, &["check", "."]);
    assert_eq!((ran.code, ran.out.as_str(), ran.err.as_str()), (0, "2 scenarios are valid\n", ""));
    let ran = paychaos(&folder, &["check", ".", "--format", "json"]);
    let list = json(&ran.out);
    assert_eq!(
        (&list[1]["scenario"], &list[1]["orders"], &list[1]["coupled"]),
        (&"random".into(), &50.into(), &false.into())
    );
}

#[test]
fn every_trace_format_is_written() {
    let folder = folder("trace", &[("lost.yaml", LOST)]);
    let formats = listed(&folder, Some("formats"));
    assert!(formats.len() >= 5, "{formats:?}");
    for format in &formats {
        let ran = paychaos(&folder, &["run", "lost.yaml", "--trace", "trace", "--trace-format", format]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{format}");
        let text = fs::read_to_string(folder.join("trace")).expect("a trace");
        assert!(text.len() > 500 && !text.contains('\u{1b}'), "{format}: {text}");
        match format.as_str() {
            "json" => {
                let facts: Vec<Value> = text.lines().map(json).collect();
                let times: Vec<u64> = facts.iter().map(|fact| fact["at_us"].as_u64().expect("a time")).collect();
                assert!(times.is_sorted() && facts.iter().all(|fact| fact["fact"].is_string() && fact["order"] == 1));
            }
            "perfetto" => assert!(json(&text)["traceEvents"].as_array().is_some_and(|events| events.len() > 20)),
            "mermaid" => assert!(text.starts_with("sequenceDiagram\n")),
            "html" => {
                assert!(text.starts_with("<!DOCTYPE html>") && text.trim_end().ends_with("</html>"));
                assert!(!text.contains("src=\"http") && !text.contains("href=\"http"), "a page of its own needs no other");
            }
            "text" => assert!(text.lines().all(|line| line.starts_with("lost order 1 "))),
            other => panic!("how is `{other}` checked?"),
        }
    }
    assert_eq!(names(&folder), ["lost.yaml", "trace"], "no temporary file is left");
}

#[test]
fn the_trace_format_follows_from_the_file() {
    let folder = folder("by_name", &[("lost.yaml", LOST)]);
    for (file, start) in
        [("t.html", "<!DOCTYPE html>"), ("t.mmd", "sequenceDiagram"), ("t.json", "{"), ("t.log", "lost order 1")]
    {
        assert_eq!(paychaos(&folder, &["run", "lost.yaml", "--trace", file]).code, 0);
        let text = fs::read_to_string(folder.join(file)).expect("a trace");
        assert!(text.starts_with(start), "{file}: {}", &text[..40]);
    }
}

#[test]
fn everything_that_has_a_name_is_listed_and_explained() {
    let folder = folder("names", &[]);
    let kinds = paychaos(&folder, &["list", "--format", "json"]);
    let kinds = json(&kinds.out);
    let kinds: Vec<&str> =
        kinds.as_array().expect("a list").iter().map(|kind| kind["name"].as_str().expect("a name")).collect();
    assert!(kinds.len() >= 10, "{kinds:?}");
    for kind in kinds {
        let names = listed(&folder, Some(kind));
        assert!(!names.is_empty(), "{kind}");
        for name in names.iter().take(if kind == "sites" { 3 } else { usize::MAX }) {
            let ran = paychaos(&folder, &["explain", name]);
            assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{kind} {name}");
            assert!(ran.out.contains(name.as_str()) && ran.out.len() > name.len() + 20, "{kind} {name}: {}", ran.out);
        }
    }
    let ran = paychaos(&folder, &["explain", "scenario"]);
    assert!(ran.code == 0 && ran.out.contains("hops.platform-bank.polling.plan"), "{}", ran.out);
}

#[test]
fn every_example_of_explain_can_be_pasted() {
    let csv = "at,amount,currency\nd0 10:00,100.00,CNY\n";
    let folder = folder("examples", &[("orders.csv", csv)]);
    let kinds = listed(&folder, None);
    let mut examples = 0;
    for name in kinds.iter().flat_map(|kind| listed(&folder, Some(kind))) {
        let told = json(&paychaos(&folder, &["explain", &name, "--format", "json"]).out);
        for entry in told.as_array().expect("a list") {
            let text = entry["example"].as_str().expect("an example");
            if text.is_empty() {
                continue;
            }
            examples += 1;
            fs::write(folder.join("example.yaml"), text).expect("a file");
            let ran = paychaos(&folder, &["check", "example.yaml"]);
            let said = format!("{}{}", ran.out, ran.err);
            assert!(ran.code == 0 && !said.contains("warning"), "{name}: {text}\n{said}");
        }
    }
    assert!(examples > 200, "{examples}");
}

#[test]
fn a_key_is_explained_and_a_slip_is_met_with_the_nearest_name() {
    let folder = folder("keys", &[]);
    let ran = paychaos(&folder, &["explain", "polling"]);
    assert!(ran.out.contains("recovery mechanism"), "a name of a registry comes first: {}", ran.out);
    let ran = paychaos(&folder, &["explain", "timeout.read"]);
    assert!(ran.code == 0 && ran.out.contains("hops.platform-bank.timeout.read\n"), "{}", ran.out);
    for (slip, nearest) in [("durration", "duration"), ("latncy", "latency"), ("alypay", "alipay"), ("scenari", "scenario")]
    {
        let ran = paychaos(&folder, &["explain", slip]);
        assert!(ran.code == 2 && ran.err.contains(&format!("the nearest name is `{nearest}`")), "{}", ran.err);
    }
}

#[test]
fn no_line_is_wider_than_80_columns_and_no_colour_is_piped() {
    let folder = folder("width", &[("lost.yaml", LOST), ("random.yaml", RANDOM)]);
    let commands: &[&[&str]] = &[
        &["run", "lost.yaml"],
        &["run", "random.yaml"],
        &["run", "random.yaml", "--seed", "99", "--stories", "9"],
        &["run", "lost.yaml", "random.yaml"],
        &["check", "."],
        &["list"],
        &["list", "faults"],
        &["list", "rules"],
        &["list", "sites"],
        &["list", "goals"],
        &["explain", "scenario"],
        &["explain", "lose"],
        &["explain", "wechat_pay_v3"],
        &["explain", "article_literal"],
        &["explain", "kill_bill_janitor"],
        &["explain", "close_before_retry"],
    ];
    for args in commands {
        let ran = paychaos(&folder, args);
        for line in ran.out.lines() {
            assert!(line.chars().count() <= 80, "{args:?}: {} columns: {line}", line.chars().count());
            assert!(line.trim_end() == line, "{args:?}: blanks at the end of {line:?}");
        }
        assert!(!ran.out.contains('\u{1b}') && !ran.err.contains('\u{1b}'), "{args:?}");
    }
}

#[test]
fn no_color_wins_over_force() {
    let folder = folder("colour", &[("lost.yaml", LOST)]);
    let run = |variables: &[(&str, &str)]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_paychaos"));
        command.current_dir(&folder).args(["run", "lost.yaml"]).env_remove("NO_COLOR").envs(variables.iter().copied());
        String::from_utf8(command.output().expect("the binary runs").stdout).expect("UTF-8")
    };
    let forced = run(&[("CLICOLOR_FORCE", "1")]);
    assert!(forced.contains('\u{1b}'), "{forced}");
    assert_eq!(anstream::adapter::strip_str(&forced).to_string(), run(&[]), "colour changes nothing else");
    assert!(!run(&[("NO_COLOR", "1")]).contains('\u{1b}'));
}

#[test]
fn there_is_a_completion_script_for_every_shell() {
    let folder = folder("completions", &[]);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = paychaos(&folder, &["completions", shell]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{shell}");
        assert!(ran.out.contains("paychaos") && ran.out.contains("explain") && ran.out.contains("trace-format"), "{shell}");
    }
}

#[test]
fn help_and_version_are_results() {
    let folder = folder("help", &[]);
    for args in [&["--help"][..], &["--version"], &["run", "--help"], &["help", "list"]] {
        let ran = paychaos(&folder, args);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{args:?}");
        assert!(!ran.out.is_empty(), "{args:?}");
    }
}

#[test]
fn results_follow_their_schema() {
    let folder = folder("schema_of_results", &[("lost.yaml", LOST), ("random.yaml", RANDOM)]);
    let schema = json(&paychaos(&folder, &["schema", "--of", "result"]).out);
    let results = json(&paychaos(&folder, &["run", ".", "--format", "json"]).out);
    assert_eq!(Schema(&schema).mistakes(&schema, &results, "result"), Vec::<String>::new());
    let broken = serde_json::json!([{"scenario": 1}]);
    assert!(!Schema(&schema).mistakes(&schema, &broken, "result").is_empty(), "the schema takes anything");
}

#[test]
fn results_of_campaigns_follow_their_schemas() {
    let planted = RANDOM.to_owned() + "hops: {platform-bank: {rules: {not_found_is_unknown: off}}}\ngoals: [lost]\n";
    let folder = folder("schema_of_campaigns", &[("planted.yaml", &planted), ("lost.yaml", LOST)]);
    let cases: [(&str, &[&str]); 4] = [
        ("campaign", &["fuzz", ".", "--seeds", "0..100", "--out", "out.json"]),
        ("campaign", &["merge", "out.json"]),
        ("mutants", &["mutants", "planted.yaml", "--seeds", "0..50"]),
        ("ci", &["ci", ".", "--seeds", "0..50"]),
    ];
    for (name, args) in cases {
        let schema = json(&paychaos(&folder, &["schema", "--of", name]).out);
        let ran = paychaos(&folder, &[args, &["--format", "json"]].concat());
        let mistakes = Schema(&schema).mistakes(&schema, &json(&ran.out), name);
        assert!(mistakes.is_empty() && ran.code <= 1, "{args:?}: {}{}", mistakes.join("\n"), ran.err);
        let broken = serde_json::json!([{"scenario": 1}]);
        assert!(!Schema(&schema).mistakes(&schema, &broken, name).is_empty(), "the schema takes anything");
    }
}

#[test]
fn every_shipped_scenario_follows_the_schema_that_editors_use() {
    let folder = folder("schema_of_scenarios", &[]);
    let schema = json(&paychaos(&folder, &["schema"]).out);
    let of_comparisons = json(&paychaos(&folder, &["schema", "--of", "comparison"]).out);
    let mut files = Vec::new();
    yaml_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios"), &mut files);
    assert!(!files.is_empty());
    for file in files {
        let text = fs::read_to_string(&file).expect("a scenario");
        let value: Value = serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let schema = if value.get("compare").is_some() { &of_comparisons } else { &schema };
        let mistakes = Schema(schema).mistakes(schema, &value, "scenario");
        assert!(mistakes.is_empty(), "{}: {}", file.display(), mistakes.join("\n"));
    }
    let broken = serde_json::json!({"compare": {"strategies": 3, "sedes": 1}});
    assert!(!Schema(&of_comparisons).mistakes(&of_comparisons, &broken, "comparison").is_empty(), "it takes anything");
    let broken = serde_json::json!({"orders": {"cuont": 3}});
    assert!(!Schema(&schema).mistakes(&schema, &broken, "scenario").is_empty(), "the schema takes anything");
}

fn yaml_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            yaml_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            found.push(path);
        }
    }
}

/// As much of JSON Schema as the two schemas use.
struct Schema<'a>(&'a Value);

impl Schema<'_> {
    /// Where `value` breaks `schema`.
    fn mistakes(&self, schema: &Value, value: &Value, at: &str) -> Vec<String> {
        let Some(schema) = schema.as_object() else {
            return if schema == &Value::Bool(false) { vec![format!("{at}: not allowed")] } else { Vec::new() };
        };
        let mut found = Vec::new();
        for (keyword, says) in schema {
            match (keyword.as_str(), says) {
                ("$ref", Value::String(name)) => {
                    let target =
                        self.0.pointer(name.trim_start_matches('#')).unwrap_or_else(|| panic!("{name} leads nowhere"));
                    found.extend(self.mistakes(target, value, at));
                }
                ("type", kinds) => {
                    let one = std::slice::from_ref(kinds);
                    let kinds = kinds.as_array().map_or(one, Vec::as_slice);
                    let is =
                        |kind: &Value| kind == kind_of(value) || (kind == "integer" && (value.is_u64() || value.is_i64()));
                    if !kinds.iter().any(is) {
                        found.push(format!("{at}: {value} is no {kinds:?}"));
                    }
                }
                ("const", says) if says != value => found.push(format!("{at}: {value} is not {says}")),
                ("enum", Value::Array(allowed)) if !allowed.contains(value) => {
                    found.push(format!("{at}: {value} is not in {says}"))
                }
                ("anyOf" | "oneOf", Value::Array(ways)) => {
                    let right = ways.iter().filter(|way| self.mistakes(way, value, at).is_empty()).count();
                    if right == 0 || (keyword == "oneOf" && right > 1) {
                        found.push(format!("{at}: {value} fits {right} of {}", ways.len()));
                    }
                }
                ("required", Value::Array(names)) => {
                    let missing =
                        |name: &&Value| value.is_object() && value.get(name.as_str().unwrap_or_default()).is_none();
                    found.extend(names.iter().filter(missing).map(|name| format!("{at}: no {name}")));
                }
                ("minimum", says) if value.as_f64() < says.as_f64() && value.is_number() => {
                    found.push(format!("{at}: below {says}"))
                }
                ("maximum", says) if value.as_f64() > says.as_f64() && value.is_number() => {
                    found.push(format!("{at}: above {says}"))
                }
                ("minProperties", says)
                    if value.as_object().is_some_and(|map| map.len() as u64 >= says.as_u64().unwrap_or(0)) => {}
                ("maxProperties", says)
                    if value.as_object().is_some_and(|map| map.len() as u64 <= says.as_u64().unwrap_or(0)) => {}
                ("minProperties" | "maxProperties", says) => {
                    if value.is_object() {
                        found.push(format!("{at}: it has not {says} keys"));
                    }
                }
                ("items", says) => {
                    let fixed = schema.get("prefixItems").and_then(Value::as_array).map_or(0, Vec::len);
                    let rest = value.as_array().into_iter().flatten().enumerate().skip(fixed);
                    found.extend(rest.flat_map(|(i, item)| self.mistakes(says, item, &format!("{at}[{i}]"))));
                }
                ("prefixItems", Value::Array(each)) => {
                    let pairs = each.iter().zip(value.as_array().into_iter().flatten());
                    found.extend(pairs.flat_map(|(says, item)| self.mistakes(says, item, at)));
                }
                ("properties", Value::Object(known)) => {
                    for (name, inner) in value.as_object().into_iter().flatten() {
                        if let Some(says) = known.get(name) {
                            found.extend(self.mistakes(says, inner, &format!("{at}.{name}")));
                        }
                    }
                }
                ("additionalProperties", says) => {
                    let known = schema.get("properties").and_then(Value::as_object);
                    let others = value
                        .as_object()
                        .into_iter()
                        .flatten()
                        .filter(|(name, _)| known.is_none_or(|known| !known.contains_key(*name)));
                    found.extend(others.flat_map(|(name, inner)| self.mistakes(says, inner, &format!("{at}.{name}"))));
                }
                ("minItems", says)
                    if value.as_array().is_some_and(|items| (items.len() as u64) < says.as_u64().unwrap_or(0)) =>
                {
                    found.push(format!("{at}: too short"));
                }
                ("maxItems", says)
                    if value.as_array().is_some_and(|items| items.len() as u64 > says.as_u64().unwrap_or(u64::MAX)) =>
                {
                    found.push(format!("{at}: too long"));
                }
                (
                    "const" | "enum" | "minimum" | "maximum" | "minItems" | "maxItems" | "$schema" | "$defs" | "title"
                    | "description" | "default" | "examples" | "format",
                    _,
                ) => {}
                (other, _) => panic!("the schema uses `{other}`, which is not checked here"),
            }
        }
        found
    }
}
