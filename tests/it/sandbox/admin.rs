//! The admin port.

use std::cmp::Reverse;

use bigcommerce_sandbox::Sandbox;
use reqwest::{Client, Method};
use serde_json::{Value, json};

use super::client::{Answer, Caller, VISA, card, send};

pub(super) async fn call(
    sandbox: &Sandbox,
    method: Method,
    path: &str,
    body: Option<Value>,
) -> Answer {
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
    let timeline = format!("/stores/teststore1/orders/{order}");
    for path in ["/state", "/orders", "/ledger", "/requests", &timeline] {
        let shown = call(&sandbox, Method::GET, path, None).await.body;
        let shown = shown.to_string();
        assert!(shown.len() > 2, "{path} shows nothing");
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
        (
            "/openapi/orders.json",
            format!("{}/stores/{{store_hash}}/v2", sandbox.api_url()),
        ),
    ];
    for (path, server) in documents {
        let document = call(&sandbox, Method::GET, path, None).await;
        assert_eq!(document.body["servers"][0]["url"], server.as_str());
        let variables = &document.body["servers"][0]["variables"];
        assert_eq!(variables["store_hash"]["default"], sandbox.store_hash());
    }
}

#[tokio::test]
async fn everything_is_reset() {
    let sandbox = Sandbox::builder().seed(1).start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let post = |path: &'static str, body: Value| call(&sandbox, Method::POST, path, Some(body));
    post("/stores", json!({"hash": "second", "access_token": "t"})).await;
    post("/clock/advance", json!({"seconds": 90})).await;
    let order = caller.create_order(0).await;
    assert_eq!(caller.pay(order, &card(VISA)).await.status, 201);
    let rule = json!({"steps": [{"kind": "land_later", "ms": 1000, "by": "sandbox_clock"}]});
    assert_eq!(post("/faults", rule).await.status, 201);
    let lost = caller.api(Method::POST, "/v2/orders");
    let body = super::client::order_body(0);
    assert!(lost.json(&body).send().await.is_err());

    assert_eq!(post("/reset", json!({})).await.status, 204);
    let state = call(&sandbox, Method::GET, "/state", None).await.body;
    assert_eq!(state["stores"].as_array().unwrap().len(), 1);
    assert_eq!(state["stores"][0]["order_count"], 4);
    assert_eq!(state["stores"][0]["ledger_count"], 0);
    assert_eq!(state["faults"], json!([]));
    assert_eq!(state["landings"], 0);
    assert_eq!(state["clock"]["now"], "2030-01-01T00:00:00Z");
    assert!(sandbox.requests().is_empty());
    assert_eq!(caller.create_order(0).await, order, "ids begin anew");
    assert_eq!(caller.pay(order, &card(VISA)).await.status, 201);
    sandbox.reset().await.unwrap();
    assert!(sandbox.store().ledger().is_empty());
}

/// The ids in a list of the admin port.
async fn listed(sandbox: &Sandbox, path: &str, list: &str, id: &str) -> Vec<u64> {
    let answer = call(sandbox, Method::GET, path, None).await;
    assert_eq!(answer.status, 200, "{path}: {answer:?}");
    let values = answer.body.pointer(list).and_then(Value::as_array).unwrap();
    values.iter().map(|it| it[id].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn lists_have_pages_and_filters() {
    let sandbox = Sandbox::builder().rate_limit(None).start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let mut paid = Vec::new();
    for _ in 0..5 {
        let order = caller.create_order(0).await;
        assert_eq!(caller.pay(order, &card(VISA)).await.status, 201);
        paid.push(order);
    }
    let unpaid = caller.create_order(0).await;
    let orders = async |path: &str| listed(&sandbox, path, "/orders", "id").await;
    assert_eq!(orders("/orders?limit=2").await, [unpaid, paid[4]]);
    let path = format!("/orders?before={}&limit=2", paid[4]);
    assert_eq!(orders(&path).await, [paid[3], paid[2]]);
    assert_eq!(orders("/orders?status_id=11").await.len(), 5);
    assert_eq!(orders("/orders?id=21").await, [215]);
    assert!(orders("/orders?store_hash=nobody").await.is_empty());

    let ledger = async |path: &str| listed(&sandbox, path, "", "order_id").await;
    assert_eq!(ledger("/ledger").await, paid);
    assert_eq!(ledger("/ledger?limit=2").await, paid[..2]);
    assert_eq!(ledger("/ledger?after=1&limit=2").await, paid[2..4]);
    assert_eq!(ledger("/ledger?before=4&limit=2").await, paid[2..4]);
    assert!(ledger("/ledger?after=4").await.is_empty());
    assert_eq!(
        ledger(&format!("/ledger?order_id={}", paid[1])).await,
        paid[1..2]
    );

    let requests = async |path: &str| listed(&sandbox, path, "", "number").await;
    assert_eq!(
        requests("/requests?endpoint=process_payment").await,
        [3, 6, 9, 12, 15]
    );
    assert_eq!(requests("/requests?limit=2&before=9").await, [7, 8]);
    let path = format!("/requests?order_id={}", paid[0]);
    assert_eq!(
        requests(&path).await,
        [1, 2, 3],
        "the order, the token and the payment"
    );
    assert!(requests("/requests?status=404").await.is_empty());
    assert!(requests("/requests?faulted=true").await.is_empty());
}

#[tokio::test]
async fn pages_of_several_stores_leave_no_order_out() {
    let sandbox = Sandbox::start().await.unwrap();
    let other = sandbox.add_store("another", "t").unwrap();
    for _ in 0..7 {
        sandbox.store().create_order("1.00").unwrap();
        other.create_order("1.00").unwrap();
    }
    other.create_order("1.00").unwrap();
    let mut seen = Vec::new();
    let mut path = "/orders?limit=3".to_owned();
    loop {
        let page = call(&sandbox, Method::GET, &path, None).await.body;
        let orders = page["orders"].as_array().unwrap();
        assert!((3..=4).contains(&orders.len()) || page["next_before"].is_null());
        let names = orders.iter();
        seen.extend(names.map(|it| (it["id"].as_u64().unwrap(), it["store_hash"].to_string())));
        let Some(before) = page["next_before"].as_u64() else {
            break;
        };
        path = format!("/orders?limit=3&before={before}");
    }
    assert!(seen.is_sorted_by_key(|(id, _)| Reverse(*id)), "{seen:?}");
    let count = seen.len();
    seen.dedup();
    // Four orders of each store are defined.
    assert_eq!((seen.len(), count), (2 * (7 + 4) + 1, count));
}

#[tokio::test]
async fn an_order_has_a_timeline() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let order = caller.create_order(0).await;
    let rule = json!({
        "endpoint": "process_payment", "steps": [{"kind": "respond", "status": 502, "when": "after"}],
    });
    call(&sandbox, Method::POST, "/faults", Some(rule)).await;
    assert_eq!(caller.pay(order, &card(VISA)).await.status, 502);
    let path = format!("/stores/teststore1/orders/{order}");
    let timeline = call(&sandbox, Method::GET, &path, None).await.body;
    assert_eq!(timeline["order"]["status"], "Awaiting Fulfillment");
    assert_eq!(timeline["transactions"][0]["event"], "purchase");
    assert_eq!(timeline["ledger"][0]["amount_text"], "60.98");
    let payment = &timeline["requests"][2];
    assert_eq!(
        (&payment["fault"], &payment["status"]),
        (&json!("respond"), &json!(502))
    );
    let token = &timeline["requests"][1]["answer"];
    assert_eq!(token["data"]["id"], "[redacted]");
    let unknown = call(&sandbox, Method::GET, "/stores/teststore1/orders/7", None).await;
    assert_eq!(unknown.status, 404);
}

#[tokio::test]
async fn a_first_use_gets_a_token_and_an_order() {
    let sandbox = Sandbox::start().await.unwrap();
    let first = call(&sandbox, Method::GET, "/first-use", None).await.body;
    assert_eq!(first["access_token"], sandbox.access_token());
    assert_eq!(first["order_id"], 215);
    assert_eq!(
        call(&sandbox, Method::GET, "/health", None).await.body,
        json!({"status": "ok"})
    );
}
