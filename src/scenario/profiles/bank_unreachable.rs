//! The way to the bank is cut.
//!
//! Registered in `profiles`. It must not know other profiles.

use super::Profile;

pub(super) const PROFILE: Profile = Profile {
    name: "bank_unreachable",
    means: "From 20:00 to 20:30 nothing gets through between platform and bank; who asks knows that nothing was sent.",
    source: "assumed: half an hour in the busiest hour",
    weather: r#"
faults:
  - partition: {hop: platform-bank, from: "20:00", to: "20:30"}
"#,
};
