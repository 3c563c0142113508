//! No channel: nothing is set, nothing is pushed.
//!
//! Registered in `channels`. It must not know other channels.

use super::Channel;

pub(super) const CHANNEL: Channel = Channel {
    name: "none",
    means: "No channel in particular: no notifications unless the scenario configures them, defaults for the rest.",
    settings: &[],
    incomplete: None,
};
