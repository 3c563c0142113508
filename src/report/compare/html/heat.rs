//! Strategies against profiles, a table for each measure that decides: the darker, the worse. Every number is written.
//!
//! Called by the page.

use super::page::{Page, finding};
use super::scale::{sortable, tenth};
use crate::campaign::compare::cell::Estimate;
use crate::report::compare::units;
use maud::{Markup, html};

/// How many shades there are beside "nothing".
const SHADES: usize = 5;

/// Values to shades: by the logarithm, from the least that is not nothing to the most.
pub struct Shades {
    least: f64,
    most: f64,
    more_is_better: bool,
}

impl Shades {
    pub fn new(values: impl Iterator<Item = f64>, more_is_better: bool) -> Self {
        let (least, most) = values
            .filter(|value| *value > 0.0)
            .fold((f64::MAX, f64::MIN_POSITIVE), |(least, most), value| (least.min(value), most.max(value)));
        Shades { least: least.min(most), most, more_is_better }
    }

    /// Is anything not nothing?
    fn any(&self) -> bool {
        self.most > f64::MIN_POSITIVE
    }

    /// The shade of a value: its class.
    pub fn of(&self, value: f64) -> String {
        format!("s{}", self.shade(value))
    }

    fn shade(&self, value: f64) -> usize {
        if value <= 0.0 {
            return if self.more_is_better { SHADES } else { 0 };
        }
        let span = libm::log10(self.most / self.least).max(1e-9);
        let step = libm::floor(libm::log10(value / self.least) / span * SHADES as f64).clamp(0.0, SHADES as f64 - 1.0);
        if self.more_is_better { SHADES - 1 - step as usize } else { 1 + step as usize }
    }

    /// Where each shade begins.
    fn begins(&self) -> Vec<f64> {
        let ratio = self.most / self.least;
        (0..SHADES).map(|step| self.least * libm::pow(ratio, step as f64 / SHADES as f64)).collect()
    }
}

/// The tables.
pub fn tables(page: &Page) -> Markup {
    html! {
        div.views data-group="heat" data-label="Measure" {
            @for measure in page.chief(None) {
                section data-view=(page.measure(measure).title) {
                    h3 { (page.measure(measure).title) }
                    p.about { (page.measure(measure).definition) }
                    (table(page, measure))
                }
            }
        }
        p.marks { "★ best under its profile, or not shown to be worse than the best. " span.marked { "Underlined" } " numbers lead to an order behind them." }
    }
}

fn table(page: &Page, measure: usize) -> Markup {
    let comparison = page.comparison;
    let all = comparison.cells.iter().filter_map(|cell| cell.values[measure].as_ref()).map(|of| of.value);
    let shades = Shades::new(all, page.measure(measure).more_is_better);
    html! {
        div.wide {
            table.heat.sort data-fold="5" {
                caption.hidden { (page.measure(measure).title) ": strategies by profiles" }
                thead {
                    tr {
                        th scope="col" { "strategy" }
                        @for profile in &comparison.profiles {
                            th scope="col" { (broken(&profile.name)) @if profile.breach { " " small { "breach" } } }
                        }
                    }
                }
                tbody {
                    @for &strategy in &page.order {
                        tr.reference[strategy == comparison.sample.reference] data-keep[page.hue(strategy).is_some()] {
                            th scope="row" { (page.name(strategy)) }
                            @for profile in 0..comparison.profiles.len() { (cell(page, profile, strategy, measure, &shades)) }
                        }
                    }
                }
            }
        }
        @if shades.any() { p.shades {
            span.s0 { "0" }
            @for (step, begin) in shades.begins().into_iter().enumerate() {
                @let shade = if shades.more_is_better { SHADES - 1 - step } else { step + 1 };
                span.{ "s" (shade) } { "≥ " (page.shown(measure, begin)) }
            }
        } }
    }
}

/// A name that may be broken at its underscores.
pub fn broken(name: &str) -> Markup {
    html! { @for (i, part) in name.split('_').enumerate() { @if i > 0 { "_" wbr; } (part) } }
}

fn cell(page: &Page, profile: usize, strategy: usize, measure: usize, shades: &Shades) -> Markup {
    match page.value(profile, strategy, measure) {
        None => html! { td { "–" } },
        Some(of) => html! {
            td.(shades.of(of.value)) data-value=(sortable(of.value)) data-tip=(tip(page, profile, strategy, measure, of)) {
                (number(page, profile, strategy, measure, of))
                @if page.is_best(profile, strategy, measure) { span.star { " ★" } }
            }
        },
    }
}

/// A value; a link to an order behind it where there is one.
pub fn number(page: &Page, profile: usize, strategy: usize, measure: usize, of: &Estimate) -> Markup {
    let shown = page.shown(measure, of.value);
    match page.example(profile, strategy, &page.measure(measure).name) {
        Some(id) => html! { a.order href={ "#" (id) } { (shown) } },
        None => html! { (shown) },
    }
}

/// What is said of a value when it is looked at.
pub fn tip(page: &Page, profile: usize, strategy: usize, measure: usize, of: &Estimate) -> String {
    let mut tip = vec![page.told(measure, of)];
    if page.is_best(profile, strategy, measure) {
        tip.push("★ best, or not shown to be worse".to_owned());
    }
    if let Some(difference) = page.difference(profile, strategy, measure) {
        let shown = units::difference(page.comparison, page.measure(measure).unit, difference.difference.value);
        let (sign, word, _) = finding(difference.verdict);
        let by = if difference.difference.value == 0.0 { String::new() } else { format!(": {shown}") };
        tip.push(format!("{sign} {word}{by}, against \"{}\"", page.name(page.comparison.sample.reference)));
    }
    if page.example(profile, strategy, &page.measure(measure).name).is_some() {
        tip.push("Enter or click: an order behind it".to_owned());
    }
    tip.join("\n")
}

/// A bar behind a number: its share of the most.
pub fn bar(value: f64, most: f64) -> String {
    let share = if most > 0.0 { value / most } else { 0.0 };
    format!("--bar:{}%", tenth(share * 100.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_darker_the_worse() {
        let less = Shades::new([0.0, 1e-5, 1e-3, 0.1].into_iter(), false);
        assert_eq!([0.0, 1e-5, 1e-3, 0.1].map(|value| less.shade(value)), [0, 1, 3, 5]);
        let more = Shades::new([0.1, 1.0].into_iter(), true);
        assert_eq!([0.0, 0.1, 1.0].map(|value| more.shade(value)), [5, 4, 0]);
        let same = Shades::new([0.2, 0.2].into_iter(), false);
        assert!((1..=SHADES).contains(&same.shade(0.2)));
        let nothing = Shades::new([0.0].into_iter(), false);
        assert!(nothing.shade(0.0) == 0 && !nothing.any() && same.any());
    }
}
