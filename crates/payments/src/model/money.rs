//! Exact amounts of money.

use std::fmt;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// An exact amount in major units of a currency: 60.98 USD.
///
/// As JSON: `{"amount":"60.98","currency":"USD"}`. The amount is a string, since a JSON number
/// loses digits in many readers.
///
/// ```
/// use bigcommerce_payments::{Decimal, Money};
///
/// let money = Money::new(Decimal::new(6098, 2), "USD");
/// assert_eq!(money.to_string(), "60.98 USD");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Money {
    /// The amount.
    #[serde(with = "rust_decimal::serde::str")]
    #[cfg_attr(feature = "schemars", schemars(with = "String"))]
    pub amount: Decimal,
    /// The currency, an ISO 4217 code.
    pub currency: String,
}

impl Money {
    /// An amount in major units of a currency, an ISO 4217 code.
    pub fn new(amount: Decimal, currency: impl Into<String>) -> Self {
        Self {
            amount,
            currency: currency.into(),
        }
    }

    /// An amount in minor units, such as cents, of a currency.
    pub(crate) fn from_minor(amount: i64, currency: &str) -> Option<Self> {
        let amount = Decimal::try_from_i128_with_scale(amount.into(), minor_digits(currency)).ok();
        amount.map(|amount| Self::new(amount, currency))
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency)
    }
}

/// No order is of as much. Sums of any list that fits a response are exact below it.
const ABSURD: Decimal = Decimal::from_parts(0x4E72_A000, 0x0000_0918, 0, false, 0);

/// The most decimal places of an amount: more than any currency has.
const PLACES: u32 = 6;

/// Reads an amount with every digit, as it is written in JSON. What is negative, absurdly large,
/// or finer than any currency is no amount.
pub(crate) fn read_amount(text: &str) -> Option<Decimal> {
    let digits = text.split(['e', 'E']).next()?;
    if !digits.bytes().all(|it| it.is_ascii_digit() || it == b'.') {
        return None;
    }
    // Scientific notation is rounded, unless its digits fit.
    let plain = Decimal::from_str_exact(digits).ok()?;
    let amount = if digits.len() == text.len() {
        plain
    } else {
        Decimal::from_scientific(text).ok()?
    };
    Some(amount).filter(|it| *it < ABSURD && it.normalize().scale() <= PLACES)
}

/// ISO 4217, list one: most currencies have hundredths.
fn minor_digits(currency: &str) -> u32 {
    match currency.to_ascii_uppercase().as_str() {
        "BIF" | "CLP" | "DJF" | "GNF" | "ISK" | "JPY" | "KMF" | "KRW" | "PYG" | "RWF" | "UGX"
        | "UYI" | "VND" | "VUV" | "XAF" | "XOF" | "XPF" => 0,
        "BHD" | "IQD" | "JOD" | "KWD" | "LYD" | "OMR" | "TND" => 3,
        "CLF" | "UYW" => 4,
        _ => 2,
    }
}

/// An amount as a JSON string, where there may be none. The library's own reads no `null` within
/// an enum.
pub(crate) mod optional_amount {
    use rust_decimal::Decimal;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Deserialize, Serialize)]
    struct Amount(#[serde(with = "rust_decimal::serde::str")] Decimal);

    #[allow(
        clippy::ref_option,
        reason = "serde calls it with a reference to the field"
    )]
    pub(crate) fn serialize<S: Serializer>(
        amount: &Option<Decimal>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        amount.map(Amount).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Decimal>, D::Error> {
        let amount = Option::<Amount>::deserialize(deserializer)?;
        Ok(amount.map(|amount| amount.0))
    }
}

#[cfg(test)]
mod tests {
    use super::{Money, read_amount};

    #[test]
    fn every_digit_is_kept() {
        for text in ["0", "60.98", "0.1", "60.980", "9007199254740.993"] {
            assert_eq!(read_amount(text).unwrap().to_string(), text);
        }
        for (text, same) in [("6.098e1", "60.98"), ("1E+2", "100"), ("5e-1", "0.5")] {
            assert_eq!(read_amount(text).unwrap(), read_amount(same).unwrap());
        }
    }

    #[test]
    fn what_is_absurd_is_no_amount() {
        let absurd = [
            "",
            ".",
            "-1",
            "10000000000000",
            "0.0000001",
            "+1",
            "1_000",
            "1,5",
            "NaN",
            "1e",
            "e1",
            "1e29",
            "1e-29",
            "1e4294967296",
            "1e-99999999999999999999",
            "79228162514264337593543950336",
            "0.00000000000000000000000000001",
            "1.2.3",
            "٣",
        ];
        for text in absurd {
            assert_eq!(read_amount(text), None, "{text}");
        }
    }

    #[test]
    fn minor_units_depend_on_the_currency() {
        for (currency, text) in [
            ("USD", "98.00"),
            ("JPY", "9800"),
            ("jpy", "9800"),
            ("KWD", "9.800"),
        ] {
            let money = Money::from_minor(9800, currency).unwrap();
            assert_eq!(money.amount.to_string(), text, "{currency}");
        }
    }

    #[test]
    fn the_json_form() {
        let money = Money::new("60.980".parse().unwrap(), "USD");
        let json = r#"{"amount":"60.980","currency":"USD"}"#;

        assert_eq!(serde_json::to_string(&money).unwrap(), json);
        assert_eq!(serde_json::from_str::<Money>(json).unwrap(), money);
        for wrong in ["60.98", "\"\"", "\"60,98\"", "null"] {
            let json = format!(r#"{{"amount":{wrong},"currency":"USD"}}"#);
            assert!(serde_json::from_str::<Money>(&json).is_err(), "{wrong}");
        }
    }
}
