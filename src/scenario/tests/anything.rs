//! No text, however strange, makes the loader panic; and whatever it complains about, it shows a place in the text.

use super::*;
use proptest::prelude::*;

fn survives(bytes: &[u8], csv: &str) {
    let lines = bytes.iter().filter(|byte| **byte == b'\n').count() + 1;
    if let Err(diagnostics) = load_with(bytes, csv, &Overrides::default()) {
        assert!(!diagnostics.is_empty());
        for diagnostic in &diagnostics {
            assert!(!diagnostic.message.is_empty());
            let here = diagnostic.file != "dir/case.yaml" || diagnostic.line <= lines;
            assert!(diagnostic.line >= 1 && diagnostic.column >= 1 && here, "{diagnostic:?}");
            assert!(diagnostic.render(false).contains("error"));
        }
    }
}

/// Words that a scenario is made of, and some that it is not.
fn word() -> impl Strategy<Value = String> {
    let words = EXAMPLE.split([' ', '\n', '{', '}', '[', ']', ',']).filter(|word| !word.is_empty()).map(str::to_owned);
    let odd = [
        "-1",
        "1.5",
        ".nan",
        "1e999",
        "5",
        "~",
        "*a",
        "&a",
        "!!str",
        "<<",
        "none",
        "36525d",
        "999999999999",
        "\"",
        "'",
        "|",
        "\t",
    ];
    prop::sample::select(words.chain(odd.map(str::to_owned)).collect::<Vec<_>>())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        survives(&bytes, "");
    }

    #[test]
    fn any_text(text in "\\PC{0,80}(\n\\PC{0,80}){0,5}") {
        survives(text.as_bytes(), "");
    }

    #[test]
    fn any_text_like_yaml(text in "([a-z&*!<]{1,6}: ?|- |\\{|\\}|\\[|\\]|, |\n {0,4}|[0-9.a-z%/-]{1,8}|\"|#){0,60}") {
        survives(text.as_bytes(), "");
    }

    #[test]
    fn any_listing(csv in "(at,amount(,currency)?\n)?([0-9:.,a-zA-Z\"é -]{0,20}\n){0,6}") {
        survives(b"orders: {from: orders.csv}", &csv);
    }

    #[test]
    fn a_scenario_with_words_exchanged(changes in prop::collection::vec((any::<prop::sample::Index>(), word()), 1..4)) {
        let mut pieces: Vec<String> = Vec::new();
        for character in EXAMPLE.chars() {
            match pieces.last_mut() {
                Some(last) if !" \n{}[],:".contains(character) && !last.ends_with([' ', '\n', '{', '}', '[', ']', ',', ':']) => last.push(character),
                _ => pieces.push(character.to_string()),
            }
        }
        for (at, word) in changes {
            let at = at.index(pieces.len());
            pieces[at] = word;
        }
        survives(pieces.concat().as_bytes(), "");
    }

    #[test]
    fn a_scenario_with_bytes_changed(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3u8), 1..6)) {
        let mut bytes = EXAMPLE.as_bytes().to_vec();
        for (at, byte, how) in changes {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => {
                    bytes.remove(at);
                }
            }
        }
        survives(&bytes, "");
    }
}
