//! How soon books agree: the share of orders that are consistent within so long, over dropped orders, over all that were
//! debited, and by the money in them. Time is logarithmic, shares stand by their nines.
//!
//! Called by the page.

use super::page::Page;
use super::plot::{self, Line, Plot, Stop};
use super::scale::{self, Scale};
use crate::campaign::compare::cell::Cell;
use crate::campaign::compare::percent;
use crate::kernel::{DAY, HOUR, MILLISECOND, MINUTE, Micros, SECOND, format_duration};
use crate::report::paint::grouped;
use maud::{Markup, html};

/// Where values can be read.
const STOPS: [Micros; 15] = [
    100 * MILLISECOND,
    SECOND,
    5 * SECOND,
    15 * SECOND,
    30 * SECOND,
    MINUTE,
    2 * MINUTE,
    5 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    3 * HOUR,
    12 * HOUR,
    DAY,
    4 * DAY,
];

/// What is counted.
struct Count {
    name: &'static str,
    up: &'static str,
    /// All of it, in what unit, and what is consistent within so long.
    of: fn(&Cell) -> (u64, Vec<[u64; 2]>),
    /// The orders that it is of.
    orders: fn(&Cell) -> u64,
}

const COUNTS: [Count; 3] = [
    Count {
        name: "dropped orders",
        up: "share of dropped orders that are consistent",
        of: |cell| (cell.time.orders, cell.time.curve.clone()),
        orders: |cell| cell.time.orders,
    },
    Count {
        name: "all debited orders",
        up: "share of debited orders that are consistent",
        of: |cell| (cell.time_all.orders, cell.time_all.curve.clone()),
        orders: |cell| cell.time_all.orders,
    },
    Count {
        name: "money",
        up: "share of the money debited that is agreed upon",
        of: money,
        orders: |cell| cell.time_all.orders,
    },
];

/// What is agreed upon is all that was debited, less what is not.
fn money(cell: &Cell) -> (u64, Vec<[u64; 2]>) {
    let all = cell.at_risk_by_age.iter().map(|point| point[1]).max().unwrap_or(0);
    (all, cell.at_risk_by_age.iter().map(|point| [point[0], all - point[1]]).collect())
}

/// The curves of a profile.
pub fn charts(page: &Page, profile: usize) -> Markup {
    html! {
        h3 { "Time to consistency" }
        p.about { "From the bank's debit until all books agree for good. Each strategy drops other orders: to compare strategies, look at all debited orders." }
        div.views data-group="curves" data-label="Of" {
            @for (number, count) in COUNTS.iter().enumerate() {
                @if page.cells(profile).iter().any(|cell| (count.of)(cell).0 > 0) {
                    section data-view=(count.name) { (chart(page, profile, number, count)) }
                }
            }
        }
    }
}

struct Curve {
    strategy: usize,
    all: u64,
    points: Vec<[u64; 2]>,
}

impl Curve {
    fn share(&self, within: Micros) -> f64 {
        let point = self.points.iter().rev().find(|point| point[0] <= within);
        point.map_or(0.0, |point| point[1] as f64 / self.all as f64)
    }
}

fn chart(page: &Page, profile: usize, number: usize, count: &Count) -> Markup {
    let curves: Vec<Curve> = page
        .cells(profile)
        .iter()
        .map(|cell| ((count.of)(cell), cell.strategy))
        .filter(|((all, points), _)| *all > 0 && !points.is_empty())
        .map(|((all, points), strategy)| Curve { strategy, all, points })
        .collect();
    let last = curves.iter().filter_map(|curve| curve.points.last()).map(|point| point[0]).max().unwrap_or(SECOND);
    let first = curves.iter().filter_map(|curve| curve.points.first()).map(|point| point[0]).min().unwrap_or(SECOND);
    let (first, last) = (first.min(last / 10).max(1), last);
    let orders = page.cells(profile).iter().map(|cell| (count.orders)(cell)).max().unwrap_or(1);
    let nines = libm::ceil(libm::log10(orders.max(1) as f64)).clamp(2.0, 6.0);
    let (across, up) = (Scale::Log(first as f64, last as f64), Scale::Nines(nines));
    let line = |curve: &Curve| {
        let place = |point: &[u64; 2]| [across.at(point[0] as f64), up.at(point[1] as f64 / curve.all as f64)];
        let mut points: Vec<[f64; 2]> = curve.points.iter().map(place).collect();
        let end = points.last().map_or(0.0, |point| point[1]);
        points.push([1.0, end]);
        Line { strategy: curve.strategy, points }
    };
    let said = |strategy: usize| match curves.iter().find(|curve| curve.strategy == strategy) {
        None => Some(if number == 0 { "drops no order".to_owned() } else { "nothing".to_owned() }),
        Some(curve) => {
            let share = curve.share(last);
            (share < 1.0).then(|| format!("stays at {}", percent(share)))
        }
    };
    let plot = Plot {
        id: page.id(&format!("curve-{profile}-{number}")),
        title: format!("Time to consistency of {} under {}", count.name, page.comparison.profiles[profile].name),
        about: about(page, &curves, last),
        up: format!("{}, by nines", count.up),
        across: "time since the debit, logarithmic".to_owned(),
        below: scale::times(&across, first, last),
        left: up.ticks(&|_| String::new()),
        lines: curves.iter().map(line).collect(),
        steps: false,
        stops: stops(page, &curves, &across, first, last),
    };
    html! { figure.chart { (plot.draw(page)) (plot::key(page, page.others(), &said)) } }
}

fn stops(page: &Page, curves: &[Curve], across: &Scale, first: Micros, last: Micros) -> Vec<Stop> {
    let picked = || page.picks.iter().filter_map(|pick| curves.iter().find(|curve| curve.strategy == *pick));
    let stop = |time: &Micros| {
        let row = |curve: &Curve| format!("\n{}\t{}", page.name(curve.strategy), percent(curve.share(*time)));
        let tip = format!("within {}{}", format_duration(*time), picked().map(row).collect::<String>());
        Stop { at: across.at(*time as f64), tip }
    };
    STOPS.iter().filter(|time| (first..=last).contains(time)).map(stop).collect()
}

fn about(page: &Page, curves: &[Curve], last: Micros) -> String {
    let picked = curves.iter().filter(|curve| page.hue(curve.strategy).is_some());
    let each = picked.map(|curve| {
        format!(
            "{}: {} of {} within {}",
            page.name(curve.strategy),
            percent(curve.share(last)),
            grouped(curve.all),
            format_duration(last)
        )
    });
    each.collect::<Vec<_>>().join("; ")
}
