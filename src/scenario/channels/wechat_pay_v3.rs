//! WeChat Pay, interface version 3.
//!
//! Registered in `channels`. It must not know other channels.

use super::{Channel, Trust, set};

pub(super) const CHANNEL: Channel = Channel {
    name: "wechat_pay_v3",
    means: "WeChat Pay, interface version 3: 15 notifications in 24 h, queries by plan A, a bill at 10:00.",
    settings: &[
        set("notification.schedule", "wechat_pay_v3", Trust::Transcribed, "documents 4012791836, 4012075420"),
        set("notification.queue", "per_event", Trust::Transcribed, ""),
        set("notification.tolerance", "5m", Trust::Transcribed, "advised"),
        set("polling.schedule", "wechat_pay_v3_query", Trust::Transcribed, "plan A, document 4012075249"),
        set("polling.max", "7", Trust::Assumed, "each gap of plan A once"),
        set("reversal.min_age", "5m", Trust::Secondary, "a rule of version 2"),
        set("valid_for", "45m", Trust::Assumed, "the vendor allows 1 min to 15 d; plan A ends within it and a late message"),
        set("reconciliation.cut_off", "\"24:00\"", Trust::Assumed, ""),
        set("reconciliation.file_at", "\"10:00\"", Trust::Secondary, ""),
        set("refund_retry", "1m", Trust::Secondary, "same number, same refund"),
        set("repeated_number", "refuse", Trust::Assumed, ""),
    ],
    incomplete: None,
};
