//! What a plain scalar means by the core schema of YAML 1.2 (section 10.3.2).

use serde_json::{Number, Value};

/// What a scalar means.
#[derive(Debug, PartialEq)]
pub(crate) struct Scalar {
    pub(crate) value: Value,
    /// The digits of a number that the value rounds.
    pub(crate) digits: Option<Box<str>>,
}

impl From<Value> for Scalar {
    fn from(value: Value) -> Self {
        Self {
            value,
            digits: None,
        }
    }
}

/// Why a scalar has no JSON value: what is wrong, and what to do.
pub(crate) type ScalarError = (String, &'static str);

/// A float tells all numbers of so many digits apart.
const MOST_EXACT: usize = 17;

/// Reads a plain (unquoted) scalar.
pub(crate) fn resolve(text: &str) -> Result<Scalar, ScalarError> {
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null.into(),
        "true" | "True" | "TRUE" => Value::Bool(true).into(),
        "false" | "False" | "FALSE" => Value::Bool(false).into(),
        _ => number(text)?.unwrap_or_else(|| Value::from(text).into()),
    })
}

/// Reads a number in the notation of YAML or JSON; `None` when the text is no number.
///
/// A number that 64 bits cannot hold is rounded, and keeps its digits beside.
fn number(text: &str) -> Result<Option<Scalar>, ScalarError> {
    if !text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) {
        return Ok(None);
    }
    for (prefix, radix) in [("0o", 8), ("0x", 16)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
                return Ok(None);
            }
            return u64::from_str_radix(digits, radix)
                .map(|n| Some(Value::from(n).into()))
                .map_err(|_| too_large());
        }
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF") || matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Err((
            "infinity and not-a-number have no JSON value".to_owned(),
            "write a finite number, or quote it if a string is meant",
        ));
    }
    if unsigned.bytes().all(|b| b.is_ascii_digit()) && !unsigned.is_empty() {
        return integer(text).map(Some);
    }
    if !is_float(unsigned) {
        return Ok(None);
    }
    let float = text.parse::<f64>().ok().and_then(Number::from_f64);
    let value = float.map(Value::Number).ok_or_else(too_large)?;
    let mantissa = unsigned.split(['e', 'E']).next().unwrap_or_default();
    let digits = mantissa
        .bytes()
        .filter(u8::is_ascii_digit)
        .skip_while(|digit| *digit == b'0');
    let digits = (digits.count() > MOST_EXACT).then(|| text.trim_start_matches('+').into());
    Ok(Some(Scalar { value, digits }))
}

fn integer(text: &str) -> Result<Scalar, ScalarError> {
    let signed = text.strip_prefix('+').unwrap_or(text);
    if let Ok(n) = signed.parse::<u64>() {
        return Ok(Value::from(n).into());
    }
    if let Ok(n) = signed.parse::<i64>() {
        return Ok(Value::from(n).into());
    }
    let float: f64 = signed.parse().map_err(|_| too_large())?;
    let value = Number::from_f64(float)
        .map(Value::Number)
        .ok_or_else(too_large)?;
    let (sign, digits) = match signed.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", signed),
    };
    let digits = digits.trim_start_matches('0');
    // It may hold the very same integer.
    let is_rounded = format!("{:.0}", float.abs()) != digits;
    Ok(Scalar {
        value,
        digits: is_rounded.then(|| format!("{sign}{digits}").into()),
    })
}

/// `(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
fn is_float(text: &str) -> bool {
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let exponent_fits = exponent.is_none_or(|e| {
        let e = e.strip_prefix(['+', '-']).unwrap_or(e);
        !e.is_empty() && digits(e)
    });
    let mantissa_fits = match mantissa.split_once('.') {
        Some((whole, part)) => {
            digits(whole) && digits(part) && !(whole.is_empty() && part.is_empty())
        }
        None => !mantissa.is_empty() && digits(mantissa),
    };
    exponent_fits && mantissa_fits
}

fn too_large() -> ScalarError {
    (
        "the number is larger than any that can be read".to_owned(),
        "write a smaller number, or quote it if a string is meant",
    )
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::resolve;

    #[test]
    fn plain_scalars_follow_the_core_schema() {
        for (text, value) in [
            ("", Value::Null),
            ("~", Value::Null),
            ("nULL", json!("nULL")),
            ("True", json!(true)),
            ("yes", json!("yes")),
            ("on", json!("on")),
            ("12", json!(12)),
            ("+12", json!(12)),
            ("-12", json!(-12)),
            ("007", json!(7)),
            ("0o17", json!(15)),
            ("0x1F", json!(31)),
            ("0x", json!("0x")),
            ("1_000", json!("1_000")),
            ("1.", json!(1.0)),
            (".5", json!(0.5)),
            ("-1.5e3", json!(-1500.0)),
            ("1e", json!("1e")),
            (".", json!(".")),
            ("-", json!("-")),
            ("3.0.3", json!("3.0.3")),
            ("2001-12-14", json!("2001-12-14")),
            ("18446744073709551615", json!(u64::MAX)),
            ("-9223372036854775808", json!(i64::MIN)),
            ("100000000000000000000", json!(1e20)),
        ] {
            let scalar = resolve(text).expect("a scalar");
            assert_eq!(scalar.value, value, "{text:?}");
        }
    }

    #[test]
    fn a_number_beyond_64_bits_keeps_its_digits() {
        for (text, value, digits) in [
            (
                "18446744073709551617",
                18_446_744_073_709_552e3,
                "18446744073709551617",
            ),
            (
                "-9223372036854776000",
                -9_223_372_036_854_776e3,
                "-9223372036854776000",
            ),
            ("+0100000000000000000001", 1e20, "100000000000000000001"),
            (
                "0.1234567890123456789",
                0.123_456_789_012_345_68,
                "0.1234567890123456789",
            ),
        ] {
            let scalar = resolve(text).expect("a number");
            assert_eq!(scalar.value, json!(value), "{text:?}");
            assert_eq!(scalar.digits.as_deref(), Some(digits), "{text:?}");
        }
        for text in [
            "18446744073709551616",
            "100000000000000000000",
            "0.1",
            "1e20",
            "text",
        ] {
            assert_eq!(resolve(text).expect("a scalar").digits, None, "{text:?}");
        }
    }

    #[test]
    fn a_number_that_no_value_is_near_is_refused() {
        for text in ["0xFFFFFFFFFFFFFFFFF", "1e999", ".inf", "-.INF", ".nan"] {
            assert!(resolve(text).is_err(), "{text:?}");
        }
    }
}
