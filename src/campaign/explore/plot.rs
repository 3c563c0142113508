//! A plot: who answers the questions of one event, by a script, and writes down what was asked.
//!
//! Used by the board; it must not know what follows from an answer.

use crate::campaign::explore::menu::Menu;
use crate::kernel::{Address, Chooser, Distribution, Micros, Pick};
use crate::payments::site::{SHARED, Site};
use smallvec::SmallVec;

/// Alternatives of one event, by the number of the question that they answer.
pub type Script = SmallVec<[(usize, u8); 4]>;

/// What was decided once for all orders, and may be asked again.
pub type Settled = SmallVec<[(Address, u8); 2]>;

/// A question that was asked: what may be answered besides what the menu has for its site.
pub struct Ask {
    /// Where.
    pub at: Address,
    /// A window that is open, a window that may happen, what a customer may do, an event out of its turn.
    pub others: SmallVec<[u8; 2]>,
}

/// The questions of one event.
pub type Asked = SmallVec<[Ask; 6]>;

/// Answers the questions of one event.
pub struct Plot<'a> {
    menu: &'a Menu,
    script: &'a [(usize, u8)],
    settled: &'a mut Settled,
    /// What was asked, if anybody wants to know.
    asked: Option<&'a mut Asked>,
    /// Nothing can strike but what is certain.
    calm: bool,
    /// A window may be open in which something certainly strikes.
    windows: bool,
}

impl<'a> Plot<'a> {
    /// By a script; `asked` takes the questions.
    pub fn new(menu: &'a Menu, script: &'a [(usize, u8)], settled: &'a mut Settled, asked: &'a mut Asked) -> Self {
        Plot { menu, script, settled, asked: Some(asked), calm: false, windows: true }
    }

    /// Nothing more goes wrong but what is certain already, in `windows`; what was `interrupted` may be played again as it
    /// was.
    pub fn calm(menu: &'a Menu, settled: &'a mut Settled, windows: bool, interrupted: bool) -> Self {
        Plot { menu, script: &[], settled, asked: None, calm: menu.script.is_empty() && !interrupted, windows }
    }

    fn others(&self, at: Address, odds: &[u64]) -> SmallVec<[u8; 2]> {
        let chance = |i: usize| odds[i] > i.checked_sub(1).map_or(0, |before| odds[before]);
        const CHOICES: [u16; 3] = [Site::PaysAgain.index(), Site::Return.index(), Site::Window.index()];
        if [Site::Turn.index(), Site::OrdersTurn.index()].contains(&at.site) {
            return SmallVec::from_slice(&[1]);
        }
        let own = if CHOICES.contains(&at.site) { 0 } else { self.menu.strikes(at.site) };
        (own..odds.len()).filter(|i| chance(*i)).map(|i| i as u8 + 1).collect()
    }

    /// What the script answers to the next question.
    fn answered(&mut self, at: Address, odds: &[u64]) -> u8 {
        let others = self.asked.is_some().then(|| self.others(at, odds));
        let (Some(asked), Some(others)) = (&mut self.asked, others) else { return 0 };
        let number = asked.len();
        asked.push(Ask { at, others });
        self.script.iter().find(|(i, _)| *i == number).map_or(0, |(_, pick)| *pick)
    }
}

impl Chooser for Plot<'_> {
    fn pick(&mut self, at: Address, odds: &[u64]) -> Pick {
        if let Some(pick) = self.menu.certain(at, odds) {
            return pick;
        }
        if at.stream != SHARED {
            return Pick::from(self.answered(at, odds));
        }
        if let Some((_, pick)) = self.settled.iter().find(|(known, _)| *known == at) {
            return Pick::from(*pick);
        }
        let pick = self.answered(at, odds);
        self.settled.push((at, pick));
        Pick::from(pick)
    }

    #[inline]
    fn leaves_calm(&mut self, _: Address, most: u64) -> bool {
        !self.calm || (self.windows && most >= 1 << 32)
    }

    #[inline]
    fn calm_size(&mut self, at: Address, most: u64, of: &Distribution) -> Option<Micros> {
        (!self.leaves_calm(at, most)).then(|| of.median())
    }

    fn has_decided(&self, at: Address) -> bool {
        self.menu.script.get(&at).is_some_and(|decision| decision.pick.is_some())
    }

    /// Only a process that stands still does.
    #[inline]
    fn may_look_back(&self) -> bool {
        !self.calm
    }

    fn size(&mut self, at: Address, of: &Distribution) -> Micros {
        let scripted = if self.menu.script.is_empty() { None } else { self.menu.script.get(&at) };
        scripted.and_then(|decision| decision.size).unwrap_or_else(|| of.median())
    }
}
