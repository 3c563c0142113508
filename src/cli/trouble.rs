//! Why a command comes to nothing, or to less than it should, and with which code that ends it. Called by the commands
//! that write down parts and join them; it must not know what a part is of.

use crate::campaign::shard::Conflict;
use crate::cli::{Exit, terminal};

/// Why nothing comes of it.
pub(crate) enum Trouble {
    /// Every mistake has been shown.
    Said,
    /// A sentence about a file or an argument.
    Sentence(String),
    /// A sentence about what cannot be unless paychaos is wrong.
    Bug(String),
}

impl Trouble {
    /// Says it.
    pub(crate) fn exit(self) -> Exit {
        match self {
            Trouble::Said => Exit::BadInput,
            Trouble::Sentence(sentence) => {
                terminal::complain(&sentence);
                // Whoever was interrupted had no time left for it.
                if terminal::interrupted() { Exit::Interrupted } else { Exit::BadInput }
            }
            Trouble::Bug(sentence) => {
                terminal::complain(&format!("this is a bug of paychaos: {sentence}"));
                Exit::Bug
            }
        }
    }
}

impl From<String> for Trouble {
    fn from(sentence: String) -> Self {
        Trouble::Sentence(sentence)
    }
}

impl From<Conflict> for Trouble {
    fn from(conflict: Conflict) -> Self {
        match conflict {
            Conflict::TwoResults(sentence) => Trouble::Bug(sentence),
            Conflict::Unequal(sentence) => Trouble::Sentence(sentence),
        }
    }
}
