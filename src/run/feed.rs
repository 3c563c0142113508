//! The purchases that a run is fed with, one after the other, in order of time. Called by the world.

use crate::kernel::{Address, Chooser, DAY, HOUR, Micros};
use crate::payments::model::Purchase;
use crate::payments::site::Site;
use crate::scenario::{Arrivals, Purchases};

/// No purchase is later than a hundred years: calendar days stay small numbers.
const LATEST: Micros = 36_525 * DAY;

/// Draws purchase after purchase.
pub struct Feed<'a> {
    purchases: &'a Purchases,
    next: u32,
    at: Micros,
    hours: Hours,
}

impl<'a> Feed<'a> {
    /// From the first purchase on.
    pub fn new(purchases: &'a Purchases) -> Self {
        let (start, hours) = match purchases {
            Purchases::Drawn { start, arrivals: Arrivals::Daily { weights, days }, count, .. } => {
                (*start, Hours::new(weights, *days, *count))
            }
            Purchases::Drawn { start, .. } => (*start, Hours::default()),
            Purchases::Listed(_) => (0, Hours::default()),
        };
        Feed { purchases, next: 0, at: start, hours }
    }

    /// How many purchases there are in all.
    pub fn count(purchases: &Purchases) -> u32 {
        match purchases {
            Purchases::Drawn { count, .. } => *count,
            Purchases::Listed(list) => list.len() as u32,
        }
    }

    /// The next purchase and its number.
    #[inline]
    pub fn next(&mut self, chooser: &mut impl Chooser) -> Option<(u32, Purchase)> {
        let number = self.next;
        let purchase = match self.purchases {
            Purchases::Listed(list) => *list.get(number as usize)?,
            Purchases::Drawn { count, arrivals, amount, .. } => {
                if number >= *count {
                    return None;
                }
                let address = |site: Site| Address { stream: number, site: site.index(), occurrence: 0 };
                match arrivals {
                    Arrivals::Gap(gap) => {
                        let gap = chooser.size(address(Site::Arrival), gap);
                        self.at = self.at.saturating_add(if number == 0 { 0 } else { gap }).min(LATEST);
                    }
                    Arrivals::Daily { .. } => self.at = self.hours.place(number, chooser, address(Site::Arrival)),
                }
                Purchase { at: self.at, amount: chooser.size(address(Site::Amount), amount) as i64 }
            }
        };
        self.next += 1;
        Some((number, purchase))
    }
}

/// Purchases spread over days by hourly weights: each gets its own slice of the weighted day, and a place drawn within it,
/// so that they come in order and the hours' shares are exact.
#[derive(Default)]
struct Hours {
    /// Cumulative weights, one more than hours.
    cumulative: Vec<u64>,
    days: u64,
    count: u64,
    unit: Option<crate::kernel::Distribution>,
}

/// Parts of one purchase's slice that its place is drawn from.
const PARTS: u64 = 1 << 20;

impl Hours {
    fn new(weights: &[u32; 24], days: u32, count: u32) -> Self {
        let mut cumulative = vec![0u64];
        for &weight in weights {
            cumulative.push(cumulative[cumulative.len() - 1] + u64::from(weight));
        }
        Hours {
            cumulative,
            days: u64::from(days),
            count: u64::from(count),
            unit: crate::kernel::Distribution::uniform(0, PARTS - 1).ok(),
        }
    }

    fn place(&self, number: u32, chooser: &mut impl Chooser, at: Address) -> Micros {
        let total = self.cumulative[24];
        let part = self.unit.as_ref().map_or(0, |unit| chooser.size(at, unit).min(PARTS - 1));
        // The position in the weighted days, in units of 1 / (count * PARTS) of a day's weight.
        let scale = u128::from(self.count) * u128::from(PARTS);
        let position =
            (u128::from(number) * u128::from(PARTS) + u128::from(part)) * u128::from(self.days) * u128::from(total);
        let day = (position / (scale * u128::from(total))) as u64;
        let within = position - u128::from(day) * scale * u128::from(total);
        let hour = self.cumulative.partition_point(|&sum| u128::from(sum) * scale <= within).clamp(1, 24) - 1;
        let weight = self.cumulative[hour + 1] - self.cumulative[hour];
        let into = within - u128::from(self.cumulative[hour]) * scale;
        let micros = into * u128::from(HOUR) / (scale * u128::from(weight.max(1)));
        day * DAY + hour as u64 * HOUR + micros as u64
    }
}
