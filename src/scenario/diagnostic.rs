//! What is wrong with a scenario, where, and what would be right: plain data, and how it looks as text.
//!
//! Made by the loader, shown by the command line. It must not know what scenarios contain.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use std::ops::Range;

/// One mistake in a scenario or in a file that it names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file, as it was named; `command line` for an option.
    pub file: String,
    /// The line, from 1; 0 where there is none.
    pub line: usize,
    /// The column in characters, from 1; 0 where there is none.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What is allowed, and which correct name is nearest.
    pub help: Option<String>,
    /// The line of the file, for a snippet.
    pub source: String,
    /// The place in `source`, in bytes.
    pub mark: Range<usize>,
}

/// Lines longer than this are not shown: they are no text for people.
const LONGEST_LINE: usize = 2000;

impl Diagnostic {
    /// A mistake at the bytes `span` of `text`, which is the content of `file`.
    pub fn in_text(file: &str, text: &str, span: Range<usize>, message: String, help: Option<String>) -> Self {
        let start = floor(text, span.start);
        let from = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find(['\n', '\r']).map_or(text.len(), |at| start + at);
        let end = floor(text, span.end).clamp(start, line_end.max(start));
        let (line, column) = (text[..from].matches('\n').count() + 1, text[from..start].chars().count() + 1);
        let shown = line_end - from <= LONGEST_LINE;
        let source = if shown { text[from..line_end].to_owned() } else { String::new() };
        let mark = if shown { start - from..end - from } else { 0..0 };
        Diagnostic { file: file.to_owned(), line, column, message: shortened(&message), help, source, mark }
    }

    /// A mistake that has no place in a file.
    pub fn without_place(file: &str, message: String, help: Option<String>) -> Self {
        let message = shortened(&message);
        Diagnostic { file: file.to_owned(), line: 0, column: 0, message, help, source: String::new(), mark: 0..0 }
    }

    /// The diagnostic as text: `error: ...`, ` --> file:line:column`, the line with a mark, `help: ...`.
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        // What the terminal would obey is shown.
        let file: String = self.file.chars().flat_map(shown).collect();
        let path = if self.line == 0 { file.clone() } else { format!("{file}:{}:{}", self.line, self.column) };
        if self.line == 0 || self.source.is_empty() {
            let title = Level::ERROR.primary_title(&self.message).element(annotate_snippets::Origin::path(path));
            let report = self.help.iter().fold(title, |group, help| group.element(Level::HELP.message(help)));
            return renderer.render(&[report]);
        }
        let snippet = Snippet::source(self.source.as_str()).line_start(self.line).path(&file);
        let snippet = snippet.annotation(AnnotationKind::Primary.span(self.mark.clone()));
        let title = Level::ERROR.primary_title(&self.message).element(snippet);
        let report = self.help.iter().fold(title, |group, help| group.element(Level::HELP.message(help)));
        renderer.render(&[report])
    }
}

/// A sign as it is, a control character as it is escaped.
fn shown(sign: char) -> Vec<char> {
    if sign.is_control() { sign.escape_default().collect() } else { vec![sign] }
}

/// What is quoted from a file, longer than this, is shown by its beginning only.
const LONGEST_QUOTE: usize = 100;

/// A message with the beginnings of what it quotes.
fn shortened(message: &str) -> String {
    let quoted = |(i, part): (usize, &str)| match i % 2 == 1 && part.chars().count() > LONGEST_QUOTE {
        true => format!("{}…", part.chars().take(LONGEST_QUOTE / 2).collect::<String>()),
        false => part.to_owned(),
    };
    message.split('`').enumerate().map(quoted).collect::<Vec<_>>().join("`")
}

/// The largest boundary of a character that is not after `at`.
fn floor(text: &str, at: usize) -> usize {
    let mut at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// All diagnostics as one text, with a blank line between two.
pub fn render_all(diagnostics: &[Diagnostic], colour: bool) -> String {
    let texts: Vec<String> = diagnostics.iter().map(|diagnostic| diagnostic.render(colour)).collect();
    texts.join("\n\n") + "\n"
}

/// The one of `names` that is most like `name`, if any is.
pub fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    let likeness = |known: &str| {
        let known = known.to_lowercase();
        let begins_alike = name.len() > 2 && (known.starts_with(&name) || name.starts_with(&known));
        // A slip at the end of a long name is no other, shorter name.
        strsim::normalized_damerau_levenshtein(&known, &name).max(if begins_alike { 0.8 } else { 0.0 })
    };
    let scored = names.into_iter().map(|known| (likeness(known), known));
    let best = scored.fold(None, |best: Option<(f64, &str)>, next| match best {
        Some(best) if best.0 >= next.0 => Some(best),
        _ => Some(next),
    });
    best.filter(|(score, _)| *score >= 0.4).map(|(_, known)| known)
}

/// `did you mean ...? allowed: ...`
pub fn suggest(name: &str, what: &str, names: &[&str]) -> String {
    let all = names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match nearest(name, names.iter().copied()) {
        Some(near) => format!("did you mean `{near}`? {what}: {all}"),
        None => format!("{what}: {all}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diagnostic_shows_its_place() {
        let text = "a: 1\nfäults: x\n";
        let diagnostic = Diagnostic::in_text("s.yaml", text, 14..15, "`x` is no list".into(), Some("write a list".into()));
        assert_eq!((diagnostic.line, diagnostic.column), (2, 9));
        let shown = diagnostic.render(false);
        for part in ["error: `x` is no list", "--> s.yaml:2:9", "fäults: x", "help: write a list"] {
            assert!(shown.contains(part), "{part} is not in\n{shown}");
        }
    }

    #[test]
    fn a_place_beyond_the_text_is_its_end() {
        for span in [9..20, Range { start: 3, end: 1 }, 0..0] {
            let diagnostic = Diagnostic::in_text("s", "é", span, "x".into(), None);
            assert_eq!(diagnostic.line, 1);
            assert!(!diagnostic.render(true).is_empty());
        }
    }

    #[test]
    fn the_nearest_name_is_found() {
        let names = ["probability", "wechat_pay_v3", "lose"];
        assert_eq!(nearest("probabilty", names), Some("probability"));
        assert_eq!(nearest("wechat", names), Some("wechat_pay_v3"));
        assert_eq!(nearest("LOSE", names), Some("lose"));
        let longer = ["platform-bank", "platform-bank/answer", "platform-bank/ack"];
        assert_eq!(nearest("platform-bank/anser", longer), Some("platform-bank/answer"));
        assert_eq!(nearest("zzzzzz", names), None);
    }
}
