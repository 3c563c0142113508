//! What Alipay asks of a cash desk: the customer stands there, so everything is settled within a minute.
//!
//! Registered in `strategies`. It must not know other strategies.

use super::{Rules, Strategy, Trust, set};

pub(super) const STRATEGY: Strategy = Strategy {
    name: "alipay_in_store",
    means: "Alipay at a cash desk: query every 5 s for a minute, then cancel, which gives back what was paid after all.",
    settings: &[
        set("polling.schedule", "alipay_in_store", Trust::Vendor, "every 3 to 5 s"),
        set("polling.max", "12", Trust::Vendor, "until 60 s"),
        set("reversal.kind", "cancel", Trust::Vendor, "gives back what is paid, within a day"),
        set("reversal.after", "12", Trust::Vendor, "after 60 s"),
        set("reversal.retry", "5s", Trust::Assumed, "as fast as the queries"),
        set("reconciliation", "{}", Trust::Secondary, "the bill of the next day"),
        set("manual_queue", "on", Trust::Chosen, "what the bill shows and no rule explains"),
    ],
    compensation: &[],
    rules: Rules {
        // The queries begin when the answer is missing; nothing is said of a till that crashes before that.
        intent_before_send: false,
        resume_on_restart: false,
        // Of a bill that lacks a payment nothing is said: one is looked at.
        wait_for_next_file: false,
        // "No such order" is no failure: a QR order does not exist until it is scanned. The rule is kept.
        ..Rules::HARDENED
    },
};
