//! Every fault of either host × every operation: what the caller is told, how often the request
//! was sent, and what the ledger holds. What comes out is the table in the facade's docs.

use std::{env, fmt::Write as _, fs, path::Path, time::Duration};

use bigcommerce_payments::{ChargeStatus, Error, ErrorKind, OrderId, Payments, Timeouts};
use bigcommerce_sandbox::{Endpoint, Fault, When};

use super::{Shop, payment, timeouts};

/// Whether the client has to run out of time to notice the fault.
const SILENT: bool = true;
const LOUD: bool = false;

type Row = (&'static str, bool, fn() -> Fault);

const FAULTS: &[Row] = &[
    ("no connection", LOUD, Fault::refuse),
    ("reset, request unread", LOUD, || Fault::ResetBeforeReading),
    ("reset before processing", LOUD, || {
        Fault::reset(When::Before)
    }),
    ("reset after processing", LOUD, || Fault::reset(When::After)),
    ("silence before processing", SILENT, || Fault::Hang {
        when: When::Before,
    }),
    ("silence after processing", SILENT, || Fault::Hang {
        when: When::After,
    }),
    ("answer cut off in its body", LOUD, || Fault::truncate(10)),
    ("answer cut off before its body", LOUD, || {
        Fault::truncate(0)
    }),
    ("answer stalls in its body", SILENT, || Fault::Stall {
        bytes: 10,
    }),
    ("500 before processing", LOUD, || {
        Fault::status(500, When::Before)
    }),
    ("500 after processing", LOUD, || {
        Fault::status(500, When::After)
    }),
    ("502 as HTML before processing", LOUD, || {
        Fault::html(502, When::Before)
    }),
    ("502 as HTML after processing", LOUD, || {
        Fault::html(502, When::After)
    }),
    ("503 as HTML before processing", LOUD, || {
        Fault::html(503, When::Before)
    }),
    ("503 as HTML after processing", LOUD, || {
        Fault::html(503, When::After)
    }),
    ("504 as HTML before processing", LOUD, || {
        Fault::html(504, When::Before)
    }),
    ("504 as HTML after processing", LOUD, || {
        Fault::html(504, When::After)
    }),
    ("201 without a body", LOUD, || {
        Fault::status(201, When::After)
    }),
    ("200 as HTML", LOUD, || Fault::html(200, When::After)),
    ("no HTTP before processing", LOUD, || Fault::Garbage {
        when: When::Before,
    }),
    ("no HTTP after processing", LOUD, || Fault::Garbage {
        when: When::After,
    }),
    ("values of wrong types", LOUD, || Fault::WrongTypes),
    ("answer of 64 MiB", LOUD, || Fault::Gigantic {
        bytes: 64 << 20,
    }),
    ("redirect", LOUD, || Fault::redirect("http://127.0.0.1:1/")),
    ("429 without headers", LOUD, || Fault::rate_limited(&[])),
    ("429 with absurd headers", LOUD, || {
        Fault::rate_limited(&[
            ("x-retry-after", "-1"),
            ("x-rate-limit-time-reset-ms", "NaN"),
        ])
    }),
    ("429 that asks for 10 minutes", LOUD, || {
        Fault::rate_limited(&[("x-retry-after", "600")])
    }),
];

const DOCUMENT: &str = "../crates/payments/docs/fault-matrix.md";

const HEAD: &str = "\
What comes of each fault, with two attempts allowed: the kind of the error, how often the request
arrived, and, for a charge, how often the shopper was charged by then.

| fault | charge | payment access token | accepted methods | transactions |
|---|---|---|---|---|
";

#[tokio::test]
async fn each_ends_as_documented() {
    let mut table = HEAD.to_owned();
    for (name, silent, fault) in FAULTS {
        let cell = |endpoint| observe(endpoint, fault(), *silent);
        let (charge, token, methods, transactions) = tokio::join!(
            cell(Endpoint::ProcessPayment),
            cell(Endpoint::CreateAccessToken),
            cell(Endpoint::ListMethods),
            cell(Endpoint::ListTransactions),
        );
        writeln!(
            table,
            "| {name} | {charge} | {token} | {methods} | {transactions} |"
        )
        .unwrap();
    }
    let document = Path::new(env!("CARGO_MANIFEST_DIR")).join(DOCUMENT);
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&document, &table).unwrap();
    }
    let documented = fs::read_to_string(document).unwrap();
    assert_eq!(
        table, documented,
        "UPDATE_DOCS=1 cargo test -p bigcommerce-tests payments::faults writes it anew"
    );
}

/// What comes of the fault, in words. What must hold for the money's sake is asserted here,
/// whatever the document says.
async fn observe(endpoint: Endpoint, fault: Fault, silent: bool) -> String {
    let timeouts = if silent {
        impatient(endpoint)
    } else {
        timeouts()
    };
    let builder = Payments::builder()
        .timeouts(timeouts)
        .attempts(2)
        .without_rate_limit();
    let shop = Shop::with(builder).await;
    let order = shop.order();
    if endpoint == Endpoint::ListTransactions {
        // Without a payment, there would be no body for a fault to strike.
        shop.store.charge(order, &payment()).await.unwrap();
    }
    shop.inject(endpoint, fault).await;
    let result = call(&shop, endpoint, order).await;
    if silent {
        given_up(&shop, endpoint).await;
    }
    let sent = shop.requests(endpoint).len();
    let captures = shop.captures(order);
    let kind = result.as_ref().err().map(Error::kind);
    let told = kind.map_or("succeeds".to_owned(), |kind| format!("`{kind:?}`"));
    let sent_words = match sent {
        0 => "never arrived",
        1 => "sent once",
        _ => "sent twice",
    };
    if endpoint != Endpoint::ProcessPayment {
        assert_ne!(kind, Some(ErrorKind::OutcomeUnknown));
        let charges = shop.requests(Endpoint::ProcessPayment).len();
        assert_eq!(charges, captures, "nothing was charged by it");
        return format!("{told}, {sent_words}");
    }
    let unknown = kind == Some(ErrorKind::OutcomeUnknown);
    assert!(
        captures == 0 || unknown,
        "a capture is never reported as a failure"
    );
    assert!(
        sent <= 1 || kind == Some(ErrorKind::RateLimited),
        "never sent again"
    );
    assert_eq!(result.unwrap_err().is_safe_to_retry(), !unknown);
    shop.sandbox.clear_faults().await.unwrap();
    let found = shop.store.look_up(&shop.attempt(order)).await.unwrap();
    let paid = matches!(found.status, ChargeStatus::Charged { .. });
    assert_eq!(paid, captures == 1, "the look-up tells the truth");
    format!("{told}, {sent_words}, {captures} captured")
}

async fn call(shop: &Shop, endpoint: Endpoint, order: OrderId) -> Result<(), Error> {
    let tokens = shop.store.account();
    match endpoint {
        Endpoint::ListMethods => tokens.accepted_methods(order).await.map(drop),
        Endpoint::ListTransactions => tokens.order_payments(order).await.map(drop),
        _ => shop.store.charge(order, &payment()).await.map(drop),
    }
}

/// Waits until the sandbox has noticed that the client gave up. A charge is sent once, all else
/// twice.
async fn given_up(shop: &Shop, endpoint: Endpoint) {
    let expected = if endpoint == Endpoint::ProcessPayment {
        1
    } else {
        2
    };
    for _ in 0..6000 {
        if shop.requests(endpoint).len() >= expected {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Waits a moment only for the endpoint that is struck.
fn impatient(struck: Endpoint) -> Timeouts {
    let mut timeouts = timeouts();
    let time = match struck {
        Endpoint::ProcessPayment => &mut timeouts.payment,
        Endpoint::CreateAccessToken => &mut timeouts.token,
        _ => &mut timeouts.read,
    };
    *time = Duration::from_secs(2);
    timeouts
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
