//! PayPal.
//!
//! Registered in `channels`. It must not know other channels.

use super::{Channel, Trust, set};

pub(super) const CHANNEL: Channel = Channel {
    name: "paypal",
    means: "PayPal: up to 25 further notifications in three days, idempotency keys.",
    settings: &[
        set("notification.queue", "per_event", Trust::Assumed, ""),
        set("repeated_number", "same_answer", Trust::Transcribed, "by idempotency key"),
    ],
    incomplete: Some("the gaps between its notifications (only: 25 within 3 days)"),
};
