//! Trees of nodes put together: one covers another, a value is set at a path. How the variants of a scenario are made.
//!
//! Called by the comparison's loader. Nodes keep the places where they were written, so that a mistake in a variant is
//! shown where its author made it. It must not know which keys mean something.

use super::tree::{Node, Value};
use std::ops::Range;

/// Keys of which one stands alone, as the form of a distribution does: another one replaces it.
const FORMS: [&str; 10] =
    ["fixed", "uniform", "exponential", "lognormal", "pareto", "list", "poisson", "every", "gap", "daily"];

impl Node {
    /// A scalar that stands for what is written at `span`.
    pub fn scalar(text: &str, span: &Range<usize>) -> Node {
        Node { id: 0, span: span.clone(), damaged: false, value: Value::Scalar(text.to_owned()) }
    }

    /// A map without entries.
    pub fn map(span: &Range<usize>) -> Node {
        Node { id: 0, span: span.clone(), damaged: false, value: Value::Map(Vec::new()) }
    }

    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar(text) => Some(text),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// The entries of a map; none of anything else.
    pub fn entries(&self) -> &[(Node, Node)] {
        match &self.value {
            Value::Map(entries) => entries,
            Value::Null | Value::Scalar(_) | Value::List(_) => &[],
        }
    }

    /// The items of a list; a scalar or map is a list of one.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::Null => &[],
            Value::List(items) => items,
            Value::Scalar(_) | Value::Map(_) => std::slice::from_ref(self),
        }
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|(name, _)| name.text() == Some(key)).map(|(_, value)| value)
    }

    /// Takes a key out.
    pub fn take(&mut self, key: &str) -> Option<Node> {
        let Value::Map(entries) = &mut self.value else { return None };
        let at = entries.iter().position(|(name, _)| name.text() == Some(key))?;
        Some(entries.remove(at).1)
    }

    /// The value of a key, which is made if it is not there; what is no map becomes one.
    pub fn open(&mut self, key: &str, span: &Range<usize>) -> &mut Node {
        if !matches!(self.value, Value::Map(_)) {
            self.value = Value::Map(Vec::new());
        }
        let known = self.entries().iter().position(|(name, _)| name.text() == Some(key));
        let Value::Map(entries) = &mut self.value else { unreachable!("it is a map") };
        let at = known.unwrap_or_else(|| {
            entries.push((Node::scalar(key, span), Node::map(span)));
            entries.len() - 1
        });
        &mut entries[at].1
    }

    /// What `upper` says goes before what is here; maps are joined key by key, all else is replaced. Nothing says nothing.
    pub fn cover(&mut self, upper: &Node) {
        let entries = match &upper.value {
            Value::Null => return,
            Value::Map(entries) if matches!(self.value, Value::Map(_)) && !self.is_replaced_by(upper) => entries,
            Value::Scalar(_) | Value::List(_) | Value::Map(_) => {
                *self = upper.clone();
                return;
            }
        };
        for (key, value) in entries {
            let Value::Map(mine) = &mut self.value else { return };
            match mine.iter_mut().find(|(name, _)| name.text() == key.text()) {
                Some((_, known)) => known.cover(value),
                None => mine.push((key.clone(), value.clone())),
            }
        }
    }

    /// Are both a choice of one out of several forms, and each another one?
    fn is_replaced_by(&self, upper: &Node) -> bool {
        let form = |node: &Node| match node.entries() {
            [(key, _)] => key.text().and_then(|text| FORMS.iter().position(|form| *form == text)),
            _ => None,
        };
        form(self).zip(form(upper)).is_some()
    }

    /// Adds items to a list.
    pub fn extend_list(&mut self, items: &[Node]) {
        let mut all =
            if self.entries().is_empty() && matches!(self.value, Value::Map(_)) { &[] } else { self.items() }.to_vec();
        all.extend_from_slice(items);
        self.value = Value::List(all);
    }

    /// Sets the value at a path of keys and positions, such as `faults.0.lose.probability`.
    ///
    /// # Errors
    /// A sentence, if the path goes through something that is not there.
    pub fn set(&mut self, path: &str, span: &Range<usize>, value: &Node) -> Result<(), String> {
        let mut here = self;
        for part in path.split('.') {
            let is_list = matches!(here.value, Value::List(_));
            here = match part.parse::<usize>() {
                Ok(at) if is_list => {
                    let Value::List(items) = &mut here.value else { unreachable!("it is a list") };
                    let count = items.len();
                    items.get_mut(at).ok_or_else(|| format!("there is no item {at} in this list: it has {count}, from 0"))?
                }
                Ok(at) => return Err(format!("there is no list with an item {at}")),
                Err(_) if is_list => return Err(format!("`{part}` is no position in a list")),
                Err(_) => here.open(part, span),
            };
        }
        *here = value.clone();
        Ok(())
    }

    /// All of it stands for what is written at `span`.
    pub fn stand_for(&mut self, span: &Range<usize>) {
        self.span = span.clone();
        match &mut self.value {
            Value::Null | Value::Scalar(_) => {}
            Value::List(items) => items.iter_mut().for_each(|item| item.stand_for(span)),
            Value::Map(entries) => entries.iter_mut().for_each(|(key, value)| {
                key.stand_for(span);
                value.stand_for(span);
            }),
        }
    }

    /// Numbers all nodes anew, so that each number is unique.
    pub fn renumber(&mut self, next: &mut u32) {
        self.id = *next;
        *next += 1;
        match &mut self.value {
            Value::Null | Value::Scalar(_) => {}
            Value::List(items) => items.iter_mut().for_each(|item| item.renumber(next)),
            Value::Map(entries) => entries.iter_mut().for_each(|(key, value)| {
                key.renumber(next);
                value.renumber(next);
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::rewrite::flow;
    use super::super::tree::parse;

    fn covered(lower: &str, upper: &str) -> String {
        let mut tree = parse(lower).expect("YAML");
        tree.cover(&parse(upper).expect("YAML"));
        flow(&tree)
    }

    #[test]
    fn maps_are_joined_and_all_else_is_replaced() {
        assert_eq!(covered("a: {b: 1, c: 2}", "a: {c: 3, d: 4}"), "{a: {b: 1, c: 3, d: 4}}");
        assert_eq!(covered("a: none", "a: {max: 3}"), "{a: {max: 3}}");
        assert_eq!(covered("a: {max: 3}", "a: none"), "{a: none}");
        assert_eq!(covered("a: [1, 2]", "a: [3]"), "{a: [3]}");
        assert_eq!(covered("a: {max: 3}", "b: 1"), "{a: {max: 3}, b: 1}");
        assert_eq!(covered("a: {max: 3}", "a: {}"), "{a: {max: 3}}");
        assert_eq!(covered("a: {max: 3}", "a:"), "{a: {max: 3}}");
        assert_eq!(covered("a: {uniform: [1, 2]}", "a: {fixed: 3}"), "{a: {fixed: 3}}");
    }

    #[test]
    fn a_path_goes_through_maps_and_lists() {
        let mut tree = parse("faults: [{lose: {probability: 0.1}}, {late: {by: 1s}}]").expect("YAML");
        let value = parse("5s").expect("YAML");
        tree.set("faults.1.late.by", &(0..0), &value).expect("it is there");
        tree.set("bank.processing", &(0..0), &value).expect("it is made");
        assert_eq!(flow(&tree), "{faults: [{lose: {probability: 0.1}}, {late: {by: 5s}}], bank: {processing: 5s}}");
        assert!(tree.set("faults.7.late.by", &(0..0), &value).is_err());
        assert!(tree.set("faults.x", &(0..0), &value).is_err());
    }
}
