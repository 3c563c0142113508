//! The bank: decides on a record, debits the customer, settles, gives back. The innermost downstream, with a ledger.
//!
//! Called by the downstream half of the inner hop. It knows nothing of merchants.

use crate::kernel::{Calendar, Chooser, DAY, Micros};
use crate::payments::event::{Event, Kind};
use crate::payments::fact::{Account, Book, Number, Purpose, State, Tells, What};
use crate::payments::grounds::Cause;
use crate::payments::message::Message;
use crate::payments::model::Capacity;
use crate::payments::order::Quirk;
use crate::payments::party::Hop;
use crate::payments::recovery::settlement_file::published;
use crate::payments::site::{Place, Site};
use crate::payments::step::{Step, Witness};
use crate::payments::weather::{Effect, Fate, WriteEffect};

const HOP: Hop = Hop::PlatformBank;

impl<C: Chooser, W: Witness> Step<'_, C, W> {
    /// A new record: its fate is drawn once, and the decision scheduled.
    #[inline]
    pub(crate) fn bank_accepts(&mut self, number: Number) {
        let purpose = self.order.record(HOP, number).purpose;
        let at = self.visit(Site::Hop(HOP, Place::decision(purpose)));
        let struck = self.strike(at);
        let model = self.model;
        let takes = self.size(at, &model.hops[HOP as usize].processing);
        let mut outcome = if self.refundable(HOP, number) { Tells::Success } else { Tells::Failure };
        let mut delay = takes;
        if let Some(effect @ Effect::Decision(fate)) = struck {
            self.tell(What::Fated { hop: HOP, number, purpose, nth: at.occurrence, effect });
            (outcome, delay) = self.bank_is_struck(number, fate, outcome, takes);
        }
        self.bank_will_decide(number, outcome, delay);
        if matches!(struck, Some(Effect::Decision(Fate::StayProcessing(_)))) {
            self.answer_processing(HOP, number);
        }
    }

    /// What a fate makes of the decision: the outcome, and when.
    fn bank_is_struck(&mut self, number: Number, fate: Fate, outcome: Tells, takes: Micros) -> (Tells, Micros) {
        let now = self.now;
        let record = self.order.record(HOP, number);
        match fate {
            Fate::StayProcessing(by) | Fate::DebitLate(by) => (outcome, takes.saturating_add(by)),
            Fate::Hide(by) => {
                record.hidden_until = now.saturating_add(by);
                (outcome, takes)
            }
            Fate::Decline => (Tells::Failure, takes),
            Fate::NeverSettle => {
                record.quirk = Quirk::NeverSettles;
                (outcome, takes)
            }
            Fate::ReturnUnsettled => {
                record.quirk = Quirk::ReturnsUnsettled;
                (outcome, takes)
            }
            Fate::FalseFailure(by) => {
                record.quirk = Quirk::DebitsAfterFailure;
                self.bank_will_decide(number, Tells::Success, takes.saturating_add(by));
                (Tells::Failure, takes)
            }
            Fate::IgnoreClose(by) => {
                record.quirk = Quirk::IgnoresClose;
                (outcome, takes.saturating_add(by))
            }
            Fate::Underpay => {
                record.quirk = Quirk::Underpaid;
                (outcome, takes)
            }
        }
    }

    #[inline]
    fn bank_will_decide(&mut self, number: Number, tells: Tells, delay: Micros) {
        self.order.launch();
        self.order.record(HOP, number).decision = tells;
        self.after(delay, Event { tells, ..Event::on(Kind::Decide, HOP, number) });
    }

    /// After a restart the bank finds which decisions it had taken and not carried out.
    pub(crate) fn bank_resumes(&mut self) {
        for number in 0..self.order.records(HOP).len() as Number {
            let record = *self.order.record(HOP, number);
            let is_it = |event: &Event| event.is(Kind::Decide, HOP, number);
            let under_way = self.order.pending.iter().any(|(_, event)| is_it(event));
            if record.state == State::Pending && record.decision != Tells::Nothing && !under_way {
                self.bank_will_decide(number, record.decision, 0);
            }
        }
    }

    /// The decision: the customer is debited (or, for a refund, credited), or not.
    #[inline]
    pub(crate) fn bank_decides(&mut self, number: Number, outcome: Tells) {
        self.order.land();
        let record = *self.order.record(HOP, number);
        let closed = matches!(record.state, State::Closed | State::Reversed);
        if closed && record.quirk != Quirk::IgnoresClose {
            return;
        }
        if outcome != Tells::Success && record.charges > 0 {
            // A second charge under the same number was declined: the first one stands.
            return self.answer_as_decided(HOP, number);
        }
        match self.write(HOP, Place::RecordWrite, number) {
            Ok(()) => {}
            // The debit is rolled back with the write that failed, and tried again.
            Err(WriteEffect::Fail) => {
                let wait = self.postpone(HOP, number);
                return self.bank_will_decide(number, outcome, wait);
            }
            // Debited, but the bank's front end saw an error: nobody is answered.
            Err(WriteEffect::CommitUnknown) => self.order.record(HOP, number).caller_waits = false,
        }
        self.order.record(HOP, number).decision = Tells::Nothing;
        if outcome != Tells::Success {
            return self.decided(HOP, number, State::Failed, Cause::Decision);
        }
        let charged = self.order.record(HOP, number);
        if charged.quirk == Quirk::Underpaid && charged.charges == 0 {
            charged.amount = (charged.amount / 2).max(1);
        }
        charged.charges = charged.charges.saturating_add(1);
        let amount = charged.amount;
        let source = if matches!(record.quirk, Quirk::NeverSettles | Quirk::ReturnsUnsettled) {
            Account::Suspense
        } else {
            Account::Settlement
        };
        match record.purpose {
            Purpose::Payment => self.post(Book::Bank, Account::Customer, source, amount, number),
            Purpose::Refund => self.post(Book::Bank, Account::Settlement, Account::Customer, amount, number),
        }
        if record.quirk == Quirk::ReturnsUnsettled {
            return self.bank_will_give_back(number);
        }
        self.decided(HOP, number, State::Succeeded, Cause::Decision);
    }

    /// A debit that is not settled is given back when the file that lacks it is out.
    fn bank_will_give_back(&mut self, number: Number) {
        let at = match self.hop(HOP).reconciliation {
            Some(file) => {
                let date = Calendar::business_date(self.clock(HOP.downstream()), file.cut_off);
                published(file, date as u16, self.weather, HOP)
            }
            None => (Micros::from(Calendar::day(self.now)) + 1) * DAY,
        };
        self.order.launch();
        self.after(at.saturating_sub(self.now), Event::on(Kind::GiveBack, HOP, number));
    }

    /// The bank gives back what it debited and did not settle.
    pub(crate) fn bank_gives_back(&mut self, number: Number) {
        self.order.land();
        let record = self.order.record(HOP, number);
        // A reversal may have given it back before.
        if record.charges == 0 {
            return;
        }
        record.charges -= 1;
        let amount = record.amount;
        self.post(Book::Bank, Account::Suspense, Account::Customer, amount, number);
        self.decided(HOP, number, State::Failed, Cause::Reversal);
    }

    /// What comes to the bank waits in one line for one counter, where its capacity is limited; when the line is full it is
    /// turned away. `true`: it is not served now.
    #[inline]
    pub(crate) fn waits_for_the_bank(&mut self, message: Message, event: Event) -> bool {
        match self.model.capacity {
            None => false,
            Some(capacity) => self.stands_in_line_at_the_bank(capacity, message, event),
        }
    }

    fn stands_in_line_at_the_bank(&mut self, capacity: Capacity, message: Message, event: Event) -> bool {
        let (answer, in_flight) = match message {
            Message::Request => (Message::Answer, true),
            Message::Refund => (Message::RefundAnswer, true),
            Message::Close => (Message::CloseAnswer, true),
            Message::Query => (Message::QueryAnswer, false),
            Message::Answer
            | Message::RefundAnswer
            | Message::CloseAnswer
            | Message::QueryAnswer
            | Message::Notification
            | Message::Ack
            | Message::Handover
            | Message::HandoverAnswer => return false,
        };
        match self.shared.turn_at_the_bank(capacity, self.now) {
            Some(turn) if turn <= self.now => false,
            Some(turn) => {
                self.tell(What::Queued { message, number: event.number, until: turn });
                self.order.pending.schedule(turn, Event { branch: event.branch | Event::SERVED, ..event });
                true
            }
            None => {
                if in_flight {
                    self.order.land();
                }
                self.tell(What::TurnedAway { message, number: event.number });
                self.send(HOP, answer, event.number, Tells::RateLimited);
                true
            }
        }
    }

    /// A reversal of what was debited: the customer gets it back at once.
    pub(crate) fn bank_reverses(&mut self, number: Number) {
        let record = self.order.record(HOP, number);
        let (amount, charges) = (record.amount, std::mem::take(&mut record.charges));
        let source = if record.quirk == Quirk::NeverSettles { Account::Suspense } else { Account::Settlement };
        for _ in 0..charges {
            self.post(Book::Bank, source, Account::Customer, amount, number);
        }
        self.order.record(HOP, number).undone = self.now;
        self.stop_notifying(HOP, number);
        self.move_record(HOP, number, State::Reversed, Cause::Reversal);
    }
}
