//! Money: integers in minor units, and currencies with their number of decimal places. Used everywhere; knows nothing.

use std::fmt;

/// An amount in minor units (fen, cents). Signed, so that postings can be written; an order's amount is positive.
pub type Money = i64;

/// The largest amount of one order, in minor units: 10^12, so that sums over millions of orders fit.
pub const LARGEST: Money = 1_000_000_000_000;

/// A currency by its ISO 4217 code.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Chinese yuan.
    pub const CNY: Currency = Currency(*b"CNY");

    /// The currency with the code `text`.
    ///
    /// # Errors
    /// If `text` is not three capital letters.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text.as_bytes() {
            &[a, b, c] if [a, b, c].iter().all(u8::is_ascii_uppercase) => Ok(Currency([a, b, c])),
            _ => Err(format!("`{text}` is not a currency: write its three-letter code, such as CNY, EUR or USD")),
        }
    }

    /// The code.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }

    /// Decimal places of the minor unit (ISO 4217): 2 but for a few.
    pub fn places(&self) -> u32 {
        match &self.0 {
            b"JPY" | b"KRW" | b"VND" | b"CLP" | b"ISK" | b"UGX" | b"XAF" | b"XOF" | b"XPF" | b"PYG" | b"RWF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            _ => 2,
        }
    }

    /// Reads `12.34` as minor units.
    ///
    /// # Errors
    /// A sentence that says what is wrong: not a number, negative, too many decimal places, or too large.
    pub fn parse_amount(&self, text: &str) -> Result<Money, String> {
        let places = self.places() as usize;
        let text = text.trim();
        if text.starts_with('-') {
            return Err(format!("`{text}` is negative: an amount is positive"));
        }
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !digits(whole) || !digits(part) || text.ends_with('.') {
            return Err(format!("`{text}` is not an amount: write it like 12.34"));
        }
        if part.len() > places {
            return Err(format!("`{text}` has more than the {places} decimal places of {}", self.code()));
        }
        let minor = format!("{whole}{part:0<places$}").parse::<Money>().ok().filter(|minor| *minor <= LARGEST);
        minor.ok_or_else(|| format!("`{text}` is too large: the most is {}", self.format(LARGEST)))
    }

    /// Writes minor units as `12.34`.
    pub fn format(&self, amount: Money) -> String {
        let places = self.places();
        let unit = 10u64.pow(places);
        let sign = if amount < 0 { "-" } else { "" };
        let (whole, part) = (amount.unsigned_abs() / unit, amount.unsigned_abs() % unit);
        if places == 0 {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}.{part:0>width$}", width = places as usize)
        }
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, out: &mut fmt::Formatter) -> fmt::Result {
        out.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_as_they_are_written() {
        for (code, text, minor) in [("CNY", "12.34", 1234), ("CNY", "0.5", 50), ("JPY", "12", 12), ("KWD", "1.234", 1234)] {
            let currency = Currency::parse(code).unwrap();
            assert_eq!(currency.parse_amount(text), Ok(minor));
            assert_eq!(currency.parse_amount(&currency.format(minor)), Ok(minor));
        }
    }

    #[test]
    fn a_wrong_amount_says_what_is_wrong() {
        for (text, says) in [
            ("-1", "negative"),
            ("1.234", "decimal places"),
            ("99999999999999999999", "too large"),
            ("x", "not an amount"),
            ("", "not"),
        ] {
            let error = Currency::CNY.parse_amount(text).unwrap_err();
            assert!(error.contains(says), "{text}: {error}");
        }
    }
}
