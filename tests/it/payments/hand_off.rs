//! The payment access token between the two hosts.

use std::time::Duration;

use bigcommerce_payments::{ChargeOptions, ErrorKind, OrderId, PaymentAccessToken, Payments};
use bigcommerce_sandbox::{ClaimsForm, Endpoint, Fault, When, WireForms};

use super::{Shop, payment, timeouts};

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

#[tokio::test]
async fn an_expired_token_is_not_sent_by_either_handle() {
    let shop = Shop::open().await;
    let order = shop.order();
    let token = expired(order);
    let error = shop
        .store
        .charges()
        .charge(order, PaymentAccessToken::new(&*token).unwrap(), &payment())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);

    let body = format!(r#"{{"data":{{"id":"{token}"}}}}"#);
    let fault = Fault::respond(201, "application/json", &body, When::Before);
    shop.inject(Endpoint::CreateAccessToken, fault).await;
    let error = shop.store.charge(order, &payment()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert_eq!(error.field_errors()[0].field, "payment_access_token");
    assert!(shop.requests(Endpoint::ProcessPayment).is_empty());
}

#[tokio::test]
async fn a_token_that_was_not_sent_is_given_back() {
    let shop = Shop::open().await;
    let order = shop.order();
    let charges = shop.store.charges();

    let token = PaymentAccessToken::new(expired(order)).unwrap();
    let error = charges.charge(order, token, &payment()).await.unwrap_err();
    assert!(error.into_unused_token().is_some(), "refused on this side");

    let token = PaymentAccessToken::new("opaque").unwrap();
    let options = ChargeOptions::new().correlation_id("no spaces please");
    let error = charges
        .charge_with(order, token, &payment(), options)
        .await
        .unwrap_err();
    assert_eq!(error.field_errors()[0].field, "correlation_id");
    let token = error.into_unused_token().unwrap();

    shop.inject(Endpoint::ProcessPayment, Fault::refuse()).await;
    let error = charges.charge(order, token, &payment()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotSent);
    let token = error.into_unused_token().unwrap();
    assert_eq!(token.into_secret().expose(), "opaque");
}

/// The prepared client has no connect timeout: the payment timeout ends the handshake.
#[tokio::test]
async fn a_charge_that_waits_for_its_connection_is_not_sent() {
    let silent = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut timeouts = timeouts();
    timeouts.payment = Duration::from_millis(200);
    let payments = Payments::builder()
        .payments_url(format!("https://{}", silent.local_addr().unwrap()))
        .http_client(reqwest::Client::new())
        .timeouts(timeouts)
        .attempts(1)
        .build()
        .unwrap();
    let charges = payments.charges("abc123").unwrap();
    let token = PaymentAccessToken::new("opaque").unwrap();
    let order = OrderId::new(1).unwrap();
    let error = charges.charge(order, token, &payment()).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::NotSent, "{error:?}");
    assert!(error.is_safe_to_retry() && error.into_unused_token().is_some());
}

#[tokio::test]
async fn a_token_that_was_sent_is_gone() {
    let shop = Shop::open().await;
    let order = shop.order();
    for fault in [
        Fault::reset(When::Before),
        Fault::respond(422, "application/json", "{}", When::Before),
    ] {
        shop.sandbox.clear_faults().await.unwrap();
        shop.inject(Endpoint::ProcessPayment, fault).await;
        let token = PaymentAccessToken::new("opaque").unwrap();
        let charges = shop.store.charges();
        let error = charges.charge(order, token, &payment()).await.unwrap_err();
        assert!(error.into_unused_token().is_none());
    }
}

/// A token for the order that expired in 2001.
fn expired(order: OrderId) -> String {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    let claims = format!(r#"{{"exp":1000000000,"data":{{"order_id":{order}}}}}"#);
    format!("e30.{}.x", BASE64_URL_SAFE_NO_PAD.encode(claims))
}
