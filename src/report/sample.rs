//! Stories made by hand, as the model would tell them: what the tests of the formats are fed with.

use crate::kernel::{DAY, HOUR, Micros};
use crate::payments::cases::Reason;
use crate::payments::fact::{Account, Book, Fact, Number, Phase, Purpose, State, Tells, What};
use crate::payments::grounds::{Cause, Evidence, Found, GaveUp, Why};
use crate::payments::message::Message;
use crate::payments::money::{Currency, Money};
use crate::payments::party::{Hop, Party, Process};
use crate::payments::site::Place;
use crate::payments::weather::{Effect, Fate, FileEffect, Flaw, MessageEffect, ProcessEffect, RowEffect, WriteEffect};
use crate::run::outcome::{Bearer, Cost, Goal, Loss, Outcome, Story, Times, Totals, Verdict, Violation};
use std::collections::BTreeMap;
use {Hop::MerchantPlatform as MP, Hop::PlatformBank as PB};

const START: Micros = 9 * HOUR;

/// Facts of one order, with times in milliseconds after [`START`].
struct Tape {
    order: u32,
    amount: Money,
    facts: Vec<Fact>,
    seen: BTreeMap<(Hop, Message), u16>,
}

impl Tape {
    fn new(order: u32, amount: Money) -> Tape {
        Tape { order, amount, facts: Vec::new(), seen: BTreeMap::new() }
    }

    fn add(&mut self, ms: u64, what: What) {
        self.facts.push(Fact { at: START + ms * 1_000, order: self.order, what });
    }

    fn send(&mut self, ms: u64, hop: Hop, message: Message, number: Number, tells: Tells, effect: Option<Effect>) -> u16 {
        let count = self.seen.entry((hop, message)).or_insert(0);
        let nth = *count;
        *count += 1;
        let late = match effect {
            Some(Effect::Message(MessageEffect::Delay(by))) => by,
            _ => 0,
        };
        let arrives = START + (ms + 20) * 1_000 + late;
        self.add(ms, What::Sent { hop, message, number, nth, tells, effect, arrives });
        nth
    }

    fn get(&mut self, ms: u64, hop: Hop, message: Message, number: Number, nth: u16, tells: Tells) {
        self.add(ms, What::Received { hop, message, number, nth, tells, flaw: Flaw::None });
    }

    /// A calm message; returns when it arrives.
    fn pass(&mut self, ms: u64, hop: Hop, message: Message, number: Number, tells: Tells) -> u64 {
        let nth = self.send(ms, hop, message, number, tells, None);
        self.get(ms + 20, hop, message, number, nth, tells);
        ms + 20
    }

    fn attempt(&mut self, ms: u64, hop: Hop, number: Number, from: State, to: State, cause: Cause) {
        let evidence = match (to, cause) {
            (State::Succeeded, Cause::Polling) => Evidence::SignedQueryAnswer,
            (State::Succeeded, _) => Evidence::SignedAnswer,
            _ => Evidence::NotNeeded,
        };
        let (amount, purpose, flaw) = (self.amount, Purpose::Payment, Flaw::None);
        self.add(ms, What::AttemptMoved { hop, number, purpose, amount, from, to, cause, evidence, flaw });
    }

    fn record(&mut self, ms: u64, hop: Hop, number: Number, from: State, to: State, cause: Cause) {
        self.add(ms, What::RecordMoved { hop, number, purpose: Purpose::Payment, from, to, cause });
    }

    fn post(&mut self, ms: u64, book: Book, debit: Account, credit: Account, number: Number) {
        self.add(ms, What::Posted { book, debit, credit, amount: self.amount, credited: self.amount, number });
    }

    fn give_up(&mut self, ms: u64, hop: Hop, number: Number, why: GaveUp) {
        self.add(ms, What::GaveUp { hop, number, purpose: Purpose::Payment, why });
        self.attempt(ms, hop, number, State::Pending, State::Unknown, Cause::Timeout);
        self.add(ms, What::Tabled { hop, number });
    }

    /// The customer pays; ① arrives.
    fn start(&mut self) -> u64 {
        self.add(0, What::Created { number: 0, amount: self.amount });
        self.attempt(0, MP, 0, State::None, State::Pending, Cause::Request);
        let ms = self.pass(0, MP, Message::Request, 0, Tells::Nothing);
        self.record(ms, MP, 0, State::None, State::Pending, Cause::Request);
        self.attempt(ms, PB, 0, State::None, State::Pending, Cause::Request);
        ms
    }

    fn debit(&mut self, ms: u64, number: Number) {
        self.record(ms, PB, number, State::Pending, State::Succeeded, Cause::Decision);
        self.post(ms, Book::Bank, Account::Customer, Account::Settlement, number);
    }

    /// ④: the platform learns of the success.
    fn learn(&mut self, ms: u64, number: Number, from: State, cause: Cause) {
        self.attempt(ms, PB, number, from, State::Succeeded, cause);
        self.post(ms, Book::Platform, Account::ReceivableFromBank, Account::PayableToMerchant, number);
        self.record(ms, MP, 0, State::Pending, State::Succeeded, cause);
    }

    /// A query and its answer; returns when it is back.
    fn query(&mut self, ms: u64, hop: Hop, number: Number, tells: Tells) -> u64 {
        let ms = self.pass(ms, hop, Message::Query, number, Tells::Nothing);
        self.pass(ms, hop, Message::QueryAnswer, number, tells)
    }

    fn story(self, because: &str) -> Story {
        Story { order: self.order, amount: self.amount, facts: self.facts, because: because.to_owned() }
    }
}

/// ③ is lost; the platform finds out by polling, the merchant by a notification.
pub fn lost_answer() -> Story {
    let mut tape = Tape::new(0, 12_800);
    let ms = tape.start();
    let ms = tape.pass(ms, PB, Message::Request, 0, Tells::Nothing);
    tape.record(ms, PB, 0, State::None, State::Pending, Cause::Request);
    tape.debit(240, 0);
    tape.send(240, PB, Message::Answer, 0, Tells::Success, Some(Effect::Message(MessageEffect::Drop)));
    tape.give_up(5_020, PB, 0, GaveUp::ReadTimeout);
    let back = tape.pass(5_020, MP, Message::Answer, 0, Tells::Processing);
    tape.give_up(back, MP, 0, GaveUp::Processing);
    let ms = tape.query(10_020, PB, 0, Tells::Processing);
    tape.add(ms, What::Ignored { hop: PB, message: Message::QueryAnswer, number: 0, why: Why::Indefinite });
    let ms = tape.query(40_060, PB, 0, Tells::Success);
    tape.learn(ms, 0, State::Unknown, Cause::Polling);
    tape.add(ms, What::Untabled { hop: PB, number: 0 });
    let told = tape.pass(ms, MP, Message::Notification, 0, Tells::Success);
    tape.attempt(told, MP, 0, State::Unknown, State::Succeeded, Cause::Notification);
    tape.add(told, What::Fulfilled { number: 0 });
    tape.add(told, What::Untabled { hop: MP, number: 0 });
    tape.pass(told, MP, Message::Ack, 0, Tells::Nothing);
    tape.add(told + 20, What::Agreed);
    tape.story("the only order")
}

/// The first ② is late; the platform takes silence for failure and asks again under a new number: two debits.
pub fn double_charge() -> Story {
    let mut tape = Tape::new(1, 9_950);
    let ms = tape.start();
    let late = Some(Effect::Message(MessageEffect::Delay(600_000_000)));
    let nth = tape.send(ms, PB, Message::Request, 0, Tells::Nothing, late);
    tape.add(5_020, What::GaveUp { hop: PB, number: 0, purpose: Purpose::Payment, why: GaveUp::ReadTimeout });
    tape.facts.push(Fact {
        at: START + 5_020_000,
        order: 1,
        what: What::AttemptMoved {
            hop: PB,
            number: 0,
            purpose: Purpose::Payment,
            amount: 9_950,
            from: State::Pending,
            to: State::Failed,
            cause: Cause::Timeout,
            evidence: Evidence::None,
            flaw: Flaw::None,
        },
    });
    tape.add(125_000, What::PaidAgain { number: 1 });
    tape.attempt(125_000, PB, 1, State::None, State::Pending, Cause::Request);
    let ms = tape.pass(125_000, PB, Message::Request, 1, Tells::Nothing);
    tape.debit(ms + 200, 1);
    let back = tape.pass(ms + 200, PB, Message::Answer, 1, Tells::Success);
    tape.learn(back, 1, State::Pending, Cause::Answer);
    let back = tape.pass(back, MP, Message::Answer, 0, Tells::Success);
    tape.attempt(back, MP, 0, State::Pending, State::Succeeded, Cause::Answer);
    tape.add(back, What::Fulfilled { number: 0 });
    tape.add(back, What::Agreed);
    tape.get(600_040, PB, Message::Request, 0, nth, Tells::Nothing);
    tape.record(600_040, PB, 0, State::None, State::Pending, Cause::Request);
    tape.debit(600_240, 0);
    tape.add(600_240, What::Disagreed);
    let back = tape.pass(600_240, PB, Message::Answer, 0, Tells::Success);
    tape.add(back, What::Ignored { hop: PB, message: Message::Answer, number: 0, why: Why::AlreadyFailed });
    tape.story("violates money.charged_once")
}

/// A forged notification of success arrives while the bank is still at work, and declines.
pub fn forged_notification() -> Story {
    let mut tape = Tape::new(2, 500);
    let ms = tape.start();
    let flaw = Flaw::BadSignature;
    let (hop, message, number) = (PB, Message::Notification, 0);
    tape.add(90, What::Intruded { hop, number, nth: 0, tells: Tells::Success, flaw });
    tape.add(90, What::Ignored { hop, message, number, why: Why::BadSignature });
    tape.pass(ms + 100, PB, Message::Request, 0, Tells::Nothing);
    tape.record(200, PB, 0, State::None, State::Failed, Cause::Decision);
    let back = tape.pass(200, PB, Message::Answer, 0, Tells::Failure);
    tape.attempt(back, PB, 0, State::Pending, State::Failed, Cause::Answer);
    tape.record(back, MP, 0, State::Pending, State::Failed, Cause::Answer);
    let back = tape.pass(back, MP, Message::Answer, 0, Tells::Failure);
    tape.attempt(back, MP, 0, State::Pending, State::Failed, Cause::Answer);
    tape.add(back, What::Agreed);
    tape.story("longest to agree")
}

fn histogram(values: &[u64]) -> Times {
    let mut histogram = Times::default();
    for value in values {
        histogram.record(*value);
    }
    histogram
}

/// A run of one order for one story, of many for several; the double charge violates an invariant.
pub fn outcome(stories: Vec<Story>) -> Outcome {
    let many = stories.len() > 1;
    let doubled = stories.iter().find(|story| story.order == 1);
    let violations: Vec<Violation> = doubled.into_iter().map(violation).collect();
    let orders = if many { 1_000 } else { 1 };
    let dropped = if many { [[3, 21], [0, 4]] } else { [[0, 1], [0, 0]] };
    let mut recovered_by = BTreeMap::from([((PB, Cause::Polling), if many { 17 } else { 1 })]);
    if many {
        recovered_by.extend([
            ((PB, Cause::Notification), 5),
            ((PB, Cause::Reconciliation), 2),
            ((MP, Cause::Notification), 3),
        ]);
    }
    let times: &[u64] = if many { &[40_000_000, 42_000_000, 45_000_000, 3_600_000_000, DAY] } else { &[39_880_000] };
    Outcome {
        scenario: "lost-answer".to_owned(),
        about: "The bank debits, its answer is lost, polling finds out.".to_owned(),
        seed: many.then_some(7),
        verdict: match violations.first() {
            None => Verdict::Pass,
            Some(_) => Verdict::Fail(vec!["money.charged_once is violated, nothing should be".to_owned()]),
        },
        digest: 0x00ab_cdef_0123_4567,
        currency: Currency::CNY,
        totals: Totals {
            orders,
            paid: orders,
            events: orders * 31,
            dropped_external: dropped[0],
            dropped_internal: dropped[1],
            recovered_by,
            before_reconciliation: if many { 25 } else { 1 },
            unrecovered: u64::from(many),
            manual: 0,
            time_to_consistency: histogram(times),
            time_to_consistency_all: histogram(&[120_000, 130_000, 40_000_000]),
            cost: Cost { queries: 2, notifications: 1, ..Cost::default() },
            at_risk: 12_800 * 39_880_000,
            loss: Loss { customer: if violations.is_empty() { 0 } else { 9_950 }, ..Loss::default() },
            ..Totals::default()
        },
        coupled: None,
        violated: violations.iter().map(|violation| (violation.invariant, 1)).collect(),
        unexpected: violations.iter().map(|violation| violation.invariant).collect(),
        violations,
        goals: vec![
            Goal { name: "timed-out".to_owned(), reached: true },
            Goal { name: "recovered-by-polling".to_owned(), reached: !many },
        ],
        stories,
        skewed: Vec::new(),
        taken: Vec::new(),
        unreached: Vec::new(),
        spared_in_vain: Vec::new(),
        warnings: if many {
            vec!["platform-bank: the read timeout 5s is longer than the outer one, 3s".to_owned()]
        } else {
            Vec::new()
        },
    }
}

fn violation(story: &Story) -> Violation {
    Violation {
        invariant: "money.charged_once",
        order: story.order,
        at: START + 4 * DAY,
        told: false,
        excused: false,
        detail: "the bank has debited 199.00, the merchant has sold for 99.50".to_owned(),
        bearer: Some((Bearer::Customer, story.amount)),
        prevented_by: Some("hops.platform-bank.rules.unknown_is_not_failed".to_owned()),
    }
}

/// The run of many orders.
pub fn many() -> Outcome {
    outcome(vec![lost_answer(), double_charge(), forged_notification()])
}

/// A run with every kind of bearer, reason, and text that must be escaped or wrapped.
pub fn awkward() -> Outcome {
    let mut outcome = many();
    outcome.scenario =
        "<script>alert(1)</script> & a \"name\" that is far too long for one line of a terminal, 掉单; #1".to_owned();
    outcome.about = "x".repeat(200);
    outcome.stories[1].because =
        "violates money.charged_once, state.evidence, books.agree, books.settled, progress.deadline".to_owned();
    outcome.verdict = Verdict::Fail(vec!["y".repeat(200)]);
    let bearer = Some((Bearer::Party(Party::Platform), 1_000_000_000_000));
    outcome.violations[0] = Violation { detail: "<b>|".repeat(60), bearer, ..outcome.violations[0].clone() };
    outcome.stories[0].amount = 1_000_000_000_000;
    for fact in &mut outcome.stories[0].facts {
        if let What::AttemptMoved { amount, .. } | What::Created { amount, .. } | What::Posted { amount, .. } =
            &mut fact.what
        {
            *amount = 1_000_000_000_000;
        }
    }
    outcome
}

/// One fact of every kind, with every field filled.
pub fn every_fact() -> Vec<Fact> {
    let (hop, number, purpose, amount) = (PB, 0, Purpose::Payment, 12_800);
    let lost = Effect::Message(MessageEffect::Drop);
    let (message, nth, tells, flaw) = (Message::Notification, 0, Tells::Success, Flaw::OtherAmount);
    let (from, to) = (State::Pending, State::Succeeded);
    let row = Some(Effect::Row(RowEffect::Doubled));
    let whats = [
        What::Created { number, amount },
        What::PaidAgain { number },
        What::Sent { hop, message, number, nth, tells, effect: Some(Effect::Intrude(flaw, 5)), arrives: 7 },
        What::Received { hop, message, number, nth, tells, flaw },
        What::Intruded { hop, number, nth, tells, flaw },
        What::Ignored { hop, message, number, why: Why::OtherContent },
        What::GaveUp { hop, number, purpose: Purpose::Payment, why: GaveUp::ReadTimeout },
        What::AttemptMoved { hop, number, purpose, amount, from, to, cause: Cause::Polling, evidence: Evidence::None, flaw },
        What::RecordMoved { hop, number, purpose, from, to, cause: Cause::Decision },
        What::Fated { hop, number, purpose: Purpose::Payment, nth: 0, effect: Effect::Decision(Fate::Decline) },
        What::WriteStruck {
            hop,
            place: Place::AttemptWrite,
            number,
            purpose: Purpose::Payment,
            nth: 0,
            effect: Effect::Write(WriteEffect::Fail),
        },
        What::Posted { book: Book::Bank, debit: Account::Customer, credit: Account::Cash, amount, credited: 1, number },
        What::Fulfilled { number },
        What::Tabled { hop, number },
        What::Untabled { hop, number },
        What::Exhausted { hop, number, queries: 10 },
        What::FileRead { hop, number, date: 0, found: Found::Doubled, struck: row.map(|effect| (0, effect)) },
        What::FileStruck { hop, date: 0, nth: 0, effect: Effect::File(FileEffect::Truncated), used: false },
        What::ScanFound { hop, number },
        What::Owed { hop, number },
        What::Leased { hop, number, token: 1, until: START + 9 },
        What::Fenced { hop, number, token: 1 },
        What::Mended { hop, number },
        What::Logged { number, branch: 0, phase: Phase::Trying },
        What::Locked { number },
        What::Blocked { number },
        What::Unlocked { number },
        What::Halted {
            process: Process::Platform,
            hop,
            place: Place::AttemptWrite,
            nth: 0,
            effect: ProcessEffect::CrashBefore(5),
            until: START + 5,
        },
        What::HaltedElsewhere { process: Process::PlatformWorker, until: START + 5 },
        What::Restarted { process: Process::Platform },
        What::WillAskAgain { hop, number, after: 5, keyed: true },
        What::Missed { hop, message, number, nth },
        What::TurnedAway { message: Message::Query, number },
        What::Queued { message: Message::Query, number, until: START + 9 },
        What::StandsInLine { hop, number },
        What::RefundWithheld { number },
        What::ScanMisses { hop, number },
        What::TakenForAnother { hop, number: 2, first: 1, same: false },
        What::PaidOtherwise { hop, number, asked: amount, paid: amount / 2 },
        What::PutBeforeAPerson { hop, number, reason: Reason::StillUnknown },
        What::Sent { hop, message, number, nth, tells, effect: Some(lost), arrives: 9 },
        What::Agreed,
        What::Disagreed,
    ];
    whats.into_iter().enumerate().map(|(i, what)| Fact { at: START + i as u64 * 1_000_000, order: 0, what }).collect()
}
