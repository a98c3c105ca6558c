//! Header checks of both hosts.

use bigcommerce_sandbox::Sandbox;
use reqwest::{Method, RequestBuilder};

use super::client::{Caller, VISA, card, send};

fn with_header(request: RequestBuilder, name: &'static str, value: Option<&str>) -> RequestBuilder {
    let (client, request) = request.build_split();
    let mut request = request.unwrap();
    request.headers_mut().remove(name);
    if let Some(value) = value {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    RequestBuilder::from_parts(client, request)
}

#[tokio::test]
async fn the_tokens_host_checks_token_scope_accept_and_content_type() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let body = serde_json::json!({"order": {"id": 215}});
    let cases = [
        ("x-auth-token", None, 401),
        ("x-auth-token", Some("someone-else"), 401),
        ("x-auth-token", Some("sandbox-token-without-scopes"), 403),
        ("accept", Some("text/html"), 406),
        ("accept", Some("application/*;q=0.8"), 201),
        ("accept", None, 201),
        ("content-type", Some("text/plain"), 415),
        ("content-type", None, 415),
        ("content-type", Some("Application/JSON; charset=utf-8"), 201),
    ];
    for (name, value, status) in cases {
        let request = caller
            .api(Method::POST, "/v3/payments/access_tokens")
            .json(&body);
        let answer = send(with_header(request, name, value)).await;
        assert_eq!(answer.status, status, "{name}: {value:?}");
    }
}

#[tokio::test]
async fn the_payments_host_checks_scheme_accept_and_content_type() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let order = caller.create_order(0).await;
    let pat = caller.create_pat(order).await;
    let bearer = format!("Bearer {pat}");
    let bare = pat.clone();
    let two_spaces = format!("PAT  {pat}");
    let cases = [
        ("authorization", None, 401),
        ("authorization", Some(bearer.as_str()), 401),
        ("authorization", Some(bare.as_str()), 401),
        ("authorization", Some(two_spaces.as_str()), 401),
        ("accept", Some("application/json"), 406),
        ("accept", Some("*/*"), 406),
        ("content-type", Some("text/plain"), 415),
    ];
    for (name, value, status) in cases {
        let request = caller.payment(&pat, &card(VISA));
        let answer = send(with_header(request, name, value)).await;
        assert_eq!(answer.status, status, "{name}: {value:?}");
    }
    assert_eq!(
        caller.process(&pat, &card(VISA)).await.status,
        201,
        "the token is still good"
    );
}

#[tokio::test]
async fn a_token_of_one_store_does_not_open_another() {
    let sandbox = Sandbox::start().await.unwrap();
    let other = sandbox.add_store("otherstore", "other-token").unwrap();
    let caller = Caller::new(&sandbox);
    let pat = other
        .issue_pat(other.create_order("60.98").unwrap())
        .unwrap();
    let answer = caller.process(&pat, &card(VISA)).await;
    assert_eq!((answer.status, answer.code()), (401, 30102));
    let foreign = caller.api(Method::GET, "/v3/payments/methods?order_id=215");
    assert_eq!(
        send(with_header(foreign, "x-auth-token", Some("other-token")))
            .await
            .status,
        401
    );
}

#[tokio::test]
async fn the_correlation_id_comes_back() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let id = "6f1c0a4e-2a55-4d57-9d7a-0c6b6a6e5a11";
    let request = caller
        .api(Method::GET, "/v2/orders/215")
        .header("x-correlation-id", id);
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["x-correlation-id"], id);
    let request = caller.api(Method::GET, "/v2/orders/215");
    let response = request.header("x-correlation-id", "").send().await.unwrap();
    let made = &response.headers()["x-correlation-id"];
    assert_eq!(made.len(), 36, "an empty one is none");
}
