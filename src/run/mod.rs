//! Rank 4: one run: (scenario, chooser) -> outcome. The only place where kernel, parties, weather and invariants are put
//! together. It must not know that there are other runs.

pub mod outcome;
