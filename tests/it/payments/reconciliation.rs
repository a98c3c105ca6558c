//! What became of a charge: the answers of the order's transactions.

use std::time::Duration;

use bigcommerce_payments::{
    Card, ErrorKind, Payment, PaymentStatus, Payments, Reconciliation, TransactionEvent,
};
use bigcommerce_sandbox::{Endpoint, Fault, FaultRule, When};

use super::{Shop, payment, timeouts, visa};

#[tokio::test]
async fn an_order_that_was_never_paid_is_not_paid() {
    let shop = Shop::open().await;
    let order = shop.order();

    assert_eq!(
        shop.store.reconcile(order).await.unwrap(),
        Reconciliation::NotPaid
    );
}

#[tokio::test]
async fn a_declined_order_is_not_paid() {
    let shop = Shop::open().await;
    let order = shop.order();
    let card = Card::new("Jane Doe", "4000000000009995", 12, 2039);
    let payment = Payment::new(card, "stripe.card").unwrap();
    shop.store.charge(order, &payment).await.unwrap_err();

    assert_eq!(
        shop.store.reconcile(order).await.unwrap(),
        Reconciliation::NotPaid
    );
}

#[tokio::test]
async fn an_authorization_is_paid() {
    let shop = Shop::open().await;
    let order = shop.order();
    let payment = Payment::new(visa(), "authorizenet.card").unwrap();
    shop.store.charge(order, &payment).await.unwrap();

    let Reconciliation::Paid(transaction) = shop.store.reconcile(order).await.unwrap() else {
        panic!("paid");
    };
    assert_eq!(transaction.event, TransactionEvent::Authorization);
    assert_eq!(
        transaction.payment_method_id.as_deref(),
        Some("authorizenet.card")
    );
}

#[tokio::test]
async fn a_pending_payment_is_pending_until_it_is_settled() {
    let shop = Shop::open().await;
    let order = shop.order();
    let card = Card::new("Jane Doe", "4000000000003220", 12, 2039);
    let payment = Payment::new(card, "stripe.card").unwrap();
    let receipt = shop.store.charge(order, &payment).await.unwrap();

    assert_eq!(receipt.status, PaymentStatus::Pending);
    assert_eq!(
        shop.store.reconcile(order).await.unwrap(),
        Reconciliation::StillPending
    );
}

#[tokio::test]
async fn another_process_needs_only_the_order() {
    let shop = Shop::open().await;
    let order = shop.order();
    let lost = FaultRule::new(Fault::reset(When::After)).endpoint(Endpoint::ProcessPayment);
    shop.sandbox.inject(lost).await.unwrap();
    let error = shop.store.charge(order, &payment()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);

    let elsewhere = Payments::builder()
        .api_url(shop.sandbox.api_url())
        .build()
        .unwrap();
    let tokens = elsewhere
        .account(shop.sandbox.store_hash(), shop.sandbox.access_token())
        .unwrap();
    assert!(matches!(
        tokens.reconcile(order).await.unwrap(),
        Reconciliation::Paid(_)
    ));
}

#[tokio::test]
async fn a_charge_on_its_way_is_not_overlooked() {
    let mut timeouts = timeouts();
    timeouts.payment = Duration::from_millis(300);
    timeouts.settle = Duration::from_secs(3);
    let shop = Shop::with(Payments::builder().timeouts(timeouts)).await;
    let order = shop.order();
    let late = FaultRule::new(Fault::delay(1000, When::Before)).endpoint(Endpoint::ProcessPayment);
    shop.sandbox.inject(late).await.unwrap();

    let error = shop.store.charge(order, &payment()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    let answer = shop.store.reconcile(order).await.unwrap();
    let paid = matches!(answer, Reconciliation::Paid(_));
    assert_eq!(
        paid,
        shop.captures(order) == 1,
        "the answer is what the ledger says"
    );
}

#[tokio::test]
async fn a_look_up_that_cannot_be_read_is_an_error_and_no_answer() {
    let shop = Shop::open().await;
    let order = shop.order();
    for body in [
        "",
        "{}",
        "[]",
        r#"{"data":null}"#,
        r#"{"data":[{"id":"x"}]}"#,
    ] {
        shop.sandbox.clear_faults().await.unwrap();
        let fault = Fault::respond(200, "application/json", body, When::After);
        shop.inject(Endpoint::ListTransactions, fault).await;
        let error = shop.store.reconcile(order).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unexpected, "{body}");
    }
}

#[tokio::test]
async fn all_pages_are_read() {
    let shop = Shop::open().await;
    let order = shop.order();
    let page = |number: u32, event: &str| {
        Fault::respond(
            200,
            "application/json",
            &format!(
                r#"{{"data":[{{"id":{number},"event":"{event}","status":"ok"}}],
                    "meta":{{"pagination":{{"current_page":{number},"total_pages":2}}}}}}"#
            ),
            When::After,
        )
    };
    let script = FaultRule::script([page(1, "pending"), page(2, "purchase")]);
    shop.sandbox
        .inject(script.endpoint(Endpoint::ListTransactions))
        .await
        .unwrap();

    let answer = shop.store.reconcile(order).await.unwrap();
    assert!(matches!(answer, Reconciliation::Paid(transaction) if transaction.id == 2));
}
