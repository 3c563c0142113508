//! What may go wrong, where: for every site the alternatives to the calm one, with their odds and windows.
//!
//! Built by the scenario from the faults it allows; asked by the parties. The effects are closed enums of this rank; which
//! *fault* has which effect is known only above (`faults`). Must not know the chooser's kind nor any strategy.

use crate::kernel::Micros;
use crate::payments::site::{SITES, Site};

/// What can happen to a message instead of being delivered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MessageEffect {
    /// Never arrives; nobody is told.
    Drop,
    /// Arrives later by so much: late, or overtaken by what was sent after it.
    Delay(Micros),
    /// Arrives, and once more so much later.
    Copy(Micros),
    /// The connection is refused: the sender learns at once that nothing was sent.
    Refuse,
    /// No connection can be made: the sender gives up after its connect timeout and knows that nothing was sent.
    NoConnection,
    /// Arrives with another content.
    Replace(Flaw),
}

/// What is wrong with a message that arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[repr(u8)]
pub enum Flaw {
    /// Nothing.
    #[default]
    None,
    /// Its signature is bad: forged.
    BadSignature,
    /// Truly signed, with another amount.
    OtherAmount,
    /// Truly signed, of another order.
    OtherOrder,
    /// Its stamp is older than the time window allows: stale or replayed.
    Stale,
    /// A query was answered with a system error.
    SystemError,
    /// A query was answered with "too many requests".
    RateLimited,
    /// A query was answered with "no such order", although there is one.
    NotFound,
    /// An envelope that says success around a payment that has not succeeded.
    Envelope,
    /// A breach: a final failure for what succeeds.
    FalseFailure,
}

/// What the downstream may do with a new record instead of approving it in its usual time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// Refuses to pay.
    Decline,
    /// Answers *processing*, and decides so much later.
    StayProcessing(Micros),
    /// Debits so much later than usual, without a word until then.
    DebitLate(Micros),
    /// Does not show the record to queries for so long.
    Hide(Micros),
    /// Debits half of what was asked for, which is all that the customer pays, and says so.
    Underpay,
    /// Debits and never settles (breach).
    NeverSettle,
    /// Debits, never tells a success, does not settle, and gives the money back once the file is out.
    ReturnUnsettled,
    /// Answers *failed*, then debits so much later (breach).
    FalseFailure(Micros),
    /// Debits even if the order was closed meanwhile (breach).
    IgnoreClose(Micros),
}

/// What may be wrong with a settlement file as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileEffect {
    /// Comes so much later.
    Late(Micros),
    /// Never comes; its records come with the next one.
    Absent,
    /// Is cut off in the middle: the records of its second half, and the footer, are missing. A whole one can be had later.
    Truncated,
}

/// What may be wrong with one record of a settlement file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RowEffect {
    /// Left out; the footer's totals show it.
    Missing,
    /// Listed twice.
    Doubled,
    /// Another amount.
    OtherAmount,
    /// The amount in another unit (yuan for fen).
    OtherUnit,
    /// The amount with the other sign.
    OtherSign,
    /// Another status.
    OtherStatus,
    /// Listed in the next business date's file: across the cut-off.
    NextDate,
    /// Left out for good, with totals that agree (breach).
    NeverListed,
}

/// What may happen to a durable write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WriteEffect {
    /// Fails before the commit.
    Fail,
    /// Commits, but reports an error.
    CommitUnknown,
}

/// What may happen to a process at one of its steps: a message that it sends, a durable write.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ProcessEffect {
    /// Crashes before the step; so much later it is there again, with only what it had written.
    CrashBefore(Micros),
    /// Crashes after the step.
    CrashAfter(Micros),
    /// Stands still for so long after the step, and does the rest then: a long collection of garbage, a virtual machine that is moved.
    Pause(Micros),
}

/// What strikes at a site instead of the calm alternative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Effect {
    /// At a message.
    Message(MessageEffect),
    /// At a downstream's decision.
    Decision(Fate),
    /// At a settlement file.
    File(FileEffect),
    /// At a settlement file's record.
    Row(RowEffect),
    /// At a durable write.
    Write(WriteEffect),
    /// At the process whose step it is.
    Process(ProcessEffect),
    /// An intruder sends a notification of success with this flaw, so much after the request.
    Intrude(Flaw, Micros),
}

/// One alternative at a site.
#[derive(Clone, Debug, PartialEq)]
pub struct Strike {
    /// What it does.
    pub effect: Effect,
    /// The name of the fault, as registered.
    pub fault: &'static str,
    /// Does the downstream break its word?
    pub breach: bool,
}

/// A span of time in which something strikes whatever comes by. It happens as a whole, however many sites it has.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    /// Its sites, one at least, and what the fault does at each: a cut link refuses a request and loses an answer.
    pub strikes: Vec<(Site, Strike)>,
    /// From this instant...
    pub from: Micros,
    /// ...until this one, which is not in it any more.
    pub to: Micros,
    /// The odds that it happens at all, of 2^32.
    pub odds: u64,
    /// The odds that it strikes what comes by, of 2^32; certain by default.
    pub hits: u64,
}

impl Window {
    /// Its sites.
    pub fn sites(&self) -> impl Iterator<Item = Site> {
        self.strikes.iter().map(|(site, _)| *site)
    }

    /// What it does at a site, from its index; `None` where it does nothing.
    #[inline]
    pub fn at(&self, site: u16) -> Option<&Strike> {
        self.strikes.iter().find(|(own, _)| own.index() == site).map(|(_, strike)| strike)
    }

    /// The name of the fault, as registered.
    pub fn fault(&self) -> &'static str {
        self.strikes[0].1.fault
    }

    /// Does the downstream break its word?
    pub fn is_breach(&self) -> bool {
        self.strikes[0].1.breach
    }
}

/// The alternatives at one site.
#[derive(Clone, Debug, Default)]
pub struct Strikes {
    /// Alternative `i + 1` is `strikes[i]`.
    pub strikes: Vec<Strike>,
    /// Cumulative odds of 2^32, one per strike; scripted ones add none.
    pub odds: Vec<u64>,
    /// Indices of the windows that touch this site.
    pub windows: Vec<u16>,
}

/// Everything that may go wrong in a scenario.
#[derive(Clone, Debug)]
pub struct Weather {
    at: Vec<Strikes>,
    /// Something can happen to a process.
    pub halts: bool,
    /// Of two events at one instant the second may come first.
    pub ties: bool,
    /// It can stand still and go on.
    pub pauses: bool,
    /// The sites that have an alternative or a window, a bit each.
    sites: u64,
    /// By site: no chance above this one leaves the calm.
    most: [u64; SITES],
    /// The windows; `window / 1` is the first.
    pub windows: Vec<Window>,
    /// Faults strike before this instant only.
    pub storm_end: Micros,
    /// How far each party's clock is ahead (behind, if negative), in microseconds; by [`Party`](crate::payments::party::Party).
    pub skew: [i64; 3],
}

impl Weather {
    /// Nothing goes wrong.
    pub fn calm() -> Self {
        Weather {
            at: vec![Strikes::default(); SITES],
            halts: false,
            ties: false,
            pauses: false,
            sites: 0,
            most: [0; SITES],
            windows: Vec::new(),
            storm_end: 0,
            skew: [0; 3],
        }
    }

    /// Nothing goes wrong any more; the storm ends when it did, and the clocks stay.
    pub fn clear_up(&mut self) {
        for site in (0..SITES as u16).filter(|site| self.sites >> site & 1 != 0) {
            let here = &mut self.at[usize::from(site)];
            here.strikes.clear();
            here.odds.clear();
            here.windows.clear();
            self.most[usize::from(site)] = 0;
        }
        (self.sites, self.halts, self.pauses, self.ties) = (0, false, false, false);
        self.windows.clear();
    }

    /// The odds, of 2^32, that anything but the calm alternative happens at `site`; all of them where a window may open.
    #[inline]
    pub fn most(&self, site: u16) -> u64 {
        self.most[usize::from(site) % SITES]
    }

    /// The alternatives at `site`.
    #[inline]
    pub fn at(&self, site: u16) -> &Strikes {
        &self.at[usize::from(site)]
    }

    /// Can nothing strike at `site`?
    #[inline]
    pub fn is_calm_at(&self, site: u16) -> bool {
        self.sites >> site & 1 == 0
    }

    /// Changes the alternatives at `site`: every seed of a campaign has odds of its own.
    #[inline]
    pub fn change(&mut self, site: u16, change: impl FnOnce(&mut Strikes)) {
        let here = &mut self.at[usize::from(site)];
        change(here);
        let chances = here.odds.last().copied().unwrap_or(0);
        self.most[usize::from(site)] = if here.windows.is_empty() { chances } else { 1 << 32 };
    }

    /// What alternative `pick` at `site` does: the site's own come first, then those of its windows. `None`: the calm one.
    pub fn alternative(&self, site: u16, pick: usize) -> Option<&Strike> {
        let (here, pick) = (self.at(site), pick.checked_sub(1)?);
        let in_window = || {
            self.windows.get(usize::from(*here.windows.get(pick - here.strikes.len())?)).and_then(|window| window.at(site))
        };
        here.strikes.get(pick).or_else(in_window)
    }

    /// Adds an alternative at `site` with the given odds (of 2^32; 0 for one that is only scripted) and returns its
    /// number. An equal one that is there already keeps its number and gains the odds.
    pub fn allow(&mut self, site: Site, strike: Strike, odds: u64) -> usize {
        self.halts |= matches!(strike.effect, Effect::Process(_));
        self.pauses |= matches!(strike.effect, Effect::Process(ProcessEffect::Pause(_)));
        self.sites |= 1 << site.index();
        let known = self.at(site.index()).strikes.iter().position(|known| *known == strike);
        let i = known.unwrap_or(self.at(site.index()).strikes.len());
        self.change(site.index(), |here| {
            if known.is_none() {
                here.odds.push(here.odds.last().copied().unwrap_or(0));
                here.strikes.push(strike);
            }
            for total in &mut here.odds[i..] {
                *total = (*total + odds).min(1 << 32);
            }
        });
        i + 1
    }

    /// Adds a window and returns its number, from 0.
    pub fn open(&mut self, window: Window) -> u16 {
        let number = self.windows.len() as u16;
        for (site, strike) in &window.strikes {
            self.halts |= matches!(strike.effect, Effect::Process(_));
            self.pauses |= matches!(strike.effect, Effect::Process(ProcessEffect::Pause(_)));
            self.sites |= 1 << site.index();
            self.change(site.index(), |here| here.windows.push(number));
        }
        self.windows.push(window);
        number
    }
}
