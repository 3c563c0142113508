//! The way from bytes to a scenario, and the mistakes found on it.
//!
//! Called by the command line and by campaigns. It must not open files itself.

use super::beside::Beside;
use super::decode::{At, UNPLACED, decode};
use super::diagnostic::{Diagnostic, suggest};
use super::forms::Toggle;
use super::open::Settle;
use super::raw::Raw;
use super::raw::fault::Fault;
use super::strategies::{self, Strategy};
use super::tree::{self, Node, Problem};
use super::{Arrivals, Expect, Purchases, Scenario, hops, internal, open, orders, raw, reach, strikes, warn};
use crate::kernel::{Calendar, DAY};
use crate::payments::model::{Customer, Deadline, Model, Return};
use crate::payments::money::Currency;
use crate::payments::party::Hop;
use crate::payments::rules::Rules;
use std::io;
use std::ops::Range;
use std::path::Path;

/// What the command line has said instead of the file.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// Another strategy preset, on both hops.
    pub strategy: Option<String>,
    /// One safety rule on or off, on one hop or on both.
    pub rule: Option<(Option<Hop>, String, bool)>,
    /// The draw by which values left open are settled; without it they take the middle and the first.
    pub draw: Option<u64>,
}

/// For a scenario that stands alone: there is no file beside it.
///
/// # Errors
/// Always: not found.
pub fn no_files(_: &Path) -> io::Result<Vec<u8>> {
    Err(io::ErrorKind::NotFound.into())
}

/// The names that a scenario may use and that this module cannot know.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Goals.
    pub goals: &'a [KnownGoal<'a>],
    /// Ids of invariants.
    pub invariants: &'a [&'a str],
}

/// A goal's name, and the mechanisms one of which must be there for it to be reached.
#[derive(Clone, Copy, Debug)]
pub struct KnownGoal<'a> {
    /// The name.
    pub name: &'a str,
    /// The mechanisms, by their names; none where it can be reached without any.
    pub needs: &'a [&'a str],
}

/// The mistakes and suspicions found so far.
#[derive(Default)]
pub(super) struct Findings {
    /// Mistakes in the scenario's file.
    pub problems: Vec<Problem>,
    /// Mistakes elsewhere.
    pub elsewhere: Vec<Diagnostic>,
    /// Suspicions.
    pub warnings: Vec<String>,
}

impl Findings {
    /// Adds a mistake at `span`, once.
    pub fn wrong(&mut self, span: &Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        let problem = Problem::at(span, message, help);
        if !self.problems.iter().any(|known| known.span == problem.span && known.message == problem.message) {
            self.problems.push(problem);
        }
    }

    /// All mistakes, those in `text` in its order.
    pub fn in_text(self, file: &str, text: &str) -> Vec<Diagnostic> {
        let Findings { mut problems, elsewhere, .. } = self;
        problems.sort_by_key(|problem| problem.span.start);
        let place = |Problem { span, message, help, .. }: Problem| match span == UNPLACED {
            true => Diagnostic::without_place(file, message, help),
            false => Diagnostic::in_text(file, text, span, message, help),
        };
        problems.into_iter().map(place).chain(elsewhere).collect()
    }
}

/// What the command line has said, looked up.
#[derive(Clone, Copy, Default)]
pub(super) struct Orders {
    pub strategy: Option<&'static Strategy>,
    pub rule: Option<(Option<Hop>, &'static str, bool)>,
}

/// Reads a scenario.
///
/// # Errors
/// Every mistake found, in the order of the file.
pub fn load(
    path: &Path,
    bytes: &[u8],
    overrides: &Overrides,
    known: Known,
    read_file: &dyn Fn(&Path) -> io::Result<Vec<u8>>,
) -> Result<Scenario, Vec<Diagnostic>> {
    settled(path, bytes, overrides, known, read_file, &mut Settle::new(overrides.draw))
}

/// Reads a scenario. What it leaves open is as in another text, where that has a value which it may still have; elsewhere
/// it takes the middle and the first.
///
/// # Errors
/// Every mistake found, in the order of the file.
pub fn load_like(
    path: &Path,
    bytes: &[u8],
    like: &[u8],
    known: Known,
    read_file: &dyn Fn(&Path) -> io::Result<Vec<u8>>,
) -> Result<Scenario, Vec<Diagnostic>> {
    let like = text_of("", like).ok().and_then(|text| tree::parse(text).ok());
    settled(path, bytes, &Overrides::default(), known, read_file, &mut Settle::like(like))
}

/// Reads a scenario whose open values are settled in a given way.
pub(super) fn settled(
    path: &Path,
    bytes: &[u8],
    overrides: &Overrides,
    known: Known,
    read_file: &dyn Fn(&Path) -> io::Result<Vec<u8>>,
    settle: &mut Settle,
) -> Result<Scenario, Vec<Diagnostic>> {
    let file = path.display().to_string();
    let text = text_of(&file, bytes)?;
    let told = look_up(overrides)?;
    let mut findings = Findings::default();
    let scenario = match tree::parse(text) {
        Ok(mut root) => {
            settle.all(&mut root, &mut findings.problems);
            of_tree(path, &mut root, told, known, &Beside::new(read_file), &mut findings)
        }
        Err(problem) => {
            findings.problems.push(problem);
            None
        }
    };
    let diagnostics = findings.in_text(&file, text);
    match scenario {
        Some(scenario) if diagnostics.is_empty() => Ok(scenario),
        _ => Err(diagnostics),
    }
}

/// The scenario of a tree in which nothing is left open; `None` if something is wrong, and that was said.
pub(super) fn of_tree(
    path: &Path,
    root: &mut Node,
    told: Orders,
    known: Known,
    beside: &Beside,
    findings: &mut Findings,
) -> Option<Scenario> {
    let raw = decode::<Raw>(root, &mut findings.problems)?;
    build(path, raw, told, known, beside, findings)
}

/// Does a scenario leave values open, to be drawn? Not if it is not YAML.
pub fn is_open(bytes: &[u8]) -> bool {
    text_of("", bytes).ok().and_then(|text| tree::parse(text).ok()).is_some_and(|root| open::is_open(&root))
}

/// The text of a file in UTF-8, with or without a byte-order mark.
pub(super) fn text_of<'a>(file: &str, bytes: &'a [u8]) -> Result<&'a str, Vec<Diagnostic>> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let valid = String::from_utf8_lossy(&bytes[..error.valid_up_to()]);
        let byte = bytes.get(error.valid_up_to()).copied().unwrap_or(0);
        let end = valid.len();
        let message = format!("the file is not UTF-8: byte {byte:#04x} after {end} bytes");
        vec![Diagnostic::in_text(file, &valid, end..end, message, Some("save it as UTF-8".to_owned()))]
    })
}

/// The names on the command line.
fn look_up(overrides: &Overrides) -> Result<Orders, Vec<Diagnostic>> {
    let unknown = |what: &str, name: &str, names: &[&str]| {
        let help = suggest(name, "there are", names);
        vec![Diagnostic::without_place("command line", format!("unknown {what} `{name}`"), Some(help))]
    };
    let mut orders = Orders::default();
    if let Some(name) = &overrides.strategy {
        let names: Vec<&str> = strategies::ALL.iter().map(|strategy| strategy.name).collect();
        let found = strategies::ALL.iter().copied().find(|strategy| strategy.name == name);
        orders.strategy = Some(found.ok_or_else(|| unknown("strategy", name, &names))?);
    }
    if let Some((hop, name, on)) = &overrides.rule {
        let names: Vec<&str> = Rules::ALL.iter().map(|rule| rule.name).collect();
        let found = Rules::ALL.iter().find(|rule| rule.name == name);
        orders.rule = Some((*hop, found.ok_or_else(|| unknown("rule", name, &names))?.name, *on));
    }
    Ok(orders)
}

/// Raw types and presets -> a scenario; `None` if something is missing, and that was said.
fn build(path: &Path, raw: Raw, told: Orders, known: Known, beside: &Beside, findings: &mut Findings) -> Option<Scenario> {
    let orders = orders::resolve(path, &raw.orders, beside, findings);
    let [at_merchant, at_platform] =
        [&raw.hops.merchant_platform, &raw.hops.platform_bank].map(|hop| hops::preset_of(&hop.value, told));
    let transaction = raw.platform.internal.transaction.as_ref().map(|given| &given.value);
    // A transaction stands in compensation's place.
    let at_platform = at_platform.filter(|_| !matches!(transaction, Some(Toggle::On(_))));
    let outer = internal::compensation(raw.merchant.internal.compensation.as_ref(), at_merchant, findings);
    let inner = internal::compensation(raw.platform.internal.compensation.as_ref(), at_platform, findings);
    let model = Model {
        hops: [
            hops::resolve(Hop::MerchantPlatform, &raw.hops.merchant_platform, &raw.bank, outer, told, findings),
            hops::resolve(Hop::PlatformBank, &raw.hops.platform_bank, &raw.bank, inner, told, findings),
        ],
        platform: internal::platform(&raw.platform, findings),
        capacity: internal::capacity(&raw.bank),
        customer: customer(&raw.customer, findings),
        returns: raw.merchant.returns.iter().map(give_back).collect(),
        calendar: calendar(&raw.calendar),
        currency: orders.as_ref().map_or(Currency::CNY, |(_, currency)| *currency),
        deadline: raw.deadline.as_ref().map_or(Deadline::BusinessDays(4), |deadline| deadline.0),
    };
    let storm_end = raw.storm.as_ref().map_or(DAY, |storm| storm.value.0);
    let approve = raw.bank.approve.as_ref().map_or(1 << 32, |odds| odds.0);
    let (weather, script) = strikes::resolve(&raw.faults, storm_end, approve, &model, findings);
    let expect = expect(raw.expect.as_ref(), known, findings);
    let goals = goals(&raw.goals, known, findings);
    let (purchases, _) = orders?;
    if findings.problems.is_empty() {
        reach::check(&raw.faults, told, &model, &purchases, &weather, findings);
        warn::about(&raw, &model, &purchases, &weather, known, findings);
    }
    let random = is_random(&raw, approve, &purchases);
    Some(Scenario {
        name: path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned()),
        about: raw.about.map_or_else(String::new, |about| about.0),
        seed: raw.seed.or(random.then_some(1)),
        purchases,
        model,
        weather,
        script,
        expect,
        goals,
        warnings: std::mem::take(&mut findings.warnings),
    })
}

fn customer(raw: &raw::Customer, findings: &mut Findings) -> Customer {
    let again = raw.pays_again.as_ref().and_then(Toggle::on);
    let written = again.and_then(|again| again.at_most.as_ref());
    let at_most = written.map_or(u16::from(again.is_some()), |at_most| at_most.value);
    if let Some(at_most) = written.filter(|at_most| at_most.value > 20) {
        let help = "a customer pays again at most 20 times";
        findings.wrong(&at_most.span, format!("{} times are too many", at_most.value), help);
    }
    Customer {
        pays_again_odds: again.and_then(|again| again.probability.as_ref()).map_or(0, |odds| odds.0),
        pays_again_after: again.and_then(|again| again.after.as_ref()).map_or(2 * crate::kernel::MINUTE, |after| after.0),
        pays_again_at_most: at_most,
    }
}

fn give_back(raw: &raw::Return) -> Return {
    Return {
        odds: raw.probability.as_ref().map_or(1 << 32, |odds| odds.0),
        after: raw.after.as_ref().map_or(crate::kernel::HOUR, |after| after.0),
        share_millionths: raw.share.as_ref().map_or(1_000_000, |share| share.0),
    }
}

fn calendar(raw: &raw::Calendar) -> Calendar {
    let first = raw.first_day.as_ref().map_or(crate::kernel::Weekday::Monday, |day| day.0);
    Calendar::new(first, raw.holidays.iter().map(|day| day.0).collect())
}

fn check_names(names: &[At<String>], what: &str, known: &[&str], findings: &mut Findings) {
    for name in names.iter().filter(|name| !known.contains(&name.value.as_str())) {
        let help = suggest(&name.value, "there are", known);
        findings.wrong(&name.span, format!("unknown {what} `{}`", name.value), help);
    }
}

fn expect(raw: Option<&raw::Expect>, known: Known, findings: &mut Findings) -> Expect {
    match raw {
        None | Some(raw::Expect::Consistent) => Expect::Consistent,
        Some(raw::Expect::NotSilent) => Expect::NotSilent,
        Some(raw::Expect::Violates(names)) => {
            check_names(names, "invariant", known.invariants, findings);
            Expect::Violates(names.iter().map(|name| name.value.clone()).collect())
        }
    }
}

fn goals(raw: &[At<String>], known: Known, findings: &mut Findings) -> Vec<String> {
    let names: Vec<&str> = known.goals.iter().map(|goal| goal.name).collect();
    check_names(raw, "goal", &names, findings);
    let again = raw.iter().enumerate().filter(|(i, name)| raw[..*i].iter().any(|before| before.value == name.value));
    for (_, name) in again {
        findings.wrong(&name.span, format!("the goal `{}` is given twice", name.value), "name each goal once");
    }
    raw.iter().map(|name| name.value.clone()).collect()
}

/// Is anything drawn by odds? Then there must be a seed. Latencies alone need none: calm, they are medians.
fn is_random(raw: &Raw, approve: u64, purchases: &Purchases) -> bool {
    let certain = |odds: u64| odds == 0 || odds >= 1 << 32;
    let by_odds = |fault: &At<Fault>| {
        let window = fault.value.from.is_some() || fault.value.to.is_some();
        let odds = fault.value.odds.is_some_and(|odds| if window { !certain(odds) } else { odds > 0 });
        odds || fault.value.happens.is_some_and(|odds| !certain(odds))
    };
    let drawn = match purchases {
        Purchases::Drawn { count, arrivals, amount, .. } => {
            let gaps = match arrivals {
                Arrivals::Gap(gap) => gap.constant().is_none() && *count > 1,
                Arrivals::Daily { .. } => true,
            };
            gaps || amount.constant().is_none()
        }
        Purchases::Listed(_) => false,
    };
    let again = raw.customer.pays_again.as_ref().and_then(Toggle::on).and_then(|again| again.probability.as_ref());
    let returns = raw.merchant.returns.iter().any(|back| back.probability.as_ref().is_none_or(|odds| odds.0 > 0));
    raw.faults.iter().any(by_odds) || approve < 1 << 32 || again.is_some_and(|odds| odds.0 > 0) || returns || drawn
}
