//! Fault profiles: the weather of a comparison, each a kind of day that a payment system has.
//!
//! One file per profile and one line in the registry. Windows are at fixed times of day 0, for orders that come over that
//! day. Read by the comparison's loader and by `explain`. It must not know strategies.

/// A fault profile.
#[derive(Debug, PartialEq)]
pub struct Profile {
    /// Its name in comparisons.
    pub name: &'static str,
    /// What it is, in a sentence.
    pub means: &'static str,
    /// Where its figures come from.
    pub source: &'static str,
    /// What strikes, as under a name of its own in a comparison's `profiles`; empty if nothing does.
    pub weather: &'static str,
}

macro_rules! registry {
    ($($file:ident)*) => {
        $(mod $file;)*
        /// Every fault profile.
        pub const ALL: &[&Profile] = &[$(&$file::PROFILE,)*];
    };
}

registry! {
    calm usual_day bad_day lossy_network slow_evening
    bank_outage bank_unreachable callbacks_down hostile_callbacks
    cut_off_night database_trouble restarts lying_bank
}
