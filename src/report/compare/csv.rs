//! A comparison as CSV, for spreadsheets and notebooks.
//!
//! Called by the command line. It must not know what stands in a field.

use crate::campaign::compare::Comparison;
use crate::report::compare::lines::{COLUMNS, Field, lines};

/// The text.
pub fn write(comparisons: &[Comparison]) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // A Vec takes everything.
    let _ = writer.write_record(COLUMNS.map(|(name, _)| name));
    for line in lines(comparisons) {
        let _ = writer.write_record(line.map(|field| match field {
            Field::Text(text) => text,
            Field::Number(number) => number.to_string(),
            Field::Whole(number) => number.to_string(),
            Field::None => String::new(),
        }));
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}
