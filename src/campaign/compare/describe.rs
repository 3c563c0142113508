//! Strategies and assumptions in words, from the model that was resolved: what is written here is what was run.
//!
//! Called when a question is made. It must not know results.

use super::comparison::{Assumption, Mechanism};
use crate::kernel::{Micros, format_duration, format_instant};
use crate::payments::model::{
    Compensation, HopModel, Model, Notification, NotificationQueue, Polling, Reconciliation, Retry, Reversal, ReversalKind,
    Tables, Transaction, TransactionKind,
};
use crate::payments::site::Hop;
use crate::scenario::comparison::{Compared, plan_in_words};
use crate::scenario::{Arrivals, Purchases, Scenario};

/// The mechanisms that are on.
pub fn mechanisms(model: &Model) -> Vec<Mechanism> {
    let mut all = Vec::new();
    for hop in Hop::ALL {
        let of = &model.hops[hop as usize];
        let mut on = |name: &str, parameters: String| {
            all.push(Mechanism { place: hop.name().to_owned(), name: name.to_owned(), parameters });
        };
        if let Some(read) = of.timeout.read {
            on("timeout", format!("connect {}, read {}", format_duration(of.timeout.connect), format_duration(read)));
        }
        one(&of.notification, "notification", notification, &mut on);
        one(&of.polling, "polling", polling, &mut on);
        one(&of.reversal, "reversal", reversal, &mut on);
        one(&of.reconciliation, "reconciliation", reconciliation, &mut on);
        one(&of.retry, "retry", retry, &mut on);
        one(&of.compensation, "compensation", compensation, &mut on);
    }
    if let Some(of) = &model.platform.transaction {
        let name = match of.kind {
            TransactionKind::TwoPhaseCommit => "two_phase_commit",
            TransactionKind::Tcc => "tcc",
            TransactionKind::Saga => "saga",
            TransactionKind::Outbox => "outbox",
        };
        all.push(Mechanism { place: "platform".to_owned(), name: name.to_owned(), parameters: transaction(of) });
    }
    all
}

fn one<T>(of: &Option<T>, name: &str, words: fn(&T) -> String, on: &mut impl FnMut(&str, String)) {
    if let Some(of) = of {
        on(name, words(of));
    }
}

fn times(times: &[Micros]) -> String {
    const MOST: usize = 8;
    let shown: Vec<String> = times.iter().take(MOST).map(|time| format_duration(*time)).collect();
    let more = if times.len() > MOST { format!(" and {} more", times.len() - MOST) } else { String::new() };
    shown.join(", ") + &more
}

fn notification(of: &Notification) -> String {
    let queue = match of.queue {
        NotificationQueue::PerEvent => "",
        NotificationQueue::FirstInFirstOut => ", one queue per endpoint",
    };
    format!("after {}{queue}", times(&of.gaps))
}

fn polling(of: &Polling) -> String {
    let limit = of.rate_limit.map_or(String::new(), |rate| format!(", {rate}/s in all"));
    let batch = of.batch.map_or(String::new(), |batch| format!(", {} every {}", batch.size, format_duration(batch.every)));
    format!("{}{limit}{batch}", plan_in_words(&of.plan, of.max))
}

fn reversal(of: &Reversal) -> String {
    let kind = match of.kind {
        ReversalKind::Close => "close",
        ReversalKind::Cancel => "cancel",
    };
    format!("{kind} after {} queries without an answer, again every {}", of.after_unknowns, format_duration(of.retry))
}

fn reconciliation(of: &Reconciliation) -> String {
    let clock =
        |time: Micros| format_instant(time).split(' ').nth(1).map_or(String::new(), |clock| clock.chars().take(5).collect());
    let cut_off = if of.cut_off >= crate::kernel::DAY { "midnight".to_owned() } else { clock(of.cut_off) };
    format!("cut-off at {cut_off}, file at {} of the next day, waits for {} files", clock(of.file_at), of.wait_files)
}

fn retry(of: &Retry) -> String {
    format!("{} times, after {}, then twice as long", of.max, format_duration(of.gap))
}

fn compensation(of: &Compensation) -> String {
    let lag =
        if of.replica_lag > 0 { format!(" on a replica {} behind", format_duration(of.replica_lag)) } else { String::new() };
    let scan = of.scan.map_or("no scan".to_owned(), |scan| format!("scan every {}{lag}", format_duration(scan)));
    format!("{scan}, worker every {}", format_duration(of.worker))
}

fn transaction(of: &Transaction) -> String {
    let relay = match of.kind {
        TransactionKind::Outbox => format!("relay every {}, ", format_duration(of.relay)),
        TransactionKind::TwoPhaseCommit | TransactionKind::Tcc | TransactionKind::Saga => String::new(),
    };
    format!("{relay}again after {}", format_duration(of.retry))
}

/// A share of 2^32 as a decimal.
pub fn odds(odds: u64) -> String {
    let millionths = (u128::from(odds) * 1_000_000 + (1 << 31)) >> 32;
    let text = format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// What the scenario assumes, whatever the strategy.
pub fn assumptions(compared: &Compared, scenario: &Scenario) -> Vec<Assumption> {
    let model = &scenario.model;
    let mut all: Vec<(String, String)> = Vec::new();
    let mut assume = |what: &str, value: String| all.push((what.to_owned(), value));
    assume("orders", orders(&scenario.purchases, compared));
    for hop in Hop::ALL {
        let of = &model.hops[hop as usize];
        assume(&format!("{}: a message travels", hop.name()), of.latency.describe());
        assume(&format!("{}: no message is later than", hop.name()), format_duration(of.late_max));
        assume(&format!("{}: an order can be paid for", hop.name()), format_duration(of.valid_for));
    }
    assume("bank: decides in", model.hops[Hop::PlatformBank as usize].processing.describe());
    assume("platform: its two tables are", tables(model));
    let again = &model.customer;
    if again.pays_again_odds > 0 {
        let how = format!("with {}, after {}", odds(again.pays_again_odds), format_duration(again.pays_again_after));
        assume("customer: pays again", how);
    }
    assume("faults strike until", format_instant(scenario.weather.storm_end));
    assume("books must agree by", deadline(model));
    assume("contract", contract(model));
    let source = |what: &str| {
        let own = compared.sources.iter().find(|(name, _)| what.starts_with(name.as_str()));
        own.map_or("the comparison file, or the default of the scenario".to_owned(), |(_, source)| source.clone())
    };
    let own = |(what, value): (String, String)| Assumption { source: source(&what), what, value };
    let mut all: Vec<Assumption> = all.into_iter().map(own).collect();
    for profile in &compared.profiles {
        let what = format!("profile {}", profile.name);
        all.push(Assumption { what, value: profile.about.clone(), source: profile.source.clone() });
    }
    for (what, source) in &compared.sources {
        if !all.iter().any(|known| known.source == *source) {
            all.push(Assumption { what: what.clone(), value: String::new(), source: source.clone() });
        }
    }
    all
}

fn orders(purchases: &Purchases, compared: &Compared) -> String {
    match purchases {
        Purchases::Listed(list) => format!("{} listed in a file", list.len()),
        Purchases::Drawn { count, start, arrivals, amount } => {
            let come = match arrivals {
                Arrivals::Gap(gap) => format!("from {} on, one after {}", format_instant(*start), gap.describe()),
                Arrivals::Daily { days: 1, .. } => "over a day, by hourly weights".to_owned(),
                Arrivals::Daily { days, .. } => format!("over {days} days, by hourly weights"),
            };
            let median = compared.currency.format(amount.median() as i64);
            format!("{count} under each seed, {come}; half of them below {median} {}", compared.currency.code())
        }
    }
}

fn tables(model: &Model) -> String {
    match model.platform.tables {
        Tables::SameDatabase => "in one database, one commit",
        Tables::TwoDatabases => "in two databases, two commits",
        Tables::TwoApplications => "in two applications, with a call between them",
    }
    .to_owned()
}

fn deadline(model: &Model) -> String {
    use crate::payments::model::Deadline;
    match model.deadline {
        Deadline::After(time) => format!("{} after the later of that and the order's creation", format_duration(time)),
        Deadline::BusinessDays(days) => format!("{days} business days after the later of that and the order's creation"),
    }
}

fn contract(model: &Model) -> String {
    let refuses = |hop: &HopModel| hop.rules.refuse_late_original;
    let late = if model.hops.iter().all(refuses) { ", a request after its close or expiry is refused" } else { "" };
    format!(
        "messages may be lost, late, doubled, overtaken or forged; a final answer is true{late}; profiles marked as breach say otherwise"
    )
}
