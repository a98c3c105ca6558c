//! Payments that are as they should be.

use std::time::Duration;

use bigcommerce_sandbox::{ClockMode, LedgerKind, Sandbox};
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
        (tokenized(json!({"expiration_year": "2020"})), 30103),
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
    let vault = Sandbox::builder().clock(ClockMode::SEEDED);
    let vault = vault.stores_json(CARDS_IN_A_VAULT).start().await.unwrap();
    let owner = Caller::new(&vault);
    let pays_with = async |name: &str, code: u64| {
        let order = vault.store().create_order_for(1, "5.00").unwrap();
        let refused = owner
            .pay(order, &token("stored_card", name, "a.card"))
            .await;
        assert_eq!(refused.code(), code, "{name}: {refused:?}");
    };
    pays_with("an-amex", 30102).await;
    pays_with("expired", 30103).await;
    pays_with("good-until-january-2030", 0).await;
    vault.clock().advance(Duration::from_secs(31 * 24 * 3600));
    pays_with("good-until-january-2030", 30103).await;

    let good = json!({"iin": "424242", "expiration_month": "12", "expiration_year": "2040"});
    let order = caller.create_order(0).await;
    caller.pays(order, &tokenized(good)).await;
}

#[tokio::test]
async fn a_used_token_gets_the_same_answer_whatever_used_it() {
    let sandbox = Sandbox::builder().rate_limit(None).start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let mut authorized = card(VISA);
    authorized["payment_method_id"] = json!("authorizenet.card");
    let mut answers = Vec::new();
    for (first, changed) in [
        (card(VISA), Changed::Nothing),
        (authorized, Changed::Nothing),
        (card("4000000000000002"), Changed::Nothing),
        (card("4000000000000119"), Changed::Nothing),
        (card("4000000000003220"), Changed::Nothing),
        (card("4000000000003220"), Changed::Failed),
        (card(VISA), Changed::Voided),
        (card(VISA), Changed::Refunded),
        (card(VISA), Changed::Cancelled),
        (gift_certificate("ABC-DEF-GXX"), Changed::Nothing),
        (gift_certificate("ABC-DEF-LOW"), Changed::Nothing),
        (gift_certificate("ABC-DEF-OUT"), Changed::Nothing),
        (store_credit(), Changed::Nothing),
    ] {
        let order = caller.create_order(CUSTOMER).await;
        let pat = caller.create_pat(order).await;
        caller.process(&pat, &first).await;
        let store = sandbox.store();
        match changed {
            Changed::Nothing => {}
            Changed::Failed => store.settle_pending(order, false).unwrap(),
            Changed::Voided => drop(store.void(order, None).unwrap()),
            Changed::Refunded => drop(store.refund(order, None, None).unwrap()),
            Changed::Cancelled => store.set_order_status(order, 5).unwrap(),
        }
        let entries = store.ledger_of(order).len();
        answers.push(caller.process(&pat, &card(VISA)).await);
        assert_eq!(store.ledger_of(order).len(), entries, "money moved");
    }
    let expected = &answers[0];
    assert_eq!((expected.status, expected.code()), (401, 30102));
    assert_eq!(
        expected.body["detail"],
        "the payment access token has been used"
    );
    for answer in &answers {
        assert_eq!(answer, expected);
    }
}

/// What became of an order after a token was used.
enum Changed {
    Nothing,
    Failed,
    Voided,
    Refunded,
    Cancelled,
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

/// A customer whose stored cards are not all good.
const CARDS_IN_A_VAULT: &str = r#"{"stores": [{
    "hash": "vault", "id": 1,
    "tokens": [{"token": "t", "scopes": ["store_payments_access_token_create"]}],
    "payment_methods": [{
        "id": "a.card", "name": "A", "type": "card", "instruments": ["stored_card"],
        "brands": ["VISA"], "vaulting": true
    }],
    "customers": [{"id": 1, "stored_instruments": [
        {"type": "stored_card", "token": "an-amex", "payment_method_id": "a.card", "card": {
            "brand": "AMEX", "expiry_month": 12, "expiry_year": 2040,
            "issuer_identification_number": "378282", "last_4": "0005"}},
        {"type": "stored_card", "token": "expired", "payment_method_id": "a.card", "card": {
            "brand": "VISA", "expiry_month": 12, "expiry_year": 2029,
            "issuer_identification_number": "424242", "last_4": "4242"}},
        {"type": "stored_card", "token": "good-until-january-2030", "payment_method_id": "a.card", "card": {
            "brand": "VISA", "expiry_month": 1, "expiry_year": 2030,
            "issuer_identification_number": "424242", "last_4": "4242"}}
    ]}]
}]}"#;
