//! A drawing of lines over an axis. Places across are shares of the width and places up are pixels, so that it fits any width
//! without scaling its letters. Values can be read at *stops*, by pointer, finger or keyboard.
//!
//! Called by the charts. It must not know what the lines mean.

use super::page::Page;
use super::scale::{Tick, share, tenth};
use maud::{Markup, html};

/// The height of a drawing in pixels.
const HEIGHT: f64 = 264.0;

/// A line; places from 0 to 1, across and up.
pub struct Line {
    /// The strategy that it is of.
    pub strategy: usize,
    /// Its points.
    pub points: Vec<[f64; 2]>,
}

/// A place at which the values of all lines can be read.
pub struct Stop {
    /// Where, from 0 to 1.
    pub at: f64,
    /// What it is, then a line each: name, tabulator, value.
    pub tip: String,
}

/// A drawing.
pub struct Plot {
    /// What makes it unique on the page.
    pub id: String,
    /// What it shows.
    pub title: String,
    /// What can be seen in it, in words.
    pub about: String,
    /// What stands upwards.
    pub up: String,
    /// What stands across.
    pub across: String,
    /// Values written below.
    pub below: Vec<Tick>,
    /// Values written at the left.
    pub left: Vec<Tick>,
    /// The lines.
    pub lines: Vec<Line>,
    /// Do the lines go in steps?
    pub steps: bool,
    /// Where values can be read.
    pub stops: Vec<Stop>,
}

impl Plot {
    /// The drawing, without its key.
    pub fn draw(&self, page: &Page) -> Markup {
        let (picked, other): (Vec<&Line>, Vec<&Line>) =
            self.lines.iter().partition(|line| page.hue(line.strategy).is_some());
        html! {
            p.up { (self.up) }
            div.plot {
                svg role="group" width="100%" height=(HEIGHT) aria-labelledby={ (self.id) "-t " (self.id) "-d" } {
                    title id={ (self.id) "-t" } { (self.title) }
                    desc id={ (self.id) "-d" } { (self.about) }
                    @for tick in &self.left {
                        line.grid x1="0" x2="100%" y1=(up(tick.at)) y2=(up(tick.at)) {}
                        text.left x="-8" y=(up(tick.at)) dy="4" { (tick.label) }
                    }
                    @for tick in &self.below { (below(tick)) }
                    svg width="100%" height=(HEIGHT) viewBox={ "0 0 1000 " (HEIGHT) } preserveAspectRatio="none" {
                        @for line in other { path.line.other d=(self.path(&line.points)) {} }
                        @for line in picked.iter().rev() {
                            path.line.{ "h" (page.hue(line.strategy).unwrap_or(0)) } d=(self.path(&line.points)) {}
                        }
                    }
                    (self.bands())
                }
            }
            p.across { (self.across) }
        }
    }

    fn path(&self, points: &[[f64; 2]]) -> String {
        let mut path = String::new();
        let mut before = (String::new(), String::new());
        for [x, y] in points {
            let at = (format!("{}", libm::round(x * 1000.0) as i64), up(*y));
            if at == before {
                continue;
            }
            match (path.is_empty(), self.steps) {
                (true, _) => path.push_str(&format!("M{} {}", at.0, at.1)),
                (false, true) if at.1 == before.1 => path.push_str(&format!("H{}", at.0)),
                (false, true) => path.push_str(&format!("H{}V{}", at.0, at.1)),
                (false, false) => path.push_str(&format!("L{} {}", at.0, at.1)),
            }
            before = at;
        }
        path
    }

    /// Where values are read: each stop from the middle before it to the middle behind it.
    fn bands(&self) -> Markup {
        let middle = |i: usize| (self.stops[i].at + self.stops[i + 1].at) / 2.0;
        html! {
            @for (i, stop) in self.stops.iter().enumerate() {
                @let from = if i == 0 { 0.0 } else { middle(i - 1) };
                @let to = if i + 1 == self.stops.len() { 1.0 } else { middle(i) };
                g.mark data-tip=(stop.tip) {
                    rect x=(share(from)) width=(share(to - from)) y="0" height=(HEIGHT) {}
                    line x1=(share(stop.at)) x2=(share(stop.at)) y1="0" y2=(HEIGHT) {}
                }
            }
        }
    }
}

fn below(tick: &Tick) -> Markup {
    html! {
        line.grid.minor[tick.minor] x1=(share(tick.at)) x2=(share(tick.at)) y1="0" y2=(HEIGHT) {}
        text.below.minor[tick.minor] x=(share(tick.at)) y=(HEIGHT + 18.0) { (tick.label) }
    }
}

/// A place in pixels from the top.
pub fn up(place: f64) -> String {
    tenth(HEIGHT * (1.0 - place))
}

/// What the lines are: a sample and a name each, and what is said of it; and how many others there are.
pub fn key(page: &Page, others: usize, said: &dyn Fn(usize) -> Option<String>) -> Markup {
    html! {
        ul.key {
            @for (hue, strategy) in page.picks.iter().enumerate() {
                li {
                    svg width="30" height="10" aria-hidden="true" { line.line.{ "h" (hue) } x1="1" x2="29" y1="5" y2="5" {} }
                    span { (page.name(*strategy)) @if let Some(said) = said(*strategy) { " " small { (said) } } }
                }
            }
            @if others > 0 {
                li {
                    svg width="30" height="10" aria-hidden="true" { line.line.other x1="1" x2="29" y1="5" y2="5" {} }
                    span { "the other " (others) }
                }
            }
        }
    }
}
