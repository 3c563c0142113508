//! Printing: results to stdout, all else to stderr, colour only where it can be seen, and a progress bar for what takes
//! longer than a second. Called by the commands.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::Write;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

static INTERRUPTED: OnceLock<Instant> = OnceLock::new();
static LOST: AtomicBool = AtomicBool::new(false);

/// Prints a result. A reader who has gone away is no error; whatever else keeps it from being printed is told at the end.
pub(crate) fn print(text: &str) {
    let mut out = anstream::stdout().lock();
    if let Err(error) = out.write_all(text.as_bytes()).and_then(|()| out.flush())
        && error.kind() != std::io::ErrorKind::BrokenPipe
    {
        complain(&format!("the result could not be printed: {error}"));
        LOST.store(true, Ordering::SeqCst);
    }
}

/// Could a result not be printed?
pub(crate) fn lost_a_result() -> bool {
    LOST.load(Ordering::SeqCst)
}

/// Prints a diagnostic that is complete in itself.
pub(crate) fn diagnose(text: &str) {
    let _ = anstream::stderr().lock().write_all(text.as_bytes());
}

/// Prints an error in one sentence.
pub(crate) fn complain(sentence: &str) {
    let error = anstyle::AnsiColor::Red.on_default().bold();
    diagnose(&format!("{error}error{error:#}: {sentence}\n"));
}

/// Does GitHub read what is printed, and show annotations beside the code?
pub(crate) fn is_githubs() -> bool {
    std::env::var_os("GITHUB_ACTIONS").is_some_and(|on| on == "true")
}

/// The width to write text for: the terminal's, at most 100, since longer lines are not read; 80 where there is none.
pub(crate) fn width() -> usize {
    columns().min(100)
}

/// The width to write tables for: the terminal's; 80 where there is none.
pub(crate) fn columns() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let terminal = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    columns.or(terminal).unwrap_or(80).clamp(40, 400)
}

/// From now on an interrupt (Ctrl-C) is remembered instead of ending the program; a second one ends it.
pub(crate) fn remember_interrupts() {
    let _ = ctrlc::set_handler(|| {
        if INTERRUPTED.set(Instant::now()).is_err() {
            std::process::exit(130);
        }
    });
}

/// Was there an interrupt?
pub(crate) fn interrupted() -> bool {
    INTERRUPTED.get().is_some()
}

/// How long ago was the interrupt, if there was one?
pub(crate) fn interrupted_for() -> Option<Duration> {
    INTERRUPTED.get().map(Instant::elapsed)
}

/// A bar that appears once something has taken longer than a second.
pub(crate) struct Progress {
    bar: ProgressBar,
    started: Instant,
    shown: bool,
}

impl Progress {
    /// A bar towards `total` of what is counted in `unit`, called `what`.
    pub(crate) fn new(what: &str, total: u64, unit: &str) -> Self {
        let bar = ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::hidden());
        let style = ProgressStyle::with_template(&format!(
            "{{prefix}} {{bar:20}} {{human_pos}}/{{human_len}} {unit}, {{per_sec}}, {{eta}} left{{msg}}"
        ));
        if let Ok(style) = style {
            bar.set_style(style);
        }
        bar.set_prefix(what.to_owned());
        Progress { bar, started: Instant::now(), shown: false }
    }

    /// So many are done.
    pub(crate) fn set(&mut self, done: u64) {
        if !self.shown && self.started.elapsed() > Duration::from_secs(1) {
            self.shown = true;
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.set_position(done);
    }

    /// Something that is worth knowing already.
    pub(crate) fn note(&mut self, text: &str) {
        self.bar.set_message(text.to_owned());
    }

    /// The end: the bar is wiped away.
    pub(crate) fn finish(self) {
        self.bar.finish_and_clear();
    }
}

/// A count of what has no known end: it appears once something has taken longer than a second. Threads may share it.
pub(crate) struct Counter {
    bar: ProgressBar,
    started: Instant,
}

impl Counter {
    /// Counts what `what` has in `unit`.
    pub(crate) fn new(what: &str, unit: &str) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if let Ok(style) =
            ProgressStyle::with_template(&format!("{{prefix}} {{human_pos}} {unit}, {{per_sec}}, {{elapsed}}"))
        {
            bar.set_style(style);
        }
        bar.set_prefix(what.to_owned());
        Counter { bar, started: Instant::now() }
    }

    /// So many by now.
    pub(crate) fn set(&self, count: u64) {
        if self.bar.is_hidden() && self.started.elapsed() > Duration::from_secs(1) {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.set_position(count);
    }

    /// The end: the line is wiped away.
    pub(crate) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
