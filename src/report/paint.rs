//! The page that text is written on: its width, the tones of its words, wrapping, and numbers as people read them.
//!
//! Called by every text format. Colour is always written, as ANSI codes; whoever prints strips it where it is not wanted.
//! Must not know a terminal.

use anstyle::{AnsiColor, Style};
use std::fmt::{self, Write};
use tabled::grid::util::string::{get_char_width, get_line_width};

/// What a text is written on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// Columns.
    pub width: usize,
}

impl Page {
    /// A page of so many columns, but at least 80 and at most 120: narrower tables break, longer lines are not read.
    pub fn new(width: usize) -> Self {
        Page { width: width.clamp(80, 120) }
    }
}

impl Default for Page {
    fn default() -> Self {
        Page { width: 80 }
    }
}

/// What a word means to the reader; the colour only repeats it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tone {
    /// The usual text.
    Plain,
    /// Less important.
    Dim,
    /// A heading.
    Bold,
    /// A misfortune, or what is wrong.
    Fault,
    /// What was mended, or is right.
    Repair,
    /// Suspicious.
    Warning,
}

impl Tone {
    /// Its style.
    pub const fn style(self) -> Style {
        match self {
            Tone::Plain => Style::new(),
            Tone::Dim => Style::new().dimmed(),
            Tone::Bold => Style::new().bold(),
            Tone::Fault => AnsiColor::Red.on_default().bold(),
            Tone::Repair => AnsiColor::Green.on_default().bold(),
            Tone::Warning => AnsiColor::Yellow.on_default(),
        }
    }

    /// `text` in this tone.
    pub fn paint(self, text: &str) -> String {
        let style = self.style();
        format!("{style}{text}{style:#}")
    }
}

/// How many columns `text` takes; it must hold no colour.
pub fn width(text: &str) -> usize {
    get_line_width(text)
}

/// `text` in lines of at most `width` columns: broken at spaces, or anywhere where a word is too long. Control characters
/// are left out. Never empty.
pub fn wrap(text: &str, limit: usize) -> Vec<String> {
    let limit = limit.max(2);
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split_whitespace() {
        let word: String = word.chars().filter(|c| !c.is_control()).collect();
        let space = usize::from(used > 0);
        if used + space + width(&word) > limit && used > 0 {
            lines.push(String::new());
            used = 0;
        } else if let Some(line) = lines.last_mut().filter(|_| space == 1) {
            line.push(' ');
            used += 1;
        }
        for c in word.chars() {
            if used + get_char_width(c) > limit {
                lines.push(String::new());
                used = 0;
            }
            if let Some(line) = lines.last_mut() {
                line.push(c);
                used += get_char_width(c);
            }
        }
    }
    lines
}

/// Writes `text` wrapped: the first line after `head`, the others below it.
///
/// # Errors
/// Those of `out`.
pub fn paragraph(out: &mut dyn Write, page: Page, head: &str, text: &str, tone: Tone) -> fmt::Result {
    let margin = width(head);
    for (i, line) in wrap(text, page.width.saturating_sub(margin)).iter().enumerate() {
        let head = if i == 0 { head.to_owned() } else { " ".repeat(margin) };
        writeln!(out, "{}", format!("{head}{}", tone.paint(line)).trim_end())?;
    }
    Ok(())
}

/// `text` on `columns` columns, filled up with spaces on the right.
pub fn left(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(width(text))))
}

/// `text` on `columns` columns, filled up with spaces on the left.
pub fn right(text: &str, columns: usize) -> String {
    format!("{}{text}", " ".repeat(columns.saturating_sub(width(text))))
}

/// A count with its digits in groups of three: `1,234,567`.
pub fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `part` of `whole` in percent with one decimal, rounded; but 100 % means all of them.
pub fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "-".to_owned();
    }
    let rounded = (u128::from(part) * 1000 + u128::from(whole) / 2) / u128::from(whole);
    let tenths = if part < whole { rounded.min(999) } else { rounded };
    format!("{}.{} %", tenths / 10, tenths % 10)
}

/// `1 order`, `2 orders`.
pub fn count_of(count: u64, one: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {one}{plural}", grouped(count))
}

/// `text` without its colours.
#[cfg(test)]
pub fn bare(text: &str) -> String {
    anstream::adapter::strip_str(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_wrapped_at_spaces_or_where_it_must() {
        assert_eq!(wrap("one two  three\nfour", 9), ["one two", "three", "four"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("掉单是什么", 4), ["掉单", "是什", "么"]);
        assert_eq!(wrap("", 4), [""]);
        assert_eq!(wrap("a\u{1b}[31mred", 40), ["a[31mred"], "no escape gets through");
    }

    #[test]
    fn numbers_are_readable() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(
            [share(1, 3), share(15, 28), share(999_999, 1_000_000), share(5, 5)],
            ["33.3 %", "53.6 %", "99.9 %", "100.0 %"]
        );
        assert_eq!(share(0, 0), "-");
        assert_eq!([count_of(1, "order"), count_of(0, "order")], ["1 order", "0 orders"]);
    }
}
