//! Money: integers in minor units, and currencies with their number of decimal places. Used everywhere; knows nothing.

use std::fmt;

/// An amount in minor units (fen, cents). Signed, so that postings can be written; an order's amount is positive.
pub type Money = i64;

/// The largest amount of one order, in minor units: 10^12, so that sums over millions of orders fit.
pub const LARGEST: Money = 1_000_000_000_000;

/// The currencies in which people pay (ISO 4217, without funds, metals and codes for tests).
const CODES: &str = "\
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY \
    COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS \
    INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP \
    MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR \
    SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VES VND \
    VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG";

/// A currency by its ISO 4217 code.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// Chinese yuan.
    pub const CNY: Currency = Currency(*b"CNY");

    /// The currency with the code `text`.
    ///
    /// # Errors
    /// If `text` is not the code of a currency in which people pay.
    pub fn parse(text: &str) -> Result<Self, String> {
        match text.as_bytes() {
            &[a, b, c] if [a, b, c].iter().all(u8::is_ascii_uppercase) => {
                let all = || CODES.split_whitespace();
                let nearest = || all().min_by_key(|code| strsim::damerau_levenshtein(code, text)).unwrap_or("CNY");
                let unknown = || format!("no currency has the code `{text}`: the nearest is {}", nearest());
                all().any(|code| code == text).then_some(Currency([a, b, c])).ok_or_else(unknown)
            }
            _ => {
                let code = text.trim().to_ascii_uppercase();
                let meant = CODES.split_whitespace().find(|known| *known == code);
                let write = meant.unwrap_or("its three-letter code, such as CNY, EUR or USD");
                Err(format!("`{text}` is not a currency: write {write}"))
            }
        }
    }

    /// The code.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("???")
    }

    /// Decimal places of the minor unit (ISO 4217): 2 but for a few.
    pub fn places(&self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF" | b"UGX" | b"VND"
            | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
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
    fn currencies_are_those_of_the_standard() {
        for (code, places) in
            [("VUV", 0), ("BIF", 0), ("DJF", 0), ("GNF", 0), ("KMF", 0), ("JPY", 0), ("KWD", 3), ("EUR", 2)]
        {
            assert_eq!(Currency::parse(code).map(|currency| currency.places()), Ok(places), "{code}");
        }
        let error = Currency::parse("EUQ").unwrap_err();
        assert!(error.contains("`EUQ`") && error.contains("EUR"), "{error}");
        assert!(CODES.split_whitespace().all(|code| code.len() == 3) && CODES.split_whitespace().is_sorted());
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
