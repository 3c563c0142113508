//! Which mistakes are found, where they are shown, and what is said about them.

use super::*;

/// The only mistake in `text`: it stands at `line:column`, and its text has these parts.
#[track_caller]
fn one(text: &str, place: &str, parts: &[&str]) {
    let found = wrong(text);
    let shown = render_all(&found, false);
    assert_eq!(found.len(), 1, "\n{shown}");
    assert_eq!(format!("{}:{}", found[0].line, found[0].column), place, "\n{shown}");
    for part in [&["error: ", "dir/case.yaml:"], parts].concat() {
        assert!(shown.contains(part), "`{part}` is not in\n{shown}");
    }
}

#[test]
fn names_that_do_not_exist() {
    one("ordres: {}", "1:1", &["unknown key `ordres`", "did you mean `orders`?"]);
    one("hops:\n  platform-bank: {timeot: {}}", "2:19", &["unknown key `timeot`", "`timeout`"]);
    let compensation = "hops: {merchant-platform: {compensation: {}}}";
    one(compensation, "1:28", &["`compensation` is a key of `merchant.internal` and of `platform.internal`"]);
    one("hops: {platform-bank: {transaction: {}}}", "1:24", &["`transaction` is a key of `platform.internal`"]);
    one("orders: {currency: cny}", "1:20", &["`cny` is not a currency", "write CNY"]);
    one("bank: {processing: {betwen: [1, 5]}}", "1:21", &["did you mean `between`"]);
    one("seed: {betwen: [1, 5]}", "1:7", &["found a map", "did you mean `between`"]);
    one("hops: {bank-platform: {}}", "1:8", &["unknown key `bank-platform`", "`platform-bank`"]);
    one("hops: {platform-bank: {channel: wechat}}", "1:33", &["unknown channel `wechat`", "`wechat_pay_v3`"]);
    one("hops: {platform-bank: {strategy: article}}", "1:34", &["unknown strategy `article`", "`article_hardened`"]);
    one(
        "hops: {platform-bank: {notification: {schedule: alypay}}}",
        "1:49",
        &["unknown schedule `alypay`", "mean `alipay`"],
    );
    one("hops: {platform-bank: {rules: {efect_once: on}}}", "1:32", &["unknown rule `efect_once`", "`effect_once`"]);
    one("hops: {platform-bank: {repeated_number: refused}}", "1:41", &["unknown name `refused`", "mean `refuse`"]);
    one("faults:\n  - loze: {}", "2:5", &["unknown fault `loze`", "did you mean `lose`?"]);
    one("faults: [lose: {sight: x}]", "1:17", &["unknown key `sight`", "`site`", "the keys of `lose`"]);
    one("faults: [lose: {hop: platform-bank, probability: 0.1, by: 3s}]", "1:55", &["unknown key `by`"]);
    one(
        "faults: [lose: {site: platform-bank/anser, probability: 0.1}]",
        "1:23",
        &["unknown site", "`platform-bank/answer`"],
    );
    one("faults: [lose: {hop: bank, probability: 0.1}]", "1:22", &["unknown hop `bank`"]);
    one("faults: [skew: {party: banc, by: 1s}]", "1:24", &["unknown party `banc`", "`bank`"]);
    one("goals: [timedout]", "1:9", &["unknown goal `timedout`", "`timed-out`"]);
    one("expect: {violates: money.charged_onse}", "1:20", &["unknown invariant", "`money.charged_once`"]);
    one("expect: consistnt", "1:9", &["unknown name `consistnt`", "`consistent`"]);
    one("calendar: {first_day: funday}", "1:23", &["unknown day of the week `funday`", "`Sunday`"]);
}

#[test]
fn values_of_the_wrong_kind() {
    one("seed: seven", "1:7", &["`seven` is not a whole number", "from 0 to 18446744073709551615"]);
    one("orders: {count: -3}", "1:17", &["`-3` is not a number of orders", "from 1 to 1000000000"]);
    one("orders: {count: 0}", "1:17", &["`0` is not a number of orders", "from 1 to"]);
    let (long, far) = (format!("seed: {}", "9".repeat(400)), "seed: 1e400");
    one(&long, "1:7", &["`9999"]);
    one(far, "1:7", &["`1e400` is not a whole number"]);
    one("[a]: 4", "1:1", &["this key is a list or a map"]);
    one("faults:\n  - lose:\n    at: order 1 / platform-bank / answer / 1", "3:5", &["indent `at` by more than `lose`"]);
    one("goals: [timed-out, timed-out]", "1:20", &["the goal `timed-out` is given twice"]);
    one("merchant: {returns: [null]}", "1:22", &["this item is empty"]);
    one("expect: {violates: }", "1:18", &["this name needs a value"]);
    one("orders: {count: 9, arrivals: {poisson: 0.0001/s}}", "1:40", &["more than 3 decimals", "6/m"]);
    one("orders: {count: 9, arrivals: {poisson: 1000000000000/s}}", "1:40", &["is too fast", "the most is 1000000/s"]);
    one("storm: d99999999999 10:00", "1:8", &["`d99999999999 10:00` is later than 100 years"]);
    one("orders: 5", "1:9", &["found `5` where a map", "count"]);
    one("about: [x]", "1:8", &["found a list where a text"]);
    one("- x", "1:1", &["found a list where a map"]);
    one("hops: {platform-bank: {polling: 5}}", "1:33", &["found `5` where `none` or a map"]);
    one("hops: {platform-bank: {polling: nome}}", "1:33", &["found `nome` where", "did you mean `none`?"]);
    one("hops: {platform-bank: {timeout: {read: nome}}}", "1:40", &["`nome` is not a duration", "did you mean `none`?"]);
    one("hops: {platform-bank: {timeout: {read: soon}}}", "1:40", &["`soon` is not a duration", "write 5s", "or `none`"]);
    one("platform: {internal: {compensation: {scan: nome}}}", "1:44", &["`nome` is not a duration", "mean `none`?"]);
    one("hops: {platform-bank: {manual_queue: maybe}}", "1:38", &["`maybe` is not a switch", "on or off"]);
    one("faults: [lose]", "1:10", &["found `lose` where a map"]);
    one("faults: {lose: {}}", "1:9", &["found a map where a list"]);
    one("faults: [{lose: {hop: platform-bank, probability: 0.1}, late: {}}]", "1:57", &["several keys"]);
    one("expect: violates", "1:9", &["needs a value"]);
    one("bank: {processing: {uniform: [1s]}}", "1:30", &["length of this list is 1", "list of length 2"]);
    one("bank: {processing: {uniform: [1s, 2s, 3s]}}", "1:39", &["one too many"]);
    one("bank: {processing: {uniform: [1s, 2s], fixed: 3s}}", "1:40", &["`fixed` is one too many"]);
    one("bank: {processing: {lognormal: {median: 1s}}}", "1:32", &["the key `p99` is missing"]);
    one("bank: {processing: {uniform: [2s, 1s]}}", "1:35", &["lower end 2s is above the upper end 1s"]);
    one("orders: {arrivals: {daily: {weights: [1, 2]}}}", "1:38", &["24 whole numbers"]);
    one("orders: {arrivals: {poisson: fast}}", "1:30", &["`fast` is not a rate", "50/s"]);
    one("orders: {count: 1000000000, arrivals: {every: 1d}}", "1:39", &["more than 100 years"]);
}

#[test]
fn probabilities_out_of_range() {
    for (p, says) in [
        ("1.5", "probability 1.5 is above 1"),
        ("-0.1", "probability -0.1 is below 0"),
        (".nan", "`.nan` is not a probability"),
    ] {
        one(&format!("bank: {{approve: {p}}}"), "1:17", &[says, "from 0 (never) to 1 (always)"]);
    }
    for p in [".inf", "1e999", "2%", "1,5", "0x1", "1e", "e1", ".", "\"\"", "10e40"] {
        assert_eq!(wrong(&format!("bank: {{approve: {p}}}")).len(), 1, "{p}");
    }
    let both = "faults:\n  - lose: {site: platform-bank/answer, probability: 0.6}\n  - late: {site: platform-bank/answer, probability: 0.6}";
    one(both, "3:5", &["add up to more than 1"]);
}

#[test]
fn money_that_cannot_be() {
    one("orders: {amount: -5.00}", "1:18", &["amount -5.00 is negative"]);
    one("orders: {amount: {uniform: [1.00, 99999999999999999999]}}", "1:35", &["is too large", "10000000000.00"]);
    one("orders: {amount: {uniform: [1.001, 2]}}", "1:29", &["more than the 2 decimal places of CNY"]);
    one("orders: {amount: 0.00}", "1:18", &["could be 0"]);
    one("orders: {amount: {pareto: {minimum: 1.00, shape: 0.1}}}", "1:18", &["could be too large"]);
    one("orders: {amount: five}", "1:18", &["`five` is not an amount"]);
    one("orders: {currency: yuan}", "1:20", &["`yuan` is not a currency"]);
    one("orders: {currency: CNX}", "1:20", &["no currency has the code `CNX`", "the nearest is CNY"]);
}

#[test]
fn times_that_cannot_be() {
    one("hops: {platform-bank: {timeout: {read: 5}}}", "1:40", &["`5` has no unit", "5s"]);
    one("storm: soon", "1:8", &["`soon` is not an instant", "d1 10:00"]);
    one("deadline: 4", "1:11", &["`4` has no unit", "4d, or 4bd for business days"]);
    one("deadline: -4d", "1:11", &["negative"]);
    one("deadline: 4 busy days", "1:11", &["`busy` is not a unit"]);
    one("hops: {platform-bank: {reconciliation: {cut_off: \"25:00\"}}}", "1:50", &["not a time of day"]);
    one("hops: {platform-bank: {reversal: {retry: 0}}}", "1:42", &["never stops"]);
    one("hops: {platform-bank: {polling: {plan: []}}}", "1:40", &["`plan` has 0 values"]);
    one(
        "hops: {platform-bank: {polling: {plan: [1s], schedule: alipay_in_store}}}",
        "1:40",
        &["`plan` and `schedule` are both given"],
    );
    one("hops: {platform-bank: {polling: {max: 0}}}", "1:39", &["0 queries are too few"]);
    one("platform: {internal: {compensation: {scan: 0}}}", "1:44", &["never stop"]);
    one("bank: {processing: 1s}\nhops: {platform-bank: {processing: 2s}}", "2:36", &["given twice"]);
}

#[test]
fn a_schedule_is_for_notifications_or_for_queries() {
    let queries = "hops: {platform-bank: {polling: {schedule: alipay}}}";
    one(
        queries,
        "1:44",
        &["for `notification`, not for `polling`", "there are: `wechat_pay_v3_query`", "`hyperswitch_sync`"],
    );
    let sends = "hops: {platform-bank: {notification: {schedule: alipay_in_store}}}";
    one(sends, "1:49", &["for `polling`, not for `notification`", "there are: `wechat_pay_v3`", "`assumed_once`"]);
}

#[test]
fn faults_that_do_not_say_enough() {
    one("faults: [lose: {}]", "1:10", &["`lose` does not say when it strikes", "probability", "from", "at:"]);
    one("faults: [lose: {probability: 0.1}]", "1:10", &["`lose` does not say where", "hop"]);
    one("faults: [outage: {hop: platform-bank}]", "1:10", &["`outage` does not say from when to when"]);
    one("faults: [outage: {hop: platform-bank, from: 11:00, to: 10:00}]", "1:56", &["not after its begin"]);
    one(
        "faults: [lose: {hop: platform-bank, site: platform-bank/answer, probability: 0}]",
        "1:10",
        &["both a site and a hop"],
    );
    one("faults: [lose: {at: order 1 / platform-bank / answer / 1, probability: 0.1}]", "1:10", &["both by script"]);
    one(
        "faults: [decline: {site: platform-bank/answer, probability: 0.1}]",
        "1:26",
        &["cannot strike", "`platform-bank/decision`"],
    );
    one("faults: [late: {hop: platform-bank, probability: 0.1, by: 1h}]", "1:59", &["1h00m is later", "10m00s"]);
    one("faults: [take: {at: order 1 / platform-bank / file / 1, time: 1s}]", "1:21", &["looks like"]);
    one(
        "faults: [take: {at: order 1 / customer / amount / 1, time: 1s}]",
        "1:21",
        &["an amount is drawn", "amount: 100.00"],
    );
    one("faults: [take: {at: order 1 / platform-bank / row / 1, time: 1s}]", "1:21", &["no size is drawn"]);
    one("faults: [happen: {at: order 1 / platform-bank / answer / 1}]", "1:23", &["does not say what happens"]);
    one("faults: [skew: {party: bank}]", "1:10", &["`skew` needs a party and a time"]);
    let twice =
        "faults:\n- lose: {at: order 1 / platform-bank / answer / 1}\n- late: {at: order 1 / platform-bank / answer / 1}";
    one(twice, "3:14", &["given twice"]);
}

#[test]
fn addresses_that_can_never_occur() {
    let lose = |at: &str| format!("faults: [lose: {{at: {at}}}]\n");
    let bare = "hops: {platform-bank: {channel: wechat_pay_v3, strategy: {}}, merchant-platform: {strategy: {}}}\n";
    let polls = "hops: {platform-bank: {strategy: {polling: {max: 3}}}, merchant-platform: {strategy: {}}}\n";
    let at = "1:21";
    one(
        "faults: [fail_update: {at: order 1 / platform-bank / ack-write / 1}]",
        "1:28",
        &["can never occur", "platform-bank has no notifications"],
    );
    one(&lose("order 2 / platform-bank / answer / 1"), at, &["can never occur", "only order 1"]);
    one(&(lose("order 9 / platform-bank / answer / 1") + "orders: {count: 8}"), at, &["the last order is order 8"]);
    one(&lose("order 1 / platform-bank / notification / 1"), at, &["platform-bank has no notifications"]);
    one(&lose("order 1 / merchant-platform / ack / 1"), at, &["merchant-platform has no notifications"]);
    one(&(lose("order 1 / platform-bank / query-answer / 1") + bare), at, &["no polling"]);
    one(&(lose("order 1 / platform-bank / close / 1") + bare), at, &["no closing"]);
    let file = "faults: [file_absent: {at: platform-bank / file / day 0}]\n".to_owned();
    one(&(file + bare), "1:28", &["no settlement file"]);
    one(
        "faults: [truncate: {at: platform-bank / file / day 1}]",
        "1:25",
        &["date 1 begins at d1 00:00", "storm ends at d1 00:00", "storm: 2d"],
    );
    one("faults: [happen: {at: window / 1}]", "1:23", &["so many windows: at most 0"]);
    one("faults: [happen: {at: order 1 / customer / pays-again / 1}]", "1:23", &["at most 0", "pays_again"]);
    one("faults: [happen: {at: order 1 / merchant / return / 1}]", "1:23", &["at most 0", "returns"]);
    one("faults: [happen: {at: order 1 / orders / turn / 1}]", "1:23", &["no order comes after order 1", "events / turn"]);
    one(&lose("order 0 / platform-bank / answer / 1"), at, &["numbers go from 1 to"]);
    one(
        &lose("order 1 / platform-bank / anser / 1"),
        at,
        &["nothing is chosen at", "nearest site is `platform-bank/answer`"],
    );
    // How often something is sent depends on what else happens: what comes twice is answered twice.
    for at in ["request", "answer", "notification"] {
        fine(&(lose(&format!("order 1 / platform-bank / {at} / 20")) + bare));
    }
    for at in ["query", "query-answer"] {
        fine(&(lose(&format!("order 1 / platform-bank / {at} / 20")) + polls));
    }
    let closed_above = "hops: {platform-bank: {strategy: {}}, merchant-platform: {strategy: {reversal: {}}}}";
    fine(&(lose("order 1 / platform-bank / close / 1") + closed_above));
}

#[test]
fn a_channel_whose_gaps_nobody_publishes() {
    for channel in ["stripe", "paypal", "unionpay"] {
        let text = format!("hops: {{platform-bank: {{channel: {channel}}}}}");
        one(&text, "1:33", &["is incomplete", "notification: {gaps:", "assumed_exponential_3d"]);
        fine(&format!("hops: {{platform-bank: {{channel: {channel}, notification: {{schedule: assumed_once}}}}}}"));
        fine(&format!("hops: {{platform-bank: {{channel: {channel}, notification: none}}}}"));
    }
    one("hops: {platform-bank: {notification: {tolerance: 1m}}}", "1:38", &["notifications have no `gaps`"]);
}

#[test]
fn files_that_are_no_yaml() {
    one("", "1:1", &["the file is empty"]);
    one(" \n\n", "1:1", &["the file is empty"]);
    one("# later\n", "1:1", &["the file says nothing"]);
    one("~", "1:1", &["the file says nothing"]);
    one("hops:\n\tplatform-bank: {}", "2:2", &["tab", "spaces"]);
    one("faults: [", "1:9", &["not YAML"]);
    one("seed: 1\nseed: 2", "2:1", &["the key `seed` is given twice"]);
    one("seed: 1\n---\nseed: 2", "2:1", &["second document"]);
    one("about: *nobody", "1:8", &["not YAML"]);
    one("orders: &a [*a]", "1:13", &["inside its own anchor"]);
    let found = load_with(b"about: caf\xe9", "", &Overrides::default()).unwrap_err();
    assert_eq!((found[0].line, found[0].column), (1, 11));
    assert!(found[0].render(false).contains("not UTF-8: byte 0xe9"));
    fine("hops:\r\n  platform-bank: {channel: alipay}\r\n");
    fine("\u{feff}seed: 1");
}

#[test]
fn files_that_are_bombs() {
    let mut bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for (name, inner) in ('b'..='j').zip('a'..) {
        let items = vec![format!("*{inner}"); 10].join(", ");
        bomb.push_str(&format!("{name}: &{name} [{items}]\n"));
    }
    assert!(wrong(&bomb)[0].message.contains("aliases repeat too much"));
    let deep: String = (0..200).map(|i| format!("{}a:\n", " ".repeat(i))).collect();
    assert!(wrong(&deep)[0].message.contains("nested too deeply"));
    assert!(wrong(&"[".repeat(100_000))[0].message.contains("nested too deeply"));
    assert!(wrong(&"{a: ".repeat(100_000))[0].line == 1);
    assert!(wrong(&format!("goals: [{}]", "x, ".repeat(200_000)))[0].message.contains("too large"));
}

#[test]
fn all_mistakes_are_found_at_once() {
    let found = wrong(
        "sed: 1\nbank: {approve: 1.5}\nfaults:\n  - looze: {}\n  - lose: {site: platform-bank/anser, probability: 2}\n\
         goals: [x]\norders: {amount: {uniform: [0.001, x]}}\nhops: {platform-bank: &h {channel: ali, late: {max: 5}}, merchant-platform: *h}",
    );
    let places: Vec<(usize, usize)> = found.iter().map(|diagnostic| (diagnostic.line, diagnostic.column)).collect();
    assert_eq!(
        places,
        [(1, 1), (2, 17), (4, 5), (5, 18), (5, 52), (6, 9), (7, 36), (8, 36), (8, 53)],
        "{}",
        render_all(&found, false)
    );
}

#[test]
fn bad_rows_of_a_listing() {
    let csv = "at,amount,currency\n10:00,5.00,CNY\n\"10:01\", -5,CNY\nnoon,1,CNY\n10:02,0,CNY\n09:00,1.00,EUR\n09:00,1,CNY\n10:05\n";
    let found = load_with(b"orders: {from: orders.csv}", csv, &Overrides::default()).unwrap_err();
    let shown = render_all(&found, false);
    assert!(found.iter().all(|diagnostic| diagnostic.file == "dir/orders.csv"), "{shown}");
    let places: Vec<(usize, usize)> = found.iter().map(|diagnostic| (diagnostic.line, diagnostic.column)).collect();
    assert_eq!(places, [(3, 10), (4, 1), (5, 7), (6, 12), (7, 1), (8, 1)], "{shown}");
    for part in [
        "`-5` is negative",
        "noon",
        "another currency: EUR",
        "before the row above it",
        "the number of fields is 1, but 3 in the first line",
    ] {
        assert!(shown.contains(part), "{part} is not in\n{shown}");
    }
    for (csv, says) in [
        ("", "column `at` is missing"),
        ("at,sum\n", "unknown column `sum`"),
        ("at,amount\n", "lists no order"),
        ("at,amount,at\n10:00,1,11:00\n", "the column `at` is there twice"),
        ("at,amount\n10:00,1\n10:00,1\u{0}", "not an amount"),
    ] {
        let found = load_with(b"orders: {from: orders.csv}", csv, &Overrides::default()).unwrap_err();
        assert!(render_all(&found, false).contains(says), "{csv}: {}", render_all(&found, false));
    }
    one("orders: {from: other.csv}", "1:16", &["cannot read `dir/other.csv`"]);
    let both = load_with(b"orders: {from: orders.csv, count: 3}", "at,amount\n1h,1\n", &Overrides::default()).unwrap_err();
    assert!(both[0].message.contains("both listed"));
}
