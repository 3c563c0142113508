//! The one chooser. All that is not determined asks it: at this address, which alternative, or how long?
//!
//! Called by the model at every point where the world could go another way. **Alternative 0 is always the calm one**,
//! and the calm size is the median, so the empty list of decisions is the happy path. A choice depends on its address
//! and not on how many were made before it: taking one away leaves the others as they were.

use crate::kernel::stream::Words;
use crate::kernel::{Distribution, Micros};
use std::collections::BTreeMap;

/// Sites a stream can have. A fixed number, so that positions never move when the model grows.
const SITES: u32 = 64;

/// What a choice decides: the `occurrence`-th time (from 0) that `stream` came to `site`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// The process that chooses.
    pub stream: u32,
    /// Where it stands, below 64.
    pub site: u16,
    /// How often it stood there before.
    pub occurrence: u16,
}

/// A number of an alternative; 0 is the calm one.
pub type Pick = usize;

/// The source of everything that is not determined. A run compiles once for each type of chooser, and once for all that are
/// passed as `&mut dyn Chooser`.
pub trait Chooser {
    /// Chooses one of `1 + odds.len()` alternatives. `odds` are cumulative: alternative `i + 1` has the probability
    /// `(odds[i] - odds[i - 1]) / 2^32`; what is left over is the calm alternative 0.
    fn pick(&mut self, at: Address, odds: &[u64]) -> Pick;

    /// A quick look before [`pick`](Chooser::pick): `false` only where it is sure to choose the calm alternative. `most` is
    /// the last of the odds; all of 2^32 also where something may strike that is not chosen here.
    #[inline]
    fn leaves_calm(&mut self, _at: Address, _most: u64) -> bool {
        true
    }

    /// Chooses a size of the distribution `of`.
    fn size(&mut self, at: Address, of: &Distribution) -> Micros;

    /// Both choices at one address, at a glance: the size, where the pick is sure to be calm. `None`: each must be asked for.
    #[inline]
    fn calm_size(&mut self, _at: Address, _most: u64, _of: &Distribution) -> Option<Micros> {
        None
    }

    /// Was the choice at this address made in advance? Such a one holds at any instant.
    #[inline]
    fn has_decided(&self, _at: Address) -> bool {
        false
    }

    /// May anything that it picks from now on need the state in which the present event found everything? Where it says no,
    /// no such state is kept.
    #[inline]
    fn may_look_back(&self) -> bool {
        true
    }
}

impl<C: Chooser + ?Sized> Chooser for &mut C {
    #[inline(always)]
    fn pick(&mut self, at: Address, odds: &[u64]) -> Pick {
        (**self).pick(at, odds)
    }
    #[inline(always)]
    fn leaves_calm(&mut self, at: Address, most: u64) -> bool {
        (**self).leaves_calm(at, most)
    }
    #[inline(always)]
    fn size(&mut self, at: Address, of: &Distribution) -> Micros {
        (**self).size(at, of)
    }
    #[inline(always)]
    fn calm_size(&mut self, at: Address, most: u64, of: &Distribution) -> Option<Micros> {
        (**self).calm_size(at, most, of)
    }
    #[inline(always)]
    fn has_decided(&self, at: Address) -> bool {
        (**self).has_decided(at)
    }
    #[inline(always)]
    fn may_look_back(&self) -> bool {
        (**self).may_look_back()
    }
}

/// Everything calm: alternative 0 and the median.
#[derive(Clone, Copy, Debug, Default)]
pub struct Calm;

impl Chooser for Calm {
    #[inline]
    fn pick(&mut self, _: Address, _: &[u64]) -> Pick {
        0
    }
    #[inline]
    fn leaves_calm(&mut self, _: Address, most: u64) -> bool {
        most >= 1 << 32
    }
    #[inline]
    fn size(&mut self, _: Address, of: &Distribution) -> Micros {
        of.median()
    }
    #[inline]
    fn calm_size(&mut self, at: Address, most: u64, of: &Distribution) -> Option<Micros> {
        (!self.leaves_calm(at, most)).then(|| of.median())
    }
}

/// A pure function of (seed, address).
#[derive(Clone)]
pub struct Seeded {
    words: Words,
}

impl Seeded {
    /// For processes that run one after the other.
    pub fn new(seed: u64) -> Self {
        Seeded { words: Words::new(seed, 1) }
    }

    /// The same choices for `processes` that take turns: more memory, fewer pages computed twice.
    pub fn for_many(seed: u64, processes: u32) -> Self {
        let pages = (2 * processes.min(2048) as usize).next_power_of_two().max(8);
        Seeded { words: Words::new(seed, pages) }
    }

    /// Begins again with another seed, in the memory that is there.
    pub fn reseed(&mut self, seed: u64) {
        self.words.reseed(seed);
    }

    /// A process that comes to each of the first 16 sites once needs half a page.
    #[inline(always)]
    fn word(&mut self, at: Address) -> u64 {
        self.words.read(at.stream, u32::from(at.occurrence) * SITES + u32::from(at.site))
    }
}

impl Chooser for Seeded {
    #[inline]
    fn pick(&mut self, at: Address, odds: &[u64]) -> Pick {
        if odds.is_empty() {
            return 0;
        }
        let word = self.word(at) >> 32;
        odds.iter().position(|&threshold| word < threshold).map_or(0, |i| i + 1)
    }
    #[inline(always)]
    fn leaves_calm(&mut self, at: Address, most: u64) -> bool {
        most != 0 && self.word(at) >> 32 < most
    }
    #[inline(always)]
    fn size(&mut self, at: Address, of: &Distribution) -> Micros {
        if let Some(fixed) = of.constant() {
            return fixed;
        }
        let word = self.word(at);
        of.quantile(word as u32)
    }
    #[inline(always)]
    fn calm_size(&mut self, at: Address, most: u64, of: &Distribution) -> Option<Micros> {
        if most == 0
            && let Some(fixed) = of.constant()
        {
            return Some(fixed);
        }
        let word = self.word(at);
        (word >> 32 >= most).then(|| of.quantile(word as u32))
    }
}

/// A decision fixed in advance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Decision {
    /// The alternative, where it is fixed.
    pub pick: Option<Pick>,
    /// The size, where it is fixed.
    pub size: Option<Micros>,
}

/// A list of decisions over another chooser: scripted faults, a recorded run with some taken away, a "what if".
/// Decisions that came to nothing are reported by [`Overlay::unreached`] and [`Overlay::spared_in_vain`].
#[derive(Clone)]
pub struct Overlay<C> {
    base: C,
    decisions: BTreeMap<Address, (Decision, bool)>,
}

impl<C> Overlay<C> {
    /// `decisions` where there is one, `base` elsewhere.
    pub fn new(base: C, decisions: impl IntoIterator<Item = (Address, Decision)>) -> Self {
        Overlay { base, decisions: decisions.into_iter().map(|(at, decision)| (at, (decision, false))).collect() }
    }

    /// Is nothing fixed in advance?
    pub fn is_empty(&self) -> bool {
        self.decisions.is_empty()
    }

    /// What it lies over.
    pub fn base(&self) -> &C {
        &self.base
    }

    /// The addresses that nothing asked for; not those that were only to be spared.
    pub fn unreached(&self) -> Vec<Address> {
        self.in_vain(|decision| decision.pick != Some(0))
    }

    /// The addresses to be spared at which nothing would have happened.
    pub fn spared_in_vain(&self) -> Vec<Address> {
        self.in_vain(|decision| decision.pick == Some(0))
    }

    fn in_vain(&self, is_it: impl Fn(&Decision) -> bool) -> Vec<Address> {
        let all = self.decisions.iter().filter(|(_, (decision, reached))| !reached && is_it(decision));
        all.map(|(at, _)| *at).collect()
    }
}

impl<C: Chooser> Chooser for Overlay<C> {
    fn pick(&mut self, at: Address, odds: &[u64]) -> Pick {
        let Some((Decision { pick: Some(pick), .. }, reached)) = self.decisions.get_mut(&at) else {
            return self.base.pick(at, odds);
        };
        // Something is spared that would have happened, or surely does while its window is open.
        let certain = odds.last().is_some_and(|most| *most >= 1 << 32);
        *reached |= *pick != 0 || self.base.pick(at, odds) != 0 || certain;
        if *pick <= odds.len() { *pick } else { 0 }
    }
    fn leaves_calm(&mut self, at: Address, most: u64) -> bool {
        self.decisions.contains_key(&at) || self.base.leaves_calm(at, most)
    }
    fn size(&mut self, at: Address, of: &Distribution) -> Micros {
        if let Some((Decision { size: Some(size), .. }, reached)) = self.decisions.get_mut(&at) {
            *reached = true;
            return *size;
        }
        self.base.size(at, of)
    }
    fn calm_size(&mut self, at: Address, most: u64, of: &Distribution) -> Option<Micros> {
        if self.decisions.contains_key(&at) { None } else { self.base.calm_size(at, most, of) }
    }
    fn has_decided(&self, at: Address) -> bool {
        self.decisions.get(&at).is_some_and(|(decision, _)| decision.pick.is_some()) || self.base.has_decided(at)
    }
}

/// Writes down what another chooser decided against the calm.
#[derive(Clone)]
pub struct Recorder<C> {
    base: C,
    /// Picks other than 0, in the order in which they were made.
    pub picks: Vec<(Address, Pick)>,
    /// Every size drawn, in the same order.
    pub sizes: Vec<(Address, Micros)>,
}

impl<C> Recorder<C> {
    /// Records `base`.
    pub fn new(base: C) -> Self {
        Recorder { base, picks: Vec::new(), sizes: Vec::new() }
    }

    /// The recorded run as a list of decisions, ready for an [`Overlay`] over [`Calm`].
    pub fn decisions(&self) -> BTreeMap<Address, Decision> {
        let mut decisions: BTreeMap<Address, Decision> = BTreeMap::new();
        for &(at, pick) in &self.picks {
            decisions.entry(at).or_default().pick = Some(pick);
        }
        for &(at, size) in &self.sizes {
            decisions.entry(at).or_default().size = Some(size);
        }
        decisions
    }
}

impl<C> Recorder<C> {
    fn note(&mut self, at: Address, size: Micros, of: &Distribution) {
        if size != of.median() {
            self.sizes.push((at, size));
        }
    }
}

impl<C: Chooser> Chooser for Recorder<C> {
    fn pick(&mut self, at: Address, odds: &[u64]) -> Pick {
        let pick = self.base.pick(at, odds);
        if pick != 0 {
            self.picks.push((at, pick));
        }
        pick
    }
    fn leaves_calm(&mut self, at: Address, most: u64) -> bool {
        self.base.leaves_calm(at, most)
    }
    fn size(&mut self, at: Address, of: &Distribution) -> Micros {
        let size = self.base.size(at, of);
        self.note(at, size, of);
        size
    }
    fn calm_size(&mut self, at: Address, most: u64, of: &Distribution) -> Option<Micros> {
        let size = self.base.calm_size(at, most, of)?;
        self.note(at, size, of);
        Some(size)
    }
    fn has_decided(&self, at: Address) -> bool {
        self.base.has_decided(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn addresses() -> Vec<Address> {
        let all = (0..6).flat_map(|stream| (0..40).map(move |site| (stream, site)));
        all.map(|(stream, site)| Address { stream, site, occurrence: (stream as u16 + site) % 3 }).collect()
    }

    fn choices(chooser: &mut impl Chooser, at: &[Address]) -> Vec<(Pick, Micros)> {
        let of = Distribution::uniform(10, 1000).unwrap();
        at.iter().map(|&at| (chooser.pick(at, &[1 << 30, 1 << 31]), chooser.size(at, &of))).collect()
    }

    #[test]
    fn a_seeded_choice_does_not_depend_on_the_others() {
        let (all, mut back) = (addresses(), addresses());
        back.reverse();
        let forward = choices(&mut Seeded::new(5), &all);
        let mut backward = choices(&mut Seeded::for_many(5, 6), &back);
        backward.reverse();
        assert_eq!(forward, backward);
        assert_ne!(forward, choices(&mut Seeded::new(6), &all));
        assert!((0..3).all(|pick| forward.iter().any(|choice| choice.0 == pick)), "every alternative is taken somewhere");
    }

    #[test]
    fn every_address_has_a_word_of_its_own() {
        let mut seeded = Seeded::new(5);
        let any = Distribution::uniform(0, u64::from(u32::MAX)).unwrap();
        let all = (0..SITES as u16).flat_map(|site| (0..8).map(move |occurrence| (site, occurrence)));
        let all = all.flat_map(|(site, occurrence)| [2, 3].map(|stream| Address { stream, site, occurrence }));
        let mut words: Vec<Micros> = all.map(|at| seeded.size(at, &any)).collect();
        let count = words.len();
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), count, "two addresses share a word");
    }

    #[test]
    fn a_recorded_run_is_replayed_over_the_calm() {
        let all = addresses();
        let mut recorder = Recorder::new(Seeded::new(9));
        let seeded = choices(&mut recorder, &all);
        let mut replay = Overlay::new(Calm, recorder.decisions());
        assert_eq!(choices(&mut replay, &all), seeded);
        assert!(replay.unreached().is_empty());
    }

    #[test]
    fn a_misfortune_taken_away_leaves_the_others() {
        let all = addresses();
        let seeded = choices(&mut Seeded::new(9), &all);
        let struck = seeded.iter().position(|choice| choice.0 != 0).unwrap();
        let calm = Decision { pick: Some(0), size: None };
        let nowhere = Address { stream: 77, site: 1, occurrence: 0 };
        let mut without = Overlay::new(Seeded::new(9), [(all[struck], calm), (nowhere, calm)]);
        let left = choices(&mut without, &all);
        assert_eq!(left[struck], (0, seeded[struck].1));
        assert!(left.iter().zip(&seeded).enumerate().all(|(i, (left, seeded))| i == struck || left == seeded));
        assert_eq!((without.spared_in_vain(), without.unreached()), (vec![nowhere], vec![]));
        let calm_already = seeded.iter().position(|choice| choice.0 == 0).unwrap();
        let mut without = Overlay::new(Seeded::new(9), [(all[calm_already], calm)]);
        assert_eq!(choices(&mut without, &all), seeded);
        assert_eq!(without.spared_in_vain(), [all[calm_already]], "nothing would have happened there");
    }
}
