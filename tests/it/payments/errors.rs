//! Every code of the error table, under every status and in every form of body.

use bigcommerce_payments::{Code, DeclineReason, ErrorKind, OrderId, PaymentAccessToken, Payments};
use bigcommerce_sandbox::{Endpoint, Fault, When};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinHandle,
};

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
        for status in [400, 401, 402, 403, 404, 409, 422, 429] {
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
            assert_eq!(
                error.unknown_outcome().unwrap().attempt.order.get(),
                100_000
            );
        }
    }
}

#[tokio::test]
async fn a_success_that_cannot_be_read_is_unknown_whatever_its_body_says() {
    let shop = Shop::open().await;
    for (number, _) in TABLE {
        for (status, body) in [200, 201, 202, 203, 206].into_iter().zip(forms(*number)) {
            let error = refused(&shop, status, &body).await;

            assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{status} {body}");
            assert_eq!(error.status(), Some(status));
        }
    }
}

/// What the most dangerous code comes to decides, wherever the two of them stand.
#[tokio::test]
async fn of_two_codes_the_more_dangerous_one_decides() {
    let by_danger = [10000, 30105, 30106, 31337, 422];
    let shop = Shop::open().await;
    for (place, dangerous) in by_danger.iter().enumerate() {
        let expected = refused(&shop, 422, &json!({"code": dangerous}).to_string()).await;
        for other in &by_danger[place + 1..] {
            for body in [
                json!({"code": dangerous, "errors": [{"code": other}]}),
                json!({"code": other, "errors": [{"code": dangerous}]}),
                json!({"errors": [{"code": dangerous}, {"code": other}]}),
                json!({"errors": {"a": {"code": other}, "b": {"code": dangerous}}}),
                json!([{"code": other}, {"code": dangerous}]),
            ] {
                let error = refused(&shop, 422, &body.to_string()).await;

                assert_eq!(error.code(), expected.code(), "{body}");
                assert_eq!(error.kind(), expected.kind(), "{body}");
            }
        }
    }
}

/// A code that says that the charge may have been made counts in bodies that are no JSON, too.
#[tokio::test]
async fn a_dangerous_code_is_found_in_odd_bodies() {
    let shop = Shop::open().await;
    for (code, kind) in [
        (10000, ErrorKind::OutcomeUnknown),
        (30105, ErrorKind::Duplicate),
    ] {
        let deep = format!("{}{{\"code\":{code}}}{}", "[".repeat(500), "]".repeat(500));
        let large = format!(
            r#"{{"errors":[{}{{"code":{code}}}]}}"#,
            r#"{"code":422,"message":"no"},"#.repeat(30_000)
        );
        for body in [
            deep,
            large,
            format!(r#"{{"code":{code},"title":"cut o"#),
            format!(r#"{{"code":{code}}}<!-- from the proxy -->"#),
            format!("<html><p>Error code: {code}</p></html>"),
            json!({"code": 30106, "detail": format!("upstream said error code {code}")})
                .to_string(),
            json!({"code": 422, "body": json!({"code": code}).to_string()}).to_string(),
            json!({"code": format!("ERR-{code}")}).to_string(),
            format!("{{\"code\":{code},\"title\":\"\u{0}\"}}"),
        ] {
            let error = refused(&shop, 422, &body).await;

            assert_eq!(error.kind(), kind, "{body:.100}");
            assert_eq!(error.code(), Some(Code::from_number(code)), "{body:.100}");
        }
    }
}

/// A 429 is about the rate as long as its only code repeats the status.
#[tokio::test]
async fn a_code_that_repeats_the_status_is_none() {
    let shop = Shop::once().await;
    let body = json!({"status": 429, "code": 429, "errors": [{"code": "429"}]});
    let error = refused(&shop, 429, &body.to_string()).await;

    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.code(), None);
    assert!(error.is_safe_to_retry());
}

#[tokio::test]
async fn a_number_that_is_no_code_is_not_taken_for_one() {
    let shop = Shop::open().await;
    for body in [
        json!({"code": 422}),
        json!({"code": "404"}),
        json!({"errors": [7, "31337", {"message": "order 10000"}]}),
        json!({"order_id": 10000, "amount": 30105}),
        json!({"code": "4242424242424242"}),
        json!({"code": 10000.5}),
        json!({"code": 1e300}),
    ] {
        let error = refused(&shop, 422, &body.to_string()).await;

        assert_eq!(error.code(), None, "{body}");
        assert_eq!(error.kind(), ErrorKind::Rejected, "{body}");
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
        (460, ErrorKind::OutcomeUnknown),
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

/// A proxy may pack a body, which is then none in which a code can be looked for.
#[tokio::test]
async fn a_refusal_whose_body_is_no_text_is_unknown() {
    let utf_16 = |text: &str| {
        text.encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<_>>()
    };
    let body = [b"\xff\xfe".to_vec(), utf_16(r#"{"code":10000}"#)].concat();
    let plain = b"{}".to_vec();
    for (header, body) in [("x-none: 1", body), ("content-encoding: gzip", plain)] {
        for status in [
            "401 Unauthorized",
            "422 Unprocessable",
            "429 Too Many Requests",
        ] {
            let head = format!(
                "HTTP/1.1 {status}\r\n{header}\r\ncontent-length: {}\r\n\r\n",
                body.len()
            );
            let (url, host) = answering([head.into_bytes(), body.clone()].concat()).await;
            let payments = Payments::builder().payments_url(url).build().unwrap();
            let charges = payments.charges("abc123").unwrap();
            let token = PaymentAccessToken::new("opaque").unwrap();
            let order = OrderId::new(1).unwrap();
            let error = charges.charge(order, token, &payment()).await.unwrap_err();

            assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{header} {status}");
            assert_eq!(error.status().unwrap().to_string(), status[..3]);
            host.await.unwrap();
        }
    }
}

/// A host that reads a charge, and answers it with these bytes.
async fn answering(answer: Vec<u8>) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let host = tokio::spawn(async move {
        let (mut socket, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !request.ends_with(b"}}") {
            request.push(socket.read_u8().await.unwrap());
        }
        socket.write_all(&answer).await.unwrap();
    });
    (url, host)
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

/// A body for each form that the platform was seen to send, and for each place where a code can
/// hide.
fn forms(code: i64) -> Vec<String> {
    let mut forms = vec![
        json!({"status": 422, "title": "No", "type": "/x", "code": code}),
        json!({"status": 422, "title": "No", "type": "/x", "code": code.to_string()}),
        json!({"title": "No", "errors": [{"code": code, "message": "no"}]}),
        json!({"title": "No", "code": code, "errors": ["no", "never"]}),
        json!([{"status": 422, "message": "no", "code": code}]),
        json!({"code": 422, "errors": [{"code": code}]}),
        json!({"code": "422", "errors": {"card": {"code": code, "message": "no"}}}),
        json!({"errors": {"card": [{"message": "no"}, {"reasons": [{"code": code}]}]}}),
        json!({"errors": [{"code": 31337, "message": "no"}, {"code": code}]}),
        json!({"code": 31337, "error": {"code": code}}),
        json!([{"code": 422}, {"message": "no"}, {"code": code}]),
        json!({"errors": [code]}),
        json!({"errors": {"card": code.to_string()}}),
        json!({"data": {"error_code": code}}),
        json!({"code": [422, {"value": code}]}),
    ]
    .iter()
    .map(ToString::to_string)
    .collect::<Vec<_>>();
    forms.extend([
        format!(r#"{{"code":{code}.0}}"#),
        format!(r#"{{"code":"{code}.0"}}"#),
        format!(r#"{{"code":{code},"code":422}}"#),
        format!(r#"{{"errors":{{"{code}":"no"}}}}"#),
        format!("\u{feff}{{\"code\":{code}}}"),
    ]);
    forms
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
