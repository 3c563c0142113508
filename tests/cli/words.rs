//! What people are told: lists, explanations, help, completions, colours, width.

use crate::common::{folder, paychaos};
use crate::{LOST, RANDOM, json, listed};
use assert_cmd::Command;
use std::fs;

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

/// What a mechanism is said to take is what a scenario can give it.
#[test]
fn every_parameter_of_a_mechanism_is_listed() {
    let folder = folder("parameters", &[]);
    let fields = json(&paychaos(&folder, &["explain", "scenario", "--format", "json"]).out);
    let mut known = 0;
    for mechanism in ["timeout", "notification", "polling", "reversal", "reconciliation", "retry"] {
        let told = json(&paychaos(&folder, &["explain", mechanism, "--format", "json"]).out);
        let details =
            told.as_array().expect("a list").iter().flat_map(|entry| entry["details"].as_array().expect("details"));
        let parameters: String =
            details.filter(|detail| detail["label"] == "parameters").map(|detail| detail["text"].to_string()).collect();
        let listed: Vec<&str> = parameters.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
        let under = format!("hops.platform-bank.{mechanism}.");
        let keys =
            fields.as_array().expect("fields").iter().filter_map(|field| field["path"].as_str()?.strip_prefix(&under));
        for key in keys.filter(|key| !key.contains('.')) {
            assert!(listed.contains(&key), "{mechanism}: {key} is not in {parameters}");
            known += 1;
        }
    }
    assert!(known > 20, "only {known}");
}

/// A site says who acts there and what strikes there, not only how its addresses look.
#[test]
fn a_site_says_what_it_is() {
    let folder = folder("sites", &[]);
    for (site, means, fault) in [
        ("platform-bank/row", "a record of the bank's settlement file", "wrong_amount"),
        ("merchant-platform/answer", "the platform answers the request of the merchant", "lose"),
        ("platform-bank/record-write", "the bank writes what became of its record", "unknown_commit"),
        ("customer/pays-again", "whether the customer, left without goods, pays again", "happen"),
    ] {
        let told = paychaos(&folder, &["explain", site]).out;
        assert!(told.contains(means) && told.contains(fault), "{told}");
    }
    let abouts = json(&paychaos(&folder, &["list", "sites", "--format", "json"]).out);
    let mut abouts: Vec<String> = abouts.as_array().expect("a list").iter().map(|site| site["about"].to_string()).collect();
    abouts.sort();
    let sites = abouts.len();
    abouts.dedup();
    assert_eq!(abouts.len(), sites, "each says something of its own");
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
            // What is scripted comes to pass.
            if entry["kind"] == "fault" {
                let ran = paychaos(&folder, &["run", "example.yaml"]);
                assert!(!ran.out.contains("never reached"), "{name}: {}", ran.out);
            }
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
    for (key, says) in [
        ("merchant.returns[].after", "merchant.returns[].after\n"),
        ("compare.within", "compare.within\n"),
        ("compare.strategies", "compare.strategies\n"),
        ("by", "Of late, slow."),
    ] {
        let ran = paychaos(&folder, &["explain", key]);
        assert!(ran.code == 0 && ran.out.contains(says), "{key}: {}{}", ran.out, ran.err);
    }
    for (fault, sites) in [
        ("decline", "HOP/{decision}, merchant-platform/{refund-decision}"),
        ("not_found", "HOP/{decision, refund-decision, query-answer}"),
        ("late_debit", "platform-bank/{decision, refund-decision}"),
    ] {
        let ran = paychaos(&folder, &["explain", fault]);
        assert!(ran.out.contains(&format!("strikes at  {sites}\n")), "{}", ran.out);
    }
    for (slip, nearest) in [
        ("durration", "duration"),
        ("latncy", "latency"),
        ("alypay", "alipay"),
        ("scenari", "scenario"),
        ("platform-bank/anser", "platform-bank/answer"),
        ("LOSE", "lose"),
    ] {
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
        #[cfg(target_os = "linux")]
        {
            let full = fs::OpenOptions::new().write(true).open("/dev/full").expect("Linux has it");
            let ended = crate::common::command(&folder, args).stdout(full).stderr(std::process::Stdio::null()).status();
            assert_eq!(ended.expect("it runs").code(), Some(2), "{args:?} could not be printed");
        }
    }
}
