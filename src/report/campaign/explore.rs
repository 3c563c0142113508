//! `explore`: what was covered, what it came to, and the smallest plans that fail; for people and for programs.
//!
//! Called by the command line for `explore`.

use crate::campaign::cluster::{Cluster, clusters};
use crate::campaign::explore::certificate::Certificate;
use crate::campaign::explore::ends::Ends;
use crate::campaign::explore::search::{failing, plans};
use crate::campaign::explore::{Depth, Explored};
use crate::campaign::record::{Counted, Found};
use crate::report::campaign::json::play;
use crate::report::campaign::text::{body, others, smallness};
use crate::report::json::Judgement;
use crate::report::paint::{Page, Tone, count_of, grouped, left, paragraph, right};
use crate::run::position::recoveries;
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::{self, Write};

/// Counterexamples that are told in full.
const IN_FULL: usize = 5;

/// Faults in the heat map.
const IN_HEAT: usize = 24;

/// The result of one exploration.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ExploreResult {
    /// The scenario's name.
    pub scenario: String,
    /// Its file.
    pub file: String,
    /// `pass`: complete, and under no plan an invariant is violated.
    pub verdict: Judgement,
    /// Why it failed: sentences.
    pub reasons: Vec<String>,
    /// Misfortunes in a plan, at most.
    pub faults: u8,
    /// Sites at which something may strike.
    pub sites: u64,
    /// Plans covered.
    pub plans: u64,
    /// Plans played to their end.
    pub executed: u64,
    /// States that differ in something that can matter.
    pub distinct_states: u64,
    /// Was nothing cut?
    pub complete: bool,
    /// What was left, if something was cut.
    pub left: Option<String>,
    /// Plans that end with a case before a person.
    pub manual: u64,
    /// Plans under which something is violated.
    pub violating: u64,
    /// By number of misfortunes.
    pub depths: Vec<DepthResult>,
    /// Plans by what recovered an order in them, `hop.mechanism`; one plan may count for several.
    pub recovered_by: BTreeMap<String, u64>,
    /// Kinds of failing plans, the smallest first.
    pub counterexamples: Vec<CounterexampleResult>,
    /// Kinds of failing plans that were found and not looked at closely.
    pub untold: u64,
    /// There are failing plans that were not listed, in `counterexamples` or in `heat`: all are counted in `violating`.
    pub unlisted: bool,
    /// For every kind of fault at its site: in how many failing plans of one, two, three... misfortunes it takes part.
    /// A plan that contains a smaller one that fails is not counted.
    pub heat: BTreeMap<String, Vec<u64>>,
    /// SHA-256 of the certificate.
    pub certificate: String,
    /// What was covered, under which assumptions.
    pub covers: Certificate,
    /// Figures of this machine: the only part that varies from run to run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timing: Option<ExploreTiming>,
}

/// All plans of at most so many misfortunes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DepthResult {
    /// So many.
    pub faults: u8,
    /// Plans covered.
    pub plans: u64,
    /// Plans under which something is violated.
    pub violating: u64,
    /// States, those of smaller plans included.
    pub distinct_states: u64,
}

/// A kind of failing plan.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct CounterexampleResult {
    /// Its name: the cause, and a fingerprint of it.
    pub cluster: String,
    /// Invariants that other failures with this cause violate, and the smallest case does not.
    pub others_violate: Vec<String>,
    /// How many plans show it; those that contain a smaller one are not counted.
    pub plans: u64,
    /// How many kinds of smallest case they have; here is the smallest.
    pub looks: usize,
    /// What would have prevented it, in words.
    pub prevented_by: Option<String>,
    /// What was found out about it.
    #[serde(flatten)]
    pub found: Found,
    /// The file of the case, where `--repro-dir` was given.
    pub repro: Option<String>,
}

/// How long it took on the clock of the machine, and how much of its memory.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ExploreTiming {
    /// Seconds.
    pub wall_s: f64,
    /// States generated a second.
    pub states_per_s: f64,
    /// Plans covered a second.
    pub plans_per_s: f64,
    /// Bytes that a state takes: threads that meet may make a table grow early.
    pub bytes_per_state: u64,
}

impl ExploreResult {
    /// The result of an exploration. `counted` holds its counterexamples; `repro` says where the file of a cluster is;
    /// `why_stopped` is there if it was.
    pub fn new(
        (scenario, file): (&str, &str),
        explored: &Explored,
        counted: &Counted,
        why_stopped: Option<&str>,
        repro: impl Fn(&str) -> Option<String>,
    ) -> Self {
        let covers = explored.certificate.clone();
        let mut counterexamples: Vec<CounterexampleResult> =
            clusters(counted).into_iter().map(|cluster| counterexample(cluster, &repro)).collect();
        counterexamples.sort_by_key(|found| found.found.faults.len());
        let left = left_over(explored, why_stopped);
        let mut reasons: Vec<String> = left.iter().map(|left| format!("not complete: {left}")).collect();
        if covers.violating > 0 {
            reasons.push(format!("{} of {} fail", grouped(covers.violating), count_of(covers.plans, "plan")));
        }
        let last = explored.depths.last();
        ExploreResult {
            scenario: scenario.to_owned(),
            file: file.to_owned(),
            verdict: if reasons.is_empty() { Judgement::Pass } else { Judgement::Fail },
            reasons,
            faults: covers.faults,
            sites: covers.sites.len() as u64,
            plans: covers.plans,
            executed: covers.executed,
            distinct_states: covers.distinct_states,
            complete: covers.complete,
            left,
            manual: covers.manual,
            violating: covers.violating,
            depths: explored.depths.iter().map(depth).collect(),
            recovered_by: last.map_or_else(BTreeMap::new, |depth| recovered_by(&depth.ends)),
            counterexamples,
            untold: explored.untold as u64,
            unlisted: explored.unlisted,
            heat: explored.heat.clone(),
            certificate: covers.fingerprint(),
            covers,
            timing: None,
        }
    }
}

fn depth(depth: &Depth) -> DepthResult {
    DepthResult {
        faults: depth.faults,
        plans: plans(&depth.ends),
        violating: failing(&depth.ends),
        distinct_states: depth.states as u64,
    }
}

fn counterexample(cluster: Cluster, repro: &impl Fn(&str) -> Option<String>) -> CounterexampleResult {
    let prevented_by = cluster.prevented_by();
    let Cluster { name, failed, others_violate, seeds, looks, .. } = cluster;
    CounterexampleResult {
        repro: repro(&name),
        cluster: name,
        others_violate: others_violate.into_iter().collect(),
        plans: seeds,
        looks,
        prevented_by,
        found: failed.found,
    }
}

fn left_over(explored: &Explored, why_stopped: Option<&str>) -> Option<String> {
    explored.stopped_at?;
    let next = explored.depths.len();
    let why = why_stopped.unwrap_or("it was stopped");
    Some(format!("plans of {next} and more misfortunes are left: {why}"))
}

fn recovered_by(ends: &Ends) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for (place, (hop, cause)) in recoveries().enumerate() {
        let count: u64 = ends.iter().filter(|(ending, _)| ending.recovered >> place & 1 != 0).map(|(_, plans)| plans).sum();
        if count > 0 {
            counts.insert(crate::report::json::mechanism((hop, cause)), count);
        }
    }
    counts
}

/// Writes the result.
///
/// # Errors
/// Those of `out`.
pub fn write(out: &mut dyn Write, result: &ExploreResult, page: Page) -> fmt::Result {
    for (i, found) in result.counterexamples.iter().enumerate() {
        if i < IN_FULL { in_full(out, i + 1, found, page)? } else { in_a_line(out, i + 1, found, page)? }
    }
    if result.untold > 0 {
        let more = format!("kinds of failing plans that were not looked at closely: {}", grouped(result.untold));
        paragraph(out, page, "", &more, Tone::Dim)?;
    }
    if result.unlisted {
        paragraph(out, page, "", "there are more failing plans than are listed here; all are counted", Tone::Dim)?;
    }
    heat(out, result)?;
    depths(out, result)?;
    mechanisms(out, result, page)?;
    certificate(out, result, page)?;
    verdict(out, result, page)
}

fn in_full(out: &mut dyn Write, number: usize, result: &CounterexampleResult, page: Page) -> fmt::Result {
    let found = &result.found;
    let head = format!("{number} ✗ {}", found.invariant);
    writeln!(out, "{}  {}, in {}", Tone::Fault.paint(&head), found.class.name(), count_of(result.plans, "plan"))?;
    let told = found.told.split_at(found.faults.len());
    body(out, page, (&found.detail, &found.also_violates, told), (&found.counterfactuals, &result.prevented_by))?;
    let small = smallness(found.smallness, (found.faults.len(), found.told.len()));
    let others = others(result.looks, &result.others_violate, "plans");
    paragraph(out, page, "  ", &(small + &others), Tone::Dim)?;
    match &result.repro {
        Some(file) => writeln!(out, "  {}\n", Tone::Bold.paint(&play(file))),
        None => writeln!(out),
    }
}

fn in_a_line(out: &mut dyn Write, number: usize, result: &CounterexampleResult, page: Page) -> fmt::Result {
    let text =
        format!("{}, in {}: {}", result.found.invariant, count_of(result.plans, "plan"), result.found.told.join("; "));
    paragraph(out, page, &format!("{number} ✗ "), &text, Tone::Fault)
}

/// Which faults a strategy cannot survive, alone, in pairs, in threes.
fn heat(out: &mut dyn Write, result: &ExploreResult) -> fmt::Result {
    if result.heat.is_empty() {
        return Ok(());
    }
    let names = ["alone", "in pairs", "in threes", "in fours", "in fives"];
    let depths = result.heat.values().next().map_or(0, Vec::len).min(names.len());
    let mut head = left("failing plans with", 50);
    names[..depths].iter().for_each(|name| head.push_str(&right(name, 10)));
    writeln!(out, "\n{}", Tone::Dim.paint(head.trim_end()))?;
    let mut lines: Vec<(&String, &Vec<u64>)> = result.heat.iter().collect();
    let weight = |counts: &Vec<u64>| counts.iter().map(|count| std::cmp::Reverse(*count)).collect::<Vec<_>>();
    lines.sort_by_key(|(fault, counts)| (weight(counts), *fault));
    for (fault, counts) in lines.iter().take(IN_HEAT) {
        let mut line = left(fault, 50);
        for count in counts.iter().take(depths) {
            let (shade, text) = if *count == 0 { (' ', "·".to_owned()) } else { (shade(*count), grouped(*count)) };
            line.push_str(&right(&format!("{text} {shade}"), 10));
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    if lines.len() > IN_HEAT {
        writeln!(out, "{}", Tone::Dim.paint(&format!("and {} more", lines.len() - IN_HEAT)))?;
    }
    Ok(())
}

fn shade(count: u64) -> char {
    match count {
        0 => '·',
        1..10 => '░',
        10..100 => '▒',
        100..1000 => '▓',
        1000.. => '█',
    }
}

fn depths(out: &mut dyn Write, result: &ExploreResult) -> fmt::Result {
    let head = format!("{}{}{}{}", left("misfortunes", 13), right("plans", 20), right("failing", 16), right("states", 16));
    writeln!(out, "\n{}", Tone::Dim.paint(&head))?;
    for depth in &result.depths {
        let name = if depth.faults == 0 { "none".to_owned() } else { format!("at most {}", depth.faults) };
        let [plans, violating, states] = [depth.plans, depth.violating, depth.distinct_states].map(grouped);
        let tone = if depth.violating == 0 { Tone::Plain } else { Tone::Fault };
        let line = format!("{}{}{}{}", left(&name, 13), right(&plans, 20), right(&violating, 16), right(&states, 16));
        writeln!(out, "{}", tone.paint(&line))?;
    }
    Ok(())
}

fn mechanisms(out: &mut dyn Write, result: &ExploreResult, page: Page) -> fmt::Result {
    let mut by: Vec<(&String, &u64)> = result.recovered_by.iter().collect();
    by.sort_by_key(|(name, plans)| (std::cmp::Reverse(**plans), *name));
    if by.is_empty() {
        return Ok(());
    }
    let told: Vec<String> = by.into_iter().map(|(name, plans)| format!("{name} {}", grouped(*plans))).collect();
    writeln!(out)?;
    paragraph(out, page, "plans saved by  ", &told.join(", "), Tone::Repair)
}

fn certificate(out: &mut dyn Write, result: &ExploreResult, page: Page) -> fmt::Result {
    let covers = &result.covers;
    writeln!(out)?;
    paragraph(out, page, "certificate  ", &result.certificate, Tone::Bold)?;
    let digest = covers.scenario_digest.get(..16).unwrap_or_default();
    let breaches = match covers.breaches.as_slice() {
        [] => "none: the downstream keeps its word".to_owned(),
        some => some.join(", "),
    };
    let kinds = format!("{} kinds of fault in contract, at {}", covers.in_contract.len(), count_of(result.sites, "site"));
    let mut lines = vec![
        ("scenario", format!("{digest}, model version {}", covers.model_version)),
        ("covered", kinds),
        ("breaches", breaches),
        ("storm", format!("nothing strikes after {}", crate::kernel::format_instant(covers.storm_end_us))),
    ];
    let time = crate::kernel::format_duration;
    for (hop, link) in &covers.links {
        let late = match link.late_max_us {
            0 => "nothing is late".to_owned(),
            most => format!("or late by up to {}, at every place among the other events", time(most)),
        };
        lines.push((*hop, format!("{} a message, {} a decision; {late}", time(link.latency_us), time(link.processing_us))));
    }
    if !covers.durations_us.is_empty() {
        let each = |(kind, all): (&&str, &Vec<u64>)| {
            format!("{kind} {}", all.iter().map(|us| time(*us)).collect::<Vec<_>>().join(" or "))
        };
        lines.push(("durations", covers.durations_us.iter().map(each).collect::<Vec<_>>().join(", ")));
    }
    lines.push(("work", format!("{} played to their end", count_of(result.executed, "plan"))));
    lines.push(("manual", format!("{} end with a case before a person", count_of(result.manual, "plan"))));
    lines.push(("complete", if covers.complete { "yes: nothing was cut".to_owned() } else { "no".to_owned() }));
    for (name, text) in lines {
        paragraph(out, page, &left(&format!("  {name}"), 21), &text, Tone::Plain)?;
    }
    Ok(())
}

fn verdict(out: &mut dyn Write, result: &ExploreResult, page: Page) -> fmt::Result {
    let (tone, word) = match result.verdict {
        Judgement::Pass => (Tone::Repair, "PASS"),
        Judgement::Fail => (Tone::Fault, "FAIL"),
    };
    let covered = match result.covers.covered {
        Some(0) => "the plan without any misfortune".to_owned(),
        Some(faults) => {
            format!("{} of at most {}", count_of(result.plans, "plan"), count_of(u64::from(faults), "misfortune"))
        }
        None => "nothing".to_owned(),
    };
    let orders = count_of(u64::from(result.covers.orders), "order");
    let text = match result.violating {
        0 if result.covers.covered.is_none() => format!("{}, {orders}: {covered} was covered", result.scenario),
        0 => format!("{}, {orders}: {covered}, and no invariant is ever violated", result.scenario),
        violating => format!("{}, {orders}: {covered}; {} fail", result.scenario, grouped(violating)),
    };
    writeln!(out)?;
    paragraph(out, page, &format!("{word}  "), &text, tone)?;
    if let Some(left) = &result.left {
        paragraph(out, page, "      ", left, Tone::Warning)?;
    }
    if let Some(timing) = result.timing {
        let [states, plans] = [timing.states_per_s, timing.plans_per_s].map(|rate| grouped(rate as u64));
        let (wall_s, bytes) = (timing.wall_s, timing.bytes_per_state);
        let text =
            format!("{wall_s:.1} s, {states} states generated and {plans} plans covered a second, {bytes} bytes a state");
        paragraph(out, page, "      ", &text, Tone::Dim)?;
    }
    Ok(())
}
