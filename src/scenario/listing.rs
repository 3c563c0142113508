//! Orders listed in a CSV file, with the columns `at`, `amount` and perhaps `currency`; each mistake at its place.
//!
//! Called by `orders`. It must not know the scenario.

use super::diagnostic::{Diagnostic, suggest};
use super::load::text_of;
use super::orders::MOST;
use crate::kernel::parse_instant;
use crate::payments::model::Purchase;
use crate::payments::money::Currency;

/// Mistakes reported at most for one file.
const MOST_WRONG: usize = 20;

const COLUMNS: [&str; 3] = ["at", "amount", "currency"];

/// Reads a listing. The currency is the declared one, else the first row's, else CNY; all rows agree with it.
pub(super) fn read(
    file: &str,
    bytes: &[u8],
    declared: Option<Currency>,
) -> Result<(Vec<Purchase>, Currency), Vec<Diagnostic>> {
    let text = text_of(file, bytes)?;
    let mut listing =
        Listing { file, text, declared, currency: declared, purchases: Vec::new(), wrong: Vec::new(), more: 0 };
    listing.rows();
    let Listing { purchases, mut wrong, more, currency, .. } = listing;
    if more > 0 {
        wrong.push(Diagnostic::without_place(file, format!("and {more} more mistakes in this file"), None));
    }
    if wrong.is_empty() { Ok((purchases, currency.unwrap_or(Currency::CNY))) } else { Err(wrong) }
}

/// A file under way.
struct Listing<'a> {
    file: &'a str,
    text: &'a str,
    declared: Option<Currency>,
    currency: Option<Currency>,
    purchases: Vec<Purchase>,
    wrong: Vec<Diagnostic>,
    /// Mistakes beyond those.
    more: u64,
}

/// The positions of the columns.
#[derive(Clone, Copy)]
struct Columns {
    at: usize,
    amount: usize,
    currency: Option<usize>,
}

/// A place: where its row begins, and its field, if one is meant.
type Place = (usize, Option<usize>);

impl Listing<'_> {
    fn rows(&mut self) {
        if let Some(quote) = open_quote(self.text) {
            return self.complain((quote, None), "a quote is opened here and never closed", "close it, or leave it out");
        }
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(self.text.as_bytes());
        let header = match reader.headers() {
            Ok(header) => header.clone(),
            Err(error) => return self.unreadable(&error),
        };
        for (i, name) in header.iter().enumerate().filter(|(_, name)| !COLUMNS.contains(name)) {
            self.complain((0, Some(i)), format!("unknown column `{name}`"), &suggest(name, "the columns are", &COLUMNS));
        }
        for (i, name) in header.iter().enumerate().filter(|(i, name)| header.iter().take(*i).any(|before| before == *name)) {
            self.complain((0, Some(i)), format!("the column `{name}` is there twice"), "keep one of the two");
        }
        let column = |name: &str| header.iter().position(|known| known == name);
        let (Some(at), Some(amount)) = (column("at"), column("amount")) else {
            let missing = if column("at").is_none() { "at" } else { "amount" };
            return self.complain((0, None), format!("the column `{missing}` is missing"), "the first line is: at,amount");
        };
        let columns = Columns { at, amount, currency: column("currency") };
        let mut record = csv::StringRecord::new();
        loop {
            match reader.read_record(&mut record) {
                Ok(true) => self.row(&record, columns),
                Ok(false) => break,
                Err(error) => self.unreadable(&error),
            }
        }
        if self.purchases.is_empty() && self.wrong.is_empty() {
            self.complain((0, None), "the file lists no order", "add a row such as: 10:00,100.00");
        }
    }

    fn row(&mut self, record: &csv::StringRecord, columns: Columns) {
        let start = record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(0));
        let field = |column: usize| record.get(column).unwrap_or("");
        let before = self.wrong.len();
        if let Some(column) = columns.currency.filter(|column| !field(*column).is_empty()) {
            self.check_currency((start, Some(column)), field(column));
        }
        let (at, amount) = ((start, Some(columns.at)), (start, Some(columns.amount)));
        let instant = match field(columns.at) {
            "" => {
                self.complain(at, "the instant is missing", "write when the customer pays: 10:00, or d1 10:00");
                Err(())
            }
            text => parse_instant(text).map_err(|error| self.misread(at, &error)),
        };
        let money = self.currency.unwrap_or(Currency::CNY).parse_amount(field(columns.amount));
        let money = money.map_err(|error| self.misread(amount, &error));
        if money == Ok(0) {
            self.complain(amount, "the amount is 0", "an amount is above 0");
        }
        let (Ok(at_instant), Ok(amount), true) = (instant, money, self.wrong.len() == before) else { return };
        if self.purchases.last().is_some_and(|last| last.at > at_instant) {
            let help = "sort the rows by time: the first row is order 1";
            return self.complain(at, format!("`{}` is before the row above it", field(columns.at)), help);
        }
        if self.purchases.len() >= MOST as usize {
            return self.complain(at, format!("there are more than {MOST} orders"), "");
        }
        self.purchases.push(Purchase { at: at_instant, amount });
    }

    fn check_currency(&mut self, place: Place, code: &str) {
        match (Currency::parse(code), self.currency) {
            (Err(error), _) => self.misread(place, &error),
            (Ok(found), None) => self.currency = Some(found),
            (Ok(found), Some(known)) if found == known => {}
            (Ok(_), Some(known)) => {
                let whose = if self.declared.is_some() { "the scenario's orders are" } else { "the rows above are" };
                self.complain(place, format!("another currency: {code}"), &format!("{whose} in {}", known.code()));
            }
        }
    }

    /// A parser's sentence: what is wrong, and after the colon what would be right.
    fn misread(&mut self, place: Place, error: &str) {
        let (message, help) = error.split_once(": ").unwrap_or((error, ""));
        self.complain(place, message, help);
    }

    fn unreadable(&mut self, error: &csv::Error) {
        let start = error.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(0));
        let said = match error.kind() {
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                format!("the number of fields is {len}, but {expected_len} in the first line")
            }
            _ => error.to_string(),
        };
        self.complain((start, None), said, "every line has as many fields as the first");
    }

    fn complain(&mut self, (start, column): Place, message: impl Into<String>, help: &str) {
        if self.wrong.len() >= MOST_WRONG {
            self.more += 1;
            return;
        }
        let row = self.text.get(start..).unwrap_or("");
        let start = start + row.len() - row.trim_start().len();
        let span = column.map_or(start..start, |column| field(self.text, start, column));
        let help = Some(help.to_owned()).filter(|help| !help.is_empty());
        self.wrong.push(Diagnostic::in_text(self.file, self.text, span, message.into(), help));
    }
}

/// Where a quote is opened that is never closed: everything after it would be one field. Only a field's first sign opens one.
fn open_quote(text: &str) -> Option<usize> {
    let (mut open, mut begins) = (None, true);
    for (at, c) in text.char_indices() {
        match (c, open) {
            ('"', Some(_)) => (open, begins) = (None, true),
            ('"', None) if begins => open = Some(at),
            (_, Some(_)) => {}
            (',' | '\n' | '\r', None) => begins = true,
            (_, None) => begins = false,
        }
    }
    open
}

/// The bytes of field number `column` of the row at `start`.
fn field(text: &str, start: usize, column: usize) -> std::ops::Range<usize> {
    let row = text.get(start..).unwrap_or("");
    let mut quoted = false;
    let mut ends = row.char_indices().filter(|(_, c)| {
        quoted ^= *c == '"';
        !quoted && matches!(c, ',' | '\n' | '\r')
    });
    let from = if column == 0 { 0 } else { ends.nth(column - 1).map_or(row.len(), |(i, _)| i + 1) };
    let to = ends.next().map_or(row.len(), |(i, _)| i).max(from);
    let inner = row[from..to].trim_matches([' ', '"']);
    let from = start + from + (row[from..to].len() - row[from..to].trim_start_matches([' ', '"']).len());
    from..from + inner.len()
}
