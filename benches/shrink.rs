//! How long it takes from a failing seed to its smallest case, over many failing seeds: `cargo bench --bench shrink`.
//!
//! One figure for all would hide the slow ones, so this measures each failing seed once and prints quantiles.

use paychaos::campaign::shrink::Shrinker;
use paychaos::campaign::subject::{Bench, Subject};
use paychaos::scenario::{Known, Overrides, load};
use std::path::Path;
use std::time::{Duration, Instant};

/// Scenarios that fail often: the article at its word, mistakes of each mechanism, many orders, and orders that share something.
const SCENARIOS: [&str; 8] = [
    "strategies/article_literal.yaml",
    "bench/refflow.yaml",
    "bugs/f03_not_found_is_failure_mistake.yaml",
    "bugs/f11_polls_used_up_mistake.yaml",
    "bugs/f15_refund_number_changed_mistake.yaml",
    "bugs/f17_across_the_cut_off_mistake.yaml",
    "bugs/f21_poison_notification_mistake.yaml",
    "bugs/f23_lease_shorter_than_call_mistake.yaml",
];

/// So many seeds are looked at for failing ones, and so many failing ones are shrunk, for each scenario.
const SEEDS: u64 = 2000;
const FAILING: usize = 100;

/// A campaign's subject, of at most ten orders.
fn subject(name: &str) -> Subject {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name);
    let text = std::fs::read(&path).expect("a scenario of this project");
    let goals = paychaos::run::goals::known();
    let invariants: Vec<&str> = paychaos::invariants::ALL.iter().map(|info| info.id).collect();
    let known = Known { goals: &goals, invariants: &invariants };
    let loaded = load(&path, &text, &Overrides::default(), known, &|path: &Path| std::fs::read(path));
    let mut scenario = loaded.unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    if let paychaos::scenario::Purchases::Drawn { count, .. } = &mut scenario.purchases {
        *count = (*count).min(10);
    }
    Subject::new(scenario, false, None)
}

/// The time that each of the first failing seeds takes.
fn times(subject: &Subject, seeds: u64, failing: usize) -> Vec<Duration> {
    let mut bench = Bench::new(subject);
    let mut times = Vec::new();
    for seed in 0..seeds {
        let Some((order, violated)) = bench.run(seed).violating.first().copied() else { continue };
        let begun = Instant::now();
        let (case, mut stage) = bench.case(seed, order, &[]);
        let target = violated.trailing_zeros() as usize;
        std::hint::black_box(Shrinker::new(&mut stage, case, target).thoroughly());
        times.push(begun.elapsed());
        if times.len() == failing {
            break;
        }
    }
    times.sort();
    times
}

fn row(name: &str, times: &[Duration]) {
    let at = |percent: usize| {
        let place = (times.len() * percent).div_ceil(100).saturating_sub(1);
        times.get(place).map_or(0.0, |time| time.as_secs_f64() * 1000.0)
    };
    println!("{name:50} {:6} {:9.3} {:9.3} {:9.3}", times.len(), at(50), at(95), at(100));
}

fn main() {
    // `cargo test --benches` only wants to see that it runs.
    let measured = std::env::args().any(|argument| argument == "--bench");
    let (seeds, failing) = if measured { (SEEDS, FAILING) } else { (100, 1) };
    println!(
        "{:50} {:>6} {:>9} {:>9} {:>9}",
        "scenario, milliseconds to shrink a failing seed", "seeds", "p50", "p95", "max"
    );
    let mut all = Vec::new();
    for name in SCENARIOS {
        let times = times(&subject(name), seeds, failing);
        row(name, &times);
        all.extend(times);
    }
    all.sort();
    row("all", &all);
}
