//! The page of a comparison made by hand: every part is there, every element is closed, whatever is shown is escaped, and
//! nothing is fetched.

use super::write;
use crate::campaign::compare::answer::{
    Axis, Difference, Finding, Front, Layers, Marginal, Plan, Plans, Sweep, Winner, Worsened,
};
use crate::campaign::compare::cell::{Cell, DropCause, Dropped, Estimate, Example, Recovered, Times};
use crate::campaign::compare::measures::{self, Measure, position};
use crate::campaign::compare::{Assumption, Comparison, Mechanism, Profile, Strategy};

const AWKWARD: &str = "<script>alert(\"1 & 2\")</script>";

fn estimate(value: f64) -> Estimate {
    Estimate { value, low: Some(value * 0.9), high: Some(value * 1.1), count: Some(3), of: Some(1000) }
}

fn cell(profile: usize, strategy: usize) -> Cell {
    let values = measures::ALL.iter().enumerate().map(|(i, _)| (i % 5 != 4).then(|| estimate((strategy + i) as f64 * 1e-3)));
    let curve = vec![[10_000, 1], [1_000_000, 40], [60_000_000, 90 + 5 * strategy as u64]];
    let time = Times { orders: 100, never: 5, curve: curve.clone(), ..Times::default() };
    let recovered = |mechanism: &str| Recovered {
        hop: AWKWARD.to_owned(),
        mechanism: mechanism.to_owned(),
        count: 20,
        share: estimate(0.2),
    };
    let example = Example {
        of: "inconsistent".to_owned(),
        why: AWKWARD.to_owned(),
        command: AWKWARD.to_owned(),
        story: vec![AWKWARD.to_owned(), "second line".to_owned()],
        ..Example::default()
    };
    Cell {
        profile,
        strategy,
        orders: 1000,
        debited: 900,
        values: values.collect(),
        dropped: Dropped {
            causes: vec![DropCause { hop: AWKWARD.to_owned(), kind: "external".to_owned(), count: 60 }],
            recovered: vec![recovered("polling"), recovered(AWKWARD)],
            manual: 10,
            unrecovered: 10,
            ..Dropped::default()
        },
        time: time.clone(),
        time_all: time,
        at_risk_by_clock: vec![[0, 500], [3_600_000_000, 900_000]],
        at_risk_by_age: vec![[10_000, 1000], [1_000_000, 10]],
        examples: vec![example],
        ..Cell::default()
    }
}

/// A comparison in which every text is awkward and every part is there.
fn awkward(strategies: usize) -> Comparison {
    let text = || AWKWARD.to_owned();
    let profile = |breach| Profile { name: text(), about: text(), strikes: vec![text()], breach, coupled: Some(text()) };
    let strategy = |_| Strategy {
        name: text(),
        about: text(),
        mechanisms: vec![Mechanism { place: text(), name: text(), parameters: text() }],
        subset: vec![text()],
        rules_off: vec![text()],
    };
    let difference = |profile: usize, strategy: usize| Difference {
        profile,
        strategy,
        measure: 0,
        difference: estimate(strategy as f64 * 1e-3),
        p_value: 0.2,
        only: Some([3, 1]),
        verdict: [Finding::Same, Finding::Worse, Finding::Better, Finding::NotShown][strategy % 4],
        needed: Some(5000),
    };
    let (late, messages) = (position("late"), position("messages"));
    let marginal = Marginal {
        measure: late,
        average: estimate(-0.1),
        first: 0.0,
        last: 0.1,
        range: [-0.2, 0.1],
        ..Marginal::default()
    };
    let axis = |values: &[&str]| Axis { key: text(), values: values.iter().map(|&value| value.to_owned()).collect() };
    let points =
        |count: usize| (0..count).map(|i| measures::ALL.iter().map(|_| Some(estimate(i as f64 * 0.01))).collect()).collect();
    let sweep = |axes: Vec<Axis>, count: usize| Sweep {
        about: text(),
        strategies: vec![0, 1],
        axes,
        points: points(count),
        ..Sweep::default()
    };
    let plan = Plan { plan: text(), queries: estimate(1.0), within: estimate(0.9), meets: Finding::Better };
    let worse = Worsened { before: estimate(0.1), now: estimate(0.2), ..Worsened::default() };
    let mut comparison = Comparison {
        worse: vec![worse],
        title: text(),
        about: text(),
        command: text(),
        profiles: vec![profile(false), profile(true)],
        strategies: (0..strategies).map(strategy).collect(),
        measures: measures::ALL.iter().map(Measure::info).collect(),
        assumptions: vec![Assumption { what: text(), value: text(), source: text() }],
        cells: (0..2).flat_map(|profile| (0..strategies).map(move |strategy| cell(profile, strategy))).collect(),
        differences: (0..2).flat_map(|profile| (1..strategies).map(move |strategy| difference(profile, strategy))).collect(),
        winners: vec![Winner { strategies: vec![0], ..Winner::default() }],
        layers: vec![Layers {
            mechanisms: vec![text()],
            waterfall: vec![0, 1],
            marginal: vec![marginal],
            ..Layers::default()
        }],
        sweeps: vec![sweep(vec![axis(&["1s", "2s"])], 4), sweep(vec![axis(&["1s"]), axis(&["a_b", "c"])], 4)],
        fronts: vec![Front { cost: messages, time: position("open"), best: vec![0, 1], ..Front::default() }],
        plans: vec![Plans { share: 0.99, within_us: 1, plans: vec![plan], cheapest: Some(0), ..Plans::default() }],
        ..Comparison::default()
    };
    comparison.verdict.sentence = text();
    comparison.verdict.by_profile = vec![text(), text()];
    comparison.sample.method = vec![text()];
    comparison
}

fn page(comparisons: &[Comparison]) -> String {
    let mut out = String::new();
    write(&mut out, comparisons).expect("a String takes everything");
    out
}

/// The page without its own style and script.
fn markup(page: &str) -> String {
    let mut rest = page.to_owned();
    for element in ["style", "script"] {
        let (from, to) = (rest.find(&format!("<{element}>")), rest.rfind(&format!("</{element}>")));
        rest.replace_range(from.expect("it begins")..to.expect("it ends") + element.len() + 3, "");
    }
    rest
}

#[test]
fn a_page_stands_alone_and_escapes_what_it_shows() {
    let text = page(&[awkward(3)]);
    assert!(!markup(&text).contains("<script"), "only the page's own script is a script");
    assert!(markup(&text).matches("&lt;script&gt;alert(&quot;1 &amp; 2&quot;)").count() > 50);
    for outside in ["http:", "https:", "//cdn", "src=", "@import", "url(", "<link", "fetch("] {
        assert!(!text.contains(outside), "{outside}");
    }
    for link in text.split("href=\"").skip(1) {
        assert!(link.starts_with('#'), "{link:.40}");
    }
}

/// An order's amount is to the last minor unit, as in its story.
#[test]
fn an_amount_is_exact() {
    let mut comparison = awkward(2);
    comparison.currency.decimals = 2;
    comparison.cells.iter_mut().flat_map(|cell| &mut cell.examples).for_each(|example| example.amount = 32_714);
    let text = markup(&page(&[comparison]));
    assert!(text.contains(", 327.14 "), "the amount is rounded");
}

#[test]
fn every_element_is_closed_and_every_link_leads_somewhere() {
    let text = markup(&page(&[awkward(9), awkward(2)]));
    let mut open: Vec<&str> = Vec::new();
    let mut ids: Vec<&str> = Vec::new();
    for tag in text.split('<').skip(1) {
        let tag = tag.split('>').next().expect("a tag ends");
        let name = tag.split([' ', '/']).find(|part| !part.is_empty()).expect("a tag has a name");
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{tag}");
        } else if !["meta", "wbr", "!DOCTYPE"].contains(&name) {
            open.push(name);
        }
        ids.extend(tag.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()));
    }
    assert!(open.is_empty(), "{open:?}");
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "an id stands for one element");
    for link in text.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(ids.contains(&link), "#{link}");
    }
}

#[test]
fn every_part_is_there_and_drawings_say_what_they_show() {
    let comparison = awkward(9);
    let text = page(std::slice::from_ref(&comparison));
    let heads = [
        "Worse than before",
        "Strategies by profile",
        "Time to consistency",
        "Money at risk",
        "What each layer buys",
        "Time against cost",
        "Dropped orders, and who recovers them",
        "Against &quot;",
        "What it costs",
        "All measures",
        "Parameters, varied",
        "Polling plans",
        "Assumptions",
        "Definitions",
        "Make it again",
    ];
    for head in heads {
        assert!(text.contains(head), "{head}");
    }
    assert!(comparison.measures.iter().all(|measure| text.contains(&measure.definition.replace('"', "&quot;"))));
    let titled = text.matches("<title id=").count();
    assert_eq!(titled, text.matches("<desc id=").count());
    assert!(titled >= 8, "{titled}");
    assert_eq!(text, page(&[comparison]), "the same comparison gives the same bytes");
}
