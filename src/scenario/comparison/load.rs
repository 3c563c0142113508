//! The way from bytes to a comparison, and the mistakes found on it.
//!
//! Called by the command line. It must not open files itself.

use super::reader::Reader;
use super::{Compared, Strategy, mechanisms};
use crate::scenario::beside::Beside;
use crate::scenario::diagnostic::Diagnostic;
use crate::scenario::load::{Findings, text_of};
use crate::scenario::{Known, Purchases, Scenario, tree};
use std::io;
use std::ops::Range;
use std::path::Path;

/// Orders of all scenarios together, at most: of each a few bits are kept.
const MOST: u128 = 4_000_000_000;

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
    let mut compared = made(compared, known, &Beside::new(read_file))?;
    learn(&mut compared);
    let mut findings = Findings::default();
    sizes(&compared, &mut findings);
    missing(&compared, &mut findings);
    let diagnostics = findings.in_text(&file, text);
    if diagnostics.is_empty() { Ok(compared) } else { Err(diagnostics) }
}

/// Makes the scenario of every variant.
fn made(mut compared: Compared, known: Known, beside: &Beside) -> Result<Compared, Vec<Diagnostic>> {
    let mut diagnostics: Vec<Diagnostic> = Vec::new();
    for variant in &compared.variants {
        match compared.make(variant, known, beside) {
            Ok(scenario) => compared.scenarios.push(scenario),
            Err(found) => {
                diagnostics.extend(found.into_iter().filter(|one| !diagnostics.contains(one)).collect::<Vec<_>>());
            }
        }
        if diagnostics.len() > 10 {
            break;
        }
    }
    if diagnostics.is_empty() { Ok(compared) } else { Err(diagnostics) }
}

/// Learns from the first scenario what all have in common.
fn learn(compared: &mut Compared) {
    let Some(first) = compared.scenarios.first() else { return };
    compared.orders = count(first);
    compared.currency = first.model.currency;
}

fn count(scenario: &Scenario) -> u32 {
    match &scenario.purchases {
        Purchases::Drawn { count, .. } => *count,
        Purchases::Listed(list) => list.len() as u32,
    }
}

/// All scenarios have equally many orders, in the same currency, or they could not be compared order by order; and not more
/// than can be kept.
fn sizes(compared: &Compared, findings: &mut Findings) {
    for (variant, scenario) in compared.variants.iter().zip(&compared.scenarios) {
        if (count(scenario), scenario.model.currency) != (compared.orders, compared.currency)
            && let Some((path, span, _)) = variant.settings.first()
        {
            let help = "vary what becomes of the orders: all scenarios of a comparison have the same";
            findings.wrong(span, format!("`{path}` changes the orders themselves"), help);
        }
    }
    let seeds = u128::from(compared.seeds.end - compared.seeds.start);
    let orders = seeds * u128::from(compared.orders) * compared.variants.len() as u128;
    if orders > MOST {
        let message = format!("these are {orders} orders in all scenarios; a comparison has at most {MOST}");
        findings.wrong(&compared.size, message, "take fewer seeds, orders, strategies or profiles");
    }
}

/// Every mechanism of which subsets are made must be there when nothing is left out.
fn missing(compared: &Compared, findings: &mut Findings) {
    let whole = |strategy: &Strategy| strategy.subset.as_ref().is_some_and(|subset| subset.len() == compared.subsets.len());
    let Some(at) = compared.strategies.iter().position(whole) else { return };
    let of_it = compared.variants.iter().zip(&compared.scenarios).find(|(variant, _)| variant.strategy == at);
    let Some((_, Scenario { model, .. })) = of_it else { return };
    for mechanism in mechanisms::ALL.iter().filter(|mechanism| compared.subsets.contains(&mechanism.name)) {
        if !(mechanism.is_in)(model) {
            let name = mechanism.name;
            let help =
                format!("configure it in the scenario, or take `{name}` out of `subsets`; see `paychaos explain {name}`");
            let span = &compared.strategies[at].patch.span;
            findings.wrong(span, format!("the scenario has no {name} that could be left out"), help);
        }
    }
}
