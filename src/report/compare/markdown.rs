//! A comparison as Markdown: for tickets and pages. Bars in names are escaped.
//!
//! Called by the command line.

use crate::campaign::compare::answer::Finding;
use crate::campaign::compare::{Comparison, Unit, percent};
use crate::report::compare::rows::{MARKS, columns, heading, shown};
use crate::report::compare::units;
use std::fmt::{self, Write};

/// Writes a comparison.
///
/// # Errors
/// Those of `out`.
pub fn write(out: &mut dyn Write, comparison: &Comparison) -> fmt::Result {
    writeln!(
        out,
        "# {}\n\n{}\n\n**{}**\n",
        plain(&comparison.title),
        plain(&comparison.about),
        plain(&comparison.verdict.sentence)
    )?;
    for (number, profile) in comparison.profiles.iter().enumerate() {
        let breach = if profile.breach { " (breach of contract)" } else { "" };
        writeln!(out, "## {}{breach}\n\n{}\n", plain(&profile.name), plain(&profile.about))?;
        let chosen = columns(comparison, number, 8);
        let heading = |measure: &usize| heading(comparison, *measure).replace("-\n", "").replace('\n', " ");
        let heads: Vec<String> = std::iter::once("strategy".to_owned()).chain(chosen.iter().map(heading)).collect();
        let row = |strategy: usize| -> Vec<String> {
            let name = plain(&comparison.strategies[strategy].name);
            std::iter::once(name).chain(chosen.iter().map(|measure| shown(comparison, number, strategy, *measure))).collect()
        };
        table(out, &heads, &(0..comparison.strategies.len()).map(row).collect::<Vec<_>>())?;
        writeln!(out, "\n{}\n", plain(&comparison.verdict.by_profile[number]))?;
    }
    writeln!(out, "{MARKS}\n")?;
    for plans in &comparison.plans {
        let name = plain(&comparison.profiles[plans.profile].name);
        let within = crate::kernel::format_duration(plans.within_us);
        writeln!(out, "## {} within {within} under {name}\n", percent(plans.share))?;
        let row = |plan: &crate::campaign::compare::answer::Plan| {
            let meets = match plan.meets {
                Finding::Better => "met",
                Finding::Worse => "missed",
                Finding::NotShown | Finding::Same => "not shown",
            };
            let within = units::estimate(comparison, Unit::Share, &plan.within);
            vec![plain(&plan.plan), format!("{:.4}", plan.queries.value), within, meets.to_owned()]
        };
        let heads = ["plan", "queries/order", "in time", "goal"].map(str::to_owned);
        table(out, &heads, &plans.plans.iter().map(row).collect::<Vec<_>>())?;
        writeln!(out)?;
    }
    writeln!(out, "## Definitions\n")?;
    let said = comparison.measures.iter().map(|one| vec![plain(&one.title), plain(&one.definition)]);
    table(out, &["measure", "definition"].map(str::to_owned), &said.collect::<Vec<_>>())?;
    writeln!(out)?;
    comparison.sample.method.iter().try_for_each(|line| writeln!(out, "- {}", plain(line)))?;
    writeln!(out, "\n## Assumptions\n")?;
    let rows: Vec<Vec<String>> =
        comparison.assumptions.iter().map(|one| vec![plain(&one.what), plain(&one.value), plain(&one.source)]).collect();
    table(out, &["what", "value", "source"].map(str::to_owned), &rows)?;
    writeln!(out, "\n```sh\n{}\n```\n\ndigest {}", comparison.command, comparison.digest)
}

fn table(out: &mut dyn Write, heads: &[String], rows: &[Vec<String>]) -> fmt::Result {
    writeln!(out, "| {} |", heads.join(" | "))?;
    let rule: Vec<&str> =
        (0..heads.len()).map(|column| if column == 0 || !is_number(rows, column) { "---" } else { "---:" }).collect();
    writeln!(out, "| {} |", rule.join(" | "))?;
    rows.iter().try_for_each(|row| writeln!(out, "| {} |", row.join(" | ")))
}

/// Does a column hold numbers?
fn is_number(rows: &[Vec<String>], column: usize) -> bool {
    let begins = |cell: &String| cell.starts_with(|c: char| c.is_ascii_digit() || "-−+<".contains(c));
    rows.iter().filter_map(|row| row.get(column)).all(begins)
}

/// A text that means nothing to Markdown.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '|' | '*' | '_' | '`' | '[' | ']' | '<' | '>' | '\\' | '#' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_breaks_no_table() {
        assert_eq!(plain("a|b_c\n<script>"), "a\\|b\\_c \\<script\\>");
    }
}
