//! The answer in words: one sentence, and one for each profile.
//!
//! Called by `evaluate`. It must not say more than intervals show.

use super::comparison::{Comparison, Verdict};
use super::measures::position;

/// What strategies are judged by, in this order: an order that stays inconsistent is worse than one that is charged twice
/// for a while, that is worse than one that is late, and what is left is money.
const JUDGED_BY: [&str; 4] = ["inconsistent", "wrong", "late", "at_risk"];

/// The answer.
pub fn of(comparison: &Comparison) -> Verdict {
    let all: Vec<usize> = (0..comparison.profiles.len()).collect();
    let kept: Vec<usize> = all.iter().copied().filter(|profile| !comparison.profiles[*profile].breach).collect();
    let by_profile = all.iter().map(|profile| under(comparison, *profile)).collect();
    Verdict { sentence: overall(comparison, if kept.is_empty() { &all } else { &kept }), by_profile }
}

/// The strategies that are best, or not shown to be worse, by a measure under all of some profiles, among `candidates`.
fn best(comparison: &Comparison, profiles: &[usize], measure: &str, candidates: &[usize]) -> Vec<usize> {
    let measure = position(measure);
    let is_best = |strategy: &usize| {
        profiles.iter().all(|profile| {
            let winner = comparison.winners.iter().find(|winner| winner.profile == *profile && winner.measure == measure);
            winner.is_none_or(|winner| winner.strategies.contains(strategy))
        })
    };
    candidates.iter().copied().filter(|strategy| is_best(strategy)).collect()
}

/// Those that stand up to every measure; the measure by which the last were told apart; and what it came to.
fn narrowed(comparison: &Comparison, profiles: &[usize]) -> (Vec<usize>, Vec<&'static str>) {
    let mut left: Vec<usize> = (0..comparison.strategies.len()).collect();
    let mut told_by = Vec::new();
    for measure in JUDGED_BY {
        let better = best(comparison, profiles, measure, &left);
        if !better.is_empty() && better.len() < left.len() {
            left = better;
            told_by.push(measure);
        }
    }
    (left, told_by)
}

fn overall(comparison: &Comparison, profiles: &[usize]) -> String {
    let where_ = match profiles {
        [one] => format!("under {}", comparison.profiles[*one].name),
        many => format!("under all {} profiles within the contract", many.len()),
    };
    let (left, told_by) = narrowed(comparison, profiles);
    let name = |strategy: usize| format!("\"{}\"", comparison.strategies[strategy].name);
    let cheapest = cheapest(comparison, profiles, &left);
    let open = worst_open(comparison, profiles, cheapest);
    let leaves = if open.1 == 0.0 {
        "no order inconsistent".to_owned()
    } else {
        format!("at most {} of orders inconsistent ({})", percent(open.1), comparison.profiles[open.0].name)
    };
    match (left.as_slice(), told_by.as_slice()) {
        (_, []) => format!(
            "No strategy is shown to be better than all others {where_}; the one with the fewest messages, {}, leaves {leaves}.",
            name(cheapest)
        ),
        ([one], _) => {
            format!("{} is the best {where_}: it leaves {leaves}, and no other has {}.", name(*one), less(&told_by))
        }
        (several, _) => format!(
            "{} leaves {leaves} {where_} and needs the fewest messages of the {} strategies that none is shown to beat in {}.",
            name(cheapest),
            several.len(),
            and(&told_by.iter().map(|measure| title(measure)).collect::<Vec<_>>())
        ),
    }
}

fn less(told_by: &[&str]) -> String {
    let each: Vec<String> = told_by
        .iter()
        .map(|measure| match *measure {
            "inconsistent" => "fewer inconsistent orders".to_owned(),
            "wrong" => "fewer that nobody will mend".to_owned(),
            "late" => "fewer late ones".to_owned(),
            _ => "less money at risk".to_owned(),
        })
        .collect();
    each.join(" or ")
}

fn title(measure: &str) -> String {
    match measure {
        "inconsistent" => "inconsistent orders",
        "wrong" => "orders that nobody will mend",
        "late" => "late orders",
        _ => "money at risk",
    }
    .to_owned()
}

fn and(words: &[String]) -> String {
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, first)) => format!("{} and {last}", first.join(", ")),
        None => String::new(),
    }
}

fn value(comparison: &Comparison, profile: usize, strategy: usize, measure: &str) -> f64 {
    let cell = &comparison.cells[profile * comparison.strategies.len() + strategy];
    cell.values[position(measure)].as_ref().map_or(0.0, |estimate| estimate.value)
}

/// The one that needs the fewest messages, over some profiles.
fn cheapest(comparison: &Comparison, profiles: &[usize], among: &[usize]) -> usize {
    let messages =
        |strategy: usize| profiles.iter().map(|profile| value(comparison, *profile, strategy, "messages")).sum::<f64>();
    among.iter().copied().min_by(|a, b| messages(*a).total_cmp(&messages(*b))).unwrap_or(0)
}

/// The profile under which a strategy leaves the most orders inconsistent, and their share.
fn worst_open(comparison: &Comparison, profiles: &[usize], strategy: usize) -> (usize, f64) {
    let each = profiles.iter().map(|profile| (*profile, value(comparison, *profile, strategy, "inconsistent")));
    each.fold((0, 0.0), |worst, one| if one.1 > worst.1 { one } else { worst })
}

/// One profile in a sentence.
fn under(comparison: &Comparison, profile: usize) -> String {
    let name = &comparison.profiles[profile].name;
    let (left, told_by) = narrowed(comparison, &[profile]);
    let open = |strategy: usize| value(comparison, profile, strategy, "inconsistent");
    let cheapest = cheapest(comparison, &[profile], &left);
    let strategy = &comparison.strategies[cheapest].name;
    let leaves =
        if open(cheapest) == 0.0 { "no order".to_owned() } else { format!("{} of orders", percent(open(cheapest))) };
    let worst = (0..comparison.strategies.len()).max_by(|a, b| open(*a).total_cmp(&open(*b))).unwrap_or(0);
    let against = if open(worst) > open(cheapest) {
        format!("; \"{}\" leaves {}", comparison.strategies[worst].name, percent(open(worst)))
    } else {
        String::new()
    };
    match (left.len(), told_by.is_empty()) {
        (_, true) => format!(
            "{name}: no difference shown; \"{strategy}\" needs the fewest messages and leaves {leaves} inconsistent{against}."
        ),
        (1, _) => format!("{name}: \"{strategy}\" is the best and leaves {leaves} inconsistent{against}."),
        (several, _) => format!(
            "{name}: \"{strategy}\" needs the fewest messages of {several} that none is shown to beat and leaves {leaves} inconsistent{against}."
        ),
    }
}

/// A share in percent, with as many digits as say something; what is not all of it is not rounded up to all.
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    match percent {
        0.0 => "0 %".to_owned(),
        p if p < 0.001 => format!("{p:.5} %"),
        p if p < 0.1 => format!("{p:.3} %"),
        p if p < 10.0 => format!("{p:.2} %"),
        p if (99.9..100.0).contains(&p) => format!("{:.3} %", (p * 1000.0).floor() / 1000.0),
        p => format!("{p:.1} %"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_say_as_much_as_they_know() {
        let shown = [0.0, 0.000_001, 0.000_5, 0.012_345, 0.5, 0.999_99, 1.0].map(percent);
        assert_eq!(shown, ["0 %", "0.00010 %", "0.050 %", "1.23 %", "50.0 %", "99.999 %", "100.0 %"]);
    }
}
