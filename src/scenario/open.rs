//! Values that a scenario leaves open: `{between: [low, high]}` and `{one_of: [a, b, c]}`, wherever a value may stand.
//!
//! Settled in the tree, before anything is decoded, so that no key knows of it. A campaign settles them anew for every few
//! seeds; whoever runs the scenario once takes the middle and the first. Called by `load` and by `rewrite`.

use super::diagnostic::nearest;
use super::range::Span;
use super::tree::{Node, Problem, Value};
use crate::kernel::{Address, Chooser, Distribution, Seeded};
use std::ops::Range;

/// The stream of these draws, which no order makes.
const STREAM: u32 = u32::MAX - 2;

/// A range of more than this factor is drawn by octaves: small values get their share.
const WIDE: u64 = 16;

/// How values left open are settled.
pub(super) struct Settle {
    /// `None`: the middle, the first.
    draw: Option<Box<Seeded>>,
    /// Values settled so far.
    pub count: u32,
    /// Alternatives that are taken whatever is drawn: which of the open value with this key, never the first.
    chosen: Vec<(Key, usize)>,
    /// The open values met so far, and how many alternatives each has.
    pub met: Vec<(Key, usize)>,
    /// A tree whose values are taken where they are among those left open.
    like: Option<Node>,
}

/// An open value: where it stands, and how many that were open stood there before it.
pub(super) type Key = (usize, usize);

impl Settle {
    /// By the draw of this number, or by the middle.
    pub fn new(draw: Option<u64>) -> Self {
        let draw = draw.map(|draw| Box::new(Seeded::new(draw)));
        Settle { draw, count: 0, chosen: Vec::new(), met: Vec::new(), like: None }
    }

    /// The same, but for these alternatives.
    pub fn choosing(draw: Option<u64>, chosen: Vec<(Key, usize)>) -> Self {
        Settle { chosen, ..Settle::new(draw) }
    }

    /// As in another tree, where that has a value which is among those left open; else by the middle.
    pub fn like(like: Option<Node>) -> Self {
        Settle { like, ..Settle::new(None) }
    }

    /// Settles every value below `node`.
    pub fn all(&mut self, node: &mut Node, problems: &mut Vec<Problem>) {
        if let Some(like) = self.like.take() {
            take_over(node, &like);
        }
        let mut depth = 0;
        while let Some(open) = open_value(node) {
            let place = self.count;
            self.count += 1;
            let key = (node.span.start, depth);
            depth += 1;
            match self.settled(open, place, key, &node.span) {
                Ok((value, place)) => (node.value, node.span) = (value, place),
                Err(sentence) => {
                    problems.push(Problem::at(&node.span, sentence, HELP));
                    node.damaged = true;
                    node.value = Value::Null;
                }
            }
        }
        match &mut node.value {
            Value::Null | Value::Scalar(_) => {}
            Value::List(items) => items.iter_mut().for_each(|item| self.all(item, problems)),
            Value::Map(entries) => entries.iter_mut().for_each(|(_, value)| self.all(value, problems)),
        }
    }

    /// What an open value at `here` comes to, and where that is written.
    fn settled(&mut self, open: Open, place: u32, key: Key, here: &Range<usize>) -> Result<(Value, Range<usize>), String> {
        let chosen = self.chosen.iter().find(|(known, _)| *known == key).map(|(_, alternative)| *alternative);
        match open {
            Open::OneOf(values) if values.is_empty() => Err("`one_of` has nothing to choose from".to_owned()),
            Open::OneOf(values) => {
                self.met.push((key, values.len()));
                let drawn = self.word(place, 0, values.len() as u64 - 1) as usize;
                let taken = &values[chosen.unwrap_or(drawn)];
                Ok((taken.value.clone(), taken.span.clone()))
            }
            Open::Between(ends) => {
                let [Node { value: Value::Scalar(low), .. }, Node { value: Value::Scalar(high), .. }] = ends.as_slice()
                else {
                    return Err("`between` takes two values".to_owned());
                };
                let Some(range) = Span::read(low, high) else {
                    return Err(format!("`{low}` and `{high}` are no range of one kind"));
                };
                if range.low > range.high {
                    return Err(format!("`{low}` is more than `{high}`: the lower value comes first"));
                }
                // Both its ends are alternatives to what is drawn.
                self.met.push((key, 3));
                let value = match chosen {
                    Some(1) => range.low,
                    Some(_) => range.high,
                    None => self.between(place, range.low, range.high),
                };
                Ok((Value::Scalar(range.unit.write(value)), here.clone()))
            }
        }
    }

    fn between(&mut self, place: u32, low: i128, high: i128) -> i128 {
        if self.draw.is_none() {
            return low + (high - low) / 2;
        }
        match (u64::try_from(low), u64::try_from(high)) {
            (Ok(low), Ok(high)) => i128::from(self.above_zero(place, low, high)),
            _ => low + i128::from(self.word(place, 0, u64::try_from(high - low).unwrap_or(u64::MAX))),
        }
    }

    fn above_zero(&mut self, place: u32, low: u64, high: u64) -> u64 {
        if low == 0 || high / low <= WIDE {
            return self.word(place, low, high);
        }
        let octave = self.word(place, 0, u64::from((high / low).ilog2()));
        let from = low << octave;
        self.word(place + (1 << 20), from, high.min(2 * from - 1))
    }

    /// A number from `low` to `high`; the lowest where nothing is drawn.
    fn word(&mut self, place: u32, low: u64, high: u64) -> u64 {
        let at =
            Address { stream: STREAM - (place >> 20), site: (place % 64) as u16, occurrence: (place / 64 % 1024) as u16 };
        let even = Distribution::uniform(low, high).ok();
        self.draw.as_mut().zip(even).map_or(low, |(draw, even)| draw.size(at, &even))
    }
}

const HELP: &str = "write {between: [5ms, 50ms]}, the lower value first, or {one_of: [none, {max: 3}]}";

/// What a map of one key, where no map may stand, was meant to be if its key is a slip: a value left open.
pub(super) fn slip(node: &Node) -> String {
    let Value::Map(entries) = &node.value else { return String::new() };
    let [(Node { value: Value::Scalar(key), .. }, _)] = entries.as_slice() else { return String::new() };
    slip_among(key, &[]).unwrap_or_default()
}

/// The same of a key where others are known: it is none of those.
pub(super) fn slip_among(key: &str, names: &[&str]) -> Option<String> {
    const OPEN: [&str; 2] = ["between", "one_of"];
    let meant = nearest(key, names.iter().copied().chain(OPEN)).filter(|meant| OPEN.contains(meant));
    meant.map(|open| format!("did you mean `{open}`, to leave it open?"))
}

/// A value left open.
enum Open {
    Between(Vec<Node>),
    OneOf(Vec<Node>),
}

fn open_value(node: &Node) -> Option<Open> {
    let Value::Map(entries) = &node.value else { return None };
    let [(Node { value: Value::Scalar(key), .. }, value)] = entries.as_slice() else { return None };
    let items = match &value.value {
        Value::List(items) => items.clone(),
        Value::Null | Value::Scalar(_) | Value::Map(_) => Vec::new(),
    };
    match key.as_str() {
        "between" => Some(Open::Between(items)),
        "one_of" => Some(Open::OneOf(items)),
        _ => None,
    }
}

/// Settles the values below `node` that have a value of `like` among theirs.
fn take_over(node: &mut Node, like: &Node) {
    if open_value(node).is_some() {
        if admits(node, like) {
            *node = placed(like, node);
        }
        return;
    }
    match (&mut node.value, &like.value) {
        (Value::List(items), Value::List(likes)) => {
            items.iter_mut().zip(likes).for_each(|(item, like)| take_over(item, like))
        }
        (Value::Map(entries), Value::Map(_)) => {
            let entries = entries.iter_mut().filter_map(|(key, value)| Some((value, entry(like, key)?)));
            entries.for_each(|(value, like)| take_over(value, like));
        }
        _ => {}
    }
}

/// A value of another text, as if it stood in the place of `node`.
fn placed(like: &Node, node: &Node) -> Node {
    let placed = |like: &Node| placed(like, node);
    let value = match &like.value {
        Value::Null => Value::Null,
        Value::Scalar(text) => Value::Scalar(text.clone()),
        Value::List(items) => Value::List(items.iter().map(placed).collect()),
        Value::Map(entries) => Value::Map(entries.iter().map(|(key, value)| (placed(key), placed(value))).collect()),
    };
    Node { value, ..node.clone() }
}

/// Can `node` be settled so that it is `value`?
fn admits(node: &Node, value: &Node) -> bool {
    match (open_value(node), &node.value, &value.value) {
        (Some(Open::OneOf(values)), ..) => values.iter().any(|one| admits(one, value)),
        (Some(Open::Between(ends)), _, Value::Scalar(text)) => match ends.as_slice() {
            [Node { value: Value::Scalar(low), .. }, Node { value: Value::Scalar(high), .. }] => {
                let range = Span::read(low, high);
                let read = |range: &Span| range.unit.read(text.trim());
                range.is_some_and(|range| read(&range).is_some_and(|value| (range.low..=range.high).contains(&value)))
            }
            _ => false,
        },
        (None, Value::Null, Value::Null) => true,
        (None, Value::Scalar(one), Value::Scalar(other)) => one == other,
        (None, Value::List(one), Value::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| admits(one, other))
        }
        (None, Value::Map(one), Value::Map(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, one)| entry(value, key).is_some_and(|other| admits(one, other)))
        }
        _ => false,
    }
}

/// The value with the same key in another map.
fn entry<'a>(map: &'a Node, key: &Node) -> Option<&'a Node> {
    let (Value::Map(entries), Value::Scalar(key)) = (&map.value, &key.value) else { return None };
    entries.iter().find(|(other, _)| matches!(&other.value, Value::Scalar(other) if other == key)).map(|(_, value)| value)
}

/// Does a tree leave anything open?
pub(super) fn is_open(node: &Node) -> bool {
    open_value(node).is_some()
        || match &node.value {
            Value::Null | Value::Scalar(_) => false,
            Value::List(items) => items.iter().any(is_open),
            Value::Map(entries) => entries.iter().any(|(_, value)| is_open(value)),
        }
}

#[cfg(test)]
mod tests {
    use super::super::tree::parse;
    use super::*;

    fn settled(text: &str, draw: Option<u64>) -> Result<String, String> {
        let mut tree = parse(text).expect("YAML");
        let mut problems = Vec::new();
        Settle::new(draw).all(&mut tree, &mut problems);
        match (problems.pop(), tree.value) {
            (Some(problem), _) => Err(problem.message),
            (None, Value::Map(entries)) => match &entries[0].1.value {
                Value::Scalar(text) => Ok(text.clone()),
                other => Ok(format!("{other:?}")),
            },
            (None, other) => panic!("{other:?}"),
        }
    }

    #[test]
    fn calm_is_the_middle_and_the_first() {
        for (text, value) in [
            ("x: {between: [1, 20]}", "10"),
            ("x: {between: [10ms, 30ms]}", "20000us"),
            ("x: {between: [0.01, 0.03]}", "0.02"),
            ("x: {between: [1, 2.5]}", "1.7"),
            ("x: {between: [1.00, 500.00]}", "250.50"),
            ("x: {between: [1e-6, 0.00001]}", "0.000005"),
            ("x: {between: [0, 10s]}", "5000000us"),
            ("x: {between: [-90s, 30s]}", "-30000000us"),
            ("x: {between: [2bd, 6bd]}", "4bd"),
            ("x: {between: [10/s, 20/s]}", "15/s"),
            ("x: {between: [1.5/s, 2/s]}", "1.7/s"),
            ("x: {between: [1/m, 10/s]}", "300/m"),
            ("x: {between: [\"22:00\", \"24:00\"]}", "23:00:00.000"),
            ("x: {between: [\"10:00\", d1 10:00]}", "d0 22:00:00.000"),
            ("x: {between: [\"22:00\", \"23:00\"]}", "22:30:00.000"),
            ("x: {between: [d0 10:00, d1 10:00]}", "d0 22:00:00.000"),
            ("x: {one_of: [a, b]}", "a"),
            ("x: {one_of: [{between: [4, 6]}, b]}", "5"),
        ] {
            assert_eq!(settled(text, None).as_deref(), Ok(value), "{text}");
        }
    }

    #[test]
    fn every_value_is_drawn_and_none_beyond_the_ends() {
        let drawn: std::collections::BTreeSet<u64> =
            (0..500).map(|draw| settled("x: {between: [3, 12]}", Some(draw)).unwrap().parse().unwrap()).collect();
        assert_eq!(drawn, (3..=12).collect());
        let wide: Vec<u64> =
            (0..500).map(|draw| settled("x: {between: [1, 1000000]}", Some(draw)).unwrap().parse().unwrap()).collect();
        assert!(wide.iter().all(|value| (1..=1_000_000).contains(value)));
        assert!(wide.iter().filter(|value| **value < 1000).count() > 150, "small values get their share");
        let words: std::collections::BTreeSet<String> =
            (0..100).map(|draw| settled("x: {one_of: [a, b, c]}", Some(draw)).unwrap()).collect();
        assert_eq!(words.len(), 3);
    }

    #[test]
    fn a_range_is_drawn_in_steps_of_its_last_decimal() {
        let drawn = |text: &str| -> std::collections::BTreeSet<String> {
            (0..200).map(|draw| settled(text, Some(draw)).unwrap()).collect()
        };
        let all = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
        assert_eq!(drawn("x: {between: [0.1, 0.4]}"), all(&["0.1", "0.2", "0.3", "0.4"]));
        assert_eq!(drawn("x: {between: [3bd, 4bd]}"), all(&["3bd", "4bd"]));
        assert_eq!(drawn("x: {between: [1/m, 0.05/s]}"), drawn("x: {between: [1.00/m, 3.00/m]}"));
        assert!(drawn("x: {between: [-2us, 2us]}").is_superset(&all(&["-2us", "-1us", "0us", "1us", "2us"])));
        assert!(drawn("x: {between: [1.00, 500.00]}").iter().all(|value| value.split_once('.').unwrap().1.len() == 2));
    }

    #[test]
    fn values_of_another_text_are_taken_where_they_may_be() {
        let like = |text: &str, other: &str| {
            let (mut tree, other) = (parse(text).expect("YAML"), parse(other).expect("YAML"));
            let mut problems = Vec::new();
            Settle::like(Some(other)).all(&mut tree, &mut problems);
            assert!(problems.is_empty());
            super::super::rewrite::flow(&tree)
        };
        let text = "a: {x: {between: [1, 9]}, y: 3, z: {one_of: [none, {max: {between: [1s, 5s]}}]}}";
        assert_eq!(like(text, "a: {z: {max: 2s}, x: 8, y: 4}"), "{a: {x: 8, y: 3, z: {max: 2s}}}");
        assert_eq!(like(text, "a: {z: {max: 7s}, x: 10}"), "{a: {x: 5, y: 3, z: none}}", "not among them");
        assert_eq!(like(text, "b: {x: 8}"), "{a: {x: 5, y: 3, z: none}}");
    }

    #[test]
    fn what_is_no_range_is_said() {
        for text in
            ["x: {between: [5, 1]}", "x: {between: [5ms, 1]}", "x: {between: [a, b]}", "x: {between: 5}", "x: {one_of: []}"]
        {
            assert!(settled(text, Some(1)).is_err(), "{text}");
        }
        assert!(settled("x: {between: [5, 1]}", None).unwrap_err().contains("the lower value comes first"));
    }
}
