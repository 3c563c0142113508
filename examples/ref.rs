use paychaos::kernel::*;
use paychaos::payments::{model::*, money::Currency, rules::Rules, site::*, weather::*};
use paychaos::scenario::*;
fn main() {
    let n: u32 = std::env::args().nth(1).unwrap().parse().unwrap();
    let s = reff(n);
    let mode = std::env::args().nth(2).unwrap_or("both".into());
    for together in [false, true] {
    if mode == "one" && together || mode == "all" && !together { continue }
    let t = std::time::Instant::now();
    let mut o = paychaos::run::Options { seed: None, without: &[], stories: 0, together, progress: &mut |_| true };
    let out = paychaos::run::once(&s, &mut o, None);
    let dt = t.elapsed();
    println!("events {} {:.2}/order ns/event {:.1} digest {:x} viol {:?} {:?} ext {:?} int {:?} rec {:?} unrec {}", out.totals.events, out.totals.events as f64 / n as f64, dt.as_nanos() as f64 / out.totals.events as f64, out.digest, out.violated, out.verdict, out.totals.dropped_external, out.totals.dropped_internal, out.totals.recovered_by, out.totals.unrecovered);
    }
}
fn reff(n: u32) -> Scenario {
    let hop = |lo, hi, read, notif| HopModel {
        latency: Distribution::uniform(lo, hi).unwrap(),
        late_max: 10 * MINUTE,
        processing: Distribution::fixed(0).unwrap(),
        timeout: Timeout { connect: SECOND, read: Some(read) },
        valid_for: 30 * MINUTE,
        notification: notif,
        polling: Some(Polling { plan: vec![0, SECOND, 2 * SECOND, 4 * SECOND, 8 * SECOND, 16 * SECOND], max: 6, rate_limit: None, batch: None }),
        reversal: None,
        reconciliation: None,
        repeated_number: RepeatedNumber::SameAnswer,
        refund_retry: MINUTE,
        manual_queue: false,
        rules: Rules::HARDENED,
    };
    let notif = Notification { gaps: vec![SECOND, 15 * SECOND, 15 * SECOND, 30 * SECOND, 180 * SECOND], failures: false, tolerance: 300 * SECOND, queue: NotificationQueue::PerEvent };
    let mut w = Weather::calm();
    w.storm_end = 10 * DAY;
    let lose = Strike { effect: Effect::Message(MessageEffect::Drop), fault: "lose", breach: false };
    for h in Hop::ALL {
        for m in [Message::Answer, Message::Notification, Message::Ack, Message::Query, Message::QueryAnswer] {
            w.allow(Site::Hop(h, Place::Message(m)), lose.clone(), 85_899_345);
        }
    }
    w.allow(Site::Hop(Hop::MerchantPlatform, Place::RecordWrite), Strike { effect: Effect::Write(WriteEffect::Fail), fault: "fail_update", breach: false }, 42_949_672);
    Scenario {
        name: "refflow".into(), about: "".into(), seed: Some(7),
        purchases: Purchases::Drawn { count: n, start: 10 * HOUR, arrivals: Arrivals::Gap(Distribution::uniform(0, 1999).unwrap()), amount: Distribution::uniform(100, 50000).unwrap() },
        model: Model { hops: [hop(5000, 50000, SECOND, None), hop(10000, 200000, 250 * MILLISECOND, Some(notif))],
            platform: Platform { order_model: OrderModel::OneToMany, tables: Tables::TwoDatabases, compensation: Some(Compensation { scan: MINUTE, replica_lag: 0 }) },
            customer: Customer { pays_again_odds: 0, pays_again_after: MINUTE, pays_again_at_most: 0 }, returns: vec![], calendar: Calendar::default(), currency: Currency::CNY, deadline: Deadline::BusinessDays(4) },
        weather: w, script: vec![], expect: Expect::Consistent, goals: vec![], warnings: vec![],
    }
}
