//! Errors that say what to do.

use bigcommerce_sandbox::{Endpoint, Fault, FaultRule, Sandbox, When};
use reqwest::Method;
use serde_json::{Value, json};

use super::client::{Caller, VISA, card, order_body, send};

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
async fn a_token_of_the_other_host_says_so() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let refused = caller.process(sandbox.access_token(), &card(VISA)).await;
    assert_eq!((refused.status, refused.code()), (401, 30102));
    let detail = refused.body["detail"].as_str().unwrap();
    assert!(detail.contains("API account token"), "{detail}");
}

#[tokio::test]
async fn a_line_without_a_price_is_told_why_it_needs_one() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let mut body = order_body(0);
    body["products"] = json!([{"product_id": 107, "quantity": 1}, {"price_inc_tax": "x"}]);
    let refused = caller.post_order(&body).await;
    let message = refused.body[0]["message"].as_str().unwrap();
    for part in [
        "products[0].price_inc_tax: is missing: the sandbox has no catalogue",
        "products[1].price_inc_tax: must be an amount",
    ] {
        assert!(message.contains(part), "{message}");
    }
}

#[tokio::test]
async fn a_request_that_is_refused_early_tells_its_order_too() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let pat = sandbox.store().issue_pat(215).unwrap();
    let methods = format!(
        "{}/stores/teststore1/v3/payments/methods?order_id=215",
        sandbox.api_url()
    );
    let tokens = format!(
        "{}/stores/teststore1/v3/payments/access_tokens",
        sandbox.api_url()
    );
    let body = json!({"order": {"id": 215}});
    let without_accept = caller.http.post(format!(
        "{}/stores/teststore1/payments",
        sandbox.payments_url()
    ));
    for (request, status) in [
        (caller.http.get(methods), 401),
        (caller.http.post(tokens).json(&body), 401),
        (
            without_accept.header("authorization", format!("PAT {pat}")),
            406,
        ),
    ] {
        assert_eq!(send(request).await.status, status);
        assert_eq!(sandbox.requests().last().unwrap().order_id, Some(215));
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

#[tokio::test]
async fn a_request_that_was_never_processed_tells_its_order_and_fault_too() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let order = caller.create_order(0).await;
    let faults = [
        Fault::status(500, When::Before),
        Fault::reset(When::Before),
        Fault::ResetBeforeReading,
    ];
    for fault in faults {
        for endpoint in [
            Endpoint::ProcessPayment,
            Endpoint::CreateAccessToken,
            Endpoint::ListMethods,
        ] {
            let pat = sandbox.store().issue_pat(order).unwrap();
            let rule = FaultRule::new(fault.clone()).endpoint(endpoint).once();
            sandbox.inject(rule).await.unwrap();
            sandbox.clear_requests();
            let path = format!("/v3/payments/methods?order_id={order}");
            let body = json!({"order": {"id": order}});
            let request = match endpoint {
                Endpoint::ProcessPayment => caller.payment(&pat, &card(VISA)),
                Endpoint::ListMethods => caller.api(Method::GET, &path),
                _ => caller
                    .api(Method::POST, "/v3/payments/access_tokens")
                    .json(&body),
            };
            let answered = request.send().await.is_ok();
            assert_eq!(answered, fault.kind() == "respond");
            let recorded = sandbox.requests();
            let recorded = recorded.last().unwrap();
            assert_eq!(recorded.fault, Some(fault.kind()), "{endpoint:?}");
            // The order of an access token is in the body, which was not read.
            let is_known =
                fault != Fault::ResetBeforeReading || endpoint != Endpoint::CreateAccessToken;
            assert_eq!(
                recorded.order_id,
                is_known.then_some(order),
                "{endpoint:?}, {fault:?}"
            );
        }
    }
    assert!(sandbox.store().captures(order).is_empty());
}
