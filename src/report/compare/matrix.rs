//! A table with a column for each profile, as many side by side as fit on the page, the others below.
//!
//! Called by the text format. It must not know what stands in it.

use crate::campaign::compare::Comparison;
use crate::report::paint::width;
use crate::report::summary::table;
use std::fmt::{self, Write};

/// Writes the table: `cell` says what stands in the column of a profile, in a row.
///
/// # Errors
/// Those of `out`.
pub fn matrix(
    out: &mut dyn Write,
    comparison: &Comparison,
    head: &str,
    names: &[String],
    cell: &dyn Fn(usize, usize) -> String,
    columns_of_page: usize,
) -> fmt::Result {
    let heads: Vec<String> = comparison.profiles.iter().map(|profile| profile.name.replace(['_', ' '], "\n")).collect();
    let columns: Vec<Vec<String>> =
        (0..heads.len()).map(|profile| (0..names.len()).map(|row| cell(profile, row)).collect()).collect();
    let widest = |texts: &[String]| texts.iter().flat_map(|text| text.lines()).map(width).max().unwrap_or(0);
    let needs = |profile: &usize| widest(&columns[*profile]).max(widest(&heads[*profile..=*profile])) + 3;
    let first = widest(names).max(width(head)) + 4;
    let mut rest: Vec<usize> = (0..heads.len()).collect();
    while !rest.is_empty() {
        let fits = |count: &usize| first + rest[..*count].iter().map(needs).sum::<usize>() <= columns_of_page.max(80);
        let count = (1..=rest.len()).rev().find(fits).unwrap_or(1);
        let here: Vec<usize> = rest.drain(..count).collect();
        let heads: Vec<&str> = std::iter::once(head).chain(here.iter().map(|profile| heads[*profile].as_str())).collect();
        let row = |at: usize| {
            std::iter::once(names[at].clone()).chain(here.iter().map(|profile| columns[*profile][at].clone())).collect()
        };
        let rows: Vec<Vec<String>> = (0..names.len()).map(row).collect();
        let mut text = String::new();
        table(&mut text, 1, &heads, &rows)?;
        write!(out, "{}", text.trim_start_matches('\n'))?;
    }
    Ok(())
}
