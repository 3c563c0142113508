//! States that are equal have the same future, state by state: otherwise it would show in the figures which of two plans
//! that meet was looked at first.

use paychaos::campaign::explore::board::{Board, Game, Spare};
use paychaos::campaign::explore::ends::Ending;
use paychaos::campaign::explore::menu::Menu;
use paychaos::campaign::explore::search::ending;
use paychaos::kernel::Calm;
use paychaos::run;
use paychaos::scenario::{Known, Overrides, Scenario, load};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn scenario(path: &Path, text: &str) -> Scenario {
    let invariants: Vec<&str> = paychaos::invariants::ALL.iter().map(|invariant| invariant.id).collect();
    let goals = paychaos::run::goals::known();
    let folder = path.parent().unwrap_or(Path::new(".")).to_owned();
    let read = move |name: &Path| std::fs::read(folder.join(name));
    load(path, text.as_bytes(), &Overrides::default(), Known { goals: &goals, invariants: &invariants }, &read)
        .unwrap_or_else(|wrong| panic!("{}", paychaos::scenario::render_all(&wrong, false)))
}

/// Follows every plan of at most so many misfortunes of the first order; how many states there are.
fn equal_states_go_on_equally(scenario: &Scenario, faults: u8) -> usize {
    let mut scenario = Scenario { goals: Vec::new(), ..scenario.clone() };
    let menu = Menu::of(&mut scenario, false);
    let mut purchases = run::purchases(&scenario, Calm);
    purchases.truncate(1);
    let game = Game::new(&scenario, &menu, purchases, faults, true);
    type After = (Option<Ending>, Vec<[u64; 2]>);
    let mut known: BTreeMap<[u64; 2], After> = BTreeMap::new();
    let mut open: Vec<(Box<Board>, u8)> = Vec::new();
    open.extend(game.starts(faults).into_iter().map(|next| (next.board, faults - next.deeds.len() as u8)));
    while let Some((board, budget)) = open.pop() {
        let over = game.next_at(&board).is_none();
        let nexts = if over { Vec::new() } else { game.nexts(&board, budget, &mut Spare::default()) };
        let left = |spent: usize| budget - spent as u8;
        let states = nexts.iter().map(|next| game.fingerprint(&next.board, left(next.deeds.len())));
        let after: After = (over.then(|| ending(&game, &board)), states.collect());
        match known.get(&game.fingerprint(&board, budget)) {
            Some(before) => assert_eq!(*before, after, "{}, {}", scenario.name, board.position.now),
            None => {
                known.insert(game.fingerprint(&board, budget), after);
                open.extend(nexts.into_iter().map(|next| (next.board, left(next.deeds.len()))));
            }
        }
    }
    known.len()
}

/// What a process was doing when it stood still counts as everything else does.
#[test]
fn where_processes_stand_still() {
    let text = "
storm: 1d
hops:
  merchant-platform: {latency: 10ms, reversal: none, reconciliation: none, manual_queue: off}
  platform-bank:
    latency: 20ms
    polling: {plan: [2s, 4s], max: 2}
    reconciliation: none
    reversal: none
    notification: none
    manual_queue: off
platform: {internal: {compensation: {}}}
";
    assert!(equal_states_go_on_equally(&scenario(Path::new("tiny.yaml"), text), 2) > 10_000);
}

fn shipped(folder: &str) -> Vec<Scenario> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(folder);
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("a file").path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    files.sort();
    files.iter().map(|path| scenario(path, &std::fs::read_to_string(path).expect("a scenario"))).collect()
}

/// What is scripted strikes at a visit of its number.
#[test]
fn where_there_is_a_script() {
    let bugs = shipped("bugs");
    assert!(bugs.len() > 80);
    for scenario in bugs {
        assert!(equal_states_go_on_equally(&scenario, 1) > 1);
    }
}

/// Under every kind of fault.
#[test]
fn where_everything_may_strike() {
    let strategies = shipped("strategies");
    assert!(strategies.len() >= 8);
    for scenario in strategies {
        let faults = if scenario.name == "article_hardened" { 2 } else { 1 };
        assert!(equal_states_go_on_equally(&scenario, faults) > 100);
    }
}
