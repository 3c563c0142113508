//! A bank that breaks its word.
//!
//! Registered in `profiles`. It must not know other profiles.

use super::Profile;

pub(super) const PROFILE: Profile = Profile {
    name: "lying_bank",
    means: "A breach of contract: final failures that were debited, debits after a close, debits that never settle or stand in no file.",
    source: "assumed: one order in a thousand, of each kind",
    weather: r#"
faults:
  - lose: {site: [platform-bank/answer, merchant-platform/answer], probability: 0.00638}
  - false_failure: {hop: platform-bank, probability: 0.001}
  - debit_after_close: {hop: platform-bank, probability: 0.001}
  - never_settle: {hop: platform-bank, probability: 0.001}
  - omit_for_good: {hop: platform-bank, probability: 0.001}
"#,
};
