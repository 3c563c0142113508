//! Rank 5: many runs. The only loop over runs. It must not know files, clocks or terminals.

pub mod prevention;
