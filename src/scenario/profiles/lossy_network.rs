//! Independent losses.
//!
//! Registered in `profiles`. It must not know other profiles.

use super::Profile;

pub(super) const PROFILE: Profile = Profile {
    name: "lossy_network",
    means: "One message in a hundred is lost on either hop, each on its own.",
    source: "assumed: independent losses make every strategy look good",
    weather: r#"
faults:
  - lose: {hop: merchant-platform, probability: 0.01}
  - lose: {hop: platform-bank, probability: 0.01}
"#,
};
