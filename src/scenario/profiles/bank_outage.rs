//! The bank falls silent.
//!
//! Registered in `profiles`. It must not know other profiles.

use super::Profile;

pub(super) const PROFILE: Profile = Profile {
    name: "bank_outage",
    means: "From 20:00 to 20:30 the bank takes requests and debits, and nothing comes back from it.",
    source: "assumed: half an hour in the busiest hour",
    weather: r#"
faults:
  - outage: {site: [platform-bank/answer, platform-bank/query-answer, platform-bank/close-answer, platform-bank/notification], from: "20:00", to: "20:30"}
"#,
};
