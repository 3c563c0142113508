//! Time against cost: a point for each strategy, a line through those that no other beats in both.
//!
//! Called by the page.

use super::page::Page;
use super::plot::up;
use super::scale::{self, Scale, share};
use crate::campaign::compare::answer::Front;
use crate::kernel::Micros;
use maud::{Markup, html};

/// The chart of a profile.
pub fn chart(page: &Page, profile: usize) -> Markup {
    let Some(front) = page.comparison.fronts.iter().find(|front| front.profile == profile) else { return html! {} };
    let point = |strategy: usize| {
        let value = |measure: usize| page.value(profile, strategy, measure).map(|of| of.value);
        Some((strategy, [value(front.cost)?, value(front.time)?]))
    };
    let points: Vec<(usize, [f64; 2])> = (0..page.comparison.strategies.len()).filter_map(point).collect();
    html! {
        h3 { "Time against cost" }
        p.about {
            "Left is cheaper, low is sooner. The numbered strategies are beaten by no other in both; the line goes by the values, "
            "not by how sure they are."
        }
        @if !points.is_empty() { (drawn(page, front, &points)) }
    }
}

fn drawn(page: &Page, front: &Front, points: &[(usize, [f64; 2])]) -> Markup {
    let most = points.iter().map(|(_, at)| at[0]).fold(0.0, f64::max);
    let times = points.iter().map(|(_, at)| at[1]).filter(|time| *time > 0.0);
    let (least, longest) = times.fold((f64::MAX, 1.0), |(least, longest), time| (least.min(time), f64::max(longest, time)));
    let some = points.iter().map(|(_, at)| at[0]).filter(|cost| *cost > 0.0).fold(most, f64::min);
    let spread = most > 30.0 * some;
    let across = if spread { Scale::Log(some / 1.5, most * 1.5) } else { Scale::Even(0.0, most * 1.04) };
    let height = Scale::Log((least * 0.7).min(longest / 2.0), longest * 1.4);
    let place = |at: &[f64; 2]| [across.at(at[0]), height.at(at[1])];
    let left = scale::times(&height, (least * 0.7) as Micros, (longest * 1.4) as Micros);
    let id = page.id(&format!("front-{}", front.profile));
    let best: Vec<[f64; 2]> = front
        .best
        .iter()
        .filter_map(|best| points.iter().find(|(strategy, _)| strategy == best))
        .map(|(_, at)| place(at))
        .collect();
    html! {
        figure.chart.front {
            div {
            p.up { (page.measure(front.time).title) ", logarithmic" }
            div.plot {
                svg role="group" width="100%" height="264" aria-labelledby={ (id) "-t " (id) "-d" } {
                    title id={ (id) "-t" } { "Time against cost under " (page.comparison.profiles[front.profile].name) }
                    desc id={ (id) "-d" } { "No other strategy beats: " (front.best.iter().map(|best| page.name(*best)).collect::<Vec<_>>().join(", ")) }
                    @for tick in left {
                        line.grid x1="0" x2="100%" y1=(up(tick.at)) y2=(up(tick.at)) {}
                        text.left x="-8" y=(up(tick.at)) dy="4" { (tick.label) }
                    }
                    @for tick in across.ticks(&|value| scale::plain(&page.shown(front.cost, value))) {
                        line.grid x1=(share(tick.at)) x2=(share(tick.at)) y1="0" y2="264" {}
                        text.below x=(share(tick.at)) y="282" { (tick.label) }
                    }
                    svg width="100%" height="264" viewBox="0 0 1000 264" preserveAspectRatio="none" { path.line.edge d=(stairs(&best)) {} }
                    @for (strategy, at) in points.iter().filter(|(strategy, _)| !front.best.contains(strategy)) {
                        (mark(page, front, *strategy, at, place(at)))
                    }
                    @for strategy in front.best.iter().rev() {
                        @for (_, at) in points.iter().filter(|(other, _)| other == strategy) { (mark(page, front, *strategy, at, place(at))) }
                    }
                }
            }
            p.across { (page.measure(front.cost).title) " per order" @if spread { ", logarithmic" } }
            }
            ol.best {
                @for &strategy in &front.best {
                    li {
                        b { (page.name(strategy)) } " "
                        small {
                            @for (i, measure) in [front.cost, front.time].into_iter().enumerate() {
                                @if i > 0 { ", " }
                                @if let Some(of) = page.value(front.profile, strategy, measure) { (page.shown(measure, of.value)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// From each of the best to the next: first across, then down, for what is between is beaten by the one before.
fn stairs(best: &[[f64; 2]]) -> String {
    let x = |at: f64| libm::round(at * 1000.0) as i64;
    let mut path = String::new();
    for (i, [across, height]) in best.iter().enumerate() {
        path.push_str(&if i == 0 {
            format!("M{} {}", x(*across), up(*height))
        } else {
            format!("H{}V{}", x(*across), up(*height))
        });
    }
    path + if best.is_empty() { "" } else { "H1000" }
}

fn mark(page: &Page, front: &Front, strategy: usize, at: &[f64; 2], place: [f64; 2]) -> Markup {
    let rank = front.best.iter().position(|best| *best == strategy);
    let tip = format!(
        "{}\n{}\t{}\n{}\t{}",
        page.name(strategy),
        page.measure(front.cost).title,
        page.shown(front.cost, at[0]),
        page.measure(front.time).title,
        page.shown(front.time, at[1])
    );
    html! {
        g.mark.point.best[rank.is_some()] data-tip=(tip) {
            circle cx=(share(place[0])) cy=(up(place[1])) r=(if rank.is_some() { "9" } else { "4.5" }) {}
            @if let Some(rank) = rank { text x=(share(place[0])) y=(up(place[1])) dy="4" { (rank + 1) } }
        }
    }
}
