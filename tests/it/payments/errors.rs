//! Every code of the error table, under every status and in every form of body.

use bigcommerce_payments::{Code, DeclineReason, ErrorKind};
use bigcommerce_sandbox::{Endpoint, Fault, When};
use serde_json::json;

use super::{Shop, payment};

/// The guides' table: each code, and what it means when it answers a charge with a 4xx.
const TABLE: &[(i64, ErrorKind)] = &[
    (10000, ErrorKind::OutcomeUnknown),
    (10001, ErrorKind::InvalidInput),
    (30000, ErrorKind::Configuration),
    (3001, ErrorKind::Configuration),
    (30001, ErrorKind::Configuration),
    (30002, ErrorKind::Configuration),
    (30003, ErrorKind::OrderNotPayable),
    (30004, ErrorKind::OrderNotPayable),
    (30050, ErrorKind::Rejected),
    (30051, ErrorKind::Rejected),
    (30100, ErrorKind::OrderNotPayable),
    (30101, ErrorKind::OrderNotPayable),
    (30102, ErrorKind::Declined(DeclineReason::WrongDetails)),
    (30103, ErrorKind::Declined(DeclineReason::CardExpired)),
    (30104, ErrorKind::Declined(DeclineReason::ContactIssuer)),
    (30105, ErrorKind::Duplicate),
    (30106, ErrorKind::Declined(DeclineReason::InsufficientFunds)),
    (
        30107,
        ErrorKind::Declined(DeclineReason::AuthorizationRevoked),
    ),
];

#[tokio::test]
async fn every_code_under_every_status_in_every_form() {
    let shop = Shop::open().await;
    for (number, expected) in TABLE {
        for status in [400, 401, 402, 403, 404, 409, 422] {
            for body in forms(*number) {
                let expected = match (number, status) {
                    (10001, 401) => ErrorKind::Authentication,
                    _ => *expected,
                };
                let error = refused(&shop, status, &body).await;

                assert_eq!(error.kind(), expected, "{status} {body}");
                assert_eq!(error.status(), Some(status));
                assert_eq!(error.code(), Some(Code::from_number(*number)), "{body}");
                assert!(!error.is_safe_to_retry());
                assert!(!error.advice().is_empty());
                assert!(error.correlation_id().is_some());
            }
        }
    }
}

#[tokio::test]
async fn a_server_error_is_unknown_whatever_its_body_says() {
    let shop = Shop::open().await;
    for (number, _) in TABLE {
        for status in [500, 502, 503, 504, 599] {
            let error = refused(&shop, status, &forms(*number)[0]).await;

            assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{status} {number}");
            assert_eq!(error.status(), Some(status));
            assert_eq!(error.unknown_outcome().unwrap().order.get(), 100_000);
        }
    }
}

#[tokio::test]
async fn a_status_without_a_code() {
    let cases = [
        (400, ErrorKind::Rejected),
        (401, ErrorKind::Authentication),
        (403, ErrorKind::Authentication),
        (404, ErrorKind::Rejected),
        (406, ErrorKind::Rejected),
        (408, ErrorKind::OutcomeUnknown),
        (409, ErrorKind::OrderNotPayable),
        (415, ErrorKind::Rejected),
        (422, ErrorKind::Rejected),
        (499, ErrorKind::OutcomeUnknown),
    ];
    let shop = Shop::open().await;
    for (status, kind) in cases {
        for body in [
            "",
            "<html></html>",
            "{",
            r#"[{"message":"no"}]"#,
            r#"{"code":"soon"}"#,
        ] {
            let error = refused(&shop, status, body).await;
            assert_eq!(error.kind(), kind, "{status} {body}");
            assert_eq!(error.status(), Some(status), "the status is never lost");
            assert_eq!(error.code(), None);
        }
    }
}

#[tokio::test]
async fn an_unknown_code_is_kept() {
    let shop = Shop::open().await;
    let error = refused(&shop, 422, r#"{"code":31337,"title":"Novel"}"#).await;

    assert_eq!(error.code(), Some(Code::Other(31337)));
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert_eq!(
        error.to_string(),
        "the request was rejected (status 422, code 31337): Novel"
    );
}

#[tokio::test]
async fn field_messages_and_texts_are_kept() {
    let shop = Shop::open().await;
    let body = json!({
        "status": 422, "title": "Invalid", "detail": "Look", "type": "/docs", "code": 10001,
        "errors": {"payment_method_id": "is unknown"}
    });
    let error = refused(&shop, 422, &body.to_string()).await;

    assert_eq!(error.field_errors()[0].field, "payment_method_id");
    assert_eq!(error.field_errors()[0].message, "is unknown");
    assert_eq!(error.problem().title.as_deref(), Some("Invalid"));
    assert_eq!(
        serde_json::to_value(error.problem()).unwrap(),
        json!({
            "title": "Invalid", "detail": "Look", "type": "/docs", "code": 10001,
            "errors": [{"field": "payment_method_id", "message": "is unknown"}]
        })
    );
}

#[tokio::test]
async fn a_gigantic_error_body_keeps_its_status() {
    let shop = Shop::open().await;
    let body = format!(r#"{{"code":30106,"title":"{}"}}"#, "x".repeat(8 << 20));
    let error = refused(&shop, 422, &body).await;

    assert_eq!(error.status(), Some(422));
    assert_eq!(
        error.kind(),
        ErrorKind::OutcomeUnknown,
        "what was not read may have been code 10000"
    );
    assert_eq!(error.problem().title, None, "no more than the cap is read");
}

/// A body for each form that the platform was seen to send.
fn forms(code: i64) -> Vec<String> {
    vec![
        json!({"status": 422, "title": "No", "type": "/x", "code": code}).to_string(),
        json!({"status": 422, "title": "No", "type": "/x", "code": code.to_string()}).to_string(),
        json!({"title": "No", "errors": [{"code": code, "message": "no"}]}).to_string(),
        json!({"title": "No", "code": code, "errors": ["no", "never"]}).to_string(),
        json!([{"status": 422, "message": "no", "code": code}]).to_string(),
    ]
}

/// What the facade makes of this answer to a charge.
async fn refused(shop: &Shop, status: u16, body: &str) -> bigcommerce_payments::Error {
    let order = bigcommerce_payments::OrderId::new(100_000).unwrap();
    let token = bigcommerce_payments::PaymentAccessToken::new("opaque").unwrap();
    shop.sandbox.clear_faults().await.unwrap();
    let fault = Fault::respond(status, "application/json", body, When::Before);
    shop.inject(Endpoint::ProcessPayment, fault).await;
    let charges = shop.store.charges();
    charges.charge(order, token, &payment()).await.unwrap_err()
}
