//! Standing: what of an order can still matter to what comes. Two orders of one standing have the same future, whatever
//! happened to them before.
//!
//! Called by whoever explores. Every field of a row is named here, so that a new one is not forgotten: a field is taken as
//! it is, unless what it is compared with is over. Instants that lie behind count no more than that they do; of others
//! only the side of a border matters on which they lie.

use crate::kernel::{Calendar, DAY, Micros};
use crate::payments::fact::State;
use crate::payments::model::Model;
use crate::payments::order::{Attempt, Order, Record, Tables};
use crate::payments::site::Hop;
use crate::payments::weather::Weather;
use std::hash::{Hash, Hasher};

/// What the future of an order depends on, besides the order.
pub struct Circumstances<'a> {
    /// How the parties are configured.
    pub model: &'a Model,
    /// Whose clock is wrong.
    pub weather: &'a Weather,
    /// The instant.
    pub now: Micros,
}

impl Order {
    /// Hashes what can matter to what comes. How often a site was visited only numbers what happens there.
    pub fn hash_standing<H: Hasher>(&self, given: &Circumstances, state: &mut H) {
        let Order { id: _, amount, created, hops, fulfilled, delivered, paid_again, owed_twice, live, .. } = self;
        (amount, created, fulfilled, delivered, paid_again, owed_twice, live).hash(state);
        let Order { touched: _, agreed, pending, blocked, paused, visits: _, .. } = self;
        (agreed, paused).hash(state);
        for (at, event) in pending.iter() {
            state.write_u64(*at);
            state.write_u64(event.without_occurrence().code());
        }
        blocked.iter().for_each(|event| state.write_u64(event.without_occurrence().code()));
        state.write_u64((pending.len() << 32 | blocked.len()) as u64);
        for hop in Hop::ALL {
            let Tables { attempts, records, files_read } = &hops[hop as usize];
            (attempts.len(), files_read).hash(state);
            for attempt in attempts.iter() {
                hash_attempt(self, given, hop, attempt, state);
            }
            for record in records.iter() {
                hash_record(given, hop, record, state);
            }
        }
    }
}

/// Which half of which day it is: files ask for no more of an instant.
fn half_day(at: Micros) -> u64 {
    2 * (at / (DAY / 2)) + u64::from(at.is_multiple_of(DAY / 2))
}

/// An instant, if it is still to come.
fn to_come(at: Micros, now: Micros) -> Micros {
    if at > now { at } else { 0 }
}

fn hash_attempt<H: Hasher>(order: &Order, given: &Circumstances, hop: Hop, attempt: &Attempt, state: &mut H) {
    let Attempt { purpose, state: standing, evidence, parent, of, amount, created, since, valid_until, .. } = attempt;
    let Attempt { waiting, tabled, queries, unknowns, sent, cancelling, cancelled, resent, closing, .. } = attempt;
    let Attempt { again, overwritten, asked_by, reconciled, files_missed, last_missed, row_refuted, .. } = attempt;
    let Attempt { row_seen, case, unsaved, connection_lost, close_lost, heard, asked, retries, learned, .. } = attempt;
    let Attempt { owed, leased_until, token, phase, branch, frozen, fence, tries, told_by, calls, .. } = attempt;
    (purpose, standing, evidence, asked_by, case, heard, told_by, phase).hash(state);
    (amount, created).hash(state);
    let flags = [
        waiting,
        tabled,
        cancelling,
        cancelled,
        closing,
        again,
        overwritten,
        reconciled,
        row_refuted,
        row_seen,
        unsaved,
        connection_lost,
        close_lost,
        owed,
        frozen,
    ];
    let flags = flags.iter().fold(0u64, |bits, flag| bits << 1 | u64::from(**flag));
    state.write_u64(
        flags << 32 | u64::from(*parent) << 24 | u64::from(*of) << 16 | u64::from(*branch) << 8 | u64::from(*fence),
    );
    let pack = |words: [u16; 4]| words.iter().fold(0u64, |all, word| all << 16 | u64::from(*word));
    state.write_u64(pack([*queries, *unknowns, *sent, *resent]));
    state.write_u64(pack([*files_missed, *last_missed, *retries, *token]));
    state.write_u64(pack([*tries, u16::from(*calls), 0, 0]));
    let here = &given.model.hops[hop as usize];
    let skew = given.weather.skew.iter().map(|by| by.unsigned_abs()).max().unwrap_or(0);
    let expires = valid_until.saturating_add(2 * skew).saturating_add(here.late_max);
    state.write_u64(if expires >= given.now { *valid_until } else { 0 });
    state.write_u64(to_come(*leased_until, given.now));
    let file = here.reconciliation.map(|file| {
        Calendar::business_date(since.saturating_add_signed(given.weather.skew[hop.upstream() as usize]), file.cut_off)
    });
    file.hash(state);
    // A scan looks for what was learned and is not written yet.
    let outer = order.records(Hop::MerchantPlatform);
    let parent_is_paid = || (*parent as usize) < outer.len() && outer.get(*parent).state == State::Succeeded;
    let unwritten = match standing {
        // Where there is another one, this may have to be given back.
        State::Succeeded => order.attempts(hop).len() > 1 || (hop == Hop::PlatformBank && !parent_is_paid()),
        State::Pending | State::Unknown => heard.is_some(),
        State::None | State::Failed | State::Closed | State::Reversed => false,
    };
    state.write_u64(if unwritten && here.compensation.is_some() { *learned } else { 0 });
    // Was it asked for before the outer call ran out?
    if hop == Hop::PlatformBank && (*parent as usize) < outer.len() {
        state.write_u8(u8::from(*asked <= leaves(given, outer.get(*parent))));
    }
}

/// When the outer caller hangs up.
fn leaves(given: &Circumstances, record: &Record) -> Micros {
    let read = given.model.hops[Hop::MerchantPlatform as usize].timeout.read;
    record.asked.saturating_add(read.unwrap_or(Micros::MAX))
}

fn hash_record<H: Hasher>(given: &Circumstances, hop: Hop, record: &Record, state: &mut H) {
    let Record { purpose, state: standing, amount, of, caller_waits, asked, calls, charges, quirk, .. } = record;
    let Record { hidden_until, decided, undone, date, listed, notified, acknowledged, closing, .. } = record;
    let Record { decision, postponed, first_asked, adopted, locked_by, .. } = record;
    (purpose, standing, quirk, decision, adopted, locked_by).hash(state);
    let flags = [caller_waits, listed, acknowledged, closing].iter().fold(0u64, |bits, flag| bits << 1 | u64::from(**flag));
    state.write_u64(flags << 16 | u64::from(*of) << 8 | u64::from(*postponed));
    let pack = |words: [u16; 4]| words.iter().fold(0u64, |all, word| all << 16 | u64::from(*word));
    state.write_u64(pack([u16::from(*calls), *charges, *date, *notified]));
    amount.hash(state);
    state.write_u64(to_come(*hidden_until, given.now));
    state.write_u64(half_day(*decided));
    state.write_u64(half_day(*undone));
    let here = &given.model.hops[hop as usize];
    let replicated = decided.saturating_add(here.replica_lag) > given.now;
    state.write_u64(if replicated { *decided } else { 0 });
    let call_lasts = hop == Hop::MerchantPlatform && leaves(given, record) >= given.now;
    state.write_u64(if *caller_waits || call_lasts { *asked } else { 0 });
    let key_lasts = here.keys.is_some_and(|kept| first_asked.saturating_add(kept) > given.now);
    state.write_u64(if key_lasts { *first_asked } else { 0 });
}
