//! Every shipped scenario, run through the library: it passes by its own `expect` and `goals`, it reaches what it scripts,
//! its digest is the golden one, and neither the way of running nor the number of the run changes anything.
//!
//! `UPDATE_GOLDEN=1 cargo test --test scenarios` rewrites the golden file, and the measured figures in the
//! headers of the days.

use paychaos::faults;
use paychaos::payments::party::Hop;
use paychaos::payments::weather::Window;
use paychaos::run::outcome::{Outcome, Verdict};
use paychaos::run::{self, Options};
use paychaos::scenario::{self, Known, Overrides, Scenario, strategies};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

const GOLDEN: &str = "tests/golden/digests.txt";

/// Debug builds repeat only scenarios of at most so many orders.
const REPEATED: u32 = if cfg!(debug_assertions) { 20_000 } else { u32::MAX };

/// A shipped scenario and its run.
struct Shown {
    /// Relative to `scenarios`, with slashes.
    name: String,
    text: String,
    scenario: Scenario,
    outcome: Outcome,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios")
}

/// The scenario files below `folder`, sorted; what is only there to be measured is left out.
fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            if path.file_name().is_none_or(|name| name != "bench") {
                files(&path, found);
            }
        } else if path.extension().is_some_and(|extension| extension == "yaml") && !is_comparison(&path) {
            found.push(path);
        }
    }
}

/// Comparisons are run by `tests/compare`.
fn is_comparison(path: &Path) -> bool {
    scenario::comparison::is_comparison(&fs::read(path).expect("a text file"))
}

/// Is what is recorded to be replaced by what is found?
fn updates() -> bool {
    std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1")
}

fn load(path: &Path) -> (String, Scenario) {
    let goals = run::goals::known();
    let invariants: Vec<&str> = paychaos::invariants::ALL.iter().map(|info| info.id).collect();
    let known = Known { goals: &goals, invariants: &invariants };
    let text = fs::read_to_string(path).expect("a text file");
    let scenario = scenario::load(path, text.as_bytes(), &Overrides::default(), known, &|path: &Path| fs::read(path));
    (text, scenario.unwrap_or_else(|found| panic!("{}", scenario::render_all(&found, false))))
}

fn play(scenario: &Scenario, together: bool) -> Outcome {
    let mut options = Options { seed: None, without: &[], stories: 0, together, progress: &mut |_| true };
    run::once(scenario, &mut options, None)
}

/// All of them, each run once; two at a time.
fn shown() -> &'static [Shown] {
    static SHOWN: OnceLock<Vec<Shown>> = OnceLock::new();
    SHOWN.get_or_init(|| {
        let mut paths = Vec::new();
        files(&root(), &mut paths);
        let show = |path: &PathBuf| {
            let (text, scenario) = load(path);
            let outcome = play(&scenario, false);
            let name = path.strip_prefix(root()).expect("below the root").to_string_lossy().replace('\\', "/");
            Shown { name, text, scenario, outcome }
        };
        let every_second = |from: usize| -> Vec<Shown> { paths.iter().skip(from).step_by(2).map(show).collect() };
        let mut all = std::thread::scope(|scope| {
            let odd = scope.spawn(|| every_second(1));
            let mut even = every_second(0);
            even.extend(odd.join().expect("the other half"));
            even
        });
        all.sort_by(|a, b| a.name.cmp(&b.name));
        all
    })
}

/// Everything that two runs of one scenario must agree on.
fn figures(outcome: &Outcome) -> String {
    let totals = &outcome.totals;
    let times = |of: &paychaos::run::outcome::Totals| {
        let over = [&of.time_to_consistency, &of.time_to_consistency_all];
        over.map(|times| (times.len(), [0.5, 0.9, 0.99, 1.0].map(|quantile| times.value_at_quantile(quantile))))
    };
    let mut text = String::new();
    let _ = writeln!(text, "digest {:016x}, verdict {:?}", outcome.digest, outcome.verdict);
    let _ = writeln!(text, "orders {}, paid {}, events {}", totals.orders, totals.paid, totals.events);
    let _ = writeln!(
        text,
        "dropped {:?} {:?}, recovered {:?}",
        totals.dropped_external, totals.dropped_internal, totals.recovered_by
    );
    let _ = writeln!(text, "unrecovered {}, manual {} {}", totals.unrecovered, totals.manual, totals.manual_cases);
    let _ = writeln!(text, "times {:?}", times(totals));
    let _ = writeln!(text, "cost {:?}, at risk {}, loss {:?}", totals.cost, totals.at_risk, totals.loss);
    let _ = writeln!(text, "violated {:?}\ngoals {:?}", outcome.violated, outcome.goals);
    for violation in &outcome.violations {
        let _ = writeln!(text, "{violation:?}");
    }
    text
}

#[test]
fn every_scenario_passes_and_reaches_what_it_scripts() {
    let mut wrong = String::new();
    for Shown { name, outcome, .. } in shown() {
        if let Verdict::Fail(reasons) = &outcome.verdict {
            let _ = writeln!(wrong, "{name}: {}", reasons.join("; "));
        }
        for address in &outcome.unreached {
            let _ = writeln!(wrong, "{name}: never reached: {address}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// The lines from `faults:` to `expect:`.
fn faults(text: &str) -> &str {
    let from = text.find("\nfaults:\n").unwrap_or(text.len());
    let to = text.find("\nexpect:").unwrap_or(text.len());
    text.get(from..to).unwrap_or_default()
}

#[test]
fn every_known_bug_has_its_mistake_and_its_fix_under_the_same_faults() {
    let text = |name: &str| shown().iter().find(|shown| shown.name == name).map(|shown| shown.text.as_str());
    let bugs = || shown().iter().filter_map(|shown| shown.name.strip_prefix("bugs/"));
    for row in 1..=32 {
        let row = format!("f{row:02}");
        assert!(bugs().any(|name| name.starts_with(&row)), "{row} is missing");
    }
    for name in bugs() {
        let stem = name.strip_suffix("_mistake.yaml").or(name.strip_suffix("_fixed.yaml"));
        let stem = stem.unwrap_or_else(|| panic!("{name} is neither a mistake nor a fix"));
        let [mistake, fixed] = ["mistake", "fixed"].map(|which| {
            let name = format!("bugs/{stem}_{which}.yaml");
            text(&name).unwrap_or_else(|| panic!("{name} is missing"))
        });
        assert!(mistake.contains("expect: {violates:"), "{stem}: the mistake violates nothing");
        assert!(fixed.contains("expect: consistent"), "{stem}: the fix is not consistent");
        assert_eq!(faults(mistake), faults(fixed), "{stem}: the fix must stand up to the same faults");
        assert!(mistake.contains("Source: ") || mistake.replace("\n# ", " ").contains("Source: "), "{stem} has no source");
    }
}

#[test]
fn no_pass_is_empty() {
    for Shown { name, text, scenario, .. } in shown() {
        assert!(!scenario.goals.is_empty(), "{name} has no goals");
        assert!(!scenario.about.is_empty(), "{name} does not say what it is about");
        assert!(text.starts_with("# "), "{name} has no header");
    }
}

#[test]
fn digests_are_the_golden_ones() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(GOLDEN);
    let mut found = String::from("# scenario, digest of all facts, events\n");
    for Shown { name, outcome, .. } in shown() {
        let _ = writeln!(found, "{name} {:016x} {}", outcome.digest, outcome.totals.events);
    }
    if updates() {
        return fs::write(&path, found).expect("the golden file can be written");
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    let missing = |all: &str, from: &str| -> Vec<String> {
        let lines = all.lines().filter(|line| !from.lines().any(|other| other == *line));
        lines.map(str::to_owned).collect()
    };
    let (gone, new) = (missing(&golden, &found), missing(&found, &golden));
    assert!(
        golden == found,
        "{GOLDEN} differs: what is recorded\n  {}\nand what was found\n  {}\nIf that is meant: UPDATE_GOLDEN=1 cargo test --test scenarios",
        gone.join("\n  "),
        new.join("\n  "),
    );
}

/// Orders that share nothing one by one, coupled ones turn by turn, against all together, event by event.
#[test]
fn alone_as_long_as_possible_and_together_are_the_same() {
    let mut compared = 0;
    for Shown { name, scenario, outcome, .. } in shown() {
        if run::orders_of(&scenario.purchases) > REPEATED {
            continue;
        }
        assert_eq!(figures(&play(scenario, true)), figures(outcome), "{name}");
        compared += 1;
    }
    assert!(compared >= 20, "only {compared} scenarios were compared");
}

#[test]
fn two_runs_are_the_same() {
    for Shown { name, scenario, outcome, .. } in shown() {
        if run::orders_of(&scenario.purchases) <= REPEATED {
            assert_eq!(figures(&play(scenario, false)), figures(outcome), "{name}");
        }
    }
}

/// A longer timeout prevents drops: the same orders at the same bank, and none is dropped.
#[test]
fn longer_timeouts_drop_nothing() {
    let dropped = |name: &str| {
        let shown = shown().iter().find(|shown| shown.name == name).unwrap_or_else(|| panic!("{name} is missing"));
        shown.outcome.totals.dropped_external.iter().sum::<u64>()
    };
    assert!(dropped("article/06_timeouts_too_short.yaml") > 50);
    assert_eq!(dropped("article/07_longer_timeouts.yaml"), 0);
}

/// Each strategy has a scenario for campaigns, in which every kind of fault within the contract may strike wherever it can.
#[test]
fn every_strategy_meets_every_fault_in_contract() {
    for strategy in strategies::ALL {
        let name = format!("strategies/{}.yaml", strategy.name);
        let shown = shown().iter().find(|shown| shown.name == name).unwrap_or_else(|| panic!("{name} is missing"));
        assert!(shown.text.contains(&format!("\n    strategy: {}\n", strategy.name)), "{name} follows another strategy");
        let weather = &shown.scenario.weather;
        assert!(weather.skew.iter().any(|skew| *skew != 0), "{name} has no skew");
        for kind in faults::ALL.iter().filter(|kind| !kind.breach) {
            for site in Hop::ALL.into_iter().flat_map(|hop| kind.sites(hop)) {
                let by_odds = weather.at(site.index()).strikes.iter().any(|strike| strike.fault == kind.name);
                let in_window = |window: &Window| window.fault() == kind.name && window.sites().any(|own| own == site);
                assert!(by_odds || weather.windows.iter().any(in_window), "{name}: no {} at {site}", kind.name);
            }
        }
    }
}

/// What the headers of the days claim is what the run measures.
#[test]
fn days_measure_what_their_headers_say() {
    let mut wrong = String::new();
    let days = shown().iter().filter(|shown| shown.name.starts_with("days/"));
    assert!(days.clone().count() >= 5, "only {} days", days.count());
    for Shown { name, text, outcome, .. } in days {
        let totals = &outcome.totals;
        let dropped: u64 = totals.dropped_external.iter().chain(&totals.dropped_internal).sum();
        let share = 100.0 * totals.before_reconciliation as f64 / dropped.max(1) as f64;
        let measured =
            format!("# Measured: {dropped} orders dropped, {share:.2} % of them recovered before reconciliation.");
        let said = text.lines().find(|line| line.starts_with("# Measured: ")).unwrap_or("");
        if said == measured {
            continue;
        }
        if updates() && !said.is_empty() {
            fs::write(root().join(name), text.replacen(said, &measured, 1)).expect("the scenario can be written");
        } else {
            let _ = writeln!(wrong, "the header of {name} should say:\n{measured}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
