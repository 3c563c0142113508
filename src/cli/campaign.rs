//! Running campaigns from the command line: files in, threads, clock and interrupts, checkpoints, files out. Called by
//! `fuzz` and `ci`; what a file is to a campaign, and the number of threads, also by the other commands.

use crate::campaign::failure::{self, Failure};
use crate::campaign::fuzz;
use crate::campaign::record::{Counted, Found, Identity, Seeds};
use crate::campaign::repro;
use crate::campaign::shard::{self, Conflict, Part, Shard};
use crate::campaign::subject::{Shapes, Subject};
use crate::campaign::tally::{Sightings, Symptom, Tally};
use crate::cli::load::ScenarioFile;
use crate::cli::terminal::{self, Progress};
use crate::cli::verdicts::Verdicts;
use crate::cli::{corpus, files, load};
use crate::payments::model::Model;
use crate::report::campaign::FuzzResult;
use crate::report::campaign::json::{self, CampaignTiming, CorpusResult};
use crate::scenario::{self, Overrides};
use std::collections::BTreeMap;
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
    pub subject: Subject,
}

impl Source {
    pub(crate) fn new(file: ScenarioFile, breaches: bool) -> Self {
        let ScenarioFile { path, bytes, scenario } = file;
        let shapes = scenario::is_open(&bytes).then(|| -> Shapes {
            let (path, bytes) = (path.clone(), bytes.clone());
            Arc::new(move |draw| load::text(&path, &bytes, &Overrides { draw: Some(draw), ..Overrides::default() }).ok())
        });
        Source { path, bytes, subject: Subject::new(scenario, breaches, shapes) }
    }

    /// Its file and its name.
    fn named(&self) -> (&Path, &str) {
        (&self.path, &self.subject.scenario.name)
    }

    /// The parties that it has for a case found in it.
    fn parties(&self, case: &[u8]) -> Model {
        load::parties((&self.path, &self.bytes), &self.subject.scenario, case)
    }

    fn identity(&self, place: u32, plan: &Plan) -> Identity {
        let resolved = format!("{:?}", self.subject.scenario);
        let inputs = shard::inputs(&[&self.bytes, resolved.as_bytes()]);
        Identity {
            place,
            scenario: self.subject.scenario.name.clone(),
            file: self.path.display().to_string(),
            inputs,
            seeds: plan.seeds,
            breaches: plan.breaches,
        }
    }
}

/// Threads: those asked for, or one for each processor.
pub(crate) fn jobs(asked: Option<u16>) -> usize {
    asked.map_or_else(|| std::thread::available_parallelism().map_or(1, usize::from), usize::from)
}

/// Runs the campaigns one after the other.
///
/// # Errors
/// A sentence about a file.
pub(crate) fn run(sources: Vec<Source>, plan: &Plan) -> Result<Verdicts, String> {
    terminal::remember_interrupts();
    let folder = plan.repro_dir.as_deref();
    let mut verdicts = Verdicts::default();
    let mut parts = earlier(plan.out.as_deref())?;
    corpus::ready(folder, sources.iter().map(Source::named))?;
    let corpus_of = |source: &Source| corpus::run(folder, &source.subject.scenario.name, |case| source.parties(case));
    let corpora: Vec<Vec<CorpusResult>> = sources.iter().map(corpus_of).collect::<Result<_, _>>()?;
    for ((place, source), corpus) in (0..).zip(&sources).zip(corpora) {
        let started = Instant::now();
        let left = sources.len() as u32 - place;
        let until = plan.until.map(|until| started + until.saturating_duration_since(started) / left);
        let identity = source.identity(place, plan);
        let mut campaign = Campaign::new(source, plan, identity, &parts);
        let ran = campaign.run(until, |part| save(plan, &parts, part))?;
        parts = shard::union(parts.into_iter().chain([campaign.part.clone()])).map_err(sentence)?;
        let part = &campaign.part;
        let written = corpus::write(folder, &part.identity.scenario, &part.counted, &corpus)?;
        let mut result =
            FuzzResult::new(&part.identity, part.done, &part.counted, |cluster| written.get(&cluster.name).cloned());
        result.timing = Some(CampaignTiming::new(ran.runs, ran.events, started.elapsed().as_secs_f64()));
        verdicts.bugs.append(&mut campaign.bugs);
        verdicts.add(result, corpus);
        if terminal::interrupted() {
            // One that was cut is shown as far as it came, and is none that has passed.
            let ended = place + u32::from(campaign.is_over());
            if (ended as usize) < sources.len() {
                let all = sources.len();
                verdicts.missing.push(format!("interrupted: {ended} of {all} campaigns were run to their end"));
            }
            break;
        }
    }
    Ok(verdicts)
}

fn sentence(conflict: Conflict) -> String {
    match conflict {
        Conflict::TwoResults(sentence) | Conflict::Unequal(sentence) => sentence,
    }
}

/// What was written down before, if there is such a file.
fn earlier(out: Option<&Path>) -> Result<Vec<Part>, String> {
    match out {
        Some(out) if out.exists() => {
            let name = |error| format!("{}: {error}", out.display());
            let text = files::read_text(out).map_err(name)?;
            shard::read(&text).map_err(name)
        }
        Some(_) | None => Ok(Vec::new()),
    }
}

fn save(plan: &Plan, parts: &[Part], part: &Part) -> Result<(), String> {
    let Some(out) = &plan.out else { return Ok(()) };
    let all = shard::union(parts.iter().cloned().chain([part.clone()])).map_err(sentence)?;
    files::write(out, shard::write(&all))
}

/// One scenario's campaign under way.
struct Campaign<'a> {
    source: &'a Source,
    plan: &'a Plan,
    /// What was known before, then what is known now.
    part: Part,
    found: BTreeMap<Symptom, Found>,
    bugs: Vec<String>,
}

impl<'a> Campaign<'a> {
    fn new(source: &'a Source, plan: &'a Plan, identity: Identity, earlier: &[Part]) -> Self {
        let known = earlier.iter().find(|part| part.identity == identity && part.shard == plan.shard);
        let part = known.cloned().unwrap_or_else(|| {
            let from = plan.shard.seeds(plan.seeds).from;
            let counted = Counted::of(&source.subject);
            Part { identity, shard: plan.shard, done: Seeds { from, to: from }, counted }
        });
        Campaign { source, plan, part, found: BTreeMap::new(), bugs: Vec::new() }
    }

    /// Have all seeds been run?
    fn is_over(&self) -> bool {
        self.part.done.to == self.plan.shard.seeds(self.plan.seeds).to
    }

    /// Runs what is left, writing down what is known every now and then.
    fn run(&mut self, until: Option<Instant>, save: impl Fn(&Part) -> Result<(), String>) -> Result<Tally, String> {
        let before = self.part.clone();
        let seeds = before.done.to..self.plan.shard.seeds(self.plan.seeds).to;
        let subject = &self.source.subject;
        let mut bar = Progress::new(&self.part.identity.scenario, seeds.end - seeds.start, "seeds");
        let (mut saved, mut trouble) = (Instant::now(), None);
        let tally = fuzz::fuzz(subject, seeds, self.plan.jobs, &mut |tally| {
            bar.set(tally.runs);
            if tally.failing > 0 {
                bar.note(&format!(", {} failing", tally.failing));
            }
            if self.plan.out.is_some() && saved.elapsed() > self.plan.checkpoint {
                self.part = self.after(&before, tally);
                trouble = save(&self.part).err();
                saved = Instant::now();
            }
            trouble.is_none() && !terminal::interrupted() && until.is_none_or(|until| Instant::now() < until)
        });
        bar.finish();
        self.part = self.after(&before, &tally);
        match trouble {
            Some(sentence) => Err(sentence),
            None => save(&self.part).map(|()| tally),
        }
    }

    /// What was known before, and a tally of the seeds that follow.
    fn after(&mut self, before: &Part, tally: &Tally) -> Part {
        self.examine(tally);
        let mut part = before.clone();
        part.counted.add(Counted::new(&self.source.subject, tally, |symptom| self.found[symptom].clone()));
        part.done.to += tally.runs;
        part
    }

    /// Looks closely at each symptom, once.
    fn examine(&mut self, tally: &Tally) {
        let new = tally.failures.iter().filter(|(symptom, _)| !self.found.contains_key(symptom));
        let new: Vec<(Symptom, Sightings)> = new.map(|(symptom, sightings)| (symptom.clone(), *sightings)).collect();
        let failures = failure::examine_all(&self.source.subject, &new, self.plan.jobs);
        for ((symptom, sightings), failure) in new.into_iter().zip(failures) {
            let command = json::reproduce(&self.part.identity, sightings.first);
            let text = repro::text(&self.source.path, &self.source.bytes, &failure, &command).unwrap_or_default();
            if let Err(wrong) = read_again(&self.source.path, &failure, &text) {
                self.bugs.push(format!("seed {}: the exported case {wrong}\n{text}", sightings.first));
            }
            self.found.insert(symptom, Found::new(&failure, text));
        }
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
    match outcome.violated.iter().any(|(violated, _)| *violated == id) {
        true if outcome.digest == failure.outcome.digest => Ok(()),
        true => Err("plays differently when it is read again".to_owned()),
        false => Err(format!("does not violate {id} when it is read again")),
    }
}
