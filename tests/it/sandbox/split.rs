//! Orders that take several payments.

use bigcommerce_sandbox::Sandbox;

use super::client::{CUSTOMER, Caller, VISA, card, gift_certificate, store_credit};

#[tokio::test]
async fn a_gift_certificate_takes_what_it_has_and_a_card_the_rest() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let order = caller.create_order(0).await;
    caller.pays(order, &gift_certificate("ABC-DEF-LOW")).await;
    let state = sandbox.store().order(order).unwrap();
    assert_eq!((state.status_id, state.total, state.owed), (1, 6098, 5998));

    caller.pays(order, &card(VISA)).await;
    let state = sandbox.store().order(order).unwrap();
    assert_eq!((state.status_id, state.owed), (11, 0));
    let listed = caller
        .get(&format!("/v3/orders/{order}/transactions"))
        .await;
    let shown: Vec<_> = listed.body["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| {
            (
                it["method"].as_str().unwrap(),
                it["gateway"].as_str().unwrap(),
                it["amount"].as_f64().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("gift_certificate", "giftcertificate", 1.0),
            ("credit_card", "stripe", 59.98)
        ]
    );
    let used = &listed.body["data"][0]["gift_certificate"];
    assert_eq!(
        (&used["code"], used["remaining_balance"].as_f64()),
        (&"ABC-DEF-LOW".into(), Some(0.0))
    );
    assert_eq!(caller.request_pat(order).await.code(), 30101);
    let empty = caller.create_order(0).await;
    assert_eq!(
        caller
            .pay(empty, &gift_certificate("ABC-DEF-LOW"))
            .await
            .code(),
        30106
    );
}

#[tokio::test]
async fn store_credit_a_gift_certificate_and_a_card_pay_one_order() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let order = sandbox
        .store()
        .create_order_for(CUSTOMER, "1600.00")
        .unwrap();
    // A token that was made before a part was paid is good, and takes what is owed by then.
    let early = caller.create_pat(order).await;
    caller.pays(order, &store_credit()).await;
    caller.pays(order, &gift_certificate("ABC-DEF-GXX")).await;
    assert_eq!(sandbox.store().order(order).unwrap().owed, 10_000);
    assert_eq!(caller.process(&early, &card(VISA)).await.status, 201);
    assert_eq!(captured(&sandbox, order), [50_000, 100_000, 10_000]);
}

#[tokio::test]
async fn a_declined_or_pending_rest_leaves_the_part_that_is_paid() {
    let sandbox = Sandbox::start().await.unwrap();
    let caller = Caller::new(&sandbox);
    let order = caller.create_order(0).await;
    caller.pays(order, &gift_certificate("ABC-DEF-LOW")).await;
    assert_eq!(
        caller.pay(order, &card("4000000000000002")).await.code(),
        30104
    );
    assert_eq!(sandbox.store().order(order).unwrap().status_id, 1);
    caller.pays(order, &card("4000000000003220")).await;
    assert_eq!(sandbox.store().order(order).unwrap().status_id, 7);
    assert_eq!(caller.request_pat(order).await.status, 409);
    sandbox.store().settle_pending(order, false).unwrap();
    let state = sandbox.store().order(order).unwrap();
    assert_eq!((state.status_id, state.owed), (1, 5998));
    caller.pays(order, &card(VISA)).await;
}

#[tokio::test]
async fn a_partly_paid_order_may_be_refused_another_token() {
    let sandbox = Sandbox::builder()
        .partly_paid_orders_are_payable(false)
        .start()
        .await
        .unwrap();
    let caller = Caller::new(&sandbox);
    let order = caller.create_order(0).await;
    let early = caller.create_pat(order).await;
    caller.pays(order, &gift_certificate("ABC-DEF-LOW")).await;
    let refused = caller.request_pat(order).await;
    assert_eq!((refused.status, refused.code()), (409, 30101));
    let refused = caller.process(&early, &card(VISA)).await;
    assert_eq!((refused.status, refused.code()), (422, 30101));
}

#[tokio::test]
async fn a_store_without_protection_takes_what_a_token_says_once_all_is_paid() {
    let sandbox = Sandbox::builder()
        .pays_orders_again(true)
        .start()
        .await
        .unwrap();
    let caller = Caller::new(&sandbox);
    let order = caller.create_order(0).await;
    caller.pays(order, &gift_certificate("ABC-DEF-LOW")).await;
    caller.pays(order, &card(VISA)).await;
    caller.pays(order, &card(VISA)).await;
    assert_eq!(captured(&sandbox, order), [100, 5998, 6098]);
}

/// The amounts that were captured, in order.
fn captured(sandbox: &Sandbox, order: u64) -> Vec<u64> {
    let captures = sandbox.store().captures(order);
    captures.iter().map(|it| it.amount).collect()
}
