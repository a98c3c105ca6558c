//! The caller's hook before each try of a charge.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bigcommerce_payments::{
    BeforeSend, BeforeSendFuture, ChargeOptions, Error, ErrorKind, OrderId, Receipt, SendDeadline,
};
use bigcommerce_sandbox::{Endpoint, Fault, FaultRule};

use super::{Shop, payment};

/// Answers as told: may a try leave, and how soon.
#[derive(Debug, Default)]
struct Hook {
    answers: Mutex<Vec<Result<Duration, &'static str>>>,
    asked: AtomicUsize,
}

impl Hook {
    fn answering(answers: &[Result<Duration, &'static str>]) -> Self {
        Self {
            answers: Mutex::new(answers.to_vec()),
            asked: AtomicUsize::new(0),
        }
    }
}

impl BeforeSend for Hook {
    fn before_send(&self, attempt: u32) -> BeforeSendFuture<'_> {
        let before = self.asked.fetch_add(1, Ordering::SeqCst);
        assert_eq!(before + 1, attempt as usize);
        let answer = self.answers.lock().unwrap()[before];
        Box::pin(async move {
            let now = SendDeadline::now();
            Ok(answer.map(|within| now.after(within))?)
        })
    }
}

async fn charge(shop: &Shop, order: OrderId, hook: &Hook) -> Result<Receipt, Error> {
    let token = shop.store.account().create_token(order).await?;
    let options = ChargeOptions::new().before_send(hook);
    let charges = shop.store.charges();
    charges.charge_with(order, token, &payment(), options).await
}

const SOON: Result<Duration, &str> = Ok(Duration::from_secs(600));
const TOO_LATE: Result<Duration, &str> = Ok(Duration::ZERO);

#[tokio::test]
async fn it_is_asked_before_each_try() {
    let shop = Shop::open().await;
    let order = shop.order();
    let wait = Fault::rate_limited(&[("x-rate-limit-time-reset-ms", "1")]);
    let rule = FaultRule::new(wait)
        .endpoint(Endpoint::ProcessPayment)
        .times(1);
    shop.sandbox.inject(rule).await.unwrap();
    let hook = Hook::answering(&[SOON, SOON]);

    charge(&shop, order, &hook).await.unwrap();

    assert_eq!(hook.asked.load(Ordering::SeqCst), 2);
    assert_eq!(shop.requests(Endpoint::ProcessPayment).len(), 2);
    assert_eq!(shop.captures(order), 1);
}

#[tokio::test]
async fn nothing_is_sent_when_it_says_no() {
    let shop = Shop::open().await;
    let order = shop.order();
    let hook = Hook::answering(&[Err("the database is gone")]);

    let error = charge(&shop, order, &hook).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::NotSent);
    let source = std::error::Error::source(&error).unwrap();
    assert_eq!(source.to_string(), "the database is gone");
    assert_eq!(hook.asked.load(Ordering::SeqCst), 1);
    assert!(shop.requests(Endpoint::ProcessPayment).is_empty());
}

#[tokio::test]
async fn a_try_that_is_too_late_is_held_back_and_asked_about_again() {
    let shop = Shop::open().await;
    let order = shop.order();
    let hook = Hook::answering(&[TOO_LATE, TOO_LATE, SOON]);

    charge(&shop, order, &hook).await.unwrap();

    assert_eq!(hook.asked.load(Ordering::SeqCst), 3);
    assert_eq!(shop.captures(order), 1);
}

#[tokio::test]
async fn tries_that_are_all_too_late_are_not_sent() {
    let shop = Shop::open().await;
    let order = shop.order();
    let hook = Hook::answering(&[TOO_LATE; 3]);

    let error = charge(&shop, order, &hook).await.unwrap_err();

    assert_eq!(error.kind(), ErrorKind::NotSent);
    assert!(error.is_safe_to_retry());
    assert_eq!(shop.captures(order), 0);
}

#[tokio::test]
async fn the_caller_chooses_the_correlation_id() {
    let shop = Shop::open().await;
    let order = shop.order();
    let token = shop.store.account().create_token(order).await.unwrap();
    let options = ChargeOptions::new().correlation_id("cart-77");
    let charges = shop.store.charges();

    let receipt = charges
        .charge_with(order, token, &payment(), options)
        .await
        .unwrap();

    assert_eq!(receipt.attempt.correlation_id, "cart-77");
    let sent = shop.requests(Endpoint::ProcessPayment);
    assert_eq!(sent[0].header("x-correlation-id"), Some("cart-77"));

    for id in ["", "a b", "a\r\nb", "ä", &"a".repeat(256)] {
        let order = shop.order();
        let token = shop.store.account().create_token(order).await.unwrap();
        let options = ChargeOptions::new().correlation_id(id);
        let refused = charges.charge_with(order, token, &payment(), options).await;
        let error = refused.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{id}");
        assert_eq!(error.field_errors()[0].field, "correlation_id");
    }
}
