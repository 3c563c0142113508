//! A comparison as Markdown: for tickets and pages. Bars in names are escaped.
//!
//! Called by the command line.

use crate::campaign::compare::answer::Finding;
use crate::campaign::compare::cell::Cell;
use crate::campaign::compare::{Comparison, Unit, goal};
use crate::campaign::shell::quoted;
use crate::report::compare::brief::{Answer, answers};
use crate::report::compare::fronts;
use crate::report::compare::rows::{MARKS, cells, columns, heading, shown};
use crate::report::compare::units;
use crate::report::paint::grouped;
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
    if let Some(besides) = &comparison.verdict.besides {
        writeln!(out, "{}\n", plain(besides))?;
    }
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
        for Answer { asks, says } in answers(comparison, number) {
            writeln!(out, "- *{asks}* {}", plain(&says))?;
        }
        writeln!(out)?;
        trouble(out, comparison, number)?;
    }
    writeln!(out, "{MARKS}\n\n## Time against cost\n\n{}\n", fronts::ABOUT)?;
    let (heads, rows) = fronts::table(comparison);
    let one_line = |text: &String| plain(&text.replace("-\n", "").replace('\n', " "));
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(one_line).collect()).collect();
    table(out, &heads.iter().map(one_line).collect::<Vec<_>>(), &rows)?;
    writeln!(out)?;
    for plans in &comparison.plans {
        let name = plain(&comparison.profiles[plans.profile].name);
        let within = crate::kernel::format_duration(plans.within_us);
        writeln!(out, "## {} within {within} under {name}\n", goal(plans.share))?;
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
    let rows = comparison.assumptions.chunk_by(|a, b| a.source == b.source).flat_map(|group| {
        let source = |i: usize| if i == 0 { plain(&group[0].source) } else { "〃".to_owned() };
        group.iter().enumerate().map(move |(i, one)| vec![plain(&one.what), plain(&one.value), source(i)])
    });
    let rows: Vec<Vec<String>> = rows.collect();
    table(out, &["what", "value", "source"].map(str::to_owned), &rows)?;
    let file = quoted(&format!("{}.md", comparison.title));
    writeln!(out, "\n```sh\n{} --markdown {file}\n```\n\ndigest {}", comparison.command, comparison.digest)
}

fn table(out: &mut dyn Write, heads: &[String], rows: &[Vec<String>]) -> fmt::Result {
    writeln!(out, "| {} |", heads.join(" | "))?;
    let rule: Vec<&str> =
        (0..heads.len()).map(|column| if column == 0 || !is_number(rows, column) { "---" } else { "---:" }).collect();
    writeln!(out, "| {} |", rule.join(" | "))?;
    rows.iter().try_for_each(|row| writeln!(out, "| {} |", row.join(" | ")))
}

/// What became of the orders that were dropped under any strategy of a profile: a row for each strategy.
fn trouble(out: &mut dyn Write, comparison: &Comparison, profile: usize) -> fmt::Result {
    let all = cells(comparison, profile);
    let mut mechanisms: Vec<&str> =
        all.iter().flat_map(|cell| cell.dropped.recovered.iter().map(|one| one.mechanism.as_str())).collect();
    mechanisms.sort_unstable();
    mechanisms.dedup();
    if all.iter().all(|cell| cell.dropped.causes.is_empty()) {
        return Ok(());
    }
    let kinds = [
        ("merchant-platform", "external"),
        ("merchant-platform", "internal"),
        ("platform-bank", "external"),
        ("platform-bank", "internal"),
    ];
    let heads = std::iter::once("in trouble".to_owned())
        .chain(kinds.map(|(hop, kind)| format!("{hop} {kind}")))
        .chain(mechanisms.iter().map(|name| format!("by {}", plain(name))))
        .chain(["to a person", "unrecovered", "recovered yet inconsistent", "prevented", "hung"].map(str::to_owned));
    let row = |cell: &Cell| -> Vec<String> {
        let dropped = &cell.dropped;
        let of = |(hop, kind): (&str, &str)| -> u64 {
            dropped.causes.iter().filter(|one| one.hop == hop && one.kind == kind).map(|one| one.count).sum()
        };
        let by =
            |name: &&str| dropped.recovered.iter().filter(|one| one.mechanism == *name).map(|one| one.count).sum::<u64>();
        let counts = kinds.map(of).into_iter().chain(mechanisms.iter().map(by));
        let counts = counts.chain([dropped.manual, dropped.unrecovered, dropped.stranded, dropped.prevented, dropped.hung]);
        std::iter::once(plain(&comparison.strategies[cell.strategy].name)).chain(counts.map(grouped)).collect()
    };
    table(out, &heads.collect::<Vec<_>>(), &all.iter().map(row).collect::<Vec<_>>())?;
    writeln!(out)
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
