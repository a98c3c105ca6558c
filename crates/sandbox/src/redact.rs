//! Views of requests without their secrets, for logs and for the admin port.

use serde_json::Value;

const REDACTED: &str = "[redacted]";

/// Headers that carry credentials.
const SECRET_HEADERS: &[&str] = &[
    "authorization",
    "cookie",
    "proxy-authorization",
    "x-auth-token",
];

/// Fields of a request body that carry card data or tokens.
const SECRET_FIELDS: &[&str] = &[
    "cardholder_name",
    "gift_certificate_code",
    "iin",
    "number",
    "token",
    "verification_value",
];

/// A header's value as it may be shown.
pub(crate) fn header<'a>(name: &str, value: &'a str) -> &'a str {
    if SECRET_HEADERS
        .iter()
        .any(|it| it.eq_ignore_ascii_case(name))
    {
        REDACTED
    } else {
        value
    }
}

/// A body as it may be shown. One that is not JSON is not shown: a secret could be anywhere.
pub(crate) fn body(body: &[u8]) -> Value {
    match serde_json::from_slice(body) {
        Ok(mut json) => {
            redact(&mut json);
            json
        }
        Err(_) if body.is_empty() => Value::Null,
        Err(_) => Value::from(format!("[{} bytes that are not JSON]", body.len())),
    }
}

fn redact(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                if SECRET_FIELDS.contains(&name.as_str()) {
                    *member = REDACTED.into();
                } else {
                    redact(member);
                }
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(redact),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_shown_wherever_they_are() {
        let shown = body(
            br#"{"payment": {"instrument": {"type": "card", "number": "4242424242424242",
                "verification_value": "123"}, "list": [{"token": "abc"}]}}"#,
        )
        .to_string();
        for secret in ["4242", "123", "abc"] {
            assert!(!shown.contains(secret), "{shown}");
        }
        assert!(shown.contains("card"));
        assert_eq!(header("X-Auth-Token", "abc"), REDACTED);
        assert_eq!(body(b"4242424242424242 <"), "[18 bytes that are not JSON]");
    }
}
