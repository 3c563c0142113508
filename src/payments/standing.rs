//! Standing: what of an order can still matter to what comes. Two orders of one standing have the same future, whatever
//! happened to them before.
//!
//! Called by whoever explores. Every field of a row is named here, so that a new one is not forgotten: a field is taken as
//! it is, unless what it is compared with is over. Instants that lie behind count no more than that they do; of others
//! only the side of a border matters on which they lie.

use crate::kernel::{Calendar, DAY, Micros};
use crate::payments::fact::State;
use crate::payments::model::Model;
use crate::payments::numbered::Numbered;
use crate::payments::order::{Attempt, Order, Record, Tables};
use crate::payments::party::Hop;
use crate::payments::recovery::settlement_file::ahead;
use crate::payments::weather::Weather;
use std::hash::Hasher;

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
        write_all(state, [*amount as u64, *created, *delivered, *owed_twice as u64]);
        let Order { touched: _, agreed, pending, blocked, paused, visits: _, .. } = self;
        let counts = [*fulfilled, *paid_again, pending.len() as u16, blocked.len() as u16];
        state.write_u64(quarters(counts));
        state.write_u64(u64::from(*live) << 32 | (paused.len() as u64) << 1 | u64::from(*agreed));
        paused.iter().for_each(|paused| paused.hash_standing(given, state));
        for (at, event) in pending.iter() {
            state.write_u64(*at);
            state.write_u64(event.without_occurrence().code());
        }
        blocked.iter().for_each(|event| state.write_u64(event.without_occurrence().code()));
        for hop in Hop::ALL {
            let Tables { attempts, records, files_read } = &hops[hop as usize];
            state.write_u64(quarters([attempts.len() as u16, *files_read, 0, 0]));
            for attempt in attempts.iter() {
                hash_attempt(self, given, hop, attempt, state);
            }
            for record in records.iter() {
                hash_record(given, hop, record, state);
            }
        }
    }
}

fn write_all<H: Hasher, const N: usize>(state: &mut H, words: [u64; N]) {
    words.into_iter().for_each(|word| state.write_u64(word));
}

/// Four numbers in one word.
fn quarters(parts: [u16; 4]) -> u64 {
    parts.iter().fold(0, |all, part| all << 16 | u64::from(*part))
}

/// A bit each.
fn bits<const N: usize>(flags: [bool; N]) -> u64 {
    flags.iter().fold(0, |all, flag| all << 1 | u64::from(*flag))
}

/// A number for what may be missing.
fn or_none<T>(one: Option<T>, number: impl Fn(T) -> u8) -> u8 {
    one.map_or(0, |one| number(one) + 1)
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
    let Attempt { purpose, state: standing, evidence, parent, of, amount, created, since, valid_until, .. } = *attempt;
    let Attempt { waiting, tabled, queries, asked_before, unknowns, sent, cancelling, cancelled, resent, closing, .. } =
        *attempt;
    let Attempt { again, overwritten, asked_by, reconciled, files_missed, last_missed, row_refuted, .. } = *attempt;
    let Attempt { row_seen, cases, unsaved, connection_lost, close_lost, heard, asked, retries, learned, .. } = *attempt;
    let Attempt { owed, leased_until, token, phase, branch, frozen, fence, tries, told_by, calls, .. } = *attempt;
    let [evidence, heard] = [evidence, heard].map(|one| or_none(one, |one| one as u8));
    let [asked_by, told_by] = [asked_by, told_by].map(|one| or_none(one, |one| one as u8));
    let names = [purpose as u8, standing as u8, evidence, asked_by, cases.code(), heard, told_by, phase as u8];
    state.write_u64(u64::from_be_bytes(names));
    let outer = order.records(Hop::MerchantPlatform);
    let below = |outer: &Numbered<Record>| hop == Hop::PlatformBank && usize::from(parent) < outer.len();
    // Was it asked for before the outer call ran out?
    let in_time = below(outer) && asked <= leaves(given, outer.get(parent));
    let first = [waiting, tabled, cancelling, cancelled, closing, again, overwritten, reconciled];
    let second = [row_refuted, row_seen, unsaved, connection_lost, close_lost, owed, frozen, in_time];
    state.write_u64(
        bits(first) << 56
            | bits(second) << 48
            | u64::from(u32::from_be_bytes([parent, of, branch, fence])) << 16
            | u64::from(tries),
    );
    state.write_u64(quarters([queries, unknowns, sent, resent]));
    state.write_u64(quarters([files_missed, last_missed, retries, token]));
    let here = &given.model.hops[hop as usize];
    let file = here.reconciliation.map_or(0, |file| {
        let shown = since.saturating_add_signed(ahead(here, given.weather, hop));
        u64::from(Calendar::business_date(shown, file.cut_off)) + 1
    });
    state.write_u64(u64::from(asked_before) << 32 | file << 8 | u64::from(calls));
    let skew = given.weather.skew.iter().map(|by| by.unsigned_abs()).max().unwrap_or(0);
    let expires = valid_until.saturating_add(2 * skew).saturating_add(here.late_max);
    let valid_until = if expires >= given.now { valid_until } else { 0 };
    // A scan looks for what was learned and is not written yet.
    let parent_is_paid = || below(outer) && outer.get(parent).state == State::Succeeded;
    let unwritten = match standing {
        // Where there is another one, this may have to be given back.
        State::Succeeded => order.attempts(hop).len() > 1 || (hop == Hop::PlatformBank && !parent_is_paid()),
        State::Pending | State::Unknown => heard != 0,
        State::None | State::Failed | State::Closed | State::Reversed => false,
    };
    let learned = if unwritten && here.compensation.is_some() { learned } else { 0 };
    write_all(state, [amount as u64, created, valid_until, to_come(leased_until, given.now), learned]);
}

/// When the outer caller hangs up.
fn leaves(given: &Circumstances, record: &Record) -> Micros {
    let read = given.model.hops[Hop::MerchantPlatform as usize].timeout.read;
    record.asked.saturating_add(read.unwrap_or(Micros::MAX))
}

fn hash_record<H: Hasher>(given: &Circumstances, hop: Hop, record: &Record, state: &mut H) {
    let Record { purpose, state: standing, amount, of, caller_waits, asked, calls, tried_by, charges, quirk, .. } = *record;
    let Record { hidden_until, decided, undone, date, listed, notified, acknowledged, closing, .. } = *record;
    let Record { decision, postponed, first_asked, adopted, locked_by, .. } = *record;
    let [adopted, locked_by] = [adopted, locked_by].map(|number| or_none(number, |number| number));
    let names = [purpose as u8, standing as u8, quirk as u8, decision as u8, adopted, locked_by, of, postponed];
    state.write_u64(u64::from_be_bytes(names));
    let flags = bits([caller_waits, listed, acknowledged, closing]);
    state.write_u64(
        flags << 56 | u64::from(calls) << 48 | u64::from(charges) << 32 | u64::from(date) << 16 | u64::from(notified),
    );
    state.write_u64(half_day(decided) << 40 | half_day(undone) << 8 | u64::from(tried_by));
    let here = &given.model.hops[hop as usize];
    let replicated = decided.saturating_add(here.replica_lag) > given.now;
    let call_lasts = hop == Hop::MerchantPlatform && leaves(given, record) >= given.now;
    let key_lasts = here.keys.is_some_and(|kept| first_asked.saturating_add(kept) > given.now);
    let or_over = |at: Micros, matters: bool| if matters { at } else { 0 };
    let decided = or_over(decided, replicated);
    let asked = or_over(asked, caller_waits || call_lasts);
    let first_asked = or_over(first_asked, key_lasts);
    write_all(state, [amount as u64, to_come(hidden_until, given.now), decided, asked, first_asked]);
}
