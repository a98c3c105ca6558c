//! What became of a charge, over real sockets.

use std::time::{Duration, Instant, SystemTime};

use bigcommerce_payments::{
    CannotTellReason, Card, ChargeAttempt, ChargeLookup, ChargeStatus, ErrorKind, Money, Payment,
    PaymentStatus, Payments, TenderState, TransactionEvent,
};
use bigcommerce_sandbox::{Endpoint, Fault, FaultRule, When};

use tokio::{
    net::{TcpSocket, TcpStream},
    time::timeout,
};

use super::{Shop, payment, timeouts, visa};

#[tokio::test]
async fn of_an_order_that_was_never_paid_nothing_is_seen() {
    let shop = Shop::open().await;
    let answer = shop
        .store
        .look_up(&shop.attempt(shop.order()))
        .await
        .unwrap();

    assert!(matches!(answer.status, ChargeStatus::NothingSeen { .. }));
    assert!(answer.is_final, "nothing can land any more");
}

#[tokio::test]
async fn nothing_seen_is_not_final_before_the_charge_can_have_landed() {
    let mut timeouts = timeouts();
    timeouts.settle = Duration::from_secs(3600);
    let shop = Shop::with(Payments::builder().timeouts(timeouts)).await;
    let mut attempt = shop.attempt(shop.order());

    let answer = shop.store.look_up(&attempt).await.unwrap();
    assert!(matches!(answer.status, ChargeStatus::NothingSeen { after } if after.as_secs() < 60));
    assert!(!answer.is_final);

    attempt.sent_at = Some(SystemTime::now() - Duration::from_secs(3601));
    let started = Instant::now();
    let answer = shop
        .store
        .look_up_until(&attempt, Duration::MAX)
        .await
        .unwrap();
    assert!(
        matches!(answer.status, ChargeStatus::NothingSeen { after } if after.as_secs() >= 3601)
    );
    assert!(
        answer.is_final,
        "a look-up of the next day waits for nothing"
    );
    assert!(started.elapsed() < Duration::from_secs(60));

    attempt.sent_at = None;
    let answer = shop.store.look_up(&attempt).await.unwrap();
    assert!(!answer.is_final, "it is not known when it was sent");
}

#[tokio::test]
async fn the_deadline_ends_a_look_up() {
    let mut timeouts = timeouts();
    timeouts.settle = Duration::from_secs(3600);
    let shop = Shop::with(Payments::builder().timeouts(timeouts)).await;
    let attempt = shop.attempt(shop.order());

    let answer = shop
        .store
        .look_up_until(&attempt, Duration::from_secs(3))
        .await
        .unwrap();
    assert!(matches!(answer.status, ChargeStatus::NothingSeen { .. }) && !answer.is_final);
    assert!(
        shop.requests(Endpoint::ListTransactions).len() >= 2,
        "it looked again"
    );
}

#[tokio::test]
async fn a_decline_is_declined() {
    let shop = Shop::open().await;
    let order = shop.order();
    let card = Card::new("Jane Doe", "4000000000009995", 12, 2039);
    let payment = Payment::new(card, "stripe.card").unwrap();
    shop.store.charge(order, &payment).await.unwrap_err();

    let answer = shop.store.look_up(&shop.attempt(order)).await.unwrap();
    assert!(
        matches!(answer.status, ChargeStatus::Declined { .. }),
        "{answer:?}"
    );
}

#[tokio::test]
async fn an_authorization_is_charged() {
    let shop = Shop::open().await;
    let order = shop.order();
    let payment = Payment::new(visa(), "authorizenet.card").unwrap();
    let receipt = shop.store.charge(order, &payment).await.unwrap();

    let answer = shop.store.look_up(&receipt.attempt).await.unwrap();
    let ChargeStatus::Charged { tender } = &answer.status else {
        panic!("{answer:?}");
    };
    assert_eq!(tender.state, TenderState::Authorized);
    let charge = tender.charge().unwrap();
    assert_eq!(charge.event, TransactionEvent::Authorization);
    assert_eq!(
        charge.payment_method_id.as_deref(),
        Some("authorizenet.card")
    );
    let total = Money::new("60.98".parse().unwrap(), "USD");
    assert_eq!(answer.order.owed(&total).unwrap().to_string(), "0.00 USD");
}

#[tokio::test]
async fn a_pending_payment_is_pending_until_it_is_decided() {
    for succeeds in [true, false] {
        let shop = Shop::open().await;
        let order = shop.order();
        let card = Card::new("Jane Doe", "4000000000003220", 12, 2039);
        let payment = Payment::new(card, "stripe.card").unwrap();
        let receipt = shop.store.charge(order, &payment).await.unwrap();

        assert_eq!(receipt.status, PaymentStatus::Pending);
        assert!(!receipt.is_final());
        let answer = shop.store.look_up(&receipt.attempt).await.unwrap();
        assert!(
            matches!(answer.status, ChargeStatus::Pending { .. }),
            "{answer:?}"
        );
        assert!(!answer.is_final);

        shop.sandbox
            .store()
            .settle_pending(order.get().into(), succeeds)
            .unwrap();
        let answer = shop.store.look_up(&receipt.attempt).await.unwrap();
        let charged = matches!(answer.status, ChargeStatus::Charged { .. });
        let declined = matches!(answer.status, ChargeStatus::Declined { .. });
        assert_eq!((charged, declined), (succeeds, !succeeds), "{answer:?}");
        assert!(answer.is_final);
    }
}

#[tokio::test]
async fn another_process_needs_only_what_was_stored() {
    let shop = Shop::open().await;
    let order = shop.order();
    let lost = FaultRule::new(Fault::reset(When::After)).endpoint(Endpoint::ProcessPayment);
    shop.sandbox.inject(lost).await.unwrap();
    let error = shop.store.charge(order, &payment()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::OutcomeUnknown);
    let stored = serde_json::to_string(&error.unknown_outcome().unwrap().attempt).unwrap();

    let elsewhere = Payments::builder()
        .api_url(shop.sandbox.api_url())
        .build()
        .unwrap();
    let account = elsewhere
        .account(shop.sandbox.store_hash(), shop.sandbox.access_token())
        .unwrap();
    let attempt: ChargeAttempt = serde_json::from_str(&stored).unwrap();
    assert_eq!(attempt.order, order);
    assert_eq!(attempt.expected.as_ref().unwrap().to_string(), "60.98 USD");
    assert!(attempt.sent_at.is_some() && attempt.began_at <= attempt.sent_at);
    let answer = account.look_up(&attempt).await.unwrap();
    assert!(matches!(answer.status, ChargeStatus::Charged { .. }));
    let kept = serde_json::to_string(&answer).unwrap();
    assert_eq!(serde_json::from_str::<ChargeLookup>(&kept).unwrap(), answer);

    let mut of_another_store = attempt;
    of_another_store.store_hash = "other".to_owned();
    let error = account.look_up(&of_another_store).await.unwrap_err();
    assert_eq!(error.field_errors()[0].field, "store_hash");
}

#[tokio::test]
async fn a_charge_on_its_way_is_not_overlooked() {
    let mut timeouts = timeouts();
    timeouts.payment = Duration::from_secs(1);
    timeouts.settle = Duration::from_secs(15);
    let shop = Shop::with(Payments::builder().timeouts(timeouts)).await;
    let order = shop.order();
    let late = FaultRule::new(Fault::delay(3000, When::Before)).endpoint(Endpoint::ProcessPayment);
    shop.sandbox.inject(late).await.unwrap();

    let error = shop.store.charge(order, &payment()).await.unwrap_err();
    let unknown = error.unknown_outcome().unwrap();
    let answer = shop
        .store
        .look_up_until(&unknown.attempt, Duration::from_secs(60))
        .await
        .unwrap();
    assert!(answer.is_final);
    let charged = matches!(answer.status, ChargeStatus::Charged { .. });
    assert_eq!(
        charged,
        shop.captures(order) == 1,
        "the answer is what the ledger says"
    );
}

/// What lands while the answer is on its way is not in it.
#[tokio::test]
async fn what_was_seen_counts_from_the_question_and_not_from_the_answer() {
    let mut timeouts = timeouts();
    timeouts.settle = Duration::from_secs(10);
    timeouts.read = Duration::from_secs(60);
    let shop = Shop::with(Payments::builder().timeouts(timeouts)).await;
    let mut attempt = shop.attempt(shop.order());
    attempt.sent_at = Some(SystemTime::now() - Duration::from_secs(2));
    let slow = Fault::delay(9000, When::After);
    shop.inject(Endpoint::ListTransactions, slow).await;

    let answer = shop.store.look_up(&attempt).await.unwrap();

    assert!(matches!(answer.status, ChargeStatus::NothingSeen { after } if after.as_secs() < 10));
    assert!(
        !answer.is_final,
        "it was asked before a charge had to be there"
    );
}

/// A charge that was given up before it had a connection was not sent later than that.
#[tokio::test]
async fn an_unknown_outcome_tells_until_when_the_charge_may_have_been_sent() {
    let shop = Shop::open().await;
    let full = TcpSocket::new_v4().unwrap();
    full.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = full.local_addr().unwrap();
    let _listening = full.listen(1).unwrap();
    let mut waiting = Vec::new();
    while let Ok(connection) =
        timeout(Duration::from_millis(200), TcpStream::connect(address)).await
    {
        waiting.push(connection.unwrap());
    }
    let mut timeouts = timeouts();
    timeouts.payment = Duration::from_millis(200);
    let payments = Payments::builder()
        .api_url(shop.sandbox.api_url())
        .payments_url(format!("http://{address}"))
        .timeouts(timeouts)
        .build()
        .unwrap();
    let (hash, token) = (shop.sandbox.store_hash(), shop.sandbox.access_token());
    let store = payments.store(hash, token).unwrap();

    let error = store.charge(shop.order(), &payment()).await.unwrap_err();

    if let Some(unknown) = error.unknown_outcome() {
        assert!(unknown.attempt.sent_at.is_some(), "{unknown:?}");
    } else {
        assert_eq!(error.kind(), ErrorKind::NotSent);
    }
}

#[tokio::test]
async fn a_list_that_cannot_be_read_is_an_error_and_no_answer() {
    let shop = Shop::open().await;
    let order = shop.order();
    for body in ["", "{}", "[]", r#"{"data":null}"#, r#"{"data":{}}"#] {
        answer(&shop, body).await;
        let error = shop.store.look_up(&shop.attempt(order)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unexpected, "{body}");
    }
}

#[tokio::test]
async fn an_item_that_cannot_be_read_hides_no_other() {
    let shop = Shop::open().await;
    let order = shop.order();
    let good = r#"{"event":"purchase","status":"ok","amount":60.98,"currency":"USD"}"#;
    for odd in [
        "null",
        "7",
        "[]",
        "{}",
        r#"{"event":7}"#,
        r#"{"event":"refund","order_id":1}"#,
    ] {
        answer(&shop, &format!(r#"{{"data":[{odd},{good}],"meta":[]}}"#)).await;
        let answer = shop.store.look_up(&shop.attempt(order)).await.unwrap();
        let reason = CannotTellReason::UnreadableItem;
        assert_eq!(answer.status, ChargeStatus::CannotTell { reason }, "{odd}");
        assert_eq!(answer.order.unreadable[0].index, 0);
        assert_eq!(answer.order.tenders[0].state, TenderState::Captured);
        assert_eq!(answer.order.owed(&Money::new(1.into(), "USD")), None);
    }
}

#[tokio::test]
async fn odd_fields_do_not_matter() {
    let shop = Shop::open().await;
    let order = shop.order();
    let id = order.get();
    let items = [
        r#"{"event":"purchase","status":"ok","amount":60.98,"currency":"USD"}"#.to_owned(),
        format!(r#"{{"id":null,"order_id":{id},"event":"purchase","status":"ok","amount":"60.98","currency":"USD"}}"#),
        r#"{"id":"7","event":"purchase","status":"ok","amount":60.980,"currency":"USD","test":"no","gateway":[]}"#.to_owned(),
    ];
    for item in items {
        for meta in [
            "",
            r#","meta":[]"#,
            r#","meta":null"#,
            r#","meta":{"pagination":[]}"#,
        ] {
            answer(&shop, &format!(r#"{{"data":[{item}]{meta}}}"#)).await;
            let answer = shop.store.look_up(&shop.attempt(order)).await.unwrap();
            assert!(
                matches!(answer.status, ChargeStatus::Charged { .. }),
                "{item} {meta}"
            );
            let total = Money::new("60.98".parse().unwrap(), "USD");
            assert!(
                answer.order.owed(&total).unwrap().amount.is_zero(),
                "{item}"
            );
        }
    }
}

#[tokio::test]
async fn all_pages_are_read() {
    let shop = Shop::open().await;
    let order = shop.order();
    for (pages, total) in [
        ("\"total_pages\":2", true),
        ("\"count\":1", true),
        ("\"total_pages\":2,\"total\":3", false),
    ] {
        let page = |number: u32, event: &str| {
            let item = format!(r#"{{"id":{number},"event":"{event}","status":"ok"}}"#);
            let body = format!(r#"{{"data":[{item}],"meta":{{"pagination":{{{pages}}}}}}}"#);
            Fault::respond(200, "application/json", &body, When::After)
        };
        shop.sandbox.clear_faults().await.unwrap();
        let script = FaultRule::script([page(1, "authorization"), page(2, "capture")]);
        shop.sandbox
            .inject(script.endpoint(Endpoint::ListTransactions))
            .await
            .unwrap();

        let answer = shop.store.look_up(&shop.attempt(order)).await.unwrap();
        let charged = matches!(&answer.status, ChargeStatus::Charged { tender } if tender.transactions.len() == 2);
        assert_eq!(charged, total, "{pages} {answer:?}");
        let reason = CannotTellReason::IncompleteList;
        assert_eq!(
            answer.status == ChargeStatus::CannotTell { reason },
            !total,
            "{pages}"
        );
    }
}

/// Answers all requests for the transactions of an order with this.
async fn answer(shop: &Shop, body: &str) {
    shop.sandbox.clear_faults().await.unwrap();
    let fault = Fault::respond(200, "application/json", body, When::After);
    shop.inject(Endpoint::ListTransactions, fault).await;
}
