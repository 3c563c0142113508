//! Money at risk by the clock: what is debited and not agreed upon.
//!
//! Called by the page.

use super::page::Page;
use super::plot::{self, Line, Plot, Stop};
use super::scale::{self, Scale, Tick};
use crate::campaign::compare::Unit;
use crate::campaign::compare::cell::Cell;
use crate::kernel::{DAY, HOUR, Micros};
use crate::report::compare::units;
use maud::{Markup, html};

/// What is shown of the axis upwards, as a part of the most.
const DEPTH: f64 = 1e4;
/// What is shown of the time: the days of the storm.
const SHOWN: Micros = 2 * DAY;

/// The chart of a profile.
pub fn chart(page: &Page, profile: usize) -> Markup {
    let cells = page.cells(profile);
    let most = cells.iter().flat_map(|cell| &cell.at_risk_by_clock).map(|point| point[1]).max().unwrap_or(0);
    html! {
        h3 { "Money at risk" }
        p.about { "What is debited and not agreed upon, by the clock of an average day: the most within every ten minutes." }
        @if most == 0 {
            p { "None is at risk under any strategy." }
        } @else {
            (drawn(page, profile, most))
        }
    }
}

fn drawn(page: &Page, profile: usize, most: u64) -> Markup {
    let cells = page.cells(profile);
    let top = scale::power_above(most as f64);
    let (across, up) = (Scale::Even(0.0, SHOWN as f64), Scale::Log(top / DEPTH, top));
    let money = |minor: f64| units::value(page.comparison, Unit::Money, minor);
    let line = |cell: &Cell| {
        let inside = cell.at_risk_by_clock.iter().filter(|point| point[0] <= SHOWN);
        let mut points: Vec<[f64; 2]> = inside.map(|point| [across.at(point[0] as f64), up.at(point[1] as f64)]).collect();
        let end = points.last().map_or(0.0, |point| point[1]);
        points.push([1.0, end]);
        Line { strategy: cell.strategy, points }
    };
    let stop = |hour: u64| {
        let row = |strategy: &usize| {
            let shown = money(at(page.cell(profile, *strategy), hour * HOUR) as f64);
            format!("\n{}\t{shown}", page.name(*strategy))
        };
        let tip = format!("{}{}", clock(hour), page.picks.iter().map(row).collect::<String>());
        Stop { at: across.at((hour * HOUR) as f64), tip }
    };
    let mut left: Vec<Tick> = up.ticks(&|minor| scale::plain(&money(minor)));
    left.iter_mut().take(1).for_each(|tick| tick.label = format!("≤ {}", tick.label));
    let tick =
        |hour: u64| Tick { at: across.at((hour * HOUR) as f64), label: clock(hour), minor: ![0, 12].contains(&(hour % 24)) };
    let code = &page.comparison.currency.code;
    let highest = |strategy: usize| {
        let most = page.cell(profile, strategy).at_risk_by_clock.iter().map(|point| point[1]).max().unwrap_or(0);
        Some(format!("at most {}", money(most as f64)))
    };
    let plot = Plot {
        id: page.id(&format!("risk-{profile}")),
        title: format!("Money at risk by the clock under {}", page.comparison.profiles[profile].name),
        about: page
            .picks
            .iter()
            .map(|&pick| format!("{}: {}", page.name(pick), highest(pick).unwrap_or_default()))
            .collect::<Vec<_>>()
            .join("; "),
        up: format!("{code}, logarithmic"),
        across: "time of day; then the day after".to_owned(),
        below: (0..=8).map(|i| tick(i * 6)).collect(),
        left,
        lines: cells.iter().map(line).collect(),
        steps: true,
        stops: (0..24).map(|i| stop(2 * i)).collect(),
    };
    html! { figure.chart { (plot.draw(page)) (plot::key(page, page.others(), &highest)) } }
}

/// What is at risk at a time.
fn at(cell: &Cell, time: Micros) -> u64 {
    cell.at_risk_by_clock.iter().rev().find(|point| point[0] <= time).map_or(0, |point| point[1])
}

fn clock(hour: u64) -> String {
    match hour {
        0..24 => format!("{hour:02}:00"),
        24 => "day 1".to_owned(),
        48.. => "day 2".to_owned(),
        _ => format!("+{:02}:00", hour - 24),
    }
}
