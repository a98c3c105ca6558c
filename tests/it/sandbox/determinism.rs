//! The same seed and the same calls.

use std::time::Duration;

use bigcommerce_sandbox::{Fault, FaultRule, Sandbox, When};
use reqwest::{RequestBuilder, Response};
use serde_json::json;

use super::client::{CUSTOMER, Caller, VISA, card, order_body};

/// Status line, headers in order, and body, as text.
async fn bytes(response: Response) -> String {
    let status = response.status();
    let headers: Vec<String> = response
        .headers()
        .iter()
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    let body = response
        .text()
        .await
        .unwrap_or_else(|_| "(broken off)".to_owned());
    format!("{status}\n{}\n{body}", headers.join("\n"))
}

async fn sent(request: RequestBuilder) -> String {
    match request.send().await {
        Ok(response) => bytes(response).await,
        Err(_) => "(no answer)".to_owned(),
    }
}

/// A session with everything that could differ: ids, dates, tokens, faults, errors.
async fn session(seed: u64) -> Vec<String> {
    let sandbox = Sandbox::builder().seed(seed).start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let rule = FaultRule::new(Fault::status(503, When::Before)).probability(0.3);
    sandbox.inject(rule).await.unwrap();
    let mut transcript = Vec::new();
    for number in 0..12 {
        let body = order_body(CUSTOMER);
        let order = caller.api(reqwest::Method::POST, "/v2/orders").json(&body);
        transcript.push(sent(order).await);
        let id = 100_001 + number;
        let get = |path: String| caller.api(reqwest::Method::GET, &path);
        transcript.push(sent(get(format!("/v3/payments/methods?order_id={id}"))).await);
        let body = json!({"order": {"id": id}});
        let pat = caller
            .api(reqwest::Method::POST, "/v3/payments/access_tokens")
            .json(&body);
        transcript.push(sent(pat).await);
        let Ok(pat) = sandbox.store().issue_pat(id) else {
            continue;
        };
        let mut payment = card(if number % 3 == 0 {
            "4000000000000002"
        } else {
            VISA
        });
        payment["save_instrument"] = json!(true);
        transcript.push(sent(caller.payment(&pat, &payment)).await);
        transcript.push(sent(get(format!("/v3/orders/{id}/transactions"))).await);
        transcript.push(sent(get(format!("/v2/orders/{id}"))).await);
        sandbox.clock().advance(Duration::from_millis(700));
    }
    transcript
}

#[tokio::test]
async fn the_same_seed_and_calls_give_the_same_bytes() {
    let first = session(42).await;
    assert_eq!(first, session(42).await);
    assert!(
        first.iter().any(|it| it.starts_with("201"))
            && first.iter().any(|it| it.starts_with("503"))
    );
    assert_ne!(first, session(43).await);
}
