//! Who takes part: the two hops, the three parties, and the processes that can crash or pause on their own.
//!
//! Used by everything about payments. Must not know what anybody does.

/// One of the two hops. To the bank the platform is just another merchant: both hops speak one protocol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Hop {
    /// The merchant asks, the platform decides.
    MerchantPlatform = 0,
    /// The platform asks, the bank decides.
    PlatformBank = 1,
}

impl Hop {
    /// Both, outer first.
    pub const ALL: [Hop; 2] = [Hop::MerchantPlatform, Hop::PlatformBank];

    /// `merchant-platform` or `platform-bank`.
    pub const fn name(self) -> &'static str {
        match self {
            Hop::MerchantPlatform => "merchant-platform",
            Hop::PlatformBank => "platform-bank",
        }
    }

    /// The party that asks.
    pub const fn upstream(self) -> Party {
        match self {
            Hop::MerchantPlatform => Party::Merchant,
            Hop::PlatformBank => Party::Platform,
        }
    }

    /// The party that decides.
    pub const fn downstream(self) -> Party {
        match self {
            Hop::MerchantPlatform => Party::Platform,
            Hop::PlatformBank => Party::Bank,
        }
    }
}

/// The three parties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Party {
    /// Sells, and asks the platform to be paid.
    Merchant = 0,
    /// Stands in between: a downstream to the merchant, an upstream to the bank.
    Platform = 1,
    /// Holds the customer's money.
    Bank = 2,
}

impl Party {
    /// All three, from the customer inwards.
    pub const ALL: [Party; 3] = [Party::Merchant, Party::Platform, Party::Bank];

    /// The process that does its daily work.
    pub const fn process(self) -> Process {
        match self {
            Party::Merchant => Process::Merchant,
            Party::Platform => Process::Platform,
            Party::Bank => Process::Bank,
        }
    }

    /// `merchant`, `platform` or `bank`.
    pub const fn name(self) -> &'static str {
        match self {
            Party::Merchant => "merchant",
            Party::Platform => "platform",
            Party::Bank => "bank",
        }
    }
}

/// What can crash or pause on its own: each party's daily work, and the workers beside it, which are applications of
/// their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Process {
    /// The merchant's.
    Merchant = 0,
    /// The platform's.
    Platform = 1,
    /// The bank's.
    Bank = 2,
    /// The merchant's scan and worker, which mend internal drops.
    MerchantWorker = 3,
    /// The platform's scan, worker and relay.
    PlatformWorker = 4,
}

impl Process {
    /// All of them.
    pub const ALL: [Process; 5] =
        [Process::Merchant, Process::Platform, Process::Bank, Process::MerchantWorker, Process::PlatformWorker];

    /// The name: `platform`, `platform's worker`.
    pub const fn name(self) -> &'static str {
        match self {
            Process::Merchant => "merchant",
            Process::Platform => "platform",
            Process::Bank => "bank",
            Process::MerchantWorker => "merchant's worker",
            Process::PlatformWorker => "platform's worker",
        }
    }

    /// Whose it is.
    pub const fn party(self) -> Party {
        match self {
            Process::Merchant | Process::MerchantWorker => Party::Merchant,
            Process::Platform | Process::PlatformWorker => Party::Platform,
            Process::Bank => Party::Bank,
        }
    }
}
