//! The books of one order at any moment, side by side: what each party has written down under each number, and what it
//! comes to. A fold over facts.
//!
//! Called by the story and the pages that show books. Must not know how they are shown.

use crate::payments::fact::{Account, Book, Fact, Number, Purpose, State, What};
use crate::payments::money::Money;
use crate::payments::party::Hop;
use crate::report::paint::Tone;

/// One of the four books that must agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Table {
    /// The merchant's orders.
    MerchantOrder = 0,
    /// The platform's payment orders.
    PaymentOrder = 1,
    /// The platform's channel orders.
    ChannelOrder = 2,
    /// The bank's records.
    BankRecord = 3,
}

impl Table {
    /// All four, from the merchant inwards.
    pub const ALL: [Table; 4] = [Table::MerchantOrder, Table::PaymentOrder, Table::ChannelOrder, Table::BankRecord];

    /// What people call one entry of it.
    pub const fn name(self) -> &'static str {
        match self {
            Table::MerchantOrder => "merchant order",
            Table::PaymentOrder => "payment order",
            Table::ChannelOrder => "channel order",
            Table::BankRecord => "bank's record",
        }
    }

    /// Where the upstream of `hop` writes its attempts.
    pub const fn of_attempts(hop: Hop) -> Table {
        match hop {
            Hop::MerchantPlatform => Table::MerchantOrder,
            Hop::PlatformBank => Table::ChannelOrder,
        }
    }

    /// Where the downstream of `hop` writes its records.
    pub const fn of_records(hop: Hop) -> Table {
        match hop {
            Hop::MerchantPlatform => Table::PaymentOrder,
            Hop::PlatformBank => Table::BankRecord,
        }
    }
}

/// What a book says under one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Entry {
    /// What the number is for.
    pub purpose: Purpose,
    /// Its state.
    pub state: State,
    /// The amount that it is about.
    pub amount: Money,
    /// What has moved under it: positive from the customer, negative back.
    pub net: Money,
}

/// Whether the four books come to the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    /// They do.
    Agree,
    /// They do so far, but something is still pending or unknown.
    Open,
    /// They do not.
    Differ,
}

impl Agreement {
    /// It in words, with a sign.
    pub const fn words(self) -> (Tone, &'static str) {
        match self {
            Agreement::Agree => (Tone::Repair, "✓ the books agree"),
            Agreement::Open => (Tone::Warning, "! the same so far, but something is still open"),
            Agreement::Differ => (Tone::Fault, "✗ the books do not agree"),
        }
    }
}

/// The four books of one order.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct BookView {
    tables: [Vec<Option<Entry>>; 4],
}

impl BookView {
    /// The books after `facts`.
    pub fn after(facts: &[Fact]) -> BookView {
        let mut view = BookView::default();
        for fact in facts {
            view.apply(fact);
        }
        view
    }

    /// What follows from one more fact.
    pub fn apply(&mut self, fact: &Fact) {
        match fact.what {
            What::AttemptMoved { hop, number, purpose, amount, to, .. } => {
                let entry = self.entry_mut(Table::of_attempts(hop), number);
                *entry = Entry { purpose, state: to, amount, net: net(purpose, to, amount) };
            }
            What::RecordMoved { hop, number, purpose, to, .. } => {
                let amount = self.entry(Table::of_attempts(hop), number).map_or(0, |attempt| attempt.amount);
                let entry = self.entry_mut(Table::of_records(hop), number);
                (entry.purpose, entry.state) = (purpose, to);
                if hop == Hop::MerchantPlatform {
                    (entry.amount, entry.net) = (amount, net(purpose, to, amount));
                }
            }
            What::Posted { book: Book::Bank, debit, credit, amount, number, .. } => {
                let entry = self.entry_mut(Table::BankRecord, number);
                entry.net += if debit == Account::Customer { amount } else { 0 };
                entry.net -= if credit == Account::Customer { amount } else { 0 };
                entry.amount = amount;
            }
            What::Posted { book: Book::Platform, .. }
            | What::Created { .. }
            | What::PaidAgain { .. }
            | What::Sent { .. }
            | What::Received { .. }
            | What::Intruded { .. }
            | What::Ignored { .. }
            | What::GaveUp { .. }
            | What::Fated { .. }
            | What::WriteStruck { .. }
            | What::Fulfilled { .. }
            | What::Tabled { .. }
            | What::Untabled { .. }
            | What::Exhausted { .. }
            | What::FileRead { .. }
            | What::FileStruck { .. }
            | What::ScanFound { .. }
            | What::Owed { .. }
            | What::Mended { .. }
            | What::Leased { .. }
            | What::Fenced { .. }
            | What::Logged { .. }
            | What::Locked { .. }
            | What::Unlocked { .. }
            | What::Blocked { .. }
            | What::Halted { .. }
            | What::HaltedElsewhere { .. }
            | What::Restarted { .. }
            | What::WillAskAgain { .. }
            | What::Missed { .. }
            | What::TurnedAway { .. }
            | What::Queued { .. }
            | What::RefundWithheld { .. }
            | What::StandsInLine { .. }
            | What::ScanMisses { .. }
            | What::TakenForAnother { .. }
            | What::PaidOtherwise { .. }
            | What::PutBeforeAPerson { .. }
            | What::Agreed
            | What::Disagreed => {}
        }
    }

    /// What `table` says under `number`.
    pub fn entry(&self, table: Table, number: Number) -> Option<Entry> {
        self.tables[table as usize].get(usize::from(number)).copied().flatten()
    }

    /// How many numbers any book knows.
    pub fn numbers(&self) -> Number {
        let longest = self.tables.iter().map(Vec::len).max().unwrap_or(0);
        Number::try_from(longest).unwrap_or(Number::MAX)
    }

    /// What `table` comes to.
    pub fn net(&self, table: Table) -> Money {
        self.tables[table as usize].iter().flatten().map(|entry| entry.net).sum()
    }

    /// The one state that says most about `table`: unknown before pending before paid before the rest.
    pub fn gist(&self, table: Table) -> State {
        let states = self.tables[table as usize].iter().flatten().map(|entry| entry.state);
        states.max_by_key(|state| weight(*state)).unwrap_or(State::None)
    }

    /// Do all four come to the same?
    pub fn agreement(&self) -> Agreement {
        let nets = Table::ALL.map(|table| self.net(table));
        let mut entries = self.tables.iter().flatten().flatten();
        if nets.iter().any(|net| *net != nets[0]) {
            Agreement::Differ
        } else if entries.any(|entry| matches!(entry.state, State::Unknown | State::Pending)) {
            Agreement::Open
        } else {
            Agreement::Agree
        }
    }

    fn entry_mut(&mut self, table: Table, number: Number) -> &mut Entry {
        let (table, number) = (&mut self.tables[table as usize], usize::from(number));
        if table.len() <= number {
            table.resize(number + 1, None);
        }
        table[number].get_or_insert_with(Entry::default)
    }
}

fn net(purpose: Purpose, state: State, amount: Money) -> Money {
    match (state, purpose) {
        (State::Succeeded, Purpose::Payment) => amount,
        (State::Succeeded, Purpose::Refund) => -amount,
        (State::None | State::Pending | State::Unknown | State::Failed | State::Closed | State::Reversed, _) => 0,
    }
}

const fn weight(state: State) -> u8 {
    match state {
        State::None => 0,
        State::Closed => 1,
        State::Failed => 2,
        State::Reversed => 3,
        State::Succeeded => 4,
        State::Pending => 5,
        State::Unknown => 6,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn the_books_disagree_until_the_poll() {
        let story = sample::lost_answer();
        let gave_up = story.facts.iter().position(|fact| matches!(fact.what, What::Tabled { .. })).expect("tabled");
        let then = BookView::after(&story.facts[..gave_up]);
        assert_eq!(Table::ALL.map(|table| then.net(table)), [0, 0, 0, 12_800]);
        assert_eq!(then.gist(Table::ChannelOrder), State::Unknown);
        assert_eq!(then.agreement(), Agreement::Differ);
        let end = BookView::after(&story.facts);
        assert_eq!(Table::ALL.map(|table| end.net(table)), [12_800; 4]);
        assert_eq!(end.agreement(), Agreement::Agree);
    }

    #[test]
    fn a_double_charge_shows() {
        let end = BookView::after(&sample::double_charge().facts);
        assert_eq!(end.net(Table::BankRecord), 2 * end.net(Table::MerchantOrder));
        assert_eq!(end.numbers(), 2);
        assert_eq!(end.agreement(), Agreement::Differ);
        assert_eq!(BookView::after(&sample::lost_answer().facts[..7]).agreement(), Agreement::Open);
    }
}
