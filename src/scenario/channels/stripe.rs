//! Stripe.
//!
//! Registered in `channels`. It must not know other channels.

use super::{Channel, Trust, set};

pub(super) const CHANNEL: Channel = Channel {
    name: "stripe",
    means: "Stripe: notifications for three days with exponential back-off, idempotency keys kept for a day.",
    settings: &[
        set("notification.queue", "per_event", Trust::Vendor, "no order is promised"),
        set("notification.tolerance", "5m", Trust::Vendor, ""),
        set("repeated_number", "same_answer", Trust::Vendor, "by idempotency key"),
    ],
    incomplete: Some("the gaps between its notifications (only: exponential, for 3 days)"),
};
