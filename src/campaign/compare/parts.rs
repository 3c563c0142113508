//! Parts of a comparison that were run apart: the question and the records that are there, as text.
//!
//! Joining two is the union of their records, so it is associative, commutative and idempotent; two different records of one
//! task are a nondeterminism. An interrupted comparison is a part, too. Called by the command line, which reads and writes
//! the text.

use super::question::{Question, Task};
use super::record::{GROUPS, Record};
use crate::campaign::shard::{self, Conflict, fingerprint};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is known of a comparison.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Part {
    /// The question.
    pub question: Question,
    /// The records that are there, by task.
    pub records: BTreeMap<usize, Record>,
}

/// The file of parts: their text, and a fingerprint of it.
#[derive(Serialize, Deserialize)]
struct File {
    format: String,
    /// SHA-256 of the parts.
    address: String,
    comparisons: Vec<Part>,
}

/// The format that is written.
const FORMAT: &str = "paychaos compared cells 2";

/// Does a text look as if it held parts of comparisons?
pub fn is_part(text: &str) -> bool {
    text.get(..100).unwrap_or(text).contains(FORMAT)
}

/// The parts as text; the same for the same parts.
pub fn write(parts: &[Part]) -> String {
    let mut parts = parts.to_vec();
    parts.sort_by(|a, b| (&a.question.title, &a.question.inputs).cmp(&(&b.question.title, &b.question.inputs)));
    let file = File { format: FORMAT.to_owned(), address: address(&parts), comparisons: parts };
    serde_json::to_string(&file).unwrap_or_default() + "\n"
}

/// The parts of a text.
///
/// # Errors
/// A sentence, without the name of the file.
pub fn read(text: &str) -> Result<Vec<Part>, String> {
    let wrong = |error| format!("these are no cells of a comparison: {error}");
    shard::expect_format(text, FORMAT).map_err(wrong)??;
    let file: File = serde_json::from_str(text).map_err(wrong)?;
    if file.address != address(&file.comparisons) {
        return Err("it was changed after it was written: its contents do not match its address".to_owned());
    }
    let fits = |part: &Part| {
        let all = part.question.rules.all_orders();
        let whole = |record: &Record| record.sums.len() == GROUPS && record.bits.iter().all(|bits| bits.len() == all);
        part.records.iter().all(|(task, record)| *task < part.question.tasks.len() && whole(record))
    };
    if file.comparisons.iter().all(fits) { Ok(file.comparisons) } else { Err("its cells make no sense".to_owned()) }
}

fn address(parts: &[Part]) -> String {
    fingerprint(&[serde_json::to_string(parts).unwrap_or_default().as_bytes()])
}

/// The union of parts: one for each question, in the order of their titles. Where its file was given in several ways, the
/// first of them by the alphabet stands for all, whatever the order of the parts.
///
/// # Errors
/// The first conflict.
pub fn union(parts: impl IntoIterator<Item = Part>) -> Result<Vec<Part>, Conflict> {
    let mut known: BTreeMap<(String, String), Part> = BTreeMap::new();
    for part in parts {
        let key = (part.question.title.clone(), part.question.inputs.clone());
        let Some(other) = known.get_mut(&key) else {
            known.insert(key, part);
            continue;
        };
        if given(&part.question) < given(&other.question) {
            other.question = part.question;
        }
        for (task, record) in part.records {
            match other.records.get(&task) {
                Some(same) if *same == record => {}
                Some(_) => {
                    return Err(Conflict::TwoResults(format!("{}: cell {} has two different results", key.0, task + 1)));
                }
                None => {
                    other.records.insert(task, record);
                }
            }
        }
    }
    Ok(known.into_values().collect())
}

/// What a question does not share with the same one asked of a file that was given in another way.
fn given(question: &Question) -> (&str, &str) {
    (&question.file, &question.command)
}

impl Part {
    /// The tasks that are not done yet.
    pub fn missing(&self) -> impl Iterator<Item = usize> {
        (0..self.question.tasks.len()).filter(|task| !self.records.contains_key(task))
    }

    /// What a task is, for people: `profile / strategy`, with its point or plan where it is one.
    pub fn name(&self, task: usize) -> String {
        let Task { strategy, profile, point, plan } = &self.question.tasks[task];
        let mut name = format!("{} / {}", self.question.profiles[*profile].name, self.question.strategies[*strategy].name);
        if let Some((sweep, at)) = point {
            let axes = self.question.sweeps[*sweep].axes.iter().zip(at);
            axes.for_each(|((key, values), at)| name.push_str(&format!(" / {key}: {}", values[*at])));
        }
        if let (Some(plan), Some(goal)) = (plan, &self.question.goal) {
            name.push_str(&format!(" / polling {}", goal.plans[*plan]));
        }
        name
    }

    /// Are all records there?
    pub fn is_whole(&self) -> bool {
        self.records.len() == self.question.tasks.len()
    }

    /// The question as far as it can be answered, with the records that it takes: all of it, or only the profiles under which
    /// every strategy was run, and nothing of what the strategies' parameters do. `None` if there is no such profile.
    pub fn whole_profiles(self) -> Option<(Question, Vec<Record>)> {
        if self.is_whole() {
            let Part { question, records } = self;
            return Some((question, records.into_values().collect()));
        }
        let Part { mut question, records } = self;
        let strategies = question.strategies.len();
        let done =
            |profile: &usize| (0..strategies).all(|strategy| records.contains_key(&(profile * strategies + strategy)));
        let kept: Vec<usize> = (0..question.profiles.len()).filter(done).collect();
        let told = format!("Interrupted: {} of {} profiles.", kept.len(), question.profiles.len());
        question.about = format!("{told} {}", question.about).trim_end().to_owned();
        question.profiles = kept.iter().map(|profile| question.profiles[*profile].clone()).collect();
        let cells = |profile: usize| (0..strategies).map(move |strategy| (profile, strategy));
        let task = |(profile, strategy)| Task { strategy, profile, point: None, plan: None };
        question.tasks = (0..kept.len()).flat_map(cells).map(task).collect();
        (question.sweeps, question.goal) = (Vec::new(), None);
        let of = |(profile, strategy)| records.get(&(profile * strategies + strategy)).cloned();
        let records = kept.iter().copied().flat_map(cells).filter_map(of).collect();
        (!kept.is_empty()).then_some((question, records))
    }

    /// The records of all tasks in their order, if all are there.
    pub fn into_records(self) -> Option<Vec<Record>> {
        self.is_whole().then(|| self.records.into_values().collect())
    }
}
