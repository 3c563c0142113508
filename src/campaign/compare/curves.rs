//! Curves of a cell: how many orders are consistent within so long, how much money is not, by age and by the clock.
//!
//! Called by `evaluate`. It must not know strategies.

use super::record::{Age, Record};
use crate::kernel::{DAY, HOUR, MILLISECOND, MINUTE, Micros};
use crate::run::outcome::Times;

/// Points of a decade.
const PER_DECADE: i32 = 8;

/// Times from 10 ms to 100 days, evenly on a logarithmic scale, rounded so that people can read them.
fn grid() -> Vec<Micros> {
    let decades = 9;
    let time = |i: i32| {
        let exact = 10.0 * MILLISECOND as f64 * libm::pow(10.0, f64::from(i) / f64::from(PER_DECADE));
        let unit = libm::pow(10.0, libm::floor(libm::log10(exact)) - 2.0);
        ((exact / unit).round() * unit) as Micros
    };
    (0..=decades * PER_DECADE).map(time).collect()
}

/// How many orders are consistent within so long: from the first point at which one is to the one at which all are that ever
/// will be.
pub fn consistent(record: &Record, count: fn(&Age) -> u64) -> Vec<[u64; 2]> {
    steps(record, count, 0, |sum, all| (sum > 0).then_some(sum).filter(|_| all > 0))
}

/// How much of the money debited is not agreed upon so long after.
pub fn by_age(record: &Record) -> Vec<[u64; 2]> {
    let amount = |age: &Age| age.amount;
    let all = record.ages.iter().map(amount).sum::<u64>() + record.never.amount;
    let mut points = steps(record, amount, 1, |sum, _| Some(sum));
    points.iter_mut().for_each(|point| point[1] = all - point[1]);
    points
}

/// The sums of what is no older than each time of the grid, until nothing more is added; `before` points ahead of the first.
fn steps(record: &Record, of: fn(&Age) -> u64, before: usize, shown: fn(u64, u64) -> Option<u64>) -> Vec<[u64; 2]> {
    let all: u64 = record.ages.iter().map(of).sum();
    let mut ages = record.ages.iter().peekable();
    let mut points: Vec<[u64; 2]> = Vec::new();
    let mut sum = 0;
    for time in grid() {
        while let Some(age) = ages.next_if(|age| Times::shortest(age.place as usize) <= time) {
            sum += of(age);
        }
        if let Some(value) = shown(sum, all) {
            points.push([time, value]);
        }
        if sum == all {
            break;
        }
    }
    let first = points.iter().position(|point| point[1] > 0).unwrap_or(0);
    points.drain(..first.saturating_sub(before));
    points
}

/// How much money is not agreed upon, on an average day: the most within every ten minutes of the first two days, within every
/// six hours after that.
pub fn by_clock(record: &Record, days: u64) -> Vec<[u64; 2]> {
    let mut points: Vec<[u64; 2]> = Vec::new();
    let mut now = 0i64;
    let mut changes = record.clock.iter().peekable();
    let end = record.clock.last().map_or(0, |(minute, _)| Micros::from(*minute) * MINUTE);
    let mut from: Micros = 0;
    while from <= end {
        let to = from + if from < 2 * DAY { 10 * MINUTE } else { 6 * HOUR };
        let mut most = now;
        while let Some((_, change)) = changes.next_if(|(minute, _)| Micros::from(*minute) * MINUTE < to) {
            now += change;
            most = most.max(now);
        }
        let value = most.unsigned_abs() / days.max(1);
        if points.last().map_or(value > 0, |last| last[1] != value) {
            points.push([from, value]);
        }
        from = to;
    }
    if now == 0 && points.last().is_some_and(|last| last[1] > 0) {
        points.push([from, 0]);
    }
    points
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::SECOND;

    fn record(times: &[(Micros, u64)], never: u64) -> Record {
        let age = |(time, count): &(Micros, u64)| Age {
            place: Times::place(*time) as u32,
            all: *count,
            dropped: *count,
            amount: 100 * count,
        };
        let never = Age { place: 0, all: never, dropped: never, amount: 100 * never };
        Record { ages: times.iter().map(age).collect(), never, ..Record::default() }
    }

    #[test]
    fn the_grid_grows_and_is_readable() {
        let grid = grid();
        assert!(grid.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!((grid[0], grid[8], grid[16]), (10 * MILLISECOND, 100 * MILLISECOND, SECOND));
        assert_eq!(grid[17], 1_330_000);
    }

    #[test]
    fn curves_start_and_end_where_something_happens() {
        let record = record(&[(SECOND, 3), (60 * SECOND, 1)], 2);
        let curve = consistent(&record, |age| age.all);
        assert_eq!(curve.first(), Some(&[SECOND, 3]));
        assert_eq!(curve.last().map(|point| point[1]), Some(4));
        let money = by_age(&record);
        assert_eq!(money.first().map(|point| point[1]), Some(600), "all of it before the first is consistent");
        assert_eq!(money.last().map(|point| point[1]), Some(200), "what never agrees stays");
    }

    #[test]
    fn money_by_the_clock_is_that_of_an_average_day() {
        let record = Record { clock: vec![(600, 50), (605, 50), (620, -100)], ..Record::default() };
        let hours = |time: Micros| time / MINUTE;
        let points: Vec<[u64; 2]> = by_clock(&record, 2).into_iter().map(|[at, value]| [hours(at), value]).collect();
        assert_eq!(points, [[600, 50], [630, 0]]);
    }
}
