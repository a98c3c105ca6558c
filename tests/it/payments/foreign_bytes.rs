//! Arbitrary bytes from the service, through every parser of the clients: nothing panics, the
//! status is kept, and a charge ends in a documented result.
//!
//! Each property runs 256 cases; `PROPTEST_CASES` sets another number.

use std::sync::OnceLock;

use bigcommerce_payments::{
    ChargeAttempt, ChargeLookup, Decimal, Error, ErrorKind, Money, OrderId, PaymentAccessToken,
    PaymentStatus, Receipt, UnknownOutcome,
};
use bigcommerce_sandbox::{Endpoint, Fault, When};
use proptest::{collection::vec, prelude::*, string::string_regex};
use tokio::runtime::Runtime;

use super::{Shop, payment};

proptest! {
    #[test]
    fn an_answer_to_a_charge(status in statuses(), body in bodies()) {
        let outcome = run(async |shop| {
            answer_with(shop, Endpoint::ProcessPayment, status, &body, &[]).await;
            let token = PaymentAccessToken::new("opaque").unwrap();
            shop.store.charges().charge(order(), token, &payment()).await
        });
        check_charge(status, outcome)?;
    }

    #[test]
    fn headers_of_a_rate_limit(reset in header(), retry in header(), number in any::<u64>()) {
        let number = number.to_string();
        for (reset, retry) in [(&reset, &retry), (&number, &retry), (&reset, &number)] {
            let headers = [("x-rate-limit-time-reset-ms", reset.as_str()), ("x-retry-after", retry)];
            let error = run(async |shop| {
                answer_with(shop, Endpoint::ProcessPayment, 429, "{}", &headers).await;
                let token = PaymentAccessToken::new("opaque").unwrap();
                shop.store.charges().charge(order(), token, &payment()).await.unwrap_err()
            });
            prop_assert_eq!(error.kind(), ErrorKind::RateLimited);
            prop_assert_eq!(error.status(), Some(429));
            prop_assert!(error.is_safe_to_retry());
        }
    }

    #[test]
    fn a_code_that_warns_anywhere(status in 400..=428_u16, body in around("{\"code\":10000}")) {
        let error = run(async |shop| {
            answer_with(shop, Endpoint::ProcessPayment, status, &body, &[]).await;
            let token = PaymentAccessToken::new("opaque").unwrap();
            shop.store.charges().charge(order(), token, &payment()).await.unwrap_err()
        });
        prop_assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{}", body);
    }

    #[test]
    fn an_echo_anywhere(
        before in any::<String>(),
        separators in vec("[^\\pL\\pN]{0,3}", 16),
        after in any::<String>(),
        status in statuses(),
    ) {
        let number = "4242424242424242";
        let digits = number.chars().map(String::from);
        let echo: String = digits.zip(separators).flat_map(<[_; 2]>::from).collect();
        let text = serde_json::to_string(&format!("{before}{echo}{after}")).unwrap();
        let body = format!("{{\"title\":{text},\"errors\":{{{text}:[{text},{number}]}}}}");
        let outcome = run(async |shop| {
            answer_with(shop, Endpoint::ProcessPayment, status, &body, &[]).await;
            let token = PaymentAccessToken::new("opaque").unwrap();
            shop.store.charges().charge(order(), token, &payment()).await
        });
        let error = outcome.unwrap_err();
        for text in [error.to_string(), format!("{:?}", error.problem())] {
            let digits: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
            prop_assert!(!digits.contains(number), "{}", text);
        }
        check_charge(status, Err(error))?;
    }

    #[test]
    fn an_answer_to_a_token_request(status in statuses(), body in bodies()) {
        let result = run(async |shop| {
            answer_with(shop, Endpoint::CreateAccessToken, status, &body, &[]).await;
            shop.store.account().create_token(order()).await
        });
        check_read(status, result)?;
    }

    #[test]
    fn accepted_methods(status in statuses(), body in bodies()) {
        let result = run(async |shop| {
            answer_with(shop, Endpoint::ListMethods, status, &body, &[]).await;
            shop.store.account().accepted_methods(order()).await
        });
        check_read(status, result)?;
    }

    #[test]
    fn transactions(status in statuses(), body in bodies()) {
        let result = run(async |shop| {
            answer_with(shop, Endpoint::ListTransactions, status, &body, &[]).await;
            shop.store.order_payments(order()).await
        });
        check_read(status, result)?;
    }

    #[test]
    fn items_of_a_list(items in vec(item(), 0..6), meta in json()) {
        let body = format!("{{\"data\":[{}],\"meta\":{meta}}}", items.join(","));
        let found = run(async |shop| {
            answer_with(shop, Endpoint::ListTransactions, 200, &body, &[]).await;
            shop.store.look_up(&shop.attempt(order())).await.unwrap()
        });
        let tenders = found.order.tenders.iter().map(|it| it.transactions.len()).sum::<usize>();
        let read = tenders + found.order.unmatched.len() + found.order.unreadable.len();
        prop_assert!(read <= items.len());
        prop_assert_eq!(read == 0, items.is_empty(), "{:?}", found);
        let kept = serde_json::to_string(&found).unwrap();
        prop_assert_eq!(&serde_json::from_str::<ChargeLookup>(&kept).unwrap(), &found);
        let _ = found.order.owed(&Money::new(Decimal::MAX, "USD"));

        let methods = run(async |shop| {
            answer_with(shop, Endpoint::ListMethods, 200, &body, &[]).await;
            shop.store.account().accepted_methods(order()).await.unwrap()
        });
        prop_assert_eq!(methods.methods.len() + methods.unreadable.len(), items.len());
    }

    #[test]
    fn what_was_kept(text in prop_oneof![any::<String>(), json(), attempt_like()]) {
        if let Ok(attempt) = serde_json::from_str::<ChargeAttempt>(&text) {
            let kept = serde_json::to_string(&attempt).unwrap();
            prop_assert_eq!(serde_json::from_str::<ChargeAttempt>(&kept).unwrap(), attempt);
        }
        let _ = serde_json::from_str::<UnknownOutcome>(&text);
        let _ = serde_json::from_str::<Receipt>(&text);
        let _ = serde_json::from_str::<ChargeLookup>(&text);
        let _ = serde_json::from_str::<Money>(&text);
        let _ = text.parse::<OrderId>();
    }

    #[test]
    fn claims_of_a_token(token in prop_oneof![any::<String>(), jwt()]) {
        if let Ok(token) = PaymentAccessToken::new(token.as_str()) {
            let _ = token.claims();
            let redacted = "PaymentAccessToken { secret: [REDACTED], claims: ";
            prop_assert!(format!("{token:?}").starts_with(redacted), "{:?}", token);
        }
    }
}

/// A charge is done, refused by a client error that says so, or of unknown outcome.
fn check_charge(status: u16, outcome: Result<Receipt, Error>) -> Result<(), TestCaseError> {
    match outcome {
        Ok(receipt) => {
            prop_assert!((200..300).contains(&status));
            prop_assert!(!receipt.transaction_id.is_empty());
            prop_assert_ne!(receipt.status, PaymentStatus::Other(String::new()));
        }
        Err(error) => {
            prop_assert_eq!(error.status(), Some(status));
            let unknown = error.kind() == ErrorKind::OutcomeUnknown;
            prop_assert_eq!(error.unknown_outcome().is_some(), unknown);
            prop_assert!(unknown || (400..500).contains(&status), "{}", error);
            prop_assert!(!(unknown && error.is_safe_to_retry()));
            let _ = format!("{error} {error:?} {}", error.advice());
        }
    }
    Ok(())
}

/// What charges nothing never has an unknown outcome.
fn check_read<T>(status: u16, result: Result<T, Error>) -> Result<(), TestCaseError> {
    match result {
        Ok(_) => prop_assert!((200..300).contains(&status)),
        Err(error) => {
            prop_assert_eq!(error.status(), Some(status));
            prop_assert_ne!(error.kind(), ErrorKind::OutcomeUnknown);
            let _ = format!("{error} {error:?} {}", error.advice());
        }
    }
    Ok(())
}

/// All statuses but those that have no body, which are tested with the faults.
fn statuses() -> impl Strategy<Value = u16> {
    prop_oneof![
        200..=203_u16,
        Just(207),
        300..=303_u16,
        400..=428_u16,
        430..=451_u16,
        500..=511_u16
    ]
}

/// Bytes, JSON of any shape, and JSON that nearly has the documented one.
fn bodies() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), json(), documented()]
}

fn json() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|it| it.to_string()),
        any::<i64>().prop_map(|it| it.to_string()),
        any::<f64>().prop_map(|it| format!("{it:e}")),
        any::<String>().prop_map(|it| serde_json::to_string(&it).unwrap()),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        let entry = (key(), inner.clone());
        prop_oneof![
            vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(","))),
            vec(entry, 0..6).prop_map(|entries| object(&entries)),
        ]
    })
}

/// A value somewhere in a JSON document.
fn around(value: &str) -> impl Strategy<Value = String> {
    let beside = (key(), json(), key(), any::<bool>());
    vec(beside, 0..4).prop_map({
        let value = value.to_owned();
        move |levels| {
            levels
                .into_iter()
                .fold(value.clone(), |inner, (name, beside, key, is_list)| {
                    if is_list {
                        format!("[{beside},{inner},{beside}]")
                    } else {
                        object(&[(name, beside.clone()), (key.clone(), inner), (key, beside)])
                    }
                })
        }
    })
}

/// The documented keys with any values, in both envelopes.
fn documented() -> impl Strategy<Value = String> {
    let entries = vec((key(), json()), 1..8).prop_map(|entries| object(&entries));
    entries.prop_flat_map(|object| {
        prop_oneof![
            Just(object.clone()),
            Just(format!("{{\"data\":{object}}}")),
            Just(format!("{{\"data\":[{object}]}}")),
        ]
    })
}

/// Something that may be a transaction or a method, with fields of any form.
fn item() -> impl Strategy<Value = String> {
    let event = prop::sample::select(vec![
        "purchase",
        "authorization",
        "capture",
        "refund",
        "void",
        "pending",
        "settled",
        "odd",
    ]);
    let status = prop::sample::select(vec!["ok", "error", "odd"]);
    let number = prop_oneof![
        (0..3_i32).prop_map(|it| it.to_string()),
        any::<f64>().prop_map(|it| format!("{it:e}")),
        any::<i64>().prop_map(|it| it.to_string()),
        "[0-9]{1,40}(\\.[0-9]{1,40})?(e[0-9]{1,12})?".prop_map(|it| format!("\"{it}\"")),
    ];
    let field = prop::sample::select(vec!["order_id", "currency", "method", "date_created", "id"]);
    let transaction = (
        event,
        status,
        number.clone(),
        number.clone(),
        number,
        field,
        json(),
    );
    let transaction = transaction.prop_map(|(event, status, id, of, amount, field, odd)| {
        format!(
            "{{\"id\":{id},\"event\":\"{event}\",\"status\":\"{status}\",\"amount\":{amount},\
             \"currency\":\"USD\",\"reference_transaction_id\":{of},\"{field}\":{odd}}}"
        )
    });
    prop_oneof![4 => transaction, 1 => json(), 1 => documented()]
}

fn attempt_like() -> impl Strategy<Value = String> {
    let time = prop_oneof![
        json(),
        "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8}Z".prop_map(|it| format!("\"{it}\""))
    ];
    (json(), time, json()).prop_map(|(order, time, amount)| {
        format!(
            "{{\"store_hash\":\"a\",\"order\":{order},\"payment_method_id\":\"x\",\
             \"instrument_type\":\"card\",\"correlation_id\":\"c\",\"sent_at\":{time},\
             \"expected\":{{\"amount\":{amount},\"currency\":\"USD\"}}}}"
        )
    })
}

fn key() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "data",
        "id",
        "status",
        "transaction_type",
        "title",
        "detail",
        "type",
        "code",
        "errors",
        "error",
        "error_code",
        "message",
        "meta",
        "pagination",
        "total_pages",
        "event",
        "amount",
        "token",
        "supported_instruments",
        "stored_instruments",
        "instrument_type",
    ]);
    prop_oneof![8 => known.prop_map(str::to_owned), 1 => any::<String>()]
}

fn object(entries: &[(String, String)]) -> String {
    let entries = entries
        .iter()
        .map(|(key, value)| format!("{}:{value}", serde_json::to_string(key).unwrap()));
    format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
}

fn header() -> impl Strategy<Value = String> {
    string_regex("[ -~]{0,24}").unwrap()
}

fn jwt() -> impl Strategy<Value = String> {
    json().prop_map(|claims| {
        use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
        format!("e30.{}.x", BASE64_URL_SAFE_NO_PAD.encode(claims))
    })
}

fn order() -> OrderId {
    OrderId::new(215).unwrap()
}

async fn answer_with(
    shop: &Shop,
    endpoint: Endpoint,
    status: u16,
    body: &str,
    headers: &[(&str, &str)],
) {
    shop.sandbox.clear_faults().await.unwrap();
    let mut fault = Fault::respond(status, "application/json", body, When::Before);
    if let Fault::Respond { headers: sent, .. } = &mut fault {
        let more = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        sent.extend(more);
    }
    shop.inject(endpoint, fault).await;
}

/// Runs against one shop of this thread: each test of this file has its own.
fn run<T>(call: impl AsyncFnOnce(&Shop) -> T) -> T {
    thread_local! {
        static OPENED: OnceLock<(Runtime, Shop)> = const { OnceLock::new() };
    }
    OPENED.with(|opened| {
        let (runtime, shop) = opened.get_or_init(|| {
            let runtime = Runtime::new().unwrap();
            let shop = runtime.block_on(Shop::once());
            (runtime, shop)
        });
        runtime.block_on(call(shop))
    })
}
