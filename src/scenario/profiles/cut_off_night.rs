//! Trouble around the end of the business date.
//!
//! Registered in `profiles`. It must not know other profiles.

use super::Profile;

pub(super) const PROFILE: Profile = Profile {
    name: "cut_off_night",
    means: "From 22:30 to midnight one answer in five is lost, debits come late, records stand in the next date's file, files come late or cut off.",
    source: "assumed",
    weather: r#"
faults:
  - lose: {site: [platform-bank/answer, merchant-platform/answer], from: "22:30", to: "23:59", probability: 0.2}
  - stay_processing: {site: platform-bank/decision, from: "22:30", to: "23:59", probability: 0.05, for: 3h}
  - late_debit: {site: platform-bank/decision, from: "22:30", to: "23:59", probability: 0.02}
  - across_cut_off: {hop: platform-bank, probability: 0.02}
  - across_cut_off: {hop: merchant-platform, probability: 0.02}
  - omit: {hop: platform-bank, probability: 0.001}
  - file_late: {hop: platform-bank, probability: 0.3}
  - truncate: {hop: platform-bank, probability: 0.2}
"#,
};
