//! Who pays, when, how much: drawn by the scenario's distributions, or listed in a CSV file.
//!
//! Called by `load`. It must not know hops or faults.

use super::decode::At;
use super::diagnostic::{Diagnostic, suggest};
use super::hops::distribution;
use super::load::{Findings, text_of};
use super::raw::{self, Daily};
use super::scalar::Amount;
use super::{Arrivals, Purchases};
use crate::kernel::{Distribution, HOUR, Micros, SECOND, parse_instant};
use crate::payments::model::Purchase;
use crate::payments::money::{Currency, LARGEST, Money};
use std::io;
use std::path::Path;

/// The most orders of one scenario, so that sums of amounts fit.
const MOST: u32 = 1_000_000_000;

/// A shop's day: quiet nights, a peak at noon, a higher one in the evening.
const RETAIL: [u32; 24] = [8, 5, 3, 2, 2, 4, 10, 22, 38, 52, 60, 70, 82, 66, 56, 56, 60, 70, 84, 98, 100, 86, 52, 22];

/// The purchases of a scenario.
pub(super) fn resolve(
    path: &Path,
    raw: &At<raw::Orders>,
    currency: Currency,
    read_file: &dyn Fn(&Path) -> io::Result<Vec<u8>>,
    findings: &mut Findings,
) -> Option<Purchases> {
    let orders = &raw.value;
    if let Some(from) = &orders.from {
        let drawn = orders.count.is_some() || orders.start.is_some() || orders.arrivals.is_some() || orders.amount.is_some();
        if drawn {
            let help = "keep `from`, or `count`, `start`, `arrivals` and `amount`";
            findings.wrong(&from.span, "orders are both listed in a file and drawn", help);
        }
        let file = path.parent().unwrap_or(Path::new("")).join(&from.value);
        return match read_file(&file) {
            Ok(bytes) => listed(&file, &bytes, orders.currency.as_ref().map(|code| code.0), currency, findings),
            Err(error) => {
                let help = "the path is relative to the scenario's file";
                findings.wrong(&from.span, format!("cannot read `{}`: {error}", file.display()), help);
                None
            }
        };
    }
    let count = orders.count.as_ref().map_or(1, |count| count.value);
    if let Some(written) = orders.count.as_ref().filter(|_| count == 0 || count > MOST) {
        findings.wrong(&written.span, format!("{count} orders are out of range"), format!("write a number from 1 to {MOST}"));
    }
    let start = orders.start.as_ref().map_or(10 * HOUR, |start| start.value.0);
    let arrivals = arrivals(orders, findings);
    let amount = amounts(orders, currency, findings);
    Some(Purchases::Drawn { count, start, arrivals: arrivals?, amount: amount? })
}

fn arrivals(orders: &raw::Orders, findings: &mut Findings) -> Option<Arrivals> {
    let Some(written) = &orders.arrivals else { return Distribution::fixed(SECOND).ok().map(Arrivals::Gap) };
    match &written.value {
        raw::Arrivals::Poisson(gap) => Distribution::exponential(gap.0).ok().map(Arrivals::Gap),
        raw::Arrivals::Every(gap) => Distribution::fixed(gap.0).ok().map(Arrivals::Gap),
        raw::Arrivals::Gap(gap) => {
            let gap = At { value: gap.clone(), span: written.span.clone(), damaged: written.damaged };
            distribution(&gap, |time| Ok(time.0), findings).map(Arrivals::Gap)
        }
        raw::Arrivals::Daily(daily) => {
            if let Some(start) = &orders.start {
                findings.wrong(&start.span, "`start` has no meaning with `daily` arrivals", "they begin at d0 00:00: leave it out");
            }
            by_the_hour(daily, findings)
        }
    }
}

fn by_the_hour(daily: &Daily, findings: &mut Findings) -> Option<Arrivals> {
    let days = daily.days.as_ref().map_or(1, |days| days.value);
    if let Some(written) = daily.days.as_ref().filter(|_| days == 0 || days > 3650) {
        findings.wrong(&written.span, format!("{days} days are out of range"), "write a number from 1 to 3650");
    }
    let Some(written) = &daily.weights else { return Some(Arrivals::Daily { weights: RETAIL, days }) };
    if let [name] = written.value.as_slice()
        && name == "retail"
    {
        return Some(Arrivals::Daily { weights: RETAIL, days });
    }
    let weights: Vec<u32> = written.value.iter().filter_map(|weight| weight.parse().ok().filter(|w| *w <= 1_000_000)).collect();
    let weights: Option<[u32; 24]> = weights.try_into().ok().filter(|weights: &[u32; 24]| weights.iter().any(|weight| *weight > 0));
    if weights.is_none() && !written.damaged {
        let help = "write 24 whole numbers up to 1000000, not all 0, one for each hour; or `retail`";
        findings.wrong(&written.span, "these are not the weights of a day's hours", help);
    }
    weights.map(|weights| Arrivals::Daily { weights, days })
}

fn amounts(orders: &raw::Orders, currency: Currency, findings: &mut Findings) -> Option<Distribution> {
    let Some(written) = &orders.amount else {
        return Distribution::fixed(100 * 10u64.pow(currency.places())).ok();
    };
    let read = |amount: &Amount| {
        let span = amount.span.clone().unwrap_or_else(|| written.span.clone());
        currency.parse_amount(&amount.text).map(Money::unsigned_abs).map_err(|error| (span, error))
    };
    let amounts = distribution(written, read, findings)?;
    if amounts.quantile(0) == 0 {
        findings.wrong(&written.span, "an amount could be 0", "an amount is above 0: raise the lowest value");
    }
    if amounts.maximum() > LARGEST.unsigned_abs() {
        let help = format!("the most is {}: a lighter tail, or a uniform distribution", currency.format(LARGEST));
        findings.wrong(&written.span, "an amount could be too large", help);
    }
    Some(amounts)
}

/// Orders listed in a CSV file.
fn listed(
    file: &Path,
    bytes: &[u8],
    declared: Option<Currency>,
    currency: Currency,
    findings: &mut Findings,
) -> Option<Purchases> {
    let name = file.display().to_string();
    let text = match text_of(&name, bytes) {
        Ok(text) => text,
        Err(diagnostic) => {
            findings.elsewhere.push(diagnostic);
            return None;
        }
    };
    let mut table = Table { file: &name, text, declared, currency, purchases: Vec::new(), wrong: Vec::new() };
    table.read();
    let Table { purchases, wrong, .. } = table;
    let fine = wrong.is_empty();
    findings.elsewhere.extend(wrong);
    fine.then_some(Purchases::Listed(purchases))
}

/// A CSV file under way.
struct Table<'a> {
    file: &'a str,
    text: &'a str,
    declared: Option<Currency>,
    currency: Currency,
    purchases: Vec<Purchase>,
    wrong: Vec<Diagnostic>,
}

/// Mistakes reported at most for one CSV file.
const MOST_WRONG: usize = 20;

const COLUMNS: [&str; 3] = ["at", "amount", "currency"];

impl Table<'_> {
    fn read(&mut self) {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(self.text.as_bytes());
        let header = match reader.headers() {
            Ok(header) => header.clone(),
            Err(error) => return self.unreadable(&error),
        };
        for name in header.iter().filter(|name| !COLUMNS.contains(name)) {
            let at = self.text.find(name).unwrap_or(0);
            self.complain(at, name, format!("unknown column `{name}`"), suggest(name, "the columns are", &COLUMNS));
        }
        let column = |name: &str| header.iter().position(|known| known == name);
        let (Some(at), Some(amount)) = (column("at"), column("amount")) else {
            let missing = if column("at").is_none() { "at" } else { "amount" };
            return self.complain(0, "", format!("the column `{missing}` is missing"), "the first line is: at,amount".to_owned());
        };
        let mut record = csv::StringRecord::new();
        while self.wrong.len() < MOST_WRONG {
            match reader.read_record(&mut record) {
                Ok(true) => self.row(&record, at, amount, column("currency")),
                Ok(false) => break,
                Err(error) => return self.unreadable(&error),
            }
        }
        if self.purchases.is_empty() && self.wrong.is_empty() {
            self.complain(0, "", "the file lists no order".to_owned(), "add a row such as: 10:00,100.00".to_owned());
        }
    }

    fn row(&mut self, record: &csv::StringRecord, at: usize, amount: usize, currency: Option<usize>) {
        let start = record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(0));
        let field = |column: usize| record.get(column).unwrap_or("");
        let before = self.wrong.len();
        if let Some(code) = currency.map(field).filter(|code| !code.is_empty()) {
            self.check_currency(start, code);
        }
        let instant = parse_instant(field(at)).map_err(|error| self.misread(start, field(at), &error)).unwrap_or(0);
        let money = self.currency.parse_amount(field(amount)).map_err(|error| self.misread(start, field(amount), &error));
        let money = money.unwrap_or(1);
        if money == 0 {
            self.complain(start, field(amount), "the amount is 0".to_owned(), "an amount is above 0".to_owned());
        }
        if self.wrong.len() > before {
            return;
        }
        if self.purchases.last().is_some_and(|last| last.at > instant) {
            let help = "sort the rows by time: the first row is order 1";
            return self.complain(start, field(at), format!("`{}` is before the row above it", field(at)), help.to_owned());
        }
        if self.purchases.len() >= MOST as usize {
            return self.complain(start, "", format!("more than {MOST} orders"), String::new());
        }
        self.purchases.push(Purchase { at: instant as Micros, amount: money });
    }

    /// All rows are of one currency: the scenario's, or, if it names none, that of the first row.
    fn check_currency(&mut self, start: usize, code: &str) {
        match Currency::parse(code) {
            Err(error) => self.misread(start, code, &error),
            Ok(found) if found == self.currency => {}
            Ok(found) => {
                let help = match self.declared {
                    Some(_) => format!("the scenario's currency is {}", self.currency.code()),
                    None => format!("all rows are in {}; add `currency: {}` to `orders` if that is meant", self.currency.code(), found.code()),
                };
                self.complain(start, code, format!("another currency: {code}"), help);
            }
        }
    }

    fn misread(&mut self, start: usize, field: &str, error: &str) {
        let (message, help) = error.split_once(": ").unwrap_or((error, ""));
        self.complain(start, field, message.to_owned(), help.to_owned());
    }

    fn unreadable(&mut self, error: &csv::Error) {
        let start = error.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(0));
        let said = match error.kind() {
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => format!("{len} fields where the first line has {expected_len}"),
            _ => error.to_string(),
        };
        self.complain(start, "", said, "every line has as many fields as the first".to_owned());
    }

    /// A mistake in the row at `start`, at the first place of `field`.
    fn complain(&mut self, start: usize, field: &str, message: String, help: String) {
        let row = self.text.get(start..).unwrap_or("");
        let blank = row.len() - row.trim_start().len();
        let inside = if field.is_empty() { blank } else { row.find(field).unwrap_or(blank) };
        let span = start + inside..start + inside + field.len();
        let help = Some(help).filter(|help| !help.is_empty());
        self.wrong.push(Diagnostic::in_text(self.file, self.text, span, message, help));
    }
}
