//! What a range of seeds comes to, so that it can be added up: over chunks, threads and shards, in any order and any
//! grouping, with the same result.
//!
//! Made by the fuzzer for every chunk of seeds. It must not know how failures are shown.

use crate::campaign::coverage::Cell;
use crate::invariants;
use crate::kernel::Digest;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What some seeds come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Seeds run.
    pub runs: u64,
    /// Orders in them.
    pub orders: u64,
    /// Events in them.
    pub events: u64,
    /// Seeds under which something was violated.
    pub failing: u64,
    /// What ended before a person.
    pub manual: Manual,
    /// Fingerprint of all facts of all seeds, whatever their order.
    pub digest: u64,
    /// Seeds run twice, to compare their digests.
    pub replayed: u64,
    /// Seeds whose second run differed: a bug of ours.
    pub diverged: BTreeSet<u64>,
    /// The scenario's goals that were reached, by position in the registry.
    pub reached: BTreeSet<usize>,
    /// What was exercised, and how often.
    pub coverage: BTreeMap<Cell, u64>,
    /// What failed, by what it looks like.
    pub failures: BTreeMap<Symptom, Sightings>,
    /// Seeds that showed several symptoms: how many of them showed which ones, by their fingerprints, sorted.
    pub together: BTreeMap<Vec<u64>, u64>,
}

/// What ended with a case before a person: it counts as no failure, and is never waved through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Manual {
    /// Seeds with such an order.
    pub seeds: u64,
    /// Such orders.
    pub orders: u64,
}

impl Manual {
    /// Adds those of other seeds.
    pub fn add(&mut self, other: Manual) {
        self.seeds += other.seeds;
        self.orders += other.orders;
    }
}

/// What a failure looks like once it is known which faults it needs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Symptom {
    /// The position of the invariant in the registry.
    pub invariant: usize,
    /// Kinds of fault and their sites, sorted, each once.
    pub faults: Vec<String>,
    /// What it is put down to: what mends it, in words; empty where nothing is known.
    pub cause: String,
}

/// How often something was seen, and where first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sightings {
    /// In how many seeds.
    pub seeds: u64,
    /// The first seed...
    pub first: u64,
    /// ...and the order in it, from 0.
    pub order: u32,
}

impl Tally {
    /// Adds the result of one seed to the fingerprint.
    pub fn fold(&mut self, seed: u64, digest: u64) {
        let mut both = Digest::default();
        both.fold([seed, digest]);
        self.digest = self.digest.wrapping_add(both.value());
    }

    /// A seed has shown these symptoms, each in an order.
    pub fn see_all(&mut self, seed: u64, shown: impl IntoIterator<Item = (Symptom, u32)>) {
        let mut symptoms: BTreeMap<Symptom, u32> = BTreeMap::new();
        for (symptom, order) in shown {
            symptoms.entry(symptom).or_insert(order);
        }
        self.failing += u64::from(!symptoms.is_empty());
        if symptoms.len() > 1 {
            let mut together: Vec<u64> = symptoms.keys().map(Symptom::fingerprint).collect();
            together.sort_unstable();
            *self.together.entry(together).or_default() += 1;
        }
        for (symptom, order) in symptoms {
            self.see(symptom, Sightings { seeds: 1, first: seed, order });
        }
    }

    /// A failure was seen.
    fn see(&mut self, symptom: Symptom, sightings: Sightings) {
        self.failures.entry(symptom).and_modify(|known| known.add(sightings)).or_insert(sightings);
    }

    /// Adds the tally of other seeds.
    pub fn add(&mut self, other: Tally) {
        self.runs += other.runs;
        self.orders += other.orders;
        self.events += other.events;
        self.failing += other.failing;
        self.manual.add(other.manual);
        self.digest = self.digest.wrapping_add(other.digest);
        self.replayed += other.replayed;
        self.diverged.extend(other.diverged);
        self.reached.extend(other.reached);
        for (cell, count) in other.coverage {
            *self.coverage.entry(cell).or_default() += count;
        }
        for (symptom, sightings) in other.failures {
            self.see(symptom, sightings);
        }
        for (symptoms, seeds) in other.together {
            *self.together.entry(symptoms).or_default() += seeds;
        }
    }
}

impl Symptom {
    /// The same by the invariant's id, as it is written down.
    pub fn looks(&self) -> (String, Vec<String>, String) {
        (invariants::ALL[self.invariant].id.to_owned(), self.faults.clone(), self.cause.clone())
    }

    /// A number that stands for it, where many are kept.
    pub fn fingerprint(&self) -> u64 {
        fingerprint(invariants::ALL[self.invariant].id, &self.faults, &self.cause)
    }
}

/// The fingerprint of a symptom whose invariant has this id.
pub fn fingerprint(invariant: &str, faults: &[String], cause: &str) -> u64 {
    let mut digest = Digest::default();
    for (place, text) in (0..).zip([invariant, cause].into_iter().chain(faults.iter().map(String::as_str))) {
        text.bytes().for_each(|byte| digest.fold([u64::from(byte), place]));
    }
    digest.value()
}

impl Sightings {
    fn add(&mut self, other: Sightings) {
        self.seeds += other.seeds;
        if other.first < self.first {
            (self.first, self.order) = (other.first, other.order);
        }
    }
}
