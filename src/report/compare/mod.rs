//! What a comparison looks like: one file per format, from [`Comparison`](crate::campaign::compare::Comparison).
//!
//! Called by the command line. It opens no files and computes nothing: all numbers are in the data.

pub mod csv;
pub mod markdown;
mod rows;
pub mod text;
pub mod units;
