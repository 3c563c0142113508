//! `json` of a campaign: the contract of `fuzz` and `merge` for programs. The same for one thread and many, for one run and
//! for shards joined, but for what stands under `timing`.
//!
//! Called by the command line, for `--format json` and for `schema --of result`.

use crate::campaign::cluster::{Cluster, clusters};
use crate::campaign::kind::FailureKind;
use crate::campaign::record::{Counted, Identity, Played, Seeds};
use crate::campaign::shell::quoted;
use crate::campaign::shrink::Smallness;
use crate::campaign::tally::Manual;
use crate::invariants::Class;
use crate::report::json::{Judgement, Reached, RunResult};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// The result of one scenario's campaign.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct FuzzResult {
    /// The scenario's name.
    pub scenario: String,
    /// Its file, as it was given.
    pub file: String,
    /// What tells it from other campaigns over scenarios of this name that were merged with it, if there are any.
    pub apart: Option<String>,
    /// `pass` or `fail`; `fail` also where something is missing.
    pub verdict: Judgement,
    /// Why it failed: sentences.
    pub reasons: Vec<String>,
    /// The seeds that were run, `to` not included: without a gap, but for what is missing between.
    pub seeds: Seeds,
    /// Are these all the seeds of the campaign? A time limit leaves some out, and a shard those of the others: nothing is
    /// missing then.
    pub complete: bool,
    /// What is missing: sentences; shards that are not there, seeds that were not run because of an interrupt or of a file
    /// that could not be written, and smallest cases for which there was no time.
    pub missing: Vec<String>,
    /// Seeds run.
    pub runs: u64,
    /// Orders in them.
    pub orders: u64,
    /// Events in them.
    pub events: u64,
    /// Seeds under which an invariant was violated.
    pub failing_seeds: u64,
    /// What ended with a case before a person.
    pub manual: Manual,
    /// Where none failed, and some fault struck: at 95 % confidence fewer seeds than this share fail, under the same
    /// swarm (3 / N for N seeds; for N draws of the values left open, where there are any: sixteen seeds in a row share one).
    pub rate_below: Option<f64>,
    /// Where none failed because nothing went wrong: why that shows nothing, in a sentence.
    pub shows_nothing: Option<String>,
    /// Cases found before, which are run first.
    pub corpus: Vec<CorpusResult>,
    /// Kinds of failure, each with its smallest case.
    pub failures: Vec<FailureResult>,
    /// The scenario's goals: reached under at least one seed?
    pub goals: Vec<Reached>,
    /// What each seed drew from.
    pub swarm: SwarmResult,
    /// How often faults struck: by kind, by site, by the state of the asking party's order.
    pub coverage: BTreeMap<String, BTreeMap<String, BTreeMap<String, u64>>>,
    /// Fingerprint of all facts of all seeds.
    pub digest: String,
    /// Seeds that were run twice, in two ways, to compare their digests.
    pub replayed: u64,
    /// Those of them whose digests differed: a bug of paychaos.
    pub diverged: Vec<u64>,
    /// Wall-clock figures: the only part that varies from run to run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timing: Option<CampaignTiming>,
}

/// What `ci` comes to.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CiResult {
    /// Did all scenarios, cases and campaigns pass, and is nothing missing?
    pub verdict: Judgement,
    /// What was not run: sentences.
    pub missing: Vec<String>,
    /// The scenarios, each run once.
    pub runs: Vec<RunResult>,
    /// Cases found before whose scenarios have no campaign.
    pub corpus: Vec<CorpusResult>,
    /// The campaigns.
    pub campaigns: Vec<FuzzResult>,
}

/// A case found before, played by the parties as they are now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct CorpusResult {
    /// Its file.
    pub file: String,
    /// `pass` or `fail`.
    pub verdict: Judgement,
    /// In which way it failed.
    pub kind: Option<FailureKind>,
    /// Why it failed: sentences.
    pub reasons: Vec<String>,
    /// Addresses of its script that were not reached: where there are some, that it passes says less.
    pub unreached: Vec<String>,
}

impl From<&Played> for CorpusResult {
    fn from(played: &Played) -> Self {
        let Played { file, kind, reasons, unreached, .. } = played.clone();
        let verdict = if kind.is_none() { Judgement::Pass } else { Judgement::Fail };
        CorpusResult { file, verdict, kind, reasons, unreached }
    }
}

/// What each seed drew from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SwarmResult {
    /// Kinds of fault: under each seed a random half of them.
    pub kinds: Vec<String>,
    /// Were they listed by the scenario? Else it is every kind, wherever it can strike.
    pub listed: bool,
    /// Does the scenario leave values open? They are drawn anew for every sixteen seeds.
    pub open: bool,
    /// Did the downstream break its word?
    pub breaches: bool,
}

/// A kind of failure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FailureResult {
    /// Its name: the cause, and a fingerprint of it. It is the same whichever seeds show it.
    pub cluster: String,
    /// The worst invariant that failures with this cause violate.
    pub invariant: String,
    /// Others that the smallest case violates.
    pub also_violates: Vec<String>,
    /// Others that other failures with this cause violate.
    pub others_violate: Vec<String>,
    /// Was something violated, or did an order only not come to an end in time?
    pub class: Class,
    /// In how many seeds it was seen.
    pub seeds: u64,
    /// How many kinds of smallest case they have; here is the smallest of those that violate this invariant.
    pub looks: usize,
    /// The first seed that shows this one.
    pub seed: u64,
    /// The order in it, from 1.
    pub order: u64,
    /// The smallest case's misfortunes, by address.
    pub faults: Vec<String>,
    /// The same in words, then whatever takes a time of its own.
    pub told: Vec<String>,
    /// What they come to, at which sites, whatever they are called.
    pub causes: Vec<String>,
    /// How small the case is known to be.
    pub smallness: Smallness,
    /// What was seen.
    pub detail: String,
    /// When it was first seen in the smallest case.
    pub at_us: u64,
    /// Did the downstream break its word?
    pub breach: bool,
    /// What would have prevented it, in words: safety rules, or else parameters as the hardened strategy has them.
    pub prevented_by: Option<String>,
    /// What would have been enough for it to pass, or to violate something else.
    pub counterfactuals: Vec<String>,
    /// The command that shows the failure again.
    pub reproduce: String,
    /// The file of the smallest case, where `--repro-dir` was given.
    pub repro: Option<String>,
    /// Its contents.
    pub repro_yaml: String,
}

/// How long a campaign took on the clock of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct CampaignTiming {
    /// Seconds.
    pub wall_s: f64,
    /// Seeds a second.
    pub runs_per_s: f64,
    /// Events a second.
    pub events_per_s: f64,
}

impl CampaignTiming {
    /// So many seeds and events in so many seconds.
    pub fn new(runs: u64, events: u64, wall_s: f64) -> Self {
        let rate = |count: u64| count as f64 / wall_s.max(1e-9);
        CampaignTiming { wall_s, runs_per_s: rate(runs), events_per_s: rate(events) }
    }
}

impl FuzzResult {
    /// The result of a campaign, of which the seeds `done` were run. `repro` says where the file of a cluster is.
    pub fn new(identity: &Identity, done: Seeds, counted: &Counted, repro: impl Fn(&Cluster) -> Option<String>) -> Self {
        let clusters = clusters(counted);
        let goal = |name: &String| Reached { name: name.clone(), reached: counted.reached.contains(name) };
        let mut result = FuzzResult {
            scenario: identity.scenario.clone(),
            file: identity.file.clone(),
            apart: None,
            verdict: Judgement::Pass,
            reasons: reasons(counted, &clusters),
            seeds: done,
            complete: done == identity.seeds,
            missing: Vec::new(),
            runs: counted.runs,
            orders: counted.orders,
            events: counted.events,
            failing_seeds: counted.failing_seeds,
            manual: counted.manual,
            rate_below: rate_below(counted),
            shows_nothing: shows_nothing(counted),
            corpus: Vec::new(),
            failures: clusters.into_iter().map(|cluster| failure(identity, repro(&cluster), cluster)).collect(),
            // Where nothing was run, nothing is known of them.
            goals: counted.wanted.iter().filter(|_| counted.runs > 0).map(goal).collect(),
            swarm: SwarmResult {
                kinds: counted.kinds.clone(),
                listed: counted.listed,
                open: counted.open,
                breaches: identity.breaches,
            },
            coverage: counted.coverage.clone(),
            digest: format!("{:016x}", counted.digest),
            replayed: counted.replayed,
            diverged: counted.diverged.iter().copied().collect(),
            timing: None,
        };
        let unshrunk = counted.unshrunk().count();
        let all = counted.failures.len();
        let sentence = format!("{unshrunk} of {all} kinds of case were not shrunk: there was no time left");
        result.add_missing((unshrunk > 0).then_some(sentence));
        result.judge();
        result
    }

    /// What people call it.
    pub fn title(&self) -> String {
        match &self.apart {
            None => self.scenario.clone(),
            Some(apart) => format!("{} ({apart})", self.scenario),
        }
    }

    /// Adds the cases that were run before the campaign: one that fails fails it.
    pub fn add_corpus<'a>(&mut self, played: impl IntoIterator<Item = &'a Played>) {
        let played = played.into_iter().map(CorpusResult::from);
        let before = self.corpus.len();
        self.corpus.extend(played);
        let failed = self.corpus[before..].iter().filter(|case| case.verdict == Judgement::Fail);
        self.reasons.extend(failed.map(|case| format!("a case found before fails: {}", case.file)));
        self.judge();
    }

    /// Says what is missing: then it has not passed.
    pub fn add_missing(&mut self, missing: impl IntoIterator<Item = String>) {
        for sentence in missing {
            self.reasons.push(format!("{}: {sentence}", FailureKind::NotComplete.name()));
            self.missing.push(sentence);
            self.complete = false;
        }
        self.judge();
    }

    fn judge(&mut self) {
        self.verdict = if self.reasons.is_empty() { Judgement::Pass } else { Judgement::Fail };
    }
}

/// What a campaign without failures shows.
fn rate_below(counted: &Counted) -> Option<f64> {
    let shows = counted.failing_seeds == 0 && counted.trials() > 3 && shows_nothing(counted).is_none();
    shows.then(|| 3.0 / counted.trials() as f64)
}

/// Why a campaign without failures shows nothing: nothing went wrong in it.
fn shows_nothing(counted: &Counted) -> Option<String> {
    let why = match (counted.kinds.is_empty(), counted.coverage.is_empty()) {
        _ if counted.runs == 0 || counted.failing_seeds > 0 => return None,
        (true, _) => {
            "no fault can strike, so this shows nothing: all that the scenario lists break the downstream's word, which takes \
             `--breaches`"
        }
        (false, true) if counted.listed => {
            "no fault struck under any seed, so this shows nothing: nothing comes by where and when those strike that the \
             scenario lists"
        }
        (false, true) => "no fault struck under any seed, so this shows nothing: try more seeds",
        (false, false) => return None,
    };
    Some(why.to_owned())
}

/// Why a campaign failed.
fn reasons(counted: &Counted, clusters: &[Cluster]) -> Vec<String> {
    let mut reasons = Vec::new();
    for class in [Class::Violation, Class::NotConverged] {
        let kinds = clusters.iter().filter(|cluster| cluster.failed.found.class == class).count();
        if kinds > 0 {
            reasons.push(format!(
                "{}: {}",
                class.name(),
                if kinds == 1 { "one kind of failure".to_owned() } else { format!("{kinds} kinds of failure") }
            ));
        }
    }
    let unreached = if counted.runs > 0 { counted.unreached() } else { Vec::new() };
    reasons.extend(unreached.iter().map(|goal| format!("{}: {goal}", FailureKind::GoalNotReached.name())));
    if !counted.diverged.is_empty() {
        let seeds: Vec<String> = counted.diverged.iter().map(u64::to_string).collect();
        reasons.push(format!("nondeterminism: a second run of seed {} differed", seeds.join(", ")));
    }
    reasons
}

fn failure(identity: &Identity, repro: Option<String>, cluster: Cluster) -> FailureResult {
    let prevented_by = cluster.prevented_by();
    let Cluster { name, failed, others_violate, seeds, looks, .. } = cluster;
    let found = failed.found;
    FailureResult {
        reproduce: reproduce(identity, failed.seed),
        repro,
        cluster: name,
        invariant: found.invariant,
        also_violates: found.also_violates,
        others_violate: others_violate.into_iter().collect(),
        class: found.class,
        seeds,
        looks,
        seed: failed.seed,
        order: failed.order,
        faults: found.faults,
        told: found.told,
        causes: found.causes,
        smallness: found.smallness,
        detail: found.detail,
        at_us: found.at_us,
        breach: found.breach,
        prevented_by,
        counterfactuals: found.counterfactuals,
        repro_yaml: found.repro_yaml,
    }
}

impl FailureResult {
    /// The command that plays its smallest case, or, where that is in no file, shows the failure again.
    pub fn again(&self) -> String {
        self.repro.as_ref().map_or_else(|| self.reproduce.clone(), |file| play(file))
    }

    /// What was seen: in the smallest case, or, where nobody has looked for one, which faults it shows.
    pub fn seen(&self) -> String {
        if self.smallness == Smallness::Unshrunk { self.causes.join(", ") } else { self.detail.clone() }
    }
}

/// The command that plays a scenario file.
pub fn play(file: &str) -> String {
    format!("paychaos run {}", quoted(file))
}

/// The command that shows what a seed does.
pub fn reproduce(identity: &Identity, seed: u64) -> String {
    let breaches = if identity.breaches { " --breaches" } else { "" };
    let file = quoted(&identity.file);
    format!("paychaos fuzz {file} --seeds {seed}..{}{breaches}", seed + 1)
}
