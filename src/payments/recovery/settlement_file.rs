//! The settlement file: which one lists a record, when it can be read, and what is wrong with it as a whole.
//!
//! Called by the downstream half (a success will be listed), by the upstream half (an unknown is looked for), and by the
//! file's timer. A record is listed in the first file of its business date or later that is published; its business date is
//! by the publisher's clock. What a single record says is the matter of `reconciliation`.

use crate::kernel::{Address, Calendar, Chooser, DAY, HOUR, Micros};
use crate::payments::event::{Event, Kind};
use crate::payments::fact::{Number, What};
use crate::payments::model::{HopModel, Reconciliation};
use crate::payments::party::Hop;
use crate::payments::site::{Place, SHARED, Site};
use crate::payments::step::{Step, Witness};
use crate::payments::weather::{Effect, FileEffect, Weather};

/// How long after a defective file, or an unanswered query about it, it is looked at again.
const LOOK_AGAIN: Micros = HOUR;

/// How far the clock is ahead by which the upstream dates: the publisher's, if that is the rule, else its own.
pub(crate) fn ahead(here: &HopModel, weather: &Weather, hop: Hop) -> i64 {
    let whose = if here.rules.publishers_date { hop.downstream() } else { hop.upstream() };
    weather.skew[whose as usize]
}

/// When the file of a business date can be read: at its time on the next day, by the publisher's clock.
#[inline]
pub(crate) fn published(file: Reconciliation, date: u16, weather: &Weather, hop: Hop) -> Micros {
    let by_its_clock = (Micros::from(date) + 1) * DAY + file.file_at;
    by_its_clock.saturating_add_signed(-weather.skew[hop.downstream() as usize])
}

impl<C: Chooser, W: Witness> Step<'_, C, W> {
    /// A success will be listed in the file of its business date.
    #[inline]
    pub(crate) fn settle(&mut self, hop: Hop, number: Number) {
        let Some(file) = self.model.hops[hop as usize].reconciliation else { return };
        let date = Calendar::business_date(self.clock(hop.downstream()), file.cut_off);
        let record = self.order.record(hop, number);
        record.date = (date + 1) as u16;
        record.listed = false;
        // Every file is read; only those that list this order, or lack it, matter to it.
        self.expect_file_of(hop, date, file);
    }

    /// What has become unknown, or has succeeded, is looked for first in the file of the day on which it was asked for.
    #[inline]
    pub(crate) fn expect_file(&mut self, hop: Hop, number: Number) {
        if let Some(file) = self.model.hops[hop as usize].reconciliation {
            let date = self.first_file(hop, number, file);
            self.expect_file_of(hop, date, file);
        }
    }

    /// The first file that should have the attempt, as the upstream sees it.
    #[inline]
    pub(crate) fn first_file(&mut self, hop: Hop, number: Number, file: Reconciliation) -> u32 {
        let since = self.order.attempt(hop, number).since;
        Calendar::business_date(since.saturating_add_signed(ahead(self.hop(hop), self.weather, hop)), file.cut_off)
    }

    #[inline]
    fn expect_file_of(&mut self, hop: Hop, date: u32, file: Reconciliation) {
        let date = date as u16;
        let expected = |event: &Event| event.kind == Kind::FileDue && event.hop == hop && event.nth == date;
        if self.order.hops[hop as usize].files_read > date || self.order.pending.iter().any(|(_, event)| expected(event)) {
            return;
        }
        let at = published(file, date, self.weather, hop);
        self.order.pending.schedule(at.max(self.now), Event { nth: date, ..Event::on(Kind::FileDue, hop, 0) });
    }

    /// The file of `date` can be read; `fetched` counts how often that was tried.
    #[inline]
    pub(crate) fn file_due(&mut self, hop: Hop, date: u16, fetched: Number) {
        let Some(file) = self.model.hops[hop as usize].reconciliation else { return };
        let tables = &mut self.order.hops[hop as usize];
        tables.files_read = tables.files_read.max(date + 1);
        let whole = match self.file_effect(hop, date, fetched) {
            None => Contents::Whole,
            // Who checks nothing takes a file that is not there for one that lists nothing.
            Some(FileEffect::Late(_) | FileEffect::Absent) if !self.hop(hop).rules.check_file => Contents::Nothing,
            Some(FileEffect::Late(by)) => return self.fetch_again(hop, date, fetched, by),
            Some(FileEffect::Absent) => return self.next_file(hop, date, file, true),
            Some(FileEffect::Truncated) if self.hop(hop).rules.check_file => {
                return self.fetch_again(hop, date, fetched, LOOK_AGAIN);
            }
            Some(FileEffect::Truncated) => Contents::FirstHalf,
        };
        let mut unresolved = false;
        let mut again = false;
        for number in 0..self.order.attempts(hop).len() as Number {
            match self.match_record(hop, number, date, fetched, whole) {
                Match::Settled => {}
                Match::NextFile => unresolved = true,
                Match::LookAgain => again = true,
            }
        }
        if again {
            self.fetch_again(hop, date, fetched, LOOK_AGAIN);
        }
        self.next_file(hop, date, file, unresolved);
    }

    /// What is wrong with the file as a whole; the same for every order.
    #[inline]
    fn file_effect(&mut self, hop: Hop, date: u16, fetched: Number) -> Option<FileEffect> {
        if fetched > 0 {
            return None;
        }
        let at = Address { stream: SHARED, site: Site::Hop(hop, Place::File).index(), occurrence: date };
        let effect = self.strike_on(at, Micros::from(date) * DAY)?;
        let used = !self.hop(hop).rules.check_file;
        self.tell(What::FileStruck { hop, date, nth: date, effect, used });
        match effect {
            Effect::File(file) => Some(file),
            Effect::Message(_)
            | Effect::Decision(_)
            | Effect::Row(_)
            | Effect::Write(_)
            | Effect::Process(_)
            | Effect::Intrude(..) => None,
        }
    }

    fn fetch_again(&mut self, hop: Hop, date: u16, fetched: Number, after: Micros) {
        self.after(after, Event { nth: date, ..Event::on(Kind::FileDue, hop, fetched.saturating_add(1)) });
    }

    /// The job that reads a file has crashed, and has not said that it was through: the file is still there, and is read when
    /// the job is back, whatever else was planned for it.
    pub(crate) fn read_again(&mut self, file: Event, at: Micros) {
        let Event { hop, nth: date, number: fetched, .. } = file;
        self.order.pending.cancel(|event| event.kind == Kind::FileDue && event.hop == hop && event.nth == date);
        self.order.pending.schedule(at, Event { number: fetched.saturating_add(1), ..file });
    }

    fn next_file(&mut self, hop: Hop, date: u16, file: Reconciliation, needed: bool) {
        if needed {
            self.expect_file_of(hop, u32::from(date) + 1, file);
        }
    }
}

/// What there is of a file that is read.
#[derive(Clone, Copy)]
pub(crate) enum Contents {
    /// All of it.
    Whole,
    /// Its first half.
    FirstHalf,
    /// Nothing.
    Nothing,
}

/// What came of looking for a number in a file.
pub(crate) enum Match {
    /// Nothing more to do.
    Settled,
    /// Look into the next date's file.
    NextFile,
    /// Look into this one again.
    LookAgain,
}
