//! Pauses: a process stands still between two steps of what it is doing, and does the rest when it goes on.
//!
//! Called by a [`Step`] in a world where processes pause. What is before the pause is done; what it has read is old when it
//! goes on, and what others have done meanwhile is there. To go on in the middle of a handler, the handler is played again
//! from the state in which it began, without effect, as far as the step after which it stood still; there the present state
//! is put in the place of the old one, and the rest is done. Where it writes a row that others have changed meanwhile, the rule
//! `compare_and_set` decides. Must not know what the handlers do.

use crate::kernel::{Address, Chooser, Micros, Pick};
use crate::payments::event::{Event, Kind};
use crate::payments::fact::{Number, What};
use crate::payments::grounds::Why;
use crate::payments::order::Order;
use crate::payments::party::{Hop, Process};
use crate::payments::process::{Halt, Stop};
use crate::payments::shared::Shared;
use crate::payments::site::Place;
use crate::payments::standing::Circumstances;
use crate::payments::step::{Step, Witness};
use crate::payments::told::request_of;
use crate::payments::weather::Effect;
use std::hash::{Hash, Hasher};

/// A handler from where it began, or went on, to where it stood still.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Leg {
    at: Micros,
    order: Order,
    shared: Shared,
    struck: Vec<(Address, Effect)>,
    picks: Vec<(Address, Pick)>,
}

/// What a process was doing when it stood still: it is kept with the order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Paused {
    number: u8,
    pub(crate) process: Process,
    handling: Event,
    legs: Vec<Leg>,
}

impl Paused {
    /// Was it begun, or gone on with, at this instant?
    pub(crate) fn began_at(&self, at: Micros) -> bool {
        self.legs.iter().any(|leg| leg.at == at)
    }

    /// Hashes what can matter to how it goes on.
    pub(crate) fn hash_standing<H: Hasher>(&self, given: &Circumstances, state: &mut H) {
        let Paused { number, process, handling, legs } = self;
        (number, process, handling.without_occurrence(), legs.len()).hash(state);
        legs.iter().for_each(|leg| leg.hash_standing(given, state));
    }
}

impl Leg {
    /// What it has begun with is seen as it was then. How often a site was visited before only numbers what happens there.
    fn hash_standing<H: Hasher>(&self, given: &Circumstances, state: &mut H) {
        let Leg { at, order, shared, struck, picks } = self;
        (at, struck.len(), picks.len()).hash(state);
        order.hash_standing(&Circumstances { now: *at, ..*given }, state);
        shared.hash_standing(*at, state);
        let since = |at: &Address| match order.visits.get(usize::from(at.site)) {
            Some(before) if at.stream == order.id => (at.site, at.occurrence.wrapping_sub(*before)),
            _ => (at.site, at.occurrence),
        };
        struck.iter().for_each(|(at, effect)| (since(at), effect).hash(state));
        picks.iter().for_each(|(at, pick)| (since(at), pick).hash(state));
    }
}

/// A handler that is played again.
#[derive(Debug)]
pub struct Replay {
    legs: Vec<Leg>,
    /// The position of the one that is played.
    leg: usize,
    /// The step after which it stood still is over.
    pub(crate) passed: bool,
    /// What others have changed since then.
    changed: Changed,
    /// How everything stands at present, and since when.
    present: (Order, Shared),
    now: Micros,
}

/// Rows that others have changed while a process stood still: a bit a number, by hop; the upstream's table and the
/// downstream's.
#[derive(Clone, Copy, Debug, Default)]
pub struct Changed {
    attempts: [u64; 2],
    records: [u64; 2],
    /// The fencing token that a worker had when it stood still.
    token: u16,
}

impl Changed {
    /// What differs between two states.
    fn add(&mut self, before: &Order, after: &Order) {
        for hop in Hop::ALL {
            for (number, (old, new)) in before.attempts(hop).iter().zip(after.attempts(hop).iter()).enumerate() {
                self.attempts[hop as usize] |= u64::from(old != new) << number;
            }
            for (number, (old, new)) in before.records(hop).iter().zip(after.records(hop).iter()).enumerate() {
                self.records[hop as usize] |= u64::from(old != new) << number;
            }
        }
    }

    fn any(&self) -> bool {
        self.attempts.iter().chain(&self.records).any(|rows| *rows != 0)
    }
}

impl<C: Chooser, W: Witness> Step<'_, C, W> {
    /// What is begun now may have to be played again.
    #[cold]
    #[inline(never)]
    pub(crate) fn begin_leg(&mut self) {
        if has_one_step(self.handling.kind) {
            return self.legs.clear();
        }
        self.legs.truncate(1);
        match self.legs.first_mut() {
            None => self.legs.push(Leg {
                at: self.now,
                order: self.order.clone(),
                shared: self.shared.clone(),
                struck: Vec::new(),
                picks: Vec::new(),
            }),
            Some(leg) => {
                leg.at = self.now;
                leg.order.clone_from(self.order);
                leg.shared.clone_from(self.shared);
                leg.struck.clear();
                leg.picks.clear();
            }
        }
    }

    /// What struck is remembered, where it may have to strike again.
    pub(crate) fn note_strike(&mut self, at: Address, effect: Effect) {
        if self.weather.pauses
            && let Some(leg) = self.legs.last_mut()
        {
            leg.struck.push((at, effect));
        }
    }

    /// The same of a pick.
    pub(crate) fn note_pick(&mut self, at: Address, pick: Pick) {
        if self.weather.pauses
            && let Some(leg) = self.legs.last_mut()
        {
            leg.picks.push((at, pick));
        }
    }

    /// What struck here when this was done for the first time.
    #[cold]
    pub(crate) fn struck_before(&self, at: Address) -> Option<Effect> {
        let Halt::Replaying(replay) = &self.halt else { return None };
        replay.legs[replay.leg].struck.iter().find(|(known, _)| *known == at).map(|(_, effect)| *effect)
    }

    /// What was picked here when this was done for the first time.
    #[cold]
    pub(crate) fn picked_before(&self, at: Address) -> Pick {
        let Halt::Replaying(replay) = &self.halt else { return 0 };
        replay.legs[replay.leg].picks.iter().find(|(known, _)| *known == at).map_or(0, |(_, pick)| *pick)
    }

    /// The process stands still until then, in the middle of what it is doing.
    pub(crate) fn stand_still(&mut self, stop: Stop, until: Micros) {
        let number = self.order.paused.iter().map(|paused| paused.number + 1).max().unwrap_or(0);
        let legs = std::mem::take(&mut self.legs);
        self.order.paused.push(Paused { number, process: stop.process, handling: self.handling, legs });
        let resume = Event { number, nth: stop.process as u16, ..Event::on(Kind::Resume, stop.hop, 0) };
        self.order.pending.schedule(until, resume);
    }

    /// A process that stood still goes on.
    #[cold]
    pub(crate) fn resume(&mut self, event: Event) {
        let is_it = |paused: &Paused| paused.number == event.number;
        let Some(position) = self.order.paused.iter().position(is_it) else { return };
        let Paused { handling, legs, .. } = self.order.paused.remove(position);
        let first = &legs[0];
        let order = std::mem::replace(self.order, first.order.clone());
        let shared = std::mem::replace(self.shared, first.shared.clone());
        let now = std::mem::replace(&mut self.now, first.at);
        let replay = Replay { leg: 0, passed: false, changed: Changed::default(), present: (order, shared), now, legs };
        self.halt = Halt::Replaying(Box::new(replay));
        self.witness.mute(true);
        self.handling = handling;
        self.take(handling);
        while matches!(self.halt, Halt::Replaying(_)) {
            self.go_on();
        }
    }

    /// A step begins in what is played again. It is the first one after the pause: what is the present now takes its place.
    pub(crate) fn go_on_if_passed(&mut self) {
        if matches!(&self.halt, Halt::Replaying(replay) if replay.passed) {
            self.go_on();
        }
    }

    fn go_on(&mut self) {
        let Halt::Replaying(mut replay) = std::mem::take(&mut self.halt) else { return };
        replay.leg += 1;
        if let Some(leg) = replay.legs.get(replay.leg) {
            replay.changed.add(self.order, &leg.order);
            replay.passed = false;
            *self.order = leg.order.clone();
            *self.shared = leg.shared.clone();
            self.now = leg.at;
            self.halt = Halt::Replaying(replay);
            return;
        }
        self.witness.mute(false);
        let Replay { legs, mut changed, present: (order, shared), now, .. } = *replay;
        changed.add(self.order, &order);
        let Event { kind, hop, number, .. } = self.handling;
        if matches!(kind, Kind::WorkerDue | Kind::WorkerActs) {
            changed.token = self.order.attempt(hop, number).token;
        }
        *self.order = order;
        *self.shared = shared;
        self.now = now;
        let (order, shared) = (self.order.clone(), self.shared.clone());
        self.legs = legs;
        self.legs.push(Leg { at: now, order, shared, struck: Vec::new(), picks: Vec::new() });
        if changed.any() {
            self.halt = Halt::Resumed(changed);
        }
    }

    /// Does a worker come back with a lease that another one has taken over meanwhile?
    fn is_fenced(&mut self, changed: Changed) -> bool {
        let Event { kind, hop, number, .. } = self.handling;
        let token = changed.token;
        let worker = matches!(kind, Kind::WorkerDue | Kind::WorkerActs);
        let fenced = worker && token != self.order.attempt(hop, number).token && self.hop(hop).rules.fence_lease;
        if fenced {
            self.tell(What::Fenced { hop, number, token });
        }
        fenced
    }

    /// Is a row that is to be written another one than that which was read before the pause, and does that matter?
    pub(crate) fn is_changed(&mut self, hop: Hop, place: Place, number: Number) -> bool {
        let Halt::Resumed(changed) = &self.halt else { return false };
        let changed = *changed;
        if self.is_fenced(changed) {
            return true;
        }
        let record = matches!(place, Place::RecordCreate | Place::RecordWrite | Place::AckWrite | Place::NotifyWrite);
        let rows = if record { &changed.records } else { &changed.attempts };
        let mut is_another = rows[hop as usize] >> number & 1 == 1;
        if record && hop == Hop::MerchantPlatform {
            // What a channel order's transaction has done to its payment order is kept with the channel order.
            let below = self.order.attempts(Hop::PlatformBank).iter().enumerate().filter(|(_, of)| of.parent == number);
            is_another |= below.fold(0, |rows, (i, _)| rows | changed.attempts[Hop::PlatformBank as usize] >> i) & 1 == 1;
        }
        let refused = is_another && self.hop(hop).rules.compare_and_set;
        if refused {
            let message = request_of(self.order.attempt(hop, number).purpose);
            self.tell(What::Ignored { hop, message, number, why: Why::Changed });
        }
        refused
    }
}

/// Has what is done then one step at most, so that there is no rest of it?
fn has_one_step(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Halt
            | Kind::Resume
            | Kind::QueryDue
            | Kind::RetryDue
            | Kind::PersonDue
            | Kind::LockTimeout
            | Kind::Query
            | Kind::Ack
    )
}
