//! The board: a position, and what a plan has left open: messages and decisions that are put off and may yet come sooner.
//! From a board, every next board within a budget of misfortunes.
//!
//! Used by the search and by whoever follows a plan. It must not know which boards were seen before.

use crate::campaign::explore::menu::{Choice, Menu, PutsOff};
use crate::campaign::explore::plot::{Asked, Plot, Script, Settled};
use crate::kernel::{Address, DAY, Micros, SECOND};
use crate::payments::event::{Event, Kind};
use crate::payments::message::Message;
use crate::payments::model::Purchase;
use crate::payments::party::Hop;
use crate::payments::recovery::notification::tolerated;
use crate::payments::site::{SHARED, Site};
use crate::run::position::{End, Ground, Position};
use crate::scenario::Scenario;
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
pub struct Board {
    /// The position.
    pub position: Position,
    put_off: SmallVec<[PutOff; 2]>,
    /// What was decided once for all orders, and may be asked again.
    settled: Settled,
    /// Some window happens.
    windows: bool,
    /// Bytes that it is counted with among those of its thread.
    bytes: usize,
}

/// Boards that nobody needs any more: their memory serves the next copies.
#[derive(Default)]
pub struct Spare {
    #[expect(clippy::vec_box, reason = "a board is handed over as it is, in its box")]
    boards: Vec<Box<Board>>,
    bytes: usize,
}

impl Spare {
    /// A board that nobody needs any more.
    pub fn keep(&mut self, board: Box<Board>) {
        self.boards.push(board);
    }

    /// About how many bytes all boards take that were copied, whether they are needed or not.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    fn copy(&mut self, board: &Board) -> Box<Board> {
        let mut copy = match self.boards.pop() {
            None => Box::new(board.clone()),
            Some(mut spare) => {
                self.bytes -= spare.bytes;
                (*spare).clone_from(board);
                spare
            }
        };
        // What it grows by until it is spare again is counted when it is copied.
        copy.bytes = size_of::<Board>() + copy.position.bytes();
        self.bytes += copy.bytes;
        copy
    }
}

/// A board that may be next.
pub struct Next {
    /// The board.
    pub board: Box<Board>,
    /// What went wrong on the way.
    pub deeds: Deeds,
    /// What was put off and comes now: its address, and how much later than usual.
    pub released: Option<(Address, Micros)>,
}

/// Which boards are to be known again where nothing more may go wrong. What happens in quick succession is no place to meet
/// another plan. As long as something is put off, plans meet anywhere: some boards, by their instant, cost less than all
/// and are soon reached from every other.
#[derive(Clone, Copy)]
pub struct Landmarks {
    /// Those after which nothing happens for so long.
    rest: Micros,
    /// Of those with something put off, one of so many.
    one_of: u64,
}

impl Landmarks {
    /// For plans of at most so many misfortunes: the fewer are kept, the less memory it takes, and the longer.
    pub fn of(faults: u8) -> Self {
        if faults <= 3 { Landmarks { rest: SECOND, one_of: 4 } } else { Landmarks { rest: 600 * SECOND, one_of: 6 } }
    }
}

/// Where boards are played.
pub struct Game<'a> {
    /// The scenario, and who pays.
    pub ground: Ground<'a>,
    /// What may go wrong.
    pub menu: &'a Menu,
    /// Orders may change places as long as at most so many misfortunes are left; `None`: never.
    pub alike: Option<u8>,
    /// Are states looked up?
    pub remembers: bool,
    /// Which, where nothing more may go wrong.
    pub landmarks: Landmarks,
}

impl<'a> Game<'a> {
    /// What may go wrong in a scenario with these purchases, in plans of at most so many misfortunes; `merges`: states that
    /// are equal are looked at once, and orders that are alike are not told apart.
    pub fn new(scenario: &'a Scenario, menu: &'a Menu, purchases: Vec<Purchase>, faults: u8, merges: bool) -> Self {
        let alike = if merges { alike(scenario, menu, &purchases) } else { None };
        let (ground, landmarks) = (Ground::new(scenario, purchases), Landmarks::of(faults));
        Game { ground, menu, alike, remembers: merges, landmarks }
    }

    /// The boards before the first event: each window happens or does not.
    pub fn starts(&self, budget: u8) -> Vec<Next> {
        let begin = |script: &Script, asked: &mut Asked| {
            let mut settled = Settled::new();
            let position = Position::start(&self.ground, &mut Plot::new(self.menu, script, &mut settled, asked));
            let windows = self.menu.has_certain_windows || settled.iter().any(|(_, pick)| *pick != 0);
            Box::new(Board { position, put_off: SmallVec::new(), settled, windows, bytes: 0 })
        };
        let mut all = Vec::new();
        self.unfold(&mut { begin }, &mut Script::new(), 0, budget, &mut all);
        all
    }

    /// Every board that may be next.
    pub fn nexts(&self, board: &Board, budget: u8, spare: &mut Spare) -> Vec<Next> {
        let mut all = Vec::new();
        self.releases(board, spare, &mut all);
        let mut go_on = |script: &Script, asked: &mut Asked| {
            let mut board = spare.copy(board);
            let Board { position, settled, .. } = &mut *board;
            position.step(&self.ground, &mut Plot::new(self.menu, script, settled, asked));
            board
        };
        self.unfold(&mut go_on, &mut Script::new(), 0, budget, &mut all);
        all
    }

    /// The only next board, where nothing more may go wrong and what is put off comes as late as it can.
    pub fn step(&self, board: &mut Board) {
        let Board { position, settled, windows, .. } = board;
        let interrupted = position.has_interrupted();
        position.step(&self.ground, &mut Plot::calm(self.menu, settled, *windows, interrupted));
        board.forget_what_came();
    }

    /// What `play` comes to under one script of alternatives, and under every longer one within the budget.
    fn unfold(
        &self,
        play: &mut impl FnMut(&Script, &mut Asked) -> Box<Board>,
        script: &mut Script,
        first: usize,
        budget: u8,
        all: &mut Vec<Next>,
    ) {
        let mut asked = Asked::new();
        let mut board = play(script, &mut asked);
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
                self.unfold(play, script, i + 1, budget, all);
                script.pop();
            }
        }
    }

    /// A misfortune has struck: what it has put off is open from now on.
    fn done(&self, board: &mut Board, at: Address, pick: u8, choice: Option<&Choice>) -> Deed {
        let mut deed = Deed { at, pick, by: None };
        let Some(choice) = choice else { return deed };
        let Some(puts_off) = choice.puts_off else { return deed };
        let (by, is_it): (Micros, &dyn Fn(&Event) -> bool) = match &puts_off {
            PutsOff::Message(hop, message, by) => {
                (*by, &move |event| event.kind == Kind::arrival(*message) && event.hop == *hop && event.nth == at.occurrence)
            }
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
    pub fn releases(&self, board: &Board, spare: &mut Spare, all: &mut Vec<Next>) {
        if board.put_off.is_empty() {
            return;
        }
        let Some((next, _)) = board.position.next(&self.ground) else { return };
        for (i, put_off) in board.put_off.iter().enumerate() {
            for before in self.borders(board, put_off, next) {
                let to = before - 1;
                if to <= put_off.usual || to <= board.position.now || to >= put_off.latest {
                    continue;
                }
                let mut sooner = spare.copy(board);
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

    /// When the next event is; `None`: nothing more will happen.
    pub fn next_at(&self, board: &Board) -> Option<Micros> {
        board.position.next(&self.ground).map(|(at, _)| at)
    }

    /// Is a board, with nothing more to go wrong, one to be known again?
    pub fn is_landmark(&self, board: &Board, next: Micros) -> bool {
        let Landmarks { rest, one_of } = self.landmarks;
        let now = board.position.now;
        let sampled = || ((now / 500).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32).is_multiple_of(one_of);
        next - now >= rest || (!board.is_settled() && sampled())
    }

    /// How every order of a board that is over ends.
    pub fn ends(&self, board: &Board) -> Vec<End> {
        board.position.clone().ends(&self.ground)
    }

    /// What tells a board, and the budget that is left, from all others.
    pub fn fingerprint(&self, board: &Board, budget: u8) -> [u64; 2] {
        // What is put off is known by its order's number; a process may have stopped between what two orders do at one instant.
        let alike = self.alike.is_some_and(|most| budget <= most)
            && board.put_off.is_empty()
            && board.position.no_process_is_halted();
        let mut all = board.position.fingerprint(&self.ground, alike);
        all.write_u8(budget);
        let earliest = |put_off: &PutOff| put_off.usual.max(board.position.now);
        for put_off in &board.put_off {
            (put_off.at.stream, put_off.latest, put_off.event.without_occurrence().code(), earliest(put_off)).hash(&mut all);
            if put_off.event.kind == Kind::Notification {
                put_off.sent.hash(&mut all);
            }
        }
        // Windows are known to the position.
        for (at, pick) in board.settled.iter().filter(|(at, _)| at.site != Site::Window.index()) {
            all.write_u64(u64::from(at.site) << 32 | u64::from(at.occurrence) << 8 | u64::from(*pick));
        }
        // What is scripted strikes at a visit of its number: how many there were matters up to that one.
        for at in self.menu.script.keys().filter(|at| at.stream != SHARED) {
            all.write_u16(board.position.visits(at.stream, at.site).min(at.occurrence.saturating_add(1)));
        }
        all.value()
    }
}

/// With how many misfortunes left orders may change places: those that pay the same at the same instant, unless a script
/// tells them apart. Where they share something, the sequence of what they do at one instant tells them apart, too; where a
/// process can stop, as long as one still may.
fn alike(scenario: &Scenario, menu: &Menu, purchases: &[Purchase]) -> Option<u8> {
    let equal = purchases.windows(2).all(|pair| pair[0] == pair[1]);
    let stop = scenario.weather.halts;
    let sequence_matters = scenario.model.coupling().is_some() || (stop && !scenario.weather.windows.is_empty());
    (equal && menu.script.is_empty() && !sequence_matters).then_some(if stop { 0 } else { u8::MAX })
}

impl Clone for Board {
    fn clone(&self) -> Self {
        let Board { position, put_off, settled, windows, bytes: _ } = self;
        let (position, put_off, settled) = (position.clone(), put_off.clone(), settled.clone());
        Board { position, put_off, settled, windows: *windows, bytes: 0 }
    }

    fn clone_from(&mut self, other: &Self) {
        let Board { position, put_off, settled, windows, bytes: _ } = other;
        self.position.clone_from(position);
        self.put_off.clone_from(put_off);
        self.settled.clone_from(settled);
        self.windows = *windows;
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
        if put_off.is_empty() {
            return;
        }
        put_off.retain(|put_off| {
            position.pending(put_off.at.stream).any(|(at, event)| (*at, *event) == (put_off.latest, put_off.event))
        });
    }
}
