//! Mistakes in comparison files have their places.

use crate::common::{folder, paychaos};
use crate::{SMALL, results};

#[test]
fn mistakes_have_their_places() {
    let weird = "at,amount\n10:00,5.00\n10:01,many\n";
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
        // What every strategy covers is wrong all the same.
        (
            "{hops: {platform-bank: {polling: 5}}, compare: {strategies: [a: {hops: {platform-bank: {polling: {max: 3}}}}]}}",
            "x.yaml:1:34",
            "found `5`",
        ),
        (
            "{hops: {platform-bank: {strategy: articel}}, compare: {strategies: [article_literal]}}",
            "x.yaml:1:35",
            "unknown strategy `articel`",
        ),
        ("{about: {uniform: [1s, 2s]}, compare: {strategies: [a: {}]}}", "x.yaml:1:9", "found a map where a text"),
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
        ("compare: {strategies: [a: {}], goal: {plans: []}}", "x.yaml:1:38", "no polling plan here"),
        ("compare: {strategies: [a: {}], prices: {query: cheap}}", "x.yaml:1:48", "is not a price"),
        ("orders: {cuont: 3}\ncompare: {strategies: [a: {}]}", "x.yaml:1:10", "did you mean `count`?"),
        ("compare: {strategies: []}", "x.yaml:1:10", "there is nothing to compare"),
        ("compare: {strategies: [a: {}], within: soon}", "x.yaml:1:40", "is not a duration"),
        ("compare: {strategies: [a: {}], penalty: {per_dya: 1}}", "x.yaml:1:42", "did you mean `per_day`?"),
        ("compare: {strategies: [alpha: {}], against: alpah}", "x.yaml:1:45", "did you mean `alpha`?"),
        (
            "compare: {strategies: [a: {}], seeds: 1..100000000}",
            "x.yaml:1:39",
            "these are 999999990000 orders in all scenarios",
        ),
        ("compare: {strategies: [a: {}]}\norders: {count: 0}", "x.yaml:2:17", "`0` is not a number of orders"),
        ("compare: {strategies: [a: {}]}\norders: {from: weird.csv}", "weird.csv:3:7", "`many` is not an amount"),
        ("compare: {strategies: [a: {}]}\norders: {from: none.csv}", "x.yaml:2:16", "cannot read `none.csv`"),
        (
            "compare: {strategies: [a: {}], sweeps: [{vary: {hops.platform-bank.timeout.read: [1s, soon]}}]}",
            "x.yaml:1:87",
            "`soon` is not a duration",
        ),
        (
            "compare: {strategies: [a: {}], sweeps: [{vary: {hops.platform-bank.timeout.read: []}}]}",
            "x.yaml:1:41",
            "varies no key, no value",
        ),
        (
            "compare: {strategies: [a: {}], sweeps: [{vary: {hops.platform-bank.polling.max: [3]}, under: clam}]}",
            "x.yaml:1:94",
            "did you mean `calm`?",
        ),
        (
            "compare: {strategies: [a: {}], sweeps: [{vary: {profile.faults.7.lose.probability: [0.1]}}]}",
            "x.yaml:1:49",
            "there is no list with an item 7",
        ),
        ("compare: {strategies: [a: {}], sweeps: [{vary: {seed: [1, 2]}}]}", "x.yaml:1:49", "the seed cannot be varied"),
        (
            "compare: {strategies: [a: {}], sweeps: [{vary: {orders.count: [10, 20]}}]}",
            "x.yaml:1:49",
            "`orders.count` changes the orders themselves",
        ),
        ("compare: {strategies: [a: {}], goal: {plans: [[1s], []]}}", "x.yaml:1:53", "no polling plan"),
        ("compare: {strategies: [a: {}], goal: {plans: [[1s]], max: [3, 0]}}", "x.yaml:1:63", "0 queries are too few"),
        ("compare: {strategies: [a: {}], goal: {plans: [[1s]], share: 99.9}}", "x.yaml:1:61", "is not a share"),
        ("about: x", "x.yaml:1:1", "it has no key `compare`"),
    ];
    for (text, place, said) in cases {
        let folder = folder("mistakes", &[("x.yaml", &(text.to_owned() + "\n")), ("weird.csv", weird)]);
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

/// Where only comparisons are, nothing was run: that is no success.
#[test]
fn a_folder_of_comparisons_alone_has_nothing_to_run() {
    let folder = folder("alone", &[("b.yaml", SMALL)]);
    let commands: [&[&str]; 5] =
        [&["run"], &["fuzz", "--seeds", "0..10"], &["ci", "--budget", "1s"], &["mutants"], &["explore", "--faults", "1"]];
    for command in commands {
        let ran = paychaos(&folder, &[command, &["."]].concat());
        assert_eq!((ran.code, ran.out.as_str()), (2, ""), "{command:?}: {}", ran.err);
        assert!(ran.err.contains("there is no scenario in these folders"), "{command:?}: {}", ran.err);
    }
}
