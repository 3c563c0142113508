//! Stories of a comparison: of one order that is asked for, or of those that stand behind numbers.
//!
//! Called by `compare`. It must not know what is compared.

use crate::campaign::compare::cell::Example;
use crate::campaign::compare::{Comparison, Question};
use crate::cli::terminal;
use crate::report::{self, Page};
use crate::run;
use crate::scenario::comparison::Compared;
use crate::scenario::nearest;

/// Stories told at most, so that a page can be sent by mail: numbers without one have the command that tells it.
const MOST: usize = 400;

/// An order of a comparison: `profile / strategy / seed 3 / order 17`.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    profile: String,
    strategy: String,
    seed: u64,
    /// From 0.
    order: u32,
}

impl Address {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let wrong = || "write PROFILE / STRATEGY / seed 3 / order 17, as a report has it".to_owned();
        let parts: Vec<&str> = text.split(" / ").map(str::trim).collect();
        let [profile, strategy @ .., seed, order] = parts.as_slice() else { return Err(wrong()) };
        let number = |part: &str, word: &str| part.strip_prefix(word)?.trim().parse::<u64>().ok();
        let seed = number(seed, "seed").ok_or_else(wrong)?;
        let order = number(order, "order").and_then(|order| u32::try_from(order.checked_sub(1)?).ok()).ok_or_else(wrong)?;
        if strategy.is_empty() {
            return Err(wrong());
        }
        Ok(Address { profile: (*profile).to_owned(), strategy: strategy.join(" / "), seed, order })
    }
}

/// Prints the story of one order.
///
/// # Errors
/// A sentence, if there is no such order.
pub(crate) fn tell(compared: &Compared, address: &Address) -> Result<(), String> {
    let profiles: Vec<&str> = compared.profiles.iter().map(|profile| profile.name.as_str()).collect();
    let strategies: Vec<&str> = compared.strategies.iter().map(|strategy| strategy.name.as_str()).collect();
    let profile = position("profile", &address.profile, &profiles)?;
    let strategy = position("strategy", &address.strategy, &strategies)?;
    if address.order >= compared.orders {
        return Err(format!("there is no order {}: under each seed there are {}", address.order + 1, compared.orders));
    }
    terminal::print(&text(compared, profile, strategy, address, "asked for", terminal::columns()));
    Ok(())
}

fn position(what: &str, name: &str, names: &[&str]) -> Result<usize, String> {
    names.iter().position(|known| *known == name).ok_or_else(|| {
        let nearest =
            nearest(name, names.iter().copied()).map_or(String::new(), |nearest| format!("; the nearest is `{nearest}`"));
        format!("there is no {what} `{name}` in this comparison{nearest}")
    })
}

/// The story of one order, on so many columns, with its colours.
fn text(compared: &Compared, profile: usize, strategy: usize, address: &Address, because: &str, columns: usize) -> String {
    let scenario = &compared.scenarios[profile * compared.strategies.len() + strategy];
    let outcome = run::story(scenario, address.seed, address.order, because);
    let mut text = String::new();
    for story in &outcome.stories {
        // A String takes everything.
        let _ = report::story::write(&mut text, &outcome, story, Page::new(columns));
    }
    text
}

/// Tells the stories of the orders that stand behind a comparison's numbers: of every cell the worst first.
pub(crate) fn fill(comparison: &mut Comparison, compared: &Compared, question: &Question) {
    let (profiles, strategies) = (&question.profiles, &question.strategies);
    let rounds = comparison.cells.iter().map(|cell| cell.examples.len()).max().unwrap_or(0);
    let mut left = MOST;
    for round in 0..rounds {
        for cell in &mut comparison.cells {
            let Some(example) = cell.examples.get_mut(round).filter(|_| left > 0) else { continue };
            let address = Address {
                profile: profiles[cell.profile].name.clone(),
                strategy: strategies[cell.strategy].name.clone(),
                seed: example.seed,
                order: (example.order - 1) as u32,
            };
            left -= 1;
            set(example, &text(compared, cell.profile, cell.strategy, &address, &example.why, 80));
        }
    }
}

fn set(example: &mut Example, text: &str) {
    let bare = anstream::adapter::strip_str(text).to_string();
    example.story = bare.lines().map(|line| line.trim_end().to_owned()).collect();
}
