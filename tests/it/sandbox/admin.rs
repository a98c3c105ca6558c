//! The admin port.

use bigcommerce_sandbox::Sandbox;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::client::{Answer, Caller, VISA, card, send};

async fn call(sandbox: &Sandbox, method: Method, path: &str, body: Option<Value>) -> Answer {
    let url = format!("{}{path}", sandbox.admin_url());
    let mut request = Client::new().request(method, url);
    if let Some(body) = body {
        request = request.json(&body);
    }
    send(request).await
}

#[tokio::test]
async fn a_fault_is_injected_seen_and_removed() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let rule = json!({
        "endpoint": "process_payment",
        "steps": [{"kind": "respond", "status": 500, "when": "after"}],
        "times": 1,
    });
    let injected = call(&sandbox, Method::POST, "/faults", Some(rule)).await;
    assert_eq!(injected.status, 201);

    let order = caller.create_order(0).await;
    assert_eq!(caller.pay(order, &card(VISA)).await.status, 500);
    let path = format!("/ledger?order_id={order}");
    let ledger = call(&sandbox, Method::GET, &path, None).await;
    assert_eq!(ledger.body.as_array().unwrap().len(), 1);
    assert_eq!(ledger.body[0]["kind"], "capture");

    let faults = call(&sandbox, Method::GET, "/faults", None).await;
    assert_eq!(faults.body[0]["calls"], 1);
    let path = format!("/faults/{}", injected.body["id"]);
    assert_eq!(
        call(&sandbox, Method::DELETE, &path, None).await.status,
        204
    );
    assert_eq!(
        call(&sandbox, Method::DELETE, &path, None).await.status,
        404
    );
}

#[tokio::test]
async fn what_cannot_be_done_says_why() {
    let sandbox = Sandbox::start().await.unwrap();
    let cases = [
        ("/faults", json!({"steps": []}), 422, "`steps` is empty"),
        (
            "/faults",
            json!({"steps": [{"kind": "explode"}]}),
            422,
            "unknown variant `explode`",
        ),
        (
            "/faults",
            json!({"steps": [{"kind": "pass"}], "ordr": 1}),
            422,
            "unknown field `ordr`",
        ),
        (
            "/faults",
            json!({"steps": [{"kind": "refuse"}], "order_id": 1}),
            422,
            "must be the only step",
        ),
        ("/clock/advance", json!({"seconds": -1}), 422, "seconds"),
        (
            "/stores/nobody/payable-orders",
            json!({"count": 1, "total": "1"}),
            404,
            "no store",
        ),
        (
            "/stores/teststore1/payable-orders",
            json!({"count": 1, "total": "x"}),
            422,
            "amount",
        ),
        (
            "/stores/teststore1/orders/215/settle",
            json!({"succeeds": true}),
            409,
            "no pending",
        ),
        ("/nothing", json!({}), 404, "no such path"),
    ];
    for (path, body, status, part) in cases {
        let answer = call(&sandbox, Method::POST, path, Some(body)).await;
        assert_eq!(answer.status, status, "{path}: {answer:?}");
        let error = answer.body["error"].as_str().unwrap();
        assert!(error.contains(part), "{path}: {error}");
    }
}

#[tokio::test]
async fn the_state_shows_everything_but_secrets() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let order = caller.create_order(0).await;
    let pat = caller.create_pat(order).await;
    assert_eq!(caller.process(&pat, &card(VISA)).await.status, 201);
    for path in ["/state", "/requests"] {
        let shown = call(&sandbox, Method::GET, path, None)
            .await
            .body
            .to_string();
        assert!(shown.contains("[redacted]"));
        for secret in [VISA, "012", pat.as_str(), sandbox.access_token()] {
            assert!(
                !shown.contains(&format!("\"{secret}\"")),
                "{path} shows {secret}"
            );
        }
    }
    let recorded = sandbox.requests();
    let printed = format!("{recorded:?} {sandbox:?} {:?}", sandbox.store());
    for secret in [VISA, pat.as_str(), sandbox.access_token()] {
        assert!(!printed.contains(secret), "{printed}");
    }
    let payment = recorded.last().unwrap();
    assert_eq!(
        payment.header("Authorization"),
        Some(format!("PAT {pat}").as_str())
    );
    let body: Value = serde_json::from_slice(&payment.body).unwrap();
    assert_eq!(
        body,
        json!({"payment": card(VISA)}),
        "in process, requests are whole"
    );
}

#[tokio::test]
async fn clock_forms_stores_and_orders_are_under_control() {
    let sandbox = Sandbox::builder().seed(1).start().await.unwrap();
    let body = Some(json!({"seconds": 90}));
    let clock = call(&sandbox, Method::POST, "/clock/advance", body).await;
    assert_eq!(clock.body["now"], "2030-01-01T00:01:30Z");

    let forms = json!({
        "success": "202_flat", "error": "problem", "claims": "integers", "transactions": "full",
    });
    let set = call(&sandbox, Method::PUT, "/forms", Some(forms.clone())).await;
    assert_eq!((set.status, &set.body), (200, &forms));

    let store = json!({"hash": "second", "access_token": "second-token"});
    assert_eq!(
        call(&sandbox, Method::POST, "/stores", Some(store.clone()))
            .await
            .status,
        201
    );
    assert_eq!(
        call(&sandbox, Method::POST, "/stores", Some(store))
            .await
            .status,
        409
    );

    let path = "/stores/teststore1/payable-orders";
    let body = Some(json!({"count": 2, "total": "60.98"}));
    let orders = call(&sandbox, Method::POST, path, body).await;
    let caller = Caller::new(&sandbox);
    for order in orders.body.as_array().unwrap() {
        let pat = order["payment_access_token"].as_str().unwrap();
        assert_eq!(caller.process(pat, &card(VISA)).await.status, 202);
    }
}

#[tokio::test]
async fn the_documents_name_this_sandbox_as_their_server() {
    let sandbox = Sandbox::start().await.unwrap();
    let documents = [
        (
            "/openapi/tokens.json",
            format!("{}/stores/{{store_hash}}/v3", sandbox.api_url()),
        ),
        (
            "/openapi/processing.json",
            format!("{}/stores/{{store_hash}}", sandbox.payments_url()),
        ),
    ];
    for (path, server) in documents {
        let document = call(&sandbox, Method::GET, path, None).await;
        assert_eq!(document.body["servers"][0]["url"], server.as_str());
        let variables = &document.body["servers"][0]["variables"];
        assert_eq!(variables["store_hash"]["default"], sandbox.store_hash());
    }
}
