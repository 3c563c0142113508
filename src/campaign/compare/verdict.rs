//! The answer in words: one sentence, and one for each profile.
//!
//! Called by `evaluate`. It must not say more than intervals show.

use super::comparison::{Choice, Comparison, Verdict};
use super::differences::best;
use super::evaluate::Known;
use super::measures::position;
use super::plans;

/// What strategies are judged by, in this order, and what the best has: an order that is not consistent in the end is worse
/// than one that is late, and what is left is money.
const JUDGED_BY: [(&str, &str); 4] = [
    ("inconsistent", "the fewest inconsistent orders"),
    ("wrong", "the fewest that nobody will mend"),
    ("late", "the fewest late ones"),
    ("at_risk", "the least money at risk"),
];

/// The answer.
pub fn of(known: &Known, comparison: &Comparison) -> Verdict {
    let all: Vec<usize> = (0..comparison.profiles.len()).collect();
    let kept: Vec<usize> = all.iter().copied().filter(|profile| !comparison.profiles[*profile].breach).collect();
    let over = if kept.is_empty() { &all } else { &kept };
    let first = choose(known, comparison, None, over);
    let strategy = overall(comparison, over, &first);
    let (sentence, besides) = match plans::sentence(comparison) {
        Some(plan) => (plan, Some(strategy)),
        None => (strategy, None),
    };
    let each: Vec<Choice> = all.iter().map(|profile| choose(known, comparison, Some(*profile), &[*profile])).collect();
    let by_profile = each.iter().zip(&all).map(|(choice, profile)| under(comparison, *profile, choice)).collect();
    Verdict { sentence, besides, by_profile, choices: std::iter::once(first).chain(each).collect() }
}

/// Judges by one measure after the other, among those that are left.
fn choose(known: &Known, comparison: &Comparison, profile: Option<usize>, profiles: &[usize]) -> Choice {
    let mut left: Vec<usize> = (0..comparison.strategies.len()).collect();
    let (mut by, mut needed) = (Vec::new(), None);
    for measure in JUDGED_BY.map(|(name, _)| position(name)) {
        let Some((better, orders)) = best(known, measure, profiles, &left) else { continue };
        if better.len() < left.len() {
            by.push(measure);
        }
        (left, needed) = (better, needed.into_iter().chain(orders).min());
    }
    let needed = needed.filter(|_| left.len() > 1);
    let messages =
        |strategy: usize| profiles.iter().map(|profile| value(comparison, *profile, strategy, "messages")).sum::<f64>();
    let chosen = left.iter().copied().min_by(|a, b| messages(*a).total_cmp(&messages(*b))).unwrap_or(0);
    Choice { profile, by, left, chosen, needed }
}

fn value(comparison: &Comparison, profile: usize, strategy: usize, measure: &str) -> f64 {
    let cell = &comparison.cells[profile * comparison.strategies.len() + strategy];
    cell.values[position(measure)].as_ref().map_or(0.0, |estimate| estimate.value)
}

fn name(comparison: &Comparison, strategy: usize) -> String {
    format!("\"{}\"", comparison.strategies[strategy].name)
}

/// What the best has, by the measures that told it from others.
fn merits(choice: &Choice) -> String {
    let words: Vec<&str> =
        JUDGED_BY.iter().filter(|(name, _)| choice.by.contains(&position(name))).map(|(_, words)| *words).collect();
    match words.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, first)) => format!("{} and {last}", first.join(", ")),
        None => String::new(),
    }
}

/// What others come to: where nothing tells the strategies apart, so many orders might.
fn doubt(choice: &Choice) -> String {
    match choice.needed {
        Some(orders) => {
            format!("; about {} orders would tell the best two apart, if they differ as much as was seen", about(orders))
        }
        None => String::new(),
    }
}

/// A number with two digits that say something: `18,000`.
fn about(count: u64) -> String {
    let unit = 10u64.pow(count.max(1).ilog10().saturating_sub(1));
    let digits = (count.div_ceil(unit).saturating_mul(unit)).to_string();
    let first = digits.len() % 3;
    let groups = digits.as_bytes()[first..].chunks(3).map(|group| String::from_utf8_lossy(group).into_owned());
    let groups: Vec<String> = (first > 0).then(|| digits[..first].to_owned()).into_iter().chain(groups).collect();
    groups.join(",")
}

fn overall(comparison: &Comparison, profiles: &[usize], choice: &Choice) -> String {
    let place = match profiles {
        [one] => format!("under {}", comparison.profiles[*one].name),
        all if all.len() == comparison.profiles.len() => format!("over {} profiles", all.len()),
        kept => format!("over the {} profiles in contract", kept.len()),
    };
    let chosen = name(comparison, choice.chosen);
    let open = worst(comparison, profiles, choice.chosen);
    let leaves = match open {
        Some((profile, share)) => {
            let at_most = if profiles.len() > 1 { "at most " } else { "" };
            format!("it leaves {at_most}{} of orders inconsistent ({})", percent(share), comparison.profiles[profile].name)
        }
        None => "it leaves no order inconsistent".to_owned(),
    };
    match (choice.left.len(), choice.by.is_empty()) {
        (_, true) => {
            format!("No difference is shown {place}; {chosen} needs the fewest messages, and {leaves}{}.", doubt(choice))
        }
        (1, false) => format!("{chosen} has {} {place}; {leaves}.", merits(choice)),
        (2, false) => format!(
            "{} have {} {place}; of the two {chosen} needs the fewest messages, and {leaves}.",
            choice.left.iter().map(|one| name(comparison, *one)).collect::<Vec<_>>().join(" and "),
            merits(choice)
        ),
        (several, false) => format!(
            "{several} strategies have {} {place}; of these {chosen} needs the fewest messages, and {leaves}.",
            merits(choice)
        ),
    }
}

/// The profile under which a strategy leaves the most orders inconsistent, and their share; `None` if it leaves none.
fn worst(comparison: &Comparison, profiles: &[usize], strategy: usize) -> Option<(usize, f64)> {
    let each = profiles.iter().map(|profile| (*profile, value(comparison, *profile, strategy, "inconsistent")));
    each.filter(|(_, share)| *share > 0.0).max_by(|a, b| a.1.total_cmp(&b.1))
}

/// One profile in a sentence.
fn under(comparison: &Comparison, profile: usize, choice: &Choice) -> String {
    let place = &comparison.profiles[profile].name;
    let open = |strategy: usize| value(comparison, profile, strategy, "inconsistent");
    let chosen = name(comparison, choice.chosen);
    let leaves = if open(choice.chosen) == 0.0 {
        "no order".to_owned()
    } else {
        format!("{} of orders", percent(open(choice.chosen)))
    };
    let worst = (0..comparison.strategies.len()).max_by(|a, b| open(*a).total_cmp(&open(*b))).unwrap_or(0);
    let against = if open(worst) > open(choice.chosen) {
        format!(", {} {}", name(comparison, worst), percent(open(worst)))
    } else {
        String::new()
    };
    match (choice.left.len(), choice.by.is_empty()) {
        (_, true) => format!(
            "{place}: no difference shown; {chosen} needs the fewest messages and leaves {leaves} inconsistent{}.",
            doubt(choice)
        ),
        (1, false) => format!("{place}: {chosen} has {}; it leaves {leaves} inconsistent{against}.", merits(choice)),
        (several, false) => format!(
            "{place}: {several} strategies have {}; of these {chosen} needs the fewest messages. It leaves {leaves} inconsistent{against}.",
            merits(choice)
        ),
    }
}

/// A share in percent: `1.23 %`.
pub fn percent(share: f64) -> String {
    hundredths(share) + " %"
}

/// A share that somebody has asked for, as it was asked: `99.9 %`.
pub fn goal(share: f64) -> String {
    let text = hundredths(share);
    let short = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{short} %")
}

/// A share in hundredths, with as many digits as say something; what is not all of it is not rounded up to all.
pub fn hundredths(share: f64) -> String {
    let percent = share * 100.0;
    match percent {
        0.0 => "0".to_owned(),
        p if p < 0.001 => format!("{p:.5}"),
        p if p < 0.1 => format!("{p:.3}"),
        p if p < 10.0 => format!("{p:.2}"),
        p if (99.0..100.0).contains(&p) => format!("{:.3}", (p * 1000.0).floor() / 1000.0),
        p if p >= 100.0 => "100".to_owned(),
        p => format!("{p:.1}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_numbers_are_rounded_up() {
        assert_eq!([7, 99, 17_658, 1_000_001].map(about), ["7", "99", "18,000", "1,100,000"]);
    }

    #[test]
    fn shares_say_as_much_as_they_know() {
        let shown = [0.0, 0.000_001, 0.000_5, 0.012_345, 0.5, 0.999_99, 1.0].map(percent);
        assert_eq!([0.999, 0.9999, 0.5, 1.0].map(goal), ["99.9 %", "99.99 %", "50 %", "100 %"]);
        assert_eq!(shown, ["0 %", "0.00010 %", "0.050 %", "1.23 %", "50.0 %", "99.999 %", "100 %"]);
    }
}
