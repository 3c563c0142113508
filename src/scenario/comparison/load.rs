//! The way from bytes to a comparison, and the mistakes found on it.
//!
//! Called by the command line. It must not open files itself.

use super::reader::Reader;
use super::{Compared, Strategy, mechanisms};
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::load::{Findings, text_of};
use crate::scenario::{Known, Purchases, Scenario, tree};
use std::io;
use std::ops::Range;
use std::path::Path;

/// What the command line says instead of the file.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The seeds.
    pub seeds: Option<Range<u64>>,
    /// Orders under each seed.
    pub orders: Option<u32>,
}

/// Is it a comparison? Not if it is not YAML.
pub fn is_comparison(bytes: &[u8]) -> bool {
    let root = text_of("", bytes).ok().and_then(|text| tree::parse(text).ok());
    root.is_some_and(|root| root.get("compare").is_some())
}

/// Reads a comparison.
///
/// # Errors
/// Every mistake found, in the order of the file.
pub fn load(
    path: &Path,
    bytes: &[u8],
    asked: &Asked,
    known: Known,
    read_file: &dyn Fn(&Path) -> io::Result<Vec<u8>>,
) -> Result<Compared, Vec<Diagnostic>> {
    let file = path.display().to_string();
    let text = text_of(&file, bytes)?;
    let mut findings = Findings::default();
    let compared = match tree::parse(text) {
        Ok(root) => Reader { path, text, asked, findings: &mut findings }.read(root),
        Err(problem) => {
            findings.problems.push(problem);
            None
        }
    };
    let diagnostics = findings.in_text(&file, text);
    let compared = compared.filter(|_| diagnostics.is_empty()).ok_or(diagnostics)?;
    check(compared, known, read_file)
}

/// Makes every variant once, and learns from the first what all have in common.
fn check(
    mut compared: Compared,
    known: Known,
    read_file: &dyn Fn(&Path) -> io::Result<Vec<u8>>,
) -> Result<Compared, Vec<Diagnostic>> {
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    for variant in &compared.variants {
        if let Err(found) = compared.scenario(variant, known, read_file) {
            diagnostics.extend(found.into_iter().filter(|one| !diagnostics.contains(one)).collect::<Vec<_>>());
        }
        if diagnostics.len() > 10 {
            break;
        }
    }
    if !diagnostics.is_empty() {
        return Err(diagnostics);
    }
    let first = compared.scenario(&compared.variants[0], known, read_file)?;
    compared.orders = match &first.purchases {
        Purchases::Drawn { count, .. } => *count,
        Purchases::Listed(list) => list.len() as u32,
    };
    compared.currency = first.model.currency;
    missing(&compared, known, read_file)?;
    Ok(compared)
}

/// Every mechanism of which subsets are made must be there when nothing is left out.
fn missing(
    compared: &Compared,
    known: Known,
    read_file: &dyn Fn(&Path) -> io::Result<Vec<u8>>,
) -> Result<(), Vec<Diagnostic>> {
    let whole = |strategy: &Strategy| strategy.subset.as_ref().is_some_and(|subset| subset.len() == compared.subsets.len());
    let Some(at) = compared.strategies.iter().position(whole) else { return Ok(()) };
    let Some(variant) = compared.variants.iter().find(|variant| variant.strategy == at) else { return Ok(()) };
    let Scenario { model, .. } = compared.scenario(variant, known, read_file)?;
    let mut findings = Findings::default();
    for mechanism in mechanisms::ALL.iter().filter(|mechanism| compared.subsets.contains(&mechanism.name)) {
        if !(mechanism.is_in)(&model) {
            let name = mechanism.name;
            let help =
                format!("configure it in the scenario, or take `{name}` out of `subsets`; see `paychaos explain {name}`");
            let span = &compared.strategies[at].patch.span;
            findings.wrong(span, format!("the scenario has no {name} that could be left out"), help);
        }
    }
    let diagnostics = findings.in_text(&compared.path.display().to_string(), &compared.text);
    if diagnostics.is_empty() { Ok(()) } else { Err(diagnostics) }
}
