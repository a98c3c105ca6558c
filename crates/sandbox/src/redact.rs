//! Views of requests and answers without their secrets, for logs and for the admin port.
//!
//! What is shown is what is known to be harmless, by its name. A value of any other name may be a
//! secret: a client that misspells `verification_value` must not find it in a log.

use std::{borrow::Cow, mem};

use serde_json::Value;

use crate::gateway::cards::passes_luhn;

const REDACTED: &str = "[redacted]";

/// Headers that carry nothing secret.
const SHOWN_HEADERS: &[&str] = &[
    "accept",
    "accept-encoding",
    "allow",
    "connection",
    "content-length",
    "content-type",
    "date",
    "expect",
    "host",
    "retry-after",
    "traceparent",
    "transfer-encoding",
    "user-agent",
    "x-correlation-id",
    "x-rate-limit-requests-left",
    "x-rate-limit-requests-quota",
    "x-rate-limit-time-reset-ms",
    "x-rate-limit-time-window-ms",
    "x-retry-after",
];

/// Parameters of a query that carry nothing secret.
const SHOWN_PARAMETERS: &[&str] = &["checkout_id", "limit", "order_id", "page"];

/// Fields of bodies that carry nothing secret.
const SHOWN_FIELDS: &[&str] = &[
    "amount",
    "brand",
    "brands",
    "cart_id",
    "code",
    "count",
    "country_iso2",
    "currency",
    "currency_code",
    "current_page",
    "customer_id",
    "date_created",
    "default_currency_code",
    "detail",
    "discount_amount",
    "errors",
    "event",
    "expiration_month",
    "expiration_year",
    "expiry_month",
    "expiry_year",
    "fraud_review",
    "gateway",
    "gateway_transaction_id",
    "gift_certificate_amount",
    "handling_cost_inc_tax",
    "id",
    "instrument_type",
    "is_default",
    "is_recurring",
    "last_4",
    "message",
    "method",
    "name",
    "order_id",
    "order_source",
    "payment_method",
    "payment_method_id",
    "payment_status",
    "per_page",
    "price_ex_tax",
    "price_inc_tax",
    "quantity",
    "reference_transaction_id",
    "refunded_amount",
    "remaining_balance",
    "save_instrument",
    "shipping_cost_inc_tax",
    "starting_balance",
    "status",
    "status_id",
    "store_credit_amount",
    "subtotal_inc_tax",
    "test",
    "test_mode",
    "title",
    "total",
    "total_inc_tax",
    "total_pages",
    "transaction_type",
    "type",
    "verification_value_required",
];

/// A header's value as it may be shown.
pub(crate) fn header<'a>(name: &str, value: &'a str) -> &'a str {
    let is_shown = SHOWN_HEADERS.iter().any(|it| it.eq_ignore_ascii_case(name));
    if is_shown && !may_be_secret(value) {
        value
    } else {
        REDACTED
    }
}

/// A path and query as they may be shown.
pub(crate) fn path(path_and_query: &str) -> String {
    let (path, query) = match path_and_query.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (path_and_query, None),
    };
    let segments: Vec<&str> = path.split('/').map(unless_secret).collect();
    let mut shown = segments.join("/");
    if let Some(query) = query {
        let parameters: Vec<Cow<'_, str>> = query.split('&').map(parameter).collect();
        shown = format!("{shown}?{}", parameters.join("&"));
    }
    shown
}

/// A body as it may be shown. One that is not JSON is not shown: a secret could be anywhere.
pub(crate) fn body(body: &[u8]) -> Value {
    match serde_json::from_slice(body) {
        Ok(mut json) => {
            redact(&mut json, false);
            json
        }
        Err(_) if body.is_empty() => Value::Null,
        Err(_) => Value::from(format!("[{} bytes that are not JSON]", body.len())),
    }
}

/// JSON as it may be shown.
pub(crate) fn value(mut json: Value) -> Value {
    redact(&mut json, false);
    json
}

fn parameter(parameter: &str) -> Cow<'_, str> {
    match parameter.split_once('=') {
        Some((name, value)) if SHOWN_PARAMETERS.contains(&name) && !may_be_secret(value) => {
            parameter.into()
        }
        Some((name, _)) => format!("{}={REDACTED}", unless_secret(name)).into(),
        None => unless_secret(parameter).into(),
    }
}

fn redact(value: &mut Value, is_shown: bool) {
    match value {
        Value::Object(members) => {
            let redacted = mem::take(members).into_iter().map(|(name, mut member)| {
                // The names below `errors` are those of fields, and the messages are harmless.
                let names_fields = is_shown && member.is_string() && name.contains('.');
                let is_shown = names_fields || SHOWN_FIELDS.contains(&name.as_str());
                redact(&mut member, is_shown);
                (unless_secret(&name).to_owned(), member)
            });
            *members = redacted.collect();
        }
        Value::Array(elements) => {
            for element in elements {
                redact(element, is_shown);
            }
        }
        Value::String(text) if is_shown && !may_be_secret(text) => {}
        Value::Number(number) if is_shown && !may_be_secret(&number.to_string()) => {}
        Value::Bool(_) | Value::Null => {}
        secret => *secret = REDACTED.into(),
    }
}

fn unless_secret(text: &str) -> &str {
    if may_be_secret(text) { REDACTED } else { text }
}

/// Whether a text looks like a token or a card number, whatever its name is.
fn may_be_secret(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let only_number = text
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b" -._".contains(&byte));
    let is_card_number = only_number && (12..=19).contains(&digits);
    let word = |part: &str| part.len() >= 40 && part.bytes().all(|it| it.is_ascii_alphanumeric());
    let has_token = text.contains("eyJ") || text.split(' ').any(word);
    is_card_number || has_token || text.contains("PAT ") || holds_card_number(text)
}

/// Whether groups of digits somewhere in a text make up the number of a card.
fn holds_card_number(text: &str) -> bool {
    const LONGEST: usize = 19;
    let is_part = |it: char| it.is_ascii_digit() || it == ' ' || it == '-';
    text.split(|it| !is_part(it)).any(|run| {
        let groups = run.split([' ', '-']).filter(|group| !group.is_empty());
        let groups: Vec<&str> = groups.collect();
        (0..groups.len()).any(|first| {
            let mut digits = String::new();
            groups[first..].iter().take(LONGEST).any(|group| {
                digits.push_str(group);
                (13..=LONGEST).contains(&digits.len()) && passes_luhn(&digits)
            })
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_not_shown_wherever_they_are_and_whatever_their_name() {
        let shown = body(
            br#"{"payment": {"instrument": {"type": "card", "number": "4242424242424242",
                "verification_value": "123", "card_number": "378282246310005", "cvv": 4567,
                "id": "5555 5555 5555 4444", "name": "eyJhbGciOi", "amount": 6011111111111117},
                "list": [{"token": "abc"}, "secret"], "PAN": ["30569309020004"]},
                "name": "Jane 4012-8888-8888-1881 Doe", "3566002020360505": true}"#,
        )
        .to_string();
        for secret in [
            "4242", "123", "abc", "3782", "4567", "5555", "eyJ", "6011", "secret", "3056", "4012",
            "3566",
        ] {
            assert!(!shown.contains(secret), "{secret}: {shown}");
        }
        assert!(shown.contains(r#""type":"card""#));
        assert_eq!(body(b"4242424242424242 <"), "[18 bytes that are not JSON]");
    }

    #[test]
    fn headers_paths_and_queries_are_shown_where_they_are_harmless() {
        assert_eq!(header("X-Auth-Token", "abc"), REDACTED);
        assert_eq!(header("X-Custom", "PAT abc"), REDACTED);
        assert_eq!(header("User-Agent", "PAT abc"), REDACTED);
        assert_eq!(
            header("Content-Type", "application/json"),
            "application/json"
        );
        assert_eq!(
            path("/stores/abc/payments?order_id=215&pat=eyJx&cvv=123&4242424242424242"),
            "/stores/abc/payments?order_id=215&pat=[redacted]&cvv=[redacted]&[redacted]"
        );
        assert_eq!(
            path("/stores/eyJx/4242424242424242"),
            "/stores/[redacted]/[redacted]"
        );
    }

    #[test]
    fn messages_about_fields_are_shown() {
        let problem =
            body(br#"{"errors": {"payment.instrument.token": "is missing"}, "code": 10001}"#);
        assert_eq!(problem["errors"]["payment.instrument.token"], "is missing");
        assert_eq!(problem["code"], 10001);
    }
}
