//! Strategies in words, from the model that was resolved: what is written here is what was run.
//!
//! Called when a question is made. It must not know results.

use super::comparison::Mechanism;
use crate::kernel::{Micros, format_duration, format_instant};
use crate::payments::model::{
    Compensation, Model, Notification, NotificationQueue, Polling, Reconciliation, Retry, Reversal, ReversalKind,
    Transaction, TransactionKind,
};
use crate::payments::party::Hop;
use crate::scenario::comparison::plan_in_words;

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
        let name = of.kind.name().to_owned();
        all.push(Mechanism { place: "platform".to_owned(), name, parameters: transaction(of) });
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
