//! Clusters: failures that have one cause are one entry, however many seeds show it and whatever else went wrong in them.
//!
//! Made from all failures of a campaign when they are shown, so that it does not matter in which order or on which machine
//! they were found. It must not know how they are shown.

use crate::campaign::prevention;
use crate::campaign::record::{Counted, Failed, Found};
use crate::campaign::shrink::Smallness;
use crate::invariants;
use crate::kernel::Digest;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Failures with one cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// Its name, made of the cause alone: whichever seeds show it, it is the same.
    pub name: String,
    /// The one that stands for all: of those that violate the worst the smallest, of these the one seen first.
    pub failed: Failed,
    /// What would have prevented it: of several that do so alone, those that prevent all of its failures.
    pub remedies: Vec<String>,
    /// What the others violate and this one does not, sorted.
    pub others_violate: BTreeSet<String>,
    /// In how many seeds its failures were seen.
    pub seeds: u64,
    /// How many kinds of smallest case it has.
    pub looks: usize,
}

impl Cluster {
    /// What would have prevented it, in words.
    pub fn prevented_by(&self) -> Option<String> {
        prevention::told(&self.remedies, self.failed.found.together)
    }
}

/// The clusters of a campaign, those about money first, the most frequent first.
///
/// Two failures have one cause if the same remedy prevents both: the one that prevents most of them is the cause of all of
/// these, then the one that prevents most of the rest. What only several remedies together prevent shows several mistakes at
/// once; where each of these has an entry already, it is put with the worst. Where no remedy is known, failures have one
/// cause if they violate the same invariant by faults on the same hops: one mistake comes to its end in many ways.
pub fn clusters(counted: &Counted) -> Vec<Cluster> {
    let (shrunk, unshrunk): (Vec<&Failed>, Vec<&Failed>) = counted.failures.iter().partition(|failed| is_shrunk(failed));
    let (several, mut left): (Vec<&Failed>, Vec<&Failed>) = shrunk.into_iter().partition(|failed| failed.found.together);
    let mut groups: Vec<(String, Vec<&Failed>)> = Vec::new();
    while let Some(cause) = widest(&left) {
        let (members, rest) = left.into_iter().partition(|failed| causes(&failed.found).contains(&cause));
        groups.push((cause, members));
        left = rest;
    }
    let alone = groups.len();
    for failed in several {
        let remedies = &failed.found.remedies;
        let entries: Vec<usize> = (0..alone).filter(|entry| remedies.contains(&groups[*entry].0)).collect();
        let put_down_to = &failed.looks.2;
        let cause = if remedies.contains(put_down_to) { put_down_to.clone() } else { remedies.join(" and ") };
        // One with the worst: it does not make another look worse than it is.
        let worst = |entry: &usize| groups[*entry].1.iter().map(|member| badness(&member.found)).min();
        let put_with = entries.iter().copied().min_by_key(worst).filter(|_| entries.len() == remedies.len());
        match groups.iter().position(|(known, _)| *known == cause).or(put_with) {
            Some(entry) => groups[entry].1.push(failed),
            None => groups.push((cause, vec![failed])),
        }
    }
    for failed in unshrunk {
        let may_be = |(_, members): &(String, Vec<&Failed>)| {
            failed.found.remedies.is_empty() && members.iter().any(|member| may_come_to(failed, member))
        };
        let cause = causes(&failed.found).swap_remove(0);
        let is_its = |(known, members): &(String, Vec<&Failed>)| {
            *known == cause || members.iter().any(|member| member.found.remedies.contains(&cause))
        };
        match groups.iter().position(is_its).or_else(|| groups.iter().position(may_be)) {
            Some(entry) => groups[entry].1.push(failed),
            None => groups.push((cause, vec![failed])),
        }
    }
    let mut clusters: Vec<Cluster> = groups.into_iter().map(|(cause, members)| cluster(counted, &cause, members)).collect();
    clusters.sort_by_cached_key(|cluster| {
        (badness(&cluster.failed.found), Reverse(cluster.seeds), cluster.failed.seed, cluster.name.clone())
    });
    clusters
}

fn is_shrunk(failed: &Failed) -> bool {
    failed.found.smallness != Smallness::Unshrunk
}

/// May a failure that nobody has looked closely at come to what another one has shown: the same end, by its faults among others?
fn may_come_to(failed: &Failed, other: &Failed) -> bool {
    let among = other.found.causes.iter().all(|cause| failed.found.causes.contains(cause));
    among && other.found.violates().any(|violated| violated == failed.found.invariant)
}

/// What a failure may be put down to, the most telling first.
fn causes(found: &Found) -> Vec<String> {
    match found.remedies.is_empty() {
        true => vec![format!("{} on {}", found.invariant, found.hops.join(" and "))],
        false => found.remedies.clone(),
    }
}

/// The cause of most failures; of several the most telling.
fn widest(failures: &[&Failed]) -> Option<String> {
    let mut all: BTreeMap<String, (u64, Reverse<usize>)> = BTreeMap::new();
    for failed in failures {
        for (place, cause) in causes(&failed.found).into_iter().enumerate() {
            let (seeds, first) = all.entry(cause).or_insert((0, Reverse(place)));
            *seeds += failed.seeds;
            *first = (*first).max(Reverse(place));
        }
    }
    all.into_iter().max_by_key(|(cause, rank)| (*rank, Reverse(cause.clone()))).map(|(cause, _)| cause)
}

fn cluster(counted: &Counted, cause: &str, mut members: Vec<&Failed>) -> Cluster {
    // Of two as small, the one stands for both that takes a fault and not only an unusual time.
    let times = |found: &Found| found.told.len() - found.faults.len();
    let size = |found: &Found| (badness(found), found.causes.len(), found.told.len(), times(found));
    // What shows another mistake as well stands for neither, if something else can.
    members
        .sort_by_key(|failed| (!is_shrunk(failed), failed.found.together, size(&failed.found), failed.seed, &failed.looks));
    let failed = members[0].clone();
    let alone = || members.iter().filter(|other| !other.found.together && is_shrunk(other));
    let prevents_all = |remedy: &&String| alone().all(|other| other.found.remedies.contains(remedy));
    let violated = |found: &Found| found.violates().map(str::to_owned).collect::<BTreeSet<String>>();
    let all: BTreeSet<String> = members.iter().flat_map(|other| violated(&other.found)).collect();
    let cases: BTreeSet<&[String]> = members.iter().map(|other| other.found.told.as_slice()).collect();
    let remedies: Vec<String> = match failed.found.together {
        true => failed.found.remedies.clone(),
        false => failed.found.remedies.iter().filter(prevents_all).cloned().collect(),
    };
    Cluster {
        name: name(cause),
        remedies,
        others_violate: &all - &violated(&failed.found),
        seeds: counted.seeds_of(&members),
        looks: cases.len(),
        failed,
    }
}

/// The less, the worse.
fn badness(found: &Found) -> (invariants::Class, Option<usize>) {
    (found.class, invariants::ALL.iter().position(|info| info.id == found.invariant))
}

/// So many letters of the cause are in a name, at most.
const LETTERS: usize = 60;

/// The cause as the name of a file, and a fingerprint of it: two may begin alike.
fn name(cause: &str) -> String {
    let mut digest = Digest::default();
    cause.bytes().for_each(|byte| digest.fold([u64::from(byte), 1]));
    let words: Vec<&str> = cause.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let mut slug = words.join("-");
    slug.truncate(LETTERS);
    format!("{}-{:08x}", slug.trim_end_matches('-'), digest.value() >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaign::tally::Symptom;

    /// A failure at a site that is put down to `cause`; the smallest case of it was looked for where `remedies` are known.
    fn failed(site: &str, cause: &str, remedies: &[&str]) -> Failed {
        let symptom = Symptom { invariant: 0, faults: vec![format!("lose at {site}")], cause: cause.to_owned() };
        let mut found = Found::unshrunk(&symptom);
        if !remedies.is_empty() {
            found.remedies = remedies.iter().map(|remedy| (*remedy).to_owned()).collect();
            (found.smallness, found.told) = (Smallness::Irreducible, vec![site.to_owned()]);
        }
        Failed { looks: symptom.looks(), seeds: 1, seed: 0, order: 1, found }
    }

    #[test]
    fn a_smallest_case_that_one_shard_has_stands_for_all() {
        let of = |seed: u64, remedies: &[&str]| {
            let failures = vec![Failed { seed, ..failed("platform-bank/request", "a", remedies) }];
            Counted { failures, ..Counted::default() }
        };
        let (first, shrunk) = (of(1, &[]), of(9, &["a"]));
        for (mut one, other) in [(first.clone(), shrunk.clone()), (shrunk, first)] {
            one.join(other);
            let [only] = &one.failures[..] else { panic!("one kind of failure is one") };
            assert_eq!((only.seed, only.seeds, only.found.smallness), (9, 2, Smallness::Irreducible));
        }
    }

    /// The names of the entries, and how many seeds each has.
    fn entries(failures: Vec<Failed>) -> Vec<(String, u64)> {
        let counted = Counted { failures, ..Counted::default() };
        let mut all: Vec<_> = clusters(&counted).into_iter().map(|one| (one.remedies.join(" "), one.seeds)).collect();
        all.sort();
        all
    }

    #[test]
    fn what_nobody_has_looked_at_is_put_with_what_has_its_cause() {
        let (request, query) = ("platform-bank/request", "platform-bank/query");
        // What mends both stands for both, though the second was put down to another remedy first.
        let looked_at = [failed(request, "a", &["a"]), failed(query, "b", &["b", "a"])];
        let open = [failed("platform-bank/answer", "a", &[]), failed(query, "b", &[]), failed(request, "c", &[])];
        let all = entries(looked_at.into_iter().chain(open).collect());
        assert_eq!(all, [("a".to_owned(), 4), ("c".to_owned(), 1)]);
        // Where nobody has had the time for any of them, each cause is an entry all the same.
        let open = ["a", "b", "a", "b", "a"].into_iter().zip(0..);
        let open = open.map(|(cause, at)| failed(&format!("platform-bank/request{at}"), cause, &[]));
        assert_eq!(entries(open.collect()), [("a".to_owned(), 3), ("b".to_owned(), 2)]);
    }
}
