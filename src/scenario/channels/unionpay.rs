//! UnionPay.
//!
//! Registered in `channels`. It must not know other channels.

use super::{Channel, Trust, set};

pub(super) const CHANNEL: Channel = Channel {
    name: "unionpay",
    means: "UnionPay: queries doubling from 1 s, then the settlement file; the business date ends at 23:00.",
    settings: &[
        set("notification.queue", "per_event", Trust::Assumed, ""),
        set("polling.schedule", "unionpay_back_end", Trust::Vendor, "then the settlement file"),
        set("polling.max", "6", Trust::Vendor, ""),
        set("timeout.connect", "30s", Trust::Vendor, ""),
        set("timeout.read", "30s", Trust::Vendor, ""),
        set("reconciliation.cut_off", "\"23:00\"", Trust::Secondary, ""),
        set("reconciliation.file_at", "\"10:00\"", Trust::Assumed, ""),
        set("repeated_number", "refuse", Trust::Assumed, ""),
    ],
    incomplete: Some("the gaps between its notifications"),
};
