//! Every form in which the service says that a payment went through.

use bigcommerce_payments::{ErrorKind, PaymentStatus, TransactionType, UnknownCause};
use bigcommerce_sandbox::{Endpoint, Fault, SuccessForm, When, WireForms};

use super::{Shop, payment};

#[tokio::test]
async fn all_statuses_flat_and_enveloped() {
    let shop = Shop::open().await;
    let forms = [
        SuccessForm::CreatedEnveloped,
        SuccessForm::CreatedFlat,
        SuccessForm::AcceptedEnveloped,
        SuccessForm::AcceptedFlat,
        SuccessForm::OkEnveloped,
        SuccessForm::OkFlat,
    ];
    for form in forms {
        shop.sandbox
            .set_forms(WireForms::default().with_success(form));
        let order = shop.order();
        let receipt = shop.store.charge(order, &payment()).await.unwrap();

        assert_eq!(receipt.attempt.order, order);
        assert_eq!(receipt.status, PaymentStatus::Success, "{form:?}");
        assert_eq!(receipt.transaction_type, Some(TransactionType::Purchase));
        assert!(!receipt.transaction_id.is_empty());
    }
}

#[tokio::test]
async fn an_unknown_value_is_kept_and_fails_nothing() {
    let body = r#"{"data":{"id":"1","status":"marvellous","transaction_type":"loan","x":[]}}"#;
    let shop = answering(201, body).await;
    let receipt = shop.store.charge(shop.order(), &payment()).await.unwrap();

    assert_eq!(
        receipt.status,
        PaymentStatus::Other("marvellous".to_owned())
    );
    assert_eq!(
        receipt.transaction_type,
        Some(TransactionType::Other("loan".to_owned()))
    );
    assert_eq!(
        serde_json::to_value(&receipt).unwrap()["status"],
        serde_json::json!("marvellous")
    );
}

#[tokio::test]
async fn a_success_that_cannot_be_read_is_no_failure() {
    let bodies = [
        "",
        "{}",
        "[]",
        "null",
        "<html></html>",
        r#"{"data":null}"#,
        r#"{"data":{}}"#,
        r#"{"data":{"id":"1"}}"#,
        r#"{"data":{"status":"success"}}"#,
        r#"{"id":1,"status":"success"}"#,
        r#"{"data":{"id":"1","status":"success""#,
    ];
    for body in bodies {
        for status in [200, 201, 202, 204, 207] {
            let shop = answering(status, body).await;
            let order = shop.order();
            let error = shop.store.charge(order, &payment()).await.unwrap_err();

            assert_eq!(error.kind(), ErrorKind::OutcomeUnknown, "{status} {body}");
            assert_eq!(error.status(), Some(status), "{body}");
            assert!(!error.is_safe_to_retry());
            let unknown = error.unknown_outcome().unwrap();
            assert_eq!(unknown.attempt.order, order);
            assert_eq!(unknown.cause, UnknownCause::UnreadableSuccess { status });
            assert_eq!(
                Some(&*unknown.attempt.correlation_id),
                error.correlation_id()
            );
            assert_eq!(
                shop.requests(Endpoint::ProcessPayment).len(),
                1,
                "sent once"
            );
        }
    }
}

/// A shop whose payments host answers with this, after it took the money.
async fn answering(status: u16, body: &str) -> Shop {
    let shop = Shop::open().await;
    let fault = Fault::respond(status, "application/json", body, When::After);
    shop.inject(Endpoint::ProcessPayment, fault).await;
    shop
}
