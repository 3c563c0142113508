//! Adyen.
//!
//! Registered in `channels`. It must not know other channels.

use super::{Channel, Trust, set};

pub(super) const CHANNEL: Channel = Channel {
    name: "adyen",
    means: "Adyen: notifications for 30 days in one queue per endpoint, where one that fails holds up the rest.",
    settings: &[
        set("notification.schedule", "adyen", Trust::Vendor, "the last gap repeats"),
        set("notification.queue", "fifo", Trust::Vendor, "one failing event holds up the endpoint"),
        set("reconciliation.cut_off", "\"24:00\"", Trust::Assumed, "the vendor lets it be set from 0:00 to 7:00"),
        set("reconciliation.file_at", "\"10:00\"", Trust::Assumed, ""),
    ],
    incomplete: None,
};
