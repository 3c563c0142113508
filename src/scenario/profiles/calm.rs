//! No trouble.
//!
//! Registered in `profiles`. It must not know other profiles.

use super::Profile;

pub(super) const PROFILE: Profile = Profile {
    name: "calm",
    means: "Nothing strikes but what the scenario itself lists.",
    source: "none",
    weather: "",
};
