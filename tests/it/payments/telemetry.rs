//! Spans and events: their names and fields, and no secret among them, down to `TRACE` of the
//! HTTP library.

use std::{
    io,
    sync::{Mutex, OnceLock},
};

use bigcommerce_payments::{Card, Payment, StoredCard};
use bigcommerce_sandbox::{Endpoint, Fault, When};
use tracing_subscriber::fmt::format::FmtSpan;

use super::Shop;

#[tokio::test]
async fn spans_tell_what_happened_and_no_secret() {
    record_everything();
    let shop = Shop::open().await;
    let order = shop.customer_order();
    // Well-known test numbers that no other test of this binary sends.
    let number = "6011000990139424";
    let card = Card::new("Jane Doe", number, 12, 2039).verification_value("9876");
    shop.store
        .charge(order, &Payment::new(card, "bolt.card").unwrap())
        .await
        .unwrap();
    let stored = "8cdf7b6ea1b27119463bf9e5106639618cc77a9adc49f0069ca8b756cc15caee";
    let payment = Payment::new(StoredCard::new(stored), "adyenv2.scheme").unwrap();
    shop.inject(Endpoint::ProcessPayment, Fault::reset(When::After))
        .await;
    shop.store
        .charge(shop.customer_order(), &payment)
        .await
        .unwrap_err();
    shop.store.account().accepted_methods(order).await.unwrap();
    shop.store.order_payments(order).await.unwrap();

    let recorded = recorded();
    for name in [
        "payments.create_token",
        "payments.charge",
        "payments.accepted_methods",
        "payments.order_payments",
    ] {
        assert!(recorded.contains(name), "{name}");
    }
    for field in [
        r#"method="bolt.card""#,
        r#"instrument="stored_card""#,
        "outcome=\"outcome_unknown\"",
        "outcome=\"ok\"",
        "decision=Never",
        "duration_ms=",
    ] {
        assert!(recorded.contains(field), "{field}");
    }
    assert!(
        recorded.contains("hyper_util"),
        "the HTTP library is recorded too"
    );
    let mut secrets = vec![number.to_owned(), stored.to_owned(), "9876".to_owned()];
    secrets.push(shop.sandbox.access_token().to_owned());
    for request in shop.requests(Endpoint::ProcessPayment) {
        secrets.push(request.header("authorization").unwrap()["PAT ".len()..].to_owned());
    }
    for secret in secrets {
        assert!(!recorded.contains(&secret), "a secret was recorded");
    }
}

/// What the whole process has recorded since [`record_everything`].
fn recorded() -> String {
    let bytes = RECORDED.get().unwrap().lock().unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

static RECORDED: OnceLock<Mutex<Vec<u8>>> = OnceLock::new();

fn record_everything() {
    RECORDED.get_or_init(|| {
        tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
            .with_span_events(FmtSpan::FULL)
            .with_ansi(false)
            .with_writer(|| Recorder)
            .init();
        Mutex::default()
    });
}

struct Recorder;

impl io::Write for Recorder {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(recorded) = RECORDED.get() {
            recorded.lock().unwrap().extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
