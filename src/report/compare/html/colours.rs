//! The colours of the page's style, tested: series that stand beside each other can be told apart by people who see no red, or
//! no green. (Contrast is tested in a browser, where colours have been computed.)

use super::STYLE;

/// The lines of a chart.
const LINES: [&str; 7] = ["h0", "h1", "h2", "h3", "h4", "h5", "h6"];
/// The parts of a bar, in their order, as the style assigns them.
const PARTS: [&str; 10] = ["h5", "h2", "h3", "h4", "h6", "m5", "m6", "m7", "h1", "fg"];

/// Differences in CIELAB below which two series could be taken for each other: lines have dashes besides, parts a gap.
const LINES_APART: f64 = 20.0;
const PARTS_APART: f64 = 13.0;

/// How colours are seen, as linear RGB: as they are; without red cones; without green ones (Machado, Oliveira and Fernandes
/// 2009, severity 1).
const EYES: [(&str, [[f64; 3]; 3]); 3] = [
    ("all", [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]),
    ("protanopia", [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]),
    ("deuteranopia", [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]),
];

/// A colour of the style in light and in dark: `--name: light-dark(#rrggbb, #rrggbb)`.
fn colour(name: &str, dark: bool) -> [f64; 3] {
    let rest = STYLE.split(&format!("--{name}: light-dark(")).nth(1).unwrap_or_else(|| panic!("no colour --{name}"));
    let text = rest.split(')').next().and_then(|pair| pair.split(", ").nth(usize::from(dark))).expect("two colours");
    let part = |at: usize| {
        let value = f64::from(u8::from_str_radix(&text[at..at + 2], 16).expect("two digits")) / 255.0;
        if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    [part(1), part(3), part(5)]
}

fn seen([r, g, b]: [f64; 3], eye: &[[f64; 3]; 3]) -> [f64; 3] {
    eye.map(|row| (row[0] * r + row[1] * g + row[2] * b).clamp(0.0, 1.0))
}

/// CIELAB under daylight.
fn lab([r, g, b]: [f64; 3]) -> [f64; 3] {
    let part = |row: [f64; 3], white: f64| {
        let t = (row[0] * r + row[1] * g + row[2] * b) / white;
        if t > 0.008856 { t.cbrt() } else { 7.787 * t + 16.0 / 116.0 }
    };
    let x = part([0.4124564, 0.3575761, 0.1804375], 0.95047);
    let y = part([0.2126729, 0.7151522, 0.0721750], 1.0);
    let z = part([0.0193339, 0.1191920, 0.9503041], 1.08883);
    [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
}

fn apart(names: &[&str], least: f64) {
    for dark in [false, true] {
        for (eyes, eye) in &EYES {
            for (i, one) in names.iter().enumerate() {
                for other in &names[..i] {
                    let [a, b] = [one, other].map(|name| lab(seen(colour(name, dark), eye)));
                    let distance = a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt();
                    assert!(distance >= least, "{one} and {other}, dark: {dark}, {eyes}: {distance:.1}");
                }
            }
        }
    }
}

#[test]
fn series_are_told_apart_by_all_eyes() {
    apart(&LINES, LINES_APART);
    apart(&PARTS, PARTS_APART);
    apart(&["better", "worse", "dim"], LINES_APART);
}

#[test]
fn the_style_uses_what_is_tested() {
    for (part, name) in PARTS.iter().enumerate() {
        let rule = format!(".m{part} {{ fill: var(--{name}); background: var(--{name}); }}");
        assert!(STYLE.contains(&rule), "{rule}");
    }
    for (line, name) in LINES.iter().enumerate() {
        assert!(STYLE.contains(&format!(".h{line} {{ stroke: var(--{name});")), "{name}");
    }
}

#[test]
fn distances_are_those_of_the_definition() {
    let [white, black] = [[1.0; 3], [0.0; 3]].map(lab);
    assert!((white[0] - 100.0).abs() < 0.01 && black[0].abs() < 0.01, "{white:?} {black:?}");
    let red = lab(seen([1.0, 0.0, 0.0], &EYES[0].1));
    assert!((red[0] - 53.24).abs() < 0.05 && (red[1] - 80.09).abs() < 0.1, "{red:?}");
}
