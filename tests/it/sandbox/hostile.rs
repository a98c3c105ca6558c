//! Requests that no client should send: each is answered with 4xx, and the sandbox goes on.

use std::time::Duration;

use bigcommerce_sandbox::Sandbox;
use reqwest::{Method, StatusCode};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::client::{Caller, VISA, card};

async fn still_serves(caller: &Caller<'_>) {
    let order = caller.create_order(0).await;
    caller.pays(order, &card(VISA)).await;
}

#[tokio::test]
async fn bad_bodies_are_client_errors() {
    let sandbox = Sandbox::builder().rate_limit(None).start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let deep = "[".repeat(100_000);
    let large = "x".repeat(10 * 1024 * 1024);
    let bodies: [(&[u8], u16); 9] = [
        (b"", 400),
        (b"{", 400),
        (b"[]", 400),
        (b"null", 400),
        (b"{\"order\": \xff\xfe}", 400),
        (b"{\"order\": \"215\"}", 422),
        (b"{\"order\": {\"id\": 1e99}}", 422),
        (deep.as_bytes(), 400),
        (large.as_bytes(), 413),
    ];
    let order = caller.create_order(0).await;
    let pat = caller.create_pat(order).await;
    for (body, status) in bodies {
        let shown = String::from_utf8_lossy(&body[..body.len().min(30)]).into_owned();
        let json = ("content-type", "application/json");
        let token = caller.api(Method::POST, "/v3/payments/access_tokens");
        let token = token
            .header(json.0, json.1)
            .body(body.to_vec())
            .send()
            .await
            .unwrap();
        assert_eq!(token.status(), status, "access token: {shown}");

        let v2 = caller
            .api(Method::POST, "/v2/orders")
            .header(json.0, json.1);
        let v2 = v2.body(body.to_vec()).send().await.unwrap();
        assert!(v2.status().is_client_error(), "order: {shown}");

        let payment = caller
            .payment(&pat, &card(VISA))
            .body(body.to_vec())
            .send()
            .await
            .unwrap();
        assert_eq!(payment.status(), status, "payment: {shown}");
    }
    assert!(sandbox.store().captures(order).is_empty());
    still_serves(&caller).await;
}

#[tokio::test]
async fn wrong_types_are_named_field_by_field() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let order = caller.create_order(0).await;
    let payment = serde_json::json!({
        "payment_method_id": 7,
        "instrument": {"type": "card", "number": 4_242_424_242_424_242_u64, "cardholder_name": [],
            "expiry_month": "12", "expiry_year": null},
    });
    let answer = caller.pay(order, &payment).await;
    assert_eq!((answer.status, answer.code()), (422, 10001));
    let mut fields: Vec<_> = answer.body["errors"]
        .as_object()
        .unwrap()
        .keys()
        .cloned()
        .collect();
    fields.sort_unstable();
    assert_eq!(
        fields,
        [
            "payment.instrument.cardholder_name",
            "payment.instrument.expiry_month",
            "payment.instrument.expiry_year",
            "payment.instrument.number",
            "payment.payment_method_id",
        ]
    );
}

#[tokio::test]
async fn unknown_paths_methods_and_stores_are_client_errors() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let cases = [
        (Method::GET, "/v3/nothing", StatusCode::NOT_FOUND),
        (Method::GET, "/v2/orders/%FF", StatusCode::NOT_FOUND),
        (
            Method::GET,
            "/v2/orders/99999999999999999999",
            StatusCode::NOT_FOUND,
        ),
        (Method::GET, "/v2/orders/1", StatusCode::NOT_FOUND),
        (
            Method::GET,
            "/v3/payments/methods",
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            Method::GET,
            "/v3/payments/methods?order_id=x",
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (
            Method::DELETE,
            "/v2/orders/215",
            StatusCode::METHOD_NOT_ALLOWED,
        ),
        (
            Method::PATCH,
            "/v3/payments/access_tokens",
            StatusCode::METHOD_NOT_ALLOWED,
        ),
    ];
    for (method, path, status) in cases {
        let response = caller.api(method.clone(), path).send().await.unwrap();
        assert_eq!(response.status(), status, "{method} {path}");
    }
    let elsewhere = format!("{}/stores/nobody/v2/orders/1", sandbox.api_url());
    let response = caller.http.get(elsewhere).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
    still_serves(&caller).await;
}

async fn raw(url: &str, bytes: &[u8]) -> String {
    let address = url.trim_start_matches("http://");
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn bytes_that_are_not_http_are_client_errors() {
    let sandbox = Sandbox::start().await.unwrap();
    let many_headers = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(5_000));
    let requests: [&[u8]; 4] = [
        b"\x00\xff\xfe\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST / HTTP/1.1\r\ncontent-length: nonsense\r\n\r\n",
        many_headers.as_bytes(),
    ];
    for request in requests {
        let answer = raw(sandbox.payments_url(), request).await;
        assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
    still_serves(&Caller::new(&sandbox)).await;
}

#[tokio::test]
async fn a_thousand_slow_connections_do_not_stop_the_others() {
    let patience = Duration::from_secs(3);
    let sandbox = Sandbox::builder()
        .read_timeout(patience)
        .start()
        .await
        .unwrap();
    let address = sandbox
        .payments_url()
        .trim_start_matches("http://")
        .to_owned();
    let slow_head = b"POST /stores/teststore1/payments HTTP/1.1\r\nhost: x\r\n".to_vec();
    let mut slow_body = slow_head.clone();
    slow_body.extend_from_slice(b"content-length: 100\r\n\r\n{");
    let mut connections = Vec::new();
    for number in 0..1_000 {
        let mut socket = TcpStream::connect(&address).await.unwrap();
        let start = if number % 2 == 0 {
            &slow_head
        } else {
            &slow_body
        };
        socket.write_all(start).await.unwrap();
        connections.push(socket);
    }
    still_serves(&Caller::new(&sandbox)).await;
    for mut socket in connections {
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).await.unwrap();
        assert!(
            answer.starts_with(b"HTTP/1.1 408"),
            "{}",
            String::from_utf8_lossy(&answer)
        );
    }
    still_serves(&Caller::new(&sandbox)).await;
}
