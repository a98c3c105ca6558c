//! Payments that are as they should be.

use bigcommerce_sandbox::{LedgerKind, Sandbox};
use serde_json::json;

use super::client::{
    CUSTOMER, Caller, VISA, card, gift_certificate, order_body, store_credit, token,
};

#[tokio::test]
async fn an_order_is_created_paid_and_found_paid() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let order = caller.create_order(0).await;
    let transactions = format!("/v3/orders/{order}/transactions");
    assert_eq!(caller.get(&transactions).await.status, 204);

    let paid = caller.pay(order, &card(VISA)).await;
    assert_eq!(paid.status, 201);
    assert_eq!(paid.body["data"]["status"], "success");
    assert_eq!(paid.body["data"]["transaction_type"], "purchase");

    let read = caller.get(&format!("/v2/orders/{order}")).await;
    assert_eq!(read.body["status_id"], 11);
    assert_eq!(read.body["total_inc_tax"], "60.9800");
    let listed = caller.get(&transactions).await;
    assert_eq!(listed.status, 200);
    assert_eq!(listed.body["data"][0]["event"], "purchase");
    assert_eq!(listed.body["data"][0]["status"], "ok");
    assert_eq!(listed.body["data"][0]["amount"], 60.98);

    let captures = sandbox.store().captures(order);
    assert_eq!(captures.len(), 1);
    assert_eq!(captures[0].amount, 6098);
    assert_eq!(captures[0].payment_id, paid.body["data"]["id"]);
}

#[tokio::test]
async fn every_instrument_pays() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let card_token = "050a1e5c982e5905288ec5ec33f292772762033a0704f46fccb16bf1940b51ef";
    let paypal_token = "2c129313bcffe4501ec5fa2764c8c16320e38c7ba9e8cdf95583b541bb05ad91";
    let bank_token = "2c129313bcffe4501ec5fa2764c8c16320e38c7ba9e8cdf95583b541bb05ac40";
    let payments = [
        (card(VISA), "success"),
        (token("stored_card", card_token, "stripe.card"), "success"),
        (
            token("stored_paypal_account", paypal_token, "braintree.paypal"),
            "success",
        ),
        (
            token("stored_bank_account", bank_token, "braintree.ach"),
            "pending",
        ),
        (
            token("tokenized_card", "K7KW-M9GX-6PQ3", "bolt.card"),
            "success",
        ),
        (gift_certificate("ABC-DEF-GXX"), "success"),
        (store_credit(), "success"),
    ];
    for (payment, status) in payments {
        let order = caller.create_order(CUSTOMER).await;
        let paid = caller.pay(order, &payment).await;
        assert_eq!(paid.status, 201, "{paid:?}");
        assert_eq!(paid.body["data"]["status"], status, "{payment}");
        let captured = usize::from(status == "success");
        assert_eq!(sandbox.store().captures(order).len(), captured);
    }
}

#[tokio::test]
async fn a_method_that_only_authorizes_captures_nothing() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let order = caller.create_order(0).await;
    let mut payment = card(VISA);
    payment["payment_method_id"] = json!("authorizenet.card");
    let paid = caller.pay(order, &payment).await;
    assert_eq!(paid.body["data"]["transaction_type"], "authorization");
    assert!(sandbox.store().captures(order).is_empty());
    assert_eq!(sandbox.store().ledger()[0].kind, LedgerKind::Authorization);
    assert_eq!(sandbox.store().order(order).unwrap().status_id, 7);
}

#[tokio::test]
async fn expired_and_unsupported_cards_are_declined_for_every_instrument() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let tokenized = |more: serde_json::Value| {
        let mut payment = token("tokenized_card", "K7KW-M9GX-6PQ3", "bolt.card");
        for (name, value) in more.as_object().unwrap() {
            payment["instrument"][name] = value.clone();
        }
        payment
    };
    let mut amex_on_adyen = card("378282246310005");
    amex_on_adyen["payment_method_id"] = json!("adyenv2.scheme");
    let cases = [
        (
            tokenized(json!({"expiration_month": "01", "expiration_year": "2020"})),
            30103,
        ),
        (tokenized(json!({"iin": "356600"})), 30102),
        (amex_on_adyen, 30102),
        (tokenized(json!({"expiration_month": "13"})), 10001),
        (tokenized(json!({"expiration_month": 12})), 10001),
    ];
    for (payment, code) in cases {
        let order = caller.create_order(0).await;
        let refused = caller.pay(order, &payment).await;
        assert_eq!((refused.status, refused.code()), (422, code), "{payment}");
    }
    let good = json!({"iin": "424242", "expiration_month": "12", "expiration_year": "2040"});
    let order = caller.create_order(0).await;
    caller.pays(order, &tokenized(good)).await;
}

#[tokio::test]
async fn a_used_token_gets_the_same_answer_whatever_used_it() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    for first in [
        card(VISA),
        card("4000000000000002"),
        card("4000000000003220"),
    ] {
        let order = caller.create_order(0).await;
        let pat = caller.create_pat(order).await;
        caller.process(&pat, &first).await;
        let again = caller.process(&pat, &card(VISA)).await;
        assert_eq!((again.status, again.code()), (401, 30102));
        assert_eq!(
            again.body["detail"],
            "the payment access token has been used"
        );
    }
}

#[tokio::test]
async fn a_pending_payment_holds_the_order_until_it_is_settled() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let order = caller.create_order(0).await;
    let second = caller.create_pat(order).await;
    let paid = caller.pay(order, &card("4000000000003220")).await;
    assert_eq!(paid.body["data"]["status"], "pending");
    assert_eq!(caller.process(&second, &card(VISA)).await.code(), 30105);

    sandbox.store().settle_pending(order, true).unwrap();
    assert_eq!(sandbox.store().captures(order).len(), 1);
    assert_eq!(sandbox.store().order(order).unwrap().status_id, 11);
}

#[tokio::test]
async fn a_card_that_was_saved_is_listed_and_pays_again() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let order = caller.create_order(CUSTOMER).await;
    let mut payment = card("5555555555554444");
    payment["save_instrument"] = json!(true);
    caller.pays(order, &payment).await;

    let order = caller.create_order(CUSTOMER).await;
    let stored = caller.stored_instruments(order).await;
    let saved = stored.last().unwrap();
    assert_eq!(
        (&saved["brand"], &saved["last_4"]),
        (&json!("MASTERCARD"), &json!("4444"))
    );
    let saved = saved["token"].as_str().unwrap();
    assert_eq!(saved.len(), 64);
    let paid = caller
        .pay(order, &token("stored_card", saved, "stripe.card"))
        .await;
    assert_eq!(paid.status, 201);
}

#[tokio::test]
async fn only_incomplete_orders_whose_totals_match_can_be_paid() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let mut pending = order_body(0);
    pending["status_id"] = json!(1);
    let pending = caller.post_order(&pending).await.body["id"]
        .as_u64()
        .unwrap();
    let refused = caller.request_pat(pending).await;
    assert_eq!((refused.status, refused.code()), (409, 30101));

    let mut cheaper = order_body(0);
    cheaper["total_inc_tax"] = json!("50.00");
    let cheaper = caller.post_order(&cheaper).await.body["id"]
        .as_u64()
        .unwrap();
    assert_eq!(caller.pay(cheaper, &card(VISA)).await.code(), 30004);

    let order = caller.create_order(0).await;
    let pat = caller.create_pat(order).await;
    sandbox.store().set_order_status(order, 5).unwrap();
    assert_eq!(caller.process(&pat, &card(VISA)).await.code(), 30101);
    assert!(sandbox.store().ledger().is_empty());
}
