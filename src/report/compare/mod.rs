//! What a comparison looks like: one file per format, from [`Comparison`](crate::campaign::compare::Comparison).
//!
//! Called by the command line. It opens no files and computes nothing: all numbers are in the data.

mod answers;
mod brief;
pub mod csv;
mod fronts;
pub mod html;
mod lines;
pub mod markdown;
mod matrix;
#[cfg(feature = "parquet")]
pub mod parquet;
mod rows;
pub mod text;
pub mod units;
