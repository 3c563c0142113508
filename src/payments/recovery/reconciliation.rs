//! Reconciliation: the downstream's settlement file is matched record by record, both ways.
//!
//! Called when a settlement file is read, for every number of an order. Which file that is, and whether it can be read, is
//! the matter of `settlement_file`.

use crate::kernel::{Chooser, DAY, Micros};
use crate::payments::cases::Reason;
use crate::payments::fact::{Account, Book, Number, Purpose, State, Tells, What};
use crate::payments::grounds::{Cause, Evidence, Found};
use crate::payments::order::Quirk;
use crate::payments::party::Hop;
use crate::payments::recovery::settlement_file::{Contents, Match};
use crate::payments::site::{Place, Site};
use crate::payments::step::{Step, Witness};
use crate::payments::told::Told;
use crate::payments::weather::{Effect, Flaw, RowEffect, WriteEffect};

/// How often a difference is queried before the record itself is believed.
const QUERIES: Number = 3;

impl<C: Chooser, W: Witness> Step<'_, C, W> {
    /// Looks for one number in the file.
    pub(crate) fn match_record(
        &mut self,
        hop: Hop,
        number: Number,
        date: u16,
        fetched: Number,
        contents: Contents,
    ) -> Match {
        let record = *self.order.record(hop, number);
        let attempt = *self.order.attempt(hop, number);
        let due = record.date > 0 && record.date <= date + 1 && !record.listed;
        // What was undone after the file had been made is still in it as a success.
        let made = (Micros::from(date) + 1) * DAY;
        let succeeded = record.state == State::Succeeded || (record.undone > made && record.decided <= made);
        let settles = succeeded && !matches!(record.quirk, Quirk::NeverSettles | Quirk::NeverListed);
        if attempt.row_seen && !attempt.reconciled {
            return self.difference(hop, number, date, fetched, None);
        }
        if !(due && settles) {
            return self.no_row(hop, number, date, None);
        }
        let missing = match contents {
            Contents::Whole => false,
            Contents::FirstHalf => record.decided % DAY >= DAY / 2,
            Contents::Nothing => true,
        };
        if missing {
            self.order.record(hop, number).listed = true;
            return self.no_row(hop, number, date, None);
        }
        let at = self.visit(Site::Hop(hop, Place::Row));
        let effect = if fetched > 0 { None } else { self.strike_on(at, Micros::from(date) * DAY) };
        let Some(Effect::Row(row)) = effect else {
            self.order.record(hop, number).listed = true;
            return self.row(hop, number, date, fetched, None, Flaw::None);
        };
        self.struck_row(hop, number, date, fetched, (at.occurrence, row))
    }

    /// A record that is not listed as it should be.
    fn struck_row(&mut self, hop: Hop, number: Number, date: u16, fetched: Number, (nth, row): (u16, RowEffect)) -> Match {
        let struck = Some((nth, Effect::Row(row)));
        let checked = self.hop(hop).rules.check_file;
        match row {
            RowEffect::NextDate => {
                self.order.record(hop, number).date = date + 2;
                self.no_row(hop, number, date, struck);
                return Match::NextFile;
            }
            RowEffect::NeverListed => {
                self.order.record(hop, number).quirk = Quirk::NeverListed;
                return self.no_row(hop, number, date, struck);
            }
            RowEffect::Missing
            | RowEffect::Doubled
            | RowEffect::OtherAmount
            | RowEffect::OtherUnit
            | RowEffect::OtherSign
            | RowEffect::OtherStatus
                if checked =>
            {
                self.tell(What::FileStruck { hop, date, nth, effect: Effect::Row(row), used: false });
                return Match::LookAgain;
            }
            RowEffect::Missing
            | RowEffect::Doubled
            | RowEffect::OtherAmount
            | RowEffect::OtherUnit
            | RowEffect::OtherSign
            | RowEffect::OtherStatus => {}
        }
        self.order.record(hop, number).listed = true;
        match row {
            RowEffect::OtherStatus => {
                self.tell(What::FileRead { hop, number, date, found: Found::Status, struck });
                self.no_row(hop, number, date, None)
            }
            RowEffect::Missing => self.no_row(hop, number, date, struck),
            RowEffect::Doubled => {
                let first = self.row(hop, number, date, fetched, None, Flaw::None);
                self.doubled(hop, number, date, struck);
                first
            }
            RowEffect::OtherAmount | RowEffect::OtherUnit | RowEffect::OtherSign => {
                self.row(hop, number, date, fetched, struck, Flaw::OtherAmount)
            }
            RowEffect::NextDate | RowEffect::NeverListed => Match::NextFile,
        }
    }

    /// The file lists the number.
    #[inline]
    fn row(&mut self, hop: Hop, number: Number, date: u16, fetched: Number, struck: Struck, flaw: Flaw) -> Match {
        let attempt = *self.order.attempt(hop, number);
        if flaw != Flaw::None {
            self.tell(What::FileRead { hop, number, date, found: Found::Amount, struck });
            if attempt.state != State::Succeeded && !attempt.overwritten {
                let told = Told { tells: Tells::Success, cause: Cause::Reconciliation, evidence: Evidence::FileRow, flaw };
                self.learn(hop, number, told);
            }
            if self.order.attempt(hop, number).state != State::Succeeded {
                return Match::Settled;
            }
            self.post_settlement(hop, number, wrong_amount(attempt.amount, struck));
            self.order.attempt(hop, number).reconciled = true;
            return Match::Settled;
        }
        if attempt.overwritten {
            self.tell(What::FileRead { hop, number, date, found: Found::ChannelOnly, struck });
            self.put_before_a_person(hop, number, Reason::ChannelOnly);
            return Match::Settled;
        }
        if attempt.state == State::Succeeded {
            return self.matched(hop, number, date, struck);
        }
        self.order.attempt(hop, number).row_seen = true;
        self.difference(hop, number, date, fetched, struck)
    }

    /// The channel has it, the upstream does not count it as succeeded (长款): query first, then believe the record.
    fn difference(&mut self, hop: Hop, number: Number, date: u16, fetched: Number, struck: Struck) -> Match {
        if self.order.attempt(hop, number).state == State::Succeeded {
            return self.matched(hop, number, date, struck);
        }
        self.tell(What::FileRead { hop, number, date, found: Found::ChannelOnly, struck });
        if self.order.attempt(hop, number).row_refuted {
            // A close explains why the file was overtaken. Nothing explains a failure of what the file lists as paid.
            if self.order.attempt(hop, number).state == State::Failed {
                self.put_before_a_person(hop, number, Reason::ChannelOnly);
            }
            return Match::Settled;
        }
        // What was cancelled may have been settled before that: no file says what became of it since.
        let rules = self.hop(hop).rules;
        let outdated = rules.query_after_cancel && self.order.attempt(hop, number).cancelled;
        if rules.query_first && (fetched < QUERIES || outdated) {
            self.order.attempt(hop, number).asked_by = Some(Cause::Reconciliation);
            self.query(hop, number);
            return Match::LookAgain;
        }
        let told =
            Told { tells: Tells::Success, cause: Cause::Reconciliation, evidence: Evidence::FileRow, flaw: Flaw::None };
        let known = self.learn(hop, number, told);
        if self.order.attempt(hop, number).state == State::Succeeded {
            return self.reconcile(hop, number);
        }
        if known { Match::Settled } else { Match::LookAgain }
    }

    /// The file does not list the number.
    fn no_row(&mut self, hop: Hop, number: Number, date: u16, struck: Struck) -> Match {
        let attempt = *self.order.attempt(hop, number);
        let Some(file) = self.hop(hop).reconciliation else { return Match::Settled };
        let expected = self.first_file(hop, number, file) <= u32::from(date);
        if attempt.reconciled || attempt.cases.has(Reason::NeverSettled) || !expected || attempt.overwritten {
            return self.missed_by_nobody(hop, date, struck);
        }
        match attempt.state {
            State::Succeeded => self.succeeded_but_absent(hop, number, date, struck),
            State::Pending | State::Unknown => self.unknown_and_absent(hop, number, date, struck),
            State::None | State::Failed | State::Closed | State::Reversed => self.missed_by_nobody(hop, date, struck),
        }
    }

    /// Nobody looks for it. That it was left out struck all the same: nobody will learn of it.
    fn missed_by_nobody(&mut self, hop: Hop, date: u16, struck: Struck) -> Match {
        if let Some((nth, effect)) = struck {
            self.tell(What::FileStruck { hop, date, nth, effect, used: true });
        }
        Match::Settled
    }

    /// Succeeded here, absent there (短款): in suspense until the files that it may be in are through.
    fn succeeded_but_absent(&mut self, hop: Hop, number: Number, date: u16, struck: Struck) -> Match {
        self.tell(What::FileRead { hop, number, date, found: Found::PlatformOnly, struck });
        if self.missed(hop, number, date) {
            self.put_before_a_person(hop, number, Reason::NeverSettled);
            return Match::Settled;
        }
        Match::NextFile
    }

    /// Unknown here, absent there: in suspense for one more file, then closed, then failed.
    fn unknown_and_absent(&mut self, hop: Hop, number: Number, date: u16, struck: Struck) -> Match {
        self.tell(What::FileRead { hop, number, date, found: Found::Absent, struck });
        if !self.missed(hop, number, date) {
            return Match::NextFile;
        }
        let refund = self.order.attempt(hop, number).purpose == Purpose::Refund;
        if refund {
            return Match::NextFile;
        }
        if self.hop(hop).rules.close_before_fail {
            if !self.order.attempt(hop, number).closing {
                self.order.attempt(hop, number).asked_by = Some(Cause::Reconciliation);
                self.close_now(hop, number);
            }
            return Match::NextFile;
        }
        self.learn_end(hop, number, State::Failed, Told::by(Cause::Reconciliation).because(Evidence::None));
        Match::Settled
    }

    /// One more file without it; `true` when there were enough.
    fn missed(&mut self, hop: Hop, number: Number, date: u16) -> bool {
        let wait = match (self.hop(hop).rules.wait_for_next_file, self.hop(hop).reconciliation) {
            (true, Some(file)) => file.wait_files.max(1),
            (false, _) | (_, None) => 1,
        };
        let attempt = self.order.attempt(hop, number);
        if attempt.last_missed <= date {
            attempt.last_missed = date + 1;
            attempt.files_missed = attempt.files_missed.saturating_add(1);
        }
        attempt.files_missed >= wait
    }

    /// Both sides have it.
    #[inline]
    fn matched(&mut self, hop: Hop, number: Number, date: u16, struck: Struck) -> Match {
        let same = self.order.record(hop, number).amount == self.order.attempt(hop, number).amount;
        let found = if same { Found::Matched } else { Found::Amount };
        self.tell(What::FileRead { hop, number, date, found, struck });
        if hop == Hop::PlatformBank && self.hop(hop).rules.duplicate_drives_payment {
            self.drive_if_behind(number, Cause::Reconciliation);
        }
        self.reconcile(hop, number)
    }

    /// Both sides have it: the money moves, as much as the file says. If that is not what was taken for paid, a person must
    /// look.
    #[inline]
    fn reconcile(&mut self, hop: Hop, number: Number) -> Match {
        // Until that is written, the row is looked at again.
        self.order.attempt(hop, number).row_seen = true;
        if self.write(hop, Place::AttemptWrite, number) == Err(WriteEffect::Fail) {
            return Match::LookAgain;
        }
        let amount = self.order.record(hop, number).amount;
        let attempt = self.order.attempt(hop, number);
        attempt.reconciled = true;
        if attempt.amount != amount {
            self.put_before_a_person(hop, number, Reason::OtherAmount);
        }
        self.post_settlement(hop, number, amount);
        Match::Settled
    }

    /// The same record once more in the file.
    fn doubled(&mut self, hop: Hop, number: Number, date: u16, struck: Struck) {
        self.tell(What::FileRead { hop, number, date, found: Found::Doubled, struck });
        if !self.hop(hop).rules.apply_once {
            let amount = self.order.attempt(hop, number).amount;
            self.post_settlement(hop, number, amount);
        }
    }

    /// The platform's book: the bank has paid, or the merchant has been paid.
    #[inline]
    fn post_settlement(&mut self, hop: Hop, number: Number, amount: i64) {
        let purpose = self.order.attempt(hop, number).purpose;
        let (mut debit, mut credit) = match hop {
            Hop::PlatformBank => (Account::Cash, Account::ReceivableFromBank),
            Hop::MerchantPlatform => (Account::PayableToMerchant, Account::Cash),
        };
        if purpose == Purpose::Refund {
            std::mem::swap(&mut debit, &mut credit);
        }
        self.post(Book::Platform, debit, credit, amount, number);
    }
}

/// The record's occurrence, and what struck it.
type Struck = Option<(u16, Effect)>;

/// What a defective record says instead of the amount.
fn wrong_amount(amount: i64, struck: Struck) -> i64 {
    match struck.map(|(_, effect)| effect) {
        Some(Effect::Row(RowEffect::OtherUnit)) => amount / 100,
        Some(Effect::Row(RowEffect::OtherSign)) => -amount,
        Some(Effect::Row(RowEffect::OtherAmount)) => amount + 1,
        Some(_) | None => amount,
    }
}
