//! Kill Bill's Janitor: it asks the gateway about unknown payments for days, and guesses nothing.
//!
//! Registered in `strategies`. It must not know other strategies.

use super::{Rules, Strategy, Trust, set};

pub(super) const STRATEGY: Strategy = Strategy {
    name: "kill_bill_janitor",
    means: "Kill Bill's Janitor: asks after 5 min, an hour, and five times a day later; what is unknown then stays so, for a person.",
    settings: &[
        set("polling.schedule", "kill_bill_janitor", Trust::Vendor, "payment.janitor.unknown.retries"),
        set("polling.max", "7", Trust::Vendor, ""),
        set("reversal", "none", Trust::Chosen, "the Janitor asks, it voids nothing"),
        set("reconciliation", "none", Trust::Chosen, "no settlement file takes part"),
        set("manual_queue", "on", Trust::Vendor, "what stays UNKNOWN is to be checked by hand at the gateway"),
    ],
    compensation: &[
        set("compensation.scan", "1h", Trust::Vendor, "payment.janitor.rate"),
        set("compensation.worker", "1h", Trust::Vendor, "the same job"),
        set("compensation.replica_lag", "12h", Trust::Vendor, "payment.janitor.attempts.delay: younger ones are left alone"),
        set("compensation.window", "7d", Trust::Assumed, "it forgets none"),
    ],
    rules: Rules {
        // The Janitor's entry is made when a payment has ended without a final state, not before it is sent.
        intent_before_send: false,
        // It looks at PENDING and UNKNOWN only: what is final stays as it is.
        late_success_counts: false,
        close_before_retry: false,
        refund_duplicate: false,
        // Its scan is what looks for things left undone, not the start of the process.
        resume_on_restart: false,
        // A gateway that cannot tell leaves the payment UNKNOWN: "no such order" is no failure. The rule is kept.
        ..Rules::HARDENED
    },
};
