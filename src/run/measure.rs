//! What one order's facts come to: was it dropped, by what was it recovered, how long did it take, what did it cost.
//! Told every fact by the run; added to the totals at the deadline.

use crate::kernel::Micros;
use crate::payments::books::Books;
use crate::payments::fact::{Account, Book, Fact, Number, Phase, Purpose, State, What};
use crate::payments::grounds::{Cause, Found, GaveUp};
use crate::payments::message::Message;
use crate::payments::money::Money;
use crate::payments::party::Hop;
use crate::payments::site::Place;
use crate::payments::weather::{Effect, WriteEffect};
use crate::run::outcome::{Cost, Totals};
use std::hash::{Hash, Hasher};

mod at_risk;
mod recoveries;
mod recovery;

use at_risk::AtRisk;
pub use recoveries::Recoveries;
use recoveries::mechanism;

/// How an order was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Drop {
    /// The upstream stopped waiting without the answer.
    External,
    /// The answer was there, the update that follows from it was not.
    Internal,
}

/// One order's measure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Measure {
    debited: Option<Micros>,
    /// Channel orders debited, a bit a number.
    debits: u64,
    /// Attempts whose upstream has stopped waiting, not debited yet, by hop: when it did so first, how, and a bit a number.
    given_up: [Option<(Micros, Drop, u64)>; 2],
    dropped: Option<(Hop, Drop, Number)>,
    /// Attempts that have succeeded, by hop, a bit a number.
    succeeded: [u64; 2],
    /// Merchant orders that have ended without a success: what is debited once another one has begun is not theirs.
    over: u64,
    /// Payment orders that have.
    paid: u64,
    recovered: Option<Cause>,
    ended: Option<Cause>,
    /// By what money went back to the customer.
    given_back: Option<Cause>,
    agreed: Option<Micros>,
    /// Since when the books are to agree: the debit, or the last refund that began while they did.
    to_agree_since: Option<Micros>,
    /// The longest that it took before that.
    longest: Micros,
    /// A settlement file, or a person, moved a payment.
    needed_file: bool,
    at_risk: AtRisk,
    queries: u32,
    notifications: u32,
    closes: u32,
    file_rows: u32,
    scan_rows: u32,
    refunds: u32,
    internal: Internal,
}

/// What the step from channel order to payment order costs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
struct Internal {
    /// Calls and answers between the platform's two sides.
    messages: u32,
    /// Entries in a coordinator's log.
    log_writes: u32,
    /// Since when the platform has a success that its payment order does not show.
    behind_since: Option<Micros>,
    behind: Micros,
    /// Since when the payment order is locked.
    locked_since: Option<Micros>,
    locked: Micros,
    /// Work had to wait for a lock.
    blocked: bool,
}

impl Internal {
    #[cold]
    fn see(&mut self, fact: &Fact) {
        match fact.what {
            What::Sent { message: Message::Handover | Message::HandoverAnswer, .. } => self.messages += 1,
            What::Logged { phase, .. } => {
                self.log_writes += 1;
                match phase {
                    Phase::Trying => {
                        self.behind_since.get_or_insert(fact.at);
                    }
                    // Rolled back: as if the answer had not come.
                    Phase::None => self.behind_since = None,
                    Phase::Confirming | Phase::Cancelling | Phase::Done => {}
                }
            }
            What::Locked { .. } => self.locked_since = Some(fact.at),
            What::Unlocked { .. } => {
                self.locked += self.locked_since.take().map_or(0, |since| fact.at - since);
            }
            What::Blocked { .. } => self.blocked = true,
            _ => {}
        }
    }
}

impl Measure {
    /// Takes a fact.
    #[inline(always)]
    pub fn see(&mut self, fact: &Fact) {
        match fact.what {
            What::Posted { book: Book::Bank, debit: Account::Customer, number, amount, .. } => {
                self.at_risk.moves(fact.at, amount);
                self.debit(fact.at, number);
            }
            What::Posted { book: Book::Bank, credit: Account::Customer, amount, .. } => self.at_risk.moves(fact.at, -amount),
            What::GaveUp {
                hop,
                number,
                purpose: Purpose::Payment,
                why: GaveUp::CallerGone | GaveUp::UpdateFailed | GaveUp::CrashedBeforeUpdate | GaveUp::Aborted,
            } => {
                self.give_up(fact.at, hop, number, Drop::Internal);
            }
            What::GaveUp { hop, number, purpose: Purpose::Payment, .. } => {
                self.give_up(fact.at, hop, number, Drop::External)
            }
            What::WriteStruck {
                hop,
                place,
                number,
                purpose: Purpose::Payment,
                effect: Effect::Write(WriteEffect::Fail),
                ..
            } if self.is_needed(hop, place, number) => {
                // The payment order's update belongs to the channel order's answer: the inner hop.
                let hop = if place == Place::RecordWrite { Hop::PlatformBank } else { hop };
                self.give_up(fact.at, hop, number, Drop::Internal);
            }
            What::AttemptMoved {
                hop: Hop::MerchantPlatform, purpose: Purpose::Refund, from: State::None, amount, ..
            } => {
                self.returned(fact.at, amount);
            }
            What::AttemptMoved { hop, number, purpose: Purpose::Payment, to, cause, .. } => {
                self.needed_file |= matches!(cause, Cause::Reconciliation | Cause::Manual);
                if hop == Hop::PlatformBank && to == State::Succeeded {
                    self.internal.behind_since.get_or_insert(fact.at);
                }
                self.attempt_moved(hop, number, to, cause)
            }
            What::RecordMoved {
                hop: Hop::MerchantPlatform,
                number,
                purpose: Purpose::Payment,
                to: State::Succeeded,
                cause,
                ..
            } => {
                self.paid |= 1 << number;
                if self.dropped.is_none() {
                    let [_, written] = self.succeeded;
                    self.given_up[Hop::PlatformBank as usize].take_if(|(_, how, numbers)| {
                        *numbers &= !written;
                        *how == Drop::Internal || *numbers == 0
                    });
                }
                self.internal.behind += self.internal.behind_since.take().map_or(0, |since| fact.at - since);
                if self.dropped() == Some((Hop::PlatformBank, Drop::Internal)) && self.recovered.is_none() {
                    self.recovered = mechanism(cause);
                }
            }
            What::RecordMoved {
                hop: Hop::MerchantPlatform,
                purpose: Purpose::Payment,
                to: State::Failed | State::Closed | State::Reversed,
                ..
            } => {
                self.internal.behind += self.internal.behind_since.take().map_or(0, |since| fact.at - since);
            }
            What::RecordMoved { hop: Hop::PlatformBank, purpose: Purpose::Refund, to: State::Succeeded, .. } => {
                self.goes_back(Cause::Refund);
            }
            What::RecordMoved {
                hop: Hop::PlatformBank,
                to: State::Reversed | State::Failed,
                cause: Cause::Reversal,
                ..
            } => self.goes_back(Cause::Reversal),
            What::Sent { message: Message::Query, .. } => self.queries += 1,
            What::Sent { message: Message::Notification, .. } => self.notifications += 1,
            What::Sent { message: Message::Close, .. } => self.closes += 1,
            What::Sent { message: Message::Refund, .. } => self.refunds += 1,
            What::FileRead { found: Found::Matched | Found::ChannelOnly | Found::Amount | Found::Doubled, .. } => {
                self.file_rows += 1
            }
            What::ScanFound { .. } => self.scan_rows += 1,
            What::Sent { message: Message::Handover | Message::HandoverAnswer, .. }
            | What::Logged { .. }
            | What::Locked { .. }
            | What::Unlocked { .. }
            | What::Blocked { .. } => self.internal.see(fact),
            What::Agreed => {
                self.agreed = Some(fact.at);
                self.at_risk.agreed(fact.at);
            }
            What::Disagreed => {
                self.agreed = None;
                self.at_risk.disagreed(fact.at);
            }
            _ => {}
        }
    }

    #[inline]
    fn debit(&mut self, at: Micros, number: Number) {
        if self.debited.is_none() {
            self.debited = Some(at);
            self.to_agree_since = Some(at);
        }
        self.debits |= 1 << number;
        if self.dropped.is_none() && self.given_up.iter().any(Option::is_some) {
            self.debited_after_giving_up(number);
        }
    }

    /// A refund that begins while the books agree, perhaps weeks after the payment, is a matter of its own.
    #[cold]
    fn returned(&mut self, at: Micros, amount: Money) {
        self.at_risk.returns(at, amount);
        if let (Some(agreed), Some(since)) = (self.agreed, self.to_agree_since) {
            self.longest = self.longest.max(agreed.saturating_sub(since));
            self.to_agree_since = Some(at);
        }
    }

    /// A debit of what somebody has stopped waiting for, of no order above that has succeeded: dropped, by who stopped first.
    #[cold]
    fn debited_after_giving_up(&mut self, number: Number) {
        let [outer, inner] = self.given_up;
        let inner = inner.filter(|(_, _, numbers)| numbers & (1 << number) != 0);
        let outer = outer.filter(|(_, how, _)| self.is_debited(Hop::MerchantPlatform, number, *how));
        let outer = outer.map(|(at, how, numbers)| (at, Hop::MerchantPlatform, how, numbers.trailing_zeros() as Number));
        let inner = inner.map(|(at, how, _)| (at, Hop::PlatformBank, how, number));
        let first = inner.into_iter().chain(outer).min_by_key(|(at, ..)| *at);
        self.dropped = first.map(|(_, hop, how, number)| (hop, how, number));
    }

    /// From the first moment when the bank has debited and somebody has stopped waiting, the order is dropped.
    fn give_up(&mut self, at: Micros, hop: Hop, number: Number, how: Drop) {
        let (_, _, numbers) = self.given_up[hop as usize].get_or_insert((at, how, 0));
        *numbers |= 1 << number;
        if self.dropped.is_none() && self.is_debited(hop, number, how) {
            self.dropped = Some((hop, how, number));
        }
    }

    /// Somebody waits for the number, perhaps once more, or has its answer.
    fn is_not_lost(&mut self, hop: Hop, number: Number) {
        let over = match hop {
            Hop::MerchantPlatform => self.over | 1 << number,
            Hop::PlatformBank => 1 << number,
        };
        if let Some((_, _, numbers)) = &mut self.given_up[hop as usize] {
            *numbers &= !over;
            if *numbers == 0 {
                self.given_up[hop as usize] = None;
            }
        }
    }

    /// Which order above a debit belongs to no fact says: of one that has not succeeded, if there are more debits than
    /// successes.
    fn is_debited(&self, hop: Hop, number: Number, how: Drop) -> bool {
        match (hop, how) {
            (Hop::MerchantPlatform, _) => self.debits.count_ones() > self.succeeded[hop as usize].count_ones(),
            (_, Drop::Internal) => self.debits.count_ones() > self.paid.count_ones(),
            (Hop::PlatformBank, Drop::External) => self.debited.is_some() && self.debits & (1 << number) != 0,
        }
    }

    /// Is this a write of an outcome that is not written yet? A success that a file only confirms is.
    fn is_needed(&self, hop: Hop, place: Place, number: Number) -> bool {
        let written = match (place, hop) {
            (Place::AttemptWrite, _) => self.succeeded[hop as usize],
            (Place::RecordWrite, Hop::MerchantPlatform) => self.paid,
            _ => return false,
        };
        written >> number & 1 == 0
    }

    #[cold]
    fn goes_back(&mut self, by: Cause) {
        self.given_back = Some(by);
        if self.dropped.is_some() {
            self.ended.get_or_insert(by);
        }
    }

    #[inline]
    fn attempt_moved(&mut self, hop: Hop, number: Number, to: State, cause: Cause) {
        match to {
            State::Pending => self.is_not_lost(hop, number),
            State::Succeeded => {
                self.is_not_lost(hop, number);
                self.succeeded[hop as usize] |= 1 << number;
            }
            State::None | State::Failed | State::Closed if hop == Hop::MerchantPlatform => self.over |= 1 << number,
            State::None | State::Unknown | State::Failed | State::Closed | State::Reversed => {}
        }
        let Some((lost_on, _, lost)) = self.dropped else { return };
        // Which merchant order a debit belonged to is not known before one of them succeeds.
        if lost_on != hop || (lost != number && hop == Hop::PlatformBank) {
            return;
        }
        match to {
            State::Succeeded if self.recovered.is_none() => self.recovered = mechanism(cause),
            State::Failed | State::Closed => self.ended = mechanism(cause),
            State::None | State::Pending | State::Unknown | State::Succeeded | State::Reversed => {}
        }
    }

    /// Hashes what can matter to how it is counted in the end: not what it has cost so far, nor when.
    pub fn hash_standing<H: Hasher>(&self, state: &mut H) {
        let Measure { debits, given_up, dropped, succeeded, over, paid, recovered, ended, given_back, .. } = self;
        let [outer, inner] = given_up.map(|given_up| given_up.map(|(at, ..)| at));
        let cause = |cause: &Option<Cause>| cause.map_or(0, |cause| cause as u8 + 1);
        let [hop, how, number] = dropped.map_or([0; 3], |(hop, how, number)| [hop as u8 + 1, how as u8, number]);
        let numbers = [*debits, succeeded[0], succeeded[1], *over, *paid];
        let few = numbers.iter().all(|numbers| *numbers < 1 << 12);
        let first = [self.debited.is_some(), self.agreed.is_some(), outer <= inner, few];
        let first = first.iter().fold(0, |all, flag| all << 1 | u8::from(*flag));
        let gave_up = given_up.iter().fold(0, |all, one| all << 4 | one.map_or(0, |(_, how, _)| how as u8 + 1));
        let causes = [cause(recovered), cause(ended), cause(given_back)];
        state.write_u64(u64::from_be_bytes([causes[0], causes[1], causes[2], hop, how, number, gave_up, first]));
        if few {
            state.write_u64(numbers.iter().fold(0, |all, numbers| all << 12 | numbers));
        } else {
            numbers.iter().for_each(|numbers| state.write_u64(*numbers));
        }
        given_up.iter().flatten().for_each(|(_, _, numbers)| state.write_u64(*numbers));
    }

    /// Was it dropped, and how?
    pub fn dropped(&self) -> Option<(Hop, Drop)> {
        self.dropped.map(|(hop, how, _)| (hop, how))
    }

    /// What recovered it: the first durable success on the hop where the answer was lost, or, where the money went back
    /// and the books agree, what ended it.
    pub fn recovered(&self) -> Option<Cause> {
        let ended = if self.agreed.is_some() { self.ended.or(self.given_back) } else { None };
        self.dropped.and(self.recovered.or(ended))
    }

    /// Was it recovered, and all of it consistent, without a settlement file and without a person?
    pub fn before_reconciliation(&self) -> bool {
        let early = |cause: Cause| !matches!(cause, Cause::Reconciliation | Cause::Manual);
        self.recovered().is_some_and(early) && self.agreed.is_some() && !self.needed_file
    }

    /// From the debit to the last entry into consistency. A return that begins while the books agree has a time of its own:
    /// the longest counts.
    pub fn time_to_consistency(&self) -> Option<Micros> {
        Some(self.longest.max(self.agreed?.saturating_sub(self.to_agree_since?)))
    }

    /// When the bank debited it first.
    pub fn debited(&self) -> Option<Micros> {
        self.debited
    }

    /// When it last became consistent, if it is.
    pub fn agreed(&self) -> Option<Micros> {
        self.agreed
    }

    /// What has moved at the bank, or is to go back, and is not agreed upon yet, times how long: minor units times microseconds.
    pub fn at_risk(&self, deadline: Micros) -> u128 {
        self.at_risk.by(deadline)
    }

    /// What its recovery costs.
    pub fn cost(&self, deadline: Micros) -> Cost {
        let still = |since: Option<Micros>| since.map_or(0, |since| deadline.saturating_sub(since));
        Cost {
            queries: u64::from(self.queries),
            notifications: u64::from(self.notifications),
            closes: u64::from(self.closes),
            file_rows: u64::from(self.file_rows),
            scan_rows: u64::from(self.scan_rows),
            refunds: u64::from(self.refunds),
            internal_messages: u64::from(self.internal.messages),
            log_writes: u64::from(self.internal.log_writes),
            behind_us: self.internal.behind + still(self.internal.behind_since),
            lock_us: self.internal.locked + still(self.internal.locked_since),
            blocked_orders: u64::from(self.internal.blocked),
        }
    }

    /// Adds this order to the totals.
    pub fn add_to(&self, totals: &mut Totals, recoveries: &mut Recoveries, books: &Books, deadline: Micros) {
        totals.paid += u64::from(books.fulfilled > 0);
        if let Some((hop, how)) = self.dropped() {
            match how {
                Drop::External => totals.dropped_external[hop as usize] += 1,
                Drop::Internal => totals.dropped_internal[hop as usize] += 1,
            }
            match self.recovered() {
                Some(cause) => {
                    recoveries.count(hop, cause);
                    totals.before_reconciliation += u64::from(self.before_reconciliation() && !books.manual);
                }
                None if books.manual => totals.manual += 1,
                None => totals.unrecovered += 1,
            }
        }
        totals.manual_cases += u64::from(books.manual);
        totals.inconsistent += u64::from(!books.agreed);
        if self.debited.is_some() {
            let time = self.time_to_consistency();
            totals.time_to_consistency_all.add(time);
            if self.dropped.is_some() {
                totals.time_to_consistency.add(time);
            }
        }
        totals.at_risk += self.at_risk(deadline);
        totals.cost.add(&self.cost(deadline));
        totals.loss.customer += books.customer_loss();
        totals.loss.merchant += books.merchant_loss();
        totals.loss.platform += books.platform_loss();
    }
}
