//! Variants of the scenario of a comparison: how a strategy's tree, a profile's and single settings are put over the base.
//!
//! Called by the comparison's loader and by whoever runs a variant. It must not know what is compared with what.

use super::{Compared, mechanisms};
use crate::scenario::beside::Beside;
use crate::scenario::load::{Findings, Orders, of_tree};
use crate::scenario::strategies::Strategy as Preset;
use crate::scenario::tree::{self, Node, Value};
use crate::scenario::{Diagnostic, Known, Scenario};
use std::ops::Range;

/// One scenario that is run.
#[derive(Clone, Debug)]
pub struct Variant {
    /// Its strategy.
    pub strategy: usize,
    /// Its profile.
    pub profile: usize,
    /// What it is run for.
    pub of: Of,
    /// Keys that are set: a path, where it is written, and the value.
    pub(super) settings: Vec<(String, Range<usize>, Node)>,
}

/// What a variant is run for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Of {
    /// For its strategy and profile as they are.
    Cell,
    /// For a point of a sweep: its position among the values of the first axis, and of the second.
    Point {
        /// The sweep.
        sweep: usize,
        /// The position, by axis.
        at: [usize; 2],
    },
    /// For a polling plan of the goal.
    Plan(usize),
}

/// What a strategy changes.
#[derive(Clone, Debug, Default)]
pub(super) struct Patch {
    /// This preset on both hops.
    pub preset: Option<(&'static Preset, Range<usize>)>,
    /// What covers the base.
    pub cover: Option<Node>,
    /// Mechanisms that are left out.
    pub without: Vec<&'static str>,
    /// Where that is written.
    pub span: Range<usize>,
}

/// Both hops.
pub(super) const HOPS: [&str; 2] = ["merchant-platform", "platform-bank"];

/// Keys of a hop that belong to its strategy: one given mechanism by mechanism goes before them.
const OF_A_STRATEGY: [&str; 7] = ["polling", "reversal", "reconciliation", "retry", "refund_retry", "manual_queue", "rules"];

impl Compared {
    /// Makes the scenario of a variant.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn make(&self, variant: &Variant, known: Known, beside: &Beside) -> Result<Scenario, Vec<Diagnostic>> {
        let mut findings = Findings::default();
        let mut tree = self.base.clone();
        self.strategies[variant.strategy].patch.apply(&mut tree);
        let before = tree.get("faults").map_or(0, |faults| faults.items().len());
        self.profiles[variant.profile].apply(&mut tree);
        for (path, span, value) in &variant.settings {
            if let Err(sentence) = tree.set(&in_profile(path, before), span, value) {
                findings.wrong(span, format!("`{path}` leads nowhere: {sentence}"), "");
            }
        }
        tree.renumber(&mut 0);
        let scenario = of_tree(&self.path, &mut tree, Orders::default(), known, beside, &mut findings);
        let diagnostics = findings.in_text(&self.path.display().to_string(), &self.text);
        match scenario {
            Some(scenario) if diagnostics.is_empty() => {
                Ok(Scenario { name: self.name.clone(), goals: Vec::new(), ..scenario })
            }
            _ => Err(diagnostics),
        }
    }
}

/// `profile.faults.0` is the first fault of the profile, which stand behind those of the scenario.
fn in_profile(path: &str, before: usize) -> String {
    let Some(path) = path.strip_prefix("profile.") else { return path.to_owned() };
    match path.strip_prefix("faults.").and_then(|rest| rest.split_once('.')) {
        Some((at, rest)) => match at.parse::<usize>() {
            Ok(at) => format!("faults.{}.{rest}", before + at),
            Err(_) => path.to_owned(),
        },
        None => path.to_owned(),
    }
}

impl Patch {
    fn apply(&self, tree: &mut Node) {
        for hop in HOPS {
            let own = self.cover.as_ref().and_then(|cover| cover.get("hops")?.get(hop)?.get("strategy"));
            if let Some((preset, span)) = self.preset.as_ref().filter(|_| own.is_none()) {
                let here = tree.open("hops", span).open(hop, span);
                for setting in preset.settings {
                    here.take(setting.key.split('.').next().unwrap_or_default());
                }
                here.take("rules");
                *here.open("strategy", span) = Node::scalar(preset.name, span);
            }
            if let Some(own) = own {
                let here = tree.open("hops", &own.span).open(hop, &own.span);
                OF_A_STRATEGY.iter().for_each(|key| drop(here.take(key)));
                own.entries().iter().filter_map(|(key, _)| key.text()).for_each(|key| drop(here.take(key)));
                here.take("strategy");
            }
        }
        if let Some((preset, span)) = &self.preset
            && !preset.compensation.is_empty()
        {
            for party in ["merchant", "platform"] {
                tree.open(party, span).open("internal", span).take("compensation");
            }
        }
        if let Some(cover) = &self.cover {
            tree.cover(cover);
        }
        for mechanism in mechanisms::ALL.iter().filter(|mechanism| self.without.contains(&mechanism.name)) {
            // The registry's own text, which a test reads.
            if let Ok(mut off) = tree::parse(mechanism.off) {
                off.stand_for(&self.span);
                tree.cover(&off);
            }
        }
    }
}

impl super::Profile {
    fn apply(&self, tree: &mut Node) {
        let mut weather = self.weather.clone();
        let faults = weather.take("faults");
        weather.take("about");
        if matches!(&weather.value, Value::Map(entries) if !entries.is_empty()) {
            tree.cover(&weather);
        }
        if let Some(faults) = faults {
            tree.open("faults", &faults.span).extend_list(faults.items());
        }
    }
}
