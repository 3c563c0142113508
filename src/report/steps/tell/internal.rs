//! What happens within one party: internal drops and who mends them, distributed transactions, processes that stop.
//!
//! Called by `tell`.

use super::{Teller, note, ordinal, struck};
use crate::kernel::Micros;
use crate::payments::fact::{Phase, What};
use crate::payments::party::{Hop, Party, Process};
use crate::payments::site::Site;
use crate::payments::weather::{Effect, ProcessEffect};
use crate::report::paint::Tone;
use crate::report::steps::Actor;
use crate::report::words;

impl Teller<'_> {
    pub(super) fn internal(&mut self, i: usize) {
        let at = |hop: Hop| Actor::Party(hop.upstream());
        let platform = Actor::Party(Party::Platform);
        match self.story.facts[i].what {
            What::ScanFound { hop: Hop::PlatformBank, number } => {
                let words = format!("scans and finds channel order #{} decided, its payment order open", ordinal(number));
                self.local(i, platform, "scan", words, None);
            }
            What::ScanFound { hop, number } => {
                let words = format!("scans and finds that #{} was told to be paid, and is open", ordinal(number));
                self.local(i, at(hop), "scan", words, None);
            }
            What::ScanMisses { hop, number } => {
                let words = format!("has no scan that will see #{}", ordinal(number));
                self.local(i, at(hop), "", words, note(Tone::Warning, "! never seen"));
            }
            What::Owed { hop, number } => {
                let words = format!("puts the update of #{} into the internal dropped-order table", ordinal(number));
                self.local(i, at(hop), "", words, None);
            }
            What::Mended { hop, number } => {
                let words = format!("lets its worker delete that row of #{}", ordinal(number));
                self.local(i, at(hop), "", words, None);
            }
            What::Leased { hop, number, token, until } => {
                let time = self.until(i, until);
                let words = format!("lets its worker take the row of #{} for {time} (token {token})", ordinal(number));
                self.local(i, at(hop), "worker", words, None);
            }
            What::Fenced { hop, number, token } => {
                let words = format!("refuses a worker that comes back to #{} with the old token {token}", ordinal(number));
                self.local(i, at(hop), "worker", words, note(Tone::Repair, "✓ fenced off"));
            }
            What::Logged { number, phase, .. } => {
                let phase = match phase {
                    Phase::None => "rolled back",
                    Phase::Trying => "trying",
                    Phase::Confirming => "confirm",
                    Phase::Cancelling => "cancel",
                    Phase::Done => "done",
                };
                let words = format!("logs \"{phase}\" for the transaction of #{}", ordinal(number));
                self.local(i, platform, &format!("log: {phase}"), words, None);
            }
            What::Locked { number } => {
                self.local(i, platform, "locks", format!("locks payment order #{}", ordinal(number)), None);
            }
            What::Unlocked { number } => {
                self.local(i, platform, "unlocks", format!("unlocks payment order #{}", ordinal(number)), None);
            }
            What::Blocked { number } => {
                let words = format!("lets it wait: payment order #{} is locked", ordinal(number));
                self.local(i, platform, "blocked", words, note(Tone::Warning, "! blocked"));
            }
            _ => {}
        }
    }

    pub(super) fn process(&mut self, i: usize) {
        match self.story.facts[i].what {
            What::Halted { process, hop, place, nth, effect, .. } => {
                let (does, label) = match effect {
                    ProcessEffect::CrashBefore(_) => ("crashes before", "crashes"),
                    ProcessEffect::CrashAfter(_) => ("crashes after", "crashes"),
                    ProcessEffect::Pause(_) => ("pauses after", "pauses"),
                };
                let step = if place.is_write() { "writing the " } else { "sending the " };
                let what = words::place(hop, place).trim_end_matches(" of");
                let words = format!("{}{does} {step}{what}", self.who(process));
                self.local(i, Actor::Party(process.party()), label, words, struck(Effect::Process(effect)));
                self.struck_at(Site::Hop(hop, place), nth);
                if process == Process::Platform {
                    self.write_struck = [[self.write_struck[0][0], true], [true, self.write_struck[1][1]]];
                }
            }
            What::HaltedElsewhere { process, until } => {
                let time = self.until(i, until);
                let words = format!("{}stops at another order, for {time}", self.who(process));
                self.local(i, Actor::Party(process.party()), "stops", words, note(Tone::Fault, "✗ stopped elsewhere"));
            }
            What::Restarted { process } => {
                let words = format!("{}is there again and reads its tables", self.who(process));
                self.local(i, Actor::Party(process.party()), "restarts", words, None);
            }
            _ => {}
        }
    }

    /// A party's daily work needs no name of its own.
    fn who(&self, process: Process) -> String {
        let own = process.party().process() == process;
        if own { String::new() } else { format!("({}) ", process.name()) }
    }

    fn until(&self, i: usize, until: Micros) -> String {
        words::brief(until.saturating_sub(self.story.facts[i].at))
    }
}
