//! Somebody knows the callback address.
//!
//! Registered in `profiles`. It must not know other profiles.

use super::Profile;

pub(super) const PROFILE: Profile = Profile {
    name: "hostile_callbacks",
    means: "Notifications are forged, misdirected, replayed, tampered with, stale and doubled, and one answer in 157 is lost.",
    source: "answers: reversals of Bank of India, UPI, July 2025 (NPCI, 0.638 %); the rest is assumed",
    weather: r#"
faults:
  - lose: {site: [platform-bank/answer, merchant-platform/answer], probability: 0.00638}
  - forge: {hop: merchant-platform, probability: 0.02}
  - forge: {hop: platform-bank, probability: 0.02}
  - misdirect: {hop: merchant-platform, probability: 0.02}
  - misdirect: {hop: platform-bank, probability: 0.02}
  - replay: {hop: merchant-platform, probability: 0.02}
  - replay: {hop: platform-bank, probability: 0.02}
  - tamper: {hop: merchant-platform, probability: 0.02}
  - tamper: {hop: platform-bank, probability: 0.02}
  - stale: {hop: merchant-platform, probability: 0.02}
  - stale: {hop: platform-bank, probability: 0.02}
  - duplicate: {site: [merchant-platform/notification, platform-bank/notification], probability: 0.05}
"#,
};
