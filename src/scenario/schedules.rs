//! Schedules by name: when notifications are sent or queries made. Published by vendors, or assumed and labelled so.
//!
//! Named in scenarios and presets. It must not know how they are followed.

use super::preset::Trust;
use crate::kernel::{Micros, SECOND};

/// Who follows a schedule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Serves {
    /// A downstream that notifies.
    Notification,
    /// An upstream that queries.
    Polling,
}

impl Serves {
    /// The mechanism, as a key of a hop.
    pub const fn mechanism(self) -> &'static str {
        match self {
            Serves::Notification => "notification",
            Serves::Polling => "polling",
        }
    }
}

/// A schedule by name.
#[derive(Debug, PartialEq)]
pub struct Schedule {
    /// Its name: with `assumed_` in front where nobody publishes it.
    pub name: &'static str,
    /// Who follows it.
    pub serves: Serves,
    /// What it is for.
    pub means: &'static str,
    /// The seconds before each step.
    pub seconds: &'static [u32],
    /// The last one repeats until so many seconds have passed in all.
    pub until: Option<u32>,
    /// Where it comes from.
    pub trust: Trust,
}

impl Schedule {
    /// The time before each step.
    pub fn gaps(&self) -> Vec<Micros> {
        let mut gaps = self.seconds.to_vec();
        let last = gaps.last().copied().unwrap_or(0);
        if let Some(until) = self.until.filter(|_| last > 0) {
            let left = until.saturating_sub(gaps.iter().sum());
            gaps.extend((0..left / last).map(|_| last));
        }
        gaps.into_iter().map(|seconds| Micros::from(seconds) * SECOND).collect()
    }
}

const fn sends(name: &'static str, means: &'static str, seconds: &'static [u32], trust: Trust) -> Schedule {
    Schedule { name, serves: Serves::Notification, means, seconds, until: None, trust }
}

const fn asks(name: &'static str, means: &'static str, seconds: &'static [u32], trust: Trust) -> Schedule {
    Schedule { name, serves: Serves::Polling, means, seconds, until: None, trust }
}

/// Every schedule.
pub const ALL: &[Schedule] = &[
    sends(
        "wechat_pay_v3",
        "notifications of WeChat Pay: 15 sends in 24 h",
        &[15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600],
        Trust::Transcribed,
    ),
    asks(
        "wechat_pay_v3_query",
        "queries that WeChat Pay advises, plan A",
        &[5, 30, 60, 180, 300, 600, 1800],
        Trust::Transcribed,
    ),
    asks(
        "wechat_pay_v3_query_b",
        "queries that WeChat Pay advises, plan B: every 30 s, then close",
        &[30],
        Trust::Transcribed,
    ),
    sends(
        "alipay",
        "notifications of Alipay: 8 sends in 24 h; the first at once",
        &[0, 240, 600, 600, 3600, 7200, 21600, 54000],
        Trust::Secondary,
    ),
    asks("alipay_in_store", "queries in a shop: every 5 s for 60 s, then cancel", &[5], Trust::Vendor),
    asks("unionpay_back_end", "queries of a UnionPay back-end payment, then the file", &[1, 2, 4, 8, 16, 32], Trust::Vendor),
    asks("unionpay_front_end", "queries of a UnionPay front-end payment", &[300, 600, 1800, 3600, 7200], Trust::Vendor),
    Schedule {
        name: "adyen",
        serves: Serves::Notification,
        means: "notifications of Adyen: at once, then again for 30 days",
        seconds: &[0, 9, 18, 27, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800],
        until: Some(2_592_000),
        trust: Trust::Vendor,
    },
    sends(
        "juspay_upi",
        "notifications of Juspay for UPI",
        &[60, 300, 300, 600, 600, 600, 600, 600, 3600, 3600, 3600, 3600, 3600, 21600, 21600, 21600],
        Trust::Vendor,
    ),
    sends("payermax", "notifications of PayerMax", &[0, 30, 300, 600, 3600, 43200], Trust::Vendor),
    asks(
        "kill_bill_janitor",
        "Kill Bill's janitor asks about unknown payments",
        &[300, 3600, 86400, 86400, 86400, 86400, 86400],
        Trust::Vendor,
    ),
    asks(
        "hyperswitch_sync",
        "Hyperswitch asks about open payments: after a minute, then every 5 min",
        &[60, 300, 300, 300, 300, 300],
        Trust::Vendor,
    ),
    sends(
        "assumed_exponential_3d",
        "assumed: at once, then doubling from 1 min for nearly 3 days",
        &[0, 60, 120, 240, 480, 960, 1920, 3840, 7680, 15360, 30720, 61440, 122_880],
        Trust::Assumed,
    ),
    Schedule {
        name: "assumed_even_25_in_3d",
        serves: Serves::Notification,
        means: "assumed: at once, then 25 times evenly over 3 days",
        seconds: &[0, 10368],
        until: Some(259_200),
        trust: Trust::Assumed,
    },
    sends("assumed_once", "assumed: a single send, at once", &[0], Trust::Assumed),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_those_of_the_sources() {
        let sum = |name: &str| {
            let schedule = ALL.iter().find(|schedule| schedule.name == name).map(Schedule::gaps).unwrap_or_default();
            (schedule.len(), schedule.iter().sum::<Micros>() / SECOND)
        };
        assert_eq!(sum("wechat_pay_v3"), (15, 86_640));
        assert_eq!(sum("alipay"), (8, 87_840));
        assert_eq!(sum("hyperswitch_sync"), (6, 1560));
        assert_eq!(sum("assumed_even_25_in_3d"), (26, 259_200));
        let (sends, seconds) = sum("adyen");
        assert!(sends > 90 && seconds <= 2_592_000 && seconds > 2_592_000 - 28_800, "{sends} {seconds}");
    }

    #[test]
    fn what_is_assumed_says_so() {
        for schedule in ALL {
            assert_eq!(schedule.name.starts_with("assumed_"), schedule.trust == Trust::Assumed, "{}", schedule.name);
            assert!(!schedule.seconds.is_empty());
        }
    }
}
