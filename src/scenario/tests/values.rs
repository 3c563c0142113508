//! What scenarios come to.

use super::*;
use crate::faults;
use crate::kernel::{Address, DAY, Decision, HOUR, MILLISECOND, MINUTE, SECOND};
use crate::payments::address::SemanticAddress;
use crate::payments::message::Message;
use crate::payments::model::{Deadline, NotificationQueue, OrderModel, RepeatedNumber, ReversalKind, Tables};
use crate::payments::party::Hop;
use crate::payments::rules::Rules;
use crate::payments::site::{Place, SHARED, Site};
use crate::payments::weather::{Effect, Fate, MessageEffect};

fn address(text: &str) -> Address {
    SemanticAddress::parse(text).unwrap().0
}

#[test]
fn the_example_comes_to_what_it_says() {
    let scenario = fine(EXAMPLE);
    assert_eq!((scenario.name.as_str(), scenario.seed), ("case", Some(7)));
    let Purchases::Drawn { count, start, arrivals: Arrivals::Gap(gap), amount } = &scenario.purchases else { panic!() };
    assert_eq!((*count, *start, amount.quantile(0), amount.maximum()), (1000, 10 * HOUR, 100, 50_000));
    assert_eq!(gap.describe(), "exponential mean 20ms");
    let bank = &scenario.model.hops[1];
    let notification = bank.notification.as_ref().unwrap();
    assert_eq!((notification.gaps.len(), notification.gaps[0], notification.tolerance), (15, 15 * SECOND, 5 * MINUTE));
    assert_eq!(bank.polling.as_ref().unwrap().plan, [5, 30, 60, 180].map(|s| s * SECOND));
    assert_eq!(bank.reversal.unwrap().min_age, 5 * MINUTE, "the channel's");
    assert_eq!((bank.timeout.read, bank.reconciliation.unwrap().cut_off), (Some(5 * SECOND), 23 * HOUR));
    assert!(scenario.model.hops[0].notification.is_none());
    assert_eq!(scenario.model.hops[1].compensation.unwrap().replica_lag, 2 * SECOND);
    assert_eq!((scenario.model.customer.pays_again_odds, scenario.model.customer.pays_again_at_most), (1_288_490_188, 1));
    assert_eq!((scenario.model.deadline, scenario.weather.storm_end), (Deadline::After(4 * DAY), DAY));
    let answer = scenario.weather.at(Site::parse("platform-bank/answer").unwrap().index());
    assert_eq!((answer.odds.as_slice(), answer.strikes[0].fault), ([85_899_345].as_slice(), "lose"));
    let decision = scenario.weather.at(Site::parse("platform-bank/decision").unwrap().index());
    assert_eq!((decision.odds[0], decision.strikes[0].effect), ((1 << 32) - 4_166_118_277, Effect::Decision(Fate::Decline)));
    assert_eq!(scenario.weather.windows[0].to, 10 * HOUR + 30 * MINUTE);
    let at = address("order 1 / platform-bank / query-answer / 2");
    assert_eq!(scenario.script, [Scripted { at, decision: Decision { pick: Some(1), size: None } }]);
    assert_eq!(scenario.goals, ["timed-out", "recovered-by-polling"]);
}

#[test]
fn every_default_is_what_the_documentation_says() {
    let explicit = r#"
about: ""
orders: {count: 1, start: d0 10:00, arrivals: {every: 1s}, amount: 100.00, currency: CNY}
hops:
  merchant-platform:
    channel: none
    latency: {uniform: [5ms, 50ms]}
    processing: 0
    late: {max: 10m}
    strategy: article_hardened
    timeout: {connect: 1s, read: 10s}
    valid_for: 1h
    notification: none
    polling: {plan: [5s, 30s, 60s, 180s], max: 10, batch: none, rate_limit: none}
    reversal: {kind: close, after: 5, min_age: 0, retry: 30s}
    reconciliation: {cut_off: "24:00", file_at: "10:00", wait_files: 2}
    repeated_number: refuse
    refund_retry: 1m
    manual_queue: true
    rules: {effect_once: on}
  platform-bank:
    latency: {lognormal: {median: 60ms, p99: 900ms}}
    late: {max: 10m}
    timeout: {connect: 1s, read: 5s}
    valid_for: 30m
    polling: {plan: [5s, 30s, 60s, 180s], max: 10}
    reversal: {kind: close, after: 5, min_age: 0, retry: 30s}
    reconciliation: {cut_off: "00:00", file_at: "10:00", wait_files: 2}
platform: {order_model: one_to_many, tables: two_databases, internal: {compensation: none}}
bank: {approve: 1, processing: {lognormal: {median: 200ms, p99: 2s}}}
merchant: {returns: []}
calendar: {first_day: monday, holidays: []}
storm: 1d
faults: []
deadline: 4bd
expect: consistent
goals: []
"#;
    assert_eq!(format!("{:?}", fine(explicit)), format!("{:?}", fine("{}")));
    for text in ["about:\nfaults:\nhops:\n", "---\n{}\n", "\u{feff}{}"] {
        assert_eq!(format!("{:?}", fine(text)), format!("{:?}", fine("{}")), "{text}");
    }
}

#[test]
fn a_seed_is_there_when_anything_has_odds() {
    let seed = |text: &str| fine(text).seed;
    assert_eq!(seed("{}"), None);
    assert_eq!(seed("seed: 18446744073709551615"), Some(u64::MAX));
    assert_eq!(seed("orders: {count: 5, arrivals: {every: 1s}}"), None);
    assert_eq!(seed("faults: [outage: {hop: platform-bank, from: 10:00, to: 11:00}]"), None);
    assert_eq!(seed("faults: [lose: {at: order 1 / platform-bank / answer / 1}]"), None);
    for text in [
        "faults: [lose: {hop: platform-bank, probability: 0.1}]",
        "faults: [lose: {hop: platform-bank, probability: 1}]",
        "faults: [outage: {hop: platform-bank, from: 10:00, to: 11:00, happens: 0.5}]",
        "faults: [lose: {hop: platform-bank, from: 10:00, to: 11:00, probability: 0.5}]",
        "bank: {approve: 0.9}",
        "customer: {pays_again: {probability: 0.3}}",
        "merchant: {returns: [{after: 1h}]}",
        "orders: {amount: {uniform: [1, 2]}}",
        "orders: {count: 2, arrivals: {poisson: 1/s}}",
        "orders: {arrivals: {daily: {days: 2}}}",
    ] {
        assert_eq!(seed(text), Some(1), "{text}");
    }
}

#[test]
fn layers_cover_each_other() {
    let strategy =
        fine("hops: {platform-bank: {strategy: {polling: {max: 3}, rules: {check_file: off}}, rules: {inner_status: off}}}");
    let bank = &strategy.model.hops[1];
    assert_eq!(bank.polling.as_ref().unwrap().max, 3);
    assert!(bank.reversal.is_none() && bank.reconciliation.is_none(), "mechanisms that are not named are off");
    assert_eq!(bank.rules, Rules { check_file: false, inner_status: false, ..Rules::HARDENED });

    let alipay = fine("hops: {platform-bank: {channel: alipay, polling: {max: 4}}}");
    let bank = &alipay.model.hops[1];
    assert_eq!(
        (bank.polling.as_ref().unwrap().max, bank.polling.as_ref().unwrap().plan.as_slice()),
        (4, [5 * SECOND].as_slice())
    );
    assert_eq!(bank.reversal.unwrap().kind, ReversalKind::Cancel);

    let off = fine("hops: {platform-bank: {channel: wechat_pay_v3, strategy: article_literal, notification: none}}");
    assert!(off.model.hops[1].notification.is_none() && off.model.hops[1].reversal.is_none());
    assert_eq!(off.model.hops[1].rules, Rules::LITERAL);

    let back = fine("hops: {platform-bank: {channel: wechat_pay_v3, strategy: article_literal, reversal: {after: 1}}}");
    assert_eq!(back.model.hops[1].reversal.unwrap().min_age, 5 * MINUTE, "parameters outlast `none`");

    let gaps = fine("hops: {platform-bank: {channel: stripe, notification: {gaps: [1s, 2s], queue: fifo, failures: on}}}");
    let notification = gaps.model.hops[1].notification.clone().unwrap();
    assert_eq!(
        (notification.gaps.as_slice(), notification.queue),
        ([SECOND, 2 * SECOND].as_slice(), NotificationQueue::FirstInFirstOut)
    );
    assert!(notification.failures);
    assert_eq!(gaps.model.hops[1].repeated_number, RepeatedNumber::SameAnswer);
}

#[test]
fn the_command_line_goes_first() {
    let told = |strategy: Option<&str>, rule: Option<(Option<Hop>, &str, bool)>| {
        let rule = rule.map(|(hop, name, on)| (hop, name.to_owned(), on));
        let overrides = Overrides { strategy: strategy.map(str::to_owned), rule, draw: None };
        load_with(b"hops: {platform-bank: {rules: {effect_once: on}}}", "", &overrides)
    };
    let hops = told(Some("article_literal"), None).unwrap().model.hops;
    assert_eq!(hops.map(|hop| hop.rules), [Rules::LITERAL, Rules { effect_once: true, ..Rules::LITERAL }]);
    let hops = told(None, Some((Some(Hop::PlatformBank), "effect_once", false))).unwrap().model.hops;
    assert_eq!(hops.map(|hop| hop.rules.effect_once), [true, false]);
    let error = told(Some("article"), None).unwrap_err();
    assert_eq!((error[0].file.as_str(), error[0].line), ("command line", 0));
    assert!(error[0].render(false).contains("unknown strategy `article`"));
    assert!(told(None, Some((None, "efect_once", false))).unwrap_err()[0].help.as_ref().unwrap().contains("`effect_once`"));
}

#[test]
fn numbers_are_exact() {
    let odds = |p: &str| fine(&format!("customer: {{pays_again: {{probability: {p}}}}}")).model.customer.pays_again_odds;
    let nearly = format!("0.{}", "9".repeat(150));
    for (p, expected) in [
        ("0", 0),
        ("1", 1 << 32),
        ("1.000", 1 << 32),
        ("0.5", 1 << 31),
        (".25", 1 << 30),
        ("0.1", 429_496_729),
        ("1e-1", 429_496_729),
        ("5E-1", 1 << 31),
        ("0.00000000023283064365386962890625", 1),
        ("0.000", 0),
        (&nearly, (1 << 32) - 1),
    ] {
        assert_eq!(odds(p), expected, "{p}");
    }
    let less = "customer: {pays_again: {probability: 0.00000000023283064365386962890624}}";
    assert!(wrong(less)[0].message.ends_with("is less than can be drawn"));
    let returned = fine("merchant: {returns: [{probability: 0, after: 30s, share: 0.333333}]}").model.returns[0];
    assert_eq!((returned.odds, returned.after, returned.share_millionths), (0, 30 * SECOND, 333_333));
    let yen = fine("orders: {amount: 500, currency: JPY}");
    assert!(matches!(yen.purchases, Purchases::Drawn { amount, .. } if amount.constant() == Some(500)));
    let pareto = fine("bank: {processing: {pareto: {minimum: 20ms, shape: 1.5}}}").model.hops[1].processing.clone();
    assert_eq!(pareto.describe(), "pareto minimum 20ms shape 1.500");
    let list = fine("hops: {platform-bank: {processing: {list: [1ms, 5ms]}}}").model.hops[1].processing.clone();
    assert_eq!(list.maximum(), 5 * MILLISECOND);
}

#[test]
fn platforms_calendars_and_deadlines_are_read() {
    let scenario = fine(
        "platform: {order_model: overwrite, tables: same_database}\ncalendar: {first_day: friday, holidays: [3, d4]}\n\
         deadline: 2 business days\nstorm: d1 12:00\nfaults: [skew: {party: bank, by: -90s}]",
    );
    assert_eq!(
        (scenario.model.platform.order_model, scenario.model.platform.tables),
        (OrderModel::Overwrite, Tables::SameDatabase)
    );
    assert!(!scenario.model.calendar.is_business_day(3) && !scenario.model.calendar.is_business_day(4));
    assert_eq!((scenario.model.deadline, scenario.weather.storm_end), (Deadline::BusinessDays(2), DAY + 12 * HOUR));
    assert_eq!(scenario.weather.skew, [0, 0, -90_000_000]);
}

#[test]
fn orders_can_be_listed() {
    let csv = "at,amount,currency\n10:00,5.00,CNY\n\"d1 09:30\", 0.01 ,CNY\n";
    let scenario = load_with(b"orders: {from: orders.csv}", csv, &Overrides::default()).unwrap();
    let Purchases::Listed(list) = scenario.purchases else { panic!() };
    assert_eq!(
        list.iter().map(|row| (row.at, row.amount)).collect::<Vec<_>>(),
        [(10 * HOUR, 500), (DAY + 9 * HOUR + 30 * MINUTE, 1)]
    );
    assert_eq!((scenario.seed, scenario.model.currency.code()), (None, "CNY"));
    let yen =
        load_with(b"orders: {from: orders.csv}", "amount,at,currency\n500,1h,JPY\n600,1h,JPY\n", &Overrides::default())
            .unwrap();
    assert_eq!(yen.model.currency.code(), "JPY");
    assert!(matches!(yen.purchases, Purchases::Listed(list) if list[1].amount == 600));
}

#[test]
fn orders_can_follow_the_day() {
    let Purchases::Drawn { arrivals: Arrivals::Daily { weights, days }, .. } =
        fine("orders: {arrivals: {daily: {days: 3}}}").purchases
    else {
        panic!()
    };
    assert_eq!((weights.iter().max(), days), (Some(&100), 3));
    let weights = (0..24).map(|hour| hour.to_string()).collect::<Vec<_>>().join(", ");
    let text = format!("orders: {{arrivals: {{daily: {{weights: [{weights}]}}}}}}");
    assert!(
        matches!(fine(&text).purchases, Purchases::Drawn { arrivals: Arrivals::Daily { weights, days: 1 }, .. } if weights[23] == 23)
    );
}

/// A scenario in which every place of both hops is visited, so that every example can strike.
const EVERYTHING: &str = "storm: 3d\ncustomer: {pays_again: {probability: 0}}\nmerchant: {returns: [{probability: 0}]}\nhops: {merchant-platform: \
     {notification: {gaps: [1s]}}, platform-bank: {channel: wechat_pay_v3}}\n";

#[test]
fn every_example_of_a_fault_loads() {
    for kind in faults::ALL {
        let scenario = fine(&format!("{EVERYTHING}faults:\n  {}\n", kind.example));
        let weather = &scenario.weather;
        let struck = Site::all().any(|site| weather.at(site.index()).strikes.iter().any(|strike| strike.fault == kind.name));
        let happens = struck || !weather.windows.is_empty() || weather.skew != [0; 3] || !scenario.script.is_empty();
        assert!(happens, "{} has no effect", kind.name);
        let breach = Site::all().any(|site| weather.at(site.index()).strikes.iter().any(|strike| strike.breach));
        assert_eq!(breach, kind.breach, "{}", kind.name);
    }
}

const TRANSACTION: &str = "platform: {internal: {transaction: {kind: saga}}}\nmerchant: {returns: [{}]}\n";
const COMPENSATION: &str =
    "platform: {internal: {compensation: {}}}\nmerchant: {internal: {compensation: {}}, returns: [{}]}\n";

#[test]
fn a_strike_reads_back_from_its_script() {
    for kind in faults::ALL {
        for site in Hop::ALL.into_iter().flat_map(|hop| kind.sites(hop)) {
            let Some(strike) = kind.strike(site, Some(1_234_567)) else { continue };
            let stream = if site.shared() { SHARED } else { 0 };
            let at = Address { stream, site: site.index(), occurrence: 0 };
            if matches!(kind.form, faults::Form::Window(_) | faults::Form::TimedWindow(..)) {
                continue;
            }
            let internal = match site {
                Site::Hop(_, Place::LogWrite | Place::Message(Message::Handover | Message::HandoverAnswer)) => TRANSACTION,
                _ => COMPENSATION,
            };
            let everything = EVERYTHING.replace("merchant: {returns: [{probability: 0}]}\n", "");
            let scenario = fine(&format!("{everything}{internal}faults:\n  - {}\n", faults::script(at, &strike)));
            assert_eq!(scenario.script[0].at, at, "{}", kind.name);
            assert_eq!(scenario.weather.at(site.index()).strikes, [strike], "{} at {site}", kind.name);
        }
    }
}

#[test]
fn faults_come_by_odds_in_windows_and_by_script() {
    let scenario = fine(
        "orders: {count: 3}\nfaults:\n\
         - late: {hop: platform-bank, probability: 0.25, by: 7s}\n\
         - late: {site: [platform-bank/answer], probability: 0.25, by: 7s}\n\
         - outage: {site: [platform-bank/request, platform-bank/record-write], from: 1h, to: 2h, probability: 0.5, happens: 0.25}\n\
         - lose: {at: [order 1 / platform-bank / answer / 1, order 3 / platform-bank / request / 1]}\n\
         - take: {at: order 1 / platform-bank / answer / 1, time: 8s}\n\
         - take: {at: order 2 / customer / amount / 1, amount: 7.50}\n\
         - happen: {at: window / 1}\n\
         - spare: {at: order 2 / platform-bank / answer / 1}",
    );
    let answer =
        scenario.weather.at(Site::Hop(Hop::PlatformBank, Place::Message(crate::payments::message::Message::Answer)).index());
    assert_eq!(answer.odds, [1 << 31, 1 << 31], "equal strikes are one alternative; a scripted one adds no odds");
    assert_eq!(answer.strikes[0].effect, Effect::Message(MessageEffect::Delay(7 * SECOND)));
    let windows: Vec<_> =
        scenario.weather.windows.iter().map(|window| (window.strikes.len(), window.odds, window.hits)).collect();
    assert_eq!(windows, [(2, 1 << 30, 1 << 31)], "a message is lost and a write fails, or neither");
    let decision =
        |text: &str| scenario.script.iter().find(|scripted| scripted.at == address(text)).map(|scripted| scripted.decision);
    assert_eq!(decision("order 1 / platform-bank / answer / 1"), Some(Decision { pick: Some(2), size: Some(8 * SECOND) }));
    assert_eq!(decision("order 2 / customer / amount / 1"), Some(Decision { pick: None, size: Some(750) }));
    assert_eq!(decision("window / 1"), Some(Decision { pick: Some(1), size: None }));
    assert_eq!(decision("order 2 / platform-bank / answer / 1"), Some(Decision { pick: Some(0), size: None }));
}

#[test]
fn what_is_suspicious_is_said() {
    const LOSE: &str = "faults: [lose: {site: platform-bank/answer, probability: 0.02}]";
    let spares =
        |orders: &str| fine(&format!("{orders}\n{LOSE}")).warnings.iter().any(|warning| warning.contains("no fault"));
    assert!(spares("orders: {count: 100000}") && spares("orders: {count: 3, arrivals: {every: 10h}}"));
    assert!(!spares("orders: {count: 50000}") && !spares("storm: 1d\norders: {count: 100000}"));
    let returned = |after: &str| fine(&format!("merchant: {{returns: [{{after: {after}}}]}}")).warnings;
    assert!(returned("20d").iter().any(|warning| warning.contains("never made")) && returned("3d").is_empty());
    let says = |text: &str, part: &str| {
        let warnings = fine(text).warnings;
        assert!(warnings.iter().any(|warning| warning.contains(part)), "{part} is not in {warnings:?}");
    };
    says(
        "hops: {platform-bank: {timeout: {read: 12s}}}",
        "inner read timeout (12s on platform-bank) is not shorter than the outer one (10s",
    );
    says("hops: {merchant-platform: {timeout: {read: none}}}", "merchant-platform has no read timeout");
    says("hops: {platform-bank: {polling: {plan: [1h], max: 3}}}", "the 3 queries of platform-bank take 3h00m");
    says("storm: 9h\nfaults: [lose: {hop: platform-bank, probability: 0.1}]", "nothing can strike");
    let scripted = "storm: 9h\nfaults: [lose: {at: order 1 / platform-bank / answer / 1}, skew: {party: bank, by: 1s}]";
    assert!(fine(scripted).warnings.is_empty(), "a script strikes at any time, and a clock is wrong all the time");
    says("faults: [outage: {hop: platform-bank, from: 20h, to: 30h}]", "window 1 lasts until d1 06:00");
    says("faults: [outage: {hop: platform-bank, from: 25h, to: 30h}]", "window 1 never opens: it begins at d1 01:00");
    says("faults: [lose: {site: platform-bank/ack, probability: 0.1}]", "never strikes: platform-bank has no notifications");
    let handover = "faults: [lose: {site: platform-bank/handover, probability: 0.5}]";
    says(handover, "`lose` at `platform-bank/handover` never strikes: both tables belong to one application");
    says("faults: [fail_update: {site: platform-bank/log-write, probability: 0.5}]", "there is no distributed transaction");
    says("hops: {merchant-platform: {repeated_number: charge_again}}", "is no more than `same_answer`");
    says("hops: {merchant-platform: {rules: {unique_number: off}}}", "on merchant-platform changes nothing");
    assert!(fine("{}").warnings.is_empty());
}

#[test]
fn the_starter_loads_without_warnings() {
    let scenario = fine(STARTER);
    assert!(scenario.warnings.is_empty(), "{:?}", scenario.warnings);
}

#[test]
fn a_script_reads_back() {
    let kind = faults::find("late").unwrap();
    let at = address("order 2 / platform-bank / answer / 1");
    let strike = kind.strike(SemanticAddress(at).site().unwrap(), Some(77)).unwrap();
    let decisions = [
        (at, Decision { pick: Some(1), size: Some(1_234_567) }, Some(&strike)),
        (address("order 1 / platform-bank / answer / 1"), Decision { pick: Some(0), size: None }, None),
        (address("order 1 / customer / amount / 1"), Decision { pick: None, size: Some(12_345) }, None),
        (address("order 2 / customer / pays-again / 1"), Decision { pick: Some(1), size: None }, None),
    ];
    let lines = decisions
        .iter()
        .flat_map(|(at, decision, strike)| script(*at, *decision, *strike, crate::payments::money::Currency::CNY));
    let items: String = lines.map(|line| format!("  - {line}\n")).collect();
    let mut script = fine(&format!("{EVERYTHING}orders: {{count: 2}}\nfaults:\n{items}")).script;
    script.sort_by_key(|scripted| scripted.at);
    let mut expected: Vec<Scripted> =
        decisions.iter().map(|(at, decision, _)| Scripted { at: *at, decision: *decision }).collect();
    expected.sort_by_key(|scripted| scripted.at);
    assert_eq!(script, expected);
}

#[test]
fn a_strategys_compensation_applies_where_the_scenario_says_nothing() {
    let lags = |internal: &str| {
        let text = format!("platform: {{internal: {internal}}}\nhops: {{platform-bank: {{strategy: kill_bill_janitor}}}}");
        fine(&text).model.hops.map(|hop| hop.compensation.map(|compensation| compensation.replica_lag / HOUR))
    };
    assert_eq!(lags("{}"), [None, Some(12)]);
    assert_eq!(lags("{compensation: {replica_lag: 1h}}"), [None, Some(1)]);
    assert_eq!(lags("{compensation: none}"), [None, None]);
    assert_eq!(lags("{transaction: {kind: saga}}"), [None, None]);
}
