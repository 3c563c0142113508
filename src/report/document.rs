//! The frame of a self-contained HTML page: its title, its own style and script, light and dark.
//!
//! Called by the formats that are pages. It must not know what stands on a page.

use maud::{DOCTYPE, Markup, PreEscaped, html};

/// A page, with its style and its script within.
pub fn document(title: &str, [style, script]: [&str; 2], body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(style)) }
            }
            body {
                (body)
                script { (PreEscaped(script)) }
            }
        }
    };
    page.into_string()
}
