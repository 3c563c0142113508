//! A day without news.
//!
//! Registered in `profiles`. It must not know other profiles.

use super::Profile;

pub(super) const PROFILE: Profile = Profile {
    name: "usual_day",
    means: "A few messages are lost, a few orders stay in processing, the merchants' callbacks are down for half an hour, the bank is slow for a quarter.",
    source: "answers: reversals of HDFC, UPI, July 2025 (NPCI, 0.0285 %); processing: nine in ten orders are decided within half an hour (secondary); the rest is assumed",
    weather: r#"
bank: {approve: 0.985, processing: {lognormal: {median: 250ms, p99: 3s}}}
faults:
  - lose: {site: [platform-bank/answer, merchant-platform/answer], probability: 0.000285}
  - lose: {site: [platform-bank/request, merchant-platform/request], probability: 0.0001}
  - lose: {site: [platform-bank/notification, platform-bank/ack, platform-bank/query, platform-bank/query-answer], probability: 0.001}
  - lose: {site: [merchant-platform/notification, merchant-platform/ack, merchant-platform/query, merchant-platform/query-answer], probability: 0.001}
  - stay_processing: {hop: platform-bank, probability: 0.0007, for: 2m}
  - stay_processing: {hop: platform-bank, probability: 0.0005, for: 6m}
  - stay_processing: {hop: platform-bank, probability: 0.00036, for: 12m}
  - stay_processing: {hop: platform-bank, probability: 0.00024, for: 25m}
  - stay_processing: {hop: platform-bank, probability: 0.00014, for: 3h}
  - stay_processing: {hop: platform-bank, probability: 0.00006, for: 20h}
  - fail_update: {site: [merchant-platform/record-write, platform-bank/attempt-write], probability: 0.0005}
  - outage: {site: merchant-platform/notification, from: "13:00", to: "13:30"}
  - slow: {hop: platform-bank, from: "20:00", to: "20:15", by: 3s}
"#,
};
