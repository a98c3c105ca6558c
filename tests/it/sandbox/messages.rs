//! Errors that say what to do.

use bigcommerce_sandbox::Sandbox;
use reqwest::Method;
use serde_json::Value;

use super::client::{Caller, VISA, card, send};

async fn detail(request: reqwest::RequestBuilder) -> String {
    let body = send(request).await.body;
    body["detail"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_missing_scope_is_named() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let cases = [
        (
            Method::GET,
            "/v3/payments/methods?order_id=215",
            "store_payments_methods_read",
        ),
        (
            Method::GET,
            "/v3/orders/215/transactions",
            "store_v2_transactions_read_only or store_v2_transactions",
        ),
    ];
    for (method, path, scope) in cases {
        let url = format!("{}/stores/teststore1{path}", sandbox.api_url());
        let request = caller.http.request(method, url);
        let request = request.header("x-auth-token", "sandbox-token-without-scopes");
        let detail = detail(request).await;
        assert!(detail.ends_with(scope), "{detail}");
    }
}

#[tokio::test]
async fn a_path_of_the_other_host_says_which() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let on_api = format!("{}/stores/teststore1/payments", sandbox.api_url());
    assert_eq!(
        detail(caller.http.post(on_api)).await,
        "this path is on the payments host"
    );
    let tokens = "/stores/teststore1/v3/payments/access_tokens";
    let on_payments = format!("{}{tokens}", sandbox.payments_url());
    assert_eq!(
        detail(caller.http.post(on_payments)).await,
        "this path is on the tokens host"
    );
    let without_store = format!("{}/payments", sandbox.payments_url());
    assert!(
        detail(caller.http.post(without_store))
            .await
            .contains("/stores/{store_hash}/")
    );
}

#[tokio::test]
async fn a_token_with_a_prefix_or_space_too_many_says_so() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let pat = sandbox.store().issue_pat(215).unwrap();
    for (token, part) in [
        (format!("PAT {pat}"), "second prefix"),
        (format!("JWT {pat}"), "second prefix"),
        (format!(" {pat}"), "space too many"),
    ] {
        let refused = caller.process(&token, &card(VISA)).await;
        assert_eq!((refused.status, refused.code()), (401, 10001));
        let detail = refused.body["detail"].as_str().unwrap();
        assert!(detail.contains(part), "{detail}");
    }
}

#[tokio::test]
async fn every_answer_has_a_correlation_id() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let mut seen: Vec<String> = Vec::new();
    for path in [
        "/v2/orders/215",
        "/v3/nothing",
        "/v3/orders/215/transactions",
    ] {
        let response = caller.api(Method::GET, path).send().await.unwrap();
        let id = response.headers()["x-correlation-id"].to_str().unwrap();
        assert_eq!(id.len(), 36);
        seen.push(id.to_owned());
    }
    seen.dedup();
    assert_eq!(seen.len(), 3);
    let recorded = sandbox.requests();
    let recorded: Vec<&str> = recorded
        .iter()
        .map(|it| it.correlation_id.as_str())
        .collect();
    assert_eq!(recorded, seen);
}

#[tokio::test]
async fn what_was_recorded_tells_order_code_and_fault() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let order = caller.create_order(0).await;
    assert_eq!(
        caller.pay(order, &card("4000000000000002")).await.code(),
        30104
    );
    let recorded = sandbox.requests();
    let payment = recorded.last().unwrap();
    assert_eq!((payment.order_id, payment.code), (Some(order), Some(30104)));
    let answer: Value = serde_json::from_slice(&payment.answer).unwrap();
    assert_eq!(answer["code"], 30104);
    assert!(payment.fault.is_none());
}
