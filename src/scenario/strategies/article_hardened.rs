//! The article's mechanisms with every safety rule: the default.
//!
//! Registered in `strategies`. It must not know other strategies.

use super::{Rules, Strategy, Trust, set};

pub(super) const STRATEGY: Strategy = Strategy {
    name: "article_hardened",
    means: "Timeouts, notifications, polling, closing and reconciliation as in the article, with every safety rule on.",
    settings: &[
        set("polling", "{}", Trust::Chosen, "the channel's plan, else 5s, 30s, 60s, 180s"),
        set("reversal", "{}", Trust::Chosen, "close after 5 queries without a definite answer"),
        set("reconciliation", "{}", Trust::Chosen, "waits for 2 files"),
        set("manual_queue", "on", Trust::Chosen, ""),
    ],
    compensation: &[],
    rules: Rules::HARDENED,
};
