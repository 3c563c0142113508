//! Rank 5: many runs. The only loop over runs. It must not know files, clocks or terminals.

mod agreement;
pub mod case;
pub mod cluster;
pub mod compare;
pub mod coverage;
pub mod explore;
pub mod failure;
pub mod fuzz;
pub mod kind;
pub mod minimum;
pub mod mistake;
pub mod mutants;
pub mod prevention;
pub mod record;
pub mod remedy;
pub mod repro;
pub mod shard;
pub mod shell;
pub mod shrink;
pub mod subject;
pub mod swarm;
pub mod tally;
pub mod triage;
