//! The semantic address of a choice (`order 1 / platform-bank / query-answer / 2`): how people write it and read it.
//!
//! Called by the scenario, by whoever tells what struck, and by campaigns. Must not know what strikes.

use crate::kernel::Address;
use crate::payments::site::{Place, SHARED, SITES, Site};
use std::fmt;
use std::sync::LazyLock;

/// The semantic address of a choice: what people read and write.
///
/// `order 1 / platform-bank / query-answer / 2` is the second answer to a query about the first order;
/// `platform-bank / file / day 0` the file of the first business date; `window / 1` the scenario's first window.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SemanticAddress(pub Address);

impl SemanticAddress {
    /// The site of the address.
    pub fn site(self) -> Option<Site> {
        static BY_INDEX: LazyLock<[Option<Site>; SITES]> = LazyLock::new(|| {
            let mut sites = [None; SITES];
            Site::all().for_each(|site| sites[usize::from(site.index())] = Some(site));
            sites
        });
        BY_INDEX.get(usize::from(self.0.site)).copied().flatten()
    }

    /// Reads an address.
    ///
    /// # Errors
    /// A sentence that says which part is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let parts: Vec<&str> = text.split('/').map(str::trim).collect();
        let number = |text: &str, what: &str, most: u32| match text.parse::<u32>() {
            Ok(n) if (1..=most).contains(&n) => Ok(n),
            _ => Err(format!("`{text}` is not {what}: numbers go from 1 to {most}")),
        };
        let (stream, name, last) = match parts.as_slice() {
            [order, hop, place, nth] if order.starts_with("order ") => {
                let order = number(order["order ".len()..].trim(), "an order", MOST_ORDERS)?;
                (order - 1, format!("{hop}/{place}"), *nth)
            }
            [hop, "file", day] => (SHARED, format!("{hop}/file"), *day),
            ["window", nth] => (SHARED, "window".to_owned(), *nth),
            _ => return Err(SHAPE.to_owned()),
        };
        let site = Site::parse(&name).ok_or_else(|| unknown_site(&name))?;
        if site.shared() != (stream == SHARED) {
            return Err(SHAPE.to_owned());
        }
        let occurrence = match last.strip_prefix("day ") {
            Some(day) if matches!(site, Site::Hop(_, Place::File)) => day
                .trim()
                .parse::<u16>()
                .map_err(|_| format!("`{day}` is not a day: the first is day 0, the last {}", u16::MAX))?,
            _ => u16::try_from(number(last, "an occurrence", 1 << 16)? - 1).unwrap_or(u16::MAX),
        };
        Ok(SemanticAddress(Address { stream, site: site.index(), occurrence }))
    }
}

/// An order has a number up to this one.
const MOST_ORDERS: u32 = 1_000_000_000;

const SHAPE: &str =
    "an address looks like `order 1 / platform-bank / query-answer / 2`, `platform-bank / file / day 0` or `window / 1`";

fn unknown_site(name: &str) -> String {
    let names: Vec<String> = Site::all().map(|site| site.to_string()).collect();
    let nearest = names.iter().min_by_key(|known| strsim::damerau_levenshtein(known, name));
    format!("nothing is chosen at `{name}`; the nearest site is `{}`", nearest.map_or("", |name| name))
}

impl fmt::Display for SemanticAddress {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        let Address { stream, occurrence, .. } = self.0;
        let Some(site) = self.site() else { return out.write_str("an unknown site") };
        match site {
            Site::Hop(hop, Place::File) => write!(out, "{} / file / day {occurrence}", hop.name()),
            Site::Window => write!(out, "window / {}", u32::from(occurrence) + 1),
            _ => {
                let name = site.to_string().replace('/', " / ");
                write!(out, "order {} / {name} / {}", u64::from(stream) + 1, u32::from(occurrence) + 1)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_reads_as_it_is_written() {
        for site in Site::all() {
            let stream = if site.shared() { SHARED } else { 41 };
            let address = SemanticAddress(Address { stream, site: site.index(), occurrence: 6 });
            assert_eq!(SemanticAddress::parse(&address.to_string()), Ok(address));
        }
    }

    #[test]
    fn a_wrong_address_says_what_is_wrong() {
        for (text, says) in [
            ("order 0 / platform-bank / answer / 1", "go from 1 to 1000000000"),
            ("order 99999999999 / platform-bank / answer / 1", "go from 1 to 1000000000"),
            ("order 1 / platform-bank / answer / 65537", "go from 1 to 65536"),
            ("platform-bank / file / day 65536", "the last 65535"),
            ("order 1 / platform-bank / anwser / 1", "`platform-bank/answer`"),
            ("order 1 / platform-bank / answer", "looks like"),
            ("order 1 / platform-bank / file / 1", "looks like"),
        ] {
            let error = SemanticAddress::parse(text).unwrap_err();
            assert!(error.contains(says), "{text}: {error}");
        }
    }
}
