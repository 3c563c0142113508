//! Words of a command line, as a shell reads them: every command that is shown can be pasted.
//!
//! Called by whoever writes a command. It must not know commands.

use std::fmt::Write;

/// A word as a shell reads it, on one line.
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "/._-+=:@%,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else if word.contains(char::is_control) {
        escaped(word)
    } else if word.contains(['"', '$', '`', '\\', '!']) {
        format!("'{}'", word.replace('\'', "'\\''"))
    } else {
        format!("\"{word}\"")
    }
}

/// A word with characters that no other quotes keep on one line.
fn escaped(word: &str) -> String {
    let mut out = "$'".to_owned();
    for c in word.chars() {
        let _ = match c {
            '\n' => write!(out, "\\n"),
            '\\' | '\'' => write!(out, "\\{c}"),
            c if c.is_control() => c.to_string().bytes().try_for_each(|byte| write!(out, "\\{byte:03o}")),
            c => write!(out, "{c}"),
        };
    }
    out + "'"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_where_a_shell_would_break_them() {
        for (word, shown) in [
            ("scenarios/a-b.yaml", "scenarios/a-b.yaml"),
            ("my file.yaml", "\"my file.yaml\""),
            ("a&b.yaml", "\"a&b.yaml\""),
            ("it's", "\"it's\""),
            ("say \"$x\"", "'say \"$x\"'"),
            ("a'b!", "'a'\\''b!'"),
            ("", "\"\""),
            ("it's\ntwo\t\\", "$'it\\'s\\ntwo\\011\\\\'"),
        ] {
            assert_eq!(quoted(word), shown);
        }
    }
}
