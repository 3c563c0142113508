//! Rank 0: a discrete-event kernel. Virtual time, the calendar, the event queue, latency distributions, and the one
//! source of everything that is not determined: the [`Chooser`].
//!
//! Used by every other module. It must not know what is simulated: streams, sites and events are opaque numbers here.

mod agenda;
mod calendar;
mod choice;
mod digest;
mod distribution;
mod fingerprint;
mod pending;
mod stream;
mod time;
mod trace;

pub use agenda::Agenda;
pub use calendar::{Calendar, Weekday, format_instant, parse_instant, parse_time_of_day};
pub use choice::{Address, Calm, Chooser, Decision, Overlay, Pick, Recorder, Seeded};
pub use digest::Digest;
pub use distribution::{Distribution, DistributionError};
pub use fingerprint::Fingerprint;
pub use pending::Pending;
pub use time::{DAY, HOUR, MILLISECOND, MINUTE, Micros, SECOND, exact_duration, format_duration, parse_duration};
pub use trace::{Silent, Sink};
