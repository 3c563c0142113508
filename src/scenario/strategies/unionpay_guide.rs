//! What UnionPay's guide asks of those who call it from behind.
//!
//! Registered in `strategies`. It must not know other strategies.

use super::{Rules, Strategy, Trust, set};

pub(super) const STRATEGY: Strategy = Strategy {
    name: "unionpay_guide",
    means: "UnionPay's guide: queries doubling from 1 s to 32 s while the answer is not final, then the settlement file decides.",
    settings: &[
        set("timeout.connect", "30s", Trust::Vendor, ""),
        set("timeout.read", "30s", Trust::Vendor, ""),
        set("polling.schedule", "unionpay_back_end", Trust::Vendor, "while the answer is 03, 04 or 05"),
        set("polling.max", "6", Trust::Vendor, ""),
        set("reversal", "none", Trust::Chosen, "the guide goes from the queries to the file; no close is published"),
        set("reconciliation.cut_off", "\"23:00\"", Trust::Secondary, ""),
        set("manual_queue", "on", Trust::Chosen, "what the file shows and no rule explains"),
    ],
    compensation: &[],
    rules: Rules {
        // The file decides, and nothing says that a second one is waited for, or that anything is closed first.
        wait_for_next_file: false,
        close_before_fail: false,
        close_before_retry: false,
        // Of two successes for one purchase the guide says nothing.
        refund_duplicate: false,
        // Nor of a crash.
        resume_on_restart: false,
        // "No such order" may be intermediate until the payment's time is over: the rule is kept.
        ..Rules::HARDENED
    },
};
