//! Tables that cannot be written.
//!
//! Registered in `profiles`. It must not know other profiles.

use super::Profile;

pub(super) const PROFILE: Profile = Profile {
    name: "database_trouble",
    means: "Three updates in a thousand fail, as many are committed and report an error, and from 20:00 to 20:10 no payment order can be updated.",
    source: "assumed",
    weather: r#"
faults:
  - fail_update: {hop: merchant-platform, probability: 0.003}
  - fail_update: {hop: platform-bank, probability: 0.003}
  - unknown_commit: {hop: merchant-platform, probability: 0.003}
  - unknown_commit: {hop: platform-bank, probability: 0.003}
  - outage: {site: merchant-platform/record-write, from: "20:00", to: "20:10"}
"#,
};
