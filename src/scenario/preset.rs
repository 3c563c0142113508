//! What channel and strategy presets are made of: settings in the words of a scenario, each with its source.
//!
//! Read by the loader as a layer under the scenario's own keys, and printed by `explain`. It must not know single presets.

use super::decode::decode;
use super::tree;
use serde::de::DeserializeOwned;

/// Where a figure comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// The vendor's own page or SDK.
    Vendor,
    /// The vendor's, read in a dated transcription of its page.
    Transcribed,
    /// Secondary: blogs, many repositories that repeat it.
    Secondary,
    /// Nobody publishes it: assumed here.
    Assumed,
    /// A choice, not a fact.
    Chosen,
}

impl Trust {
    /// In words.
    pub const fn name(self) -> &'static str {
        match self {
            Trust::Vendor => "the vendor's",
            Trust::Transcribed => "the vendor's, transcribed",
            Trust::Secondary => "secondary",
            Trust::Assumed => "assumed",
            Trust::Chosen => "chosen",
        }
    }
}

/// One key of a hop and its value, as in a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The key, such as `polling.max`.
    pub key: &'static str,
    /// The value, in YAML.
    pub value: &'static str,
    /// Where it comes from.
    pub trust: Trust,
    /// What else there is to know.
    pub note: &'static str,
}

/// A setting.
pub(super) const fn set(key: &'static str, value: &'static str, trust: Trust, note: &'static str) -> Setting {
    Setting { key, value, trust, note }
}

/// The settings as the keys of a hop, ready to be pasted into a scenario.
pub fn yaml(settings: &[Setting]) -> String {
    let mut text = String::new();
    let mut open = "";
    for setting in settings {
        let (first, inner) = setting.key.split_once('.').unwrap_or((setting.key, ""));
        if first != open && !inner.is_empty() {
            text.push_str(&format!("{first}:\n"));
        }
        open = if inner.is_empty() { "" } else { first };
        let line =
            if inner.is_empty() { format!("{first}: {}", setting.value) } else { format!("  {inner}: {}", setting.value) };
        let source = if setting.note.is_empty() { String::new() } else { format!(": {}", setting.note) };
        text.push_str(&format!("{line:<40}  # {}{source}\n", setting.trust.name()));
    }
    text
}

/// The settings as a layer under the scenario's own keys: those of a hop, or of what a party does within itself.
pub(super) fn layer<T: DeserializeOwned + Default>(settings: &[Setting]) -> T {
    let mut problems = Vec::new();
    let read = |text: String| if text.is_empty() { None } else { tree::parse(&text).ok() };
    let layer = read(yaml(settings)).and_then(|mut root| decode(&mut root, &mut problems));
    debug_assert!(problems.is_empty(), "{problems:?} in\n{}", yaml(settings));
    layer.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::raw::MerchantInternal;
    use crate::scenario::raw::hop::Hop;
    use crate::scenario::{channels, strategies};

    /// Can the settings be read as a `T`?
    fn read<T: DeserializeOwned>(name: &str, settings: &[Setting]) {
        let text = yaml(settings);
        let mut root = tree::parse(&text).unwrap_or_else(|problem| panic!("{name}: {problem:?} in\n{text}"));
        let mut problems = Vec::new();
        assert!(decode::<T>(&mut root, &mut problems).is_some());
        assert!(problems.is_empty(), "{name}: {problems:?} in\n{text}");
    }

    #[test]
    fn every_preset_can_be_read() {
        let channels = channels::ALL.iter().map(|channel| (channel.name, channel.settings));
        let strategies = strategies::ALL.iter().map(|strategy| (strategy.name, strategy.settings));
        for (name, settings) in channels.chain(strategies).filter(|(_, settings)| !settings.is_empty()) {
            read::<Hop>(name, settings);
        }
        for strategy in strategies::ALL.iter().filter(|strategy| !strategy.compensation.is_empty()) {
            read::<MerchantInternal>(strategy.name, strategy.compensation);
        }
    }

    #[test]
    fn settings_of_one_map_stand_together() {
        let channels = channels::ALL.iter().map(|channel| channel.settings);
        for settings in channels.chain(strategies::ALL.iter().map(|strategy| strategy.settings)) {
            let mut firsts: Vec<&str> = settings.iter().filter_map(|setting| setting.key.split('.').next()).collect();
            firsts.dedup();
            let count = firsts.len();
            firsts.sort_unstable();
            firsts.dedup();
            assert_eq!(firsts.len(), count, "{firsts:?}");
        }
    }
}
