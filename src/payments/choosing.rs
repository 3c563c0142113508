//! Choosing: what strikes at a site, which alternative is taken, how long something lasts.
//!
//! Called by the parties at every point where the world could go another way. Must not know what follows from a choice.

use crate::kernel::{Address, Chooser, Distribution, Micros, Pick};
use crate::payments::site::Site;
use crate::payments::step::{Step, Witness};
use crate::payments::weather::{Effect, Strike};
use smallvec::SmallVec;

impl<C: Chooser, W: Witness> Step<'_, C, W> {
    /// The address of the next visit to `site`, which is counted.
    #[inline]
    pub(crate) fn visit(&mut self, site: Site) -> Address {
        self.order.visit(site)
    }

    /// What strikes at an address now, if anything.
    #[inline(always)]
    pub(crate) fn strike(&mut self, at: Address) -> Option<Effect> {
        self.strike_on(at, self.now)
    }

    /// What strikes at an address, if anything, where it belongs to the instant `of`: a file to its business date.
    #[inline(always)]
    pub(crate) fn strike_on(&mut self, at: Address, of: Micros) -> Option<Effect> {
        if self.weather.is_calm_at(at.site) {
            return None;
        }
        // After the storm only what is scripted strikes.
        let may = if of < self.weather.storm_end {
            self.chooser.leaves_calm(at, self.weather.most(at.site))
        } else {
            self.chooser.has_decided(at)
        };
        if may { self.what_strikes(at) } else { None }
    }

    /// The choice itself, out of the way of what is calm.
    #[cold]
    #[inline(never)]
    fn what_strikes(&mut self, at: Address) -> Option<Effect> {
        if self.halt.is_without_effect() {
            return self.struck_before(at);
        }
        let here = self.weather.at(at.site);
        let strike = if here.windows.is_empty() {
            let pick = self.chooser.pick(at, &here.odds);
            pick.checked_sub(1).and_then(|pick| here.strikes.get(pick))
        } else {
            self.strike_in_windows(at)
        };
        let Strike { effect, breach, .. } = *strike?;
        if breach {
            self.witness.word_is_broken();
        }
        self.note_strike(at, effect);
        Some(effect)
    }

    /// The windows' alternatives come after the site's own. One that is closed keeps its number, so that a pick means the
    /// same at every instant.
    #[cold]
    fn strike_in_windows(&mut self, at: Address) -> Option<&Strike> {
        let here = self.weather.at(at.site);
        let mut odds: SmallVec<[u64; 24]> = SmallVec::from_slice(&here.odds);
        let mut sum = odds.last().copied().unwrap_or(0);
        for &number in &here.windows {
            let window = &self.weather.windows[usize::from(number)];
            if window.from <= self.now && self.now < window.to && self.shared.window_happens(number) {
                // What the script says of this one holds in a window, too.
                if window.hits >= 1 << 32 && !self.chooser.has_decided(at) {
                    return window.at(at.site);
                }
                sum = (sum + window.hits).min(1 << 32);
            }
            odds.push(sum);
        }
        let pick = self.chooser.pick(at, &odds);
        self.weather.alternative(at.site, pick)
    }

    /// A size at an address.
    #[inline]
    pub(crate) fn size(&mut self, at: Address, of: &Distribution) -> Micros {
        if self.halt.is_without_effect() { of.median() } else { self.chooser.size(at, of) }
    }

    /// One of the alternatives with these cumulative odds, at an address.
    pub(crate) fn pick(&mut self, at: Address, odds: &[u64]) -> Pick {
        if self.halt.is_without_effect() {
            return self.picked_before(at);
        }
        let pick = self.chooser.pick(at, odds);
        if pick != 0 {
            self.note_pick(at, pick);
        }
        pick
    }
}
