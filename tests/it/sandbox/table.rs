//! Every code of the error table, by its documented test data.

use std::collections::BTreeSet;

use bigcommerce_sandbox::{Sandbox, TEST_CARDS, TEST_DATA, Trigger};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use super::client::{Answer, CUSTOMER, Caller, VISA, card, send, token};

/// The codes that the service's guides list, and 3001, which they print for 30001.
const CODES: [u32; 18] = [
    3001, 10000, 10001, 30000, 30001, 30002, 30003, 30004, 30050, 30051, 30100, 30101, 30102,
    30103, 30104, 30105, 30106, 30107,
];

#[tokio::test]
async fn every_row_of_the_error_table_is_reached_by_its_test_data() {
    let sandbox = Sandbox::builder().rate_limit(None).start().await.unwrap();
    let caller = Caller::new(&sandbox);
    for row in TEST_DATA {
        let before = sandbox.store().ledger().len();
        let answer = bring_about(&caller, row.trigger).await;
        assert_eq!(
            (answer.status, answer.code()),
            (row.status, u64::from(row.code)),
            "{row:?}"
        );
        assert_eq!(answer.body["status"], row.status, "{row:?}");
        assert!(
            answer.body["title"].is_string() && answer.body["type"].is_string(),
            "{row:?}"
        );
        let already_paid = matches!(
            row.trigger,
            Trigger::PayTwice | Trigger::AccessTokenOfPaidOrder
        );
        let captured = sandbox.store().ledger().len() - before;
        assert_eq!(captured, usize::from(already_paid), "{row:?}");
    }
    let reached: BTreeSet<u32> = TEST_DATA.iter().map(|row| row.code).collect();
    assert_eq!(reached, BTreeSet::from(CODES));
}

#[tokio::test]
async fn every_test_card_does_what_the_documentation_says() {
    use bigcommerce_sandbox::CardOutcome::{Approved, CannotBeSaved, Fails, Pending};
    let sandbox = Sandbox::builder().rate_limit(None).start().await.unwrap();
    let caller = Caller::new(&sandbox);
    for test_card in TEST_CARDS {
        let order = caller.create_order(CUSTOMER).await;
        let answer = caller.pay(order, &card(test_card.number)).await;
        let captures = sandbox.store().captures(order).len();
        match test_card.outcome {
            Approved | CannotBeSaved(_) => assert_eq!((answer.status, captures), (201, 1)),
            Pending => {
                assert_eq!((answer.status, captures), (201, 0));
                assert_eq!(answer.body["data"]["status"], "pending");
            }
            Fails(code) => assert_eq!((answer.code(), captures), (u64::from(code), 0)),
            other => panic!("the test does not know {other:?}"),
        }
    }
}

async fn bring_about(caller: &Caller<'_>, trigger: Trigger) -> Answer {
    match trigger {
        Trigger::AccessToken { order_id } => caller.request_pat(order_id).await,
        Trigger::AccessTokenOfPaidOrder => {
            let order = caller.create_order(0).await;
            caller.pays(order, &card(VISA)).await;
            caller.request_pat(order).await
        }
        Trigger::PayOrder { order_id } => caller.pay(order_id, &card(VISA)).await,
        Trigger::Card { number, method } => pay(caller, 0, on(card(number), method)).await,
        Trigger::SaveCard { number, method } => {
            let mut payment = on(card(number), method);
            payment["save_instrument"] = json!(true);
            pay(caller, CUSTOMER, payment).await
        }
        Trigger::CardOfThePast => {
            let mut payment = card(VISA);
            payment["instrument"]["expiry_year"] = json!(2020);
            pay(caller, 0, payment).await
        }
        Trigger::Stored {
            instrument,
            token: stored,
            method,
        } => pay(caller, CUSTOMER, token(instrument, stored, method)).await,
        Trigger::GiftCertificate { code } => {
            let instrument = json!({"type": "gift_certificate", "gift_certificate_code": code});
            pay(caller, 0, with("bigcommerce.gift_certificate", &instrument)).await
        }
        Trigger::StoreCredit { customer_id } => {
            let instrument = json!({"type": "store_credit"});
            pay(
                caller,
                customer_id,
                with("bigcommerce.store_credit", &instrument),
            )
            .await
        }
        Trigger::FieldMissing => {
            let instrument = card(VISA)["instrument"].clone();
            pay(caller, 0, json!({"instrument": instrument})).await
        }
        Trigger::WrongScheme => pay_as_bearer(caller).await,
        Trigger::WrongToken => caller.process("e30.e30.c2ln", &card(VISA)).await,
        Trigger::PayTwice => pay_twice(caller).await,
        other => panic!("the test does not know {other:?}"),
    }
}

async fn pay(caller: &Caller<'_>, customer: u64, payment: Value) -> Answer {
    let order = caller.create_order(customer).await;
    caller.pay(order, &payment).await
}

async fn pay_as_bearer(caller: &Caller<'_>) -> Answer {
    let order = caller.create_order(0).await;
    let pat = caller.create_pat(order).await;
    let mut request = caller.payment(&pat, &card(VISA)).build().unwrap();
    let bearer = format!("Bearer {pat}").parse().unwrap();
    request.headers_mut().insert("authorization", bearer);
    send(RequestBuilder::from_parts(caller.http.clone(), request)).await
}

async fn pay_twice(caller: &Caller<'_>) -> Answer {
    let order = caller.create_order(0).await;
    let second = caller.create_pat(order).await;
    caller.pays(order, &card(VISA)).await;
    caller.process(&second, &card(VISA)).await
}

fn on(mut payment: Value, method: &str) -> Value {
    payment["payment_method_id"] = json!(method);
    payment
}

fn with(method: &str, instrument: &Value) -> Value {
    json!({"payment_method_id": method, "instrument": instrument})
}
