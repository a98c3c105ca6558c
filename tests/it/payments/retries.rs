//! What is sent again, and what is not.

use bigcommerce_payments::{ErrorKind, Payments};
use bigcommerce_sandbox::{Endpoint, Fault, FaultRule, When};

use super::{Shop, payment, timeouts};

#[tokio::test]
async fn a_token_is_asked_for_again() {
    let shop = Shop::open().await;
    let order = shop.order();
    script(
        &shop,
        Endpoint::CreateAccessToken,
        [
            Fault::reset(When::After),
            Fault::status(503, When::Before),
            Fault::Pass,
        ],
    )
    .await;
    shop.store.charge(order, &payment()).await.unwrap();

    assert_eq!(shop.requests(Endpoint::CreateAccessToken).len(), 3);
    assert_eq!(shop.requests(Endpoint::ProcessPayment).len(), 1);
    assert_eq!(shop.captures(order), 1);
}

#[tokio::test]
async fn a_charge_is_sent_again_after_429_only() {
    let shop = Shop::open().await;
    let order = shop.order();
    let wait = Fault::rate_limited(&[("x-rate-limit-time-reset-ms", "1")]);
    script(&shop, Endpoint::ProcessPayment, [wait, Fault::Pass]).await;
    shop.store.charge(order, &payment()).await.unwrap();

    let sent = shop.requests(Endpoint::ProcessPayment);
    assert_eq!(sent.len(), 2);
    assert_eq!(
        sent[0].header("authorization"),
        sent[1].header("authorization")
    );
    assert_eq!(shop.captures(order), 1);
}

#[tokio::test]
async fn a_charge_that_may_have_left_is_never_sent_again() {
    let shop = Shop::open().await;
    let order = shop.order();
    script(
        &shop,
        Endpoint::ProcessPayment,
        [Fault::reset(When::After), Fault::Pass],
    )
    .await;
    let error = shop.store.charge(order, &payment()).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    assert_eq!(shop.requests(Endpoint::ProcessPayment).len(), 1);
    assert_eq!(shop.captures(order), 1);
}

#[tokio::test]
async fn attempts_are_bounded() {
    let shop = Shop::with(Payments::builder().timeouts(timeouts()).attempts(2)).await;
    shop.inject(
        Endpoint::CreateAccessToken,
        Fault::status(503, When::Before),
    )
    .await;
    let error = shop
        .store
        .charge(shop.order(), &payment())
        .await
        .unwrap_err();

    assert_eq!(error.status(), Some(503));
    assert!(error.is_safe_to_retry());
    assert_eq!(shop.requests(Endpoint::CreateAccessToken).len(), 2);
}

#[tokio::test]
async fn a_wait_beyond_the_deadline_is_not_begun() {
    let shop = Shop::open().await;
    let wait = Fault::rate_limited(&[("x-retry-after", "600")]);
    shop.inject(Endpoint::ProcessPayment, wait).await;
    let error = shop
        .store
        .charge(shop.order(), &payment())
        .await
        .unwrap_err();

    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.retry_after().unwrap().as_secs(), 600);
    assert!(error.is_safe_to_retry());
    assert_eq!(shop.requests(Endpoint::ProcessPayment).len(), 1);
}

async fn script<const N: usize>(shop: &Shop, endpoint: Endpoint, steps: [Fault; N]) {
    let rule = FaultRule::script(steps).endpoint(endpoint);
    shop.sandbox.inject(rule).await.unwrap();
}
