//! Amounts in minor units, read from decimal text without floating point.

use serde_json::Value;

use crate::state::currency::Currency;

/// Amounts above this are refused, so that sums never overflow.
const LARGEST_MINOR: u64 = 1_000_000_000_000;

/// Reads an amount given as a JSON number or as a decimal string.
pub(crate) fn from_json(value: &Value, currency: Currency) -> Option<u64> {
    match value {
        Value::Number(number) => parse(&number.to_string(), currency),
        Value::String(text) => parse(text, currency),
        _ => None,
    }
}

/// Reads `60.98` as 6098 minor units. Digits beyond the currency's decimals are rounded half up.
pub(crate) fn parse(text: &str, currency: Currency) -> Option<u64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
        return None;
    }
    let mut minor: u64 = whole.parse().ok()?;
    let mut digits = fraction.bytes().map(|byte| u64::from(byte - b'0'));
    for _ in 0..currency.decimals() {
        minor = minor
            .checked_mul(10)?
            .checked_add(digits.next().unwrap_or(0))?;
    }
    if digits.next().is_some_and(|digit| digit >= 5) {
        minor += 1;
    }
    (minor <= LARGEST_MINOR).then_some(minor)
}

/// Writes minor units as decimal text with the currency's decimals.
pub(crate) fn to_text(minor: u64, currency: Currency) -> String {
    let decimals = currency.decimals();
    let unit = 10_u64.pow(decimals);
    if decimals == 0 {
        return minor.to_string();
    }
    let (whole, fraction) = (minor / unit, minor % unit);
    format!("{whole}.{fraction:0width$}", width = decimals as usize)
}

/// Writes minor units as a JSON number in major units.
pub(crate) fn to_number(minor: u64, currency: Currency) -> Value {
    let major: f64 = to_text(minor, currency).parse().unwrap_or(0.0);
    Value::from(major)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn currency(code: &str) -> Currency {
        Currency::parse(code).unwrap()
    }

    #[test]
    fn amounts_are_read_exactly() {
        assert_eq!(parse("60.98", currency("USD")), Some(6098));
        assert_eq!(parse("10.9800", currency("USD")), Some(1098));
        assert_eq!(parse("0.005", currency("USD")), Some(1));
        assert_eq!(parse("98", currency("JPY")), Some(98));
        assert_eq!(parse("1.5", currency("KWD")), Some(1500));
        for bad in ["", ".", "-1", "1e3", "1,5", "99999999999999999999", "NaN"] {
            assert_eq!(parse(bad, currency("USD")), None, "{bad}");
        }
    }

    #[test]
    fn amounts_are_written_with_the_currency_s_decimals() {
        assert_eq!(to_text(6098, currency("USD")), "60.98");
        assert_eq!(to_text(5, currency("USD")), "0.05");
        assert_eq!(to_text(98, currency("JPY")), "98");
        assert_eq!(to_number(6098, currency("USD")).to_string(), "60.98");
    }
}
