//! Processes come and go.
//!
//! Registered in `profiles`. It must not know other profiles.

use super::Profile;

pub(super) const PROFILE: Profile = Profile {
    name: "restarts",
    means: "One step in ten thousand ends in a crash, one in a pause, and all orders of the process wait for its return; one answer in 157 is lost.",
    source: "answers: reversals of Bank of India, UPI, July 2025 (NPCI, 0.638 %); the rest is assumed",
    weather: r#"
faults:
  - lose: {site: [platform-bank/answer, merchant-platform/answer], probability: 0.00638}
  - crash: {hop: merchant-platform, probability: 0.0001}
  - crash: {hop: platform-bank, probability: 0.0001}
  - pause: {hop: merchant-platform, probability: 0.0001}
  - pause: {hop: platform-bank, probability: 0.0001}
"#,
};
