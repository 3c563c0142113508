//! What Hyperswitch does with a payment whose connector did not answer, as its source and its issues show it.
//!
//! Registered in `strategies`. It must not know other strategies.

use super::{Rules, Strategy, Trust, set};

pub(super) const STRATEGY: Strategy = Strategy {
    name: "hyperswitch_like",
    means: "Like Hyperswitch: asks after a minute and then five times every 5 min; queries used up, or no such payment, is failed.",
    settings: &[
        set("polling.schedule", "hyperswitch_sync", Trust::Vendor, "the process tracker's default mapping"),
        set("polling.max", "6", Trust::Vendor, ""),
        set("reversal", "none", Trust::Chosen, "nothing voids a payment that is unknown"),
        set("reconciliation", "none", Trust::Chosen, "no settlement file takes part in the payment flow"),
        set("manual_queue", "off", Trust::Chosen, "the tracker ends as RETRIES_EXCEEDED and asks nobody"),
    ],
    compensation: &[],
    rules: Rules {
        // Only a payment without the connector's number fails when the queries are used up (its sync workflow). Here every
        // one does: an unknown has mostly had no answer that could bring the number. See also issue 2380.
        exhausted_is_suspense: false,
        // Per connector; merged for several of them (pull requests 2772, 3674), and harmful when asked too soon (issue 10285).
        not_found_is_unknown: false,
        close_before_retry: false,
        refund_duplicate: false,
        // A tracker's task outlives a crash and asks again, but ends as soon as the attempt is final, intent or not.
        resume_on_restart: false,
        // Kept, because 4xx and 5xx change nothing in general (pull request 3674), and a task is there before the call.
        ..Rules::HARDENED
    },
};
