//! What is asked first of a profile, answered in a sentence each: which layer buys most, what is missed without one, what it
//! costs at the bank, who bears the loss. For those who have a minute.
//!
//! Called by every format for people. It must not know how a sentence is shown.

use crate::campaign::compare::answer::{Layers, Marginal};
use crate::campaign::compare::cell::{Cell, Loss};
use crate::campaign::compare::measures::position;
use crate::campaign::compare::{Comparison, Unit, percent};
use crate::report::compare::rows::cells;
use crate::report::compare::units;
use crate::report::paint::grouped;

/// A question and its answer.
pub struct Answer {
    /// What is asked.
    pub asks: &'static str,
    /// What the numbers say.
    pub says: String,
}

/// By what layers are judged: the first by which any is shown to change something.
const JUDGED_BY: [&str; 3] = ["inconsistent", "late", "open"];

/// The questions of a profile that its numbers answer.
pub fn answers(comparison: &Comparison, profile: usize) -> Vec<Answer> {
    let mut all = Vec::new();
    let mut answer = |asks: &'static str, says: Option<String>| all.extend(says.map(|says| Answer { asks, says }));
    let layers = comparison.layers.iter().find(|layers| layers.profile == profile);
    answer("Which layer buys most?", layers.and_then(|layers| most(comparison, layers)));
    answer("What is missed without one?", layers.map(|layers| without(comparison, layers)));
    let Some(chosen) = chosen(comparison, profile) else { return all };
    answer("What does it cost?", Some(cost(comparison, chosen)));
    answer("What does polling cost at the bank?", layers.and_then(|layers| polling(comparison, layers)));
    answer("Who bears the loss?", Some(loss(comparison, profile, chosen)));
    all
}

/// The cell of the strategy that was chosen for a profile.
fn chosen(comparison: &Comparison, profile: usize) -> Option<&Cell> {
    let choice = comparison.verdict.choices.iter().find(|choice| choice.profile == Some(profile))?;
    cells(comparison, profile).get(choice.chosen)
}

/// Layers by what they change on average over all orders of adding, the best first.
fn most(comparison: &Comparison, layers: &Layers) -> Option<String> {
    let shown = |one: &&Marginal| {
        one.average.value != 0.0
            && (one.average.high.is_none_or(|high| high < 0.0) || one.average.low.is_none_or(|low| low > 0.0))
    };
    let of = |measure: usize| layers.marginal.iter().filter(move |one| one.measure == measure).filter(shown);
    let measure = JUDGED_BY.map(position).into_iter().find(|measure| of(*measure).any(|one| one.average.value < 0.0))?;
    let mut changes: Vec<&Marginal> = of(measure).collect();
    changes.sort_by(|a, b| a.average.value.total_cmp(&b.average.value));
    let words = |one: &&Marginal| {
        let by = units::difference(comparison, comparison.measures[measure].unit, one.average.value);
        format!("{} {by}", layers.mechanisms[one.mechanism])
    };
    let words: Vec<String> = changes.iter().map(words).collect();
    let none: Vec<&str> = layers.mechanisms.iter().map(String::as_str).collect();
    let none: Vec<&str> =
        (0..none.len()).filter(|at| changes.iter().all(|one| one.mechanism != *at)).map(|at| none[at]).collect();
    let rest = if none.is_empty() { String::new() } else { format!("; no change shown: {}", none.join(", ")) };
    Some(format!("{}, on average over all orders of adding: {}{rest}.", heading(comparison, measure), words.join(", ")))
}

/// What becomes worse where one layer is left out of all.
fn without(comparison: &Comparison, layers: &Layers) -> String {
    let missed = |measure: &str| {
        let measure = position(measure);
        let mut of: Vec<&Marginal> = layers.marginal.iter().filter(|one| one.measure == measure && one.last < 0.0).collect();
        of.sort_by(|a, b| a.last.total_cmp(&b.last));
        let words = |one: &&Marginal| {
            let by = units::difference(comparison, comparison.measures[measure].unit, -one.last);
            format!("without {} {by}", layers.mechanisms[one.mechanism])
        };
        // What is a fiftieth of the most does not decide.
        let least = of.first().map_or(0.0, |most| most.last / 50.0);
        let mut words: Vec<String> = of.iter().filter(|one| one.last <= least).map(words).collect();
        if words.len() < of.len() {
            words.push("others less".to_owned());
        }
        (!words.is_empty()).then(|| format!("{}: {}", heading(comparison, measure), words.join(", ")))
    };
    let parts: Vec<String> = JUDGED_BY.into_iter().filter_map(missed).collect();
    if parts.is_empty() { "Nothing: any one of them can be left out.".to_owned() } else { parts.join(". ") + "." }
}

/// What recovery costs under a strategy, by order.
fn cost(comparison: &Comparison, cell: &Cell) -> String {
    let value = |name: &str| cell.values[position(name)].as_ref().map_or(0.0, |of| of.value);
    let shown = |name: &str| units::value(comparison, comparison.measures[position(name)].unit, value(name));
    let calls = cell.cost.bank_calls as f64 / cell.orders.max(1) as f64;
    let mut parts = vec![format!(
        "{} queries and {} notifications an order; {} calls an order come to the bank, at most {} within a second",
        shown("queries"),
        shown("notifications"),
        units::value(comparison, Unit::PerOrder, calls),
        grouped(cell.cost.bank_peak[0]),
    )];
    if value("cost") > 0.0 {
        parts.push(format!("by the prices given {} {} an order", shown("cost"), comparison.currency.code));
    }
    if value("lock") > 0.0 {
        parts.push(format!("payment orders are locked for {} each", shown("lock")));
    }
    if cell.cost.manual_cases > 0 {
        parts.push(format!("{} cases for a person", grouped(cell.cost.manual_cases)));
    }
    format!("\"{}\": {}.", comparison.strategies[cell.strategy].name, parts.join("; "))
}

/// What the bank sees of polling: all layers against all but polling.
fn polling(comparison: &Comparison, layers: &Layers) -> Option<String> {
    let subset = |wanted: &dyn Fn(&String) -> bool| {
        let on: Vec<&String> = layers.mechanisms.iter().filter(|name| wanted(name)).collect();
        let is_it = |cell: &&Cell| {
            layers.is_subset(comparison, cell.strategy)
                && comparison.strategies[cell.strategy].subset.iter().collect::<Vec<_>>() == on
        };
        cells(comparison, layers.profile).iter().find(is_it)
    };
    if !layers.mechanisms.iter().any(|name| name == "polling") {
        return None;
    }
    let (with, without) = (subset(&|_| true)?, subset(&|name| name != "polling")?);
    let more = with.cost.bank_calls as f64 / without.cost.bank_calls.max(1) as f64 - 1.0;
    let by = if more == 0.0 {
        "as many".to_owned()
    } else if more < 0.0 {
        format!("{} fewer", percent(-more))
    } else {
        format!("{} more", percent(more))
    };
    Some(format!(
        "{} calls with it, {} without: {by}; at most {} and {} within a second.",
        grouped(with.cost.bank_calls),
        grouped(without.cost.bank_calls),
        grouped(with.cost.bank_peak[0]),
        grouped(without.cost.bank_peak[0]),
    ))
}

/// Who loses how much under the strategy that was chosen, and under the one under which most is lost.
fn loss(comparison: &Comparison, profile: usize, chosen: &Cell) -> String {
    let total = |cell: &Cell| {
        [cell.loss.customer, cell.loss.merchant, cell.loss.platform].iter().map(|of| (*of).max(0)).sum::<i64>()
    };
    let all = cells(comparison, profile);
    let Some(worst) =
        all.iter().max_by_key(|cell| (total(cell), std::cmp::Reverse(cell.strategy))).filter(|cell| total(cell) > 0)
    else {
        return "Nobody, under any strategy.".to_owned();
    };
    let one = |cell: &Cell| {
        let name = &comparison.strategies[cell.strategy].name;
        format!("\"{name}\": {}", bearers(comparison, &cell.loss))
    };
    if worst.strategy == chosen.strategy { format!("{}.", one(chosen)) } else { format!("{}; {}.", one(chosen), one(worst)) }
}

fn bearers(comparison: &Comparison, loss: &Loss) -> String {
    let each = [("customers", loss.customer), ("merchants", loss.merchant), ("the platform", loss.platform)];
    let losers: Vec<String> = each
        .iter()
        .filter(|(_, lost)| *lost > 0)
        .map(|(who, lost)| format!("{who} {} {}", units::amount(comparison, *lost), comparison.currency.code))
        .collect();
    if losers.is_empty() { "nobody".to_owned() } else { losers.join(", ") }
}

/// A measure at the beginning of a sentence.
fn heading(comparison: &Comparison, measure: usize) -> String {
    let title = &comparison.measures[measure].title;
    let mut letters = title.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::campaign::compare::answer::Marginal;
    use crate::campaign::compare::cell::Estimate;
    use crate::campaign::compare::measures::{self, Measure};
    use crate::campaign::compare::{Choice, Currency, Strategy};

    fn strategy(name: &str, subset: &[&str]) -> Strategy {
        let subset = subset.iter().map(|&name| name.to_owned()).collect();
        Strategy { name: name.to_owned(), subset, ..Strategy::default() }
    }

    fn marginal(mechanism: usize, value: f64, last: f64) -> Marginal {
        let average = Estimate { value, low: Some(value - 0.001), high: Some(value + 0.001), ..Estimate::default() };
        Marginal { mechanism, measure: position("inconsistent"), average, last, ..Marginal::default() }
    }

    /// Two layers: timeout does harm, polling mends.
    fn two_layers() -> Comparison {
        let cell = |strategy: usize, bank_calls: u64, customer: i64| {
            let mut cell = Cell { strategy, orders: 100, values: vec![None; measures::ALL.len()], ..Cell::default() };
            (cell.cost.bank_calls, cell.loss.customer) = (bank_calls, customer);
            cell
        };
        let mut comparison = Comparison {
            currency: Currency { code: "CNY".to_owned(), decimals: 2 },
            measures: measures::ALL.iter().map(Measure::info).collect(),
            strategies: vec![
                strategy("nothing", &[]),
                strategy("timeout", &["timeout"]),
                strategy("polling", &["polling"]),
                strategy("all 2", &["timeout", "polling"]),
            ],
            cells: vec![cell(0, 100, 0), cell(1, 100, 123_456), cell(2, 100, 0), cell(3, 110, 0)],
            layers: vec![Layers {
                mechanisms: vec!["timeout".to_owned(), "polling".to_owned()],
                marginal: vec![marginal(0, 0.01, 0.0), marginal(1, -0.02, -0.04)],
                ..Layers::default()
            }],
            ..Comparison::default()
        };
        comparison.verdict.choices = vec![Choice { profile: Some(0), chosen: 3, ..Choice::default() }];
        comparison
    }

    #[test]
    fn what_is_asked_first_is_answered_from_the_numbers() {
        let answers: Vec<String> = answers(&two_layers(), 0).into_iter().map(|one| one.says).collect();
        assert_eq!(
            answers,
            [
                "Not consistent, on average over all orders of adding: polling −2.00 %, timeout +1.00 %.",
                "Not consistent: without polling +4.00 %.",
                "\"all 2\": 0 queries and 0 notifications an order; 1.10 calls an order come to the bank, at most 0 within a second.",
                "110 calls with it, 100 without: 10.0 % more; at most 0 and 0 within a second.",
                "\"all 2\": nobody; \"timeout\": customers 1,234.56 CNY.",
            ]
        );
    }

    #[test]
    fn what_is_not_shown_is_not_said() {
        let mut comparison = two_layers();
        comparison.layers[0].marginal[0].average.low = Some(-0.5);
        comparison.cells[1].loss = Loss::default();
        let answers: Vec<String> = answers(&comparison, 0).into_iter().map(|one| one.says).collect();
        assert!(answers[0].ends_with("polling −2.00 %; no change shown: timeout."), "{}", answers[0]);
        assert_eq!(answers.last().map(String::as_str), Some("Nobody, under any strategy."));
    }
}
