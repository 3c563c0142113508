//! Files beside a scenario: a listing is read once, however many scenarios name it.
//!
//! Made for one scenario, or for all that a comparison makes; asked by `orders`. It must not open files itself.

use super::diagnostic::Diagnostic;
use super::listing;
use crate::payments::model::Purchase;
use crate::payments::money::Currency;
use std::cell::RefCell;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a listing says, or what is wrong with it.
type Listing = Result<(Arc<[Purchase]>, Currency), Vec<Diagnostic>>;

/// The files beside some scenarios.
pub(super) struct Beside<'a> {
    read_file: &'a dyn Fn(&Path) -> io::Result<Vec<u8>>,
    /// By file and by the currency that the scenario declares.
    listings: RefCell<Vec<(PathBuf, Option<Currency>, Listing)>>,
}

impl<'a> Beside<'a> {
    pub fn new(read_file: &'a dyn Fn(&Path) -> io::Result<Vec<u8>>) -> Self {
        Beside { read_file, listings: RefCell::default() }
    }

    /// The orders listed in a file.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn listing(&self, file: &Path, declared: Option<Currency>) -> io::Result<Listing> {
        let mut listings = self.listings.borrow_mut();
        if let Some((.., known)) =
            listings.iter().find(|(path, currency, _)| (path.as_path(), *currency) == (file, declared))
        {
            return Ok(known.clone());
        }
        let bytes = (self.read_file)(file)?;
        let listing = listing::read(&file.display().to_string(), &bytes, declared);
        let listing = listing.map(|(purchases, currency)| (purchases.into(), currency));
        listings.push((file.to_owned(), declared, listing.clone()));
        Ok(listing)
    }
}
