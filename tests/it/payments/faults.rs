//! Every fault, on each side of the charge: what the caller is told, and what the ledger holds.

use std::time::Duration;

use bigcommerce_payments::{ErrorKind, Payments, Reconciliation};
use bigcommerce_sandbox::{Endpoint, Fault, When};

use super::{Shop, payment, timeouts};

/// What a fault of the payments host comes to: the kind of error, and the captures.
struct Row {
    name: &'static str,
    fault: fn() -> Fault,
    kind: ErrorKind,
    captures: usize,
}

const fn row(name: &'static str, fault: fn() -> Fault, kind: ErrorKind, captures: usize) -> Row {
    Row {
        name,
        fault,
        kind,
        captures,
    }
}

const UNKNOWN: ErrorKind = ErrorKind::OutcomeUnknown;

const ROWS: &[Row] = &[
    row("refused", Fault::refuse, ErrorKind::NotSent, 0),
    row(
        "reset before the request is read",
        || Fault::ResetBeforeReading,
        UNKNOWN,
        0,
    ),
    row(
        "reset before the charge",
        || Fault::reset(When::Before),
        UNKNOWN,
        0,
    ),
    row(
        "reset after the charge",
        || Fault::reset(When::After),
        UNKNOWN,
        1,
    ),
    row(
        "silence before the charge",
        || Fault::Hang { when: When::Before },
        UNKNOWN,
        0,
    ),
    row(
        "silence after the charge",
        || Fault::Hang { when: When::After },
        UNKNOWN,
        1,
    ),
    row("truncated", || Fault::truncate(10), UNKNOWN, 1),
    row("truncated to nothing", || Fault::truncate(0), UNKNOWN, 1),
    row("stalled", || Fault::Stall { bytes: 10 }, UNKNOWN, 1),
    row(
        "500 before",
        || Fault::status(500, When::Before),
        UNKNOWN,
        0,
    ),
    row("500 after", || Fault::status(500, When::After), UNKNOWN, 1),
    row("502 before", || Fault::html(502, When::Before), UNKNOWN, 0),
    row("502 after", || Fault::html(502, When::After), UNKNOWN, 1),
    row("503 before", || Fault::html(503, When::Before), UNKNOWN, 0),
    row("503 after", || Fault::html(503, When::After), UNKNOWN, 1),
    row("504 before", || Fault::html(504, When::Before), UNKNOWN, 0),
    row("504 after", || Fault::html(504, When::After), UNKNOWN, 1),
    row("empty 201", || Fault::status(201, When::After), UNKNOWN, 1),
    row("HTML 200", || Fault::html(200, When::After), UNKNOWN, 1),
    row(
        "garbage before",
        || Fault::Garbage { when: When::Before },
        UNKNOWN,
        0,
    ),
    row(
        "garbage after",
        || Fault::Garbage { when: When::After },
        UNKNOWN,
        1,
    ),
    row("wrong types", || Fault::WrongTypes, UNKNOWN, 1),
    row(
        "gigantic body",
        || Fault::Gigantic { bytes: 64 << 20 },
        UNKNOWN,
        1,
    ),
    row(
        "429 without headers",
        || Fault::rate_limited(&[]),
        ErrorKind::RateLimited,
        0,
    ),
    row(
        "429 with absurd headers",
        || {
            Fault::rate_limited(&[
                ("x-retry-after", "-1"),
                ("x-rate-limit-time-reset-ms", "NaN"),
            ])
        },
        ErrorKind::RateLimited,
        0,
    ),
];

#[tokio::test]
async fn each_ends_in_the_documented_result() {
    for row in ROWS {
        let mut timeouts = timeouts();
        timeouts.payment = Duration::from_millis(500);
        let shop = Shop::with(Payments::builder().timeouts(timeouts).attempts(2)).await;
        let order = shop.order();
        shop.inject(Endpoint::ProcessPayment, (row.fault)()).await;
        let error = shop.store.charge(order, &payment()).await.unwrap_err();

        assert_eq!(error.kind(), row.kind, "{}: {error:?}", row.name);
        assert_eq!(shop.captures(order), row.captures, "{}", row.name);
        let sent = shop.requests(Endpoint::ProcessPayment).len();
        let unknown = row.kind == UNKNOWN;
        assert_eq!(error.is_safe_to_retry(), !unknown, "{}", row.name);
        assert!(!unknown || sent <= 1, "{}: sent {sent} times", row.name);

        shop.sandbox.clear_faults().await.unwrap();
        let paid = matches!(
            shop.store.reconcile(order).await.unwrap(),
            Reconciliation::Paid(_)
        );
        assert_eq!(
            paid,
            row.captures == 1,
            "{}: the look-up tells the truth",
            row.name
        );
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    for status in [301, 302, 303, 307, 308] {
        let shop = Shop::open().await;
        let elsewhere = Shop::open().await;
        let order = shop.order();
        let location = format!("{}/stores/x/payments", elsewhere.sandbox.payments_url());
        let fault = match Fault::redirect(&location) {
            Fault::Respond {
                body,
                headers,
                when,
                ..
            } => Fault::Respond {
                status,
                body,
                headers,
                when,
            },
            other => other,
        };
        shop.inject(Endpoint::ProcessPayment, fault).await;
        let error = shop.store.charge(order, &payment()).await.unwrap_err();

        assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
        assert_eq!(error.status(), Some(status));
        assert!(
            elsewhere.sandbox.requests().is_empty(),
            "nothing went there"
        );
    }
}

#[tokio::test]
async fn faults_of_the_tokens_host_charge_nothing() {
    let faults: &[fn() -> Fault] = &[
        Fault::refuse,
        || Fault::reset(When::Before),
        || Fault::reset(When::After),
        || Fault::truncate(10),
        || Fault::html(502, When::After),
        || Fault::rate_limited(&[]),
    ];
    for fault in faults {
        let shop = Shop::with(Payments::builder().timeouts(timeouts()).attempts(2)).await;
        let order = shop.order();
        shop.inject(Endpoint::CreateAccessToken, fault()).await;
        let error = shop.store.charge(order, &payment()).await.unwrap_err();

        assert_ne!(error.kind(), ErrorKind::OutcomeUnknown, "{:?}", fault());
        assert!(shop.requests(Endpoint::ProcessPayment).is_empty());
        assert_eq!(shop.captures(order), 0);
    }
}
