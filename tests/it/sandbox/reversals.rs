//! Payments that are captured, voided, refunded or decided after they were made.

use bigcommerce_sandbox::{ControlError, LedgerKind, Sandbox};
use reqwest::Client;
use serde_json::{Value, json};

use super::client::{CUSTOMER, Caller, VISA, card, gift_certificate, send, token};

async fn status(caller: &Caller<'_>, order: u64) -> (u64, String) {
    let read = caller.get(&format!("/v2/orders/{order}")).await;
    let payment = read.body["payment_status"].as_str().unwrap().to_owned();
    (read.body["status_id"].as_u64().unwrap(), payment)
}

/// Event, status, amount and reference of an order's transactions.
async fn history(caller: &Caller<'_>, order: u64) -> Vec<(String, f64, Option<u64>)> {
    let listed = caller
        .get(&format!("/v3/orders/{order}/transactions"))
        .await;
    let one = |it: &Value| {
        let event = format!(
            "{} {}",
            it["event"].as_str().unwrap(),
            it["status"].as_str().unwrap()
        );
        (
            event,
            it["amount"].as_f64().unwrap(),
            it["reference_transaction_id"].as_u64(),
        )
    };
    listed.body["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(one)
        .collect()
}

fn authorizes(mut payment: Value) -> Value {
    payment["payment_method_id"] = json!("authorizenet.card");
    payment
}

#[tokio::test]
async fn an_authorization_is_captured_or_voided() {
    let sandbox = Sandbox::start().await.unwrap();
    let (caller, store) = (Caller::new(&sandbox), sandbox.store());
    let order = caller.create_order(0).await;
    assert_eq!(caller.pay(order, &authorizes(card(VISA))).await.status, 201);
    assert_eq!(status(&caller, order).await, (7, "authorized".to_owned()));
    let id = store.capture(order, None).unwrap();
    assert_eq!(status(&caller, order).await, (11, "captured".to_owned()));
    assert_eq!(
        history(&caller, order).await,
        [
            ("authorization ok".to_owned(), 60.98, None),
            ("capture ok".to_owned(), 60.98, Some(id - 1))
        ]
    );
    assert_eq!(store.captures(order).len(), 1);
    assert_eq!(
        store.capture(order, None),
        Err(ControlError::NothingToCapture(order))
    );

    let order = caller.create_order(0).await;
    assert_eq!(caller.pay(order, &authorizes(card(VISA))).await.status, 201);
    store.void(order, None).unwrap();
    assert_eq!(status(&caller, order).await, (5, "void".to_owned()));
    assert!(store.captures(order).is_empty());
    assert_eq!(caller.request_pat(order).await.status, 409);
    assert_eq!(
        store.void(order, None),
        Err(ControlError::NothingToVoid(order))
    );
}

#[tokio::test]
async fn a_purchase_is_refunded_in_parts_or_voided() {
    let sandbox = Sandbox::start().await.unwrap();
    let (caller, store) = (Caller::new(&sandbox), sandbox.store());
    let order = caller.create_order(0).await;
    caller.pays(order, &card(VISA)).await;
    let id = store.refund(order, None, Some("10.00")).unwrap();
    assert_eq!(
        status(&caller, order).await,
        (14, "partially refunded".to_owned())
    );
    assert_eq!(
        store.refund(order, None, Some("50.99")),
        Err(ControlError::NothingToRefund(order))
    );
    store.refund(order, Some(id - 1), None).unwrap();
    assert_eq!(status(&caller, order).await, (4, "refunded".to_owned()));
    assert_eq!(
        history(&caller, order).await,
        [
            ("purchase ok".to_owned(), 60.98, None),
            ("refund ok".to_owned(), 10.0, Some(id - 1)),
            ("refund ok".to_owned(), 50.98, Some(id - 1)),
        ]
    );
    let kinds: Vec<_> = store
        .ledger_of(order)
        .iter()
        .map(|it| (it.kind, it.amount))
        .collect();
    assert_eq!(
        kinds,
        [
            (LedgerKind::Capture, 6098),
            (LedgerKind::Refund, 1000),
            (LedgerKind::Refund, 5098)
        ]
    );

    let order = caller.create_order(0).await;
    caller.pays(order, &card(VISA)).await;
    store.void(order, None).unwrap();
    assert_eq!(status(&caller, order).await.0, 5);
    let unknown = ControlError::UnknownTransaction {
        order_id: order,
        transaction_id: 999,
    };
    assert_eq!(store.refund(order, Some(999), None), Err(unknown));
}

#[tokio::test]
async fn what_a_gift_certificate_paid_goes_back_to_it() {
    let sandbox = Sandbox::start().await.unwrap();
    let (caller, store) = (Caller::new(&sandbox), sandbox.store());
    for _ in 0..2 {
        let order = caller.create_order(0).await;
        caller.pays(order, &gift_certificate("ABC-DEF-LOW")).await;
        caller.pays(order, &card(VISA)).await;
        let certificate = store.ledger_of(order)[0].transaction_id;
        store.refund(order, Some(certificate), None).unwrap();
        assert_eq!(
            status(&caller, order).await,
            (14, "partially refunded".to_owned())
        );
    }
}

#[tokio::test]
async fn a_pending_payment_becomes_what_its_method_makes_of_it() {
    let sandbox = Sandbox::start().await.unwrap();
    let (caller, store) = (Caller::new(&sandbox), sandbox.store());
    let bank = "2c129313bcffe4501ec5fa2764c8c16320e38c7ba9e8cdf95583b541bb05ac40";
    let cases = [
        (card("4000000000003220"), true, "purchase ok", 11),
        (card("4000000000003220"), false, "purchase error", 0),
        (
            authorizes(card("4000000000003220")),
            true,
            "authorization ok",
            7,
        ),
        (
            authorizes(card("4000000000003220")),
            false,
            "authorization error",
            0,
        ),
        (
            token("stored_bank_account", bank, "braintree.ach"),
            true,
            "purchase ok",
            11,
        ),
    ];
    for (payment, succeeds, event, status_id) in cases {
        let order = caller.create_order(CUSTOMER).await;
        assert_eq!(
            caller.pay(order, &payment).await.body["data"]["status"],
            "pending"
        );
        assert_eq!(status(&caller, order).await, (7, "pending".to_owned()));
        store.settle_pending(order, succeeds).unwrap();
        let history = history(&caller, order).await;
        assert_eq!((history.len(), history[1].0.as_str()), (2, event));
        assert!(history[1].2.is_some(), "it refers to what was pending");
        assert_eq!(status(&caller, order).await.0, status_id);
        assert_eq!(
            store.settle_pending(order, true),
            Err(ControlError::NotPending(order))
        );
        assert_eq!(store.captures(order).len(), usize::from(status_id == 11));
        // Where it failed, the order can be paid after all.
        let again = caller.request_pat(order).await.status;
        assert_eq!(again, if succeeds { 409 } else { 201 });
    }
    let order = caller.create_order(0).await;
    caller.pays(order, &card("4000000000003220")).await;
    store.void(order, None).unwrap();
    assert_eq!(
        store.settle_pending(order, true),
        Err(ControlError::NotPending(order))
    );
}

#[tokio::test]
async fn a_card_is_saved_only_once_its_payment_is_good() {
    let sandbox = Sandbox::start().await.unwrap();
    let (caller, store) = (Caller::new(&sandbox), sandbox.store());
    let mut payment = card("4000000000003220");
    payment["save_instrument"] = json!(true);
    let mut tokens = Vec::new();
    for (succeeds, saved) in [(false, 0), (true, 1), (true, 2)] {
        let order = caller.create_order(CUSTOMER).await;
        caller.pays(order, &payment).await;
        store.settle_pending(order, succeeds).unwrap();
        let stored = caller.stored_instruments(order).await;
        let new = stored.iter().filter(|it| it["last_4"] == "3220");
        tokens = new
            .map(|it| it["token"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(tokens.len(), saved);
    }
    tokens.dedup();
    assert_eq!(tokens.len(), 2, "no two instruments have one token");
}

#[tokio::test]
async fn payments_are_changed_through_the_admin_port() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let order = caller.create_order(0).await;
    assert_eq!(caller.pay(order, &authorizes(card(VISA))).await.status, 201);
    let change = |what: &str, body: Value| {
        let url = format!(
            "{}/stores/teststore1/orders/{order}/{what}",
            sandbox.admin_url()
        );
        send(Client::new().post(url).json(&body))
    };
    let captured = change("capture", json!({})).await;
    assert_eq!(captured.status, 200);
    assert_eq!(change("capture", json!({})).await.status, 409);
    let id = &captured.body["transaction_id"];
    let refunded = change("refund", json!({"amount": "0.98", "transaction_id": id})).await;
    assert_eq!(refunded.status, 200, "{refunded:?}");
    assert_eq!(change("refund", json!({"amount": "x"})).await.status, 422);
    assert_eq!(
        change("refund", json!({"amount": "60.01"})).await.status,
        409
    );
    assert_eq!(
        change("void", json!({})).await.status,
        409,
        "a part was refunded"
    );
    assert_eq!(status(&caller, order).await.0, 14);
}
