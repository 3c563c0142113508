//! Trace format `html`: one self-contained page. Three lanes with time running down, messages as arrows, what struck in red,
//! what mended it in green; and the books at every step, by mouse, finger or keyboard. No network, no library.
//!
//! The drawing is in `lanes`, its places in `rows`; style and script stand beside them.

mod lanes;
mod rows;

use super::Format;
use crate::kernel::format_duration;
use crate::payments::money::Currency;
use crate::report::books::{BookView, Entry, Table};
use crate::report::document::document;
use crate::report::json::mechanism;
use crate::report::paint::{Tone, count_of, grouped};
use crate::report::steps::{Step, steps};
use crate::report::verdict::EXCUSE;
use crate::report::words;
use crate::run::outcome::{Outcome, Story, Verdict, Violation};
use maud::{Markup, html};
use rows::Row;
use std::fmt::{self, Write};

/// A page to be looked at.
pub const FORMAT: Format = Format {
    name: "html",
    about: "one self-contained page: lanes, messages, and the books at every step",
    extensions: &["html", "htm"],
    write,
    line: None,
};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

fn write(out: &mut dyn Write, outcomes: &[Outcome]) -> fmt::Result {
    let title = match outcomes {
        [only] => only.scenario.clone(),
        many => count_of(many.len() as u64, "scenario"),
    };
    let body = html! {
        (lanes::tips())
        @for (i, outcome) in outcomes.iter().enumerate() { (run(i, outcome)) }
        (legend())
    };
    writeln!(out, "{}", document(&format!("{title} · paychaos"), [STYLE, SCRIPT], &body))
}

fn run(number: usize, outcome: &Outcome) -> Markup {
    let (class, verdict) = match outcome.verdict {
        Verdict::Pass => ("pass", "Pass"),
        Verdict::Fail(_) => ("fail", "Fail"),
    };
    html! {
        section.run {
            header {
                p.verdict.(class) { (verdict) }
                h1 { (outcome.scenario) }
                p.about { (outcome.about) }
            }
            @if let Verdict::Fail(reasons) = &outcome.verdict {
                ul.reasons { @for reason in reasons { li { (reason) } } }
            }
            (figures(outcome))
            @if !outcome.violations.is_empty() { (violations(outcome)) }
            @if ![&outcome.warnings, &outcome.unreached, &outcome.spared_in_vain].iter().all(|told| told.is_empty()) {
                ul.warnings {
                    @for address in &outcome.unreached { li { "never reached: " code { (address) } } }
                    @for address in &outcome.spared_in_vain { li { "nothing to spare at: " code { (address) } } }
                    @for warning in &outcome.warnings { li { (warning) } }
                }
            }
            @if outcome.stories.len() > 1 {
                nav aria-label="Orders" {
                    @for story in &outcome.stories { a href={ "#" (id(number, story)) } { "Order " (story.order + 1) } }
                }
            }
            @for story in &outcome.stories { (told(number, outcome, story)) }
        }
    }
}

fn id(run: usize, story: &Story) -> String {
    format!("run-{}-order-{}", run + 1, u64::from(story.order) + 1)
}

fn figures(outcome: &Outcome) -> Markup {
    let totals = &outcome.totals;
    let dropped: u64 = totals.dropped_external.iter().chain(&totals.dropped_internal).sum();
    let figure = |name: &str, value: &str| html! { div { dt { (name) } dd { (value) } } };
    html! {
        dl.figures {
            (figure("orders", &grouped(totals.orders)))
            (figure("paid", &grouped(totals.paid)))
            (figure("dropped", &grouped(dropped)))
            @for (by, count) in &totals.recovered_by { (figure(&format!("recovered by {}", mechanism(*by)), &grouped(*count))) }
            (figure("unrecovered", &grouped(totals.unrecovered)))
            @if totals.manual_cases > 0 { (figure("before a person", &grouped(totals.manual_cases))) }
            @if !totals.time_to_consistency.is_empty() && totals.time_to_consistency.never() == 0 {
                (figure("consistent after the debit within", &format_duration(totals.time_to_consistency.max())))
            }
            (figure("seed", &outcome.seed.map_or("none".to_owned(), |seed| seed.to_string())))
            (figure("digest", &format!("{:016x}", outcome.digest)))
            @for goal in &outcome.goals { (figure(&format!("goal {}", goal.name), if goal.reached { "✓ reached" } else { "✗ not reached" })) }
        }
    }
}

/// The first violations in full, and where there are more, how many of each invariant.
fn violations(outcome: &Outcome) -> Markup {
    const MOST: usize = 20;
    let all: u64 = outcome.violated.iter().map(|(_, count)| count).sum();
    let shown = outcome.violations.iter().take(MOST);
    let more = all.saturating_sub(shown.len() as u64);
    html! {
        h2 { "Violations" }
        @if more > 0 {
            p {
                "In all " (grouped(all)) ":"
                @for (id, count) in outcome.violated.iter().filter(|(_, count)| *count > 0) {
                    " " code { (id) } " " (count_of(*count, "time")) ";"
                }
                " the first " (shown.len()) " are:"
            }
        }
        ul.violations { @for violation in shown { (violated(violation, outcome.currency)) } }
        @if more > 0 { p { "… and " (grouped(more)) " more." } }
    }
}

fn violated(violation: &Violation, currency: Currency) -> Markup {
    html! {
        li {
            strong { "✗ " (violation.invariant) }
            " order " (u64::from(violation.order) + 1) ", first seen " (words::instant(violation.at))
            p { (violation.detail) }
            @if violation.excused { p { "Excused: " (EXCUSE) "." } }
            @if let Some((bearer, amount)) = violation.bearer {
                p { "The " (words::bearer(bearer)) " bears " b { (currency.format(amount)) " " (currency.code()) } "." }
            }
            @if let Some(rule) = &violation.prevented_by { p { "Would have been prevented by " code { (rule) } "." } }
        }
    }
}

fn told(run: usize, outcome: &Outcome, story: &Story) -> Markup {
    let steps = steps(story, &outcome.violations, outcome.currency);
    let (rows, height) = rows::place(&steps);
    let (views, at) = views(story, &steps);
    let amount = format!("{} {}", outcome.currency.format(story.amount), outcome.currency.code());
    html! {
        section.story id=(id(run, story)) {
            h2 { "Order " (u64::from(story.order) + 1) " · " (amount) " " small { (story.because) } }
            (misfortunes(&steps))
            div.grid {
                div.flow {
                    div.heads aria-hidden="true" { span { "Merchant" } span { "Platform" } span { "Bank" } }
                    div.body style={ "height:" (height) "px" } {
                        (lanes::draw(story, &steps, &rows, height))
                        ol { @for (i, step) in steps.iter().enumerate() { (item(step, &rows[i], &steps[0], at[i])) } }
                    }
                }
                aside aria-label="The books at the step" {
                    div.stepper {
                        button type="button" data-step="-1" aria-label="Previous step" { "‹" }
                        p.where { "The books at the end" }
                        button type="button" data-step="1" aria-label="Next step" { "›" }
                    }
                    p.what {}
                    @for (i, view) in views.iter().enumerate() {
                        div.view data-view=(i) hidden[i + 1 != views.len()] {
                            (books(view, i.checked_sub(1).map(|before| &views[before]), outcome.currency))
                        }
                    }
                    p.hint { "Keys: ↑ ↓ step, Home and End." }
                }
            }
        }
    }
}

fn misfortunes(steps: &[Step]) -> Markup {
    let struck: Vec<(&Step, &String)> =
        steps.iter().filter_map(|step| step.address.as_ref().map(|address| (step, address))).collect();
    html! {
        @if !struck.is_empty() {
            ul.struck {
                @for (step, address) in struck {
                    li { "step " (step.number) ": " code { (address) } " " @for note in &step.notes { span.note.(tone(note.tone)) { (note.text) } " " } }
                }
            }
        }
    }
}

/// The distinct moments of the books, and for each step which one it leaves behind.
fn views(story: &Story, steps: &[Step]) -> (Vec<BookView>, Vec<usize>) {
    let mut view = BookView::default();
    let mut views: Vec<BookView> = Vec::new();
    let mut told = 0;
    let at = steps
        .iter()
        .map(|step| {
            for fact in story.facts.iter().take(step.facts).skip(told) {
                view.apply(fact);
            }
            told = told.max(step.facts);
            if views.last() != Some(&view) {
                views.push(view.clone());
            }
            views.len() - 1
        })
        .collect();
    (views, at)
}

fn item(step: &Step, row: &Row, first: &Step, view: usize) -> Markup {
    let after = format!("+{}", words::brief(step.at.saturating_sub(first.at)));
    html! {
        li style={ "top:" (row.top) "px;height:" (row.height) "px" } {
            @if let Some(gap) = &row.gap { span.gap aria-hidden="true" { (gap) } }
            @if let Some(then) = &row.then { span.gap.then { (then) } }
            button type="button" data-view=(view) {
                span.when { b { (after) } span { (words::clock(step.at)) } }
                span.words {
                    span.number { (step.number) }
                    @if let Some(mark) = step.mark { span.mark { (mark) " " } }
                    (step.told())
                    @for note in &step.notes { " " span.note.(tone(note.tone)) { (note.text) } }
                }
            }
        }
    }
}

const fn tone(tone: Tone) -> &'static str {
    match tone {
        Tone::Plain | Tone::Bold => "plain",
        Tone::Dim => "dim",
        Tone::Fault => "fault",
        Tone::Repair => "repair",
        Tone::Warning => "warning",
    }
}

fn books(view: &BookView, before: Option<&BookView>, currency: Currency) -> Markup {
    let agreement = view.agreement().words();
    let changed =
        |table: Table, number: u8| before.is_some_and(|before| before.entry(table, number) != view.entry(table, number));
    html! {
        table {
            caption { "Net amounts in " (currency.code()) }
            thead { tr { th scope="col" { "#" } @for table in Table::ALL { th scope="col" { (table.name()) } } } }
            tbody {
                @for number in 0..view.numbers() {
                    tr {
                        th scope="row" { (u64::from(number) + 1) }
                        @for table in Table::ALL {
                            td.changed[changed(table, number)] { (cell(view.entry(table, number), currency)) }
                        }
                    }
                }
            }
            tfoot { tr { th scope="row" { "net" } @for table in Table::ALL { td { (currency.format(view.net(table))) } } } }
        }
        p.note.(tone(agreement.0)) { (agreement.1) }
    }
}

fn cell(entry: Option<Entry>, currency: Currency) -> Markup {
    html! {
        @match entry {
            Some(entry) => {
                span.state.(lanes::class(entry.state)) { (words::state(entry.state, entry.purpose)) }
                " " (currency.format(entry.net))
            }
            None => "–",
        }
    }
}

fn legend() -> Markup {
    let states = ["pending", "unknown", "paid", "failed"];
    html! {
        footer {
            h2 { "Legend" }
            ul.legend {
                @for state in states { li { span.bar.{ "s-" (state) } {} (if state == "failed" { "failed, closed or reversed" } else { state }) } }
                li { span.note.fault { "✗" } " what struck, or is wrong" }
                li { span.note.repair { "↻" } " what recovered it" }
                li { "① ② requests, ③ ⑤ answers, ④ the platform's update, ⑥ the merchant's" }
                li { "dashed: late, a copy, or forged" }
            }
            p { "The lanes show the state of the merchant order, the payment order (left) and channel order (right) of the \
                 platform, and the bank's record. Time runs down, not to scale. Unknown is not failed." }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn page(outcomes: &[Outcome]) -> String {
        let mut out = String::new();
        write(&mut out, outcomes).expect("a String takes everything");
        out
    }

    #[test]
    fn a_page_stands_alone_and_escapes_what_it_shows() {
        let text = page(&[sample::awkward()]).replace("url(#", "");
        assert!(!text.contains("<script>alert") && !text.contains("<b>|"));
        assert!(text.contains("&lt;script&gt;alert(1)"));
        for outside in ["http:", "https:", "src=", "@import", "url("] {
            assert!(!text.contains(outside), "{outside}");
        }
    }

    #[test]
    fn violations_that_are_not_shown_are_counted() {
        let mut outcome = sample::awkward();
        let one = outcome.violations[0].clone();
        outcome.violated = vec![("books.agree", 0), (one.invariant, 1234)];
        outcome.violations = vec![one; 25];
        let text = page(&[outcome]);
        assert_eq!(text.matches("<strong>✗").count(), 20);
        assert!(
            text.contains("In all 1,234:") && text.contains("the first 20 are:") && text.contains("and 1,214 more"),
            "{text}"
        );
        assert!(text.contains("1,234 times") && !text.contains("0 times"), "{text}");
    }

    #[test]
    fn every_step_has_its_books() {
        let outcome = sample::many();
        let text = page(std::slice::from_ref(&outcome));
        for story in &outcome.stories {
            let steps = steps(story, &outcome.violations, outcome.currency);
            let (views, at) = views(story, &steps);
            assert_eq!(at.len(), steps.len());
            assert_eq!(views.last(), Some(&BookView::after(&story.facts)));
            assert!(text.contains(&format!("id=\"{}\"", id(0, story))));
        }
        let open = text.matches("<svg").count() + text.matches("<g").count() + text.matches("<line").count();
        let closed = text.matches("</svg").count() + text.matches("</g").count() + text.matches("</line").count();
        assert_eq!(open, closed, "in a drawing every element must be closed");
    }
}
