//! One parameter varied: a line for each strategy. Two: a table shaded by the value.
//!
//! Called by the page.

use super::heat::{Shades, broken};
use super::page::Page;
use super::plot::{self, Line, Plot, Stop};
use super::scale::{Scale, Tick, plain, sortable};
use crate::campaign::compare::answer::{Axis, Sweep};
use crate::campaign::compare::cell::Estimate;
use maud::{Markup, html};

/// All sweeps.
pub fn charts(page: &Page) -> Markup {
    html! {
        @if !page.comparison.sweeps.is_empty() {
            section.sweeps id=(page.id("sweeps")) {
                h2 { "Parameters, varied" }
                @for (number, sweep) in page.comparison.sweeps.iter().enumerate() { (one(page, number, sweep)) }
            }
        }
    }
}

fn one(page: &Page, number: usize, sweep: &Sweep) -> Markup {
    let says = |measure: &usize| sweep.points.iter().any(|point| point[*measure].as_ref().is_some_and(|of| of.value != 0.0));
    let chief: Vec<usize> = page.chief(None).into_iter().filter(says).collect();
    let keys: Vec<&str> = sweep.axes.iter().map(|axis| axis.key.as_str()).collect();
    html! {
        h3 { (sweep.about) }
        p.about { "Under " (page.comparison.profiles[sweep.profile].name) "; varied: " (keys.join(", ")) "." }
        @if chief.is_empty() { p { "Nothing that decides changes." } }
        div.views data-group={ "sweep-" (number) } data-label="Measure" {
            @for measure in chief {
                section data-view=(page.measure(measure).title) {
                    @match sweep.axes.as_slice() {
                        [axis] => (lines(page, number, sweep, axis, measure)),
                        [down, across] => (heat(page, sweep, down, across, measure)),
                        _ => {}
                    }
                }
            }
        }
    }
}

fn lines(page: &Page, number: usize, sweep: &Sweep, axis: &Axis, measure: usize) -> Markup {
    let count = axis.values.len();
    let value = |line: usize, at: usize| sweep.points.get(line * count + at).and_then(|point| point[measure].as_ref());
    let most = sweep
        .points
        .iter()
        .filter_map(|point| point[measure].as_ref())
        .map(|of| of.high.unwrap_or(of.value))
        .fold(0.0, f64::max);
    let (across, up) = (Scale::Even(0.0, (count.max(2) - 1) as f64), Scale::Even(0.0, most));
    let line = |(line, strategy): (usize, &usize)| Line {
        strategy: *strategy,
        points: (0..count).filter_map(|at| Some([across.at(at as f64), up.at(value(line, at)?.value)])).collect(),
    };
    let stop = |(at, text): (usize, &String)| {
        let rows = sweep.strategies.iter().enumerate().filter_map(|(line, strategy)| {
            Some(format!("\n{}\t{}", page.name(*strategy), page.told(measure, value(line, at)?)))
        });
        Stop { at: across.at(at as f64), tip: format!("{} = {text}{}", axis.key, rows.collect::<String>()) }
    };
    let tick = |(at, text): (usize, &String)| Tick {
        at: across.at(at as f64),
        label: text.clone(),
        minor: at % 2 == 1 && count > 6,
    };
    let plot = Plot {
        id: page.id(&format!("sweep-{number}-{measure}")),
        title: format!("{} by {}", page.measure(measure).title, axis.key),
        about: sweep.about.clone(),
        up: page.measure(measure).title.clone(),
        across: axis.key.clone(),
        below: axis.values.iter().enumerate().map(tick).collect(),
        left: up.ticks(&|value| plain(&page.shown(measure, value))),
        lines: sweep.strategies.iter().enumerate().map(line).collect(),
        steps: false,
        stops: axis.values.iter().enumerate().map(stop).collect(),
    };
    let inner = Page {
        comparison: page.comparison,
        number: page.number,
        order: page.order.clone(),
        picks: sweep.strategies.clone(),
    };
    html! { figure.chart { (plot.draw(&inner)) (plot::key(&inner, 0, &|_| None)) } }
}

fn heat(page: &Page, sweep: &Sweep, down: &Axis, across: &Axis, measure: usize) -> Markup {
    let (rows, columns) = (down.values.len(), across.values.len());
    let all = sweep.points.iter().filter_map(|point| point[measure].as_ref()).map(|of| of.value);
    let shades = Shades::new(all, page.measure(measure).more_is_better);
    let value = |line: usize, row: usize, column: usize| -> Option<&Estimate> {
        sweep.points.get((line * rows + row) * columns + column)?[measure].as_ref()
    };
    html! {
        @for (line, strategy) in sweep.strategies.iter().enumerate() {
            div.wide {
                table.heat {
                    caption { (page.name(*strategy)) ": " (page.measure(measure).title) "; down: " (down.key) "; across: " (across.key) }
                    thead { tr { td {} @for text in &across.values { th scope="col" { (broken(text)) } } } }
                    tbody {
                        @for (row, text) in down.values.iter().enumerate() {
                            tr {
                                th scope="row" { (text) }
                                @for column in 0..columns {
                                    @match value(line, row, column) {
                                        None => td { "–" },
                                        Some(of) => td.(shades.of(of.value)) data-value=(sortable(of.value)) data-tip=(page.told(measure, of)) {
                                            (page.shown(measure, of.value))
                                        },
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
