//! Razorpay's late authorisation: a payment without an answer fails early, and is taken back if the money came after all.
//!
//! Registered in `strategies`. It must not know other strategies.

use super::{Rules, Strategy, Trust, set};

pub(super) const STRATEGY: Strategy = Strategy {
    name: "razorpay_like",
    means: "Like Razorpay: failed after 10 min without an answer; a success within 5 days is adopted late, or given back.",
    settings: &[
        set("polling.plan", "[1m, 2m, 3m, 4m]", Trust::Assumed, "the vendor says only when it fails: after 10 min"),
        set("polling.max", "3", Trust::Assumed, "used up 10 min after the silence began"),
        set("reversal", "none", Trust::Chosen, "nothing is closed: a late success is taken back"),
        set("reconciliation.wait_files", "5", Trust::Vendor, "for its 5 days of queries: what has failed is not asked about here"),
        set("manual_queue", "on", Trust::Chosen, "what the file shows and no rule explains"),
    ],
    compensation: &[],
    rules: Rules {
        // "If there is no response, even after 10 minutes, the transaction is marked as Failed due to timeout."
        exhausted_is_suspense: false,
        close_before_retry: false,
        // Late authorisation is the rule `late_success_counts`, auto-refund is `refund_duplicate`: both are kept.
        ..Rules::HARDENED
    },
};
