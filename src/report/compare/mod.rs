//! What a comparison looks like: one file per format, from [`Comparison`](crate::campaign::compare::Comparison).
//!
//! Called by the command line. It opens no files and computes nothing: all numbers are in the data.

mod answers;
pub mod csv;
pub mod html;
pub mod markdown;
mod matrix;
mod rows;
pub mod text;
pub mod units;
