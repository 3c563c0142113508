//! Each strategy against the reference, order by order: the difference, its interval, and what that says.
//!
//! Called by the page.

use super::page::{Page, finding};
use super::scale::{Scale, plain, power_above, share, sortable};
use crate::campaign::compare::answer::{Difference, Finding};
use crate::campaign::compare::percent;
use crate::report::compare::units;
use crate::report::paint::grouped;
use maud::{Markup, html};

/// How much smaller than the largest a difference may be and still be told apart in the drawing.
const DEPTH: f64 = 1e-3;

/// The differences of a profile, a view for each measure that decides.
pub fn tables(page: &Page, profile: usize) -> Markup {
    let reference = page.comparison.sample.reference;
    let has_any =
        |measure: &usize| page.order.iter().any(|strategy| page.difference(profile, *strategy, *measure).is_some());
    html! {
        h3 { "Against \"" (page.name(reference)) "\"" }
        p.about {
            "Both met the same orders and the same faults, so the difference is paired. Dot and bar: the difference and its "
            (percent(page.comparison.sample.confidence).replace(".0 %", " %")) " interval; the scale is logarithmic to both sides of nothing. Probabilities are adjusted for the number of strategies."
        }
        div.views data-group="differences" data-label="Measure" {
            @for measure in page.chief(Some(profile)).into_iter().filter(has_any) {
                section data-view=(page.measure(measure).title) { (table(page, profile, measure)) }
            }
        }
    }
}

fn table(page: &Page, profile: usize, measure: usize) -> Markup {
    let of = |strategy: &usize| page.difference(profile, *strategy, measure);
    let all: Vec<&Difference> = page.order.iter().filter_map(of).collect();
    let ends = all.iter().flat_map(|one| [one.difference.low, one.difference.high, Some(one.difference.value)]).flatten();
    let most = ends.map(f64::abs).fold(0.0, f64::max);
    let scale =
        if most > 0.0 { Scale::Signed(power_above(most) * DEPTH, power_above(most)) } else { Scale::Even(-1.0, 1.0) };
    let unit = page.measure(measure).unit;
    let label =
        |value: f64| if value == 0.0 { "0".to_owned() } else { plain(&units::difference(page.comparison, unit, value)) };
    html! {
        div.wide {
            table.bars.sort.forest data-fold="6" {
                caption.hidden { (page.measure(measure).title) ": differences from the reference" }
                thead {
                    tr {
                        th scope="col" { "strategy" }
                        th.drawn scope="col" data-plain {
                            svg width="100%" height="16" aria-hidden="true" {
                                @for tick in scale.ticks(&label) { text.below x=(share(tick.at)) y="12" { (tick.label) } }
                            }
                        }
                        th scope="col" { "difference" }
                        th scope="col" { "interval" }
                        th scope="col" { "finding" }
                    }
                }
                tbody { @for one in all { (row(page, one, &scale)) } }
            }
        }
    }
}

fn row(page: &Page, one: &Difference, scale: &Scale) -> Markup {
    let unit = page.measure(one.measure).unit;
    let shown = |value: f64| units::difference(page.comparison, unit, value);
    let (sign, word, class) = finding(one.verdict);
    let x = |value: f64| share(scale.at(value));
    let rank = match one.verdict {
        Finding::Better => "0",
        Finding::Same => "1",
        Finding::NotShown => "2",
        Finding::Worse => "3",
    };
    html! {
        tr data-keep[page.hue(one.strategy).is_some()] {
            th scope="row" { (page.name(one.strategy)) }
            td.drawn {
                svg width="100%" height="26" aria-hidden="true" {
                    line.zero x1="50%" x2="50%" y1="0" y2="26" {}
                    @if let (Some(low), Some(high)) = (one.difference.low, one.difference.high) {
                        line.interval.(class) x1=(x(low)) x2=(x(high)) y1="13" y2="13" {}
                    }
                    circle.dot.(class) cx=(x(one.difference.value)) cy="13" r="4.5" {}
                }
            }
            td data-value=(sortable(one.difference.value)) data-tip=(tip(page, one)) {
                @if one.difference.value == 0.0 { "0" } @else { (shown(one.difference.value)) }
            }
            td.dim {
                @match (one.difference.low, one.difference.high) {
                    (Some(low), Some(high)) => { (shown(low)) " to " (shown(high)) }
                    _ => "–",
                }
            }
            td.finding.(class) data-value=(rank) {
                b { (sign) } " " (word)
                @if let Some(needed) = one.needed { " " small { (grouped(needed)) " orders needed" } }
            }
        }
    }
}

fn tip(page: &Page, one: &Difference) -> String {
    let mut tip = Vec::new();
    for strategy in [one.strategy, page.comparison.sample.reference] {
        if let Some(of) = page.value(one.profile, strategy, one.measure) {
            tip.push(format!("{}\t{}", page.name(strategy), page.shown(one.measure, of.value)));
        }
    }
    if let Some([this, other]) = one.only {
        tip.push(format!("only this one\t{} orders", grouped(this)));
        tip.push(format!("only the reference\t{} orders", grouped(other)));
    }
    tip.push(format!(
        "probability\t{}",
        if one.p_value < 1e-4 { "< 0.0001".to_owned() } else { format!("{:.4}", one.p_value) }
    ));
    tip.join("\n")
}
