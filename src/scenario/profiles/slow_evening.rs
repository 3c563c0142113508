//! An evening on which everything takes long.
//!
//! Registered in `profiles`. It must not know other profiles.

use super::Profile;

pub(super) const PROFILE: Profile = Profile {
    name: "slow_evening",
    means: "The bank decides slowly all day, and from 18:00 to 21:00 every message to and from it takes 7 s more.",
    source: "assumed",
    weather: r#"
bank: {processing: {lognormal: {median: 400ms, p99: 12s}}}
faults:
  - slow: {hop: platform-bank, from: "18:00", to: "21:00", by: 7s}
  - slow: {hop: merchant-platform, from: "19:00", to: "20:00", by: 4s}
"#,
};
