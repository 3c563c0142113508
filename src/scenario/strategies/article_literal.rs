//! The article as it is written: what it does not say is not done.
//!
//! Registered in `strategies`. It must not know other strategies.

use super::{Rules, Strategy, Trust, set};

pub(super) const STRATEGY: Strategy = Strategy {
    name: "article_literal",
    means: "The article taken at its word: \"no such order\" and absence from the next file count as failures, nothing is closed.",
    settings: &[
        set("polling", "{}", Trust::Chosen, "the channel's plan, else 5s, 30s, 60s, 180s"),
        set("reversal", "none", Trust::Chosen, ""),
        set("reconciliation.wait_files", "1", Trust::Chosen, "absent from the next file is absent"),
        set("manual_queue", "off", Trust::Chosen, ""),
    ],
    compensation: &[],
    rules: Rules::LITERAL,
};
