//! Exploring: every plan is covered, each state once. Counts are pinned; verdicts are those of playing every plan one by one;
//! a bug that needs so many misfortunes is found with so many and not before.

use paychaos::campaign::explore::board::Game;
use paychaos::campaign::explore::ends::{Ending, Ends};
use paychaos::campaign::explore::menu::Menu;
use paychaos::campaign::explore::search::{failing, plans};
use paychaos::campaign::explore::trail::case;
use paychaos::campaign::explore::{Bounds, Explored, explore};
use paychaos::campaign::repro::text as text_of;
use paychaos::kernel::{Address, Calm, Chooser, DAY, Decision, Distribution, HOUR, Micros, Overlay, Pick, SECOND, Silent};
use paychaos::payments::fact::{Fact, What};
use paychaos::run::{Options, glance, once, purchases, quietly};
use paychaos::scenario::{Known, Overrides, Scenario, load};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn scenario(text: &str) -> Scenario {
    let nothing = |_: &Path| Err(std::io::ErrorKind::NotFound.into());
    let known = Known { goals: &[], invariants: &["progress.deadline", "books.agree"] };
    load(Path::new("tiny.yaml"), text.as_bytes(), &Overrides::default(), known, &nothing)
        .unwrap_or_else(|wrong| panic!("{}", paychaos::scenario::render_all(&wrong, false)))
}

fn bounds(faults: u8) -> Bounds {
    Bounds { faults, orders: None, breaches: false, jobs: 2, memory: 1 << 30, merges: true }
}

fn explored(text: &str, bounds: &Bounds) -> Explored {
    explore(&scenario(text), "", bounds, &|_| true)
}

/// The failing plans at each depth, from 0 on.
fn failing_by_depth(explored: &Explored) -> Vec<u64> {
    explored.depths.iter().map(|depth| failing(&depth.ends)).collect()
}

/// A hop that recovers by queries alone, and never asks more than twice.
const TWO_QUERIES: &str = "
storm: 1d
orders: {count: 1}
hops:
  merchant-platform: {latency: 10ms, reversal: none, reconciliation: none, manual_queue: off}
  platform-bank:
    latency: 20ms
    polling: {plan: [2s, 4s], max: 2}
    reconciliation: none
    reversal: none
    notification: none
    manual_queue: off
";

fn with(faults: &str) -> String {
    format!("{TWO_QUERIES}faults:\n{faults}")
}

const LOSE_ANSWERS: &str = "  - lose: {site: [platform-bank/answer, platform-bank/query-answer], probability: 0.5}\n";

#[test]
fn a_bug_that_needs_three_misfortunes_is_found_with_three_and_not_before() {
    let found = explored(&with(LOSE_ANSWERS), &bounds(3));
    let counts = failing_by_depth(&found);
    assert_eq!(counts[..3], [0, 0, 0], "the answer, and both queries' answers, must be lost");
    assert!(counts[3] > 0);
    let smallest = &found.counterexamples[0].failure;
    assert_eq!(smallest.case.misfortunes.len(), 3);
    assert_eq!(smallest.smallness, paychaos::campaign::shrink::Smallness::Minimum);
}

#[test]
fn a_bug_that_needs_two_misfortunes_is_found_with_two_and_not_before() {
    let once = with(LOSE_ANSWERS).replace("max: 2", "max: 1");
    let counts = failing_by_depth(&explored(&once, &bounds(2)));
    assert_eq!(counts[..2], [0, 0]);
    assert!(counts[2] > 0);
}

#[test]
fn a_bug_that_needs_one_misfortune_is_found_with_one() {
    let never = with(LOSE_ANSWERS).replace("polling: {plan: [2s, 4s], max: 2}", "polling: none");
    let counts = failing_by_depth(&explored(&never, &bounds(1)));
    assert_eq!(counts[0], 0);
    assert!(counts[1] > 0);
}

/// Writes down where something could have gone otherwise, and in how many ways.
struct Asking {
    plan: Overlay<Calm>,
    asked: Vec<(Address, usize)>,
}

impl Chooser for Asking {
    fn pick(&mut self, at: Address, odds: &[u64]) -> Pick {
        if !self.asked.iter().any(|(known, _)| *known == at) {
            self.asked.push((at, odds.len()));
        }
        self.plan.pick(at, odds)
    }
    fn size(&mut self, at: Address, of: &Distribution) -> Micros {
        self.plan.size(at, of)
    }
}

/// Plays every plan of at most so many misfortunes from its beginning, one by one: how many there are, and how many fail.
fn one_by_one(scenario: &Scenario, plan: &BTreeMap<Address, Decision>, last: Option<usize>, budget: u8) -> (u64, u64) {
    let mut chooser = Asking { plan: Overlay::new(Calm, plan.clone()), asked: Vec::new() };
    let violated = glance(scenario, &mut chooser, &mut Silent, None).violating.iter().any(|(_, bits)| *bits != 0);
    let (mut count, mut fail) = (1, u64::from(violated));
    if budget == 0 {
        return (count, fail);
    }
    let after = last.map_or(0, |last| last + 1);
    for (i, (at, alternatives)) in chooser.asked.iter().enumerate().skip(after) {
        for pick in 1..=*alternatives {
            let mut longer = plan.clone();
            longer.insert(*at, Decision { pick: Some(pick), size: None });
            let (more, failing) = one_by_one(scenario, &longer, Some(i), budget - 1);
            (count, fail) = (count + more, fail + failing);
        }
    }
    (count, fail)
}

/// What needs no reduction of sizes: nothing is put off.
const WITHOUT_SIZES: &str = "  - lose: {hop: platform-bank, probability: 0.1}
  - refuse: {hop: platform-bank, probability: 0.1}
  - fail_update: {hop: platform-bank, probability: 0.1}
  - unknown_commit: {hop: merchant-platform, probability: 0.1}
  - crash: {hop: platform-bank, probability: 0.1}
  - query_error: {hop: platform-bank, probability: 0.1}
";

#[test]
fn as_many_plans_are_covered_and_fail_as_when_each_is_played_from_its_beginning() {
    for text in [with(WITHOUT_SIZES), with(LOSE_ANSWERS), with(WITHOUT_SIZES).replace("max: 2", "max: 1")] {
        all_are_covered(&text, 2);
    }
}

/// Explores, and plays every plan from its beginning.
fn all_are_covered(text: &str, faults: u8) -> Explored {
    let mut scenario = scenario(text);
    scenario.weather.ties = true;
    let found = explored(text, &bounds(faults));
    for (depth, budget) in found.depths.iter().zip(0..) {
        let expected = one_by_one(&scenario, &BTreeMap::new(), None, budget);
        assert_eq!((plans(&depth.ends), failing(&depth.ends)), expected, "at most {budget}\n{text}");
    }
    found
}

/// What two orders at one instant can share.
fn two_that_share() -> [String; 4] {
    let two = with(LOSE_ANSWERS).replace("count: 1", "count: 2, arrivals: {every: 0s}");
    let counter = two.replace("storm: 1d", "storm: 1d\nbank: {capacity: {rate: 1/s, queue: 0}}");
    let line = two.replace("notification: none", "notification: {gaps: [1s, 1s], queue: fifo}");
    let batches = two.replace("max: 2}", "max: 2, batch: {every: 60s, size: 1}}");
    let processes = format!("{two}  - crash: {{site: platform-bank/answer, probability: 0.5}}\n");
    [counter, line, batches, processes]
}

#[test]
fn so_are_plans_in_which_another_order_comes_first() {
    let three = two_that_share().map(|text| text.replace("count: 2", "count: 3"));
    three.iter().for_each(|text| drop(all_are_covered(text, 2)));
    for text in two_that_share() {
        let found = all_are_covered(&text, 2);
        let alone = explored(&text, &Bounds { orders: Some(1), ..bounds(2) });
        assert!(plans(&found.depths[1].ends) > 2 * plans(&alone.depths[1].ends) - 1, "no tie was asked about\n{text}");
    }
}

/// A bank that is there again goes on with all orders, one by one: another may come first.
#[test]
fn so_are_plans_in_which_a_process_comes_back_for_another_order_first() {
    let [_, line, ..] = two_that_share();
    let text = line.replace("lose: {site: [platform-bank/answer, platform-bank/query-answer]", "crash: {hop: platform-bank");
    all_are_covered(&text, 1);
    let digest = |turn: usize| {
        let script = format!(
            "  - take: {{at: order 1 / platform-bank / decision / 1, time: 20ms}}
  - crash: {{at: order 2 / platform-bank / answer / 1}}
  - happen: {{at: order 1 / orders / turn / {turn}}}
"
        );
        let quick =
            line.replace("latency: 20ms", "latency: 10ms\n    processing: 10ms").replace("{plan: [2s, 4s], max: 2}", "none");
        quietly(&scenario(&quick.replace(LOSE_ANSWERS, &script)), None).digest
    };
    assert!((1..=13).map(digest).collect::<BTreeSet<_>>().len() > 1, "who is first in the line");
}

/// A repro of several orders says by script when each comes: what is explored are these, and their counterexamples replay.
#[test]
fn orders_come_when_the_script_has_it() {
    let [text, ..] = two_that_share();
    let taken = text.replace("arrivals: {every: 0s}", "arrivals: {every: 1s}")
        + "  - take: {at: order 2 / customer / arrival / 1, time: 0us}\n";
    let (found, as_written) = (explored(&taken, &bounds(1)), explored(&text, &bounds(1)));
    assert!(failing_by_depth(&found)[0] > 0, "one of the two is turned away");
    assert_eq!(failing_by_depth(&found), failing_by_depth(&as_written));
    let mut wide = scenario(&taken);
    let menu = Menu::of(&mut wide, false);
    let game = Game::new(&wide, &menu, purchases(&wide, Calm), 1, true);
    assert!(case(&game, &[]).sizes.is_empty(), "they are in the purchases");
    let failure = &found.counterexamples[0].failure;
    let repro = text_of(Path::new("tiny.yaml"), taken.as_bytes(), failure, "explore").unwrap();
    assert!(!quietly(&scenario(&repro), None).violations.is_empty(), "{repro}");
}

/// The facts of a run, in order of time.
fn facts(text: &str) -> Vec<Fact> {
    let mut facts = Vec::new();
    let options = &mut Options { seed: None, without: &[], stories: 0, together: false, progress: &mut |_| true };
    once(&scenario(text), options, Some(&mut |fact: &Fact| facts.push(*fact)));
    facts
}

#[test]
fn any_of_three_events_at_one_instant_may_be_the_first() {
    let three = "storm: 3d
merchant: {returns: [{after: 1d, probability: 1, share: 1}]}
hops:
  merchant-platform: {latency: 0s, processing: 0s, reconciliation: {file_at: \"10:00\"}}
  platform-bank: {latency: 0s, processing: 0s, reconciliation: {file_at: \"10:00\"}}
";
    let first = |waits: &[usize]| {
        let each = waits.iter().map(|turn| format!("  - happen: {{at: order 1 / events / turn / {turn}}}\n"));
        let script = if waits.is_empty() { String::new() } else { "faults:\n".to_owned() + &each.collect::<String>() };
        let facts = facts(&format!("{three}{script}"));
        let what = facts.iter().find(|fact| fact.at == DAY + 10 * HOUR).map(|fact| fact.what);
        match what {
            Some(What::FileRead { hop, .. }) => hop.name(),
            _ => "the return",
        }
    };
    assert_eq!([first(&[]), first(&[1]), first(&[1, 2])], ["platform-bank", "merchant-platform", "the return"]);
}

#[test]
fn who_is_turned_away_depends_on_whose_turn_it_is() {
    let [text, ..] = two_that_share();
    let turned_away = |turn: usize| {
        let text = format!("{text}  - happen: {{at: order 1 / orders / turn / {turn}}}\n");
        let text = text.replace("probability: 0.5", "probability: 0");
        let away = facts(&text).into_iter().filter(|fact| matches!(fact.what, What::TurnedAway { .. }));
        away.map(|fact| fact.order).collect()
    };
    let all: Vec<Vec<u32>> = (1..=9).map(turned_away).collect();
    assert!(all.iter().any(|away| away == &[1]) && all.iter().any(|away| away == &[0]), "{all:?}");
}

#[test]
fn equal_states_may_be_merged() {
    let all = format!("{TWO_QUERIES}platform: {{internal: {{compensation: {{}}}}}}\n");
    let two = with(LOSE_ANSWERS).replace("count: 1", "count: 2, arrivals: {every: 0s}");
    let crashing = with("  - crash: {site: platform-bank/answer, probability: 0.5}\n  - lose: {site: platform-bank/answer, probability: 0.5}\n")
        .replace("count: 1", "count: 2, arrivals: {every: 0s}");
    // From four misfortunes on fewer boards are kept.
    let late = with(
        "  - late: {site: platform-bank/answer, probability: 0.5}\n  - lose: {site: [platform-bank/query, platform-bank/query-answer], probability: 0.5}\n",
    );
    // Two orders that are alike, and share the bank's counter: who comes first at one instant tells them apart.
    let sharing = two.replace("storm: 1d", "storm: 1d\nbank: {capacity: {rate: 1/s, queue: 0}}").replace("max: 2", "max: 1")
        + "  - crash: {hop: platform-bank, probability: 0.1}\n";
    for (text, faults) in [(all, 1), (with(WITHOUT_SIZES), 2), (two, 2), (crashing, 2), (late, 4), (sharing, 2)] {
        let merged = explored(&text, &bounds(faults));
        let apart = explored(&text, &Bounds { merges: false, ..bounds(faults) });
        let ends = |found: &Explored| found.depths.iter().map(|depth| depth.ends.clone()).collect::<Vec<Ends>>();
        assert_eq!(ends(&merged), ends(&apart), "{text}");
        let last = |found: &Explored| found.depths.last().map_or(0, |depth| depth.work.generated);
        assert!(last(&merged) < last(&apart), "merging saves work");
    }
}

#[test]
fn orders_that_are_alike_are_counted_once() {
    let two = with(LOSE_ANSWERS).replace("count: 1", "count: 2, arrivals: {every: 0s}");
    let differing = with(LOSE_ANSWERS).replace("count: 1", "count: 2, arrivals: {every: 1us}");
    let states = |text: &str| explored(text, &bounds(2)).depths[2].states;
    assert!(states(&two) < states(&differing), "{} {}", states(&two), states(&differing));
}

#[test]
fn it_does_not_matter_how_many_threads_there_are() {
    let text = format!("{TWO_QUERIES}platform: {{internal: {{compensation: {{}}}}}}\n");
    let one = explored(&text, &Bounds { jobs: 1, ..bounds(2) });
    for jobs in [2, 3] {
        let more = explored(&text, &Bounds { jobs, ..bounds(2) });
        let figures = |found: &Explored| {
            found.depths.iter().map(|depth| (depth.ends.clone(), depth.states, depth.work)).collect::<Vec<_>>()
        };
        assert_eq!(figures(&one), figures(&more));
        assert_eq!(one.certificate, more.certificate);
    }
}

#[test]
fn counts_are_pinned() {
    let found = explored(&with(WITHOUT_SIZES), &bounds(2));
    let counts: Vec<(u64, u64, usize)> =
        found.depths.iter().map(|depth| (plans(&depth.ends), failing(&depth.ends), depth.states)).collect();
    assert_eq!(counts, [(1, 0, 1), (18, 7, 113), (151, 82, 920)]);
}

/// How a run under one lateness ends.
fn ends_with(text: &str, message: &str, by: Micros) -> (u32, bool) {
    let text = format!("{text}faults:\n  - late: {{at: order 1 / platform-bank / {message} / 1, by: {by}us}}\n");
    let outcome = quietly(&scenario(&text), None);
    let violated = outcome
        .violated
        .iter()
        .fold(0, |bits, (id, _)| bits | 1 << paychaos::invariants::ALL.iter().position(|info| info.id == *id).unwrap());
    (violated, outcome.totals.manual_cases > 0)
}

#[test]
fn one_lateness_on_each_side_of_every_event_stands_for_all() {
    let quiet = TWO_QUERIES.replace("    latency: 20ms", "    latency: 20ms\n    late: {max: 12s}");
    // The last is in the minute before the cut-off of a hop that reconciles.
    let at_night = quiet
        .replace("orders: {count: 1}", "orders: {count: 1, start: \"22:59:55\"}")
        .replace("reconciliation: none", "reconciliation: {cut_off: \"23:00\", file_at: \"10:00\", wait_files: 1}");
    let impatient = quiet.replace("max: 2}", "max: 1}");
    // Harm is done to the customer by a request that comes after "no such order" was believed, and before it has expired:
    // neither the soonest nor the latest does it.
    let expiring = quiet.replace(
        "    late: {max: 12s}",
        "    late: {max: 12s}\n    valid_for: 9s\n    rules: {not_found_is_unknown: off, late_success_counts: off}",
    );
    let three = [SECOND / 100, 8 * SECOND, 12 * SECOND].map(|by| ends_with(&expiring, "request", by));
    assert_eq!(BTreeSet::from(three).len(), 3, "{three:?}");
    for (text, message) in [(quiet, "answer"), (impatient, "answer"), (at_night, "answer"), (expiring, "request")] {
        let listed = format!("  - late: {{site: platform-bank/{message}, probability: 0.5, by: 12s}}\n");
        let found = explored(&format!("{text}faults:\n{listed}"), &bounds(1));
        let seen: BTreeSet<(u32, bool)> =
            found.depths[1].ends.iter().map(|(Ending { violated, manual, .. }, _)| (*violated, *manual)).collect();
        let step = SECOND / 100;
        let all = (1..=12 * SECOND / step).map(|i| ends_with(&text, message, i * step));
        let mut brute: BTreeSet<(u32, bool)> = all.collect();
        brute.insert(ends_with(&text, message, 1));
        // The plan without any misfortune is explored, too.
        let calm = quietly(&scenario(&text), None);
        brute.insert((u32::from(!calm.violations.is_empty()), calm.totals.manual_cases > 0));
        assert_eq!(seen, brute, "{text}");
    }
}
