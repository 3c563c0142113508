//! What WeChat Pay's guide asks of those who call it.
//!
//! Registered in `strategies`. It must not know other strategies.

use super::{Rules, Strategy, Trust, set};

pub(super) const STRATEGY: Strategy = Strategy {
    name: "wechat_guide",
    means: "WeChat Pay's guide: query every 30 s, at most 10 times, then close; notifications are checked; the bill is looked at once.",
    settings: &[
        set("polling.schedule", "wechat_pay_v3_query_b", Trust::Transcribed, "plan B of document 4012075249"),
        set("polling.max", "10", Trust::Transcribed, "orders younger than 10 min"),
        set("reversal.kind", "close", Trust::Transcribed, "only what is not paid"),
        set("reversal.after", "10", Trust::Transcribed, "then close"),
        set("reversal.min_age", "5m", Trust::Secondary, "a rule of version 2"),
        set("reconciliation", "{}", Trust::Transcribed, "the bill of successes, at 10:00 of the next day"),
        set("manual_queue", "on", Trust::Chosen, "what the bill shows and no rule explains"),
    ],
    compensation: &[],
    rules: Rules {
        // Of a bill that lacks an order the guide says nothing: one is looked at.
        wait_for_next_file: false,
        // Nor of a payment order with two successes: its remedy is to close before another attempt.
        refund_duplicate: false,
        // Plan B finds open orders after a crash as before it; what stands behind the order is the merchant's own affair.
        resume_on_restart: false,
        ..Rules::HARDENED
    },
};
