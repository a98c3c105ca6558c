//! V2 orders.

use bigcommerce_sandbox::Sandbox;
use reqwest::Method;
use serde_json::{Value, json};

use super::client::{Answer, CUSTOMER, Caller, VISA, card, order_body, send, store_credit};

async fn put(caller: &Caller<'_>, order: u64, body: &Value) -> Answer {
    let path = format!("/v2/orders/{order}");
    send(caller.api(Method::PUT, &path).json(body)).await
}

#[tokio::test]
async fn shipping_handling_and_discounts_make_up_the_total() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let mut body = order_body(0);
    body["shipping_cost_inc_tax"] = json!("5.00");
    body["handling_cost_inc_tax"] = json!(1);
    body["discount_amount"] = json!("6.98");
    let made = caller.post_order(&body).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(made.body["subtotal_inc_tax"], "60.9800");
    assert_eq!(made.body["shipping_cost_inc_tax"], "5.0000");
    assert_eq!(made.body["total_inc_tax"], "60.0000");
    let order = made.body["id"].as_u64().unwrap();
    assert_eq!(caller.pay(order, &card(VISA)).await.status, 201);
    assert_eq!(sandbox.store().captures(order)[0].amount, 6000);

    body["discount_amount"] = json!("100");
    let refused = caller.post_order(&body).await;
    assert_eq!(refused.status, 400);
    assert!(
        refused.body[0]["message"]
            .as_str()
            .unwrap()
            .contains("discount_amount")
    );
}

#[tokio::test]
async fn an_order_may_be_in_another_currency() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let mut body = order_body(CUSTOMER);
    body["default_currency_code"] = json!("JPY");
    body["products"] = json!([{"name": "Poster", "quantity": 2, "price_inc_tax": 1500}]);
    let made = caller.post_order(&body).await;
    assert_eq!(made.body["total_inc_tax"], "3000.0000");
    assert_eq!(made.body["currency_code"], "JPY");
    let order = made.body["id"].as_u64().unwrap();
    let declined = caller.pay(order, &store_credit()).await;
    assert_eq!(
        declined.code(),
        30102,
        "store credit is in the default currency"
    );
    assert_eq!(caller.pay(order, &card(VISA)).await.status, 201);
    let entry = &sandbox.store().captures(order)[0];
    assert_eq!((entry.amount, entry.currency.as_str()), (3000, "JPY"));
    assert_eq!(
        put(&caller, order, &json!({"default_currency_code": "USD"}))
            .await
            .status,
        400
    );
    body["currency_code"] = json!("USD");
    assert_eq!(caller.post_order(&body).await.status, 400, "two currencies");
}

#[tokio::test]
async fn an_order_is_changed() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let order = caller.create_order(0).await;
    let early = caller.create_pat(order).await;
    let changed = put(&caller, order, &json!({"shipping_cost_inc_tax": "9.02"})).await;
    assert_eq!(
        (changed.status, &changed.body["total_inc_tax"]),
        (200, &json!("70.0000"))
    );
    let stale = caller.process(&early, &card(VISA)).await;
    assert_eq!(stale.code(), 30004, "the token is over less than is owed");
    let notes = put(
        &caller,
        order,
        &json!({"staff_notes": "gift", "customer_id": CUSTOMER}),
    )
    .await;
    assert_eq!(notes.body["staff_notes"], "gift");
    assert_eq!(notes.body["total_inc_tax"], "70.0000", "the rest stays");
    let products = json!([{"name": "Poster", "quantity": 1, "price_inc_tax": 10}]);
    let replaced = put(&caller, order, &json!({"products": products})).await;
    assert_eq!(replaced.body["total_inc_tax"], "19.0200");
    assert_eq!(caller.get(&format!("/v2/orders/{order}")).await, replaced);
    assert_eq!(caller.pay(order, &card(VISA)).await.status, 201);

    let cancelled = put(&caller, order, &json!({"status_id": 5})).await;
    assert_eq!(cancelled.body["status"], "Cancelled");
    assert_eq!(cancelled.body["payment_status"], "captured");
    for (body, status) in [
        (json!({"status_id": 15}), 400),
        (json!({"customer_id": 99}), 400),
        (json!({"discount_amount": "1000"}), 400),
        (json!({"products": []}), 400),
        (json!([]), 400),
    ] {
        assert_eq!(put(&caller, order, &body).await.status, status, "{body}");
    }
    assert_eq!(
        caller.get(&format!("/v2/orders/{order}")).await,
        cancelled,
        "nothing changed"
    );
    assert_eq!(put(&caller, 7, &json!({})).await.status, 404);
}
