//! Channel presets: what real payment channels publish about notifications, queries, closing and files.
//!
//! One file per channel and one line in the registry. Read by the loader and by `explain`. It must not know strategies.

use super::preset::{Setting, Trust, set};

/// A channel preset.
#[derive(Debug, PartialEq)]
pub struct Channel {
    /// Its name in scenarios.
    pub name: &'static str,
    /// What it is, in a sentence.
    pub means: &'static str,
    /// What it sets.
    pub settings: &'static [Setting],
    /// What nobody publishes and the scenario must give.
    pub incomplete: Option<&'static str>,
}

macro_rules! registry {
    ($($file:ident)*) => {
        $(mod $file;)*
        /// Every channel preset.
        pub const ALL: &[&Channel] = &[$(&$file::CHANNEL,)*];
    };
}

registry! { none wechat_pay_v3 alipay unionpay stripe adyen paypal }
