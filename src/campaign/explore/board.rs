//! The board: a position, and what a plan has left open: messages and decisions that are put off and may yet come sooner.
//! From a board, every next board within a budget of misfortunes.
//!
//! Used by the search and by whoever follows a plan. It must not know which boards were seen before.

use crate::campaign::explore::menu::{Choice, Menu, PutsOff};
use crate::invariants;
use crate::kernel::{Address, Chooser, DAY, Distribution, Micros, Pick, SECOND};
use crate::payments::event::{Event, Kind};
use crate::payments::recovery::notification::tolerated;
use crate::payments::site::{Hop, Message, SHARED, Site};
use crate::run::position::{End, Ground, Position};
use smallvec::SmallVec;
use std::hash::{Hash, Hasher};

/// One misfortune of a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Deed {
    /// Where.
    pub at: Address,
    /// Which alternative.
    pub pick: u8,
    /// How much later than usual what it puts off came.
    pub by: Option<Micros>,
}

/// What a step adds to a plan, and which of its misfortunes was given its time.
pub type Deeds = SmallVec<[Deed; 2]>;

/// Something that is put off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct PutOff {
    /// The misfortune.
    at: Address,
    /// When it happens at the latest.
    latest: Micros,
    event: Event,
    /// When it would have happened as usual.
    usual: Micros,
    /// When it was sent.
    sent: Micros,
}

/// A position, and what is open.
#[derive(Clone)]
pub struct Board {
    /// The position.
    pub position: Position,
    put_off: SmallVec<[PutOff; 2]>,
    /// What was decided once for all orders, and may be asked again.
    settled: SmallVec<[(Address, u8); 2]>,
    /// Orders to whom the downstream broke its word, a bit each.
    breached: u64,
}

/// A board that may be next.
pub struct Next {
    /// The board.
    pub board: Board,
    /// What went wrong on the way.
    pub deeds: Deeds,
    /// What was put off and comes now: its address, and how much later than usual.
    pub released: Option<(Address, Micros)>,
}

/// Where boards are played.
pub struct Game<'a> {
    /// The scenario, and who pays.
    pub ground: Ground<'a>,
    /// What may go wrong.
    pub menu: &'a Menu,
    /// May orders change places?
    pub alike: bool,
    /// The invariant that a broken word is judged by.
    pub silence: u32,
    /// Is every state looked up?
    pub remembers: bool,
}

impl Game<'_> {
    /// The boards before the first event: each window happens or does not.
    pub fn starts(&self, budget: u8) -> Vec<Next> {
        let mut all = Vec::new();
        self.unfold(None, &mut SmallVec::new(), 0, budget, &mut all);
        all
    }

    /// Every board that may be next.
    pub fn nexts(&self, board: &Board, budget: u8) -> Vec<Next> {
        let mut all = Vec::new();
        if !board.put_off.is_empty() {
            self.releases(board, &mut all);
        }
        self.unfold(Some(board), &mut SmallVec::new(), 0, budget, &mut all);
        all
    }

    /// The only next board, where nothing is open and nothing more may go wrong.
    pub fn step(&self, board: &mut Board) {
        let mut plot = Plot::new(self.menu, &[], &mut board.settled);
        board.position.step(&self.ground, &mut plot);
    }

    /// The next event under one script of alternatives, and under every longer one within the budget.
    fn unfold(&self, from: Option<&Board>, script: &mut Script, first: usize, budget: u8, all: &mut Vec<Next>) {
        let mut settled = from.map_or_else(SmallVec::new, |board| board.settled.clone());
        let mut plot = Plot::new(self.menu, script, &mut settled);
        let position = match from {
            None => Position::start(&self.ground, &mut plot),
            Some(board) => {
                let mut position = board.position.clone();
                position.step(&self.ground, &mut plot);
                position
            }
        };
        let asked = plot.asked;
        let mut board = Board {
            position,
            put_off: from.map_or_else(SmallVec::new, |board| board.put_off.clone()),
            settled,
            breached: from.map_or(0, |board| board.breached),
        };
        let mut deeds = Deeds::new();
        for &(i, pick) in script.iter() {
            let Some(ask) = asked.get(i) else { continue };
            let choice = self.menu.at(ask.at.site).iter().find(|choice| choice.pick == pick);
            deeds.push(self.done(&mut board, ask.at, pick, choice));
        }
        board.forget_what_came();
        all.push(Next { board, deeds, released: None });
        if usize::from(budget) <= script.len() {
            return;
        }
        for (i, ask) in asked.iter().enumerate().skip(first) {
            let listed = self.menu.at(ask.at.site).iter().map(|choice| choice.pick);
            for pick in listed.chain(ask.others.iter().copied()) {
                script.push((i, pick));
                self.unfold(from, script, i + 1, budget, all);
                script.pop();
            }
        }
    }

    /// A misfortune has struck: what it has put off is open from now on.
    fn done(&self, board: &mut Board, at: Address, pick: u8, choice: Option<&Choice>) -> Deed {
        let mut deed = Deed { at, pick, by: None };
        let Some(choice) = choice else { return deed };
        if choice.breach {
            board.breached |= if at.stream == SHARED { u64::MAX } else { 1 << at.stream.min(63) };
        }
        let Some(puts_off) = choice.puts_off else { return deed };
        let (by, is_it): (Micros, &dyn Fn(&Event) -> bool) = match &puts_off {
            PutsOff::Message(hop, message, by) => (*by, &move |event| {
                event.kind == Kind::arrival(*message) && event.hop == *hop && event.nth == at.occurrence
            }),
            PutsOff::Decision(by) => (*by, &|event| event.kind == Kind::Decide),
        };
        let pending = board.position.pending(at.stream).filter(|(_, event)| is_it(event));
        if let Some(&(latest, event)) = pending.max_by_key(|(at, _)| *at) {
            let sent = board.position.now;
            board.put_off.push(PutOff { at, latest, event, usual: latest - by, sent });
        }
        deed.by = Some(by);
        deed
    }

    /// What is put off comes sooner: on each side of everything that happens before its latest instant.
    fn releases(&self, board: &Board, all: &mut Vec<Next>) {
        let Some((next, _)) = board.position.next(&self.ground) else { return };
        for (i, put_off) in board.put_off.iter().enumerate() {
            for before in self.borders(board, put_off, next) {
                let to = before - 1;
                if to <= put_off.usual || to <= board.position.now || to >= put_off.latest {
                    continue;
                }
                let mut sooner = board.clone();
                sooner.put_off.remove(i);
                let event = Event { flaw: self.flaw(put_off, to), ..put_off.event };
                sooner.position.move_event(put_off.at.stream, put_off.event, put_off.latest, (to, event));
                let released = Some((put_off.at, to - put_off.usual));
                all.push(Next { board: sooner, deeds: Deeds::new(), released });
            }
        }
    }

    /// The instants up to the next event that it can come before or after: that event, cut-offs, the end of the tolerance
    /// for old notifications, the expiry of requests.
    fn borders(&self, board: &Board, put_off: &PutOff, next: Micros) -> SmallVec<[Micros; 4]> {
        let (now, model) = (board.position.now, &self.ground.scenario.model);
        let skew = &self.ground.scenario.weather.skew;
        let mut borders: SmallVec<[Micros; 4]> = SmallVec::new();
        for hop in Hop::ALL {
            let Some(file) = &model.hops[hop as usize].reconciliation else { continue };
            // The publisher's clock tells the business date.
            let shown = now.saturating_add_signed(skew[hop.downstream() as usize]);
            let cut_off = shown - shown % DAY + file.cut_off;
            let cut_off = if cut_off > shown { cut_off } else { cut_off + DAY };
            borders.push(cut_off.saturating_add_signed(-skew[hop.downstream() as usize]));
        }
        if let (Some(Message::Notification), Some(age)) = (put_off.event.kind.message(), self.tolerance(put_off)) {
            borders.push(put_off.sent.saturating_add(age) + 1);
        }
        borders.extend(board.position.expiries(put_off.at.stream));
        borders.push(next);
        borders.retain(|at| *at > now && *at <= next);
        borders.sort_unstable();
        borders.dedup();
        borders
    }

    /// So old a notification may become without being stale.
    fn tolerance(&self, put_off: &PutOff) -> Option<Micros> {
        let scenario = self.ground.scenario;
        tolerated(&scenario.model, &scenario.weather, put_off.event.hop)
    }

    /// What is wrong with it if it comes then: a notification that was put off may be stale, or not yet.
    fn flaw(&self, put_off: &PutOff, to: Micros) -> crate::payments::weather::Flaw {
        use crate::payments::weather::Flaw;
        let is_stale = put_off.event.flaw == Flaw::Stale && put_off.event.kind == Kind::Notification;
        let in_time = self.tolerance(put_off).is_some_and(|age| to - put_off.sent <= age);
        if is_stale && in_time { Flaw::None } else { put_off.event.flaw }
    }

    /// What an order is judged by.
    pub fn judged(&self, board: &Board, order: usize) -> u32 {
        if board.breached >> order.min(63) & 1 == 1 { self.silence } else { u32::MAX }
    }

    /// What is violated already, for good.
    pub fn violated(&self, board: &Board) -> u32 {
        board.position.violated().enumerate().fold(0, |all, (i, violated)| all | (violated & self.judged(board, i)))
    }

    /// Nothing more will happen.
    pub fn is_over(&self, board: &Board) -> bool {
        board.position.next(&self.ground).is_none()
    }

    /// Is nothing to happen for a while?
    pub fn rests(&self, board: &Board) -> bool {
        board.position.next(&self.ground).is_some_and(|(at, _)| at - board.position.now >= SECOND)
    }

    /// How every order of a board that is over ends.
    pub fn ends(&self, board: &Board) -> Vec<End> {
        board.position.clone().ends(&self.ground)
    }

    /// What tells a board, and the budget that is left, from all others.
    pub fn fingerprint(&self, board: &Board, budget: u8) -> [u64; 2] {
        let mut all = board.position.fingerprint(&self.ground, self.alike);
        all.write_u8(budget);
        let earliest = |put_off: &PutOff| put_off.usual.max(board.position.now);
        for put_off in &board.put_off {
            (put_off.at.stream, put_off.latest, put_off.event.without_occurrence(), earliest(put_off)).hash(&mut all);
            if put_off.event.kind == Kind::Notification {
                put_off.sent.hash(&mut all);
            }
        }
        (&board.settled[..], board.breached).hash(&mut all);
        all.value()
    }
}

impl Board {
    /// Nothing is put off.
    pub fn is_settled(&self) -> bool {
        self.put_off.is_empty()
    }

    /// What was put off and has come, or is forgotten, is not open any more.
    fn forget_what_came(&mut self) {
        let Board { position, put_off, .. } = self;
        put_off.retain(|put_off| {
            position.pending(put_off.at.stream).any(|(at, event)| (*at, *event) == (put_off.latest, put_off.event))
        });
    }
}

/// Alternatives of one event, by the number of the question that they answer.
type Script = SmallVec<[(usize, u8); 4]>;

/// A question that was asked: what may be answered besides what the menu has for its site.
struct Ask {
    at: Address,
    others: SmallVec<[u8; 2]>,
}

/// Answers the questions of one event, and writes them down.
struct Plot<'a> {
    menu: &'a Menu,
    script: &'a [(usize, u8)],
    settled: &'a mut SmallVec<[(Address, u8); 2]>,
    asked: Vec<Ask>,
}

impl<'a> Plot<'a> {
    fn new(menu: &'a Menu, script: &'a [(usize, u8)], settled: &'a mut SmallVec<[(Address, u8); 2]>) -> Self {
        Plot { menu, script, settled, asked: Vec::new() }
    }

    /// Besides what may strike at the site: a window that is open, a window that may happen, what a customer may do.
    fn others(&self, at: Address, odds: &[u64]) -> SmallVec<[u8; 2]> {
        let chance = |i: usize| odds[i] > i.checked_sub(1).map_or(0, |before| odds[before]);
        let own = match at.site {
            site if site == Site::PaysAgain.index() || site == Site::Return.index() || site == Site::Window.index() => 0,
            site => self.menu.strikes(site),
        };
        (own..odds.len()).filter(|i| chance(*i)).map(|i| i as u8 + 1).collect()
    }
}

impl Chooser for Plot<'_> {
    fn pick(&mut self, at: Address, odds: &[u64]) -> Pick {
        if let Some(pick) = self.menu.certain(at, odds) {
            return pick;
        }
        if at.stream == SHARED
            && let Some((_, pick)) = self.settled.iter().find(|(known, _)| *known == at)
        {
            return Pick::from(*pick);
        }
        let number = self.asked.len();
        let pick = self.script.iter().find(|(i, _)| *i == number).map_or(0, |(_, pick)| *pick);
        self.asked.push(Ask { at, others: self.others(at, odds) });
        if at.stream == SHARED {
            self.settled.push((at, pick));
        }
        Pick::from(pick)
    }

    fn size(&mut self, at: Address, of: &Distribution) -> Micros {
        let scripted = if self.menu.script.is_empty() { None } else { self.menu.script.get(&at) };
        scripted.and_then(|decision| decision.size).unwrap_or_else(|| of.median())
    }
}

/// The invariants that a broken word is judged by: is it passed over in silence?
pub fn silence() -> u32 {
    let position = invariants::ALL.iter().position(|info| info.id == "progress.deadline");
    position.map_or(0, |position| 1 << position)
}
