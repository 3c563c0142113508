//! The shrinker and the merge themselves, by property: whatever fails, what is shrunk fails in the same way, shrinking is
//! deterministic and idempotent, nothing is left that is not needed, and tallies add up in any order and grouping.

use paychaos::campaign::case::{Case, Misfortune, Stage};
use paychaos::campaign::fuzz::fuzz;
use paychaos::campaign::kind::FailureKind;
use paychaos::campaign::mistake::Mistake;
use paychaos::campaign::prevention;
use paychaos::campaign::record::{Counted, Found, Identity, Played, Seeds};
use paychaos::campaign::shard::{self, Part, Shard};
use paychaos::campaign::shrink::{Shrinker, Smallness, lasting};
use paychaos::campaign::subject::{Bench, Subject};
use paychaos::campaign::tally::{Symptom, Tally};
use paychaos::campaign::triage::{Shown, Triage, triage};
use paychaos::invariants::Class;
use paychaos::scenario::{Known, Overrides, Scenario, load};
use proptest::prelude::*;
use std::cell::Cell;
use std::path::Path;
use std::sync::LazyLock;

const LITERAL: &str = "\
orders: {count: 6, arrivals: {poisson: 5/s}}
customer: {pays_again: {probability: 0.3, after: 2m}}
hops:
  merchant-platform: {strategy: article_literal, notification: {gaps: [0s, 15s, 15s, 30s]}}
  platform-bank: {strategy: article_literal, channel: wechat_pay_v3}
";

const COUPLED: &str = "\
orders: {count: 4, arrivals: {every: 1s}}
hops:
  merchant-platform: {strategy: article_literal, notification: {gaps: [0s, 15s], queue: fifo}}
  platform-bank: {strategy: article_literal, notification: {gaps: [0s, 15s], queue: fifo}}
";

/// One mistake strikes the first order, another one a later one.
const TWO_ON_ONE_DAY: &str = "\
orders: {count: 6, arrivals: {every: 5m}}
hops:
  merchant-platform: {rules: {not_found_is_unknown: off}}
  platform-bank: {rules: {not_found_is_unknown: off}}
faults:
  - lose: {site: platform-bank/request, from: \"09:59\", to: \"10:01\", probability: 1}
  - lose: {site: merchant-platform/request, from: \"10:04\", to: \"11:00\", probability: 0.3}
";

fn scenario(text: &str) -> Scenario {
    let nothing = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
    let known = Known { goals: &[], invariants: &[] };
    load(Path::new("shrink.yaml"), text.as_bytes(), &Overrides::default(), known, &nothing).expect("it is valid")
}

static SUBJECTS: LazyLock<[Subject; 2]> =
    LazyLock::new(|| [LITERAL, COUPLED].map(|text| Subject::new(scenario(text), false, None)));

/// The first failure of a seed, if it has one: its case, where to play it, and the invariant.
fn failure(subject: &Subject, seed: u64) -> Option<(Case, Stage, usize)> {
    let mut bench = Bench::new(subject);
    let (order, violated) = bench.run(seed).violating.first().copied()?;
    let (case, stage) = bench.case(seed, order, &[]);
    Some((case, stage, violated.trailing_zeros() as usize))
}

/// Does the case, played on its own, violate the invariant?
fn fails(stage: &mut Stage, case: &Case, target: usize) -> bool {
    stage.play(case).violated() & (1 << target) != 0
}

/// How far a case is from the calm.
fn distance(case: &Case) -> (usize, usize, usize) {
    (case.purchases.len(), case.misfortunes.len(), case.sizes.len())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_shrunk_case_fails_in_the_same_way_and_nothing_in_it_is_spare(seed in any::<u32>(), which in 0..2usize) {
        let Some((case, mut stage, target)) = failure(&SUBJECTS[which], u64::from(seed)) else { return Ok(()) };
        prop_assert!(fails(&mut stage, &case, target), "the recorded case is not what the seed did");
        let (small, smallness) = Shrinker::new(&mut stage, case.clone(), target).thoroughly();
        prop_assert!(fails(&mut stage, &small, target), "it slipped to another invariant");
        prop_assert!(distance(&small) <= distance(&case));
        prop_assert!(smallness >= Smallness::OneMinimal, "{smallness:?}");
        if small.misfortunes.len() <= 8 {
            prop_assert!(smallness >= Smallness::Irreducible);
            for subset in 0..(1u32 << small.misfortunes.len()) - 1 {
                let mut some = small.clone();
                let mut number = 0;
                some.misfortunes.retain(|_| { number += 1; subset & (1 << (number - 1)) != 0 });
                prop_assert!(!fails(&mut stage, &some, target), "{subset:b} of {:?} is enough", small.misfortunes);
            }
        }
    }

    #[test]
    fn shrinking_is_deterministic_and_idempotent(seed in any::<u32>(), which in 0..2usize) {
        let Some((case, mut stage, target)) = failure(&SUBJECTS[which], u64::from(seed)) else { return Ok(()) };
        let small = Shrinker::new(&mut stage, case.clone(), target).thoroughly();
        let Some((_, mut other, _)) = failure(&SUBJECTS[which], u64::from(seed)) else { panic!("it failed before") };
        prop_assert_eq!(&Shrinker::new(&mut other, case, target).thoroughly(), &small);
        prop_assert_eq!(&Shrinker::new(&mut stage, small.0.clone(), target).thoroughly(), &small);
        let rough = Shrinker::new(&mut stage, small.0.clone(), target).roughly();
        prop_assert_eq!(&rough, &small.0, "what is shrunk all the way has no rough edge left");
    }

    #[test]
    fn a_case_goes_on_showing_its_mistake(seed in any::<u32>(), which in 0..2usize) {
        let seed = u64::from(seed);
        let mut bench = Bench::new(&SUBJECTS[which]);
        let glance = bench.run(seed);
        let Triage::Shown(shown) = triage(&mut bench, seed, &glance, &|| true) else { panic!("seed {seed}") };
        prop_assert_eq!(shown.is_empty(), glance.violating.is_empty());
        for Shown { symptom, case, mut stage, others, .. } in shown {
            let prevention = prevention::of_case(&mut stage, &case, symptom.invariant, &|| true);
            prop_assert_eq!(prevention.cause(), symptom.cause);
            let mistake = Mistake::new(&stage.scenario.model, &others, &prevention);
            let (small, smallness) = Shrinker::new(&mut stage, case, symptom.invariant).showing(&mistake).thoroughly();
            prop_assert!(smallness > Smallness::Stopped, "{smallness:?}");
            prop_assert!(Shrinker::new(&mut stage, small.clone(), symptom.invariant).showing(&mistake).fails(&small));
        }
    }
}

/// Two mistakes that one fault shows: a copy that comes at once, and one that comes when its key is forgotten.
const ALIKE: &str = "\
orders: {count: 1}
hops:
  platform-bank:
    retry: {max: 2, gap: 1s}
    keys: {lifetime: 60s}
    repeated_number: charge_again
    rules: {unique_number: off}
faults:
  - duplicate: {site: platform-bank/request, probability: 0.5, after: 90s}
";

/// A shorter delay would do, but by the other mistake.
#[test]
fn a_case_does_not_slip_to_another_mistake() {
    let subject = Subject::new(scenario(ALIKE), false, None);
    let mut bench = Bench::new(&subject);
    let shown = (0..).find_map(|seed| {
        let glance = bench.run(seed);
        let Triage::Shown(shown) = triage(&mut bench, seed, &glance, &|| true) else { panic!("seed {seed}") };
        shown.into_iter().next()
    });
    let Shown { symptom, case, mut stage, others, .. } = shown.expect("a copy that comes late");
    let prevention = prevention::of_case(&mut stage, &case, symptom.invariant, &|| true);
    let mistake = Mistake::new(&stage.scenario.model, &others, &prevention);
    let [Misfortune::Struck(at, strike)] = &case.misfortunes[..] else { panic!("{:?}", case.misfortunes) };
    let at_once = Misfortune::Struck(*at, lasting(*at, strike, 1000).expect("a shorter delay"));
    let at_once = Case { misfortunes: vec![at_once], ..case.clone() };
    let mut shrinker = Shrinker::new(&mut stage, case.clone(), symptom.invariant);
    assert!(shrinker.fails(&case) && shrinker.fails(&at_once));
    let mut shrinker = shrinker.showing(&mistake);
    assert!(shrinker.fails(&case) && !shrinker.fails(&at_once));
}

/// Whenever triage is stopped, nothing half-known is taken for what a seed shows.
#[test]
fn triage_comes_to_all_or_nothing() {
    let subject = Subject::new(scenario(TWO_ON_ONE_DAY), false, None);
    let mut bench = Bench::new(&subject);
    let seed = (0..).find(|seed| looked_at(&mut bench, *seed, usize::MAX).is_some_and(|shown| shown.len() > 1));
    let seed = seed.expect("a seed that shows two mistakes");
    let whole = looked_at(&mut bench, seed, usize::MAX);
    let (mut stopped, mut asked) = (0, 0);
    while looked_at(&mut bench, seed, asked).inspect(|shown| assert_eq!(Some(shown), whole.as_ref())).is_none() {
        (stopped, asked) = (stopped + 1, asked + 1);
    }
    assert!(stopped > 20, "it was stopped {stopped} times");
}

/// What a seed shows, if that is known before `go_on` was asked so often.
fn looked_at(bench: &mut Bench, seed: u64, most: usize) -> Option<Vec<Symptom>> {
    let (glance, asked) = (bench.run(seed), Cell::new(0));
    match triage(bench, seed, &glance, &|| asked.replace(asked.get() + 1) < most) {
        Triage::Shown(shown) => Some(shown.into_iter().map(|shown| shown.symptom).collect()),
        Triage::Stopped => None,
        Triage::Diverged => panic!("seed {seed}"),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tallies_add_up_in_any_order_and_grouping(mut cuts in prop::collection::vec(0..100u64, 1..5), turn in 0..5usize) {
        let subject = &SUBJECTS[0];
        let run = |from: u64, to: u64| fuzz(subject, from..to, 1, &mut |_| true);
        let whole = run(0, 100);
        cuts.extend([0, 100]);
        cuts.sort_unstable();
        let mut parts: Vec<Tally> = cuts.windows(2).map(|pair| run(pair[0], pair[1])).collect();
        let length = parts.len();
        parts.rotate_left(turn % length);
        let mut forward = Tally::default();
        parts.iter().for_each(|part| forward.add(part.clone()));
        prop_assert_eq!(&forward, &whole);
        let mut right = Tally::default();
        let (left, rest) = parts.split_at(length / 2);
        rest.iter().for_each(|part| right.add(part.clone()));
        let mut grouped = Tally::default();
        left.iter().for_each(|part| grouped.add(part.clone()));
        grouped.add(right);
        prop_assert_eq!(grouped, whole);
    }
}

/// A part with any contents, of whose failures somebody has looked closely at some.
fn part() -> impl Strategy<Value = Part> {
    (0..2u32, 1..4u64, 0..30u64, 0..4usize, 0..8u8)
        .prop_map(|(place, index, run, cases, open)| unshrunk(part_of((place, index), run, cases), open))
}

/// The part as it is where nobody has looked closely at these failures, a bit each.
fn unshrunk(mut part: Part, which: u8) -> Part {
    for (i, failed) in part.counted.failures.iter_mut().enumerate().filter(|(i, _)| which >> i & 1 == 1) {
        failed.found.smallness = Smallness::Unshrunk;
        failed.found.detail = format!("failure {i} is not known");
    }
    part
}

/// The first seeds of a campaign's shard, after so many cases.
fn part_of((place, index): (u32, u64), run: u64, cases: usize) -> Part {
    let found = Found {
        invariant: "books.agree".to_owned(),
        also_violates: Vec::new(),
        hops: Vec::new(),
        causes: vec!["lose at platform-bank/answer".to_owned()],
        class: Class::Violation,
        faults: Vec::new(),
        told: Vec::new(),
        smallness: Smallness::Irreducible,
        detail: String::new(),
        at_us: 0,
        breach: false,
        remedies: Vec::new(),
        together: false,
        counterfactuals: Vec::new(),
        repro_yaml: String::new(),
    };
    let identity = Identity {
        place,
        scenario: format!("s{place}"),
        file: String::new(),
        inputs: String::new(),
        seeds: Seeds { from: 0, to: 90 },
        breaches: false,
    };
    let shard = Shard { index, of: 3 };
    let from = shard.seeds(identity.seeds).from;
    // What a part comes to is a function of its seeds: that is what makes a union sound.
    let failed = |look: u64| paychaos::campaign::record::Failed {
        looks: ("books.agree".to_owned(), vec![format!("{look}")], String::new()),
        seeds: run - look * 10,
        seed: from + look * 10,
        order: 1,
        found: found.clone(),
    };
    let failures = (0..3).filter(|look| look * 10 < run).map(failed).collect();
    let counted = Counted { runs: run, orders: run, events: run * 7, digest: run * 3, failures, ..Counted::default() };
    // Which cases there were when it was run is no function of them; what these come to is.
    let played = (0..cases).map(|case| Played {
        file: format!("{case}.yaml"),
        contents: String::new(),
        kind: (case == 1).then_some(FailureKind::Violation),
        reasons: Vec::new(),
        unreached: Vec::new(),
    });
    Part { identity, shard, done: Seeds { from, to: from + run }, counted, played: played.collect() }
}

/// Parts: no two contradict each other.
fn parts() -> impl Strategy<Value = Vec<Part>> {
    prop::collection::vec(part(), 0..6)
}

fn union(a: &[Part], b: &[Part]) -> Result<Vec<Part>, shard::Conflict> {
    shard::union(a.iter().chain(b).cloned())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn union_is_associative_commutative_and_idempotent(all in parts(), cut in 0..7usize, other in 0..7usize) {
        let (mut first, mut second) = (cut.min(all.len()), other.min(all.len()));
        if first > second { std::mem::swap(&mut first, &mut second); }
        let (a, b, c) = (&all[..first], &all[first..second], &all[second..]);
        let [ab, bc] = [union(a, b).unwrap(), union(b, c).unwrap()];
        prop_assert_eq!(union(&ab, c), union(a, &bc));
        prop_assert_eq!(union(a, b), union(b, a));
        prop_assert_eq!(union(&ab, &ab), Ok(ab.clone()));
        prop_assert_eq!(union(&ab, a), Ok(ab.clone()));
        prop_assert_eq!(shard::read(&shard::write(&ab)), Ok(ab.clone()));
        for joined in shard::join(&ab) {
            let runs: u64 = ab.iter().filter(|part| part.identity == joined.identity).map(|part| part.counted.runs).sum();
            prop_assert_eq!(joined.counted.runs, runs);
            prop_assert_eq!(joined.missing.is_empty(), runs == 90);
        }
    }

    #[test]
    fn two_results_for_the_same_seeds_are_a_conflict(part in part(), more in 1..100u64) {
        let mut other = part.clone();
        other.counted.events += more;
        prop_assert!(matches!(union(&[part], &[other]), Err(shard::Conflict::TwoResults(_))));
    }

    /// Also where a third has come farther, in whatever order they come.
    #[test]
    fn a_conflict_is_found_whatever_comes_first(run in 0..20u64, further in 1..10u64, more in 1..9u64) {
        let [a, long] = [run, run + further].map(|run| part_of((0, 2), run, 0));
        let mut c = a.clone();
        c.counted.digest += more;
        for all in [[&a, &c, &long], [&a, &long, &c], [&long, &a, &c], [&c, &long, &a]] {
            prop_assert!(matches!(shard::union(all.map(Clone::clone)), Err(shard::Conflict::TwoResults(_))));
        }
    }

    /// What fewer seeds came to is part of what more of them come to.
    #[test]
    fn a_part_that_comes_to_more_than_one_that_goes_on_is_a_conflict(run in 1..20u64, more in 1..10u64, what in 0..4usize) {
        let [a, long] = [run, run + more].map(|run| part_of((0, 2), run, 0));
        let mut wrong = a.clone();
        match what {
            0 => wrong.counted.events += long.counted.events,
            1 => wrong.counted.failures[0].found.at_us += 1,
            2 => wrong.counted.failures.truncate(0),
            _ => wrong.counted.diverged.extend([a.done.from]),
        }
        prop_assert!(union(&[a], std::slice::from_ref(&long)).is_ok());
        prop_assert!(matches!(union(&[long], &[wrong]), Err(shard::Conflict::TwoResults(_))));
    }

    /// Who had no time to look closely at a failure does not contradict who had, and learns what was found.
    #[test]
    fn what_nobody_has_looked_at_is_no_other_result(run in 1..20u64, more in 0..10u64, which in 0..8u8) {
        let [a, long] = [run, run + more].map(|run| part_of((0, 2), run, 0));
        let known = a.counted.failures.len() as u32;
        let open = unshrunk(long.clone(), which & ((1 << known) - 1));
        let all = Ok(vec![long.clone()]);
        for pair in [[&a, &open], [&open, &a], [&unshrunk(a.clone(), which), &long]] {
            prop_assert_eq!(&shard::union(pair.map(Clone::clone)), &all);
        }
        let mut other = a;
        other.counted.failures[0].found.at_us += 1;
        prop_assert!(matches!(union(&[other], &[long]), Err(shard::Conflict::TwoResults(_))));
    }

    /// One case, two verdicts, in two shards.
    #[test]
    fn two_verdicts_on_one_case_are_a_conflict(index in 1..4u64, other in 1..4u64, run in 0..20u64) {
        let (a, b) = (part_of((0, index), run, 1), part_of((0, other), run, 2));
        let mut wrong = b.clone();
        wrong.played = b.played.iter().map(|case| Played { kind: Some(FailureKind::NotConverged), ..case.clone() }).collect();
        prop_assert!(union(std::slice::from_ref(&a), &[b]).is_ok());
        prop_assert!(matches!(union(&[a], &[wrong]), Err(shard::Conflict::TwoResults(_))));
    }
}

/// Of more shards than anybody can count.
#[test]
fn what_is_missing_is_told_in_a_row() {
    let of = u64::MAX;
    let identity = Identity {
        place: 0,
        scenario: "s".to_owned(),
        file: String::new(),
        inputs: String::new(),
        seeds: Seeds { from: 0, to: of },
        breaches: false,
    };
    let part = |index: u64, runs: u64| {
        let counted = Counted { runs, ..Counted::default() };
        let done = Seeds { from: index - 1, to: index - 1 + runs };
        Part { identity: identity.clone(), shard: Shard { index, of }, done, counted, played: Default::default() }
    };
    let joined = shard::join(&shard::union([part(9, 0), part(5, 1), part(3, 1)]).unwrap());
    let expected = [
        format!("shards 1/{of} to 2/{of}: seeds 0..2 are missing"),
        format!("shard 4/{of}: seeds 3..4 are missing"),
        format!("shards 6/{of} to 8/{of}: seeds 5..8 are missing"),
        format!("shard 9/{of}: seeds 8..9 are missing"),
        format!("shards 10/{of} to {of}/{of}: seeds 9..{of} are missing"),
    ];
    assert_eq!(joined[0].missing, expected);
}

#[test]
fn shards_cover_all_seeds_once() {
    for (from, to, of) in [(0, 10, 3), (5, 6, 4), (0, u64::MAX, 7), (100, 200, 100)] {
        let all = Seeds { from, to };
        let mut next = from;
        for index in 1..=of {
            let seeds = Shard { index, of }.seeds(all);
            assert!(seeds.from == next && seeds.to >= seeds.from, "{all:?} {index}/{of}");
            next = seeds.to;
        }
        assert_eq!(next, to);
    }
}

#[test]
fn a_case_is_held_by_what_it_does() {
    let alone = |seed| failure(&SUBJECTS[0], seed).map(|found| found.0).filter(|case| case.purchases.len() == 1);
    let case = (0..200).find_map(alone).expect("something fails that concerns one order");
    assert!(case.misfortunes.iter().all(|one| one.order().is_none_or(|order| order == 0)));
    assert!(!case.misfortunes.iter().any(Misfortune::is_breach), "nobody asked for breaches");
}
