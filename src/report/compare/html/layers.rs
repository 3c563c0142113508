//! What each layer buys: a waterfall from nothing to everything, and what a mechanism changes on average over all orders of
//! adding it.
//!
//! Called by the page.

use super::page::Page;
use super::scale::{Scale, share, sortable};
use crate::campaign::compare::answer::{Layers, Marginal};
use crate::report::compare::units;
use maud::{Markup, html};

/// The layers of a profile, a view for each measure that decides.
pub fn charts(page: &Page, profile: usize) -> Markup {
    let Some(layers) = page.comparison.layers.iter().find(|layers| layers.profile == profile) else { return html! {} };
    html! {
        h3 { "What each layer buys" }
        div.views data-group="layers" data-label="Measure" {
            @for measure in page.chief(Some(profile)) {
                section data-view=(page.measure(measure).title) {
                    div.pair {
                        (waterfall(page, layers, measure))
                        (marginal(page, layers, measure))
                    }
                }
            }
        }
    }
}

/// Is a change for the better, for the worse, or none? Its class.
fn direction(page: &Page, measure: usize, change: f64) -> &'static str {
    match (change == 0.0, (change < 0.0) != page.measure(measure).more_is_better) {
        (true, _) => "same",
        (false, true) => "better",
        (false, false) => "worse",
    }
}

fn waterfall(page: &Page, layers: &Layers, measure: usize) -> Markup {
    let value = |strategy: &usize| page.value(layers.profile, *strategy, measure).map_or(0.0, |of| of.value);
    let values: Vec<f64> = layers.waterfall.iter().map(value).collect();
    let scale = Scale::Even(0.0, values.iter().copied().fold(0.0, f64::max));
    let unit = page.measure(measure).unit;
    html! {
        div.wide {
            table.bars {
                caption { (page.measure(measure).title) ", one layer after the other" }
                thead { tr { th scope="col" { "layer" } th.drawn scope="col" {} th scope="col" { "change" } th scope="col" { "then" } } }
                tbody {
                    @for (step, after) in values.iter().enumerate() {
                        @let before = if step == 0 { 0.0 } else { values[step - 1] };
                        @let class = if step == 0 { "base" } else { direction(page, measure, after - before) };
                        tr {
                            th scope="row" { @if step == 0 { (page.name(layers.waterfall[0])) } @else { "+\u{a0}" (layers.mechanisms[step - 1]) } }
                            td.drawn {
                                svg width="100%" height="26" aria-hidden="true" {
                                    @let (low, high) = (scale.at(before.min(*after)), scale.at(before.max(*after)));
                                    line.zero x1="0" x2="0" y1="0" y2="26" {}
                                    rect.(class) x=(share(low)) width=(share(high - low)) y="5" height="16" rx="2" {}
                                    line.edge.(class) x1=(share(scale.at(*after))) x2=(share(scale.at(*after))) y1="3" y2="23" {}
                                }
                            }
                            td { @if step > 0 { (change(page, measure, after - before)) } }
                            td { b { (units::value(page.comparison, unit, *after)) } }
                        }
                    }
                }
            }
        }
    }
}

/// A change with its sign, and whether it is for the better.
fn change(page: &Page, measure: usize, change: f64) -> Markup {
    let class = direction(page, measure, change);
    let sign = match class {
        "better" => "▼ ",
        "worse" => "▲ ",
        _ => "= ",
    };
    html! { span.(class) { (sign) } @if change != 0.0 { (units::difference(page.comparison, page.measure(measure).unit, change)) } @else { "0" } }
}

fn marginal(page: &Page, layers: &Layers, measure: usize) -> Markup {
    let all: Vec<&Marginal> = layers.marginal.iter().filter(|marginal| marginal.measure == measure).collect();
    let ends = all
        .iter()
        .flat_map(|one| [one.range[0], one.range[1], one.average.low.unwrap_or(0.0), one.average.high.unwrap_or(0.0)]);
    let (low, high) = ends.fold((0.0, 0.0), |(low, high): (f64, f64), end| (low.min(end), high.max(end)));
    let scale = Scale::Even(low, high);
    html! {
        @if !all.is_empty() {
            div.wide {
                table.bars.sort {
                    caption { "Average over all orders of adding; thin: least to most" }
                    thead {
                        tr {
                            th scope="col" { "mechanism" }
                            th.drawn scope="col" data-plain {}
                            th scope="col" { "average" }
                            th.roomy scope="col" { "first" }
                            th.roomy scope="col" { "last" }
                        }
                    }
                    tbody { @for one in all { (row(page, layers, one, &scale)) } }
                }
            }
        }
    }
}

fn row(page: &Page, layers: &Layers, one: &Marginal, scale: &Scale) -> Markup {
    let (measure, unit) = (one.measure, page.measure(one.measure).unit);
    let class = direction(page, measure, one.average.value);
    let x = |value: f64| share(scale.at(value));
    let shown = |value: f64| units::difference(page.comparison, unit, value);
    let interval = match (one.average.low, one.average.high) {
        (Some(low), Some(high)) => format!(" ({} to {})", shown(low), shown(high)),
        _ => String::new(),
    };
    let tip = format!(
        "{}\non average\t{}{interval}\nadded first\t{}\nadded last\t{}\nat least\t{}\nat most\t{}",
        layers.mechanisms[one.mechanism],
        shown(one.average.value),
        shown(one.first),
        shown(one.last),
        shown(one.range[0]),
        shown(one.range[1])
    );
    html! {
        tr {
            th scope="row" { (layers.mechanisms[one.mechanism]) }
            td.drawn {
                svg width="100%" height="26" aria-hidden="true" {
                    line.zero x1=(x(0.0)) x2=(x(0.0)) y1="0" y2="26" {}
                    line.range x1=(x(one.range[0])) x2=(x(one.range[1])) y1="13" y2="13" {}
                    @if let (Some(low), Some(high)) = (one.average.low, one.average.high) {
                        line.interval.(class) x1=(x(low)) x2=(x(high)) y1="13" y2="13" {}
                    }
                    circle.dot.(class) cx=(x(one.average.value)) cy="13" r="5" {}
                }
            }
            td data-value=(sortable(one.average.value)) data-tip=(tip) { (change(page, measure, one.average.value)) }
            td.roomy data-value=(sortable(one.first)) { (change(page, measure, one.first)) }
            td.roomy data-value=(sortable(one.last)) { (change(page, measure, one.last)) }
        }
    }
}
