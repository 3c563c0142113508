//! How fast runs are: the reference workload one order at a time, coupled by a limit, and together event by event; a campaign
//! of small worlds, bare and as `fuzz` runs it, one case shrunk, one order.
//! Throughput is in processed events: `cargo bench`.

use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use paychaos::campaign::shrink::Shrinker;
use paychaos::campaign::subject::{Bench, Subject};
use paychaos::kernel::{Seeded, Silent};
use paychaos::payments::weather::Weather;
use paychaos::run::outcome::Outcome;
use paychaos::run::{Options, glance, once, quietly};
use paychaos::scenario::{Known, Overrides, Purchases, Scenario, load};
use std::hint::black_box;
use std::path::Path;

/// The reference workload with so many orders.
fn refflow(orders: u32) -> Scenario {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/bench/refflow.yaml");
    let text = std::fs::read(&path).expect("the reference workload");
    let goals = paychaos::run::goals::known();
    let invariants: Vec<&str> = paychaos::invariants::ALL.iter().map(|info| info.id).collect();
    let known = Known { goals: &goals, invariants: &invariants };
    let loaded = load(&path, &text, &Overrides::default(), known, &|path: &Path| std::fs::read(path));
    let mut scenario = loaded.unwrap_or_else(|mistakes| panic!("{mistakes:?}"));
    match &mut scenario.purchases {
        Purchases::Drawn { count, .. } => *count = orders,
        Purchases::Listed(_) => panic!("the reference workload draws its orders"),
    }
    scenario
}

fn play(scenario: &Scenario, together: bool) -> Outcome {
    let mut options = Options { seed: None, without: &[], stories: 0, together, progress: &mut |_| true };
    once(scenario, &mut options, None)
}

/// The same, coupled: both polling jobs send no more than so many queries a second. It is a limit that is never reached, so
/// the facts are the same, too.
fn coupled(mut scenario: Scenario) -> Scenario {
    for hop in &mut scenario.model.hops {
        let polling = hop.polling.as_mut().expect("the reference workload polls on both hops");
        polling.rate_limit = Some(100_000);
    }
    scenario
}

/// 100,000 orders: each on its own, coupled, and all in one world event by event.
fn many_orders(criterion: &mut Criterion) {
    let scenario = refflow(100_000);
    let coupled = coupled(scenario.clone());
    let Outcome { totals, digest, .. } = play(&scenario, false);
    assert_eq!(play(&coupled, false).digest, digest, "the limit is never reached");
    let events = totals.events;
    let mut group = criterion.benchmark_group("100000_orders");
    group.sample_size(10).throughput(Throughput::Elements(events));
    group.bench_function("each_on_its_own", |bencher| bencher.iter(|| play(black_box(&scenario), false)));
    group.bench_function("coupled", |bencher| bencher.iter(|| play(black_box(&coupled), false)));
    group.bench_function("event_by_event", |bencher| bencher.iter(|| play(black_box(&scenario), true)));
    group.finish();
}

/// What a campaign does: one small world per seed.
fn campaign(criterion: &mut Criterion) {
    const SEEDS: u64 = 1000;
    let scenario = refflow(10);
    let run =
        || (0..SEEDS).map(|seed| glance(black_box(&scenario), Seeded::new(seed), &mut Silent, None).events).sum::<u64>();
    let mut group = criterion.benchmark_group("1000_seeds_of_10_orders");
    group.sample_size(20).throughput(Throughput::Elements(run()));
    group.bench_function("one_thread", |bencher| bencher.iter(run));
    group.finish();
}

/// The same as a campaign runs them: each seed draws its swarm, every order is watched, what fails is only counted.
fn fuzz(criterion: &mut Criterion) {
    const SEEDS: u64 = 1000;
    let listed = Subject::new(refflow(10), false, None);
    let mut calm = refflow(10);
    let storm_end = calm.weather.storm_end;
    calm.weather = Weather::calm();
    calm.weather.storm_end = storm_end;
    let every_kind = Subject::new(calm, false, None);
    for (name, subject) in [("1000_seeds_listed_faults", &listed), ("1000_seeds_every_kind_of_fault", &every_kind)] {
        let mut bench = Bench::new(subject);
        let mut run = || (0..SEEDS).map(|seed| bench.run(black_box(seed)).events).sum::<u64>();
        let mut group = criterion.benchmark_group("fuzz");
        group.sample_size(20).throughput(Throughput::Elements(run()));
        group.bench_function(name, |bencher| bencher.iter(&mut run));
        group.finish();
    }
}

/// From a failing seed to its smallest case.
fn shrink(criterion: &mut Criterion) {
    let subject = Subject::new(refflow(10), false, None);
    let mut bench = Bench::new(&subject);
    let (seed, order, violated) = (0..)
        .find_map(|seed| bench.run(seed).violating.first().map(|(order, violated)| (seed, *order, *violated)))
        .expect("the reference workload leaves some orders inconsistent");
    let mut case = || bench.case(seed, order, &[]);
    criterion.bench_function("shrink", |bencher| {
        bencher.iter_batched(
            &mut case,
            |(case, mut stage)| Shrinker::new(&mut stage, case, violated.trailing_zeros() as usize).thoroughly(),
            BatchSize::SmallInput,
        );
    });
}

/// One order from its creation to its verdict, with its story and without; and loading its scenario.
fn one_order(criterion: &mut Criterion) {
    let scenario = refflow(1);
    let mut group = criterion.benchmark_group("one_order");
    group.throughput(Throughput::Elements(quietly(&scenario, None).totals.events));
    group.bench_function("quietly", |bencher| bencher.iter(|| quietly(black_box(&scenario), None)));
    let told = || {
        let mut options = Options { seed: None, without: &[], stories: 1, together: false, progress: &mut |_| true };
        once(black_box(&scenario), &mut options, None)
    };
    group.bench_function("with_its_story", |bencher| bencher.iter(told));
    group.finish();
    criterion.bench_function("load_a_scenario", |bencher| bencher.iter_batched(|| 1, refflow, BatchSize::SmallInput));
}

criterion_group!(benches, many_orders, campaign, fuzz, shrink, one_order);
criterion_main!(benches);
