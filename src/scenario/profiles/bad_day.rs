//! A day that people remember.
//!
//! Registered in `profiles`. It must not know other profiles.

use super::Profile;

pub(super) const PROFILE: Profile = Profile {
    name: "bad_day",
    means: "One answer in 47 is lost, orders stay in processing for hours, callbacks are down at noon, the bank cannot be reached at 18:00 and is slow afterwards.",
    source: "answers: reversals of J and K Bank, UPI, July 2025 (NPCI, 2.143 %); the rest is assumed",
    weather: r#"
bank: {approve: 0.97, processing: {lognormal: {median: 400ms, p99: 6s}}}
faults:
  - lose: {site: [platform-bank/answer, merchant-platform/answer], probability: 0.02143}
  - lose: {site: [platform-bank/request, merchant-platform/request], probability: 0.001}
  - lose: {site: [platform-bank/notification, platform-bank/ack, platform-bank/query, platform-bank/query-answer], probability: 0.01}
  - lose: {site: [merchant-platform/notification, merchant-platform/ack, merchant-platform/query, merchant-platform/query-answer], probability: 0.01}
  - stay_processing: {hop: platform-bank, probability: 0.007, for: 2m}
  - stay_processing: {hop: platform-bank, probability: 0.005, for: 6m}
  - stay_processing: {hop: platform-bank, probability: 0.0036, for: 12m}
  - stay_processing: {hop: platform-bank, probability: 0.0024, for: 25m}
  - stay_processing: {hop: platform-bank, probability: 0.0014, for: 3h}
  - stay_processing: {hop: platform-bank, probability: 0.0006, for: 20h}
  - fail_update: {site: [merchant-platform/record-write, platform-bank/attempt-write], probability: 0.001}
  - outage: {site: merchant-platform/notification, from: "12:00", to: "12:30"}
  - outage: {site: platform-bank/notification, from: "12:15", to: "12:45"}
  - partition: {hop: platform-bank, from: "18:00", to: "18:40"}
  - slow: {hop: platform-bank, from: "18:40", to: "19:10", by: 7s}
"#,
};
