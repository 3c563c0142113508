//! A comparison as Parquet, for data warehouses: the lines and columns of the CSV, with types. Built with the feature
//! `parquet` alone: nothing else needs its writer.
//!
//! Called by the command line. The same comparison gives the same bytes. It must not know what stands in a field.

use crate::campaign::compare::Comparison;
use crate::report::compare::lines::{COLUMNS, Field, Kind, Line, lines};
use ::parquet::basic::{LogicalType, Repetition, Type as Physical};
use ::parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int64Type};
use ::parquet::errors::ParquetError;
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::{SerializedFileWriter, SerializedRowGroupWriter};
use ::parquet::schema::types::{Type, TypePtr};
use std::sync::Arc;

/// The file.
///
/// # Errors
/// The writer's sentence: it refuses more than it can count.
pub fn write(comparisons: &[Comparison]) -> Result<Vec<u8>, String> {
    file(&lines(comparisons).collect::<Vec<Line>>()).map_err(|error| error.to_string())
}

fn file(lines: &[Line]) -> Result<Vec<u8>, ParquetError> {
    let by = format!("paychaos {}", env!("CARGO_PKG_VERSION"));
    let properties = WriterProperties::builder().set_created_by(by).build();
    let mut writer = SerializedFileWriter::new(Vec::new(), schema()?, Arc::new(properties))?;
    let mut group = writer.next_row_group()?;
    for (at, (_, kind)) in COLUMNS.iter().enumerate() {
        let fields = lines.iter().map(|line| &line[at]);
        match kind {
            Kind::Text | Kind::Word => column::<ByteArrayType>(&mut group, *kind, fields.map(text).collect())?,
            Kind::Number => column::<DoubleType>(&mut group, *kind, fields.map(number).collect())?,
            Kind::Whole => column::<Int64Type>(&mut group, *kind, fields.map(whole).collect())?,
        }
    }
    group.close()?;
    writer.into_inner()
}

fn schema() -> Result<TypePtr, ParquetError> {
    let column = |(name, kind): &(&str, Kind)| {
        let (physical, logical) = match kind {
            Kind::Text | Kind::Word => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Kind::Number => (Physical::DOUBLE, None),
            Kind::Whole => (Physical::INT64, None),
        };
        let repetition = if is_in_every_line(*kind) { Repetition::REQUIRED } else { Repetition::OPTIONAL };
        let built = Type::primitive_type_builder(name, physical).with_logical_type(logical);
        built.with_repetition(repetition).build().map(Arc::new)
    };
    let columns = COLUMNS.iter().map(column).collect::<Result<Vec<TypePtr>, ParquetError>>()?;
    Ok(Arc::new(Type::group_type_builder("comparison").with_fields(columns).build()?))
}

fn is_in_every_line(kind: Kind) -> bool {
    kind == Kind::Text
}

/// Writes the next column: what is there, and, where something may be missing, in which lines it is there.
fn column<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    kind: Kind,
    fields: Vec<Option<T::T>>,
) -> Result<(), ParquetError> {
    let there: Vec<i16> = fields.iter().map(|field| i16::from(field.is_some())).collect();
    let values: Vec<T::T> = fields.into_iter().flatten().collect();
    let there = (!is_in_every_line(kind)).then_some(there.as_slice());
    if let Some(mut column) = group.next_column()? {
        column.typed::<T>().write_batch(&values, there, None)?;
        column.close()?;
    }
    Ok(())
}

fn text(field: &Field) -> Option<ByteArray> {
    match field {
        Field::Text(text) => Some(text.as_str().into()),
        Field::Number(_) | Field::Whole(_) | Field::None => None,
    }
}

fn number(field: &Field) -> Option<f64> {
    match field {
        Field::Number(number) => Some(*number),
        Field::Text(_) | Field::Whole(_) | Field::None => None,
    }
}

fn whole(field: &Field) -> Option<i64> {
    match field {
        Field::Whole(number) => i64::try_from(*number).ok(),
        Field::Text(_) | Field::Number(_) | Field::None => None,
    }
}
