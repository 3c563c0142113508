//! Do intervals cover the truth as often as they say? On many samples whose truth is known.

use super::bootstrap::Bootstrap;
use super::quantile::ranks;
use super::{paired, share::wilson};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

fn generator(seed: u64) -> ChaCha8Rng {
    ChaCha8Rng::seed_from_u64(seed)
}

/// Does something happen that has this probability?
fn happens(generator: &mut ChaCha8Rng, probability: f64) -> bool {
    f64::from(generator.next_u32()) < probability * 4_294_967_296.0
}

/// How often, in percent, `covers` says yes of so many samples.
fn coverage(samples: u32, mut covers: impl FnMut(u64) -> bool) -> f64 {
    f64::from((0..samples).filter(|sample| covers(u64::from(*sample))).count() as u32) * 100.0 / f64::from(samples)
}

#[test]
fn wilson_covers_a_share() {
    for (p, n) in [(0.01, 500), (0.01, 5000), (0.1, 200), (0.5, 100), (0.97, 300)] {
        let found = coverage(2000, |sample| {
            let mut generator = generator(sample);
            let count = (0..n).filter(|_| happens(&mut generator, p)).count() as u64;
            let [low, high] = wilson(count, n);
            (low..=high).contains(&p)
        });
        assert!((93.0..98.0).contains(&found), "{p} of {n}: {found} %");
    }
}

#[test]
fn agresti_min_covers_a_paired_difference() {
    // One has it in `both`, in `only` of its own, or not at all; so does the other.
    for (own, others, n) in [(0.02, 0.01, 1000), (0.1, 0.1, 200), (0.3, 0.05, 100)] {
        let found = coverage(2000, |sample| {
            let mut generator = generator(1_000_000 + sample);
            let mut only = [0, 0];
            for _ in 0..n {
                let point = f64::from(generator.next_u32()) / 4_294_967_296.0;
                only[0] += u64::from(point < own);
                only[1] += u64::from((own..own + others).contains(&point));
            }
            let [_, low, high] = paired::difference(only, n);
            (low..=high).contains(&(own - others))
        });
        assert!((93.0..98.0).contains(&found), "{own} and {others} of {n}: {found} %");
    }
}

#[test]
fn mcnemar_seldom_sees_what_is_not_there() {
    let found = coverage(2000, |sample| {
        let mut generator = generator(2_000_000 + sample);
        let only = (0..60).fold([0, 0], |[a, b], _| if happens(&mut generator, 0.5) { [a + 1, b] } else { [a, b + 1] });
        paired::mcnemar(only) < 0.05
    });
    assert!((1.0..5.5).contains(&found), "{found} %: the exact test is on the safe side");
}

#[test]
fn the_bootstrap_covers_a_mean() {
    let (groups, of_each) = (256, 20);
    let draws = Bootstrap::new(vec![f64::from(of_each); groups]);
    // One order in twenty costs something, from 0 to 1000: a mean of 25.
    let found = coverage(600, |sample| {
        let mut generator = generator(3_000_000 + sample);
        let one = |generator: &mut ChaCha8Rng| {
            let costs = happens(generator, 0.05);
            f64::from(u32::from(costs)) * f64::from(generator.next_u32()) / 4_294_967_296.0 * 1000.0
        };
        let sums: Vec<f64> = (0..groups).map(|_| (0..of_each).map(|_| one(&mut generator)).sum()).collect();
        let [_, low, high] = draws.mean(&sums);
        (low..=high).contains(&25.0)
    });
    assert!((92.5..97.5).contains(&found), "{found} %");
}

#[test]
fn order_statistics_cover_a_quantile() {
    for (p, n) in [(0.5, 101), (0.9, 400), (0.99, 2000)] {
        let found = coverage(1000, |sample| {
            let mut generator = generator(4_000_000 + sample);
            let mut values: Vec<u32> = (0..n).map(|_| generator.next_u32()).collect();
            values.sort_unstable();
            let [_, low, high] = ranks(p, n).expect("values");
            let truth = (p * 4_294_967_296.0) as u32;
            values[low as usize - 1] <= truth && truth <= values[high as usize - 1]
        });
        assert!((94.0..98.5).contains(&found), "{p} of {n}: {found} %");
    }
}
