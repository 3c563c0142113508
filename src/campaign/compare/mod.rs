//! Strategies side by side under the same weather: what is compared, what it comes to, and how sure that is.
//!
//! Called by the command line. It must not know files, clocks or terminals.

/// Plain data: written as JSON, read again, described by a schema.
macro_rules! plain {
    ($($(#[$meta:meta])* pub struct $name:ident { $($(#[$field_meta:meta])* pub $field:ident: $type:ty,)* })*) => {$(
        $(#[$meta])*
        #[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $name { $($(#[$field_meta])* pub $field: $type,)* }
    )*};
}

pub mod answer;
mod assumptions;
pub mod baseline;
mod bits;
pub mod cell;
pub mod cells;
mod comparison;
mod curves;
mod describe;
mod differences;
mod evaluate;
mod fronts;
mod layers;
pub mod measures;
pub mod parts;
mod plans;
pub mod question;
pub mod record;
pub mod statistics;
pub mod tally;
mod verdict;

pub use comparison::{
    Assumption, Choice, Comparison, Currency, FORMAT, MeasureInfo, Mechanism, Profile, Sample, Strategy, Timing, Unit,
    Verdict,
};
pub use evaluate::evaluate;
pub use question::Question;
pub use verdict::{goal, hundredths, percent};
