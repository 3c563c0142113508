//! Strategy presets: which mechanisms a hop uses to find out what became of a payment, and by which safety rules.
//!
//! One file per strategy and one line in the registry. Read by the loader and by `explain`. It must not know channels.

use super::preset::{Setting, Trust, set};
use crate::payments::rules::Rules;

/// A strategy preset.
#[derive(Debug, PartialEq)]
pub struct Strategy {
    /// Its name in scenarios.
    pub name: &'static str,
    /// What it is, in a sentence.
    pub means: &'static str,
    /// What it sets on a hop. Parameters that it leaves open are the channel's, or the defaults.
    pub settings: &'static [Setting],
    /// What finishes the upstream's own updates, where the scenario says nothing of it: keys of its `internal`.
    pub compensation: &'static [Setting],
    /// Its safety rules.
    pub rules: Rules,
}

macro_rules! registry {
    ($($file:ident)*) => {
        $(mod $file;)*
        /// Every strategy preset.
        pub const ALL: &[&Strategy] = &[$(&$file::STRATEGY,)*];
    };
}

registry! {
    article_hardened article_literal
    wechat_guide unionpay_guide alipay_in_store
    hyperswitch_like kill_bill_janitor razorpay_like
}
