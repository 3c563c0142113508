//! Clusters: failures that have one cause are one entry, however many seeds show it and whatever else went wrong in them.
//!
//! Made from all failures of a campaign when they are shown, so that it does not matter in which order or on which machine
//! they were found. It must not know how they are shown.

use crate::campaign::record::{Counted, Failed};
use crate::campaign::shrink::Smallness;
use crate::invariants;
use crate::kernel::Digest;
use std::collections::BTreeSet;

/// Failures with one cause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cluster {
    /// Its name: the invariant, and a fingerprint of the cause.
    pub name: String,
    /// The one that stands for all: the smallest, of these the one seen first.
    pub failed: Failed,
    /// Every invariant that its failures violate, sorted.
    pub invariants: BTreeSet<String>,
    /// In how many seeds its failures were seen.
    pub seeds: u64,
    /// How many kinds of smallest case it has.
    pub looks: usize,
}

/// The clusters of a campaign, those about money first, the most frequent first.
///
/// Two failures have one cause if the same rules prevent both; or, where no rule is known to, if they violate the same
/// invariant and the faults of one are among those of the other: then the other has only come to the same end by a longer
/// way.
pub fn clusters(counted: &Counted) -> Vec<Cluster> {
    let mut failures: Vec<&Failed> = counted.failures.iter().collect();
    // Of two as small, the one stands for both that takes a fault and not only an unusual time.
    let times = |failed: &Failed| failed.found.told.len() - failed.found.faults.len();
    let size = |failed: &Failed| (failed.found.causes.len(), failed.found.told.len(), times(failed));
    failures.sort_by_key(|failed| (is_unshrunk(failed), size(failed), failed.seed, &failed.looks));
    let mut clusters: Vec<Cluster> = Vec::new();
    for failed in failures {
        match clusters.iter_mut().find(|cluster| has_cause_of(failed, &cluster.failed)) {
            Some(cluster) => {
                cluster.invariants.insert(failed.looks.0.clone());
                cluster.seeds += failed.seeds;
                cluster.looks += 1;
            }
            None => clusters.push(Cluster {
                name: name(failed),
                failed: failed.clone(),
                invariants: [failed.looks.0.clone()].into(),
                seeds: failed.seeds,
                looks: 1,
            }),
        }
    }
    let rank = |cluster: &Cluster| invariants::ALL.iter().position(|info| info.id == cluster.failed.looks.0);
    clusters.sort_by(|a, b| (rank(a), b.seeds, a.failed.seed, &a.name).cmp(&(rank(b), a.seeds, b.failed.seed, &b.name)));
    clusters
}

/// Does `failed` have the cause of `smaller`?
fn has_cause_of(failed: &Failed, smaller: &Failed) -> bool {
    match (&failed.found.prevented_by, &smaller.found.prevented_by) {
        (Some(rules), Some(others)) => rules == others,
        (Some(_), None) => false,
        // No rule is known to prevent what nobody has looked at.
        (None, Some(_)) if !is_unshrunk(failed) => false,
        (None, _) => {
            let all = smaller.found.causes.iter().all(|cause| failed.found.causes.contains(cause));
            all && failed.looks.0 == smaller.looks.0
        }
    }
}

fn is_unshrunk(failed: &Failed) -> bool {
    failed.found.smallness == Smallness::Unshrunk
}

fn name(failed: &Failed) -> String {
    let cause = failed.found.prevented_by.clone().unwrap_or_else(|| failed.found.causes.join("; "));
    let mut digest = Digest::default();
    cause.bytes().for_each(|byte| digest.fold([u64::from(byte), 1]));
    format!("{}-{:08x}", failed.looks.0.replace(['.', '_'], "-"), digest.value() >> 32)
}
