//! Running campaigns from the command line: files in, threads, clock and interrupts, checkpoints, files out. Called by
//! `fuzz` and `ci`; what a file is to a campaign, and the number of threads, also by the other commands.

use crate::campaign::failure::{self, Failure};
use crate::campaign::fuzz;
use crate::campaign::record::{Counted, Failed, Found, Identity, Seeds};
use crate::campaign::repro;
use crate::campaign::shard::{self, Part, Shard};
use crate::campaign::subject::{Shapes, Subject};
use crate::campaign::tally::{Sightings, Symptom, Tally};
use crate::cli::corpus::{self, Corpus};
use crate::cli::load::{Named, ScenarioFile};
use crate::cli::terminal::{self, Progress};
use crate::cli::trouble::Trouble;
use crate::cli::verdicts::Verdicts;
use crate::cli::{files, load, parts};
use crate::payments::model::Model;
use crate::report::campaign::FuzzResult;
use crate::report::campaign::json::{self, CampaignTiming};
use crate::scenario::{self, Overrides};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What is to be done.
pub(crate) struct Plan {
    /// All seeds of the campaign.
    pub seeds: Seeds,
    /// The part of them to be run here.
    pub shard: Shard,
    /// Threads.
    pub jobs: usize,
    /// Do downstreams break their word?
    pub breaches: bool,
    /// No seed is begun after this.
    pub until: Option<Instant>,
    /// Where the parts are written.
    pub out: Option<PathBuf>,
    /// How often they are written.
    pub checkpoint: Duration,
    /// Where the smallest cases are written.
    pub repro_dir: Option<PathBuf>,
}

/// A scenario and where it came from.
pub(crate) struct Source {
    path: PathBuf,
    bytes: Vec<u8>,
    named: Arc<Named>,
    pub subject: Subject,
}

impl Source {
    pub(crate) fn new(file: ScenarioFile, breaches: bool) -> Self {
        let ScenarioFile { path, bytes, scenario, named } = file;
        let named = Arc::new(named);
        let shapes = scenario::is_open(&bytes).then(|| -> Shapes {
            let (path, bytes, named) = (path.clone(), bytes.clone(), Arc::clone(&named));
            Arc::new(move |draw| load::shape(&path, &bytes, &named, draw).ok())
        });
        Source { path, bytes, named, subject: Subject::new(scenario, breaches, shapes) }
    }

    /// The parties that it has for a case found in it.
    fn parties(&self, case: &[u8]) -> Model {
        load::parties((&self.path, &self.bytes), &self.subject.scenario, case)
    }

    /// Its campaign, of which nothing has been run yet.
    fn part(&self, place: u32, plan: &Plan) -> Part {
        let resolved = format!("{:?}", self.subject.scenario);
        let read = [self.bytes.as_slice(), resolved.as_bytes()].into_iter();
        let read: Vec<&[u8]> = read.chain(self.named.values().map(Vec::as_slice)).collect();
        let identity = Identity {
            place,
            scenario: self.subject.scenario.name.clone(),
            file: self.path.display().to_string(),
            inputs: shard::inputs(&read),
            seeds: plan.seeds,
            breaches: plan.breaches,
        };
        let from = plan.shard.seeds(plan.seeds).from;
        let (done, counted) = (Seeds { from, to: from }, Counted::of(&self.subject));
        Part { identity, shard: plan.shard, done, counted, played: BTreeSet::new() }
    }
}

/// Threads: those asked for, or one for each processor.
pub(crate) fn jobs(asked: Option<u16>) -> usize {
    asked.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from)
}

/// Runs the campaigns one after the other, each after its cases found before.
///
/// # Errors
/// What is wrong with a file: nothing was run.
pub(crate) fn run(sources: &[Source], corpus: &Corpus, plan: &Plan) -> Result<Verdicts, Trouble> {
    let given: Vec<Part> = (0..).zip(sources).map(|(place, source)| source.part(place, plan)).collect();
    // All are written down before the first is run: whoever joins them knows what is missing.
    let mut parts = save(plan, &given)?;
    let mut verdicts = Verdicts::default();
    for (place, (source, given)) in sources.iter().zip(&given).enumerate() {
        let started = Instant::now();
        let left = (sources.len() - place) as u32;
        let until = plan.until.map(|until| started + until.saturating_duration_since(started) / left);
        let part = parts.iter().find(|part| part.is_of(given)).unwrap_or(given).clone();
        let before = part.counted.clone();
        let mut campaign = Campaign { source, plan, part, until, late: false, bugs: Vec::new() };
        let mut written = BTreeMap::new();
        if verdicts.cut().is_none() {
            let played = corpus.run(&source.subject.scenario.name, |case| source.parties(&case.bytes));
            campaign.part.played.extend(played.iter().cloned());
            let mut keep = |part: &Part| {
                parts.iter_mut().filter(|known| known.is_of(part)).for_each(|known| known.clone_from(part));
                parts = save(plan, &parts)?;
                Ok(())
            };
            if let Err(trouble) = campaign.run(&mut keep) {
                verdicts.not_written(trouble);
            }
            let Part { identity, counted, .. } = &campaign.part;
            match corpus::write(plan.repro_dir.as_deref(), &identity.scenario, counted, &played) {
                Ok(files) => written = files,
                Err(sentence) => verdicts.unwritten.push(sentence),
            }
        }
        let Part { identity, done, counted, .. } = &campaign.part;
        let mut result = FuzzResult::new(identity, *done, counted, |cluster| written.get(&cluster.name).cloned());
        let (runs, events) = (counted.runs - before.runs, counted.events - before.events);
        result.timing = Some(CampaignTiming::new(runs, events, started.elapsed().as_secs_f64()));
        result.add_corpus(&campaign.part.played);
        let left = campaign.left();
        if !left.is_empty() {
            let not_run = |why: &str| format!("{why}: seeds {}..{} were not run", left.start, left.end);
            match verdicts.cut() {
                Some(why) => result.add_missing([not_run(&why)]),
                None if !campaign.late => campaign.bugs.push(not_run(&format!("{} ended by itself", result.scenario))),
                // A time limit leaves a result over fewer seeds, but not over none.
                None if result.runs == 0 => result.add_missing([not_run("time limit")]),
                None => {}
            }
        }
        verdicts.bugs.append(&mut campaign.bugs);
        verdicts.results.push(result);
    }
    if let Some(out) = plan.out.as_deref().filter(|out| !files::is_kept(out)) {
        verdicts.unwritten.extend(files::write(out, shard::write(&parts)).err());
    }
    Ok(verdicts)
}

/// Writes down what is known, where it can be read again. What goes through a pipe is written once, in the end. Returns all
/// that is known then.
fn save(plan: &Plan, parts: &[Part]) -> Result<Vec<Part>, Trouble> {
    match plan.out.as_deref().filter(|out| files::is_kept(out)) {
        Some(out) => parts::add(out, plan.until, parts),
        None => shard::union(parts.iter().cloned()).map_err(Trouble::from),
    }
}

/// Of what is left of the time limit, the share that is kept for looking at what was found: one in so many...
const KEPT_SHARE: u32 = 4;

/// ...and this at most.
const MOST_KEPT: Duration = Duration::from_secs(10);

/// So long after an interrupt, what was found is still looked at.
const AFTER_INTERRUPT: Duration = Duration::from_secs(1);

/// One scenario's campaign under way.
struct Campaign<'a> {
    source: &'a Source,
    plan: &'a Plan,
    /// What was known before, then what is known now.
    part: Part,
    /// When its share of the time is over.
    until: Option<Instant>,
    /// Its seeds had to end with their share of that time.
    late: bool,
    bugs: Vec<String>,
}

impl Campaign<'_> {
    /// Its seeds that have not been run.
    fn left(&self) -> Range<u64> {
        self.part.done.to..self.part.shard.seeds(self.part.identity.seeds).to
    }

    /// Runs what is left, writing down what is known every now and then.
    fn run(&mut self, keep: &mut dyn FnMut(&Part) -> Result<(), Trouble>) -> Result<(), Trouble> {
        let before = self.part.clone();
        let seeds = self.left();
        let subject = &self.source.subject;
        let mut bar = Progress::new(&self.part.identity.scenario, seeds.end - seeds.start, "seeds");
        let (mut saved, mut trouble) = (Instant::now(), None);
        let kept = |until: Instant| (until.saturating_duration_since(saved) / KEPT_SHARE).min(MOST_KEPT);
        let enough = self.until.map(|until| until - kept(until));
        let tally = fuzz::fuzz(subject, seeds, self.plan.jobs, &mut |tally| {
            bar.set(tally.runs);
            if tally.failing > 0 {
                bar.note(&format!(", {} failing", tally.failing));
            }
            if trouble.is_none() && self.plan.out.is_some() && saved.elapsed() > self.plan.checkpoint {
                self.part = self.after(&before, tally);
                trouble = keep(&self.part).err();
                saved = Instant::now();
            }
            let until = if tally.failures.is_empty() { self.until } else { enough };
            self.late = until.is_some_and(|until| Instant::now() >= until);
            trouble.is_none() && !terminal::interrupted() && !self.late
        });
        bar.finish();
        self.part = self.after(&before, &tally);
        // The seeds are written down before anybody looks closely at what they show.
        trouble.map_or_else(|| keep(&self.part), Err)?;
        self.examine(keep)
    }

    /// What was known before, and a tally of the seeds that follow.
    fn after(&self, before: &Part, tally: &Tally) -> Part {
        let mut part = before.clone();
        part.counted.add(Counted::new(&self.source.subject, tally));
        part.done.to += tally.runs;
        part
    }

    /// Looks closely at each kind of failure that nobody has looked at, once, as long as there is time: first at what the
    /// fewest kinds of fault bring about. What is found is written down every now and then.
    fn examine(&mut self, keep: &mut dyn FnMut(&Part) -> Result<(), Trouble>) -> Result<(), Trouble> {
        let Campaign { source, plan, part, until, .. } = self;
        let mut new: Vec<(Symptom, Sightings)> = part.counted.unshrunk().map(Failed::seen).collect();
        if new.is_empty() {
            return Ok(());
        }
        new.sort_by_key(|(symptom, _)| symptom.faults.len());
        let go_on = || {
            terminal::interrupted_for().is_none_or(|since| since < AFTER_INTERRUPT)
                && until.is_none_or(|until| Instant::now() < until)
        };
        let mut bar = Progress::new(&part.identity.scenario, new.len() as u64, "kinds of failure shrunk");
        let (mut done, mut saved, mut trouble) = (0, Instant::now(), None);
        failure::examine_all(&source.subject, &new, plan.jobs, &go_on, &mut |i, failure| {
            let (symptom, sightings) = &new[i];
            let command = json::reproduce(&part.identity, sightings.first);
            let text = repro::text(&source.path, &source.bytes, &failure, &command).unwrap_or_default();
            if let Err(wrong) = read_again(&source.path, &failure, &text) {
                self.bugs.push(format!("seed {}: the exported case {wrong}\n{text}", sightings.first));
            }
            part.counted.found(symptom, Found::new(&failure, text));
            done += 1;
            bar.set(done);
            if trouble.is_none() && plan.out.is_some() && saved.elapsed() > plan.checkpoint {
                trouble = keep(part).err();
                saved = Instant::now();
            }
        });
        bar.finish();
        trouble.map_or_else(|| keep(part), Err)
    }
}

/// Does the exported case of a failure, read again, play as it did?
///
/// # Errors
/// What is wrong with it.
pub(crate) fn read_again(path: &Path, failure: &Failure, text: &str) -> Result<(), String> {
    let scenario = load::text(path, text.as_bytes(), &Overrides::default())
        .map_err(|diagnostics| format!("is not valid: {}", scenario::render_all(&diagnostics, false)))?;
    let outcome = crate::run::quietly(&scenario, None);
    let id = crate::invariants::ALL[failure.invariant].id;
    match outcome.unexpected.contains(&id) {
        true if outcome.digest == failure.outcome.digest => Ok(()),
        true => Err("plays differently when it is read again".to_owned()),
        false => Err(format!("does not fail by {id} when it is read again")),
    }
}
