//! The page of `paychaos compare --html`, in a real browser: headless Chromium, driven over a pipe by its DevTools protocol.
//! Keys are pressed as a person presses them.
//!
//! `.ci/run` installs Chromium. Where there is none this test fails, unless `PAYCHAOS_NO_BROWSER=1` says that it may be left
//! out.

use serde_json::{Value, json};
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// Sixteen strategies, so that tables fold; a lossy day, so that there is something to look at.
const COMPARISON: &str = r#"
about: Does it show a <b>bold</b> & "quoted" name?
orders: {count: 300, arrivals: {poisson: 1/s}}
hops:
  merchant-platform: {notification: {gaps: [15s, 1m]}}
  platform-bank: {notification: {gaps: [15s, 1m]}}
compare:
  seeds: 1..2
  subsets: [timeout, notification, polling, reconciliation]
  profiles: [lossy_network, bad_day]
"#;

const FLAGS: [&str; 12] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
];

/// How long an answer of the browser may take before it is taken for dead.
const PATIENCE: Duration = Duration::from_secs(120);

struct Browser {
    process: Child,
    input: File,
    messages: Receiver<Value>,
    events: Vec<Value>,
    session: Option<String>,
    calls: u64,
}

impl Browser {
    /// Starts Chromium with its protocol on descriptors 3 and 4.
    fn start(folder: &Path) -> Browser {
        let pipe = |name: &str| {
            let path = folder.join(name);
            assert!(Command::new("mkfifo").arg(&path).status().expect("mkfifo").success());
            path
        };
        let (to, from) = (pipe("to"), pipe("from"));
        let script = "exec \"$@\" 3<\"$TO\" 4>\"$FROM\"";
        let process = Command::new("sh")
            .args(["-c", script, "sh", "chromium"])
            .args(FLAGS)
            .arg(format!("--user-data-dir={}", folder.join("profile").display()))
            .envs([("TO", &to), ("FROM", &from)])
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell");
        let input = OpenOptions::new().write(true).open(&to).expect("the pipe to the browser");
        let output = BufReader::new(File::open(&from).expect("the pipe from the browser"));
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            for message in output.split(0).map_while(Result::ok) {
                let value = serde_json::from_slice(&message).expect("the browser speaks JSON");
                if sender.send(value).is_err() {
                    break;
                }
            }
        });
        Browser { process, input, messages, events: Vec::new(), session: None, calls: 0 }
    }

    fn next(&self) -> Value {
        self.messages.recv_timeout(PATIENCE).expect("the browser answers")
    }

    fn call(&mut self, method: &str, params: Value) -> Value {
        self.calls += 1;
        let mut request = json!({"id": self.calls, "method": method, "params": params});
        if let Some(session) = &self.session {
            request["sessionId"] = json!(session);
        }
        self.input.write_all(format!("{request}\0").as_bytes()).expect("the browser listens");
        loop {
            let message = self.next();
            if message["id"] == json!(self.calls) {
                assert!(message["error"].is_null(), "{method}: {}", message["error"]);
                return message["result"].clone();
            }
            self.events.push(message);
        }
    }

    /// Opens a page; what was heard of another one is forgotten.
    fn open(&mut self, page: &Path) {
        self.events.clear();
        let target = self.call("Target.createTarget", json!({"url": "about:blank"}))["targetId"].clone();
        let session = self.call("Target.attachToTarget", json!({"targetId": target, "flatten": true}));
        self.session = session["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page.enable", "Runtime.enable", "Log.enable", "Network.enable"] {
            self.call(domain, json!({}));
        }
        self.call("Page.navigate", json!({"url": format!("file://{}", page.display())}));
        while !self.events.iter().any(|event| event["method"] == "Page.loadEventFired") {
            let message = self.next();
            self.events.push(message);
        }
    }

    fn size(&mut self, width: u32, height: u32) {
        let metrics = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.call("Emulation.setDeviceMetricsOverride", metrics);
    }

    fn colours(&mut self, scheme: &str) {
        self.call("Emulation.setEmulatedMedia", json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]}));
    }

    /// What an expression gives.
    fn ask(&mut self, expression: &str) -> Value {
        let answer = self.call("Runtime.evaluate", json!({"expression": expression, "returnByValue": true}));
        assert!(answer["exceptionDetails"].is_null(), "{expression}: {answer}");
        answer["result"]["value"].clone()
    }

    /// Presses a key.
    fn press(&mut self, key: &str) {
        let (code, text) = match key {
            "Enter" => (13, "\r"),
            "Escape" => (27, ""),
            "ArrowRight" => (39, ""),
            "ArrowDown" => (40, ""),
            "End" => (35, ""),
            other => panic!("{other} is not a key that is pressed here"),
        };
        let event = |kind: &str| json!({"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code, "text": text});
        self.call("Input.dispatchKeyEvent", event(if text.is_empty() { "rawKeyDown" } else { "keyDown" }));
        self.call("Input.dispatchKeyEvent", event("keyUp"));
    }

    /// Everything that a person would find in the console.
    fn complaints(&self) -> Vec<String> {
        let kinds = ["Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded"];
        let heard =
            self.events.iter().filter(|event| event["method"].as_str().is_some_and(|method| kinds.contains(&method)));
        heard.map(Value::to_string).collect()
    }

    /// Everything that was fetched.
    fn fetched(&self) -> Vec<String> {
        let sent = self.events.iter().filter(|event| event["method"] == "Network.requestWillBeSent");
        sent.map(|event| event["params"]["request"]["url"].as_str().unwrap_or_default().to_owned()).collect()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn there_is_a_browser() -> bool {
    let answers = Command::new("chromium").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    match answers {
        Ok(status) if status.success() => true,
        _ if std::env::var_os("PAYCHAOS_NO_BROWSER").is_some() => false,
        _ => panic!("chromium is not installed: install it, or set PAYCHAOS_NO_BROWSER=1 to leave this test out"),
    }
}

/// A folder of its own with the page in it.
fn page() -> (PathBuf, PathBuf) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("browser");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder to write in");
    fs::write(folder.join("small.yaml"), COMPARISON).expect("a file to write");
    let run = Command::new(env!("CARGO_BIN_EXE_paychaos"))
        .args(["compare", "small.yaml", "--html", "page.html"])
        .current_dir(&folder)
        .output()
        .expect("the binary runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    let page = folder.join("page.html");
    (folder, page)
}

/// The first column of the first table that is shown.
const NAMES: &str = "[...document.querySelector('table.heat').tBodies[0].rows].filter((row) => !row.hidden).map((row) => row.cells[0].textContent)";
/// The values of its second column.
const VALUES: &str = "[...document.querySelector('table.heat').tBodies[0].rows].filter((row) => !row.hidden).map((row) => Number(row.cells[1].dataset.value))";

#[test]
fn the_page_works_in_a_browser() {
    if !there_is_a_browser() {
        return;
    }
    let (folder, page) = page();
    let mut browser = Browser::start(&folder);
    browser.open(&page);
    assert_eq!(browser.ask("document.documentElement.dataset.ready"), "yes");
    assert_eq!(browser.ask("document.querySelector('.asks').textContent"), "Does it show a <b>bold</b> & \"quoted\" name?");
    one_at_a_time(&mut browser);
    tables_are_sorted_and_unfolded_by_keyboard(&mut browser);
    values_are_read_by_keyboard(&mut browser);
    an_order_is_shown_and_closed(&mut browser);
    it_fits(&mut browser);
    it_can_be_read(&mut browser);
    assert_eq!(browser.complaints(), Vec::<String>::new());
    assert_eq!(browser.fetched().len(), 1, "nothing but the page itself: {:?}", browser.fetched());
}

/// What is written in a drawing beyond its edges.
const BEYOND: &str = r#"[...document.querySelectorAll('svg.lanes text')].filter((text) => {
  const [at, box] = [text.getBoundingClientRect(), text.closest('svg.lanes').getBoundingClientRect()];
  return at.left < box.left || at.right > box.right - 4;
}).map((text) => text.textContent)"#;

/// The words in the drawing of a story end before the words beside it begin.
#[test]
fn a_story_stays_within_its_drawing() {
    if !there_is_a_browser() {
        return;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("drawings");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder to write in");
    let scenarios = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/article");
    let mut browser = Browser::start(&folder);
    let mut beyond = Vec::new();
    for entry in fs::read_dir(scenarios).expect("a folder") {
        let scenario = entry.expect("an entry").path();
        let page = folder.join("page.html");
        let run = Command::new(env!("CARGO_BIN_EXE_paychaos")).arg("run").arg(&scenario).arg("--trace").arg(&page).output();
        assert!(run.expect("the binary runs").status.success(), "{}", scenario.display());
        browser.open(&page);
        browser.size(1280, 900);
        assert!(browser.ask("document.querySelectorAll('svg.lanes text').length").as_u64().is_some_and(|texts| texts > 5));
        let found = browser.ask(BEYOND);
        beyond.extend((found != json!([])).then(|| format!("{}: {found}", scenario.display())));
    }
    assert!(beyond.is_empty(), "{}", beyond.join("\n"));
}

/// One profile and one measure are shown; choosing others shows those.
fn one_at_a_time(browser: &mut Browser) {
    let shown = "[...document.querySelectorAll('.profile')].filter((section) => !section.hidden).map((section) => section.dataset.profile)";
    assert_eq!(browser.ask(shown), json!(["lossy_network"]));
    browser.ask("document.querySelector('.picker select').focus()");
    browser.press("ArrowDown");
    assert_eq!(browser.ask(shown), json!(["bad_day"]));
    let measures =
        "[...document.querySelectorAll('.views[data-group=heat] > section')].filter((section) => !section.hidden).length";
    assert_eq!(browser.ask(measures), 1);
}

fn tables_are_sorted_and_unfolded_by_keyboard(browser: &mut Browser) {
    let folded = browser.ask(NAMES).as_array().map_or(0, Vec::len);
    assert!((5..16).contains(&folded), "{folded} of 16 are shown");
    browser.ask("document.querySelector('table.heat').parentElement.nextElementSibling.focus()");
    browser.press("Enter");
    assert_eq!(browser.ask(NAMES).as_array().map(Vec::len), Some(16));
    browser.ask("document.querySelector('table.heat thead').rows[0].cells[1].querySelector('button').focus()");
    for direction in ["ascending", "descending"] {
        browser.press("Enter");
        let sort = browser.ask("document.querySelector('table.heat th[aria-sort]').getAttribute('aria-sort')");
        assert_eq!(sort, direction);
        let values: Vec<f64> = serde_json::from_value(browser.ask(VALUES)).expect("numbers");
        let in_order = |pair: &[f64]| if direction == "ascending" { pair[0] <= pair[1] } else { pair[0] >= pair[1] };
        assert!(values.windows(2).all(in_order), "{direction}: {values:?}");
        assert!(values.iter().any(|value| *value != values[0]), "there is something to sort");
    }
}

fn values_are_read_by_keyboard(browser: &mut Browser) {
    let tip = "document.querySelector('.tip').hidden ? null : document.querySelector('.tip').textContent";
    for marks in ["table.heat td[data-tip]", ".profile:not([hidden]) .plot .mark"] {
        browser.ask(&format!("document.querySelector('{marks}[tabindex=\"0\"]').focus()"));
        let first = browser.ask(tip);
        browser.press("ArrowRight");
        let second = browser.ask(tip);
        assert!(first.is_string() && second.is_string() && first != second, "{marks}: {first}, {second}");
        browser.press("Escape");
        assert_eq!(browser.ask(tip), Value::Null);
    }
}

fn an_order_is_shown_and_closed(browser: &mut Browser) {
    let open = "document.querySelector('dialog').open";
    browser.ask(
        "[...document.querySelectorAll('a.order')].find((link) => link.getClientRects().length > 0).closest('td').focus()",
    );
    browser.press("Enter");
    assert_eq!(browser.ask(open), true);
    let text = browser.ask("document.querySelector('dialog').textContent");
    assert!(text.as_str().is_some_and(|text| text.contains("paychaos compare small.yaml --story")), "{text}");
    browser.press("Escape");
    assert_eq!(browser.ask(open), false);
}

/// What has too little contrast (WCAG 2.2, level AA): texts against what is behind them, 4.5:1, large ones 3:1; marks of
/// charts against the page, 3:1. By the colours that the browser has computed, of everything that can be seen.
const TOO_FAINT: &str = r#"(() => {
  const rgb = (text) => { const [r, g, b, a = 1] = text.match(/[\d.]+/g).map(Number); return { c: [r, g, b], a }; };
  const light = ({ c }) => c.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const contrast = (a, b) => { const [x, y] = [light(a), light(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
  const over = (top, below) => ({ c: top.c.map((v, i) => v * top.a + below.c[i] * (1 - top.a)), a: 1 });
  const behind = (element) => {
    const layers = [];
    for (let at = element; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour.a > 0) layers.push(colour);
      if (colour.a === 1) break;
    }
    return layers.reverse().reduce((below, top) => over(top, below), { c: [255, 255, 255], a: 1 });
  };
  const seen = (element) => element.getClientRects().length > 0 && !element.closest('.hidden, [hidden], title, desc');
  const faint = [];
  const say = (element, ratio, what) => faint.push(`${what} ${ratio.toFixed(2)}: <${element.tagName} class="${element.getAttribute('class') ?? ''}"> ${element.textContent.trim().slice(0, 30)}`);
  let texts = 0, marks = 0;
  for (const element of document.querySelectorAll('body *')) {
    if (!seen(element)) continue;
    const style = getComputedStyle(element);
    if ([...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim())) {
      texts += 1;
      const drawn = element.closest('svg') !== null;
      const circle = element.closest('.point')?.querySelector('circle');
      const ground = circle ? rgb(getComputedStyle(circle).fill) : behind(element);
      const ratio = contrast(over(rgb(drawn ? style.fill : style.color), ground), ground);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      if (ratio < (large ? 3 : 4.5)) say(element, ratio, 'text');
    }
    if (element.matches('.line, .interval, .range, .zero, .dot, .part, .point circle, .edge, rect.base, rect.better, rect.worse')) {
      marks += 1;
      const ground = behind(element);
      const colours = [style.stroke, style.fill, style.backgroundColor].filter((colour) => /^rgb/.test(colour)).map(rgb).filter(({ a }) => a > 0);
      const ratio = Math.max(...colours.map((colour) => contrast(over(colour, ground), ground)));
      if (!(ratio >= 3)) say(element, ratio, 'mark');
    }
  }
  return { texts, marks, faint: [...new Set(faint)] };
})()"#;

/// In the light and in the dark, in one profile and in the next, under a tip and in front of an order's story.
fn it_can_be_read(browser: &mut Browser) {
    browser.size(1280, 900);
    browser.ask("delete document.documentElement.dataset.theme");
    browser.ask("document.querySelectorAll('details').forEach((details) => { details.open = true; })");
    for scheme in ["light", "dark"] {
        browser.colours(scheme);
        browser.ask("document.querySelector('table.heat td[data-tip][tabindex=\"0\"]').focus()");
        for _ in 0..2 {
            let found = browser.ask(TOO_FAINT);
            assert_eq!(found["faint"], json!([]), "{scheme}");
            let count = |what: &str| found[what].as_u64().unwrap_or(0);
            assert!(count("texts") > 300 && count("marks") > 100, "{found}");
            browser.ask("document.querySelector('.picker button').click()");
        }
        browser.ask("document.querySelector('a.order').click()");
        assert_eq!(browser.ask(TOO_FAINT)["faint"], json!([]), "{scheme}, a story");
        browser.ask("document.querySelector('dialog').close()");
    }
}

/// The page itself never scrolls sideways; in the dark it is dark, and the button turns it.
fn it_fits(browser: &mut Browser) {
    for width in [1280, 800, 375] {
        browser.size(width, 900);
        let wide = browser.ask("document.documentElement.scrollWidth");
        assert!(wide.as_u64().is_some_and(|wide| wide <= u64::from(width)), "{wide} pixels of {width}");
    }
    let ground = "getComputedStyle(document.body).backgroundColor";
    browser.colours("light");
    let light = browser.ask(ground);
    browser.colours("dark");
    let dark = browser.ask(ground);
    assert_ne!(light, dark);
    browser.ask("document.querySelector('.theme button').focus()");
    browser.press("Enter");
    assert_eq!(browser.ask(ground), light);
}
