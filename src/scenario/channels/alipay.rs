//! Alipay.
//!
//! Registered in `channels`. It must not know other channels.

use super::{Channel, Trust, set};

pub(super) const CHANNEL: Channel = Channel {
    name: "alipay",
    means: "Alipay: 8 notifications in 24 h; in a shop queries every 5 s for a minute, then cancel; a bill at 10:00.",
    settings: &[
        set("notification.schedule", "alipay", Trust::Secondary, "its own text says 24h22m in all"),
        set("notification.queue", "per_event", Trust::Secondary, ""),
        set("polling.schedule", "alipay_in_store", Trust::Vendor, "in a shop: every 3 to 5 s"),
        set("polling.max", "12", Trust::Vendor, "until 60 s"),
        set("reversal.kind", "cancel", Trust::Vendor, ""),
        set("reversal.after", "12", Trust::Vendor, "after 60 s"),
        set("valid_for", "3m", Trust::Secondary, "in a shop it closes by itself"),
        set("reconciliation.cut_off", "\"24:00\"", Trust::Assumed, ""),
        set("reconciliation.file_at", "\"10:00\"", Trust::Secondary, ""),
        set("repeated_number", "refuse", Trust::Assumed, ""),
    ],
    incomplete: None,
};
