//! What a plain scalar means by the core schema of YAML 1.2 (section 10.3.2).

use serde_json::{Number, Value};

/// Why a scalar has no JSON value: what is wrong, and what to do.
pub(crate) type ScalarError = (String, &'static str);

/// Reads a plain (unquoted) scalar.
pub(crate) fn resolve(text: &str) -> Result<Value, ScalarError> {
    Ok(match text {
        "" | "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        _ => match number(text)? {
            Some(number) => Value::Number(number),
            None => Value::String(text.to_owned()),
        },
    })
}

/// Reads a number in the notation of YAML or JSON; `None` when the text is no number.
///
/// A number is refused, rather than rounded, when it would not be the same afterwards.
pub(crate) fn number(text: &str) -> Result<Option<Number>, ScalarError> {
    if !text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) {
        return Ok(None);
    }
    for (prefix, radix) in [("0o", 8), ("0x", 16)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
                return Ok(None);
            }
            return u64::from_str_radix(digits, radix)
                .map(|n| Some(n.into()))
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
        return integer(text, unsigned).map(Some);
    }
    if !is_float(unsigned) {
        return Ok(None);
    }
    let float = text.parse::<f64>().ok().and_then(Number::from_f64);
    float.map(Some).ok_or_else(too_large)
}

fn integer(text: &str, digits: &str) -> Result<Number, ScalarError> {
    let signed = text.strip_prefix('+').unwrap_or(text);
    if let Ok(n) = signed.parse::<u64>() {
        return Ok(n.into());
    }
    if let Ok(n) = signed.parse::<i64>() {
        return Ok(n.into());
    }
    // Beyond 64 bits a float serves only where it happens to hold the very same integer.
    let float: f64 = signed.parse().map_err(|_| too_large())?;
    let same = format!("{:.0}", float.abs()) == digits.trim_start_matches('0');
    if same && let Some(number) = Number::from_f64(float) {
        return Ok(number);
    }
    Err(too_large())
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
        "the number does not fit into 64 bits without losing digits".to_owned(),
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
            assert_eq!(resolve(text), Ok(value), "{text:?}");
        }
    }

    #[test]
    fn a_number_that_would_change_is_refused() {
        for text in [
            "18446744073709551617",
            "-9223372036854775809",
            "0xFFFFFFFFFFFFFFFFF",
            "1e999",
            ".inf",
            "-.INF",
            ".nan",
        ] {
            assert!(resolve(text).is_err(), "{text:?}");
        }
    }
}
