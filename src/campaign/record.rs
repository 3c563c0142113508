//! What a campaign, or a part of it, came to, as plain data that can be written down, read again and joined.
//!
//! Made from a tally by the fuzzer's caller; joined by `shard`, where they agree (`agreement`); shown by reports. Counts are
//! added, failures of the same look are one, the first seed that showed it stands for it: in whatever order and grouping
//! parts are joined, the result is the same to the byte. It must not know files.

use crate::campaign::coverage::{Cell, STATE_NAMES};
use crate::campaign::failure::Failure;
use crate::campaign::failure::ids;
use crate::campaign::kind::FailureKind;
use crate::campaign::shard;
use crate::campaign::shrink::Smallness;
use crate::campaign::subject::{SHAPE_SEEDS, Subject};
use crate::campaign::tally::{Manual, Sightings, Symptom, Tally, fingerprint};
use crate::faults;
use crate::invariants::{self, Class};
use crate::payments::party::Hop;
use crate::payments::site::Site;
use crate::run::goals;
use crate::run::outcome::{Outcome, Verdict};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Seeds, the first included, the last not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Seeds {
    /// The first.
    pub from: u64,
    /// The one after the last.
    pub to: u64,
}

/// Which campaign it is: two records belong together if these are equal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Identity {
    /// Its place among the scenarios that were given.
    pub place: u32,
    /// The scenario's name.
    pub scenario: String,
    /// Its file, as it was given.
    pub file: String,
    /// A fingerprint of the scenario, its file, and the version of the model: SHA-256.
    pub inputs: String,
    /// All seeds of the campaign.
    pub seeds: Seeds,
    /// Did the downstream break its word?
    pub breaches: bool,
}

/// What some seeds of a campaign came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counted {
    /// Seeds run.
    pub runs: u64,
    /// Orders in them.
    pub orders: u64,
    /// Events in them.
    pub events: u64,
    /// Seeds under which something was violated.
    pub failing_seeds: u64,
    /// What ended before a person.
    pub manual: Manual,
    /// Fingerprint of all facts of all seeds.
    pub digest: u64,
    /// Seeds run twice, to compare their digests.
    pub replayed: u64,
    /// Seeds whose second run differed.
    pub diverged: BTreeSet<u64>,
    /// Goals that were reached.
    pub reached: BTreeSet<String>,
    /// Goals that had to be reached.
    pub wanted: Vec<String>,
    /// The kinds of fault that had their turns.
    pub kinds: Vec<String>,
    /// Were they listed by the scenario?
    pub listed: bool,
    /// Does the scenario leave values open, which several seeds in a row share?
    pub open: bool,
    /// What was exercised, by kind, site and state of the order.
    pub coverage: BTreeMap<String, BTreeMap<String, BTreeMap<String, u64>>>,
    /// What failed.
    pub failures: Vec<Failed>,
    /// Seeds that showed several kinds of failure, sorted: so that none is counted twice.
    pub together: Vec<Together>,
}

/// Kinds of failure that were seen together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Together {
    /// The fingerprints of what they look like, sorted.
    pub looks: Vec<u64>,
    /// In how many seeds these were seen, and no other kind.
    pub seeds: u64,
}

/// A case found before, and what it came to when it was played by the parties of the campaign's scenario.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Played {
    /// Its file, as it was found.
    pub file: String,
    /// A fingerprint of what stood in it: SHA-256.
    pub contents: String,
    /// In which way it failed, if it did.
    pub kind: Option<FailureKind>,
    /// Why: sentences.
    pub reasons: Vec<String>,
    /// Addresses of its script that were not reached.
    pub unreached: Vec<String>,
}

impl Played {
    /// The case in a file with these contents, and what its run came to.
    pub fn new(file: String, contents: &[u8], outcome: &Outcome) -> Self {
        let reasons = match &outcome.verdict {
            Verdict::Pass => Vec::new(),
            Verdict::Fail(reasons) => reasons.clone(),
        };
        let (kind, unreached) = (FailureKind::of(outcome), outcome.unreached.clone());
        Played { file, contents: shard::fingerprint(&[contents]), kind, reasons, unreached }
    }

    /// Is it of the same case? Then it must have come to the same.
    pub fn is_of(&self, other: &Played) -> bool {
        (&self.file, &self.contents) == (&other.file, &other.contents)
    }
}

/// One kind of failure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failed {
    /// The invariant, and the kinds of fault at their sites, that every such failure shows, and what mends it.
    pub looks: (String, Vec<String>, String),
    /// In how many seeds it was seen.
    pub seeds: u64,
    /// The seed that showed it first.
    pub seed: u64,
    /// The order in it, from 1.
    pub order: u64,
    /// What was found out about it.
    pub found: Found,
}

/// What was found out about a kind of failure from its smallest case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Found {
    /// The invariant that the smallest case violates: of its cases this is the smallest.
    pub invariant: String,
    /// The others that it violates.
    pub also_violates: Vec<String>,
    /// What the faults of the smallest case come to, at which sites, whatever they are called.
    pub causes: Vec<String>,
    /// The hops of these sites.
    pub hops: Vec<String>,
    /// Was something violated, or did the order only not come to an end in time?
    pub class: Class,
    /// The misfortunes of the smallest case, by address.
    pub faults: Vec<String>,
    /// The same in words, then whatever takes a time of its own.
    pub told: Vec<String>,
    /// How small the case is known to be.
    pub smallness: Smallness,
    /// What was seen.
    pub detail: String,
    /// When it was first seen in the smallest case.
    pub at_us: u64,
    /// Did the downstream break its word?
    pub breach: bool,
    /// What would have prevented all that the case violates, each alone: safety rules, or else parameters as the hardened
    /// strategy has them.
    pub remedies: Vec<String>,
    /// Only all the remedies together prevent it.
    pub together: bool,
    /// What would have been enough for it to pass, or to violate something else.
    pub counterfactuals: Vec<String>,
    /// The smallest case as a scenario file.
    pub repro_yaml: String,
}

impl Counted {
    /// Nothing yet.
    pub fn of(subject: &Subject) -> Self {
        Counted {
            wanted: subject.scenario.goals.clone(),
            kinds: subject.swarm.kinds().map(str::to_owned).collect(),
            listed: subject.swarm.listed,
            open: subject.is_open(),
            ..Counted::default()
        }
    }

    /// A tally, before anybody has looked closely at what failed.
    pub fn new(subject: &Subject, tally: &Tally) -> Self {
        let mut coverage: BTreeMap<String, BTreeMap<String, BTreeMap<String, u64>>> = BTreeMap::new();
        for (cell, count) in &tally.coverage {
            let [kind, site, state] = names(*cell);
            *coverage.entry(kind).or_default().entry(site).or_default().entry(state).or_default() += count;
        }
        let failed = |(symptom, sightings): (&Symptom, &Sightings)| Failed {
            looks: symptom.looks(),
            seeds: sightings.seeds,
            seed: sightings.first,
            order: u64::from(sightings.order) + 1,
            found: Found::unshrunk(symptom),
        };
        let mut counted = Counted {
            runs: tally.runs,
            orders: tally.orders,
            events: tally.events,
            failing_seeds: tally.failing,
            manual: tally.manual,
            digest: tally.digest,
            replayed: tally.replayed,
            diverged: tally.diverged.clone(),
            reached: tally.reached.iter().map(|goal| goals::ALL[*goal].name.to_owned()).collect(),
            coverage,
            failures: tally.failures.iter().map(failed).collect(),
            together: tally.together.iter().map(|(looks, seeds)| Together { looks: looks.clone(), seeds: *seeds }).collect(),
            ..Counted::of(subject)
        };
        counted.failures.sort_by(|a, b| a.looks.cmp(&b.looks));
        counted
    }

    /// Adds what other seeds of the same campaign came to. Of a kind of failure that both show, the first stands for all.
    pub fn add(&mut self, other: Counted) {
        self.sum(other, |failed| failed.seed);
    }

    /// Adds what another shard of the same campaign came to, to be shown. Of a kind of failure that both show, the first stands
    /// for all of which somebody has found the smallest case.
    pub fn join(&mut self, other: Counted) {
        self.sum(other, |failed| (failed.found.smallness == Smallness::Unshrunk, failed.seed));
    }

    /// Adds other seeds; of a kind of failure that both show, what comes first stands for all.
    fn sum<T: Ord>(&mut self, other: Counted, rank: impl Fn(&Failed) -> T) {
        self.runs += other.runs;
        self.orders += other.orders;
        self.events += other.events;
        self.failing_seeds += other.failing_seeds;
        self.manual.add(other.manual);
        self.digest = self.digest.wrapping_add(other.digest);
        self.replayed += other.replayed;
        self.diverged.extend(other.diverged);
        self.reached.extend(other.reached);
        for (kind, sites) in other.coverage {
            for (site, states) in sites {
                for (state, count) in states {
                    let sites = self.coverage.entry(kind.clone()).or_default();
                    *sites.entry(site.clone()).or_default().entry(state).or_default() += count;
                }
            }
        }
        for failed in other.failures {
            match self.failures.binary_search_by(|known| known.looks.cmp(&failed.looks)) {
                Err(place) => self.failures.insert(place, failed),
                Ok(place) => {
                    let known = &mut self.failures[place];
                    let seeds = known.seeds + failed.seeds;
                    if rank(&failed) < rank(known) {
                        *known = failed;
                    }
                    known.seeds = seeds;
                }
            }
        }
        for together in other.together {
            match self.together.binary_search_by(|known| known.looks.cmp(&together.looks)) {
                Err(place) => self.together.insert(place, together),
                Ok(place) => self.together[place].seeds += together.seeds,
            }
        }
    }

    /// Somebody has looked closely at a kind of failure.
    pub fn found(&mut self, symptom: &Symptom, found: Found) {
        self.failures
            .iter_mut()
            .filter(|failed| failed.seen().0 == *symptom)
            .for_each(|failed| failed.found = found.clone());
    }

    /// In how many seeds any of these failures was seen.
    pub fn seeds_of(&self, failures: &[&Failed]) -> u64 {
        let looks: BTreeSet<u64> =
            failures.iter().map(|failed| fingerprint(&failed.looks.0, &failed.looks.1, &failed.looks.2)).collect();
        let shown = |together: &&Together| together.looks.iter().filter(|one| looks.contains(one)).count() as u64;
        let again = |together: &Together| together.seeds * shown(&together).saturating_sub(1);
        failures.iter().map(|failed| failed.seeds).sum::<u64>() - self.together.iter().map(again).sum::<u64>()
    }

    /// Independent trials among the seeds: those that share what the scenario leaves open are one.
    pub fn trials(&self) -> u64 {
        if self.open { self.runs.div_ceil(SHAPE_SEEDS) } else { self.runs }
    }

    /// Kinds of failure of which nobody has looked for the smallest case.
    pub fn unshrunk(&self) -> impl Iterator<Item = &Failed> {
        self.failures.iter().filter(|failed| failed.found.smallness == Smallness::Unshrunk)
    }

    /// Goals that had to be reached and were not.
    pub fn unreached(&self) -> Vec<&str> {
        self.wanted.iter().map(String::as_str).filter(|goal| !self.reached.contains(*goal)).collect()
    }

    /// Did everything hold?
    pub fn held(&self) -> bool {
        self.failing_seeds == 0 && self.unreached().is_empty() && self.diverged.is_empty()
    }
}

fn names(cell: Cell) -> [String; 3] {
    let kind = faults::ALL.get(cell.kind).map_or("", |kind| kind.name);
    let site = Site::all().find(|site| site.index() == cell.site).map_or_else(String::new, |site| site.to_string());
    [kind.to_owned(), site, STATE_NAMES[cell.state].to_owned()]
}

impl Failed {
    /// What it looks like, and how often and where it was seen.
    pub fn seen(&self) -> (Symptom, Sightings) {
        let (invariant, faults, cause) = self.looks.clone();
        let symptom = Symptom { invariant: invariants::position(&invariant), faults, cause };
        (symptom, Sightings { seeds: self.seeds, first: self.seed, order: (self.order - 1) as u32 })
    }
}

/// The hops on which causes strike.
fn hops_of(causes: &[String]) -> Vec<String> {
    let struck = |hop: &Hop| causes.iter().any(|cause| cause.contains(hop.name()));
    Hop::ALL.iter().filter(|hop| struck(hop)).map(|hop| hop.name().to_owned()).collect()
}

impl Found {
    /// What is known of a symptom before anybody has looked closely.
    pub fn unshrunk(symptom: &Symptom) -> Self {
        let invariant = invariants::ALL[symptom.invariant].id;
        Found {
            invariant: invariant.to_owned(),
            also_violates: Vec::new(),
            hops: hops_of(&symptom.faults),
            causes: symptom.faults.clone(),
            class: invariants::ALL[symptom.invariant].class,
            faults: Vec::new(),
            told: Vec::new(),
            smallness: Smallness::Unshrunk,
            detail: String::new(),
            at_us: 0,
            breach: false,
            remedies: Some(symptom.cause.clone()).filter(|cause| !cause.is_empty()).into_iter().collect(),
            together: false,
            counterfactuals: Vec::new(),
            repro_yaml: String::new(),
        }
    }

    /// All that the case violates, the worst first.
    pub fn violates(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.invariant).chain(&self.also_violates).map(String::as_str)
    }

    /// What was found out about a failure, and the file that shows it.
    pub fn new(failure: &Failure, repro_yaml: String) -> Self {
        let seen = failure.violation();
        let id = |invariant: usize| invariants::ALL[invariant].id.to_owned();
        let others = ids(failure.violated & !(1 << failure.invariant));
        Found {
            invariant: id(failure.invariant),
            also_violates: others.into_iter().map(str::to_owned).collect(),
            hops: hops_of(&failure.causes),
            causes: failure.causes.clone(),
            class: invariants::worst(failure.violated).map_or(Class::Violation, |worst| invariants::ALL[worst].class),
            faults: failure.case.addresses(),
            told: failure.case.told(),
            smallness: failure.smallness,
            detail: seen.map_or_else(String::new, |violation| violation.detail.clone()),
            at_us: seen.map_or(0, |violation| violation.at),
            breach: failure.case.misfortunes.iter().any(crate::campaign::case::Misfortune::is_breach),
            remedies: failure.remedies.clone(),
            together: failure.together,
            counterfactuals: failure.counterfactuals.clone(),
            repro_yaml,
        }
    }
}
