//! No callback gets through.
//!
//! Registered in `profiles`. It must not know other profiles.

use super::Profile;

pub(super) const PROFILE: Profile = Profile {
    name: "callbacks_down",
    means: "From 10:00 to 22:00 no notification arrives, on either hop, and one answer in 157 is lost.",
    source: "answers: reversals of Bank of India, UPI, July 2025 (NPCI, 0.638 %); the outage is assumed",
    weather: r#"
faults:
  - lose: {site: [platform-bank/answer, merchant-platform/answer], probability: 0.00638}
  - outage: {site: [merchant-platform/notification, platform-bank/notification], from: "10:00", to: "22:00"}
"#,
};
