//! Parts of a campaign that were run apart: what is written down of them, and how they are joined.
//!
//! A file holds a set of parts. Joining is the union of such sets, so it is associative, commutative and idempotent; a part
//! that is there twice counts once, two parts that contradict each other are a nondeterminism. A part says how far it has
//! come, so an interrupted one is taken up where it stands. Called by the command line, which reads and writes the text.

use crate::campaign::record::{Counted, Failed, Identity, Played, Seeds};
use crate::invariants;
use crate::payments::MODEL_VERSION;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::fmt;

/// One shard out of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Shard {
    /// From 1...
    pub index: u64,
    /// ...to this.
    pub of: u64,
}

impl Shard {
    /// Its seeds: shards are contiguous, and their lengths differ by one at most.
    pub fn seeds(self, all: Seeds) -> Seeds {
        let end = |i: u64| all.from + (u128::from(all.to - all.from) * u128::from(i) / u128::from(self.of)) as u64;
        Seeds { from: end(self.index - 1), to: end(self.index) }
    }
}

/// What one shard of a campaign has come to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The campaign.
    pub identity: Identity,
    /// Which part of it this is.
    pub shard: Shard,
    /// The seeds done: from the shard's first on, without a gap.
    pub done: Seeds,
    /// What they came to.
    pub counted: Counted,
    /// Cases found before that were played first.
    pub played: BTreeSet<Played>,
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

impl Part {
    /// Is it of the same shard of the same campaign?
    pub fn is_of(&self, other: &Part) -> bool {
        self.identity == other.identity && self.shard == other.shard
    }

    /// Can the other, of the same shard, have come from it by going on? The same where it has come as far.
    fn begins(&self, other: &Part) -> bool {
        if self.done == other.done {
            self.counted.agrees(&other.counted)
        } else {
            other.counted.goes_on(&self.counted, self.done.to)
        }
    }
}

/// The file of parts: their text, and a fingerprint of it.
#[derive(Serialize, Deserialize)]
struct File {
    format: String,
    /// SHA-256 of the parts.
    address: String,
    parts: Vec<Part>,
}

const FORMAT: &str = "paychaos campaign 4";

/// Does a text look as if it held parts of campaigns?
pub fn is_part(text: &str) -> bool {
    text.get(..100).unwrap_or(text).contains(FORMAT)
}

/// The parts as text; the same for the same parts.
pub fn write(parts: &[Part]) -> String {
    let mut parts = parts.to_vec();
    parts.sort_by(|a, b| (&a.identity, a.shard).cmp(&(&b.identity, b.shard)));
    let file = File { format: FORMAT.to_owned(), address: address(&parts), parts };
    serde_json::to_string(&file).unwrap_or_default() + "\n"
}

/// Is the text of this format? It is asked first: a text of another one is not damaged.
///
/// # Errors
/// That it has no format at all; or else, inside, a sentence that names both.
pub fn expect_format(text: &str, format: &str) -> serde_json::Result<Result<(), String>> {
    #[derive(Deserialize)]
    struct Head {
        format: String,
    }
    let head: Head = serde_json::from_str(text)?;
    let other = || format!("its format is `{}`; this paychaos reads `{format}`", head.format);
    Ok(if head.format == format { Ok(()) } else { Err(other()) })
}

/// The parts of a text.
///
/// # Errors
/// A sentence, without the name of the file.
pub fn read(text: &str) -> Result<Vec<Part>, String> {
    let wrong = |error| format!("this is no campaign's result: {error}");
    expect_format(text, FORMAT).map_err(wrong)??;
    let file: File = serde_json::from_str(text).map_err(wrong)?;
    if file.address != address(&file.parts) {
        return Err("it was changed after it was written: its contents do not match its address".to_owned());
    }
    let whole = |part: &Part| {
        let (Seeds { from, to }, Shard { index, of }) = (part.identity.seeds, part.shard);
        let seeds = (from < to && (1..=of).contains(&index)).then(|| part.shard.seeds(part.identity.seeds));
        let Seeds { from: first, to: end } = part.done;
        seeds.is_some_and(|seeds| seeds.from == first && end <= seeds.to && first <= end)
            && part.counted.runs == end - first
            && part.counted.failures.iter().all(|failed| can_be(failed, part))
    };
    if file.parts.iter().all(whole) { Ok(file.parts) } else { Err("its seeds make no sense".to_owned()) }
}

/// Is it a failure of these seeds, by an invariant that there is? Whoever goes on looks closely at the order that it names.
fn can_be(failed: &Failed, part: &Part) -> bool {
    let Counted { runs, orders, open, .. } = part.counted;
    // Where values are left open, any seed may have had more orders than the others.
    let most = if open { orders } else { orders / runs.max(1) };
    invariants::ALL.iter().any(|info| info.id == failed.looks.0)
        && (1..=runs).contains(&failed.seeds)
        && (part.done.from..part.done.to).contains(&failed.seed)
        && (1..=most).contains(&failed.order)
}

fn address(parts: &[Part]) -> String {
    fingerprint(&[serde_json::to_string(parts).unwrap_or_default().as_bytes()])
}

/// What went into a result, and what it was computed with, in short: those of two versions, or of two models, are never joined.
pub fn inputs(texts: &[&[u8]]) -> String {
    let version = format!("{} {MODEL_VERSION}", env!("CARGO_PKG_VERSION"));
    fingerprint(&[&[version.as_bytes()], texts].concat())
}

/// SHA-256 of several texts, in hexadecimal digits.
pub fn fingerprint(texts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for text in texts {
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Why parts cannot be joined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Conflict {
    /// One shard has two different results: a bug of ours, or somebody else's tampering.
    TwoResults(String),
    /// The parts do not belong together.
    Unequal(String),
}

/// The union of parts: of one shard the part that has come farther, with the cases that either has played.
///
/// # Errors
/// The first conflict, in order of campaigns and shards, whatever the order of the parts.
pub fn union(parts: impl IntoIterator<Item = Part>) -> Result<Vec<Part>, Conflict> {
    let mut all: Vec<Part> = parts.into_iter().collect();
    all.sort_by(|a, b| (&a.identity, a.shard, a.done.to).cmp(&(&b.identity, b.shard, b.done.to)));
    let mut parts: Vec<Part> = Vec::new();
    for part in all {
        match parts.last_mut().filter(|last| last.is_of(&part)) {
            // Each is compared with the next that has come as far or farther: so is each with all.
            Some(last) if !last.begins(&part) => return Err(two_results(&part, &format!("shard {}", part.shard))),
            Some(last) => {
                let before = std::mem::replace(last, part);
                last.counted.learn(&before.counted);
                last.played.extend(before.played);
            }
            None => parts.push(part),
        }
    }
    for pair in parts.windows(2) {
        let [a, b] = pair else { continue };
        if a.identity == b.identity && a.shard.of != b.shard.of {
            let sentence =
                format!("{}: it was split into {} shards, and into {}", a.identity.scenario, a.shard.of, b.shard.of);
            return Err(Conflict::Unequal(sentence));
        }
    }
    for parts in parts.chunk_by(|a, b| a.identity == b.identity) {
        let played: BTreeSet<&Played> = parts.iter().flat_map(|part| &part.played).collect();
        let twice = played.iter().zip(played.iter().skip(1)).find(|(a, b)| a.is_of(b));
        if let Some((case, _)) = twice {
            return Err(two_results(&parts[0], &format!("the case {}", case.file)));
        }
    }
    Ok(parts)
}

fn two_results(part: &Part, of: &str) -> Conflict {
    Conflict::TwoResults(format!("{}: {of} has two different results", part.identity.scenario))
}

/// What a campaign comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joined {
    /// The campaign.
    pub identity: Identity,
    /// From the first seed that was run to the last.
    pub done: Seeds,
    /// What the shards that are there came to, all together.
    pub counted: Counted,
    /// Cases found before that any of them has played.
    pub played: BTreeSet<Played>,
    /// Sentences: what is missing.
    pub missing: Vec<String>,
    /// What tells it from other campaigns over scenarios of this name, if there are any.
    pub apart: Option<String>,
}

/// Joins the parts of each campaign, which are a union.
pub fn join(parts: &[Part]) -> Vec<Joined> {
    let mut all: Vec<Joined> = parts.chunk_by(|a, b| a.identity == b.identity).filter_map(join_one).collect();
    let identities: Vec<Identity> = all.iter().map(|joined| joined.identity.clone()).collect();
    all.iter_mut().for_each(|joined| tell_apart(joined, &identities));
    all
}

/// In what campaigns over scenarios of one name may differ, and how one is told by it.
type Difference = (&'static str, fn(&Identity) -> String);

const DIFFERENCES: [Difference; 5] = [
    ("file", |identity| identity.file.clone()),
    ("seeds", |identity| format!("seeds {}..{}", identity.seeds.from, identity.seeds.to)),
    ("breaches", |identity| if identity.breaches { "with breaches".to_owned() } else { "without breaches".to_owned() }),
    ("contents or version", |identity| format!("contents {}", identity.inputs.chars().take(8).collect::<String>())),
    ("place among the scenarios", |identity| format!("scenario {}", u64::from(identity.place) + 1)),
];

/// Says what tells a campaign from others over scenarios of its name; also where shards are missing, which may be there as
/// those of another.
fn tell_apart(joined: &mut Joined, all: &[Identity]) {
    let own = &joined.identity;
    let others: Vec<&Identity> = all.iter().filter(|other| other.scenario == own.scenario && *other != own).collect();
    if others.is_empty() {
        return;
    }
    let differs = |(_, of): &&Difference| others.iter().any(|other| of(other) != of(own));
    let differences: Vec<&Difference> = DIFFERENCES.iter().filter(differs).collect();
    joined.apart = Some(differences.iter().map(|(_, of)| of(own)).collect::<Vec<_>>().join(", "));
    if !joined.missing.is_empty() {
        let (count, scenario) = (others.len() + 1, &own.scenario);
        let names: Vec<&str> = differences.iter().map(|(name, _)| *name).collect();
        let sentence = format!("there are {count} campaigns of {scenario}, which differ in {}", names.join(", "));
        joined.missing.push(sentence);
    }
}

fn join_one(parts: &[Part]) -> Option<Joined> {
    let (first, rest) = parts.split_first()?;
    let mut counted = first.counted.clone();
    rest.iter().for_each(|part| counted.join(part.counted.clone()));
    let run = || parts.iter().map(|part| part.done).filter(|done| done.from < done.to);
    let done = run().next().unwrap_or(first.done);
    let to = run().next_back().map_or(done.to, |last| last.to);
    Some(Joined {
        identity: first.identity.clone(),
        done: Seeds { to, ..done },
        counted,
        played: parts.iter().flat_map(|part| &part.played).cloned().collect(),
        missing: missing(&first.identity, first.shard.of, parts),
        apart: None,
    })
}

/// What is missing of a campaign in so many shards, in their order: of those that are there the rest, of those that are not
/// all, a sentence for as many as there are in a row. There may be more shards than anybody can count.
fn missing(identity: &Identity, of: u64, parts: &[Part]) -> Vec<String> {
    let mut missing = Vec::new();
    let mut say = |(first, last): (u64, u64), from: Option<u64>| {
        let seeds = |index| Shard { index, of }.seeds(identity.seeds);
        let (from, to) = (from.unwrap_or_else(|| seeds(first).from), seeds(last).to);
        if from < to {
            let shards =
                if first == last { format!("shard {first}/{of}") } else { format!("shards {first}/{of} to {last}/{of}") };
            missing.push(format!("{shards}: seeds {from}..{to} are missing"));
        }
    };
    let mut known = 0;
    for Part { shard: Shard { index, .. }, done, .. } in parts {
        if known + 1 < *index {
            say((known + 1, index - 1), None);
        }
        say((*index, *index), Some(done.to));
        known = *index;
    }
    if known < of {
        say((known + 1, of), None);
    }
    missing
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_went_in_is_of_one_version_of_the_model() {
        let version = format!("{} {MODEL_VERSION}", env!("CARGO_PKG_VERSION"));
        assert_eq!(inputs(&[b"a", b"b"]), fingerprint(&[version.as_bytes(), b"a", b"b"]));
        assert_ne!(inputs(&[b"a", b"b"]), inputs(&[b"ab"]));
    }
}
