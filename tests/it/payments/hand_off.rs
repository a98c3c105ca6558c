//! The payment access token between the two hosts.

use bigcommerce_payments::{ErrorKind, OrderId, PaymentAccessToken, Payments};
use bigcommerce_sandbox::{ClaimsForm, Endpoint, WireForms};

use super::{Shop, payment};

#[tokio::test]
async fn the_token_of_the_first_host_pays_at_the_second() {
    let shop = Shop::open().await;
    let order = shop.order();
    shop.store.charge(order, &payment()).await.unwrap();

    let made = &shop.requests(Endpoint::CreateAccessToken)[0];
    assert_eq!(made.method, "POST");
    assert_eq!(
        made.header("x-auth-token"),
        Some(shop.sandbox.access_token())
    );
    assert_eq!(made.header("accept"), Some("application/json"));
    assert_eq!(made.header("authorization"), None);

    let paid = &shop.requests(Endpoint::ProcessPayment)[0];
    let authorization = paid.header("authorization").unwrap();
    let token = authorization
        .strip_prefix("PAT ")
        .expect("the scheme is the word PAT");
    assert_eq!(token.split('.').count(), 3);
    assert_eq!(paid.header("accept"), Some("application/vnd.bc.v1+json"));
    assert_eq!(paid.header("content-type"), Some("application/json"));
    assert_eq!(paid.header("x-auth-token"), None);
}

#[tokio::test]
async fn both_requests_carry_one_correlation_id_and_name_the_client() {
    let shop = Shop::open().await;
    let receipt = shop.store.charge(shop.order(), &payment()).await.unwrap();

    for request in shop.sandbox.requests() {
        assert_eq!(
            request.header("x-correlation-id"),
            Some(&*receipt.attempt.correlation_id)
        );
        assert_eq!(
            request.header("user-agent"),
            Some("bigcommerce-payments/0.1.0")
        );
        assert_eq!(request.header("api-version"), None);
    }
    let next = shop.store.charge(shop.order(), &payment()).await.unwrap();
    assert_ne!(next.attempt.correlation_id, receipt.attempt.correlation_id);
}

#[tokio::test]
async fn a_recurring_order_says_so() {
    let shop = Shop::open().await;
    shop.store
        .charge(shop.order().recurring(), &payment())
        .await
        .unwrap();

    let body = &shop.requests(Endpoint::CreateAccessToken)[0].body;
    let body: serde_json::Value = serde_json::from_slice(body).unwrap();
    assert_eq!(body["order"]["is_recurring"], true);
}

#[tokio::test]
async fn the_two_sides_can_live_apart() {
    let shop = Shop::open().await;
    let order = shop.order();
    let elsewhere = Payments::builder()
        .payments_url(shop.sandbox.payments_url())
        .build()
        .unwrap();
    let charges = elsewhere.charges(shop.sandbox.store_hash()).unwrap();

    let token = shop.store.account().create_token(order).await.unwrap();
    let on_its_way = token.into_secret();
    let token = PaymentAccessToken::new(on_its_way).unwrap();
    charges.charge(order, token, &payment()).await.unwrap();

    assert_eq!(shop.captures(order), 1);
}

#[tokio::test]
async fn a_token_made_elsewhere_pays_with_its_prefix() {
    let shop = Shop::open().await;
    for prefix in ["", "JWT ", "PAT "] {
        let order = shop.order();
        let token = shop.sandbox.store().issue_pat(order.get().into()).unwrap();
        let token = PaymentAccessToken::new(format!("{prefix}{token}")).unwrap();
        shop.store
            .charges()
            .charge(order, token, &payment())
            .await
            .unwrap();
        assert_eq!(shop.captures(order), 1);
    }
}

#[tokio::test]
async fn claims_are_read_in_both_forms() {
    let shop = Shop::open().await;
    for form in [ClaimsForm::Strings, ClaimsForm::Integers] {
        shop.sandbox
            .set_forms(WireForms::default().with_claims(form));
        let order = shop.order();
        let token = shop.store.account().create_token(order).await.unwrap();
        let claims = token.claims().unwrap();
        assert_eq!(claims.order_id, Some(order.get().into()));
        assert_eq!(claims.amount, Some(6098));
        assert_eq!(claims.currency.as_deref(), Some("USD"));
        assert!(claims.expires.is_some());
    }
}

#[tokio::test]
async fn a_token_for_another_order_is_refused_before_anything_is_sent() {
    let shop = Shop::open().await;
    let token = shop
        .store
        .account()
        .create_token(shop.order())
        .await
        .unwrap();
    let other = shop.order();
    let error = shop
        .store
        .charges()
        .charge(other, token, &payment())
        .await
        .unwrap_err();

    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(error.field_errors()[0].field, "payment_access_token");
    assert!(shop.requests(Endpoint::ProcessPayment).is_empty());
}

#[tokio::test]
async fn a_handle_costs_no_connection() {
    let shop = Shop::open().await;
    let payments = Payments::builder()
        .api_url(shop.sandbox.api_url())
        .payments_url(shop.sandbox.payments_url())
        .build()
        .unwrap();
    let stores: Vec<_> = (0..10_000)
        .map(|number| payments.store(&format!("store{number}"), "token").unwrap())
        .collect();

    let order = OrderId::new(1).unwrap();
    let error = stores[9_999].charge(order, &payment()).await.unwrap_err();
    assert!(
        error.status().is_some(),
        "the last handle reaches the service"
    );
    assert_eq!(shop.sandbox.requests().len(), 1, "the others sent nothing");
}
